"""`sceau close`: closes what has ended and is not closed yet, and tells each closure with its totals."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.http.plain import plain
from api.jobs.checkpointing import cover_closures
from api.jobs.integrity import integrity_of, lines_of
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.events.periods import PeriodKind
from ledger.domain.periods import month_end, year_end
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register
from ledger.kernel.entry import parse_at
from ledger.shell.closing import ClosedPeriod, closures, days_of

_KINDS = {"day": "day", "month": "month", "year": "financial year"}


def close(
    period: Annotated[Literal["day", "month", "year"], typer.Argument(help="what is to be closed")],
    ledger: Annotated[str, typer.Option(help="name or id")],
    upto: Annotated[str | None, typer.Option(help="a day, YYYY-MM-DD, whose period must have ended")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close the periods that have ended: days, then the months they are of, then financial years.

    Days close by themselves as soon as somebody writes on a later one; this is for a ledger in which nobody does. A
    checkpoint over the closure is made and kept.
    """
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        before = opened.store.versions(row.ledger, ["period:self"]).get("period:self", 0)
        outcome = opened.execute(row.ledger, ClosePeriod(period=period, upto=upto), actor=ACTOR)
        made = list(closures(opened.store, row.ledger, before))
        register = opened.register(row.ledger)
        head = opened.store.head(row.ledger)
        cover_closures(opened, row.ledger)
        both = integrity_of(opened, row.ledger, opened.clock.now()).windows
    refused = outcome if isinstance(outcome, Refusal) else None
    closed = {} if refused is not None else dict(outcome.result)  # type: ignore[union-attr] # an answer
    if as_json:
        told: dict[str, Any] = {"ledger": row.ledger, "closures": [closure_json(one) for one in made]}
        told["unanchored"] = both.as_json()
        output.emit(told | ({"closed_to": closed} if refused is None else {"refused": {"code": refused.code}}))
    else:
        tell(made, register.currency)
        if not made and refused is None:
            at = parse_at(head.at) if head is not None else opened.clock.now()
            output.say(_nothing(period, closed) + _still_open(period, register, days_of(register).of(at)))
        for words in lines_of(both) if made else ():
            output.say(words)
    if refused is not None:
        output.fail(refusal_words(refused), output.FINDINGS)


def closure_json(one: ClosedPeriod) -> dict[str, Any]:
    """Give a closure as `--json` prints it."""
    return {"seq": one.seq, "fingerprint": one.fingerprint, "closure": plain(one.event)}


def tell(made: list[ClosedPeriod], currency: str) -> None:
    """Say closures in a table."""
    if not made:
        return
    rows = []
    for each in made:
        one = each.event
        documents = f"{one.invoices} / {one.credit_notes}"
        amounts = (one.net_cents, one.vat_cents, one.gross_cents, one.year_gross_cents, one.perpetual_cents)
        span = one.from_on if one.from_on == one.to_on else f"{one.from_on} to {one.to_on}"
        rows.append([_KINDS[one.period], span, documents, *(output.euros(cents, currency) for cents in amounts)])
    columns = ("closed", "", "invoices / credit notes", "net", "VAT", "gross", "since the year opened", "perpetual")
    output.table("", columns, rows, right=columns[2:])
    if made[0].event.training:
        output.say("a training ledger: simulated sales, no turnover")


def _nothing(period: str, closed: dict[str, Any]) -> str:
    if period not in closed:
        return f"nothing was due: no {_KINDS[period]} has ended yet"
    return f"nothing was due: the last {_KINDS[period]} closed ended on {closed[period]}"


def _still_open(period: PeriodKind, register: Register, today: date) -> str:
    """Say which period of a kind is open; `today` is the day of the last entry."""
    first = last = today.isoformat()
    periods = register.periods
    if register.kind == "register" or (register.closed and period != "day"):
        return ""
    if period == "day":
        if today.isoformat() <= periods.day_to:
            return ""
    elif periods.since:
        month = period == "month"
        first, last = (periods.month_from, periods.month_to) if month else (periods.year_from, periods.year_to)
    else:
        year_to = periods.year_to or year_end(first, register.year_start)
        last = month_end(first, year_to) if period == "month" else year_to
    span = first if first == last else f"{first} to {last}"
    return f"; the open one, {span}, is closed by itself once it has ended"
