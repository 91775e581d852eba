"""What law asks of letters: who the business is, what a credit note cancels, no call for money within seven days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.messages.facts import _legal
from ledger.domain.commands.sales import CreditInvoice, IssueFinalInvoice, SendInvoice
from ledger.domain.streams.issuer import ISSUER
from tests.messages.scene import Scene, customer, scene
from tests.messages.test_following import invoiced, quoted, signed, text_of, told


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        made.execute(customer())
        yield made


def test_a_letter_says_who_the_business_is_in_law(shop: Scene) -> None:
    issuer = shop.service.state(shop.ledger, ISSUER, "self")
    assert issuer is not None
    assert issuer.current.details is not None
    invoice = invoiced(shop)
    shop.execute(SendInvoice(invoice=invoice, by="email"))
    told(shop)
    foot = text_of(shop.box.mails()[-1]).replace("\r\n", "\n").rpartition("\n-- \n")[2]
    assert foot.startswith(_legal(issuer.current.details.name, issuer.current.sole_trader, issuer.current.siren))


def test_a_sole_trader_signs_with_ei_once() -> None:
    assert _legal("Jeanne Le Gall", True, "123456782") == "Jeanne Le Gall EI, SIREN 123456782"
    assert _legal("Jeanne Le Gall EI", True, "123456782") == "Jeanne Le Gall EI, SIREN 123456782"
    assert _legal("Le Gall SARL", False, "123456782") == "Le Gall SARL, SIREN 123456782"


def test_a_credit_note_says_which_invoice_it_cancels(shop: Scene) -> None:
    invoice = invoiced(shop)
    shop.execute(CreditInvoice(invoice=invoice, cause="error"))
    told(shop)
    words = text_of(shop.box.mails()[-1]).replace("\u00a0", " ")
    assert "annule, à hauteur de ce montant, la facture F-00001 du " in words


def test_an_invoice_within_the_seven_days_says_when_it_may_be_paid(shop: Scene) -> None:
    quote = quoted(shop, channel="off_premises", schedule=())
    signed(shop, quote)
    invoice = shop.execute(IssueFinalInvoice(quote=quote))["invoice"]
    shop.execute(SendInvoice(invoice=invoice, by="email"))
    told(shop)
    sent = next(one for one in shop.box.mails() if "facture" in str(one["Subject"]))
    assert "La loi interdit tout paiement avant le " in text_of(sent).replace("\u00a0", " ")
