"""An erasure by whoever has the keys is held against the law of its day, from the entries alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.erasure import STREAM, Erased, erase, erase_due, finish
from archive.reading import Confirmed, confirm
from archive.standing_in import StandingIn
from archive.verifiers import verify
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.periods import SetYearEnd
from ledger.domain.commands.quotes import SignQuote
from ledger.domain.early import UNDER_WAY, Early
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import DataErased, ErasedPlace
from ledger.domain.events.signatures import Evidence
from ledger.domain.periods import BusinessDays
from ledger.shell.mapper import Event
from ledger.shell.verification import verify_ledger
from tests.archive.samples import Sample, sample, sell
from tests.retention.scene import another_medium, copied, purged, verified
from tests.retention.test_erasure import ZOE, bought, customer, quote
from tests.shell.business import PRICE_CENTS, invoice

PARIS = BusinessDays(ZoneInfo("Europe/Paris"), timedelta(0))
KEPT_ACCOUNTS = "2036-12-31 (C. com. L123-22)"


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Sample]:
    with sample(tmp_path) as made:
        yield made


def erased(it: Sample, seqs: Sequence[int], ground: str = "retention_ended") -> int:
    """Erase what these entries disclose as whoever holds the key can, past every refusal; the seq of the entry."""
    places = tuple(
        ErasedPlace(seq=one.seq, path=one.path) for one in it.store.disclosures(it.ledger) if one.seq in seqs
    )
    assert places
    event = DataErased(ground=ground, law="C. com. L123-22", places=places)  # type: ignore[arg-type] # one of the four
    version = it.store.versions(it.ledger, [STREAM]).get(STREAM, 0) + 1
    seq = it.service.append(it.ledger, [Event(STREAM, version, event, "system")], actor="system").entries[-1].seq
    finish(it.service, it.ledger)
    return seq


def of(it: Sample, stream: str) -> list[int]:
    return [line.seq for line in it.store.stream(it.ledger, stream)]


def told(it: Sample) -> list[tuple[str, int, str]]:
    """What `sceau verify` finds; the shipped verifier, which shares no code with it, finds the same."""
    found = [tuple(one) for one in verified(it).verdict.findings]
    lines = [(line.seq, line.line) for line in it.store.lines(it.ledger) if line.line]
    assert found == by_the_shipped_one(lines)
    return found  # type: ignore[return-value] # of three


def by_the_shipped_one(lines: list[tuple[int, bytes]]) -> list[tuple[str, int, str]]:
    bodies = {seq: orjson.loads(line)["entry"] for seq, line in lines}
    erasures = {
        seq: [place["seq"] for place in one["body"]["places"]]
        for seq, one in bodies.items() if one["type"] == DataErased.TYPE
    }  # fmt: skip
    opening = bodies[1]["body"]
    follow = verify.Early(verify.Bounds(opening), verify.Calendar(opening, True), erasures)
    return [("erased_too_early", seq, said.en) for seq, line in lines for said in follow.take(seq, line)]


def early(seq: int, of_entry: int, kept: str = KEPT_ACCOUNTS) -> list[tuple[str, int, str]]:
    return [("erased_too_early", seq, f"what entry {of_entry} names was to be kept until {kept}")]


def test_a_name_on_an_invoice_erased_on_the_last_day_is_found_and_the_day_after_is_not(it: Sample) -> None:
    who = customer(it)
    first, second = (of(it, f"invoice:{bought(it, who)}")[0] for _ in range(2))
    it.day(2036, 12, 31)
    seq = erased(it, [first])
    it.day(2037, 1, 1)
    erased(it, [second])
    assert told(it) == early(seq, first)
    assert verified(it).verdict.proven_until == seq - 1


@pytest.mark.parametrize("ground", ["retention_ended", "prospect_ended", "asked", "court"])
def test_no_ground_that_the_entry_gives_excuses_it(it: Sample, ground: str) -> None:
    who = customer(it)
    seqs = of(it, f"invoice:{bought(it, who)}")
    it.day(2030, 6, 1)
    assert told(it) == []
    seq = erased(it, seqs, ground)
    assert told(it) == early(seq, seqs[0])


def test_a_customers_record_is_kept_as_long_as_their_documents(it: Sample) -> None:
    who = customer(it)
    bought(it, who)
    record = of(it, f"customer:{who}")
    it.day(2036, 12, 31)
    assert told(it) == []
    seq = erased(it, record, "asked")
    assert told(it) == early(seq, record[0])


def test_a_customer_who_came_back_is_kept_from_then(it: Sample) -> None:
    who = customer(it)
    old = of(it, f"invoice:{bought(it, who)}")
    it.day(2030, 3, 1)
    bought(it, who)
    it.day(2037, 1, 1)
    seq = erased(it, old)
    assert told(it) == early(seq, old[0], "2040-12-31 (C. com. L123-22)")


def test_a_financial_year_that_is_not_the_calendars_counts_to_its_own_end(it: Sample) -> None:
    it.play(SetYearEnd(ends_on="2027-06-30"))
    who = customer(it)
    seqs = of(it, f"invoice:{bought(it, who)}")
    it.day(2037, 6, 30)
    seq = erased(it, seqs)
    assert told(it) == early(seq, seqs[0], "2037-06-30 (C. com. L123-22)")


def test_a_signed_contract_is_kept_ten_years_before_anything_was_invoiced(it: Sample) -> None:
    who = customer(it)
    made = str(it.play(quote(who))["quote"])
    shown = next(line.fingerprint for line in it.store.stream(it.ledger, f"quote:{made}"))
    signed = Evidence(name_typed="Zoé Lefèvre", consent_text="J'accepte ce devis.", ip="2001:db8::42")
    it.play(SignQuote(quote=made, document_version=1, fingerprint=shown, evidence=signed))
    it.day(2036, 11, 23)
    seq = erased(it, of(it, f"customer:{who}"), "asked")
    assert told(it) == early(seq, of(it, f"customer:{who}")[0], "2036-11-23 (C. conso L213-1)")


def test_a_prospect_may_be_erased_when_asked_but_not_as_one_whose_time_is_over(it: Sample) -> None:
    asks, silent = customer(it), customer(it)
    erased(it, of(it, f"customer:{asks}"), "asked")
    assert told(it) == []
    seq = erased(it, of(it, f"customer:{silent}"), "prospect_ended")
    assert told(it) == early(seq, of(it, f"customer:{silent}")[0], "2029-11-23 (RGPD 5-1-e (CNIL))")


def test_a_passing_customers_invoice_is_kept_too(it: Sample) -> None:
    sell(it)
    seq = next(one.seq for one in it.store.lines(it.ledger, types=["invoice.issued/1"]))
    by = erased(it, [seq])
    assert told(it) == early(by, seq)


def test_what_is_about_no_customer_is_never_erased(it: Sample) -> None:
    seq = next(one.seq for one in it.store.lines(it.ledger, types=["issuer.profile_set/1"]))
    it.day(2060, 1, 1)
    by = erased(it, [seq])
    words = f"entry {seq} is about no customer: it is kept for ever"
    assert told(it) == [("erased_too_early", by, words)]


def test_a_sale_that_was_under_way_when_somebody_else_erased_does_not_count(it: Sample) -> None:
    who = customer(it)
    record = of(it, f"customer:{who}")
    it.clock.pass_by(timedelta(hours=1))
    bought(it, who)
    it.clock.pass_by(UNDER_WAY / 2)
    erased(it, record, "asked")
    assert told(it) == []


def test_a_sale_that_was_over_when_somebody_erased_counts(it: Sample) -> None:
    who = customer(it)
    record = of(it, f"customer:{who}")
    bought(it, who)
    it.clock.pass_by(2 * UNDER_WAY)
    seq = erased(it, record, "asked")
    assert told(it) == early(seq, record[0])


def test_what_a_purge_took_counts_by_what_it_says_of_customers_and_by_the_archive(tmp_path: Path) -> None:
    with another_medium() as medium, sample(tmp_path) as it:
        who = customer(it)
        bought(it, who)
        record = of(it, f"customer:{who}")
        it.day(2026, 12, 1)
        copy = copied(it.archive("2026-11"), medium)
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert purged(it, copy).emptied > 0
        it.clock.pass_by(timedelta(hours=1))
        seq = erased(it, record, "asked")
        assert told(it) == early(seq, record[0])
        lent = StandingIn(it.store, it.ledger, [copy])
        found = verify_ledger("memory:", lent, it.service.keys, it.ledger, processes=1)
        assert [tuple(one) for one in found.verdict.findings] == early(seq, record[0])


def test_a_purge_after_an_erasure_in_its_time_does_not_make_it_early(tmp_path: Path) -> None:
    with another_medium() as medium, sample(tmp_path) as it:
        who = customer(it)
        bought(it, who)
        it.day(2037, 1, 2)
        assert isinstance(erase(it.service, it.ledger, who), Erased)
        copy = copied(it.archive("2026-11"), medium)
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert purged(it, copy).emptied > 0
        assert told(it) == []


def test_a_payment_of_two_customers_stays_with_the_one_that_it_names(it: Sample) -> None:
    stays, goes = customer(it), customer(it)
    open_ones = [str(it.play(invoice(client=None, customer=who))["invoice"]) for who in (stays, goes)]
    shares = tuple(Allocation(about=one, about_kind="invoice", amount_cents=PRICE_CENTS) for one in open_ones)
    it.play(RecordPayment(means="cheque", amount_cents=2 * PRICE_CENTS, allocations=shares, payer=ZOE))
    it.day(2030, 3, 1)
    bought(it, stays)
    it.day(2037, 1, 1)
    assert isinstance(erase(it.service, it.ledger, goes), Erased)
    assert told(it) == []


def test_all_that_is_due_in_many_years_is_never_found(it: Sample) -> None:
    people = [customer(it) for _ in range(3)]
    bought(it, people[0])
    it.play(quote(people[1]))
    for year in (2028, 2029, 2030, 2036, 2037, 2038, 2041):
        it.day(year, 6, 1)
        if year == 2030:
            bought(it, people[0])
        erase_due(it.service, it.ledger)
        sell(it)
    found = verified(it)
    assert (found.verdict.findings, found.ok) == ((), True)
    assert sum(1 for _ in it.store.lines(it.ledger, types=["data.erased/1"])) >= 2


@given(st.lists(st.tuples(st.sampled_from(["invoice:1", "erasure:self", "period:self", "archive:self", "x", ":", ""]),
                          st.sampled_from(["data.erased/1", "period.closed/1", "entries.purged/1", "ledger.opened/1"]),
                          st.binary(max_size=80) | st.sampled_from([
                              b'{"chain":{"at":"2026-11-22T09:00:00.000000Z"},"entry":{"body":[]}}',
                              b'{"chain":{"at":"9999-12-31T23:59:59.999999Z"},"entry":{"body":{"ground":1}}}',
                              b'{"chain":{"at":"0001-01-01T00:00:00.000000Z"},"entry":{"body":{"manifest":[]}}}',
                          ])), max_size=20))  # fmt: skip
def test_no_bytes_stop_it(rows: list[tuple[str, str, bytes]]) -> None:
    looked = Early(PARIS, {seq: [1, 2] for seq in range(1, 21)})
    for seq, (stream, type_name, line) in enumerate(rows, 1):
        assert all(one.code == "erased_too_early" for one in looked(seq, stream, type_name, line))
