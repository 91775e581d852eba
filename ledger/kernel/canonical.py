"""Canonical bytes: the one byte form of a JSON value (RFC 8785), and its strict reading.

The rules are those of `docs/spec/entry.md`: strings, integers with |n| < 2^53, booleans, null, arrays and
objects with ASCII member names; no float. Reading prints back and compares: bytes that are not what `encode`
would have written are refused. Speed comes from looking at the bytes first and walking the tree only when
they look suspicious.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Final, TypeAlias

import orjson

from ledger.kernel.errors import Malformed

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

MAX_DEPTH: Final = 32
"""Arrays and objects may be nested this deep; a scalar has depth 0, `{}` has depth 1."""

MAX_BYTES: Final = 1_048_576
"""A canonical value may have this many bytes (1 MiB)."""

_MAX_INTEGER: Final = 2**53 - 1

# Passing types through makes orjson refuse what it would otherwise write as a string. Enum and UUID cannot be
# passed through: the walk in `_plain` refuses them.
_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)

_SCALARS: Final = frozenset({str, int, bool, type(None)})
_READ: Final = _SCALARS | {dict, list}
_LIST_OF_SOME: Final = re.compile(rb"\[(?!\])")

# Surrogates cannot be written in UTF-8 at all; noncharacters are Unicode 16.0 section 23.7 (FDD0..FDEF and
# the last two of each plane); the bidi controls are every code point with the property Bidi_Control (UAX #9).
_NONCHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0, 0x110000, 0x10000)
)
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FORBIDDEN: Final = re.compile(f"[{_NONCHARACTERS}{_BIDI}]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The same below U+10000: with the other planes' in it, the class is looked through ten times as slowly.
_FORBIDDEN_BELOW: Final = re.compile(f"[{_NONCHARACTERS[:5]}{_BIDI}]")
_ABOVE: Final = re.compile(b"[\xf0-\xf4]")  # the first byte of every character from U+10000 on
_IS_BIDI: Final = re.compile(f"[{_BIDI}]")


def encode(value: Json, limit: int = MAX_BYTES) -> bytes:
    """The canonical bytes of `value` (RFC 8785), at most `limit` of them.

    Tuples are written as arrays. No Unicode normalisation is made: a string is written as it came.

    Raises:
        Malformed: `float`, `not_finite`, `integer_range`, `type`, `key_type`, `key_not_ascii`, `surrogate`,
            `noncharacter`, `bidi_control`, `too_deep`, `too_large`; the place is a JSON Pointer (RFC 6901).
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except (TypeError, RecursionError):  # orjson.JSONEncodeError is a TypeError
        raise _fault(value) from None
    # Sorting by UTF-8 bytes, as orjson does, equals RFC 8785's order by UTF-16 units because keys are ASCII.
    if not _plain(value, MAX_DEPTH) or not (data.isascii() or _clean(value, data)):
        raise _fault(value)
    if len(data) > limit:
        raise Malformed("too_large")
    return data


def decode(data: bytes, limit: int = MAX_BYTES, depth: int = MAX_DEPTH) -> Json:
    """The value whose canonical bytes are exactly `data`.

    Raises:
        Malformed: as `encode`, and `not_utf8`, `bom`, `not_json`, `duplicate_member`, `not_canonical`.
    """
    if len(data) > limit:
        raise Malformed("too_large")
    try:
        value: Json = orjson.loads(data)
        again = orjson.dumps(value, option=_OPTIONS)
    except (ValueError, TypeError, RecursionError):
        raise _reading_fault(data, depth) from None
    # One comparison refuses white space, other escapes, other orders and duplicates alike: `loads` keeps one
    # of two members of the same name, so what is printed back has a member less than what was read.
    if again != data:
        raise _reading_fault(data, depth)
    if not _plain(value, depth) or not (data.isascii() or _clean(value, data)):
        raise _reading_fault(data, depth)
    return value


def decode_objects(texts: Sequence[bytes], limit: int = MAX_BYTES) -> list[dict[str, Json]] | None:
    """As `decode` for each of `texts`, at once and three times as quickly; None unless each is an object it takes."""
    joined = b",".join(texts)
    try:
        # Read together, two texts could make up for each other's brackets. What proves them is that each value by
        # itself is written back as its own text, which what is no single value never is.
        values: list[dict[str, Json]] = orjson.loads(b"[%b]" % joined)
        if list(map(orjson.dumps, values, repeat(None), repeat(_OPTIONS))) != texts:
            return None
        types = set(map(type, chain.from_iterable(map(dict.values, values))))  # a TypeError if one is no object
    except (ValueError, TypeError, RecursionError):
        return None
    if not types <= _SCALARS:
        # Where every list is `[]`, and no member is an object, nothing is nested.
        flat = dict not in types and _LIST_OF_SOME.search(joined) is None
        if not (types <= _READ if flat else _all_plain(values)):
            return None
    if len(joined) > limit and len(max(texts, key=len)) > limit:
        return None
    return values if joined.isascii() or all(map(_clean, values, texts)) else None


