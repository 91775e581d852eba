"""Signing, declining, paying, giving up: each by forms alone, as a browser without scripts sends them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.signing import asking
from api.signing.links import MadeLink
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import SignatoryInput, WithdrawQuote
from ledger.domain.commands.sales import IssueInvoice, RequestDeposit
from ledger.domain.events.payments import Allocation
from ledger.domain.events.signatures import SignatureGiven
from tests.pages.customer.shop import NAME, Shop
from tests.pages.customer.test_reading import plain
from tests.pages.kit import form_of
from tests.signing.scene import ACTOR, CLIENT, OTHER, drawn, png, works
from tests.signing.test_files import pdf


def given(shop: Shop, quote_link: MadeLink) -> SignatureGiven:
    """The last signature given by a link."""
    found = [
        event.record
        for event in shop.sale.service.entries(shop.sale.ledger, types=["signature.given/1"])
        if event.actor == f"link:{quote_link.link}"
    ]
    record = found[-1]
    assert isinstance(record, SignatureGiven)
    return record


def test_a_client_signs_and_comes_to_the_deposit(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    done = shop.sign(visitor, made, drawing=drawn(png()), early_start="1", loss="1")
    assert (done.status_code, done.headers["location"]) == (303, f"{made.path}/done")
    page = plain(visitor.get(done.headers["location"]).text)
    for words in (
        "C'est signé, merci.", "510,00 €", "pour le devis D-", "Ce sont des arrhes", ">FR76</span>",
        "RF", "<svg", "J'ai fait le virement",
    ):  # fmt: skip
        assert words in page, words
    record = given(shop, made)
    assert record.evidence is not None
    assert record.evidence.ip == "127.0.0.1"
    assert record.evidence.shown_from is not None
    assert record.evidence.drawing is not None
    assert (record.early_start_requested, record.loss_acknowledged) == (True, True)
    again = visitor.get(f"{made.path}/sign")
    assert again.headers["location"] == f"{made.path}/done"


def test_the_code_is_in_no_page_address_or_log(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, consent="1", reduced_rate="1", name="Camille Roseau")
    code = shop.code
    assert code not in page.text
    assert "c•••@roseau.test" in page.text
    done = visitor.fill(page, f"{made.path}/sign", code=code, consent="1", reduced_rate="1")
    assert code not in str(done.headers)
    assert not [line for line in shop.served.lines if code in line or made.token in line]
    assert shop.mails("code")[-1].email == "camille@roseau.test"


def test_what_was_typed_stays_when_something_is_wrong(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, name="Camille R.", consent="1", reduced_rate="1", drawing=drawn(png()))
    held = form_of(page.text, f"{made.path}/sign").fields
    assert (held["name"], held["consent"], held["drawing"]) == ("Camille R.", "1", drawn(png()))
    wrong = visitor.fill(page, f"{made.path}/sign", code="000000" if shop.code != "000000" else "111111")
    assert wrong.status_code == 409
    assert "Essais restants" in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    held = form_of(wrong.text, f"{made.path}/sign").fields
    assert (held["name"], held["consent"], held["reduced_rate"]) == ("Camille R.", "1", "1")
    unticked = visitor.fill(page, f"{made.path}/sign", code=shop.code, consent=None)
    assert unticked.status_code == 422
    assert "consentement" in unticked.text
    missing = visitor.fill(page, f"{made.path}/sign", code=shop.code, reduced_rate=None)
    assert missing.status_code in (409, 422)
    assert visitor.fill(page, f"{made.path}/sign", code=shop.code).status_code == 303


def test_a_quote_revised_meanwhile_is_not_signed_and_the_new_one_is_shown(shop: Shop) -> None:
    quote = shop.sale.quote()
    made, visitor = shop.signer(quote), shop.visitor()
    page = shop.coded(visitor, made, name="Camille Roseau", consent="1", reduced_rate="1")
    shop.sale.revise(quote, works("1200"))
    refused = visitor.fill(page, f"{made.path}/sign", code=shop.code)
    assert refused.status_code == 409
    assert "Rien n'a été signé" in plain(refused.text)
    shown = plain(visitor.get(made.path).text)
    assert "1 320,00 €" in shown
    assert "nouvelle version" in shown
    shop.sale.ask(quote)
    assert "Continuer vers la signature" in visitor.get(made.path).text
    assert shop.sign(visitor, made).status_code == 303


def test_a_form_sent_by_two_devices_at_once_signs_once(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, name="Camille Roseau", consent="1", reduced_rate="1")
    code = shop.code
    before = shop.sale.types().count("quote.signed/1")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: visitor.fill(page, f"{made.path}/sign", code=code).status_code, range(4)))
    assert done == [303] * 4
    assert shop.sale.types().count("quote.signed/1") == before + 1


def test_two_sign_in_turn(shop: Shop) -> None:
    quote = shop.sale.quote()
    asked = shop.sale.ask(
        quote, SignatoryInput(method="code", party=CLIENT), SignatoryInput(method="code", party=OTHER)
    )
    one, two = (shop.sale.made(quote, "quote", "sign", party=each) for each in asked.signatories)
    visitor = shop.visitor()
    waiting = visitor.get(two.path).text
    assert "signent avant vous" in waiting
    assert visitor.get(f"{two.path}/sign").headers["location"] == two.path
    assert shop.sign(visitor, one).status_code == 303
    assert "Les autres personnes vont signer" in visitor.get(f"{one.path}/done").text
    assert shop.sign(visitor, two, name="Dominique Laurier").status_code == 303
    assert "Et maintenant" in visitor.get(f"{two.path}/done").text


def test_on_the_spot_no_code_is_asked_for(shop: Shop) -> None:
    made = asking.on_the_spot(shop.sale.service, shop.sale.ledger, shop.sale.quote(), actor=ACTOR)
    assert isinstance(made, MadeLink)
    visitor = shop.visitor()
    page = visitor.get(f"{made.path}/sign")
    assert "Recevoir mon code" not in page.text
    done = visitor.fill(page, f"{made.path}/sign", consent="1", reduced_rate="1")
    assert done.status_code == 303
    assert given(shop, made).code_outcome == "none"


def test_a_pdf_of_ones_own_is_read_and_signed(shop: Shop) -> None:
    files = shop.served.app.context.files
    who = (SignatoryInput(method="code", party=CLIENT),)
    data = pdf()
    asked = asking.ask_for_file(shop.sale.service, files, shop.sale.ledger, data, who, actor=ACTOR)
    assert isinstance(asked, asking.Asked), asked
    made = shop.sale.made(asked.signature, "signature", "sign", party=asked.signatories[0])
    visitor = shop.visitor()
    assert "Document à signer" in visitor.get(made.path).text
    file = visitor.get(f"{made.path}/files/file/{asked.signature}")
    assert file.content == data
    assert shop.sign(visitor, made).status_code == 303
    assert "Document signé" in visitor.get(made.path).text
    evidence = visitor.get(f"{made.path}/files/evidence/{asked.signature}")
    assert (evidence.status_code, evidence.content[:5]) == (200, b"%PDF-")


def test_a_client_declines_with_a_reason(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = visitor.get(f"{made.path}/decline")
    assert visitor.fill(page, reason="price", words="Trop cher.").headers["location"] == made.path
    shown = visitor.get(made.path).text
    assert "Refusé" in shown
    assert "Continuer" not in shown
    assert visitor.get(f"{made.path}/decline").status_code == 303
    assert visitor.post(f"{made.path}/decline", {"reason": "price"}).status_code == 303


def test_a_reason_nobody_offered_is_refused(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    answer = visitor.post(f"{made.path}/decline", {"reason": "<b>!", "words": ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_question_is_asked_once_however_often_it_is_sent(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = visitor.get(f"{made.path}/messages")
    for _ in range(2):
        assert visitor.fill(page, words="Quand commencez-vous ?").headers["location"].endswith("/messages?sent=1")
    shown = visitor.get(f"{made.path}/messages?sent=1").text
    assert shown.count("Quand commencez-vous ?") == 1
    assert "Votre message est parti" in shown
    assert visitor.fill(page, words="  ").status_code == 422


# --- paying


def test_a_transfer_announced_is_never_shown_as_paid(shop: Shop) -> None:
    made, visitor = shop.signed(shop.sale.quote()), shop.visitor()
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    page = visitor.get(f"{made.path}/pay/{due}")
    for _ in range(2):
        assert visitor.fill(page, f"{made.path}/pay/{due}/announce").status_code == 303
    shown = plain(visitor.get(f"{made.path}/pay/{due}").text)
    assert "Vous avez annoncé un virement de 510,00 €" in shown
    assert "J'ai fait le virement" not in shown
    assert ">Payé<" not in shown
    shop.sale.do(
        RecordPayment(
            means="credit_transfer",
            amount_cents=51_000,
            allocations=(Allocation(about=due, about_kind="deposit", amount_cents=51_000),),
        )
    )
    paid = visitor.get(f"{made.path}/pay/{due}").text
    assert ">Payé<" in paid
    assert "Reçu R-" in paid


def test_nothing_can_be_paid_before_the_seven_days_are_over(shop: Shop) -> None:
    made, visitor = shop.signed(shop.sale.quote(channel="off_premises", online=False)), shop.visitor()
    due = shop.sale.view(shop.sale.found(made)).dues[0]
    shown = plain(visitor.get(f"{made.path}/done").text)
    assert "Rien à payer avant le" in shown
    assert "IBAN" not in shown
    assert visitor.post(f"{made.path}/pay/{due.about}/announce").status_code == 409
    assert visitor.post(f"{made.path}/pay/{due.about}/card", {"key": "k" * 32}).status_code == 409


def test_a_contract_link_leads_to_a_link_to_pay(shop: Shop) -> None:
    quote = shop.sale.quote()
    shop.signed(quote)
    made, visitor = shop.sale.made(quote, "contract", "read"), shop.visitor()
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    page = visitor.get(f"{made.path}/pay/{due}")
    assert "IBAN" not in page.text
    to = visitor.fill(page, f"{made.path}/pay/{due}/link").headers["location"]
    assert re.fullmatch(r"/c/menuiserie/[A-Za-z0-9_-]{43}", to)
    assert "IBAN" in visitor.get(to).text
    assert visitor.post(f"{made.path}/pay/{due}/announce").status_code == 404


def test_a_card_without_a_provider_is_refused_in_words(shop: Shop) -> None:
    made, visitor = shop.signed(shop.sale.quote()), shop.visitor()
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    page = visitor.get(f"{made.path}/pay/{due}")
    assert "Par carte" not in page.text
    assert "form-action 'self';" in page.headers["content-security-policy"], "forms lead nowhere else"
    refused = visitor.post(f"{made.path}/pay/{due}/card", {"key": "k" * 32})
    assert refused.status_code in (404, 409, 422)
    assert 'role="alert"' in refused.text


def test_a_payment_without_a_quote_and_an_invoice_are_paid_by_their_links(shop: Shop) -> None:
    visitor = shop.visitor()
    request = RequestDeposit(customer=shop.sale.customer, amount_cents=12_000, nature="services", title="Dépannage")
    made = asking.payment_link(shop.sale.service, shop.sale.ledger, request, actor=ACTOR)
    assert isinstance(made, MadeLink)
    asked = plain(visitor.get(made.path).text)
    assert "120,00 €" in asked
    assert "Dépannage" in asked
    line = LineInput(label="Réparation", unit_price="100", nature="services")
    invoice = str(shop.sale.do(IssueInvoice(customer=shop.sale.customer, lines=(line,))).result["invoice"])
    owed = shop.sale.made(invoice, "invoice", "pay")
    shown = plain(visitor.get(owed.path).text)
    assert "100,00 €" in shown
    assert "Facture" in shown
    back: Any = visitor.get(f"{owed.path}/back")
    assert back.headers["location"] == f"{owed.path}/returned"
    assert "pas encore confirmé" in visitor.get(f"{owed.path}/returned").text


# --- giving up


def test_a_contract_is_given_up_in_two_steps(shop: Shop) -> None:
    made, visitor = shop.signed(shop.sale.quote()), shop.visitor()
    assert "Renoncer au contrat ici" in visitor.get(made.path).text
    page = visitor.get(f"{made.path}/withdraw")
    assert "Confirmer ma renonciation" in page.text
    assert visitor.post(f"{made.path}/withdraw", {"key": "k" * 32}).headers["location"] == f"{made.path}/withdraw"
    assert shop.sale.view(shop.sale.found(made)).quote.phase == "signed"  # type: ignore[union-attr] # it is a quote's
    for _ in range(2):
        assert visitor.fill(page).headers["location"] == made.path
    shown = visitor.get(made.path).text
    assert "Votre renonciation est enregistrée" in shown
    assert "Renoncer au contrat ici" not in shown
    assert visitor.get(f"{made.path}/withdraw").headers["location"] == made.path


def begun_early(shop: Shop) -> tuple[str, Any]:
    """Sign a contract whose work may begin at once; its id and the client's link."""
    quote = shop.sale.quote()
    made = shop.signer(quote)
    assert shop.sign(shop.visitor(), made, early_start="1", loss="1").status_code == 303
    return quote, made


