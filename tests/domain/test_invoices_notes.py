"""Notes for consumers: who gets one, what it must say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.commands.common import TextsInput
from ledger.domain.commands.sales import IssueNote
from ledger.domain.events.common import Party
from ledger.domain.events.invoices import NoteIssued
from ledger.domain.streams.note import NOTE
from tests.domain.sales import QUOTE_ID, signed
from tests.domain.test_invoices import INVOICE_ID, invoice, service
from tests.domain.world import BUSINESS, opened

CLIENT = Party(name="Alix Sureau")


def note(**more: Any) -> IssueNote:
    members: dict[str, Any] = {
        "kind": "services",
        "performed_on": "2026-11-20",
        "lines": (service("30"),),
        "basis": "gross",
        "client": CLIENT,
    }
    return IssueNote(**{**members, **more})


def test_a_note_has_its_own_series_its_detail_and_the_day_of_the_service() -> None:
    sale = opened()
    answer = sale.play(note())
    event = sale.last(NoteIssued)
    assert (event.number, event.performed_on, event.totals.gross_cents) == ("N-00001", "2026-11-20", 3_000)
    assert event.client == CLIENT
    state = sale.state(NOTE, str(answer["note"]))
    assert state is not None
    assert (state.number, state.gross_cents) == ("N-00001", 3_000)


def test_a_note_names_the_client_unless_they_object() -> None:
    sale = opened()
    refusal = sale.refusal(note(client=None))
    assert (refusal.code, refusal.place) == ("NOTE_MENTION_MISSING", "/client")
    sale.play(note(client_unnamed=True))
    assert sale.last(NoteIssued).client is None


def test_a_note_says_where_the_service_was_performed() -> None:
    sale = opened()
    sale.play(invoice(service("20"), customer=None, supply_place="YT", basis="gross"))
    about = note(lines=(), invoice=INVOICE_ID)
    refusal = sale.refusal(about)
    assert (refusal.code, refusal.place) == ("NOTE_MENTION_MISSING", "/texts/performance_place")
    sale.play(replace(about, texts=TextsInput(performance_place="4 rue du Lagon, 97600 Mamoudzou")))


def test_a_note_may_be_for_an_invoice_or_for_a_contract() -> None:
    sale = opened()
    sale.play(invoice())
    sale.play(note(lines=(), client=None, invoice=INVOICE_ID))
    assert (sale.last(NoteIssued).invoice, sale.last(NoteIssued).totals.gross_cents) == (INVOICE_ID, 12_000)
    signed(sale)
    sale.play(note(kind="building_works", lines=(), client=None, quote=QUOTE_ID))
    event = sale.last(NoteIssued)
    assert (event.quote, event.totals.gross_cents) == (QUOTE_ID, 170_000)
    assert event.client is not None


def test_a_note_is_for_one_thing() -> None:
    sale = opened()
    sale.play(invoice())
    assert sale.refusal(note(invoice=INVOICE_ID)).code == "NOTE_SUBJECT_AMBIGUOUS"
    assert sale.refusal(note(lines=())).code == "NOTE_SUBJECT_AMBIGUOUS"


def test_a_business_gets_an_invoice_and_no_note() -> None:
    sale = opened()
    sale.play(invoice(customer=BUSINESS))
    assert sale.refusal(note(lines=(), invoice=INVOICE_ID)).code == "NOTE_FOR_CONSUMERS"


@pytest.mark.parametrize(("performed_on", "code"), [("2026-11-24", "DATE_IN_FUTURE"), ("2026-02-30", "DATE_MALFORMED")])
def test_a_note_is_for_what_was_done(performed_on: str, code: str) -> None:
    assert opened().refusal(replace(note(), performed_on=performed_on)).code == code


def test_an_unknown_subject_is_said_to_be_unknown() -> None:
    sale = opened()
    assert sale.refusal(note(lines=(), invoice=INVOICE_ID)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(note(lines=(), quote=QUOTE_ID)).code == "REFERENCE_UNKNOWN"
