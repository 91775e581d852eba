"""Payments as a bank's line may meet them: found by day and by reference, less what went back."""

from __future__ import annotations

from projections.bank.projection import PAYMENTS, known_around, known_by_reference
from tests.projections.kit import check, entry, view_of

RECEIVED = {
    "amount_cents": 12_000,
    "currency": "EUR",
    "received_on": "2026-03-05",
    "means": "credit_transfer",
    "till": "1",
}


def payment(seq: int, name: str, **more: object):  # type: ignore[no-untyped-def] # an Entry
    return entry(seq, "payment.received/1", {**RECEIVED, **more}, stream=f"payment:{name}")


ENTRIES = [
    payment(1, "hand"),
    payment(2, "file", statement="ab" * 32, reference="E2E-1"),
    payment(3, "card", means="card"),
    payment(4, "old", received_on="2026-01-05", reference="E2E-1"),
    payment(5, "other", received_on="2026-03-12", reference="E2E-10"),
    entry(6, "payment.reversed/1", {"amount_cents": 2_000}, stream="payment:file"),
    entry(7, "payment.refunded/1", {"amount_cents": 500}, stream="payment:hand"),
    entry(8, "payment.means_corrected/1", {"means": "cheque", "means_before": "card"}, stream="payment:card"),
    entry(9, "payment.reversed/1", {"amount_cents": 1}, stream="payment:purged"),
]


def test_payments_by_hand_near_a_day_are_found_with_what_is_left_of_them() -> None:
    view = view_of(PAYMENTS, ENTRIES)
    found = {each.payment: each.left_cents for each in known_around(view, ["2026-03-05"], 7)}
    assert found == {"hand": 11_500, "card": 12_000, "other": 12_000}
    assert {each.payment for each in known_around(view, ["2026-03-05"], 6)} == {"hand", "card"}
    assert known_around(view, [], 7) == []


def test_payments_are_found_by_exactly_their_reference() -> None:
    view = view_of(PAYMENTS, ENTRIES)
    found = {each.payment: each.left_cents for each in known_by_reference(view, ["E2E-1", "E2E-1"])}
    assert found == {"file": 10_000, "old": 12_000}
    assert known_by_reference(view, ["E2E"]) == []


def test_it_is_a_projection_as_all_others() -> None:
    check(PAYMENTS, ENTRIES)
