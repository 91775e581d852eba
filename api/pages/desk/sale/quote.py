"""An issued quote: where it stands, what happened, and what can be done next."""

from __future__ import annotations

from typing import Any, Final

from api.http.call import Answer
from api.names import folded
from api.pages.desk.sale import files
from api.pages.desk.sale.beginning import document_members
from api.pages.desk.sale.papers import new_paper
from api.pages.desk.sale.quotes import state_of
from api.pages.desk.sale.timeline import timeline
from api.pages.desk.sale.trying import ledger_today
from api.pages.desk.sale.words import CHANNELS, STATES, TRIGGERS
from api.pages.frame.forms import FieldWrong
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import Subject
from api.signing.comments import add_comment, comments_of
from api.signing.shown import attachments_of, given_up
from ledger.domain import contracts
from ledger.domain.commands.parties import AddObserver, RemoveObserver
from ledger.domain.commands.quotes import (
    AcceptWork,
    CancelQuote,
    DeclineQuote,
    ExpireQuote,
    ReachMilestone,
    RecordDelivery,
    WithdrawQuote,
)
from ledger.domain.events.common import Party
from ledger.domain.events.parties import ObserverAdded
from ledger.domain.events.quotes import QuoteWithdrawn
from ledger.domain.identifiers import is_uuid4
from ledger.domain.milestones import milestone_words
from ledger.domain.refusals import Refusal
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.quote import QUOTE, QuoteState, counted_ranks
from ledger.domain.streams.signature import SIGNATURE
from ledger.shell.errors import Overloaded, StreamPurged
from projections.documents.words.formats import UNITS


def the_quote(visit: Visit) -> tuple[str, QuoteState]:
    """Give the quote that the address names.

    Raises:
        Problem: `ADDRESS_UNKNOWN`.
    """
    identifier = visit.params["quote"]
    state = None
    if is_uuid4(identifier):
        try:
            state = visit.context.service.state(visit.ledger.ledger, QUOTE, identifier)
        except StreamPurged:
            state = None
    if state is None or state.document is None:
        raise visit.nothing_there()
    return identifier, state


def badge_of(state: QuoteState, viewed: bool, today: str) -> tuple[str, str]:
    """Give the words and tone of a quote's badge."""
    if state.phase != "open":
        return STATES[state.phase]
    body = {"state": "open", "valid_until": state.current.valid_until, "sent": state.sent, "viewed": viewed}
    return STATES[state_of(body, today)]


def show_quote(visit: Visit) -> Answer:
    """Show one quote: figures, timeline, comments, and the next step."""
    query = visit.query("done")
    return quote_page(visit, done=query.get("done", ""))


def quote_page(visit: Visit, *, wrong: Wrong | None = None, done: str = "", link: str | None = None) -> Answer:
    """Answer the page of a quote."""
    identifier, state = the_quote(visit)
    service, ledger = visit.context.service, visit.ledger.ledger
    today = ledger_today(service, ledger)
    moments = timeline(visit, identifier, state)
    viewed = any(one.words == visit.say("Consulté par le client") for one in moments)
    document = state.current
    chosen = state.contract.chosen if state.contract is not None else ()
    signature = service.state(ledger, SIGNATURE, state.signature) if state.signature is not None else None
    deposits = [(each, found) for each in state.deposits if (found := service.state(ledger, DEPOSIT, each.deposit))]
    milestones = [
        (each.milestone, milestone_words(document.texts, each.milestone))
        for each in (state.contract.schedule if state.contract is not None else ())
        if each.trigger == "milestone" and each.milestone and each.milestone not in dict(state.milestones)
    ]
    labels = document.texts.lines if document.texts is not None else ()
    kept = visit.context.files.attached(ledger, identifier) if document.attachments else {}
    return visit.render(
        "desk/sale/quote.html",
        409 if wrong is not None and wrong.status == 409 else 422 if wrong is not None else 200,
        quote=identifier,
        state=state,
        document=document,
        labels=labels,
        files=attachments_of(document, kept),
        given_up=given_up(state, _withdrawn(visit, identifier)) if state.phase == "withdrawn" else None,
        counted=counted_ranks(document.lines, chosen),
        badge=badge_of(state, viewed, today.isoformat()),
        late=state.phase == "open" and document.valid_until < today.isoformat(),
        customer=visit.context.names.one(ledger, document.customer),
        client=document.client,
        moments=moments,
        comments=comments_of(service, ledger, identifier),
        observers=_observers(visit, identifier),
        signature=signature,
        deposits=deposits,
        milestones=milestones,
        amends=_number_of(visit, document.amends),
        may_withdraw=contracts.may_withdraw(state, today),
        last_day=contracts.last_day_to_withdraw(state) if state.contract is not None else None,
        units={code: pair[visit.language == "en"] for code, pair in UNITS.items()},
        channels=CHANNELS, triggers=TRIGGERS,
        wrong=wrong, done=done, link=link,
    )  # fmt: skip


