"""What the pages of the books share: where a stream is shown, fragments, the days of a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from api.http.access import OWNER, READ, Role
from api.http.call import Answer
from api.http.problems import Problem
from api.pages.frame.page import Page, Who, desk
from api.pages.frame.visit import Visit
from ledger.domain.refusals import Refusal
from ledger.shell.store import Line
from projections.reports.contract import Words

DESK: Final = desk(*sorted(READ))
OWNERS: Final = desk("owner")
SELLERS: Final = desk("owner", "operator")
KEEPERS: Final = desk("owner", "accountant")
"""Who makes archives and checkpoints, and takes the file of names out."""
BOOKKEEPERS: Final = desk("owner", "accountant", "auditor")
"""Who may have journals: they name every customer."""
MAKERS: Final[frozenset[Role]] = OWNER | {"accountant"}

_PLACES: Final[Mapping[str, str]] = {
    "quote": "/quotes/{}",
    "invoice": "/invoices/{}",
    "credit_note": "/invoices/{}",
    "deposit": "/deposits/{}",
    "deposit_request": "/deposits/{}",
    "payment": "/payments/{}",
    "customer": "/customers/{}",
    "signature": "/signatures/{}",
}
"""Where the desk shows the thing that a stream is about."""


def get(path: str, handler: Any, who: Who, words: str, **example: str) -> Page:
    """Make the row of a page that shows."""
    return Page("GET", f"/desk/{{ledger}}{path}", handler, who, words, example=example)


def post(path: str, handler: Any, who: Who, words: str, upload_bytes: int = 0, **example: str) -> Page:
    """Make the row of a page that acts."""
    return Page("POST", f"/desk/{{ledger}}{path}", handler, who, words, upload_bytes, example)


def said(words: Words, language: str) -> str:
    """Give words in one language."""
    return words.fr if language == "fr" else words.en


def big(words: str) -> str:
    """Begin words with a capital; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def place_of(visit: Visit, stream: str, kind: str | None = None) -> str:
    """Give the desk's address of what a stream is about: its own page, else its entries in the journal."""
    prefix, _, identifier = stream.rpartition(":")
    place = _PLACES.get(kind or prefix)
    if place is None or identifier in ("", "self"):
        return visit.at("/journal?" + urlencode({"about": stream}))
    return visit.at(place.format(identifier))


def fragment(visit: Visit) -> bool:
    """Say whether a script asks for a piece of a page; without one, the piece stands in a page of its own."""
    return visit.call.header(b"x-fragment") == b"1"


def piece(visit: Visit, template: str, title: str, section: str, back: str, **facts: Any) -> Answer:
    """Answer a piece of a page: alone for a script, in a page of its own for everybody else."""
    if fragment(visit):
        return visit.render(template, **facts)
    return visit.render("desk/books/piece.html", piece=template, title=title, section=section, back=back, **facts)


def filled(query: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a form was sent without."""
    return {name: value.strip() for name, value in query.items() if value.strip() and name != "lang"}


def page_number(query: Mapping[str, str], most: int = 10_000) -> int:
    """Give the page of a list that is asked for, from 1.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= most):
        raise Problem("PARAMETER_INVALID", "query page", reason="whole_number")
    return int(text)


def refused(refusal: Refusal, language: str) -> str:
    """Give a refusal's words."""
    return refusal.words if language == "fr" else refusal.words_en


def at_of(line: Line) -> str:
    """Give when an entry was recorded; empty where it was purged."""
    return str(orjson.loads(line.line)["chain"]["at"]) if line.line else ""


def is_confirmed(visit: Visit) -> bool:
    """Say whether the user gave a code lately: a lost session must not be enough for some acts (docs/people.md)."""
    return bool(getattr(visit.user, "checked", True))


def confirm_first(visit: Visit, below: str) -> Answer | None:
    """Send who gave no code lately to give one, and back to a page of the desk; None when they did."""
    if is_confirmed(visit):
        return None
    return visit.go(f"/account/confirm?next={quote(visit.at(below), safe='/')}")


def recovery_keys_here(visit: Visit) -> list[str]:
    """Give the names of recovery keys that still lie beside the others: each is to be moved away (docs/keys.md)."""
    folder = visit.context.service.keys.root / visit.ledger.ledger
    return sorted(path.name for path in folder.glob("MOVE-AWAY-recovery-*.pem"))


def now_utc(visit: Visit) -> datetime:
    """Give the present."""
    return visit.context.service.clock.now().astimezone(UTC)
