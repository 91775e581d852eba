"""Templates: what may be saved, what is made of them, and that no template ever stops a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages.catalogue import BY_NAME, TEMPLATES, VARIABLES
from api.messages.desk import LANGUAGES, MessageDesk, Preview, TemplateShown, Wrong
from api.messages.envelope import Words
from api.messages.frame import html_of
from api.messages.templating import check, fill
from api.messages.words import READY_MADE
from ledger.domain.refusals import Refusal
from ledger.shell.outbox import KeptTemplate
from tests.messages.scene import Scene, customer, scene
from tests.messages.test_following import html_of as html_part
from tests.messages.test_following import quoted, text_of

QUOTE = BY_NAME["quote_sent"]
TABLE = (Path(__file__).parents[2] / "docs/messages.md").read_text()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        found.execute(customer())
        yield found


@pytest.fixture
def desk(shop: Scene) -> MessageDesk:
    return MessageDesk(shop.service, shop.settings, shop.post)


def test_every_template_has_words_in_both_languages_and_stands_in_the_docs() -> None:
    names = {one.name for one in TEMPLATES}
    for language in LANGUAGES:
        assert set(READY_MADE[language]) == names
    said = set(re.findall(r"`([a-z_]+)`", TABLE)) | {
        f"reminder_{about}_{tone}"
        for about in ("quote", "deposit", "invoice")
        for tone in ("friendly", "firm", "final")
    }
    assert names - {"test"} <= said
    assert set(VARIABLES) <= said
    assert {name for one in TEMPLATES for name in one.variables} == set(VARIABLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_ready_made_words_may_be_saved_as_they_are_and_say_something_with_and_without_facts(
    name: str, language: str
) -> None:
    one, (subject, text) = BY_NAME[name], READY_MADE[language][name]
    assert check(one, subject, text) is None
    at = 2 if language == "fr" else 3
    full = fill(one, subject, text, {variable: VARIABLES[variable][at] for variable in one.variables})
    empty = fill(one, subject, text, {})
    for made in (full, empty):
        assert made.subject
        assert made.text
        assert "{" not in made.subject + made.text
        assert "\n\n\n" not in made.text
        assert "\n" not in made.subject


@pytest.mark.parametrize(
    ("subject", "text", "member", "line"),
    [
        ("Devis", "Bonjour\n\n{{ prenom }}", "text", 3),
        ("{{ numero }}", "Bonjour", "subject", 1),
        ("Devis", "{% for x in 'abc' %}{{ x }}{% endfor %}", "text", 1),
        ("Devis", "Bonjour\n{{ number.__class__ }}", "text", 2),
        ("Devis", "{{ number() }}", "text", 1),
        ("Devis", "{{ 'a' * 1000000000 }}", "text", 1),
        ("Devis", "{{ number | upper }}", "text", 1),
        ("Devis", "{% set x = 1 %}x", "text", 1),
        ("Devis", "{% include 'x' %}", "text", 1),
        ("Devis", "a\nb\n{% if number %}", "text", 3),
        ("Devis", "{{", "text", 1),
        ("Devis\nBcc: x", "Bonjour", "subject", 2),
        ("", "Bonjour", "subject", 1),
        ("Devis", "   ", "text", 1),
        ("x" * 301, "Bonjour", "subject", 1),
        ("Devis", "x" * 20_001, "text", 1),
        ("Devis", "a\x00b", "text", 1),
        ("Devis", "{{ " + "not " * 4_900 + "number }}", "text", 1),
        ("Devis", "{{ number" + " or number" * 1_900 + " }}", "text", 1),
        ("Devis", "{% if number %}" * 120 + "x" + "{% endif %}" * 120, "text", 1),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_its_place(subject: str, text: str, member: str, line: int) -> None:
    wrong = check(QUOTE, subject, text)
    assert wrong is not None
    assert (wrong.member, wrong.line) == (member, line)
    assert wrong.words
    assert wrong.words_en


@given(st.text(max_size=300), st.text(max_size=300))
def test_checking_never_fails_and_what_it_lets_through_can_be_filled_in(subject: str, text: str) -> None:
    if check(QUOTE, subject, text) is None:
        fill(QUOTE, subject, text, {})


@given(st.dictionaries(st.sampled_from(QUOTE.variables), st.text(max_size=60)))
def test_whatever_the_facts_hold_stays_words(facts: dict[str, str]) -> None:
    made = fill(QUOTE, *READY_MADE["fr"]["quote_sent"], facts)
    assert "\n" not in made.subject
    html = html_of(made.text, language="fr", business=facts.get("business_name", ""))
    assert _outside(html) == []


def test_the_business_edits_its_words_and_goes_back(shop: Scene, desk: MessageDesk) -> None:
    kept = desk.save(shop.ledger, "quote_sent", "fr", "Devis {{ number }}", "Voici.\n\n{{ link }}", 0)
    assert isinstance(kept, TemplateShown)
    assert (kept.own, kept.revision) == (True, 1)
    assert desk.save(shop.ledger, "quote_sent", "fr", "Autre", "Texte", 0) is None  # somebody was first
    assert isinstance(desk.save(shop.ledger, "quote_sent", "fr", "Devis", "{{ nope }}", 1), Wrong)
    shop.sent("1", "quote_sent", about=quoted(shop))
    shop.mail()
    assert shop.box.mails()[0]["Subject"] == "Devis D-00001"
    assert desk.reset(shop.ledger, "quote_sent", "fr")
    again = desk.template(shop.ledger, "quote_sent", "fr")
    assert again is not None
    assert not again.own


def test_a_template_that_fails_is_replaced_and_the_message_goes_out(shop: Scene) -> None:
    outbox = shop.service.store.side().outbox()
    outbox.put_template(KeptTemplate(shop.ledger, "quote_sent", "fr", "{{", "{% for", "2026-01-01"), 0)
    shop.sent("1", "quote_sent", about=quoted(shop))
    shop.mail()
    assert shop.box.mails()[0]["Subject"] == "Votre devis D-00001\u00a0: Escalier en chêne"


def test_words_for_one_message_alone_are_checked_and_used(shop: Scene) -> None:
    quote = quoted(shop)
    refused = shop.send("1", "quote_sent", about=quote, words=Words("Devis", "Bonjour\n{{ nope }}"))
    assert isinstance(refused, Refusal)
    assert (refused.code, dict(refused.facts)["line"]) == ("MESSAGE_TEMPLATE_INVALID", 2)
    shop.sent("1", "quote_sent", about=quote, words=Words("Pour {{ customer_name }}", "Comme convenu.\n\n{{ link }}"))
    shop.mail()
    (mail,) = shop.box.mails()
    assert (mail["Subject"], text_of(mail).splitlines()[0]) == ("Pour Jeanne Dupré", "Comme convenu.")


def test_a_preview_has_the_documents_own_facts(shop: Scene, desk: MessageDesk) -> None:
    made = desk.preview(shop.ledger, "quote_sent", "fr", quoted(shop))
    assert isinstance(made, Preview)
    assert "1 100,00 €" in made.text.replace("\u00a0", " ")
    assert "Jeanne Dupré" in made.text
    assert desk.preview(shop.ledger, "quote_sent", "fr", "00000000-0000-4000-8000-000000000000") is None
    assert isinstance(desk.preview(shop.ledger, "quote_sent", "fr", text="{{ x }}", subject="x"), Wrong)
    for one in TEMPLATES:
        for language in LANGUAGES:
            assert isinstance(desk.preview(shop.ledger, one.name, language), Preview)


def test_html_says_what_the_text_says_and_fetches_nothing(shop: Scene, desk: MessageDesk) -> None:
    for one in TEMPLATES:
        for language in LANGUAGES:
            made = desk.preview(shop.ledger, one.name, language)
            assert isinstance(made, Preview)
            assert _outside(made.html) == []
            words = _words(made.html)
            for line in made.text.split("\n"):
                assert " ".join(line.removeprefix("- ").split()) in words


def test_the_mail_itself_has_a_button_to_its_own_link_alone(shop: Scene) -> None:
    shop.sent("1", "quote_sent", about=quoted(shop), facts={"link": "https://sceau.example/c/atelier/x?a=1&b=2"})
    shop.mail()
    html = html_part(shop.box.mails()[0])
    assert re.findall(r'href="([^"]*)"', html) == ["https://sceau.example/c/atelier/x?a=1&amp;b=2"]
    assert "Lire le devis" in html


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {"html", "head", "meta", "title", "body", "div", "p", "br", "a", "ul", "li", "span"}
        if tag not in known:
            self.outside.append(tag)
        if tag not in ("span", "a"):
            self.words.append(" ")
        for name, value in attrs:
            fetches = name in ("src", "background", "srcset", "poster", "data") or name.startswith("on")
            if fetches or (name == "style" and "url(" in (value or "")):
                self.outside.append(f"{tag} {name}")
            if name == "href" and not (value or "").startswith("https://sceau.example/"):
                self.outside.append(f"href {value}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _outside(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    return reader.outside


def _words(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.words).split())


def test_french_words_never_put_de_or_a_before_an_article_or_a_name() -> None:
    said = "\n".join(f"{subject}\n{text}" for subject, text in READY_MADE["fr"].values())
    assert re.findall(r"\b(?:de|d'|du|à|au) \{\{ (?:document|business_name|customer_name|author) ", said) == []
