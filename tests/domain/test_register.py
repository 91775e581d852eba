"""The register keeps what it has when a document takes a number."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.periods import Periods
from ledger.domain.register import Register, Series


def test_taking_a_number_changes_its_series_and_nothing_else() -> None:
    one = Series("invoice", "F", True, 5, 7, 1)
    other = Series("quote", "D", True, 5, 3, 1)
    before = Register(
        kind="live", clock="simulated", siren="123456782", establishment="1", till="t", currency="XPF",
        time_zone="Pacific/Noumea", cut_off="04:00", year_start="07-01", issuer_version=4, closed=True,
        summed_cents=500, open_cents=40,
            periods=Periods("2026-01-01", "2026-01-01", 9, "2026-01-01", "2026-01-31", "2026-01-01", "2026-12-31"),
        series={"a": one, "b": other},
    )  # fmt: skip
    after = before.taken("a", 7, "2026-11-22", 2)
    taken = replace(one, next=8, year=2026, last_on="2026-11-22")
    assert after == replace(before, open_cents=42, series={"a": taken, "b": other})
    default = Register()
    assert all(getattr(before, name) != getattr(default, name) for name in Register.__dataclass_fields__)
    assert Register.from_json(after.to_json()) == after