def test_the_share_that_was_done_on_request_is_named_to_both_sides(shop: Shop) -> None:
    quote, made = begun_early(shop)
    shop.sale.do(WithdrawQuote(quote=quote, by="letter", owed_cents=42500))
    client, desk = plain(shop.visitor().get(made.path).text), f"/desk/{NAME}/quotes/{quote}"
    business = plain(shop.house.user("owner", ledger=NAME).get(desk).text)
    for shown in (client, business):
        assert "425,00 €" in shown
        assert "25 % du prix convenu" in shown
    assert "Ce que vous avez payé vous est rendu" not in client
    assert "25% of the price agreed" in plain(shop.visitor("en").get(made.path).text)


def test_who_gives_up_by_the_page_after_an_early_start_is_told_that_no_share_is_recorded(shop: Shop) -> None:
    quote, made = begun_early(shop)
    visitor = shop.visitor()
    page = visitor.get(f"{made.path}/withdraw")
    assert "reste dû, en proportion du prix convenu" in page.text
    visitor.fill(page)
    assert "Aucune part n'a été enregistrée" in plain(visitor.get(made.path).text)
    business = shop.house.user("owner", ledger=NAME).get(f"/desk/{NAME}/quotes/{quote}").text
    assert "aucune part faite n'est enregistrée" in plain(business)


