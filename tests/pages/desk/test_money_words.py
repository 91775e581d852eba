"""Every French word of the money pages has its English, with the same blanks to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.pages.desk.money.words import TABLES
from api.pages.frame.languages import english
from api.pages.frame.templates import FOLDER

_SAID = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_COUNTED = re.compile(r'\bngettext\("([^"]*)"')
_BLANK = re.compile(r"\{\w+\}|%\(\w+\)s")


def words() -> Iterator[str]:
    for path in sorted((FOLDER / "desk" / "money").glob("*.html")):
        text = path.read_text()
        yield from (one or other for one, other in _SAID.findall(text))
        yield from _COUNTED.findall(text)
    for path in sorted((Path(__file__).parents[3] / "api/pages/desk/money").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"say": -1, "FieldWrong": 1, "count": 1}.get(name)
            if place is not None and len(node.args) > max(place, 0):
                said = node.args[place]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
    for table in TABLES:
        yield from table.values()


def test_every_word_has_its_english() -> None:
    missing = sorted({each for each in words() if each not in english()})
    assert missing == []


def test_no_blank_is_lost_in_english() -> None:
    for each in set(words()):
        said = english()[each]
        if isinstance(said, str):  # of a plural, the blank stands where the language wants it
            assert set(_BLANK.findall(each)) == set(_BLANK.findall(said)), each


def test_no_percent_sign_in_a_template_is_read_as_a_blank() -> None:
    for path in sorted((FOLDER / "desk" / "money").glob("*.html")):
        for one, other in _SAID.findall(path.read_text()):
            assert "%" not in re.sub(r"%\(\w+\)s", "", one or other), path.name
