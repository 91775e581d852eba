"""The entry: one line of the ledger, its two members `chain` and `entry`, and its fingerprint.

Fixed by `docs/spec/entry.md`. Everything from `"entry":` on (the tail) is made before the ledger's lock is
taken; under the lock, `link` adds the prefix and hashes.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.kernel import canonical
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed

FORMAT: Final = 1
"""`chain.v`, the same for the whole life of a ledger."""

NO_PREVIOUS: Final = "0" * 64
"""`chain.prev` of entry 1."""

MAX_BODY_BYTES: Final = 1_048_576
"""The canonical bytes of `entry.body` alone, from its `{` to its `}`, are at most this many."""

MAX_LINE_BYTES: Final = MAX_BODY_BYTES + 1_024
"""No line is longer than this; the part around the body is below 700 bytes."""

MAX_SEQ: Final = 2**53 - 1

_UUID4: Final = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_UUID8: Final = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_DATE: Final = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
HEX32: Final = "[0-9a-f]{32}"
_HEX64: Final = "[0-9a-f]{64}"
POSITIVE: Final = "[1-9][0-9]{0,15}"

AT: Final = rf"{_DATE}T{_TIME}\.[0-9]{{6}}Z"
STREAM: Final = rf"[a-z][a-z_]{{0,31}}:(?:self|{_UUID4})"
TYPE: Final = r"[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,63}/[1-9][0-9]{0,5}"
ACTOR: Final = r"(?:system|[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64})"

_AT: Final = re.compile(AT)
_LEDGER: Final = re.compile(_UUID8)
_PREV: Final = re.compile(_HEX64)
_SALT: Final = re.compile(HEX32)
_STREAM: Final = re.compile(STREAM)
_TYPE: Final = re.compile(TYPE)
_ACTOR: Final = re.compile(ACTOR)

# None of these members can hold a character that JSON escapes, and the order of members is fixed: the shape
# of a canonical line is regular but for the body. `[0-9]` and not `\d`, which matches other digits in text
# patterns.
_HEAD: Final = re.compile(
    rf'\{{"chain":\{{"at":"({AT})","ledger":"({_UUID8})","prev":"({_HEX64})","seq":({POSITIVE}),"v":1\}},'
    rf'"entry":\{{"actor":"({ACTOR})","body":'
)
TAIL: Final = re.compile(rf',"salt":"({HEX32})","stream":"({STREAM})","type":"({TYPE})","version":({POSITIVE})\}}\}}')

SALT_MEMBER: Final = b',"salt":"'
"""Its last occurrence ends the body: what follows can hold no quotation mark inside a string."""


class Entry(NamedTuple):
    """One parsed entry; `line` is the truth, the other fields repeat parts of it."""

    ledger: str
    seq: int
    prev: str
    at: str
    v: int
    stream: str
    version: int
    type: str
    actor: str
    salt: str
    body: dict[str, Json]
    line: bytes
    fingerprint: str


def entry_tail(stream: str, version: int, type: str, actor: str, body_json: Json, salt: str) -> bytes:
    """Everything of a line from `"entry":` on, the closing braces of the whole line included.

    `salt` is 16 fresh random bytes as 32 lower-case hex digits.

    Raises:
        Malformed: `stream`, `version`, `type`, `actor`, `salt`, `body`, or a code of `canonical.encode` with
        a place
            inside the body.
    """
    if _STREAM.fullmatch(stream) is None:
        raise Malformed("stream", "/entry/stream")
    _check_names(type, actor)
    if not 1 <= version <= MAX_SEQ:
        raise Malformed("version", "/entry/version")
    if _SALT.fullmatch(salt) is None:
        raise Malformed("salt", "/entry/salt")
    if not isinstance(body_json, dict):
        raise Malformed("body", "/entry/body")
    body = canonical.encode(body_json, MAX_BODY_BYTES)
    return b'"entry":{"actor":"%b","body":%b,"salt":"%b","stream":"%b","type":"%b","version":%d}}' % (
        actor.encode(),
        body,
        salt.encode(),
        stream.encode(),
        type.encode(),
        version,
    )


def link(ledger: str, seq: int, prev: str, at: str, tail: bytes) -> tuple[bytes, str]:
    """The line (without the final 0A) and its fingerprint: `tail` with the chain's prefix before it.

    The arguments are the writer's own and are not checked again: `ledger` from `ledger_id`, `prev` 64 hex
    digits, `at` from `format_at`, `tail` from `entry_tail`.
    """
    line = f'{{"chain":{{"at":"{at}","ledger":"{ledger}","prev":"{prev}","seq":{seq},"v":1}},'.encode() + tail
    return line, hashlib.sha256(line).hexdigest()


def fingerprint(line: bytes) -> str:
    """SHA-256 of the line's bytes, without the final 0A, as 64 lower-case hex digits."""
    return hashlib.sha256(line).hexdigest()


