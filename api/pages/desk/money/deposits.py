"""The board of deposits: what is asked for in advance, by when, what came in, and what is planned next."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money import deposit_acts
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
from api.pages.desk.money.lists import Listed, Pair, coming, late, newest, shown
from api.pages.desk.money.trail import events_of, told
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.quote import QUOTE
from projections.business.documents import DOCUMENTS, INSTALMENT, due_of_instalment
from projections.engine.contract import View

SECTION: Final = "deposits"
_BY_STATE: Final[dict[str, tuple[Pair, ...]]] = {
    "held": (("deposit_request", "paid"),),
    "refund": (("deposit_request", "refund_due"),),
    "done": tuple(("deposit_request", state) for state in ("applied", "forfeited", "refunded")),
    "cancelled": (("deposit_request", "cancelled"),),
}
SHOWN: Final = ("due", "late", "planned", "held", "refund", "done", "cancelled")


def deposits(visit: Visit) -> Answer:
    """Show the board."""
    query = filled(visit.query("show", "after"))
    chosen = one_of(query, "show", SHOWN, "due")
    names, today = Names(visit), today_of(visit)
    after = query.get("after", "")
    with views(visit, DOCUMENTS.name) as found:
        view = found[DOCUMENTS.name]
        planned = _planned(view, names) if chosen == "planned" else []
        if chosen == "due":
            listed = coming(view, "deposit_request", today, after)
        elif chosen == "late":
            listed = late(view, "deposit_request", today, after)
        elif chosen == "planned":
            listed = Listed((), None)
        else:
            listed = newest(view, _BY_STATE[chosen], after)
        rows = [shown(row, names, today) for row in listed.rows]
    path = visit.at("/deposits")
    return show(
        visit,
        "deposits.html",
        SECTION,
        rows=rows,
        planned=planned,
        chosen=chosen,
        tabs=_tabs(visit),
        before=address(path, show=chosen) if after else None,
        after=address(path, show=chosen, after=listed.after) if listed.after else None,
    )


def _planned(view: View, names: Names) -> list[dict[str, Any]]:
    """Give the payments that contracts plan and that nobody asked for yet, the soonest first."""
    rows = islice(view.rows(INSTALMENT, sort_from="planned/", sort_to="planned/~"), 4 * PAGE)
    return [{**row.body, "due_on": due_of_instalment(row.body), "name": names.of("", row.body)} for row in rows]


def _tabs(visit: Visit) -> list[Pair]:
    return [
        ("due", visit.say("À payer")),
        ("late", visit.say("En retard")),
        ("planned", visit.say("Prévus")),
        ("held", visit.say("Payés, à déduire")),
        ("refund", visit.say("À rembourser")),
        ("done", visit.say("Déduits, conservés ou rendus")),
        ("cancelled", visit.say("Annulés")),
    ]


def deposit(visit: Visit) -> Answer:
    """Show one deposit: what it is in law, what came in, where the money went, and the next step."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")
    entries = events_of(visit, f"deposit:{identifier}")
    asked, today = state.asked, today_of(visit).isoformat()
    contract = state_of(visit, QUOTE, asked.quote) if asked.quote is not None else None
    is_late = bool(state.to_pay_cents) and asked.due_on < today
    return show(
        visit,
        "deposit.html",
        SECTION,
        id=identifier,
        state=state,
        asked=asked,
        today=today,
        code="deposit_request/late" if is_late else f"deposit_request/{state.phase}",
        name=Names(visit).of(f"deposit:{identifier}", {"customer": asked.customer} if asked.customer else {}),
        quote_number=contract.current.number if contract is not None else None,
        trail=told(visit, entries),
        receipted=sum(cents for _, _, cents in state.receipts),
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/deposits", deposits, LOOK, "Le tableau des acomptes et arrhes."),
    *deposit_acts.PAGES,
    get("/deposits/{deposit}", deposit, LOOK, "Une demande d'acompte : ce qu'elle est, ce qui est payé, la suite."),
)
