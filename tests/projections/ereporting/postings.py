"""Postings made by hand, as the book would make them (docs/projections/book.md), for e-reporting alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from ledger.domain.regimes.fr.ereporting import FirmSize
from ledger.domain.types import CustomerKind, Nature, VatCategory, VatRegime
from projections.book.posting import Account, Cause, DueBy, Posting
from projections.ereporting.due import Figures, Read
from projections.ereporting.periods import Situation, Situations

INVOICE = "invoice:cccccccc-0000-4000-8000-{:012d}"


def firm(
    regime: VatRegime = "normal_monthly", size: FirmSize = "micro", *, debits: bool = False, since: str = "2026-01-01"
) -> Situations:
    """A firm whose situation never changes."""
    return Situations((Situation(since, regime, size, debits),))


class Book:
    """A book that a test writes line by line; each call is one entry."""

    def __init__(self) -> None:
        self.postings: list[Posting] = []
        self._seq = 10

    @property
    def head(self) -> int:
        return self._seq

    def sell(
        self,
        on: str,
        base_cents: int,
        vat_cents: int = 0,
        rate_bp: int = 2000,
        *,
        invoice: int = 1,
        nature: Nature = "services",
        kind: CustomerKind | None = "consumer",
        category: VatCategory | None = None,
        **more: object,
    ) -> None:
        """An invoice; below zero, a credit note. Services wait for the money, goods are delivered at once."""
        one = self._one(on, "credit_note" if base_cents < 0 else "invoice", invoice)
        shared = replace(
            one,
            rate_bp=rate_bp,
            category=category or ("S" if rate_bp else "E"),
            nature=nature,
            customer_kind=kind,
            **more,  # type: ignore[arg-type] # members of Posting, by name
        )
        account: Account = "vat_waiting" if nature == "services" else "vat_collected"
        self.postings += [
            replace(shared, rank=1, account="sales", amount_cents=-base_cents, base_cents=-base_cents),
            replace(
                shared,
                rank=2,
                account=account,
                amount_cents=-vat_cents,
                base_cents=-base_cents,
                due_by=None if account == "vat_waiting" else "delivery",
            ),
        ]

    def pay(
        self,
        on: str,
        gross_cents: int,
        rate_bp: int = 2000,
        *,
        invoice: int = 1,
        due_by: DueBy = "receipt",
        nature: Nature = "services",
        kind: CustomerKind | None = "consumer",
        cause: Cause | None = None,
        recorded: str | None = None,
    ) -> None:
        """Money for services, with the VAT that falls due by it; below zero, it goes back."""
        vat_cents = gross_cents * rate_bp // (10_000 + rate_bp)
        base_cents = gross_cents - vat_cents
        one = self._one(on, cause or ("refund" if gross_cents < 0 else "payment"), invoice)
        shared = replace(
            one, rate_bp=rate_bp, category="S" if rate_bp else "E", nature=nature, customer_kind=kind,
            day=recorded or on,
        )  # fmt: skip
        self.postings += [
            replace(shared, rank=1, account="vat_waiting", amount_cents=vat_cents, base_cents=base_cents),
            replace(
                shared,
                rank=2,
                account="vat_collected",
                amount_cents=-vat_cents,
                base_cents=-base_cents,
                due_by=due_by if rate_bp else "none",
            ),
        ]

    def _one(self, on: str, cause: Cause, invoice: int) -> Posting:
        self._seq += 1
        document = INVOICE.format(invoice)
        return Posting(
            self._seq, 1, 0, "invoice.issued/1", on, on, cause, "sales", 0, "EUR", document=document, settles=document
        )

    @property
    def read(self) -> Read:
        def read(from_on: str, to_on: str) -> Iterator[Posting]:
            return iter([each for each in self.postings if from_on <= each.on <= to_on])

        return read

    def figures(self, by: Situations | None = None, upto_seq: int | None = None) -> Figures:
        return Figures(self.read, by or firm(), self.head if upto_seq is None else upto_seq)


def days(*texts: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, texts))


def cents_of(lines: Iterable[object]) -> list[tuple[str, int, int]]:
    return [(each.on, each.rate_bp, each.cents) for each in lines]  # type: ignore[attr-defined] # payment lines
