"""Which French words pages say, and which have their English: `python -m tests.pages.words` lists what is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from api.pages.frame.languages import CATALOGUES
from api.pages.frame.templates import FOLDER

ROOT = Path(__file__).resolve().parents[2]
SAID_BY_NAME = frozenset({"say", "FieldWrong", "Entry", "Group", "words"})
"""Calls whose texts are said to people: `visit.say("...")`, and the records whose words a template says."""


def said_in_templates() -> Iterator[tuple[str, str]]:
    """Give each text that a template says, with its place."""
    for path in sorted(FOLDER.rglob("*.html")):
        place = str(path.relative_to(FOLDER))
        with path.open("rb") as file:
            options = {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}
            for line, messages, _, _ in (
                (n, m, c, x) for n, m, c, x in extract("jinja2.ext:babel_extract", file, options=options)
            ):
                yield (messages if isinstance(messages, str) else messages[0]), f"{place}:{line}"


def said_in_code() -> Iterator[tuple[str, str]]:
    """Give each text that code of `api` says by `say`, `FieldWrong` or a record of the menu, with its place."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        if path.is_relative_to(ROOT / "api/client") or path.is_relative_to(ROOT / "api/cli"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                for text in _texts(node):
                    yield text, f"{path.relative_to(ROOT)}:{node.lineno}"


def _texts(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    wanted: list[ast.expr] = []
    if name == "say":
        wanted = call.args[-1:]
    elif name == "count" and len(call.args) == 4:
        wanted = call.args[1:2]  # its plural stands beside it in the catalogue
    elif name == "FieldWrong" and len(call.args) == 2:
        wanted = call.args[1:]
    elif name in ("Entry", "Group") and call.args:
        wanted = call.args[2:3] if name == "Entry" else call.args[:1]
    for each in wanted:
        for part in (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield part.value


def texts_in_code() -> frozenset[str]:
    """Give every text that stands in code of `api`, said or in a table that a template says from."""
    return frozenset(
        node.value
        for path in (ROOT / "api").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def in_catalogues() -> dict[str, str]:
    """Give each text that has its English, with the catalogue it stands in; plural forms by their singular."""
    found: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en", abort_invalid=True):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
                    if all(strings) and not message.fuzzy:
                        found[key] = path.name
    return found


def missing() -> dict[str, str]:
    """Give what is said and has no English, with a place where it is said."""
    known = in_catalogues()
    return {text: place for text, place in (*said_in_templates(), *said_in_code()) if text not in known}


if __name__ == "__main__":
    for text, place in missing().items():
        print(f"{place}\t{text!r}")
