"""The rows of the quote editor, quickly: rows of one shape are drawn once, and what was typed is put into each.

A template takes a millisecond and a half for a row, and a quote may have thousands. Most rows differ in their rank and
in what is typed alone: the template draws one with marks in these places, and the marks are filled in here, escaped. A
row with a fault, or with a choice that the lists do not have, is drawn by the template as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from api.pages.frame.forms import Form
from api.pages.frame.templates import render
from api.pages.frame.wrong import Wrong

TEMPLATE: Final = "desk/sale/line.html"
_TYPED: Final = ("label", "quantity", "unit_price", "rate", "discount", "group", "item", "category", "exemption")
_TOLD: Final = ("discount", "item", "category", "exemption")
"""Typed fields whose being empty changes the row."""
_CHOSEN: Final = ("unit", "type", "choice")
_RANK: Final = 987_654_321
"""In a drawn shape no other number stands for itself; the row's number for people is one more."""
_MARK: Final = re.compile(f"({_RANK}|{_RANK + 1}|\ue000[a-z_]+\ue001)")

Pairs = list[tuple[str, str]]
Shape = tuple[Any, ...]


def draw_rows(
    language: str, rows: Sequence[Form], wrong: Wrong | None, facts: Mapping[str, Any], most: int
) -> tuple[Markup, Markup]:
    """Draw the rows, and the blank one that a script adds; `facts` are the lists and labels that the template names."""
    known = {name: {code for code, _ in facts[f"{name}_options"]} | {""} for name in _CHOSEN}
    faulty = {each.split("-")[1] for each in (wrong.places if wrong is not None else ()) if each.startswith("lines-")}
    shapes: dict[Shape, list[str]] = {}
    drawn = []
    for rank, row in enumerate(rows):
        first, last = rank == 0, rank == len(rows) - 1
        values = {name: row.text(name) for name in _TYPED}
        chosen = [(name, row.text(name)) for name in _CHOSEN if any(sent == name for sent, _ in row)]  # "" is a choice
        if str(rank) in faulty or any(value not in known[name] for name, value in chosen):
            drawn.append(_draw(language, facts, rank, row, wrong, first=first, last=last))
            continue
        shape = (*chosen, *(bool(values[name]) for name in _TOLD), first, last)
        parts = shapes.get(shape)
        if parts is None:
            parts = shapes[shape] = _MARK.split(_shape(language, facts, values, chosen, first=first, last=last))
        drawn.append(_filled(parts, rank, values))
    blank = _draw(language, facts, most, Form(), None, first=False, last=True)
    return Markup("".join(drawn)), Markup(blank)  # noqa: S704 - templates escape, and so does `_filled`


def _shape(
    language: str, facts: Mapping[str, Any], values: Mapping[str, str], chosen: Pairs, *, first: bool, last: bool
) -> str:
    marked = [(name, f"\ue000{name}\ue001") for name in _TYPED if name not in _TOLD or values[name]]
    return _draw(language, facts, _RANK, Form(marked + chosen), None, first=first, last=last)


def _filled(parts: Sequence[str], rank: int, values: Mapping[str, str]) -> str:
    """Put rank and what was typed in the place of marks: every second part is one."""
    filled = {str(_RANK): str(rank), str(_RANK + 1): str(rank + 1)}
    filled |= {f"\ue000{name}\ue001": str(escape(values[name])) for name in _TYPED}
    made = list(parts)
    made[1::2] = [filled[mark] for mark in parts[1::2]]
    return "".join(made)


def _draw(
    language: str, facts: Mapping[str, Any], rank: int, row: Form, wrong: Wrong | None, *, first: bool, last: bool
) -> str:
    given = {**facts, "rank": rank, "row": row, "wrong": wrong, "first": first, "last": last}
    return render(TEMPLATE, language, given).decode()
