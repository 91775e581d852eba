"""The sales of the corpus, one a function: what was sold to whom, in as few words as the command takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledger.domain.commands.common import LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    InvoiceSubscription,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
    RequestDeposit,
    StartSubscription,
)
from ledger.domain.events.common import Address, Discount, Party
from projections.documents.paper import Language, Paper
from tests.documents.corpus.papers import last_paper
from tests.domain.sales import BUILDER, OTHER_ID, QUOTE_ID, SITE, goods, pay, quote, quote_state, share, signed, works
from tests.domain.world import BUSINESS, CONSUMER, DETAILS, FOREIGNER, OPENING, PROFILE, PUBLIC, FixedWorld, opened

INVOICE_ID = "dddddddd-0000-4000-8000-000000000001"
SUB = "ffffffff-0000-4000-8000-000000000001"

FRANCHISE = replace(PROFILE, vat_regime="franchise", details=replace(DETAILS, vat_number=None))
EI = replace(
    PROFILE,
    legal_form="1000",
    sole_trader=True,
    details=replace(DETAILS, name="Alix Aubépine", trade_name="Bois & Fils"),
)
BERLIN = Party(
    name="Holzbau Linde GmbH",
    address=Address(lines=("Lindenweg 5",), postcode="10115", city="Berlin", country="DE"),
    vat_number="DE136695976",
)
OSLO_ID = "aaaaaaaa-0000-4000-8000-000000000009"
OSLO = Party(
    name="Fjord Interiør AS",
    address=Address(lines=("Havnegata 1",), postcode="0150", city="Oslo", country="NO"),
)


def service(unit_price: str = "100", **more: Any) -> LineInput:
    return LineInput(**{"label": "Réglage d'une porte", "unit_price": unit_price, "nature": "services", **more})


def item(unit_price: str = "20", **more: Any) -> LineInput:
    return LineInput(**{"label": "Gond", "unit_price": unit_price, "nature": "goods", **more})


def invoice(*lines: LineInput, **more: Any) -> IssueInvoice:
    members: dict[str, Any] = {"id": INVOICE_ID, "customer": CONSUMER, "lines": lines or (service(),), "basis": "net"}
    return IssueInvoice(**{**members, **more})


def issued(*lines: LineInput, profile: Any = PROFILE, **more: Any) -> FixedWorld:
    world = opened(profile=profile)
    world.play(invoice(*lines, **more))
    return world


# --- invoices


def ordinary_services() -> FixedWorld:
    return issued(service(), service("45.5", quantity="2.5", unit="HUR"))


def ordinary_goods() -> FixedWorld:
    return issued(item("12.34", quantity="7", item="GOND-80"), supplied_on="2026-11-20")


def goods_and_services() -> FixedWorld:
    return issued(item(), service(), service("30", purpose="travel", label="Déplacement"))


def four_rates() -> FixedWorld:
    return issued(
        service("1000", rate_bp=1000), service("500"), item("333.33", rate_bp=550), item("99.99", rate_bp=210)
    )


def over_the_counter() -> FixedWorld:
    return issued(item("4.9", quantity="2"), customer=None, basis="gross")


def prices_with_tax() -> FixedWorld:
    return issued(item("9.99", quantity="3"), item("19.9"), service("360", rate_bp=550), basis="gross")


def rounding_three_lines() -> FixedWorld:
    return issued(service("1.02"), service("1.02"), service("1.02"))


def rounding_vectors_with_tax() -> FixedWorld:
    """Law 4.8: 100.00 TTC at each rate, 0.03 at 20, 360.00 at 5.5."""
    lines = [service("100", rate_bp=rate) for rate in (2000, 1000, 550, 210)]
    return issued(*lines, service("0.03"), service("360", rate_bp=550), basis="gross")


def half_cents() -> FixedWorld:
    return issued(item("0.125"), item("0.125"), item("0.125", quantity="-1"), item("5"))


def tiny_with_tax() -> FixedWorld:
    return issued(item("0.03"), basis="gross")


def many_decimals() -> FixedWorld:
    return issued(item("0.123456", quantity="1234.5678", unit="KGM"), item("3.141593", quantity="0.333333", unit="LTR"))


def large_quantity_with_tax() -> FixedWorld:
    return issued(item("0.07", quantity="98765.4321", unit="KWH"), basis="gross")


def line_discounts() -> FixedWorld:
    return issued(
        service("80", quantity="3", discount=Discount(share_bp=1250, reason="loyalty")),
        item("49.99", discount=Discount(amount_cents=500)),
    )


def line_discounts_with_tax() -> FixedWorld:
    return issued(
        service("80", quantity="3", discount=Discount(share_bp=1250)),
        item("49.99", discount=Discount(amount_cents=500)),
        basis="gross",
    )


def document_discount() -> FixedWorld:
    return issued(service("1000", rate_bp=1000), item("333.33"), discount=Discount(share_bp=500, reason="season"))


def document_discount_with_tax() -> FixedWorld:
    return issued(
        service("99.99", rate_bp=1000), item("33.33"), item("7.77"), basis="gross", discount=Discount(amount_cents=1234)
    )


def both_discounts_with_a_return() -> FixedWorld:
    return issued(
        item("25", quantity="10", discount=Discount(share_bp=1000)),
        item("25", quantity="-2", discount=Discount(share_bp=1000)),
        service("60"),
        discount=Discount(share_bp=300),
    )


def three_hundred_lines() -> FixedWorld:
    rates = (2000, 1000, 550, 210)
    lines = [
        item(
            f"{1 + rank}.{rank % 10}{rank % 9 + 1}",
            quantity=str(1 + rank % 7),
            rate_bp=rates[rank % 4],
            label=str(rank),
        )
        for rank in range(300)
    ]
    return issued(*lines, basis="gross", discount=Discount(share_bp=275))


def strange_words() -> FixedWorld:
    return issued(
        service(label='Réglage <A & B> "fin" \u2028 & ]]> \u00e9\U0001f6aa'),
        texts=TextsInput(title="Écrit & signé", notes="Première ligne\n\nDeuxième <ligne>"),
    )


def unknown_unit() -> FixedWorld:
    return issued(item("10", quantity="2", unit="QQQ"))


# --- customers


def business() -> FixedWorld:
    return issued(service("1200"), customer=BUSINESS, order_reference="BC 2026/118")


def business_with_early_discount() -> FixedWorld:
    profile = replace(PROFILE, early_discount_bp=200, early_discount_days=8)
    return issued(service("1200"), item("80"), customer=BUSINESS, profile=profile)


def business_on_debits() -> FixedWorld:
    return issued(service("1200"), customer=BUSINESS, profile=replace(PROFILE, debits_option=True))


def business_large() -> FixedWorld:
    lines = [item(f"{rank}.99", quantity=str(rank), discount=Discount(share_bp=700)) for rank in range(1, 41)]
    return issued(*lines, customer=BUSINESS, discount=Discount(amount_cents=9_999), basis="gross")


def public_body() -> FixedWorld:
    return issued(service("5400", rate_bp=2000), customer=PUBLIC, order_reference="ENG-77")


def foreign_consumer() -> FixedWorld:
    return issued(item("60"), customer=FOREIGNER)


def delivered_elsewhere() -> FixedWorld:
    client = Party(
        name="Imprimerie Tilleul SARL",
        address=Address(lines=("12 rue du Plomb",), postcode="44000", city="Nantes"),
        delivery_address=Address(
            lines=("Quai 4", "Zone des Presses", "Porte B", "Sonner deux fois"), postcode="44800", city="Saint-Herblain"
        ),
        siren="987654324",
        vat_number="FR14987654324",
        contact="Service achats",
        email="achats@tilleul.test",
    )
    return issued(item("900"), customer=BUSINESS, client=client)


def billed_period() -> FixedWorld:
    world = opened()
    line = LineInput(label="Entretien de la chaudière", unit_price="31", nature="services")
    world.play(
        StartSubscription(id=SUB, customer=BUSINESS, basis="net", every="month", starts_on="2026-12-01", lines=(line,))
    )
    world.on("2026-12-01").play(InvoiceSubscription(subscription=SUB))
    return world


# --- regimes and places


def franchise() -> FixedWorld:
    return issued(service("640"), profile=FRANCHISE)


def franchise_for_a_business() -> FixedWorld:
    return issued(service("640"), item("12"), profile=FRANCHISE, customer=BUSINESS)


def sole_trader() -> FixedWorld:
    return issued(service("95"), profile=EI)


def guadeloupe() -> FixedWorld:
    texts = TextsInput(performance_place="Quai Lefèvre, 97110 Pointe-à-Pitre")
    lines = (item("50"), service("80", rate_bp=210), item("9", rate_bp=175))
    return issued(*lines, supply_place="GP", texts=texts)


def corsica() -> FixedWorld:
    return issued(item("50", rate_bp=1300), item("80", rate_bp=90), supply_place="FR-20R")


def guyane() -> FixedWorld:
    texts = TextsInput(performance_place="Rue du Port, 97300 Cayenne")
    return issued(item("50"), service("80"), supply_place="GF", texts=texts)


def mayotte_for_a_business() -> FixedWorld:
    return issued(service("800"), supply_place="YT", customer=BUSINESS)


def reverse_charge() -> FixedWorld:
    return issued(service("3000", category="AE"), customer=BUSINESS)


def within_the_union() -> FixedWorld:
    return issued(item("700", category="K"), customer=None, client=BERLIN, supply_place="FR", supplied_on="2026-11-21")


def service_to_the_union() -> FixedWorld:
    return issued(service("700", category="AE"), customer=None, client=BERLIN, supply_place="EU")


def _to_oslo(line: LineInput, **more: Any) -> FixedWorld:
    world = opened()
    world.play(RegisterCustomer(id=OSLO_ID, kind="business", country="NO", tax_resident="NO", party=OSLO))
    world.play(invoice(line, customer=OSLO_ID, **more))
    return world


def export() -> FixedWorld:
    return _to_oslo(item("700", category="G"), supply_place="FR")


def outside_the_scope() -> FixedWorld:
    return _to_oslo(service("700"), supply_place="WORLD")


def exempt_teaching() -> FixedWorld:
    return issued(service("700", category="E", exemption="VATEX-FR-CGI261-4"))


def two_exemptions_for_a_consumer() -> FixedWorld:
    return issued(
        service("700", category="E", exemption="VATEX-FR-CGI261-4"),
        service("50", category="E", exemption="VATEX-EU-132-1G"),
        service("20"),
    )


def two_exemptions_for_a_business() -> FixedWorld:
    return issued(
        service("700", category="E", exemption="VATEX-FR-CGI261-4"),
        service("50", category="E", exemption="VATEX-EU-132-1G"),
        service("20"),
        customer=BUSINESS,
        discount=Discount(share_bp=1000),
    )


def disbursements() -> FixedWorld:
    """Money laid out for the client (débours) beside a taxed service: O beside S."""
    return issued(service("250"), service("73.76", category="O", label="Certificat, payé pour vous"), customer=BUSINESS)


def disbursements_of_a_consumer() -> FixedWorld:
    return issued(service("250"), service("73.76", category="O", label="Certificat, payé pour vous"))


def zero_rate() -> FixedWorld:
    return issued(item("40", category="Z", exemption="ZERO"))


# --- contracts, deposits


def _contract(*lines: LineInput, customer: str = CONSUMER, profile: Any = PROFILE, **more: Any) -> FixedWorld:
    world = opened(profile=profile)
    signed(world, quote(*lines, customer=customer, schedule=(share(3000),), **more))
    for link in quote_state(world).deposits:
        pay(world, link.deposit)
    return world


def final_after_a_deposit() -> FixedWorld:
    """Law 4.8: 1 000 at 10 % and 500 at 20 %, a deposit of 30 % = 510.00."""
    world = _contract()
    world.later(40).play(IssueFinalInvoice(quote=QUOTE_ID))
    return world


def deposit_invoice_to_pay() -> FixedWorld:
    world = opened()
    world.play(RequestDeposit(customer=BUSINESS, amount_cents=12_000, title="Réservation", invoice_at="request"))
    return world


def deposit_invoice_paid() -> FixedWorld:
    world = _contract(works("1000", 1000), goods("500"), customer=BUSINESS)
    world.later(1).play(InvoiceDeposit(deposit=quote_state(world).deposits[0].deposit))
    return world


def final_after_a_deposit_invoice() -> FixedWorld:
    world = deposit_invoice_paid()
    world.later(30).play(IssueFinalInvoice(quote=QUOTE_ID, supplied_on=world.today.isoformat()))
    return world


def deposits_over_three_rates_with_tax() -> FixedWorld:
    world = opened()
    lines = (works("999.99", 1000), works("333.33", 2000), works("77.77", 550))
    schedule = (share(3333), share(2000))
    signed(world, quote(*lines, basis="gross", customer=BUSINESS, schedule=schedule, discount=Discount(share_bp=250)))
    for link in quote_state(world).deposits:
        pay(world, link.deposit)
        world.later(1).play(InvoiceDeposit(deposit=link.deposit))
    world.later(20).play(IssueFinalInvoice(quote=QUOTE_ID))
    return world


def progress_first() -> FixedWorld:
    world = opened()
    signed(world, quote(works("1000", 1000, quantity="3"), goods("500"), customer=BUSINESS))
    world.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(3333, 0)))
    return world


def progress_second_with_tax() -> FixedWorld:
    world = opened()
    signed(world, quote(works("999.99", 1000), works("333.33", 2000), basis="gross", discount=Discount(share_bp=500)))
    world.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(3333, 1000)))
    world.later(9).play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(6667, 5000)))
    return world


def final_after_progress() -> FixedWorld:
    world = progress_second_with_tax()
    world.later(9).play(IssueFinalInvoice(quote=QUOTE_ID))
    return world


def final_with_a_change_order() -> FixedWorld:
    world = _contract(customer=BUSINESS)
    signed(world, quote(works("200", 2000), id=OTHER_ID, amends=QUOTE_ID, customer=BUSINESS))
    world.later(3).play(IssueFinalInvoice(quote=QUOTE_ID))
    return world


def works_at_reduced_rate() -> FixedWorld:
    world = _contract(profile=BUILDER, texts=SITE)
    world.later(3).play(IssueFinalInvoice(quote=QUOTE_ID))
    return world


# --- credit notes


def _credited(*credit: CreditLine, cause: Any = "return", lines: tuple[LineInput, ...] = (), **more: Any) -> FixedWorld:
    world = issued(*(lines or (item("9.99", quantity="3"), service("120"))), **more)
    world.later(3).play(CreditInvoice(invoice=INVOICE_ID, cause=cause, lines=credit))
    return world


def credit_whole() -> FixedWorld:
    return _credited(cause="cancellation", customer=BUSINESS)


def credit_of_a_quantity_with_tax() -> FixedWorld:
    return _credited(CreditLine(rank=1, quantity="2"), basis="gross")


def credit_of_an_amount() -> FixedWorld:
    return _credited(CreditLine(rank=2, amount_cents=1_337), cause="discount", customer=BUSINESS)


def credit_whole_with_discounts() -> FixedWorld:
    lines = (service("80", quantity="3", discount=Discount(share_bp=1250)), item("49.99", rate_bp=550))
    return _credited(cause="error", lines=lines, discount=Discount(share_bp=333), basis="gross", customer=BUSINESS)


def credit_of_a_deposit_invoice() -> FixedWorld:
    world = deposit_invoice_paid()
    document = last_invoice_id(world)
    world.later(2).play(CreditInvoice(invoice=document, cause="cancellation"))
    return world


def credit_after_reverse_charge() -> FixedWorld:
    return _credited(cause="error", lines=(service("3000", category="AE"),), customer=BUSINESS)


def credit_within_the_union() -> FixedWorld:
    return _credited(cause="return", lines=(item("700", category="K"),), customer=None, client=BERLIN)


def credit_under_franchise() -> FixedWorld:
    return _credited(cause="error", profile=FRANCHISE)


def last_invoice_id(world: FixedWorld) -> str:
    return next(e.stream for e in reversed(world.log) if e.event.TYPE == "invoice.issued/1").partition(":")[2]


# --- others


def training_ledger() -> FixedWorld:
    world = opened(opening=replace(OPENING, kind="training"))
    world.play(invoice(service("75"), customer=BUSINESS))
    return world


def in_swiss_francs() -> FixedWorld:
    world = opened(opening=replace(OPENING, currency="CHF"))
    world.play(invoice(item("75"), customer=FOREIGNER))
    return world


ENGLISH = frozenset({"within_the_union", "export", "progress_first"})
"""Cases whose customer reads English."""

CASES: dict[str, Callable[[], FixedWorld]] = {
    each.__name__: each
    for each in (
        ordinary_services,
        ordinary_goods,
        goods_and_services,
        four_rates,
        over_the_counter,
        prices_with_tax,
        rounding_three_lines,
        rounding_vectors_with_tax,
        half_cents,
        tiny_with_tax,
        many_decimals,
        large_quantity_with_tax,
        line_discounts,
        line_discounts_with_tax,
        document_discount,
        document_discount_with_tax,
        both_discounts_with_a_return,
        three_hundred_lines,
        strange_words,
        unknown_unit,
        business,
        business_with_early_discount,
        business_on_debits,
        business_large,
        public_body,
        foreign_consumer,
        delivered_elsewhere,
        billed_period,
        franchise,
        franchise_for_a_business,
        sole_trader,
        guadeloupe,
        corsica,
        guyane,
        mayotte_for_a_business,
        reverse_charge,
        within_the_union,
        service_to_the_union,
        export,
        outside_the_scope,
        exempt_teaching,
        two_exemptions_for_a_consumer,
        two_exemptions_for_a_business,
        disbursements,
        disbursements_of_a_consumer,
        zero_rate,
        final_after_a_deposit,
        deposit_invoice_to_pay,
        deposit_invoice_paid,
        final_after_a_deposit_invoice,
        deposits_over_three_rates_with_tax,
        progress_first,
        progress_second_with_tax,
        final_after_progress,
        final_with_a_change_order,
        works_at_reduced_rate,
        credit_whole,
        credit_of_a_quantity_with_tax,
        credit_of_an_amount,
        credit_whole_with_discounts,
        credit_of_a_deposit_invoice,
        credit_after_reverse_charge,
        credit_within_the_union,
        credit_under_franchise,
        training_ledger,
        in_swiss_francs,
    )
}
"""Every sale of the corpus by its name."""


def paper(name: str) -> Paper:
    """Give the paper of one case."""
    language: Language = "en" if name in ENGLISH else "fr"
    return last_paper(CASES[name](), language)
