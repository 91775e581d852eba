"""What a message may say about a document: its numbers, amounts, days and names, in the recipient's language.

Read from the ledger's states as they are now: a message tells how things stand when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.messages.words import ADVANCES, KINDS, MEANS
from ledger.domain.events.common import Party, Texts
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.streams.signature import SIGNATURE
from ledger.shell.closing import days_of
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from projections.documents.paper import Language
from projections.documents.words import formats

ABOUTS: Final = ("quote", "deposit", "invoice", "credit_note", "receipt", "signature")
"""What a message may be about, in the order in which an id is looked for."""


@dataclass(frozen=True, slots=True)
class Person:
    """The customer of a document, as far as it is known and not erased."""

    name: str = ""
    email: str = ""
    language: Language = "fr"
    agrees: bool = True  # consent to messages was not withdrawn


@dataclass(frozen=True, slots=True)
class Told:
    """One document as messages tell it: its facts, its customer, and the contract it belongs to."""

    kind: str
    about: str
    facts: Mapping[str, str] = field(default_factory=dict)
    quote: str | None = None


def business_facts(service: Service, ledger: str) -> dict[str, str]:
    """Give the business's name, address and telephone; empty where they are not known."""
    issuer = service.state(ledger, ISSUER, "self")
    profile = issuer.profile if issuer is not None else None
    details = profile.details if profile is not None else None
    if profile is None or details is None:
        return {"business_name": "", "business_email": "", "business_phone": "", "business_legal": ""}
    return {
        "business_legal": _legal(details.name, profile.sole_trader, profile.siren),
        "business_name": details.trade_name or details.name,
        "business_email": details.email or "",
        "business_phone": details.phone or "",
    }


def _legal(name: str, sole_trader: bool, siren: str) -> str:
    """Write who the business is in law, as letters must say it: name, EI, SIREN (C. com. R123-237, R526-27)."""
    return f"{name}{' EI' if sole_trader and not name.endswith(' EI') else ''}, SIREN {siren}"


def accent_of(service: Service, ledger: str) -> str:
    """Give the business's colour, or nothing."""
    issuer = service.state(ledger, ISSUER, "self")
    return issuer.brand.accent or "" if issuer is not None and issuer.brand is not None else ""


