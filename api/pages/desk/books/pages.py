"""The pages of this folder, written out; `api/pages/table.py` takes them up."""

from __future__ import annotations

from typing import Final

from api.pages.desk.books.access import PAGES as ACCESS
from api.pages.desk.books.accountant import PAGES as ACCOUNTANT
from api.pages.desk.books.archives import PAGES as ARCHIVES
from api.pages.desk.books.attestation import PAGES as ATTESTATION
from api.pages.desk.books.auditor import PAGES as AUDITOR
from api.pages.desk.books.closures import PAGES as CLOSURES
from api.pages.desk.books.home import PAGES as HOME
from api.pages.desk.books.integrity import PAGES as INTEGRITY
from api.pages.desk.books.journal import PAGES as JOURNAL
from api.pages.desk.books.messages import PAGES as MESSAGES
from api.pages.desk.books.profile import PAGES as PROFILE
from api.pages.desk.books.reports import PAGES as REPORTS
from api.pages.desk.books.rules import PAGES as RULES
from api.pages.frame.page import Page

PAGES: Final[tuple[Page, ...]] = (
    *HOME,
    *AUDITOR,
    *REPORTS,
    *ACCOUNTANT,
    *CLOSURES,
    *ARCHIVES,
    *ATTESTATION,
    *JOURNAL,
    *INTEGRITY,
    *PROFILE,
    *RULES,
    *ACCESS,
    *MESSAGES,
)
"""Every page here; a fixed address stands before one that would take its last part for an id."""
