"""Every report, written out: what `sceau report`, the HTTP routes, the docs page and the tests are made from."""

from __future__ import annotations

from projections.accounts.reports import BALANCE, JOURNAL
from projections.business.durations import DSO, DURATIONS, LATE_DEPOSITS
from projections.business.periods import PAYMENTS, REVENUE
from projections.business.pipeline import PIPELINE
from projections.business.recurring import RECURRING
from projections.business.takings import RECEIPTS, TAKINGS_BOOK
from projections.business.thresholds import THRESHOLDS
from projections.ereporting.report import EREPORTING, EREPORTING_DUE
from projections.reports.contract import Report
from projections.reports.customers import CUSTOMERS, STATEMENT
from projections.reports.deposits import DEPOSITS
from projections.reports.documents import DOCUMENTS
from projections.reports.integrity import INTEGRITY
from projections.reports.next_due import NEXT
from projections.reports.receivables import RECEIVABLES
from projections.vat.report import VAT, VAT_ENTRIES, VAT_RATES

REPORTS: tuple[Report, ...] = (
    NEXT,
    DOCUMENTS,
    DEPOSITS,
    RECEIVABLES,
    CUSTOMERS,
    STATEMENT,
    PIPELINE,
    DURATIONS,
    DSO,
    LATE_DEPOSITS,
    REVENUE,
    PAYMENTS,
    RECURRING,
    TAKINGS_BOOK,
    RECEIPTS,
    THRESHOLDS,
    VAT,
    VAT_RATES,
    VAT_ENTRIES,
    EREPORTING,
    EREPORTING_DUE,
    INTEGRITY,
    JOURNAL,
    BALANCE,
)
"""In the order in which a reader wants to meet them. Names are unique."""

BY_NAME = {each.name: each for each in REPORTS}
"""The same by name."""
