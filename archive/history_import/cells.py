"""One cell at a time: amounts, days, references, texts; what is wrong is a `Wrong` with its reason."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final
from unicodedata import category

from pydantic import TypeAdapter, ValidationError

from archive.history_import.mapping import DATES
from ledger.domain.types import MAX_CENTS, Currency, Reference
from ledger.kernel import canonical
from ledger.kernel.errors import Malformed

ROW_REASONS: Final = {
    "columns": "the row has not as many fields as there are columns",
    "reference_missing": "no reference",
    "reference_malformed": "the reference has other signs than letters, digits, space and ._/+:- "
    "(clean_references = true replaces them and keeps the original beside)",
    "reference_twice": "a document of this kind and reference stands above already",
    "day_missing": "no date",
    "day_malformed": "the date is not of the form that the mapping says, or no day of the calendar",
    "day_in_future": "the date is later than today",
    "day_too_old": "the date is before 1900",
    "amount_missing": "an amount is missing",
    "amount_malformed": "an amount is no number of the form that the mapping says",
    "amount_too_precise": "an amount has more than two decimals",
    "amount_too_large": "an amount is out of bounds",
    "totals_disagree": "net and VAT do not make the gross",
    "kind_unknown": "the table [kinds] does not have this word",
    "currency_malformed": "the currency is no ISO code of three letters",
    "formula": "a text begins like a spreadsheet formula",
    "text_too_long": "a text is longer than 300 characters",
    "text_forbidden": "a text has a character that no entry may hold (control, bidirectional, unassigned)",
    "lines_disagree": "the lines of one document differ in date, currency or client",
    "lines_too_many": "a document of more than 2000 lines",
    "entry_unbalanced": "debit and credit of the entry differ",
    "entry_twice": "an entry of this journal and number stands above already",
    "not_a_sale": "no sale, payment or deposit of a client: it stays in the file",
}
"""Why a row is not taken, in words, by reason."""

_MOST_TEXT: Final = 300
_SPACES: Final = re.compile(r"[ \t\u00a0\u202f\u2009]")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9 ._/+:-]")
_REFERENCE: Final = TypeAdapter(Reference)
_CURRENCY: Final = TypeAdapter(Currency)


class Wrong(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """A row is not taken: the reason, and the name of the column where it shows."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@cache
def _amount_form(decimal: str, thousands: str) -> re.Pattern[str]:
    group = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|" if thousands else ""
    return re.compile(rf"([+-]?)({group}\d+)(?:{re.escape(decimal)}(\d*))?([+-]?)", re.ASCII)


def cents(text: str, column: str, decimal: str = ",", thousands: str = "") -> int:
    """Read an amount exactly: a sign before or behind, at most two decimals that count, no exponent, no formula.

    Raises:
        Wrong: it is none.
    """
    bare = text.strip()
    if not bare:
        raise Wrong("amount_missing", column)
    bare = bare.removesuffix("€").rstrip()
    if thousands == " ":
        bare = _SPACES.sub(" ", bare)
    found = _amount_form(decimal, thousands).fullmatch(bare)
    if found is None or (found[1] and found[4]):
        raise Wrong("amount_malformed", column)
    whole = found[2].replace(thousands, "") if thousands else found[2]
    part = (found[3] or "").rstrip("0")
    if len(part) > 2:
        raise Wrong("amount_too_precise", column)
    if len(whole) > 15:
        raise Wrong("amount_too_large", column)
    value = int(whole) * 100 + int(part.ljust(2, "0"))
    if value > MAX_CENTS:
        raise Wrong("amount_too_large", column)
    return -value if "-" in (found[1], found[4]) else value


@cache
def _day_form(form: str) -> re.Pattern[str]:
    return re.compile(DATES[form] + r"(?:[ T].*)?", re.ASCII)


def day(text: str, column: str, form: str, today: date) -> str:
    """Read a day between 1900 and today, as `YYYY-MM-DD`.

    Raises:
        Wrong: it is none.
    """
    bare = text.strip()
    if not bare:
        raise Wrong("day_missing", column)
    found = _day_form(form).fullmatch(bare)
    if found is None:
        raise Wrong("day_malformed", column)
    try:
        read = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        raise Wrong("day_malformed", column) from None
    if read > today:
        raise Wrong("day_in_future", column)
    if read.year < 1900:
        raise Wrong("day_too_old", column)
    return read.isoformat()


def reference(cell: str, column: str, *, clean: bool = False) -> tuple[str, bool]:
    """Read a reference; tell whether it had to be cleaned.

    Raises:
        Wrong: it is none.
    """
    bare = cell.strip()
    if not bare:
        raise Wrong("reference_missing", column)
    try:
        return _REFERENCE.validate_python(bare), False
    except ValidationError:
        if not clean:
            raise Wrong("reference_malformed", column) from None
    fit = _UNFIT.sub("-", bare).lstrip(" ._/+:-")[:64]
    if not fit:
        raise Wrong("reference_malformed", column)
    text(bare, column)
    return fit, True


def currency(cell: str, column: str, otherwise: str) -> str:
    """Read a currency's code; an empty cell has the mapping's.

    Raises:
        Wrong: it is none.
    """
    bare = cell.strip().upper()
    if not bare:
        return otherwise
    try:
        return _CURRENCY.validate_python(bare)
    except ValidationError:
        raise Wrong("currency_malformed", column) from None


def text(cell: str, column: str) -> str | None:
    """Read words, or None when there are none: line ends become spaces, a formula is refused.

    What goes out again in a spreadsheet must not be carried out there (CWE-1236). A telephone number or a negative
    figure is no formula.

    Raises:
        Wrong: they cannot be kept.
    """
    bare = " ".join(cell.split())
    if not bare:
        return None
    if bare[0] in "=@" or (bare[0] in "+-" and len(bare) > 1 and not (bare[1].isdigit() or bare[1] in " .,")):
        raise Wrong("formula", column)
    if len(bare) > _MOST_TEXT:
        raise Wrong("text_too_long", column)
    if bare.isascii() and bare.isprintable():
        return bare
    if any(category(letter) == "Cc" for letter in bare):
        raise Wrong("text_forbidden", column)
    try:
        canonical.encode(bare)
    except Malformed:
        raise Wrong("text_forbidden", column) from None
    return bare
