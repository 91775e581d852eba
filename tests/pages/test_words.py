"""Whatever a page says in French it says in English too."""

from __future__ import annotations

import re

from api.pages.frame.languages import english
from api.pages.frame.templates import FOLDER
from tests.pages.words import in_catalogues, missing, said_in_code, said_in_templates, texts_in_code

_HOLES = re.compile(r"%\(\w+\)[sd]")


def test_every_word_said_has_its_english() -> None:
    assert missing() == {}


def test_templates_say_something() -> None:
    assert sum(1 for _ in said_in_templates()) >= 20


def test_english_fills_the_same_holes() -> None:
    wrong = {}
    for french, found in english().items():
        for words in (found,) if isinstance(found, str) else found[-1:]:
            if set(_HOLES.findall(french)) - {"%(n)s", "%(num)s"} != set(_HOLES.findall(words)) - {"%(n)s", "%(num)s"}:
                wrong[french] = words
    assert wrong == {}


def test_no_word_stands_in_two_catalogues_with_two_meanings() -> None:
    from babel.messages.pofile import read_po

    from api.pages.frame.languages import CATALOGUES

    seen: dict[str, str] = {}
    wrong = []
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                said = isinstance(message.id, str) and message.id and isinstance(message.string, str)
                if said and seen.setdefault(str(message.id), str(message.string)) != message.string:
                    wrong.append((message.id, path.name))
    assert wrong == []


def test_templates_hold_no_inline_script_or_style() -> None:
    wrong = []
    for path in sorted(FOLDER.rglob("*.html")):
        text = path.read_text("utf-8")
        for pattern in (
            r"<script(?![^>]*\bsrc=)",
            r"<style\b",
            r"\sstyle=",
            r"\son[a-z]+=",
            r"javascript:",
            r"\|\s*safe\b",
        ):
            wrong += [f"{path.relative_to(FOLDER)}: {match[0]}" for match in re.finditer(pattern, text)]
    assert wrong == []


def test_every_form_that_acts_says_it_is_ours() -> None:
    wrong = []
    for path in sorted(FOLDER.rglob("*.html")):
        forms = re.findall(r'<form\b[^>]*method="post"[^>]*>(.*?)</form>', path.read_text("utf-8"), re.DOTALL)
        wrong += [str(path.relative_to(FOLDER)) for form in forms if "hidden()" not in form]
    assert wrong == []


def test_catalogues_hold_no_word_that_nobody_says() -> None:
    said = {text for text, _ in (*said_in_templates(), *said_in_code())}
    tables = texts_in_code()
    assert [text for text in in_catalogues() if text not in said and text not in tables] == []
