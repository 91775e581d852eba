"""Asking for a deposit, taking the request back, its invoice, receipts, and what becomes of money that is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked
from api.pages.desk.money.asking import Act, Ask, Told, run
from api.pages.desk.money.common import ACT, Names, get, post, show, state_of, the_state
from api.pages.desk.money.lines import rate_options
from api.pages.desk.money.new_invoice import customer_options
from api.pages.desk.money.words import Words
from api.pages.frame import languages
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.signing.links import make_link
from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import CancelDeposit, InvoiceDeposit, IssueReceipt, RequestDeposit, SettleDeposit
from ledger.domain.events.deposits import DepositForfeited, DepositRefundDue, DepositRequested, ReceiptIssued
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.identifiers import is_uuid4
from ledger.domain.refusals import Refusal
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.quote import QUOTE, QuoteState

SECTION: Final = "deposits"


def kind_told(visit: Visit, kind: str) -> Told:
    """Explain in a sentence what money paid in advance is in law."""
    if kind == "arrhes":
        return Told(
            visit.say("Arrhes : le client peut renoncer en les perdant, vous pouvez renoncer en en rendant le double."),
            "C. conso L214-1",
        )
    return Told(
        visit.say("Acompte : les deux parties sont engagées ; qui renonce peut devoir des dommages et intérêts."),
        "C. civ. art. 1103 ; C. conso L214-1",
    )


def ask(visit: Visit) -> Answer:
    """Ask for a deposit on a contract, or for a plain payment."""
    given = {name: visit.form.text(name) for name in ("quote", "instalment", "customer")}
    if visit.page.method == "GET":
        given |= visit.query("quote", "instalment", "customer")
    quote_id = given.get("quote", "")
    contract = state_of(visit, QUOTE, quote_id) if is_uuid4(quote_id) else None
    names = {"/share_bp": "share", "/amount_cents": "amount", "/rate_bp": "rate"}

    def read() -> Command | Wrong:
        form = visit.form
        members: dict[str, Any] = {
            "kind": form.text("kind") or None,
            "due_on": form.day("due_on"),
            "title": form.optional("title"),
            "invoice_at": form.text("invoice_at") or None,
        }
        if contract is not None:
            members["quote"] = quote_id
            rank = form.whole("instalment")
            if rank:
                members["instalment"] = rank
            else:
                members["share_bp"] = form.basis_points("share")
                members["amount_cents"] = form.cents("amount", required=False)
        else:
            customer = form.text("customer")
            members |= {
                "customer": customer if is_uuid4(customer) else None,
                "amount_cents": form.cents("amount"),
                "rate_bp": form.whole("rate", 10_000) if form.text("rate").isdigit() else None,
                "nature": form.choice("nature", ("services", "goods"), "services"),
            }
        return visit.read(RequestDeposit, members, names)

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(DepositRequested)
        if found is None:
            return ()
        words = visit.say("Une demande de {amount} part, à payer avant le {day}.")
        day = languages.day(visit.language, found.due_on)
        told = [
            Told(words.format(amount=languages.money(visit.language, found.amount_cents), day=day)),
            kind_told(visit, found.kind),
        ]
        if found.payable_from is not None:
            words = visit.say("Contrat hors établissement : aucun paiement ne peut être pris avant le {day}.")
            told.append(
                Told(words.format(day=languages.day(visit.language, found.payable_from)), "C. conso L221-10", "warn")
            )
        if looked.one(InvoiceIssued) is not None:
            told.append(Told(visit.say("La facture d'acompte est émise en même temps."), "CGI art. 289, I, 1, c"))
        return told

    title = visit.say("Demander un acompte") if contract is not None else visit.say("Demander un paiement")
    return run(
        visit,
        Act(
            section=SECTION,
            title=title,
            back=f"/quotes/{quote_id}" if contract is not None else "/deposits",
            back_words=contract.current.number if contract is not None else visit.say("Acomptes et arrhes"),
            read=read,
            explain=explain,
            after=lambda done: visit.at(f"/deposits/{done.result['deposit']}"),
            names=names,
            fields=_fields(visit, quote_id, contract, given),
            button=visit.say("Vérifier"),
            final=visit.say("Demander"),
        ),
    )


def _fields(visit: Visit, quote_id: str, contract: QuoteState | None, given: dict[str, str]) -> list[Ask]:
    kinds = [
        ("", visit.say("Selon le contrat et la loi")),
        ("arrhes", visit.say("Arrhes")),
        ("acompte", visit.say("Acompte")),
    ]
    common = [
        Ask("select", "kind", visit.say("Ce que c'est"), "", options=kinds),
        Ask("day", "due_on", visit.say("À payer avant le"), help=visit.say("Laissez vide pour le plus tôt possible.")),
        Ask(
            "select",
            "invoice_at",
            visit.say("Facture d'acompte"),
            "",
            options=[
                ("", visit.say("Selon la loi")),
                ("never", visit.say("Aucune")),
                ("request", visit.say("À la demande")),
                ("receipt", visit.say("À l'encaissement")),
            ],
        ),
        Ask("text", "title", visit.say("Objet")),
    ]
    if contract is None:
        customers = [
            ("", visit.say("Client non enregistré")),
            *customer_options(visit, Names(visit), given.get("customer")),
        ]
        return [
            Ask("select", "customer", visit.say("Client"), given.get("customer", ""), options=customers),
            Ask("amount", "amount", visit.say("Montant TTC"), required=True),
            Ask(
                "select",
                "rate",
                visit.say("TVA"),
                "",
                options=[one for one in rate_options(visit) if one[0] in ("",) or one[0].isdigit()],
            ),
            Ask(
                "select",
                "nature",
                visit.say("Pour"),
                "services",
                options=[
                    ("services", visit.say("Une prestation")),
                    ("goods", visit.say("Une vente de biens")),
                ],
            ),
            *common,
        ]
    taken = {link.instalment for link in contract.deposits}
    word = Words(visit)
    schedule = contract.contract.schedule if contract.contract is not None else ()
    options = [("", visit.say("Hors échéancier : part ou montant ci-dessous"))]
    for rank, one in enumerate(schedule, 1):
        if rank not in taken and one.amount_cents:
            amount = languages.money(visit.language, one.amount_cents)
            options.append((str(rank), f"{rank}. {amount} · {word(f'trigger/{one.trigger}')}"))
    return [
        Ask("hidden", "quote", value=quote_id),
        Ask("select", "instalment", visit.say("Échéance du contrat"), given.get("instalment", ""), options=options),
        Ask("number", "share", visit.say("ou part du contrat, en %")),
        Ask("amount", "amount", visit.say("ou montant TTC")),
        *common,
    ]


def _run(visit: Visit, identifier: str, state: DepositState, **given: Any) -> Answer:
    back = f"/deposits/{identifier}"
    common: dict[str, Any] = {
        "section": SECTION,
        "back": back,
        "back_words": state.asked.number or visit.say("Acompte"),
        "after": lambda _: visit.at(back),
    }
    return run(visit, Act(**{**common, **given}))


def cancel(visit: Visit) -> Answer:
    """Take a request back."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")

    def read() -> Command | Wrong:
        by = visit.form.choice("by", ("issuer", "client"), "issuer")
        return visit.read(CancelDeposit, {"deposit": identifier, "by": by})

    def explain(_: Looked) -> Sequence[Told]:
        told = [Told(visit.say("Plus rien n'est demandé, et les relances s'arrêtent."))]
        if state.available_cents:
            words = visit.say("{amount} déjà reçu attend votre décision : rendu, ou conservé si la loi le permet.")
            told.append(Told(words.format(amount=languages.money(visit.language, state.available_cents)), "", "warn"))
        return told

    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Annuler la demande"),
        read=read,
        explain=explain,
        fields=(_by(visit),),
        button=visit.say("Voir ce que cela fait"),
        final=visit.say("Annuler la demande"),
        danger=True,
    )