def test_where_the_law_gives_no_right_there_is_no_function(shop: Shop) -> None:
    made, visitor = shop.signed(shop.sale.quote(channel="premises", online=False)), shop.visitor()
    assert "Renoncer au contrat" not in visitor.get(made.path).text
    assert visitor.post(f"{made.path}/withdraw", {"confirm": "1", "key": "k" * 32}).status_code in (303, 409)
    assert shop.sale.view(shop.sale.found(made)).quote.phase == "signed"  # type: ignore[union-attr] # it is a quote's


# --- limits and hostile forms


def test_codes_are_sent_and_tried_at_a_pace(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, name="Camille Roseau", consent="1", reduced_rate="1")
    held = form_of(page.text, f"{made.path}/sign").fields
    answers = []
    for _ in range(7):
        shop.sale.later(seconds=25)
        answers.append(visitor.post(f"{made.path}/sign/code", held))
    assert [answer.status_code for answer in answers].count(200) <= 6
    assert answers[-1].status_code == 429
    wait = int(answers[-1].headers["retry-after"])
    assert 0 < wait <= 120
    assert f"réessayez dans {wait} secondes" in plain(answers[-1].text)
    tried = [visitor.fill(page, f"{made.path}/sign", code=f"{n:06}").status_code for n in range(12)]
    assert set(tried) == {409, 429}  # wrong, and soon too often
    assert tried[-1] == 429
    assert shop.sale.view(shop.sale.found(made)).quote.phase == "open"  # type: ignore[union-attr] # it is a quote's


