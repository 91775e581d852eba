"""What waits for a day: tasks, reminders by policy, withdrawal periods, recurring billing.

What documents themselves are waiting for (deposits, invoices, planned instalments) stands in `documents`. Tables:
`task`: open tasks, sort the day due; `policy`: reminder steps by kind of document; `reminded`: the steps that went out,
by document; `contract`: contracts that a consumer may still withdraw from (C. conso L221-18), key the quote's id;
`subscription`: what the domain needs to tell the next period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from ledger.domain.events.common import Totals
from ledger.domain.events.invoices import SubscriptionStarted
from ledger.domain.regimes.fr.deadlines import withdrawal_last_day
from ledger.domain.streams.subscription import Content, Pause, SubscriptionState, index_of
from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection

TASK: Final = "task"
POLICY: Final = "policy"
REMINDED: Final = "reminded"
CONTRACT: Final = "contract"
SUBSCRIPTION: Final = "subscription"

NEVER: Final = "9999-12-31"
"""Sorts what has no day after what has one."""


def _task_opened(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {"code": body["code"], "opened_on": entry.day}
    row |= {name: body[name] for name in ("about", "due_on") if name in body}
    return (Change(TASK, entry.about, row, body.get("due_on", NEVER)),)


def _task_closed(_: Get, entry: Entry) -> Iterable[Change]:
    return (Change(TASK, entry.about, None),)


def _policy(_: Get, entry: Entry) -> Iterable[Change]:
    steps = [{"days": one["days"], "tone": one["tone"]} for one in entry.body["steps"]]
    return (Change(POLICY, entry.body["about"], {"steps": steps}),)


def _reminded(get: Get, entry: Entry) -> Iterable[Change]:
    about, step = entry.body["about"], entry.body["step"]
    before = (get(REMINDED, about) or {}).get("steps", ())
    row = {"steps": sorted({*before, step}), "on": entry.day}
    return (Change(REMINDED, about, row),)


# --- withdrawal


def _offered(get: Get, entry: Entry) -> Iterator[Change]:
    """Keep what the period of withdrawal will depend on; a revised quote begins anew, deliveries stay."""
    before, body = get(CONTRACT, entry.about), entry.body
    if body.get("withdrawal") != "applies":
        if before is not None:
            yield Change(CONTRACT, entry.about, None)
        return
    lines = [[one["nature"], "choice" in one] for one in body["lines"]]
    row = {"number": body["number"], "customer": body["customer"], "recurring": "recurring" in body, "lines": lines}
    row |= {name: one for name, one in (before or {}).items() if name in _PERFORMED}
    yield Change(CONTRACT, entry.about, row, NEVER)


_PERFORMED: Final = ("first_delivery", "delivered_on", "accepted_on")


def _concluded(get: Get, entry: Entry) -> Iterable[Change]:
    before, body = get(CONTRACT, entry.about), entry.body
    if before is None:
        return ()
    chosen = body.get("chosen", ())
    row = {name: one for name, one in before.items() if name != "lines"}
    row["goods"] = any(
        nature == "goods" for rank, (nature, choice) in enumerate(before["lines"], 1) if not choice or rank in chosen
    )
    row["signed_on"] = body["concluded_on"]
    row["at_own_risk"] = bool(body.get("early_start_requested") and body.get("loss_acknowledged"))
    if "withdrawal_until" in body:
        row["fixed"] = body["withdrawal_until"]
    return (_contract(entry.about, row),)


def _performed(get: Get, entry: Entry) -> Iterable[Change]:
    """A delivery or acceptance: the period on goods runs from it, that on a service may end with it."""
    before, body = get(CONTRACT, entry.about), entry.body
    if before is None:
        return ()
    row = dict(before)
    if body["kind"] == "acceptance":
        row.setdefault("accepted_on", body["on"])
    else:
        row["first_delivery"] = min(body["on"], row.get("first_delivery", NEVER))
        if body.get("complete"):
            row["delivered_on"] = max(body["on"], row.get("delivered_on", ""))
    return (_contract(entry.about, row),)


def _contract(quote: str, row: dict[str, Any]) -> Change:
    """Say until when the consumer may withdraw; nothing is kept of a contract that was fully performed.

    As `ledger.domain.contracts.last_day_to_withdraw` and `was_fully_performed` (C. conso L221-18, L221-28 1°); a test
    holds them equal.
    """
    if "signed_on" not in row:
        return Change(CONTRACT, quote, row, NEVER)
    if row["at_own_risk"] and not row["goods"] and "accepted_on" in row:
        return Change(CONTRACT, quote, None)
    start = row.get("first_delivery") if row["recurring"] else None
    start = start or row.get("delivered_on") or row.get("accepted_on")
    if "fixed" in row:
        row["until"] = row["fixed"]
    elif start is not None:
        row["until"] = withdrawal_last_day(date.fromisoformat(start)).isoformat()
    return Change(CONTRACT, quote, row, row.get("until", NEVER))


def _over(get: Get, entry: Entry) -> Iterator[Change]:
    if get(CONTRACT, entry.about) is not None:
        yield Change(CONTRACT, entry.about, None)


# --- recurring billing


def _subscribed(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {name: body[name] for name in ("every", "billed", "starts_on", "customer", "customer_kind") if name in body}
    row |= {"contents": [[body["starts_on"], body["totals"]["gross_cents"]]], "pauses": [], "next_index": 0}
    if "ends_on" in body:
        row["last_on"] = body["ends_on"]
    return (Change(SUBSCRIPTION, entry.about, row),)


def _subscription(get: Get, entry: Entry) -> Iterator[Change]:
    before, body = get(SUBSCRIPTION, entry.about), entry.body
    if before is None:
        return
    row = dict(before)
    match entry.type:
        case "subscription.changed/1":
            kept = [one for one in row["contents"] if one[0] < body["from_on"]]
            row["contents"] = [*kept, [body["from_on"], body["totals"]["gross_cents"]]]
        case "subscription.paused/1" if body["paused"]:
            row["pauses"] = [*row["pauses"], [body["on"], None]]
        case "subscription.paused/1" if row["pauses"]:
            row["pauses"] = [*row["pauses"][:-1], [row["pauses"][-1][0], body["on"]]]
        case "subscription.stopped/1":
            row["last_on"] = min(body["on"], row.get("last_on", body["on"]))
        case "subscription.invoiced/1":
            begins = date.fromisoformat(row["starts_on"])
            row["next_index"] = index_of(begins, row["every"], date.fromisoformat(body["period_start"])) + 1
    yield Change(SUBSCRIPTION, entry.about, row)


def subscription_of(row: Body) -> SubscriptionState:
    """Give the domain's state of a kept subscription, as far as its periods and their amounts depend on it."""
    nothing = Totals(net_cents=0, vat_cents=0, gross_cents=0)
    started = SubscriptionStarted(
        customer_kind=row["customer_kind"], currency="EUR", basis="gross", supply_place="FR", every=row["every"],
        billed=row["billed"], starts_on=row["starts_on"], lines=(), totals=nothing, payment_days=0,
    )  # fmt: skip
    return SubscriptionState(
        document=started,
        contents=tuple(Content(on, (), None, None) for on, _ in row["contents"]),
        pauses=tuple(Pause(on, to) for on, to in row["pauses"]),
        last_on=row.get("last_on"),
        next_index=row["next_index"],
    )


