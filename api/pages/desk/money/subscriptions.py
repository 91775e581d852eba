"""Recurring invoices: begun, changed, paused, stopped, and the period that is due invoiced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, amounts, explain_and_do, reading
from api.pages.desk.money.asking import Act, Ask, Told, run
from api.pages.desk.money.common import (
    ACT,
    LOOK,
    Names,
    address,
    filled,
    get,
    one_of,
    post,
    show,
    the_state,
    today_of,
    views,
)
from api.pages.desk.money.lines import BLANK, PURPOSES, UNITS, blank_lines, rate_options, read_lines, shown_lines
from api.pages.desk.money.lists import Pair, newest, shown
from api.pages.desk.money.new_invoice import customer_options
from api.pages.desk.money.trail import events_of, issuer_of, told
from api.pages.desk.money.words import Words
from api.pages.frame import languages
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import (
    ChangeSubscription,
    InvoiceSubscription,
    PauseSubscription,
    StartSubscription,
    StopSubscription,
)
from ledger.domain.events.invoices import InvoiceIssued, SubscriptionChanged, SubscriptionInvoiced, SubscriptionStarted
from ledger.domain.streams.subscription import SUBSCRIPTION, SubscriptionState
from projections.business.documents import DOCUMENTS

SECTION: Final = "invoices"
_BY_STATE: Final[dict[str, tuple[Pair, ...]]] = {
    state: (("subscription", state),) for state in ("active", "paused", "stopped")
}
EVERY: Final = ("week", "month", "quarter", "year")


def subscriptions(visit: Visit) -> Answer:
    """Show subscriptions by state."""
    query = filled(visit.query("show", "after"))
    chosen = one_of(query, "show", tuple(_BY_STATE), "active")
    names, today = Names(visit), today_of(visit)
    with views(visit, DOCUMENTS.name) as found:
        listed = newest(found[DOCUMENTS.name], _BY_STATE[chosen], query.get("after", ""))
        rows = [
            {**shown(row, names, today), "every": row.body.get("every", ""), "net_cents": row.body["net_cents"]}
            for row in listed.rows
        ]
    path = visit.at("/subscriptions")
    tabs = [("active", visit.say("En cours")), ("paused", visit.say("Suspendus")), ("stopped", visit.say("Arrêtés"))]
    return show(
        visit,
        "subscriptions.html",
        SECTION,
        rows=rows,
        chosen=chosen,
        tabs=tabs,
        before=address(path, show=chosen) if "after" in query else None,
        after=address(path, show=chosen, after=listed.after) if listed.after else None,
    )


def subscription(visit: Visit) -> Answer:
    """Show one subscription: what is billed, and the next period."""
    identifier, state = the_state(visit, SUBSCRIPTION, "subscription")
    today = today_of(visit)
    period = state.next_period(today + timedelta(days=400))
    due = state.due_on(period) if period is not None else None
    content = state.content_on(period.start if period is not None else today)
    entries = events_of(visit, f"subscription:{identifier}")
    return show(
        visit,
        "subscription.html",
        SECTION,
        id=identifier,
        state=state,
        started=state.started,
        period=period,
        due=due,
        is_due=due is not None and due <= today,
        content=content,
        trail=told(visit, entries),
        code="subscription/stopped"
        if state.stopped
        else "subscription/paused"
        if state.paused
        else "subscription/active",
        name=Names(visit).customer(state.started.customer) if state.started.customer else None,
        invoices=[one.record for one in entries if isinstance(one.record, SubscriptionInvoiced)][-24:],
    )


# --- lines: begun, changed


def start(visit: Visit) -> Answer:
    """Begin recurring billing."""
    names: dict[str, str] = {"/texts/title": "title", "/customer": "customer"}
    if visit.page.method == "GET":
        return _form(visit, None, None, customer=filled(visit.query("customer")).get("customer", ""))

    def read() -> StartSubscription | Wrong:
        form = visit.form
        lines = read_lines(form)
        names.update(lines.names)
        title = form.optional("title")
        members = {
            "customer": form.text("customer"),
            "basis": form.choice("basis", ("net", "gross"), "net"),
            "every": form.choice("every", EVERY, "month"),
            "billed": form.choice("billed", ("in_advance", "in_arrears"), "in_advance"),
            "starts_on": form.day("starts_on"),
            "ends_on": form.day("ends_on"),
            "lines": list(lines.members),
            "texts": {"title": title} if title is not None else None,
        }
        return visit.read(StartSubscription, members, names)

    return _lines(visit, None, None, read, names, SubscriptionStarted)


def change(visit: Visit) -> Answer:
    """Change what is billed from a day on."""
    identifier, state = the_state(visit, SUBSCRIPTION, "subscription")
    names: dict[str, str] = {"/texts/title": "title"}
    if visit.page.method == "GET":
        return _form(visit, identifier, state)

    def read() -> ChangeSubscription | Wrong:
        lines = read_lines(visit.form)
        names.update(lines.names)
        title = visit.form.optional("title")
        members = {
            "subscription": identifier,
            "from_on": visit.form.day("from_on"),
            "lines": list(lines.members),
            "texts": {"title": title} if title is not None else None,
        }
        return visit.read(ChangeSubscription, members, names)

    return _lines(visit, identifier, state, read, names, SubscriptionChanged)


def _lines(
    visit: Visit,
    identifier: str | None,
    state: SubscriptionState | None,
    read: Any,
    names: dict[str, str],
    kind: type[SubscriptionStarted] | type[SubscriptionChanged],
) -> Answer:
    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, amounts, names)
    if isinstance(outcome, Wrong):
        return _form(visit, identifier, state, wrong=outcome)
    if isinstance(outcome, Looked):
        return _form(visit, identifier, state, looked=outcome, issued=outcome.one(kind))
    return visit.go(visit.at(f"/subscriptions/{identifier or outcome.result['subscription']}"))


def _form(
    visit: Visit,
    identifier: str | None,
    state: SubscriptionState | None,
    *,
    wrong: Wrong | None = None,
    customer: str = "",
    **facts: Any,
) -> Answer:
    word, today = Words(visit), today_of(visit)
    old: list[dict[str, Any]] = []
    title = ""
    if state is not None:
        content = state.content_on(today)
        labels = content.texts.lines if content.texts is not None else ()
        title = (content.texts.title if content.texts is not None else None) or ""
        old = [
            {
                "label": labels[rank] if len(labels) > rank else "",
                "quantity": line.quantity,
                "unit": line.unit,
                "unit_price": line.unit_price,
                "rate_bp": line.rate_bp,
                "category": line.category,
                "nature": line.nature,
                "purpose": line.purpose,
            }
            for rank, line in enumerate(content.lines)
        ]
    lines = shown_lines(old)
    given: dict[str, Any] = {"looked": None, "issued": None, **facts}
    return show(
        visit,
        "subscription_form.html",
        SECTION,
        200 if wrong is None else wrong.status,
        id=identifier,
        state=state,
        lines=lines,
        blank=blank_lines(visit.form, len(lines), 1 if old else BLANK),
        title=title,
        rates=rate_options(visit),
        units=[(code, word.unit(code)) for code in UNITS],
        wrong=wrong,
        purposes=[(code, word(f"purpose/{code}")) for code in PURPOSES],
        today=today.isoformat(),
        customer=customer,
        customers=customer_options(visit, Names(visit), customer or visit.form.text("customer") or None),
        every=[(code, word(f"every/{code}")) for code in EVERY],
        basis=issuer_of(visit).current.price_basis,
        **given,
    )


# --- acts


def _run(visit: Visit, identifier: str, **given: Any) -> Answer:
    back = f"/subscriptions/{identifier}"
    common: dict[str, Any] = {
        "section": SECTION,
        "back": back,
        "back_words": visit.say("Abonnement"),
        "after": lambda _: visit.at(back),
    }
    return run(visit, Act(**{**common, **given}))


def pause(visit: Visit) -> Answer:
    """Suspend billing, or let it go on."""
    identifier, state = the_state(visit, SUBSCRIPTION, "subscription")
    today = today_of(visit)

    def read() -> Command | Wrong:
        members = {"subscription": identifier, "paused": not state.paused, "on": visit.form.day("on")}
        return visit.read(PauseSubscription, members)

    title = visit.say("Reprendre l'abonnement") if state.paused else visit.say("Suspendre l'abonnement")
    words = visit.say("Les jours sans service ne sont pas facturés : la période est réduite au prorata.")
    return _run(
        visit,
        identifier,
        title=title,
        read=read,
        intro=(Told(words),),
        button=title,
        fields=(Ask("day", "on", visit.say("À partir du"), today.isoformat(), required=True),),
    )


def stop(visit: Visit) -> Answer:
    """End billing."""
    identifier, _ = the_state(visit, SUBSCRIPTION, "subscription")
    today = today_of(visit)

    def read() -> Command | Wrong:
        members = {
            "subscription": identifier,
            "on": visit.form.day("on"),
            "by": visit.form.choice("by", ("client", "issuer"), "client"),
        }
        return visit.read(StopSubscription, members)

    def explain(looked: Looked) -> Sequence[Told]:
        day = languages.day(visit.language, visit.form.day("on") or today)
        words = visit.say(
            "Plus rien n'est facturé après le {day}. Un abonnement arrêté ne reprend pas : il en faut un nouveau."
        )
        told = [Told(words.format(day=day), "", "warn")]
        if len(looked.decision.events) > 1:
            told.append(
                Told(visit.say("Des jours déjà facturés ne seront pas servis : une tâche demande l'avoir."), "", "warn")
            )
        return told

    return _run(
        visit,
        identifier,
        title=visit.say("Arrêter l'abonnement"),
        read=read,
        explain=explain,
        danger=True,
        fields=(
            Ask("day", "on", visit.say("Dernier jour"), today.isoformat(), required=True),
            Ask(
                "select",
                "by",
                visit.say("Qui y met fin ?"),
                "client",
                options=[
                    ("client", visit.say("Le client")),
                    ("issuer", visit.say("Nous")),
                ],
            ),
        ),
        button=visit.say("Voir ce que cela fait"),
        final=visit.say("Arrêter l'abonnement"),
    )


def invoice(visit: Visit) -> Answer:
    """Issue the invoice of the next period."""
    identifier, _ = the_state(visit, SUBSCRIPTION, "subscription")

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(InvoiceIssued)
        if found is None:
            return ()
        lang = visit.language
        words = visit.say("Facture de {amount} pour la période du {first} au {last}, à payer avant le {due}.")
        said = words.format(
            amount=languages.money(lang, found.totals.gross_cents),
            first=languages.day(lang, found.period_start),
            last=languages.day(lang, found.period_end),
            due=languages.day(lang, found.due_on),
        )
        return (
            Told(said),
            Told(
                visit.say("Elle prend le prochain numéro de sa série. Elle ne se corrige que par un avoir."),
                "CGI art. 289, V",
                "warn",
            ),
        )

    return _run(
        visit,
        identifier,
        title=visit.say("Facturer la période"),
        explain=explain,
        read=lambda: visit.read(InvoiceSubscription, {"subscription": identifier}),
        after=lambda done: visit.at(f"/invoices/{done.result['invoice']}"),
        button=visit.say("Vérifier avant d'émettre"),
        final=visit.say("Émettre la facture"),
    )


_BOTH: Final = (
    ("/subscriptions/new", start, "Commencer un abonnement."),
    ("/subscriptions/{subscription}/change", change, "Changer ce qui est facturé."),
    ("/subscriptions/{subscription}/pause", pause, "Suspendre ou reprendre."),
    ("/subscriptions/{subscription}/stop", stop, "Arrêter un abonnement."),
    ("/subscriptions/{subscription}/invoice", invoice, "Facturer la période due."),
)
PAGES: Final[tuple[Page, ...]] = (
    get("/subscriptions", subscriptions, LOOK, "Les abonnements."),
    *(
        page
        for path, handler, words in _BOTH
        for page in (get(path, handler, ACT, words), post(path, handler, ACT, words))
    ),
    get("/subscriptions/{subscription}", subscription, LOOK, "Un abonnement et sa prochaine période."),
)
