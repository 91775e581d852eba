"""The editor's rows drawn by shape are, to the letter, those that the template draws one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.desk.sale import rows
from api.pages.desk.sale.rows import draw_rows
from api.pages.frame import templates
from api.pages.frame.forms import Form
from api.pages.frame.wrong import Wrong

FACTS: dict[str, Any] = {
    "unit_options": [("C62", "unité"), ("MTR", "m")],
    "type_options": [("service", "Service"), ("goods", "Bien")],
    "choice_options": [("", "Non"), ("option", "Option")],
    "franchise": False,
    "price_label": "Prix HT",
}
HOSTILE = ['"><script>', "\ue000label\ue001", "987654321", "987654322", "{{ 1 }}", "&amp;", "'", "", "x"]
NAMES = (
    "label", "quantity", "unit_price", "rate", "discount", "group", "item", "category", "exemption", "unit", "type",
    "choice",
)  # fmt: skip
ROW = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([*HOSTILE, "C62", "MTR", "goods", "option"]))


def one_by_one(forms: list[Form], wrong: Wrong | None) -> str:
    return "".join(
        rows._draw("fr", FACTS, rank, row, wrong, first=rank == 0, last=rank == len(forms) - 1)
        for rank, row in enumerate(forms)
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=6), st.sampled_from([None, "lines-1-label", "lines-0-group", "lines", "customer"]))
def test_rows_drawn_by_shape_are_those_of_the_template(typed: list[dict[str, str]], place: str | None) -> None:
    forms = [Form(list(each.items())) for each in typed]
    wrong = None if place is None else Wrong("non", None, "FIELD", {place: "à corriger <ici>"})
    drawn, _ = draw_rows("fr", forms, wrong, FACTS, 999)
    assert str(drawn) == one_by_one(forms, wrong)


def test_thousands_of_rows_take_the_template_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    drawn_by = templates.render

    def render(template: str, language: str, facts: dict[str, Any]) -> bytes:
        asked.append(facts["rank"])
        return drawn_by(template, language, facts)

    monkeypatch.setattr(rows, "render", render)
    forms = [Form([("label", f"Ligne {rank}"), ("unit_price", f"{rank},50"), ("unit", "MTR")]) for rank in range(2000)]
    drawn, blank = draw_rows("fr", forms, None, FACTS, 999)
    assert len(asked) == 4, "the first, the last, one between, and the blank one"
    assert str(drawn).count("<fieldset") == 2000
    assert 'name="lines-1234-label" value="Ligne 1234"' in drawn
    assert 'name="lines-999-label" value=""' in blank