def _withdrawn(visit: Visit, identifier: str) -> QuoteWithdrawn | None:
    events = visit.context.service.stream(visit.ledger.ledger, QUOTE.stream(identifier))
    return next((each.record for each in reversed(events) if isinstance(each.record, QuoteWithdrawn)), None)


def _number_of(visit: Visit, quote: str | None) -> tuple[str, str] | None:
    """Give where a contract is that this one changes, and its number; None where it lies in an archive."""
    if quote is None:
        return None
    try:
        state = visit.context.service.state(visit.ledger.ledger, QUOTE, quote)
    except StreamPurged:
        return None
    return None if state is None else (visit.at(f"/quotes/{quote}"), state.current.number)


def download(visit: Visit) -> Answer:
    """Give the quote as the PDF that is on record."""
    visit.query()
    identifier, state = the_quote(visit)
    try:
        file = visit.context.documents.file(
            visit.ledger.ledger, Subject("quote", identifier), actor=visit.actor, reads=not visit.may_write
        )
    except (DocumentErased, DocumentRefused, DocumentUnknown, NotRendered, Overloaded, StreamPurged):
        words = visit.say("Ce document ne peut pas être donné maintenant : réessayez dans un instant.")
        return quote_page(visit, wrong=Wrong(words, status=409))
    return visit.file(
        file.data, "application/pdf", f"{folded(state.current.number).replace(' ', '-')}.pdf", inline=True
    )


def open_file(visit: Visit) -> Answer:
    """Give a file that goes with the version in force, byte for byte as its entry names it."""
    visit.query()
    identifier, state = the_quote(visit)
    shown = attachments_of(state.current, visit.context.files.attached(visit.ledger.ledger, identifier))
    found = next((one for one in shown if one.digest == visit.params["file"]), None)
    if found is None:
        raise visit.nothing_there()
    answer = files.give(visit, identifier, found)
    if answer is None:
        return quote_page(visit, wrong=Wrong(visit.say("Ce fichier n'est plus conservé ici."), status=409))
    return answer


# --- drafts made from it


def again(visit: Visit) -> Answer:
    """Make a draft of an issued quote: a new version, a change order, a copy for anybody, or a model."""
    identifier, state = the_quote(visit)
    how = visit.form.choice("as", ("revision", "amendment", "copy", "model"))
    members = document_members(state.current)
    if state.current.client is None:
        members.pop("customer", None)
    notes: dict[str, Any] = {}
    if how == "revision":
        members["valid_until"] = None
        notes = {"revises": identifier}
    elif how == "amendment":
        members = {"customer": state.current.customer, "channel": state.current.channel, "amends": identifier,
                   "lines": [], "schedule": [], **{n: members[n] for n in ("basis",) if n in members}}  # fmt: skip
    elif how == "copy":
        members.pop("reference", None)
    else:
        for name in ("customer", "reference", "starts_on"):
            members.pop(name, None)
    members = {name: value for name, value in members.items() if value is not None}
    made = new_paper(visit, "model" if how == "model" else "quote", members, notes)
    files.carry(visit, identifier, made, members)
    place = f"/catalogue/models/{made}" if how == "model" else f"/quotes/drafts/{made}"
    return visit.go(visit.at(place))


# --- what happens to it


def comment(visit: Visit) -> Answer:
    """Write to the customer, or answer their question."""
    identifier, _ = the_quote(visit)
    words = visit.form.text("words")
    if not words or len(words) > 20_000:
        said = visit.say("Écrivez votre message.") if not words else visit.say("Ce texte est trop long.")
        return quote_page(visit, wrong=Wrong(said, None, "FIELD", {"words": said}))
    key = visit.form.text("key")
    done = add_comment(
        visit.context.service, visit.ledger.ledger, identifier, "quote", "issuer", words, actor=visit.actor,
        key=f"page:{key}:comment" if len(key) >= 16 and key.isalnum() else None,
    )  # fmt: skip
    if isinstance(done, Refusal):
        return quote_page(visit, wrong=of_refusal(done, visit.language, {"/words": "words"}))
    return visit.go(visit.at(f"/quotes/{identifier}?done=comment#comments"))


def _observers(visit: Visit, quote: str) -> list[tuple[str, Party | None]]:
    """Give who follows a quote today, by id, first come first; None for a party whose data were erased."""
    service, ledger = visit.context.service, visit.ledger.ledger
    found = []
    for event in service.entries(ledger, types=(ObserverAdded.TYPE,)):
        added, observer = event.record, event.originator_id.partition(":")[2]
        if isinstance(added, ObserverAdded) and added.about == quote:
            state = service.state(ledger, OBSERVER, observer)
            if state is not None and not state.removed:
                found.append((observer, added.party))
    return found


