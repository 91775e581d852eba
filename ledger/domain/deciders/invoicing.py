"""One invoice from its figures to its event: the client, the terms of payment, the mandatory mentions, the number.

Every kind of invoice (ordinary, from a contract, progress, final, deposit, recurring) is a `Draft` that `issue` turns
into `invoice.issued/1`. CGI ann. II art. 242 nonies A (mentions), C. com. L441-9 and L441-10 (business clients),
arrêté 83-50/A (an invoice for services to a consumer stands for the note).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from ledger.domain.commands.common import TextsInput
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import read_customer, read_issuer
from ledger.domain.deciders.parties import check_party
from ledger.domain.decision import Plan, World
from ledger.domain.events.common import Discount, Line, Party, Texts, VatRow
from ledger.domain.events.invoices import InvoiceIssued, InvoiceKind, Preceding, Prepaid
from ledger.domain.events.parties import ProfileSet
from ledger.domain.performance import performed_at
from ledger.domain.pricing import Priced, VatTerms, does_works, reduced_works
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.interest import RECOVERY_INDEMNITY_CENTS
from ledger.domain.regimes.fr.limits import FRENCH_TAX_TERRITORY, NOTE_THRESHOLD_CENTS
from ledger.domain.regimes.fr.mentions import (
    SMALL_INVOICE_CENTS,
    MentionFacts,
    check_mentions,
    required,
    statements_for,
)
from ledger.domain.regimes.fr.vat import EXCLUDED_DEPARTMENTS
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.types import Channel, CustomerKind, PriceBasis, SupplyPlace
from ledger.kernel.frozen import frozen

VatOn = Literal["receipt", "delivery", "debit", "mixed", "none"]

BUSINESS_TERM_DAYS = 60
"""Longest term of payment between professionals, from the invoice's date (C. com. L441-10 I)."""

MONTH_END_TERM_DAYS = 45
"""The other term they may agree: so many days after the end of the month (C. com. L441-10 I)."""


@frozen
class Buyer:
    """To whom a document is made out; without customer and party: a consumer over the counter."""

    customer: str | None
    kind: CustomerKind
    country: str
    payment_days: int | None
    party: Party | None


_COUNTER = Buyer(None, "consumer", "FR", 0, None)


def read_buyer(world: World, customer: str | None, client: Party | None, place: str = "") -> Buyer | Refusal:
    """Give the client of a document: a registered one, one that is only named, or nobody over the counter.

    A named client with a SIREN or a VAT number is a business. When both are given, the name printed is the second.
    """
    if customer is not None:
        state = read_customer(world, customer, f"{place}/customer")
        if isinstance(state, Refusal):
            return state
        refused = check_party(client, f"{place}/client") if client is not None else None
        return refused or Buyer(customer, state.kind, state.country, state.payment_days, client or state.party)
    if client is None:
        return _COUNTER
    refused = check_party(client, f"{place}/client")
    if refused is not None:
        return refused
    business = client.siren is not None or client.vat_number is not None
    country = client.address.country if client.address is not None else "FR"
    return Buyer(None, "business" if business else "consumer", country, None, client)


@dataclass(slots=True, kw_only=True)
class Draft:
    """An invoice before it is issued: what its kind and its figures decide."""

    kind: InvoiceKind
    buyer: Buyer
    basis: PriceBasis
    supply_place: SupplyPlace
    priced: Priced
    texts: TextsInput
    discount: Discount | None = None
    channel: Channel = "premises"
    supplied_on: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    prepaid: tuple[Prepaid, ...] = ()
    paid_cents: int = 0  # deposit invoices: what came in before
    due_on: str | None = None
    payment_days: int | None = None
    early_discount_bp: int | None = None
    statement_given: bool = False  # the client's reduced-rate statement stands on the signed quote
    unnamed: bool = False
    quote: str | None = None
    deposit: str | None = None
    subscription: str | None = None
    preceding: tuple[Preceding, ...] = ()
    order_reference: str | None = None
    reference: str | None = None
    series: str | None = None
    place: str = ""  # JSON Pointer of the command within what was asked


def vat_terms(profile: ProfileSet, place: SupplyPlace, on: date, kind: CustomerKind, statement: bool) -> VatTerms:
    """Say under which terms an issuer's lines are taxed on a day."""
    trades = profile.trades
    return VatTerms(place, profile.vat_regime, on, does_works(trades), statement, kind, untold=not trades)


