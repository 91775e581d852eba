"""Makes docs/projections/README.md from the registries, and the examples of reports from a played sale.

`python -m tests.docs.reports_page` writes them; `test_reports_page.py` holds them equal to the code.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.parties import SetReminderPolicy
from ledger.domain.commands.sales import CreditInvoice, CreditLine, StartSubscription
from ledger.domain.decision import Emit
from ledger.domain.events.parties import ReminderStep
from ledger.domain.events.periods import CheckpointMade
from projections.engine.contract import Projection
from projections.registry import PROJECTIONS
from projections.reports.asking import Unfit, complete
from projections.reports.contract import Parameter, Report
from projections.reports.registry import BY_NAME, REPORTS
from projections.reports.shapes import to_text
from tests.documents.selling import COMPANY, Sale, a_quote, an_invoice, deposits_of, goods, pay, works
from tests.domain.world import BUSINESS, CONSUMER, PUBLIC
from tests.projections.playing import SaleDesk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "projections"
PAGE = FOLDER / "README.md"

PAGES = {
    "next": "due-next.md",
    "customers": "statement.md",
    "durations": "dso.md",
    "late-deposits": "dso.md",
    "revenue": "periods.md",
    "payments": "periods.md",
    "receipts": "takings.md",
    "vat-rates": "vat.md",
    "vat-entries": "vat.md",
    "ereporting-due": "ereporting.md",
    "journal": "journals.md",
    "balance": "journals.md",
}
"""Where a report's page has another name than the report."""

EXAMPLES: dict[str, dict[str, dict[str, str]]] = {
    "documents.md": {"documents": {}},
    "deposits.md": {"deposits": {}},
    "receivables.md": {"receivables": {}},
    "statement.md": {"customers": {}, "statement": {"customer": CONSUMER}},
    "due-next.md": {"next": {}},
    "integrity.md": {"integrity": {}},
    "periods.md": {
        "revenue": {"from": "2026-09-01", "to": "2026-11-23"},
        "payments": {"from": "2026-09-01", "to": "2026-11-23"},
    },
    "takings.md": {
        "takings": {"from": "2026-09-01", "to": "2026-11-23"},
        "receipts": {"from": "2026-07-01", "to": "2026-11-23"},
    },
    "thresholds.md": {"thresholds": {"started_on": "2026-09-01"}},
}
"""The examples of each page, by report, with what is asked."""

_MARKED = "<!-- example {name} -->\n"
_END = "<!-- end -->"

_NUMBERED = ("1a", "2a", "3a", "4a", "5a")


def _id(kind: str, rank: int) -> str:
    return f"{kind * 8}-0000-4000-8000-{rank:012d}"


@cache
def business() -> SaleDesk:
    """Three months of a joiner's shop: what the examples tell of."""
    sale = Sale(profile=replace(COMPANY, trades=("repair",)), today=date(2026, 9, 1))
    sale.play(
        SetReminderPolicy(
            about="invoice", steps=(ReminderStep(days=7, tone="friendly"), ReminderStep(days=21, tone="firm"))
        )
    )
    first = _id("d", 1)
    sale.play(an_invoice(works("900", 2000), id=first, customer=BUSINESS, supplied_on="2026-08-31"))
    sale.on("2026-09-15")
    second = _id("d", 2)
    sale.play(an_invoice(goods("240"), id=second, customer=PUBLIC, supplied_on="2026-09-14"))
    pay(sale, first, "invoice", 60_000)
    sale.on("2026-10-05")
    schedule = (
        InstalmentInput(kind="acompte", share_bp=3000, trigger="signature", due_days=8),
        InstalmentInput(kind="acompte", share_bp=4000, trigger="milestone", milestone="dalle"),
        InstalmentInput(kind="acompte", share_bp=1000, trigger="date", due_on="2026-12-10"),
    )
    (deposit,) = deposits_of(sale, schedule=schedule)
    pay(sale, deposit, "deposit", 30_000, means="card")
    sale.on("2026-11-02")
    third = _id("d", 3)
    sale.play(an_invoice(goods("35", quantity="4"), id=third, customer=CONSUMER, supplied_on="2026-11-02"))
    pay(sale, third, "invoice", 16_800, means="cash")
    sale.play(CreditInvoice(invoice=third, cause="return", lines=(CreditLine(rank=1, quantity="1"),)))
    sale.on("2026-11-20")
    sale.play(a_quote(works("450", 2000), id=_id("c", 2), customer=PUBLIC, reduced_rate_justified=False))
    sale.play(
        StartSubscription(
            customer=BUSINESS,
            basis="net",
            every="month",
            starts_on="2026-12-01",
            lines=(works("80", 2000, "Entretien"),),
        )
    )
    sale.given(
        Emit("checkpoint:self", CheckpointMade(size=len(sale.entries), root="4" * 64, note="9" * 64, cause="timer"))
    )
    return SaleDesk(sale, date(2026, 11, 23))


