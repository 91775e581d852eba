"""Commands about closures."""

from __future__ import annotations

from typing import ClassVar

from ledger.domain.commands.common import Command
from ledger.domain.events.common import record
from ledger.domain.events.periods import PeriodKind
from ledger.domain.types import Day


@record
class ClosePeriod(Command):
    """Close the periods that have ended; `upto` is a day of one that must have."""

    NAME: ClassVar[str] = "period.close"
    period: PeriodKind
    upto: Day | None = None


@record
class SetYearEnd(Command):
    """Let the open financial year end on another day; the next ones begin the day after it."""

    NAME: ClassVar[str] = "period.set_year_end"
    ends_on: Day
