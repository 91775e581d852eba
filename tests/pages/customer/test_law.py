"""What consumer law asks of the customer's pages: what is ordered, the button, the seven days, who the business is."""

from __future__ import annotations

import re
from pathlib import Path

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.messages import RecordReminder
from ledger.domain.commands.sales import IssueFinalInvoice
from ledger.domain.refusals import Refusal
from ledger.domain.streams.issuer import ISSUER
from tests.pages.customer.shop import Shop, shopping
from tests.pages.customer.test_reading import plain
from tests.pages.kit import form_of
from tests.signing.scene import ACTOR, works

OPTION = LineInput(label="Vernis mat", unit_price="100", rate_bp=1000, nature="services", choice="option")


def test_what_is_ordered_and_its_price_stand_above_the_button(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote(works(), OPTION)), shop.visitor()
    page = plain(visitor.get(f"{made.path}/sign?c=1&o2=1").text)
    before = page[: page.index("Recevoir mon code")]
    for words in ("Escalier", "Pose d'un escalier", "1 000,00 €", "Vernis mat", "1 210,00 €", "Relire ou changer"):
        assert words in before, words
    without = plain(visitor.get(f"{made.path}/sign?c=1").text)
    assert "Vernis mat" not in without
    assert "1 100,00 €" in without


def test_the_button_that_orders_says_that_payment_follows(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, name="Camille Roseau", consent="1", reduced_rate="1").text
    assert ">Signer : commande avec obligation de paiement</button>" in plain(page)


def test_nothing_is_agreed_to_chosen_or_wished_for_beforehand(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote(works(), OPTION)), shop.visitor()
    box = re.findall(r'<input type="checkbox"[^>]*>', visitor.get(made.path).text)
    assert len(box) == 1
    assert "checked" not in box[0]
    held = form_of(visitor.get(f"{made.path}/sign").text, f"{made.path}/sign").fields
    assert not {"consent", "early_start", "loss", "reduced_rate"} & held.keys()


def test_an_invoice_within_the_seven_days_shows_no_way_to_pay(aging_shop: Shop) -> None:
    made = aging_shop.signed(aging_shop.sale.quote(channel="off_premises", online=False, schedule=()))
    visitor = aging_shop.visitor()
    quote = aging_shop.sale.found(made).about
    invoice = str(aging_shop.sale.do(IssueFinalInvoice(quote=quote)).result["invoice"])
    link = aging_shop.sale.made(invoice, "invoice", "pay")
    page = plain(visitor.get(f"{link.path}/pay/{invoice}").text)
    assert "Rien à payer avant le" in page
    assert "L221-10" in page
    assert "IBAN" not in page
    assert visitor.post(f"{link.path}/pay/{invoice}/announce").status_code in (404, 409)
    refused = aging_shop.sale.service.ledger(aging_shop.sale.ledger).execute(remind(invoice), actor=ACTOR)
    assert isinstance(refused, Refusal)
    assert refused.code == "PAYMENT_WITHIN_SEVEN_DAYS"
    aging_shop.sale.later(days=8)
    again = aging_shop.sale.made(invoice, "invoice", "pay")
    assert "IBAN" in visitor.get(f"{again.path}/pay/{invoice}").text


def remind(invoice: str) -> RecordReminder:
    return RecordReminder(about=invoice, about_kind="invoice", step=1, tone="friendly")


def test_a_sole_trader_is_called_ei_at_the_foot_of_a_page(shop: Shop) -> None:
    service, ledger = shop.sale.service, shop.sale.ledger
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    issuer = service.state(ledger, ISSUER, "self")
    assert issuer is not None
    name = issuer.current.details.name if issuer.current.details is not None else ""
    foot = plain(visitor.get(made.path).text)
    assert (f"{name} EI, SIREN {issuer.current.siren}" in foot) == issuer.current.sole_trader
    assert f"SIREN {issuer.current.siren}" in foot


def test_a_training_page_says_factice(tmp_path: Path) -> None:
    with shopping(tmp_path, kind="training") as shop:
        made = shop.signer(shop.sale.quote())
        assert "FACTICE" in shop.visitor().get(made.path).text
