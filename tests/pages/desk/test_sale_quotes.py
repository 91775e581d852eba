"""Quotes at the desk: from the customer to a quote that was sent, its ends, and what is refused in words."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from api.pages.desk.sale import typed as typed_forms
from api.pages.desk.sale.typed import MOST_FIELDS
from api.rendering.subjects import Subject
from ledger.domain.streams.quote import QUOTE
from tests.pages.kit import House, Visitor, form_of

DESK = "/desk/atelier"
LINE = {"lines__0__label": "Pose d'une cuisine", "lines__0__quantity": "2,5", "lines__0__unit_price": "1 200,00"}


def begun(visitor: Visitor, name: str = "Camille Exemple", **more: str) -> str:
    """Begin a quote for a new customer; the path of its draft."""
    answer = visitor.post(
        f"{DESK}/quotes/new",
        {**form_base(visitor), "act": "new_customer", "kind": "consumer", "name": name, "email": "camille@example.fr",
         "street": "3 rue des Tilleuls", "postcode": "69003", "city": "Lyon", **more},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def form_base(visitor: Visitor) -> dict[str, str]:
    page = visitor.get(f"{DESK}/quotes/new").text
    key = re.findall(r'name="key" value="([0-9a-f]{32})"', page)[-1]
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None
    return {"csrf": csrf[1], "key": key}


def typed(visitor: Visitor, draft: str, act: str = "save", **fields: Any) -> httpx.Response:
    """Fill in the editor and press a button."""
    page = visitor.get(draft)
    assert page.status_code == 200, page.text
    return visitor.fill(page, draft, act=act, **fields)


def whole(visitor: Visitor, name: str = "Camille Exemple", **fields: Any) -> str:
    """Make a draft that can be issued; its path."""
    draft = begun(visitor, name)
    usual = {
        "channel": "premises", "title": "Cuisine", "duration_days": "20", "terms": "Le solde à la fin.",
        "performance_place": "3 rue des Tilleuls, Lyon", "works_description": "Pose.",
        "waste": "0,5 t, collecte Exemple, Lyon.",
    }  # fmt: skip
    answer = typed(visitor, draft, **{**usual, **LINE, **fields})
    assert answer.status_code == 303, answer.text
    return draft


def issued(visitor: Visitor, name: str = "Camille Exemple", **fields: Any) -> str:
    """Issue a quote; its path."""
    draft = whole(visitor, name, **fields)
    check = visitor.get(f"{draft}/check")
    assert check.status_code == 200, check.text
    answer = visitor.fill(check, f"{draft}/issue")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removesuffix("/send")


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner")


def test_a_new_business_is_shown_its_first_step(house: House) -> None:
    assert house.served.open("leer").status_code == 201
    page = house.user("owner", "leer").get("/desk/leer/quotes").text
    assert "Votre premier devis" in page
    assert 'href="/desk/leer/quotes/new"' in page


def test_a_quote_is_made_issued_and_shown(owner: Visitor) -> None:
    path = issued(owner)
    page = owner.get(path)
    assert page.status_code == 200
    assert "Camille Exemple" in page.text
    assert "À envoyer" in page.text
    assert "Pose d&#39;une cuisine" in page.text


def test_what_is_typed_is_kept_and_shown_again(owner: Visitor) -> None:
    draft = begun(owner)
    typed(owner, draft, title="Bains", **LINE)
    page = owner.get(draft).text
    assert 'value="2,5"' in page
    assert 'value="1200"' in page
    assert 'value="Bains"' in page


def test_two_people_editing_overwrite_nothing(owner: Visitor) -> None:
    draft = begun(owner)
    first, second = owner.get(draft), owner.get(draft)
    assert owner.fill(first, draft, act="save", title="De la première").status_code == 303
    refused = owner.fill(second, draft, act="save", title="De la seconde")
    assert refused.status_code == 409
    assert "Rien n'a été écrasé" in refused.text
    assert 'value="De la seconde"' in refused.text
    assert 'value="De la première"' in owner.get(draft).text
    kept = owner.fill(second, draft, act="own_copy", title="De la seconde")
    assert kept.status_code == 303
    assert kept.headers["location"].partition("?")[0] != draft
    assert 'value="De la seconde"' in owner.get(kept.headers["location"]).text


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"lines__0__unit_price": "douze"}, "lines-0-unit_price", "pas un nombre"),
        ({"lines__0__quantity": "1.2.3"}, "lines-0-quantity", "pas un nombre"),
        ({"lines__0__rate": "cent"}, "lines-0-rate", "pas un taux"),
        ({"lines__0__label": "x" * 301}, "lines-0-label", "trop long"),
        ({"valid_until": "demain"}, "valid_until", "pas une date"),
        ({"duration_days": "deux"}, "duration_days", "nombre entier"),
        ({"reference": "référence à moi"}, "reference", "sans accent"),
        ({"discount_share": "5", "discount_amount": "20"}, "discount_amount", "pas les deux"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_stays_as_typed(
    owner: Visitor, fields: dict[str, str], name: str, words: str
) -> None:
    draft = begun(owner)
    answer = typed(owner, draft, **{**LINE, **fields})
    assert answer.status_code == 422
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert words in answer.text
    typed_value = fields.get(name.replace("-", "__"), "")
    assert typed_value[:50] in field[0]


def test_a_rule_s_no_stands_at_its_field_with_its_article(owner: Visitor) -> None:
    draft = whole(owner, lines__0__rate="13")
    answer = owner.get(f"{draft}/check")
    assert answer.status_code == 422
    field = re.search(r'<input[^>]*name="lines-0-rate"[^>]*>', answer.text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert 'class="law"' in answer.text


def test_a_mention_that_is_missing_is_told_where_it_is_typed(owner: Visitor) -> None:
    draft = whole(owner, waste="")
    answer = owner.get(f"{draft}/check")
    assert answer.status_code == 422
    field = re.search(r'<textarea[^>]*name="waste"[^>]*>', answer.text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert "Arrêté du 24 janvier 2017" in answer.text


def test_a_mention_that_is_missing_is_named_in_the_page_s_language(house: House, owner: Visitor) -> None:
    draft = whole(owner, waste="")
    english = house.user("owner", name="reader-of-english", language="en")
    answer = english.get(f"{draft}/check")
    assert answer.status_code == 422
    assert "handling of site waste and cost of its disposal" in answer.text
    assert "déchets de chantier" not in answer.text


def test_what_is_missing_is_said(owner: Visitor) -> None:
    draft = begun(owner)
    answer = typed(owner, draft, act="check", lines__0__label="Sans prix")
    assert answer.status_code == 422
    assert "la façon de conclure le contrat" in answer.text
    assert "le prix d&#39;une ligne" in answer.text


def test_lines_are_added_moved_and_removed_without_scripts(owner: Visitor) -> None:
    draft = begun(owner)
    added = typed(owner, draft, act="add_line", **LINE)
    assert added.headers["location"] == f"{draft}?lines=1#new-line"
    page = owner.get(f"{draft}?lines=1")
    answer = owner.fill(page, draft, act="up-1", lines__1__label="Deuxième", lines__1__unit_price="5")
    assert answer.status_code == 303
    rows = re.findall(r'name="lines-\d+-label" value="([^"]*)"', owner.get(draft).text)
    assert rows[:2] == ["Deuxième", "Pose d&#39;une cuisine"]
    assert typed(owner, draft, act="remove_line-0").status_code == 303
    rows = re.findall(r'name="lines-\d+-label" value="([^"]*)"', owner.get(draft).text)
    assert rows[0] == "Pose d&#39;une cuisine"


def many_lines(count: int) -> dict[str, str]:
    line = {"label": "Carrelage", "quantity": "2,5", "unit": "C62", "unit_price": "12,30", "rate": "20",
            "type": "service", "discount": "", "choice": "", "group": "", "item": ""}  # fmt: skip
    return {f"lines-{rank}-{name}": value for rank in range(count) for name, value in line.items()}


def test_a_quote_of_five_hundred_lines_is_saved_whole_and_issued(owner: Visitor) -> None:
    draft = whole(owner)
    fields = form_of(owner.get(draft).text, draft).fields
    answer = owner.post(draft, {**fields, **many_lines(500), "act": "check"})
    assert answer.headers.get("location") == f"{draft}/check", answer.text[:2000]
    check = owner.get(f"{draft}/check")
    assert "18\u202f450,00" in check.text  # 500 times 2.5 at 12.30, and 20 % of VAT
    issued = owner.fill(check, f"{draft}/issue")
    assert owner.get(issued.headers["location"].removesuffix("/send")).text.count("Carrelage") == 500


def test_more_fields_than_a_form_has_are_not_read(owner: Visitor) -> None:
    draft = whole(owner)
    fields = form_of(owner.get(draft).text, draft).fields
    endless = {f"x{rank}": "" for rank in range(MOST_FIELDS)}
    assert owner.post(draft, {**fields, **endless}).status_code == 400
    short = {f"x{rank}": "" for rank in range(2_000)}
    assert owner.post(f"{draft}/delete", {"csrf": fields["csrf"], **short}).status_code == 400


def test_figures_follow_what_is_typed_and_nothing_is_kept(owner: Visitor) -> None:
    draft = begun(owner)
    page = owner.get(draft)
    answer = owner.fill(
        page, draft, **{**LINE, "lines__0__rate": "20"},
    )  # fmt: skip
    assert answer.status_code == 303
    fields = {
        "csrf": form_base(owner)["csrf"],
        "lines-0-label": "x",
        "lines-0-unit_price": "100",
        "lines-0-type": "service",
    }
    shown = owner.post(f"{draft}/figures", fields)
    assert shown.status_code == 200
    assert "120,00" in shown.text
    assert "<html" not in shown.text
    assert 'value="2,5"' in owner.get(draft).text


def test_an_own_schedule_is_kept_and_its_milestone_shown_in_words(house: House, owner: Visitor) -> None:
    draft = whole(owner)
    page = owner.get(f"{draft}?steps=1")
    answer = owner.fill(
        page, draft, act="save", schedule_mode="own", steps__0__share="30", steps__0__trigger="milestone",
        steps__0__milestone="Fin du gros œuvre",
    )  # fmt: skip
    assert answer.status_code == 303
    check = owner.get(f"{draft}/check").text
    assert "30" in check
    assert "Fin du gros œuvre" in check
    assert "fin-du-gros-oeuvre" not in check
    assert 'value="Fin du gros œuvre"' in owner.get(draft).text
    quote = owner.fill(owner.get(f"{draft}/check"), f"{draft}/issue").headers["location"].removesuffix("/send")
    assert "Fin du gros œuvre" in owner.get(quote).text
    service = house.served.service
    ledger, identifier = service.find("atelier").ledger, quote.rpartition("/")[2]
    state = service.state(ledger, QUOTE, identifier)
    assert state is not None
    assert [each.milestone for each in state.current.schedule] == ["fin-du-gros-oeuvre"]
    paper = house.served.app.context.documents.paper(ledger, Subject("quote", identifier), "fr")
    assert "Fin du gros œuvre" in paper.schedule[0].words
    key = re.findall(r'name="key" value="([0-9a-f]{32})"', owner.get(quote).text)[0]
    made = owner.post(f"{quote}/again", {"csrf": form_base(owner)["csrf"], "key": key, "as": "revision"})
    assert 'value="Fin du gros œuvre"' in owner.get(made.headers["location"]).text


def test_a_draft_is_issued_once_however_often_the_form_is_sent(owner: Visitor, house: House) -> None:
    draft = whole(owner)
    check = owner.get(f"{draft}/check")
    first = owner.fill(check, f"{draft}/issue")
    again = owner.fill(check, f"{draft}/issue")
    assert first.status_code == again.status_code == 303
    assert first.headers["location"].removesuffix("/send") == again.headers["location"]
    assert owner.get(draft).headers["location"] == again.headers["location"]


def test_a_draft_that_changed_since_it_was_read_again_is_not_issued(owner: Visitor) -> None:
    draft = whole(owner)
    check = owner.get(f"{draft}/check")
    assert typed(owner, draft, title="Autre chose").status_code == 303
    refused = owner.fill(check, f"{draft}/issue")
    assert refused.status_code == 409
    assert "a changé depuis que vous" in refused.text


def test_the_preview_is_a_pdf_without_a_number(owner: Visitor) -> None:
    draft = whole(owner)
    answer = owner.get(f"{draft}/preview")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"%PDF-")


def test_a_draft_is_thrown_away(owner: Visitor) -> None:
    draft = begun(owner)
    assert owner.fill(owner.get(draft), f"{draft}/delete").status_code == 303
    assert owner.get(draft).status_code == 404


def test_a_new_version_keeps_the_number(owner: Visitor) -> None:
    path = issued(owner)
    number = re.search(r"<title>Devis ([^<]+)</title>", owner.get(path).text)
    assert number is not None
    made = owner.post(f"{path}/again", {**form_base(owner), "as": "revision"})
    draft = made.headers["location"]
    page = owner.get(draft)
    assert f"Nouvelle version du devis {number[1]}" in page.text
    assert owner.fill(page, draft, act="check", lines__0__unit_price="999").status_code == 303
    check = owner.get(f"{draft}/check")
    answer = owner.fill(check, f"{draft}/issue")
    assert answer.headers["location"] == f"{path}/send"
    shown = owner.get(path).text
    assert number[1] in shown
    assert "version 2" in shown
    assert owner.get(draft).headers["location"] == path


def test_a_quote_becomes_a_copy_and_a_model(owner: Visitor) -> None:
    path = issued(owner)
    copy = owner.post(f"{path}/again", {**form_base(owner), "as": "copy"}).headers["location"]
    assert "Pose d&#39;une cuisine" in owner.get(copy).text
    model = owner.post(f"{path}/again", {**form_base(owner), "as": "model"}).headers["location"]
    page = owner.get(model)
    saved = owner.fill(page, model, act="save", name="Cuisine type")
    assert saved.headers["location"] == f"{DESK}/catalogue"
    assert "Cuisine type" in owner.get(f"{DESK}/catalogue").text
    begun_from = owner.post(f"{DESK}/quotes/new", {**form_base(owner), "model": model.rpartition("/")[2]})
    assert "Pose d&#39;une cuisine" in owner.get(begun_from.headers["location"]).text


def test_a_quote_handed_over_is_waited_for_and_declined(owner: Visitor) -> None:
    path = issued(owner)
    answer = owner.post(f"{path}/send", {**form_base(owner), "act": "handed", "by": "hand"})
    assert answer.headers["location"] == f"{path}?done=handed"
    assert "Remis en main propre" in owner.get(path).text
    assert path in owner.get(f"{DESK}/quotes?state=sent").text
    explained = owner.get(f"{path}/end?as=decline")
    assert "Ce que cela veut dire" in explained.text
    done = owner.fill(explained, f"{path}/end", words="Trop cher")
    assert done.headers["location"] == f"{path}?done=decline"
    page = owner.get(path).text
    assert "Refusé par le client" in page
    assert "Trop cher" in page
    assert path in owner.get(f"{DESK}/quotes?state=declined").text


def test_a_quote_is_taken_back_after_its_consequence_is_read(owner: Visitor) -> None:
    path = issued(owner)
    explained = owner.get(f"{path}/end?as=cancel")
    assert "C. civ. art. 1116" in explained.text
    assert owner.fill(explained, f"{path}/end").headers["location"] == f"{path}?done=cancel"
    assert path in owner.get(f"{DESK}/quotes?state=ended").text


def test_a_valid_quote_does_not_expire(owner: Visitor) -> None:
    path = issued(owner)
    refused = owner.fill(owner.get(f"{path}/end?as=expire"), f"{path}/end")
    assert refused.status_code == 409
    assert "reste valable" in refused.text


def test_a_withdrawal_of_an_unsigned_quote_is_refused_in_words(owner: Visitor) -> None:
    path = issued(owner)
    refused = owner.fill(owner.get(f"{path}/end?as=withdraw"), f"{path}/end")
    assert refused.status_code == 409
    assert "pas signé" in refused.text


def test_a_question_is_answered_once(owner: Visitor) -> None:
    path = issued(owner)
    page = owner.get(path)
    for _ in range(2):
        assert owner.fill(page, f"{path}/comments", words="Oui, en <b>novembre</b>.").status_code == 303
    shown = owner.get(path).text
    assert shown.count("Oui, en &lt;b&gt;novembre&lt;/b&gt;.") == 1


def test_the_client_signs_on_this_device(owner: Visitor) -> None:
    path = issued(owner)
    answer = owner.post(f"{path}/send", {**form_base(owner), "act": "here"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/c/atelier/")


def test_a_link_is_shown_once(owner: Visitor) -> None:
    path = issued(owner)
    answer = owner.post(f"{path}/send", {**form_base(owner), "act": "link"})
    assert answer.status_code == 200
    assert "/c/atelier/" in answer.text
    assert "/c/atelier/" not in owner.get(path).text


def test_without_a_mail_server_sending_is_refused_in_words(owner: Visitor) -> None:
    path = issued(owner)
    page = owner.get(f"{path}/send")
    assert "{{ link }}" in page.text
    refused = owner.post(
        f"{path}/send",
        {**form_base(owner), "act": "email", "subject": "Devis", "text": "Voici {{ link }}", "signatories-0-name": "C",
         "signatories-0-email": "c@example.fr", "signatories-0-side": "client"},
    )  # fmt: skip
    assert refused.status_code == 409
    assert "Aucun courriel ne part" in refused.text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"text": "sans lien"}, "text"),
        ({"subject": ""}, "subject"),
        ({"signatories-0-email": "nulle part"}, "signatories-0-email"),
        ({"signatories-0-side": "issuer"}, "signatories-0-side"),
    ],
)
def test_what_is_wrong_with_a_sending_stands_at_its_field(owner: Visitor, fields: dict[str, str], name: str) -> None:
    path = issued(owner)
    given = {
        "act": "email", "subject": "Devis", "text": "Voici {{ link }}", "signatories-0-name": "C",
        "signatories-0-email": "c@example.fr", "signatories-0-side": "client",
    }  # fmt: skip
    answer = owner.post(f"{path}/send", {**form_base(owner), **given, **fields})
    assert answer.status_code == 422
    assert f'name="{name}"' in answer.text
    assert 'class="wrong"' in answer.text


def test_another_signatory_may_be_added_without_scripts(owner: Visitor) -> None:
    path = issued(owner)
    answer = owner.post(f"{path}/send", {**form_base(owner), "act": "add_signatory", "signatories-0-name": "C"})
    assert 'name="signatories-1-name"' in answer.text


def test_a_signed_quote_offers_a_change_order_and_explains_its_end(owner: Visitor, house: House) -> None:
    path = issued(owner)
    quote = path.rpartition("/")[2]
    served = house.served
    shown = served.get(f"/events?types=quote.issued/1&stream=quote:{quote}")
    entries = served.service.stream(served.service.find("atelier").ledger, f"quote:{quote}")
    assert shown.status_code in (200, 400)
    signed = served.post(
        f"/quotes/{quote}/signature",
        {"document_version": 1, "fingerprint": entries[-1].fingerprint,
         "evidence": {"name_typed": "Camille Exemple", "consent_text": "Bon pour accord."}},
    )  # fmt: skip
    assert signed.status_code in (200, 201), signed.text
    page = owner.get(path).text
    assert "Le contrat est conclu" in page
    assert "Faire un avenant" in page
    assert path in owner.get(f"{DESK}/quotes?state=signed").text
    explained = owner.get(f"{path}/end?as=cancel").text
    assert "C. conso art. L214-1" in explained
    amended = owner.post(f"{path}/again", {**form_base(owner), "as": "amendment"}).headers["location"]
    answer = typed(
        owner, amended, act="check", lines__0__label="Prise de plus", lines__0__unit_price="100", duration_days="3",
        works_description="Pose.", waste="Rien.", performance_place="Lyon",
    )  # fmt: skip
    assert answer.status_code == 303, re.findall(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    done = owner.fill(owner.get(f"{amended}/check"), f"{amended}/issue")
    assert done.status_code == 303
    assert "Avenant" in owner.get(done.headers["location"].removesuffix("/send")).text


def test_the_pdf_is_the_one_on_record(owner: Visitor) -> None:
    path = issued(owner)
    answer = owner.get(f"{path}/pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_lists_find_by_number_and_by_name(owner: Visitor) -> None:
    path = issued(owner, name="Gaëlle Œillet")
    number = re.search(r"<title>Devis ([^<]+)</title>", owner.get(path).text)
    assert number is not None
    assert path in owner.get(f"{DESK}/quotes?q={number[1]}").text
    assert path in owner.get(f"{DESK}/quotes?q=gaelle+oeil").text
    assert owner.get(f"{DESK}/quotes?q=personne+de+ce+nom").text.count("row-link") == 0


def test_totals_add_up(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/quotes/totals")
    assert page.status_code == 200
    assert "Signés" in page.text
    fragment = owner.get(f"{DESK}/quotes/totals", headers={"X-Fragment": "1"})
    assert "<html" not in fragment.text


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def test_html_in_every_text_is_inert(owner: Visitor) -> None:
    path = issued(
        owner, name=HOSTILE, title=HOSTILE, terms=HOSTILE, notes=HOSTILE, lines__0__label=HOSTILE, waste=HOSTILE
    )
    for place in (path, f"{path}/send", f"{path}/end?as=cancel", f"{DESK}/quotes?state=to_send", f"{DESK}/customers",
                  f"{DESK}/search?q=script", f"{DESK}/quotes/new?q=script", f"{DESK}/deals"):  # fmt: skip
        text = owner.get(place).text
        assert "<script>alert" not in text, place
        assert "<img src=x" not in text, place
        assert ">49" not in text, place
        assert " onerror=alert(1)>" not in text.replace("&gt;", ""), place


def test_ten_thousand_lines_are_refused_in_words(owner: Visitor) -> None:
    draft = begun(owner)
    fields = {f"lines-{rank}-label": "x" for rank in range(10_000)}
    answer = owner.post(draft, {**form_base(owner), **fields})
    assert answer.status_code in (400, 413, 422)
    assert "<main" in answer.text


def test_too_many_lines_are_refused_at_the_lines(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = begun(owner)
    monkeypatch.setattr(typed_forms, "MOST_LINES", 20)
    fields = {f"lines-{rank}-label": f"x{rank}" for rank in range(21)}
    answer = owner.post(draft, {**form_base(owner), "revision": "1", **fields})
    assert answer.status_code == 422
    assert "au plus 2000 lignes" in answer.text


@pytest.mark.parametrize("bad", ["0" * 40, "aaaaaaaa-0000-4000-8000-0000000000ff", "..%2f..", "x'--"])
def test_an_unknown_quote_or_draft_is_not_there(owner: Visitor, bad: str) -> None:
    for place in (f"{DESK}/quotes/{bad}", f"{DESK}/quotes/drafts/{bad}", f"{DESK}/customers/{bad}",
                  f"{DESK}/signatures/{bad}", f"{DESK}/deals/{bad}"):  # fmt: skip
        assert owner.get(place).status_code == 404, place


def test_the_desk_speaks_english(house: House) -> None:
    visitor = house.user("owner", name="english", language="en")
    page = visitor.get(f"{DESK}/quotes").text
    assert "<h1>Quotes (devis)</h1>" in page or "<h1>Quotes</h1>" in page
