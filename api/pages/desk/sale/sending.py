"""Sending a quote: by e-mail with one's own words and several signatories, by a link, here, by post or by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

from api.http.call import Answer
from api.messages.catalogue import BY_NAME
from api.messages.envelope import Attachment, Recipient, Words
from api.messages.templating import check, fill
from api.messages.words import READY_MADE
from api.pages.desk.sale.quote import quote_page, the_quote
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.signing.asking import Asked, ask_for_quote, on_the_spot
from api.signing.links import make_link
from ledger.domain.commands.quotes import SendQuote, SignatoryInput
from ledger.domain.events.common import Party
from ledger.domain.refusals import Refusal
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.message import message_id
from ledger.domain.streams.quote import QuoteState
from ledger.domain.streams.signature import SIGNATURE

TEMPLATE: Final = "quote_sent"
LINK: Final = "{{ link }}"
MOST_SIGNATORIES: Final = 10
SIDES: Final = {"client": "Client", "issuer": "Votre entreprise", "third": "Autre personne"}


def show_send(visit: Visit) -> Answer:
    """Show how a quote can be sent: what was just issued leads here."""
    visit.query("more")
    return _page(visit)


def _page(visit: Visit, wrong: Wrong | None = None, form: Form | None = None) -> Answer:
    identifier, state = the_quote(visit)
    if state.phase != "open":
        return visit.go(visit.at(f"/quotes/{identifier}"))
    client = state.current.client
    language = _language(visit, state)
    subject, text = words_for(visit, identifier, state, language)
    rows = (form or visit.form).rows("signatories")
    if not rows:
        pairs = [
            ("name", client.name if client else ""),
            ("email", (client.email if client else None) or ""),
            ("side", "client"),
        ]
        rows = [Form(pairs)]
    if visit.call.query(("more", "lang")).get("more") == "1" and form is None:
        rows = [*rows, Form([("name", ""), ("email", ""), ("side", "client")])]
    return visit.render(
        "desk/sale/send.html",
        200 if wrong is None else wrong.status,
        quote=identifier, state=state, document=state.current, client=client, subject=subject, text=text, rows=rows,
        sides=SIDES, wrong=wrong, mail_on=visit.context.post.is_on(visit.ledger.ledger),
    )  # fmt: skip


def _language(visit: Visit, state: QuoteState) -> str:
    customer = visit.context.service.state(visit.ledger.ledger, CUSTOMER, state.current.customer)
    return customer.language if customer is not None else "fr"


def words_for(visit: Visit, quote: str, state: QuoteState, language: str) -> tuple[str, str]:
    """Give subject and text of the accompanying message, filled in but for the link."""
    ledger, client = visit.ledger.ledger, state.current.client
    kept = visit.context.side.outbox().template(ledger, TEMPLATE, language)
    source = (kept.subject, kept.words) if kept is not None else READY_MADE[language][TEMPLATE]
    to = Recipient("", client.name if client else "", "en" if language == "en" else "fr", "client")
    facts = visit.context.post.facts(ledger, quote, "quote", to, {"link": LINK})
    filled = fill(BY_NAME[TEMPLATE], *source, facts)
    return filled.subject, filled.text


def send(visit: Visit) -> Answer:
    """Do what the pressed button says: send by e-mail, give a link, sign here, or note that it was handed over."""
    identifier, state = the_quote(visit)
    act = visit.form.text("act") or "email"
    if state.phase != "open":
        return visit.go(visit.at(f"/quotes/{identifier}"))
    if act in ("add_signatory", "remove_signatory"):
        form = _more(visit.form) if act == "add_signatory" else _fewer(visit.form)
        visit.form = form
        return _page(visit, form=form)
    if act == "email":
        return _by_email(visit, identifier, state)
    if act == "link":
        return _by_link(visit, identifier, state)
    if act == "here":
        made = on_the_spot(visit.context.service, visit.ledger.ledger, identifier, actor=visit.actor)
        if isinstance(made, Refusal):
            return _page(visit, of_refusal(made, visit.language))
        return visit.go(made.path)
    by = visit.form.choice("by", ("post", "hand"))
    command = visit.read(SendQuote, {"quote": identifier, "by": by})
    done = command if isinstance(command, Wrong) else visit.do(command, step=f"handed-{by}")
    if isinstance(done, Wrong):
        return _page(visit, done)
    return visit.go(visit.at(f"/quotes/{identifier}?done=handed"))


def _more(form: Form) -> Form:
    rank = len(form.rows("signatories"))
    blank = [(f"signatories-{rank}-{name}", value) for name, value in (("name", ""), ("email", ""), ("side", "client"))]
    return Form([*form.pairs, *blank]) if rank < MOST_SIGNATORIES else form


def _fewer(form: Form) -> Form:
    rows = form.rows("signatories")
    last = f"signatories-{len(rows) - 1}-"
    return Form([(name, value) for name, value in form.pairs if not name.startswith(last)]) if len(rows) > 1 else form


def _by_email(visit: Visit, identifier: str, state: QuoteState) -> Answer:
    ledger, post = visit.ledger.ledger, visit.context.post
    try:
        signatories = read_signatories(visit.form, state.current.client)
        subject, text = _own_words(visit)
    except FieldWrong as wrong:
        return _page(visit, of_field(wrong, visit.language))
    if not post.is_on(ledger):
        words = visit.say(
            "Aucun courriel ne part de ce registre pour l'instant : copiez le lien, ou réglez les messages."
        )
        return _page(visit, Wrong(words, status=409))
    language = _language(visit, state)
    wrong_words = check(BY_NAME[TEMPLATE], subject, text)
    if wrong_words is not None:
        said = visit.say("Ce texte contient une variable inconnue ou une faute entre {{ et }}.")
        return _page(visit, Wrong(said, None, "FIELD", {wrong_words.member: said}))
    key = _key(visit)
    occasion = f"quote_sent:{identifier}:{state.current.document_version}:{key or state.events}"

    def message(asked: Asked) -> str | Refusal:
        link = make_link(
            visit.context.service, ledger, identifier, "quote", "sign", party=asked.signatories[0], actor=visit.actor
        )
        if isinstance(link, Refusal):
            return link
        first = signatories[0].party
        with_it = tuple(Attachment.file(*one) for one in visit.context.files.to_mail(ledger, identifier))
        to = Recipient(first.email or "", first.name, "en" if language == "en" else "fr", "client")
        queued = post.send(
            ledger, TEMPLATE, occasion=occasion, about=identifier, about_kind="quote", to=to,
            facts={"link": address(visit, link.path)}, attachments=(Attachment.of("quote", identifier), *with_it),
            words=Words(subject, text), actor=visit.actor,
        )  # fmt: skip
        repeated = isinstance(queued, Refusal) and queued.code == "MESSAGE_OCCASION_TAKEN"
        return message_id(occasion) if repeated else queued

    before = _asked_before(visit, key)
    if before is not None:
        return _sent_again(visit, identifier, before, message, key)
    asked = ask_for_quote(
        visit.context.service, ledger, identifier, signatories, ordered=True, by="email", message=message,
        actor=visit.actor, key=key,
    )  # fmt: skip
    if isinstance(asked, Refusal):
        return _page(visit, of_refusal(asked, visit.language, _PLACES))
    return visit.go(visit.at(f"/quotes/{identifier}?done=sent"))


def _asked_before(visit: Visit, key: str | None) -> Asked | None:
    """Give the request that this very form has made already, if it was sent before."""
    found = visit.context.store.operation(visit.ledger.ledger, f"{key}:request") if key is not None else None
    if found is None:
        return None
    outcome = orjson.loads(found.outcome)
    return Asked(outcome["signature"], tuple(outcome["signatories"]))


def _sent_again(
    visit: Visit, identifier: str, asked: Asked, message: Callable[[Asked], str | Refusal], key: str | None
) -> Answer:
    """Go on where the first sending of a form stopped; nothing happens twice."""
    if visit.context.store.operation(visit.ledger.ledger, f"{key}:send") is None:
        queued = message(asked)
        if isinstance(queued, Refusal):
            return _page(visit, of_refusal(queued, visit.language, _PLACES))
        command = SendQuote(quote=identifier, by="email", message=queued)
        done = visit.do(command, operation=f"{key}:send")
        if isinstance(done, Wrong):
            return _page(visit, done)
    return visit.go(visit.at(f"/quotes/{identifier}?done=sent"))


_PLACES: Final = {
    f"/signatories/{rank}{below}": f"signatories-{rank}-email" for rank in range(10) for below in ("", "/party/email")
} | {"/to": "signatories-0-email"}


def _own_words(visit: Visit) -> tuple[str, str]:
    subject, text = visit.form.text("subject"), visit.form.text("text")
    if not subject or len(subject) > 300:
        raise FieldWrong("subject", "Un objet est nécessaire, de 300 lettres au plus.")
    if not text or len(text) > 20_000:
        raise FieldWrong("text", "Écrivez votre message.")
    if LINK not in text and "{{link}}" not in text:
        raise FieldWrong("text", "Gardez {{ link }} dans le texte : c'est par ce lien que le client lit et signe.")
    return subject, text


def read_signatories(form: Form, client: Party | None) -> tuple[SignatoryInput, ...]:
    """Read who is to sign, in order; without any, the client.

    Raises:
        FieldWrong: a name or an address is missing.
    """
    found: list[SignatoryInput] = []
    for rank, row in enumerate(form.rows("signatories")[:MOST_SIGNATORIES]):
        name, email = row.text("name"), row.text("email")
        if not name and not email:
            continue
        if not name or len(name) > 300:
            raise FieldWrong(f"signatories-{rank}-name", "Un nom est nécessaire.")
        if "@" not in email[1:-1] or any(c.isspace() for c in email) or len(email) > 254:
            raise FieldWrong(
                f"signatories-{rank}-email", "Une adresse électronique est nécessaire : le code y est envoyé."
            )
        side: Any = row.choice("side", ("client", "issuer", "third"), "client")
        party = Party(name=name, email=email)
        if client is not None and not found and side == "client" and name == client.name:
            party = Party(
                name=name, email=email, address=client.address, phone=client.phone, siren=client.siren,
                vat_number=client.vat_number,
            )  # fmt: skip
        found.append(SignatoryInput(side=side, method="code", code_by="email", party=party))
    if not found:
        raise FieldWrong("signatories-0-name", "Au moins un signataire est nécessaire.")
    if found[0].side != "client":
        raise FieldWrong("signatories-0-side", "Le client signe en premier.")
    return tuple(found)


def _by_link(visit: Visit, identifier: str, state: QuoteState) -> Answer:
    """Make a link to read and sign, for the first who has not signed; shown once, as only its hash is kept."""
    service, ledger = visit.context.service, visit.ledger.ledger
    pending = service.state(ledger, SIGNATURE, state.signature) if state.signature is not None else None
    if pending is not None and pending.phase == "open" and pending.waiting:
        party = pending.waiting[0].signatory
    else:
        asked = ask_for_quote(service, ledger, identifier, by="link", actor=visit.actor, key=_key(visit))
        if isinstance(asked, Refusal):
            return _page(visit, of_refusal(asked, visit.language, _PLACES))
        party = asked.signatories[0]
    made = make_link(service, ledger, identifier, "quote", "sign", party=party, actor=visit.actor)
    if isinstance(made, Refusal):
        return _page(visit, of_refusal(made, visit.language))
    return quote_page(visit, link=address(visit, made.path), done="link")


def address(visit: Visit, path: str) -> str:
    """Give the address that is mailed: the server's own, and the path."""
    return visit.context.settings.link_base + path


def _key(visit: Visit) -> str | None:
    key = visit.form.text("key")
    return f"page:{key}" if 16 <= len(key) <= 64 and key.isascii() and key.isalnum() else None
