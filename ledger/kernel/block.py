"""The quick road of the full check: a block of lines that are all exactly as expected, read at once.

What `entry.parse` asks of one line, and whether it follows the line before, is asked here of some hundred lines
together, in steps that each go through all of them in C. There is one answer, yes or no, and no finding: where it is
no, `ledger.kernel.segment` reads the same lines one by one and says why. So nothing may be accepted here that
`entry.parse` refuses; the tests hold the two against each other.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import repeat
from typing import Final, NamedTuple, TypeAlias

from ledger.kernel import canonical
from ledger.kernel import entry as entries
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed

Body: TypeAlias = dict[str, Json]

BLOCK: Final = 128
"""Lines to a block: enough to share the cost of each step, and few enough to stay in the processor's cache."""

_MOST: Final = 10_000  # of each shape that is kept

# Places in a line: what stands before the number has a fixed length.
_AT: Final = slice(16, 43)
_SECOND: Final = 36  # behind the decimal point of `at`
_Z: Final = 42
_PREV: Final = 101
_SEQ: Final = 165
_BEFORE_SEQ: Final = '","seq":'
_AFTER_SEQ: Final = ',"v":1},"entry":{"actor":"'

_START: Final = b'{"chain":{"at":"'
_AT_SHAPE: Final = re.compile(entries.AT.encode())
_ACTOR: Final = re.compile(rf'{entries.ACTOR}","body":'.encode())
_END: Final = re.compile(rf'","type":"({entries.TYPE})","version":([1-9][0-9]{{0,14}})\}}\}}'.encode())
_TAIL: Final = re.compile(
    (
        rf'{entries.HEX32}","stream":"({entries.STREAM})","type":"({entries.TYPE})",'
        r'"version":([1-9][0-9]{0,14})\}\}'  # 16 digits may be above 2^53: not this way
    ).encode()
)

_HEX_AS_ZERO: Final = bytes(ord("0") if chr(code) in "0123456789abcdef" else code for code in range(256))
_SALT: Final = b"0" * 32
_STREAM_MEMBER: Final = b'","stream":"'
_VARIANTS: Final = frozenset(b"89ab")


_Tails: TypeAlias = tuple[Sequence[bytes], Sequence[bytes], Sequence[int]]  # streams, types, versions


class Block(NamedTuple):
    """What the lines say, one member of each sequence to a line."""

    digests: list[bytes]
    fingerprints: str  # all of them, one after the other
    first_at: bytes
    last_at: bytes
    streams: Sequence[bytes]
    types: Sequence[bytes]
    versions: Sequence[int]
    bodies: list[Body]

    def fingerprint(self, position: int) -> str:
        """The fingerprint of one line."""
        return self.fingerprints[64 * position : 64 * position + 64]


class _Shape(NamedTuple):
    """What tails of one kind of stream and one length have in common."""

    fields: Callable[[bytes], tuple[bytes, ...]]  # salt, stream's name, stream, the rest
    stream: bytes  # with 0 for every hexadecimal digit
    kind: int  # how many bytes stand before the colon
    letters: tuple[tuple[int, bytes], ...]  # of the kind, each with its place