def ledger_id(tail: bytes) -> str:
    """The id of the ledger whose entry 1 ends in `tail`: a UUIDv8 (RFC 9562) of its `entry` member."""
    member = tail[len('"entry":') : -1]
    digest = bytearray(hashlib.sha256(b"sceau-ledger/1\n" + member).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def format_at(moment: datetime) -> str:
    """The instant as `chain.at`: UTC, six decimals, `Z`.

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no instant")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_at(text: str) -> datetime:
    """The instant of a `chain.at`, in UTC.

    Raises:
        Malformed: `at`.
    """
    if _AT.fullmatch(text) is None:
        raise Malformed("at", "/chain/at")
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # the 30th of February, the year 0
        raise Malformed("at", "/chain/at") from None


def parse(line: bytes) -> Entry:
    """The entry whose canonical bytes are exactly `line` (without the final 0A), looked at by itself.

    Raises:
        Malformed: a code of `canonical.decode`, or `members`, `unknown_v`, `at`, `ledger`, `prev`, `seq`,
        `actor`,
            `salt`, `stream`, `type`, `version`, `body`.
    """
    text = line.decode("utf-8", "replace")
    head = _HEAD.match(text)
    start = text.rfind(',"salt":"')
    end = TAIL.fullmatch(text, start) if start > 0 else None
    if head is None or end is None or len(line) > MAX_LINE_BYTES:
        raise _fault(line)
    at, ledger, prev, seq, actor = head.groups()
    salt, stream, type_, version = end.groups()
    try:
        # What stands before and after the body is ASCII: there, places in the text are places in the bytes.
        body = canonical.decode(line[head.end() : len(line) - len(text) + start], MAX_BODY_BYTES)
        check_day(at[:10])
    except Malformed:
        raise _fault(line) from None
    if type(body) is not dict or int(seq) > MAX_SEQ or int(version) > MAX_SEQ:
        raise _fault(line)
    return Entry(
        ledger,
        int(seq),
        prev,
        at,
        FORMAT,
        stream,
        int(version),
        type_,
        actor,
        salt,
        body,
        line,
        hashlib.sha256(line).hexdigest(),
    )


@lru_cache(maxsize=1024)
def check_day(day: str) -> None:
    """Refuse a day that is of the shape `YYYY-MM-DD` but not in the calendar.

    Raises:
        Malformed: `at`.
    """
    try:
        datetime.fromisoformat(day)
    except ValueError:
        raise Malformed("at", "/chain/at") from None


@lru_cache(maxsize=4096)
def _check_names(type: str, actor: str) -> None:
    if _TYPE.fullmatch(type) is None:
        raise Malformed("type", "/entry/type")
    if _ACTOR.fullmatch(actor) is None:
        raise Malformed("actor", "/entry/actor")


def _fault(line: bytes) -> Malformed:
    """Why a line was refused, in the order of `docs/spec/entry.md`: bytes, then members, then each member."""
    try:
        tree = canonical.decode(line, MAX_LINE_BYTES, canonical.MAX_DEPTH + 2)
    except Malformed as fault:
        return fault
    chain, entry = _members(tree, {"chain", "entry"})
    if chain is None:
        return Malformed("members")
    if isinstance(chain, dict) and chain.get("v", 1) != 1:
        return Malformed("unknown_v", "/chain/v")
    if not isinstance(chain, dict) or set(chain) != {"at", "ledger", "prev", "seq", "v"}:
        return Malformed("members", "/chain")
    if not isinstance(entry, dict) or set(entry) != {"actor", "body", "salt", "stream", "type", "version"}:
        return Malformed("members", "/entry")
    return _chain_fault(chain) or _entry_fault(entry) or Malformed("not_canonical")


def _members(tree: Json, names: set[str]) -> tuple[Json, Json]:
    if not isinstance(tree, dict) or set(tree) != names:
        return None, None
    return tree["chain"], tree["entry"]


def _chain_fault(chain: dict[str, Json]) -> Malformed | None:
    at = chain["at"]
    if not isinstance(at, str):
        return Malformed("at", "/chain/at")
    try:
        parse_at(at)
    except Malformed as fault:
        return fault
    if not _is(_LEDGER, chain["ledger"]):
        return Malformed("ledger", "/chain/ledger")
    if not _is(_PREV, chain["prev"]):
        return Malformed("prev", "/chain/prev")
    if not _is_positive(chain["seq"]):
        return Malformed("seq", "/chain/seq")
    return None if type(chain["v"]) is int else Malformed("unknown_v", "/chain/v")


def _entry_fault(entry: dict[str, Json]) -> Malformed | None:
    for name, pattern in (("actor", _ACTOR), ("salt", _SALT), ("stream", _STREAM), ("type", _TYPE)):
        if not _is(pattern, entry[name]):
            return Malformed(name, f"/entry/{name}")
    if not _is_positive(entry["version"]):
        return Malformed("version", "/entry/version")
    if not isinstance(entry["body"], dict):
        return Malformed("body", "/entry/body")
    if len(canonical.encode(entry["body"], MAX_LINE_BYTES)) > MAX_BODY_BYTES:
        return Malformed("too_large", "/entry/body")
    return None


def _is(pattern: re.Pattern[str], value: Json) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_positive(value: Json) -> bool:
    return type(value) is int and 1 <= value <= MAX_SEQ
