"""What one version of a quote says: its terms, figures, schedule and mandatory mentions, from what was typed.

Mentions: arrêté of 24 January 2017, C. conso L111-1 (`regimes.fr.mentions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.domain import contracts
from ledger.domain.advances import resolve, schedule_of, schedule_of_policy, told_kind
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.quotes import (
    QuoteInput,
)
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import read_customer, read_issuer
from ledger.domain.decision import World
from ledger.domain.events.common import Discount, Instalment, Line, MilestoneName, Texts, Totals, VatRow
from ledger.domain.events.parties import IssuerDetails, ProfileSet
from ledger.domain.events.quotes import (
    EarlyPaymentException,
)
from ledger.domain.pricing import VatTerms, does_works, price, reduced_works
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.mentions import MentionFacts, check_mentions, statements_for
from ledger.domain.regimes.fr.vat import EXCLUDED_DEPARTMENTS
from ledger.domain.streams.customer import CustomerState
from ledger.domain.streams.issuer import IssuerState
from ledger.domain.streams.quote import counted_ranks
from ledger.domain.types import PriceBasis, SupplyPlace

VALIDITY_DAYS = 30
"""How long a quote is good for unless it says otherwise; the law sets no length."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a quote rests on besides the command: the issuer, its customer, and the terms they settle."""

    issuer: IssuerState
    profile: ProfileSet
    customer: CustomerState
    basis: PriceBasis
    place: SupplyPlace
    trades: tuple[str, ...]
    valid_until: date
    exception: EarlyPaymentException | None
    protected: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """A quote's lines, figures as no choice is made, and the labels of its lines."""

    lines: tuple[Line, ...]
    vat: tuple[VatRow, ...]
    totals: Totals
    labels: tuple[str, ...]


def draw(command: QuoteInput, world: World, *, amendment: bool) -> dict[str, Any] | Refusal:
    """Settle every member of a version but its number, or say which rule forbids it."""
    if len(set(command.attachments)) < len(command.attachments):
        return refuse("QUOTE_ATTACHMENTS", "/attachments")
    if command.attachment_names and len(command.attachment_names) != len(command.attachments):
        return refuse("QUOTE_ATTACHMENTS", "/attachment_names")
    terms = _terms(command, world)
    if isinstance(terms, Refusal):
        return terms
    priced = _price(command, terms, world.today, amendment)
    if isinstance(priced, Refusal):
        return priced
    withdrawal = contracts.withdrawal_status(
        terms.protected,
        command.channel,
        urgent_repair=command.urgent_repair,
        special_order=command.special_order,
        lines=priced.lines,
    )
    schedule = _schedule(command, terms, priced, amendment)
    if isinstance(schedule, Refusal):
        return schedule
    mentions = _mentions(command, terms, priced, schedule, withdrawal, world)
    if isinstance(mentions, Refusal):
        return mentions
    return {
        "issued_on": world.today.isoformat(),
        "valid_until": terms.valid_until.isoformat(),
        "issuer_version": terms.issuer.version,
        "customer": command.customer,
        "customer_kind": terms.customer.kind,
        "customer_country": terms.customer.country,
        "currency": world.register.currency,
        "basis": terms.basis,
        "supply_place": terms.place,
        "channel": command.channel,
        "online": command.online,
        "special_order": command.special_order,
        "early_payment_exception": terms.exception,
        "withdrawal": withdrawal,
        "trades": terms.trades,
        "lines": priced.lines,
        "discount": command.discount,
        "vat": priced.vat,
        "totals": priced.totals,
        "starts_on": command.starts_on,
        "duration_days": command.duration_days,
        "fee_cents": command.fee_cents,
        "schedule": schedule,
        "payment_days": _payment_days(command, terms),
        "early_discount_bp": command.early_discount_bp,
        "recurring": command.recurring,
        "mentions": mentions,
        "attachments": command.attachments,
        "reference": command.reference,
        "client": terms.customer.party,
        "texts": _texts(command, priced.labels),
    }


