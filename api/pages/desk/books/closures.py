"""Closures: what each holds, and closing what has ended now."""

from __future__ import annotations

from itertools import islice
from typing import Final

import orjson

from api.http.call import Answer
from api.http.closures import NAME
from api.pages.desk.books.common import DESK, OWNERS, get, page_number, post
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import backwards, find_closure
from ledger.shell.store import Line
from projections.reports.shapes import said
from projections.reports.words import words_of

_ROWS: Final = 40
_KINDS: Final = ("day", "month", "year")


def closures(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the closures, the newest first."""
    query = visit.query("page", "kind") if wrong is None else {}
    page, kind = page_number(query, 1_000), query.get("kind", "")
    kind = kind if kind in _KINDS else ""
    found = (line for line in backwards(visit.context.store, visit.ledger.ledger) if _is_of(line, kind))
    first = (page - 1) * _ROWS
    lines = list(islice(found, first, first + _ROWS + 1))
    rows = [
        {"seq": line.seq, "fingerprint": line.fingerprint, "event": orjson.loads(line.line)["entry"]["body"]}
        for line in lines[:_ROWS]
    ]
    register = visit.context.service.register(visit.ledger.ledger)
    return visit.render(
        "desk/books/closures.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        rows=rows,
        kind=kind,
        kinds=_KINDS,
        page=page,
        more=len(lines) > _ROWS,
        periods=register.periods,
        simulated=register.clock == "simulated",
    )


def _is_of(line: Line, kind: str) -> bool:
    return line.type == PeriodClosed.TYPE and bool(line.line) and (
        not kind or f'"period":"{kind}"'.encode() in line.line
    )  # fmt: skip


def close_now(visit: Visit) -> Answer:
    """Close every period that has ended."""
    try:
        period = visit.form.choice("period", _KINDS, "day")
        command: ClosePeriod | Wrong = visit.read(ClosePeriod, {"period": period})
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command)
    if isinstance(done, Wrong):
        return closures(visit, done)
    return visit.go(visit.at("/closures"))


def closure(visit: Visit) -> Answer:
    """Show what one closure holds."""
    visit.query()
    named = NAME.fullmatch(visit.params["closure"])
    found = None
    if named is not None:
        kind = named[1]
        found = find_closure(visit.context.store, visit.ledger.ledger, kind, named[2])  # type: ignore[arg-type] # one of three, by the pattern
    if found is None:
        raise visit.nothing_there()
    series = visit.context.service.register(visit.ledger.ledger).series
    return visit.render("desk/books/closure.html", one=found, event=found.event, series=series,
                        code=lambda value: said(words_of(value), visit.language))  # fmt: skip


PAGES: Final[tuple[Page, ...]] = (
    get("/closures", closures, DESK, "Les clôtures."),
    post("/closures", close_now, OWNERS, "Clôturer ce qui est échu."),
    get("/closures/{closure}", closure, DESK, "Une clôture.", closure="day-2026-11-22"),
)
