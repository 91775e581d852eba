"""A craftsman's sale, from the quote to the paid final invoice and a credit note, as commands.

The business, the customer and the works are invented; the ledger is a training one, so that nothing of it passes for
a real sale. `make run` plays it, and the README follows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer, SetProfile
from ledger.domain.commands.payments import RecordPayment, RefundPayment
from ledger.domain.commands.quotes import AcceptWork, IssueQuote, SendQuote, SignQuote, ViewQuote
from ledger.domain.commands.sales import CreditInvoice, CreditLine, IssueFinalInvoice, SendInvoice
from ledger.domain.events.common import Address, Party
from ledger.domain.events.parties import Insurance, IssuerDetails
from ledger.domain.events.payments import Allocation
from ledger.domain.events.signatures import Evidence
from ledger.domain.opening import OpenLedger

SIREN = "123456782"  # valid by its key, and nobody's

PROFILE = SetProfile(
    siren=SIREN,
    siret="12345678200002",
    legal_form="SARL",
    vat_regime="normal_quarterly",
    price_basis="net",
    trades=("building",),
    main_activity="services",
    payment_days=30,
    late_penalty_bp=1215,
    details=IssuerDetails(
        name="Atelier Exemple",
        address=Address(lines=("12 rue des Copeaux",), postcode="69001", city="Lyon"),
        email="atelier@example.fr",
        phone="+33 4 00 00 00 00",
        capital="10 000 €",
        trade_register="RCS Lyon 123 456 782",
        vat_number="FR11123456782",
        insurance=Insurance(
            insurer="Assurance Exemple", contact="1 place Exemple, 69002 Lyon", area="France", contract="DEC-0001"
        ),
        mediator="Médiateur Exemple, 2 place Exemple, 75001 Paris, mediateur.example.fr",
        iban="FR7630006000011234567890189",
        guarantees="Garanties légales de conformité et des vices cachés; garantie décennale.",
        terms="Conditions générales remises avec le devis.",
    ),
)


def opening(name: str) -> OpenLedger:
    """Give the command that opens the demonstration ledger."""
    return OpenLedger(name=name, kind="training", establishment="00002", profile=PROFILE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sale: what happened in words, and what the ledger answered."""

    words: str
    result: dict[str, Any]


Play = Callable[[Command], dict[str, Any]]
"""Runs a command; raises when it is refused."""
Fingerprint = Callable[[str, int], str]
"""Gives the fingerprint of one version of a stream."""


def play_sale(play: Play, fingerprint: Fingerprint, today: str) -> list[Step]:
    """Play the whole sale and tell its steps; `today` is the ledger's current day."""
    steps: list[Step] = []

    def step(words: str, command: Command) -> dict[str, Any]:
        result = play(command)
        steps.append(Step(words, result))
        return result

    client = Party(
        name="Camille Exemple",
        address=Address(lines=("3 quai du Lierre",), postcode="69005", city="Lyon"),
        email="camille@example.fr",
    )
    customer = step("client enregistré", RegisterCustomer(kind="consumer", party=client))["customer"]
    quote = step("devis émis", _quote(customer))["quote"]
    step("devis envoyé", SendQuote(quote=quote, by="email"))
    step("devis consulté", ViewQuote(quote=quote))
    signed = step("devis signé", _signature(quote, fingerprint(f"quote:{quote}", 1)))
    deposit = signed["deposits"][0]
    paid = _payment("credit_transfer", signed["deposit_cents"][0], deposit, "deposit")
    step("acompte reçu", paid)
    works = AcceptWork(about=quote, about_kind="quote", on=today)
    step("travaux réceptionnés", works)
    final = step("facture finale émise, acompte déduit", IssueFinalInvoice(quote=quote))
    step("facture envoyée", SendInvoice(invoice=final["invoice"], by="email"))
    last = _payment("card", final["due_cents"], final["invoice"], "invoice")
    payment = step("solde encaissé", last)["payment"]
    credit = step("avoir: deux mètres de plinthe rendus", _credit(final["invoice"]))
    refund = RefundPayment(
        means="card",
        amount_cents=credit["refund_cents"],
        payment=payment,
        about=credit["credit_note"],
        about_kind="credit_note",
    )
    step("avoir remboursé", refund)
    return steps


def _quote(customer: str) -> IssueQuote:
    return IssueQuote(
        customer=customer,
        basis="net",
        channel="premises",
        special_order=True,
        lines=(
            LineInput(
                label="Pose de parquet chêne massif",
                quantity="20",
                unit="MTK",
                unit_price="50",
                rate_bp=1000,
                nature="services",
                purpose="labour_flat",
            ),
            LineInput(
                label="Plinthes chêne, fourniture",
                item="PLINTHE-CHENE",
                quantity="50",
                unit="MTR",
                unit_price="10",
                rate_bp=2000,
                nature="goods",
                purpose="material",
            ),
        ),
        reduced_rate_justified=True,
        texts=TextsInput(
            title="Parquet du salon",
            performance_place="3 quai du Lierre, 69005 Lyon",
            waste="Déchets de chantier: 0,5 m³ de bois, repris et portés en déchèterie professionnelle, inclus.",
            reduced_rate_statement="Local d'habitation achevé depuis plus de deux ans.",
            price_revision="Prix ferme et non révisable.",
            after_sales="Reprise des désordres signalés dans l'année.",
            works_description="Pose collée de parquet massif 20 m² et de plinthes.",
        ),
        starts_on=None,
        duration_days=3,
        schedule=(InstalmentInput(kind="acompte", share_bp=3000, trigger="signature", due_days=8),),
    )


def _signature(quote: str, shown: str) -> SignQuote:
    return SignQuote(
        quote=quote,
        document_version=1,
        fingerprint=shown,
        method="typed",
        reduced_rate_stated=True,
        evidence=Evidence(
            name_typed="Camille Exemple",
            consent_text="J'accepte ce devis et ses conditions; je certifie les mentions relatives au taux réduit.",
        ),
    )


def _payment(means: Any, cents: int, about: str, kind: Any) -> RecordPayment:
    allocation = Allocation(about=about, about_kind=kind, amount_cents=cents)
    return RecordPayment(means=means, amount_cents=cents, allocations=(allocation,))


def _credit(invoice: str) -> CreditInvoice:
    return CreditInvoice(invoice=invoice, cause="return", lines=(CreditLine(rank=2, quantity="2"),))