def issue(plan: Plan, identifier: str, draft: Draft) -> InvoiceIssued | Refusal:
    """Issue an invoice: check its mentions, give it its number, emit it; the caller links it to its contract."""
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    issuer, profile = found
    nature = natures(draft.priced.vat, draft.priced.lines)
    mentions = _mentions(plan, profile, draft, nature)
    if isinstance(mentions, Refusal):
        return mentions
    due_on = _due_on(plan.today, profile, draft)
    if isinstance(due_on, Refusal):
        return due_on
    deposit = draft.kind == "deposit"
    numbered = plan.number("deposit_invoice" if deposit else "invoice", draft.series)
    if isinstance(numbered, Refusal):
        return numbered
    priced, buyer, register = draft.priced, draft.buyer, plan.register
    refused = _check_platform_form(buyer, register.currency, numbered.number, draft.place)
    if refused is not None:
        return refused
    taken = sum(each.amount_cents + each.interest_cents for each in draft.prepaid) + draft.paid_cents
    due_cents = priced.totals.gross_cents - taken
    early_discount = _early_discount(profile, draft)
    event = InvoiceIssued(
        kind=draft.kind,
        type_code="386" if deposit else "380",
        series=numbered.series,
        n=numbered.n,
        number=numbered.number,
        issued_on=plan.today.isoformat(),
        till=register.till,
        issuer_version=issuer.version,
        customer=buyer.customer,
        customer_kind=buyer.kind,
        customer_country=buyer.country,
        currency=register.currency,
        basis=draft.basis,
        supply_place=draft.supply_place,
        channel=draft.channel,
        supplied_on=draft.supplied_on,
        period_start=draft.period_start,
        period_end=draft.period_end,
        lines=priced.lines,
        discount=draft.discount,
        vat=priced.vat,
        totals=priced.totals,
        prepaid=draft.prepaid,
        due_cents=due_cents,
        due_on=due_on,
        early_discount_bp=early_discount,
        early_discount_days=profile.early_discount_days if early_discount is not None else None,
        late_penalty_bp=profile.late_penalty_bp if buyer.kind == "business" else None,
        recovery_indemnity_cents=RECOVERY_INDEMNITY_CENTS if buyer.kind != "consumer" else 0,
        vat_on="receipt" if deposit and _taxed(priced.vat) else vat_on(priced.vat, nature, profile.debits_option),
        quote=draft.quote,
        deposit=draft.deposit,
        subscription=draft.subscription,
        preceding=draft.preceding,
        mentions=mentions,
        frame=_FRAMES[nature] + _frame_digit(draft, due_cents),
        order_reference=draft.order_reference,
        reference=draft.reference,
        client=buyer.party,
        texts=texts_of(draft.texts, priced.labels),
    )
    plan.emit(INVOICE, identifier, event)
    return event


def answer(identifier: str, event: InvoiceIssued) -> dict[str, Any]:
    """Give what the answer to an issued invoice holds."""
    return {
        "invoice": identifier,
        "number": event.number,
        "net_cents": event.totals.net_cents,
        "vat_cents": event.totals.vat_cents,
        "gross_cents": event.totals.gross_cents,
        "due_cents": event.due_cents,
        "due_on": event.due_on,
    }


# --- what is sold


Natures = tuple[bool, bool]
"""Whether a document is for goods, and whether it is for services."""

ZeroRated = tuple[bool, bool, bool]
"""Whether a document has rows under reverse charge (AE), within the Union (K), for export (G)."""

_FRAMES: dict[Natures, str] = {(True, False): "B", (False, True): "S", (True, True): "M", (False, False): "S"}
"""First letter of EN 16931 BT-23 in the French frame (BR-FR-08): goods, services, both."""


def natures(rows: tuple[VatRow, ...], lines: Sequence[Line] = ()) -> Natures:
    """Say whether a document is for goods and for services (CGI ann. II 242 nonies A I 8° bis)."""
    if lines:
        goods = services = False
        for line in lines:
            if line.nature == "goods":
                goods = True
            else:
                services = True
        return goods, services
    goods = any(row.goods_base_cents for row in rows)
    return goods, any(row.base_cents != row.goods_base_cents for row in rows)


def vat_on(rows: tuple[VatRow, ...], nature: Natures, debits_option: bool) -> VatOn:
    """Say when the VAT falls due (CGI 269-2): goods on delivery, services on receipt or, by option, on debits."""
    if not _taxed(rows):
        return "none"
    goods, services = nature
    if goods and services:
        return "mixed"
    if goods:
        return "delivery"
    return "debit" if debits_option else "receipt"


def _taxed(rows: tuple[VatRow, ...]) -> bool:
    return any(row.rate_bp for row in rows)


def _frame_digit(draft: Draft, due_cents: int) -> str:
    """Second character of BT-23: 1 an invoice, 2 already paid, 4 final after deposits (never on a 386)."""
    if draft.kind == "deposit":
        return "1" if due_cents else "2"
    return "4" if draft.prepaid else "1"


