#!/usr/bin/env python3
"""Check a sealed archive of Sceau, or a customer's proof, with nothing but Python 3.9 or later.

    python3 verify.py ARCHIVE.zip... [--genesis HEX | --key-fingerprint HEX] [--checkpoint FILE] [--lang en]
    python3 verify.py FILE.proof.json --genesis HEX

Written from the pages docs/spec/archive.md, entry.md, chain.md, seal.md, checkpoint.md, commitment.md and
docs/closures.md alone; it shares no code with the software that writes archives, and runs by itself:
`env -i python3 -I verify.py`. Exit status: 0 all is well, 1 something was found, 2 the check could not be made.

Memory does not grow with the archive: one process unpacks the entry files and hands out stretches of a few MiB, the others
walk them, and each gives back what must be joined (`Stretch`): links, fingerprints, tree nodes, totals between closures,
number runs. Tables are unpacked and compared as the walk goes on (`TableCheck`). The versions of streams, which may be
millions, go through temporary files in a long archive, cut by a key of the stream's name (`Streams`). One thing grows: where an
erasure is judged (`Early`), the entries are read once more, and some 200 bytes are kept for each stream about a customer.

An entry's canonical form is proven in one of two ways. The strict way parses the line, judges every value, writes it back
and compares. The quick way knows that a line fits a regular expression made from a line that passed the strict way: same
type, same members in the same order, same nesting; texts without escape or non-ASCII, integers below 10^15. What the
expression accepts the strict way accepts too (a test holds it), at a tenth of the cost.
"""

from __future__ import annotations

import base64
import binascii
import gc
import hashlib
import json
import json.encoder
import os
import pickle
import re
import select
import signal
import struct
import sys
import tempfile
import time
import zlib
from array import array
from datetime import date, datetime, timedelta, timezone
from datetime import time as dt_time
from itertools import repeat
from typing import IO, Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple

VERSION = "1"
sha256 = hashlib.sha256

ZERO = "0" * 64
MAX_INT = 2**53
MAX_BODY = 1 << 20
MAX_LINE = 1_049_600  # entry.md rule 11
MAX_FINDINGS = 1000
MEBI = 1 << 20

Json = Any
Rows = Dict[str, Json]


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Something is not of its form; `code` is that of the finding."""

    def __init__(self, code: str, fr: str = "", en: str = "", seq: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.seq = seq
        self.fr = fr
        self.en = en


class CannotCheck(Exception):  # noqa: N818 - an answer, not an error
    """The check could not be made at all: exit status 2."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr = fr
        self.en = en


class Finding(NamedTuple):
    """Something wrong: what, in which file, at which entry (0: none in particular), in two languages."""

    code: str
    place: str
    seq: int
    fr: str
    en: str


class Said(NamedTuple):
    """One sentence in two languages."""

    fr: str
    en: str


def plain(text: str, most: int = 80) -> str:
    """Text from an archive, without what would steer a terminal, and not too long."""
    short = text if len(text) <= most else text[:most] + "..."
    return "".join(one if one.isprintable() else "?" for one in short)


# --- canonical bytes: docs/spec/entry.md ----------------------------------------------------------------------------

HEX64 = re.compile(r"[0-9a-f]{64}\Z")
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-%s[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FORBIDDEN = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|([\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "])"
)
SURROGATE = re.compile("[\ud800-\udfff]")


class Wrong:
    """A token or object that the format refuses, kept in place of its value."""

    def __init__(self, code: str) -> None:
        self.code = code


def _pairs(items: List[Tuple[str, Json]]) -> Json:
    found = dict(items)
    return found if len(found) == len(items) else Wrong("duplicate_member")


def _int(token: str) -> Json:
    return int(token) if len(token) < 18 else Wrong("integer_range")


STRICT = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_float=lambda _: Wrong("float"),
    parse_constant=lambda _: Wrong("not_finite"),
    parse_int=_int,
)
QUICK = json.JSONDecoder()


def _encode(value: Json) -> str:
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Json) -> bytes:
    """Canonical bytes of a value that is known to be one of the format."""
    return _encode(value).encode("utf-8")


def _judge(value: Json, depth: int) -> None:
    """Raise for the first fault in order of appearance."""
    if isinstance(value, str):
        if not value.isascii():
            _judge_text(value)
    elif isinstance(value, dict):
        if depth == 0:
            raise Refused("too_deep")
        for name, member in value.items():
            if not name.isascii():
                raise Refused("key_not_ascii")
            _judge(member, depth - 1)
    elif isinstance(value, list):
        if depth == 0:
            raise Refused("too_deep")
        for member in value:
            _judge(member, depth - 1)
    elif isinstance(value, Wrong):
        raise Refused(value.code)
    elif isinstance(value, int) and not -MAX_INT < value < MAX_INT:
        raise Refused("integer_range")


def _judge_text(text: str) -> None:
    if SURROGATE.search(text):
        raise Refused("surrogate")
    found = FORBIDDEN.search(text)
    if found:
        raise Refused("noncharacter" if found[1] else "bidi_control")


def decode(data: bytes, limit: int = MAX_BODY, depth: int = 32) -> Json:
    """Read canonical bytes strictly: parse, judge every value, write back and compare.

    Raises:
        Refused: with the code of entry.md.
    """
    if len(data) > limit:
        raise Refused("too_large")
    if data[:3] == b"\xef\xbb\xbf":
        raise Refused("bom")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    try:
        value = STRICT.decode(text)
    except RecursionError:
        raise Refused("too_deep") from None
    except ValueError:
        raise Refused("not_json") from None
    _judge(value, depth)
    if _encode(value) != text:
        raise Refused("not_canonical")
    return value


# --- one entry ------------------------------------------------------------------------------------------------------

SHAPES = {
    "ledger": re.compile(UUID % "8"),
    "prev": re.compile("[0-9a-f]{64}"),
    "actor": re.compile("system|[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64}"),
    "salt": re.compile("[0-9a-f]{32}"),
    "stream": re.compile("[a-z][a-z_]{0,31}:(?:self|%s)" % (UUID % "4")),
    "type": re.compile(r"[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,63}/[1-9][0-9]{0,5}"),
}
AT = re.compile(rb"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")
CHAIN = {"at", "ledger", "prev", "seq", "v"}
ENTRY = {"actor", "body", "salt", "stream", "type", "version"}
COMMITMENT = re.compile("[0-9a-f]{64}")


def is_count(value: Json, least: int = 1) -> bool:
    """Whether a value is an integer from `least` to below 2^53."""
    return type(value) is int and least <= value < MAX_INT


def is_day(text: Json) -> bool:
    """Whether a value is a calendar day, YYYY-MM-DD."""
    if type(text) is not str or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return False
    return True


def is_instant(text: Json) -> bool:
    """Whether a value is a moment in UTC with six decimals."""
    if type(text) is not str or not text.isascii():
        return False
    match = AT.fullmatch(text.encode())
    return match is not None and is_day(match[1].decode())


def parse_entry(line: bytes) -> Dict[str, Json]:
    """Read one line strictly; the codes are found in the order that entry.md gives.

    Raises:
        Refused: with the code of entry.md, or `commitment`.
    """
    tree = decode(line, MAX_LINE, 34)
    if not isinstance(tree, dict) or set(tree) != {"chain", "entry"}:
        raise Refused("members")
    chain, entry = tree["chain"], tree["entry"]
    if isinstance(chain, dict) and "v" in chain and (chain["v"] != 1 or type(chain["v"]) is not int):
        raise Refused("unknown_v")
    if not isinstance(chain, dict) or set(chain) != CHAIN or not isinstance(entry, dict) or set(entry) != ENTRY:
        raise Refused("members")
    if not is_instant(chain["at"]):
        raise Refused("at")
    for name in ("ledger", "prev"):
        if type(chain[name]) is not str or not SHAPES[name].fullmatch(chain[name]):
            raise Refused(name)
    if not is_count(chain["seq"]):
        raise Refused("seq")
    for name in ("actor", "salt", "stream", "type"):
        if type(entry[name]) is not str or not SHAPES[name].fullmatch(entry[name]):
            raise Refused(name)
    if not is_count(entry["version"]):
        raise Refused("version")
    if not isinstance(entry["body"], dict):
        raise Refused("body")
    if len(line) > MAX_BODY and len(canonical(entry["body"])) > MAX_BODY:
        raise Refused("too_large")
    if "$c" in entry["body"]:
        raise Refused("commitment")
    list(commitments(entry["body"]))
    return tree


def commitments(value: Json, path: str = "") -> Iterator[Tuple[str, str]]:
    """The commitments of a body: where each stands (a JSON Pointer) and its digest.

    Raises:
        Refused: `commitment`, where one is out of shape.
    """
    if isinstance(value, dict):
        if "$c" in value:
            digest = value["$c"]
            if len(value) != 1 or type(digest) is not str or not COMMITMENT.fullmatch(digest):
                raise Refused("commitment")
            yield path, digest
            return
        for name, member in value.items():
            if isinstance(member, (dict, list)):
                yield from commitments(member, path + "/" + name.replace("~", "~0").replace("/", "~1"))
    elif isinstance(value, list):
        for rank, member in enumerate(value):
            if isinstance(member, (dict, list)):
                yield from commitments(member, "%s/%d" % (path, rank))


def ledger_id(entry: Json) -> str:
    """The id that entry 1 gives its ledger (chain.md rule 2)."""
    digest = bytearray(sha256(b"sceau-ledger/1\n" + canonical(entry)).digest()[:16])
    digest[6] = 0x80 | (digest[6] & 0x0F)
    digest[8] = 0x80 | (digest[8] & 0x3F)
    text = bytes(digest).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


# --- the quick way: expressions made from lines that passed the strict way ------------------------------------------

_STRING = rb'"[ !#-\[\]-\x7f]*"'
_INTEGER = rb"(?:0|-?[1-9][0-9]{0,14})"
_SAFE = rb'"([A-Za-z0-9][ !#-:<-\[\]-\x7f]*|)"'  # a text that is its own cell
_TEXT = rb'"([ !#-\[\]-\x7f]*)"'
_COUNT = rb"(0|[1-9][0-9]{0,14})"
_COMMITTED = rb'\{"\$c":"[0-9a-f]{64}"\}'
_NAME = re.compile(r"[ !#-\[\]-\x7f]+")
_ID = rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_FRONT = (
    rb'\{"chain":\{"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z)'
    rb'((?s:.{58}))((?s:.{64}))","seq":([1-9][0-9]{0,14}),"v":1\},"entry":\{"actor":"'
    rb'(system|[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64})","body":('
)
"""The wildcards stand for `MIDDLE` and the fingerprint of the line before, which `Walk._fitting` compares byte for byte."""
MIDDLE = b'","ledger":"%b","prev":"'
_BACK = (
    rb'),"salt":"[0-9a-f]{32}","stream":"([a-z][a-z_]{0,31}:(?:self|'
    + _ID
    + rb'))","type":"%s","version":([1-9][0-9]{0,14})\}\}'
)
MAX_FORM = 20_000  # bytes of an expression
MAX_FORMS = 12  # of one type
SEEN_OFTEN = 6  # lines of a form before it is worth an expression


def form_of(value: Json) -> Optional[bytes]:
    """The expression of all values of this one's shape, None where there is none worth having."""
    if isinstance(value, str):
        return _STRING
    if isinstance(value, bool):
        return b"(?:true|false)"
    if isinstance(value, int):
        return _INTEGER
    if value is None:
        return b"null"
    if isinstance(value, dict):
        if "$c" in value:
            return _COMMITTED
        members = []
        for name, member in sorted(value.items()):
            form = form_of(member)
            if form is None or not _NAME.fullmatch(name):
                return None
            members.append(re.escape(_encode(name)).encode() + b":" + form)
        return rb"\{" + b",".join(members) + rb"\}"
    forms = list(dict.fromkeys(form_of(member) for member in value))
    if None in forms or len(forms) > 4:
        return None
    one = b"(?:" + b"|".join(form for form in forms if form is not None) + b")"
    return rb"\[(?:" + one + b"(?:," + one + rb")*)?\]" if forms else rb"\[\]"


class Form(NamedTuple):
    """The expression of lines of one type and shape; what it accepts, the strict way accepts.

    `all` gives the groups of every line of a block that fits: as many as the block has lines, where all of them fit, since
    each begins at the begin of a line and ends with an 0A that is its own.
    """

    match: Callable[[bytes], Optional["re.Match[bytes]"]]
    all: Callable[[bytes], List[Tuple[bytes, ...]]]
    type: str
    upkeep: bool
    read: bool  # its body is needed, not only its bytes
    columns: Dict[str, int]  # of a payment: the groups that its row is made of, as ranks among the groups


class Forms:
    """The forms known so far, by type."""

    def __init__(self) -> None:
        self.known: Dict[bytes, List[Form]] = {}
        self._seen: Dict[Tuple[bytes, bytes], int] = {}

    def learn(self, type_name: str, body: Json) -> None:
        """Take note of a line that passed the strict way."""
        name = type_name.encode()
        there = self.known.setdefault(name, [])
        if len(there) >= MAX_FORMS or len(self._seen) > 5000:
            return
        form = form_of(body)
        if form is None or len(form) > MAX_FORM:
            return
        seen = self._seen[name, form] = self._seen.get((name, form), 0) + 1
        if seen != SEEN_OFTEN:
            return
        read = name in NEEDED or "series" in body
        if type_name == "payment.received/1" and PAID.issubset(body) and not PAID_OTHERWISE.intersection(body):
            captured, columns = _captured(body)
            if columns:
                there.append(self._form(type_name, captured, read, columns))
        there.append(self._form(type_name, form, read, {}))

    @staticmethod
    def _form(type_name: str, body: bytes, read: bool, columns: Dict[str, int]) -> Form:
        name = type_name.encode()
        pattern = _FRONT + body + _BACK.replace(b"%s", re.escape(name))
        every = re.compile(b"(?m:^)" + pattern + b"\n").findall
        return Form(re.compile(pattern).fullmatch, every, type_name, name in UPKEEP, read, columns)


PAID = frozenset(("amount_cents", "currency", "means", "received_on", "unallocated_cents"))
PAID_OTHERWISE = frozenset(("cause", "series"))
PAID_FORMS = {
    "amount_cents": (int, _COUNT), "unallocated_cents": (int, _COUNT), "currency": (str, _TEXT), "means": (str, _TEXT),
    "received_on": (str, _TEXT), "customer": (str, _TEXT), "till": (str, _SAFE), "reference": (str, _SAFE),
    "provider": (str, _SAFE), "provider_reference": (str, _SAFE),
}  # fmt: skip


def _captured(body: Rows) -> Tuple[bytes, Dict[str, int]]:
    """The expression of a payment allocated to nothing, with a group for each member that its row has; no columns where it
    is another one."""
    members: List[bytes] = []
    columns: Dict[str, int] = {}
    for name, member in sorted(body.items()):
        kind, form = PAID_FORMS.get(name, (None, form_of(member)))
        if (kind is not None and type(member) is not kind) or form is None or (name == "allocations" and member != []):
            return b"", {}
        if kind is not None:
            columns[name] = FRONT_GROUPS + len(columns)
        members.append(re.escape(_encode(name)).encode() + b":" + form)
    return rb"\{" + b",".join(members) + rb"\}", columns


FRONT_GROUPS = 6  # at, middle, prev, seq, actor, body


# --- Merkle tree: RFC 6962 section 2.1 ------------------------------------------------------------------------------