def test_what_is_hostile_in_a_form_is_refused(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    page = shop.coded(visitor, made, name="Camille Roseau", consent="1", reduced_rate="1")
    for fields in (
        {"chosen": "1,2,3"}, {"chosen": "x"}, {"chosen": "9" * 5000}, {"fingerprint": "0" * 64}, {"drawing": "x" * 500},
        {"drawing": drawn(png(ink=False))}, {"name": ""}, {"name": "\u202e" * 300}, {"code": "١٢٣٤٥٦"},
        {"shown": "2020-01-01T00:00:00.000000Z.forged", "consent": None},
    ):  # fmt: skip
        answer = visitor.fill(page, f"{made.path}/sign", **{"code": "123", **fields})
        assert answer.status_code in (200, 400, 409, 422), fields
        assert answer.status_code == 200 or "<h1>" in answer.text
    assert visitor.post(f"{made.path}/sign", {"name": "a\x00b"}).status_code == 400
    assert "signature.given/1" not in [
        event.record.TYPE for event in shop.sale.service.entries(shop.sale.ledger) if event.actor == f"link:{made.link}"
    ]


def test_a_stamp_of_somebody_elses_is_no_moment(shop: Shop) -> None:
    made, visitor = shop.signer(shop.sale.quote()), shop.visitor()
    other = form_of(visitor.get(f"{shop.signer(shop.sale.quote()).path}/sign").text).fields["shown"]
    done = shop.sign(visitor, made, shown=other)
    assert done.status_code == 303
    record = given(shop, made)
    assert record.evidence is not None
    assert record.evidence.shown_from is None