def observe(visit: Visit) -> Answer:
    """Let somebody follow the quote by a link of their own, or no longer (`remove`)."""
    identifier, _ = the_quote(visit)
    removed = visit.form.text("remove")
    if removed:
        if removed not in dict(_observers(visit, identifier)):
            raise visit.nothing_there()
        return _done(visit, identifier, RemoveObserver, {"observer": removed}, "unobserved")
    name, email = visit.form.text("name"), visit.form.text("email")
    if not name or "@" not in email[1:-1]:
        said = visit.say("Un nom et une adresse électronique sont nécessaires.")
        return quote_page(visit, wrong=Wrong(said, None, "FIELD", {"email" if name else "name": said}))
    members = {"about": identifier, "about_kind": "quote", "party": {"name": name, "email": email}}
    return _done(visit, identifier, AddObserver, members, "observer")


def progress(visit: Visit) -> Answer:
    """Record a milestone reached, a delivery, or the acceptance of the work."""
    identifier, _ = the_quote(visit)
    what = visit.form.choice("what", ("milestone", "delivery", "acceptance"))
    try:
        on = visit.form.day("on") or ledger_today(visit.context.service, visit.ledger.ledger).isoformat()
    except FieldWrong as wrong:
        return quote_page(visit, wrong=of_field(wrong, visit.language))
    if what == "milestone":
        members = {"quote": identifier, "milestone": visit.form.text("milestone"), "on": on}
        return _done(visit, identifier, ReachMilestone, members, "milestone")
    about = {"about": identifier, "about_kind": "quote", "on": on}
    if what == "delivery":
        return _done(visit, identifier, RecordDelivery, about, "delivery")
    return _done(visit, identifier, AcceptWork, {**about, "reservations": visit.form.optional("reservations")}, what)


def _done(visit: Visit, identifier: str, kind: type[Any], members: dict[str, Any], said: str) -> Answer:
    command = visit.read(kind, members)
    done = command if isinstance(command, Wrong) else visit.do(command)
    if isinstance(done, Wrong):
        return quote_page(visit, wrong=done)
    return visit.go(visit.at(f"/quotes/{identifier}?done={said}"))


WAYS: Final = ("decline", "expire", "cancel", "withdraw")


def show_end(visit: Visit) -> Answer:
    """Explain what an end of the quote means, before the act."""
    query = visit.query("as")
    how = query.get("as", "")
    if how not in WAYS:
        raise visit.nothing_there()
    return _end_page(visit, how)


def _end_page(visit: Visit, how: str, wrong: Wrong | None = None) -> Answer:
    identifier, state = the_quote(visit)
    service, ledger = visit.context.service, visit.ledger.ledger
    today = ledger_today(service, ledger)
    deposits = [found for each in state.deposits if (found := service.state(ledger, DEPOSIT, each.deposit))]
    arrhes = sum(each.deductible_cents for each in deposits if each.asked.kind == "arrhes")
    acompte = sum(each.deductible_cents for each in deposits if each.asked.kind != "arrhes")
    last = contracts.last_day_to_withdraw(state) if state.contract is not None else None
    return visit.render(
        "desk/sale/quote_end.html",
        200 if wrong is None else wrong.status,
        quote=identifier, state=state, document=state.current, how=how, wrong=wrong, arrhes=arrhes, acompte=acompte,
        may_withdraw=contracts.may_withdraw(state, today), last_day=last, today=today,
        late=last is not None and last < today,
    )  # fmt: skip


def end(visit: Visit) -> Answer:
    """Decline by the client's word, expire, cancel, or record a withdrawal."""
    identifier, _ = the_quote(visit)
    how = visit.form.choice("as", WAYS)
    form = visit.form
    try:
        words = form.optional("words")
        if how == "decline":
            made: Any = visit.read(DeclineQuote, {"quote": identifier, "words": words})
        elif how == "expire":
            made = visit.read(ExpireQuote, {"quote": identifier})
        elif how == "cancel":
            by = form.choice("by", ("client", "issuer"))
            made = visit.read(CancelQuote, {"quote": identifier, "by": by, "words": words})
        else:
            made = visit.read(
                WithdrawQuote,
                {
                    "quote": identifier,
                    "notified_on": form.day("notified_on"),
                    "by": form.choice("by", ("form", "letter", "other")),
                    "owed_cents": form.cents("owed_cents", required=False) or 0,
                    "accept_late": form.ticked("accept_late"),
                },
            )
    except FieldWrong as wrong:
        return _end_page(visit, how, of_field(wrong, visit.language))
    done = made if isinstance(made, Wrong) else visit.do(made)
    if isinstance(done, Wrong):
        return _end_page(visit, how, done)
    return visit.go(visit.at(f"/quotes/{identifier}?done={how}"))