def _terms(command: QuoteInput, world: World) -> Drawn | Refusal:
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    issuer, profile = found
    customer = read_customer(world, command.customer)
    if isinstance(customer, Refusal):
        return customer
    valid_until = world.today + timedelta(days=VALIDITY_DAYS)
    if command.valid_until is not None:
        given = read_any_day(command.valid_until, "/valid_until")
        if isinstance(given, Refusal):
            return given
        valid_until = given
    if valid_until < world.today:
        return refuse("QUOTE_VALIDITY_IN_PAST", "/valid_until", valid_until_on=valid_until, issued_on=world.today)
    if command.starts_on is not None:
        starts = read_any_day(command.starts_on, "/starts_on")
        if isinstance(starts, Refusal):
            return starts
    protected = contracts.is_protected(customer.kind, customer.small_business, command.channel)
    if not protected and (command.urgent_repair or command.early_payment_exception is not None):
        return refuse("CONSUMER_RULE_FOR_BUSINESS", "/urgent_repair" if command.urgent_repair else _EXCEPTION)
    exception = command.early_payment_exception or ("urgent_repair" if command.urgent_repair else None)
    return Drawn(
        issuer=issuer,
        profile=profile,
        customer=customer,
        basis=command.basis or profile.price_basis,
        place=command.supply_place or profile.supply_place,
        trades=command.trades if command.trades is not None else profile.trades,
        valid_until=valid_until,
        exception=exception if command.channel == "off_premises" else None,
        protected=protected,
    )


_EXCEPTION = "/early_payment_exception"


def _payment_days(command: QuoteInput, terms: Drawn) -> int:
    """Give the days to pay: the quote's, the customer's, or the issuer's; a consumer pays at once."""
    if command.payment_days is not None:
        return command.payment_days
    if terms.customer.payment_days is not None:
        return terms.customer.payment_days
    return 0 if terms.customer.kind == "consumer" else terms.profile.payment_days


# --- figures


def _price(command: QuoteInput, terms: Drawn, on: date, amendment: bool) -> Priced | Refusal:
    """Price the lines; options and variants do not count until they are chosen."""
    refused = contracts.check_groups_of(command.lines)
    if refused is not None:
        return refused
    vat_terms = VatTerms(
        place=terms.place,
        regime=terms.profile.vat_regime,
        on=on,
        works=does_works(terms.trades),
        untold=not terms.trades,
        statement=command.reduced_rate_justified or command.texts.reduced_rate_statement is not None,
        customer_kind=terms.customer.kind,
    )
    listed = _listed(command.lines, terms.basis, vat_terms, amendment)
    if isinstance(listed, Refusal):
        return listed
    figures = contracts.price_counted(listed, terms.basis, command.discount, ())
    if isinstance(figures, Refusal):
        return figures
    nets = dict(zip(counted_ranks(listed, ()), (each.net_cents for each in figures.lines), strict=True))
    priced = tuple(replace(line, net_cents=nets.get(rank, line.net_cents)) for rank, line in enumerate(listed, 1))
    return Priced(priced, figures.vat, figures.totals, tuple(line.label for line in command.lines))


def _listed(
    lines: tuple[LineInput, ...], basis: PriceBasis, vat_terms: VatTerms, amendment: bool
) -> tuple[Line, ...] | Refusal:
    """Settle each line by itself; a change order may take away more than it adds, and is then read in the mirror."""
    listed = price(lines, basis, vat_terms)
    if not isinstance(listed, Refusal):
        return listed.lines
    if listed.code != "TOTAL_NEGATIVE" or not amendment:
        return listed
    turned = tuple(replace(line, quantity=contracts.negated(line.quantity)) for line in lines)
    mirror = price(turned, basis, vat_terms)
    return mirror if isinstance(mirror, Refusal) else tuple(contracts.mirrored_line(line) for line in mirror.lines)


def _schedule(command: QuoteInput, terms: Drawn, priced: Priced, amendment: bool) -> tuple[Instalment, ...] | Refusal:
    """Give the planned instalments: those asked for, else the business's policy; within the lowest total possible."""
    kind, special = terms.customer.kind, command.special_order
    lowest = _lowest(priced, terms.basis, command.discount)
    if isinstance(lowest, Refusal):
        return lowest
    planned: tuple[Instalment, ...] | Refusal
    if command.schedule is not None:
        planned = schedule_of(command.schedule, kind, special)
    elif amendment:
        planned = ()
    else:
        planned = schedule_of_policy(terms.issuer.deposit_rules, lowest, kind, terms.customer.risk, special)
    if isinstance(planned, Refusal) or not planned:
        return planned
    fits = resolve(planned, lowest)
    shown = resolve(planned, priced.totals.gross_cents)
    return fits if isinstance(fits, Refusal) or isinstance(shown, Refusal) else shown


def _lowest(priced: Priced, basis: PriceBasis, discount: Discount | None) -> int | Refusal:
    """Give the lowest total (TTC) that a choice can make."""
    if all(line.choice is None for line in priced.lines):
        return priced.totals.gross_cents
    figures = contracts.price_counted(priced.lines, basis, discount, contracts.cheapest_choice(priced.lines))
    return figures if isinstance(figures, Refusal) else figures.totals.gross_cents


# --- mentions and texts