class Teller:
    """Tells documents of one ledger in one language. Reads states; keeps nothing."""

    def __init__(self, service: Service, ledger: str, language: Language) -> None:
        """Tell documents of the ledger with this id."""
        self._service = service
        self._ledger = ledger
        self._language: Language = language
        register = service.register(ledger)
        self._currency = register.currency
        self._days = days_of(register)

    @property
    def today(self) -> str:
        """The business day of now."""
        return self._days.of(self._service.clock.now()).isoformat()

    def tell(self, about: str, kind: str | None = None) -> Told | None:
        """Tell a document by its id; its kind is found if it is not named. None for one that is not there."""
        for one in (kind,) if kind is not None else ABOUTS:
            try:
                told = self._of(about, "quote" if one == "contract" else one)
            except StreamPurged:
                return None
            if told is not None:
                return told
        return None

    def person(self, about: str, kind: str | None = None) -> Person:
        """Give the customer of a document: as it names them, else as they are known now."""
        told = self.tell(about, kind)
        if told is None:
            return Person()
        party, customer = self._party(told)
        state = self._service.state(self._ledger, CUSTOMER, customer) if customer is not None else None
        known = state.party if state is not None else None
        name = (party.name if party is not None else "") or (known.name if known is not None else "")
        email = (party.email if party is not None else "") or (known.email if known is not None else "")
        language: Language = state.language if state is not None else "fr"
        refused = state is not None and state.consents.get("messages") is False
        return Person(name or "", email or "", language, not refused)

    def money(self, cents: int, currency: str | None = None) -> str:
        """Write an amount."""
        return formats.money(cents, currency or self._currency, self._language)

    def day(self, day: str) -> str:
        """Write a day."""
        return formats.day(day, self._language)

    def word(self, pair: tuple[str, str]) -> str:
        """Give the one of two languages."""
        return pair[0 if self._language == "fr" else 1]

    def named(self, kind: str, number: str) -> str:
        """Write a document with its number: `le devis D-00012`."""
        word = self.word(KINDS[kind])
        return f"{word} {number}" if number else word

    def means(self, means: str) -> str:
        """Write a means of payment."""
        return self.word(MEANS.get(means, MEANS["other"]))

    # ---- each kind

    def _of(self, about: str, kind: str) -> Told | None:
        match kind:
            case "quote":
                return self._quote(about)
            case "deposit":
                return self._deposit(about)
            case "invoice":
                return self._invoice(about)
            case "credit_note":
                return self._credit_note(about)
            case "receipt":
                return self._receipt(about)
            case "signature":
                return self._signature(about)
        return None

    def _quote(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, QUOTE, about)
        if state is None:
            return None
        document = state.current
        facts = {
            "number": document.number,
            "quote_number": document.number,
            "document": self.named("quote", document.number),
            "title": _title(document.texts),
            "amount": self.money(state.gross_cents, document.currency),
            "issued_on": self.day(document.issued_on),
            "valid_until": self.day(document.valid_until),
            "customer_name": self._name(document.client, document.customer),
        }
        if state.contract is not None:
            facts["signed_on"] = self.day(state.contract.concluded_on)
        return Told("quote", about, facts, about)

    def _deposit(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, DEPOSIT, about)
        if state is None:
            return None
        asked = state.asked
        called, sentence = ADVANCES[asked.kind]
        facts = {
            "number": asked.number or "",
            "document": self.named("arrhes" if asked.kind == "arrhes" else "deposit", asked.number or ""),
            "title": _title(asked.texts),
            "amount": self.money(asked.amount_cents, asked.currency),
            "issued_on": self.day(asked.issued_on),
            "due_on": self.day(asked.due_on),
            "reference": asked.reference,
            "kind": self.word(called),
            "kind_sentence": self.word(sentence),
            "customer_name": self._name(asked.client, asked.customer),
        }
        self._owed(facts, state.to_pay_cents, asked.currency, asked.due_on)
        if asked.payable_from is not None and asked.payable_from > self.today:
            facts["payable_from"] = self.day(asked.payable_from)
        self._of_contract(facts, asked.quote)
        return Told("deposit", about, facts, asked.quote)

    def _invoice(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, INVOICE, about)
        if state is None:
            return None
        document = state.issued
        kind = "deposit_invoice" if document.kind == "deposit" else "invoice"
        facts = {
            "number": document.number,
            "document": self.named(kind, document.number),
            "title": _title(document.texts),
            "amount": self.money(document.totals.gross_cents, document.currency),
            "issued_on": self.day(document.issued_on),
            "due_on": self.day(document.due_on),
            "reference": document.number,
            "customer_name": self._name(document.client, document.customer),
        }
        deposit = self._paid_through(state)
        open_cents = deposit.to_pay_cents if deposit is not None else state.open_cents
        self._owed(facts, open_cents, document.currency, document.due_on)
        if deposit is not None:
            facts["reference"] = deposit.asked.reference
        allowed = deposit.asked.payable_from if deposit is not None else self._payment_from(document.quote)
        if allowed is not None and allowed > self.today:
            facts["payable_from"] = self.day(allowed)
        self._of_contract(facts, document.quote)
        return Told("invoice", about, facts, document.quote)

    def _credit_note(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, CREDIT_NOTE, about)
        if state is None:
            return None
        invoice = self._invoice(state.invoice) if state.invoice else None
        facts = {
            "number": state.number,
            "document": self.named("credit_note", state.number),
            "title": invoice.facts["title"] if invoice is not None else "",
            "amount": self.money(state.gross_cents, state.currency or None),
            "issued_on": self.day(state.issued_on),
            "customer_name": invoice.facts["customer_name"] if invoice is not None else "",
            "invoice_number": invoice.facts["number"] if invoice is not None else "",
            "invoice_on": invoice.facts["issued_on"] if invoice is not None else "",
        }
        if state.open_cents:
            facts["refund_amount"] = self.money(state.open_cents, state.currency or None)
        return Told("credit_note", about, facts, invoice.quote if invoice is not None else None)

    def _receipt(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, RECEIPT, about)
        if state is None:
            return None
        deposit = self._deposit(state.deposit) if state.deposit is not None else None
        facts = {
            "number": state.number,
            "document": self.named("receipt", state.number),
            "paid_amount": self.money(state.amount_cents),
            "amount": self.money(state.amount_cents),
            "issued_on": self.day(state.issued_on),
            "customer_name": deposit.facts["customer_name"] if deposit is not None else "",
        }
        return Told("receipt", about, facts, deposit.quote if deposit is not None else None)

    def _signature(self, about: str) -> Told | None:
        state = self._service.state(self._ledger, SIGNATURE, about)
        if state is None:
            return None
        thing = state.signed_thing
        if thing.kind == "quote" and thing.quote is not None:
            quote = self._quote(thing.quote)
            if quote is not None:
                return Told("signature", about, quote.facts, thing.quote)
        facts = {"document": self.word(KINDS["signature"]), "valid_until": self.day(state.expires_on)}
        return Told("signature", about, facts, None)

    # ---- parts

    def _paid_through(self, invoice: InvoiceState) -> DepositState | None:
        if invoice.pays_deposit is None:
            return None
        return self._service.state(self._ledger, DEPOSIT, invoice.pays_deposit)

    def _payment_from(self, quote: str | None) -> str | None:
        """Give the first day on which a contract may be paid, where the seven days hold (C. conso L221-10)."""
        sold = self._service.state(self._ledger, QUOTE, quote) if quote is not None else None
        return sold.contract.payment_from if sold is not None and sold.contract is not None else None

    def _owed(self, facts: dict[str, str], cents: int, currency: str, due_on: str) -> None:
        if not cents:
            return
        facts["open_amount"] = self.money(cents, currency)
        late = days_between(due_on, self.today)
        if late > 0:
            facts["days_late"] = self.word(("1 jour", "1 day") if late == 1 else (f"{late} jours", f"{late} days"))

    def _of_contract(self, facts: dict[str, str], quote: str | None) -> None:
        found = self._quote(quote) if quote is not None else None
        if found is not None:
            facts["quote_number"] = found.facts["number"]
            facts["title"] = facts["title"] or found.facts["title"]

    def _name(self, party: Party | None, customer: str | None) -> str:
        if party is not None:
            return party.name
        known = self._service.state(self._ledger, CUSTOMER, customer) if customer is not None else None
        return known.party.name if known is not None and known.party is not None else ""

    def _party(self, told: Told) -> tuple[Party | None, str | None]:
        """Give the party that a document names, and its customer's id."""
        service, ledger = self._service, self._ledger
        if told.kind == "invoice":
            invoice = service.state(ledger, INVOICE, told.about)
            return (invoice.issued.client, invoice.issued.customer) if invoice is not None else (None, None)
        if told.kind == "deposit":
            deposit = service.state(ledger, DEPOSIT, told.about)
            return (deposit.asked.client, deposit.asked.customer) if deposit is not None else (None, None)
        if told.kind == "credit_note":
            credit = service.state(ledger, CREDIT_NOTE, told.about)
            if credit is not None and credit.invoice:
                return self._party(Told("invoice", credit.invoice))
        if told.kind == "receipt":
            receipt = service.state(ledger, RECEIPT, told.about)
            if receipt is not None and receipt.deposit is not None:
                return self._party(Told("deposit", receipt.deposit))
            payment = service.state(ledger, PAYMENT, receipt.payment) if receipt is not None else None
            if payment is not None and payment.allocations:
                settled = payment.allocations[0]
                return self._party(Told(settled.about_kind, settled.about))
            return None, payment.customer if payment is not None else None
        quote: QuoteState | None = service.state(ledger, QUOTE, told.quote) if told.quote is not None else None
        return (quote.current.client, quote.current.customer) if quote is not None else (None, None)


def days_between(first: str, last: str) -> int:
    """Count the days from one day to another; negative when the second is earlier."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _title(texts: Texts | None) -> str:
    return texts.title or "" if texts is not None else ""


__all__ = ["ABOUTS", "Person", "Teller", "Told", "accent_of", "business_facts", "days_between"]
