"""The table of reports is whole, and each report says what it needs to be asked and shown."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from projections.reports.contract import Report
from projections.reports.registry import BY_NAME, REPORTS

REPORT = pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.name)


def test_every_report_is_in_the_table_once() -> None:
    assert [name for name, count in Counter(each.name for each in REPORTS).items() if count > 1] == []
    assert list(BY_NAME) == [each.name for each in REPORTS]


@REPORT
def test_a_report_has_a_name_for_an_address_and_a_question_in_both_languages(report: Report) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", report.name)
    assert report.question.fr.strip()
    assert report.question.en.strip()
    assert report.question.en.endswith("?")


@REPORT
def test_the_parameters_of_a_report_can_be_asked(report: Report) -> None:
    names = [each.name for each in report.parameters]
    assert len(set(names)) == len(names)
    for each in report.parameters:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", each.name)
        assert each.words.fr
        assert each.words.en
        assert not (each.required and each.default is not None), f"{each.name} is asked for and has a default"
        if each.choices:
            assert each.default is None or each.default in each.choices
        if each.kind == "day" and each.default is not None:
            assert date.fromisoformat(each.default)
