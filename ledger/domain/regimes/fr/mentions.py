"""Mandatory mentions: which data a document must bear, which are missing, and which sentences it prints.

The caller describes the document by `MentionFacts` (what kind of sale it is) and by the set of mention codes
that its data fill. `missing` gives the mentions that the law wants and the data do not hold; `statements_for`
gives the fixed sentences, which are never missing because we print them ourselves. Mentions that every
document of ours bears by construction (its number, its date, totals with VAT per rate, discounts) are not in
the table: the schema holds them.

Not covered: the own list of personal services (arrêté of 17/03/2015 art. 7), the special regimes of 242
nonies A I 15° to 18°.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.dated import Source
from ledger.domain.regimes.fr.deadlines import (
    REDUCED_RATE_STATEMENT_SINCE,
    RGE_STATUS_SINCE,
    WITHDRAWAL_FUNCTION_SINCE,
)
from ledger.domain.regimes.fr.limits import FirmSize, platform_since
from ledger.domain.types import AdvanceKind, Channel, CustomerKind

DocumentKind = Literal["quote", "invoice", "deposit_invoice", "credit_note", "note", "works_note"]

SMALL_INVOICE_CENTS = 15_000
"""Up to 150 EUR without tax an invoice may leave out the VAT number and the exemption (242 nonies A II)."""

REGULATED_TRADES = frozenset({"building", "repair", "maintenance", "home_equipment"})
"""Trades of the order of 24 January 2017, whose quote is mandatory and detailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionFacts:
    """What kind of sale a document is for: each flag may call for a mention.

    `on` is the day of issue. `trades` are the issuer's trades concerned by this document (`building`,
    `repair`, `maintenance`, `home_equipment`, `energy_renovation`, ...). `supply_on_other_day`: the supply,
    or the receipt of the deposit, is not on the day of issue. `statement_already_given`: the client's
    reduced-rate statement stands on the signed quote.
    """

    document: DocumentKind
    on: date
    customer_kind: CustomerKind
    customer_country: str = "FR"
    net_cents: int = 0
    goods: bool = False
    services: bool = False
    trades: frozenset[str] = frozenset()
    firm_size: FirmSize = "micro"
    sole_trader: bool = False
    single_taxable: bool = False
    # VAT
    taxed: bool = False
    franchise: bool = False
    excluded_department: bool = False
    exempt: bool = False
    reverse_charge: bool = False
    intra_community: bool = False
    export: bool = False
    self_billed: bool = False
    debits_option: bool = False
    reduced_rate_works: bool = False
    statement_already_given: bool = False
    # the sale
    supply_on_other_day: bool = False
    delivered_elsewhere: bool = False
    travel_costs: bool = False
    price_revisable: bool = False
    paid_quote: bool = False
    guaranteed_goods: bool = False
    detailed_quote_accepted: bool = False
    client_objects_to_name: bool = False
    # the contract
    channel: Channel = "premises"
    online: bool = False
    withdrawal_applies: bool = False
    advance_kind: AdvanceKind | None = None
    early_discount: bool = False
    training: bool = False

    @property
    def consumer(self) -> bool:
        """Whether the client is a consumer."""
        return self.customer_kind == "consumer"

    @property
    def regulated(self) -> bool:
        """Whether the order of 24 January 2017 holds."""
        return bool(self.trades & REGULATED_TRADES)

    @property
    def reform_holds(self) -> bool:
        """Whether the mentions of the e-invoicing reform bind this issuer yet (by size, 2026 or 2027)."""
        return self.on >= platform_since(self.firm_size)

    @property
    def above_small(self) -> bool:
        """Whether the invoice is too large for the short form of 242 nonies A II."""
        return self.net_cents > SMALL_INVOICE_CENTS


@dataclass(frozen=True, slots=True)
class Mention:
    """One mandatory mention: on which documents, when, by which article, and its words for people."""

    code: str
    documents: frozenset[DocumentKind]
    when: Callable[[MentionFacts], bool]
    law: str
    words_fr: str
    words_en: str
    source: Source
    since: date | None = None
    until: date | None = None


