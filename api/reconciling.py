"""Reconciling a service's ledger: the book read once more, beside closures, journals and e-reporting."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

import orjson

from api.accounts import Choices, books_of
from ledger.domain.types import VatRegime
from ledger.kernel.frozen import frozen
from ledger.shell.closing import closures
from ledger.shell.closing import days_of as business_days_of
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow
from projections.accounts.journals import no_name
from projections.book.posting import Posting
from projections.book.reading import postings_recorded
from projections.business.documents import DOCUMENT, DOCUMENTS
from projections.business.incoming import INCOMING, PAYOUT
from projections.engine.contract import Entry, View
from projections.engine.days import Days, days_of
from projections.engine.engine import Engine
from projections.ereporting import history
from projections.vat.bridge import COLUMNS, STEPS, TITLES, Bridge, Step
from projections.vat.periods import Period, named_days
from projections.vat.reconcile import Closure, Reconciliation, open_days, reconcile
from projections.vat.ties import documents_tie, ereporting_tie, journals_tie, payouts_tie

MOST_KEPT: Final = 200_000
"""Postings kept in memory at most, about a hundred megabytes."""

MOST_ENTRIES: Final = 1_000
"""Entries told of one step at most, unless more are asked for."""


@frozen
class Reconciled:
    """A period's bridges, and how many purged entries the book was made without."""

    made: Reconciliation
    missing: int


def period_asked(service: Service, row: LedgerRow, from_on: str | None, to_on: str | None) -> Period:
    """Give the days asked for: without a first day from the ledger's first, without a last day to today.

    Raises:
        ValueError: a text is no day, or the first is after the last.
    """
    register = service.register(row.ledger)
    today = business_days_of(register).of(service.clock.now()).isoformat()
    last = date.fromisoformat(to_on).isoformat() if to_on else today
    first = date.fromisoformat(from_on).isoformat() if from_on else min(register.periods.since or last, last)
    if first > last:
        raise ValueError("the first day is after the last")
    return named_days(first, last)


def reconciled(service: Service, engine: Engine, row: LedgerRow, period: Period) -> Reconciled:
    """Make every bridge of a period, as of the ledger's end.

    Raises:
        What `Engine.fresh` raises.
    """
    store, ledger = service.store, row.ledger
    currency = service.register(ledger).currency
    with engine.fresh(ledger, ("book", history.NAME, DOCUMENTS.name, INCOMING.name)) as views:
        book_view, upto = views["book"], views["book"].position
        firm = history.firm_of(views[history.NAME], upto)

        book = _Book(book_view, upto)
        closed = [Closure(each.seq, each.event) for each in closures(store, ledger, 0) if each.seq <= upto]
        last = max((each.closed.last_seq for each in closed if each.closed.period == "day"), default=0)
        days = days_of(store, ledger)
        unclosed = open_days((_entry(line.line, line, days) for line in store.lines(ledger, last, upto)), currency)
        ties = [
            documents_tie((row.key, row.body) for row in views[DOCUMENTS.name].rows(DOCUMENT)),
            payouts_tie(row.body for row in views[INCOMING.name].rows(PAYOUT)),
        ]
        if firm is not None:
            ties.append(ereporting_tie(firm))
        regime: VatRegime = firm.known[-1].regime if firm is not None else "normal_monthly"
        with books_of(service, engine, ledger, Choices(upto_seq=upto)) as books:
            made = reconcile(
                book,
                closed,
                period,
                currency=currency,
                regime=regime,
                upto_seq=upto,
                unclosed=unclosed,
                ties=(*ties, journals_tie(replace(books.journals, postings=book.between, name_of=no_name))),
            )
        return Reconciled(made, book_view.missing)


class _Book:
    """The postings of a ledger, read many times: kept in memory where they are few, else read from the rows again."""

    def __init__(self, view: View, upto_seq: int) -> None:
        self._view, self._upto = view, upto_seq
        kept = tuple(islice(postings_recorded(view, last_seq=upto_seq), MOST_KEPT + 1))
        self._kept = kept if len(kept) <= MOST_KEPT else None
        self._seqs = [each.seq for each in kept] if self._kept is not None else []

    def __call__(self) -> Iterator[Posting]:
        return iter(self.between(1, self._upto))

    def between(self, first: int, last: int) -> Iterable[Posting]:
        """Give the postings of the entries between two, both included, in order."""
        if self._kept is None:
            return postings_recorded(self._view, first_seq=first, last_seq=min(last, self._upto))
        return self._kept[bisect_left(self._seqs, first) : bisect_right(self._seqs, last)]


def _entry(written: bytes, line: Any, days: Days) -> Entry:
    said = orjson.loads(written)
    at, told = said["chain"]["at"], said["entry"]
    return Entry(
        line.seq, at, days.of(at), line.fingerprint, line.stream, line.version, line.type, told["actor"], told["body"]
    )


# ---- as JSON, for the command line and HTTP


def reconciled_json(found: Reconciled, most: int = MOST_ENTRIES) -> dict[str, Any]:
    """Give it as JSON: each bridge with its words, amounts in cents by column, entries and residue."""
    made = found.made
    return {
        "from_on": made.period.from_on,
        "to_on": made.period.to_on,
        "upto_seq": made.upto_seq,
        "closed_seq": made.closed_seq,
        "currency": made.currency,
        "holds": made.holds,
        "missing": found.missing,
        "bridges": [_bridge_json(each, most) for each in made.bridges],
    }


def _bridge_json(each: Bridge, most: int) -> dict[str, Any]:
    words = TITLES[each.name]
    return {
        "name": each.name,
        "words": {"fr": words.fr, "en": words.en},
        "key": list(each.key),
        "columns": list(each.columns),
        "column_words": [{"fr": COLUMNS[name].fr, "en": COLUMNS[name].en} for name in each.columns],
        "start": _step_json(each.start, most),
        "steps": [_step_json(step, most) for step in each.steps],
        "end": _step_json(each.end, most),
        "residue": list(each.residue),
        "holds": each.holds,
    }


def _step_json(step: Step, most: int) -> dict[str, Any]:
    words = STEPS[step.name]
    told: dict[str, Any] = {
        "name": step.name,
        "words": {"fr": words.fr, "en": words.en},
        "cents": list(step.cents),
        "entries": list(step.entries[:most]),
    }
    if len(step.entries) > most:
        told["more"] = len(step.entries) - most
    return told
