"""Documents of real sales, which tests may ask for: `PAPERS["invoice_b2c"]()` gives a `Paper`.

`CASES` names a document of each kind with the sale that made it; `paper(name, language="en", copy=2)` makes it;
`PAPERS` are the same without further arguments. How a sale is played: `selling.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from ledger.domain.commands.common import InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.messages import RecordReminder
from ledger.domain.commands.parties import SetBrand
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import (
    AcceptWork,
    GiveSignature,
    RecordCodeChecked,
    RecordCodeSent,
    RequestSignature,
    SignatoryInput,
)
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    InvoiceSubscription,
    IssueFinalInvoice,
    IssueInvoice,
    IssueNote,
    IssueProgressInvoice,
    IssueReceipt,
    RequestDeposit,
    StartSubscription,
)
from ledger.domain.events.common import Address, Discount, Party
from ledger.domain.events.signatures import Evidence
from ledger.domain.streams.quote import QUOTE
from projections.documents.builders import Wanted, paper_of
from projections.documents.paper import DocumentKind, Language, Paper
from tests.documents.selling import (
    BUILDER,
    COMPANY,
    EVIDENCE,
    FULL_DETAILS,
    INVOICE_ID,
    LOGO_BASE64,
    LONG_CUSTOMER,
    LONG_CUSTOMERS,
    LONG_NAME,
    QUOTE_ID,
    SITE,
    SOLE,
    Sale,
    a_quote,
    an_invoice,
    deposits_of,
    goods,
    pay,
    sign,
    works,
)
from tests.domain.sales import quote_state
from tests.domain.world import (
    BUSINESS,
    CONSUMER,
    FOREIGNER,
    PUBLIC,
)

Case = tuple[Sale, Wanted]


def _invoice_case(command: IssueInvoice, kind: DocumentKind = "invoice", **sale: Any) -> Case:
    played = Sale(**sale)
    played.play(command)
    return played, Wanted(kind=kind, about=command.id or INVOICE_ID)


def _quote_b2c() -> Case:
    sale = Sale(profile=BUILDER)
    sale.play(
        a_quote(
            works(unit="HUR", quantity="12.5", price="48", purpose="labour_hourly"),
            goods(quantity="1", discount=Discount(share_bp=500, reason="fidelite")),
            works("35", 2000, "Déplacement", purpose="travel"),
            goods("180", label="Main courante en frêne", choice="option"),
            goods("240", label="Garde-corps bois", choice="variant", choice_group="garde-corps"),
            goods("390", label="Garde-corps verre", choice="variant", choice_group="garde-corps"),
            schedule=(InstalmentInput(share_bp=3000, due_days=8), InstalmentInput(share_bp=4000, trigger="delivery")),
        )
    )
    return sale, Wanted(kind="quote", about=QUOTE_ID)


def _quote_off_premises() -> Case:
    sale = Sale(profile=replace(BUILDER, early_discount_bp=None))
    sale.play(a_quote(channel="off_premises", online=True, schedule=(InstalmentInput(share_bp=3000),)))
    return sale, Wanted(kind="quote", about=QUOTE_ID)


def _quote_signed() -> Case:
    sale, wanted = _quote_b2c()
    sign(sale, chosen=(4, 6))
    return sale, wanted


def _quote_b2b() -> Case:
    sale = Sale(profile=COMPANY)
    sale.play(
        a_quote(works(rate_bp=2000), goods(), customer=BUSINESS, payment_days=45, texts=TextsInput(title="Stand"))
    )
    return sale, Wanted(kind="quote", about=QUOTE_ID)


def _invoice_b2c() -> Case:
    return _invoice_case(
        an_invoice(
            works("120", 2000, "Réglage de porte", quantity="1.5", unit="HUR"),
            goods("14.9", label="Charnière laiton", quantity="4", item="CHARN-L"),
            basis="gross",
            supplied_on=None,
        ),
        profile=COMPANY,
    )


def _invoice_counter() -> Case:
    return _invoice_case(
        an_invoice(goods("14.9", label="Charnière laiton"), customer=None, basis="gross", supplied_on=None)
    )


def _invoice_b2b() -> Case:
    return _invoice_case(
        an_invoice(
            works(rate_bp=2000),
            goods(quantity="3", discount=Discount(share_bp=1000)),
            customer=BUSINESS,
            discount=Discount(share_bp=500, reason="remise"),
            order_reference="CDE-77",
        ),
        profile=replace(COMPANY, early_discount_bp=200),
    )


def _invoice_public() -> Case:
    profile = replace(COMPANY, early_discount_bp=200)
    return _invoice_case(an_invoice(customer=PUBLIC, order_reference="ENG-2026-41"), profile=profile)


def _invoice_franchise() -> Case:
    return _invoice_case(
        an_invoice(
            LineInput(label="Cours de vannerie", quantity="3", unit="HUR", unit_price="40", nature="services"),
        ),
        profile=SOLE,
    )


def _invoice_franchise_b2b_2027() -> Case:
    line = LineInput(label="Cours de vannerie", quantity="3", unit="HUR", unit_price="40", nature="services")
    return _invoice_case(
        an_invoice(line, customer=BUSINESS, supplied_on="2027-02-01"), profile=SOLE, today=date(2027, 2, 3)
    )


def _invoice_guyane() -> Case:
    line = LineInput(label="Pose d'un carbet", unit_price="900", nature="services")
    site = TextsInput(performance_place="12 rue du Manguier, 97300 Cayenne")
    return _invoice_case(an_invoice(line, supply_place="GF", texts=site), profile=COMPANY)


def _invoice_reverse_charge() -> Case:
    line = LineInput(
        label="Sous-traitance de charpente", unit_price="2500", nature="services", rate_bp=0, category="AE",
        exemption="VATEX-FR-AE",
    )  # fmt: skip
    return _invoice_case(an_invoice(line, customer=BUSINESS), profile=BUILDER)


def _invoice_many_rates() -> Case:
    lines = (
        works("1234.56", 1000, "Pose de parquet"),
        works("999.99", 550, "Isolation des rampants"),
        goods("149.5", 2000, "Plinthes", quantity="12.75", unit="MTR"),
        goods("18", 550, "Guide d'entretien, livre", item="LIVRE-1"),
        goods("3.5", 210, "Revue professionnelle", quantity="2"),
        works("45", 2000, "Port et emballage", purpose="charge"),
        goods("25", 2000, "Consigne de palettes"),
    )
    return _invoice_case(
        an_invoice(*lines, reduced_rate_justified=True, texts=replace(SITE, notes="Merci de votre confiance.")),
        profile=BUILDER,
    )


def _invoice_300_lines() -> Case:
    lines = tuple(
        goods(
            f"{7 + n % 13}.{n % 90 + 10}".rstrip("0"),
            (2000, 1000, 550)[n % 3],
            f"Article n° {n} du bordereau",
            quantity=str(1 + n % 7),
        )
        for n in range(1, 301)
    )
    return _invoice_case(an_invoice(*lines, customer=BUSINESS, reduced_rate_justified=True), profile=COMPANY)


def _invoice_long_names() -> Case:
    label = (
        "Fourniture et pose d'un escalier hélicoïdal en hêtre massif huilé, limons débillardés, garde-corps en verre "
        "feuilleté et main courante cintrée sur mesure, y compris relevés, gabarits, protections, évacuation, nettoyage"
    )
    details = replace(FULL_DETAILS, name=f"{LONG_NAME} d'Armor", trade_name="Les Menuisiers réunis")
    nails = goods("0.005", label="Pointe", quantity="100000")
    return _invoice_case(
        an_invoice(works("12345678.91", 2000, label), nails, customer=LONG_CUSTOMER),
        profile=replace(COMPANY, details=details),
        customers=LONG_CUSTOMERS,
    )


def _invoice_training() -> Case:
    return _invoice_case(an_invoice(), profile=COMPANY, ledger="training")


def _invoice_recurring() -> Case:
    sale = Sale(profile=COMPANY)
    started = sale.play(
        StartSubscription(
            customer=BUSINESS,
            basis="net",
            every="month",
            starts_on="2026-11-01",
            lines=(works("80", 2000, "Entretien mensuel des menuiseries"),),
        )
    )
    made = sale.play(InvoiceSubscription(subscription=started["subscription"]))
    return sale, Wanted(kind="invoice", about=made["invoice"])


def _deposit_invoice() -> Case:
    sale = Sale(profile=COMPANY)
    (deposit,) = deposits_of(
        sale, customer=BUSINESS, lines=(works(rate_bp=2000), goods("500", 1000)), texts=TextsInput()
    )
    made = sale.play(InvoiceDeposit(deposit=deposit)) if not _invoices_of(sale, deposit) else None
    invoice = made["invoice"] if made is not None else _invoices_of(sale, deposit)[0]
    return sale, Wanted(kind="deposit_invoice", about=invoice)


def _invoices_of(sale: Sale, deposit: str) -> tuple[str, ...]:
    return tuple(
        each.event.invoice for each in sale.sources().stream(f"deposit:{deposit}") if hasattr(each.event, "invoice")
    )


def _deposit_credit_note() -> Case:
    sale, wanted = _deposit_invoice()
    made = sale.play(CreditInvoice(invoice=wanted.about, cause="error"))
    return sale, Wanted(kind="credit_note", about=made["credit_note"])


def _final_sale(**more: Any) -> tuple[Sale, str]:
    sale = Sale(profile=replace(BUILDER, early_discount_bp=None))
    (first,) = deposits_of(sale, **more)
    pay(sale, first, "deposit", quote_state(sale.world, QUOTE_ID).deposits[0].amount_cents)
    sale.later(2)
    answer = sale.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on=sale.world.today.isoformat()))
    second = quote_state(sale.world, QUOTE_ID).deposits[1]
    assert answer
    pay(sale, second.deposit, "deposit", second.amount_cents, means="card")
    made = sale.play(IssueFinalInvoice(quote=QUOTE_ID))
    return sale, made["invoice"]


def _invoice_final() -> Case:
    sale, invoice = _final_sale()
    return sale, Wanted(kind="invoice", about=invoice)


def _invoice_final_b2b() -> Case:
    sale, invoice = _final_sale(customer=BUSINESS)
    return sale, Wanted(kind="invoice", about=invoice)


def _invoice_final_arrhes() -> Case:
    """Arrhes paid four months before: the final invoice deducts them with the interest they earned."""
    sale = Sale(profile=replace(COMPANY, trades=("repair",)), today=date(2026, 7, 1))
    schedule = (InstalmentInput(kind="arrhes", share_bp=4000),)
    (deposit,) = deposits_of(sale, schedule=schedule, special_order=False, texts=replace(SITE, waste=None))
    pay(sale, deposit, "deposit", 68_000)
    sale.on("2026-12-15")
    sale.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-12-15"))
    made = sale.play(IssueFinalInvoice(quote=QUOTE_ID))
    return sale, Wanted(kind="invoice", about=made["invoice"])


def _credit_note_frees_deposits() -> Case:
    sale, invoice = _final_sale()
    pay(sale, invoice, "invoice", 85_000)
    made = sale.play(CreditInvoice(invoice=invoice, cause="error"))
    return sale, Wanted(kind="credit_note", about=made["credit_note"])


def _quote_amendment() -> Case:
    sale, _ = _quote_signed()
    other = "cccccccc-0000-4000-8000-0000000000a2"
    less = works("120", 2000, "Moins-value: main courante", quantity="-1")
    sale.play(a_quote(works("300", 2000, "Trappe de visite"), less, id=other, amends=QUOTE_ID))
    return sale, Wanted(kind="quote", about=other)


def _invoice_progress() -> Case:
    sale = Sale(profile=COMPANY)
    sale.play(a_quote(works(rate_bp=2000), goods(), customer=BUSINESS))
    sign(sale)
    sale.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(3000, 5000)))
    sale.later(1)
    made = sale.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(6000, 10000)))
    return sale, Wanted(kind="invoice", about=made["invoice"])


def _credit_note_b2c() -> Case:
    sale, wanted = _invoice_b2c()
    pay(sale, wanted.about, "invoice", 23_960, means="card")
    made = sale.play(
        CreditInvoice(invoice=wanted.about, cause="return", lines=(CreditLine(rank=2, quantity="2"),), notes="Rendues")
    )
    return sale, Wanted(kind="credit_note", about=made["credit_note"])


def _credit_note_b2b() -> Case:
    sale, wanted = _invoice_b2b()
    made = sale.play(CreditInvoice(invoice=wanted.about, cause="cancellation"))
    return sale, Wanted(kind="credit_note", about=made["credit_note"])


def _deposit_request(kind: str) -> Case:
    sale = Sale(profile=COMPANY)
    special = kind == "acompte"
    (deposit,) = deposits_of(
        sale,
        schedule=(InstalmentInput(kind=kind, share_bp=3000, due_days=8),),  # type: ignore[arg-type] # arrhes or acompte
        special_order=special,
    )
    return sale, Wanted(kind="deposit_request", about=deposit)


def _deposit_request_banned() -> Case:
    sale = Sale(profile=BUILDER)
    (deposit,) = deposits_of(
        sale, channel="off_premises", schedule=(InstalmentInput(share_bp=3000),), special_order=False
    )
    return sale, Wanted(kind="deposit_request", about=deposit)


def _plain_request() -> Case:
    sale = Sale(profile=COMPANY)
    made = sale.play(
        RequestDeposit(customer=FOREIGNER, amount_cents=25_000, rate_bp=2000, nature="services", title="Réservation")
    )
    return sale, Wanted(kind="deposit_request", about=made["deposit"])


def _receipt_arrhes() -> Case:
    sale, wanted = _deposit_request("arrhes")
    pay(sale, wanted.about, "deposit", 51_000, means="card")
    receipt = next(each for each in sale.entries if each.stream.startswith("receipt:"))
    return sale, Wanted(kind="receipt", about=receipt.stream.partition(":")[2])


def _receipt() -> Case:
    sale, wanted = _invoice_b2c()
    payment = pay(sale, wanted.about, "invoice", 10_000, means="cash", customer=CONSUMER)
    made = sale.play(IssueReceipt(payment=payment))
    return sale, Wanted(kind="receipt", about=made["receipt"])


def _note(kind: str, **more: Any) -> Case:
    sale = Sale(profile=BUILDER)
    members: dict[str, Any] = {
        "kind": kind,
        "performed_on": "2026-11-20",
        "basis": "gross",
        "lines": (works("180", 2000, "Dépannage de serrure"), goods("45", label="Cylindre")),
        "client": Party(
            name="Dominique Aulne", address=Address(lines=("5 cour des Lilas",), postcode="35000", city="Rennes")
        ),
        "texts": TextsInput(performance_place="5 cour des Lilas, 35000 Rennes"),
    }
    made = sale.play(IssueNote(**{**members, **more}))
    return sale, Wanted(kind="note", about=made["note"])


def _payment_request() -> Case:
    sale, wanted = _invoice_final()
    pay(sale, wanted.about, "invoice", 20_000, means="cheque")
    sale.later(40)
    return sale, Wanted(kind="payment_request", about=wanted.about)


def _reminder(tone: str, **more: Any) -> Case:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice(**more))
    pay(sale, INVOICE_ID, "invoice", 30_000)
    sale.later(75)
    sale.play(RecordReminder(about=INVOICE_ID, about_kind="invoice", step=1, tone=tone))  # type: ignore[arg-type] # a word
    return sale, Wanted(kind="reminder", about=INVOICE_ID)


def _reminder_deposit() -> Case:
    sale = Sale(profile=COMPANY)
    (deposit,) = deposits_of(sale, customer=BUSINESS, lines=(works(rate_bp=2000),), texts=TextsInput())
    sale.later(20).play(RecordReminder(about=deposit, about_kind="deposit", step=1, tone="firm"))
    sale.later(10).play(RecordReminder(about=deposit, about_kind="deposit", step=2, tone="firm"))
    return sale, Wanted(kind="reminder", about=deposit)


def _reminder_quote() -> Case:
    sale, _ = _quote_b2b()
    sale.later(10).play(RecordReminder(about=QUOTE_ID, about_kind="quote", step=1, tone="friendly"))
    return sale, Wanted(kind="reminder", about=QUOTE_ID)


def _statement() -> Case:
    sale, wanted = _invoice_final_b2b()
    pay(sale, wanted.about, "invoice", 20_000, customer=BUSINESS)
    sale.later(3)
    credit = sale.play(
        CreditInvoice(invoice=wanted.about, cause="return", lines=(CreditLine(rank=2, amount_cents=8_000),))
    )
    assert credit["settles_cents"]
    sale.play(RecordPayment(means="cheque", amount_cents=7_500, customer=BUSINESS))
    return sale, Wanted(kind="statement", about=BUSINESS)


def _evidence() -> Case:
    """Two signatories, one of them by a code that was first mistyped."""
    sale, _ = _quote_b2c()
    client, issuer = "eeeeeeee-0000-4000-8000-000000000001", "eeeeeeee-0000-4000-8000-000000000002"
    asked = RequestSignature(
        quote=QUOTE_ID,
        signatories=(
            SignatoryInput(
                id=client,
                method="code",
                party=Party(name="Camille Roseau", email="camille@roseau.test", phone="+33 6 00 00 00 00"),
            ),
            SignatoryInput(id=issuer, side="issuer", method="typed", code_by="none", party=Party(name="Ode Aubépine")),
        ),
    )
    signature = sale.play(asked)["signature"]
    soon = "2026-11-23T09:00:00.000000Z"
    sale.play(RecordCodeSent(signature=signature, signatory=client, expires_at=soon))
    sale.play(RecordCodeChecked(signature=signature, signatory=client, outcome="wrong"))
    sale.play(RecordCodeChecked(signature=signature, signatory=client, outcome="right"))
    state = quote_state(sale.world, QUOTE_ID)
    shown = sale.world.recorded(QUOTE.stream(QUOTE_ID), state.document_at)
    assert shown is not None
    evidence = replace(EVIDENCE, name_typed=None, code_sent_to="camille@roseau.test")
    chosen = (4, 6)
    sale.play(
        GiveSignature(
            signature=signature, signatory=client, signed=shown, chosen=chosen, reduced_rate_stated=True,
            evidence=evidence,
        )
    )  # fmt: skip
    own = Evidence(name_typed="Ode Aubépine", consent_text="Bon pour accord")
    sale.play(GiveSignature(signature=signature, signatory=issuer, signed=shown, evidence=own))
    return sale, Wanted(kind="evidence", about=signature)


def _closure(period: str) -> Case:
    sale, wanted = _invoice_final_b2b()
    pay(sale, wanted.about, "invoice", 20_000, means="cash")
    sale.on("2027-01-04")
    closed = [each for each in sale.entries if getattr(each.event, "period", None) == period]
    return sale, Wanted(kind="closure_report", about="self", seq=closed[0].seq)


def _branded() -> Case:
    sale = Sale(profile=COMPANY)
    sale.play(SetBrand(accent="#7a1f4e", logo=LOGO_BASE64))
    sale.play(an_invoice())
    return sale, Wanted(kind="invoice", about=INVOICE_ID)


CASES: dict[str, Callable[[], Case]] = {
    "quote_b2c": _quote_b2c,
    "quote_b2b": _quote_b2b,
    "quote_off_premises": _quote_off_premises,
    "quote_signed": _quote_signed,
    "quote_amendment": _quote_amendment,
    "deposit_invoice": _deposit_invoice,
    "invoice_b2c": _invoice_b2c,
    "invoice_counter": _invoice_counter,
    "invoice_branded": _branded,
    "invoice_b2b": _invoice_b2b,
    "invoice_public": _invoice_public,
    "invoice_franchise": _invoice_franchise,
    "invoice_franchise_b2b_2027": _invoice_franchise_b2b_2027,
    "invoice_guyane": _invoice_guyane,
    "invoice_reverse_charge": _invoice_reverse_charge,
    "invoice_many_rates": _invoice_many_rates,
    "invoice_300_lines": _invoice_300_lines,
    "invoice_long_names": _invoice_long_names,
    "invoice_training": _invoice_training,
    "invoice_recurring": _invoice_recurring,
    "invoice_progress": _invoice_progress,
    "invoice_final": _invoice_final,
    "invoice_final_b2b": _invoice_final_b2b,
    "invoice_final_arrhes": _invoice_final_arrhes,
    "credit_note_b2c": _credit_note_b2c,
    "credit_note_b2b": _credit_note_b2b,
    "credit_note_deposit": _deposit_credit_note,
    "credit_note_frees_deposits": _credit_note_frees_deposits,
    "deposit_request_arrhes": lambda: _deposit_request("arrhes"),
    "deposit_request_acompte": lambda: _deposit_request("acompte"),
    "deposit_request_banned": _deposit_request_banned,
    "deposit_request_plain": _plain_request,
    "receipt_arrhes": _receipt_arrhes,
    "receipt": _receipt,
    "note_services": lambda: _note("services"),
    "note_building_works": lambda: _note("building_works"),
    "note_unnamed": lambda: _note("services", client=None, client_unnamed=True),
    "payment_request": _payment_request,
    "reminder_friendly": lambda: _reminder("friendly"),
    "reminder_firm_b2b": lambda: _reminder("firm", customer=BUSINESS),
    "reminder_final_b2c": lambda: _reminder("final"),
    "reminder_final_b2b": lambda: _reminder("final", customer=BUSINESS),
    "reminder_quote": _reminder_quote,
    "reminder_deposit": _reminder_deposit,
    "statement": _statement,
    "evidence": _evidence,
    "closure_day": lambda: _closure("day"),
    "closure_month": lambda: _closure("month"),
    "closure_year": lambda: _closure("year"),
}
"""Documents by name: the sale that made it, and what to ask for."""


@cache
def case(name: str) -> Case:
    """Play a case; played once."""
    return CASES[name]()


def paper(name: str, language: Language = "fr", **more: Any) -> Paper:
    """Make the paper of a case, in a language."""
    sale, wanted = case(name)
    return paper_of(sale.sources(), replace(wanted, language=language, **more))


def _maker(name: str) -> Callable[[], Paper]:
    return lambda: paper(name)


PAPERS: Mapping[str, Callable[[], Paper]] = {name: _maker(name) for name in CASES}
"""A paper of each case, in French."""
