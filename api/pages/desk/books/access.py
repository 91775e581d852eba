"""Settings: API keys, webhooks, and the keys of the ledger with their backup."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, get_args

from api.http.access import LABEL_PATTERN, Role, make_key
from api.http.call import Answer
from api.http.instant import instant
from api.pages.desk.books.common import OWNERS, confirm_first, get, post, recovery_keys_here
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.webhooks.endpoints import Endpoints, NotJournalled, NotSo, Unknown, policy_of
from api.webhooks.sending import Sender
from ledger.domain.commands.parties import JournalAccess
from ledger.shell.side import Grant

ROLES: Final[tuple[Role, ...]] = get_args(Role)
_LABEL: Final = re.compile(LABEL_PATTERN)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FORM_KEY: Final = re.compile(r"[A-Za-z0-9]{16,64}")


# --- API keys


def keys(visit: Visit, wrong: Wrong | None = None, secret: str = "", label: str = "") -> Answer:
    """Show the API keys that have a role here; the secret of one made just now, this once."""
    asked = confirm_first(visit, "/settings/keys")
    if asked is not None:
        return asked
    side = visit.context.side
    grants = side.grants_of_ledger(visit.ledger.ledger)  # before the keys: a key is there before it has a role
    known = {key.key: key for key in side.keys()}  # noqa: SIM118 - a method of the store's, no dict
    rows = [(known[grant.key], grant.role) for grant in grants]
    return visit.render(
        "desk/books/keys.html",
        200 if wrong is None else wrong.status,
        rows=sorted(rows, key=lambda one: one[0].created_at),
        roles=ROLES,
        wrong=wrong,
        secret=secret,
        made=label,
    )


def make_api_key(visit: Visit) -> Answer:
    """Make a key with a role; its secret is on the next page and nowhere else, ever."""
    asked = confirm_first(visit, "/settings/keys")
    if asked is not None:
        return asked
    label = visit.form.text("label")
    try:
        role: Any = visit.form.choice("role", ROLES)
        if not _LABEL.fullmatch(label):
            raise FieldWrong("label", "Un nom de 1 à 100 signes est nécessaire : à quoi sert cette clé.")
        form_key = visit.form.text("key")
        if not _FORM_KEY.fullmatch(form_key):
            raise FieldWrong("label", "Ce formulaire est trop ancien : rechargez la page.")
    except FieldWrong as wrong:
        return keys(visit, of_field(wrong, visit.language))
    context, ledger = visit.context, visit.ledger.ledger
    fresh = make_key(label, instant())
    name = sha256(f"sceau-page-key/1\n{ledger}\n{form_key}".encode()).hexdigest()[:16]
    record = replace(fresh.record, key=name)
    created = context.side.create_key(record)
    done = visit.do(JournalAccess(subject=f"key:{name}", role=role))
    if isinstance(done, Wrong) and done.code != "NOTHING_TO_CHANGE":
        return keys(visit, done)
    if created or (not isinstance(done, Wrong) and not done.repeated):
        context.side.grant(Grant(ledger, name, role))
        context.access.forget()
    if not created:  # the form was sent twice: nobody has the first answer's secret any more
        words = visit.say("Cette clé a déjà été faite. Si son secret s'est perdu, retirez-la et faites-en une autre.")
        return keys(visit, Wrong(words, status=409))
    return keys(visit, None, fresh.token, label)


def revoke_api_key(visit: Visit) -> Answer:
    """Take a key's role away; one without any role left is revoked for good."""
    context, ledger, name = visit.context, visit.ledger.ledger, visit.params["api_key"]
    grants = context.side.grants_of_ledger(ledger)
    if not _KEY.fullmatch(name) or not any(grant.key == name for grant in grants):
        return visit.go(visit.at("/settings/keys"))  # it is gone already
    done = visit.do(JournalAccess(subject=f"key:{name}"))
    if isinstance(done, Wrong) and done.code != "NOTHING_TO_CHANGE":
        return keys(visit, done)
    context.side.ungrant(ledger, name)
    known = {one.key: one for one in context.side.keys()}  # noqa: SIM118 - a method of the store's, no dict
    key = known.get(name)
    if key is not None and not key.provisions and not context.side.grants_of_key(name):
        context.side.revoke_key(name, instant())
    context.access.forget()
    return visit.go(visit.at("/settings/keys"))


