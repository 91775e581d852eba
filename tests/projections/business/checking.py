"""What each projection must equal, for any played world: used on the named sales and on sales in any order."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.domain import contracts
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.reminder import REMINDER
from ledger.domain.streams.subscription import SUBSCRIPTION
from ledger.domain.streams.task import TASK
from projections.business.next_due import amount_on, subscription_of
from projections.documents.builders import Wanted
from projections.documents.builders.accounts import account_of
from projections.documents.builders.desk import Desk
from projections.documents.sources import ListedSources
from tests.domain.world import FixedWorld
from tests.projections.playing import Folded


def ids(world: FixedWorld, kind: str) -> list[str]:
    streams = dict.fromkeys(emit.stream for emit in world.log)
    return [stream.partition(":")[2] for stream in streams if stream.startswith(f"{kind}:")]


def account_differences(world: FixedWorld, sources: ListedSources, view: Folded) -> list[str]:
    """Where the kept account of a customer differs from the one that the paper statement reads from the entries."""
    found = []
    for customer in ids(world, "customer"):
        desk = Desk(sources, Wanted(kind="statement", about=customer))
        told = account_of(desk, customer, sources.upto)
        wanted = [(move.on, move.cents) for move in sorted(told.moves, key=lambda one: one.on)]
        rows = list(view.rows("move", sort_from=f"{customer}/", sort_to=f"{customer}/~"))
        kept = [(row.body["on"], row.body["cents"]) for row in rows]
        if kept != wanted:
            found.append(f"{customer}: paper {wanted}, rows {kept}")
        row = view.get("customer", customer)
        body = row.body if row is not None else {}
        if body.get("balance_cents", 0) != told.balance_cents:
            found.append(f"{customer}: paper {told.balance_cents}, row {body.get('balance_cents', 0)}")
        state = world.state(CUSTOMER, customer)
        if state is None or (body.get("kind"), body.get("risk")) != (state.kind, state.risk):
            found.append(f"{customer}: {body.get('kind')} {body.get('risk')}")
    return found


def waiting_differences(world: FixedWorld, view: Folded) -> list[str]:
    """Where tasks, reminders, withdrawal periods and next periods differ from the ledger's own states."""
    found: list[str] = []

    def same(what: str, kept: Any, known: Any) -> None:
        if kept != known:
            found.append(f"{what}: row {kept!r}, ledger {known!r}")

    states = {one: world.state(TASK, one) for one in ids(world, "task")}
    known = {one: (state.code, state.about) for one, state in states.items() if state and not state.closed}
    kept = {row.key: (row.body["code"], row.body.get("about")) for row in view.rows("task")}
    same("tasks", kept, known)
    for about in ids(world, "reminder"):
        row, reminded = view.get("reminded", about), world.state(REMINDER, about)
        same("steps", list(row.body["steps"]) if row else None, sorted(set(reminded.steps)) if reminded else None)
    for quote in ids(world, "quote"):
        state = world.state(QUOTE, quote)
        row = view.get("contract", quote)
        may = state is not None and state.signed and contracts.may_withdraw(state, date.min)
        last = contracts.last_day_to_withdraw(state) if may and state is not None else None
        signed = row if row is not None and "signed_on" in row.body else None
        same(f"withdrawal of {quote}", signed is not None, may)
        if signed is not None:
            same(f"end of {quote}", signed.body.get("until"), last.isoformat() if last else None)
    for one in ids(world, "subscription"):
        row, subscribed = view.get("subscription", one), world.state(SUBSCRIPTION, one)
        assert row is not None
        assert subscribed is not None
        mine = subscription_of(row.body)
        for horizon in (world.today, date(world.today.year + 1, 1, 1)):
            period = subscribed.next_period(horizon)
            same(f"next period of {one}", mine.next_period(horizon), period)
            if period is not None:
                same(f"due of {one}", mine.due_on(period), subscribed.due_on(period))
                content = subscribed.content_on(period.start)
                shown = sum(line.amount_cents for line in content.lines)
                if subscribed.started.basis == "gross" and content.discount is None:
                    same(f"amount of {one}", amount_on(row.body, period.start), shown)
    return found
