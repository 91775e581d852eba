"""Reminders: the policy, what goes out next, what went out. Who contests an invoice is not reminded of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from api.http.call import Answer
from api.messages.desk import MessageDesk
from api.messages.reminding import READY_MADE
from api.pages.desk.money.common import ACT, LOOK, Names, get, show, today_of, views
from api.pages.desk.money.lists import shown
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from ledger.domain.commands.parties import SetReminderPolicy
from projections.business.documents import DOCUMENT, DOCUMENTS, DUE
from projections.business.next_due import NEXT_DUE, REMINDED
from projections.engine.contract import View

SECTION: Final = "reminders"
ABOUT: Final = ("quote", "deposit", "invoice")
MOST_STEPS: Final = 12
_BLANK: Final = 2
_LOOKED_AT: Final = 500
_SHOWN: Final = 25
_KINDS: Final = (("invoice", "invoice"), ("deposit", "deposit_request"))
TONES: Final = ("friendly", "firm", "final")


def reminders(visit: Visit) -> Answer:
    """Show the policies, and what goes out."""
    visit.query()
    return _page(visit)


def _page(visit: Visit, *, wrong: Wrong | None = None, open_about: str = "") -> Answer:
    desk = MessageDesk(visit.context.service, visit.context.settings)
    policies: list[dict[str, Any]] = [
        {"about": about, "steps": steps, "set": is_set, "blank": _BLANK}
        for about, (steps, is_set) in desk.policies(visit.ledger.ledger).items()
    ]
    sent = [one for one in desk.outbox(visit.ledger.ledger, limit=100) if one.template.startswith("reminder_")][:_SHOWN]
    return show(
        visit,
        "reminders.html",
        SECTION,
        200 if wrong is None else wrong.status,
        policies=policies,
        sent=sent,
        coming=_coming(visit, {one["about"]: one["steps"] for one in policies if one["set"]}),
        wrong=wrong,
        open_about=open_about,
        is_on=desk.is_on(visit.ledger.ledger),
        nothing_set=not any(one["set"] for one in policies),
    )


def _coming(visit: Visit, policies: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the next reminder of each open document, the soonest first: of the documents that fall due around today."""
    today, names = today_of(visit), Names(visit)
    found: list[dict[str, Any]] = []
    with views(visit, DOCUMENTS.name, NEXT_DUE.name) as both:
        for about, kind in _KINDS:
            steps = policies.get(about)
            if not steps:
                continue
            first = today - timedelta(days=max(step["days"] for step in steps))
            for row in _open(both[DOCUMENTS.name], kind, first):
                if row.body.get("disputed"):
                    continue
                reminded = both[NEXT_DUE.name].get(REMINDED, row.key.partition(":")[2])
                last = max(reminded.body["steps"], default=0) if reminded is not None else 0
                due = date.fromisoformat(row.body["due_on"])
                for rank, step in enumerate(steps, 1):
                    on = due + timedelta(days=step["days"])
                    if rank > last and on >= today:
                        found.append({"on": on.isoformat(), "tone": step["tone"], "row": row, "about": about})
                        break
    found.sort(key=lambda one: (one["on"], one["row"].key))
    return [{**one, **shown(one["row"], names, today)} for one in found[:_SHOWN]]


def _open(view: View, kind: str, first: date) -> Iterator[Any]:
    for pointer in islice(view.rows(DUE, sort_from=f"{kind}/{first.isoformat()}", sort_to=f"{kind}/~"), _LOOKED_AT):
        row = view.get(DOCUMENT, pointer.key)
        if row is not None:
            yield row


def policy(visit: Visit) -> Answer:
    """Set when reminders of one kind of document go out: the offered ones, those typed, or none."""
    about = visit.params["about"]
    if about not in ABOUT:
        raise visit.nothing_there()
    act = visit.form.text("act")
    names: dict[str, str] = {}
    try:
        steps = _ready(about) if act == "ready" else [] if act == "none" else _typed(visit, about, names)
    except FieldWrong as wrong:
        return _page(visit, wrong=of_field(wrong, visit.language), open_about=about)
    command = visit.read(SetReminderPolicy, {"about": about, "steps": steps}, names)
    done = command if isinstance(command, Wrong) else visit.do(command, names=names)
    if isinstance(done, Wrong):
        return _page(visit, wrong=done, open_about=about)
    return visit.go(visit.at("/reminders"))


def _ready(about: str) -> list[dict[str, Any]]:
    return [{"days": one.days, "tone": one.tone, "to": one.to} for one in READY_MADE[about]]


def _typed(visit: Visit, about: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """Read the steps, in the order of their days; an empty one is left out."""
    found: list[tuple[int, dict[str, Any]]] = []
    for rank in range(MOST_STEPS):
        prefix = f"{about}-{rank}"
        text = visit.form.text(f"{prefix}-days")
        if not text:
            continue
        days = visit.form.whole(f"{prefix}-days", 3_650)
        before = visit.form.text(f"{prefix}-when") == "before"
        step = {
            "days": -(days or 0) if before else days or 0,
            "tone": visit.form.choice(f"{prefix}-tone", TONES, "friendly"),
            "to": visit.form.choice(f"{prefix}-to", ("client", "client_and_observers"), "client"),
        }
        found.append((rank, step))
    found.sort(key=lambda each: each[1]["days"])
    for place, (rank, _) in enumerate(found):
        names |= {f"/steps/{place}": f"{about}-{rank}-days", f"/steps/{place}/days": f"{about}-{rank}-days"}
    return [step for _, step in found]


PAGES: Final[tuple[Page, ...]] = (
    get("/reminders", reminders, LOOK, "Les relances : quand, sur quel ton, ce qui part ensuite."),
    Page("POST", "/desk/{ledger}/reminders/{about}", policy, ACT, "Régler les relances.", example={"about": "invoice"}),
)
