"""A person's data go when the law lets them, and not before; the chain verifies as it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest

from archive import reading
from archive.erasure import PLACES, Erased, erase, erase_due, finish
from archive.reading import Confirmed, confirm
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.parties import RegisterCustomer, UpdateCustomer
from ledger.domain.commands.quotes import IssueQuote
from ledger.domain.events.common import Address, Party
from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.retention import kept_until
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.side import Draft
from tests.archive.samples import Sample, sample, sell
from tests.retention.scene import another_medium, copied, purged, refused, verified
from tests.shell.business import invoice, payment

ZOE = Party(name="Zoé Lefèvre", address=Address(lines=("3 rue de l'Orme",), postcode="35000", city="Rennes"))
DOOR = (LineInput(label="Pose d'une porte", unit_price="240", nature="services"),)


@pytest.fixture(params=["sqlite", "postgresql"])
def it(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sample]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with sample(tmp_path, url) as made:
        yield made


def customer(it: Sample) -> str:
    return str(it.play(RegisterCustomer(kind="consumer", party=ZOE))["customer"])


def quote(who: str) -> IssueQuote:
    return IssueQuote(customer=who, lines=DOOR, channel="premises", starts_on="2040-01-01", duration_days=5)


def bought(it: Sample, who: str) -> str:
    made = str(it.play(invoice(client=None, customer=who, lines=DOOR))["invoice"])
    due = it.service.state(it.ledger, INVOICE, made)
    assert due is not None
    it.play(payment(made, due.open_cents))
    return made


def names(it: Sample) -> int:
    return sum("Lefèvre".encode() in one.value for one in it.store.disclosures(it.ledger))


def done(outcome: Erased | Refusal) -> Erased:
    assert isinstance(outcome, Erased), outcome
    return outcome


def told(it: Sample, type_name: str) -> list[dict[str, object]]:
    return [orjson.loads(one.line)["entry"]["body"] for one in it.store.lines(it.ledger, types=[type_name])]


def test_a_customers_data_are_kept_ten_years_from_the_end_of_the_financial_year(it: Sample) -> None:
    who = customer(it)
    bought(it, who)
    held = names(it)
    outcome = erase(it.service, it.ledger, who)
    assert refused(outcome) == "ERASURE_TOO_EARLY"
    assert isinstance(outcome, Refusal)
    assert dict(outcome.facts)["kept_until"] == "2036-12-31"
    assert "L123-22" in outcome.words
    assert names(it) == held > 1
    (entry,) = told(it, "erasure.refused/1")
    assert entry == {"subject": who, "law": "C. com. L123-22", "kept_until": "2036-12-31"}


def test_after_that_day_every_place_that_names_them_is_erased(it: Sample) -> None:
    who = customer(it)
    it.play(UpdateCustomer(customer=who, kind="consumer", party=ZOE, payment_days=15))
    mine = bought(it, who)
    sell(it)  # somebody else's
    others = len(list(it.store.disclosures(it.ledger)))
    it.day(2036, 12, 31)
    assert refused(erase(it.service, it.ledger, who)) == "ERASURE_TOO_EARLY"
    it.day(2037, 1, 1)
    out = done(erase(it.service, it.ledger, who))
    assert names(it) == 0
    assert len(list(it.store.disclosures(it.ledger))) == others - out.places
    found = verified(it)
    assert (found.verdict.findings, found.ok) == ((), True)
    (entry,) = told(it, "data.erased/1")
    assert (entry["ground"], entry["law"], len(entry["places"])) == (  # type: ignore[arg-type] # a list
        "retention_ended", "C. com. L123-22", out.places,
    )  # fmt: skip
    state = it.service.state(it.ledger, INVOICE, mine)
    assert state is not None
    assert state.issued.client is None  # the writer's and the readers' word
    assert refused(it.service.execute(it.ledger, invoice(client=None, customer=who))) == "CUSTOMER_ERASED"
    assert refused(erase(it.service, it.ledger, who)) == "ERASURE_NOTHING"


def test_a_writer_that_had_read_a_name_has_forgotten_it(it: Sample) -> None:
    who = customer(it)
    state = it.service.state(it.ledger, CUSTOMER, who)
    assert state is not None
    assert state.party == ZOE
    it.play(quote(who))  # the writer has read the party now
    done(erase(it.service, it.ledger, who))
    assert refused(it.service.execute(it.ledger, quote(who))) == "CUSTOMER_ERASED"
    assert names(it) == 0


def test_a_prospect_is_erased_on_request_at_any_time_and_by_itself_after_three_years(it: Sample) -> None:
    asks, silent = customer(it), customer(it)
    for who in (asks, silent):
        it.play(quote(who))
    assert done(erase(it.service, it.ledger, asks)).places > 1
    assert told(it, "data.erased/1")[0]["ground"] == "asked"
    it.day(2029, 11, 23)
    assert erase_due(it.service, it.ledger).places == 0
    it.day(2029, 11, 24)
    out = erase_due(it.service, it.ledger)
    assert out.persons == 1
    assert told(it, "data.erased/1")[1]["ground"] == "prospect_ended"
    assert names(it) == 0
    assert verified(it).ok


def test_passing_customers_are_erased_when_their_time_is_over(it: Sample) -> None:
    sell(it)
    it.day(2037, 1, 1)
    out = erase_due(it.service, it.ledger)
    assert out.places > 0
    kinds = {
        line.stream.partition(":")[0]
        for each in it.store.disclosures(it.ledger)
        for line in it.store.lines(it.ledger, each.seq - 1, each.seq)
    }
    assert kinds <= {"issuer", "ledger"}
    assert verified(it).ok
    assert erase_due(it.service, it.ledger).places == 0


def test_drafts_that_name_who_was_erased_go_too(it: Sample) -> None:
    who = customer(it)
    side = it.store.side()
    body = orjson.dumps({"customer": who, "note": "porte de Zoé"})
    assert side.create_draft(it.ledger, Draft("d1", "quote", 1, body, "2026-11-23T09:00:00.000000Z"))
    assert side.create_draft(it.ledger, Draft("d2", "quote", 1, b"{}", "2026-11-23T09:00:00.000000Z"))
    done(erase(it.service, it.ledger, who))
    assert [one.draft for one in side.drafts(it.ledger)] == ["d2"]


def test_an_unknown_customer_is_refused_and_nothing_written(it: Sample) -> None:
    head = it.store.head(it.ledger)
    unknown = "00000000-0000-4000-8000-000000000000"
    assert refused(erase(it.service, it.ledger, unknown)) == "CUSTOMER_UNKNOWN"
    assert it.store.head(it.ledger) == head


def test_many_places_are_listed_by_several_entries(it: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PLACES == 500
    monkeypatch.setattr("archive.erasure.PLACES", 2)
    who = customer(it)
    for _ in range(4):
        it.play(quote(who))
    out = done(erase(it.service, it.ledger, who))
    assert len(out.entries) == (out.places + 1) // 2 > 2
    assert names(it) == 0
    assert verified(it).ok


def test_what_an_entry_lists_is_erased_by_whoever_comes_next(it: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    who = customer(it)
    monkeypatch.setattr("archive.erasure.finish", lambda *_: 0)  # the run ends after its entry
    out = done(erase(it.service, it.ledger, who))
    assert names(it) == 1
    monkeypatch.undo()
    assert finish(it.service, it.ledger) == out.places == 1
    assert names(it) == 0
    assert finish(it.service, it.ledger) == 0


def test_old_archives_verify_after_an_erasure(it: Sample) -> None:
    who = customer(it)
    it.play(quote(who))
    it.day(2026, 12, 1)
    made = it.archive("2026-11")
    done(erase(it.service, it.ledger, who))
    assert reading.verify([made.path], ["--genesis", it.genesis], quiet=True) == 0


def test_a_customer_whose_documents_were_purged_is_no_prospect(tmp_path: Path) -> None:
    with another_medium() as medium, sample(tmp_path) as it:
        who, prospect = customer(it), customer(it)
        bought(it, who)
        it.day(2026, 12, 1)
        made = it.archive("2026-11")
        copy = copied(made, medium)
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert purged(it, copy).emptied > 0
        assert told(it, "entries.purged/1")[0]["customers"] == [who]
        assert refused(erase(it.service, it.ledger, who)) == "ERASURE_TOO_EARLY"
        assert done(erase(it.service, it.ledger, prospect)).places == 1
        it.day(2037, 1, 1)
        assert done(erase(it.service, it.ledger, who)).places == 1
        assert names(it) == 0
        assert verified(it).ok


def test_what_a_purge_took_counts_from_the_last_day_of_its_archive_not_from_its_closing(tmp_path: Path) -> None:
    """The year 2026 is closed by an entry of January 2027: its accounts are of 2026 all the same (C. com. L123-22)."""
    with another_medium() as medium, sample(tmp_path) as it:
        who = customer(it)
        it.day(2026, 12, 30)
        bought(it, who)
        it.day(2027, 1, 4)
        copy = copied(it.archive("2026"), medium)
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert purged(it, copy).emptied > 0
        it.day(2036, 12, 31)
        outcome = erase(it.service, it.ledger, who)
        assert isinstance(outcome, Refusal), outcome
        assert dict(outcome.facts)["kept_until"] == "2036-12-31"
        it.day(2037, 1, 1)
        assert done(erase(it.service, it.ledger, who)).places == 1
        assert names(it) == 0
        assert verified(it).ok


@pytest.mark.parametrize(
    ("kept", "since", "until"),
    [
        ("tax", date(2026, 11, 23), date(2032, 11, 23)),
        ("accounts", date(2028, 2, 29), date(2038, 2, 28)),
        ("contract", date(2026, 11, 23), date(2036, 11, 23)),
        ("prospect", date(2026, 11, 23), date(2029, 11, 23)),
    ],
)
def test_how_long_each_sort_is_kept(kept: str, since: date, until: date) -> None:
    assert kept_until(kept, since, date(2026, 11, 23))[0] == until  # type: ignore[arg-type] # one of the four
