"""Opening a ledger: entry 1, the profile, the series."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.commands.parties import JournalSignOut, OpenSeries, RecordConsent, RegisterCustomer, SetProfile
from ledger.domain.deciders.opening import check_opening, decide_opening
from ledger.domain.decision import Decision, Outcome
from ledger.domain.events.common import Party
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.parties import ProfileSet, SeriesOpened
from ledger.domain.opening import DEFAULT_SERIES, OpenLedger
from ledger.domain.refusals import Refusal
from tests.domain import world
from tests.domain.world import CONSUMER, OPENING, SIREN, FixedWorld, events_of, opened, training

DETAILS = replace(world.DETAILS, capital="10 000 €")
PROFILE = SetProfile(
    siren=SIREN, siret="12345678200010", legal_form="5499", vat_regime="normal_quarterly", details=DETAILS
)
COMMAND = OpenLedger(name="aubepine", establishment="00010", profile=PROFILE)
SERIES_ID = "bbbbbbbb-0000-4000-8000-0000000000aa"


def open_with(command: OpenLedger) -> Outcome:
    opening = replace(OPENING, kind=command.kind, clock=command.clock)
    return decide_opening(command, opening, FixedWorld())


def refusal_of(command: OpenLedger) -> Refusal:
    outcome = open_with(command)
    assert isinstance(outcome, Refusal)
    return outcome


def test_a_ledger_begins_with_entry_1_then_the_profile_then_a_series_for_each_use() -> None:
    outcome = open_with(COMMAND)
    assert isinstance(outcome, Decision)
    first, second, *series = outcome.events
    assert (first.stream, first.event) == ("ledger:self", OPENING)
    assert second.stream == "issuer:self"
    assert isinstance(second.event, ProfileSet)
    assert second.event.details == DETAILS
    opened = [each.event for each in series]
    assert [(each.use, each.prefix) for each in opened if isinstance(each, SeriesOpened)] == [
        (each.use, each.prefix) for each in DEFAULT_SERIES
    ]
    assert [f"series:{ids[0]}" for ids in outcome.result["series"].values()] == [each.stream for each in series]


def test_an_opened_ledger_gives_its_first_invoice_number() -> None:
    world = FixedWorld()
    outcome = open_with(COMMAND)
    assert isinstance(outcome, Decision)
    world.given(*outcome.events)
    number = world.register.next_number("invoice", None, world.today)
    assert getattr(number, "number", None) == "F-00001"
    assert (world.register.siren, world.register.establishment, world.register.issuer_version) == (SIREN, "00010", 1)


def test_a_use_that_is_named_keeps_its_own_series_and_the_others_get_theirs() -> None:
    mine = OpenSeries(id=SERIES_ID, use="invoice", prefix="2026/", yearly=False, width=6, first=120)
    opened = [each for each in events_of(open_with(replace(COMMAND, series=(mine,)))) if isinstance(each, SeriesOpened)]
    assert [each.prefix for each in opened if each.use == "invoice"] == ["2026/"]
    assert {each.use for each in opened} == {each.use for each in DEFAULT_SERIES}


def test_two_series_of_one_opening_may_not_print_the_same_numbers() -> None:
    twice = (OpenSeries(use="invoice", prefix="X-"), OpenSeries(use="credit_note", prefix="X-"))
    refusal = refusal_of(replace(COMMAND, series=twice))
    assert (refusal.code, refusal.place) == ("SERIES_PREFIX_TAKEN", "/series/1/prefix")
    second = (OpenSeries(use="invoice", prefix="X-"), OpenSeries(use="invoice", prefix="Y-"))
    assert refusal_of(replace(COMMAND, series=second)).code == "SERIES_NEEDS_JUSTIFICATION"
    same = (OpenSeries(id=SERIES_ID, use="invoice", prefix="X-"), OpenSeries(id=SERIES_ID, use="note", prefix="Y-"))
    refusal = refusal_of(replace(COMMAND, series=same))
    assert (refusal.code, refusal.place) == ("ALREADY_EXISTS", "/series/1/id")


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"name": ""}, "LEDGER_NAME_MALFORMED", "/name"),
        ({"name": "-shop"}, "LEDGER_NAME_MALFORMED", "/name"),
        ({"name": "Shop"}, "LEDGER_NAME_MALFORMED", "/name"),
        ({"name": "shop\n"}, "LEDGER_NAME_MALFORMED", "/name"),
        ({"name": "s" * 64}, "LEDGER_NAME_MALFORMED", "/name"),
        ({"clock": "simulated"}, "TRAINING_ONLY", "/clock"),
        ({"cut_off": "24:00"}, "CUT_OFF_MALFORMED", "/cut_off"),
        ({"cut_off": "4:00"}, "CUT_OFF_MALFORMED", "/cut_off"),
        ({"year_start": "02-29"}, "YEAR_START_MALFORMED", "/year_start"),
        ({"year_start": "13-01"}, "YEAR_START_MALFORMED", "/year_start"),
        ({"year_start": "1-1"}, "YEAR_START_MALFORMED", "/year_start"),
        ({"currency": "JPY"}, "CURRENCY_UNKNOWN", "/currency"),
        ({"currency": "XXX"}, "CURRENCY_UNKNOWN", "/currency"),
        ({"profile": replace(PROFILE, siren="123456789")}, "SIREN_INVALID", "/profile/siren"),
        ({"profile": replace(PROFILE, siret="98765432400019")}, "SIRET_NOT_OF_SIREN", "/profile/siret"),
        ({"series": (OpenSeries(use="note", prefix="N", first=0),)}, "SERIES_PATTERN_INVALID", "/series/0/first"),
    ],
)
def test_an_opening_that_could_not_be_lived_with_is_refused(members: dict[str, Any], code: str, place: str) -> None:
    refusal = refusal_of(replace(COMMAND, **members))
    assert (refusal.code, refusal.place) == (code, place)


def test_a_training_ledger_may_run_on_a_simulated_clock_and_an_odd_year() -> None:
    school = replace(COMMAND, kind="training", clock="simulated", cut_off="04:30", year_start="07-01", currency="CHF")
    assert check_opening(school) is None
    (first, *_) = events_of(open_with(school))
    assert isinstance(first, LedgerOpened)
    assert (first.kind, first.clock) == ("training", "simulated")


# --- what every command meets first


def test_training_names_its_operator() -> None:
    school = training()
    school.actor = "system"
    asked = RegisterCustomer(kind="consumer", party=Party(name="Camille Roseau"))
    assert school.refusal(asked).code == "OPERATOR_MISSING"
    school.play(JournalSignOut(subject="user:owner", cause="expired"))  # what the software itself writes
    school.actor = "user:apprentice"
    school.play(asked)


def test_a_ledger_that_is_closed_or_not_open_takes_nothing() -> None:
    asked = RegisterCustomer(kind="consumer", party=Party(name="Camille Roseau"))
    assert FixedWorld().refusal(asked).code == "LEDGER_NOT_OPENED"
    sale = opened()
    sale.register = replace(sale.register, closed=True)
    assert sale.refusal(asked).code == "LEDGER_CLOSED"


@pytest.mark.parametrize("day", ["1899-12-31", "2200-01-01", "9999-12-31", "0001-01-01"])
def test_a_day_too_far_away_is_refused(day: str) -> None:
    refused = opened().refusal(RecordConsent(customer=CONSUMER, subject="messages", given=True, on=day))
    assert (refused.code, refused.place) == ("DATE_OUT_OF_RANGE", "/on")
