"""Reading by a link: quotes, contracts, files, proofs; and links that open no more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from api.signing.links import revoke_link
from ledger.domain.commands.common import LineInput, TextsInput
from ledger.domain.commands.parties import AddObserver, SetBrand
from ledger.domain.commands.quotes import CancelQuote
from ledger.kernel import checkpoint
from ledger.kernel.audit import opening
from ledger.shell.checkpoints import verifier_key
from tests.pages.customer.shop import Shop
from tests.signing.scene import ACTOR, OTHER, png, works

OPTION = LineInput(label="Vernis mat", unit_price="100", rate_bp=1000, nature="services", choice="option")
OAK = replace(OPTION, label="Chêne", choice="variant", choice_group="bois")
BEECH = replace(OAK, label="Hêtre", unit_price="50")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def test_a_quote_is_read_whole(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote())
    page = shop.visitor().get(made.path)
    text = plain(page.text)
    assert page.status_code == 200
    for words in (
        "Pose d'un escalier", "1 700,00 €", "Arrhes", "510,00 €", "23 décembre 2026", "Continuer vers la signature",
        "Conditions et mentions du devis", "Médiation de l'artisanat", "8 quai du Lierre", "Refuser ce devis",
    ):  # fmt: skip
        assert words in text, words
    assert made.token not in [line for line in shop.served.lines if made.token in line]


def test_it_is_read_in_english_too(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote())
    page = shop.visitor("en").get(made.path)
    assert "Continue to the signature" in page.text
    assert "€1,700.00" in page.text
    assert "Continuer" not in page.text
    assert "Continuer vers la signature" in shop.visitor("en").get(f"{made.path}?lang=fr").text


def test_totals_follow_what_is_ticked_without_scripts(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote(works(), OAK, BEECH, OPTION))
    visitor = shop.visitor()
    first = plain(visitor.get(made.path).text)  # the first variant, no option
    assert "1 210,00 €" in first
    chosen = plain(visitor.get(f"{made.path}?c=1&v0=3&o4=1").text)
    assert "1 265,00 €" in chosen
    assert 'name="v0" value="3" checked' in chosen
    assert "1 265,00 €" in plain(visitor.get(f"{made.path}/sign?c=1&v0=3&o4=1").text)


@pytest.mark.parametrize("query", ["c=1&v0=99", "c=1&v0=1", "c=1", "c=1&v0=%C3%A9"])
def test_a_choice_that_is_none_is_said_and_not_signed(shop: Shop, query: str) -> None:
    made = shop.signer(shop.sale.quote(works(), OAK, BEECH))
    page = shop.visitor().get(f"{made.path}/sign?{query}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "Recevoir mon code" not in page.text


def test_unknown_parameters_are_refused(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote())
    assert shop.visitor().get(f"{made.path}?o9=1").status_code == 400


def test_words_of_the_business_are_words_and_not_html(shop: Shop) -> None:
    hostile = replace(works(), label='<script>alert("x")</script>')
    texts = TextsInput(
        title="<b>Escalier</b>", performance_place="<img src=x onerror=1>", waste="Benne : 90 € TTC", terms="</div>"
    )
    made = shop.signer(shop.sale.quote(hostile, texts=texts))
    visitor = shop.visitor()
    visitor.fill(visitor.get(f"{made.path}/messages"), words="<script>1</script>")
    for path in (made.path, f"{made.path}/sign", f"{made.path}/messages"):
        text = visitor.get(path).text
        for wrong in ("<script>a", "<script>1", "<b>Esc", "<img src=x"):
            assert wrong not in text


def test_files_and_proofs_of_the_link_and_no_others(shop: Shop) -> None:
    quote, other = shop.sale.quote(), shop.sale.quote()
    made, visitor = shop.signer(quote), shop.visitor()
    pdf = visitor.get(f"{made.path}/files/quote/{quote}")
    assert (pdf.status_code, pdf.headers["content-type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    for path in (f"files/quote/{other}", f"files/invoice/{quote}", f"files/statement/{shop.sale.customer}",
                 f"proof/quote/{other}", f"proof/quote/{other}/file", f"pay/{other}"):  # fmt: skip
        assert visitor.get(f"{made.path}/{path}").status_code == 404, path


def test_a_proof_holds_and_shows_no_name(shop: Shop) -> None:
    quote = shop.sale.quote()
    made = shop.signer(quote)
    answer = shop.visitor().get(f"{made.path}/proof/quote/{quote}/file")
    file = json.loads(answer.content)
    assert file["disclosures"] == []
    assert b"Camille" not in answer.content
    first = checkpoint.parse_proof(file["opening"].encode())
    key = verifier_key(opening(first.extra))
    checkpoint.verify_proof(file["document"].encode(), key)
    page = shop.visitor().get(f"{made.path}/proof/quote/{quote}").text
    fingerprint = shop.sale.view(shop.sale.found(made)).quote.fingerprint  # type: ignore[union-attr] # it is a quote's
    assert f'data-fingerprint="{fingerprint}"' in page


def test_an_observer_sees_states_and_papers_and_no_act(shop: Shop) -> None:
    quote = shop.sale.quote()
    observer = str(shop.sale.do(AddObserver(about=quote, about_kind="quote", party=OTHER)).result["observer"])
    made = shop.sale.made(quote, "quote", "observe", party=observer)
    visitor = shop.visitor()
    before = visitor.get(made.path).text
    assert "Poser une question" in before
    assert "Continuer vers la signature" not in before
    shop.signed(quote)
    after = plain(visitor.get(made.path).text)
    assert "Signé le 23 novembre 2026" in after
    assert "A signé" in after
    assert "Renoncer au contrat ici" not in after
    assert "Dossier de preuve" not in after
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    assert "IBAN" not in visitor.get(f"{made.path}/pay/{due}").text
    for path in ("sign", "decline", "withdraw", "done", "back"):
        assert visitor.get(f"{made.path}/{path}").status_code == 404, path
    for path in (
        "sign",
        "sign/code",
        "decline",
        "withdraw",
        f"pay/{due}/card",
        f"pay/{due}/announce",
        f"pay/{due}/link",
    ):
        assert visitor.post(f"{made.path}/{path}").status_code == 404, path
    assert visitor.fill(visitor.get(f"{made.path}/messages"), words="Vu.").status_code == 303
    assert "Une personne qui suit le dossier" in visitor.get(f"{made.path}/messages").text


def test_a_quote_taken_back_says_so(shop: Shop) -> None:
    quote = shop.sale.quote()
    made = shop.signer(quote)
    shop.sale.do(CancelQuote(quote=quote, by="issuer"))
    text = plain(shop.visitor().get(made.path).text)
    assert "Retiré par l'entreprise" in text
    assert "Continuer" not in text
    assert shop.visitor().get(f"{made.path}/sign").headers["location"] == made.path


def test_the_business_has_its_logo_and_its_colour_where_they_can_be_read(shop: Shop) -> None:
    import base64

    data = png(200, 80)
    shop.sale.do(SetBrand(accent="#ffe066", logo=base64.b64encode(data).decode()))
    made = shop.signer(shop.sale.quote())
    visitor = shop.visitor()
    page = visitor.get(made.path)
    assert f'src="{made.path}/logo"' in page.text
    assert visitor.get(f"{made.path}/logo").content[:4] == b"\x89PNG"
    sheet = visitor.get(f"{made.path}/brand.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "#ffe066" not in sheet.text  # white words on it could not be read
    assert "--accent: #" in sheet.text


def test_opened_is_noted_once_by_the_page_and_never_by_reading(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote())
    visitor = shop.visitor()
    before = shop.sale.types().count("quote.viewed/1")
    visitor.get(made.path)
    assert shop.sale.types().count("quote.viewed/1") == before
    for _ in range(3):
        assert visitor.post(f"{made.path}/seen").status_code == 204
    assert shop.sale.types().count("quote.viewed/1") == before + 1


# --- links that open no more


def test_an_expired_link_offers_a_new_one_and_says_the_same_whoever_asks(aging_shop: Shop) -> None:
    signed = aging_shop.signed(aging_shop.sale.quote())
    plain_quote = aging_shop.signer(aging_shop.sale.quote())
    aging_shop.sale.later(days=40)
    visitor, answers = aging_shop.visitor(), []
    for made in (signed, plain_quote):
        page = visitor.get(made.path)
        assert page.status_code == 410
        assert "Pose d" not in page.text
        assert visitor.get(f"{made.path}/sign").status_code == 410
        assert visitor.post(f"{made.path}/seen").status_code == 204
        answer = visitor.fill(page)
        assert answer.status_code == 200
        answers.append(answer.text.replace(made.token, ""))
    assert answers[0] == answers[1]
    mails = aging_shop.mails("link_renewed")
    assert [mail.email for mail in mails] == ["camille@roseau.test"]  # the signed one alone: nothing else can be read
    new = next(iter(mails[0].links))
    path = new[new.index("/c/") :]
    assert "Signé le" in visitor.get(path).text


def test_a_link_whose_end_was_asked_for_offers_nothing(shop: Shop) -> None:
    made = shop.signer(shop.sale.quote())
    revoke_link(shop.sale.service, shop.sale.ledger, made.link, actor=ACTOR)
    page = shop.visitor().get(made.path)
    assert page.status_code == 410
    assert "<form" not in page.text[page.text.index("<main") :]
    before = len(shop.mails("link_renewed"))
    assert shop.visitor().post(f"{made.path}/renew").status_code == 200
    assert len(shop.mails("link_renewed")) == before
