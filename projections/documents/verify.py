"""Which entry a PDF belongs to, and whether one byte of it differs. Pure: the ledger's digests come from a lookup.

Only a digest proves. What a file says of itself (`identify(...).claim`) tells where to look, and to whom it was said to
belong when it was changed; anybody can write it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Final, Literal, Protocol

from ledger.kernel.errors import Malformed
from projections.documents.xmp import CLAIM_NAMESPACE, packet_in
from projections.documents.xmp import MAX_BYTES as MAX_PACKET

MAX_BYTES: Final = 100 << 20
MAX_REVISIONS: Final = 64
_END: Final = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_LEDGER: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SEQUENCE: Final = re.compile(r"[1-9][0-9]{0,15}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
_KIND: Final = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Claim:
    """The entry that a file says it stands for."""

    ledger: str
    seq: int
    fingerprint: str
    kind: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is, read from its bytes: SHA-256 of the whole and of each revision before the last, and its claim.

    `earlier` are (length, digest), the shortest first: a seal or a signature adds a revision and leaves the others as
    they are.
    """

    bytes: int
    digest: str
    earlier: tuple[tuple[int, str], ...]
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Tie:
    """An entry that records a file: `rendered` (document.rendered/1) or `sealed` (document.sealed/1).

    `seq` is that entry, `about_seq` the entry that the document stands for; `rendered` the digest of a sealed file
    before its seal.
    """

    kind: Literal["rendered", "sealed"]
    seq: int
    about_seq: int
    digest: str
    rendered: str | None = None


class Lookup(Protocol):
    """What a ledger knows of its files."""

    @property
    def ledger(self) -> str:
        """The ledger's id."""

    def by_digest(self, digest: str) -> Tie | None:
        """The entry that records a file of this digest."""

    def of_entry(self, seq: int) -> Sequence[Tie]:
        """Every file recorded of the document of an entry."""

    def fingerprint(self, seq: int) -> str | None:
        """The fingerprint of an entry, None where there is none."""


State = Literal["issued", "sealed", "extended", "altered", "claimed", "elsewhere", "unknown"]


@dataclass(frozen=True, slots=True)
class Belonging:
    """What `belongs` found; the states are those of docs/sealing.md.

    `tie` is the entry that records the file, or the part of it that is unchanged (`extended`: its first `kept_bytes`).
    `expected` are the digests that the claimed entry's files have. `claim_holds` tells whether the claimed entry is
    there with that fingerprint.
    """

    state: State
    identity: Identity
    tie: Tie | None = None
    kept_bytes: int | None = None
    expected: tuple[str, ...] = ()
    claim_holds: bool | None = None

    @property
    def unchanged(self) -> bool:
        """Whether every byte is as it was issued or sealed."""
        return self.state in ("issued", "sealed")


def identify(data: bytes) -> Identity:
    """Read what a file is.

    Raises:
        Malformed: `too_large`; `not_pdf` when it does not begin as a PDF file does.
    """
    if len(data) > MAX_BYTES:
        raise Malformed("too_large")
    if not data.startswith(b"%PDF-"):
        raise Malformed("not_pdf")
    ends = [match.end() for match in _END.finditer(data)][:MAX_REVISIONS]
    whole = hashlib.sha256()
    earlier: list[tuple[int, str]] = []
    for start, end in pairwise([0, *ends]):
        whole.update(data[start:end])
        if end < len(data):
            earlier.append((end, whole.hexdigest()))
    whole.update(data[ends[-1] if ends else 0 :])
    return Identity(len(data), whole.hexdigest(), tuple(earlier), claim_of(data))


def belongs(identity: Identity, lookup: Lookup) -> Belonging:
    """Tell which entry a file belongs to."""
    claim = identity.claim
    holds = (
        None if claim is None or claim.ledger != lookup.ledger else lookup.fingerprint(claim.seq) == claim.fingerprint
    )
    tie = lookup.by_digest(identity.digest)
    if tie is not None:
        return Belonging("issued" if tie.kind == "rendered" else "sealed", identity, tie, identity.bytes, (), holds)
    for length, digest in reversed(identity.earlier):
        tie = lookup.by_digest(digest)
        if tie is not None:
            return Belonging("extended", identity, tie, length, (), holds)
    if claim is None:
        return Belonging("unknown", identity)
    if claim.ledger != lookup.ledger:
        return Belonging("elsewhere", identity)
    expected = tuple(each.digest for each in lookup.of_entry(claim.seq)) if holds else ()
    return Belonging("altered" if expected else "claimed", identity, None, None, expected, holds)


def first_difference(ours: bytes, theirs: bytes) -> int | None:
    """Give the place of the first byte that differs between two files, None when they are the same."""
    if ours == theirs:
        return None
    low, high = 0, min(len(ours), len(theirs))
    while low < high:  # the first `low` bytes are the same; halved, so that a long file costs few comparisons
        middle = (low + high + 1) // 2
        if ours[low:middle] == theirs[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def claim_of(data: bytes) -> Claim | None:
    """Read the entry that a PDF says it stands for; None when it says none, or cannot be read at all.

    The packet that readers show is looked at first; in a file too damaged to be read as PDF, the last one that lies in
    it.
    """
    packets = [_packet(data)]
    at = data.rfind(b"<x:xmpmeta")
    if at >= 0:
        packets.append(data[at : data.find(b"</x:xmpmeta>", at) + 12][:MAX_PACKET])
    return next(filter(None, (_claimed(packet) for packet in packets if packet)), None)


def _packet(data: bytes) -> bytes | None:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            return packet_in(pdf)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        RecursionError,
    ):
        return None
    return None


def _claimed(packet: bytes) -> Claim | None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packet.strip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    said = {}
    for name in ("Ledger", "Sequence", "Fingerprint", "Kind"):
        tag = f"{{{CLAIM_NAMESPACE}}}{name}"
        found = [one.text or "" for one in root.iter(tag)] + [
            one.attrib[tag] for one in root.iter() if tag in one.attrib
        ]
        if len(found) != 1:
            return None
        said[name] = str(found[0])
    forms = (("Ledger", _LEDGER), ("Sequence", _SEQUENCE), ("Fingerprint", _FINGERPRINT), ("Kind", _KIND))
    if any(form.fullmatch(said[name]) is None for name, form in forms):
        return None
    return Claim(said["Ledger"], int(said["Sequence"]), said["Fingerprint"], said["Kind"])