def _mentions(
    command: QuoteInput,
    terms: Drawn,
    priced: Priced,
    schedule: tuple[Instalment, ...],
    withdrawal: contracts.Withdrawal,
    world: World,
) -> tuple[str, ...] | Refusal:
    """Check the mandatory mentions, and give the codes of the sentences that the quote prints."""
    natures = {line.nature for line in priced.lines}
    ban = contracts.payment_from(terms.protected, command.channel, terms.exception, world.today) is not None
    facts = MentionFacts(
        document="quote",
        on=world.today,
        customer_kind=terms.customer.kind,
        customer_country=terms.customer.country,
        net_cents=priced.totals.net_cents,
        goods="goods" in natures,
        services="services" in natures,
        trades=frozenset(terms.trades),
        firm_size=terms.profile.firm_size,
        sole_trader=terms.profile.sole_trader,
        taxed=any(row.category == "S" for row in priced.vat),
        franchise=terms.profile.vat_regime == "franchise",
        excluded_department=terms.place in EXCLUDED_DEPARTMENTS,
        debits_option=terms.profile.debits_option,
        reduced_rate_works=reduced_works(priced.lines, terms.trades, terms.place, world.today),
        travel_costs=any(line.purpose == "travel" for line in priced.lines),
        price_revisable=command.texts.price_revision is not None,
        paid_quote=command.fee_cents > 0,
        channel=command.channel,
        online=command.online,
        withdrawal_applies=withdrawal == "applies",
        advance_kind=told_kind(schedule),
        early_discount=bool(command.early_discount_bp),
        training=world.register.kind == "training",
    )
    refused = check_mentions(facts, _present(command, terms))
    if refused is not None:
        return refused
    own = {"WITHDRAWAL_RIGHT": withdrawal == "applies", "NO_PAYMENT_SEVEN_DAYS": ban}
    printed = [code for code in statements_for(facts) if code not in own]
    return (*printed, *(code for code, holds in own.items() if holds))


def _present(command: QuoteInput, terms: Drawn) -> frozenset[str]:
    """Say which mentions the data hold. The withdrawal form and function are ours: every such quote has them."""
    details, party, texts = terms.profile.details, terms.customer.party, command.texts
    issuer = _issuer_mentions(details) if details is not None else {}
    place = texts.performance_place or (party.delivery_address if party is not None else None)
    held = {
        **issuer,
        "CLIENT_NAME": party is not None,
        "PERFORMANCE_PLACE": place is not None,
        "PERFORMANCE_DATE": command.starts_on is not None
        or command.duration_days is not None
        or command.recurring is not None,
        "PRICE_REVISION": texts.price_revision is not None,
        "WASTE": texts.waste is not None,
        "REDUCED_RATE_STATEMENT": command.reduced_rate_justified or texts.reduced_rate_statement is not None,
        "GUARANTEES": issuer.get("GUARANTEES", False) or texts.after_sales is not None,
        **dict.fromkeys(("LINE_DETAIL", "TRAVEL_COSTS", "VALIDITY", "QUOTE_FEE"), True),
        **dict.fromkeys(("WITHDRAWAL_FORM", "WITHDRAWAL_FUNCTION"), True),
    }
    return frozenset(code for code, is_there in held.items() if is_there)


def _issuer_mentions(details: IssuerDetails) -> dict[str, bool]:
    return {
        "ISSUER_NAME_ADDRESS": True,
        "ISSUER_CONTACT": details.email is not None or details.phone is not None,
        "TRADE_REGISTER": details.trade_register is not None,
        "MEDIATOR": details.mediator is not None,
        "DECENNIAL_INSURANCE": details.insurance is not None,
        "RGE_STATUS": details.rge is not None,
        "GUARANTEES": details.guarantees is not None,
    }


def _milestones(command: QuoteInput) -> tuple[MilestoneName, ...] | None:
    """Give the words of the milestones, each code once: the first words count."""
    named: dict[str, str] = {}
    for each in command.schedule or ():
        if each.trigger == "milestone" and each.milestone is not None and each.milestone_name is not None:
            named.setdefault(each.milestone, each.milestone_name)
    return tuple(MilestoneName(milestone=code, name=name) for code, name in named.items()) or None


def _texts(command: QuoteInput, labels: tuple[str, ...]) -> Texts:
    words = command.texts
    return Texts(
        title=words.title,
        lines=labels,
        notes=words.notes,
        terms=words.terms,
        price_revision=words.price_revision,
        waste=words.waste,
        after_sales=words.after_sales,
        performance_place=words.performance_place,
        reduced_rate_statement=words.reduced_rate_statement,
        works_description=words.works_description,
        attachments=command.attachment_names or None,
        milestones=_milestones(command),
    )
