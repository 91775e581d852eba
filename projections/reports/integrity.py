"""What does this ledger's integrity rest on, and what does nobody outside vouch for yet?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.integrity import ANCHOR, FAILING, FINDING, LAST
from projections.reports.common import SEQ, finish
from projections.reports.contract import Asked, Column, Desk, Report, Table, Words

_COLUMNS: Final = (
    Column("what", "code", Words("Quoi", "What")),
    Column("place", "text", Words("Où", "Where")),
    SEQ,
    Column("on", "day", Words("Jour", "Day")),
    Column("at", "instant", Words("À", "At")),
    Column("size", "count", Words("Écritures couvertes", "Entries covered")),
    Column("entries", "count", Words("Écritures en attente", "Entries waiting")),
    Column("minutes", "count", Words("Minutes d'attente", "Minutes waited")),
    Column("detail", "code", Words("Détail", "Detail")),
)

Line = dict[str, Any]


def _make(desk: Desk, _: Asked) -> Table:
    rows = (*_head(desk), *_last(desk), *_anchors(desk), *_unanchored(desk), *_findings(desk))
    return finish(INTEGRITY, desk, _COLUMNS, rows, totals={}, notes=(_UNCHECKED,))


_UNCHECKED: Final = Words(
    "Rien ici n'est vérifié : `sceau verify` contrôle chaque octet, chaque lien, chaque sceau et chaque ancrage.",
    "Nothing here is checked: `sceau verify` checks every byte, link, seal and anchor.",
)


def _head(desk: Desk) -> Iterator[Line]:
    facts = desk.facts
    yield {"key": "head", "seq": facts.head_seq, "what": "head", "at": facts.head_at, "size": facts.head_seq}


def _last(desk: Desk) -> Iterator[Line]:
    view = desk.view("integrity")
    for what in ("closure_day", "closure_month", "closure_year", "archive"):
        row = view.get(LAST, what)
        if row is not None:
            yield {"key": what, "seq": row.seq, "what": what, "on": row.body["to_on"], "size": row.body["last_seq"]}
    row = view.get(LAST, "checkpoint")
    if row is not None:
        body = row.body
        yield {"key": "checkpoint", "seq": row.seq, "what": "checkpoint", "at": body["at"], "size": body["size"]}


def _anchors(desk: Desk) -> Iterator[Line]:
    view = desk.view("integrity")
    for row in view.rows(ANCHOR):
        body = row.body
        yield {"key": f"anchor/{row.key}", "seq": row.seq, "what": "anchor", "place": body["place"],
               "at": body["at"], "size": body["size"], "detail": body["kind"]}  # fmt: skip
    for row in view.rows(FAILING):
        body = row.body
        yield {"key": f"failing/{row.key}", "seq": row.seq, "what": "anchor_failing", "place": body["place"],
               "at": body["at"], "size": body["size"], "detail": body["cause"]}  # fmt: skip


def _unanchored(desk: Desk) -> Iterator[Line]:
    for one in desk.unanchored():
        line: Line = {"key": f"unanchored/{one.promise}", "seq": desk.facts.head_seq,
                      "what": f"unanchored_{one.promise}", "entries": one.entries, "minutes": one.minutes,
                      "size": one.size}  # fmt: skip
        if one.place is not None:
            line |= {"place": one.place, "at": one.at}
        yield line


def _findings(desk: Desk) -> Iterator[Line]:
    for row in desk.view("integrity").rows(FINDING):
        body = row.body
        yield {"key": f"finding/{row.key}", "seq": row.seq, "what": "finding", "on": body["on"],
               "at": body["at"], "size": body.get("at_seq", 0), "detail": body["finding"]}  # fmt: skip


def _span(desk: Desk, key: str) -> range:
    """Give the entries that a promise does not cover yet."""
    for one in desk.unanchored():
        if key == f"unanchored/{one.promise}":
            return range(one.size + 1, one.size + one.entries + 1)
    return range(0)


def _explain(desk: Desk, _: Asked, key: str, column: str) -> Iterable[int]:
    if key.startswith("unanchored/"):
        span = _span(desk, key)
        if column == "entries":
            return span
        if column == "minutes":
            return span[:1]
        return [span.start - 1] if column == "size" else [desk.facts.head_seq]
    return [row["seq"] for row in (*_head(desk), *_last(desk), *_anchors(desk), *_findings(desk)) if row["key"] == key]


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return dict.fromkeys(_span(desk, key), 1) if key.startswith("unanchored/") and column == "entries" else None


INTEGRITY: Final = Report(
    name="integrity",
    question=Words(
        "Sur quoi repose l'intégrité du grand livre, et que reste-t-il sans ancrage ?",
        "What does the ledger's integrity rest on, and what is not anchored yet?",
    ),
    parameters=(),
    uses=("integrity",),
    make=_make,
    explain=_explain,
    shares=_shares,
)
"""Head, closures, checkpoints, anchors, and what is not anchored."""
