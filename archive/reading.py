"""Reading archives that were made: what one says it is, its second file opened, and the shipped verifier run on it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from archive.creation import STREAM, Recorded, recorded
from archive.outfile import new_file
from archive.sealed import private
from ledger.domain.events.periods import ArchiveVerified
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel.errors import Malformed
from ledger.shell.archive_keys import key_digest, year_key
from ledger.shell.journal import journal
from ledger.shell.service import Service

VERIFIER: Final = Path(__file__).resolve().with_name("verifiers") / "verify.py"
"""The verifier that every archive holds a copy of."""

_MOST_MANIFEST: Final = 1 << 24
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_IV: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Said:
    """What an archive says it is; nothing of it is verified."""

    manifest: str  # SHA-256 of manifest.json
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A copy that was read back whole, and the entry that says so."""

    manifest: str
    seq: int


def say(path: Path) -> Said:
    """Read an archive's manifest.

    Raises:
        Malformed: `archive`: it is none.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            info = file.getinfo("manifest.json")
            if info.file_size > _MOST_MANIFEST:
                raise Malformed("archive", "manifest.json")
            data = file.read(info)
        body = orjson.loads(data)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Malformed("archive", "manifest.json") from error
    if not isinstance(body, dict):
        raise Malformed("archive", "manifest.json")
    return Said(sha256(data).hexdigest(), body)


def verify(paths: Sequence[Path], options: Sequence[str] = (), *, quiet: bool = False) -> int:
    """Run the shipped verifier in a process of its own, which knows nothing of ours; give its exit status.

    0: all is well; 1: something was found; 2: the check could not be made.
    """
    command = [sys.executable, "-I", str(VERIFIER), *map(str, paths), *options]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL if quiet else None).returncode  # noqa: S603 - our own verifier, and no shell


def open_private(service: Service, file: Path, out: Path, archive: Path | None = None) -> Refusal | None:
    """Decrypt a second file with the year's key, for whoever may know the names.

    Args:
        service: who has the keys.
        file: `NAME.private.enc`.
        out: the ZIP to be written; not over another file.
        archive: the archive it belongs to; by default the one beside it.

    Raises:
        KeyMissing: the passphrase is not here.
        Malformed: `archive`: that is no archive, or not the one of this file.
        FileExistsError: `out` is there.
    """
    whole = archive or file.with_name(file.name.removesuffix(private.SUFFIX) + ".zip")
    named = _named(say(whole).body, file.name)
    if out.exists():
        raise FileExistsError(f"{out} exists")
    key = year_key(service.keys, named.ledger, named.year)
    if key is None or key_digest(key) != named.key:
        return refuse("ARCHIVE_KEY_ABSENT", "", year=named.year)
    with new_file(out) as plain, file.open("rb") as sealed:
        if private.decrypt(sealed, plain, key, named.iv) != named.plain_sha256:
            raise Malformed("archive", file.name)
    return None


class _Named(NamedTuple):
    """What a manifest says of its second file, in its form."""

    ledger: str
    year: int
    key: str
    iv: str
    plain_sha256: str


def _named(said: dict[str, Any], name: str) -> _Named:
    """Take that out of a manifest that may say anything.

    Raises:
        Malformed: `archive`: it is not of its form, or speaks of another file.
    """
    try:
        members = said["private"]
        found = (said["ledger"], said["period"]["to_on"], members["key"], members["iv"], members["plain_sha256"])
        if members["name"] != name or not all(isinstance(one, str) for one in found):
            raise Malformed("archive", "private")
    except (KeyError, TypeError) as error:
        raise Malformed("archive", "private") from error
    ledger, to_on, key, iv, digest = found
    if not (_DAY.fullmatch(to_on) and _IV.fullmatch(iv)):
        raise Malformed("archive", "private")
    return _Named(ledger, int(to_on[:4]), key, iv, digest)


def confirm(service: Service, ledger: str, path: Path, medium: str, *, actor: str = "system") -> Confirmed | Refusal:
    """Read a copy of an archive back from another medium, byte by byte, and record that it is whole.

    Raises:
        LedgerUnknown, KeyMissing, StoreFailure: see `ledger.shell.errors`.
        Malformed: `archive`: it is none.
        OSError: it cannot be read.
    """
    row = service.find(ledger)
    said = say(path)
    found = next((one for one in recorded(service.store, row.ledger) if one.event["manifest"] == said.manifest), None)
    if found is None:
        return refuse("ARCHIVE_UNKNOWN", "/file")
    genesis = service.keys.facts(row.ledger).genesis
    if verify([path], ["--genesis", genesis], quiet=True) != 0:
        return refuse("ARCHIVE_NOT_WHOLE", "/file")
    if say(path).manifest != said.manifest or not private_is_whole(path, said):
        return refuse("ARCHIVE_NOT_WHOLE", "/file")
    event = ArchiveVerified(manifest=said.manifest, medium=medium)
    return Confirmed(said.manifest, journal(service, row.ledger, [(STREAM, event)], actor=actor).entries[-1].seq)


def private_is_whole(path: Path, said: Said) -> bool:
    """Whether the second file, where it stands beside, is the one that the manifest names."""
    members = said.body.get("private")
    if not isinstance(members, dict):
        return True
    beside = path.parent / str(members["name"])
    if not beside.exists():
        return True
    with beside.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() == str(members["sha256"])


def media(service: Service, ledger: str) -> dict[str, list[str]]:
    """Give, for each archive's manifest, the media on which it was found whole."""
    found: dict[str, list[str]] = {}
    for line in service.store.stream(ledger, STREAM):
        if line.type == ArchiveVerified.TYPE:
            body = orjson.loads(line.line)["entry"]["body"]
            places = found.setdefault(body["manifest"], [])
            if body["medium"] not in places:
                places.append(body["medium"])
    return found


def told(one: Recorded, places: Sequence[str] = ()) -> dict[str, Any]:
    """Give a recorded archive as JSON."""
    event = one.event
    return {
        "manifest": event["manifest"],
        "seq": one.seq,
        "at": one.at,
        "rank": event["rank"],
        "format": event["format"],
        "from_on": event["from_on"],
        "to_on": event["to_on"],
        "first_seq": event["first_seq"],
        "last_seq": event["last_seq"],
        "documents": event["documents"],
        "previous": event.get("previous"),
        "timestamp": event.get("timestamp"),
        "media": list(places),
    }
