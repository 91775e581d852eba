"""The page of a link that lets somebody begin: the first owner, an invitation, a password to choose."""

from __future__ import annotations

from typing import Final

from api.http.call import Answer
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import ANYBODY, Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.pages.people.common import (
    ROLE_WORDS,
    address,
    device,
    get,
    go_in,
    label,
    own,
    password,
    people_of,
    post,
    token_of,
)
from api.pages.people.signing_in import lapsed
from api.people.records import Pending, SignedIn
from ledger.domain.refusals import Refusal
from ledger.shell.people import Language


def welcome(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show what the link is about."""
    visit.query()
    found = people_of(visit).open_letter(visit.params["token"], address=address(visit))
    if isinstance(found, Refusal):
        return lapsed(visit, found)
    if found.purpose == "reset":
        raise visit.nothing_there()
    return _shown(visit, found, wrong)


def _shown(visit: Visit, found: Pending, wrong: Wrong | None) -> Answer:
    row = next((one for one in visit.context.store.ledgers() if one.ledger == found.ledger), None)
    return visit.render(
        "people/welcome.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        found=found,
        ledger=row.name if row is not None else "",
        role=ROLE_WORDS.get(found.role or "", ""),
        mine=_is_own(visit, found),
    )


def begin(visit: Visit) -> Answer:
    """Do what the link is for."""
    people, token, where = people_of(visit), visit.params["token"], address(visit)
    found = people.open_letter(token, address=where)
    if isinstance(found, Refusal):
        return lapsed(visit, found)
    if found.purpose == "first":
        return _first(visit, found)
    if found.purpose == "invitation":
        return _invited(visit, found)
    if found.purpose != "set_up":
        raise visit.nothing_there()
    new = password(visit)
    chosen = people.choose_password(token, new, address=where)
    if isinstance(chosen, Refusal):
        return _refused(visit, found, chosen)
    entered = people.sign_in(chosen.email, new, address=where, device=device(visit), label=label(visit))
    return visit.go("/sign-in") if isinstance(entered, Refusal) else go_in(visit, entered)


def _first(visit: Visit, found: Pending) -> Answer:
    language = _language(visit)
    if isinstance(language, Wrong):
        return _shown(visit, found, language)
    made = people_of(visit).create_first(
        visit.params["token"],
        email=visit.form.text("email"),
        name=visit.form.text("name"),
        language=language,
        password=password(visit),
        address=address(visit),
        adopt=visit.context.settings.provisioning_key is None,  # with one, the ledgers are others'
        label=label(visit),
    )
    return _refused(visit, found, made) if isinstance(made, Refusal) else go_in(visit, made, "/start")


def _invited(visit: Visit, found: Pending) -> Answer:
    people, token, where = people_of(visit), visit.params["token"], address(visit)
    made: SignedIn | Refusal
    if _is_own(visit, found):
        ledger = people.accept_as(token_of(visit), token, address=where)
        if isinstance(ledger, Refusal):
            return _refused(visit, found, ledger)
        row = next((one for one in visit.context.store.ledgers() if one.ledger == ledger), None)
        return visit.go(f"/desk/{row.name}" if row is not None else "/account")
    language = _language(visit)
    if isinstance(language, Wrong):
        return _shown(visit, found, language)
    made = people.accept(
        token,
        name=visit.form.text("name"),
        language=language,
        password=password(visit),
        address=where,
        label=label(visit),
    )
    return _refused(visit, found, made) if isinstance(made, Refusal) else go_in(visit, made)


def _is_own(visit: Visit, found: Pending) -> bool:
    """Whether who looks is signed in as whom the link is for."""
    session = own(visit)
    user = people_of(visit).user(session.user) if session is not None else None
    return user is not None and user.email == found.email


def _refused(visit: Visit, found: Pending, refusal: Refusal) -> Answer:
    if refusal.code == "LINK_LAPSED":
        return lapsed(visit, refusal)
    return _shown(visit, found, of_refusal(refusal, visit.language))


def _language(visit: Visit) -> Language | Wrong:
    try:
        return "en" if visit.form.choice("language", ("fr", "en"), visit.language) == "en" else "fr"
    except FieldWrong as wrong:
        return of_field(wrong, visit.language)


PAGES: Final[tuple[Page, ...]] = (
    get("/welcome/{token}", welcome, ANYBODY, "L'arrivée par un lien."),
    post("/welcome/{token}", begin, ANYBODY, "Commencer."),
)
