"""What can be done with an invoice once it is issued: sending, delivery, dispute, penalties, loss, a link to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked
from api.pages.desk.money.asking import Act, Ask, Told, run
from api.pages.desk.money.common import ACT, day_field, get, post, show, state_of, the_state, today_of
from api.pages.desk.money.words import Words
from api.pages.frame import languages
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.signing.links import make_link
from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import RecordDelivery
from ledger.domain.commands.sales import ChargePenalty, DisputeInvoice, SendInvoice, WriteOffInvoice
from ledger.domain.events.invoices import PenaltyCharged, WrittenOff
from ledger.domain.refusals import Refusal
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.shell.calls import Answer as Done

SECTION: Final = "invoices"


def _act(visit: Visit, identifier: str, state: InvoiceState, **given: object) -> Answer:
    back = f"/invoices/{identifier}"
    common = {"section": SECTION, "back": back, "back_words": state.issued.number, "after": lambda _: visit.at(back)}
    return run(visit, Act(**{**common, **given}))  # type: ignore[arg-type] # the members of Act, by name


def email_of(visit: Visit, state: InvoiceState) -> str | None:
    """Give the address that mails about an invoice go to, or None."""
    if state.issued.customer is not None:
        customer = state_of(visit, CUSTOMER, state.issued.customer)
        return customer.party.email if customer is not None and customer.party is not None else None
    return state.issued.client.email if state.issued.client is not None else None


def send(visit: Visit) -> Answer:
    """Record that an invoice is handed over; by e-mail, the message follows."""
    identifier, state = the_state(visit, INVOICE, "invoice")
    address = email_of(visit, state)
    ways = [
        ("email", visit.say("Par e-mail"), address or visit.say("Ce client n'a pas d'adresse e-mail.")),
        ("hand", visit.say("En main propre"), visit.say("Vous l'avez imprimée et remise.")),
        ("post", visit.say("Par la poste"), visit.say("Vous l'avez postée.")),
    ]

    def read() -> Command | Wrong:
        by = visit.form.choice("by", ("email", "hand", "post"), "email")
        if by == "email" and address is None:
            words = visit.say(
                "Ce client n'a pas d'adresse e-mail : ajoutez-la à sa fiche, ou choisissez une autre voie."
            )
            return Wrong(words, None, "EMAIL_MISSING", {"by": words})
        return visit.read(SendInvoice, {"invoice": identifier, "by": by})

    return _act(
        visit,
        identifier,
        state,
        title=visit.say("Envoyer la facture"),
        read=read,
        button=visit.say("Envoyer"),
        fields=(Ask("choice", "by", visit.say("Comment part-elle ?"), "email" if address else "hand", options=ways),),
        intro=(
            Told(
                visit.say(
                    "L'e-mail part avec la facture en pièce jointe (Factur-X). L'envoi et son "
                    "résultat sont inscrits au registre."
                )
            ),
        ),
    )


def deliver(visit: Visit) -> Answer:
    """Record that the goods of an invoice were delivered."""
    identifier, state = the_state(visit, INVOICE, "invoice")
    today = today_of(visit)

    def read() -> Command | Wrong:
        members = {
            "about": identifier,
            "about_kind": "invoice",
            "on": visit.form.day("on") or today.isoformat(),
            "complete": visit.form.ticked("complete"),
        }
        return visit.read(RecordDelivery, members)

    return _act(
        visit,
        identifier,
        state,
        title=visit.say("Livraison"),
        read=read,
        button=visit.say("Noter la livraison"),
        fields=(
            Ask("day", "on", visit.say("Livré le"), today.isoformat(), required=True),
            Ask("tick", "complete", visit.say("Tout est livré"), value=True),
        ),
    )


def dispute(visit: Visit) -> Answer:
    """Note that the client contests an invoice, or that the matter is settled: reminders stop meanwhile."""
    identifier, state = the_state(visit, INVOICE, "invoice")

    def read() -> Command | Wrong:
        members = {
            "invoice": identifier,
            "state": "settled" if state.disputed else "opened",
            "words": visit.form.optional("words"),
        }
        return visit.read(DisputeInvoice, members)

    title = visit.say("La contestation est réglée") if state.disputed else visit.say("Le client conteste cette facture")
    words = (
        visit.say("Les relances reprendront à leur prochaine échéance.")
        if state.disputed
        else visit.say("Aucune relance ne part tant que la contestation est ouverte. La facture reste due.")
    )
    return _act(
        visit,
        identifier,
        state,
        title=title,
        read=read,
        button=visit.say("Noter"),
        intro=(Told(words),),
        fields=(Ask("long", "words", visit.say("Ce qui est dit"), most=300),),
    )


def penalty(visit: Visit) -> Answer:
    """Claim penalties for lateness, explained before."""
    identifier, state = the_state(visit, INVOICE, "invoice")
    today = today_of(visit)

    def read() -> Command | Wrong:
        members = {
            "invoice": identifier,
            "upto": day_field(visit.form, "upto", today),
            "central_bank_bp": visit.form.basis_points("central_bank_bp"),
        }
        return visit.read(ChargePenalty, members)

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(PenaltyCharged)
        if found is None:
            return ()
        lang = visit.language
        told = [
            Told(
                visit.say("Pénalités de {amount} pour {days} jours de retard, au taux de {rate}.").format(
                    amount=languages.money(lang, found.penalty_cents),
                    days=found.days_late,
                    rate=languages.percent(lang, found.rate_bp),
                ),
                "C. com. L441-10",
                "warn",
            )
        ]
        if found.indemnity_cents:
            words = visit.say("Indemnité forfaitaire de recouvrement de {amount}.")
            told.append(Told(words.format(amount=languages.money(lang, found.indemnity_cents)), "C. com. D441-5"))
        told.append(Told(visit.say("Elles s'ajoutent à ce qui est dû et sont hors du champ de la TVA.")))
        return told

    fields = [Ask("day", "upto", visit.say("Calculées jusqu'au"), today.isoformat())]
    if state.issued.customer_kind == "public":
        fields.append(
            Ask(
                "number",
                "central_bank_bp",
                visit.say("Taux directeur de la BCE au premier jour de retard, en %"),
                help=visit.say("Pour un client public, le taux est celui de la BCE plus huit points (CCP R2192-31)."),
            )
        )
    return _act(
        visit,
        identifier,
        state,
        title=visit.say("Réclamer des pénalités de retard"),
        read=read,
        fields=fields,
        explain=explain,
        button=visit.say("Calculer"),
        final=visit.say("Réclamer"),
    )


def write_off(visit: Visit) -> Answer:
    """Give up what is still due, explained before."""
    identifier, state = the_state(visit, INVOICE, "invoice")

    def read() -> Command | Wrong:
        return visit.read(WriteOffInvoice, {"invoice": identifier, "reason": visit.form.optional("reason")})

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(WrittenOff)
        cents = found.amount_cents if found is not None else 0
        words = visit.say("Vous renoncez à {amount}. La facture n'est plus à payer et n'est plus relancée.")
        return (
            Told(words.format(amount=languages.money(visit.language, cents)), "", "warn"),
            Told(
                visit.say(
                    "La TVA déjà versée ne se récupère que si la créance est définitivement irrécouvrable, par un "
                    "avoir portant la mention légale : une tâche le rappellera."
                ),
                "CGI art. 272, 1",
            ),
        )

    return _act(
        visit,
        identifier,
        state,
        title=visit.say("Abandonner le reste dû"),
        read=read,
        explain=explain,
        danger=True,
        fields=(
            Ask(
                "select",
                "reason",
                visit.say("Pourquoi"),
                "uncollectable",
                options=(
                    ("uncollectable", visit.say("Créance irrécouvrable")),
                    ("small_amount", visit.say("Petit reste")),
                    ("goodwill", visit.say("Geste commercial")),
                ),
            ),
        ),
        button=visit.say("Voir ce que cela fait"),
        final=visit.say("Abandonner"),
    )


def pay_link(visit: Visit) -> Answer:
    """Make a link by which the client reads and pays an invoice; it is shown once."""
    identifier, state = the_state(visit, INVOICE, "invoice")
    if visit.page.method == "GET":
        return show(visit, "link.html", SECTION, back=f"/invoices/{identifier}", number=state.issued.number, made=None)
    made = make_link(visit.context.service, visit.ledger.ledger, identifier, "invoice", "pay", actor=visit.actor)
    if isinstance(made, Refusal):
        wrong = of_refusal(made, visit.language)
        return show(
            visit,
            "link.html",
            SECTION,
            wrong.status,
            back=f"/invoices/{identifier}",
            number=state.issued.number,
            made=None,
            wrong=wrong,
        )
    return show(
        visit,
        "link.html",
        SECTION,
        back=f"/invoices/{identifier}",
        number=state.issued.number,
        made=visit.context.settings.link_base + made.path,
    )


def said(visit: Visit, done: Done) -> str:
    """Say the flags of an answer, for the page that follows; empty where there are none."""
    word = Words(visit)
    return " ".join(word(f"flag/{code}") for code in done.result.get("flags", ()))


_BOTH: Final = (
    ("/invoices/{invoice}/send", send, "Envoyer une facture."),
    ("/invoices/{invoice}/delivery", deliver, "Noter une livraison."),
    ("/invoices/{invoice}/dispute", dispute, "Noter une contestation, ou qu'elle est réglée."),
    ("/invoices/{invoice}/penalty", penalty, "Réclamer des pénalités de retard."),
    ("/invoices/{invoice}/write-off", write_off, "Abandonner le reste dû."),
    ("/invoices/{invoice}/link", pay_link, "Un lien de paiement."),
)
PAGES: Final[tuple[Page, ...]] = tuple(
    page for path, handler, words in _BOTH for page in (get(path, handler, ACT, words), post(path, handler, ACT, words))
)
