"""The pages of this folder, written out; `api/pages/table.py` takes them up."""

from __future__ import annotations

from typing import Final

from api.pages.desk.money import (
    bank,
    contract_invoices,
    credit_notes,
    deposits,
    invoice,
    invoices,
    new_invoice,
    payments,
    providers,
    reminders,
    subscriptions,
)
from api.pages.frame.page import Page

PAGES: Final[tuple[Page, ...]] = (
    *invoices.PAGES,
    *new_invoice.PAGES,
    *contract_invoices.PAGES,
    *invoice.PAGES,
    *credit_notes.PAGES,
    *deposits.PAGES,
    *payments.PAGES,
    *bank.PAGES,
    *reminders.PAGES,
    *subscriptions.PAGES,
    *providers.PAGES,
)
"""Every page here."""