# --- terms of payment


def _due_on(today: date, profile: ProfileSet, draft: Draft) -> str | Refusal:
    """Give the due date; a business's is within the legal term, a deposit invoice keeps that of its request."""
    buyer = draft.buyer
    if draft.due_on is None:
        days = draft.payment_days
        if days is None:
            days = buyer.payment_days
        if days is None:  # a consumer pays on receipt unless something else was agreed
            days = 0 if buyer.kind == "consumer" else profile.payment_days
        due = today + timedelta(days=days) if days else today
    else:
        given = read_any_day(draft.due_on, f"{draft.place}/due_on")
        if isinstance(given, Refusal):
            return given
        due = given
    if due < today and draft.kind != "deposit":
        return refuse("DUE_BEFORE_ISSUE", f"{draft.place}/due_on", due_on=due, issued_on=today)
    if buyer.kind == "business" and (due - today).days > BUSINESS_TERM_DAYS:
        longest = _longest_term(today)
        if due > longest:
            return refuse("PAYMENT_TERM_TOO_LONG", f"{draft.place}/due_on", due_on=due, longest_on=longest)
    return due.isoformat()


def _longest_term(issued_on: date) -> date:
    month_end = issued_on.replace(day=monthrange(issued_on.year, issued_on.month)[1])
    return max(issued_on + timedelta(days=BUSINESS_TERM_DAYS), month_end + timedelta(days=MONTH_END_TERM_DAYS))


def _early_discount(profile: ProfileSet, draft: Draft) -> int | None:
    """Give the early-payment discount: the contract's, else for business clients the issuer's."""
    if draft.kind == "deposit":
        return None
    if draft.early_discount_bp is not None:
        return draft.early_discount_bp
    return profile.early_discount_bp if draft.buyer.kind != "consumer" else None


def _check_platform_form(buyer: Buyer, currency: str, number: str, place: str) -> Refusal | None:
    """Refuse what no electronic invoice to a French business may be: it would be issued, and no file could be made.

    VAT in euros (BR-FR-CO-12) needs a rate of exchange, which entries do not hold; a number has no space (BR-FR-02).
    """
    known = buyer.party is not None and buyer.party.siren is not None
    if buyer.kind == "consumer" or not known or buyer.country not in FRENCH_TAX_TERRITORY:
        return None
    if currency != "EUR":
        return refuse("VAT_IN_EUROS_MISSING", place, currency=currency)
    if " " in number:
        return refuse("NUMBER_WITH_SPACE", f"{place}/series", number=number)
    return None


# --- mandatory mentions


@lru_cache(maxsize=4096)
def _facts(
    document: Literal["invoice", "deposit_invoice", "note"],
    on: date,
    customer_kind: CustomerKind,
    customer_country: str,
    above_small: bool,
    nature: Natures,
    rows: Natures,
    zero_rated: ZeroRated,
    profile_key: tuple[tuple[str, ...], str, bool, str, bool, str],
    reduced: bool,
    early_discount: bool,
    unnamed: bool,
    training: bool,
) -> tuple[MentionFacts, tuple[str, ...], tuple[str, ...]]:
    """Give the facts of a document, the mentions its data must fill and the sentences it prints.

    Most documents of a day share them, so they are worked out once.
    """
    trades, firm_size, sole_trader, regime, debits_option, supply_place = profile_key
    taxed, exempt = rows
    facts = MentionFacts(
        document=document,
        on=on,
        customer_kind=customer_kind,
        customer_country=customer_country,
        net_cents=SMALL_INVOICE_CENTS + 1 if above_small else SMALL_INVOICE_CENTS,
        goods=nature[0],
        services=nature[1],
        trades=frozenset(trades),
        firm_size=firm_size,  # type: ignore[arg-type] # comes from a profile, which holds these words only
        sole_trader=sole_trader,
        taxed=taxed,
        franchise=regime == "franchise",
        excluded_department=supply_place in EXCLUDED_DEPARTMENTS,
        exempt=exempt,
        reverse_charge=zero_rated[0],
        intra_community=zero_rated[1],
        export=zero_rated[2],
        debits_option=debits_option,
        reduced_rate_works=reduced,
        early_discount=early_discount,
        client_objects_to_name=unnamed,
        training=training,
    )
    return facts, tuple(one.code for one in required(facts)), statements_for(facts)


