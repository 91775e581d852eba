"""PostgreSQL arrays in their binary form, packed here: psycopg's own list dumper costs several times the time.

One dimension, no NULL: the wire form of `array_send` (PostgreSQL, `src/backend/utils/adt/arrayfuncs.c`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, ClassVar

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct("!iiIii")
_LENGTHS = tuple(struct.pack("!i", length) for length in range(4096))
_INT4 = struct.Struct("!ii").pack
_INT8 = struct.Struct("!iq").pack


class _Array:
    """A sequence on its way to the server."""

    element: ClassVar[int]  # the type's oid
    array: ClassVar[int]  # the oid of an array of it

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def packed(self) -> bytes:
        """The elements, each after its length."""
        raise NotImplementedError


class ByteaArray(_Array):
    """`bytea[]` from bytes."""

    element, array = 17, 1001
    __slots__ = ()

    def packed(self) -> bytes:
        """See `_Array`."""
        return _with_lengths(self.values)


class TextArray(_Array):
    """`text[]` from str."""

    element, array = 25, 1009
    __slots__ = ()

    def packed(self) -> bytes:
        """See `_Array`."""
        return _with_lengths(list(map(str.encode, self.values)))


class Int4Array(_Array):
    """`integer[]` from int."""

    element, array = 23, 1007
    __slots__ = ()

    def packed(self) -> bytes:
        """See `_Array`."""
        return b"".join(map(_INT4, repeat(4), self.values))


class Int8Array(_Array):
    """`bigint[]` from int."""

    element, array = 20, 1016
    __slots__ = ()

    def packed(self) -> bytes:
        """See `_Array`."""
        return b"".join(map(_INT8, repeat(8), self.values))


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> Buffer:
        if not obj.values:
            return _HEADER.pack(0, 0, obj.element, 0, 0)[:12]
        return _HEADER.pack(1, 0, obj.element, len(obj.values), 1) + obj.packed()


class _Int8Dumper(Dumper):
    """Every int as bigint: psycopg would pick the smallest type, hence another statement, by value."""

    format = Format.BINARY
    oid = 20

    def dump(self, obj: int) -> Buffer:
        return struct.pack("!q", obj)


def _dumper(kind: type[_Array]) -> type[Dumper]:
    return type(f"{kind.__name__}Dumper", (_ArrayDumper,), {"oid": kind.array})


_DUMPERS = tuple((kind, _dumper(kind)) for kind in (ByteaArray, TextArray, Int4Array, Int8Array))


def register(connection: psycopg.Connection[Any]) -> None:
    """Teach one connection these arrays, and that an int is a bigint."""
    for kind, dumper in _DUMPERS:
        connection.adapters.register_dumper(kind, dumper)
    connection.adapters.register_dumper(int, _Int8Dumper)


def _with_lengths(values: Sequence[bytes]) -> bytes:
    try:  # no step of this loop is Python's: half the time of packing an append
        return b"".join(chain.from_iterable(zip(map(_LENGTHS.__getitem__, map(len, values)), values, strict=True)))
    except IndexError:  # a value of 4096 bytes or more
        return b"".join(chain.from_iterable((struct.pack("!i", len(value)), value) for value in values))