def _all_plain(dicts: list[dict[str, Json]]) -> bool:
    """As `_plain` for each of the objects that were read from JSON: all at once, one level of nesting after another."""
    lists: list[list[Json]] = []
    for _ in range(MAX_DEPTH):
        found = list(chain(chain.from_iterable(map(dict.values, dicts)), chain.from_iterable(lists)))
        types = set(map(type, found))
        if types <= _SCALARS:
            return True
        if not types <= _READ:
            return False
        dicts = [value for value in found if type(value) is dict] if dict in types else []
        lists = [value for value in found if type(value) is list] if list in types else []
    return False


def _plain(value: object, depth: int) -> bool:
    """Whether `value` is made of exactly the allowed types (no Enum, no subclass) and is not too deep."""
    if type(value) is dict:
        members = value.values()
    elif type(value) is list or type(value) is tuple:
        members = value  # type: ignore[assignment]  # only iterated: dict_values or list
    else:
        return type(value) in _SCALARS
    if depth <= 0:
        return False
    for member in members:
        if type(member) in _SCALARS:
            continue
        if not _plain(member, depth - 1):
            return False
    return True


def _clean(value: object, data: bytes) -> bool:
    """Whether text that is not ASCII has no forbidden character, and ASCII member names all the same."""
    forbidden = _FORBIDDEN if _ABOVE.search(data) else _FORBIDDEN_BELOW
    return forbidden.search(data.decode()) is None and _ascii_keys(value)


def _ascii_keys(value: object) -> bool:
    if type(value) is dict:
        # Joined, the names are looked at by one call in C.
        return "".join(value).isascii() and _ascii_members(value.values())
    return _ascii_members(value) if type(value) is list or type(value) is tuple else True


def _ascii_members(members: Iterable[object]) -> bool:
    return all(_ascii_keys(member) for member in members if type(member) not in _SCALARS)


class _Token:
    """A JSON token the format does not allow, kept in the tree so that its place can be told."""

    def __init__(self, code: str) -> None:
        self.code = code


def _reading_fault(data: bytes, depth: int) -> Malformed:
    """Why `data` was refused, found by a second, slower and lenient parse."""
    if data.startswith(b"\xef\xbb\xbf"):
        return Malformed("bom", "byte 0")
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        return Malformed("not_utf8", f"byte {fault.start}")
    try:
        tree = json.loads(
            text,
            parse_float=lambda _: _Token("float"),
            parse_constant=lambda _: _Token("not_finite"),
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except RecursionError:
        return Malformed("too_deep")
    except ValueError as fault:
        return Malformed("not_json", f"character {getattr(fault, 'pos', 0)}")
    return _find(tree, "", depth) or Malformed("not_canonical")


def _integer(token: str) -> object:
    # A very long number never reaches int(), whose limit on digits is a ValueError.
    return int(token) if len(token) <= 17 else _Token("integer_range")


def _object(pairs: list[tuple[str, object]]) -> object:
    members = dict(pairs)
    return members if len(members) == len(pairs) else _Token("duplicate_member")


def _fault(value: object) -> Malformed:
    return _find(value, "", MAX_DEPTH) or Malformed("type")


def _find(value: object, place: str, depth: int) -> Malformed | None:
    """The first fault of a tree, in order of appearance."""
    if isinstance(value, _Token):
        return Malformed(value.code, place)
    if type(value) is dict or type(value) is list or type(value) is tuple:
        if depth <= 0:
            return Malformed("too_deep", place)
        return _find_inside(value, place, depth)
    return _find_scalar(value, place)


def _find_inside(
    value: dict[object, object] | list[object] | tuple[object, ...], place: str, depth: int
) -> Malformed | None:
    pairs = value.items() if type(value) is dict else enumerate(value)
    for key, member in pairs:
        if type(value) is dict:
            if type(key) is not str:
                return Malformed("key_type", place)
            if not key.isascii():
                return Malformed("key_not_ascii", place)
            key = key.replace("~", "~0").replace("/", "~1")
        fault = _find(member, f"{place}/{key}", depth - 1)
        if fault is not None:
            return fault
    return None


def _find_scalar(value: object, place: str) -> Malformed | None:
    if type(value) is str:
        if _SURROGATE.search(value):
            return Malformed("surrogate", place)
        if _FORBIDDEN.search(value):
            return Malformed("bidi_control" if _IS_BIDI.search(value) else "noncharacter", place)
    elif type(value) is int:
        if abs(value) > _MAX_INTEGER:
            return Malformed("integer_range", place)
    elif type(value) is float:
        return Malformed("float" if value - value == 0 else "not_finite", place)
    elif type(value) is not bool and value is not None:
        return Malformed("type", place)
    return None