def leaf_hash(fingerprint: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + fingerprint).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows: the roots of its complete subtrees, greatest first, each with its height."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        heights = [height for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]
        self.peaks: List[Tuple[int, bytes]] = list(zip(heights, peaks))

    def copy(self) -> "Frontier":
        """Another tree that begins like this one."""
        made = Frontier()
        made.size, made.peaks = self.size, list(self.peaks)
        return made

    def add(self, height: int, node: bytes) -> None:
        """Add a complete subtree; the size must be a multiple of its width."""
        self.size += 1 << height
        while self.peaks and self.peaks[-1][0] == height:
            node = node_hash(self.peaks.pop()[1], node)
            height += 1
        self.peaks.append((height, node))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.peaks:
            return sha256(b"").digest()
        node = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def included(leaf: bytes, index: int, size: int, path: List[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or any(len(node) != 32 for node in path):
        return False
    first, last, node = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, old_root: bytes, size: int, root: bytes, proof: List[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if any(len(node) != 32 for node in proof) or old > size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == sha256(b"").digest()
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    left = right = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            left, right = node_hash(node, left), node_hash(node, right)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            right = node_hash(right, node)
        first, last = first >> 1, last >> 1
    return last == 0 and left == old_root and right == root


# --- signatures -----------------------------------------------------------------------------------------------------

Affine = Tuple[int, int]


class Curve:
    """y^2 = x^3 - 3x + b over the integers modulo p, with a generator of prime order n (FIPS 186-5)."""

    def __init__(self, bits: int, p: int, n: int, b: int, g: Affine) -> None:
        self.bytes, self.p, self.n, self.b, self.g = bits // 8, p, n, b, g
        self._tables: Dict[Affine, List[List[Affine]]] = {}
        self._uses: Dict[Affine, int] = {}

    def holds(self, point: Affine) -> bool:
        """Whether a point is on the curve."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x - 3) * x - self.b) % self.p == 0

    def table(self, point: Affine) -> List[List[Affine]]:
        """16^i j times a point, for every i below the length and j from 1 to 15: a sum without doublings."""
        found = self._tables.get(point)
        if found is None:
            if len(self._tables) > 16:
                self._tables.clear()
            found = self._tables[point] = self._make(point)
        return found

    def _seldom(self, point: Affine) -> bool:
        """Whether a point was used too rarely for a table to be worth it."""
        if len(self._uses) > 1000:
            self._uses.clear()
        self._uses[point] = self._uses.get(point, 0) + 1
        return self._uses[point] < 8 and point not in self._tables

    def _times(self, scalar: int, point: Affine) -> Optional[Tuple[int, int, int]]:
        """A multiple of a point, by four doublings and one addition a digit; None where it is the point at infinity."""
        row = [(point[0], point[1], 1), self._double((point[0], point[1], 1))]
        for _ in range(13):
            row.append(self._add(row[-1], row[0]))
        found: Optional[Tuple[int, int, int]] = None
        for place in range(self.bytes * 8 - 4, -1, -4):
            if found is not None:
                for _ in range(4):
                    found = self._double(found)
            digit = scalar >> place & 15
            if digit:
                found = row[digit - 1] if found is None else self._add(found, row[digit - 1])
                found = found if found[2] else None
        return found

    def _make(self, point: Affine) -> List[List[Affine]]:
        rows, base, p = [], (point[0], point[1], 1), self.p
        for _ in range(self.bytes * 2):
            row = [base, self._double(base)]
            for _ in range(13):
                row.append(self._add(row[-1], base))
            rows.append(row)
            base = self._double(row[7])  # 16 times the base
        flat = [one for row in rows for one in row]
        products, product = [], 1
        for _, _, z in flat:
            products.append(product)
            product = product * z % p
        inverse, affine = pow(product, -1, p), []
        for (x, y, z), before in zip(reversed(flat), reversed(products)):
            one, inverse = inverse * before % p, inverse * z % p
            square = one * one % p
            affine.append((x * square % p, y * square * one % p))
        affine.reverse()
        return [affine[at : at + 15] for at in range(0, len(affine), 15)]

    def _double(self, point: Tuple[int, int, int]) -> Tuple[int, int, int]:
        x, y, z = point
        p = self.p
        delta, gamma = z * z % p, y * y % p
        beta, alpha = x * gamma % p, 3 * (x - delta) * (x + delta) % p
        x3 = (alpha * alpha - 8 * beta) % p
        return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % p, 2 * y * z % p

    def _add(self, one: Tuple[int, int, int], other: Tuple[int, int, int]) -> Tuple[int, int, int]:
        p = self.p
        (x1, y1, z1), (x2, y2, z2) = one, other
        s1, s2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * s2 % p, x2 * s1 % p
        v1, v2 = y1 * s2 * z2 % p, y2 * s1 * z1 % p
        if u1 == u2:
            return self._double(one) if v1 == v2 else (1, 1, 0)
        h, r = u2 - u1, v2 - v1
        h2 = h * h % p
        h3, v = h2 * h % p, u1 * h2 % p
        x3 = (r * r - h3 - 2 * v) % p
        return x3, (r * (v - x3) - v1 * h3) % p, h * z1 * z2 % p

    def verify(self, key: Affine, digest: bytes, r: int, s: int) -> bool:
        """Whether (r, s) is a signature of a digest by the key."""
        n, p = self.n, self.p
        if not (0 < r < n and 0 < s < n):
            return False
        z = int.from_bytes(digest[: self.bytes], "big")
        w = pow(s, -1, n)
        x, y, zz = 1, 1, 0
        for scalar, point in ((z * w % n, self.g), (r * w % n, key)):
            if self._seldom(point):
                times = self._times(scalar, point)
                if times is not None:
                    x, y, zz = self._add((x, y, zz), times) if zz else times
                continue
            for row in self.table(point):
                digit = scalar & 15
                scalar >>= 4
                if not digit:
                    continue
                x2, y2 = row[digit - 1]
                if zz == 0:
                    x, y, zz = x2, y2, 1
                    continue
                z2 = zz * zz % p
                h = (x2 * z2 - x) % p
                t = (y2 * z2 * zz - y) % p
                if h == 0:
                    x, y, zz = self._double((x, y, zz)) if t == 0 else (1, 1, 0)
                    continue
                h2 = h * h % p
                h3, v = h2 * h % p, x * h2 % p
                x = (t * t - h3 - 2 * v) % p
                y = (t * (v - x) - y * h3) % p
                zz = zz * h % p
        if zz == 0:
            return False
        return x * pow(zz * zz, -1, p) % p % n == r


P256 = Curve(
    256,
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    384,
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
SPKI_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200" + "04")
SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")


def seal_point(spki: bytes) -> Affine:
    """The point of a seal's public key (seal.md rule 10).

    Raises:
        Refused: `public_key`.
    """
    point = int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big")
    if len(spki) != 91 or spki[:27] != SPKI_P256 or not P256.holds(point):
        raise Refused("public_key")
    return point


def seal_signed(spki: bytes, message: bytes, signature: bytes) -> bool:
    """Whether 64 raw bytes are a signature with low s (seal.md rules 7 and 8)."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return s <= P256.n // 2 and P256.verify(seal_point(spki), sha256(message).digest(), r, s)


Extended = Tuple[int, int, int, int]


class Edwards:
    """Ed25519 (RFC 8032)."""

    q = 2**255 - 19
    order = 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, 2**255 - 19) % (2**255 - 19)
    base = (4 * pow(5, -1, 2**255 - 19) % (2**255 - 19)).to_bytes(32, "little")

    def __init__(self) -> None:
        self._multiples: Dict[Tuple[bytes, bool], Optional[List[Extended]]] = {}

    def point(self, data: bytes) -> Optional[Affine]:
        """The point of 32 bytes, None where there is none."""
        q, number = self.q, int.from_bytes(data, "little")
        sign, y = number >> 255, number & (2**255 - 1)
        if y >= q:
            return None
        square = (y * y - 1) * pow(self.d * y * y + 1, -1, q) % q
        x = pow(square, (q + 3) // 8, q)
        if (x * x - square) % q:
            x = x * pow(2, (q - 1) // 4, q) % q
        if (x * x - square) % q or (x == 0 and sign):
            return None
        return (q - x if x & 1 != sign else x), y

    def _add(self, one: Extended, other: Extended) -> Extended:
        q = self.q
        (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
        a, b = (y1 - x1) * (y2 - x2) % q, (y1 + x1) * (y2 + x2) % q
        c, d = 2 * self.d * t1 % q * t2 % q, 2 * z1 * z2 % q
        e, f, g, h = b - a, d - c, d + c, b + a
        return e * f % q, g * h % q, f * g % q, e * h % q

    def _multiples_of(self, public: bytes, negative: bool) -> Optional[List[Extended]]:
        """0 to 15 times a key's point, or its opposite."""
        name = public, negative
        if name not in self._multiples:
            if len(self._multiples) > 64:
                self._multiples.clear()
            point = self.point(public)
            if point is None:
                self._multiples[name] = None
            else:
                x, y = (-point[0] % self.q if negative else point[0]), point[1]
                row: List[Extended] = [(0, 1, 1, 0), (x, y, 1, x * y % self.q)]
                for _ in range(14):
                    row.append(self._add(row[-1], row[1]))
                self._multiples[name] = row
        return self._multiples[name]

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether 64 bytes are a signature: R = sB - kA, compared as bytes."""
        if len(public) != 32 or len(signature) != 64:
            return False
        s = int.from_bytes(signature[32:], "little")
        key, base = self._multiples_of(public, True), self._multiples_of(self.base, False)
        if key is None or base is None or s >= self.order:
            return False
        k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % self.order
        q = self.q
        x, y, z, t = 0, 1, 1, 0
        for shift in range(252, -1, -4):  # both scalars at once, four bits at a time
            for _ in range(4):
                a, b, c = x * x % q, y * y % q, 2 * z * z % q
                e, g, h = a + b - (x + y) ** 2, a - b, a + b
                f = c + g
                x, y, z, t = e * f % q, g * h % q, f * g % q, e * h % q
            if s >> shift & 15:
                x, y, z, t = self._add((x, y, z, t), base[s >> shift & 15])
            if k >> shift & 15:
                x, y, z, t = self._add((x, y, z, t), key[k >> shift & 15])
        inverse = pow(z, -1, q)
        x, y = x * inverse % q, y * inverse % q
        return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


ED25519 = Edwards()


def rsa_signed(n: int, e: int, algorithm: str, digest: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.2), with a key of 2048 to 8192 bits."""
    size = (n.bit_length() + 7) // 8
    if not 2048 <= n.bit_length() <= 8192 or len(signature) != size or not 3 <= e < 2**33 or not e & 1:
        return False
    prefix = {"sha256": "01", "sha384": "02", "sha512": "03"}[algorithm]
    info = bytes.fromhex("30%02x300d060960864801650304020%s0500" % (17 + len(digest), prefix[1]))
    info += bytes([4, len(digest)]) + digest
    padded = b"\x00\x01" + b"\xff" * (size - 3 - len(info)) + b"\x00" + info
    return pow(int.from_bytes(signature, "big"), e, n) == int.from_bytes(padded, "big")


# --- DER, CMS (RFC 5652) and time stamps (RFC 3161) -----------------------------------------------------------------


class Der(NamedTuple):
    """One value: its tag, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def items(self) -> List["Der"]:
        """The values that stand in this one."""
        found, at = [], 0
        while at < len(self.content):
            one = der(self.content, at)
            found.append(one)
            at += len(one.whole)
        return found


def der(data: bytes, at: int = 0) -> Der:
    """Read one value that begins at a place.

    Raises:
        ValueError: not DER.
    """
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise ValueError("not DER")
    start, length = at + 2, data[at + 1]
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
        if not 1 <= count <= 4 or length < 0x80 or length >> 8 * (count - 1) == 0:
            raise ValueError("not DER")
    if start + length > len(data):
        raise ValueError("not DER")
    return Der(data[at], data[start : start + length], data[at : start + length])


def der_whole(data: bytes) -> Der:
    """Read one value and nothing after it."""
    found = der(data)
    if len(found.whole) != len(data):
        raise ValueError("more than one value")
    return found


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = bytearray([first * 40 + second])
    for number in rest:
        septets = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            septets.append(number & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return bytes(out)


DIGESTS = {
    _oid("2.16.840.1.101.3.4.2.1"): "sha256",
    _oid("2.16.840.1.101.3.4.2.2"): "sha384",
    _oid("2.16.840.1.101.3.4.2.3"): "sha512",
}
ECDSA_DIGESTS = {
    _oid("1.2.840.10045.4.3.2"): "sha256",
    _oid("1.2.840.10045.4.3.3"): "sha384",
    _oid("1.2.840.10045.4.3.4"): "sha512",
}
RSA_DIGESTS = {
    _oid("1.2.840.113549.1.1.11"): "sha256",
    _oid("1.2.840.113549.1.1.12"): "sha384",
    _oid("1.2.840.113549.1.1.13"): "sha512",
}
RSA_KEY = _oid("1.2.840.113549.1.1.1")
EC_KEY = _oid("1.2.840.10045.2.1")
CURVES = {_oid("1.2.840.10045.3.1.7"): P256, _oid("1.3.132.0.34"): P384}
SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
PLAIN_DATA = _oid("1.2.840.113549.1.7.1")
TST_INFO = _oid("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATES = {_oid("1.2.840.113549.1.9.16.2.12"): "sha1", _oid("1.2.840.113549.1.9.16.2.47"): "sha256"}
NAME_PARTS = {_oid("2.5.4.3"): "CN", _oid("2.5.4.10"): "O", _oid("2.5.4.11"): "OU", _oid("2.5.4.6"): "C"}


class Certificate(NamedTuple):
    """What is needed of an X.509 certificate."""

    whole: bytes
    serial: bytes
    issuer: bytes
    subject: str
    spki: bytes
    key_identifier: bytes

    @property
    def key(self) -> str:
        """SHA-256 of its SubjectPublicKeyInfo."""
        return sha256(self.spki).hexdigest()


def certificate(data: bytes) -> Certificate:
    """Read a certificate.

    Raises:
        ValueError: it is none.
    """
    whole = der(data)
    fields = whole.items()[0].items()
    if fields[0].tag == 0xA0:
        fields = fields[1:]
    serial, _, issuer, _, subject, spki = fields[:6]
    identifier = b""
    for extensions in fields[6:]:
        if extensions.tag == 0xA3:
            for extension in extensions.items()[0].items():
                parts = extension.items()
                if parts[0].content == _oid("2.5.29.14"):
                    identifier = der(parts[-1].content).content
    return Certificate(whole.whole, serial.content, issuer.whole, _name(subject), spki.whole, identifier)


def _name(name: Der) -> str:
    found = []
    for group in name.items():
        for pair in group.items():
            kind, value = pair.items()[:2]
            if kind.content in NAME_PARTS:
                found.append("%s=%s" % (NAME_PARTS[kind.content], plain(value.content.decode("utf-8", "replace"), 60)))
    return ", ".join(found) or "?"


def pem_certificates(text: bytes) -> List[Certificate]:
    """The certificates of a PEM file.

    Raises:
        ValueError: one is none.
    """
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", text)
    return [certificate(base64.b64decode(b"".join(block.split()))) for block in blocks]


def key_signed(spki: bytes, algorithm: bytes, digest_name: str, message: bytes, signature: bytes) -> Optional[bool]:
    """Whether a certificate's key signed a message; None where this program does not know the algorithm."""
    parts = der(spki).items()
    kind = parts[0].items()
    bits = parts[1].content
    if kind[0].content == RSA_KEY and (algorithm in RSA_DIGESTS or algorithm == RSA_KEY):
        name = RSA_DIGESTS.get(algorithm, digest_name)
        n, e = (int.from_bytes(one.content, "big") for one in der(bits[1:]).items()[:2])
        return rsa_signed(n, e, name, hashlib.new(name, message).digest(), signature)
    if kind[0].content == EC_KEY and algorithm in ECDSA_DIGESTS and kind[1].content in CURVES:
        curve = CURVES[kind[1].content]
        if len(bits) != 2 + 2 * curve.bytes or bits[:2] != b"\x00\x04":
            return None
        point = int.from_bytes(bits[2 : 2 + curve.bytes], "big"), int.from_bytes(bits[2 + curve.bytes :], "big")
        r, s = (int.from_bytes(one.content, "big") for one in der_whole(signature).items())
        digest = hashlib.new(ECDSA_DIGESTS[algorithm], message).digest()
        return curve.holds(point) and curve.verify(point, digest, r, s)
    return None


class Signed(NamedTuple):
    """What a CMS SignedData says: who, over what, and whether the signature holds (None: algorithm not known here)."""

    certificate: Certificate
    content: bytes
    certificates: List[Certificate]
    holds: Optional[bool]


def open_cms(data: bytes, detached: Optional[bytes], kind: bytes, known: List[Certificate]) -> Signed:
    """Read SignedData with one signer and compare its digests.

    Raises:
        ValueError: it is none, has no certificate for its signer, or its digest is another one's.
    """
    outer = der_whole(data).items()
    if outer[0].content != SIGNED_DATA:
        raise ValueError("not SignedData")
    fields = outer[1].items()[0].items()
    inside = fields[2].items()
    if inside[0].content != kind or (len(inside) > 1) == (detached is not None):
        raise ValueError("content of another type")
    content = detached if detached is not None else inside[1].items()[0].content
    certificates = [
        certificate(one.whole) for field in fields[3:] if field.tag == 0xA0 for one in field.items() if one.tag == 0x30
    ]
    signers = fields[-1].items()
    if fields[-1].tag != 0x31 or len(signers) != 1:
        raise ValueError("not one signer")
    parts = signers[0].items()
    signer = _signer(parts[1], certificates + known)
    digest_name = DIGESTS[parts[2].items()[0].content]
    digest = hashlib.new(digest_name, content).digest()
    at = 3
    message = content
    if parts[at].tag == 0xA0:
        attributes = {one.items()[0].content: one.items()[1].items() for one in parts[at].items()}
        if attributes[MESSAGE_DIGEST][0].content != digest or attributes[CONTENT_TYPE][0].content != kind:
            raise ValueError("digest of another content")
        _check_signing_certificate(attributes, signer)
        message = b"\x31" + parts[at].whole[1:]
        at += 1
    algorithm, signature = parts[at].items()[0].content, parts[at + 1].content
    holds = key_signed(signer.spki, algorithm, digest_name, message, signature)
    return Signed(signer, content, certificates, holds)


def _signer(sid: Der, certificates: List[Certificate]) -> Certificate:
    for one in certificates:
        if sid.tag == 0x80 and sid.content == one.key_identifier:
            return one
        if sid.tag == 0x30:
            issuer, serial = sid.items()
            if (issuer.whole, serial.content) == (one.issuer, one.serial):
                return one
    raise ValueError("no certificate of the signer")


def _check_signing_certificate(attributes: Dict[bytes, List[Der]], signer: Certificate) -> None:
    """RFC 5035: where the signature names its certificate by digest, it must be this one."""
    for kind, usual in SIGNING_CERTIFICATES.items():
        if kind not in attributes:
            continue
        first = attributes[kind][0].items()[0].items()[0].items()
        name = usual
        if first[0].tag == 0x30:
            name = DIGESTS.get(first[0].items()[0].content, "")
        digest = next(one.content for one in first if one.tag == 0x04)
        if not name or hashlib.new(name, signer.whole).digest() != digest:
            raise ValueError("another certificate")


class Stamp(NamedTuple):
    """A time stamp: when, by whom, over which digest, and whether its signature holds."""

    at: datetime
    signed: Signed
    imprint: bytes


def open_stamp(data: bytes) -> Stamp:
    """Read a TimeStampResp.

    Raises:
        ValueError: it is none, or was not granted.
    """
    try:
        response = der_whole(data).items()
        if int.from_bytes(response[0].items()[0].content, "big") not in (0, 1) or len(response) != 2:
            raise ValueError("not granted")
        signed = open_cms(response[1].whole, None, TST_INFO, [])
        fields = der_whole(signed.content).items()
        algorithm, imprint = fields[2].items()
        if DIGESTS.get(algorithm.items()[0].content) != "sha256":
            raise ValueError("imprint of another digest")
        text = fields[4].content.decode("ascii")
        if fields[4].tag != 0x18 or not re.fullmatch(r"[0-9]{14}(\.[0-9]{1,9})?Z", text):
            raise ValueError("no time")
        at = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        return Stamp(at, signed, imprint.content)
    except (IndexError, KeyError, TypeError, UnicodeDecodeError, StopIteration, RecursionError, OverflowError):
        raise ValueError("not a time stamp") from None


def open_signature(data: bytes, content: bytes, known: List[Certificate]) -> Signed:
    """Read a detached signature.

    Raises:
        ValueError: it is none.
    """
    try:
        return open_cms(data, content, PLAIN_DATA, known)
    except (IndexError, KeyError, TypeError, StopIteration, RecursionError, OverflowError):
        raise ValueError("not a signature") from None


def shown_time(at: datetime) -> str:
    """A moment as it is written everywhere: RFC 3339 in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


# --- notes and checkpoints: docs/spec/checkpoint.md -----------------------------------------------------------------


def b64(text: str) -> bytes:
    """Standard base64 with padding and without stray bits.

    Raises:
        ValueError: another form.
    """
    if not text.isascii():
        raise ValueError("not base64")
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64")
    return data


class Verifier(NamedTuple):
    """A key that opens notes: its name, type (1 log, 4 witness), 32 bytes and id."""

    name: str
    kind: int
    public: bytes
    id: bytes


def verifier(name: str, kind: int, public: bytes) -> Verifier:
    """A verifier key with its id."""
    return Verifier(name, kind, public, sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4])


def parse_vkey(text: Json) -> Verifier:
    """Read `name+id+key`.

    Raises:
        ValueError: another form.
    """
    if type(text) is not str:
        raise ValueError("not a verifier key")
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[^\s+]+", parts[0]):
        raise ValueError("not a verifier key")
    material = b64(parts[2])
    if len(material) != 33 or material[0] not in (1, 4):
        raise ValueError("not a verifier key")
    found = verifier(parts[0], material[0], material[1:])
    if found.id.hex() != parts[1]:
        raise ValueError("not a verifier key")
    return found


class Note(NamedTuple):
    """A checkpoint's note: its text, what the text says, and its signature lines."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: List[Tuple[str, bytes, bytes]]

    def of(self, key: Verifier) -> List[bytes]:
        """The signatures that say they are of this key."""
        return [blob for name, identity, blob in self.lines if (name, identity) == (key.name, key.id)]

    def signed(self, key: Verifier) -> bool:
        """Whether the log's key signed it: one line at least, and all of them hold."""
        found = self.of(key)
        return bool(found) and all(ED25519.verify(key.public, self.text.encode(), blob) for blob in found)

    def imprint(self, key: Verifier) -> bytes:
        """What a time stamp of it covers (checkpoint.md rule 12)."""
        line = "\u2014 %s %s\n" % (key.name, base64.b64encode(key.id + self.of(key)[0]).decode())
        return sha256(("%s\n%s" % (self.text, line)).encode()).digest()

    def cosigned(self, key: Verifier) -> Optional[datetime]:
        """When a witness saw it, None where it did not sign.

        Raises:
            Refused: `cosignature`, where a line of this witness does not verify.
        """
        seen = None
        for blob in self.of(key):
            moment = int.from_bytes(blob[:8], "big")
            message = "cosignature/v1\ntime %d\n%s" % (moment, self.text)
            if len(blob) != 72 or moment >= 1 << 37 or not ED25519.verify(key.public, message.encode(), blob[8:]):
                raise Refused("cosignature")
            at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=moment)
            seen = at if seen is None else max(seen, at)
        return seen


def open_note(data: bytes) -> Note:
    """Read a checkpoint.

    Raises:
        Refused: `note` or `checkpoint`.
    """
    if len(data) > 1_000_000:
        raise Refused("note")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("note") from None
    if re.search("[\x00-\x09\x0b-\x1f]", whole) or "\n\n" not in whole or whole[-1] != "\n":
        raise Refused("note")
    text, _, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")[:-1]
    if not 1 <= len(lines) <= 100:
        raise Refused("note")
    signatures = []
    for line in lines:
        match = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
        try:
            blob = b64(match[2]) if match else b""
        except ValueError:
            blob = b""
        if match is None or len(blob) < 5:
            raise Refused("note")
        signatures.append((match[1], blob[:4], blob[4:]))
    told = text.split("\n")
    if len(told) != 3 or not re.fullmatch(r"[^\s+]+", told[0]) or not re.fullmatch("0|[1-9][0-9]{0,15}", told[1]):
        raise Refused("checkpoint")
    try:
        root = b64(told[2])
    except ValueError:
        raise Refused("checkpoint") from None
    if len(root) != 32 or int(told[1]) >= MAX_INT:
        raise Refused("checkpoint")
    return Note(text + "\n", told[0], int(told[1]), root, signatures)


# --- ZIP: docs/spec/archive.md rules 1 to 3 -------------------------------------------------------------------------

ZIP_NAME = re.compile(r"(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]+(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]+)*")
LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END64 = struct.Struct("<4sQHHIIQQQQ")
LOCATOR = struct.Struct("<4sIQI")
END = struct.Struct("<4sHHHHIIH")
FULL = 0xFFFFFFFF
MAX_MEMBER = 1 << 31
MAX_DIRECTORY = 64 * MEBI
MAX_MEMBERS = 200_000
PIECE = 1 << 18  # of packed bytes read at once
UNPACKED = MEBI  # what is unpacked at once


def _ambiguous(fr: str, en: str) -> Refused:
    return Refused("zip_ambiguous", fr, en)


class Member(NamedTuple):
    """One file of a ZIP: where its packed bytes lie, and what the directory says of it."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Zip:
    """A ZIP read strictly: two programs cannot read two archives in it. Members are read as streams."""

    def __init__(self, path: str) -> None:
        """Read the directory and every local header.

        Raises:
            Refused: `zip_ambiguous`.
            OSError: the file cannot be read.
        """
        self.path = path
        with open(path, "rb") as file:
            length = file.seek(0, 2)
            self.members = {one.name: one for one in self._directory(file, length)}
        self.length = length

    @classmethod
    def empty(cls) -> "Zip":
        """A ZIP without members, in place of one that could not be read."""
        found = cls.__new__(cls)
        found.path, found.members = "", {}
        return found

    @classmethod
    def of_member(cls, path: str, name: str) -> "Zip":
        """The ZIP for reading one member: its directory was read before, unless this process was started afresh."""
        if (path, name) not in MEMBERS:
            return cls(path)
        found = cls.__new__(cls)
        found.path, found.members = path, {name: MEMBERS[path, name]}
        return found

    def _directory(self, file: IO[bytes], length: int) -> List[Member]:
        count, size, start = self._end(file, length)
        if size > MAX_DIRECTORY or count > MAX_MEMBERS:
            raise _ambiguous("répertoire trop grand", "its directory is too large")
        file.seek(start)
        data = file.read(size)
        members: List[Member] = []
        names: Set[str] = set()
        at = place = 0
        for _ in range(count):
            member, header, at = self._central(data, at)
            if member.name in names:
                raise _ambiguous("un nom y est deux fois : " + member.name, "a name is there twice: " + member.name)
            if header != place:
                raise _ambiguous(
                    "les fichiers ne se suivent pas : " + member.name,
                    "its members do not follow one another: " + member.name,
                )
            names.add(member.name)
            place = member.offset + member.packed
            self._local(file, member, header)
            members.append(member)
        if at != len(data) or place != start:
            raise _ambiguous(
                "il contient autre chose que ses fichiers", "there is something else in it than its members"
            )
        return members

    def _end(self, file: IO[bytes], length: int) -> Tuple[int, int, int]:
        file.seek(max(0, length - 98))
        tail = file.read(98)
        if len(tail) < END.size:
            raise _ambiguous("ce n'est pas un ZIP entier", "it is not a whole ZIP")
        mark, disk, first, here, count, size, start, comment = END.unpack(tail[-END.size :])
        if mark != b"PK\x05\x06" or disk or first or here != count or comment:
            raise _ambiguous("sa fin n'est pas celle d'un ZIP", "its end is not that of a ZIP")
        end = length - END.size
        wide = tail[-END.size - LOCATOR.size : -END.size]
        if wide[:4] == b"PK\x06\x07" and len(tail) == 98:
            _, disk64, where, disks = LOCATOR.unpack(wide)
            fields = END64.unpack(tail[: END64.size])
            end = length - 98
            narrow = (min(fields[6], 0xFFFF), min(fields[8], FULL), min(fields[9], FULL))
            if (
                fields[:2] != (b"PK\x06\x06", 44)
                or fields[4:6] != (0, 0)
                or fields[6] != fields[7]
                or disk64
                or disks != 1
            ):
                raise _ambiguous("sa fin ZIP64 est mal formée", "its ZIP64 end is malformed")
            if where != end or narrow != (count, size, start) or narrow == (fields[6], fields[8], fields[9]):
                raise _ambiguous("ses deux fins se contredisent", "its two ends contradict each other")
            count, size, start = fields[6], fields[8], fields[9]
        elif count == 0xFFFF or FULL in (size, start):
            raise _ambiguous("sa fin n'est pas celle d'un ZIP", "its end is not that of a ZIP")
        if start + size != end:
            raise _ambiguous("il y a des octets de trop ou de moins", "there are bytes too many or too few")
        return count, size, start

    @staticmethod
    def _central(data: bytes, at: int) -> Tuple[Member, int, int]:
        if at + CENTRAL.size > len(data):
            raise _ambiguous("répertoire coupé", "its directory is cut")
        fields = CENTRAL.unpack_from(data, at)
        mark, flags, method, crc, packed, size = fields[0], fields[3], fields[4], fields[7], fields[8], fields[9]
        name_length, extra_length, comment, disk, header = fields[10], fields[11], fields[12], fields[13], fields[16]
        at += CENTRAL.size
        raw, extra = data[at : at + name_length], data[at + name_length : at + name_length + extra_length]
        if mark != b"PK\x01\x02" or flags or method not in (0, 8) or comment or disk or len(extra) != extra_length:
            raise _ambiguous(
                "une ligne de son répertoire est d'une autre forme", "a line of its directory is of another form"
            )
        name = raw.decode("ascii", "replace")
        if len(raw) > 200 or not ZIP_NAME.fullmatch(name):
            raise _ambiguous("nom de fichier refusé", "a name that is not allowed")
        if header == FULL:
            if len(extra) != 12 or extra[:4] != b"\x01\x00\x08\x00":
                raise _ambiguous("champ ZIP64 mal formé", "a malformed ZIP64 field")
            header = int.from_bytes(extra[4:], "little")
            if header < FULL:
                raise _ambiguous("champ ZIP64 de trop", "a ZIP64 field too many")
        elif extra:
            raise _ambiguous("champ supplémentaire refusé", "an extra field that is not allowed")
        if size > MAX_MEMBER or packed > MAX_MEMBER or (method == 0 and packed != size):
            raise _ambiguous("taille refusée : " + name, "a size that is not allowed: " + name)
        member = Member(name, method, crc, packed, size, header + LOCAL.size + name_length)
        return member, header, at + name_length + extra_length

    @staticmethod
    def _local(file: IO[bytes], member: Member, header: int) -> None:
        file.seek(header)
        data = file.read(LOCAL.size + len(member.name))
        expected = (member.method, member.crc, member.packed, member.size, len(member.name))
        if len(data) == LOCAL.size + len(member.name):
            mark, _, flags, method, _, _, crc, packed, size, name_length, extra = LOCAL.unpack_from(data)
            same = (method, crc, packed, size, name_length) == expected and data[LOCAL.size :] == member.name.encode()
            if mark == b"PK\x03\x04" and not flags and not extra and same:
                return
        raise _ambiguous(
            "en-tête et répertoire se contredisent : " + member.name,
            "header and directory contradict each other: " + member.name,
        )

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a member, a piece at a time; its size and CRC are checked at the end.

        Raises:
            Refused: `zip_ambiguous`.
        """
        member = self.members[name]
        crc = size = 0
        for piece in self._unpacked(member):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            if size > member.size:
                break
            yield piece
        if size != member.size or crc != member.crc:
            raise _ambiguous("octets d'un autre contrôle CRC : " + name, "bytes of another CRC: " + name)

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        with open(self.path, "rb") as file:
            file.seek(member.offset)
            left = member.packed
            inflate = zlib.decompressobj(-15) if member.method == 8 else None
            while left:
                data = file.read(min(left, PIECE))
                if not data:
                    raise _ambiguous("fichier coupé : " + member.name, "cut: " + member.name)
                left -= len(data)
                if inflate is None:
                    yield data
                    continue
                while data:
                    if inflate.eof:
                        raise _ambiguous("octets après la fin : " + member.name, "bytes after the end: " + member.name)
                    try:
                        piece = inflate.decompress(data, UNPACKED)
                    except zlib.error:
                        raise _ambiguous(
                            "compression fausse : " + member.name, "it cannot be unpacked: " + member.name
                        ) from None
                    data = inflate.unconsumed_tail or inflate.unused_data
                    if piece:
                        yield piece
            if inflate is not None:
                if not inflate.eof:
                    piece = inflate.flush()
                    if piece:
                        yield piece
                if not inflate.eof:
                    raise _ambiguous("compression coupée : " + member.name, "its packed bytes are cut: " + member.name)

    def read(self, name: str, most: int) -> bytes:
        """The whole of a small member.

        Raises:
            Refused: `zip_ambiguous`, or `manifest` where it is longer than it may be.
        """
        if self.members[name].size > most:
            raise Refused("manifest", "fichier trop long : " + name, "it is too long: " + name)
        return b"".join(self.pieces(name))

    def lines(self, name: str, most: int = MAX_LINE) -> Iterator[bytes]:
        """The lines of a member without their 0A; one that is too long, or the rest after the last 0A, comes with it missing.

        Raises:
            Refused: `zip_ambiguous`, or `manifest` where a line is too long or the last one is not ended.
        """
        rest = b""
        for piece in self.pieces(name):
            head, end, tail = piece.rpartition(b"\n")
            if end:
                yield from (rest + head).split(b"\n")
                rest = tail
            else:
                rest += tail
            if len(rest) > most:
                raise Refused("manifest", "ligne trop longue : " + name, "a line is too long: " + name)
        if rest:
            raise Refused("manifest", "dernière ligne sans fin : " + name, "its last line is not ended: " + name)


# --- what a walk over entries gives back ----------------------------------------------------------------------------

MEANS_SUMS = ("received_cents", "refunded_cents", "reversed_cents", "moved_in_cents", "moved_out_cents")
ADVANCE_SUMS = (
    "received_cents", "applied_cents", "released_cents", "refunded_cents", "forfeited_cents", "reversed_cents", "moved_cents"
)  # fmt: skip
UNPAID = {"refunded": "refunded_cents", "reversed": "reversed_cents", "moved": "moved_cents"}
UPKEEP = frozenset(
    b"period.closed/1 checkpoint.made/1 anchor.placed/1 anchor.failed/1 archive.created/1 archive.verified/1"
    b" archive.key_destroyed/1 entries.purged/1 archive.restored/1 store.restored/1 software.changed/1 integrity.failed/1"
    b" clock.stepped/1 register.ledger_added/1 register.head_noted/1".split()
)
TALK = frozenset(b"checkpoint.made/1 anchor.placed/1 anchor.failed/1".split())
TALKING = frozenset(name.decode() for name in TALK)
FACTS = frozenset(
    b"ledger.opened/1 key.changed/1 series.opened/1 series.closed/1 checkpoint.made/1 period.closed/1 anchor.policy_set/1"
    b" anchor.failed/1 data.erased/1 archive.created/1 archive.verified/1 entries.purged/1 period.year_end_set/1".split()
)
COUNTED = frozenset(
    b"invoice.issued/1 credit_note.issued/1 payment.received/1 refund.paid/1 payment.reversed/1 payment.means_corrected/1"
    b" deposit.paid/1 deposit.unpaid/1 deposit.applied/1 deposit.released/1 deposit.forfeited/1".split()
)


def whole(value: Json) -> int:
    """An integer, or else TypeError."""
    if type(value) is not int:
        raise TypeError
    return value


def text_of(value: Json) -> str:
    """A text, or else TypeError."""
    if type(value) is not str:
        raise TypeError
    return value


class Tally:
    """What entries add up to: docs/closures.md, "What is summed"."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.counts = {"invoices": 0, "credit_notes": 0, "deposit_invoices": 0, "deposit_credit_notes": 0}
        self.absolute = 0
        self.rates: Dict[Tuple[str, int], List[int]] = {}
        self.means: Dict[Tuple[str, str], List[int]] = {}
        self.advances = dict.fromkeys(ADVANCE_SUMS, 0)
        self.series: Dict[str, List[Any]] = {}
        self.first: Optional[Tuple[int, bytes]] = None  # seq and time of the first entry that is no upkeep
        self.last: Optional[Tuple[int, bytes]] = None

    def add(self, type_name: str, body: Dict[str, Json]) -> None:
        """Add one entry.

        Raises:
            KeyError, TypeError, AttributeError: its body is not of its schema.
        """
        if type_name == "payment.received/1":
            self._money(body, body["means"])[0] += whole(body["amount_cents"])
        elif type_name == "invoice.issued/1":
            deposit = body["type_code"] == "386"
            self.counts["deposit_invoices" if deposit else "invoices"] += 1
            if not deposit:
                self._turnover(body, 1)
        elif type_name == "credit_note.issued/1":
            deposit = body["type_code"] == "503"
            self.counts["deposit_credit_notes" if deposit else "credit_notes"] += 1
            if not deposit:
                self._turnover(body, -1)
        elif type_name == "refund.paid/1":
            self._money(body, body["means"])[1] += whole(body["amount_cents"])
        elif type_name == "payment.reversed/1":
            self._money(body, body["means"])[2] += whole(body["amount_cents"])
        elif type_name == "payment.means_corrected/1":
            self._money(body, body["means_before"])[4] += whole(body["amount_cents"])
            self._money(body, body["means"])[3] += whole(body["amount_cents"])
        elif type_name == "deposit.unpaid/1":
            self.advances[UNPAID[body["cause"]]] += whole(body["amount_cents"])
        elif type_name.startswith("deposit."):
            names = {
                "paid": "received_cents",
                "applied": "applied_cents",
                "released": "released_cents",
                "forfeited": "forfeited_cents",
            }
            name = names.get(type_name[8:-2])
            if name is not None and type_name[-2:] == "/1":
                self.advances[name] += whole(body["amount_cents"])

    def number(self, series: str, number: str) -> None:
        """Count a number of a series."""
        there = self.series.get(series)
        if there is None:
            self.series[series] = [number, number, 1]
        else:
            there[1] = number
            there[2] += 1

    def _turnover(self, body: Dict[str, Json], sign: int) -> None:
        gross = 0
        for row in body["vat"]:
            base, vat = whole(row["base_cents"]), whole(row["vat_cents"])
            there = self.rates.setdefault((text_of(row["category"]), whole(row["rate_bp"])), [0, 0])
            there[0] += sign * base
            there[1] += sign * vat
            gross += base + vat
        self.absolute += abs(gross)

    def _money(self, body: Dict[str, Json], means: Json) -> List[int]:
        currency = text_of(body["currency"])
        return self.means.setdefault(("" if currency == self.currency else currency, text_of(means)), [0] * 5)

    def paid(self, kind: Tuple[bytes, bytes], cents: int) -> None:
        """Add payments received in one currency by one means."""
        currency, means = kind[0].decode(), kind[1].decode()
        self.means.setdefault(("" if currency == self.currency else currency, means), [0] * 5)[0] += cents

    def merge(self, other: "Tally") -> None:
        """Add what later entries add up to."""
        for name, count in other.counts.items():
            self.counts[name] += count
        self.absolute += other.absolute
        for rate, sums in other.rates.items():
            self.rates[rate] = [one + two for one, two in zip(self.rates.get(rate, [0, 0]), sums)]
        for key, sums in other.means.items():
            self.means[key] = [one + two for one, two in zip(self.means.get(key, [0] * 5), sums)]
        for name, amount in other.advances.items():
            self.advances[name] += amount
        for series, (first, last, count) in other.series.items():
            there = self.series.get(series)
            self.series[series] = [there[0], last, there[2] + count] if there else [first, last, count]
        self.first = self.first or other.first
        self.last = other.last or self.last

    def merge_closed(self, body: Dict[str, Json]) -> None:
        """Add what the closure of a shorter period says.

        Raises:
            KeyError, TypeError, AttributeError: its body is not of its schema.
        """
        for name in self.counts:
            self.counts[name] += whole(body.get(name, 0))
        self.absolute += whole(body["absolute_cents"])
        for row in body["rates"]:
            there = self.rates.setdefault((text_of(row["category"]), whole(row["rate_bp"])), [0, 0])
            there[0] += whole(row["base_cents"])
            there[1] += whole(row["vat_cents"])
        for row in body["means"]:
            money = self.means.setdefault((text_of(row.get("currency", "")), text_of(row["means"])), [0] * 5)
            for rank, name in enumerate(MEANS_SUMS):
                money[rank] += whole(row.get(name, 0))
        for name in ADVANCE_SUMS:
            self.advances[name] += whole(body["advances"].get(name, 0))
        for row in body["series"]:
            first, last, count = text_of(row["first"]), text_of(row["last"]), whole(row["count"])
            before = self.series.get(text_of(row["series"]))
            self.series[row["series"]] = [before[0], last, before[2] + count] if before else [first, last, count]

    def sums(self) -> Dict[str, Json]:
        """The members of a closure that are sums, each with its default written out."""
        net = sum(base for base, _ in self.rates.values())
        vat = sum(tax for _, tax in self.rates.values())
        return {
            **self.counts,
            "rates": [[category, rate, base, tax] for (category, rate), (base, tax) in sorted(self.rates.items())],
            "net_cents": net,
            "vat_cents": vat,
            "gross_cents": net + vat,
            "absolute_cents": self.absolute,
            "means": [[currency, means, *sums] for (currency, means), sums in sorted(self.means.items())],
            "advances": [self.advances[name] for name in ADVANCE_SUMS],
            "series": [[series, *row] for series, row in sorted(self.series.items())],
        }


def told_sums(body: Dict[str, Json]) -> Dict[str, Json]:
    """The same members as a closure tells them.

    Raises:
        KeyError, TypeError, AttributeError: its body is not of its schema.
    """
    counts = ("invoices", "credit_notes", "deposit_invoices", "deposit_credit_notes")
    return {
        **{name: body.get(name, 0) for name in counts},
        **{name: body[name] for name in ("net_cents", "vat_cents", "gross_cents", "absolute_cents")},
        "rates": [[row["category"], row["rate_bp"], row["base_cents"], row["vat_cents"]] for row in body["rates"]],
        "means": [
            [row.get("currency", ""), row["means"], *(row.get(name, 0) for name in MEANS_SUMS)] for row in body["means"]
        ],
        "advances": [body["advances"].get(name, 0) for name in ADVANCE_SUMS],
        "series": [[row["series"], row["first"], row["last"], row["count"]] for row in body["series"]],
    }


class Fact(NamedTuple):
    """An entry that is needed whole when stretches are joined."""

    seq: int
    type: str
    stream: str
    at: str
    body: Dict[str, Json]
    fingerprint: bytes


class Run(NamedTuple):
    """Numbers of one series that follow one another, printed alike: same prefix, same length, same year."""

    seq: int
    series: str
    n: int
    number: str
    on: str
    last_n: int
    last_number: str
    last_on: str


class Task(NamedTuple):
    """A stretch of an entries file to walk: its whole lines from the byte `start` up to `end`."""

    rank: int
    path: str
    name: str
    place: str
    start: int
    end: int
    expected: int  # number of the first entry, 0 where that is not known
    data: "bytes | Tuple[int, int]"  # or where it lies in `SHARED`: from where, how long
    dropped: bool  # the last line is not ended, and too long to be kept
    wrong: Optional[Tuple[str, str, str]]  # why nothing more could be read
    sha256: str  # of the file, where this is its last stretch
    ledger: str
    currency: str
    commitments: bool
    wanted: str
    spill: str
    zone: str
    marks: Tuple[int, ...]  # sizes of anchored trees, growing


Committed = Tuple[int, str, bytes, str]  # entry, path, digest, stream


class Stretch:
    """What a walk over a stretch of entries found, for joining with the ones before and after."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.first = 0  # seq of the first entry; 0: nothing here could be read
        self.last = 0
        self.count = 0
        self.prev = b""  # what the first entry says of the one before it
        self.first_at = self.last_at = ""
        self.fingerprints = b""  # 32 bytes for each entry from `first` on
        self.nodes: List[bytes] = []  # roots of the aligned blocks of 64 leaves that lie wholly inside
        self.broken = False  # entries are missing or too many: fingerprints beyond `sound` are not in their places
        self.sound = 0  # the last seq before that
        self.stopped = False  # an unknown `v`
        self.findings: List[Finding] = []
        self.facts: List[Fact] = []
        self.segments: List[Tally] = []  # one more than there are day closures among the facts
        self.runs: List[Run] = []
        self.streams = b""  # packed `Streams`, or b"" where they are in a file
        self.offsets: List[int] = []
        self.commitments: List[Committed] = []
        self.found: List[Tuple[int, str, bytes]] = []  # entries of the wanted number: seq, type, fingerprint
        self.tables: Dict[str, Tuple[int, bytes, int]] = {}
        self.lead: Optional[Tuple[int, str]] = None  # the first entry that tells of more than anchors, and when
        self.after: Dict[int, Tuple[int, str]] = {}  # the same after each mark that lies in here, where there is one
        self.bad_last = False  # the last line is already found wrong


PARTITIONS = 64
BLOCK = 6  # 2^6 leaves


NO_FORM = Form(re.compile(b"(?!)").fullmatch, lambda _: [], "", False, False, {})


class Batch(NamedTuple):
    """Lines that were taken at once, as columns; `groups` are those of their forms."""

    first: int
    groups: List[Tuple[bytes, ...]]
    columns: List[Any]  # the same, turned over, where all are of one form
    digests: List[bytes]
    shown: List[bytes]  # the same in hexadecimal
    ats: Any
    actors: Any
    bodies: Any


class Money(Dict[bytes, bytes]):
    """Digits of cents to a cell: 123456 is 1234,56."""

    def __missing__(self, digits: bytes) -> bytes:
        if len(self) > 50_000:
            self.clear()
        cents = int(digits)
        found = self[digits] = b"%d,%02d" % (cents // 100, cents % 100)
        return found


class Walk:
    """One walk over one stretch."""

    def __init__(self, task: Task, captured: str = "") -> None:
        """Walk the stretch of a task; the rows of a `captured` table are kept in `book.kept`."""
        self.task = task
        self.book = Book(task.zone, captured)
        self.out = Stretch(task.place)
        self.middle = MIDDLE % task.ledger.encode()
        self.forms = FORMS
        self.form = NO_FORM
        self.reach = 1 << 20  # how many lines are tried at once: few after one that does not fit
        self.moments: Dict[bytes, bytes] = {}  # local time of a minute of a day that there is
        self.money = Money()
        self.expected = task.expected
        self.prev: Optional[bytes] = None  # hex of the fingerprint of the line before; None: not known
        self.at = b""
        self.doubt = 0  # this entry's `prev` is another one than the line before has: which of the two changed?
        self.bad = 0  # the last entry whose line is not of the format
        self.missing: List[List[int]] = []
        self.prints = bytearray()
        self.versions: Dict[bytes, int] = {}
        self.firsts: Dict[bytes, int] = {}  # seq of each stream's first entry here
        self.begun: Dict[bytes, int] = {}  # its version, where that is not 1
        self.tally = Tally(task.currency)
        self.open_runs: Dict[str, List[Any]] = {}
        self.marks = 0  # how many of the task's marks were passed
        self.marked: List[int] = []  # those whose following entry is still awaited

    def find(self, code: str, seq: int, fr: str = "", en: str = "") -> None:
        """Take note of something wrong."""
        if len(self.out.findings) < MAX_FINDINGS:
            said = WORDS.get(code) or Said(
                "la ligne n'est pas une écriture du format", "the line is not an entry of the format"
            )
            self.out.findings.append(Finding(code, self.task.place, seq, fr or said.fr, en or said.en))

    # ---- lines

    def batches(self) -> Iterator[Tuple[List[bytes], bytes]]:
        """The lines of the stretch, some at a time, each time with the bytes that they were cut from."""
        task, data = self.task, self.task.data
        if isinstance(data, tuple):
            data = SHARED[0][data[0] : data[0] + data[1]]
        at = 0
        while at < len(data):
            cut = data.rfind(b"\n", at, at + BATCH_BYTES) + 1 or data.find(b"\n", at + BATCH_BYTES) + 1
            block = data[at : cut or len(data)]
            lines = block.split(b"\n")
            rest = lines.pop()
            if rest:
                yield lines, block[: -len(rest)]
                if task.wrong is None:
                    yield self._not_ended(rest), b""
            else:
                yield lines, block
            at += len(block)
        if task.dropped:
            yield self._not_ended(b""), b""
        if task.wrong is not None:
            raise Refused(*task.wrong)

    def _not_ended(self, rest: bytes) -> List[bytes]:
        self.find("members", self.expected, "la dernière ligne n'est pas finie", "its last line is not ended")
        return [rest]

    # ---- the walk

    def run(self) -> Stretch:
        """Walk; everything found is in what is given back."""
        out = self.out
        try:
            for lines, block in self.batches():
                self._lines(lines, block)
                if out.stopped:
                    break
        except Refused as refused:
            self.find(refused.code, self.expected, refused.fr, refused.en)
        self._settle(None)
        for first, last in self.missing:
            self._deleted(first, last)
        out.fingerprints = bytes(self.prints)
        out.bad_last = self.bad > 0 and self.bad == self.expected - 1
        out.tables = self.book.ends() if self.book.zone.good else {}
        if not out.broken:
            out.sound = out.last
        self._nodes()
        out.runs += [run[3] for run in self.open_runs.values()]
        out.runs.sort()
        self.tally_end()
        self._streams()
        return out

    def _lines(self, lines: List[bytes], block: bytes) -> None:
        """Take lines by columns as far as they are of known forms; one that is not goes the strict way."""
        out, at = self.out, 0
        usual = max(map(len, lines), default=0) <= 1_000_000
        while at < len(lines) and not out.stopped:
            if usual and self.prev is not None and out.first and not self.doubt:
                at = self._quick(lines, at, block)
            if at < len(lines):
                self._line(lines[at])
                at += 1
        self.book.digest()
        self._counted()

    def _form_for(self, raw: bytes) -> Tuple[Optional[Form], Any]:
        """The form of a line and its match, if there is one."""
        start = raw.rfind(b'","type":"') + 10
        for form in self.forms.known.get(raw[start : raw.find(b'"', start)], ()):
            match = form.match(raw)
            if match is not None:
                return form, match
        return None, None

    def _quick(self, lines: List[bytes], start: int, block: bytes) -> int:
        """Take the lines from `start` on that are of known forms and fit one another; the rank of the first other one.

        `block` is what all the lines were cut from, or empty.
        """
        form = self.form
        groups = form.all(block) if block and not start and self.reach >= len(lines) else []
        forms = [form] * len(groups)
        if len(groups) != len(lines):
            forms, groups = [], []
            for raw in lines[start : start + self.reach]:
                match = form.match(raw)
                if match is None:
                    found, match = self._form_for(raw)
                    if found is None:
                        break
                    form = found
                forms.append(form)
                groups.append(match.groups())
            self.form = form
            if not groups:
                return start
        columns = list(zip(*groups))
        ats, middles, prevs, seqs, actors, bodies = columns[:FRONT_GROUPS]
        hash_of = sha256
        digests = [hash_of(raw).digest() for raw in lines[start : start + len(groups)]]
        count = self._fitting(ats, middles, prevs, seqs, digests)
        self.reach = 16 if count < len(groups) else max(self.reach, min(self.reach * 2, 1 << 20))
        if not count:
            return start
        first = self.expected
        self.prints += b"".join(digests[:count])
        self.prev, self.at = binascii.hexlify(digests[count - 1]), ats[count - 1]
        self.expected += count
        uniform = count == len(groups) and forms.count(forms[0]) == count
        if uniform:
            self._quick_versions(first, columns[-2], columns[-1])
        else:
            self._quick_versions(first, [one[-2] for one in groups[:count]], [one[-1] for one in groups[:count]])
        shown = [*prevs[1:count], self.prev]  # each is what the next line names
        marks = self.task.marks
        if self.out.lead is None or self.marked or (self.marks < len(marks) and marks[self.marks] < self.expected):
            for seq, one, at in zip(range(first, first + count), forms, ats):
                self._mark(seq, one.type, at)
        batch = Batch(first, groups, columns if uniform else [], digests, shown, ats, actors, bodies)
        begin = 0
        while begin < count:
            form, end = forms[begin], begin + 1
            while end < count and forms[end] is form:
                end += 1
            self._take(form, batch, begin, end)
            begin = end
        return start + count

    def _mark(self, seq: int, type_name: str, at: bytes) -> None:
        """Take note of the first entry after each mark that tells of more than checkpoints and anchors."""
        marks, out = self.task.marks, self.out
        while self.marks < len(marks) and marks[self.marks] < seq:
            if marks[self.marks] >= out.first - 1:
                self.marked.append(marks[self.marks])
            self.marks += 1
        if type_name not in TALKING:
            here = (seq, at.decode())
            out.lead = out.lead or here
            out.after.update(dict.fromkeys(self.marked, here))
            self.marked = []

    def _fitting(self, ats: Any, middles: Any, prevs: Any, seqs: Any, digests: List[bytes]) -> int:
        """How many lines of a batch name this ledger, their number, the line before, and a time that goes on."""
        first, count, moments = self.expected, len(ats), self.moments
        if len(moments) > 20_000:
            moments.clear()
        minutes = {at[:16] for at in ats}
        for minute in minutes - moments.keys():
            if is_day(minute[:10].decode()):
                moments[minute] = self.book.zone(minute.decode()).encode()
        numbers = [b"%d" % seq for seq in range(first, first + count)]
        before = self.prev or b""
        if (
            b"".join(prevs) == before + binascii.hexlify(b"".join(digests[:-1]))
            and list(seqs) == numbers
            and middles.count(self.middle) == count
            and ats[0] >= self.at
            and sorted(ats) == list(ats)
            and minutes <= moments.keys()
        ):
            return count
        last = self.at
        for rank, at in enumerate(ats):
            fits = prevs[rank] == before and seqs[rank] == numbers[rank] and middles[rank] == self.middle
            if not fits or at < last or at[:16] not in moments:
                return rank
            last, before = at, binascii.hexlify(digests[rank])
        return count

    def _quick_versions(self, first: int, streams: Any, texts: Any) -> None:
        """Compare the versions of a batch with those before."""
        versions, firsts, begun = self.versions, self.firsts, self.begun
        if texts.count(b"1") == len(texts) and versions.keys().isdisjoint(streams):
            made = dict(zip(streams, range(first, first + len(streams))))
            if len(made) == len(streams):
                versions.update(dict.fromkeys(made, 1))
                firsts.update(made)
                return
        for seq, (stream, text) in enumerate(zip(streams, texts), first):
            version, last = int(text), versions.get(stream)
            if last is None:
                firsts[stream] = seq
                if version != 1:
                    begun[stream] = version
            elif version != last + 1:
                self._version(seq, last, version)
            versions[stream] = version

    def _take(self, form: Form, batch: "Batch", begin: int, end: int) -> None:
        """Take a run of lines of one form into sums and rows."""
        if not form.upkeep:
            tally = self.tally
            tally.last = (batch.first + end - 1, batch.ats[end - 1])
            if tally.first is None:
                tally.first = (batch.first + begin, batch.ats[begin])
        moments = self.moments
        times = [moments[at[:16]] for at in batch.ats[begin:end]]
        task = self.task
        every = task.commitments or bool(self.book.captured)
        if not every and task.wanted:
            wanted = b'"number":' + canonical(task.wanted)
            every = any(wanted in body for body in batch.bodies[begin:end])
        if form.columns and not every and self._payments(form, batch, begin, end, times):
            return
        if not form.read and not every:
            self._journal(form, batch, begin, end, times)
            return
        scan: Any = getattr(QUICK, "scan_once")  # the C scanner
        for rank, moment in zip(range(begin, end), times):
            seq, written = batch.first + rank, batch.bodies[rank]
            place = "%d;%s;%s" % (seq, batch.shown[rank].decode(), moment.decode())
            body, _ = scan(written.decode("ascii"), 0)
            stream, actor = batch.groups[rank][-2].decode(), batch.actors[rank].decode()
            self._body(seq, form.type, stream, batch.ats[rank], actor, body, batch.digests[rank], place, written)

    def _journal(self, form: Form, batch: "Batch", begin: int, end: int, times: List[bytes]) -> None:
        """Lines without a table of their own stand in the journal as they are."""
        kind = b";%b;%b" % (form.type.partition(".")[0].encode(), form.type.encode())
        rows = [
            b'%d;%b;%b%b;%b;%b;"%b"\r\n'
            % (batch.first + rank, batch.shown[rank], moment, kind, batch.groups[rank][-2], batch.actors[rank],
               batch.bodies[rank].replace(b'"', b'""'))
            for rank, moment in zip(range(begin, end), times)
        ]  # fmt: skip
        self.book.enter_all("journal", b"".join(rows).decode("ascii"), len(rows))

    def _payments(self, form: Form, batch: "Batch", begin: int, end: int, times: List[bytes]) -> bool:
        """Payments allocated to nothing, by columns: what `Tally.add` and `_t_received` make of them one by one."""
        columns = batch.columns or list(zip(*batch.groups[begin:end]))
        streams, where = columns[-2], form.columns
        ids = [stream[8:] for stream in streams]
        if b"".join(streams) != b"payment:" + b"payment:".join(ids):
            return False
        empty = repeat(b"")

        def of(name: str) -> Iterable[bytes]:
            return columns[where[name]] if name in where else empty

        tally, money = self.tally, self.money
        cents = list(map(int, of("amount_cents")))
        kinds = list(zip(of("currency"), of("means")))
        if kinds.count(kinds[0]) == len(kinds):
            tally.paid(kinds[0], sum(cents))
        else:
            for kind, one in zip(kinds, cents):
                tally.paid(kind, one)
        cells = zip(
            columns[3], batch.shown[begin:end], times, repeat(b"received"), ids, of("received_on"), of("means"), of("currency"),
            [money[one] for one in of("amount_cents")], [money[one] for one in of("unallocated_cents")],
            empty, empty, of("customer"), of("till"), empty, of("reference"), of("provider"), of("provider_reference"),
            columns[4],
        )  # fmt: skip
        rows = b"\r\n".join(map(b";".join, cells)) + b"\r\n"
        self.book.enter_all("payments", rows.decode("ascii"), len(streams))
        return True

    def _counted(self) -> None:
        out = self.out
        if out.first:
            out.last = self.expected - 1
            out.count = out.last - out.first + 1
            out.last_at = self.at.decode("ascii", "replace")

    def _line(self, raw: bytes) -> None:
        """The strict way over one line, whatever it is."""
        out = self.out
        if out.stopped:
            return
        digest = sha256(raw).digest()
        try:
            tree = parse_entry(raw)
        except Refused as refused:
            self._not_an_entry(refused.code, digest)
            return
        chain, entry = tree["chain"], tree["entry"]
        seq = chain["seq"]
        if not out.first:
            self._first(chain)
        self._settle(chain)
        if chain["ledger"] != self.task.ledger:
            self.find("other_ledger", seq)
        if seq < self.expected:
            self._out_of_order(seq)
            return
        if seq > self.expected:
            self.missing.append([self.expected, seq - 1])
            self._break()
            self.expected = seq
            self.prev = None
        if self.prev is not None and chain["prev"].encode() != self.prev and self.bad != seq - 1:
            self.doubt = seq
        at = chain["at"].encode()
        if at < self.at:
            self.find("clock_back", seq)
        self.at = at
        self.prints += digest
        self.prev = binascii.hexlify(digest)
        self.expected = seq + 1
        self.forms.learn(entry["type"], entry["body"])
        stream = entry["stream"].encode()
        last = self.versions.get(stream)
        if last is None:
            self.firsts[stream] = seq
            if entry["version"] != 1:
                self.begun[stream] = entry["version"]
        elif entry["version"] != last + 1:
            self._version(seq, last, entry["version"])
        self.versions[stream] = entry["version"]
        self._mark(seq, entry["type"], at)
        if entry["type"].encode() not in UPKEEP:
            self.tally.last = (seq, at)
            if self.tally.first is None:
                self.tally.first = self.tally.last
        place = "%d;%s;%s" % (seq, digest.hex(), self.book.zone(chain["at"]))
        self._body(
            seq,
            entry["type"],
            entry["stream"],
            at,
            entry["actor"],
            entry["body"],
            digest,
            place,
            canonical(entry["body"]),
        )

    def _first(self, chain: Dict[str, Json]) -> None:
        out = self.out
        if not self.task.expected:
            self.expected = max(1, chain["seq"] - len(self.prints) // 32)
        out.first = self.expected
        out.first_at = chain["at"]
        out.prev = chain["prev"].encode() if chain["seq"] == self.expected else b""
        if not self.task.expected:  # lines before it that could not be read now have a number
            out.findings = [found._replace(seq=out.first + found.seq) for found in out.findings]
            self.expected += len(self.prints) // 32
            self.bad = self.expected - 1 if self.prints else 0

    def _not_an_entry(self, code: str, digest: bytes) -> None:
        out = self.out
        self._settle(None)
        self.find(code, self.expected or len(self.prints) // 32)  # without a number yet: see `_first`
        if code == "unknown_v":
            out.stopped = True
            self._break()
            return
        if not out.first and self.task.expected:
            out.first = self.expected
        self.bad = self.expected
        self.prints += digest
        self.prev = binascii.hexlify(digest)
        if out.first:
            self.expected += 1

    def _out_of_order(self, seq: int) -> None:
        """An entry that stands after a later one: moved here, or there twice."""
        self._break()
        for at, (first, last) in enumerate(self.missing):
            if first <= seq <= last:
                self.missing[at : at + 1] = [pair for pair in ([first, seq - 1], [seq + 1, last]) if pair[0] <= pair[1]]
                self.find("swapped", seq)
                return
        self.find("inserted", seq)

    def _break(self) -> None:
        if not self.out.broken:
            self.out.broken = True
            self.out.sound = self.expected - 1

    def _settle(self, following: Optional[Dict[str, Json]]) -> None:
        """Decide which of two entries that do not fit was changed: the later one, where the next one does not fit it either."""
        if not self.doubt:
            return
        seq, self.doubt = self.doubt, 0
        ours = self.prev is not None and following is not None and following["prev"].encode() != self.prev
        if ours or seq - 1 < self.out.first:
            self.find("link", seq)
        else:
            self.find("altered", seq - 1)

    def _deleted(self, first: int, last: int) -> None:
        count = last - first + 1
        self.find("deleted", first, "%d écriture(s) manquent ici" % count, "%d entries are missing here" % count)

    def _version(self, seq: int, last: int, version: int) -> None:
        self.find("version_gap" if version > last + 1 else "version_order", seq)

    # ---- bodies

    def _body(
        self,
        seq: int,
        type_name: str,
        stream: str,
        at: bytes,
        actor: str,
        body: Rows,
        digest: bytes,
        place: str,
        written: bytes,
    ) -> None:
        """Everything that a body is needed for: sums, numbers, rows, facts."""
        task, out = self.task, self.out
        if task.commitments:
            for path, committed in commitments(body):
                out.commitments.append((seq, path, bytes.fromhex(committed), stream))
        if task.wanted and body.get("number") == task.wanted:
            out.found.append((seq, type_name, digest))
        try:
            self.tally.add(type_name, body)
            series = body.get("series")
            if series is not None and type(series) is str and type_name != "quote.revised/1" and "n" in body:
                self._number(seq, series, whole(body["n"]), text_of(body["number"]), body.get("issued_on"))
            self.book.enter(seq, place, stream, type_name, actor, body, written)
        except (KeyError, TypeError, AttributeError):
            self.find("body_schema", seq)
        name = type_name.encode()
        if name in FACTS:
            out.facts.append(Fact(seq, type_name, stream, at.decode(), body, digest))
            if type_name.startswith("series."):
                self._end_run_of(stream.partition(":")[2])
            if name == b"period.closed/1" and body.get("period") == "day":
                self.tally_end()

    def tally_end(self) -> None:
        """End a segment: what follows is of the next day closure."""
        tally = self.tally
        self.out.segments.append(tally)
        self.tally = Tally(self.task.currency)

    def _number(self, seq: int, series: str, n: int, number: str, on: Json) -> None:
        if not is_day(on) or n < 0:
            raise TypeError
        self.tally.number(series, number)
        run = self.open_runs.get(series)
        digits = str(n)
        if run is not None:
            base, width, year, before = run
            if (
                n == before.last_n + 1
                and len(digits) == width
                and on[:4] == year
                and on >= before.last_on
                and number == base + digits
            ):
                run[3] = before._replace(last_n=n, last_number=number, last_on=on)
                return
            self._end_run(before)
        base = number[: -len(digits)] if number.endswith(digits) else "\x00"
        self.open_runs[series] = [base, len(digits), on[:4], Run(seq, series, n, number, on, n, number, on)]

    def _end_run_of(self, series: str) -> None:
        run = self.open_runs.pop(series, None)
        if run is not None:
            self._end_run(run[3])

    def _end_run(self, run: Run) -> None:
        if len(self.out.runs) < 20 * MAX_FINDINGS:
            self.out.runs.append(run)
        else:
            self.out.stopped = True

    # ---- the end of a stretch

    def _nodes(self) -> None:
        """Hash the blocks of 64 leaves, aligned in the whole tree, that lie in what is sound."""
        out = self.out
        start, end = out.first - 1, out.sound
        low, high = (start + 63) >> BLOCK << BLOCK, end >> BLOCK << BLOCK
        if not out.first or low >= high:
            return
        data = out.fingerprints
        hashed = sha256
        nodes = [
            hashed(b"\x00" + data[at : at + 32]).digest() for at in range((low - start) * 32, (high - start) * 32, 32)
        ]
        for _ in range(BLOCK):
            data = b"".join(nodes)
            nodes = [hashed(b"\x01" + data[at : at + 64]).digest() for at in range(0, len(data), 64)]
        out.nodes = nodes

    def _streams(self) -> None:
        """Bring the streams into a form in which stretches can be joined (`Streams`), in partitions where they are many."""
        names, versions, begun = list(self.firsts), self.versions, self.begun
        ends = list(map(versions.__getitem__, names))
        begins = [begun.get(name, 1) for name in names] if begun else [1] * len(names)
        found = Streams(stream_keys(names), begins, ends, list(self.firsts.values()))
        if not self.task.spill:
            self.out.streams, self.out.offsets = found.packed(), []
            return
        with open(os.path.join(self.task.spill, "streams-%06d" % self.task.rank), "wb") as file:
            self.out.offsets = [0]
            for part in found.parts():
                self.out.offsets.append(self.out.offsets[-1] + file.write(part.packed()))


def stream_keys(names: List[bytes]) -> List[bytes]:
    """A key of 32 bytes for each stream: half a digest of the kind and the bytes of the UUID, or a digest of the name."""
    if b":self" in b"".join(names):  # one of its kind, such as `issuer:self`
        usual = iter(stream_keys([name for name in names if not name.endswith(b":self")]))
        return [sha256(name).digest() if name.endswith(b":self") else next(usual) for name in names]
    ids = binascii.unhexlify(b"".join([name[-36:] for name in names]).replace(b"-", b""))
    kinds = {name[:-36] for name in names}
    halves = {kind: sha256(kind).digest()[:16] for kind in kinds}
    places = range(0, len(ids), 16)
    if len(kinds) == 1:
        half = halves[kinds.pop()]
        return [half + ids[at : at + 16] for at in places]
    return [halves[name[:-36]] + ids[at : at + 16] for name, at in zip(names, places)]


class Streams(NamedTuple):
    """The streams of a stretch, as columns: key, first version here, last one, seq of the first."""

    keys: List[bytes]
    begins: List[int]
    ends: List[int]
    seqs: List[int]

    def packed(self) -> bytes:
        """The columns as bytes, one after the other."""
        columns = (array("Q", column).tobytes() for column in (self.begins, self.ends, self.seqs))
        return b"".join((*self.keys, *columns))

    @classmethod
    def unpacked(cls, data: bytes) -> "Streams":
        """The columns of `packed` bytes."""
        count = len(data) // 56
        numbers = array("Q", data[32 * count :]).tolist()
        return cls(
            [data[at : at + 32] for at in range(0, 32 * count, 32)],
            numbers[:count],
            numbers[count : 2 * count],
            numbers[2 * count :],
        )

    def parts(self) -> Iterator["Streams"]:
        """The same in partitions by key, in an order that is that of any other stretch."""
        ranks: List[List[int]] = [[] for _ in range(PARTITIONS)]
        for rank, key in enumerate(self.keys):
            ranks[key[-1] & (PARTITIONS - 1)].append(rank)
        for part in ranks:
            yield Streams(*([column[rank] for rank in part] for column in self))  # type: ignore[arg-type] # column by column


FORMS = Forms()
SHARED: List[Any] = [b""]
"""Memory that the workers share with the process that forked them: the stretches to walk lie there."""
MEMBERS: Dict[Tuple[str, str], Member] = {}
"""Members by archive and name, read once before workers begin; empty where they were started afresh."""
# --- workers --------------------------------------------------------------------------------------------------------


def work(kind: str, given: Any) -> Any:
    """Do one piece of work, in this process or another."""
    if kind == "walk":
        return Walk(given).run()
    if kind == "signatures":
        return [at for at, spki, message, signature in given if not seal_signed(spki, message, signature)]
    if kind == "streams":
        return check_partition(*given)
    if kind == "member":
        return check_member(*given)
    if kind == "rows":
        return count_rows(*given)
    if kind == "anchors":
        return check_anchors(*given)
    raise ValueError(kind)


def _serve(pipe: Any) -> None:
    """What a worker process does until its pipe is closed."""
    gc.disable()
    try:
        while True:
            job = pipe.recv()
            if job is None:
                return
            number, kind, given = job
            try:
                answer = (number, True, work(kind, given))
            except (CannotCheck, OSError, MemoryError) as error:
                answer = (number, False, str(error) or type(error).__name__)
            pipe.send(answer)
    except (EOFError, OSError, KeyboardInterrupt):
        return


class Pipe:
    """One end of two pipes between this process and one that it forked: pickled messages, each after its length."""

    def __init__(self, source: int, sink: int) -> None:
        self.source, self.sink = source, sink

    def fileno(self) -> int:
        """What to wait for when something is to be read."""
        return self.source

    def send(self, message: Any) -> None:
        """Write one message.

        Raises:
            OSError: nobody reads it any more.
        """
        data = pickle.dumps(message, 4)
        left = memoryview(len(data).to_bytes(8, "little") + data)
        while left:
            left = left[os.write(self.sink, left) :]

    def recv(self) -> Any:
        """Read one message.

        Raises:
            EOFError: the other end was closed.
        """
        return pickle.loads(self._read(int.from_bytes(self._read(8), "little")))  # noqa: S301 - from a process of this program

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self.source, min(size, MEBI))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close both."""
        os.close(self.source)
        os.close(self.sink)


class Workers:
    """Worker processes, or none: work is given in order and taken back in order, a bounded number at a time."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.ahead = 1  # how many stretches may be under way
        self._pipes: List[Any] = []
        self._forked: List[int] = []
        self._processes: List[Any] = []
        self._idle: List[Any] = []
        self._busy: Dict[Any, int] = {}
        self._waiting: List[Tuple[int, str, Any]] = []
        self._done: Dict[int, Any] = {}
        self._number = self._slot = 0

    def start(self) -> None:
        """Start the processes; what they need of this one's memory must be there by now."""
        if self.jobs < 2 or self._pipes:
            return
        self.ahead = 2 * self.jobs + 1
        if sys.platform == "linux":
            self._fork()
        else:
            self._spawn()
        self._idle = list(self._pipes)

    def _fork(self) -> None:
        import mmap

        SHARED[0] = mmap.mmap(-1, self.ahead * SLOT)
        sys.stdout.flush()
        sys.stderr.flush()
        for _ in range(self.jobs):
            mine, theirs = os.pipe(), os.pipe()
            try:
                child = os.fork()
            except OSError:
                for one in (*mine, *theirs):
                    os.close(one)
                if self._pipes:
                    return  # the ones there are
                raise CannotCheck("aucun processus de plus (--jobs 1)", "no more processes (--jobs 1)") from None
            if not child:
                try:
                    for pipe in self._pipes:
                        pipe.close()
                    os.close(mine[0])
                    os.close(theirs[1])
                    _serve(Pipe(theirs[0], mine[1]))
                finally:
                    os._exit(0)
            os.close(mine[1])
            os.close(theirs[0])
            self._forked.append(child)
            self._pipes.append(Pipe(mine[0], theirs[1]))

    def _spawn(self) -> None:
        import multiprocessing

        context: Any = multiprocessing.get_context()
        for _ in range(self.jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)

    def stop(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            try:
                if self._processes:
                    pipe.send(None)
                pipe.close()
            except OSError:
                pass
        for child in self._forked:
            try:
                if self._busy:
                    os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
            except OSError:
                pass
        for process in self._processes:
            process.join(0.2)
            if process.is_alive():
                process.terminate()
        if self._forked:
            SHARED[0].close()
            SHARED[0] = b""
        self._processes, self._pipes, self._idle, self._forked = [], [], [], []

    def lend(self, parts: List[bytes]) -> "bytes | Tuple[int, int]":
        """Bytes as a worker gets them: a place in `SHARED`, free again when `ahead` more were lent, or as they are."""
        size = sum(map(len, parts))
        if not self._forked or size > SLOT:
            return b"".join(parts)
        start = at = self._slot * SLOT
        self._slot = (self._slot + 1) % self.ahead
        for part in parts:
            SHARED[0][at : at + len(part)] = part
            at += len(part)
        return start, size

    def give(self, kind: str, given: Any) -> int:
        """Hand over a piece of work; it begins as soon as a process is free."""
        self._number += 1
        if not self._pipes:
            self._done[self._number] = work(kind, given)
        else:
            self._waiting.append((self._number, kind, given))
            self._feed()
        return self._number

    def take(self, number: int) -> Any:
        """Wait for a piece of work.

        Raises:
            CannotCheck: the process that did it is gone, or it could not be done.
        """
        while number not in self._done:
            self._wait(None)
        return self._done.pop(number)

    def pump(self) -> None:
        """Take in what is done, and hand over what waits."""
        if self._busy:
            self._wait(0)

    def _feed(self) -> None:
        while self._waiting and self._idle:
            job = self._waiting.pop(0)
            pipe = self._idle.pop()
            try:
                pipe.send(job)
            except OSError:
                raise self._gone() from None
            self._busy[pipe] = job[0]

    def _wait(self, seconds: Optional[float]) -> None:
        if self._forked:
            ready: List[Any] = select.select(list(self._busy), [], [], seconds)[0]
        else:
            from multiprocessing.connection import wait

            ready = wait(list(self._busy), seconds)
        for pipe in ready:
            try:
                number, good, answer = pipe.recv()
            except (EOFError, OSError):
                raise self._gone() from None
            if not good:
                raise CannotCheck("un processus n'a pas pu finir : " + answer, "a process could not finish: " + answer)
            self._done[number] = answer
            del self._busy[pipe]
            self._idle.append(pipe)
        self._feed()

    @staticmethod
    def _gone() -> CannotCheck:
        return CannotCheck("un processus de contrôle s'est arrêté", "a process of this check has stopped")


class Walks:
    """Stretches walked by the workers, in order; as many are under way as they can hold."""

    def __init__(self, workers: Workers, tasks: Iterator[Task]) -> None:
        self.workers, self.tasks = workers, tasks
        self._held: List[Tuple[Task, int]] = []

    def fill(self) -> None:
        """Give as much as may be under way."""
        while len(self._held) < self.workers.ahead:
            task = next(self.tasks, None)
            if task is None:
                return
            self._held.append((task._replace(data=b""), self.workers.give("walk", task)))

    def __iter__(self) -> Iterator[Tuple[Task, Stretch]]:
        self.fill()
        while self._held:
            task, number = self._held.pop(0)
            yield task, self.workers.take(number)
            self.fill()


def in_order(workers: Workers, kind: str, tasks: List[Any], ahead: int) -> Iterator[Any]:
    """Results in the order of their tasks, a bounded number under way at any time."""
    begun: List[int] = []
    for done in range(len(tasks)):
        while len(begun) < min(len(tasks), done + max(1, ahead)):
            begun.append(workers.give(kind, tasks[len(begun)]))
        yield workers.take(begun[done])


class Joined:
    """Streams over stretches: versions go on where they stopped."""

    def __init__(self, opened: bool) -> None:
        self.opened = opened  # every stream begins here
        self.last: Dict[bytes, int] = {}
        self.found: List[Tuple[str, int]] = []

    def take(self, data: bytes) -> None:
        """Take the streams of the next stretch."""
        streams, last = Streams.unpacked(data), self.last
        if streams.begins.count(1) == len(streams.keys) and last.keys().isdisjoint(streams.keys):
            last.update(zip(streams.keys, streams.ends))  # nothing here began before
            return
        for key, first_version, last_version, seq in zip(*streams):
            before = last.get(key, 0 if self.opened else first_version - 1)
            if first_version != before + 1 and len(self.found) < MAX_FINDINGS:
                self.found.append(("version_gap" if first_version > before + 1 else "version_order", seq))
            last[key] = last_version


def check_partition(folder: str, places: List[Tuple[int, int]], opened: bool) -> List[Tuple[str, int]]:
    """Join one partition of the streams over all stretches; `places` gives for each where it lies in its file."""
    joined = Joined(opened)
    for rank, (start, end) in enumerate(places):
        with open(os.path.join(folder, "streams-%06d" % rank), "rb") as file:
            file.seek(start)
            joined.take(file.read(end - start))
    return joined.found


def check_member(path: str, name: str) -> Tuple[str, Optional[Tuple[str, str, str]]]:
    """The digest of a member's bytes, or what is wrong with it."""
    hashed = sha256()
    archive = Zip.of_member(path, name)
    try:
        for piece in archive.pieces(name):
            hashed.update(piece)
    except Refused as refused:
        return "", (refused.code, refused.fr, refused.en)
    return hashed.hexdigest(), None


# --- keys -----------------------------------------------------------------------------------------------------------


class Keys:
    """The three keys of a ledger as its entries change them (seal.md rules 17 to 23)."""

    def __init__(self, ledger: str, genesis: str, opening: Dict[str, Json]) -> None:
        """Begin with those of entry 1.

        Raises:
            Refused: `opening`, where it names none.
        """
        self.ledger, self.genesis = ledger, genesis
        self.current = {"seal": text_or(opening.get("seal_key")), "recovery": text_or(opening.get("recovery_key"))}
        key: Optional[Verifier]
        try:
            key = parse_vkey(opening.get("checkpoint_key"))
        except ValueError:
            key = None
        self.origin = "%s/%s" % (opening.get("origin"), ledger)
        if key is None or key.kind != 1 or not all(HEX64.match(one) for one in self.current.values()):
            raise Refused("opening", "l'écriture 1 ne nomme pas ses clés", "entry 1 does not name its keys")
        self.current["checkpoint"] = sha256(SPKI_ED25519 + key.public).hexdigest()
        self.checkpoints = [verifier(self.origin, 1, key.public)]  # entry 1 cannot know the ledger's id yet
        self.seals: List[Tuple[int, str]] = [(1, self.current["seal"])]
        self.suspect: List[Tuple[int, int]] = []
        self.publics: Dict[str, bytes] = {}
        self.give(opening.get("seal_public_key"))

    def give(self, public: Json) -> None:
        """Take note of a public key in base64; it is believed by its digest alone."""
        try:
            spki = b64(public) if type(public) is str else b""
        except ValueError:
            return
        if len(self.publics) < 10_000:
            self.publics[sha256(spki).hexdigest()] = spki

    def change(self, seq: int, body: Dict[str, Json]) -> bool:
        """Take a key change; False where it is not valid, and the key in force stays in force."""
        try:
            role, old, new = body["role"], body["old_key"], body["new_key"]
            recovery = body["authorised_by"] == "recovery"
            statement = (
                "sceau-key/1\nledger %s\ngenesis %s\nrole %s\nold %s\nnew %s\nsize %d\nroot %s\n"
                % (self.ledger, self.genesis, role, old, new, whole(body["size"]), body["root"])
            ).encode("ascii")
            spki, by = b64(body["new_public_key"]), b64(body["authorising_public_key"])
            signed, authorised = b64(body["signature_new"]), b64(body["signature_authorising"])
            good = (
                role in self.current
                and body["authorised_by"] in ("outgoing", "recovery")
                and old == self.current[role]
                and new == sha256(spki).hexdigest()
                and new not in (old, self.current["recovery"])
                and sha256(by).hexdigest() == self.current["recovery" if recovery else role]
                and type(body["root"]) is str
                and HEX64.match(body["root"]) is not None
                and _any_signed(spki, statement, signed, role == "checkpoint")
                and _any_signed(by, statement, authorised, role == "checkpoint" and not recovery)
            )
        except (KeyError, TypeError, ValueError, AttributeError, Refused):
            good = False
        if not good:
            return False
        self.current[role] = new
        if role == "seal":
            self.seals.append((seq, new))
            self.publics[new] = spki
            suspect: Any = body.get("suspect_from")
            if is_count(suspect) and suspect < seq:
                self.suspect.append((suspect, seq))
        elif role == "checkpoint":
            self.checkpoints.append(verifier(self.origin, 1, spki[12:]))
        return True

    def seal_key(self, last: int) -> str:
        """The id of the key in force after an entry."""
        found = self.seals[0][1]
        for seq, key in self.seals:
            if seq > last:
                break
            found = key
        return found


def _any_signed(spki: bytes, message: bytes, signature: bytes, edwards: bool) -> bool:
    if not edwards:
        return seal_signed(spki, message, signature)
    return len(spki) == 44 and spki[:12] == SPKI_ED25519 and ED25519.verify(spki[12:], message, signature)


def text_or(value: Json, other: str = "") -> str:
    """A text, or another one."""
    return value if type(value) is str else other


# --- number series --------------------------------------------------------------------------------------------------


class Series:
    """One number series as far as it is known: its pattern where its opening is at hand."""

    def __init__(self, opened: Optional[Dict[str, Json]]) -> None:
        self.prefix = text_or(opened.get("prefix")) if opened else ""
        self.yearly = bool(opened.get("yearly")) if opened else False
        self.width = whole(opened["width"]) if opened else 0
        self.first = whole(opened["first"]) if opened else 0
        self.known = opened is not None
        self.last: Optional[Run] = None
        self.closed = False

    def printed(self, n: int, on: str) -> str:
        """How the series writes a count."""
        return "%s%s%s" % (self.prefix, on[:4] + "-" if self.yearly else "", str(n).zfill(self.width))

    def check(self, run: Run) -> Optional[Tuple[str, str, str]]:
        """Take a run of numbers; give what is wrong with its first one."""
        before, self.last = self.last, run
        number = plain(run.number, 40)
        if self.closed:
            return (
                "series_closed",
                "%s donné après la fin de sa série" % number,
                "%s was given after its series was closed" % number,
            )
        wrong = self._order(number, run, before)
        if wrong is None and self.known and run.number != self.printed(run.n, run.on):
            due = self.printed(run.n, run.on)
            return "number_form", "%s au lieu de %s" % (number, due), "%s where its series writes %s" % (number, due)
        return wrong

    def _order(self, number: str, run: Run, before: Optional[Run]) -> Optional[Tuple[str, str, str]]:
        if before is None:
            return self._gap(number, run, self.first) if self.known else None
        if run.on < before.last_on:
            return (
                "number_backdated",
                "%s est daté d'avant le numéro précédent" % number,
                "%s is dated before the number that precedes it" % number,
            )
        if run.on[:4] != before.last_on[:4] and (self.yearly or (not self.known and run.n <= before.last_n)):
            return self._gap(number, run, self.first) if self.known else None
        return self._gap(number, run, before.last_n + 1)

    @staticmethod
    def _gap(number: str, run: Run, due: int) -> Optional[Tuple[str, str, str]]:
        if run.n > due:
            return (
                "number_gap",
                "%s alors que le rang %d était dû" % (number, due),
                "%s where count %d was due" % (number, due),
            )
        if run.n < due:
            return (
                "number_double",
                "%s : ce rang a déjà été donné, %d était dû" % (number, due),
                "%s: its count was given before, %d was due" % (number, due),
            )
        return None


class Numbers:
    """All number series of an archive, fed in order of seq."""

    def __init__(self, whole_ledger: bool) -> None:
        self.whole_ledger = whole_ledger
        self.series: Dict[str, Series] = {}

    def fact(self, fact: Fact) -> Optional[Tuple[str, str, str]]:
        """Take the opening or closing of a series."""
        identifier = fact.stream.partition(":")[2]
        if fact.type == "series.opened/1":
            if identifier in self.series:
                return "series_reopened", "la série avait déjà été ouverte", "the series was opened before"
            try:
                self.series[identifier] = Series(fact.body)
            except (KeyError, TypeError):
                return (
                    "body_schema",
                    "ouverture de série hors de son schéma",
                    "the opening of a series is not of its schema",
                )
        else:
            there = self.series.setdefault(identifier, Series(None))
            there.closed = True
        return None

    def run(self, run: Run) -> Optional[Tuple[str, str, str]]:
        """Take a run of numbers."""
        there = self.series.get(run.series)
        if there is None:
            if self.whole_ledger:
                return (
                    "series_unknown",
                    "numéro d'une série jamais ouverte",
                    "its number is of a series that was not opened",
                )
            there = self.series[run.series] = Series(None)
        return there.check(run)


# --- closures: docs/closures.md -------------------------------------------------------------------------------------


class Bounds:
    """The moments at which business days begin and end, in the zone and from the hour that entry 1 names."""

    def __init__(self, opening: Rows) -> None:
        self.hour: Optional[dt_time] = None
        self._zone: Any = None
        cut_off = text_or(opening.get("cut_off"), "00:00")
        if re.fullmatch("(?:[01][0-9]|2[0-3]):[0-5][0-9]", cut_off):
            self.hour = dt_time(int(cut_off[:2]), int(cut_off[3:]))
        try:
            from zoneinfo import ZoneInfo

            self._zone = ZoneInfo(text_or(opening.get("time_zone"), "Europe/Paris"))
        except Exception:  # no database of zones on this machine, or no such zone: said in `not_checked`
            self.hour = None

    def of(self, body: Rows) -> Rows:
        """What `opened_at` and `ended_at` of a closure are due to be; nothing where this machine cannot tell.

        Raises:
            KeyError, TypeError, ValueError: its days are not days.
        """
        if self.hour is None:
            return {}
        begin, end = date.fromisoformat(body["from_on"]), date.fromisoformat(body["to_on"])
        return {"opened_at": self.begin(begin), "ended_at": self.begin(end + timedelta(1))}

    def begin(self, day: date) -> str:
        """The moment at which a business day begins."""
        local = datetime.combine(day, self.hour or dt_time(), self._zone)
        return local.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Calendar:
    """The days from and to of months and financial years (docs/closures.md, "When", 5 and 6).

    Entry 1 says when a year begins, `period.year_end_set/1` moves that. An archive that begins later knows it from the first
    of those in it only: what stands before is not here, and what cannot be told is left out.
    """

    def __init__(self, opening: Rows, whole_ledger: bool) -> None:
        self.whole = whole_ledger
        self.year_start = text_or(opening.get("year_start"), "01-01") if whole_ledger else ""
        self.month_from = self.year_from = self.year_to = ""
        self.untold = False  # the end of a month or year was not compared

    def day(self, day: str) -> None:
        """Take the first day closed: the first month and year begin with it."""
        if self.whole and not self.year_from:
            self.month_from = self.year_from = day
            self.year_to = self.year_to or self._year_end(day)

    def set_year_end(self, body: Rows) -> None:
        """Take a `period.year_end_set/1`."""
        self.year_to, self.year_start = text_of(body["ends_on"]), text_of(body["year_start"])

    def due(self, kind: str) -> Rows:
        """What `from_on` and `to_on` of the next closure of a month or year are due to be, as far as that is known.

        Raises:
            ValueError: a day is not one of the calendar.
        """
        begin = self.month_from if kind == "month" else self.year_from
        found: Rows = {"from_on": begin} if begin else {}
        end = self.year_to
        if kind == "month" and begin and (not end or begin > end):
            end = self._year_end(begin)
        if kind == "month" and begin and end:
            first = date.fromisoformat(begin)
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            end = min((following - timedelta(1)).isoformat(), end)
        if end and (begin or kind == "year"):
            found["to_on"] = end
        self.untold = self.untold or "to_on" not in found
        return found

    def closed(self, kind: str, to_on: str) -> None:
        """Take the closure of a month or year that ends on a day."""
        following = (date.fromisoformat(to_on) + timedelta(1)).isoformat()
        if kind == "month":
            self.month_from = following
        else:
            self.year_from, self.year_to = following, self._year_end(following)

    def year_of(self, day: str) -> str:
        """The last day of the financial year, open or to come, that a day lies in."""
        return self.year_to if self.year_from and self.year_from <= day <= self.year_to else self._year_end(day)

    def _year_end(self, first: str) -> str:
        if not self.year_start:
            return ""
        begin = date.fromisoformat(first)
        following = date(begin.year, int(self.year_start[:2]), int(self.year_start[3:]))
        if following <= begin:
            following = following.replace(year=begin.year + 1)
        return (following - timedelta(1)).isoformat()


class Closures:
    """The closures of an archive made again from its entries, in order."""

    def __init__(self, first: int, kind: str, currency: str, opening: Optional[Dict[str, Json]]) -> None:
        self.first = first
        self.kind = kind
        self.currency = currency
        self.last: Dict[str, Fact] = {}
        self.bounds = Bounds(opening or {})
        self.calendar = Calendar(opening or {}, first == 1 and opening is not None)
        self.open = Tally(currency)
        self.parts = {"month": Tally(currency), "year": Tally(currency)}
        self.brought = [0, 0]
        if first == 1 and opening is not None and isinstance(opening.get("continues"), dict):
            brought = opening["continues"]
            self.brought = [brought.get(name) for name in ("perpetual_cents", "perpetual_absolute_cents")]
        self.merged = {"month": 0, "year": 0}
        self.year_ended = False  # a year closure stands between the last day closure and here
        self.totalled = 0  # closures whose sums were made again

    def close(self, fact: Fact) -> List[Tuple[str, str, str]]:
        """Compare one closure with what stands before it; give what differs."""
        try:
            return self._day(fact) if fact.body["period"] == "day" else self._longer(fact)
        except (KeyError, TypeError, AttributeError, ValueError):
            return [("body_schema", "clôture hors de son schéma", "a closure that is not of its schema")]

    def year_end_set(self, fact: Fact) -> Optional[Tuple[str, str, str]]:
        """Take another end of the open year; give what is wrong with it."""
        try:
            if not is_day(fact.body["ends_on"]):
                raise TypeError
            self.calendar.set_year_end(fact.body)
        except (KeyError, TypeError):
            return "body_schema", "fin d'exercice hors de son schéma", "an end of a year that is not of its schema"
        return None

    def _differs(self, wrong: List[str]) -> List[Tuple[str, str, str]]:
        if not wrong:
            return []
        names = ", ".join(wrong)
        return [("closure_totals", "ne correspond pas aux écritures : " + names, "differs from the entries: " + names)]

    def _wrong(self, body: Dict[str, Json], due: Dict[str, Json]) -> List[str]:
        due.update(self.bounds.of(body))
        return [
            name for name, value in due.items() if body.get(name) != value or type(body.get(name)) is not type(value)
        ]

    def _day(self, fact: Fact) -> List[Tuple[str, str, str]]:
        body, before = fact.body, self.last.get("day")
        tally, self.open = self.open, Tally(self.currency)
        first, last = whole(body["first_seq"]), whole(body["last_seq"])
        due: Dict[str, Json] = {
            "entries": last - first + 1,
            "currency": self.currency,
            "training": self.kind == "training",
        }
        due["to_on"] = body["from_on"]
        findings: List[Tuple[str, str, str]] = []
        gross, absolute = whole(body["gross_cents"]), whole(body["absolute_cents"])
        wrong: List[str] = []
        if before is not None:
            old = before.body
            due.update(
                first_seq=old["last_seq"] + 1,
                rank=old["rank"] + 1,
                previous=before.fingerprint.hex(),
                perpetual_cents=old["perpetual_cents"] + gross,
                perpetual_absolute_cents=old["perpetual_absolute_cents"] + absolute,
                year_gross_cents=(0 if self.year_ended else old["year_gross_cents"]) + gross,
            )
            if not old["to_on"] < body["from_on"]:
                wrong.append("from_on")
            late = tally.first is not None and tally.first[1] < old["ended_at"].encode()
            if late:
                findings.append(LATE)
        elif self.first == 1:
            due.update(first_seq=1, rank=1, year_gross_cents=gross)
            due.update(perpetual_cents=self.brought[0] + gross, perpetual_absolute_cents=self.brought[1] + absolute)
            if "previous" in body:
                wrong.append("previous")
        if first >= self.first and last < fact.seq:
            sums, told = tally.sums(), told_sums(body)
            wrong += [name for name in sums if sums[name] != told[name]]
            self.totalled += 1
            if tally.last is not None and (tally.last[0] > last or tally.last[1] >= body["ended_at"].encode()):
                findings.append(LATE)
        elif last >= fact.seq:
            wrong.append("last_seq")
        self.calendar.day(text_of(body["from_on"]))
        self.parts["month"].merge_closed(body)
        self.merged["month"] += 1
        self.year_ended = False
        self.last["day"] = fact
        return findings + self._differs(wrong + self._wrong(body, due))

    def _longer(self, fact: Fact) -> List[Tuple[str, str, str]]:
        body, kind = fact.body, text_of(fact.body["period"])
        part, before, day = self.parts[kind], self.last.get(kind), self.last.get("day")
        first, last = whole(body["first_seq"]), whole(body["last_seq"])
        due: Dict[str, Json] = {
            "entries": last - first + 1,
            "currency": self.currency,
            "training": self.kind == "training",
        }
        wrong: List[str] = []
        if before is not None:
            due.update(
                first_seq=before.body["last_seq"] + 1, rank=before.body["rank"] + 1, previous=before.fingerprint.hex()
            )
        elif self.first == 1:
            due.update(first_seq=1, rank=1)
        if day is not None:
            names = ("head", "root", "perpetual_cents", "perpetual_absolute_cents")
            due.update({name: day.body[name] for name in names})
            due["year_gross_cents"] = 0 if self.year_ended else day.body["year_gross_cents"]
        complete = before is not None or first >= self.first
        if complete:
            due["last_seq"] = day.body["last_seq"] if day is not None and self.merged[kind] else first - 1
            sums, told = part.sums(), told_sums(body)
            wrong += [name for name in sums if sums[name] != told[name]]
            self.totalled += 1
        due.update(self.calendar.due(kind))
        self.calendar.closed(kind, text_of(body["to_on"]))
        self.parts[kind] = Tally(self.currency)
        self.merged[kind] = 0
        if kind == "month":
            self.parts["year"].merge_closed(body)
            self.merged["year"] += 1
        else:
            self.year_ended = True
        self.last[kind] = fact
        return self._differs(wrong + self._wrong(body, due))


LATE = (
    "closure_late_entry",
    "une écriture se trouve là où sa période était close",
    "an entry stands where its period was closed",
)


# --- seals: docs/spec/seal.md ---------------------------------------------------------------------------------------

SEAL = re.compile(
    rb'\{"first":([1-9][0-9]{0,15}),"key":"([0-9a-f]{64})","last":([1-9][0-9]{0,15}),"signature":"([0-9a-f]{128})"\}'
)
SAMPLE = 60
BATCH = 400


class Seals:
    """The seals of an archive against the fingerprints of its entries, in order, as the walk goes on.

    Every text and the chain of digests are checked. A digest covers the signature of the seal it belongs to, and the last
    signature covers all digests before it: so a few signatures, the last one among them, stand for all of them, as long as
    the last key is not one that was in the wrong hands. `every` checks them all.
    """

    def __init__(self, archive: "Archive", lines: Iterator[bytes], every: bool) -> None:
        manifest = archive.manifest
        self.archive = archive
        self.lines = lines
        self.every = every
        self.count = 0
        self.checked = 0
        self.at = manifest["first"] - 1  # the last entry sealed so far
        self.prev = manifest["seals"]["prev"]
        self.told = manifest["seals"]
        self.sound = True  # the chain of seals holds so far
        self.proven = self.at
        self.pending: Optional[Tuple[int, bytes, int, bytes]] = None
        self.stopped = False
        self.last_key = ""
        self._held: Optional[Tuple[int, bytes, bytes, bytes]] = None  # the seal before: first, key, text, signature
        self._batch: List[Tuple[int, bytes, bytes, bytes]] = []
        self._numbers: List[Tuple[int, List[int]]] = []
        self._judged: List[Tuple[List[int], int]] = []
        total = max(1, self.told["count"])
        self._wanted = {rank * (total - 1) // SAMPLE for rank in range(SAMPLE + 1)}
        self._ledger = b"sceau-seal/1\nledger %b\ngenesis %b\n" % (
            archive.ledger.encode(),
            manifest["genesis"].encode(),
        )

    def _next(self) -> Optional[Tuple[int, bytes, int, bytes]]:
        if self.pending is None and not self.stopped:
            for line in self.lines:
                match = SEAL.fullmatch(line)
                if match is None:
                    self._wrong(
                        "seal", self.at + 1, "ligne de sceau d'une autre forme", "a line of seals of another form"
                    )
                    return None
                self.pending = int(match[1]), match[2], int(match[3]), match[4]
                return self.pending
            self.stopped = True
        return self.pending

    def _wrong(self, code: str, seq: int, fr: str, en: str) -> None:
        self.archive.find(code, "seals.jsonl", seq, fr, en)
        self.sound = False
        self.stopped = True

    def feed(self, first: int, fingerprints: bytes, upto: int) -> None:
        """Check the seals whose last entry is among these fingerprints, `first` being that of the first one."""
        keys = self.archive.keys
        while not self.stopped:
            seal = self._next()
            if seal is None or seal[2] > upto:
                return None
            self.pending = None
            start, key, last, signature = seal
            if start > last or start <= self.at:
                return self._wrong("seal", start, "les sceaux se chevauchent", "seals overlap")
            if start != self.at + 1:
                return self._wrong(
                    "unsealed", self.at + 1, "aucun sceau ne couvre ces écritures", "no seal covers these entries"
                )
            place = (last - first) * 32
            if place < 0:
                return self._wrong(
                    "seal", start, "le sceau ne correspond pas aux écritures", "the seal does not fit the entries"
                )
            text = b"%bfirst %d\nlast %d\nhead %b\nprev %b\nkey %b\n" % (
                self._ledger, start, last, binascii.hexlify(fingerprints[place : place + 32]), self.prev.encode(), key
            )  # fmt: skip
            raw = binascii.unhexlify(signature)
            in_force = keys.seal_key(last) if keys is not None else ""
            if key.decode() != in_force:
                return self._wrong(
                    "wrong_key",
                    start,
                    "scellé avec une clé qui n'avait pas cours",
                    "sealed by a key that was not in force",
                )
            self.prev = sha256(text + raw).hexdigest()
            here = (start, key, text, raw)
            if (
                self._held is not None
                and (self._held[1] != key)
                and (self.count - 1) not in self._wanted
                and not self.every
            ):
                self._sign(self._held)  # the last one of a key
            if self.every or self.count in self._wanted:
                self._sign(here)
            self._held = here
            self.count += 1
            self.at = last
            self.last_key = key.decode()
        return None

    def _sign(self, seal: Tuple[int, bytes, bytes, bytes]) -> None:
        start, key, text, raw = seal
        keys = self.archive.keys
        spki = keys.publics.get(key.decode()) if keys is not None else None
        if spki is None:
            return self._wrong(
                "key_missing",
                start,
                "la clé publique du sceau n'est pas fournie",
                "the public key of the seal is not at hand",
            )
        self._batch.append((start, spki, text, raw))
        if len(self._batch) >= (BATCH if self.every else 8):
            self._flush()
        return None

    def _flush(self) -> None:
        if self._batch:
            workers = self.archive.run.workers
            batch, self._batch = self._batch, []
            if not self.every:  # a few: not worth the tables that each worker would make for itself
                self._judged.append((work("signatures", batch), len(batch)))
                return
            number = workers.give("signatures", batch)
            self._numbers.append((number, [one[0] for one in batch]))
            if len(self._numbers) > 4 * max(1, workers.jobs):
                self._take()

    def _take(self) -> None:
        number, starts = self._numbers.pop(0)
        self._judge(self.archive.run.workers.take(number), len(starts))

    def _judge(self, bad: List[int], count: int) -> None:
        self.checked += count
        if bad:
            self.archive.find(
                "seal", "seals.jsonl", bad[0], "la signature du sceau est fausse", "the seal's signature is wrong"
            )
            self.sound = False

    def end(self, broken: bool) -> None:
        """Nothing more follows: take the signatures back and compare with the manifest."""
        manifest = self.archive.manifest
        if not broken and self.sound and not self.stopped and self._next() is not None:
            self._wrong("seal", self.at + 1, "un sceau va au-delà des écritures", "a seal goes beyond the entries")
        if self._held is not None and self.sound and not self.every and self.count - 1 not in self._wanted:
            self._sign(self._held)
        self._flush()
        for bad, count in self._judged:
            self._judge(bad, count)
        while self._numbers:
            self._take()
        if self.sound and not broken:
            if self.at < manifest["last"]:
                self._wrong(
                    "unsealed", self.at + 1, "aucun sceau ne couvre ces écritures", "no seal covers these entries"
                )
            elif (self.prev, self.count) != (self.told["last"], self.told["count"]):
                self.archive.find(
                    "manifest",
                    "manifest.json",
                    0,
                    "les sceaux ne sont pas ceux que le manifeste nomme",
                    "the seals are not those that the manifest names",
                )
        for _ in self.lines:  # so that its size and digest are checked
            pass
        if self.sound:
            self.proven = self.at


# --- the tree -------------------------------------------------------------------------------------------------------


class Claim(NamedTuple):
    """What something says of the ledger at a size: the root there, or the fingerprint of the last entry, or both."""

    size: int
    root: str
    head: str
    code: str
    place: str
    seq: int
    fr: str
    en: str
    peaks: Tuple[str, ...] = ()


def _from_elsewhere(claim: Claim) -> bool:
    """Whether it comes from a checkpoint that was given or another archive, and speaks of all entries up to its size."""
    return claim.seq == claim.size and claim.code in ("rewritten", "fork", "archive_replaced")


class Tree:
    """The tree over the ledger as the walk goes on, compared with everything that names a root."""

    def __init__(self, archive: "Archive", size: int, peaks: List[bytes], head: str) -> None:
        self.archive = archive
        self.frontier = Frontier(size, peaks)
        self.start = size
        self.head = head  # fingerprint of the last entry before `at`
        self.claims: List[Claim] = []
        self.met: List[Claim] = []  # claims from outside that hold
        self.unmet = 0  # claims about places that were passed already
        self._held: Optional[Tuple[int, int, bytes, List[bytes]]] = (
            None  # the stretch that may still be named: see feed
        )

    def claim(self, claim: Claim) -> None:
        """Have something compared when the walk is there."""
        if claim.size < self.frontier.size:
            self.unmet += 1
        else:
            self.claims.append(claim)

    def feed(self, first: int, fingerprints: bytes, upto: int, nodes: List[bytes]) -> None:
        """Take the next stretch. It is added when the one after it is there, which may name roots in this one."""
        self.flush()
        self._held = (first, upto, fingerprints, nodes)

    def flush(self) -> None:
        """Add the stretch that was held back."""
        if self._held is None:
            return
        first, upto, prints, nodes = self._held
        self._held = None
        start = first - 1
        low = (start + 63) >> BLOCK << BLOCK
        due = sorted((claim for claim in self.claims if claim.size <= upto), key=lambda claim: claim.size)
        self.claims = [claim for claim in self.claims if claim.size > upto]

        def leaves(frontier: Frontier, to: int) -> None:
            for at in range(frontier.size, to):
                frontier.add(0, leaf_hash(prints[(at - start) * 32 : (at - start) * 32 + 32]))

        def advance(to: int) -> None:
            frontier = self.frontier
            while frontier.size < to:
                rank = (frontier.size - low) >> BLOCK
                if frontier.size & 63 == 0 and frontier.size + 64 <= to and 0 <= rank < len(nodes):
                    frontier.add(BLOCK, nodes[rank])
                else:
                    leaves(frontier, frontier.size + 1)

        for claim in due:
            advance(max(self.frontier.size, claim.size & ~63))
            frontier = self.frontier
            if frontier.size < claim.size:
                frontier = frontier.copy()
                leaves(frontier, claim.size)
            place = (claim.size - first) * 32
            head = prints[place : place + 32].hex() if place >= 0 else self.head
            self._compare(claim, frontier, head)
        advance(upto)
        if upto >= first:
            self.head = prints[(upto - first) * 32 : (upto - first) * 32 + 32].hex()

    def _compare(self, claim: Claim, frontier: Frontier, head: str) -> None:
        wrong = (claim.root and frontier.root().hex() != claim.root) or (claim.head and head != claim.head)
        if claim.peaks and tuple(node.hex() for _, node in frontier.peaks) != claim.peaks:
            wrong = True
        if wrong:
            seq = self._since(claim) if _from_elsewhere(claim) else claim.seq
            self.archive.find(claim.code, claim.place, seq, claim.fr, claim.en)
        else:
            self.met.append(claim)

    def _since(self, claim: Claim) -> int:
        """The first entry that may be another one: what elsewhere covers no entry up to `claim.size` may begin there."""
        given = [one for one in self.met if _from_elsewhere(one) and not one.place.startswith("anchors/")]
        covered = [one.size for one in given if one.code == claim.code == "rewritten"]
        return max(int(self.archive.manifest["first"]), max(covered, default=0) + 1)

    def end(self) -> None:
        """Nothing more follows."""
        self.flush()
        for claim in [claim for claim in self.claims if claim.size == self.frontier.size]:
            self._compare(claim, self.frontier, self.head)
            self.claims.remove(claim)


# --- the manifest ---------------------------------------------------------------------------------------------------

MANIFEST_MOST = 64 * MEBI
FORMAT = "sceau-archive/1"
PRIVATE_FORMAT = "sceau-archive-private/1"
UNLISTED = ("manifest.json", "manifest.p7s", "manifest.tsr")
MEMBERS_OF = {
    "": "archive_key checkpoint context files first format genesis head kind last ledger period perimeter prev previous private"
    " seals siren software tree",
    "checkpoint": "consistency root size",
    "period": "from_on kind to_on",
    "previous": "first head last manifest root signature timestamp",
    "private": "iv key name plain_sha256 sha256 size",
    "seals": "count key last prev",
    "tree": "peaks root",
}


def is_hex(value: Json, digits: int = 64) -> bool:
    """Whether a value is lower-case hexadecimal of a length."""
    return type(value) is str and re.fullmatch("[0-9a-f]{%d}" % digits, value) is not None


def is_hex_list(value: Json) -> bool:
    """Whether a value is a list of digests, no longer than a proof can be."""
    return type(value) is list and len(value) <= 130 and all(is_hex(one) for one in value)


def read_manifest(data: bytes) -> Dict[str, Json]:
    """Read the manifest of an archive and check its form.

    Raises:
        Refused: `manifest`.
    """
    try:
        found = decode(data, MANIFEST_MOST)
    except Refused as refused:
        raise Refused(
            "manifest", "octets d'une autre forme (%s)" % refused.code, "bytes of another form (%s)" % refused.code
        ) from None
    wrong = _manifest_fault(found)
    if wrong:
        raise Refused(
            "manifest",
            "membre manquant, de trop ou mal formé : " + wrong,
            "a member missing, too many or malformed: " + wrong,
        )
    return dict(found)


def _manifest_fault(found: Json) -> str:
    if type(found) is not dict or found.get("format") != FORMAT:
        return "format"
    if set(found) != set(MEMBERS_OF[""].split()):
        return ", ".join(sorted(plain(one, 30) for one in set(found) ^ set(MEMBERS_OF[""].split())))
    for name, members in MEMBERS_OF.items():
        absent = name in ("", "previous", "private") and found.get(name) is None
        if not absent and (type(found[name]) is not dict or set(found[name]) != set(members.split())):
            return name
    for name in ("archive_key", "genesis", "head", "perimeter", "prev"):
        if not is_hex(found[name]):
            return name
    first, last, tree, seals, point = found["first"], found["last"], found["tree"], found["seals"], found["checkpoint"]
    good = {
        "first": is_count(first) and is_count(last) and first <= last,
        "kind": found["kind"] in ("live", "training", "register"),
        "ledger": type(found["ledger"]) is str and SHAPES["ledger"].fullmatch(found["ledger"]) is not None,
        "siren": type(found["siren"]) is str and len(found["siren"]) <= 300,
        "software": type(found["software"]) is str and len(found["software"]) <= 300,
        "context": type(found["context"]) is list and all(is_count(one) for one in found["context"]),
        "period": all(type(one) is str and len(one) <= 20 for one in found["period"].values()),
        "seals": is_count(seals["count"], 0) and all(is_hex(seals[name]) for name in ("key", "last", "prev")),
        "checkpoint": is_count(point["size"]) and is_hex(point["root"]) and is_hex_list(point["consistency"]),
        "files": _files_good(found["files"]),
        "previous": found["previous"] is None or _previous_good(found["previous"]),
        "private": found["private"] is None or _private_good(found["private"]),
    }
    for name, fine in good.items():
        if not fine:
            return name
    if not is_hex(tree["root"]) or not is_hex_list(tree["peaks"]) or len(tree["peaks"]) != bin(first - 1).count("1"):
        return "tree"
    if point["size"] < last:
        return "checkpoint"
    expected = [one for one in found["context"] if one < first]
    if expected != found["context"] or expected != sorted(set(expected)) or (first > 1) != (1 in expected):
        return "context"
    return (
        "" if first > 1 or (found["prev"] == ZERO and seals["prev"] == ZERO and found["previous"] is None) else "prev"
    )


def _files_good(files: Json) -> bool:
    if type(files) is not list or not all(
        type(one) is dict and set(one) == {"name", "sha256", "size"} for one in files
    ):
        return False
    names = [one["name"] for one in files]
    if not all(type(one) is str and one.isascii() for one in names) or names != sorted(set(names)):
        return False
    return all(is_hex(one["sha256"]) and is_count(one["size"], 0) for one in files)


def _previous_good(found: Dict[str, Json]) -> bool:
    digests = all(is_hex(found[name]) for name in ("head", "manifest", "root", "signature"))
    return (
        digests
        and is_count(found["first"])
        and is_count(found["last"])
        and (found["timestamp"] is None or is_hex(found["timestamp"]))
    )


def _private_good(found: Dict[str, Json]) -> bool:
    digests = all(is_hex(found[name]) for name in ("key", "plain_sha256", "sha256")) and is_hex(found["iv"], 32)
    return digests and is_count(found["size"], 0) and type(found["name"]) is str and len(found["name"]) <= 300


# --- one archive ----------------------------------------------------------------------------------------------------

SMALL = 4 * MEBI
ENTRIES = re.compile(r"entries/([0-9]{12})\.jsonl")
ANCHOR = re.compile(r"anchors/[0-9]{8}\.json")
STRETCH = 2 * MEBI  # of entries that are walked at once
SLOT = STRETCH + 4 * MEBI
BATCH_BYTES = 1 << 16  # of entries that are taken by columns at once
WORKERS_FROM = MEBI  # a smaller archive is not worth several processes
SPILL_FROM = 96 * MEBI  # of entries: from there on the versions of streams go through files


class Told(NamedTuple):
    """An entry that tells of an archive: made, read back on another medium, or named by a purge."""

    seq: int
    type: str
    manifest: str
    first: int  # of its range; 0 where it tells of none
    last: int


class Archive:
    """One archive: `open` reads what says what it should be, `check` compares the rest with it."""

    def __init__(self, run: "Run_", path: str) -> None:
        self.run = run
        self.path = path
        self.name = os.path.basename(path)
        self.findings: List[Finding] = []
        self.zip = Zip.empty()
        self.manifest: Rows = {}
        self.manifest_digest = ""
        self.ledger = ""
        self.opening: Optional[Rows] = None  # body of entry 1
        self.opened_at = ""
        self.genesis = ""  # fingerprint of entry 1 as it is here
        self.keys: Optional[Keys] = None
        self.listed: Dict[str, Rows] = {}
        self.hashed: Dict[str, str] = {}
        self.note: Optional[Note] = None
        self.signed = False
        self.signer: Optional[Certificate] = None
        self.stamp: Optional[Stamp] = None
        self.anchors: List[Rows] = []
        self.covered = 0  # greatest size that a witness saw
        self.entries = 0
        self.seals = 0
        self.seals_checked = 0
        self.proven = 0
        self.last_seal_key = ""
        self.erased: Set[Tuple[int, str]] = set()
        self.erasures: Dict[int, List[int]] = {}  # by `data.erased/1`: the entries of which it names something
        self.told: List[Told] = []  # what entries tell of archives and purges
        self.disclosed: List[Stretch] = []
        self.found: List[Tuple[int, str, bytes]] = []
        self.met: List[Claim] = []
        self.claims: List[Claim] = []
        self.not_checked: List[Said] = []
        self.closures = 0
        self.complete = False  # every entry was walked
        self.marks: Tuple[int, ...] = ()  # sizes of the trees that were anchored
        self.after: Dict[int, Tuple[int, str]] = {}  # the first entry after each, and when it was recorded
        self._waiting: List[int] = []
        self._failed: Dict[str, Set[int]] = {}  # by kind of anchor: where a failure was told of
        self.fitting: Set[str] = set()  # anchors that are about this range or about checkpoint.txt
        self.policies: List[Json] = []
        self._promises: List[Tuple[int, str, Json]] = []  # of those in this range: its entry and when

    def find(self, code: str, place: str, seq: int, fr: str, en: str) -> None:
        """Take note of something wrong."""
        if self.run.several and not place.startswith(self.name):
            place = self.name + ("/" + place if place else "")
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, place or self.name, seq, fr, en))

    def skip(self, fr: str, en: str) -> None:
        """Take note of something that this run does not look at."""
        said = Said(fr, en)
        if said not in self.not_checked:
            self.not_checked.append(said)

    # ---- opening

    def open(self) -> bool:
        """Read the ZIP's directory and the manifest; False where nothing more can be looked at."""
        try:
            self.zip = Zip(self.path)
        except OSError as error:
            raise CannotCheck(
                "%s ne peut pas être lu (%s)" % (self.path, error.strerror),
                "%s cannot be read (%s)" % (self.path, error.strerror),
            ) from None
        except Refused as refused:
            self.find(refused.code, "", 0, refused.fr, refused.en)
            return False
        for member in self.zip.members.values():
            MEMBERS[self.path, member.name] = member
        if "manifest.json" not in self.zip.members:
            self.find("manifest", "manifest.json", 0, "il n'y a pas de manifeste", "there is no manifest")
            return False
        try:
            data = self.zip.read("manifest.json", MANIFEST_MOST)
            self.manifest_digest = sha256(data).hexdigest()
            self.manifest_bytes = data
            self.manifest = read_manifest(data)
        except Refused as refused:
            self.find(refused.code, "manifest.json", 0, refused.fr, refused.en)
            return False
        self.ledger = self.manifest["ledger"]
        self.listed = {one["name"]: one for one in self.manifest["files"]}
        self._compare_names()
        return True

    def _compare_names(self) -> None:
        there = set(self.zip.members) - set(UNLISTED)
        for name in sorted(set(self.listed) - there):
            self.find(
                "file_missing",
                name,
                0,
                "listé par le manifeste, absent de l'archive",
                "listed by the manifest, not in the archive",
            )
        for name in sorted(there - set(self.listed)):
            self.find(
                "file_unlisted",
                name,
                0,
                "présent dans l'archive, pas dans le manifeste",
                "in the archive, not listed by the manifest",
            )
        for name in sorted(there & set(self.listed)):
            if self.zip.members[name].size != self.listed[name]["size"]:
                self._changed(name)

    def _changed(self, name: str) -> None:
        if not any(one.code == "file_changed" and one.place.endswith(name) for one in self.findings):
            self.find(
                "file_changed",
                name,
                0,
                "ses octets ne sont pas ceux du manifeste",
                "its bytes are not those of the manifest",
            )

    def read(self, name: str, most: int = SMALL) -> bytes:
        """The bytes of a small listed member, compared with the manifest; b"" where it is not there."""
        if name not in self.zip.members:
            return b""
        try:
            data = self.zip.read(name, most)
        except Refused as refused:
            self.find(refused.code, name, 0, refused.fr, refused.en)
            return b""
        self.hashed[name] = sha256(data).hexdigest()
        return data

    def records(self, name: str) -> List[Rows]:
        """The canonical lines of a small member."""
        found = []
        data = self.read(name, 64 * MEBI)
        if data and not data.endswith(b"\n"):
            self.find("manifest", name, 0, "dernière ligne sans fin", "its last line is not ended")
        for rank, line in enumerate(data.split(b"\n")[:-1], 1):
            try:
                one = decode(line, MAX_LINE)
                if type(one) is not dict:
                    raise Refused("manifest")
            except Refused:
                self.find("manifest", name, 0, "ligne %d d'une autre forme" % rank, "line %d is of another form" % rank)
                break
            found.append(one)
        return found

    # ---- checking

    def check(self) -> None:
        """Compare everything in the archive with everything else in it."""
        manifest = self.manifest
        entry_files = self._entry_files()
        self.note = self._checkpoint_note()
        context = self._context()
        first_line = self._first_line(entry_files) if manifest["first"] == 1 else None
        self._opening(first_line or (context[0][1] if context and context[0][0] == 1 else None))
        self._key_publics()
        self._anchor_claims()
        if self.keys is not None:
            for seq, line in context:
                if seq > 1:
                    self._key_change(seq, json.loads(line)["entry"]["body"], "context.jsonl")
            self._checkpoint()
        if manifest["seals"]["key"] != (self.keys.current["seal"] if self.keys else ""):
            self.find(
                "manifest",
                "manifest.json",
                0,
                "seals.key n'est pas la clé qui avait cours",
                "seals.key is not the key that was in force",
            )
        currency = text_or((self.opening or {}).get("currency"), "EUR")
        zone = text_or((self.opening or {}).get("time_zone"), "Europe/Paris")
        self._walk(self._stretches(entry_files, currency, zone))
        self._anchors()
        self._compare_digests()

    def _entry_files(self) -> List[Tuple[str, int]]:
        found = []
        for name in self.zip.members:
            match = ENTRIES.fullmatch(name)
            if match:
                found.append((name, int(match[1])))
            elif name.startswith("entries/"):
                self.find(
                    "manifest",
                    name,
                    0,
                    "nom de fichier d'écritures d'une autre forme",
                    "a file of entries with another form of name",
                )
        return sorted(found)

    def _first_line(self, files: List[Tuple[str, int]]) -> Optional[bytes]:
        try:
            for line in self.zip.lines(files[0][0]) if files else ():
                return line
        except Refused:
            pass  # found by the walk
        return None

    def _context(self) -> List[Tuple[int, bytes]]:
        """The entries before the range, each included in the checkpoint."""
        lines = self.read("context.jsonl", 64 * MEBI).split(b"\n")[:-1]
        proofs = self.records("context-proofs.jsonl")
        told = self.manifest["context"]
        if len(lines) != len(told) or [one.get("seq") for one in proofs] != told:
            self.find(
                "manifest",
                "context.jsonl",
                0,
                "les écritures de contexte ne sont pas celles que le manifeste nomme",
                "the context is not what the manifest names",
            )
            return []
        found = []
        for line, proof, seq in zip(lines, proofs, told):
            try:
                tree = parse_entry(line)
            except Refused as refused:
                self.find(
                    refused.code, "context.jsonl", seq, "écriture mal formée", "an entry that is not of the format"
                )
                break
            if tree["chain"]["seq"] != seq or tree["chain"]["ledger"] != self.ledger:
                self.find(
                    "other_ledger",
                    "context.jsonl",
                    seq,
                    "écriture d'un autre registre ou d'un autre rang",
                    "an entry of another ledger or place",
                )
                break
            if tree["entry"]["type"] != ("ledger.opened/1" if seq == 1 else "key.changed/1"):
                self.find(
                    "manifest",
                    "context.jsonl",
                    seq,
                    "écriture inattendue dans le contexte",
                    "an entry that does not belong to the context",
                )
                break
            path: Any = proof.get("proof")
            if (
                self.note is None
                or not is_hex_list(path)
                or set(proof) != {"proof", "seq"}
                or not included(
                    sha256(line).digest(), seq - 1, self.note.size, [bytes.fromhex(one) for one in path], self.note.root
                )
            ):
                self.find(
                    "inclusion",
                    "context-proofs.jsonl",
                    seq,
                    "le point de contrôle ne contient pas cette écriture",
                    "the checkpoint does not hold this entry",
                )
                break
            found.append((seq, line))
        return found

    def _opening(self, line: Optional[bytes]) -> None:
        """Entry 1: the ledger's identity and first keys."""
        manifest = self.manifest
        place = "context.jsonl" if manifest["first"] > 1 else "entries/"
        try:
            tree = parse_entry(line) if line is not None else None
        except Refused:
            tree = None
        if (
            line is None
            or tree is None
            or tree["chain"]["seq"] != 1
            or tree["chain"]["prev"] != ZERO
            or tree["entry"]["type"] != "ledger.opened/1"
        ):
            self.find(
                "opening",
                place,
                1,
                "l'écriture 1 manque ou n'ouvre pas un registre",
                "entry 1 is missing or does not open a ledger",
            )
            return
        self.genesis = sha256(line).hexdigest()
        body = tree["entry"]["body"]
        if ledger_id(tree["entry"]) != self.ledger or tree["chain"]["ledger"] != self.ledger:
            self.find(
                "other_ledger",
                place,
                1,
                "l'identifiant n'est pas celui que donne l'écriture 1",
                "the ledger's id is not the one that entry 1 gives",
            )
        if self.genesis != manifest["genesis"]:
            self.find(
                "manifest",
                "manifest.json",
                1,
                "genesis n'est pas l'empreinte de l'écriture 1",
                "genesis is not the fingerprint of entry 1",
            )
        for name in ("kind", "siren"):
            if body.get(name) != manifest[name]:
                self.find(
                    "manifest",
                    "manifest.json",
                    1,
                    name + " n'est pas celui de l'écriture 1",
                    name + " is not that of entry 1",
                )
        self.opening, self.opened_at = body, tree["chain"]["at"]
        try:
            self.keys = Keys(self.ledger, self.genesis, body)
        except Refused as refused:
            self.find(refused.code, place, 1, refused.fr, refused.en)

    def _key_publics(self) -> None:
        for one in self.records("seal-keys.jsonl"):
            if set(one) != {"key", "public"}:
                self.find("manifest", "seal-keys.jsonl", 0, "ligne d'une autre forme", "a line of another form")
            elif self.keys is not None:
                self.keys.give(one["public"])

    def _key_change(self, seq: int, body: Rows, place: str) -> None:
        if self.keys is not None and not self.keys.change(seq, body):
            self.find(
                "key_discontinuity",
                place,
                seq,
                "changement de clé que ni l'ancienne clé ni celle de secours n'ont signé",
                "a key change that neither the outgoing nor the recovery key signed",
            )

    def _checkpoint_note(self) -> Optional[Note]:
        data = self.read("checkpoint.txt", MEBI)
        try:
            note = open_note(data)
        except Refused as refused:
            self.find(
                "checkpoint",
                "checkpoint.txt",
                0,
                "le point de contrôle n'est pas de sa forme (%s)" % refused.code,
                "the checkpoint is not of its form (%s)" % refused.code,
            )
            return None
        told = self.manifest["checkpoint"]
        if (note.size, note.root.hex()) != (told["size"], told["root"]):
            self.find(
                "checkpoint",
                "checkpoint.txt",
                0,
                "il ne dit pas ce que dit le manifeste",
                "it says otherwise than the manifest",
            )
            return None
        proof = [bytes.fromhex(one) for one in told["consistency"]]
        if not consistent(
            self.manifest["last"], bytes.fromhex(self.manifest["tree"]["root"]), note.size, note.root, proof
        ):
            self.find(
                "consistency",
                "checkpoint.txt",
                0,
                "l'arbre du point de contrôle ne commence pas par celui de l'archive",
                "the checkpoint's tree does not begin with this archive's",
            )
        return note

    def _checkpoint(self) -> None:
        """The signature of the checkpoint; called again when the range has changed the checkpoint key."""
        keys, note = self.keys, self.note
        if keys is None or note is None:
            return
        if note.origin != keys.origin:
            self.find(
                "checkpoint_origin",
                "checkpoint.txt",
                0,
                "c'est le point de contrôle d'un autre registre",
                "it is the checkpoint of another ledger",
            )
            self.note = None

    def _checkpoint_signed(self) -> None:
        if (
            self.keys is not None
            and self.note is not None
            and not any(self.note.signed(key) for key in self.keys.checkpoints)
        ):
            self.find(
                "checkpoint_signature",
                "checkpoint.txt",
                0,
                "la clé du registre ne l'a pas signé",
                "the ledger's key did not sign it",
            )
            self.note = None

    # ---- the walk

    def _stretches(self, files: List[Tuple[str, int]], currency: str, zone: str) -> Iterator[Task]:
        """The entries files, some whole lines at a time, each file by itself."""
        run = self.run
        workers, most = run.workers, STRETCH
        total = sum(self.zip.members[name].size for name, _ in files)
        if workers.jobs > 1:
            most = max(STRETCH // 16, min(STRETCH, total // (4 * workers.jobs)))
        spill = run.folder() if total > SPILL_FROM else ""
        commitments, rank = run.private_of(self) != "", 0

        def task(start: int, end: int, parts: List[bytes], dropped: bool, wrong: Any, digest: str) -> Task:
            return Task(
                rank, self.path, name, run.shown(self.name, name), start, end, number if start == 0 else 0, workers.lend(parts),
                dropped, wrong, digest, self.ledger, currency, commitments, run.wanted, spill, zone, self.marks,
            )  # fmt: skip

        for name, number in files:  # noqa: B007 - `task` takes the number
            hashed, parts, size, tail, start, end = sha256(), [b""], 0, 0, 0, 0  # `tail`: bytes after the last 0A
            dropped, wrong, digest = False, None, ""
            try:
                for piece in self.zip.pieces(name):
                    hashed.update(piece)
                    workers.pump()
                    cut = parts[-1].rfind(b"\n") + 1 if size >= most else 0
                    if cut:
                        rest, parts[-1] = parts[-1][cut:], parts[-1][:cut]
                        yield task(start, end - len(rest), parts, False, None, "")
                        rank, parts, size, start = rank + 1, [rest], len(rest), end - len(rest)
                    end += len(piece)
                    if dropped:
                        cut = piece.find(b"\n")
                        if cut < 0:
                            continue
                        piece, dropped = piece[cut:], False
                    parts.append(piece)
                    size += len(piece)
                    cut = piece.rfind(b"\n") + 1
                    tail = len(piece) - cut if cut else tail + len(piece)
                    if tail > MAX_LINE:  # not an entry; its bytes are dropped, its place is kept
                        parts, size, tail, dropped = [b"".join(parts)[:-tail]], size - tail, 0, True
                digest = hashed.hexdigest()
            except Refused as refused:
                wrong = refused.code, refused.fr, refused.en
            yield task(start, end, parts, dropped and wrong is None, wrong, digest)
            rank += 1

    def _walk(self, tasks: Iterator[Task]) -> None:
        manifest, workers = self.manifest, self.run.workers
        if self.zip.length > WORKERS_FROM or self.run.every_seal:
            workers.start()
        walks = Walks(workers, tasks)
        walks.fill()
        others = self._give_others()
        self._signature()  # while the workers walk
        tree = Tree(
            self, manifest["first"] - 1, [bytes.fromhex(one) for one in manifest["tree"]["peaks"]], manifest["prev"]
        )
        for claim in self.claims:
            tree.claim(claim)
        self._previous(tree)
        seals = Seals(self, self._seal_lines(), self.run.every_seal)
        numbers = Numbers(manifest["first"] == 1)
        closures = Closures(
            manifest["first"],
            manifest["kind"],
            text_or((self.opening or {}).get("currency"), "EUR"),
            self.opening,
        )
        if closures.bounds.hour is None:
            self.skip(
                "les heures de début et de fin des clôtures : cette machine ne connaît pas le fuseau horaire du registre",
                "when closures begin and end: this machine does not know the ledger's time zone",
            )
        expected, prev, at = manifest["first"], manifest["prev"].encode(), ""
        broken = False
        kept: List[Stretch] = []
        walked: List[Task] = []
        streams = Joined(manifest["first"] == 1)
        tables = self._tables()
        done = 0
        for task, stretch in walks:
            kept.append(stretch)
            walked.append(task)
            if not stretch.first and not task.expected:  # no line of it told its number
                stretch.findings = [one._replace(seq=expected + one.seq) for one in stretch.findings]
            self.findings += stretch.findings[: max(0, MAX_FINDINGS - len(self.findings))]
            if task.sha256 and not stretch.stopped:
                self.hashed[task.name] = task.sha256
            if not stretch.first:
                if not any(one.place == stretch.place for one in self.findings):
                    self.find("manifest", task.name, expected, "fichier sans écritures", "a file without entries")
                broken = True
            else:
                broken = self._join(stretch, expected, prev, at, broken) or broken
                expected, at = stretch.last + 1, stretch.last_at
                known = not stretch.broken and not stretch.bad_last
                prev = binascii.hexlify(stretch.fingerprints[-32:]) if known else b""
            self.entries += stretch.count
            self._facts(stretch, tree, numbers, closures)
            self._marked(stretch)
            if not broken and stretch.first:
                tree.feed(stretch.first, stretch.fingerprints, stretch.sound, stretch.nodes)
                seals.feed(stretch.first, stretch.fingerprints, stretch.sound)
            broken = broken or stretch.broken
            self.found += stretch.found
            if not broken and stretch.tables:
                for table in tables:
                    table.take(*stretch.tables[table.name])
            if not task.spill:
                streams.take(stretch.streams)
            stretch.fingerprints, stretch.nodes, stretch.facts, stretch.segments, stretch.runs = b"", [], [], [], []
            stretch.streams = b""
            done += task.end - task.start
            self.run.tell(done)
            if stretch.stopped:
                broken = True
                break
        if not broken and expected != manifest["last"] + 1:
            code = "deleted" if expected <= manifest["last"] else "manifest"
            self.find(
                code,
                "entries/",
                expected,
                "les écritures ne vont pas jusqu'à la dernière du manifeste",
                "the entries do not end where the manifest says",
            )
            broken = True
        tree.end()
        seals.end(broken)
        self._end_of_walk(tree, seals, closures, broken)
        self._join_streams(walked, kept, streams)
        self._end_tables(tables, walked, kept, broken)
        self._take_others(others)
        self.disclosed = kept

    def _join(self, stretch: Stretch, expected: int, prev: bytes, at: str, broken: bool) -> bool:
        """Compare the begin of a stretch with the end of the one before; True where entries are missing between."""
        if stretch.first != expected:
            if stretch.first > expected:
                count = stretch.first - expected
                self.find(
                    "deleted",
                    stretch.place,
                    expected,
                    "%d écriture(s) manquent ici" % count,
                    "%d entries are missing here" % count,
                )
            else:
                self.find("inserted", stretch.place, stretch.first, *WORDS["inserted"])
            return True
        if prev and stretch.prev and stretch.prev != prev and not broken:
            if expected == self.manifest["first"]:
                self.find(
                    "manifest",
                    "manifest.json",
                    expected,
                    "prev n'est pas ce que nomme la première écriture",
                    "prev is not what the first entry names",
                )
            else:
                self.find("altered", stretch.place, expected - 1, *WORDS["altered"])
        if at and stretch.first_at < at:
            self.find("clock_back", stretch.place, stretch.first, *WORDS["clock_back"])
        return False

    def _marked(self, stretch: Stretch) -> None:
        """Join what follows each mark over stretches."""
        if stretch.lead is not None:
            self.after.update(dict.fromkeys(self._waiting, stretch.lead))
            self._waiting = []
        self.after.update(stretch.after)
        self._waiting += [
            mark for mark in self.marks if stretch.first - 1 <= mark <= stretch.last and mark not in self.after
        ]
        stretch.after = {}

    def _facts(self, stretch: Stretch, tree: Tree, numbers: Numbers, closures: Closures) -> None:
        """Everything in a stretch that is judged in order, over the whole range."""
        place = stretch.place
        segments = iter(stretch.segments)
        first = next(segments, None)
        if first is not None:
            closures.open.merge(first)
        runs = iter(stretch.runs)
        run = next(runs, None)
        for fact in stretch.facts:
            while run is not None and run.seq < fact.seq:
                self._wrong(numbers.run(run), place, run.seq)
                run = next(runs, None)
            if fact.type == "period.closed/1":
                for wrong in closures.close(fact):
                    self._wrong(wrong, place, fact.seq)
                self._closure_claim(fact, tree, place)
                if fact.body.get("period") == "day":
                    closures.open.merge(next(segments))
            elif fact.type == "period.year_end_set/1":
                self._wrong(closures.year_end_set(fact), place, fact.seq)
            elif fact.type in ("series.opened/1", "series.closed/1"):
                self._wrong(numbers.fact(fact), place, fact.seq)
            else:
                self._other_fact(fact, tree, place)
        while run is not None:
            self._wrong(numbers.run(run), place, run.seq)
            run = next(runs, None)

    def _wrong(self, wrong: Optional[Tuple[str, str, str]], place: str, seq: int) -> None:
        if wrong is not None:
            self.find(wrong[0], place, seq, wrong[1], wrong[2])

    def _closure_claim(self, fact: Fact, tree: Tree, place: str) -> None:
        body: Any = fact.body
        size, peaks = body.get("last_seq"), body.get("peaks")
        if not is_count(size, 0) or not is_hex(body.get("root")) or not is_hex(body.get("head")) or size >= fact.seq:
            self.find(
                "body_schema", place, fact.seq, "clôture hors de son schéma", "a closure that is not of its schema"
            )
            return
        if body.get("period") != "day" or size < self.manifest["first"] - 1:
            return  # a month repeats the root of its last day, which was compared
        told = tuple(peaks) if is_hex_list(peaks) else ()
        words = Said(
            "sa racine ou son empreinte n'est pas celle des écritures qu'elle clôt",
            "its root or head is not that of the entries it closes",
        )
        tree.claim(Claim(size, body["root"], body["head"], "closure_totals", place, fact.seq, words.fr, words.en, told))

    def _other_fact(self, fact: Fact, tree: Tree, place: str) -> None:
        body: Any = fact.body
        if fact.type == "ledger.opened/1" and fact.seq > 1:
            self.find(
                "opened_again",
                place,
                fact.seq,
                "une écriture plus loin prétend ouvrir le registre",
                "a later entry claims to open the ledger",
            )
        elif fact.type == "key.changed/1":
            self._key_change(fact.seq, body, place)
            size, root = body.get("size"), body.get("root")
            if is_count(size) and is_hex(root) and self.manifest["first"] - 1 <= size < fact.seq:
                words = Said(
                    "la racine que nomme le changement de clé n'est pas celle des écritures",
                    "the root that the key change names is not that of the entries",
                )
                tree.claim(Claim(size, root, "", "key_discontinuity", place, fact.seq, words.fr, words.en))
        elif fact.type == "checkpoint.made/1":
            size, root = body.get("size"), body.get("root")
            if is_count(size) and is_hex(root) and self.manifest["first"] - 1 <= size < fact.seq:
                words = Said(
                    "le point de contrôle noté ici n'est pas celui des écritures",
                    "the checkpoint noted here is not that of the entries",
                )
                tree.claim(Claim(size, root, "", "rewritten", place, fact.seq, words.fr, words.en))
        elif fact.type == "anchor.policy_set/1":
            self.policies.append(body.get("anchors"))
            self._promises.append((fact.seq, fact.at, body.get("anchors")))
        elif fact.type == "anchor.failed/1":
            size = body.get("size")
            about = {fact.seq} | ({size} if is_count(size) and size < fact.seq else set())
            self._failed.setdefault(str(body.get("kind")), set()).update(about)
        elif fact.type == "data.erased/1" and type(body.get("places")) is list:
            for one in body["places"]:
                if type(one) is not dict or not is_count(one.get("seq")) or type(one.get("path")) is not str:
                    continue
                if one["seq"] < fact.seq:  # nothing is erased in advance
                    self.erased.add((one["seq"], one["path"]))
                    self.erasures.setdefault(fact.seq, []).append(one["seq"])
        elif fact.type in ("archive.created/1", "archive.verified/1", "entries.purged/1"):
            ends = [body.get(name) if is_count(body.get(name)) else 0 for name in ("first_seq", "last_seq")]
            self.told.append(Told(fact.seq, fact.type, str(body.get("manifest")), ends[0], ends[1]))

    def _previous(self, tree: Tree) -> None:
        before = self.manifest["previous"]
        if before is None:
            return
        if self.manifest["first"] - 1 <= before["last"] <= self.manifest["last"]:
            words = Said(
                "les écritures ne continuent pas l'archive que celle-ci dit précédente",
                "the entries do not go on from the archive that this one names",
            )
            tree.claim(
                Claim(
                    before["last"],
                    before["root"],
                    before["head"],
                    "archive_replaced",
                    "manifest.json",
                    before["last"],
                    words.fr,
                    words.en,
                )
            )
        elif before["last"] > self.manifest["last"]:
            self.find(
                "manifest", "manifest.json", 0, "previous finit après cette archive", "previous ends after this archive"
            )

    def _end_of_walk(self, tree: Tree, seals: Seals, closures: Closures, broken: bool) -> None:
        manifest = self.manifest
        if not broken:
            if tree.head != manifest["head"]:
                self.find(
                    "manifest",
                    "manifest.json",
                    manifest["last"],
                    "head n'est pas l'empreinte de la dernière écriture",
                    "head is not the fingerprint of the last entry",
                )
            if tree.frontier.root().hex() != manifest["tree"]["root"]:
                self.find(
                    "tree",
                    "manifest.json",
                    0,
                    "les écritures ne donnent pas la racine du manifeste",
                    "the entries do not give the manifest's root",
                )
            self.complete = True
        elif tree.claims:
            self.find(
                "not_compared",
                "",
                0,
                "des écritures manquent : les racines au-delà n'ont pas été comparées",
                "entries are missing: roots beyond them were not compared",
            )
        if tree.unmet:
            self.skip(
                "%d racine(s) nommées bien après les écritures qu'elles couvrent" % tree.unmet,
                "%d root(s) that are named long after the entries they cover" % tree.unmet,
            )
        self._checkpoint_signed()
        self.met = tree.met
        self.seals, self.seals_checked = seals.count, seals.checked
        self.proven = seals.proven if seals.sound else 0
        self.last_seal_key = seals.last_key
        self.closures = closures.totalled
        if closures.calendar.untold:
            self.skip(
                "le dernier jour des mois et de l'exercice : une écriture antérieure à l'archive a pu déplacer la fin de l'exercice",
                "the last days of months and the financial year: an entry before this archive may have moved the year's end",
            )

    def _seal_lines(self) -> Iterator[bytes]:
        """The lines of the seals, hashed on the way."""
        if "seals.jsonl" not in self.zip.members:
            return
        hashed = sha256()
        rest = b""
        try:
            for piece in self.zip.pieces("seals.jsonl"):
                hashed.update(piece)
                lines = (rest + piece).split(b"\n")
                rest = lines.pop()
                yield from lines
                if len(rest) > 1000:
                    rest = b"?"
        except Refused as refused:
            self.find(refused.code, "seals.jsonl", 0, refused.fr, refused.en)
            return
        if rest:
            yield rest
        self.hashed["seals.jsonl"] = hashed.hexdigest()

    def _join_streams(self, tasks: List[Task], kept: List[Stretch], joined: Joined) -> None:
        """Versions of streams over all stretches; where they are in files, one partition after the other."""
        if not kept:
            return
        workers, opened, folder = self.run.workers, joined.opened, tasks[0].spill
        parts = [
            (folder, [(one.offsets[part], one.offsets[part + 1]) for one in kept], opened)
            for part in range(PARTITIONS if folder else 0)
        ]
        for found in [joined.found] if not folder else in_order(workers, "streams", parts, 4 * workers.jobs):
            for code, seq in found:
                self.find(code, "entries/", seq, *WORDS[code])
        if not opened:
            self.skip(
                "les premières versions des objets ouverts avant l'écriture %d (elles sont dans les archives précédentes)"
                % self.manifest["first"],
                "the first versions of what began before entry %d (they are in the archives before)"
                % self.manifest["first"],
            )

    # ---- the other files

    def _give_others(self) -> List[Tuple[str, int]]:
        """Have the files hashed that nothing else reads, the big ones by the workers."""
        found = []
        for name in self.zip.members:
            if (
                name in self.listed
                and not ENTRIES.fullmatch(name)
                and name not in READ_APART
                and not name.startswith(("anchors/", "tables/"))
            ):
                found.append((name, self.run.workers.give("member", (self.path, name))))
        return found

    def _take_others(self, others: List[Tuple[str, int]]) -> None:
        for name, number in others:
            digest, wrong = self.run.workers.take(number)
            if wrong is not None:
                self.find(wrong[0], name, 0, wrong[1], wrong[2])
            self.hashed[name] = digest

    def _tables(self) -> List["TableCheck"]:
        """The tables to compare, as the walk goes on."""
        there = {name for name in self.zip.members if name.startswith("tables/")}
        parts = [(table, table_parts(there, table)) for table in TABLES]
        return [TableCheck(self.path, names, table, TABLES[table]) for table, names in parts if names]

    def _end_tables(self, tables: List["TableCheck"], tasks: List[Task], kept: List[Stretch], broken: bool) -> None:
        """Judge the tables; where the entries are not all there, only their bytes are read."""
        comparable = not broken and all(one.tables for one in kept)
        rest = [name for name in self.zip.members if name.startswith("tables/")]
        for table in tables if comparable else []:
            rest = [name for name in rest if name not in table.names]
            bad = table.end()
            self.hashed.update(table.digests)
            if table.wrong is not None:
                name, code, fr, en = table.wrong
                self.find(code, name, 0, fr, en)
            elif bad is not None:
                self._bad_table(table.names, table.name, bad, tasks)
            elif table.cut:
                self._parts(table)
        self._take_others([(name, self.run.workers.give("member", (self.path, name))) for name in sorted(rest)])
        for table in tables:
            rest = [name for name in rest if name not in table.names]
        for name in sorted(rest):
            if TABLE_PART.fullmatch(name):
                self.find("table", name, 0, "cette suite de tableau ne suit rien", "this part of a table follows none")
        for wanted in TABLES:
            if "tables/%s.csv" % wanted not in self.zip.members:
                self.find("table", "tables/%s.csv" % wanted, 0, "ce tableau manque", "this table is missing")
        if broken:
            self.skip("les tableaux, les écritures n'étant pas toutes là", "the tables, as entries are missing")
        elif not all(one.tables for one in kept):
            self.skip(
                "les tableaux : cette machine ne connaît pas le fuseau horaire du registre",
                "the tables: this machine does not know the ledger's time zone",
            )

    def _parts(self, table: "TableCheck") -> None:
        workers = self.run.workers
        wrong = table.parts(map(workers.take, [workers.give("rows", (self.path, name)) for name in table.names]))
        if wrong is not None:
            self.find("table", wrong[0], 0, wrong[1], wrong[2])

    def _bad_table(self, names: List[str], table: str, bad: Tuple[int, int], tasks: List[Task]) -> None:
        """Find the first row that is not what the entries give."""
        rank, offset = bad
        if rank >= len(tasks):
            name, seq = names[-1], 0
            words = Said("il a des lignes de trop à la fin", "it has rows too many at its end")
        else:
            name, line, seq = first_bad_row(tasks[rank], names, table, offset)
            words = Said(
                "la ligne %d n'est pas ce que donnent les écritures" % line,
                "line %d is not what the entries give" % line,
            )
        self.find("table", name, seq, words.fr, words.en)

    def _compare_digests(self) -> None:
        for name, one in self.listed.items():
            if name in self.hashed:
                if self.hashed[name] and self.hashed[name] != one["sha256"]:
                    self._changed(name)
            elif name in self.zip.members and not any(found.place.endswith(name) for found in self.findings):
                self.find(
                    "file_changed",
                    name,
                    0,
                    "ses octets n'ont pas pu être lus en entier",
                    "its bytes could not all be read",
                )

    # ---- signatures

    def _signature(self) -> None:
        """The CMS signature of the manifest and the time stamp over it."""
        certificate_file = self.read("archive-certificate.pem")
        if "manifest.p7s" not in self.zip.members:
            self.find("signature_missing", "manifest.p7s", 0, "l'archive n'est pas signée", "the archive is not signed")
        else:
            signature = self.read("manifest.p7s")
            try:
                self._judge_signature(
                    open_signature(signature, self.manifest_bytes, pem_certificates(certificate_file))
                )
            except ValueError as error:
                self.find(
                    "signature",
                    "manifest.p7s",
                    0,
                    "ce n'est pas la signature de ce manifeste",
                    "it is not a signature of this manifest (%s)" % error,
                )
            self._openssl_signature(signature, certificate_file)
        if "manifest.tsr" in self.zip.members:
            self._time_stamp(self.read("manifest.tsr"))
        else:
            self.skip("aucun horodatage ne dit quand l'archive existait", "no time stamp says when the archive existed")

    def _judge_signature(self, signed: Signed) -> None:
        self.signer = signed.certificate
        if signed.certificate.key != self.manifest["archive_key"]:
            self.find(
                "signature",
                "manifest.p7s",
                0,
                "signé par une autre clé que archive_key",
                "signed by another key than archive_key",
            )
        elif signed.holds is False:
            self.find(
                "signature",
                "manifest.p7s",
                0,
                "la signature du manifeste est fausse",
                "the signature of the manifest is wrong",
            )
        elif signed.holds:
            self.signed = True
        else:
            self.find(
                "signature",
                "manifest.p7s",
                0,
                "algorithme de signature hors du format",
                "an algorithm of signature that the format does not allow",
            )

    def _openssl_signature(self, signature: bytes, certificate_file: bytes) -> None:
        run = self.run
        if run.openssl is None:
            self.skip(
                "openssl absent : la chaîne des certificats n'a pas été regardée",
                "openssl is not here: the chain of certificates was not looked at",
            )
            return
        arguments = "cms -verify -binary -inform DER -in manifest.p7s -content manifest.json -CAfile archive-certificate.pem -purpose any -no_check_time -partial_chain -out out"
        good = run.openssl_says(
            arguments,
            {
                "manifest.p7s": signature,
                "manifest.json": self.manifest_bytes,
                "archive-certificate.pem": certificate_file,
            },
        )
        if not good and self.signed:
            self.signed = False
            self.find(
                "signature",
                "manifest.p7s",
                0,
                "openssl refuse la signature ou ses certificats",
                "openssl refuses the signature or its certificates",
            )

    def _time_stamp(self, token: bytes) -> None:
        signature = self.read("manifest.p7s")
        try:
            stamp = open_stamp(token)
        except ValueError:
            self.find("timestamp", "manifest.tsr", 0, "ce n'est pas un horodatage", "it is not a time stamp")
            return
        if stamp.imprint != sha256(signature).digest():
            self.find(
                "timestamp",
                "manifest.tsr",
                0,
                "l'horodatage porte sur autre chose que cette signature",
                "the time stamp is over something else than this signature",
            )
            return
        if self._stamp_holds(stamp, token, signature, "manifest.tsr"):
            self.stamp = stamp

    def _stamp_holds(self, stamp: Stamp, token: bytes, data: bytes, place: str) -> bool:
        run = self.run
        if stamp.signed.holds is False:
            self.find(
                "timestamp",
                place,
                0,
                "la signature de l'horodatage est fausse",
                "the signature of the time stamp is wrong",
            )
            return False
        said = True
        if run.openssl is not None and (run.authority or stamp.signed.holds is None):
            authority = run.authority or b"".join(_pem(one) for one in stamp.signed.certificates)
            said = run.openssl_says(
                "ts -verify -data data -in token.tsr -CAfile authority.pem -untrusted chain.pem -partial_chain -no_check_time"
                if run.authority
                else "ts -verify -data data -in token.tsr -CAfile authority.pem -partial_chain -no_check_time",
                {"data": data, "token.tsr": token, "authority.pem": authority, "chain.pem": b"".join(_pem(one) for one in stamp.signed.certificates)},
            )  # fmt: skip
            if not said:
                self.find(
                    "timestamp",
                    place,
                    0,
                    "openssl ne rattache pas l'horodatage à cette autorité",
                    "openssl does not trace the time stamp to this authority",
                )
        elif stamp.signed.holds is None:
            self.skip(
                "la signature de l'horodatage %s (algorithme inconnu ici, openssl absent)" % place,
                "the signature of the time stamp %s (an algorithm not known here, and openssl is not here)" % place,
            )
            said = False
        if not run.authority:
            self.skip(
                "qui est l'autorité d'horodatage « %s » : donnez son certificat racine (--authority)"
                % stamp.signed.certificate.subject,
                "who the time stamp authority '%s' is: give its root certificate (--authority)"
                % stamp.signed.certificate.subject,
            )
        return said

    # ---- anchors

    def _anchor_claims(self) -> None:
        """What the anchored checkpoints say of the entries of this range; read before the walk, judged after it."""
        for name in sorted(self.zip.members):
            if name.startswith("anchors/"):
                anchor = read_anchor(name, self.read(name))
                if anchor is None:
                    self.find("manifest", name, 0, "ancrage d'une autre forme", "an anchor of another form")
                    continue
                if anchor.note.size > self.manifest["checkpoint"]["size"]:
                    self.find(
                        "manifest",
                        name,
                        0,
                        "ancrage d'un point de contrôle plus grand que celui de l'archive",
                        "an anchor of a greater checkpoint than the archive's",
                    )
                if self.manifest["first"] - 1 <= anchor.note.size <= self.manifest["last"]:
                    words = Said(
                        "le point de contrôle ancré n'est pas celui des écritures",
                        "the anchored checkpoint is not that of the entries",
                    )
                    self.claims.append(
                        Claim(
                            anchor.note.size,
                            anchor.note.root.hex(),
                            "",
                            "rewritten",
                            name,
                            anchor.note.size,
                            words.fr,
                            words.en,
                        )
                    )
                    self.fitting.add(name)
                    self.marks = tuple(sorted({*self.marks, anchor.note.size}))
                elif self.note is not None and (anchor.note.size, anchor.note.root) == (self.note.size, self.note.root):
                    self.fitting.add(name)

    def _anchors(self) -> None:
        """Signatures of the anchored checkpoints, time stamps and cosignatures, by the workers."""
        if self.keys is None:
            return
        good = {claim.place for claim in self.met}
        names = sorted(name for name in self.fitting if name in good or self.manifest["last"] < self._anchor_size(name))
        witnesses = self._witnesses()
        traced: Dict[bytes, bool] = {}
        unjudged: Set[str] = set()
        numbers = [
            self.run.workers.give("anchors", (self.path, names[at : at + 50], self.keys.checkpoints, witnesses))
            for at in range(0, len(names), 50)
        ]
        for number in numbers:
            for name, code, at, by, kind, size in self.run.workers.take(number):
                if code in ANCHOR_WORDS:
                    self.find(code, name, 0, *ANCHOR_WORDS[code])
                elif code == "witness_unknown":
                    unjudged.add("witness")
                    self.skip(
                        "un témoin dont la clé n'est pas dans l'écriture 1 (donnez-la : --witness)",
                        "a witness whose key is not in entry 1 (give it: --witness)",
                    )
                elif code == "algorithm":
                    unjudged.add("timestamp")
                    self.skip(
                        "la signature de l'horodatage %s (algorithme inconnu ici)" % name,
                        "the signature of the time stamp %s (an algorithm not known here)" % name,
                    )
                elif code:
                    self.skip(
                        "l'ancrage %s : copie gardée ailleurs, à comparer là" % name,
                        "the anchor %s: a copy kept elsewhere, to be compared there" % name,
                    )
                elif kind == "timestamp" and self.run.authority and not self._traced(name, traced):
                    self.find("timestamp", name, 0, *ANCHOR_WORDS["authority"])
                else:
                    self.anchors.append({"at": at, "by": by, "kind": kind, "size": size})
        stamps = [(one["size"], one["at"]) for one in self.anchors if one["kind"] == "timestamp"]
        if stamps and self.complete and self.run.authority and self.run.openssl is not None:
            self._stamped_times(sorted(stamps))
        elif stamps:
            self.skip(
                "les heures des écritures contre les horodatages (donnez --authority, avec openssl)",
                "the entries' moments against the time stamps (give --authority, with openssl)",
            )
        self._gaps(unjudged)
        self.covered = max([one["size"] for one in self.anchors if one["kind"] == "witness"], default=0)

    def _gaps(self, unjudged: Set[str]) -> None:
        """Spans of entries that waited longer than twice what was promised for an anchor, and no failure was told of.

        Each is closed by an anchor of a tree in this range: what came later, and what excuses it, is not here.
        """
        promises = list(self._promises)
        if self.manifest["first"] == 1 and self.opening is not None and self.opened_at:
            promises.insert(0, (1, self.opened_at, self.opening.get("anchors")))
        elif (self.opening or {}).get("anchors") or self.policies:
            self.skip(
                "si les ancrages ont été aussi fréquents que promis avant l'archive : ce qui l'était alors n'est pas ici (sceau verify le regarde)",
                "whether anchors were placed as often as was promised before this archive: what was is not here (sceau verify looks at it)",
            )
        if not self.complete:
            return
        for kind, words in GAP_WORDS.items():
            promised = _promised(promises, kind, self.manifest["last"])
            if not promised:
                continue
            if kind in unjudged:
                self.skip("la fréquence des ancrages : " + words.fr, "how often anchors were placed: " + words.en)
                continue
            ends = sorted((one["size"], one["at"]) for one in self.anchors if one["kind"] == kind)
            ends = [one for one in ends if one[0] <= self.manifest["last"]]
            reached = self._gaps_of(promised, ends, sorted(self._failed.get(kind, ())), words)
            if reached < self.manifest["last"]:
                self.skip(
                    "si les écritures après la %d ont été ancrées à temps (sceau verify le regarde)" % reached,
                    "whether the entries after %d were anchored in time (sceau verify looks at it)" % reached,
                )

    def _gaps_of(
        self, promised: List[Tuple[int, int, str, int]], ends: List[Tuple[int, str]], failed: List[int], words: Said
    ) -> int:
        covered = 0
        for first, last, at, minutes in promised:
            limit, covered = timedelta(minutes=2 * minutes + 10), first - 1
            waiting: Optional[Tuple[int, str]] = (first, at)
            for size, when in ends:
                if size <= covered:
                    continue
                if waiting is not None and waiting[0] <= min(size, last):
                    excused = any(covered < seq <= size + 1 for seq in failed)
                    if _moment(when) - _moment(waiting[1]) > limit and not excused:
                        self.find("anchor_gap", "anchors/", waiting[0], words.fr, words.en)
                covered, waiting = size, self.after.get(size)
        return covered

    def _traced(self, name: str, known: Dict[bytes, bool]) -> bool:
        """Whether openssl traces an anchor's time stamp to the given authority; asked once for each signer."""
        anchor = read_anchor(name, self.read(name))
        if anchor is None or self.run.openssl is None:
            return anchor is not None  # what cannot be asked is said by `_stamped_times`'s caller
        stamp = open_stamp(anchor.proof)
        signer = stamp.signed.certificate.whole
        if signer not in known:
            chain = b"".join(_pem(one) for one in stamp.signed.certificates)
            known[signer] = self.run.openssl_says(
                "ts -verify -digest %s -in token.tsr -CAfile authority.pem -untrusted chain.pem -partial_chain -no_check_time"
                % stamp.imprint.hex(),
                {"token.tsr": anchor.proof, "authority.pem": self.run.authority, "chain.pem": chain},
            )
        return known[signer]

    def _stamped_times(self, stamps: List[Tuple[int, str]]) -> None:
        """Compare the entries' own moments with time stamps of trees that they do have (docs/anchors.md)."""
        tolerance = timedelta(minutes=5)
        waiting = sorted({size for size, _ in stamps}, reverse=True)
        told: Dict[int, bytes] = {}  # the moment of a tree's last entry
        after: Dict[int, Tuple[int, bytes]] = {}  # the first entry after it that tells of more than anchors
        pending: List[int] = []
        while waiting and waiting[-1] < self.manifest["first"]:
            pending.append(waiting.pop())
        for seq, line in self._entry_lines():
            if pending and line[line.rfind(b'","type":"') + 10 :].split(b'"', 1)[0] not in TALK:
                after.update(dict.fromkeys(pending, (seq, line[16:43])))
                pending.clear()
            if waiting and seq == waiting[-1]:
                told[seq] = line[16:43]
                pending.append(waiting.pop())
            if not waiting and not pending:
                break
        for size, text in stamps:
            moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
            early, late = (
                one.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode() for one in (moment - tolerance, moment + tolerance)
            )
            if size in after and after[size][1] < early:
                self.find("backdated", "entries/", after[size][0], *WORDS["backdated"])
            if size in told and told[size] > late:
                first = next((seq for seq, line in self._entry_lines() if line[16:43] > late), size)
                self.find("postdated", "entries/", first, *WORDS["postdated"])

    def _entry_lines(self) -> Iterator[Tuple[int, bytes]]:
        """All entries once more, by number; they were found whole and in order."""
        seq = self.manifest["first"]
        for name in sorted(name for name in self.zip.members if ENTRIES.fullmatch(name)):
            for line in self.zip.lines(name):
                yield seq, line
                seq += 1

    def _anchor_size(self, name: str) -> int:
        anchor = read_anchor(name, self.read(name))
        return anchor.note.size if anchor is not None else 0

    def _witnesses(self) -> List[Verifier]:
        found = []
        for policy in [(self.opening or {}).get("anchors"), *self.policies]:
            told: Any = policy.get("witnesses") if type(policy) is dict else None
            for text in told if type(told) is list else []:
                try:
                    found.append(parse_vkey(text))
                except ValueError:
                    continue
        return found + self.run.witnesses


class Anchor(NamedTuple):
    """One anchor: the checkpoint it is about, its kind, its proof."""

    note: Note
    kind: str
    proof: bytes


def read_anchor(name: str, data: bytes) -> Optional[Anchor]:
    """Read one file of anchors, None where it is not of its form."""
    try:
        one = decode(data[:-1] if data.endswith(b"\n") else data, SMALL)
        if (
            type(one) is not dict
            or set(one) != {"at", "kind", "note", "place", "proof", "size"}
            or not ANCHOR.fullmatch(name)
        ):
            return None
        note, proof = open_note(b64(text_of(one["note"]))), b64(text_of(one["proof"]))
        return Anchor(note, text_of(one["kind"]), proof) if note.size == one["size"] else None
    except (Refused, ValueError, TypeError):
        return None


Judged = Tuple[str, str, str, str, str, int]


def check_anchors(path: str, names: List[str], keys: List[Verifier], witnesses: List[Verifier]) -> List[Judged]:
    """Judge anchors that fit the entries: (name, what is wrong, when, by whom, kind, size), one or more for each."""
    found: List[Judged] = []
    signers: Dict[str, Optional[Verifier]] = {}
    for name in names:
        anchor = read_anchor(name, Zip.of_member(path, name).read(name, SMALL))
        if anchor is None:
            continue
        note, size = anchor.note, anchor.note.size
        if note.text not in signers:
            signers[note.text] = next((key for key in keys if note.signed(key)), None)
        signer = signers[note.text]
        if signer is None:
            found.append((name, "checkpoint_signature", "", "", anchor.kind, size))
        elif anchor.kind == "timestamp":
            found.append(_judge_stamp(name, note.imprint(signer), anchor.proof, size))
        elif anchor.kind == "witness":
            found += _judge_witness(name, note, anchor.proof, witnesses)
        else:
            found.append((name, "copy", "", "", anchor.kind, size))
    return found


def _judge_stamp(name: str, imprint: bytes, proof: bytes, size: int) -> Judged:
    try:
        stamp = open_stamp(proof)
    except ValueError:
        return name, "timestamp", "", "", "timestamp", size
    if stamp.imprint != imprint or stamp.signed.holds is False:
        return name, "timestamp", "", "", "timestamp", size
    return (
        name,
        "" if stamp.signed.holds else "algorithm",
        shown_time(stamp.at),
        stamp.signed.certificate.subject,
        "timestamp",
        size,
    )


def _judge_witness(name: str, note: Note, proof: bytes, witnesses: List[Verifier]) -> List[Judged]:
    try:
        cosigned = open_note(proof)
        if cosigned.text != note.text:
            raise Refused("cosignature")
        seen = [(key, cosigned.cosigned(key)) for key in witnesses if key.kind == 4]
    except Refused:
        return [(name, "cosignature", "", "", "witness", note.size)]
    good = [(name, "", shown_time(at), key.name, "witness", note.size) for key, at in seen if at is not None]
    return good or [(name, "witness_unknown", "", "", "witness", note.size)]


GAP_WORDS = {
    "timestamp": Said(
        "pas d'horodatage pendant plus longtemps que la politique d'ancrage ne le dit",
        "no time stamp for longer than the anchor policy says",
    ),
    "witness": Said(
        "pas de signature d'un témoin pendant plus longtemps que la politique d'ancrage ne le dit",
        "no cosignature of a witness for longer than the anchor policy says",
    ),
}


def _promised(policies: List[Tuple[int, str, Json]], kind: str, last: int) -> List[Tuple[int, int, str, int]]:
    """What policies, one after the other, promise of a kind of anchor: from which entry to which, since when, minutes."""
    found = []
    for place, (seq, at, policy) in enumerate(policies):
        if type(policy) is not dict:
            continue
        end = policies[place + 1][0] - 1 if place + 1 < len(policies) else last
        asked = policy.get("timestamp") is True if kind == "timestamp" else bool(policy.get("witnesses"))
        minutes = policy.get("interval_minutes", 60)
        if asked and is_count(minutes) and minutes <= 1_000_000:
            found.append((seq, end, at, minutes))
    return found


def _moment(text: str) -> datetime:
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")


ANCHOR_WORDS = {
    "checkpoint_signature": Said(
        "la clé du registre n'a pas signé ce point de contrôle", "the ledger's key did not sign this checkpoint"
    ),
    "timestamp": Said(
        "l'horodatage ne porte pas sur ce point de contrôle, ou sa signature est fausse",
        "the time stamp is not over this checkpoint, or its signature is wrong",
    ),
    "authority": Said(
        "openssl ne rattache pas l'horodatage à cette autorité",
        "openssl does not trace the time stamp to this authority",
    ),
    "cosignature": Said("la ligne du témoin est fausse", "the witness's line does not verify"),
}
READ_APART = frozenset(
    {
        "checkpoint.txt",
        "context.jsonl",
        "context-proofs.jsonl",
        "seals.jsonl",
        "seal-keys.jsonl",
        "archive-certificate.pem",
    }
)


def _pem(one: Certificate) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(one.whole) + b"-----END CERTIFICATE-----\n"


WORDS = {
    "altered": Said(
        "les octets de cette écriture ne sont pas ceux que nomme la suivante",
        "its bytes are not those that the next entry names",
    ),
    "link": Said(
        "elle ne nomme pas l'écriture précédente telle qu'elle est", "it does not name the entry before as it is"
    ),
    "deleted": Said("des écritures manquent", "entries are missing"),
    "inserted": Said("une écriture de ce rang est déjà là", "there is another entry of this number"),
    "swapped": Said("elle se trouve après une écriture plus récente", "it stands after a later one"),
    "other_ledger": Said("c'est l'écriture d'un autre registre", "it is an entry of another ledger"),
    "clock_back": Said("enregistrée avant celle qui la précède", "recorded before the entry that precedes it"),
    "backdated": Said(
        "se dit plus ancienne qu'un horodatage qui ne la couvre pas",
        "says it is older than a time stamp that does not cover it",
    ),
    "postdated": Said(
        "se dit plus récente qu'un horodatage qui la couvre", "says it is younger than a time stamp that covers it"
    ),
    "version_gap": Said("une version de l'objet manque avant elle", "a version of its stream is missing before it"),
    "version_order": Said("cette version de l'objet est déjà passée", "this version of its stream was there before"),
    "unknown_v": Said(
        "format que ce programme ne connaît pas : arrêt ici", "a format that this program does not know: it stops here"
    ),
    "body_schema": Said("elle n'est pas conforme à son schéma", "it is not of its schema"),
    "commitment": Said("engagement mal formé", "a commitment out of shape"),
}
# --- tables: docs/spec/archive-tables.md ----------------------------------------------------------------------------


def _titles(names: str) -> bytes:
    return b"\xef\xbb\xbf" + ";".join(names.split()).encode() + b"\r\n"


TABLES = {
    "closure_totals": _titles("closure_seq period from_on to_on of key first last count amount vat refunded reversed"),
    "closures": _titles(
        "seq fingerprint recorded_at period rank from_on to_on first_seq last_seq entries currency invoices credit_notes net vat"
        " gross absolute year_gross perpetual perpetual_absolute head root automatic training"
    ),
    "documents": _titles(
        "seq fingerprint recorded_at document kind type_code number series rank version issued_on till customer customer_kind"
        " refers_to quote currency net vat gross due due_on actor"
    ),
    "journal": _titles("seq fingerprint recorded_at family type stream actor body"),
    "lines": _titles(
        "document number rank item nature quantity unit unit_price basis discount_share discount net category rate exemption choice"
    ),
    "payments": _titles(
        "seq fingerprint recorded_at fact payment valued_on means currency amount unallocated about_kind about customer till cause"
        " reference provider provider_reference actor"
    ),
    "vat": _titles("document number kind issued_on category rate exemption base vat goods_base goods_vat"),
}
_FREE = re.compile('[A-Za-z0-9\u00c0-\u024f][^;"\r\n]*').fullmatch


def cell(value: Json) -> str:
    """A text as a cell: guarded against formulas, quoted where it must be."""
    if not value and (value is None or value == ""):
        return ""
    found = text_of(value)
    if _FREE(found):
        return found
    if found[0] in "=+-@\t\r'":
        found = "'" + found
    if ";" in found or '"' in found or "\n" in found or "\r" in found:
        return '"' + found.replace('"', '""') + '"'
    return found


def amount(value: Json, sign: int = 1) -> str:
    """An amount in hundredths as a cell: -123456 is -1234,56."""
    if value is None:
        return ""
    cents = sign * whole(value)
    if cents < 0:
        return "-%d,%02d" % (-cents // 100, -cents % 100)
    return "%d,%02d" % (cents // 100, cents % 100)


class Zone:
    """Local time to the minute, in the zone that entry 1 names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: Dict[str, str] = {}
        self._zone: Any = None
        self.good = True
        try:
            from zoneinfo import ZoneInfo

            self._zone = ZoneInfo(name)
        except Exception:  # no database of zones on this machine, or no such zone: nothing else hangs on it
            self.good = name == "Europe/Paris"

    def __call__(self, at: str) -> str:
        """`2026-11-22 10:30` for `2026-11-22T09:30:00.123456Z`."""
        minute = at[:16]
        found = self.known.get(minute)
        if found is None:
            if len(self.known) > 20_000:
                self.known.clear()
            moment = datetime(
                int(at[:4]), int(at[5:7]), int(at[8:10]), int(at[11:13]), int(at[14:16]), tzinfo=timezone.utc
            )
            try:
                local = (
                    moment.astimezone(self._zone)
                    if self._zone is not None
                    else moment + timedelta(hours=_paris(moment))
                )
            except OverflowError:
                local = moment
            found = self.known[minute] = "%04d-%02d-%02d %02d:%02d" % (
                local.year,
                local.month,
                local.day,
                local.hour,
                local.minute,
            )
        return found


def _paris(moment: datetime) -> int:
    """Hours before UTC in Paris, by the rule in force since 1996 (directive 2000/84/EC)."""

    def last_sunday(month: int) -> datetime:
        day = datetime(moment.year, month, 31, 1, tzinfo=timezone.utc)
        return day - timedelta(days=(day.weekday() + 1) % 7)

    return 2 if last_sunday(3) <= moment < last_sunday(10) else 1


class Book:
    """The rows that entries give, digested table by table as they are made."""

    def __init__(self, zone: str, captured: str = "") -> None:
        self.rows: Dict[str, List[str]] = {name: [] for name in TABLES}
        self.hashes = {name: sha256() for name in TABLES}
        self.lengths = dict.fromkeys(TABLES, 0)
        self.counts = dict.fromkeys(TABLES, 0)
        self.zone = Zone(zone)
        self.captured = captured
        self.kept: List[Tuple[int, str]] = []

    def enter(self, seq: int, place: str, stream: str, type_name: str, actor: str, body: Rows, written: bytes) -> None:
        """Add the rows of an entry; one that has no table of its own stands in the journal, as it is.

        Raises:
            KeyError, TypeError, AttributeError: its body is not of its schema.
        """
        maker = MAKERS.get(type_name)
        if maker is not None:
            maker(self.rows, (place, stream.partition(":")[2], actor, str(seq)), body)
        else:
            cells = (
                place,
                type_name.partition(".")[0],
                type_name,
                stream,
                actor,
                written.decode("utf-8").replace('"', '""'),
            )
            self.rows["journal"].append('%s;%s;%s;%s;%s;"%s"\r\n' % cells)
        if self.captured:
            self._keep(seq)

    def enter_all(self, table: str, text: str, count: int) -> None:
        """Add so many rows of a table at once."""
        self.rows[table].append(text)
        self.counts[table] += count - 1  # `digest` counts it as one

    def _keep(self, seq: int) -> None:
        for name, rows in self.rows.items():
            if name == self.captured:
                self.kept += [(seq, row) for row in rows]
            rows.clear()

    def digest(self) -> None:
        """Take the rows made so far into the digests."""
        for name, rows in self.rows.items():
            if rows:
                data = "".join(rows).encode("utf-8", "surrogatepass")
                self.hashes[name].update(data)
                self.lengths[name] += len(data)
                self.counts[name] += len(rows)
                rows.clear()

    def ends(self) -> Dict[str, Tuple[int, bytes, int]]:
        """Length and digest of each table's rows, and how many there are."""
        self.digest()
        return {name: (self.lengths[name], self.hashes[name].digest(), self.counts[name]) for name in TABLES}


Cells = Tuple[str, str, str, str]
Made = Dict[str, List[str]]


def _document(
    rows: Made, place: Cells, body: Rows, kind: str, sign: int, refers_to: Json, totals: Optional[Rows], gross: Json
) -> None:
    head, document, actor, _ = place
    get = body.get
    number, issued_on = cell(get("number")), get("issued_on", "")
    figures = (
        ";".join(amount(totals[name], sign) for name in ("net_cents", "vat_cents", "gross_cents"))
        if totals is not None
        else ";;" + amount(gross)
    )
    rows["documents"].append(
        ";".join(
            (
                head, document, kind, get("type_code", ""), number, get("series", ""), str(get("n", "")),
                str(get("document_version", "")), cell(issued_on), cell(get("till")), get("customer", ""),
                get("customer_kind", ""), cell(refers_to), get("quote", ""), get("currency", ""), figures,
                amount(get("due_cents")), get("due_on", ""), actor,
            )
        ) + "\r\n"
    )  # fmt: skip
    basis = get("basis", "")
    for rank, line in enumerate(get("lines") or (), 1):
        discount = line.get("discount") or {}
        quantity = line["quantity"].replace(".", ",")
        if sign < 0:
            quantity = quantity[1:] if quantity[:1] == "-" else "-" + quantity
        rows["lines"].append(
            ";".join(
                (
                    document, number, str(rank), cell(line.get("item")), line["nature"], quantity, line["unit"],
                    line["unit_price"].replace(".", ","), basis, amount(discount.get("share_bp")),
                    amount(discount.get("amount_cents")), amount(line["net_cents"], sign), line["category"],
                    amount(line["rate_bp"]), cell(line.get("exemption")), line.get("choice", ""),
                )
            ) + "\r\n"
        )  # fmt: skip
    for row in get("vat", ()):
        rows["vat"].append(
            ";".join(
                (
                    document, number, kind, issued_on, row["category"], amount(row["rate_bp"]), cell(row.get("exemption")),
                    amount(row["base_cents"], sign), amount(row["vat_cents"], sign), amount(row["goods_base_cents"], sign),
                    amount(row["goods_vat_cents"], sign),
                )
            ) + "\r\n"
        )  # fmt: skip


def _preceding(body: Rows) -> str:
    return " ".join(one["number"] for one in body.get("preceding", ()))


def _t_invoice(rows: Made, place: Cells, body: Rows) -> None:
    kind = "invoice" if body["kind"] == "ordinary" else "invoice_" + body["kind"]
    _document(rows, place, body, kind, 1, _preceding(body) or body.get("deposit", ""), body["totals"], None)


def _t_credit_note(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, body, "credit_note", -1, _preceding(body), body["totals"], None)


def _t_quote(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, body, "quote", 1, body.get("amends", ""), body["totals"], None)


def _t_request(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, body, "deposit_request", 1, body["reference"], None, body["amount_cents"])


def _t_receipt(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, body, "receipt", 1, body["payment"], None, body["amount_cents"])


def _t_note(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, body, "note", 1, body.get("invoice", ""), body["totals"], None)


def _t_imported(rows: Made, place: Cells, body: Rows) -> None:
    _document(rows, place, {**body, "number": body["reference"]}, "imported_" + body["kind"], 1, "", body, None)


def _money(
    rows: Made, place: Cells, fact: str, on: str, means: str, currency: str, amounts: str, about: str, body: Rows
) -> None:
    head, payment, actor, _ = place
    get = body.get
    rows["payments"].append(
        ";".join(
            (
                head, fact, payment, on, means, currency, amounts, about, get("customer", ""), cell(get("till")), get("cause", ""),
                cell(get("reference")), cell(get("provider")), cell(get("provider_reference")), actor,
            )
        ) + "\r\n"
    )  # fmt: skip


def _about(body: Rows) -> str:
    return "%s;%s" % (body.get("about_kind", ""), body.get("about", ""))


def _put(
    rows: Made, place: Cells, fact: str, sign: int, each: Json, on: str = "", means: str = "", currency: str = ""
) -> None:
    for one in each:
        _money(rows, place, fact, on, means, currency, amount(one["amount_cents"], sign) + ";", _about(one), {})


def _t_received(rows: Made, place: Cells, body: Rows) -> None:
    on, means, currency = body["received_on"], body["means"], body["currency"]
    amounts = "%s;%s" % (amount(body["amount_cents"]), amount(body.get("unallocated_cents")))
    _money(rows, place, "received", on, means, currency, amounts, ";", body)
    _put(rows, place, "allocation", 1, body.get("allocations", ()), on, means, currency)


def _t_announced(rows: Made, place: Cells, body: Rows) -> None:
    _money(
        rows,
        place,
        "announced",
        body["announced_on"],
        body["means"],
        body["currency"],
        amount(body["amount_cents"]) + ";",
        _about(body),
        body,
    )


def _t_allocated(rows: Made, place: Cells, body: Rows) -> None:
    _put(rows, place, "allocation", 1, body.get("allocations", ()))
    _put(rows, place, "freed", -1, body.get("freed", ()))


def _t_reversed(rows: Made, place: Cells, body: Rows) -> None:
    on = body["reversed_on"]
    _money(rows, place, "reversed", on, "", "", amount(body["amount_cents"], -1) + ";", ";", body)
    _put(rows, place, "freed", -1, body.get("freed", ()), on)


def _t_failed(rows: Made, place: Cells, body: Rows) -> None:
    _money(rows, place, "failed", "", "", "", ";", ";", body)


def _t_means(rows: Made, place: Cells, body: Rows) -> None:
    _money(rows, place, "means_corrected", "", body["means"], "", ";", ";", body)


def _t_refund(rows: Made, place: Cells, body: Rows) -> None:
    _money(
        rows,
        place,
        "refund",
        body["paid_on"],
        body["means"],
        body["currency"],
        amount(body["amount_cents"], -1) + ";",
        _about(body),
        body,
    )


def _t_freed(rows: Made, place: Cells, body: Rows) -> None:
    _put(rows, place, "freed", -1, body.get("freed", ()))


def _t_closure(rows: Made, place: Cells, body: Rows) -> None:
    head, _, _, seq = place
    span = "%s;%s;%s" % (body["period"], body["from_on"], body["to_on"])
    plain_ones = (
        "period",
        "rank",
        "from_on",
        "to_on",
        "first_seq",
        "last_seq",
        "entries",
        "currency",
        "invoices",
        "credit_notes",
    )
    sums = (
        "net_cents",
        "vat_cents",
        "gross_cents",
        "absolute_cents",
        "year_gross_cents",
        "perpetual_cents",
        "perpetual_absolute_cents",
    )
    cells = (
        [str(body[name]) for name in plain_ones] + [amount(body[name]) for name in sums] + [body["head"], body["root"]]
    )
    flags = ["1" if body[name] else "0" for name in ("automatic", "training")]
    rows["closures"].append(";".join([head, *cells, *flags]) + "\r\n")
    totals = rows["closure_totals"]
    for one in body["rates"]:
        key = "%s %s" % (one["category"], amount(one["rate_bp"]))
        totals.append(
            "%s;%s;rate;%s;;;;%s;%s;;\r\n" % (seq, span, key, amount(one["base_cents"]), amount(one["vat_cents"]))
        )
    for one in body["means"]:
        key = ("%s %s" % (one["means"], one.get("currency", ""))).rstrip()
        received, refunded, back = (amount(one[name]) for name in MEANS_SUMS[:3])
        totals.append("%s;%s;means;%s;;;;%s;;%s;%s\r\n" % (seq, span, key, received, refunded, back))
    for name, cents in sorted(body["advances"].items()):
        totals.append("%s;%s;advances;%s;;;;%s;;;\r\n" % (seq, span, re.sub("_cents$", "", name), amount(cents)))
    for one in body["series"]:
        totals.append(
            "%s;%s;series;%s;%s;%s;%s;;;;\r\n"
            % (seq, span, one["series"], cell(one["first"]), cell(one["last"]), one["count"])
        )


MAKERS: Dict[str, Callable[[Made, Cells, Rows], None]] = {
    "invoice.issued/1": _t_invoice,
    "credit_note.issued/1": _t_credit_note,
    "quote.issued/1": _t_quote,
    "quote.revised/1": _t_quote,
    "deposit.requested/1": _t_request,
    "receipt.issued/1": _t_receipt,
    "note.issued/1": _t_note,
    "history.document_imported/1": _t_imported,
    "payment.received/1": _t_received,
    "payment.announced/1": _t_announced,
    "payment.allocated/1": _t_allocated,
    "payment.reversed/1": _t_reversed,
    "payment.failed/1": _t_failed,
    "payment.means_corrected/1": _t_means,
    "payment.refunded/1": _t_freed,
    "refund.paid/1": _t_refund,
    "period.closed/1": _t_closure,
}

NEEDED = FACTS | COUNTED | {name.encode() for name in MAKERS}
"""Types whose bodies are read; the others stand in the journal as they are."""


TABLE_ROWS = 1_000_000
TABLE_PART = re.compile(r"tables/[a-z_]+-[0-9]+\.csv")


def table_parts(there: Set[str], table: str) -> List[str]:
    """The files of a table, in order: NAME.csv, NAME-2.csv and so on (archive.md rule 3)."""
    name, found = "tables/%s.csv" % table, []
    while name in there:
        found.append(name)
        name = "tables/%s-%d.csv" % (table, len(found) + 1)
    return found


class TableCheck:
    """A table, all its files together, compared with what the entries give, as they give it."""

    def __init__(self, path: str, names: List[str], name: str, title: bytes) -> None:
        self.path, self.names, self.name, self.title = path, names, name, title
        self.digests: Dict[str, str] = {}
        self.wrong: Optional[Tuple[str, str, str, str]] = None  # a file that is not of its form: its name, code, words
        self._bad: Optional[Tuple[int, int]] = None  # the first stretch that differs, and where it begins
        self._rank = self._begin = self.count = 0
        self._rows = self._read()
        self._rest = memoryview(b"")

    def _read(self) -> Iterator[bytes]:
        title = self.title
        for name in self.names:
            hashed, head, tail = sha256(), b"", b""
            try:
                for piece in Zip.of_member(self.path, name).pieces(name):
                    hashed.update(piece)
                    tail = (tail + piece[-2:])[-2:]
                    if len(head) < len(title):
                        some = len(title) - len(head)
                        head, piece = head + piece[:some], piece[some:]
                    if piece:
                        yield piece
            except Refused as refused:
                self.wrong = (name, refused.code, refused.fr, refused.en)
                return
            if head != title:
                words = "sa ligne de titres n'est pas celle du format", "its line of titles is not that of the format"
                self.wrong = (name, "table", *words)
                self.digests[name] = ""
                return
            self.digests[name] = hashed.hexdigest()
            if name != self.names[-1] and tail != b"\r\n":
                self.wrong = (name, "table", "sa dernière ligne est coupée", "its last line is cut")
                return

    def take(self, length: int, digest: bytes, count: int = 1) -> bool:
        """Compare the rows of the next stretch: so many bytes of this digest; whether they are these, and all before."""
        rank, left, part = self._rank, length, sha256()
        self.count += count
        self._rank += 1
        while left and self._bad is None:
            self._rest = self._rest or memoryview(next(self._rows, b""))
            if not self._rest:
                self._bad = rank, self._begin
            some = self._rest[:left]
            part.update(some)
            left -= len(some)
            self._rest = self._rest[len(some) :]
        if length and self._bad is None and part.digest() != digest:
            self._bad = rank, self._begin
        self._begin += length
        return self._bad is None

    @property
    def cut(self) -> bool:
        """Whether it is in several files, or should be."""
        return self.count > TABLE_ROWS or len(self.names) > 1

    def parts(self, counts: Iterable[int]) -> Optional[Tuple[str, str, str]]:
        """What is wrong with the number of rows of a file: one goes on in the next after `TABLE_ROWS`, neither before nor later."""
        left = self.count
        for name, there in zip(self.names, counts):
            due = min(left, TABLE_ROWS)
            left -= due
            if there != due or not due:
                words = "il a %d lignes au lieu de %d", "it has %d rows in place of %d"
                return name, words[0] % (there, due), words[1] % (there, due)
        return None

    def end(self) -> Optional[Tuple[int, int]]:
        """The first stretch that differs, and where it begins; beyond the last one: bytes too many."""
        for piece in [self._rest, *([] if self._rest else [next(self._rows, b"")])]:
            if piece and self._bad is None:
                self._bad = self._rank, self._begin
        for _ in self._rows:  # so that every file is read to its end
            pass
        return self._bad


def table_rows(path: str, names: List[str], table: str) -> Iterator[Tuple[str, bytes]]:
    """The bytes of a table without its lines of titles, a piece at a time, each with the name of its file."""
    for name in names:
        skip = len(TABLES[table])
        for piece in Zip.of_member(path, name).pieces(name):
            if skip:
                skip, piece = max(0, skip - len(piece)), piece[skip:]
            if piece:
                yield name, piece


def count_rows(path: str, name: str) -> int:
    """How many rows a table has, without its line of titles; what stands between quotes ends none."""
    count, quoted, before = -1, False, b""
    for piece in Zip.of_member(path, name).pieces(name):
        for rank, part in enumerate(piece.split(b'"')):
            if rank:
                quoted, before = not quoted, b""
            if not quoted:
                count += part.count(b"\r\n") + (before == b"\r" and part[:1] == b"\n")
            before = part[-1:] or before
    return count


def stretch_pieces(task: Task) -> Iterator[bytes]:
    """The bytes of a stretch, read again."""
    at = 0
    for piece in Zip.of_member(task.path, task.name).pieces(task.name):
        if at + len(piece) > task.start:
            yield piece[max(0, task.start - at) : task.end - at]
        at += len(piece)
        if at >= task.end:
            return


def first_bad_row(task: Task, names: List[str], table: str, offset: int) -> Tuple[str, int, int]:
    """Walk a stretch again and find the first row of a table that differs.

    Gives the file, the line in it and the entry (0: none).
    """
    data = b"".join(stretch_pieces(task))
    walk = Walk(task._replace(data=data), table)
    walk.run()
    rows = iter(walk.book.kept)
    line, place, due, seq, rest = 2, 0, b"", 0, b""
    here = names[0]
    for name, piece in table_rows(task.path, names, table):
        if name != here:
            here, line = name, 2
        if place + len(piece) <= offset:
            line += piece.count(b"\n")
            place += len(piece)
            continue
        if place < offset:
            line += piece[: offset - place].count(b"\n")
            piece, place = piece[offset - place :], offset
        rest += piece
        place += len(piece)
        while True:
            if not due:
                row = next(rows, None)
                if row is None:
                    return here, line, 0
                seq, due = row[0], row[1].encode("utf-8", "surrogatepass")
            if len(rest) < len(due):
                break
            if not rest.startswith(due):
                return here, line, seq
            line += due.count(b"\n")
            rest, due = rest[len(due) :], b""
    if not due:  # the table ends where the stretch begins
        seq = next((seq for seq, _ in rows), 0)
    return here, line, seq


# --- erasures -------------------------------------------------------------------------------------------------------

ENTRY_TAIL = re.compile(rb'"stream":"([a-z_]+):([^"]+)","type":"([^"]+)","version":[0-9]+\}\}$')
# Kinds of streams that the accounts rest on, types of entries that make or perform a contract, streams of no customer.
ACCOUNTS = {
    "credit_note", "deposit", "import", "invoice", "note", "online_payment", "payment", "receipt", "refund",
    "subscription",
}  # fmt: skip
CONTRACT = {"quote.signed/1", "quote.delivered/1", "delivery.recorded/1", "work.accepted/1"}
NOBODYS = {"ledger", "issuer", "series", "period", "checkpoint", "archive", "document", "erasure", "register"}
KEPT_YEARS = {
    "accounts": (10, "C. com. L123-22"), "contract": (10, "C. conso L213-1"),
    "prospect": (3, "RGPD 5-1-e (CNIL)"), "tax": (6, "LPF L102 B"),
}  # fmt: skip
UNDER_WAY = timedelta(minutes=15)


class Person:
    """When one customer's data was last added to, as days `YYYY-MM-DD`; empty for never."""

    __slots__ = ("accounts", "contact", "contract")

    def __init__(self) -> None:
        self.accounts = self.contract = self.contact = ""

    def add(self, kind: str, name: str, on: str) -> None:
        """Take an entry of a kind of stream, of a type, of a day."""
        self.contact = max(self.contact, on)
        if kind in ACCOUNTS:
            self.accounts = max(self.accounts, on)
        if name in CONTRACT:
            self.contract = max(self.contract, on)


class Recent(NamedTuple):
    """An entry so young that who decided an erasure may not have seen it."""

    at: str
    seq: int
    root: str
    kind: str
    type: str
    on: str


class Early:
    """Erasures before their time: takes every entry in order, from entry 1 to the last erasure (archive.md rule 32).

    It keeps a few words for each stream that is about a customer: memory grows with them, where there is an erasure.
    """

    def __init__(self, bounds: Bounds, calendar: Calendar, erasures: Dict[int, List[int]]) -> None:
        self.bounds = bounds
        self.calendar = calendar
        self.erasures = erasures
        self.wanted = {place for places in erasures.values() for place in places}
        self.owners: Dict[str, str] = {}  # whose a stream is, by its identifier
        self.shared: Dict[str, Set[str]] = {}  # streams that speak of several customers
        self.roots: Dict[int, Set[str]] = {}  # whose the entries are of which something was erased; nobody's: empty
        self.persons: Dict[str, Person] = {}
        self.recent: List[Recent] = []
        self.years: List[Tuple[str, str]] = []
        self.archived: Dict[str, str] = {}  # by manifest: the last day of the archive
        self._begin = self._end = self._on = ""  # the business day in hand
        self._minute = self._before = ""  # what was recorded before that was seen by who decides in this minute

    def take(self, seq: int, line: bytes) -> List[Said]:
        """Take the next entry; what is wrong with its form is said elsewhere."""
        tail = ENTRY_TAIL.search(line, max(0, len(line) - 300))
        if tail is None:
            return []
        kind, identifier, name = (part.decode() for part in tail.groups())
        try:
            at = line[16:43].decode()  # it begins {"chain":{"at":"
            on = self._day(at)
            self._settle(at)
            if kind not in NOBODYS:
                self._follow(seq, kind, identifier, name, line, at, on)
            elif seq in self.wanted:
                self.roots[seq] = set()
            elif kind in ("archive", "period"):
                self._keep(name, json.loads(line)["entry"]["body"])
            if name == "data.erased/1" and seq in self.erasures:
                ended = json.loads(line)["entry"]["body"].get("ground") == "prospect_ended"
                return list(self._judge(self.erasures[seq], on, ended))
        except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
            return []
        return []

    def _follow(self, seq: int, kind: str, identifier: str, name: str, line: bytes, at: str, on: str) -> None:
        stream = kind + ":" + identifier
        root = self.owners.get(identifier)
        if root is None or (root == stream and kind != "customer"):
            body = json.loads(line)["entry"]["body"]
            root = self._root(stream, kind, identifier, body)
            if kind != "customer" and type(body.get("customer")) is not str:
                others = {root}
                for text in texts(body):  # a payment of two customers' invoices may go with either of them
                    if text in self.owners and text != identifier:
                        others |= self.shared.get(text) or {self.owners[text]}
                if len(others) > 1:
                    self.shared[identifier] = others
            self.owners[identifier] = root
        if seq in self.wanted:
            self.roots[seq] = self.shared.get(identifier) or {root}
        self.recent.append(Recent(at, seq, root, kind, name, on))

    def _root(self, stream: str, kind: str, identifier: str, body: Rows) -> str:
        """Whose an entry is: `customer:ID`, or the first stream of a passing customer."""
        if kind == "customer":
            return stream
        known = self.owners.get(identifier)
        if known is not None and known != stream:
            return known
        if type(body.get("customer")) is str:
            return "customer:" + str(body["customer"])
        named = (self.owners[text] for text in texts(body) if text in self.owners and text != identifier)
        return next(named, stream)

    def _keep(self, name: str, body: Rows) -> None:
        """Take what moves the calendar, and what a purge took: that counts as of the last day of its archive."""
        if name == "period.year_end_set/1":
            self.calendar.set_year_end(body)
        elif name == "period.closed/1" and body["period"] == "day":
            self.calendar.day(text_of(body["from_on"]))
        elif name == "period.closed/1" and body["period"] == "year":
            self.calendar.closed("year", text_of(body["to_on"]))
            self.years.append((text_of(body["from_on"]), text_of(body["to_on"])))
        elif name == "archive.created/1":
            self.archived[str(body["manifest"])] = str(body["to_on"])
        elif name == "entries.purged/1":
            on, customers = self.archived[str(body["manifest"])], body.get("customers")
            if not is_day(on):
                return
            for root in list(self.persons) if customers is None else ["customer:%s" % one for one in customers]:
                person = self.persons.get(root)
                if person is not None and root.startswith("customer:"):
                    person.accounts = max(person.accounts, on)

    def _day(self, at: str) -> str:
        """The business day of a moment."""
        if not self._begin <= at < self._end:
            day = date.fromisoformat(at[:10]) + timedelta(2)
            while self.bounds.begin(day) > at:
                day -= timedelta(1)
            self._begin, self._end = self.bounds.begin(day), self.bounds.begin(day + timedelta(1))
            self._on = day.isoformat()
        return self._on

    def _settle(self, at: str) -> None:
        """Count what is old enough to have been seen by who decides at this moment."""
        if at[:16] != self._minute:
            self._minute = at[:16]
            self._before = (datetime.strptime(at[:16], "%Y-%m-%dT%H:%M") - UNDER_WAY).isoformat() + ".000000Z"
        old = 0
        while old < len(self.recent) and self.recent[old].at < self._before:
            one = self.recent[old]
            self.persons.setdefault(one.root, Person()).add(one.kind, one.type, one.on)
            old += 1
        del self.recent[:old]

    def _judge(self, places: List[int], today: str, ended: bool) -> Iterator[Said]:
        named: Dict[Tuple[str, ...], List[int]] = {}
        for place in places:
            if place in self.roots:
                named.setdefault(tuple(sorted(self.roots[place])), []).append(place)
        for roots, seqs in named.items():
            if not roots:
                yield Said(
                    "l'écriture %d ne concerne aucun client : elle se garde toujours" % seqs[0],
                    "entry %d is about no customer: it is kept for ever" % seqs[0],
                )
                continue
            day, law, prospect = min((self._until(root, set(seqs)) for root in roots), key=lambda one: one[0])
            if day >= today and (ended or not prospect):
                yield Said(
                    "ce que nomme l'écriture %d devait être gardé jusqu'au %s (%s)" % (seqs[0], day, law),
                    "what entry %d names was to be kept until %s (%s)" % (seqs[0], day, law),
                )

    def _until(self, root: str, seqs: Set[int]) -> Tuple[str, str, bool]:
        """The last day on which a customer's data must be kept, by which article, and whether they are a prospect."""
        person, before = Person(), self.persons.get(root)
        if before is not None:
            person.accounts, person.contract, person.contact = before.accounts, before.contract, before.contact
        for one in self.recent:
            if one.root == root and one.seq in seqs:
                person.add(one.kind, one.type, one.on)
        duties = []
        if person.accounts:
            duties += [kept_until("tax", person.accounts), kept_until("accounts", self._year_end(person.accounts))]
        if person.contract:
            duties.append(kept_until("contract", person.contract))
        if duties:
            return (*max(duties), False)
        return (*kept_until("prospect", person.contact or "0001-01-01"), True)

    def _year_end(self, day: str) -> str:
        """The last day of the financial year that a day lies in."""
        for first, last in self.years:
            if first <= day <= last:
                return last
        return self.calendar.year_of(day)


def kept_until(duty: str, since: str) -> Tuple[str, str]:
    """The last day of a duty that began to run on a day, and its article."""
    years, law = KEPT_YEARS[duty]
    begin = date.fromisoformat(since)
    leap = (begin.month, begin.day) == (2, 29)
    return begin.replace(year=begin.year + years, day=28 if leap else begin.day).isoformat(), law


def texts(value: Json) -> Iterator[str]:
    """Every text of a JSON value, in order; names of members are none."""
    if type(value) is str:
        yield value
    elif type(value) in (dict, list):
        for each in value.values() if type(value) is dict else value:
            yield from texts(each)


# --- the second file ------------------------------------------------------------------------------------------------


def check_private(archive: Archive, path: str) -> None:
    """Check the file of disclosures against the commitments of the entries (archive.md rules 22 to 24)."""
    told = archive.manifest["private"]
    name = os.path.basename(path)

    def wrong(fr: str, en: str, code: str = "private", seq: int = 0, place: str = "") -> None:
        archive.find(code, place or name, seq, fr, en)

    digest = file_digest(path)
    if told is None:
        return wrong("le manifeste ne nomme pas de second fichier", "the manifest names no second file")
    if digest == told["sha256"]:
        archive.skip(
            "le second fichier est celui du manifeste, mais chiffré ; ouvrez-le et donnez-le en clair : openssl enc -d -aes-256-ctr -K CLE -iv %s -in %s -out prive.zip"
            % (told["iv"], name),
            "the second file is the one of the manifest, but encrypted; open it and give it in clear: openssl enc -d -aes-256-ctr -K KEY -iv %s -in %s -out private.zip"
            % (told["iv"], name),
        )
        return None
    if digest != told["plain_sha256"]:
        return wrong(
            "ce n'est pas le second fichier que nomme le manifeste", "it is not the second file that the manifest names"
        )
    try:
        second = Zip(path)
        manifest = (
            decode(second.read("manifest.json", MANIFEST_MOST), MANIFEST_MOST)
            if "manifest.json" in second.members
            else None
        )
    except Refused as refused:
        return wrong(
            refused.fr or "manifeste mal formé",
            refused.en or "a malformed manifest",
            refused.code if refused.code == "zip_ambiguous" else "private",
        )
    main = archive.manifest
    same = ("genesis", "first", "last")
    if (
        type(manifest) is not dict
        or set(manifest) != {"files", "format", *same}
        or manifest["format"] != PRIVATE_FORMAT
    ):
        return wrong("son manifeste est d'une autre forme", "its manifest is of another form")
    if any(manifest[one] != main[one] for one in same) or not _files_good(manifest["files"]):
        return wrong("il est d'une autre archive", "it belongs to another archive")
    listed = {one["name"]: one for one in manifest["files"]}
    for one in sorted(set(listed) ^ (set(second.members) - {"manifest.json"})):
        code = "file_missing" if one in listed else "file_unlisted"
        wrong(
            "listé et absent, ou présent et pas listé",
            "listed and not there, or there and not listed",
            code,
            0,
            name + "/" + one,
        )
    for member in second.members.values():
        MEMBERS[path, member.name] = member
    documents: Dict[str, str] = {}
    for one, row in listed.items():
        if one in second.members and one != "disclosures.jsonl":
            found, fault = check_member(path, one)
            if fault is None and one.startswith("documents/"):
                documents[one] = found
            if fault is not None:
                wrong(fault[1], fault[2], fault[0], 0, name + "/" + one)
            elif found != row["sha256"]:
                wrong(
                    "ses octets ne sont pas ceux du manifeste",
                    "its bytes are not those of the manifest",
                    "file_changed",
                    0,
                    name + "/" + one,
                )
    if "disclosures.jsonl" in second.members:
        _check_disclosures(archive, second, name, listed.get("disclosures.jsonl", {}))
    known = _rendered(archive, set(documents.values())) if documents else set()
    for one, digest in documents.items():
        if digest not in known:
            wrong(
                "ce document produit n'est pas celui qui a été enregistré",
                "this rendered document is not the one that was recorded",
                "document",
                0,
                name + "/" + one,
            )
    return None


def _rendered(archive: Archive, wanted: Set[str]) -> Set[str]:
    """Read the entries again for those of these digests that one of them records as a rendered or sealed document."""
    found: Set[str] = set()
    for name in sorted(one for one in archive.zip.members if one.startswith("entries/")):
        try:
            for line in archive.zip.lines(name):
                if b'"type":"document.rendered/1"' in line or b'"type":"document.sealed/1"' in line:
                    entry = decode(line, MAX_LINE, 34)["entry"]
                    if entry["type"] in ("document.rendered/1", "document.sealed/1"):
                        found |= wanted & {entry["body"]["digest"]}
        except (Refused, KeyError, TypeError):  # told where the entries are checked
            continue
    return found


PRIVATE_TABLES = {
    "customers": _titles(
        "seq document kind role name address postcode city country siren vat_number email phone contact order_reference"
    ),
    "texts": _titles("seq document kind place text"),
}
_PARTIES = frozenset(("/client", "/payer", "/payee", "/party", "/addressee"))
_NO_WORDS = frozenset(("/embedded_salt", "/logo_bytes"))


def private_rows(seq: int, stream: str, path: str, value: Json) -> Tuple[str, List[str]]:
    """The rows that one disclosure gives, and of which table (archive-tables.md rule 15).

    Raises:
        Refused: `private`: it is not of its schema.
    """
    kind, _, document = stream.partition(":")
    head = "%d;%s;%s;" % (seq, document, kind)
    if path in _NO_WORDS:
        return "texts", []
    if path not in _PARTIES or type(value) is not dict:
        return "texts", [head + "%s;%s\r\n" % row for row in _leaves(value, "" if path == "/texts" else path[1:])]
    try:
        address = value.get("address") or {}
        if type(address) is str:  # where a message went is one text
            address = {"lines": [address]}
        cells = [path[1:], cell(value.get("name")), cell(", ".join(address.get("lines", ())))]
        cells += [cell(address.get(name)) for name in ("postcode", "city", "country")]
        cells += [
            cell(value.get(name)) for name in ("siren", "vat_number", "email", "phone", "contact", "order_reference")
        ]
    except (TypeError, AttributeError):
        raise Refused("private", "personne hors de son schéma", "a person that is not of its schema") from None
    return "customers", [head + ";".join(cells) + "\r\n"]


def _leaves(value: Json, place: str) -> Iterator[Tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, place + "/" + name if place else name)
    elif isinstance(value, list):
        for rank, member in enumerate(value, 1):
            yield from _leaves(member, "%s/%d" % (place, rank))
    elif value is not None:
        yield cell(place), cell(value if isinstance(value, str) else _encode(value))


def _check_disclosures(archive: Archive, second: Zip, name: str, listed: Rows) -> None:
    """Walk disclosures and commitments side by side; both stand in order of seq and path."""
    place = name + "/disclosures.jsonl"
    due = iter(sorted(one) for stretch in archive.disclosed for one in [stretch.commitments])
    waiting: Iterator[Committed] = (one for batch in due for one in batch)
    asked = next(waiting, None)
    hashed = sha256()
    before: Tuple[int, str] = (0, "")

    there = set(second.members)
    tables = {
        table: TableCheck(second.path, table_parts(there, table), table, PRIVATE_TABLES[table])
        for table in PRIVATE_TABLES
    }
    rows = dict.fromkeys(PRIVATE_TABLES, 1)
    different: Dict[str, Tuple[int, int]] = {}  # by table: the first line that differs, and its entry
    sound = True
    missing: List[int] = []

    def enter(seq: int, stream: str, path: str, value: Json) -> None:
        table, made = private_rows(seq, stream, path, value)
        for row in made:
            rows[table] += 1
            data = row.encode("utf-8")
            if not tables[table].take(len(data), sha256(data).digest()):
                different.setdefault(table, (rows[table], seq))

    def lost(one: Committed) -> None:
        if (one[0], one[1]) not in archive.erased and (one[0], one[1]) not in archive.run.erased:
            archive.find(
                "disclosure_lost",
                place,
                one[0],
                "%s manque sans effacement inscrit" % plain(one[1]),
                "%s is missing and no erasure is recorded" % plain(one[1]),
            )
            missing.append(one[0])

    try:
        for line in second.lines("disclosures.jsonl", 2 * MAX_LINE):
            hashed.update(line + b"\n")
            seq, path, salt, value = _disclosure(line)
            here = (seq, path)
            if here <= before:
                archive.find("private", place, seq, "les lignes ne sont pas dans l'ordre", "its lines are not in order")
                sound = False
            before = here
            while asked is not None and (asked[0], asked[1]) < here:
                lost(asked)
                asked = next(waiting, None)
            if asked is None or (asked[0], asked[1]) != here:
                archive.find(
                    "disclosure_stray",
                    place,
                    seq,
                    "%s : aucune écriture ne le demande" % plain(path),
                    "%s: no entry asks for it" % plain(path),
                )
                sound = False
                continue
            if sha256(canonical(["sceau-commit/1", archive.ledger, path, salt, value])).digest() != asked[2]:
                archive.find(
                    "commitment",
                    place,
                    seq,
                    "%s n'est pas ce qui avait été engagé" % plain(path),
                    "%s is not what was committed to" % plain(path),
                )
                sound = False
            elif sound and not missing:
                enter(seq, asked[3], path, value)
            asked = next(waiting, None)
    except Refused as refused:
        archive.find(
            "private" if refused.code != "zip_ambiguous" else refused.code,
            place,
            before[0],
            refused.fr or "ligne d'une autre forme",
            refused.en or "a line of another form",
        )
        return
    while asked is not None:
        lost(asked)
        asked = next(waiting, None)
    for table, check in tables.items() if sound and not missing else ():
        names = check.names or ["tables/%s.csv" % table]
        here_ = name + "/" + names[-1]
        beyond = check.end() is not None
        if not check.names:
            archive.find("table", here_, 0, "ce tableau manque", "this table is missing")
        elif check.wrong is not None:
            archive.find(check.wrong[1], name + "/" + check.wrong[0], 0, *check.wrong[2:])
        elif table in different:
            said = different[table]
            archive.find(
                "table",
                here_,
                said[1],
                "la ligne %d n'est pas ce que donnent les textes" % said[0],
                "line %d is not what the disclosures give" % said[0],
            )
        elif check.cut and not beyond:
            wrong = check.parts(count_rows(second.path, one) for one in names)
            if wrong is not None:
                archive.find("table", name + "/" + wrong[0], 0, wrong[1], wrong[2])
        elif beyond:
            archive.find("table", here_, 0, "il a des lignes de trop à la fin", "it has rows too many at its end")
    if listed and hashed.hexdigest() != listed["sha256"]:
        archive.find(
            "file_changed",
            place,
            0,
            "ses octets ne sont pas ceux du manifeste",
            "its bytes are not those of the manifest",
        )


def _disclosure(line: bytes) -> Tuple[int, str, str, Json]:
    one = decode(line, 2 * MAX_LINE, 33)
    if type(one) is not dict or set(one) != {"path", "salt", "seq", "value"} or not is_count(one["seq"]):
        raise Refused("private")
    return one["seq"], *_salted(one)


def _salted(one: Rows) -> Tuple[str, str, Json]:
    path, salt = one["path"], one["salt"]
    if type(path) is not str or not re.fullmatch("(/([^~/]|~[01])*)+", path) or not is_hex(salt, 32):
        raise Refused("private")
    return path, salt, one["value"]


def file_digest(path: str) -> str:
    """SHA-256 of a file.

    Raises:
        CannotCheck: it cannot be read.
    """
    hashed = sha256()
    try:
        with open(path, "rb") as file:
            while True:
                data = file.read(MEBI)
                if not data:
                    return hashed.hexdigest()
                hashed.update(data)
    except OSError as error:
        raise CannotCheck(
            "%s ne peut pas être lu (%s)" % (path, error.strerror), "%s cannot be read (%s)" % (path, error.strerror)
        ) from None


# --- a customer's proof: docs/spec/checkpoint.md rules 18 to 21 -----------------------------------------------------


class Proof(NamedTuple):
    """One proof: the entry's line, its place, the checkpoint."""

    line: bytes
    at: int
    note: Note
    raw: bytes


def open_proof(text: Json) -> Proof:
    """Read one `tlog-proof@v1` and check that its checkpoint holds the entry.

    Raises:
        Refused: `proof`, `note`, `checkpoint` or `inclusion`.
    """
    if type(text) is not str:
        raise Refused("proof")
    head, _, rest = text.partition("\n\n")
    lines = head.split("\n")
    try:
        if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines[0].startswith("extra ") or not rest:
            raise Refused("proof")
        line = b64(lines.pop(0)[6:])
        match = re.fullmatch("index (0|[1-9][0-9]{0,15})", lines.pop(0))
        path = [b64(one) for one in lines]
    except (ValueError, IndexError):
        raise Refused("proof") from None
    if match is None:
        raise Refused("proof")
    note = open_note(rest.encode("utf-8", "surrogatepass"))
    index = int(match[1])
    if not included(sha256(line).digest(), index, note.size, path, note.root):
        raise Refused("inclusion", seq=index + 1)
    return Proof(line, index, note, rest.encode("utf-8", "surrogatepass"))


def check_proof(run: "Run_", path: str) -> Rows:
    """Check a customer's file; gives the verdict."""
    name = os.path.basename(path)
    findings: List[Finding] = []
    verdict = empty_verdict()

    def wrong(code: str, fr: str, en: str, seq: int = 0) -> None:
        findings.append(Finding(code, name, seq, fr, en))

    shown: Tuple[str, str] = ("", "")
    try:
        shown = _check_proof(run, path, verdict, wrong)
    except Refused as refused:
        wrong(
            refused.code,
            refused.fr or "le fichier n'est pas une preuve entière (%s)" % refused.code,
            refused.en or "the file is not a whole proof (%s)" % refused.code,
            refused.seq,
        )
    pin_findings(run, verdict, findings, name, set())
    if not findings:
        head = verdict["head"]
        verdict["proven_until"] = head["seq"]
        anchors = ["%s %s (%s)" % (one["kind"], one["by"], one["at"]) for one in verdict["anchors"]]
        run.say(
            verdict, "proven",
            "le document %s est l'écriture %d de ce registre, telle quelle, parmi les %d premières" % (shown[0] or shown[1], head["seq"], verdict["entries"]),
            "document %s is entry %d of this ledger, as it is, among its first %d" % (shown[0] or shown[1], head["seq"], verdict["entries"]),
        )  # fmt: skip
        for one in anchors:
            run.say(
                verdict, "proven", "ce point de contrôle est tenu par : " + one, "this checkpoint is kept by: " + one
            )
    if not any(one["kind"] == "witness" for one in verdict["anchors"]):
        run.say(
            verdict, "not_proven",
            "que le registre ne présente pas un autre historique à d'autres : aucun témoin n'a contresigné ce point de contrôle",
            "that the ledger shows no other history to others: no witness countersigned this checkpoint",
        )  # fmt: skip
    run.say(verdict, "not_proven", *TRUTH)
    return finish(run, verdict, findings)


def _check_proof(run: "Run_", path: str, verdict: Rows, wrong: Callable[..., None]) -> Tuple[str, str]:
    if os.path.getsize(path) > 64 * MEBI:
        raise Refused("proof")
    with open(path, "rb") as file:
        data = file.read()
    if data[-1:] != b"\n":
        raise Refused("proof")
    found = decode(data[:-1], 64 * MEBI)
    members = {"anchors", "disclosures", "document", "format", "opening"}
    if (
        type(found) is not dict
        or set(found) != members
        or found["format"] != "sceau-proof/1"
        or type(found["anchors"]) is not list
        or type(found["disclosures"]) is not list
    ):
        raise Refused("proof")
    document, opening = open_proof(found["document"]), open_proof(found["opening"])
    if opening.at != 0 or document.raw != opening.raw:
        raise Refused(
            "proof",
            "les deux preuves ne sont pas sous le même point de contrôle",
            "the two proofs are not under one checkpoint",
        )
    first, entry = parse_entry(opening.line), parse_entry(document.line)
    chain = entry["chain"]
    if (
        first["chain"]["seq"] != 1
        or first["chain"]["prev"] != ZERO
        or first["entry"]["type"] != "ledger.opened/1"
        or chain["seq"] != document.at + 1
    ):
        raise Refused(
            "opening",
            "ce n'est pas l'écriture 1, ou le rang n'est pas celui de la preuve",
            "it is not entry 1, or the place is not that of the proof",
        )
    if ledger_id(first["entry"]) != first["chain"]["ledger"] or chain["ledger"] != first["chain"]["ledger"]:
        raise Refused("other_ledger", *WORDS["other_ledger"])
    body, genesis = first["entry"]["body"], sha256(opening.line).hexdigest()
    keys = Keys(chain["ledger"], genesis, body)
    note = document.note
    fingerprint = sha256(document.line).hexdigest()
    verdict.update(
        kind=text_or(body.get("kind")), genesis=genesis, ledger=chain["ledger"], siren=text_or(body.get("siren")), entries=note.size,
        first=chain["seq"], last=chain["seq"], head={"seq": chain["seq"], "fingerprint": fingerprint},
    )  # fmt: skip
    if note.origin != keys.origin:
        wrong(
            "checkpoint_origin", "le point de contrôle est d'un autre registre", "the checkpoint is of another ledger"
        )
    if not note.signed(keys.checkpoints[0]):
        wrong(
            "checkpoint_signature",
            "la clé que nomme l'écriture 1 n'a pas signé ce point de contrôle (si elle a changé depuis, demandez l'archive)",
            "the key that entry 1 names did not sign this checkpoint (if it changed since, ask for the archive)",
        )
    _check_shown(found["disclosures"], chain["ledger"], entry["entry"]["body"], chain["seq"], wrong)
    _check_proof_anchors(run, found["anchors"], note, keys, body, verdict, wrong)
    number = text_or(entry["entry"]["body"].get("number"))
    if run.document and run.document[1] != fingerprint:
        if run.wanted == number:
            wrong("rewritten", *DOCUMENT_WORDS, chain["seq"])
        else:
            wrong(
                "document_missing", "la preuve est celle d'un autre document", "the proof is that of another document"
            )
    return plain(number), entry["entry"]["stream"]


def _check_shown(disclosures: List[Json], ledger: str, body: Rows, seq: int, wrong: Callable[..., None]) -> None:
    due = dict(commitments(body))
    for one in disclosures:
        if type(one) is not dict or set(one) != {"path", "salt", "value"}:
            raise Refused("proof")
        path, salt, value = _salted(one)
        if path not in due:
            wrong(
                "disclosure_stray",
                "%s : l'écriture ne le demande pas" % plain(path),
                "%s: the entry does not ask for it" % plain(path),
                seq,
            )
        elif sha256(canonical(["sceau-commit/1", ledger, path, salt, value])).hexdigest() != due[path]:
            wrong(
                "commitment",
                "%s n'est pas ce qui avait été engagé" % plain(path),
                "%s is not what was committed to" % plain(path),
                seq,
            )


def _check_proof_anchors(
    run: "Run_", anchors: List[Json], note: Note, keys: Keys, body: Rows, verdict: Rows, wrong: Callable[..., None]
) -> None:
    policy = body.get("anchors")
    witnesses = list(run.witnesses)
    told = policy.get("witnesses") if type(policy) is dict else None
    for text in told if type(told) is list else []:
        try:
            witnesses.append(parse_vkey(text))
        except ValueError:
            continue
    for one in anchors[:1000]:
        anchor = read_anchor("anchors/00000000.json", canonical(one))
        if anchor is None or anchor.note.text != note.text:
            wrong(
                "proof",
                "un ancrage est d'une autre forme ou d'un autre point de contrôle",
                "an anchor is of another form, or of another checkpoint",
            )
            continue
        judged: List[Judged] = []
        if anchor.kind == "timestamp" and note.of(keys.checkpoints[0]):
            judged = [_judge_stamp("", note.imprint(keys.checkpoints[0]), anchor.proof, note.size)]
        elif anchor.kind == "witness":
            judged = _judge_witness("", note, anchor.proof, witnesses)
        for _, code, at, by, kind, size in judged:
            if code in ANCHOR_WORDS:
                wrong(code, *ANCHOR_WORDS[code])
            elif code:
                run.say(
                    verdict,
                    "not_checked",
                    "un ancrage dont la clé ou l'algorithme n'est pas connu ici",
                    "an anchor whose key or algorithm is not known here",
                )
            else:
                verdict["anchors"].append({"at": at, "by": by, "kind": kind, "size": size})


# --- the verdict ----------------------------------------------------------------------------------------------------

TRUTH = Said(
    "que ce qui a été saisi est vrai, ni que tout a été saisi",
    "that what was typed in is true, nor that all was typed in",
)
DOCUMENT_WORDS = Said(
    "l'empreinte imprimée n'est pas celle de l'écriture", "the printed fingerprint is not that of the entry"
)


def empty_verdict() -> Rows:
    """A verdict about nothing."""
    return {
        "ok": False, "trust": "self", "kind": "", "genesis": "", "ledger": "", "siren": "", "first": 0, "last": 0, "entries": 0,
        "head": {"seq": 0, "fingerprint": ""}, "seals": 0, "seals_checked": 0, "proven_until": 0, "unproven_after": 0,
        "archives": [], "anchors": [], "findings": [], "proven": [], "not_proven": [], "not_checked": [], "commands": [], "words": "",
    }  # fmt: skip


def pin_findings(run: "Run_", verdict: Rows, findings: List[Finding], place: str, keys: Set[str]) -> None:
    """Compare with what was given from outside, and say so where nothing was."""
    if run.genesis:
        if run.genesis == verdict["genesis"]:
            verdict["trust"] = "given"
        else:
            findings.append(
                Finding(
                    "pin_mismatch",
                    place,
                    0,
                    "c'est un autre registre que celui dont vous avez l'empreinte",
                    "this is another ledger than the one whose fingerprint you have",
                )
            )
    elif run.key:
        if run.key in keys:
            verdict["trust"] = "given"
        else:
            findings.append(
                Finding(
                    "pin_mismatch",
                    place,
                    0,
                    "ni la signature de l'archive ni ses sceaux ne sont de la clé que vous avez",
                    "neither the archive's signature nor its seals are of the key that you have",
                )
            )
    else:
        findings.append(
            Finding(
                "key_not_pinned",
                place,
                0,
                "rien n'a été donné de l'extérieur : le registre se porte garant de lui-même",
                "nothing was given from outside: the ledger vouches for itself",
            )
        )


def conclusion(codes: Set[str]) -> str:
    """`ok`, `not_ok`, or `open`: nothing is wrong, and no key was given from outside, without which nothing is proven."""
    return "ok" if not codes else "open" if codes == {"key_not_pinned"} else "not_ok"


def finish(run: "Run_", verdict: Rows, findings: List[Finding]) -> Rows:
    """Put findings and the last words into a verdict."""
    findings = sorted(dict.fromkeys(findings), key=lambda one: (one.seq == 0, one.seq))[:MAX_FINDINGS]
    verdict["findings"] = [{"code": one.code, "place": one.place, "seq": one.seq, "words": one.en} for one in findings]
    verdict["ok"] = not findings
    verdict["conclusion"] = conclusion({one.code for one in findings})
    if verdict["trust"] == "self":
        verdict["proven_until"] = 0
    if run.french:
        verdict["_shown"] = [(one, one.fr) for one in findings]
    else:
        verdict["_shown"] = [(one, one.en) for one in findings]
    return verdict


# --- a run ----------------------------------------------------------------------------------------------------------


class Run_:  # noqa: N801 - `Run` is a run of numbers
    """One run of this program: what was asked, the workers, what is at hand."""

    def __init__(self, options: "Options") -> None:
        self.options = options
        self.french = options.lang == "fr" and not options.json
        self.genesis, self.key = options.genesis, options.key
        self.every_seal = options.seals == "all"
        self.workers = Workers(options.jobs)
        self.wanted = options.document[0] if options.document else ""
        self.document = options.document
        self.several = len(options.paths) > 1
        self.openssl = find_openssl() if options.openssl else None
        self.authority = read_small(options.authority) if options.authority else b""
        self.witnesses = options.witnesses
        self.erased: Set[Tuple[int, str]] = set()
        self.commands: List[str] = []
        self._folder: Optional["tempfile.TemporaryDirectory[str]"] = None
        self._private: Dict[str, str] = {}
        self.total = self.before = 0
        self.told = 0.0

    def folder(self) -> str:
        """A private folder for temporary files."""
        if self._folder is None:
            try:
                self._folder = tempfile.TemporaryDirectory(prefix="sceau-verify-")
            except OSError:
                raise CannotCheck("aucun dossier temporaire où écrire", "no temporary folder to write to") from None
        return self._folder.name

    def close(self) -> None:
        """End the workers and remove the temporary files."""
        self.workers.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def shown(self, archive: str, name: str) -> str:
        """How a member is named in findings."""
        return "%s/%s" % (archive, name) if self.several else name

    def private_of(self, archive: Archive) -> str:
        """The second file that was given for an archive, "" for none."""
        if self.options.private and not self._private:
            self._private = {path: file_digest(path) for path in self.options.private}
        told = archive.manifest.get("private")
        for path, digest in self._private.items():
            if told is not None and digest in (told["plain_sha256"], told["sha256"]):
                return path
        return self.options.private[0] if self.options.private and not self.several else ""

    def say(self, verdict: Rows, member: str, fr: str, en: str) -> None:
        """Add a sentence to a verdict, in the language that was asked for."""
        sentence = fr if self.french else en
        if sentence not in verdict[member]:
            verdict[member].append(sentence)

    def openssl_says(self, arguments: str, files: Dict[str, bytes]) -> bool:
        """Run openssl on files of a private folder; the arguments are words of this program, no shell takes part."""
        import subprocess

        if self.openssl is None:
            return False
        with tempfile.TemporaryDirectory(prefix="sceau-openssl-", dir=self.folder()) as folder:
            for name, data in files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            try:
                done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
                    [self.openssl, *arguments.split()], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, timeout=60, check=False,
                )  # fmt: skip
            except (OSError, subprocess.SubprocessError):
                return False
        return done.returncode == 0

    def tell(self, done: int) -> None:
        """Show on a terminal how far the walk is."""
        if not self.options.progress or time.monotonic() - self.told < 0.2:
            return
        self.told = time.monotonic()
        share = min(100, (self.before + done) * 100 // max(1, self.total))
        sys.stderr.write("\r%s %3d %%" % ("Contrôle" if self.french else "Checking", share))
        sys.stderr.flush()

    def told_end(self) -> None:
        """Take the progress off the terminal."""
        if self.told:
            sys.stderr.write("\r" + " " * 20 + "\r")


def find_openssl() -> Optional[str]:
    """Where openssl is, None where it is not."""
    for folder in [*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]:
        for name in ("openssl", "openssl.exe"):
            path = os.path.join(folder, name)
            if folder and os.path.isabs(folder) and os.access(path, os.X_OK) and os.path.isfile(path):
                return path
    return None


def read_small(path: str) -> bytes:
    """A small file that was named on the command line.

    Raises:
        CannotCheck: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(4 * MEBI)
    except OSError as error:
        raise CannotCheck(
            "%s ne peut pas être lu (%s)" % (path, error.strerror), "%s cannot be read (%s)" % (path, error.strerror)
        ) from None


def check_archives(run: Run_, paths: List[str]) -> Rows:
    """Check archives, each alone and then against one another and what else is at hand; gives the verdict."""
    verdict = empty_verdict()
    archives = [Archive(run, path) for path in paths]
    good = sorted(
        (one for one in archives if one.open()), key=lambda one: (one.manifest["first"], one.manifest["last"])
    )
    findings: List[Finding] = []
    for one in good:
        run.total += (
            sum(member.size for name, member in one.zip.members.items() if name.startswith("entries/"))
            if one.zip
            else 0
        )
    _compare_archives(good)
    notes = _given_notes(run, good, findings)
    for one in good:
        one.check()
        run.before += (
            sum(member.size for name, member in one.zip.members.items() if name.startswith("entries/"))
            if one.zip
            else 0
        )
        run.erased |= one.erased
    for one in good:
        path = run.private_of(one)
        if path:
            check_private(one, path)
    _judge_purges(good)
    _judge_erasures(good)
    _document_findings(run, good, findings)
    outside = max([_judge_notes(notes, good, findings), *_document_cover(run, good)], default=0)
    for one in archives:
        findings += one.findings
    if good:
        _sum_up(run, verdict, good, findings, outside)
    elif not findings:
        findings.append(Finding("manifest", "", 0, "aucune archive", "no archive"))
    return finish(run, verdict, findings)


def _compare_archives(archives: List[Archive]) -> None:
    """Have each archive compared with the ends of the others that lie in its range."""
    for one in archives:
        mine = one.manifest
        for other in archives:
            theirs = other.manifest
            if other is one:
                continue
            if theirs["genesis"] != mine["genesis"]:
                if other is archives[0]:
                    one.find(
                        "other_ledger",
                        "manifest.json",
                        0,
                        "archive d'un autre registre que " + other.name,
                        "an archive of another ledger than " + other.name,
                    )
                continue
            replaced = (theirs["first"], theirs["last"]) == (mine["first"], mine["last"])
            named = mine["previous"] is not None and (theirs["first"], theirs["last"]) == (
                mine["previous"]["first"],
                mine["previous"]["last"],
            )
            if named and other.manifest_digest != mine["previous"]["manifest"]:
                one.find(
                    "archive_replaced",
                    "manifest.json",
                    0,
                    "l'archive précédente n'est pas " + other.name,
                    "the archive before is not " + other.name,
                )
            elif named and mine["previous"]["timestamp"] is not None and "manifest.tsr" not in other.zip.members:
                other.find(
                    "timestamp",
                    "manifest.tsr",
                    0,
                    "retiré : " + one.name + " dit que cette archive était horodatée",
                    "taken away: " + one.name + " says that this archive was stamped",
                )
            if mine["first"] - 1 <= theirs["last"] <= mine["last"]:
                code = "archive_replaced" if replaced else "fork"
                words = Said("un autre historique que " + other.name, "another history than " + other.name)
                one.claims.append(
                    Claim(
                        theirs["last"],
                        theirs["tree"]["root"],
                        theirs["head"],
                        code,
                        "entries/",
                        theirs["last"],
                        words.fr,
                        words.en,
                    )
                )


def _judge_purges(archives: List[Archive]) -> None:
    """Purges whose archive no entry before them says was made over their range and read back (rule 31).

    An archive is made after its range. Where what is given begins by the entry after that range and goes on to the purge
    without gap, its `archive.created/1` would have to be here.
    """
    genesis, begin, end = "", 0, 0
    told: Dict[int, Told] = {}  # of entries without a gap, by seq: two archives may hold one entry
    for one in archives:  # by their first entry
        mine = one.manifest
        if not one.complete:
            continue
        if mine["genesis"] != genesis or mine["first"] > end + 1:
            genesis, begin, end = mine["genesis"], mine["first"], 0
            told = {}
        again, end = end, max(end, mine["last"])
        told.update((each.seq, each) for each in one.told)
        for purge in one.told:
            if purge.type != "entries.purged/1" or purge.seq <= again:
                continue
            if not purge.first or not 1 < purge.last < purge.seq:
                continue  # it speaks of nothing that could be gone
            named = [each for each in told.values() if each.manifest == purge.manifest and each.seq < purge.seq]
            made = any(each[1:] == ("archive.created/1", purge.manifest, purge.first, purge.last) for each in named)
            if made and any(each.type == "archive.verified/1" for each in named):
                continue
            if begin <= purge.last + 1:
                one.find(
                    "purge_without_archive", "entries/", purge.seq,
                    "aucune écriture précédente ne dit qu'une archive de cette plage a été faite puis relue ailleurs",
                    "no entry before it says that an archive of this range was made and read back elsewhere",
                )  # fmt: skip
            else:
                one.skip(
                    "si l'archive que nomme la purge (écriture %d) a été faite et relue : les écritures antérieures le diraient" % purge.seq,
                    "whether the archive that the purge (entry %d) names was made and read back: earlier entries would tell" % purge.seq,
                )  # fmt: skip


def _judge_erasures(archives: List[Archive]) -> None:
    """Erasures before their time (rule 32): asked where what is given goes from entry 1 to the erasure without gap.

    Whose an entry is, and when the last of their entries was made, hangs on all before it.
    """
    here: List[Archive] = []
    end = 0
    for one in archives:  # by their first entry
        if one.complete and one.manifest["first"] <= end + 1 and (end or one.opening is not None):
            here.append(one)
            end = max(end, one.manifest["last"])
    erasures = {seq: places for one in here for seq, places in one.erasures.items()}
    bounds = Bounds(here[0].opening) if here and here[0].opening is not None else None
    if bounds is not None and bounds.hour is not None and erasures:
        early = Early(bounds, Calendar(here[0].opening or {}, True), erasures)
        for archive, seq, line in given_lines(here, max(erasures)):
            for said in early.take(seq, line):
                archive.find("erased_too_early", "entries/", seq, said.fr, said.en)
    else:
        erasures = {}
    for one in archives:
        for seq in sorted(set(one.erasures) - set(erasures)):
            one.skip(
                "si l'effacement (écriture %d) venait à son heure : il y faut toutes les écritures depuis la première, et le fuseau horaire" % seq,
                "whether the erasure (entry %d) came in its time: that takes all entries from the first on, and the time zone" % seq,
            )  # fmt: skip


def given_lines(archives: List[Archive], last: int) -> Iterator[Tuple[Archive, int, bytes]]:
    """The lines of entries up to one, each once; the archives follow one another."""
    done = 0
    for one in archives:
        seq = one.manifest["first"] - 1
        for name in sorted(name for name in one.zip.members if name.startswith("entries/")):
            rest = b""
            for piece in Zip.of_member(one.path, name).pieces(name):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    seq += 1
                    if done < seq <= last:
                        done = seq
                        yield one, seq, line
            if done >= last:
                return


Given = List[Tuple[str, Note]]


def _given_notes(run: Run_, archives: List[Archive], findings: List[Finding]) -> Given:
    """Checkpoints kept elsewhere: have each compared with the archives whose range it ends in."""
    notes: Given = []
    for path in run.options.checkpoints:
        name = os.path.basename(path)
        try:
            note = open_note(read_small(path))
        except Refused as refused:
            findings.append(
                Finding(refused.code, name, 0, "ce n'est pas un point de contrôle", "it is not a checkpoint")
            )
            continue
        notes.append((name, note))
        for one in archives:
            if one.manifest["first"] - 1 <= note.size <= one.manifest["last"]:
                words = Said(
                    "ces écritures ne sont pas celles que couvre le point de contrôle gardé ailleurs",
                    "these are not the entries that the checkpoint kept elsewhere covers",
                )
                one.claims.append(
                    Claim(note.size, note.root.hex(), "", "rewritten", name, note.size, words.fr, words.en)
                )
    for first in range(len(notes)):
        for second in range(first):
            if notes[first][1].size == notes[second][1].size and notes[first][1].root != notes[second][1].root:
                findings.append(
                    Finding(
                        "fork",
                        notes[first][0],
                        archives[0].manifest["first"] if archives else 1,
                        "deux points de contrôle de même taille et d'arbres différents",
                        "two checkpoints of one size and different trees",
                    )
                )
    return notes


def _judge_notes(notes: Given, archives: List[Archive], findings: List[Finding]) -> int:
    """The signatures of the given checkpoints; gives the greatest size that they cover."""
    covered = 0
    for name, note in notes:
        keys = next((one.keys for one in reversed(archives) if one.keys is not None), None)
        if keys is None or note.origin != keys.origin or not any(note.signed(key) for key in keys.checkpoints):
            findings.append(
                Finding(
                    "checkpoint_foreign",
                    name,
                    0,
                    "il n'est pas signé par la clé de ce registre",
                    "it is not signed by this ledger's key",
                )
            )
            continue
        met = any(claim.place == name for one in archives for claim in one.met)
        for one in archives:
            if one.note is not None and note.size == one.note.size:
                if note.root != one.note.root:
                    findings.append(
                        Finding(
                            "fork",
                            name,
                            archives[0].manifest["first"],
                            "même taille que checkpoint.txt, autre arbre",
                            "of the size of checkpoint.txt, with another tree",
                        )
                    )
                else:
                    met = True
        if met:
            covered = max(covered, note.size)
        elif not any(one.place == name for archive in archives for one in archive.findings):
            last = archives[-1]
            last.skip(
                "le point de contrôle %s (taille %d), hors de ces archives" % (plain(name), note.size),
                "the checkpoint %s (size %d), outside these archives" % (plain(name), note.size),
            )
    return min(covered, archives[-1].manifest["last"]) if archives else 0


def _document_findings(run: Run_, archives: List[Archive], findings: List[Finding]) -> None:
    if not run.document:
        return
    found = [one for archive in archives for one in archive.found]
    if any(digest.hex() == run.document[1] for _, _, digest in found):
        return
    issued = [one for one in found if one[1].endswith((".issued/1", ".revised/1", ".requested/1"))] or found
    if issued:
        findings.append(Finding("rewritten", plain(run.wanted), issued[0][0], *DOCUMENT_WORDS))
    else:
        findings.append(
            Finding(
                "document_missing",
                plain(run.wanted),
                0,
                "aucune écriture de ces archives ne porte ce numéro",
                "no entry of these archives has this number",
            )
        )


def _document_cover(run: Run_, archives: List[Archive]) -> List[int]:
    """A fingerprint kept by a customer covers its entry and all before it."""
    if not run.document:
        return []
    return [
        seq
        for archive in archives
        if archive.complete
        for seq, _, digest in archive.found
        if digest.hex() == run.document[1]
    ]


def _sum_up(run: Run_, verdict: Rows, archives: List[Archive], findings: List[Finding], outside: int) -> None:
    first, last = archives[0], max(archives, key=lambda one: one.manifest["last"])
    manifest = last.manifest
    pins: Set[str] = set()
    for one in archives:
        if one.signed and all(
            other.signed and other.manifest["archive_key"] == one.manifest["archive_key"] for other in archives
        ):
            pins.add(one.manifest["archive_key"])
        if one.proven == one.manifest["last"] and one.last_seal_key and len(archives) == 1:
            pins.add(one.last_seal_key)
    covered = min(max([outside, *(one.covered for one in archives)]), manifest["last"])
    verdict.update(
        kind=manifest["kind"], genesis=first.genesis or manifest["genesis"], ledger=first.ledger, siren=manifest["siren"],
        first=first.manifest["first"], last=manifest["last"], entries=_distinct(archives),
        head={"seq": manifest["last"], "fingerprint": manifest["head"]}, seals=sum(one.seals for one in archives),
        seals_checked=sum(one.seals_checked for one in archives), unproven_after=covered,
        anchors=[anchor for one in archives for anchor in one.anchors],
        archives=[
            {
                "archive_key": one.manifest["archive_key"], "first": one.manifest["first"], "last": one.manifest["last"],
                "manifest": one.manifest_digest, "name": one.name, "period": one.manifest["period"], "signed": one.signed,
                "timestamp": shown_time(one.stamp.at) if one.stamp is not None else None,
            }
            for one in archives
        ],
    )  # fmt: skip
    pin_findings(run, verdict, findings, "", pins)
    _suspect(archives, covered, findings)
    proven, expected = 0, first.manifest["first"]
    for one in archives:
        if one.manifest["first"] > expected:
            run.say(
                verdict, "not_checked", "les écritures %d à %d, qui ne sont dans aucune archive donnée" % (expected, one.manifest["first"] - 1),
                "entries %d to %d, which are in no archive given" % (expected, one.manifest["first"] - 1),
            )  # fmt: skip
            break
        proven, expected = max(proven, one.proven), max(expected, one.manifest["last"] + 1)
        if one.proven < one.manifest["last"]:
            break
    for found in findings:
        if 0 < found.seq <= proven:
            proven = found.seq - 1
    verdict["proven_until"] = proven if proven >= first.manifest["first"] else 0
    _sentences(run, verdict, archives)


def _distinct(archives: List[Archive]) -> int:
    """How many entries were read, those that stand in two archives once."""
    count = upto = 0
    for one in archives:
        again = max(0, min(upto, one.manifest["last"]) - one.manifest["first"] + 1)
        count += max(0, one.entries - again)
        upto = max(upto, one.manifest["last"])
    return count


def _suspect(archives: List[Archive], covered: int, findings: List[Finding]) -> None:
    for one in archives:
        for start, change in one.keys.suspect if one.keys is not None else ():
            if covered < change - 1 and start <= one.manifest["last"] and change > one.manifest["first"]:
                findings.append(
                    Finding(
                        "key_suspect", one.name, max(start, covered + 1),
                        "écrites alors que la clé était connue d'autres, et couvertes par aucune copie gardée ailleurs",
                        "written while the key was known to others, and covered by no copy kept elsewhere",
                    )
                )  # fmt: skip


def _sentences(run: Run_, verdict: Rows, archives: List[Archive]) -> None:
    """What is proven, until when and by whom, and what is not."""
    until, first, last, covered = verdict["proven_until"], verdict["first"], verdict["last"], verdict["unproven_after"]
    trusted = verdict["trust"] == "given"
    if until and trusted:
        run.say(
            verdict, "proven",
            "écritures %d à %d : sans la clé des sceaux, personne n'en a modifié, ajouté, retiré ni déplacé aucune" % (first, until),
            "entries %d to %d: without the key of the seals, nobody altered, added, removed or moved any" % (first, until),
        )  # fmt: skip
    for one in archives:
        if one.signed:
            who = one.signer.subject if one.signer is not None else "?"
            run.say(
                verdict, "proven", "%s : le manifeste est signé par la clé %s (%s)" % (one.name, one.manifest["archive_key"], who),
                "%s: the manifest is signed by the key %s (%s)" % (one.name, one.manifest["archive_key"], who),
            )  # fmt: skip
        if one.stamp is not None:
            stamp = (shown_time(one.stamp.at), one.stamp.signed.certificate.subject)
            run.say(
                verdict,
                "proven",
                "%s : signée au plus tard le %s, selon %s" % (one.name, *stamp),
                "%s: signed no later than %s, according to %s" % (one.name, *stamp),
            )
    for kind, words in (
        ("timestamp", Said("existaient le %s, selon %s", "existed on %s, according to %s")),
        (
            "witness",
            Said(
                "forment l'historique unique vu le %s par le témoin %s",
                "are the one history seen on %s by the witness %s",
            ),
        ),
    ):
        best = max(
            (one for one in verdict["anchors"] if one["kind"] == kind),
            key=lambda one: (one["size"], one["at"]),
            default=None,
        )
        if best is not None:
            size = min(best["size"], last)
            run.say(
                verdict,
                "proven",
                ("écritures 1 à %d : " % size) + words.fr % (best["at"], best["by"]),
                ("entries 1 to %d: " % size) + words.en % (best["at"], best["by"]),
            )
    if covered < last:
        start = max(first, covered + 1)
        run.say(
            verdict, "not_proven",
            "écritures %d à %d : que celui qui a la clé et la base ne les a pas réécrites ; aucun témoin ni aucune copie gardée ailleurs ne les couvre" % (start, last),
            "entries %d to %d: that whoever has key and database did not write them anew; no witness and no copy kept elsewhere covers them" % (start, last),
        )  # fmt: skip
    run.say(
        verdict,
        "not_proven",
        "que rien n'a été écrit après l'écriture %d" % last,
        "that nothing was written after entry %d" % last,
    )
    run.say(verdict, "not_proven", *TRUTH)
    if verdict["seals_checked"] < verdict["seals"]:
        run.say(
            verdict, "not_checked",
            "%d signatures de sceaux sur %d : leur chaîne d'empreintes, contrôlée en entier, les lie à la dernière, qui l'est (--seals all les contrôle toutes)" % (verdict["seals"] - verdict["seals_checked"], verdict["seals"]),
            "%d signatures of seals out of %d: their chain of digests, checked as a whole, binds them to the last one, which is checked (--seals all checks all)" % (verdict["seals"] - verdict["seals_checked"], verdict["seals"]),
        )  # fmt: skip
    if not run.options.private and any(one.manifest["private"] is not None for one in archives):
        run.say(
            verdict,
            "not_checked",
            "les noms et textes, qui sont dans le second fichier (--private)",
            "names and texts, which are in the second file (--private)",
        )
    for one in archives:
        for said in one.not_checked:
            run.say(verdict, "not_checked", *said)
    for one in archives:
        for command in commands(one):
            if command not in verdict["commands"]:
                verdict["commands"].append(command)


def commands(archive: Archive) -> List[str]:
    """Commands that check signature and time stamp by hand, ready to paste."""
    stamp = "manifest.tsr " if "manifest.tsr" in archive.zip.members else ""
    found = [
        "unzip -o %s manifest.json manifest.p7s %sarchive-certificate.pem" % (_quoted(archive.path), stamp),
        "openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json -CAfile archive-certificate.pem -purpose any -no_check_time -out /dev/null",
    ]
    if stamp:
        found.append("openssl ts -verify -data manifest.p7s -in manifest.tsr -CAfile authority.pem")
    return found


def _quoted(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._/+-]+", text):
        return text
    return "'" + plain(text, 4000).replace("'", "'\\''") + "'"


# --- the command line -----------------------------------------------------------------------------------------------


class Options:
    """What was asked for on the command line."""

    def __init__(self) -> None:
        self.paths: List[str] = []
        self.private: List[str] = []
        self.checkpoints: List[str] = []
        self.witnesses: List[Verifier] = []
        self.genesis = ""
        self.key = ""
        self.authority = ""
        self.document: Optional[Tuple[str, str]] = None
        self.seals = "chain"
        self.jobs = 0
        self.json = False
        self.lang = "fr"
        self.progress = False
        self.openssl = True


USAGE = Said(
    """Contrôle des archives scellées de Sceau. Aucune installation : Python 3.9 ou plus suffit.

  python3 verify.py ARCHIVE.zip...      une ou plusieurs archives, ou une preuve de client (.proof.json)
    --genesis HEX                       empreinte de l'écriture 1, notée ailleurs
    --key-fingerprint HEX               ou empreinte de la clé de signature (ou des sceaux), notée ailleurs
    --checkpoint FICHIER                point de contrôle gardé ailleurs (autant que vous en avez)
    --document NUMERO EMPREINTE         empreinte imprimée sur le document d'un client
    --private FICHIER                   le second fichier, déchiffré
    --authority FICHIER                 certificat racine de l'autorité d'horodatage
    --witness CLE                       clé d'un témoin (nom+id+clé)
    --seals all                         contrôler la signature de chaque sceau
    --jobs N  --json  --lang fr|en  --progress

Fin : 0 tout va bien, 1 quelque chose a été trouvé ou aucune clé n'a été donnée, 2 le contrôle n'a pas pu être fait.""",
    """Checks sealed archives of Sceau. Nothing to install: Python 3.9 or later is enough.

  python3 verify.py ARCHIVE.zip...      one or more archives, or a customer's proof (.proof.json)
    --genesis HEX                       fingerprint of entry 1, noted elsewhere
    --key-fingerprint HEX               or fingerprint of the signing key (or of the seals'), noted elsewhere
    --checkpoint FILE                   a checkpoint kept elsewhere (as many as you have)
    --document NUMBER FINGERPRINT       a fingerprint printed on a customer's document
    --private FILE                      the second file, decrypted
    --authority FILE                    root certificate of the time stamp authority
    --witness KEY                       key of a witness (name+id+key)
    --seals all                         check the signature of every seal
    --jobs N  --json  --lang fr|en  --progress

Exit status: 0 all is well, 1 something was found or no key was given, 2 the check could not be made.""",
)


def parse_options(arguments: List[str]) -> Options:
    """Read the command line.

    Raises:
        CannotCheck: it asks for something that there is not.
    """
    found = Options()
    words = list(arguments)
    if "--lang" in words[:-1]:
        found.lang = "en" if words[words.index("--lang") + 1] == "en" else "fr"
    while words:
        word = words.pop(0)
        if word in ("--json", "--progress", "--no-openssl"):
            setattr(
                found,
                {"--json": "json", "--progress": "progress", "--no-openssl": "openssl"}[word],
                word != "--no-openssl",
            )
        elif word == "--document" and len(words) > 1:
            found.document = words.pop(0), _fingerprint(words.pop(0))
        elif word in VALUED and words:
            VALUED[word](found, words.pop(0))
        elif word.startswith("-"):
            raise CannotCheck(
                "option inconnue ou incomplète : " + plain(word),
                "an option that there is not, or incomplete: " + plain(word),
            )
        else:
            found.paths.append(word)
    if found.genesis and found.key:
        raise CannotCheck(
            "donnez --genesis ou --key-fingerprint, pas les deux", "give --genesis or --key-fingerprint, not both"
        )
    found.jobs = found.jobs or min(32, _cores())
    return found


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _fingerprint(text: str) -> str:
    found = re.sub(r"[\s:]", "", text).lower()
    if not is_hex(found):
        raise CannotCheck(
            "une empreinte a 64 chiffres hexadécimaux : " + plain(text),
            "a fingerprint has 64 hexadecimal digits: " + plain(text),
        )
    return found


def _lang(text: str) -> str:
    if text not in ("fr", "en"):
        raise CannotCheck("--lang fr ou en", "--lang fr or en")
    return text


def _seals(text: str) -> str:
    if text not in ("all", "chain"):
        raise CannotCheck("--seals all ou chain", "--seals all or chain")
    return text


def _jobs(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]?", text):
        raise CannotCheck("--jobs : de 1 à 99", "--jobs: from 1 to 99")
    return int(text)


def _witness(text: str) -> Verifier:
    try:
        return parse_vkey(text)
    except ValueError:
        raise CannotCheck("--witness : clé mal formée", "--witness: a malformed key") from None


VALUED: Dict[str, Callable[[Options, str], None]] = {
    "--genesis": lambda found, text: setattr(found, "genesis", _fingerprint(text)),
    "--key-fingerprint": lambda found, text: setattr(found, "key", _fingerprint(text)),
    "--checkpoint": lambda found, text: found.checkpoints.append(text),
    "--private": lambda found, text: found.private.append(text),
    "--authority": lambda found, text: setattr(found, "authority", text),
    "--witness": lambda found, text: found.witnesses.append(_witness(text)),
    "--seals": lambda found, text: setattr(found, "seals", _seals(text)),
    "--jobs": lambda found, text: setattr(found, "jobs", _jobs(text)),
    "--lang": lambda found, text: setattr(found, "lang", _lang(text)),
}


def verify(options: Options) -> Rows:
    """Do what was asked; gives the verdict.

    Raises:
        CannotCheck: the check could not be made.
    """
    gc.disable()  # millions of small records without a cycle among them
    run = Run_(options)
    try:
        proofs = [path for path in options.paths if path.endswith(".json")]
        if proofs and len(options.paths) > 1:
            raise CannotCheck("une preuve se contrôle seule", "a proof is checked by itself")
        return check_proof(run, proofs[0]) if proofs else check_archives(run, options.paths)
    finally:
        run.told_end()
        run.close()
        gc.enable()


def show(verdict: Rows, french: bool) -> str:
    """A verdict in words."""
    concluded = {
        "ok": ("CONFORME", "OK"),
        "not_ok": ("NON CONFORME", "NOT OK"),
        "open": ("NON CONCLU : rien d'anormal, mais aucune clé connue de l'extérieur", "NOT CONCLUDED: nothing is wrong, but no key from outside"),
    }[verdict["conclusion"]][0 if french else 1]  # fmt: skip
    trust = {
        "given": ("clé connue de l'extérieur", "key known from outside"),
        "self": ("clé NON connue de l'extérieur", "key NOT known from outside"),
    }[verdict["trust"]][0 if french else 1]
    kind = plain(verdict["kind"]) or "?"
    told = "%s (%s) ; %s" if french else "%s (%s); %s"
    lines = [told % (concluded, kind, trust)]
    if verdict["conclusion"] == "open":
        lines.append(
            "  pour conclure : --genesis ou --key-fingerprint, avec une empreinte notée ailleurs que dans l'archive"
            if french
            else "  to conclude: --genesis or --key-fingerprint, with a fingerprint noted elsewhere than in the archive"
        )
    lines.append(
        ("  registre %s, SIREN %s" if french else "  ledger %s, SIREN %s")
        % (verdict["ledger"] or "?", plain(verdict["siren"]) or "?")
    )
    lines.append(("  identité %s" if french else "  identity %s") % (verdict["genesis"] or "?"))
    for one in verdict["archives"]:
        lines.append(
            ("  %s : écritures %d à %d, manifeste %s" if french else "  %s: entries %d to %d, manifest %s")
            % (one["name"], one["first"], one["last"], one["manifest"])
        )
    lines.append(
        (
            "  %d écritures lues, %d sceaux dont %d signatures contrôlées"
            if french
            else "  %d entries read, %d seals of which %d signatures checked"
        )
        % (verdict["entries"], verdict["seals"], verdict["seals_checked"])
    )
    shown = verdict["_shown"]
    for finding, words in shown[:50]:
        where = (("écriture %d" if french else "entry %d") % finding.seq) if finding.seq else ""
        lines.append(
            "  ! %s  %s"
            % (
                finding.code,
                ", ".join(part for part in (plain(finding.place), where) if part)
                + " : " * french
                + ": " * (not french)
                + words,
            )
        )
    if len(shown) > 50:
        lines.append(("  ! et %d autres (--json)" if french else "  ! and %d more (--json)") % (len(shown) - 50))
    titles = {
        "proven": ("Prouvé", "Proven"),
        "not_proven": ("Non prouvé", "Not proven"),
        "not_checked": ("Non contrôlé", "Not checked"),
        "commands": ("À la main", "By hand"),
    }
    for member, title in titles.items():
        if verdict[member]:
            lines.append("  %s%s" % (title[0 if french else 1], " :" if french else ":"))
            lines += [
                "    - " + plain(one, 4000) if member != "commands" else "      " + one for one in verdict[member]
            ]
    return "\n".join(lines)


def main(arguments: List[str]) -> int:
    """Run; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    french = (
        "en" not in arguments[arguments.index("--lang") + 1 : arguments.index("--lang") + 2]
        if "--lang" in arguments
        else True
    )
    if "--help" in arguments or "-h" in arguments:
        print(USAGE.fr if french else USAGE.en)
        return 0
    try:
        options = parse_options(arguments)
        if not options.paths:
            print(USAGE.fr if french else USAGE.en)
            return 2
        options.progress = options.progress or sys.stderr.isatty()
        verdict = verify(options)
    except CannotCheck as cannot:
        words = cannot.fr if french else cannot.en
        if "--json" in arguments:
            print(json.dumps({"ok": False, "error": cannot.en}))
        print(
            ("Contrôle impossible : " if french else "The check could not be made: ") + plain(words, 4000),
            file=sys.stderr,
        )
        return 2
    except (MemoryError, OSError, RecursionError) as error:
        print(
            ("Contrôle impossible : " if french else "The check could not be made: ")
            + plain(str(error) or type(error).__name__, 400),
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("", file=sys.stderr)
        return 2
    text = show(verdict, french and not options.json)
    if options.json:
        del verdict["_shown"]
        verdict["words"] = text.split("\n", 1)[0]
        text = json.dumps(verdict, ensure_ascii=False, sort_keys=True)
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
