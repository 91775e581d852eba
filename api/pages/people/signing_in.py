"""Signing in and out, and a password that was forgotten."""

from __future__ import annotations

from typing import Final

from api.http.call import Answer
from api.messages.envelope import Recipient
from api.pages.frame.guard import cookie_name, cookie_of
from api.pages.frame.page import ANYBODY, SIGNED_IN, Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.pages.people.common import (
    STEP_COOKIE,
    address,
    device,
    get,
    go_in,
    label,
    link_of,
    password,
    people_of,
    post,
    token_of,
)
from api.people.parts import digest_of
from api.people.records import LIVES
from ledger.domain.refusals import Refusal


def sign_in(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for address and password; who is signed in is led to the desk."""
    visit.query()
    if visit.session is not None and wrong is None:
        return visit.go("/")
    return visit.render(
        "people/sign_in.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        nobody=not people_of(visit).has_users(),
    )


def sign_in_done(visit: Visit) -> Answer:
    """Take address and password."""
    found = people_of(visit).sign_in(
        visit.form.text("email"), password(visit), address=address(visit), device=device(visit), label=label(visit)
    )
    if isinstance(found, Refusal):
        return sign_in(visit, of_refusal(found, visit.language))
    return go_in(visit, found)


def code(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for the code of the authenticator."""
    visit.query()
    if not cookie_of(visit.call, STEP_COOKIE):
        return visit.go("/sign-in")
    return visit.render("people/code.html", 200 if wrong is None else wrong.status, wrong=wrong)


def code_done(visit: Visit) -> Answer:
    """Take the code."""
    found = people_of(visit).second_step(
        cookie_of(visit.call, STEP_COOKIE) or "", visit.form.text("code"), address=address(visit)
    )
    if isinstance(found, Refusal):
        return code(visit, of_refusal(found, visit.language))
    return go_in(visit, found)


def sign_out(visit: Visit) -> Answer:
    """End the session."""
    people_of(visit).sign_out(token_of(visit))
    visit.cookie(cookie_name(secure=visit.secure), "", 0)
    return visit.go("/sign-in")


def forgotten(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for the address whose password was forgotten."""
    asked = "asked" in visit.query("asked")
    return visit.render(
        "people/forgotten.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        asked=asked,
        mails=visit.context.settings.mail_url is not None,
    )


def forgotten_done(visit: Visit) -> Answer:
    """Mail a link, if somebody has the address; the page says the same either way."""
    people, email = people_of(visit), visit.form.text("email")
    refused = people.allow_reset(email, address=address(visit))
    if refused is not None:
        return forgotten(visit, of_refusal(refused, visit.language))
    # Beside the answer: whether anybody has the address must not show in how long the page takes.
    people.aside(lambda: _mail(visit, email))
    return visit.go("/forgotten?asked=asked")


def _mail(visit: Visit, email: str) -> None:
    letter = people_of(visit).reset_letter(email)
    if letter is None:
        return
    visit.context.post.send(
        None,
        "password_reset",
        occasion=f"password_reset:{digest_of(letter.token)[:32]}",
        to=Recipient(letter.email, letter.name, letter.language, "user"),
        facts={"link": link_of(visit, letter.path), "minutes": str(int(LIVES["reset"].total_seconds()) // 60)},
        expires_at=letter.expires_at,
    )


def reset(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for a new password."""
    visit.query()
    found = people_of(visit).open_letter(visit.params["token"], address=address(visit))
    if isinstance(found, Refusal):
        return lapsed(visit, found)
    if found.purpose != "reset":
        raise visit.nothing_there()
    return visit.render("people/reset.html", 200 if wrong is None else wrong.status, wrong=wrong, email=found.email)


def reset_done(visit: Visit) -> Answer:
    """Take the new password, and sign in with it: an authenticator's code is still asked for."""
    people, new = people_of(visit), password(visit)
    found = people.choose_password(visit.params["token"], new, address=address(visit))
    if isinstance(found, Refusal):
        wrong = of_refusal(found, visit.language)
        return reset(visit, wrong) if found.place else lapsed(visit, found)
    entered = people.sign_in(found.email, new, address=address(visit), device=device(visit), label=label(visit))
    return visit.go("/sign-in") if isinstance(entered, Refusal) else go_in(visit, entered)


def lapsed(visit: Visit, refusal: Refusal) -> Answer:
    """Say that a link does not work any more, and what to do."""
    return visit.render("people/lapsed.html", refusal.status, wrong=of_refusal(refusal, visit.language))


PAGES: Final[tuple[Page, ...]] = (
    get("/sign-in", sign_in, ANYBODY, "La connexion."),
    post("/sign-in", sign_in_done, ANYBODY, "Se connecter."),
    get("/sign-in/code", code, ANYBODY, "Le code de la connexion."),
    post("/sign-in/code", code_done, ANYBODY, "Donner le code."),
    post("/sign-out", sign_out, SIGNED_IN, "Se déconnecter."),
    get("/forgotten", forgotten, ANYBODY, "Le mot de passe oublié."),
    post("/forgotten", forgotten_done, ANYBODY, "Demander un lien."),
    get("/reset/{token}", reset, ANYBODY, "Un nouveau mot de passe."),
    post("/reset/{token}", reset_done, ANYBODY, "Choisir un nouveau mot de passe."),
)
