"""Messages: what was sent, waits or failed; and their words, edited with a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from api.http.call import Answer
from api.http.problems import Problem
from api.messages.catalogue import TEMPLATES
from api.messages.desk import LANGUAGES, MessageDesk, Preview, TemplateShown
from api.messages.templating import Wrong as WordsWrong
from api.pages.desk.books.common import OWNERS, SELLERS, filled, get, post
from api.pages.desk.books.message_words import message_words
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from ledger.domain.refusals import Refusal
from projections.documents.paper import Language

_ROWS: Final = 50


def messages(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the outbox, the newest first."""
    query = filled(visit.query("before")) if wrong is None else {}
    before = query.get("before", "")
    if len(before) > 40:
        raise Problem("PARAMETER_INVALID", "query before", reason="too_long")
    desk, ledger = _desk(visit), visit.ledger.ledger
    rows = desk.outbox(ledger, before, _ROWS)
    addresses = {one.message: desk.address(ledger, one.message) for one in rows if one.state != "sent"}
    return visit.render(
        "desk/books/messages.html",
        200 if wrong is None else wrong.status,
        rows=rows,
        addresses=addresses,
        wrong=wrong,
        before=before,
        after=rows[-1].created_at if len(rows) == _ROWS else "",
        on=visit.context.settings.mail_url is not None,
        named=_named(visit),
    )


def retry(visit: Visit) -> Answer:
    """Send a message that failed for good again."""
    done = _desk(visit).retry(visit.ledger.ledger, visit.params["message"], visit.actor)
    if isinstance(done, Refusal):
        return messages(visit, of_refusal(done, visit.language))
    return visit.go(visit.at("/messages"))


def templates(visit: Visit) -> Answer:
    """Show every message that goes out by itself, and whose words they are."""
    visit.query()
    rows = _desk(visit).templates(visit.ledger.ledger, visit.language)
    return visit.render("desk/books/message_templates.html", rows=rows, named=_named(visit))


def template(
    visit: Visit, wrong: Wrong | None = None, preview: Preview | None = None, *, saved: bool = False
) -> Answer:
    """Show one message's words to edit, with a preview."""
    shown = _template(visit)
    if wrong is None and preview is None:
        made = _desk(visit).preview(visit.ledger.ledger, shown.name, shown.language)
        preview = made if isinstance(made, Preview) else None
    return visit.render(
        "desk/books/message_template.html",
        200 if wrong is None else wrong.status,
        shown=shown,
        wrong=wrong,
        preview=preview,
        saved=saved,
        named=_named(visit),
    )


def change_template(visit: Visit) -> Answer:
    """Preview, keep, or go back to the ready-made words."""
    shown = _template(visit)
    desk, ledger, form = _desk(visit), visit.ledger.ledger, visit.form
    try:
        act = form.choice("act", ("preview", "save", "reset"), "preview")
        revision = form.whole("revision") or 0
    except FieldWrong as wrong:
        return template(visit, of_field(wrong, visit.language))
    here = visit.at(f"/settings/messages/{shown.name}/{shown.language}")
    if act == "reset":
        desk.reset(ledger, shown.name, shown.language)
        return visit.go(here)
    subject, text = form.text("subject"), form.text("text")
    if act == "save":
        made: Any = desk.save(ledger, shown.name, shown.language, subject, text, revision)
    else:
        made = desk.preview(ledger, shown.name, shown.language, subject=subject, text=text)
    if isinstance(made, WordsWrong):
        words = made.words if visit.language == "fr" else made.words_en
        return template(visit, Wrong(words, places={made.member: words}))
    if made is None:
        words = visit.say("Quelqu'un d'autre vient de changer ce texte : rechargez la page avant d'enregistrer.")
        return template(visit, Wrong(words, status=409))
    return visit.go(here) if act == "save" else template(visit, None, made)


def _template(visit: Visit) -> TemplateShown:
    name, text = visit.params["name"], visit.params["words_in"]
    if text not in LANGUAGES:
        raise visit.nothing_there()
    language: Language = "en" if text == "en" else "fr"
    found = _desk(visit).template(visit.ledger.ledger, name, language)
    if found is None:
        raise visit.nothing_there()
    return found


def _named(visit: Visit) -> Callable[[str], str]:
    return lambda name: message_words(name, visit.language)


def _desk(visit: Visit) -> MessageDesk:
    return MessageDesk(visit.context.service, visit.context.settings, visit.context.post)


PAGES: Final[tuple[Page, ...]] = (
    get("/messages", messages, SELLERS, "Les messages envoyés, en attente, non remis."),
    post("/messages/{message}/retry", retry, SELLERS, "Renvoyer un message."),
    get("/settings/messages", templates, OWNERS, "Les textes des messages."),
    get("/settings/messages/{name}/{words_in}", template, OWNERS, "Le texte d'un message.",
        name=TEMPLATES[0].name, words_in="fr"),
    post("/settings/messages/{name}/{words_in}", change_template, OWNERS, "Changer le texte d'un message.",
         name=TEMPLATES[0].name, words_in="fr"),
)  # fmt: skip
