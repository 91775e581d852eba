"""A server whose doors a test stands at, to ask for pages as a user of some role or as the holder of a link.

Who signs in, and how, is tested with the real doors (`tests/people`, the journeys); here it is said beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from api.http.access import Role
from api.pages.doors import HouseDoors
from api.pages.frame.seams import OpenLink
from api.settings import Settings
from ledger.shell.clock import Clock
from tests.api.serving import Served, serving

HTML = "text/html; charset=utf-8"


@dataclass
class SomeSession:
    """One user's session, as a test wants it."""

    user: str = "u1"
    name: str = "Camille Exemple"
    language: str = "fr"
    csrf: str = "a secret of this session"
    must_enrol: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)


class StandingDoors:
    """`Doors` that let in whom the test named: the cookie's token is the user's name. Links are the real ones."""

    def __init__(self, house: HouseDoors) -> None:
        self._house = house
        self.sessions: dict[str, SomeSession] = {}

    def session(self, token: str) -> SomeSession | None:
        return self.sessions.get(token)

    def link(self, ledger: str, token: str) -> OpenLink | None:
        return self._house.link(ledger, token)


@dataclass
class Visitor:
    """A browser without scripts: keeps cookies, follows forms."""

    served: Served
    who: str | None = None
    language: str = "fr"

    @property
    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self.language}
        return headers if self.who is None else {**headers, "Cookie": f"sceau={self.who}"}

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.served.client.get(path, headers=self._headers | more.pop("headers", {}), **more)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send fields as they are, as a form of this site would."""
        origin = f"http://{self.served.client.base_url.netloc.decode()}"
        headers = self._headers | {"Origin": origin, "Sec-Fetch-Site": "same-origin"} | more.pop("headers", {})
        if "files" not in more and data is None:
            data = {"": ""}
        return self.served.client.post(path, data=data, headers=headers, **more)

    def fill(self, page: httpx.Response, action: str | None = None, /, **fields: Any) -> httpx.Response:
        """Fill in the form of a page that goes to `action` (the only one without it), and send it.

        Fields that the page holds are sent as they stand; dashes in names are written as double underscores.
        """
        form = form_of(page.text, action)
        data: dict[str, Any] = {**form.fields, **{name.replace("__", "-"): value for name, value in fields.items()}}
        data = {name: value for name, value in data.items() if value is not None}
        return self.post(form.action or str(page.url.raw_path, "ascii"), data)


@dataclass
class FoundForm:
    """A form of a page: where it goes, and what it holds before anybody types."""

    action: str
    fields: dict[str, Any]


def form_of(html: str, action: str | None = None) -> FoundForm:
    """Find a form in a page; the one whose action is given, or the only one that is sent by POST in the main part."""
    found = []
    main = html[html.index("<main") :] if "<main" in html else html
    for match in re.finditer(r"<form\b([^>]*)>(.*?)</form>", main, re.DOTALL):
        where = re.search(r'action="([^"]*)"', match[1])
        goes = unescape(where[1]) if where else ""
        if 'method="post"' in match[1] and (action is None or goes == action):
            found.append(FoundForm(goes, _fields(match[2])))
    assert len(found) == 1, f"{len(found)} forms{'' if action is None else f' to {action}'}"
    return found[0]


def _fields(html: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for match in re.finditer(r"<input\b([^>]*)>", html):
        name, kind = _attribute(match[1], "name"), _attribute(match[1], "type") or "text"
        if name and kind not in ("file", "submit") and (kind not in ("checkbox", "radio") or " checked" in match[1]):
            value = _attribute(match[1], "value") or ""
            if name in fields:
                fields[name] = [*(fields[name] if isinstance(fields[name], list) else [fields[name]]), value]
            else:
                fields[name] = value
    for match in re.finditer(r"<textarea\b([^>]*)>(.*?)</textarea>", html, re.DOTALL):
        fields[_attribute(match[1], "name") or ""] = unescape(match[2])
    for match in re.finditer(r"<select\b([^>]*)>(.*?)</select>", html, re.DOTALL):
        options = re.findall(r"<option\b([^>]*)>", match[2])
        chosen = next((each for each in options if " selected" in each), options[0] if options else "")
        fields[_attribute(match[1], "name") or ""] = _attribute(chosen, "value") or ""
    fields.pop("", None)
    return fields


def _attribute(text: str, name: str) -> str | None:
    match = re.search(rf'(?:^|\s){name}="([^"]*)"', text)
    return unescape(match[1]) if match else None


@dataclass
class House:
    """A server with one business's ledger, and visitors to ask with."""

    served: Served
    doors: StandingDoors

    def user(
        self, role: Role | None, ledger: str = "atelier", name: str | None = None, language: str = "fr"
    ) -> Visitor:
        """Give a visitor signed in with a role in a ledger; with None, in none."""
        who = name or f"user-{role}-{ledger}"
        roles: dict[str, Role] = {} if role is None else {self.served.service.find(ledger).ledger: role}
        self.doors.sessions[who] = SomeSession(user=re.sub(r"\W", "", who), language=language, roles=roles)
        return Visitor(self.served, who, language)

    def stranger(self, language: str = "fr") -> Visitor:
        """Give a visitor nobody knows."""
        return Visitor(self.served, None, language)

    def csrf(self, who: str) -> str:
        from api.pages.frame.guard import form_word

        return form_word(self.doors.sessions[who].csrf)


@contextmanager
def housing(
    settings: Settings, clock: Clock | None = None, *, ledger: str = "atelier", jobs: bool = False
) -> Iterator[House]:
    """Run a server with pages until the end of the block; `ledger` is opened as the example of the docs has it."""
    standing: list[StandingDoors] = []

    def doors_of(house: HouseDoors) -> StandingDoors:
        standing.append(StandingDoors(house))
        return standing[0]

    with serving(settings, clock, doors_of=doors_of, jobs=jobs) as served:
        assert served.open(ledger).status_code == 201
        yield House(served, standing[0])