def _by(visit: Visit) -> Ask:
    return Ask(
        "select",
        "by",
        visit.say("Qui renonce ?"),
        "issuer",
        options=[
            ("issuer", visit.say("Nous")),
            ("client", visit.say("Le client")),
        ],
    )


def invoice(visit: Visit) -> Answer:
    """Issue the deposit invoice (386)."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(InvoiceIssued)
        if found is None:
            return ()
        words = visit.say("Une facture d'acompte de {amount}, dont {vat} de TVA, prend le prochain numéro de sa série.")
        lang = visit.language
        said = words.format(
            amount=languages.money(lang, found.totals.gross_cents), vat=languages.money(lang, found.totals.vat_cents)
        )
        return (
            Told(said, "CGI art. 289, I, 1, c"),
            Told(
                visit.say("La facture de solde la citera et la déduira. Elle ne se corrige que par un avoir."),
                "",
                "warn",
            ),
        )

    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Facture d'acompte"),
        explain=explain,
        read=lambda: visit.read(InvoiceDeposit, {"deposit": identifier}),
        button=visit.say("Vérifier avant d'émettre"),
        final=visit.say("Émettre la facture d'acompte"),
        after=lambda done: visit.at(f"/invoices/{done.result['invoice']}"),
    )


def settle(visit: Visit) -> Answer:
    """Decide what becomes of money that is held: kept, or given back, doubled where the law says so."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")

    def read() -> Command | Wrong:
        members = {
            "deposit": identifier,
            "outcome": visit.form.choice("outcome", ("forfeit", "refund")),
            "by": visit.form.choice("by", ("issuer", "client"), "issuer"),
        }
        return visit.read(SettleDeposit, members, {"/outcome": "outcome", "/deposit": "outcome"})

    def explain(looked: Looked) -> Sequence[Told]:
        lang = visit.language
        kept, owed = looked.one(DepositForfeited), looked.one(DepositRefundDue)
        if kept is not None:
            words = visit.say("Vous conservez {amount} : ces arrhes deviennent une indemnité, hors du champ de la TVA.")
            told = [
                Told(words.format(amount=languages.money(lang, kept.amount_cents)), "C. conso L214-1 ; CJUE C-277/05")
            ]
            if kept.vat_corrected_cents:
                words = visit.say("{amount} de TVA déjà due est corrigée.")
                told.append(Told(words.format(amount=languages.money(lang, kept.vat_corrected_cents)), "CGI art. 272"))
            return told
        if owed is None:
            return ()
        words = visit.say("{amount} est à rendre au client.")
        told = [Told(words.format(amount=languages.money(lang, owed.paid_cents)), "", "warn")]
        if owed.indemnity_cents:
            words = visit.say("Vous renoncez : des arrhes se rendent en double. {amount} s'y ajoute.")
            told.append(
                Told(words.format(amount=languages.money(lang, owed.indemnity_cents)), "C. conso L214-1", "bad")
            )
        if owed.interest_cents:
            words = visit.say("Intérêts au taux légal depuis le versement : {amount}.")
            told.append(Told(words.format(amount=languages.money(lang, owed.interest_cents)), "C. conso L214-2"))
        total = owed.paid_cents + owed.indemnity_cents + owed.interest_cents
        words = visit.say("En tout {amount} : la page du remboursement suit.")
        told.append(Told(words.format(amount=languages.money(lang, total))))
        return told

    outcomes = [
        ("refund", visit.say("Rendre l'argent"), visit.say("En double si ce sont des arrhes et que vous renoncez.")),
        ("forfeit", visit.say("Conserver l'argent"), visit.say("Seulement des arrhes, quand le client renonce.")),
    ]
    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Que devient l'argent reçu ?"),
        read=read,
        explain=explain,
        intro=(kind_told(visit, state.asked.kind),),
        danger=True,
        names={"/outcome": "outcome", "/deposit": "outcome"},
        fields=(Ask("choice", "outcome", visit.say("Votre décision"), "refund", options=outcomes), _by(visit)),
        button=visit.say("Voir ce que dit la loi"),
        final=visit.say("Confirmer"),
    )


