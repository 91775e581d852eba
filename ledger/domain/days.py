"""Days that commands name: read from text, within a calendar that no term or period runs out of."""

from __future__ import annotations

from datetime import date

from ledger.domain.refusals import Refusal, refuse

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Days that a command may name; from here no term, period or delay runs out of the calendar."""


def read_day(text: str | None, today: date, place: str) -> date | Refusal:
    """Read the day of a fact: today unless given, and never in the future."""
    if text is None:
        return today
    day = read_any_day(text, place)
    if isinstance(day, Refusal):
        return day
    return refuse("DATE_IN_FUTURE", place, given_on=day, today_on=today) if day > today else day


def read_any_day(text: str, place: str) -> date | Refusal:
    """Read a day that may lie ahead, from `FIRST_DAY` to `LAST_DAY`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return refuse("DATE_MALFORMED", place)
    if not FIRST_DAY <= day <= LAST_DAY:
        return refuse("DATE_OUT_OF_RANGE", place, first_on=FIRST_DAY, last_on=LAST_DAY)
    return day
