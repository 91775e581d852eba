"""Every projection, written out; a test holds that each one names every event type."""

from __future__ import annotations

from typing import Final

from projections.bank.projection import PAYMENTS
from projections.book.projection import BOOK
from projections.business.customers import CUSTOMERS
from projections.business.deals import DEALS
from projections.business.documents import DOCUMENTS
from projections.business.incoming import INCOMING
from projections.business.integrity import INTEGRITY
from projections.business.next_due import NEXT_DUE
from projections.business.periods import PERIODS
from projections.business.recurring import SUBSCRIPTIONS
from projections.business.takings_rows import TAKINGS
from projections.engine.contract import Projection
from projections.ereporting.history import EREPORTING

PROJECTIONS: Final[tuple[Projection, ...]] = (
    BOOK,
    DOCUMENTS,
    CUSTOMERS,
    NEXT_DUE,
    INTEGRITY,
    DEALS,
    PERIODS,
    SUBSCRIPTIONS,
    TAKINGS,
    EREPORTING,
    PAYMENTS,
    INCOMING,
)