class Reader:
    """Reads the blocks of one ledger; the shapes it has found right are not looked at twice."""

    __slots__ = ("_actor", "_actors", "_after_at", "_ends", "_seconds", "_shapes")

    def __init__(self, ledger: str) -> None:
        """Begin to read lines that must say `ledger`."""
        self._after_at = f'Z","ledger":"{ledger}","prev":"'.encode()
        self._seconds: set[bytes] = set()
        self._actor = '-","body":'  # the one found last, which is the next one's too, most often
        self._actors: set[bytes] = set()
        self._shapes: dict[int, _Shape] = {}
        self._ends: dict[bytes, tuple[bytes, int]] = {}

    def read(self, lines: Sequence[bytes], first: int, prev: str) -> Block | None:
        """What the lines say if they are entries `first`, `first` + 1, ... after the fingerprint `prev`, else None.

        The numbers must all have as many digits as the first.
        """
        for known in (self._seconds, self._actors, self._shapes, self._ends):
            if len(known) > _MOST:
                known.clear()
        if first + len(lines) - 1 > entries.MAX_SEQ:
            return None
        digests = [sha256(line).digest() for line in lines]
        fingerprints = b"".join(digests).hex()
        prevs = f"{prev}{fingerprints[:-64]}".encode()
        parted = map(bytes.rpartition, lines, repeat(entries.SALT_MEMBER))
        fronts, _, tails = zip(*parted, strict=True)  # a line without it is no line, as its front is empty
        actor = self._actor
        heads = _heads(fronts, prevs, first, actor)
        if heads is not None:
            body = _body(first) + len(actor)
            texts = [front[body:] for front in fronts]
        else:
            heads = _heads(fronts, prevs, first, "")
            found = None if heads is None else self._behind_actors(fronts, _body(first))
            if heads is None or found is None:
                return None
            texts = found
        if not self._are_heads(heads):
            return None
        bodies = canonical.decode_objects(texts, entries.MAX_BODY_BYTES)
        said = None if bodies is None else self._tails(tails)
        if bodies is None or said is None:
            return None
        return Block(digests, fingerprints, heads[0][_AT], heads[-1][_AT], *said, bodies)

    def _are_heads(self, heads: Sequence[bytes]) -> bool:
        """Whether the lines are right up to `prev`, and no `at` is before the one before it."""
        if list(heads) != sorted(heads):  # but for `at` they are all equal, if they are right
            return False
        for head in set(heads):
            second = head[:_SECOND]
            if head[_Z:] != self._after_at or not head[_SECOND:_Z].isdigit():
                return False
            if second not in self._seconds:
                if not _is_second(second):
                    return False
                self._seconds.add(second)
        return True

    def _behind_actors(self, fronts: Sequence[bytes], at: int) -> list[bytes] | None:
        """What stands behind the actors, which begin at `at` and are not all the one found last."""
        parted = [front[at:].partition(b"{") for front in fronts]
        for actor in {actor for actor, _, _ in parted}:
            if actor not in self._actors:
                if _ACTOR.fullmatch(actor) is None:
                    return None
                self._actors.add(actor)
        self._actor = parted[-1][0].decode()
        return [brace + text for _, brace, text in parted]

    def _tails(self, tails: Sequence[bytes]) -> _Tails | None:
        """What stands behind the bodies."""
        lengths = list(map(len, tails))
        different = set(lengths)
        if len(different) == 1:
            return self._alike(tails)
        groups = {}
        for length in different:
            group = self._alike([tail for tail in tails if len(tail) == length])
            if group is None:
                return None
            groups[length] = zip(*group, strict=True)
        streams, types, versions = zip(*[next(groups[length]) for length in lengths], strict=True)
        return streams, types, versions

    def _alike(self, tails: Sequence[bytes]) -> _Tails | None:
        """What tails of one length say, which most often differ in salt and stream id alone."""
        length = len(tails[0])
        shape = self._shapes.get(length)
        if shape is None and (shape := _shape(tails[0])) is not None:
            self._shapes[length] = shape
        found = None if shape is None else self._like(shape, tails)
        return found or _one_by_one(tails)

    def _like(self, shape: _Shape, tails: Sequence[bytes]) -> _Tails | None:
        """What tails of one shape say; None when they are not."""
        salts, members, streams, ends = zip(*map(shape.fields, tails), strict=True)
        count, salted, text = len(tails), b"".join(salts), b"".join(streams)
        width, kind = len(shape.stream), shape.kind
        if (
            salted.translate(_HEX_AS_ZERO) != _SALT * count
            or set(members) != {_STREAM_MEMBER}
            or text.translate(_HEX_AS_ZERO) != shape.stream * count
            or text[kind + 15 :: width] != b"4" * count
            or not _VARIANTS.issuperset(text[kind + 20 :: width])
            or any(text[place::width] != letter * count for place, letter in shape.letters)
        ):
            return None
        different = set(ends)
        for end in different:
            if end not in self._ends:
                match = _END.fullmatch(end)
                if match is None:
                    return None
                self._ends[end] = match[1], int(match[2])
        if len(different) == 1:
            type_, version = self._ends[ends[0]]
            return streams, (type_,) * count, (version,) * count
        types, versions = zip(*map(self._ends.__getitem__, ends), strict=True)
        return streams, types, versions


def _body(first: int) -> int:
    """Where the actor begins in a line of this number: but for the actor, where the body does."""
    return _SEQ + len(f"{_BEFORE_SEQ}{first}{_AFTER_SEQ}")


def _heads(fronts: Sequence[bytes], prevs: bytes, first: int, actor: str) -> tuple[bytes, ...] | None:
    """What stands before `prev` in each line; None unless `prev`, number, and what is between it and `actor` fit."""
    fields = struct.Struct(f"{_PREV}s64s{_body(first) + len(actor) - _SEQ}s").unpack_from
    try:
        heads, links, numbers = zip(*map(fields, fronts), strict=True)
    except struct.error:  # one is too short
        return None
    after = _AFTER_SEQ + actor
    expected = f"{_BEFORE_SEQ}{(after + _BEFORE_SEQ).join(map(str, range(first, first + len(fronts))))}{after}"
    return heads if b"".join(links) == prevs and b"".join(numbers) == expected.encode() else None


def _shape(tail: bytes) -> _Shape | None:
    """The shape of a tail, None when its stream is `self` or it is no tail."""
    match = _TAIL.fullmatch(tail)
    if match is None or match[1].endswith(b":self"):
        return None
    stream, end = match[1], len(tail) - match.end(1)
    kind = stream.index(b":")
    letters = tuple((place, stream[place : place + 1]) for place in range(kind))
    fields = struct.Struct(f"32s12s{len(stream)}s{end}s")
    return _Shape(fields.unpack, stream.translate(_HEX_AS_ZERO), kind, letters)


def _one_by_one(tails: Sequence[bytes]) -> _Tails | None:
    found = list(map(_TAIL.fullmatch, tails))
    if None in found:
        return None
    streams, types, digits = zip(*[match.groups() for match in found if match is not None], strict=True)
    return streams, types, tuple(map(int, digits))


def _is_second(text: bytes) -> bool:
    """Whether a line may begin like this, up to the decimal point of `at`."""
    try:
        entries.check_day(text[16:26].decode("ascii", "replace"))
    except Malformed:
        return False
    return text.startswith(_START) and _AT_SHAPE.fullmatch(text[16:] + b"000000Z") is not None
