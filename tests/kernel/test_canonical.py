"""Canonical bytes: the same as the `rfc8785` package's, and everything else refused by name."""

from __future__ import annotations

import enum
import json
import re
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.kernel import canonical
from ledger.kernel.errors import Malformed

FORBIDDEN = [
    *range(0xD800, 0xE000),
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + low for plane in range(17) for low in (0xFFFE, 0xFFFF)),
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
]
ALLOWED = st.characters(exclude_categories=["Cs"]).filter(lambda char: ord(char) not in set(FORBIDDEN))
HOSTILE = st.sampled_from([*'"\\/\x00\x08\t\n\x0c\r\x1f\x7f:,[]{}.eE0-', "é", "\u2028", "\u2029", "\ufeff", "😀"])
TEXT = st.text(st.one_of(ALLOWED, HOSTILE), max_size=12)
KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
SCALARS = st.one_of(TEXT, INTEGERS, st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


@given(VALUES)
@settings(max_examples=400)
def test_the_bytes_are_those_of_the_oracle_and_read_back(value: Any) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


@given(VALUES, st.data())
@settings(max_examples=300)
def test_a_changed_byte_is_another_value_or_refused(value: Any, draw: st.DataObject) -> None:
    data = bytearray(canonical.encode(value))
    data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        read = canonical.decode(bytes(data))
    except Malformed:
        return
    assert canonical.encode(read) == data == rfc8785.dumps(read)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except Malformed as fault:
        assert re.fullmatch("[a-z0-9_]+", fault.code)  # noqa: PT017 - either answer is right
    else:
        assert canonical.encode(value) == data


@given(VALUES, st.floats())
def test_a_float_is_refused_wherever_it_is(value: Any, number: float) -> None:
    for holder in ([value, number], {"a": value, "b": {"c": [number]}}, number):
        with pytest.raises(Malformed) as told:
            canonical.encode(holder)  # type: ignore[arg-type]  # what the types already refuse
        assert told.value.code in ("float", "not_finite")
        if number == number and abs(number) != float("inf"):
            with pytest.raises(Malformed):
                canonical.decode(json.dumps(holder, sort_keys=True, separators=(",", ":")).encode())


@given(st.one_of(st.integers(min_value=2**53), st.integers(max_value=-(2**53))))
def test_an_integer_beyond_2_53_is_refused(number: int) -> None:
    with pytest.raises(Malformed, match="integer_range"):
        canonical.encode({"n": number})
    with pytest.raises(Malformed, match="integer_range"):
        canonical.decode(b'{"n":%d}' % number)


def test_a_forbidden_character_is_refused_by_name() -> None:
    for point in FORBIDDEN:
        surrogate = 0xD800 <= point < 0xE000
        code = "surrogate" if surrogate else "noncharacter|bidi_control"
        with pytest.raises(Malformed, match=code):
            canonical.encode({"s": f"a{chr(point)}"})
        data = f'"a{chr(point)}"' if not surrogate else f'"a\\u{point:04x}"'
        with pytest.raises(Malformed, match=code):
            canonical.decode(data.encode())


def test_the_list_of_forbidden_characters_is_that_of_the_page() -> None:
    refused = []
    for point in range(0x110000):
        try:
            canonical.encode(chr(point))
        except Malformed:
            refused.append(point)
    assert refused == sorted(FORBIDDEN)


@given(KEYS, VALUES)
def test_a_duplicate_member_is_refused(key: str, value: Any) -> None:
    name, inner = canonical.encode(key), canonical.encode(value)
    with pytest.raises(Malformed, match="duplicate_member"):
        canonical.decode(b"{%b:%b,%b:%b}" % (name, inner, name, inner))


class Colour(enum.Enum):
    RED = "red"


class Name(str):
    __slots__ = ()


class Amount(enum.IntEnum):
    ONE = 1


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    "value",
    [
        uuid.UUID(int=1),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC).date(),
        Decimal("1.5"),
        Colour.RED,
        Amount.ONE,
        Name("x"),
        Point(1),
        OrderedDict(a=1),
        b"bytes",
        {1, 2},
        object(),
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    for holder in (value, [value], {"a": {"b": (value,)}}):
        with pytest.raises(Malformed, match="type"):
            canonical.encode(holder)


@pytest.mark.parametrize("key", [1, None, True, 1.5, b"x", (), uuid.UUID(int=1)])
def test_a_member_name_that_is_not_text_is_refused(key: Any) -> None:
    with pytest.raises(Malformed, match="key_type"):
        canonical.encode({key: 1})


def test_the_place_of_a_fault_is_a_pointer() -> None:
    with pytest.raises(Malformed) as told:
        canonical.encode({"a/b": [{"c~d": [0, 1.5]}]})  # type: ignore[list-item]  # what the types already refuse
    assert (told.value.code, told.value.place) == ("float", "/a~1b/0/c~0d/1")


def test_a_fault_never_tells_the_value() -> None:
    with pytest.raises(Malformed) as told:
        canonical.encode({"name": "Zoé\u202eMartin"})
    assert "Zo" not in str(told.value)


def test_a_value_that_contains_itself_is_too_deep() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(Malformed, match="too_deep"):
        canonical.encode(loop)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_bytes_that_are_very_deep_are_refused(opening: str) -> None:
    for depth in (33, 255, 1500, 100_000):
        closing = "]" if opening == "[" else "}"
        data = (opening * depth + "0" + closing * depth).encode()
        with pytest.raises(Malformed, match="too_deep"):
            canonical.decode(data)


def test_the_limit_of_bytes_is_exact() -> None:
    fits = "x" * (canonical.MAX_BYTES - 2)
    assert canonical.decode(canonical.encode(fits)) == fits
    with pytest.raises(Malformed, match="too_large"):
        canonical.encode(fits + "x")
    with pytest.raises(Malformed, match="too_large"):
        canonical.decode(b'"' + b"x" * (canonical.MAX_BYTES - 1) + b'"')


def test_tuples_are_arrays() -> None:
    assert canonical.encode((1, ("a",))) == b'[1,["a"]]'


def test_below_the_other_planes_the_quicker_class_forbids_the_same() -> None:
    below = [chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    assert [c for c in below if canonical._FORBIDDEN_BELOW.search(c)] == [
        c for c in below if canonical._FORBIDDEN.search(c)
    ]
    assert all(canonical._ABOVE.search(chr(point).encode()) for point in range(0x10000, 0x110000, 0xFF))
    assert not any(canonical._ABOVE.search(c.encode()) for c in below)
