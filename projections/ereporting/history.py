"""What the ledger knows of its own e-reporting: the firm's situations, the files made, what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from ledger.domain.streams.export import EREPORTS, Flow, SentState, TypeCode
from ledger.kernel.frozen import frozen
from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection, View
from projections.ereporting.periods import Situation, Situations, situations

NAME: Final = "ereporting"
_SITUATION, _REPORT, _ANSWER = "situation", "report", "answer"


@frozen
class Filed:
    """One file of e-reporting that the ledger tells of, and the last that became of it."""

    export: str
    seq: int
    day: str
    flow: Flow
    type_code: TypeCode
    from_on: str
    to_on: str
    upto_seq: int
    digest: str
    rows: int
    state: SentState | None = None
    state_day: str | None = None
    reason: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether the State has it, or will, unless the platform refuses it."""
        return self.state in ("handed_over", "accepted")


def _profile(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {
        "since": entry.day,
        "regime": body["vat_regime"],
        "firm_size": body.get("firm_size", "micro"),
        "debits_option": body.get("debits_option", False),
    }
    yield Change(_SITUATION, _key(entry), row, entry.day)


def _made(_: Get, entry: Entry) -> Iterable[Change]:
    if entry.body["kind"] in EREPORTS:
        row = {**entry.body, "export": entry.about, "day": entry.day}
        yield Change(_REPORT, _key(entry), row, entry.body["from_on"])


def _sent(_: Get, entry: Entry) -> Iterable[Change]:
    row = {"export": entry.about, "day": entry.day, "state": entry.body["state"]}
    if "reason" in entry.body:
        row["reason"] = entry.body["reason"]
    yield Change(_ANSWER, _key(entry), row, entry.day)


def _key(entry: Entry) -> str:
    return f"{entry.seq:012d}"


_HANDLES: Final[Mapping[str, Handler]] = {
    "issuer.profile_set/1": _profile,
    "export.made/1": _made,
    "ereport.sent/1": _sent,
}

EREPORTING: Final = Projection(
    name=NAME,
    version=1,
    tables=(_SITUATION, _REPORT, _ANSWER),
    handles=_HANDLES,
    ignores=others(_HANDLES),
)
"""The projection: few rows, kept as they were recorded, so that any past entry can be asked about."""


def firm_of(view: View, upto_seq: int | None = None) -> Situations | None:
    """Give the firm's situations as of an entry, or None while it has no profile."""
    rows = [_situation(row.body) for row in view.rows(_SITUATION) if upto_seq is None or row.seq <= upto_seq]
    return situations(rows) if rows else None


def _situation(body: Body) -> Situation:
    return Situation(body["since"], body["regime"], body["firm_size"], body["debits_option"])


def filed_of(view: View, upto_seq: int | None = None) -> tuple[Filed, ...]:
    """Give the files made, oldest first, each with its last state as of an entry."""
    answers: dict[str, Body] = {}
    for row in view.rows(_ANSWER):
        if upto_seq is None or row.seq <= upto_seq:
            answers[row.body["export"]] = row.body
    return tuple(
        _filed(row.seq, row.body, answers.get(row.body["export"], {}))
        for row in view.rows(_REPORT)
        if upto_seq is None or row.seq <= upto_seq
    )


def _filed(seq: int, body: Body, answer: Body) -> Filed:
    flow, type_code = EREPORTS[body["kind"]]
    return Filed(
        export=body["export"],
        seq=seq,
        day=body["day"],
        flow=flow,
        type_code=type_code,
        from_on=body["from_on"],
        to_on=body["to_on"],
        upto_seq=body["upto_seq"],
        digest=body["digest"],
        rows=body["rows"],
        state=cast("Any", answer.get("state")),
        state_day=answer.get("day"),
        reason=answer.get("reason"),
    )
