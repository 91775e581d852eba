"""docs/projections says what reports and projections there are, and shows what reports look like, as they do."""

from __future__ import annotations

import pytest

from projections.reports.registry import REPORTS
from tests.docs import reports_page


def test_the_page_is_the_one_that_the_registries_make() -> None:
    assert reports_page.PAGE.read_text(encoding="utf-8") == reports_page.make_page(), (
        "run: python -m tests.docs.reports_page"
    )


@pytest.mark.parametrize("page", reports_page.EXAMPLES)
def test_the_examples_of_a_page_are_what_the_report_says(page: str) -> None:
    assert (reports_page.FOLDER / page).read_text(encoding="utf-8") == reports_page.with_examples(page), (
        "run: python -m tests.docs.reports_page"
    )


@pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.name)
def test_every_report_has_a_page_that_asks_its_question(report: object) -> None:
    page = reports_page.page_of(report)  # type: ignore[arg-type] # parametrized with reports
    assert page is not None
    assert report.name in (reports_page.FOLDER / page).read_text(encoding="utf-8")  # type: ignore[attr-defined] # as above
