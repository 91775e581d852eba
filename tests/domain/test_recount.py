"""The recount of a ledger's numbers: what no command would have written is found."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.events import EVENT_TYPES
from ledger.domain.recount import CODES, NUMBERED, TYPES, Fact, Misshapen, Recount, Taken, select
from ledger.kernel import canonical

FACTURES = "11111111-1111-4111-8111-111111111111"
YEARLY = "22222222-2222-4222-8222-222222222222"
OPENED: dict[str, Any] = {"use": "invoice", "prefix": "F-", "yearly": False, "width": 5, "first": 1}


def counted() -> Recount:
    """A ledger with a series that goes on for ever and one that begins again each year."""
    count = Recount()
    assert list(count(1, Fact("series.opened/1", f"series:{FACTURES}", OPENED))) == []
    yearly = {**OPENED, "use": "credit_note", "prefix": "AV-", "yearly": True, "width": 3}
    assert list(count(2, Fact("series.opened/1", f"series:{YEARLY}", yearly))) == []
    return count


def codes(count: Recount, *facts: object) -> list[str]:
    return [finding.code for seq, fact in enumerate(facts, 10) for finding in count(seq, fact)]


def invoice(n: int, on: str = "2026-11-22", number: str | None = None) -> Taken:
    return Taken(FACTURES, n, number or f"F-{n:05d}", on)


def test_numbers_in_order_are_well() -> None:
    assert codes(counted(), invoice(1), invoice(2), invoice(3, "2027-01-02")) == []


def test_a_yearly_series_begins_again_with_the_year() -> None:
    facts = [
        Taken(YEARLY, 1, "AV-2026-001", "2026-12-30"),
        Taken(YEARLY, 2, "AV-2026-002", "2026-12-31"),
        Taken(YEARLY, 1, "AV-2027-001", "2027-01-01"),
    ]
    assert codes(counted(), *facts) == []
    assert codes(counted(), facts[0], Taken(YEARLY, 2, "AV-2027-002", "2027-01-01")) == ["number_gap"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ([invoice(2)], "number_gap"),
        ([invoice(1), invoice(1)], "number_double"),
        ([invoice(1), invoice(3)], "number_gap"),
        ([invoice(1, number="F-1")], "number_form"),
        ([invoice(1), invoice(2, "2026-11-21")], "number_backdated"),
        ([Taken(YEARLY[:-1] + "3", 1, "F-00001", "2026-11-22")], "series_unknown"),
        ([invoice(0)], "body_schema"),
        ([invoice(-5)], "body_schema"),
        ([invoice(1, "22/11/2026")], "body_schema"),
        ([invoice(1, "20261122")], "body_schema"),
        ([Misshapen("/number")], "body_schema"),
        ([Fact("series.closed/1", f"series:{FACTURES}", {"last": 0}), invoice(1)], "series_closed"),
        ([Fact("series.closed/1", f"series:{FACTURES[:-1]}9", {"last": 0})], "series_unknown"),
        ([Fact("series.opened/1", f"series:{FACTURES}", OPENED)], "series_reopened"),
        ([Fact("series.opened/1", f"series:{FACTURES[:-1]}9", OPENED)], "series_clash"),
        ([Fact("series.opened/1", f"series:{FACTURES[:-1]}9", {**OPENED, "width": 2**50})], "body_schema"),
        ([Fact("series.opened/1", f"series:{FACTURES[:-1]}9", {"use": 1})], "body_schema"),
    ],
)
def test_what_no_command_would_have_written_is_found(facts: list[object], code: str) -> None:
    assert codes(counted(), *facts) == [code]


DECEMBER = Taken(YEARLY, 1, "AV-2026-001", "2026-12-31")
JANUARY = Taken(YEARLY, 1, "AV-2027-001", "2027-01-04")


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ([invoice(1), invoice(2), invoice(2, "2026-11-21")], ["number_backdated", "number_double"]),
        ([invoice(1), invoice(2), invoice(1, "2026-11-21")], ["number_backdated", "number_double"]),
        ([DECEMBER, JANUARY, DECEMBER], ["number_backdated", "number_double"]),
        ([DECEMBER, JANUARY, Taken(YEARLY, 2, "AV-2026-002", "2026-12-31")], ["number_backdated"]),
        ([DECEMBER, JANUARY, Taken(YEARLY, 1, "AV-2025-001", "2025-12-31")], ["number_backdated"]),
        ([invoice(1), invoice(2, number="F-00001")], ["number_form", "number_double"]),
        ([invoice(1), invoice(2, "2026-11-21", number="F-00001")], ["number_backdated", "number_double"]),
        ([invoice(1), invoice(2, number="F-00002x")], ["number_form"]),
        ([invoice(1), invoice(2, number="F-0000²")], ["number_form"]),
    ],
)
def test_a_number_given_twice_is_found_whatever_else_is_wrong_with_it(facts: list[object], found: list[str]) -> None:
    assert codes(counted(), *facts) == found


def test_one_gap_is_told_once_and_the_count_goes_on_from_there() -> None:
    assert codes(counted(), invoice(1), invoice(5), invoice(6), invoice(7)) == ["number_gap"]


def test_a_number_that_would_steer_a_terminal_is_told_in_plain_words() -> None:
    (finding,) = counted()(5, invoice(1, number="F-\x1b[2J" + "9" * 100))
    assert finding.words.isprintable()
    assert len(finding.words) < 120


@pytest.mark.parametrize("type_name", sorted(NUMBERED))
def test_the_number_of_every_numbered_type_is_taken(type_name: str) -> None:
    body: dict[str, Any] = {"series": FACTURES, "n": 1, "number": "F-00001", "issued_on": "2026-11-22"}
    assert select(7, type_name, "invoice:x", body) == invoice(1)
    for broken in ({**body, "n": True}, {**body, "n": "1"}, {**body, "number": None}, {**body, "series": 5}):
        assert isinstance(select(7, type_name, "invoice:x", broken), Misshapen)


def test_only_a_deposit_request_may_go_without_a_number() -> None:
    bare = [name for name in sorted(NUMBERED) if select(7, name, "x:self", {"issued_on": "2026-11-22"}) is None]
    assert bare == ["deposit.requested/1"]


def test_every_type_that_carries_a_number_is_counted_but_a_new_version_of_a_quote() -> None:
    carries = {each.TYPE for each in EVENT_TYPES if {"number", "n"} <= set(each.__dataclass_fields__)}
    assert carries - TYPES == {"quote.revised/1"}


def test_the_register_of_the_head_row_is_compared() -> None:
    count = counted()
    kept = canonical.encode(count.register.to_json())
    assert list(count.compare(kept, 9)) == []
    for wrong in (b"", kept + b" ", b"\xff", b"null"):
        assert [(finding.code, finding.seq) for finding in count.compare(wrong, 9)] == [("register_mismatch", 9)]


def test_a_second_opening_of_the_ledger_does_not_reset_the_counts() -> None:
    count = counted()
    count.register = count.register.__class__(kind="live", series=count.register.series)
    body = {"kind": "live"}
    assert codes(count, Fact("ledger.opened/1", "ledger:self", body)) == ["body_schema"]
    assert FACTURES in count.register.series


def test_every_code_is_listed() -> None:
    assert {"number_gap", "number_double", "register_mismatch", "opened_again"} < CODES
