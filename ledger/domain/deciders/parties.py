"""The issuer's profile, policies and number series; its customers and those who may follow a document."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import (
    AddObserver,
    CloseSeries,
    OpenSeries,
    RecordConsent,
    RegisterCustomer,
    RemoveObserver,
    SetBrand,
    SetDepositPolicy,
    SetProfile,
    SetReminderPolicy,
    UpdateCustomer,
)
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import take_id
from ledger.domain.deciders.subjects import known
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Party
from ledger.domain.events.parties import (
    BrandSet,
    ConsentRecorded,
    CustomerRegistered,
    CustomerUpdated,
    DepositPolicySet,
    ObserverAdded,
    ObserverRemoved,
    ProfileSet,
    ReminderPolicySet,
    SeriesClosed,
    SeriesOpened,
)
from ledger.domain.identifiers import check_bic, check_business, check_country, check_iban
from ledger.domain.images import MOST_BYTES, picture
from ledger.domain.numbering import Pattern, check_pattern, may_clash
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.companies import states_capital
from ledger.domain.regimes.fr.limits import FRENCH_TAX_TERRITORY
from ledger.domain.register import Register
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.series import SERIES

# --- the issuer


def profile_of(command: SetProfile) -> ProfileSet:
    """Write the command as the event that it asks for."""
    return ProfileSet(
        siren=command.siren,
        siret=command.siret,
        legal_form=command.legal_form,
        sole_trader=command.sole_trader,
        country=command.country,
        vat_regime=command.vat_regime,
        debits_option=command.debits_option,
        supply_place=command.supply_place,
        price_basis=command.price_basis,
        trades=command.trades,
        main_activity=command.main_activity,
        firm_size=command.firm_size,
        payment_days=command.payment_days,
        early_discount_bp=command.early_discount_bp,
        early_discount_days=command.early_discount_days,
        late_penalty_bp=command.late_penalty_bp,
        details=command.details,
    )


def check_profile(command: SetProfile, place: str = "") -> Refusal | None:
    """Refuse identifiers whose keys do not agree and settings that contradict each other."""
    details = command.details
    return (
        check_business(command.siren, command.siret, None, place)
        or check_business(command.siren, None, details.vat_number, f"{place}/details")
        or check_country(command.country, f"{place}/country")
        or check_country(details.address.country, f"{place}/details/address/country")
        or (check_iban(details.iban, f"{place}/details/iban") if details.iban is not None else None)
        or (check_bic(details.bic, f"{place}/details/bic") if details.bic is not None else None)
        or (
            refuse("DEBITS_OPTION_UNDER_FRANCHISE", f"{place}/debits_option")
            if command.debits_option and command.vat_regime == "franchise"
            else None
        )
        or _check_company(command, f"{place}/details")
    )


def _check_company(command: SetProfile, place: str) -> Refusal | None:
    """Refuse a company without what its papers state: its capital and its register (C. com. R123-237, R123-238)."""
    if not states_capital(command.legal_form):
        return None
    if command.details.capital is None:
        return refuse("COMPANY_CAPITAL_MISSING", f"{place}/capital")
    return refuse("COMPANY_REGISTER_MISSING", f"{place}/trade_register") if not command.details.trade_register else None


def decide_profile(command: SetProfile, world: World) -> Outcome:
    """Set the issuer's profile; documents already issued keep the version they name."""
    refused = check_profile(command)
    if refused is not None:
        return refused
    if command.siren != world.register.siren:
        return refuse("ISSUER_SIREN_CHANGED", "/siren")
    issuer = world.state(ISSUER, "self")
    event = profile_of(command)
    if issuer is not None and issuer.profile == event:
        return refuse("NOTHING_TO_CHANGE")
    plan = Plan(world)
    after = plan.emit(ISSUER, "self", event)
    return plan.done(version=after.version)


