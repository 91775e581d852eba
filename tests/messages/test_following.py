"""From entries to mails: everybody is told what concerns them, once, and nobody anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.erasure import Erased, erase
from ledger.domain.commands.common import InstalmentInput, LineInput
from ledger.domain.commands.messages import AddComment
from ledger.domain.commands.parties import AddObserver, RemoveObserver
from ledger.domain.commands.payments import AnnouncePayment, RecordPayment
from ledger.domain.commands.quotes import (
    DeclineQuote,
    GiveSignature,
    IssueQuote,
    RequestSignature,
    SendQuote,
    SignatoryInput,
    SignQuote,
    ViewQuote,
    WithdrawQuote,
)
from ledger.domain.commands.sales import CreditInvoice, IssueInvoice, IssueReceipt, SendInvoice
from ledger.domain.events.common import Party
from ledger.domain.events.payments import Allocation
from ledger.domain.refusals import Refusal
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from tests.domain.sales import EVIDENCE, SITE
from tests.messages.scene import CUSTOMER, Scene, customer, scene

CLIENT, BUSINESS, AUNT = "jeanne@dupre.example", "bonjour@legall.example", "tante@dupre.example"
LINK = re.compile(r"https://sceau\.example/c/atelier/[A-Za-z0-9_-]{43}")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        found.execute(customer())
        yield found


def quoted(shop: Scene, **more: Any) -> str:
    """Issue a quote of 1 100.00 TTC with 30 % in advance; give its id."""
    line = LineInput(label="Pose d'un escalier", unit_price="1000", rate_bp=1000, nature="services")
    asked: dict[str, Any] = {
        "customer": CUSTOMER, "basis": "net", "channel": "premises", "lines": (line,), "duration_days": 20,
        "schedule": (InstalmentInput(share_bp=3000, due_days=8),), "reduced_rate_justified": True,
        "texts": replace(SITE, title="Escalier en chêne"),
    }  # fmt: skip
    return str(shop.execute(IssueQuote(**(asked | more)))["quote"])


def invoiced(shop: Scene, **more: Any) -> str:
    """Issue an invoice of 120.00 TTC; give its id."""
    line = LineInput(label="Réglage de porte", unit_price="120", rate_bp=2000, nature="services")
    asked: dict[str, Any] = {"customer": CUSTOMER, "lines": (line,), "basis": "gross"}
    return str(shop.execute(IssueInvoice(**(asked | more)))["invoice"])


def signed(shop: Scene, quote: str) -> dict[str, Any]:
    state = shop.service.state(shop.ledger, QUOTE, quote)
    assert state is not None
    stream = list(shop.service.store.stream(shop.ledger, f"quote:{quote}"))
    return shop.execute(
        SignQuote(
            quote=quote, document_version=1, fingerprint=stream[state.document_at - 1].fingerprint,
            reduced_rate_stated=True, evidence=EVIDENCE,
        )
    )  # fmt: skip


def told(shop: Scene) -> list[tuple[str, str]]:
    """Follow and mail; give to whom, and the subject, of what came since the last call."""
    shop.follow()
    shop.mail(2)
    mails = [(str(to), str(mail["Subject"])) for to, mail in zip(shop.box.to(), shop.box.mails(), strict=True)]
    shop.seen, before = len(mails), shop.seen
    return sorted(mails[before:])


def test_from_the_quote_to_the_paid_deposit_both_are_told(shop: Scene) -> None:
    quote = quoted(shop)
    shop.execute(SendQuote(quote=quote, by="email"))
    assert told(shop) == [(CLIENT, "Votre devis D-00001\u00a0: Escalier en chêne")]
    shop.execute(ViewQuote(quote=quote, by="client"))
    shop.execute(ViewQuote(quote=quote, by="client"))
    assert told(shop) == [(BUSINESS, "Jeanne Dupré a ouvert le devis D-00001")]
    deposit = signed(shop, quote)["deposits"][0]
    assert told(shop) == [
        (BUSINESS, "Signé\u00a0: le devis D-00001, Jeanne Dupré"),
        (CLIENT, "330,00\u00a0€ à régler pour le devis D-00001"),
        (CLIENT, "Signé\u00a0: le devis D-00001"),
    ]
    shop.execute(AnnouncePayment(means="credit_transfer", amount_cents=33_000, about=deposit, about_kind="deposit"))
    assert told(shop) == [(BUSINESS, "Virement annoncé\u00a0: 330,00\u00a0€, Jeanne Dupré")]
    allocation = Allocation(about=deposit, about_kind="deposit", amount_cents=33_000)
    shop.execute(RecordPayment(means="credit_transfer", amount_cents=33_000, allocations=(allocation,)))
    assert told(shop) == [(CLIENT, "Paiement reçu\u00a0: 330,00\u00a0€")]  # its receipt was issued with it
    assert told(shop) == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_receipt_goes_along_with_the_thanks_or_after_them_but_once(shop: Scene, at_once: bool) -> None:
    invoice = invoiced(shop)
    allocation = Allocation(about=invoice, about_kind="invoice", amount_cents=12_000)
    payment = shop.execute(RecordPayment(means="card", amount_cents=12_000, allocations=(allocation,)))
    thanks = (CLIENT, "Paiement reçu\u00a0: 120,00\u00a0€")
    if not at_once:
        assert told(shop) == [thanks]
    shop.execute(IssueReceipt(payment=payment["payment"]))
    assert told(shop) == ([thanks] if at_once else [(CLIENT, "Votre reçu R-00001")])
    assert told(shop) == []


def test_each_mail_to_the_client_has_a_link_of_its_own_that_opens(shop: Scene) -> None:
    from api.signing.links import open_link

    shop.execute(SendQuote(quote=quoted(shop), by="email"))
    shop.execute(SendQuote(quote=quoted(shop), by="email"))
    told(shop)
    found = [LINK.findall(text_of(mail))[0] for mail in shop.box.mails()]
    assert len(set(found)) == 2
    for url in found:
        link = open_link(shop.service, "atelier", url.rpartition("/")[2])
        assert link is not None
        assert (link.purpose, link.about_kind) == ("sign", "quote")
        assert url.encode() not in shop.everything()


def test_a_quote_that_was_sent_with_a_message_is_not_mailed_again(shop: Scene) -> None:
    quote = quoted(shop)
    message = shop.sent("by hand", "quote_sent", about=quote)
    shop.execute(SendQuote(quote=quote, by="email", message=message))
    assert len(told(shop)) == 1


def test_what_was_sent_by_post_or_by_hand_is_not_mailed(shop: Scene) -> None:
    shop.execute(SendQuote(quote=quoted(shop), by="post"))
    assert told(shop) == []


def test_observers_get_an_invitation_and_copies_until_they_are_removed(shop: Scene) -> None:
    quote = quoted(shop)
    observer = shop.execute(AddObserver(about=quote, about_kind="quote", party=Party(name="Tante Anne", email=AUNT)))
    assert told(shop) == [(AUNT, "Atelier Le Gall vous invite à suivre le devis D-00001")]
    deposit = signed(shop, quote)["deposits"][0]
    assert [subject for to, subject in told(shop) if to == AUNT] == [
        "Pour information\u00a0: tout le monde a signé",
        "Pour information\u00a0: un paiement est demandé",
    ]
    shop.execute(RemoveObserver(observer=observer["observer"]))
    allocation = Allocation(about=deposit, about_kind="deposit", amount_cents=33_000)
    shop.execute(RecordPayment(means="card", amount_cents=33_000, allocations=(allocation,)))
    assert [to for to, _ in told(shop)] == [CLIENT]


def test_a_refusal_and_questions_reach_the_business_and_answers_the_client(shop: Scene) -> None:
    quote = quoted(shop)
    words = "<b>Quand</b> commencez-vous ? http://evil.example/x"
    shop.execute(AddComment(about=quote, about_kind="quote", by="client", question=True, words=words))
    assert told(shop) == [(BUSINESS, "Jeanne Dupré vous écrit\u00a0: le devis D-00001")]
    html = html_of(shop.box.mails()[-1])
    assert "&lt;b&gt;Quand&lt;/b&gt;" in html
    assert "href" not in html  # what a customer writes is never a link
    shop.execute(AddComment(about=quote, about_kind="quote", by="issuer", words="Lundi."))
    assert told(shop) == [(CLIENT, "Atelier Le Gall vous a répondu\u00a0: le devis D-00001")]
    shop.execute(DeclineQuote(quote=quote, reason="price", words="Trop cher"))
    assert told(shop) == [(BUSINESS, "Refusé\u00a0: le devis D-00001, Jeanne Dupré")]
    assert "Trop cher" in text_of(shop.box.mails()[-1])


def test_a_withdrawal_is_acknowledged_with_its_date_hour_and_content(shop: Scene) -> None:
    quote = quoted(shop, channel="distance", online=True, schedule=())
    signed(shop, quote)
    told(shop)
    shop.later(days=2)
    shop.execute(WithdrawQuote(quote=quote, by="function"))
    came = told(shop)
    assert (CLIENT, "Accusé de réception de votre rétractation\u00a0: le devis D-00001") in came
    assert (BUSINESS, "Rétractation\u00a0: le devis D-00001, Jeanne Dupré") in came
    mail = next(one for one in shop.box.mails() if "Accusé" in str(one["Subject"]))
    words = text_of(mail)
    for said in ("L221-21", "25/11/2026 10:00:00 (Europe/Paris)", "D-00001", "Jeanne Dupré", "Déclaration"):
        assert said in words.replace("\u00a0", " ")


def test_an_invoice_and_its_credit_note_are_sent(shop: Scene) -> None:
    invoice = invoiced(shop)
    assert told(shop) == []
    shop.execute(SendInvoice(invoice=invoice, by="email"))
    assert told(shop) == [(CLIENT, "Votre facture F-00001")]
    assert "120,00" in text_of(shop.box.mails()[-1])
    shop.execute(CreditInvoice(invoice=invoice, cause="error"))
    assert told(shop) == [(CLIENT, "Votre avoir A-00001")]


def test_an_erasure_reaches_the_words_that_are_still_kept(shop: Scene) -> None:
    shop.box.rcpt = lambda _: "550 no such mailbox"
    shop.execute(SendQuote(quote=quoted(shop), by="email"))
    assert told(shop) == []
    (row,) = shop.service.store.side().outbox().holding(shop.ledger)
    assert row.state == "failed"
    erased = erase(shop.service, shop.ledger, CUSTOMER)
    assert isinstance(erased, Erased), erased
    shop.follow()
    assert shop.service.store.side().outbox().holding(shop.ledger) == []
    assert isinstance(shop.post.again(shop.ledger, row.message, actor="user:1"), Refusal)


def test_signatories_are_asked_in_their_order_and_all_get_the_signed_document(shop: Scene) -> None:
    quote = quoted(shop)
    both = tuple(
        SignatoryInput(side="client", method="typed", code_by="none", party=Party(name=name, email=email))
        for name, email in (("Jeanne Dupré", CLIENT), ("Paul Dupré", "paul@dupre.example"))
    )
    signature = shop.execute(RequestSignature(quote=quote, signatories=both))["signature"]
    shop.execute(SendQuote(quote=quote, by="email"))
    assert told(shop) == [(CLIENT, "Votre devis D-00001\u00a0: Escalier en chêne")]  # it is her turn, and she has it
    state = shop.service.state(shop.ledger, SIGNATURE, signature)
    assert state is not None
    first, second = state.signatories
    given: dict[str, Any] = {
        "signature": signature, "signed": state.digest, "reduced_rate_stated": True, "evidence": EVIDENCE,
    }  # fmt: skip
    shop.execute(GiveSignature(signatory=first.signatory, **given))
    assert told(shop) == [("paul@dupre.example", "À signer\u00a0: le devis D-00001 (Atelier Le Gall)")]
    shop.execute(GiveSignature(signatory=second.signatory, **given))
    assert told(shop) == [
        (BUSINESS, "Signé\u00a0: le devis D-00001, Jeanne Dupré"),
        (CLIENT, "330,00\u00a0€ à régler pour le devis D-00001"),
        (CLIENT, "Signé\u00a0: le devis D-00001"),
        ("paul@dupre.example", "Signé\u00a0: le devis D-00001"),
    ]


def test_history_is_never_mailed(tmp_path: Path) -> None:
    with scene(tmp_path) as shop:
        shop.execute(customer())
        shop.execute(SendQuote(quote=quoted(shop), by="email"))
        shop.later(hours=2)
        assert told(shop) == []
        shop.execute(SendQuote(quote=quoted(shop), by="email"))
        assert len(told(shop)) == 1


def test_what_happened_while_the_server_was_off_is_made_up_for_unless_it_is_a_week_old(shop: Scene) -> None:
    assert told(shop) == []
    shop.execute(SendQuote(quote=quoted(shop), by="email"))
    shop.later(days=8)
    shop.execute(SendQuote(quote=quoted(shop), by="email"))
    shop.later(days=2)
    assert [subject for _, subject in told(shop)] == ["Votre devis D-00002\u00a0: Escalier en chêne"]


def test_a_job_that_is_killed_or_runs_twice_sends_nothing_twice(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = quoted(shop)
    shop.execute(SendQuote(quote=quote, by="email"))
    signed(shop, quote)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as before:
        before.setattr(shop.service.store, "track", killed)
        with pytest.raises(Killed):
            shop.follow()
    shop.follow()
    shop.other_follower().run(lambda: True)
    assert len(told(shop)) == 4
    links = shop.all_types().count("link.created/1")
    assert links == 3  # and no link was made for nothing


def test_a_client_without_an_address_gets_nothing_and_holds_up_nothing(tmp_path: Path) -> None:
    with scene(tmp_path) as shop:
        shop.execute(customer(party=Party(name="Sans Adresse")))
        shop.execute(SendQuote(quote=quoted(shop), by="email"))
        assert told(shop) == []
        assert "link.created/1" not in shop.all_types()


def test_an_english_client_is_written_to_in_english(tmp_path: Path) -> None:
    with scene(tmp_path) as shop:
        shop.execute(customer(language="en"))
        shop.execute(SendQuote(quote=quoted(shop), by="email"))
        assert told(shop) == [(CLIENT, "Your quote D-00001: Escalier en chêne")]
        assert "€1,100.00 including VAT" in text_of(shop.box.mails()[0])


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def html_of(mail: Any) -> str:
    return str(mail.get_body(("html",)).get_content())
