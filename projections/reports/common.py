"""What reports share: columns and parameters that mean the same everywhere, tables with their totals, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from projections.engine.contract import Body, Entry
from projections.reports.contract import Chart, Column, Desk, Parameter, Report, Table, Words

LAST: Final = "\U0010ffff"
"""Stands after every character: the upper bound of a range of keys that begin alike."""

RowOut = Mapping[str, Any]

Weigh = Callable[[Body], int]
"""What the body of an entry brings to a figure (cents, or a count)."""


def beginning(prefix: str) -> tuple[str, str]:
    """Give the bounds of the keys that begin with these characters."""
    return prefix, f"{prefix}{LAST}"


# --- columns

NUMBER: Final = Column("number", "number", Words("Numéro", "Number"))
NAME: Final = Column("name", "text", Words("Client", "Customer"))
CUSTOMER: Final = Column("customer", "id", Words("Identifiant du client", "Customer id"))
STATE: Final = Column("state", "code", Words("État", "State"))
ISSUED_ON: Final = Column("issued_on", "day", Words("Émis le", "Issued on"))
DUE_ON: Final = Column("due_on", "day", Words("Échéance", "Due on"))
LATE_DAYS: Final = Column("late_days", "days", Words("Retard (jours)", "Days late"))
OPEN: Final = Column("open_cents", "cents", Words("Reste à payer", "Still due"), total=True)
SEQ: Final = Column("seq", "seq", Words("Écriture", "Entry"))

# --- parameters

FROM: Final = Parameter("from", "day", Words("premier jour", "first day"))
TO: Final = Parameter("to", "day", Words("dernier jour", "last day"))
OF_CUSTOMER: Final = Parameter("customer", "id", Words("identifiant du client", "customer's id"))


# --- tables


def finish(
    report: Report,
    desk: Desk,
    columns: Sequence[Column],
    rows: Iterable[RowOut],
    *,
    title: Words | None = None,
    totals: Mapping[str, Any] | None = None,
    notes: Iterable[Words] = (),
    chart: Chart | None = None,
) -> Table:
    """Put a table together: as of the entry that its projections know, with the totals of the columns that add up."""
    kept = tuple(rows)
    if totals is None:
        totals = {each.name: sum(row.get(each.name) or 0 for row in kept) for each in columns if each.total}
    views = [desk.view(name) for name in report.uses]
    missing = max((view.missing for view in views), default=0)
    said = list(notes)
    if missing:
        said.append(missing_words(missing))
    return Table(
        report=report.name,
        title=title or report.question,
        columns=tuple(columns),
        rows=kept,
        totals=totals,
        as_of_seq=min((view.position for view in views), default=desk.facts.head_seq),
        as_of_day=desk.today.isoformat(),
        notes=tuple(said),
        chart=chart,
    )


def missing_words(missing: int) -> Words:
    """Say that purged entries are in no figure."""
    return Words(
        f"{missing} écritures purgées n'entrent dans aucun chiffre : leur archive les contient.",
        f"{missing} purged entries are in no figure: their archive holds them.",
    )


def named(desk: Desk, body: Body) -> str | None:
    """Give the name of a row's customer, where there is one and it may be shown."""
    customer = body.get("customer")
    return None if customer is None else desk.name_of(customer)


def late_days(desk: Desk, due_on: str | None) -> int:
    """Give how many days ago a day was; 0 for today, a day to come, or none."""
    if due_on is None:
        return 0
    return max(0, (desk.today - date.fromisoformat(due_on)).days)


# --- what is behind a figure


def weighed(trail: Iterable[Entry], weights: Mapping[str, Weigh]) -> dict[int, int] | None:
    """Give what each entry of a trail brought to a figure; None when the body of one that did was purged."""
    found: dict[int, int] = {}
    for entry in trail:
        weigh = weights.get(entry.type)
        if weigh is None:
            continue
        if not entry.body:
            return None
        cents = weigh(entry.body)
        if cents:
            found[entry.seq] = found.get(entry.seq, 0) + cents
    return found


def merged(parts: Iterable[Mapping[int, int] | None]) -> dict[int, int] | None:
    """Add shares up; None when one of them is not known."""
    whole: dict[int, int] = {}
    for part in parts:
        if part is None:
            return None
        for seq, cents in part.items():
            whole[seq] = whole.get(seq, 0) + cents
    return dict(sorted(whole.items()))