def _mentions(plan: Plan, profile: ProfileSet, draft: Draft, nature: Natures) -> tuple[str, ...] | Refusal:
    """Refuse an invoice that lacks a mandatory mention; give the codes of the sentences it prints."""
    priced, buyer = draft.priced, draft.buyer
    taxed = exempt = False
    categories = {row.category for row in priced.vat}
    services_cents = 0
    for row in priced.vat:
        if row.rate_bp:
            taxed = True
        else:
            exempt = True
        services_cents += row.base_cents + row.vat_cents - row.goods_base_cents - row.goods_vat_cents
    reduced = reduced_works(priced.lines, profile.trades, draft.supply_place, plan.today)
    common = (
        plan.today,
        buyer.kind,
        buyer.country,
        priced.totals.net_cents > SMALL_INVOICE_CENTS,
        nature,
        (taxed, exempt),
        ("AE" in categories, "K" in categories, "G" in categories),
        (
            profile.trades,
            profile.firm_size,
            profile.sole_trader,
            profile.vat_regime,
            profile.debits_option,
            draft.supply_place,
        ),
        reduced,
        _early_discount(profile, draft) is not None,
        draft.unnamed,
        plan.register.kind == "training",
    )
    facts, wanted, statements = _facts("deposit_invoice" if draft.kind == "deposit" else "invoice", *common)
    refusal = _lacking(facts, wanted, profile, draft)
    stands_for_note = buyer.kind == "consumer" and draft.kind != "deposit" and services_cents >= NOTE_THRESHOLD_CENTS
    if refusal is None and stands_for_note:
        facts, wanted, _ = _facts("note", *common)  # the invoice stands for the note (arrêté 83-50/A)
        refusal = _lacking(facts, wanted, profile, draft)
    return statements if refusal is None else refusal


def _lacking(facts: MentionFacts, wanted: tuple[str, ...], profile: ProfileSet, draft: Draft) -> Refusal | None:
    for code in wanted:
        if not _holds(code, profile, draft):
            present = [one for one in wanted if _holds(one, profile, draft)]
            return check_mentions(facts, present, f"{draft.place}{_PLACES.get(code, '')}")
    return None


def _holds(code: str, profile: ProfileSet, draft: Draft) -> bool:
    """Say whether an invoice's data fill a mention; those that the event bears by construction always do."""
    details, party = profile.details, draft.buyer.party
    match code:
        case "ISSUER_NAME_ADDRESS":
            return details is not None
        case "ISSUER_VAT_NUMBER":
            return details is not None and details.vat_number is not None
        case "DECENNIAL_INSURANCE":
            return details is not None and details.insurance is not None
        case "LATE_PENALTY_RATE":
            return profile.late_penalty_bp is not None
        case "CLIENT_NAME":
            return party is not None
        case "CLIENT_NAME_ADDRESS":
            return party is not None and party.address is not None
        case "CLIENT_SIREN":
            return party is not None and party.siren is not None
        case "CLIENT_VAT_NUMBER":
            return party is not None and party.vat_number is not None
        case "REDUCED_RATE_STATEMENT":
            return draft.statement_given or draft.texts.reduced_rate_statement is not None
        case "PERFORMANCE_PLACE":
            return place_recorded(party, draft.texts, draft.channel, draft.supply_place, profile)
        case _:
            return True


_PLACES = {
    "CLIENT_NAME": "/client",
    "CLIENT_NAME_ADDRESS": "/client",
    "CLIENT_SIREN": "/client",
    "CLIENT_VAT_NUMBER": "/client",
    "REDUCED_RATE_STATEMENT": "/texts/reduced_rate_statement",
    "PERFORMANCE_PLACE": "/texts/performance_place",
}


def place_recorded(
    party: Party | None, texts: TextsInput, channel: Channel, supply_place: SupplyPlace, profile: ProfileSet
) -> bool:
    """Say whether something recorded tells where services were performed (arrêté 83-50/A)."""
    where = performed_at(
        stated=texts.performance_place is not None,
        delivery=party is not None and party.delivery_address is not None,
        home=party.address if party is not None else None,
        channel=channel,
        supply_place=supply_place,
        issuer_place=profile.supply_place,
    )
    return where is not None


def texts_of(given: TextsInput, labels: tuple[str, ...]) -> Texts:
    """Put a document's free words and the labels of its lines together."""
    if given is NO_TEXTS or given == NO_TEXTS:
        return Texts(lines=labels)
    return Texts(
        title=given.title,
        lines=labels,
        notes=given.notes,
        terms=given.terms,
        price_revision=given.price_revision,
        waste=given.waste,
        after_sales=given.after_sales,
        performance_place=given.performance_place,
        reduced_rate_statement=given.reduced_rate_statement,
        works_description=given.works_description,
    )


NO_TEXTS = TextsInput()
"""No words."""