def receipt(visit: Visit) -> Answer:
    """Give a numbered receipt for what came in."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")
    options = [
        (
            each.payment,
            f"{languages.money(visit.language, each.amount_cents)} · {languages.day(visit.language, each.received_on)}",
        )
        for each in state.payments
    ]

    def read() -> Command | Wrong:
        return visit.read(
            IssueReceipt, {"payment": visit.form.text("payment"), "deposit": identifier}, {"/payment": "payment"}
        )

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(ReceiptIssued)
        words = visit.say("Un reçu numéroté de {amount}.")
        return (
            (Told(words.format(amount=languages.money(visit.language, found.amount_cents))),)
            if found is not None
            else ()
        )

    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Remettre un reçu"),
        read=read,
        explain=explain,
        fields=(Ask("select", "payment", visit.say("Pour le paiement"), "", options=options, required=True),),
        button=visit.say("Vérifier"),
        final=visit.say("Remettre le reçu"),
        after=lambda done: visit.at(f"/invoices/{done.result['receipt']}"),
        instead=""
        if options
        else visit.say("Aucun paiement n'est encore enregistré pour cette demande : enregistrez-le d'abord."),
    )


def pay_link(visit: Visit) -> Answer:
    """Make a link by which the client pays a deposit; it is shown once."""
    identifier, state = the_state(visit, DEPOSIT, "deposit")
    facts: dict[str, Any] = {"back": f"/deposits/{identifier}", "number": state.asked.number, "made": None}
    if visit.page.method == "GET":
        return show(visit, "link.html", SECTION, **facts)
    made = make_link(visit.context.service, visit.ledger.ledger, identifier, "deposit", "pay", actor=visit.actor)
    if isinstance(made, Refusal):
        wrong = of_refusal(made, visit.language)
        return show(visit, "link.html", SECTION, wrong.status, wrong=wrong, **facts)
    return show(visit, "link.html", SECTION, **{**facts, "made": visit.context.settings.link_base + made.path})


_BOTH: Final = (
    ("/deposits/new", ask, "Demander un acompte, ou un paiement sans devis."),
    ("/deposits/{deposit}/cancel", cancel, "Annuler une demande."),
    ("/deposits/{deposit}/invoice", invoice, "Émettre la facture d'acompte."),
    ("/deposits/{deposit}/settle", settle, "Décider de ce que devient l'argent reçu."),
    ("/deposits/{deposit}/receipt", receipt, "Remettre un reçu."),
    ("/deposits/{deposit}/link", pay_link, "Un lien de paiement."),
)
PAGES: Final[tuple[Page, ...]] = tuple(
    page for path, handler, words in _BOTH for page in (get(path, handler, ACT, words), post(path, handler, ACT, words))
)
