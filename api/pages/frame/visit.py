"""One visit of a page: who comes, what was sent, and how to answer. What every page's handler is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from api.http.access import Role
from api.http.call import Answer, Call
from api.http.context import Context
from api.http.problems import Header, Language, Problem, language_of
from api.pages.frame import languages
from api.pages.frame.forms import Form
from api.pages.frame.guard import form_word, is_secure, page_headers, set_cookie
from api.pages.frame.page import Page
from api.pages.frame.seams import OpenLink, Session
from api.pages.frame.templates import render
from api.pages.frame.wrong import Wrong, of_refusal, of_validation
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer as Done
from ledger.shell.store import LedgerRow

C = TypeVar("C", bound=Command)
HTML = b"text/html; charset=utf-8"
LANGUAGE_COOKIE = "sceau-lang"


class Visit:
    """One visit. `session`, `role`, `row` and `link` are set as far as the page's `who` asks for them."""

    def __init__(self, call: Call, page: Page, wake: Callable[[str], None]) -> None:
        self.call = call
        self.page = page
        self.form = Form()
        self.session: Session | None = None
        self.role: Role | None = None
        self.row: LedgerRow | None = None
        self.link: OpenLink | None = None
        self.asked_language: str | None = None  # by a cookie that the visitor's own choice set
        self.form_targets: tuple[str, ...] = ()
        self._wake = wake
        self._cookies: list[Header] = []

    # --- who and where

    @property
    def context(self) -> Context:
        """What every handler of the server shares."""
        return self.call.context

    @property
    def params(self) -> Mapping[str, str]:
        """The parts of the path."""
        return self.call.params

    @property
    def ledger(self) -> LedgerRow:
        """The ledger of the path."""
        if self.row is None:
            raise AssertionError("this page is of no ledger")
        return self.row

    @property
    def user(self) -> Session:
        """The signed-in user."""
        if self.session is None:
            raise AssertionError("nobody signed in")
        return self.session

    @property
    def opened(self) -> OpenLink:
        """The link that was followed."""
        if self.link is None:
            raise AssertionError("no link was followed")
        return self.link

    @property
    def actor(self) -> str:
        """Who acts, as entries say it: an opaque id."""
        if self.link is not None:
            return f"link:{self.link.link}"
        return f"user:{self.user.user}"

    @property
    def language(self) -> Language:
        """The language of this visit: what the visitor chose, else the user's own, else the browser's."""
        if self.asked_language in languages.LANGUAGES:
            return self.asked_language
        if self.session is not None:
            return "en" if self.session.language == "en" else "fr"
        return language_of(self.call.header(b"accept-language"))

    @property
    def may_write(self) -> bool:
        """Whether the user may do more than read here."""
        return self.role in ("owner", "operator")

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return is_secure(self.context.settings.public_url)

    def say(self, words: str) -> str:
        """Say French words in this visit's language."""
        return languages.say(self.language, words)

    def query(self, *known: str) -> dict[str, str]:
        """Give the parameters of the query.

        Raises:
            Problem: `PARAMETER_INVALID`.
        """
        return self.call.query((*known, "lang"))

    # --- acting

    def read(self, command: type[C], members: Mapping[str, Any], names: Mapping[str, str] | None = None) -> C | Wrong:
        """Make a command of its members, None ones left out; what is not of its schema is `Wrong` at its fields."""
        given = {name: value for name, value in members.items() if value is not None}
        try:
            made: C = _adapter(command).validate_python(given)  # type: ignore[arg-type] # a class can be hashed
        except ValidationError as error:
            return of_validation(error, self.language, names)
        return made

    def do(
        self, command: Command, *, names: Mapping[str, str] | None = None, step: str = "", operation: str | None = None
    ) -> Done | Wrong:
        """Carry a command out, once for this form however often it is sent; a rule's no is `Wrong`.

        A form that carries out several commands names each with its own `step`. What acts once by itself, whatever
        form asks (a draft), names its `operation`.
        """
        key = self.form.text("key")
        once = operation or (f"page:{key}:{step}" if _is_key(key) else None)
        outcome = self.context.service.execute(self.ledger.ledger, command, actor=self.actor, key=once)
        if isinstance(outcome, Refusal):
            self.context.metrics.command(command.NAME, "refused")
            self.call.outcome = outcome.code
            return of_refusal(outcome, self.language, names)
        self.context.metrics.command(command.NAME, "repeated" if outcome.repeated else "done", len(outcome.entries))
        self._wake(self.ledger.ledger)
        return outcome

    def told(self) -> None:
        """Let those who wait for news of the ledger know that something was recorded otherwise than by `do`."""
        self._wake(self.ledger.ledger)

    # --- answering

    def render(self, template: str, status: int = 200, **facts: Any) -> Answer:
        """Answer a page. `wrong` is always there for the template, None unless given."""
        given: dict[str, Any] = {"wrong": None, **facts, "visit": self, "key": new_key()}
        body = render(template, self.language, given)
        headers = (*self._headers(), (b"content-language", self.language.encode()))
        wrong = given["wrong"]
        if isinstance(wrong, Wrong) and wrong.retry_after_seconds:
            headers = (*headers, (b"retry-after", b"%d" % wrong.retry_after_seconds))
        return Answer(status, body, HTML, headers)

    def go(self, path: str, *, outside: bool = False) -> Answer:
        """Send the visitor on to another page (303); `outside` to another site."""
        if not outside and (not path.startswith("/") or path.startswith("//") or "\\" in path):
            raise AssertionError("a page of ours begins with one slash")
        return Answer(303, b"", HTML, (*self._headers(), (b"location", path.encode("ascii"))))

    def file(self, body: bytes, media: str, name: str, *, inline: bool = False) -> Answer:
        """Answer a file: to be kept, or shown in the browser."""
        safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
        how = "inline" if inline else "attachment"
        disposition = (b"content-disposition", f'{how}; filename="{safe}"'.encode())
        return Answer(200, body, media.encode(), (*self._headers(), disposition))

    def cookie(self, name: str, value: str, seconds: int | None = None) -> None:
        """Set a cookie with the answer; 0 seconds takes it away."""
        self._cookies.append(set_cookie(name, value, secure=self.secure, seconds=seconds))

    def nothing_there(self) -> Problem:
        """Make the failure of an address that leads nowhere; to be raised."""
        return Problem("ADDRESS_UNKNOWN")

    def allow_forms_to(self, origins: Iterable[str]) -> None:
        """Let a form of this page lead to other sites (a payment provider's)."""
        self.form_targets = tuple(origins)

    # --- for templates

    @property
    def csrf(self) -> str:
        """What forms repeat; empty where nobody is signed in."""
        return form_word(self.session.csrf) if self.session is not None else ""

    def at(self, below: str = "") -> str:
        """Give an address of this ledger's desk."""
        return f"/desk/{self.ledger.name}{below}"

    def here(self, below: str = "") -> str:
        """Give an address below the followed link."""
        return f"/c/{self.ledger.name}/{self.params['token']}{below}"

    def _headers(self) -> tuple[Header, ...]:
        return (*page_headers(form_targets=self.form_targets), *self._cookies)


def new_key() -> str:
    """Make the key of one form: sent twice, it acts once."""
    return uuid4().hex


def _is_key(key: str) -> bool:
    return 16 <= len(key) <= 64 and key.isascii() and key.isalnum()


@lru_cache(maxsize=256)
def _adapter(command: type[Command]) -> TypeAdapter[Any]:
    return TypeAdapter(command)
