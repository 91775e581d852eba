"""E-reporting by date: who reports from when, over which periods, by which day (BOI-TVA-DECLA-20-30-50 and -60).

Periods depend on the VAT regime. Every period is longer than a day, as the State's rules want (G6.25). Where two
readings of a due day are possible, the earlier one is taken: who sends by it is never late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from ledger.domain.regimes.fr.dated import Dated
from ledger.domain.types import VatRegime

FirmSize = Literal["micro", "sme", "mid", "large"]
Flow = Literal["10.3", "10.4"]
"""Flux 10.3: transactions with consumers; 10.4: their payments."""
Rhythm = Literal["ten_days", "month", "two_months"]
"""How long a period is. Periods of two months begin in odd months."""

STARTS: Final[Mapping[FirmSize, Dated[date]]] = {
    "large": Dated(date(2026, 9, 1), None, None, "BOI-TVA-DECLA-20-30-50 §10", "quoted"),
    "mid": Dated(date(2026, 9, 1), None, None, "BOI-TVA-DECLA-20-30-50 §10", "quoted"),
    "sme": Dated(date(2027, 9, 1), None, None, "BOI-TVA-DECLA-20-30-50 §10", "quoted"),
    "micro": Dated(date(2027, 9, 1), None, None, "BOI-TVA-DECLA-20-30-50 §10", "quoted"),
}
"""The day from which a firm reports, by its size."""

RHYTHMS: Final[Mapping[tuple[VatRegime, Flow], Dated[Rhythm]]] = {
    ("normal_monthly", "10.3"): Dated("ten_days", None, None, "BOI-TVA-DECLA-20-30-50-30 §50-100", "quoted"),
    ("normal_monthly", "10.4"): Dated("month", None, None, "BOI-TVA-DECLA-20-30-60 §170-210", "quoted"),
    ("normal_quarterly", "10.3"): Dated("month", None, None, "BOI-TVA-DECLA-20-30-50-30 §50-100", "quoted"),
    ("normal_quarterly", "10.4"): Dated("month", None, None, "BOI-TVA-DECLA-20-30-60 §170-210", "quoted"),
    # The simplified regime ends on 01/01/2027, before its firms report: its due day is that of the quarterly one,
    # earlier than the end of the next month that other software gives.
    ("simplified", "10.3"): Dated("month", None, None, "BOI-TVA-DECLA-20-30-50-30 §50-100", "ours"),
    ("simplified", "10.4"): Dated("month", None, None, "BOI-TVA-DECLA-20-30-60 §170-210", "ours"),
    ("franchise", "10.3"): Dated("two_months", None, None, "BOI-TVA-DECLA-20-30-50-30 §50-100", "quoted"),
    ("franchise", "10.4"): Dated("two_months", None, None, "BOI-TVA-DECLA-20-30-60 §170-210", "quoted"),
}
"""The rhythm of transmissions, by VAT regime and flow."""

RATES_BP: Final = (0, 90, 105, 175, 210, 550, 700, 850, 920, 960, 1000, 1300, 1960, 2000, 2060)
"""The rates that the State accepts in a report, in basis points (G1.24)."""

NO_INVOICE_EXEMPTIONS: Final = ("VATEX-EU-132", "VATEX-EU-135", "VATEX-FR-CGI261")
"""How the codes begin of what is exempt under CGI 261 to 261 E: no invoice is due for it, and no report either."""

MARGIN_EXEMPTIONS: Final = ("VATEX-EU-D", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J")
"""Travel agencies, second-hand goods, works of art, collectors' items: taxed on the margin (CGI 266, 297 A)."""


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """What one transmission covers, both days included, and the last day on which it may be sent."""

    from_on: date
    to_on: date
    due_on: date

    def holds(self, on: date) -> bool:
        """Tell whether a day is in it."""
        return self.from_on <= on <= self.to_on


def month_end(on: date) -> date:
    """Give the last day of a day's month."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def ten_days(month: date) -> tuple[ReportPeriod, ReportPeriod, ReportPeriod]:
    """Give a month's three periods of about ten days.

    1-10 is due on the 20th, 11-20 on the 30th or, in February, on its last day, 21-end on the 10th of the next month.
    """
    first, last = month.replace(day=1), month_end(month)
    return (
        ReportPeriod(first, first.replace(day=10), first.replace(day=20)),
        ReportPeriod(
            first.replace(day=11), first.replace(day=20), min(last, first.replace(day=28) + timedelta(days=2))
        ),
        ReportPeriod(first.replace(day=21), last, _tenth_after(last)),
    )


def one_month(month: date) -> ReportPeriod:
    """Give a month's one period, due on the 10th of the next."""
    last = month_end(month)
    return ReportPeriod(month.replace(day=1), last, _tenth_after(last))


def two_months(first: date, last: date) -> ReportPeriod:
    """Give the period of two months, from the first of one to the last day of another; due by the next month's end."""
    last = month_end(last)
    return ReportPeriod(first.replace(day=1), last, month_end(last + timedelta(days=1)))


def _tenth_after(last: date) -> date:
    return (last + timedelta(days=1)).replace(day=10)