# --- webhooks


def webhooks(visit: Visit, wrong: Wrong | None = None, secret: str = "", url: str = "") -> Answer:
    """Show where events are sent; the secret of one made just now, this once."""
    asked = confirm_first(visit, "/settings/webhooks")
    if asked is not None:
        return asked
    rows = _endpoints(visit).all(visit.ledger.ledger)
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/webhooks.html", status, rows=rows, wrong=wrong, secret=secret, made=url)


def add_webhook(visit: Visit) -> Answer:
    """Send events to another address from now on."""
    asked = confirm_first(visit, "/settings/webhooks")
    if asked is not None:
        return asked
    url, label = visit.form.text("url"), visit.form.text("label")
    form_key = visit.form.text("key")
    try:
        if not _FORM_KEY.fullmatch(form_key):
            raise FieldWrong("url", "Ce formulaire est trop ancien : rechargez la page.")
        made = _endpoints(visit).add(visit.ledger.ledger, url, label=label, actor=visit.actor, key=form_key)
    except FieldWrong as wrong:
        return webhooks(visit, of_field(wrong, visit.language))
    except NotSo as no:
        place = no.place.strip("/") or "url"
        words = _NOT_SO.get(no.cause, _NOT_SO[""])
        return webhooks(visit, of_field(FieldWrong(place, words), visit.language))
    except NotJournalled as no:
        return webhooks(visit, of_refusal(no.refusal, visit.language))
    if made.secret is None:
        return visit.go(visit.at("/settings/webhooks"))
    return webhooks(visit, None, made.secret, url)


_NOT_SO: Final = {
    "": "Cette adresse ne convient pas : une adresse https publique est nécessaire.",
    "too_many": "Il y a déjà autant d'adresses qu'il peut y en avoir.",
    "label": "Ce nom ne convient pas : une ligne de 100 signes au plus.",
}


def change_webhook(visit: Visit) -> Answer:
    """Pause, resume or remove an address."""
    act = visit.form.choice("act", ("pause", "resume", "remove"))
    endpoints, ledger, name = _endpoints(visit), visit.ledger.ledger, visit.params["endpoint"]
    try:
        if act == "pause":
            endpoints.pause(ledger, name)
        elif act == "resume":
            endpoints.resume(ledger, name)
        else:
            endpoints.remove(ledger, name, actor=visit.actor)
    except Unknown:
        return visit.go(visit.at("/settings/webhooks"))  # it is gone already
    return visit.go(visit.at("/settings/webhooks"))


def _endpoints(visit: Visit) -> Endpoints:
    context = visit.context
    return Endpoints(context.service, Sender(policy_of(context.settings)), context.service.clock.now)


# --- the ledger's own keys


def backup(visit: Visit) -> Answer:
    """Show where the ledger's keys are, what must be kept elsewhere, and what happens when they are lost."""
    visit.query()
    root = visit.context.service.keys.root
    return visit.render(
        "desk/books/backup.html",
        folder=str(root.resolve() / visit.ledger.ledger),
        recovery=recovery_keys_here(visit),
        passphrase=visit.context.settings.passphrase is not None,
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/settings/keys", keys, OWNERS, "Les clés d'API."),
    post("/settings/keys", make_api_key, OWNERS, "Faire une clé d'API."),
    post("/settings/keys/{api_key}/revoke", revoke_api_key, OWNERS, "Retirer une clé d'API."),
    get("/settings/webhooks", webhooks, OWNERS, "Les webhooks."),
    post("/settings/webhooks", add_webhook, OWNERS, "Ajouter un webhook."),
    post("/settings/webhooks/{endpoint}", change_webhook, OWNERS, "Suspendre, reprendre ou retirer un webhook."),
    get("/settings/keys-backup", backup, OWNERS, "Les clés du registre et leur sauvegarde."),
)