def decide_brand(command: SetBrand, world: World) -> Outcome:
    """Set how documents look; a logo must be a picture that a page can hold."""
    event = BrandSet(accent=command.accent)
    if command.logo is not None:
        try:
            data = b64decode(command.logo, validate=True)
        except ValueError:
            return refuse("LOGO_NOT_A_PICTURE", "/logo")
        found = picture(data) if b64encode(data).decode() == command.logo else None
        if found is None:
            return refuse("LOGO_NOT_A_PICTURE", "/logo")
        if len(data) > MOST_BYTES or not found.fits:
            return refuse("LOGO_TOO_LARGE", "/logo", width=found.width, height=found.height)
        event = replace(event, logo=sha256(data).hexdigest(), logo_type=found.media_type, logo_bytes=command.logo)
    issuer = world.state(ISSUER, "self")
    before = issuer.brand if issuer is not None else None
    if (before or BrandSet()) == replace(event, logo_bytes=None):
        return refuse("NOTHING_TO_CHANGE")
    plan = Plan(world)
    plan.emit(ISSUER, "self", event)
    return plan.done(**({} if event.logo is None else {"logo": event.logo}))


def decide_deposit_policy(command: SetDepositPolicy, world: World) -> Outcome:
    """Set the deposits that are asked for; a rule without share and amount asks for none."""
    for rank, rule in enumerate(command.rules):
        if rule.share_bp is not None and rule.amount_cents is not None:
            return refuse("DEPOSIT_AMOUNT_AMBIGUOUS", f"/rules/{rank}")
    plan = Plan(world)
    plan.emit(ISSUER, "self", DepositPolicySet(rules=command.rules))
    return plan.done(rules=len(command.rules))


def decide_reminder_policy(command: SetReminderPolicy, world: World) -> Outcome:
    """Set when reminders go out; no steps: none go out."""
    days = [step.days for step in command.steps]
    for rank in range(1, len(days)):
        if days[rank] <= days[rank - 1]:
            return refuse("REMINDER_STEPS_UNORDERED", f"/steps/{rank}/days")
    plan = Plan(world)
    plan.emit(ISSUER, "self", ReminderPolicySet(about=command.about, steps=command.steps))
    return plan.done(steps=len(command.steps))


# --- number series


def series_of(command: OpenSeries) -> SeriesOpened:
    """Write the command as the event that it asks for."""
    return SeriesOpened(
        use=command.use,
        prefix=command.prefix,
        yearly=command.yearly,
        width=command.width,
        first=command.first,
        justification=command.justification,
    )


def check_series(command: OpenSeries, register: Register, place: str = "") -> Refusal | None:
    """Refuse a series whose numbers would be malformed or doubles, or that is a second one without a reason.

    Closed series count for doubles: their numbers are printed on documents.
    """
    pattern = Pattern(command.prefix, command.yearly, command.width)
    refused = check_pattern(pattern, command.first, place)
    if refused is not None:
        return refused
    if command.first < 1:
        return refuse("SERIES_PATTERN_INVALID", f"{place}/first")
    others = register.series.values()
    if any(may_clash(pattern, Pattern(one.prefix, one.yearly, one.width)) for one in others):
        return refuse("SERIES_PREFIX_TAKEN", f"{place}/prefix")
    second = any(one.use == command.use and not one.closed for one in others)
    if second and command.justification is None:
        return refuse("SERIES_NEEDS_JUSTIFICATION", f"{place}/justification")
    return None