_QUOTE: frozenset[DocumentKind] = frozenset({"quote"})
_INVOICES: frozenset[DocumentKind] = frozenset({"invoice", "deposit_invoice", "credit_note"})
_BILLS: frozenset[DocumentKind] = frozenset({"invoice", "deposit_invoice"})
_NOTES: frozenset[DocumentKind] = frozenset({"note", "works_note"})
_DEVIS = "Arrêté du 24 janvier 2017"
_NOTE = "Arrêté n° 83-50/A du 3 octobre 1983"
_242 = "CGI ann. II art. 242 nonies A I"
_WASTE_SINCE = date(2021, 7, 1)


def _always(facts: MentionFacts) -> bool:  # noqa: ARG001 - a condition takes the facts, this one needs none
    return True


MENTIONS: tuple[Mention, ...] = (
    # quotes
    Mention(
        "ISSUER_NAME_ADDRESS",
        _QUOTE,
        _always,
        f"{_DEVIS} ; C. conso art. L111-1",
        "nom et adresse de l'entreprise",
        "name and address of the business",
        "quoted",
    ),
    Mention("CLIENT_NAME", _QUOTE, _always, _DEVIS, "nom du client", "customer's name", "quoted"),
    Mention(
        "ISSUER_CONTACT",
        _QUOTE,
        lambda facts: facts.consumer,
        "C. conso art. L111-1 et R111-1",
        "téléphone ou adresse électronique de l'entreprise",
        "telephone or e-mail address of the business",
        "quoted",
    ),
    Mention(
        "TRADE_REGISTER",
        _QUOTE,
        _always,
        "C. conso art. R111-2 ; C. com. art. R123-237",
        "numéro d'immatriculation (SIREN et registre)",
        "registration number (SIREN and register)",
        "recalled",
    ),
    Mention(
        "PERFORMANCE_PLACE",
        _QUOTE,
        lambda facts: facts.regulated,
        _DEVIS,
        "lieu d'exécution",
        "place of performance",
        "quoted",
    ),
    Mention(
        "LINE_DETAIL",
        _QUOTE,
        _always,
        f"{_DEVIS} ; C. conso art. L111-1",
        "décompte détaillé : désignation, quantité, unité et prix unitaire de chaque ligne",
        "detailed breakdown: description, quantity, unit and unit price of each line",
        "quoted",
    ),
    Mention(
        "TRAVEL_COSTS",
        _QUOTE,
        lambda facts: facts.regulated and facts.travel_costs,
        _DEVIS,
        "frais de déplacement",
        "travel costs",
        "quoted",
    ),
    Mention(
        "VALIDITY", _QUOTE, _always, _DEVIS, "durée de validité de l'offre", "how long the offer is valid", "quoted"
    ),
    Mention(
        "QUOTE_FEE",
        _QUOTE,
        lambda facts: facts.regulated and facts.paid_quote,
        _DEVIS,
        "prix du devis, s'il est payant",
        "price of the quote itself, if it is charged for",
        "quoted",
    ),
    Mention(
        "PERFORMANCE_DATE",
        _QUOTE,
        lambda facts: facts.consumer,
        "C. conso art. L111-1 3°",
        "date ou délai d'exécution ou de livraison",
        "date or time of performance or delivery",
        "quoted",
    ),
    Mention(
        "GUARANTEES",
        _QUOTE,
        lambda facts: facts.consumer and facts.goods,
        "C. conso art. L111-1 5°",
        "garanties légales et commerciales",
        "legal and commercial guarantees",
        "quoted",
    ),
    Mention(
        "MEDIATOR",
        _QUOTE,
        lambda facts: facts.consumer,
        "C. conso art. L616-1",
        "nom et coordonnées du médiateur de la consommation",
        "name and contact details of the consumer mediator",
        "official",
    ),
    Mention(
        "PRICE_REVISION",
        _QUOTE,
        lambda facts: facts.price_revisable,
        "C. conso art. L112-1 et L111-1",
        "conditions de révision du prix",
        "terms of price revision",
        "recalled",
    ),
    Mention(
        "WITHDRAWAL_FORM",
        _QUOTE,
        lambda facts: facts.consumer and facts.withdrawal_applies,
        "C. conso art. L221-5 et L221-9",
        "information et formulaire de rétractation",
        "information on withdrawal, and its form",
        "quoted",
    ),
    Mention(
        "WITHDRAWAL_FUNCTION",
        _QUOTE,
        lambda facts: facts.consumer and facts.withdrawal_applies and facts.online,
        "C. conso art. L221-21",
        "fonction de rétractation en ligne",
        "online withdrawal function",
        "quoted",
        since=WITHDRAWAL_FUNCTION_SINCE,
    ),
    Mention(
        "WASTE",
        _QUOTE,
        lambda facts: "building" in facts.trades,
        "C. env. art. L541-21-2-3 et D541-45-1",
        "gestion et coût d'élimination des déchets de chantier",
        "handling of site waste and cost of its disposal",
        "recalled",
        since=_WASTE_SINCE,
    ),
    Mention(
        "RGE_STATUS",
        _QUOTE,
        lambda facts: "energy_renovation" in facts.trades,
        "Loi 2025-594",
        "qualification RGE et sous-traitance, sur support durable avant la signature",
        "RGE qualification and subcontracting, on a durable medium before signature",
        "quoted",
        since=RGE_STATUS_SINCE,
    ),
    # quotes and invoices
    Mention(
        "DECENNIAL_INSURANCE",
        _QUOTE | _BILLS,
        lambda facts: "building" in facts.trades,
        "Loi 2014-626 art. 22 ; C. assur. art. L243-2",
        "assurance décennale : assureur, coordonnées, couverture géographique",
        "ten-year liability insurance (assurance décennale): insurer, contact details, geographical cover",
        "quoted",
        since=date(2014, 6, 20),
    ),
    Mention(
        "REDUCED_RATE_STATEMENT",
        _QUOTE | _BILLS,
        lambda facts: facts.reduced_rate_works and not facts.statement_already_given,
        "Loi 2025-127 art. 41",
        "attestation du client pour le taux réduit sur les travaux",
        "customer's statement for the reduced rate on works",
        "quoted",
        since=REDUCED_RATE_STATEMENT_SINCE,
    ),
    # invoices
    Mention(
        "ISSUER_NAME_ADDRESS",
        _INVOICES,
        _always,
        f"{_242} 1°",
        "nom et adresse de l'entreprise",
        "name and address of the business",
        "quoted",
    ),
    Mention(
        "ISSUER_SIREN", _INVOICES, _always, f"{_242} 1°", "SIREN de l'entreprise", "SIREN of the business", "quoted"
    ),
    Mention(
        "CLIENT_NAME_ADDRESS",
        _INVOICES,
        lambda facts: not facts.consumer,
        f"{_242} 1°",
        "nom et adresse du client",
        "customer's name and address",
        "quoted",
    ),
    Mention(
        "CLIENT_SIREN",
        _INVOICES,
        lambda facts: facts.customer_kind == "business" and facts.customer_country == "FR" and facts.reform_holds,
        f"{_242} 1°",
        "SIREN du client professionnel",
        "SIREN of the business customer",
        "quoted",
    ),
    Mention(
        "ISSUER_VAT_NUMBER",
        _INVOICES,
        lambda facts: (facts.taxed and facts.above_small) or facts.intra_community or facts.export,
        f"{_242} 2°",
        "numéro de TVA de l'entreprise",
        "VAT number of the business",
        "quoted",
    ),
    Mention(
        "CLIENT_VAT_NUMBER",
        _INVOICES,
        lambda facts: facts.reverse_charge or facts.intra_community,
        f"{_242} 3°",
        "numéro de TVA du client",
        "customer's VAT number",
        "quoted",
    ),
    Mention(
        "DELIVERY_ADDRESS",
        _BILLS,
        lambda facts: facts.goods and facts.delivered_elsewhere,
        f"{_242} 7° bis",
        "adresse de livraison",
        "delivery address",
        "quoted",
    ),
    Mention(
        "LINE_DETAIL",
        _INVOICES,
        _always,
        f"{_242} 8°",
        "désignation, quantité et prix unitaire de chaque ligne",
        "description, quantity and unit price of each line",
        "quoted",
    ),
    Mention(
        "SUPPLY_DATE",
        _BILLS,
        lambda facts: facts.supply_on_other_day,
        f"{_242} 10°",
        "date de la livraison, de la prestation ou du versement de l'acompte",
        "date of the delivery, of the service or of the payment in advance",
        "quoted",
    ),
    Mention(
        "EXEMPTION_REFERENCE",
        _INVOICES,
        lambda facts: facts.exempt and facts.above_small,
        f"{_242} 12°",
        "référence de l'exonération",
        "reference of the VAT exemption",
        "quoted",
    ),
    Mention(
        "INITIAL_INVOICE",
        frozenset({"credit_note"}),
        _always,
        "CGI art. 289 I 5 ; BOI-TVA-DECLA-30-20-20-20 §180 à 270",
        "numéro et date de la facture initiale",
        "number and date of the initial invoice",
        "quoted",
    ),
    Mention(
        "DUE_DATE",
        _BILLS,
        lambda facts: not facts.consumer,
        "C. com. art. L441-9",
        "date de règlement",
        "date of payment",
        "quoted",
    ),
    Mention(
        "LATE_PENALTY_RATE",
        _BILLS,
        lambda facts: facts.customer_kind == "business",
        "C. com. art. L441-9 et L441-10",
        "taux des pénalités de retard",
        "rate of late-payment penalties",
        "quoted",
    ),
    # notes for consumers
    Mention(
        "ISSUER_NAME_ADDRESS",
        _NOTES,
        _always,
        _NOTE,
        "nom et adresse de l'entreprise",
        "name and address of the business",
        "official",
    ),
    Mention(
        "CLIENT_NAME",
        _NOTES,
        lambda facts: facts.document == "works_note" or not facts.client_objects_to_name,
        _NOTE,
        "nom du client, sauf s'il s'y oppose",
        "customer's name, unless they object",
        "official",
    ),
    Mention("PERFORMANCE_DATE", _NOTES, _always, _NOTE, "date d'exécution", "date of performance", "official"),
    Mention("PERFORMANCE_PLACE", _NOTES, _always, _NOTE, "lieu d'exécution", "place of performance", "official"),
    Mention(
        "LINE_DETAIL",
        _NOTES,
        lambda facts: not facts.detailed_quote_accepted,
        _NOTE,
        "décompte détaillé de chaque prestation et produit",
        "detailed breakdown of each service and product",
        "official",
    ),
)
"""Every mandatory mention that data must fill; a code may stand several times, once per kind of document."""

