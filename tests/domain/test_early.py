"""Whose an erased entry is, where it speaks of several: it may go with whoever may go first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from ledger.domain.early import Early
from ledger.domain.periods import BusinessDays
from ledger.kernel.stretch import Finding

PARIS = BusinessDays(ZoneInfo("Europe/Paris"), timedelta(0))
GOES, STAYS = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
MINE, THEIRS = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
PAYMENT, REFUND = "cccccccc-0000-4000-8000-000000000001", "dddddddd-0000-4000-8000-000000000001"

HISTORY: list[tuple[str, str, str, dict[str, Any]]] = [
    ("2026-11-23", f"invoice:{THEIRS}", "invoice.issued/1", {"customer": STAYS}),
    ("2026-11-23", f"invoice:{MINE}", "invoice.issued/1", {"customer": GOES}),
    ("2026-11-23", f"payment:{PAYMENT}", "payment.received/1", {"allocations": [{"about": THEIRS}, {"about": MINE}]}),
    ("2026-11-24", f"refund:{REFUND}", "refund.paid/1", {"payment": PAYMENT}),
    ("2030-03-01", f"invoice:{THEIRS[:-1]}3", "invoice.issued/1", {"customer": STAYS}),
]


def found(erased: int, on: str) -> list[Finding]:
    entries = [*HISTORY, (on, "erasure:self", "data.erased/1", {"ground": "retention_ended", "places": []})]
    early = Early(PARIS, {len(entries): [erased]})
    told: list[Finding] = []
    for seq, (day, stream, type_name, body) in enumerate(entries, 1):
        line = orjson.dumps({"chain": {"at": f"{day}T12:00:00.000000Z"}, "entry": {"body": body}})
        told += early(seq, stream, type_name, line)
    return told


@pytest.mark.parametrize("seq", [2, 3, 4])
def test_what_speaks_of_two_persons_may_go_with_the_first_who_may(seq: int) -> None:
    assert found(seq, "2037-01-01") == []
    (one,) = found(seq, "2036-12-31")
    assert one.code == "erased_too_early"
    assert one.words == f"what entry {seq} names was to be kept until 2036-12-31 (C. com. L123-22)"


def test_what_speaks_of_one_stays_with_that_one() -> None:
    (one,) = found(1, "2040-12-31")
    assert "2040-12-31" in one.words
    assert found(1, "2041-01-01") == []