def amount_on(row: Body, day: date) -> int:
    """Give what a period that begins on a day is billed (cents TTC): as `SubscriptionState.content_on` chooses."""
    text = day.isoformat()
    chosen: list[Any] = max((one for one in row["contents"] if one[0] <= text), key=_from, default=row["contents"][0])
    cents: int = chosen[1]
    return cents


def _from(content: list[Any]) -> Any:
    return content[0]


HANDLES: Final[Mapping[str, Handler]] = {
    "task.opened/1": _task_opened,
    "task.closed/1": _task_closed,
    "policy.reminders_set/1": _policy,
    "reminder.sent/1": _reminded,
    "quote.issued/1": _offered,
    "quote.revised/1": _offered,
    "quote.signed/1": _concluded,
    "quote.delivered/1": _performed,
    "quote.declined/1": _over,
    "quote.expired/1": _over,
    "quote.cancelled/1": _over,
    "quote.withdrawn/1": _over,
    "subscription.started/1": _subscribed,
    "subscription.changed/1": _subscription,
    "subscription.paused/1": _subscription,
    "subscription.stopped/1": _subscription,
    "subscription.invoiced/1": _subscription,
}
"""What each event makes wait for a day."""


def _wants(entry: Entry) -> Iterable[tuple[str, str]]:
    kind = entry.stream.partition(":")[0]
    if kind == "quote":
        yield CONTRACT, entry.about
    elif kind == "subscription":
        yield SUBSCRIPTION, entry.about
    elif kind == "reminder":
        yield REMINDED, entry.about


NEXT_DUE: Final = Projection(
    name="next-due",
    version=1,
    tables=(TASK, POLICY, REMINDED, CONTRACT, SUBSCRIPTION),
    handles=HANDLES,
    ignores=others(HANDLES),
    wants=_wants,
)
"""What waits for a day."""