MENTION_CODES: frozenset[str] = frozenset(mention.code for mention in MENTIONS)


_BY_DOCUMENT: dict[DocumentKind, tuple[Mention, ...]] = {
    kind: tuple(mention for mention in MENTIONS if kind in mention.documents) for kind in get_args(DocumentKind)
}


def required(facts: MentionFacts) -> tuple[Mention, ...]:
    """Give the mentions that the law wants of this document, in the order of the table."""
    return tuple(
        mention
        for mention in _BY_DOCUMENT[facts.document]
        if (mention.since is None or mention.since <= facts.on)
        and (mention.until is None or facts.on <= mention.until)
        and mention.when(facts)
    )


def missing(facts: MentionFacts, present: Collection[str]) -> tuple[Mention, ...]:
    """Give the mentions that the law wants and the document does not hold; `present` are mention codes."""
    return tuple(mention for mention in required(facts) if mention.code not in present)


_REFUSALS: dict[DocumentKind, str] = {
    "quote": "QUOTE_MENTION_MISSING",
    "invoice": "INVOICE_MENTION_MISSING",
    "deposit_invoice": "INVOICE_MENTION_MISSING",
    "credit_note": "INVOICE_MENTION_MISSING",
    "note": "NOTE_MENTION_MISSING",
    "works_note": "NOTE_MENTION_MISSING",
}

