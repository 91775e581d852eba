"""How a report is asked for: parameters checked against the report's own; a wrong one is refused in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.kernel.frozen import frozen
from projections.reports.contract import Asked, Parameter, Report, Words

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,8}")

LONGEST_TEXT: Final = 200
MOST_PERIODS: Final = 4_000
"""Rows of a report by period: ten years of days, three hundred of months."""
_SHORTEST: Final[Mapping[str, int]] = {"day": 1, "week": 7}
"""Days of a period; the others are longer than any calendar of ours has too many of."""
MOST_COUNT: Final = 999_999_999


@frozen
class Unfit:
    """Why a report cannot be asked so: the parameter's name, a stable reason, and words. It repeats no given value."""

    name: str
    reason: str
    words: Words


_WORDS: Final[Mapping[str, Words]] = {
    "unknown": Words("ce rapport n'a pas ce paramètre", "this report has no such parameter"),
    "missing": Words("ce paramètre est obligatoire", "this parameter must be given"),
    "day": Words("un jour AAAA-MM-JJ est attendu", "a day YYYY-MM-DD is expected"),
    "whole_number": Words("un nombre entier est attendu", "a whole number is expected"),
    "choice": Words("cette valeur n'est pas proposée", "this is not one of the choices"),
    "id": Words("un identifiant (UUID) est attendu", "an id (UUID) is expected"),
    "code": Words("un code est attendu", "a code is expected"),
    "true_or_false": Words("true ou false est attendu", "true or false is expected"),
    "text": Words("un texte d'au plus 200 caractères est attendu", "a text of at most 200 characters is expected"),
    "order": Words("le premier jour est après le dernier", "the first day is after the last"),
    "too_many": Words(
        "plus de 4 000 périodes : prenez des périodes plus longues, ou moins de jours",
        "more than 4,000 periods: take longer periods, or fewer days",
    ),
}


def _unfit(name: str, reason: str) -> Unfit:
    return Unfit(name, reason, _WORDS[reason])


def complete(report: Report, given: Mapping[str, str]) -> Asked | Unfit:
    """Check what is asked, and put the defaults in; a parameter without either is left out."""
    known = {each.name: each for each in report.parameters}
    for name in given:
        if name not in known:
            return _unfit(name[:64], "unknown")
    asked: dict[str, str] = {}
    for name, parameter in known.items():
        text = given.get(name, parameter.default)
        if text is None:
            if parameter.required:
                return _unfit(name, "missing")
            continue
        reason = _wrong(parameter, text)
        if reason is not None:
            return _unfit(name, reason)
        asked[name] = text
    if asked.get("from", "") > asked.get("to", "9999-12-31"):
        return _unfit("from", "order")
    return too_long(asked) or asked


def too_long(asked: Asked, today: date | None = None) -> Unfit | None:
    """Refuse days or weeks one by one when there are more than `MOST_PERIODS` of them.

    Without a last day a report goes on to the ledger's own day: `today`, once the ledger is open.
    """
    days = _SHORTEST.get(asked.get("every", ""))
    last = date.fromisoformat(asked["to"]) if "to" in asked else today
    if days is None or last is None or "from" not in asked:
        return None
    periods = ((last - date.fromisoformat(asked["from"])).days + 1) // days
    return _unfit("every", "too_many") if periods > MOST_PERIODS else None


def _wrong(parameter: Parameter, text: str) -> str | None:
    """Name what is wrong with a value, or None."""
    if parameter.choices:
        return None if text in parameter.choices else "choice"
    match parameter.kind:
        case "day":
            return None if _is_day(text) else "day"
        case "id":
            return None if _UUID.fullmatch(text) else "id"
        case "count":
            return None if _COUNT.fullmatch(text) else "whole_number"
        case "flag":
            return None if text in ("true", "false") else "true_or_false"
        case "code":
            return None if _CODE.fullmatch(text) else "code"
        case _:
            return None if len(text) <= LONGEST_TEXT and text.isprintable() else "text"


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        return FIRST_DAY <= date.fromisoformat(text) <= LAST_DAY
    except ValueError:
        return False
