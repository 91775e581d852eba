"""The auditor's room: a first page of its own for who may only read, with everything a check begins with."""

from __future__ import annotations

from itertools import islice
from typing import Final

from api.about import about, today_in_france
from api.http.call import Answer
from api.pages.desk.books.common import DESK, get
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from archive.creation import recorded
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.ledger import LEDGER
from ledger.shell.closing import backwards, closure_in

_LATEST: Final = 6


def room(visit: Visit) -> Answer:
    """Show the business, the software, the law, the latest closures, archives, and what can be taken out."""
    service, ledger = visit.context.service, visit.ledger.ledger
    issuer = service.state(ledger, ISSUER, "self")
    register = service.register(ledger)
    store = visit.context.store
    return visit.render(
        "desk/books/room.html",
        profile=None if issuer is None else issuer.profile,
        register=register,
        software=about(today_in_france()),
        written_by=service.state(ledger, LEDGER, "self"),
        head=store.head(ledger),
        genesis=next(store.lines(ledger, 0, 1)).fingerprint,
        closures=latest_closures(visit, _LATEST),
        archives=list(recorded(store, ledger))[-_LATEST:][::-1],
        until=access_until(visit),
    )


def latest_closures(visit: Visit, most: int) -> list[dict[str, object]]:
    """Give the closures made last, the newest first."""
    store, ledger = visit.context.store, visit.ledger.ledger
    lines = (line for line in backwards(store, ledger) if line.type == PeriodClosed.TYPE and line.line)
    return [
        {"seq": line.seq, "fingerprint": line.fingerprint, "event": closure_in(line)} for line in islice(lines, most)
    ]


def access_until(visit: Visit) -> str | None:
    """Give the instant at which this user's access to the ledger ends; None where it has no end, or nobody knows."""
    held = visit.context.store.side().people().roles_of_ledger(visit.ledger.ledger)
    return next((one.until for one in held if one.user == visit.user.user), None)


PAGES: Final[tuple[Page, ...]] = (get("/room", room, DESK, "La salle de contrôle : lire, vérifier, emporter."),)