_OWN_REFUSALS = {
    "CLIENT_SIREN": "CUSTOMER_SIREN_MISSING",
    "EXEMPTION_REFERENCE": "VAT_EXEMPTION_REFERENCE_MISSING",
    "INITIAL_INVOICE": "CREDIT_WITHOUT_REFERENCE",
    "MEDIATOR": "MEDIATOR_MISSING",
    "REDUCED_RATE_STATEMENT": "REDUCED_RATE_STATEMENT_MISSING",
    "SUPPLY_DATE": "SUPPLY_DATE_MISSING",
    "WITHDRAWAL_FORM": "WITHDRAWAL_FORM_MISSING",
    "WITHDRAWAL_FUNCTION": "WITHDRAWAL_FUNCTION_MISSING",
}


def check_mentions(facts: MentionFacts, present: Collection[str], place: str = "") -> Refusal | None:
    """Refuse a document that lacks mandatory mentions, naming all of them in the order of the table.

    Where the first one has a refusal of its own, that is given.
    """
    lacking = missing(facts, present)
    if not lacking:
        return None
    first = lacking[0]
    own = _OWN_REFUSALS.get(first.code)
    if own is not None:
        return refuse(own, place)
    named = [mention for mention in lacking if mention.code not in _OWN_REFUSALS]
    return refuse(
        _REFUSALS[facts.document],
        place,
        mention=" ; ".join(mention.words_fr for mention in named),
        mention_en="; ".join(mention.words_en for mention in named),
        mention_code=first.code,
    )


