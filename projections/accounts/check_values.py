"""How the administration's tool reads numbers and dates, and what it finds wrong with them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Context, Decimal
from typing import Final

_POINTED: Final = re.compile(r" *[0-9]+ [0-9]+")
_NUMBER: Final = re.compile(r" *[+-]*[0-9.,]+ *[+-]* *")
_SCIENTIFIC: Final = re.compile(r" *[+-]*[0-9.,]+[Ee][0-9+-]+ *")
_SIGN_LAST: Final = re.compile(r" *([0-9.,]+) *([+-]) *")
_LONGEST_NUMBER: Final = 60
EXACT: Final = Context(prec=60, Emax=999, Emin=-999)
"""How amounts are added: wide enough for any file, and never a binary float."""
ZERO: Final = Decimal(0)

_SEP: Final = r"[/\-.]*"
_TIME: Final = r"(?:[T ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})?"
_MONTH, _DAY = r"(?P<m>[0-1][0-9])", r"(?P<d>[0-3][0-9])"
_NEAR: Final = (
    re.compile(rf"(?:20|19)[0-9]{{2}}{_SEP}{_MONTH}{_SEP}{_DAY}{_TIME}"),
    re.compile(rf"{_DAY}{_SEP}{_MONTH}{_SEP}(?:20|19)[0-9]{{2}}{_TIME}"),
)
_FAR: Final = (
    re.compile(rf"[0-9]{{4}}{_SEP}{_MONTH}{_SEP}{_DAY}{_TIME}"),
    re.compile(rf"{_DAY}{_SEP}{_MONTH}{_SEP}[0-9]{{4}}{_TIME}"),
)
_NO_DATE: Final = re.compile(r"[0\-/.]+| *")
_WRITTEN: Final = re.compile(r"[0-9]{8}")


def read_number(value: str) -> tuple[Decimal, tuple[str, ...]]:
    """Read an amount as the tool does; give it (0 where it cannot be read) and the codes of what is wrong."""
    if not value:
        return ZERO, ()
    codes: list[str] = []
    if "." in value:
        codes.append("number_point")
    else:
        value = value.replace(",", ".", 1)
    if _POINTED.match(value) or sum(value.count(each) for each in " .,") > 1:
        codes.append("number_thousands")
    elif not ((_NUMBER.fullmatch(value) and value.count("-") < 2) or _SCIENTIFIC.fullmatch(value)):
        codes.append("number_format")
    turned = _SIGN_LAST.fullmatch(value)
    if turned:
        value = turned[2] + turned[1]
    plain = value.strip().lstrip("+")
    if len(plain) > _LONGEST_NUMBER:
        return ZERO, (*codes, *(() if codes else ("number_format",)))
    try:
        found = EXACT.create_decimal(plain)
    except ArithmeticError:
        return ZERO, (*codes, *(() if codes else ("number_format",)))
    if not found.is_finite() or (found and not -30 < found.adjusted() < 30):
        return ZERO, (*codes, *(() if codes else ("number_format",)))
    return found, tuple(codes)


def wrong_with_date(value: str, required: bool) -> tuple[str, ...]:
    """Give the codes of what is wrong with a date."""
    if _NO_DATE.fullmatch(value):
        return ("date_format",) if required else ()
    codes: list[str] = []
    found = next((one for one in (each.fullmatch(value) for each in _NEAR) if one), None)
    if found is not None:
        if int(found["m"]) > 12 or int(found["d"]) > 31:
            return ("date_calendar",)
    elif any(each.fullmatch(value) for each in _FAR):
        codes.append("date_period")
    else:
        return ("date_format",)
    if not _WRITTEN.fullmatch(value):
        codes.append("date_written")
    elif not _in_calendar(value):
        codes.append("date_impossible")
    return tuple(codes)


def _in_calendar(value: str) -> bool:
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True
