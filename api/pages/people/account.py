"""A user's own page: their businesses, name, password, authenticator, recovery codes, sessions."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from api.http.call import Answer
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import SIGNED_IN, Page
from api.pages.frame.resource import SIGN_IN
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.pages.people.common import ROLE_NAMES, confirm_first, get, own, password, people_of, post, token_of
from api.people.codes import Enrolment
from ledger.domain.refusals import Refusal


def account(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the user's own page."""
    told = visit.query("done").get("done", "")
    session, people = own(visit), people_of(visit)
    if session is None:
        return visit.go(SIGN_IN)
    ledgers = [
        (row, ROLE_NAMES[session.roles[row.ledger]], session.ends.get(row.ledger))
        for row in visit.context.store.ledgers()
        if row.ledger in session.roles
    ]
    stored = people.user(session.user)
    return visit.render(
        "people/account.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        told=told,
        session=session,
        email=stored.email if stored is not None else "",
        ledgers=ledgers,
        sessions=people.sessions(session.user, session.session),
        codes_left=people.recovery_codes_left(session.user),
    )


def rename(visit: Visit) -> Answer:
    """Change name and language."""
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    try:
        language = visit.form.choice("language", ("fr", "en"))
    except FieldWrong as wrong:
        return account(visit, of_field(wrong, visit.language))
    refused = people_of(visit).rename(
        session.user, name=visit.form.text("name"), language="en" if language == "en" else "fr"
    )
    if refused is not None:
        return account(visit, of_refusal(refused, visit.language))
    return visit.go(f"/account?done=saved&lang={language}")


def end_sessions(visit: Visit) -> Answer:
    """End one session, or all others."""
    session, people = own(visit), people_of(visit)
    if session is None:
        return visit.go(SIGN_IN)
    asked = visit.form.text("session")
    if asked:
        people.end_session(session.user, asked)
    else:
        people.end_sessions(session.user, keep=session.session)
    return visit.go("/account?done=ended")


# --- password


def change_password(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for the old and the new password."""
    visit.query()
    return visit.render("people/password.html", 200 if wrong is None else wrong.status, wrong=wrong)


def change_password_done(visit: Visit) -> Answer:
    """Change the password."""
    refused = people_of(visit).change_password(token_of(visit), password(visit, "old"), password(visit, "new"))
    if refused is not None:
        return change_password(visit, of_refusal(refused, visit.language))
    return visit.go("/account?done=password")


# --- second factor


def authenticator(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the secret that this session asked for and no code has confirmed yet; else the button that asks for one.

    Looking makes nothing: a picture, a prefetch or another site's link that opens this address changes no secret.
    """
    visit.query()
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    if session.enrolled and (first := confirm_first(visit, "/account/authenticator")) is not None:
        return first
    return _enrolment(visit, people_of(visit).pending_enrolment(token_of(visit)), wrong)


def authenticator_begun(visit: Visit) -> Answer:
    """Make the secret of a new authenticator, to be confirmed by a code of it."""
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    if session.enrolled and (first := confirm_first(visit, "/account/authenticator")) is not None:
        return first
    made = people_of(visit).begin_enrolment(token_of(visit))
    if isinstance(made, Refusal):
        return authenticator(visit, of_refusal(made, visit.language))
    return visit.go("/account/authenticator")


def authenticator_done(visit: Visit) -> Answer:
    """Put the authenticator in force by its first code, and show the recovery codes, this once."""
    people, token = people_of(visit), token_of(visit)
    found = people.confirm_enrolment(token, visit.form.text("code"))
    if not isinstance(found, Refusal):
        under_way = people.draft(visit.user.user)
        onward = "/start/keys" if under_way.get("kind") == "live" and under_way.get("siren") else "/"
        return visit.render("people/recovery_codes.html", codes=found.codes, onward=onward)
    return _enrolment(visit, people.pending_enrolment(token), of_refusal(found, visit.language))


def _enrolment(visit: Visit, made: Enrolment | None, wrong: Wrong | None) -> Answer:
    session = own(visit)
    secret = made.secret if made is not None else ""
    return visit.render(
        "people/authenticator.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        picture="" if made is None else "data:image/svg+xml;base64," + b64encode(made.svg.encode()).decode(),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        uri=made.uri if made is not None else "",
        must=session is not None and session.must_enrol,
    )


def recovery_codes(visit: Visit) -> Answer:
    """Make new recovery codes, and show them this once."""
    if (first := confirm_first(visit, "/account")) is not None:
        return first
    found = people_of(visit).renew_recovery_codes(token_of(visit))
    if isinstance(found, Refusal):
        return account(visit, of_refusal(found, visit.language))
    return visit.render("people/recovery_codes.html", codes=found.codes, onward="/account")


# --- proof for dangerous acts


def confirm(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask for a fresh code, or for the password of who has no authenticator."""
    onward = visit.form.text("next") if wrong is not None else visit.query("next").get("next", "")
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    return visit.render(
        "people/confirm.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        onward=_inside(onward),
        enrolled=session.enrolled,
    )


def confirm_done(visit: Visit) -> Answer:
    """Take the fresh code, and lead back."""
    refused = people_of(visit).check_again(token_of(visit), password(visit, "code"))
    if refused is not None:
        return confirm(visit, of_refusal(refused, visit.language))
    return visit.go(_inside(visit.form.text("next")))


def _inside(path: str) -> str:
    """Give a path of this site; the account for anything else."""
    plain = path.isascii() and path.isprintable() and len(path) < 500 and "\\" not in path
    return path if plain and path.startswith(("/desk/", "/account", "/start")) else "/account"


PAGES: Final[tuple[Page, ...]] = (
    get("/account", account, SIGNED_IN, "Mon compte."),
    post("/account", rename, SIGNED_IN, "Changer mon nom ou ma langue."),
    post("/account/sessions", end_sessions, SIGNED_IN, "Fermer des sessions."),
    get("/account/password", change_password, SIGNED_IN, "Mon mot de passe."),
    post("/account/password", change_password_done, SIGNED_IN, "Changer mon mot de passe."),
    get("/account/authenticator", authenticator, SIGNED_IN, "Mon application de codes."),
    post("/account/authenticator/new", authenticator_begun, SIGNED_IN, "Demander une application de codes."),
    post("/account/authenticator", authenticator_done, SIGNED_IN, "Confirmer mon application de codes."),
    post("/account/recovery-codes", recovery_codes, SIGNED_IN, "De nouveaux codes de secours."),
    get("/account/confirm", confirm, SIGNED_IN, "Confirmer que c'est bien moi."),
    post("/account/confirm", confirm_done, SIGNED_IN, "Donner un code."),
)
