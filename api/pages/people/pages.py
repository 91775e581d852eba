"""The pages of this folder, written out; `api/pages/table.py` takes them up."""

from __future__ import annotations

from typing import Final

from api.pages.frame.page import Page
from api.pages.people.account import PAGES as ACCOUNT
from api.pages.people.backup import PAGES as BACKUP
from api.pages.people.signing_in import PAGES as SIGNING_IN
from api.pages.people.start import PAGES as START
from api.pages.people.users import PAGES as USERS
from api.pages.people.welcome import PAGES as WELCOME

PAGES: Final[tuple[Page, ...]] = (*SIGNING_IN, *WELCOME, *ACCOUNT, *START, *BACKUP, *USERS)
"""Every page here."""
