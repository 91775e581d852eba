"""Every message: to whom it goes, which variables its words may use, how it behaves. docs/messages.md is its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

To: TypeAlias = Literal["client", "observer", "business", "user"]

_COMMON: Final = ("business_name", "business_email", "business_phone", "recipient_name")
_DOCUMENT: Final = ("customer_name", "number", "title", "document", "amount", "issued_on", "link")
_QUOTE: Final = (*_DOCUMENT, "valid_until")
_PAYABLE: Final = (
    *_DOCUMENT, "quote_number", "open_amount", "due_on", "payable_from", "reference", "days_late",
)  # fmt: skip
_DEPOSIT: Final = (*_PAYABLE, "kind", "kind_sentence")
_ANY: Final = tuple(dict.fromkeys((*_DEPOSIT, *_QUOTE)))


@dataclass(frozen=True, slots=True)
class Template:
    """One message's behaviour; its words are in `api/messages/words/`."""

    name: str
    to: To
    variables: tuple[str, ...]
    button: tuple[str, str] = ("Ouvrir", "Open")  # on a link that stands alone: French, English
    automatic: bool = True  # RFC 3834: no person asked for this very message
    urgent: bool = False  # sent at once by the process that queued it
    secret: bool = False  # holds what opens an account or a signature: never previewed with real data, never retried


def _reminders(about: str, variables: tuple[str, ...], button: tuple[str, str]) -> tuple[Template, ...]:
    tones = ("friendly", "firm", "final")
    return tuple(Template(f"reminder_{about}_{tone}", "client", (*_COMMON, *variables), button) for tone in tones)


_PAY: Final = ("Payer", "Pay")
_READ: Final = ("Lire le devis", "Read the quote")

TEMPLATES: Final[tuple[Template, ...]] = (
    Template("quote_sent", "client", (*_COMMON, *_QUOTE), _READ, automatic=False),
    Template("quote_viewed", "business", (*_COMMON, *_QUOTE)),
    Template("signature_requested", "client", (*_COMMON, *_QUOTE), ("Lire et signer", "Read and sign")),
    Template(
        "code", "client", (*_COMMON, "code", "minutes", "document", "number", "title"), urgent=True, secret=True
    ),
    Template(
        "signed", "client", (*_COMMON, *_QUOTE, "signed_on", "signatories"), ("Voir le contrat", "See the contract")
    ),
    Template("signed_business", "business", (*_COMMON, *_QUOTE, "signed_on", "signatories")),
    Template("declined", "business", (*_COMMON, *_QUOTE, "reason", "words")),
    Template("question_asked", "business", (*_COMMON, *_ANY, "author", "words")),
    Template("question_answered", "client", (*_COMMON, *_ANY, "words"), ("Répondre", "Answer"), automatic=False),
    Template("deposit_requested", "client", (*_COMMON, *_DEPOSIT), _PAY),
    Template("payment_announced", "business", (*_COMMON, *_DEPOSIT, "means")),
    Template("paid", "client", (*_COMMON, *_DEPOSIT, "paid_amount", "paid_on", "means")),
    Template("receipt_sent", "client", (*_COMMON, *_DOCUMENT, "paid_amount")),
    *_reminders("quote", _QUOTE, _READ),
    *_reminders("deposit", _DEPOSIT, _PAY),
    *_reminders("invoice", _PAYABLE, _PAY),
    Template("invoice_sent", "client", (*_COMMON, *_PAYABLE), ("Voir la facture", "See the invoice"), automatic=False),
    Template("credit_note_sent", "client", (*_COMMON, *_DOCUMENT, "invoice_number", "invoice_on", "refund_amount")),
    Template(
        "withdrawal_acknowledged", "client",
        (*_COMMON, *_DOCUMENT, "signed_on", "withdrawn_at", "refund_amount", "refund_by"),
    ),
    Template(
        "withdrawal_business", "business",
        (*_COMMON, *_DOCUMENT, "signed_on", "withdrawn_at", "refund_amount", "refund_by"),
    ),
    Template("link_renewed", "client", (*_COMMON, *_ANY)),
    Template("observer_invited", "observer", (*_COMMON, *_ANY), ("Suivre", "Follow")),
    Template("observer_copy", "observer", (*_COMMON, *_ANY, "summary")),
    Template(
        "invitation", "user", (*_COMMON, "link", "role"), ("Choisir mon mot de passe", "Choose my password"),
        urgent=True, secret=True,
    ),
    Template(
        "password_reset", "user", (*_COMMON, "link", "minutes"), ("Choisir un mot de passe", "Choose a password"),
        urgent=True, secret=True,
    ),
    Template("digest", "business", (*_COMMON, "title", "summary", "link"), ("Ouvrir mon bureau", "Open my desk")),
    Template("test", "business", _COMMON),
)  # fmt: skip
"""Every message."""

