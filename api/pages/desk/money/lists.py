"""Lists of documents by key range: never the whole ledger, one page at a time, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final

from api.pages.desk.money.common import PAGE, Names
from projections.business.documents import DISPUTED, DOCUMENT, DUE, NUMBERED, OWNED
from projections.engine.contract import Row, View

BEHIND: Final = "~"
"""Sorts after every character of a day or a printed number."""
_LAST: Final = "\U0010ffff"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of rows, and where the next one begins; None at the end."""

    rows: Sequence[Row]
    after: str | None


def newest(view: View, lists: Sequence[Pair], after: str = "") -> Listed:
    """Give documents of some kinds and states together, the newest first, from a place on (`<day>/<number>`)."""
    upto = after or BEHIND

    def of(kind: str, state: str) -> Iterator[Row]:
        head = f"{kind}/{state}/"
        return view.rows(DOCUMENT, sort_from=head, sort_to=f"{head}{upto}", descending=True, limit=PAGE + 1)

    found = merge(*(of(*each) for each in lists), key=_tail, reverse=True)
    return _paged(list(islice(found, PAGE + 1)), _tail)


def late(view: View, kind: str, today: date, after: str = "") -> Listed:
    """Give what was due before today and is still to be paid, the longest late first."""
    head = f"{kind}/"
    upto = f"{head}{(today - timedelta(days=1)).isoformat()}{BEHIND}"
    found = list(view.rows(DUE, sort_from=f"{head}{after}", sort_to=upto, limit=PAGE + 1))
    return _documents(view, found, lambda row: row.sort.removeprefix(head))


def coming(view: View, kind: str, today: date, after: str = "") -> Listed:
    """Give what is to be paid from today on, the soonest first."""
    head = f"{kind}/"
    first = f"{head}{after or today.isoformat()}"
    found = list(view.rows(DUE, sort_from=first, sort_to=f"{head}{BEHIND}", limit=PAGE + 1))
    return _documents(view, found, lambda row: row.sort.removeprefix(head))


def disputed(view: View, after: str = "") -> Listed:
    """Give what clients contest, the newest first."""
    found = list(view.rows(DISPUTED, sort_from="", sort_to=after or BEHIND, descending=True, limit=PAGE + 1))
    return _documents(view, found, lambda row: row.sort)


def numbered(view: View, number: str, kinds: frozenset[str], after: str = "") -> Listed:
    """Give the documents whose printed number begins so, in order."""
    found = list(view.rows(NUMBERED, first=after or number, last=f"{number}{_LAST}", limit=PAGE + 1))
    rows = [view.get(DOCUMENT, row.key.partition("/")[2]) for row in found[:PAGE]]
    shown = [row for row in rows if row is not None and row.body["kind"] in kinds]
    return Listed(shown, found[PAGE].key if len(found) > PAGE else None)


def owned(view: View, customer: str, kinds: frozenset[str], most: int = 200) -> list[Row]:
    """Give a customer's documents of some kinds, the newest first."""
    pointers = islice(view.rows(OWNED, first=f"{customer}/", last=f"{customer}0"), 2_000)
    rows = [view.get(DOCUMENT, row.key.partition("/")[2]) for row in pointers]
    found = [row for row in rows if row is not None and row.body["kind"] in kinds]
    return sorted(found, key=_day_and_number, reverse=True)[:most]


def _tail(row: Row) -> str:
    return row.sort.split("/", 2)[2]


def _day_and_number(row: Row) -> tuple[str, str]:
    return row.body["issued_on"], row.body.get("number", "")


def _paged(rows: list[Row], place: Any) -> Listed:
    return Listed(rows[:PAGE], place(rows[PAGE]) if len(rows) > PAGE else None)


def _documents(view: View, pointers: list[Row], place: Any) -> Listed:
    rows = [view.get(DOCUMENT, row.key) for row in pointers[:PAGE]]
    after = place(pointers[PAGE]) if len(pointers) > PAGE else None
    return Listed([row for row in rows if row is not None], after)


def shown(row: Row, names: Names, today: date) -> dict[str, Any]:
    """Give a document's row as lists show it: `state` is the code of its badge."""
    body: Mapping[str, Any] = row.body
    kind, state = body["kind"], body["state"]
    due = body.get("due_on")
    is_late = bool(body.get("open_cents")) and due is not None and due < today.isoformat()
    code = f"{kind}/{state}"
    if is_late and kind in ("invoice", "deposit_request"):
        code = f"{kind}/late"
    if body.get("disputed") and body.get("open_cents"):
        code = "invoice/disputed"
    return {
        "id": row.key.partition(":")[2],
        "number": body.get("number", ""),
        "kind": kind,
        "form": body.get("form", kind),
        "state": code,
        "issued_on": body["issued_on"],
        "due_on": due,
        "late_days": (today - date.fromisoformat(due)).days if is_late and due is not None else 0,
        "gross_cents": body["gross_cents"],
        "open_cents": body.get("open_cents", 0),
        "refund_due_cents": body.get("refund_due_cents", 0),
        "held_cents": body.get("held_cents", 0),
        "advance": body.get("advance", ""),
        "name": names.of(row.key, body),
    }
