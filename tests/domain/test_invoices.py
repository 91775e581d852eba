"""Ordinary invoices and what happens to them after: mentions, terms, numbers, penalties, losses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from ledger.domain.commands.common import LineInput, TextsInput
from ledger.domain.commands.parties import OpenSeries
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import (
    ChargePenalty,
    CreditInvoice,
    DisputeInvoice,
    IssueInvoice,
    SendInvoice,
    ViewInvoice,
    WriteOffInvoice,
)
from ledger.domain.events.common import Address, Discount, Party
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, InvoiceSent, PenaltyCharged, WrittenOff
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import Allocation
from ledger.domain.regimes.fr.statements import statement
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from tests.domain.sales import BUILDER
from tests.domain.world import (
    BUSINESS,
    CONSUMER,
    CUSTOMERS,
    DETAILS,
    FOREIGNER,
    OPENING,
    PROFILE,
    PUBLIC,
    FixedWorld,
    opened,
    training,
)

INVOICE_ID = "dddddddd-0000-4000-8000-000000000001"


def service(unit_price: str = "100", **more: Any) -> LineInput:
    return LineInput(**{"label": "Réglage d'une porte", "unit_price": unit_price, "nature": "services", **more})


def item(unit_price: str = "20", **more: Any) -> LineInput:
    return LineInput(**{"label": "Gond", "unit_price": unit_price, "nature": "goods", **more})


def invoice(*lines: LineInput, **more: Any) -> IssueInvoice:
    members: dict[str, Any] = {"id": INVOICE_ID, "customer": CONSUMER, "lines": lines or (service(),), "basis": "net"}
    return IssueInvoice(**{**members, **more})


def issued(sale: FixedWorld, command: IssueInvoice) -> InvoiceIssued:
    sale.play(command)
    return sale.last(InvoiceIssued)


def invoice_state(sale: FixedWorld, identifier: str = INVOICE_ID) -> InvoiceState:
    state = sale.state(INVOICE, identifier)
    assert state is not None
    return state


def pay(sale: FixedWorld, amount_cents: int, identifier: str = INVOICE_ID) -> None:
    part = Allocation(about=identifier, about_kind="invoice", amount_cents=amount_cents)
    sale.play(RecordPayment(means="credit_transfer", amount_cents=amount_cents, allocations=(part,)))


# --- the document


def test_an_invoice_takes_the_next_number_of_its_series_and_todays_date() -> None:
    sale = opened()
    first = issued(sale, invoice())
    second = issued(sale, invoice(id=None))
    assert (first.number, first.n, first.issued_on, first.type_code) == ("F-00001", 1, "2026-11-23", "380")
    assert (second.number, second.n) == ("F-00002", 2)


def test_an_invoice_is_not_dated_before_the_last_one_of_its_series() -> None:
    sale = opened()
    sale.play(invoice())
    refusal = sale.on("2026-11-22").refusal(invoice(id=None))
    assert refusal.code == "SERIES_NOT_CHRONOLOGICAL"


def test_an_id_serves_once() -> None:
    sale = opened()
    sale.play(invoice())
    assert sale.refusal(invoice()).code == "ALREADY_EXISTS"


def test_an_invoice_says_what_it_sells_and_when_its_vat_falls_due() -> None:
    sale = opened()
    cases = (
        ((service(),), "S1", "receipt", "NATURE_SERVICES"),
        ((item(),), "B1", "delivery", "NATURE_GOODS"),
        ((service(), item()), "M1", "mixed", "NATURE_BOTH"),
    )
    for lines, frame, vat_on, mention in cases:
        event = issued(sale, invoice(*lines, id=None))
        assert (event.frame, event.vat_on) == (frame, vat_on)
        assert mention in event.mentions


def test_the_debits_option_makes_vat_on_services_due_on_the_invoice_and_is_printed() -> None:
    sale = opened(profile=replace(PROFILE, debits_option=True))
    event = issued(sale, invoice())
    assert event.vat_on == "debit"
    assert "DEBITS_OPTION" in event.mentions
    assert issued(sale, invoice(item(), id=None)).vat_on == "delivery"


def test_under_the_franchise_no_vat_is_due_and_the_sentence_is_printed() -> None:
    sale = opened(profile=replace(PROFILE, vat_regime="franchise"))
    event = issued(sale, invoice())
    assert (event.totals.vat_cents, event.vat_on) == (0, "none")
    assert "FRANCHISE" in event.mentions
    assert sale.refusal(invoice(service(rate_bp=2000), id=None)).code == "VAT_UNDER_FRANCHISE"


def test_prices_with_tax_stay_what_was_typed() -> None:
    event = issued(opened(), invoice(item("9.99", quantity="3"), basis="gross"))
    assert event.totals.gross_cents == 2997
    assert event.due_cents == 2997


def test_a_discount_on_the_document_is_on_the_invoice() -> None:
    event = issued(opened(), invoice(service("1000"), discount=Discount(share_bp=500)))
    assert (event.totals.discount_cents, event.totals.net_cents, event.totals.vat_cents) == (5000, 95_000, 19_000)
    assert event.discount == Discount(share_bp=500)


def test_names_and_labels_stand_apart_from_what_the_chain_shows() -> None:
    event = issued(opened(), invoice())
    assert event.client is not None
    assert event.client.name == "Camille Roseau"
    assert event.texts is not None
    assert event.texts.lines == ("Réglage d'une porte",)
    assert set(event.PRIVATE) == {"client", "texts"}


def test_an_option_does_not_go_on_an_invoice() -> None:
    refusal = opened().refusal(invoice(service(choice="option")))
    assert (refusal.code, refusal.place) == ("CHOICE_ON_INVOICE", "/lines/0/choice")


def test_training_invoices_say_so() -> None:
    assert "TRAINING" in issued(training(), invoice()).mentions


def test_the_rate_is_that_of_the_day_of_supply() -> None:
    sale = opened()
    assert sale.refusal(invoice(service(rate_bp=1960))).code == "VAT_RATE_NOT_IN_FORCE"
    event = issued(sale, invoice(service(rate_bp=1960), supplied_on="2013-12-30"))
    assert event.totals.vat_cents == 1960


# --- the client


def test_goods_over_the_counter_need_no_client() -> None:
    event = issued(opened(), invoice(item("300"), customer=None))
    assert (event.customer, event.client, event.customer_kind, event.due_on) == (
        None,
        None,
        "consumer",
        "2026-11-23",
    )


def test_services_from_25_euros_to_a_consumer_name_the_client_unless_they_object() -> None:
    sale = opened()
    just_below = service("24.99")
    from_25 = service("25")
    issued(sale, invoice(just_below, id=None, customer=None, basis="gross"))
    refusal = sale.refusal(invoice(from_25, id=None, customer=None, basis="gross"))
    assert refusal.code == "NOTE_MENTION_MISSING"
    assert refusal.place == "/client"
    assert refusal.law is not None
    assert "83-50/A" in refusal.law
    issued(sale, invoice(from_25, id=None, customer=None, basis="gross", client_unnamed=True))
    issued(sale, invoice(from_25, id=None, customer=None, basis="gross", client=Party(name="Alix Sureau")))


def test_a_service_away_from_the_premises_says_where() -> None:
    sale = opened()
    command = invoice(service("100"), customer=None, client=Party(name="Alix Sureau"), channel="off_premises")
    refusal = sale.refusal(command)
    assert (refusal.code, refusal.place) == ("NOTE_MENTION_MISSING", "/texts/performance_place")
    issued(sale, replace(command, texts=TextsInput(performance_place="5 impasse du Houx, Rennes")))


def test_a_service_overseas_says_where_unless_an_address_there_is_recorded() -> None:
    sale = opened()
    guyane = {"customer": None, "supply_place": "GF", "id": None}
    refusal = sale.refusal(invoice(service("100"), client=Party(name="Alix Sureau"), **guyane))
    assert (refusal.code, refusal.place) == ("NOTE_MENTION_MISSING", "/texts/performance_place")
    at_home = Address(lines=("5 impasse du Houx",), postcode="35000", city="Rennes")
    refusal = sale.refusal(invoice(service("100"), client=Party(name="Alix Sureau", address=at_home), **guyane))
    assert refusal.place == "/texts/performance_place"
    for there in (replace(at_home, postcode="97300", city="Cayenne"), replace(at_home, city="Cayenne", country="GF")):
        issued(sale, invoice(service("100"), client=Party(name="Alix Sureau", address=there), **guyane))
    site = TextsInput(performance_place="12 rue du Manguier, 97300 Cayenne")
    issued(sale, invoice(service("100"), client=Party(name="Alix Sureau"), texts=site, **guyane))
    issued(sale, invoice(service("100"), **{**guyane, "supply_place": "FR", "client": Party(name="Alix Sureau")}))


def test_a_shop_overseas_serves_its_counter_at_its_own_premises() -> None:
    sale = opened(profile=replace(PROFILE, supply_place="GF"))
    issued(sale, invoice(service("100"), customer=None, client=Party(name="Alix Sureau")))


def test_a_consumers_invoice_bears_no_business_terms() -> None:
    event = issued(opened(), invoice())
    assert (event.late_penalty_bp, event.recovery_indemnity_cents) == (None, 0)
    assert not {"LATE_PENALTIES", "RECOVERY_INDEMNITY"} & set(event.mentions)


def test_a_business_invoice_bears_the_penalty_rate_and_the_40_euros() -> None:
    event = issued(opened(), invoice(customer=BUSINESS))
    assert (event.late_penalty_bp, event.recovery_indemnity_cents) == (1215, 4000)
    assert {"LATE_PENALTIES", "RECOVERY_INDEMNITY", "NO_EARLY_DISCOUNT"} <= set(event.mentions)


@pytest.mark.parametrize("late_penalty_bp", [1215, None])
def test_a_public_buyer_owes_the_rate_and_the_40_euros_of_public_procurement(late_penalty_bp: int | None) -> None:
    event = issued(opened(profile=replace(PROFILE, late_penalty_bp=late_penalty_bp)), invoice(customer=PUBLIC))
    assert (event.late_penalty_bp, event.recovery_indemnity_cents) == (None, 4000)
    assert {"LATE_PENALTIES_PUBLIC", "RECOVERY_INDEMNITY_PUBLIC"} <= set(event.mentions)
    assert not [code for code in event.mentions if "C. com. art. L441" in statement(code).law]


def test_an_early_discount_offered_to_a_public_buyer_is_a_term_of_the_contract() -> None:
    profile = replace(PROFILE, early_discount_bp=200, early_discount_days=8)
    event = issued(opened(profile=profile), invoice(customer=PUBLIC))
    assert "EARLY_DISCOUNT_PUBLIC" in event.mentions
    assert not [code for code in event.mentions if "C. com. art. L441" in statement(code).law]


def test_a_business_invoice_without_a_penalty_rate_is_refused() -> None:
    sale = opened(profile=replace(PROFILE, late_penalty_bp=None))
    refusal = sale.refusal(invoice(customer=BUSINESS))
    assert refusal.code == "INVOICE_MENTION_MISSING"
    assert "pénalités" in refusal.words
    issued(sale, invoice())


def test_a_business_client_has_a_name_and_an_address() -> None:
    nameless = Party(name="Imprimerie Tilleul SARL", siren="987654324")
    refusal = opened().refusal(invoice(customer=None, client=nameless))
    assert (refusal.code, refusal.place) == ("INVOICE_MENTION_MISSING", "/client")


BERLIN = Party(
    name="Kiefer GmbH",
    address=Address(lines=("Holzweg 1",), postcode="10115", city="Berlin", country="DE"),
    vat_number="DE136695976",
)


def test_who_is_only_named_on_an_invoice_is_checked_like_a_registered_client() -> None:
    sale = opened()
    wrong = replace(BERLIN, vat_number="DE136695970")
    assert sale.refusal(invoice(item(), customer=None, client=wrong)).code == "VAT_NUMBER_INVALID"
    nowhere = replace(BERLIN, address=replace(BERLIN.address, country="XX"))  # type: ignore[type-var] # it has one
    assert sale.refusal(invoice(item(), customer=None, client=nowhere)).code == "COUNTRY_UNKNOWN"
    assert (
        sale.refusal(invoice(item(), customer=None, client=replace(BERLIN, siren="123456789"))).code == "SIREN_INVALID"
    )


def test_a_supply_within_the_union_bears_both_vat_numbers_and_an_export_the_sellers() -> None:
    within = invoice(
        item("700", category="K"), customer=None, client=BERLIN, supply_place="FR", supplied_on="2026-11-20"
    )
    assert issued(opened(), within).vat[0].category == "K"
    refused = opened().refusal(replace(within, client=replace(BERLIN, vat_number=None)))
    assert (refused.code, dict(refused.facts)["mention_code"]) == ("INVOICE_MENTION_MISSING", "CLIENT_VAT_NUMBER")
    for category in ("K", "G"):
        unnumbered = opened(profile=replace(PROFILE, details=replace(DETAILS, vat_number=None)))
        refused = unnumbered.refusal(replace(within, lines=(item("20", category=category),)))
        assert (refused.code, dict(refused.facts)["mention_code"]) == ("INVOICE_MENTION_MISSING", "ISSUER_VAT_NUMBER")


def test_a_french_business_is_billed_in_euros_under_a_number_without_space() -> None:
    francs = opened(opening=replace(OPENING, currency="CHF"))
    refused = francs.refusal(invoice(item(), customer=BUSINESS))
    assert (refused.code, dict(refused.facts)["currency"]) == ("VAT_IN_EUROS_MISSING", "CHF")
    assert issued(francs, invoice(item(), customer=FOREIGNER)).currency == "CHF"
    sale = opened()
    sale.play(OpenSeries(id=INVOICE_ID, use="invoice", prefix="F 26-", justification="site-2"))
    refused = sale.refusal(invoice(item(), id=None, customer=BUSINESS, series=INVOICE_ID))
    assert (refused.code, refused.place) == ("NUMBER_WITH_SPACE", "/series")
    assert " " in issued(sale, invoice(item(), id=None, customer=CONSUMER, series=INVOICE_ID)).number


def test_the_clients_siren_is_due_once_the_reform_binds_the_issuer() -> None:
    address = Address(lines=("1 rue du Port",), city="Nantes")
    client = Party(name="Quincaillerie Cyprès", vat_number="FR14987654324", address=address)
    issued(opened(), invoice(customer=None, client=client))  # a micro firm, before September 2027
    after = opened(profile=replace(PROFILE, firm_size="large"))
    assert after.refusal(invoice(customer=None, client=client)).code == "CUSTOMER_SIREN_MISSING"


def test_the_vat_number_may_be_left_out_up_to_150_euros_before_tax() -> None:
    sale = opened(profile=replace(PROFILE, details=replace(DETAILS, vat_number=None)))
    issued(sale, invoice(service("150")))
    refusal = sale.refusal(invoice(service("150.01"), id=None))
    assert refusal.code == "INVOICE_MENTION_MISSING"
    assert "TVA" in refusal.words


def test_a_repairer_of_homes_keeps_the_clients_statement_for_a_reduced_rate() -> None:
    sale = opened(profile=replace(PROFILE, trades=("repair",)))
    refusal = sale.refusal(invoice(service("100", rate_bp=1000)))
    assert (refusal.code, refusal.place) == ("REDUCED_RATE_STATEMENT_MISSING", "/lines/0/rate_bp")
    issued(sale, invoice(service("100", rate_bp=1000), reduced_rate_justified=True))


def test_a_builder_names_its_decennial_insurance() -> None:
    issued(opened(profile=BUILDER), invoice())
    assert BUILDER.details is not None
    uninsured = replace(BUILDER, details=replace(BUILDER.details, insurance=None))
    refusal = opened(profile=uninsured).refusal(invoice())
    assert refusal.code == "INVOICE_MENTION_MISSING"
    assert "décennale" in refusal.words


def test_a_builders_reduced_rate_needs_the_clients_statement_on_quote_or_invoice() -> None:
    sale = opened(profile=BUILDER)
    reduced = service(rate_bp=1000)
    assert sale.refusal(invoice(reduced)).code == "REDUCED_RATE_STATEMENT_MISSING"
    words = TextsInput(reduced_rate_statement="Logement achevé depuis plus de deux ans.")
    issued(sale, invoice(reduced, id=None, texts=words))
    issued(sale, invoice(reduced, id=None, reduced_rate_justified=True))


def test_a_client_whose_data_were_erased_gets_no_invoice() -> None:
    sale = opened(customers=())
    sale.given_in(CONSUMER, replace(CUSTOMERS[CONSUMER], party=None))
    assert sale.refusal(invoice()).code == "CUSTOMER_ERASED"


# --- the due date


def test_a_consumer_pays_on_receipt_and_a_business_by_its_terms() -> None:
    sale = opened()
    assert issued(sale, invoice()).due_on == "2026-11-23"
    assert issued(sale, invoice(id=None, customer=BUSINESS)).due_on == "2026-12-23"
    assert issued(sale, invoice(id=None, customer=BUSINESS, due_on="2026-12-01")).due_on == "2026-12-01"


def test_the_due_date_is_not_before_the_invoice() -> None:
    refusal = opened().refusal(invoice(due_on="2026-11-22"))
    assert (refusal.code, refusal.place) == ("DUE_BEFORE_ISSUE", "/due_on")


def test_a_business_has_sixty_days_or_forty_five_from_the_months_end() -> None:
    sale = opened()  # 23 November: 60 days are 22 January, 45 from the month's end 14 January
    issued(sale, invoice(id=None, customer=BUSINESS, due_on="2027-01-22"))
    assert sale.refusal(invoice(customer=BUSINESS, due_on="2027-01-23")).code == "PAYMENT_TERM_TOO_LONG"
    sale.on("2026-12-01")  # 60 days are 30 January, 45 from the month's end 14 February
    issued(sale, invoice(id=None, customer=BUSINESS, due_on="2027-02-14"))
    assert sale.refusal(invoice(customer=BUSINESS, due_on="2027-02-15")).code == "PAYMENT_TERM_TOO_LONG"
    issued(sale, invoice(due_on="2027-06-01"))


def test_payment_deferred_for_a_consumer_asks_to_look_at_consumer_credit() -> None:
    sale = opened()
    sale.play(invoice(due_on="2026-12-23"))
    assert sale.last(TaskOpened).code == "check_consumer_credit"


def test_the_early_discount_is_the_issuers_and_for_business_clients() -> None:
    sale = opened(profile=replace(PROFILE, early_discount_bp=200))
    event = issued(sale, invoice(customer=BUSINESS))
    assert (event.early_discount_bp, event.early_discount_days) == (200, 8)
    assert "EARLY_DISCOUNT" in event.mentions
    assert issued(sale, invoice(id=None)).early_discount_bp is None
    pay(sale.later(8), 11_760)
    assert (invoice_state(sale).state, invoice_state(sale).early_discount_cents) == ("paid", 240)


# --- after issue


def test_an_invoice_is_open_then_part_paid_then_paid() -> None:
    sale = opened()
    sale.play(invoice())
    assert (invoice_state(sale).state, invoice_state(sale).open_cents) == ("open", 12_000)
    pay(sale, 5_000)
    assert (invoice_state(sale).state, invoice_state(sale).open_cents) == ("part_paid", 7_000)
    pay(sale, 7_000)
    assert (invoice_state(sale).state, invoice_state(sale).open_cents) == ("paid", 0)


def test_a_payment_in_parts_takes_the_invoices_vat_to_the_cent() -> None:
    sale = opened()
    sale.play(invoice(service("33.33", rate_bp=1000), item("66.67"), basis="net"))
    whole = invoice_state(sale).issued
    for part in (1_001, 2_002, whole.totals.gross_cents - 3_003):
        pay(sale, part)
    splits = invoice_state(sale).paid_splits
    assert sum(split.vat_cents for split in splits) == whole.totals.vat_cents
    assert all(row.base_cents == row.vat_cents == 0 for row in invoice_state(sale).open_rows())


def test_sending_and_viewing_are_recorded() -> None:
    sale = opened()
    sale.play(invoice())
    sale.play(SendInvoice(invoice=INVOICE_ID, by="email"))
    sale.play(ViewInvoice(invoice=INVOICE_ID))
    assert (invoice_state(sale).sent, invoice_state(sale).viewed) == (True, True)


def test_a_business_invoice_goes_through_a_platform_once_that_is_the_law() -> None:
    sale = opened().on("2027-08-31")
    sale.play(invoice(customer=BUSINESS))
    sale.play(SendInvoice(invoice=INVOICE_ID, by="email"))
    sale.on("2027-09-01")
    assert sale.refusal(SendInvoice(invoice=INVOICE_ID, by="email")).code == "PLATFORM_REQUIRED"
    sale.play(SendInvoice(invoice=INVOICE_ID, by="platform"))
    assert sale.last(InvoiceSent).by == "platform"


def test_a_dispute_opens_once_and_is_settled() -> None:
    sale = opened()
    sale.play(invoice())
    sale.play(DisputeInvoice(invoice=INVOICE_ID, state="opened", words="La porte grince"))
    assert invoice_state(sale).disputed
    assert sale.refusal(DisputeInvoice(invoice=INVOICE_ID, state="opened")).code == "NOTHING_TO_CHANGE"
    sale.play(DisputeInvoice(invoice=INVOICE_ID, state="settled"))
    assert not invoice_state(sale).disputed


def test_a_consumer_never_owes_business_penalties() -> None:
    sale = opened()
    sale.play(invoice())
    assert sale.later(60).refusal(ChargePenalty(invoice=INVOICE_ID)).code == "PENALTY_WITHOUT_LAW"


def test_penalties_run_from_the_day_after_the_due_date_and_the_40_euros_are_claimed_once() -> None:
    sale = opened()
    sale.play(invoice(service("1000"), customer=BUSINESS))  # 1 200.00 due on 23 December
    assert sale.on("2026-12-23").refusal(ChargePenalty(invoice=INVOICE_ID)).code == "PENALTY_NOT_DUE"
    sale.on("2027-01-22").play(ChargePenalty(invoice=INVOICE_ID))
    first = sale.last(PenaltyCharged)
    assert (first.days_late, first.indemnity_cents) == (30, 4000)
    assert first.penalty_cents == 1198  # 1 200.00 x 12.15 % x 30 / 365 = 11.983...
    sale.on("2027-02-01").play(ChargePenalty(invoice=INVOICE_ID))
    second = sale.last(PenaltyCharged)
    assert (second.days_late, second.indemnity_cents, second.penalty_cents) == (10, 0, 399)


def test_a_public_buyer_owes_the_rate_of_the_central_bank_and_eight_points() -> None:
    sale = opened()
    sale.play(invoice(service("1000"), customer=PUBLIC))
    sale.on("2027-02-21")
    assert sale.refusal(ChargePenalty(invoice=INVOICE_ID)).code == "PENALTY_RATE_PUBLIC"
    due_on = date.fromisoformat(sale.last(InvoiceIssued).due_on)
    sale.play(ChargePenalty(invoice=INVOICE_ID, central_bank_bp=215))
    event = sale.last(PenaltyCharged)
    assert (event.rate_bp, event.indemnity_cents) == (1015, 4000)
    assert event.penalty_cents == round(Fraction(120_000 * 1015 * (sale.today - due_on).days, 10_000 * 365))


def test_a_business_owes_the_rate_of_its_invoice_and_no_other() -> None:
    sale = opened()
    sale.play(invoice(customer=BUSINESS))
    refusal = sale.on("2027-02-21").refusal(ChargePenalty(invoice=INVOICE_ID, central_bank_bp=215))
    assert (refusal.code, refusal.place) == ("PENALTY_RATE_PUBLIC", "/central_bank_bp")


def test_penalties_follow_what_was_still_due_on_each_day() -> None:
    sale = opened()
    sale.play(invoice(service("1000"), customer=BUSINESS))
    sale.on("2027-01-02")
    pay(sale, 60_000)
    sale.on("2027-01-12").play(ChargePenalty(invoice=INVOICE_ID))
    # 10 days on 1 200.00 (3.995), then 10 on 600.00 (1.997)
    assert sale.last(PenaltyCharged).penalty_cents == 399 + 200


def test_nothing_is_penalised_on_a_paid_invoice() -> None:
    sale = opened()
    sale.play(invoice(customer=BUSINESS))
    pay(sale, 12_000)
    assert sale.on("2027-03-01").refusal(ChargePenalty(invoice=INVOICE_ID)).code == "PENALTY_NOT_DUE"


def test_a_loss_closes_the_invoice_and_a_credit_note_recovers_its_vat() -> None:
    sale = opened()
    sale.play(invoice())
    pay(sale, 2_000)
    sale.play(WriteOffInvoice(invoice=INVOICE_ID, reason="insolvent"))
    assert sale.last(WrittenOff).amount_cents == 10_000
    assert sale.last(TaskOpened).code == "credit_bad_debt"
    assert (invoice_state(sale).state, invoice_state(sale).open_cents) == ("written_off", 0)
    assert sale.refusal(WriteOffInvoice(invoice=INVOICE_ID)).code == "INVOICE_NOT_OPEN"
    answer = sale.play(CreditInvoice(invoice=INVOICE_ID, cause="bad_debt"))
    assert (answer["gross_cents"], answer["settles_cents"], answer["refund_cents"]) == (10_000, 0, 0)
    note = sale.last(CreditNoteIssued)
    assert (note.totals.net_cents, note.totals.vat_cents) == (8_333, 1_667)


def test_an_unknown_invoice_is_said_to_be_unknown() -> None:
    sale = opened()
    for command in (
        SendInvoice(invoice=INVOICE_ID, by="hand"),
        ViewInvoice(invoice=INVOICE_ID),
        ChargePenalty(invoice=INVOICE_ID),
        WriteOffInvoice(invoice=INVOICE_ID),
        DisputeInvoice(invoice=INVOICE_ID, state="opened"),
        CreditInvoice(invoice=INVOICE_ID, cause="error"),
    ):
        assert sale.refusal(command).code == "REFERENCE_UNKNOWN"