BY_NAME: Final[Mapping[str, Template]] = {one.name: one for one in TEMPLATES}

VARIABLES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "business_name": ("nom de l'entreprise", "the business's name", "Atelier Le Gall", "Atelier Le Gall"),
    "business_email": ("son adresse e-mail", "its e-mail address", "bonjour@legall.example", "bonjour@legall.example"),
    "business_phone": ("son téléphone", "its telephone", "02 99 00 00 00", "02 99 00 00 00"),
    "recipient_name": ("à qui s'adresse le message", "who gets the message", "Jeanne Dupré", "Jeanne Dupré"),
    "customer_name": ("nom du client", "the customer's name", "Jeanne Dupré", "Jeanne Dupré"),
    "number": ("numéro du document", "the document's number", "D-00012", "D-00012"),
    "title": ("objet", "what it is about", "Escalier en chêne", "Oak stairs"),
    "document": ("le document, avec son numéro", "the document with its number", "le devis D-00012", "quote D-00012"),
    "amount": ("montant TTC", "amount including VAT", "3 840,00 €", "€3,840.00"),
    "issued_on": ("date du document", "the document's date", "23/11/2026", "23 November 2026"),
    "link": ("le lien", "the link", "https://sceau.example/c/atelier/...", "https://sceau.example/c/atelier/..."),
    "valid_until": ("fin de validité du devis", "end of the quote's validity", "23/12/2026", "23 December 2026"),
    "quote_number": ("numéro du devis signé", "number of the signed quote", "D-00012", "D-00012"),
    "open_amount": ("reste à payer", "what is still to be paid", "1 152,00 €", "€1,152.00"),
    "due_on": ("échéance", "due date", "30/11/2026", "30 November 2026"),
    "payable_from": ("premier jour où payer", "first day to pay", "01/12/2026", "1 December 2026"),
    "reference": ("référence du virement", "reference for the transfer", "D00012-1", "D00012-1"),
    "days_late": ("retard", "how late it is", "5 jours", "5 days"),
    "invoice_number": ("numéro de la facture annulée", "number of the invoice credited", "F-00007", "F-00007"),
    "invoice_on": ("date de la facture annulée", "date of the invoice credited", "02/11/2026", "2 November 2026"),
    "kind": ("arrhes ou acompte", "arrhes or acompte", "acompte", "acompte (a part payment)"),
    "kind_sentence": ("ce que cela veut dire", "what that means", "C'est un acompte...", "This is a part payment..."),
    "paid_amount": ("montant reçu", "amount received", "1 152,00 €", "€1,152.00"),
    "paid_on": ("jour du paiement", "day of the payment", "25/11/2026", "25 November 2026"),
    "means": ("moyen de paiement", "means of payment", "virement", "bank transfer"),
    "reason": ("motif", "reason", "budget", "budget"),
    "words": ("ce qui a été écrit", "what was written", "Quand commencez-vous ?", "When do you start?"),
    "author": ("qui a écrit", "who wrote", "Jeanne Dupré", "Jeanne Dupré"),
    "code": ("le code", "the code", "203 418", "203 418"),
    "minutes": ("durée de validité, en minutes", "minutes it holds", "10", "10"),
    "signed_on": ("date de signature", "date of signature", "24/11/2026", "24 November 2026"),
    "signatories": ("qui a signé", "who signed", "Jeanne Dupré", "Jeanne Dupré"),
    "refund_amount": ("montant à rembourser", "amount to pay back", "1 152,00 €", "€1,152.00"),
    "refund_by": ("à rembourser avant le", "to be paid back by", "08/12/2026", "8 December 2026"),
    "withdrawn_at": ("date et heure de la rétractation", "date and hour of the withdrawal",
                     "24/11/2026 10:12:07 (Europe/Paris)", "24 November 2026 10:12:07 (Europe/Paris)"),
    "role": ("rôle proposé", "the role offered", "comptable", "accountant"),
    "summary": ("résumé", "summary", "le devis D-00012 est signé", "quote D-00012 has been signed"),
}  # fmt: skip
"""Variable -> what it is, in French and English; and an example in each."""
