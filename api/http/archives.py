"""Sealed archives over HTTP: made, listed, downloaded; and the proof of one document (docs/archives.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from api.archives import archives_folder, stamp_from
from api.http.access import OWNER, READ, Role, enter
from api.http.body import read_object
from api.http.call import JSON, Answer, Call, answer_json
from api.http.problems import Problem, Refused, invalid
from api.http.reads import answer_page, flag
from api.http.schemas import DIGEST_TEXT, FREE, INSTANT_TEXT, SEQ, TEXT
from api.http.schemas import record as schema_of
from archive import reading
from archive.creation import Recorded, create, recorded
from archive.proving import prove
from ledger.domain.events.common import record
from ledger.domain.refusals import Refusal
from ledger.domain.types import Flag, ShortText
from ledger.kernel.errors import Malformed

MAKERS: Final[frozenset[Role]] = OWNER | {"accountant"}
"""Who makes archives, and who may have the file of names."""

ARCHIVE: Final = schema_of(
    {
        "manifest": DIGEST_TEXT,
        "seq": SEQ,
        "at": INSTANT_TEXT,
        "rank": SEQ,
        "format": TEXT,
        "from_on": TEXT,
        "to_on": TEXT,
        "first_seq": SEQ,
        "last_seq": SEQ,
        "documents": {"type": "integer", "minimum": 0},
        "previous": {"type": ["string", "null"]},
        "timestamp": {"type": ["string", "null"]},
        "media": {"type": "array", "items": TEXT},
        "here": {"type": "boolean", "description": "Whether the file is in this server's folder."},
    }
)
"""An archive in an answer."""
PROOF: Final = FREE
"""A `sceau-proof/1` file (docs/spec/checkpoint.md rule 21)."""
FILE: Final[dict[str, Any]] = {"type": "string", "format": "binary"}

_MANIFEST: Final = re.compile(r"[0-9a-f]{64}")
_ZIP: Final = b"application/zip"
_BYTES: Final = b"application/octet-stream"


@record
class NewArchive:
    """The period to be archived: `2026-11-05`, `2026-11`, `2026`, or `2026-04-01..2027-03-31`; it must be closed."""

    period: ShortText
    renew: Flag = False


_NEW: TypeAdapter[NewArchive] = TypeAdapter(NewArchive)


async def make(call: Call) -> Answer:
    """Make the archive of a closed period in the server's folder; the same one again records nothing new."""
    ledger = await enter(call, MAKERS)
    call.query(())
    members, _ = await read_object(call)
    try:
        asked = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    busy = call.context.archiving
    if busy.locked():
        raise Problem("OVERLOADED", headers=((b"retry-after", b"10"),))
    async with busy:
        answer = await call.context.blocking(_make, call, ledger, asked)
    call.context.wake(ledger)
    return answer


def _make(call: Call, ledger: str, asked: NewArchive) -> Answer:
    context = call.context
    folder = archives_folder(context.settings) / ledger
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create(
        context.service, ledger, asked.period, folder=folder, actor=f"key:{call.caller.key}",
        stamp=stamp_from(context.settings), replace=True, renew=asked.renew, documents=context.documents.archived,
    )  # fmt: skip
    if isinstance(made, Refusal):
        raise Refused(made)
    told = _told(call, ledger, _find(call, ledger, made.manifest))
    location = f"/v1/ledgers/{call.ledger.name}/archives/{made.manifest}"
    return answer_json(told, 201, ((b"location", location.encode()),))


async def archive_list(call: Call) -> Answer:
    """Answer every archive that the ledger tells of, oldest first."""
    ledger = await enter(call, READ)
    call.query(())

    def read() -> Answer:
        return answer_page([_told(call, ledger, one) for one in recorded(call.context.store, ledger)], None)

    return await call.context.blocking(read)


async def archive(call: Call) -> Answer:
    """Answer one archive."""
    ledger = await enter(call, READ)
    call.query(())

    def read() -> Answer:
        return answer_json(_told(call, ledger, _find(call, ledger, call.params["manifest"])))

    return await call.context.blocking(read)


async def download(call: Call) -> Answer:
    """Answer the archive's file."""
    ledger = await enter(call, READ)
    call.query(())
    return await call.context.blocking(_file, call, ledger, private=False)


async def download_private(call: Call) -> Answer:
    """Answer the encrypted file of what names people."""
    ledger = await enter(call, MAKERS)
    call.query(())
    return await call.context.blocking(_file, call, ledger, private=True)


def _file(call: Call, ledger: str, *, private: bool) -> Answer:
    path = _path(call, ledger, _find(call, ledger, call.params["manifest"]).event["manifest"])
    if path is None:
        raise Problem("NOT_FOUND")
    if private:
        path = path.with_name(path.name.removesuffix(".zip") + ".private.enc")
        if not path.exists():
            raise Problem("NOT_FOUND")
    named = f'attachment; filename="{path.name}"'.encode()
    return Answer(200, b"", _BYTES if private else _ZIP, ((b"content-disposition", named),), path)


async def document_proof(call: Call) -> Answer:
    """Answer a document's proof, to be handed to the customer who holds it."""
    ledger = await enter(call, READ)
    with_names = flag(call.query(("names",)), "names")
    found = await call.context.blocking(
        prove, call.context.service, ledger, call.params["document"], with_names=with_names
    )
    if isinstance(found, Refusal):
        raise Problem("NOT_FOUND")
    named = f'attachment; filename="{found.name}"'.encode()
    return Answer(200, found.data, JSON, ((b"content-disposition", named),))


def _find(call: Call, ledger: str, manifest: str) -> Recorded:
    if _MANIFEST.fullmatch(manifest):
        for one in recorded(call.context.store, ledger):
            if one.event["manifest"] == manifest:
                return one
    raise Problem("NOT_FOUND")


def _told(call: Call, ledger: str, one: Recorded) -> dict[str, Any]:
    places = reading.media(call.context.service, ledger).get(one.event["manifest"], ())
    return reading.told(one, places) | {"here": _path(call, ledger, one.event["manifest"]) is not None}


def _path(call: Call, ledger: str, manifest: str) -> Path | None:
    """Find the file of a manifest: names tell the period, and a period may have been archived anew."""
    for path in sorted((archives_folder(call.context.settings) / ledger).glob("*.zip")):
        try:
            if reading.say(path).manifest == manifest:
                return path
        except (Malformed, OSError):
            continue
    return None
