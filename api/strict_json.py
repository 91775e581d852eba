"""JSON without ambiguity, as HTTP bodies and `apply` files are read."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 32
"""How deep a value may be nested; an entry's body may not be deeper either (`docs/spec/entry.md`)."""

REASONS: Final = {
    "not_utf8": "not UTF-8",
    "not_json": "no JSON",
    "duplicate_member": "a member stands twice in one object",
    "float": "a number with a fraction: amounts are whole cents, quantities and prices are texts",
    "not_finite": "NaN and Infinity are no numbers",
    "surrogate": "half of a surrogate pair",
    "too_deep": f"nested deeper than {MAX_DEPTH}",
}
"""Why a text is refused, in words, by reason."""


class NotJson(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """A text that is no JSON we take; `reason` is one of `REASONS`. Nothing of the text is repeated."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("duplicate_member")
    return members


def _no_fraction(_: str) -> NoReturn:
    raise NotJson("float")


def _no_constant(_: str) -> NoReturn:
    raise NotJson("not_finite")


_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")

# orjson keeps one of two members of the same name and turns huge integers into floats; the library's own parser, with
# these hooks, refuses both and costs 8 us more on an invoice.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_no_fraction, parse_constant=_no_constant)


def parse(data: bytes) -> Any:
    """Parse JSON strictly: UTF-8, no byte order mark, no member twice, no float, no lone surrogate, not too deep.

    Raises:
        NotJson: its reason saying which.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise NotJson("not_utf8") from None
    try:
        value = _DECODER.decode(text)
    except NotJson:
        raise
    except RecursionError:
        raise NotJson("too_deep") from None
    except ValueError:  # also int()'s own limit of 4,300 digits
        raise NotJson("not_json") from None
    if text.count("{") + text.count("[") > MAX_DEPTH and _too_deep(value, MAX_DEPTH):
        raise NotJson("too_deep")
    if _SURROGATE_ESCAPE.search(text) is not None and _has_surrogate(value):
        raise NotJson("surrogate")
    return value


def _too_deep(value: Any, depth: int) -> bool:
    if type(value) is dict:
        members = value.values()
    elif type(value) is list:
        members = value  # type: ignore[assignment] # only iterated: dict_values or list
    else:
        return False
    return depth <= 0 or any(_too_deep(member, depth - 1) for member in members)


def _has_surrogate(value: Any) -> bool:
    if type(value) is str:
        return not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)
    if type(value) is dict:
        return any(_has_surrogate(key) or _has_surrogate(member) for key, member in value.items())
    return type(value) is list and any(map(_has_surrogate, value))