def statements_for(facts: MentionFacts) -> tuple[str, ...]:
    """Give the codes of the sentences that the document prints (`statements.statement_words` gives the words).

    Business penalties, the 40 EUR indemnity and the discount terms are never among them for a consumer
    (L441-9); a public buyer has those of public procurement (CCP R2192-31, D2192-35).
    """
    invoice = facts.document in _INVOICES
    bill = facts.document in _BILLS
    quote = facts.document == "quote"
    business = bill and facts.customer_kind == "business"
    public = bill and facts.customer_kind == "public"
    nature = "NATURE_BOTH" if facts.goods and facts.services else _nature(facts)
    wanted = (
        ("TRAINING", facts.training),
        ("SOLE_TRADER", facts.sole_trader),
        ("SINGLE_TAXABLE", invoice and facts.single_taxable),
        ("FRANCHISE", facts.franchise),
        ("EXCLUDED_DEPARTMENT", facts.excluded_department and not facts.franchise),
        ("REVERSE_CHARGE", invoice and facts.reverse_charge),
        ("SELF_BILLED", invoice and facts.self_billed),
        ("DEBITS_OPTION", invoice and facts.debits_option and facts.services and facts.taxed),
        (nature, invoice and (facts.goods or facts.services)),
        ("LATE_PENALTIES", business),
        ("RECOVERY_INDEMNITY", business),
        ("EARLY_DISCOUNT", business and facts.early_discount),
        ("NO_EARLY_DISCOUNT", business and not facts.early_discount),
        ("LATE_PENALTIES_PUBLIC", public),
        ("RECOVERY_INDEMNITY_PUBLIC", public),
        ("EARLY_DISCOUNT_PUBLIC", public and facts.early_discount),
        ("LEGAL_GUARANTEE", bill and facts.consumer and facts.guaranteed_goods),
        ("FREE_QUOTE", quote and facts.regulated and not facts.paid_quote),
        ("PAID_QUOTE", quote and facts.regulated and facts.paid_quote),
        ("ARRHES", quote and facts.advance_kind == "arrhes"),
        ("ACOMPTE", quote and facts.advance_kind == "acompte"),
        ("WITHDRAWAL_RIGHT", quote and facts.consumer and facts.withdrawal_applies),
        ("NO_PAYMENT_SEVEN_DAYS", quote and facts.consumer and facts.channel == "off_premises"),
    )
    return tuple(code for code, holds in wanted if holds)


def _nature(facts: MentionFacts) -> str:
    return "NATURE_GOODS" if facts.goods else "NATURE_SERVICES"
