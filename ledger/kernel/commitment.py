"""Commitments: what stands in an entry in place of personal data and free text.

Fixed by `docs/spec/commitment.md`. The idea is that of SD-JWT (RFC 9901); the encoding is not compatible.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Final

from ledger.kernel import canonical
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed

MEMBER: Final = "$c"
"""The one member of the object that stands for a committed value."""

_NAME: Final = b'"$c"'
_NONE: Final[Mapping[str, str]] = {}
_SALT: Final = re.compile("[0-9a-f]{32}")
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_PLAIN_POINTER: Final = re.compile("(?:/[a-z0-9_]+)+")
_POINTER: Final = re.compile("(?:/(?:[^~/]|~[01])*)+")


def commit(ledger: str, path: str, salt: str, value: Json) -> str:
    """The digest that stands for `value` at `path` (a JSON Pointer from the body's root, such as `/client`).

    `salt` is 16 fresh random bytes as 32 lower-case hex digits, never derived and never used twice.

    Raises:
        Malformed: `salt`, `path`, or a code of `canonical.encode`.
    """
    return commit_bytes(ledger, path, salt, canonical.encode(value))


def commit_bytes(ledger: str, path: str, salt: str, value: bytes) -> str:
    """As `commit`, for a value already in canonical bytes (a stored disclosure); they are not parsed."""
    if _SALT.fullmatch(salt) is None:
        raise Malformed("salt")
    if _PLAIN_POINTER.fullmatch(path) is not None:  # nothing to escape: the usual case, three times quicker
        head = f'["sceau-commit/1","{ledger}","{path}","{salt}",'.encode()
    elif _POINTER.fullmatch(path) is None:
        raise Malformed("path")
    else:
        head = canonical.encode(["sceau-commit/1", ledger, path, salt])[:-1] + b","
    return hashlib.sha256(head + value + b"]").hexdigest()


def check(digest: str, ledger: str, path: str, salt: str, value: bytes) -> bool:
    """Whether the disclosure (salt, canonical bytes of the value) is what `digest` stands for.

    Raises:
        Malformed: a code of `canonical.decode` when `value` is not canonical: two forms would both look
        right.
    """
    canonical.decode(value)
    return hmac.compare_digest(commit_bytes(ledger, path, salt, value), digest)


def committed(digest: str) -> dict[str, Json]:
    """The object written in the body in place of the value."""
    return {MEMBER: digest}


def commitments(body: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Every (path, digest) of a body, in canonical order of members.

    Raises:
        Malformed: `commitment` where a member is named `$c` but its object is not exactly one commitment.
    """
    yield from _walk(body, "")


def quick_commitments(body: Mapping[str, Json], line: bytes) -> Mapping[str, str]:
    """As `commitments`, for a body that was read from `line`: the walk is spared when all stand at the top."""
    if _NAME not in line:
        return _NONE
    found: dict[str, str] = {}
    for name, member in body.items():
        if type(member) is dict and len(member) == 1:
            digest = member.get(MEMBER)
            if type(digest) is str and _DIGEST.fullmatch(digest) is not None and "~" not in name and "/" not in name:
                found[f"/{name}"] = digest
    return found if line.count(_NAME) == len(found) else dict(commitments(body))


def _walk(value: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if MEMBER in value:
            digest = value[MEMBER]
            if len(value) != 1 or not isinstance(digest, str) or _DIGEST.fullmatch(digest) is None or not place:
                raise Malformed("commitment", place)
            yield place, digest
            return
        for key in sorted(value):
            yield from _walk(value[key], f"{place}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):
            yield from _walk(member, f"{place}/{index}")