def decide_open_series(command: OpenSeries, world: World) -> Outcome:
    """Open a number series."""
    identifier = take_id(world, SERIES, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    refused = check_series(command, world.register)
    if refused is not None:
        return refused
    plan = Plan(world)
    plan.emit(SERIES, identifier, series_of(command))
    return plan.done(series=identifier)


def decide_close_series(command: CloseSeries, world: World) -> Outcome:
    """Close a number series for good; `last` is the last count it gave, 0 if none."""
    one = world.register.series.get(command.series)
    if one is None:
        return refuse("SERIES_UNKNOWN", "/series")
    if one.closed:
        return refuse("SERIES_CLOSED", "/series")
    last = one.next - 1 if one.last_on is not None else 0
    plan = Plan(world)
    plan.emit(SERIES, command.series, SeriesClosed(last=last))
    return plan.done(series=command.series, last=last)


# --- customers


def decide_register_customer(command: RegisterCustomer, world: World) -> Outcome:
    """Register a customer; a French business is known by its SIREN."""
    identifier = take_id(world, CUSTOMER, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    refused = _check_customer(command)
    if refused is not None:
        return refused
    plan = Plan(world)
    event = CustomerRegistered(
        kind=command.kind,
        country=command.country,
        tax_resident=command.tax_resident,
        small_business=command.small_business,
        risk=command.risk,
        payment_days=command.payment_days,
        language=command.language,
        party=command.party,
    )
    plan.emit(CUSTOMER, identifier, event)
    return plan.done(customer=identifier)


def decide_update_customer(command: UpdateCustomer, world: World) -> Outcome:
    """Replace a customer's details; what was issued before keeps what it said."""
    state = world.state(CUSTOMER, command.customer)
    if state is None:
        return refuse("CUSTOMER_UNKNOWN", "/customer")
    refused = _check_customer(command)
    if refused is not None:
        return refused
    event = CustomerUpdated(
        kind=command.kind,
        country=command.country,
        tax_resident=command.tax_resident,
        small_business=command.small_business,
        risk=command.risk,
        payment_days=command.payment_days,
        language=command.language,
        party=command.party,
    )
    plan = Plan(world)
    if plan.emit(CUSTOMER, command.customer, event) == state:
        return refuse("NOTHING_TO_CHANGE")
    return plan.done(customer=command.customer)


def _check_customer(command: RegisterCustomer | UpdateCustomer) -> Refusal | None:
    party = command.party
    if command.kind == "business" and command.country in FRENCH_TAX_TERRITORY and party.siren is None:
        return refuse("CUSTOMER_SIREN_MISSING", "/party/siren")
    return (
        check_country(command.country, "/country")
        or check_country(command.tax_resident, "/tax_resident")
        or check_party(party, "/party")
    )


def check_party(party: Party, place: str) -> Refusal | None:
    """Refuse a party whose identifiers or countries are wrong."""
    for name in ("address", "delivery_address"):
        address = getattr(party, name)
        refused = check_country(address.country, f"{place}/{name}/country") if address is not None else None
        if refused is not None:
            return refused
    return check_business(party.siren, None, party.vat_number, place)


def decide_consent(command: RecordConsent, world: World) -> Outcome:
    """Record that a customer agreed, or no longer agrees; the last word counts."""
    if world.state(CUSTOMER, command.customer) is None:
        return refuse("CUSTOMER_UNKNOWN", "/customer")
    on = read_day(command.on, world.today, "/on")
    if isinstance(on, Refusal):
        return on
    plan = Plan(world)
    event = ConsentRecorded(subject=command.subject, given=command.given, on=on.isoformat())
    plan.emit(CUSTOMER, command.customer, event)
    return plan.done(customer=command.customer)


# --- observers


def decide_add_observer(command: AddObserver, world: World) -> Outcome:
    """Let somebody follow a document."""
    identifier = take_id(world, OBSERVER, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    if not known(world, command.about_kind, command.about):
        return refuse("REFERENCE_UNKNOWN", "/about")
    refused = check_party(command.party, "/party")
    if refused is not None:
        return refused
    plan = Plan(world)
    event = ObserverAdded(about=command.about, about_kind=command.about_kind, party=command.party)
    plan.emit(OBSERVER, identifier, event)
    return plan.done(observer=identifier)


def decide_remove_observer(command: RemoveObserver, world: World) -> Outcome:
    """Let an observer follow no longer."""
    state = world.state(OBSERVER, command.observer)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/observer")
    if state.removed:
        return refuse("OBSERVER_REMOVED", "/observer")
    plan = Plan(world)
    plan.emit(OBSERVER, command.observer, ObserverRemoved())
    return plan.done(observer=command.observer)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (SetProfile, decide_profile),
    (SetBrand, decide_brand),
    (SetDepositPolicy, decide_deposit_policy),
    (SetReminderPolicy, decide_reminder_policy),
    (OpenSeries, decide_open_series),
    (CloseSeries, decide_close_series),
    (RegisterCustomer, decide_register_customer),
    (UpdateCustomer, decide_update_customer),
    (RecordConsent, decide_consent),
    (AddObserver, decide_add_observer),
    (RemoveObserver, decide_remove_observer),
)
"""The issuer, its series, its customers and observers."""
