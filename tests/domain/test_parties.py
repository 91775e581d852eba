"""The issuer, its policies and number series; its customers and observers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from ledger.domain.commands.parties import (
    AddObserver,
    CloseSeries,
    OpenSeries,
    RecordConsent,
    RegisterCustomer,
    RemoveObserver,
    SetDepositPolicy,
    SetProfile,
    SetReminderPolicy,
    UpdateCustomer,
)
from ledger.domain.deciders.parties import profile_of
from ledger.domain.decision import Decision
from ledger.domain.events.common import Address, Party
from ledger.domain.events.parties import (
    ConsentRecorded,
    CustomerRegistered,
    CustomerUpdated,
    DepositRule,
    ObserverRemoved,
    ProfileSet,
    ReminderStep,
    SeriesClosed,
    SeriesOpened,
)
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.issuer import ISSUER
from tests.domain import world
from tests.domain.documents import an_invoice
from tests.domain.world import BUSINESS, CONSUMER, SERIES, FixedWorld, opened

DETAILS = replace(world.DETAILS, capital="10 000 €")
PROFILE = replace(world.PROFILE, details=DETAILS)
INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
SERIES_ID = "bbbbbbbb-0000-4000-8000-0000000000aa"
OBSERVER_ID = "99999999-0000-4000-8000-000000000001"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"

SAME = SetProfile(
    siren=PROFILE.siren,
    siret=PROFILE.siret,
    legal_form=PROFILE.legal_form,
    vat_regime=PROFILE.vat_regime,
    main_activity=PROFILE.main_activity,
    late_penalty_bp=PROFILE.late_penalty_bp,
    details=DETAILS,
)


@pytest.fixture
def sale() -> FixedWorld:
    return opened(profile=PROFILE)


# --- the profile


def test_a_new_profile_is_a_new_version_and_loses_no_member(sale: FixedWorld) -> None:
    command = SetProfile(
        siren="123456782",
        siret="12345678200010",
        legal_form="1000",
        sole_trader=True,
        vat_regime="normal_monthly",
        debits_option=True,
        supply_place="MQ",
        price_basis="net",
        trades=("building",),
        main_activity="mixed",
        firm_size="sme",
        payment_days=45,
        early_discount_bp=100,
        late_penalty_bp=1200,
        details=DETAILS,
    )
    assert sale.play(command) == {"version": 2}
    event = sale.last(ProfileSet)
    for name in (each.name for each in fields(command)):
        assert getattr(event, name) == getattr(command, name)
    state = sale.state(ISSUER, "self")
    assert state is not None
    assert (state.version, state.current, sale.register.issuer_version) == (2, event, 2)


def test_the_same_profile_again_changes_nothing(sale: FixedWorld) -> None:
    assert profile_of(SAME) == PROFILE
    assert sale.refusal(SAME).code == "NOTHING_TO_CHANGE"


@pytest.mark.parametrize("legal_form", ["5499", "5710", "5599", "SARL", "s.a.s.", "EURL", "SASU"])
def test_a_company_says_its_capital_and_its_register(sale: FixedWorld, legal_form: str) -> None:
    for details, code, place in (
        (replace(DETAILS, capital=None), "COMPANY_CAPITAL_MISSING", "/details/capital"),
        (replace(DETAILS, trade_register=None), "COMPANY_REGISTER_MISSING", "/details/trade_register"),
    ):
        command = replace(SAME, legal_form=legal_form, details=details)
        refusal = sale.refusal(command)
        assert (refusal.code, refusal.place) == (code, place)
        assert sale.play(replace(command, legal_form="1000"))["version"]


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"siren": "123456789", "siret": None}, "SIREN_INVALID", "/siren"),
        ({"siret": "12345678200011"}, "SIRET_INVALID", "/siret"),
        ({"siret": "98765432400019"}, "SIRET_NOT_OF_SIREN", "/siret"),
        ({"details": replace(DETAILS, vat_number="FR12123456782")}, "VAT_NUMBER_INVALID", "/details/vat_number"),
        ({"details": replace(DETAILS, vat_number="FR14987654324")}, "VAT_NUMBER_NOT_OF_SIREN", "/details/vat_number"),
        ({"details": replace(DETAILS, iban="FR7630006000011234567890188")}, "IBAN_INVALID", "/details/iban"),
        ({"details": replace(DETAILS, bic="AGRI")}, "BIC_INVALID", "/details/bic"),
        ({"country": "XX"}, "COUNTRY_UNKNOWN", "/country"),
        ({"vat_regime": "franchise", "debits_option": True}, "DEBITS_OPTION_UNDER_FRANCHISE", "/debits_option"),
        (
            {"siren": "987654324", "siret": None, "details": replace(DETAILS, vat_number=None)},
            "ISSUER_SIREN_CHANGED",
            "/siren",
        ),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused_where_it_does(
    sale: FixedWorld, members: dict[str, Any], code: str, place: str
) -> None:
    refusal = sale.refusal(replace(SAME, **members))
    assert (refusal.code, refusal.place) == (code, place)


# --- policies


def test_a_deposit_rule_is_a_share_or_an_amount(sale: FixedWorld) -> None:
    share = DepositRule(from_cents=50_000, share_bp=3_000)
    sale.play(SetDepositPolicy(rules=(share, DepositRule())))
    state = sale.state(ISSUER, "self")
    assert state is not None
    assert state.deposit_rules == (share, DepositRule())
    both = DepositRule(share_bp=3_000, amount_cents=10_000)
    refusal = sale.refusal(SetDepositPolicy(rules=(share, both)))
    assert (refusal.code, refusal.place) == ("DEPOSIT_AMOUNT_AMBIGUOUS", "/rules/1")


def test_reminder_steps_come_one_after_the_other(sale: FixedWorld) -> None:
    first, second = ReminderStep(days=-3, tone="friendly"), ReminderStep(days=10, tone="firm")
    sale.play(SetReminderPolicy(about="invoice", steps=(first, second)))
    state = sale.state(ISSUER, "self")
    assert state is not None
    assert state.reminders == {"invoice": (first, second)}
    refusal = sale.refusal(SetReminderPolicy(about="invoice", steps=(first, second, second)))
    assert (refusal.code, refusal.place) == ("REMINDER_STEPS_UNORDERED", "/steps/2/days")


# --- series


def test_a_second_series_needs_its_reason(sale: FixedWorld) -> None:
    shop = OpenSeries(id=SERIES_ID, use="invoice", prefix="B-", yearly=True, width=4, first=17)
    refusal = sale.refusal(shop)
    assert (refusal.code, refusal.place) == ("SERIES_NEEDS_JUSTIFICATION", "/justification")
    assert sale.play(replace(shop, justification="shop_2")) == {"series": SERIES_ID}
    assert sale.last(SeriesOpened).first == 17
    number = sale.register.next_number("invoice", SERIES_ID, sale.today)
    assert getattr(number, "number", None) == "B-2026-0017"
    assert sale.refusal(replace(shop, justification="shop_2")).code == "ALREADY_EXISTS"


def test_a_series_that_replaces_a_closed_one_needs_no_reason_but_other_numbers(sale: FixedWorld) -> None:
    sale.play(CloseSeries(series=SERIES["invoice"]))
    assert sale.refusal(OpenSeries(use="invoice", prefix="F-")).code == "SERIES_PREFIX_TAKEN"
    sale.play(OpenSeries(use="invoice", prefix="G-"))


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"prefix": " F"}, "/prefix"),
        ({"prefix": "FACTURE-PRINCIPALE-"}, "/prefix"),
        ({"prefix": "F#"}, "/prefix"),
        ({"width": 0}, "/width"),
        ({"first": 0}, "/first"),
    ],
)
def test_a_series_whose_numbers_would_be_malformed_is_refused(
    sale: FixedWorld, members: dict[str, Any], place: str
) -> None:
    refusal = sale.refusal(replace(OpenSeries(use="note", prefix="NB-", justification="x"), **members))
    assert (refusal.code, refusal.place) == ("SERIES_PATTERN_INVALID", place)


def test_a_closed_series_says_the_last_count_it_gave(sale: FixedWorld) -> None:
    sale.given_in(INVOICE_ID, an_invoice(n=1))
    assert sale.play(CloseSeries(series=SERIES["invoice"])) == {"series": SERIES["invoice"], "last": 1}
    assert sale.play(CloseSeries(series=SERIES["note"]))["last"] == 0
    assert [each.last for each in sale.all_of(SeriesClosed)] == [1, 0]
    assert sale.refusal(CloseSeries(series=SERIES["invoice"])).code == "SERIES_CLOSED"
    assert sale.refusal(CloseSeries(series=UNKNOWN)).code == "SERIES_UNKNOWN"


# --- customers

ROSEAU = Party(name="Camille Roseau", address=Address(lines=("8 quai du Lierre",), city="Rennes"))


def test_a_customer_is_registered_and_updated(sale: FixedWorld) -> None:
    command = RegisterCustomer(
        kind="consumer", risk="high", payment_days=10, language="en", tax_resident="BE", party=ROSEAU
    )
    identifier = sale.play(command)["customer"]
    registered = sale.last(CustomerRegistered)
    for name in {each.name for each in fields(command)} - {"id"}:
        assert getattr(registered, name) == getattr(command, name)
    sale.play(UpdateCustomer(customer=identifier, kind="consumer", party=replace(ROSEAU, phone="+33 6 00 00 00 00")))
    state = sale.state(CUSTOMER, identifier)
    assert state is not None
    assert (state.risk, state.party) == ("normal", sale.last(CustomerUpdated).party)


def test_an_update_that_changes_nothing_is_refused(sale: FixedWorld) -> None:
    identifier = sale.play(RegisterCustomer(kind="consumer", party=ROSEAU))["customer"]
    assert sale.refusal(UpdateCustomer(customer=identifier, kind="consumer", party=ROSEAU)).code == "NOTHING_TO_CHANGE"
    assert sale.refusal(UpdateCustomer(customer=UNKNOWN, kind="consumer", party=ROSEAU)).code == "CUSTOMER_UNKNOWN"


@pytest.mark.parametrize(
    ("members", "party", "code", "place"),
    [
        ({"kind": "business"}, {}, "CUSTOMER_SIREN_MISSING", "/party/siren"),
        ({"kind": "business", "country": "RE"}, {}, "CUSTOMER_SIREN_MISSING", "/party/siren"),
        ({"kind": "business"}, {"siren": "987654321"}, "SIREN_INVALID", "/party/siren"),
        ({"kind": "public"}, {"siren": "987654321"}, "SIREN_INVALID", "/party/siren"),
        (
            {"kind": "business"},
            {"siren": "987654324", "vat_number": "FR11123456782"},
            "VAT_NUMBER_NOT_OF_SIREN",
            "/party/vat_number",
        ),
        (
            {"kind": "business", "country": "BE"},
            {"vat_number": "BE0000000001"},
            "VAT_NUMBER_INVALID",
            "/party/vat_number",
        ),
        ({"country": "ZZ"}, {}, "COUNTRY_UNKNOWN", "/country"),
        ({"tax_resident": "ZZ"}, {}, "COUNTRY_UNKNOWN", "/tax_resident"),
        (
            {},
            {"delivery_address": Address(lines=("1",), city="X", country="ZZ")},
            "COUNTRY_UNKNOWN",
            "/party/delivery_address/country",
        ),
    ],
)
def test_a_customer_with_wrong_identifiers_is_refused_where_they_stand(
    sale: FixedWorld, members: dict[str, Any], party: dict[str, Any], code: str, place: str
) -> None:
    command = RegisterCustomer(**{"kind": "consumer", "party": replace(ROSEAU, **party), **members})
    refusal = sale.refusal(command)
    assert (refusal.code, refusal.place) == (code, place)


def test_a_business_abroad_needs_no_siren(sale: FixedWorld) -> None:
    outcome = sale.when(RegisterCustomer(kind="business", country="BE", party=ROSEAU))
    assert isinstance(outcome, Decision)


def test_the_last_word_on_consent_counts(sale: FixedWorld) -> None:
    sale.play(RecordConsent(customer=CONSUMER, subject="messages", given=True))
    sale.play(RecordConsent(customer=CONSUMER, subject="messages", given=False, on="2026-11-20"))
    state = sale.state(CUSTOMER, CONSUMER)
    assert state is not None
    assert (state.agrees("messages"), state.agrees("electronic_invoice")) == (False, False)
    assert [each.on for each in sale.all_of(ConsentRecorded)] == ["2026-11-23", "2026-11-20"]
    ahead = RecordConsent(customer=CONSUMER, subject="messages", given=True, on="2026-11-24")
    assert sale.refusal(ahead).code == "DATE_IN_FUTURE"
    assert sale.refusal(replace(ahead, customer=UNKNOWN)).code == "CUSTOMER_UNKNOWN"


def test_an_updated_customer_keeps_their_consents(sale: FixedWorld) -> None:
    sale.play(RecordConsent(customer=BUSINESS, subject="electronic_invoice", given=True))
    party = Party(name="Imprimerie Tilleul SAS", siren="987654324")
    sale.play(UpdateCustomer(customer=BUSINESS, kind="business", party=party))
    state = sale.state(CUSTOMER, BUSINESS)
    assert state is not None
    assert state.agrees("electronic_invoice")


# --- observers


def test_an_observer_follows_a_known_document_until_removed(sale: FixedWorld) -> None:
    sale.given_in(INVOICE_ID, an_invoice())
    follow = AddObserver(id=OBSERVER_ID, about=INVOICE_ID, about_kind="invoice", party=ROSEAU)
    assert sale.refusal(replace(follow, about_kind="quote")).code == "REFERENCE_UNKNOWN"
    sale.play(follow)
    sale.play(RemoveObserver(observer=OBSERVER_ID))
    assert sale.last(ObserverRemoved) == ObserverRemoved()
    assert sale.refusal(RemoveObserver(observer=OBSERVER_ID)).code == "OBSERVER_REMOVED"
    assert sale.refusal(RemoveObserver(observer=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(follow).code == "ALREADY_EXISTS"
