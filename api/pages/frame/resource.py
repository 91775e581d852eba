"""The frame around every page: who may come in, what was sent, and failures as pages in words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from api.http.access import Role
from api.http.body import read_bytes
from api.http.call import Answer, Call
from api.http.context import Context
from api.http.problem_kinds import PROBLEM_KINDS
from api.http.problems import Problem, from_failure, retry_headers
from api.http.resource import Handler, Resource
from api.pages.frame.forms import FieldWrong, read_form
from api.pages.frame.guard import CSRF_FIELD, check_form_word, check_same_site, cookie_name, cookie_of
from api.pages.frame.page import ANYBODY, Page
from api.pages.frame.seams import Doors
from api.pages.frame.visit import LANGUAGE_COOKIE, Visit
from ledger.domain.refusals import Refusal

FORM_BYTES: Final = 1_048_576
SIGN_IN: Final = "/sign-in"
ENROL: Final = "/account/authenticator"
_SERVER_FAULT: Final = 500
_YEAR_SECONDS: Final = 31_536_000


class PageResource(Resource):
    """The methods of one address of pages."""

    def __init__(self, context: Context, doors: Doors, pages: Mapping[str, Page]) -> None:
        """Answer `pages`, by method; all of one address."""
        self._doors = doors
        self._pages = pages
        template = next(iter(pages.values())).template
        handlers: dict[str, Handler] = {method: _Handler(self, page) for method, page in pages.items()}
        super().__init__(context, template, handlers)

    async def answer(self, call: Call, page: Page) -> Answer:
        """Let the visitor in, read the form, and answer the page."""
        loop = asyncio.get_running_loop()
        visit = Visit(call, page, lambda ledger: _wake(loop, call.context, ledger))
        chosen = _chosen_language(call)
        visit.asked_language = chosen or cookie_of(call, LANGUAGE_COOKIE)
        if chosen is not None:
            visit.cookie(LANGUAGE_COOKIE, chosen, _YEAR_SECONDS)
        try:
            if page.method == "POST":
                check_same_site(call)
            refused = await self._enter(visit)
            if refused is not None:
                return refused
            if page.method == "POST":
                limit = max(FORM_BYTES, page.upload_bytes, page.form_bytes)
                body = await read_bytes(call, limit, "FILE_TOO_LARGE" if page.upload_bytes else "BODY_TOO_LARGE")
                files, kind = page.upload_bytes > 0, call.header(b"content-type")
                if len(body) > FORM_BYTES:  # hundreds of megabytes take seconds: others are answered meanwhile
                    visit.form = await call.context.blocking(
                        read_form, kind, body, files=files, most_fields=page.most_fields
                    )
                else:
                    visit.form = read_form(kind, body, files=files, most_fields=page.most_fields)
                visit.form.english = visit.language == "en"
                if visit.session is not None:
                    check_form_word(visit.session.csrf, visit.form.text(CSRF_FIELD))
            return await call.context.blocking(page.handler, visit)
        except Exception as failure:
            return await self._page_failed(visit, failure)

    async def _enter(self, visit: Visit) -> Answer | None:
        call, who = visit.call, visit.page.who
        token = cookie_of(call, cookie_name(secure=visit.secure))
        if token and who.kind != "link":
            visit.session = await call.context.blocking(self._doors.session, token)
        if who.kind in ("signed", "desk") and visit.session is None:
            return visit.go(SIGN_IN)
        if who.kind == "desk":
            row = await call.context.find(call.params["ledger"])
            role: Role | None = None if row is None else visit.user.roles.get(row.ledger)
            if row is None or role is None:
                raise Problem("LEDGER_UNKNOWN")  # another's ledger does not exist
            visit.row, visit.role = row, role
            if role not in who.roles:
                raise Problem("ROLE_INSUFFICIENT")
            if visit.user.must_enrol:
                return visit.go(ENROL)
        if who.kind == "link":
            row = await call.context.find(call.params["ledger"])
            link = None
            if row is not None:
                link = await call.context.blocking(self._doors.link, row.ledger, call.params["token"])
            if row is None or link is None:
                raise Problem("ADDRESS_UNKNOWN")
            visit.row, visit.link = row, link
            if link.purpose not in who.purposes:
                raise Problem("ADDRESS_UNKNOWN")
        return None

    async def _page_failed(self, visit: Visit, failure: Exception) -> Answer:
        """Answer a failure as a page in words."""
        call = visit.call
        if isinstance(failure, FieldWrong):  # a page that does not read its own fields' faults
            failure = Problem("PARAMETER_INVALID", f"form {failure.name}")
        problem = from_failure(failure)
        if problem is None:
            self._context.log.fault("fault", failure, route=visit.page.template, instance=call.instance)
            problem = Problem("INTERNAL")
        status, code = problem.status, problem.code
        call.outcome = code
        french = visit.language == "fr"
        if isinstance(problem, Refusal):
            words, remedy, law = (problem.words if french else problem.words_en), "", problem.law
        else:
            kind = PROBLEM_KINDS[code]
            words, law = (kind.words_fr if french else kind.words_en), None
            remedy = kind.remedy_fr if french else kind.remedy_en
        if status >= _SERVER_FAULT and not isinstance(failure, Problem):
            self._context.log.fault("failure", failure, route=visit.page.template, instance=call.instance)
        answer = visit.render("problem.html", status, words=words, remedy=remedy, law=law, code=code,
                              instance=call.instance)  # fmt: skip
        again = problem.headers if isinstance(problem, Problem) else retry_headers(problem)
        answer.headers = (*answer.headers, *again)
        return answer


def nowhere(context: Context, doors: Doors) -> Handler:
    """Give what answers an address that leads nowhere: a page to who asks for one, else a problem as software reads it.

    A person is whoever says `Accept: text/html`, as every browser does, to an address that is not below `/v1`.
    """
    page = Page("GET", "unmatched", _nothing_there, ANYBODY, "Une adresse qui ne mène nulle part.")
    resource = PageResource(context, doors, {"GET": page})

    async def answer(call: Call) -> Answer:
        if b"text/html" in (call.header(b"accept") or b"") and not call.scope["path"].startswith("/v1/"):
            return await resource.answer(call, page)
        raise Problem("ADDRESS_UNKNOWN")

    return answer


def _nothing_there(_: Visit) -> Answer:
    raise Problem("ADDRESS_UNKNOWN")


class _Handler:
    """One page's handler, as `Resource` calls it."""

    def __init__(self, resource: PageResource, page: Page) -> None:
        self._resource, self._page = resource, page

    async def __call__(self, call: Call) -> Answer:
        return await self._resource.answer(call, self._page)


def _chosen_language(call: Call) -> str | None:
    """Give the language that the visitor chose just now, by `?lang=`."""
    raw: bytes = call.scope["query_string"]
    return next((part[5:].decode() for part in raw.split(b"&") if part in (b"lang=fr", b"lang=en")), None)


def _wake(loop: asyncio.AbstractEventLoop, context: Context, ledger: str) -> None:
    """Tell long polls, from the thread of a page, that something was appended."""
    loop.call_soon_threadsafe(context.wake, ledger)
