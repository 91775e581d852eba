"""What pages of people share: who looks, from where, with which cookies, and the proof that dangerous acts ask for."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from api.http.call import Answer
from api.pages.frame.guard import cookie_name, cookie_of
from api.pages.frame.page import Handler, Page, Who, desk
from api.pages.frame.resource import SIGN_IN
from api.pages.frame.visit import Visit
from api.people.access import People
from api.people.address import address_of
from api.people.records import SECOND_STEP, SESSION, SecondStep, Session, SignedIn

STEP_COOKIE: Final = "sceau-step"
DEVICE_COOKIE: Final = "sceau-device"
_YEAR_SECONDS: Final = 31_536_000
OWNERS: Final = desk("owner")
ROLE_WORDS: Final = {
    "owner": "Propriétaire : tout, y compris les accès et les réglages",
    "operator": "Opérateur : devis, factures, paiements, clients",
    "accountant": "Comptable : lire, et sortir journaux et fichiers",
    "auditor": "Vérificateur : lire, vérifier, sortir archives et preuves",
}
ROLE_NAMES: Final = {
    "owner": "Propriétaire",
    "operator": "Opérateur",
    "accountant": "Comptable",
    "auditor": "Vérificateur",
}
_BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def get(template: str, handler: Handler, who: Who, words: str) -> Page:
    """Make the row of a page that shows."""
    return Page("GET", template, handler, who, words)


def post(template: str, handler: Handler, who: Who, words: str, upload_bytes: int = 0) -> Page:
    """Make the row of a page that acts."""
    return Page("POST", template, handler, who, words, upload_bytes)


def people_of(visit: Visit) -> People:
    """Give the server's people."""
    return visit.context.people


def address(visit: Visit) -> str:
    """Give the network address that asks."""
    return address_of(visit.call, visit.context.settings.behind_proxy)


def token_of(visit: Visit) -> str:
    """Give the session's token; empty without one."""
    return cookie_of(visit.call, cookie_name(secure=visit.secure)) or ""


def own(visit: Visit) -> Session | None:
    """Give the whole session of who looks; None when it has just ended."""
    return people_of(visit).session(token_of(visit))


def password(visit: Visit, name: str = "password") -> str:
    """Give a password as it was typed: spaces at its ends are part of it."""
    return next((value for key, value in visit.form.pairs if key == name), "")


def label(visit: Visit) -> str:
    """Name the browser that asks, coarsely, for the list of sessions: never its version."""
    agent = (visit.call.header(b"user-agent") or b"").decode("latin-1")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)


def device(visit: Visit) -> str | None:
    """Give the cookie of a browser that signed in before."""
    return cookie_of(visit.call, DEVICE_COOKIE)


def go_in(visit: Visit, found: SignedIn | SecondStep, path: str = "/") -> Answer:
    """Set the cookies of a session that begins, or of its second step, and lead on."""
    if isinstance(found, SecondStep):
        visit.cookie(STEP_COOKIE, found.token, int(SECOND_STEP.total_seconds()))
        return visit.go("/sign-in/code")
    visit.cookie(cookie_name(secure=visit.secure), found.token, int(SESSION.total_seconds()))
    visit.cookie(DEVICE_COOKIE, found.device, _YEAR_SECONDS)
    visit.cookie(STEP_COOKIE, "", 0)
    return visit.go("/account/authenticator" if found.must_enrol else path)


def confirm_first(visit: Visit, path: str) -> Answer | None:
    """Send who has given no code lately to give one, and back to `path`; None when they have."""
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    if session.checked:
        return None
    return visit.go(f"/account/confirm?next={quote(path, safe='/')}")


def link_of(visit: Visit, path: str) -> str:
    """Give the whole address of a link that leaves the house."""
    return visit.context.settings.link_base + path
