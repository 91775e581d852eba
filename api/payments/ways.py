"""What a customer can pay a document by: a provider's page, or a transfer from their own bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ledger.domain.advances import reference_of
from ledger.domain.events.payments import PayableKind
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.issuer import ISSUER
from ledger.shell.service import Service
from projections.documents.pages.codes import epc_payload


@dataclass(frozen=True, slots=True)
class Online:
    """A provider's own page. `ways` are its names of what it offers there, such as `card`."""

    provider: str
    ways: tuple[str, ...]
    test_mode: bool
    kind: Literal["online"] = "online"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer from the customer's bank: what to type, and what the bank's application reads (EPC069-12).

    `payload` is None where the standard cannot hold it and on a training ledger, where nobody pays for good.
    """

    beneficiary: str
    iban: str
    bic: str | None
    reference: str | None
    amount_cents: int | None
    payload: str | None
    training: bool
    kind: Literal["transfer"] = "transfer"


Way: TypeAlias = Online | Transfer
"""One way to pay."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a document asks for, as far as paying it is concerned."""

    amount_cents: int  # not paid yet
    reference: str  # to be told to the bank
    currency: str
    title_fr: str
    title_en: str


def payable_of(service: Service, ledger: str, about: str, about_kind: PayableKind) -> tuple[str, PayableKind]:
    """Give what money for a document is put to: a deposit invoice (386) stands for its deposit."""
    invoice = service.state(ledger, INVOICE, about) if about_kind == "invoice" else None
    if invoice is not None and invoice.pays_deposit is not None:
        return invoice.pays_deposit, "deposit"
    return about, about_kind


def due_of(service: Service, ledger: str, about: str, about_kind: PayableKind) -> Due | None:
    """Give what is due for a document, and under which reference; None for one that the ledger does not have."""
    if about_kind == "invoice":
        invoice = service.state(ledger, INVOICE, about)
        if invoice is None:
            return None
        if invoice.pays_deposit is not None:
            found = due_of(service, ledger, invoice.pays_deposit, "deposit")
            if found is None:
                return None
            number = invoice.issued.number
            titles = f"Facture d'acompte {number}", f"Deposit invoice {number}"
            return Due(found.amount_cents, reference_of(number), found.currency, *titles)
        number, currency = invoice.issued.number, invoice.issued.currency
        return Due(invoice.open_cents, reference_of(number), currency, f"Facture {number}", f"Invoice {number}")
    deposit = service.state(ledger, DEPOSIT, about)
    if deposit is None:
        return None
    asked = deposit.asked
    words = ("Arrhes", "Deposit (arrhes)") if asked.kind == "arrhes" else ("Acompte", "Deposit (acompte)")
    titles = f"{words[0]} {asked.reference}", f"{words[1]} {asked.reference}"
    return Due(deposit.to_pay_cents, asked.reference, asked.currency, *titles)


def transfer_of(service: Service, ledger: str, due: Due | None, amount_cents: int | None = None) -> Transfer | None:
    """Give the way of a transfer; None where the issuer has no IBAN. Without a document, no reference and no code."""
    issuer = service.state(ledger, ISSUER, "self")
    details = issuer.profile.details if issuer is not None and issuer.profile is not None else None
    if details is None or not details.iban:
        return None
    training = service.register(ledger).kind == "training"
    wanted = amount_cents if amount_cents is not None or due is None else due.amount_cents
    payload = None
    if due is not None and wanted is not None and due.currency == "EUR" and not training:
        payload = epc_payload(details.name, details.iban, details.bic, wanted, due.reference)
    reference = due.reference if due is not None else None
    return Transfer(details.name, details.iban, details.bic, reference, wanted, payload, training)