def example(name: str, given: dict[str, str]) -> str:
    """Give a report of that business as `sceau report` prints it."""
    report = BY_NAME[name]
    asked = complete(report, given)
    if isinstance(asked, Unfit):
        raise AssertionError(f"{name}: {asked.name} {asked.reason}")
    text = "\n".join(to_text(report.make(business(), asked), "en"))
    shown = re.sub(r"[\u00a0\u202f]", " ", text)
    return f"```\n{shown}\n```\n"


def with_examples(page: str) -> str:
    """Give a page with its examples made anew."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    for name, given in EXAMPLES[page].items():
        start = text.index(_MARKED.format(name=name)) + len(_MARKED.format(name=name))
        end = text.index(_END, start)
        text = text[:start] + example(name, given) + text[end:]
    return text


HEAD = """# Reports and projections

*Made by `python -m tests.docs.reports_page` from `projections/reports/registry.py` and `projections/registry.py`; a
test holds the two equal.*

How a report is asked for, what its answer holds, how a figure is taken back to its entries: [reports.md](reports.md).
What a projection is: [../projections.md](../projections.md).

For the accountant: [the book](book.md), [journals](journals.md), [FEC](fec.md), [VAT return](vat.md),
[reconcile](reconcile.md), [e-reporting](ereporting.md), [bank statements](bank.md), [a month step by
step](../how-to-accountant.md). Worked by hand from the law: [the golden year](golden-year.md).
"""


def page_of(report: Report) -> str | None:
    """Give the name of a report's page, if it has one."""
    name = PAGES.get(report.name, f"{report.name}.md")
    return name if (FOLDER / name).exists() else None


def _asks(parameter: Parameter) -> str:
    told = f"`{parameter.name}` {parameter.words.en}"
    if parameter.required:
        return f"**{told}**"
    return f"{told} ({parameter.default})" if parameter.default is not None else told


def _report(report: Report) -> str:
    page = page_of(report)
    name = f"[`{report.name}`]({page})" if page is not None else f"`{report.name}`"
    asks = "; ".join(_asks(each) for each in report.parameters)
    uses = ", ".join(f"`{each}`" for each in report.uses)
    return f"| {name} | {report.question.en} | {report.question.fr} | {asks} | {uses} |"


def _projection(projection: Projection) -> str:
    tables = ", ".join(f"`{each}`" for each in projection.tables)
    readers = ", ".join(f"`{each.name}`" for each in REPORTS if projection.name in each.uses)
    return f"| `{projection.name}` | {projection.version} | {tables} | {len(projection.handles)} | {readers} |"


def make_page() -> str:
    """Make the whole page."""
    out = [HEAD, "## Reports", "", "| report | question | question en français | asked with | rows of |"]
    out += ["|---|---|---|---|---|", *map(_report, REPORTS), ""]
    out += ["## Projections", "", "| projection | version | tables | types of entry it handles | read by |"]
    out += ["|---|---|---|---|---|", *map(_projection, PROJECTIONS)]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    for each in EXAMPLES:
        (FOLDER / each).write_text(with_examples(each), encoding="utf-8")
    PAGE.write_text(make_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(REPORTS)} reports, {len(PROJECTIONS)} projections\n")
