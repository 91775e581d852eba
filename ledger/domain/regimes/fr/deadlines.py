"""Deadlines: public holidays, the seven-day ban, withdrawal, refunds, how long things are kept."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
ADVANCE_PAYMENT_BAN_DAYS = 7
WITHDRAWAL_DAYS = 14
WITHDRAWAL_PENALTY_MONTHS = 12
REFUND_DAYS = 14
WITHDRAWAL_FUNCTION_SINCE = date(2026, 6, 19)
REDUCED_RATE_STATEMENT_SINCE = date(2025, 2, 16)
RGE_STATUS_SINCE = date(2025, 7, 1)
CONSUMER_CREDIT_REFORM_SINCE = date(2026, 11, 20)


def add_months(day: date, months: int) -> date:
    """Go forward by whole months; where the day does not exist, the last of the month (31 January -> 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def easter(year: int) -> date:
    """Give Easter Sunday of a Gregorian year (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


def public_holidays(year: int) -> frozenset[date]:
    """Give the eleven public holidays of the whole country (C. trav. L3133-1).

    Those of Alsace-Moselle and of single overseas territories are left out: the law of consumer contracts
    means the national ones, and the shorter list never shortens a consumer's delay by more than the text
    does.
    """
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (sunday + 1 * ONE_DAY, sunday + 39 * ONE_DAY, sunday + 50 * ONE_DAY)
    return frozenset((*(date(year, month, day) for month, day in fixed), *moving))


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither a Saturday, a Sunday nor a public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """Give the day itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def payment_allowed_from(concluded_on: date) -> date:
    """Give the first day a payment may be taken for an off-premises contract: seven full days after (L221-10).

    The day of the contract does not count; the seven that follow are closed.
    """
    return concluded_on + (ADVANCE_PAYMENT_BAN_DAYS + 1) * ONE_DAY


def withdrawal_last_day(starts_on: date, informed: bool = True, informed_on: date | None = None) -> date:
    """Give the last day of the withdrawal period (C. conso L221-18 to L221-20).

    `starts_on` is the day of the contract (services) or of receipt (goods); it does not count. A period that
    would end on a Saturday, Sunday or holiday ends on the next working day. If the consumer was not informed,
    the period ends twelve months later, or fourteen days after the information, if that comes first.
    """
    plain = starts_on + WITHDRAWAL_DAYS * ONE_DAY
    if informed:
        return next_working_day(plain)
    longest = add_months(plain, WITHDRAWAL_PENALTY_MONTHS)
    if informed_on is not None:
        longest = min(longest, max(informed_on, starts_on) + WITHDRAWAL_DAYS * ONE_DAY)
    return next_working_day(longest)


def refund_last_day(notified_on: date) -> date:
    """Give the last day to refund after a withdrawal: fourteen days from the notice (L221-24)."""
    return notified_on + REFUND_DAYS * ONE_DAY


# --- how long things are kept


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a kind of thing is kept, counted from what, and by which law."""

    kind: str
    years: int
    counted_from: str
    law: str


KEEPING: tuple[Keeping, ...] = (
    Keeping("accounting", 10, "year_end", "C. com. art. L123-22"),
    Keeping("tax", 6, "document", "LPF art. L102 B"),
    Keeping("electronic_contract", 10, "performance", "C. conso art. L213-1, D213-1 et D213-2"),
    Keeping("note", 2, "document", "Arrêté n° 83-50/A du 3 octobre 1983"),
    Keeping("prospect", 3, "last_contact", "CNIL, référentiel gestion commerciale"),
)
"""What is kept and how long."""


def financial_year_end(day: date, year_start: str = "01-01") -> date:
    """Give the last day of the financial year that holds a day; `year_start` is "MM-DD"."""
    month, start = int(year_start[:2]), int(year_start[3:])
    begins = date(day.year, month, start)
    return (begins if day < begins else date(day.year + 1, month, start)) - ONE_DAY


def kept_until(kind: str, from_on: date, year_start: str = "01-01") -> date:
    """Give the last day on which a thing must still be there.

    `from_on` is the day of the document, of performance or of the last contact, as `KEEPING` says. Raises
    KeyError for a kind that is not in `KEEPING`.
    """
    keeping = {keeping.kind: keeping for keeping in KEEPING}[kind]
    start = financial_year_end(from_on, year_start) if keeping.counted_from == "year_end" else from_on
    return add_months(start, 12 * keeping.years)


def invoice_kept_until(issued_on: date, year_start: str = "01-01") -> date:
    """Give the last day an invoice and its names must stay readable: the longer of accounts and tax."""
    return max(kept_until("accounting", issued_on, year_start), kept_until("tax", issued_on, year_start))


# --- dated duties


def withdrawal_function_due(online: bool, withdrawal_applies: bool, concluded_on: date) -> bool:
    """Tell whether the on-line page must offer to withdraw (C. conso L221-21, since 19 June 2026)."""
    return online and withdrawal_applies and concluded_on >= WITHDRAWAL_FUNCTION_SINCE


def consumer_credit_may_apply(
    consumer: bool, last_due_on: date | None, delivered_on: date | None, offered_on: date
) -> bool:
    """Tell whether terms offered to a consumer may be a credit since the reform (ord. 2025-880, 20 November 2026).

    They may when a payment falls due after delivery or performance. This flags; it does not decide:
    exceptions of the reform are not modelled.
    """
    if not consumer or offered_on < CONSUMER_CREDIT_REFORM_SINCE or last_due_on is None:
        return False
    return last_due_on > (delivered_on or offered_on)
