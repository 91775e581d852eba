"""What is due next: money to come and to give back, reminders, ends of periods, tasks, billing, closures?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from ledger.domain.periods import month_end, year_end
from projections.business.documents import DOCUMENT, INSTALMENT, due_of_instalment, sort_of
from projections.business.integrity import OPEN as CALENDAR
from projections.business.integrity import SELF
from projections.business.next_due import CONTRACT, POLICY, REMINDED, SUBSCRIPTION, TASK, amount_on, subscription_of
from projections.engine.contract import Row
from projections.reports import behind
from projections.reports.common import (
    CUSTOMER,
    LAST,
    LATE_DAYS,
    NAME,
    NUMBER,
    OF_CUSTOMER,
    beginning,
    finish,
    late_days,
    named,
)
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

_COLUMNS: Final = (
    Column("on", "day", Words("Le", "On")),
    LATE_DAYS,
    Column("what", "code", Words("Quoi", "What")),
    NUMBER,
    NAME,
    Column("amount_cents", "cents", Words("Montant", "Amount")),
    Column("detail", "code", Words("Détail", "Detail")),
    Column("about", "text", Words("Flux", "Stream")),
    CUSTOMER,
)

Line = dict[str, Any]


def _documents(desk: Desk, kind: str, *states: str) -> Iterator[Row]:
    for state in states:
        yield from desk.view("documents").rows(
            DOCUMENT, sort_from=sort_of(kind, state, ""), sort_to=sort_of(kind, state, LAST)
        )


def _line(desk: Desk, what: str, on: str, row: Row, cents: int | None, **more: Any) -> Line:
    body = row.body
    out = {"key": f"{what}:{row.key}", "seq": row.seq, "on": on, "what": what, "about": row.key, **more}
    out |= {name: body[name] for name in ("number", "customer") if name in body}
    out |= {"name": named(desk, body), "amount_cents": cents}
    return {name: value for name, value in out.items() if value is not None}


# --- money


def _invoices(desk: Desk, _: str) -> Iterator[Line]:
    for row in _documents(desk, "invoice", "open", "part_paid"):
        detail = {"detail": "disputed"} if row.body.get("disputed") else {}
        yield _line(desk, "invoice_due", row.body["due_on"], row, row.body["open_cents"], **detail)


def _deposits(desk: Desk, _: str) -> Iterator[Line]:
    for row in _documents(desk, "deposit_request", "requested", "partly_paid"):
        if row.body["open_cents"]:
            yield _line(
                desk, "deposit_due", row.body["due_on"], row, row.body["open_cents"], detail=row.body["advance"]
            )


def _instalments(desk: Desk, upto: str) -> Iterator[Line]:
    first = beginning("planned/")[0]
    for row in desk.view("documents").rows(INSTALMENT, sort_from=first, sort_to=f"planned/{upto}"):
        due = due_of_instalment(row.body)
        if due is not None:
            detail = row.body.get("milestone", row.body["trigger"])
            about = {"detail": detail, "about": f"quote:{row.body['quote']}"}
            yield _line(desk, "instalment", due, row, row.body["amount_cents"], **about)


def _refunds(desk: Desk, _: str) -> Iterator[Line]:
    today = desk.today.isoformat()
    for row in _documents(desk, "deposit_request", "refund_due"):
        yield _line(desk, "deposit_refund", row.body.get("refund_due_on", today), row, row.body["refund_due_cents"])
    for row in _documents(desk, "credit_note", "refund_due"):
        yield _line(desk, "credit_note_refund", row.body["issued_on"], row, row.body["refund_due_cents"])


# --- ends of periods, tasks, billing


def _quotes(desk: Desk, _: str) -> Iterator[Line]:
    for row in _documents(desk, "quote", "open"):
        yield _line(desk, "quote_ends", row.body["valid_until"], row, row.body["gross_cents"])


def _withdrawals(desk: Desk, upto: str) -> Iterator[Line]:
    """Give the contracts that may still be withdrawn from and whose last day is known (C. conso L221-18)."""
    rows = desk.view("next-due").rows(CONTRACT, sort_from=desk.today.isoformat(), sort_to=upto)
    for row in rows:
        quote = desk.view("documents").get(DOCUMENT, f"quote:{row.key}")
        if "until" in row.body and quote is not None:
            yield _line(desk, "withdrawal_ends", row.body["until"], quote, quote.body["gross_cents"])


def _tasks(desk: Desk, _: str) -> Iterator[Line]:
    for row in desk.view("next-due").rows(TASK):
        body = row.body
        yield _line(desk, "task", body.get("due_on", body["opened_on"]), row, None, detail=body["code"]) | {
            "about": body.get("about", f"task:{row.key}")
        }


def _billing(desk: Desk, upto: str) -> Iterator[Line]:
    """Give the next period of each subscription; a part of a period is billed by its days in service."""
    horizon = date.fromisoformat(upto)
    for row in desk.view("next-due").rows(SUBSCRIPTION):
        state = subscription_of(row.body)
        period = state.next_period(horizon)
        if period is None:
            continue
        on = state.due_on(period).isoformat()
        about = {"detail": row.body["every"], "about": f"subscription:{row.key}"}
        yield _line(desk, "period_to_bill", on, row, amount_on(row.body, period.start), **about)


def _reminders(desk: Desk, _: str) -> Iterator[Line]:
    """Give the next reminder of the policy for what is still waited for; each step goes out once."""
    view = desk.view("next-due")
    waited: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("quote", "quote", ("open",)),
        ("deposit", "deposit_request", ("requested", "partly_paid")),
        ("invoice", "invoice", ("open", "part_paid")),
    )
    for about, kind, states in waited:
        policy = view.get(POLICY, about)
        for row in _documents(desk, kind, *states) if policy is not None else ():
            if policy is not None and not row.body.get("disputed"):
                yield from _reminder(desk, about, row, policy.body["steps"])


def _reminder(desk: Desk, about: str, row: Row, steps: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    body = row.body
    due = date.fromisoformat(body["valid_until"] if about == "quote" else body["due_on"])
    if about == "quote" and due < desk.today:
        return  # no reminder is sent of a quote that has ended
    sent = desk.view("next-due").get(REMINDED, row.key.partition(":")[2])
    last = max(sent.body["steps"], default=0) if sent is not None else 0
    for step, one in enumerate(steps, 1):
        if step > last:
            on = max((due + timedelta(days=one["days"])).isoformat(), body.get("payable_from", ""))
            cents = body["gross_cents"] if about == "quote" else body["open_cents"]
            yield _line(desk, f"reminder_{about}", on, row, cents, detail=one["tone"])
            return


def _closures(desk: Desk, _: str) -> Iterator[Line]:
    """Give the last day of the open month and financial year: each is closed once it has ended."""
    row = desk.view("integrity").get(CALENDAR, SELF)
    if row is None:
        return
    body = row.body
    year_to = body["year_to"] or year_end(body["opened_on"], body["year_start"])
    month_to = body["month_to"] or month_end(body["opened_on"], year_to)
    for what, on in (("month_to_close", month_to), ("year_to_close", year_to)):
        yield {"key": f"{what}:{on}", "seq": row.seq, "on": on, "what": what, "about": "period:self"}


_READERS: Final[tuple[Callable[[Desk, str], Iterator[Line]], ...]] = (
    _invoices, _deposits, _instalments, _refunds, _quotes, _withdrawals, _tasks, _billing, _reminders, _closures,
)  # fmt: skip


# --- the report


def _make(desk: Desk, asked: Asked) -> Table:
    upto = (desk.today + timedelta(days=min(int(asked["days"]), _LONGEST))).isoformat()
    rows = [line for read in _READERS for line in read(desk, upto) if line["on"] <= upto]
    rows = [line for line in rows if asked.get("customer") in (None, line.get("customer"))]
    rows.sort(key=_by_day)
    for line in rows:
        late = late_days(desk, line["on"])
        if late:
            line["late_days"] = late
    return finish(NEXT, desk, _COLUMNS, rows, chart=_chart(desk, rows))


_LONGEST: Final = 3_660


def _by_day(line: Line) -> tuple[str, str]:
    return line["on"], line["key"]


_COMING: Final = ("invoice_due", "deposit_due", "instalment", "period_to_bill")
_GOING: Final = ("deposit_refund", "credit_note_refund")


def _chart(desk: Desk, rows: Iterable[Line]) -> Chart | None:
    """Draw the money expected and to be given back, by week; what is late stands in the first."""
    coming: dict[str, int] = {}
    going: dict[str, int] = {}
    for line in rows:
        into = coming if line["what"] in _COMING else going if line["what"] in _GOING else None
        if into is not None:
            day = max(date.fromisoformat(line["on"]), desk.today)
            week = (day - timedelta(days=day.weekday())).isoformat()
            into[week] = into.get(week, 0) + line["amount_cents"]
    labels = tuple(sorted({*coming, *going}))
    if not labels:
        return None
    return Chart(
        "bars",
        "cents",
        labels,
        (
            Series(Words("À recevoir", "To be received"), tuple(coming.get(one, 0) for one in labels)),
            Series(Words("À rendre", "To be given back"), tuple(going.get(one, 0) for one in labels)),
        ),
    )


_MEASURES: Final[Mapping[str, str]] = {
    "invoice_due": "open_cents",
    "deposit_due": "open_cents",
    "reminder_deposit": "open_cents",
    "reminder_invoice": "open_cents",
    "deposit_refund": "refund_due_cents",
    "credit_note_refund": "refund_due_cents",
    "quote_ends": "gross_cents",
    "withdrawal_ends": "gross_cents",
    "reminder_quote": "gross_cents",
}
"""Which figure of a document the amount is."""


def _explain(desk: Desk, _: Asked, key: str, column: str) -> Iterable[int]:
    what, __, rest = key.partition(":")
    if what == "instalment":
        return list(behind.planned_share(desk, rest) or ())
    if what == "task":
        return [entry.seq for entry in desk.trail(f"task:{rest}")]
    if what == "period_to_bill":
        return [
            entry.seq
            for entry in desk.trail(f"subscription:{rest}")
            if entry.type in ("subscription.started/1", "subscription.changed/1")
        ]
    if what in ("month_to_close", "year_to_close"):
        row = desk.view("integrity").get(CALENDAR, SELF)
        return [] if row is None else [row.seq]
    measure = _MEASURES.get(what, "")
    return behind.entries_of(desk.trail(rest), measure if column == "amount_cents" else "gross_cents")


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    what, __, rest = key.partition(":")
    if column != "amount_cents":
        return None
    if what == "instalment":
        return behind.planned_share(desk, rest)
    return behind.shares_of(desk.trail(rest), _MEASURES[what]) if what in _MEASURES else None


NEXT: Final = Report(
    name="next",
    question=Words("Qu'est-ce qui arrive à échéance, et quand ?", "What is due next, and when?"),
    parameters=(
        Parameter("days", "count", Words("jours à venir", "days ahead"), default="30"),
        OF_CUSTOMER,
    ),
    uses=("documents", "next-due", "integrity"),
    make=_make,
    explain=_explain,
    shares=_shares,
)
"""What is due next."""
