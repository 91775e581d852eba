"""Payments: the list of what a person still has to do with them, and one payment with its documents."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money import payment_acts, payment_new, refunds
from api.pages.desk.money.common import (
    LOOK,
    PAGE,
    Names,
    address,
    filled,
    get,
    one_of,
    show,
    state_of,
    the_state,
    today_of,
    views,
)
from api.pages.desk.money.trail import events_of, told
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from ledger.domain.events.payments import PaymentAllocated, PaymentReceived
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from projections.business.incoming import INCOMING, PLACES, sort_of
from projections.business.incoming import PAYMENT as ROWS
from projections.business.incoming import PAYOUT as PAYOUTS
from projections.engine.contract import Row, View

SECTION: Final = "payments"
_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "todo": ("unplaced", "announced", "contested"),
    "announced": ("announced",),
    "unplaced": ("unplaced",),
    "contested": ("contested",),
    "placed": ("placed",),
    "gone": ("failed", "reversed"),
    "all": PLACES,
}


def payments(visit: Visit) -> Answer:
    """Show a page of payments."""
    query = filled(visit.query("show", "after"))
    chosen = one_of(query, "show", tuple(_SHOWN), "all")
    names, after = Names(visit), query.get("after", "")
    with views(visit, INCOMING.name) as found:
        rows, following = _page(found[INCOMING.name], _SHOWN[chosen], after)
    path = visit.at("/payments")
    return show(
        visit,
        "payments.html",
        SECTION,
        chosen=chosen,
        tabs=_tabs(visit),
        rows=[_shown(row, names) for row in rows],
        before=address(path, show=chosen) if after else None,
        after=address(path, show=chosen, after=following) if following else None,
    )


def _page(view: View, places: tuple[str, ...], after: str) -> tuple[list[Row], str | None]:
    def of(place: str) -> Any:
        head = sort_of(place, "")
        return view.rows(ROWS, sort_from=head, sort_to=f"{head}{after or '~'}", descending=True, limit=PAGE + 1)

    rows = list(islice(merge(*map(of, places), key=_tail, reverse=True), PAGE + 1))
    return rows[:PAGE], _tail(rows[PAGE]) if len(rows) > PAGE else None


def _tail(row: Row) -> str:
    return row.sort.partition("/")[2]


def _shown(row: Row, names: Names) -> dict[str, Any]:
    body = row.body
    customer = body.get("customer")
    name = names.customer(customer) if customer is not None else None
    if name is None:
        kind, about = next(iter(body.get("documents", ())), (body.get("about_kind"), body.get("about")))
        name = names.of(f"{kind}:{about}", {}) if about else None
    return {**body, "id": row.key, "name": name, "state": f"payment/{body['place']}"}


def _tabs(visit: Visit) -> list[tuple[str, str]]:
    return [
        ("all", visit.say("Tous")),
        ("todo", visit.say("À traiter")),
        ("announced", visit.say("Annoncés")),
        ("unplaced", visit.say("À affecter")),
        ("contested", visit.say("Contestés")),
        ("placed", visit.say("Affectés")),
        ("gone", visit.say("Repris ou jamais venus")),
    ]


def payment(visit: Visit) -> Answer:
    """Show one payment: where it went, what it did not respect, and the next step."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    entries = events_of(visit, f"payment:{identifier}")
    flags: list[str] = []
    provider, payer = None, None
    for entry in entries:
        if isinstance(entry.record, PaymentReceived | PaymentAllocated):
            flags += [each.code for each in entry.record.flags]
        if isinstance(entry.record, PaymentReceived):
            provider, payer = entry.record.provider, entry.record.payer
    place = (
        "announced"
        if state.phase == "announced"
        else "failed"
        if state.phase == "failed"
        else "reversed"
        if state.left_cents <= 0
        else "contested"
        if state.contested_cents
        else "unplaced"
        if state.unallocated_cents
        else "placed"
    )
    return show(
        visit,
        "payment.html",
        SECTION,
        id=identifier,
        state=state,
        code=f"payment/{place}",
        provider=provider,
        flags=list(dict.fromkeys(flags)),
        documents=documents_of(visit, state.allocations),
        today=today_of(visit),
        payer=payer.name if payer is not None else None,
        trail=told(visit, entries),
        about=documents_of(visit, [_Of(state.about, entries[0].record.about_kind)]) if state.about else [],
        name=Names(visit).customer(state.customer) if state.customer is not None else None,
    )


class _Of:
    """What an announcement is for, as an allocation says it."""

    def __init__(self, about: str, about_kind: str) -> None:
        self.about, self.about_kind, self.amount_cents = about, about_kind, 0


def documents_of(visit: Visit, allocations: Any) -> list[dict[str, Any]]:
    """Give the documents that money is put to, by number."""
    found = []
    for each in allocations:
        if each.about_kind == "invoice":
            invoice = state_of(visit, INVOICE, each.about)
            number = invoice.issued.number if invoice is not None else None
        else:
            deposit = state_of(visit, DEPOSIT, each.about)
            number = deposit.asked.number if deposit is not None else None
        place = "invoices" if each.about_kind == "invoice" else "deposits"
        found.append(
            {
                "number": number or "–",
                "path": f"/{place}/{each.about}",
                "amount_cents": each.amount_cents,
                "kind": each.about_kind,
                "about": each.about,
            }
        )
    return found


def payouts(visit: Visit) -> Answer:
    """Show what providers paid to the bank account, with their fees."""
    query = filled(visit.query("after"))
    after = query.get("after", "")
    with views(visit, INCOMING.name) as found:
        rows = list(
            found[INCOMING.name].rows(PAYOUTS, sort_from="", sort_to=after or "~", descending=True, limit=PAGE + 1)
        )
    following = rows[PAGE].sort if len(rows) > PAGE else None
    path = visit.at("/payouts")
    return show(
        visit,
        "payouts.html",
        SECTION,
        rows=[row.body for row in rows[:PAGE]],
        before=path if after else None,
        after=address(path, after=following) if following else None,
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/payments", payments, LOOK, "Les paiements : annoncés, à affecter, affectés, repris."),
    get("/payouts", payouts, LOOK, "Les versements des prestataires de paiement, avec leurs frais."),
    *payment_new.PAGES,
    *payment_acts.PAGES,
    *refunds.PAGES,
    get("/payments/{payment}", payment, LOOK, "Un paiement : où il est affecté, la suite."),
)
