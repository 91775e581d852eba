"""Files that go with a quote, over HTTP: added to its draft, listed, read, taken out while it is a draft.

The file is the body, its name a parameter. The checks are those of the page (docs/signing.md): its bytes say what it
is. A file is known by its bytes, so that the same one sent again counts once, with an idempotency key or without.
"""

from __future__ import annotations

import re
from typing import Any, Final

from api.http import draft_files
from api.http.access import BUSINESS, READ, enter
from api.http.body import read_bytes
from api.http.call import Answer, Call, answer_json
from api.http.commands import REPEATED
from api.http.drafts import Kept, found_draft, kept_of
from api.http.idempotency import key_of
from api.http.problems import Header, Problem, Refused
from api.http.reads import answer_page
from api.http.schemas import DIGEST_TEXT, TEXT
from api.http.schemas import record as schema_of
from api.names import folded
from api.rendering.errors import NotRendered
from api.signing import attached
from api.signing.shown import ShownAttachment, attachments_of
from ledger.domain.identifiers import is_uuid4
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.shell.signing import FileFacts

UPLOADS: Final = (*attached.MEDIA.values(), "application/octet-stream")
CONTENT: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_MEDIA: Final = {"enum": list(attached.MEDIA.values())}
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_BYTES: Final = {"type": "integer", "minimum": 0}

ATTACHED_FILE: Final = schema_of(
    {"digest": DIGEST_TEXT}, {"name": {"type": "string"}, "bytes": _BYTES, "media_type": _MEDIA}
)
"""A file that a draft or quote names; without bytes and type what is not kept here."""
ADDED_FILE: Final = schema_of(
    {
        "digest": {**DIGEST_TEXT, "description": "Of the file as it is kept: a picture without its metadata."},
        "name": {"type": "string"},
        "bytes": _BYTES,
        "media_type": _MEDIA,
        "draft_etag": {**TEXT, "description": "The draft's version with it, for If-Match."},
    }
)
"""A file that was added to a draft."""


# --- a draft's


async def add(call: Call) -> Answer:
    """Look at a file, keep it, and name it in the draft."""
    ledger = await enter(call, BUSINESS)
    name = call.query(("name",)).get("name", "")
    key = key_of(call)  # refused when malformed; the same bytes count once by themselves
    if _media(call) not in UPLOADS or call.header(b"content-encoding") not in (None, b"identity"):
        raise Problem("FILE_TYPE_UNSUPPORTED")
    data = await read_bytes(call, attached.MOST_BYTES, "FILE_TOO_LARGE")
    kept = await found_draft(call, ledger)
    if kept.draft.kind not in draft_files.KINDS:
        errors = [{"place": "/kind", "code": "MEMBER_INVALID", "reason": "holds_no_files"}]
        raise Problem("REQUEST_INVALID", "/kind", errors=errors)

    def work() -> Answer:
        try:
            done = draft_files.add_file(call.context, ledger, kept.draft.draft, data, name)
        except NotRendered as failure:
            raise Problem("FILE_NOT_CHECKED", reason=failure.code) from None
        if isinstance(done, Refusal):
            raise Refused(done)
        if done is None:
            raise Problem("DRAFT_CHANGED")
        where = f"/v1/ledgers/{call.ledger.name}/drafts/{done.draft.draft}/files/{done.facts.digest}"
        headers: tuple[Header, ...] = ((b"location", where.encode()),)
        if done.repeated and key is not None:
            headers = (*headers, REPEATED)
        told = _told(ShownAttachment(done.facts.digest, done.name, done.facts.size_bytes), done.facts)
        return answer_json({**told, "draft_etag": kept_of(done.draft).etag}, 201, headers)

    return await call.context.drawing(work)


async def draft_list(call: Call) -> Answer:
    """Answer the files that a draft names, in its order."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    kept = await found_draft(call, ledger)
    return await call.context.blocking(lambda: answer_page(_items(call, ledger, kept), None))


def _items(call: Call, ledger: str, kept: Kept) -> list[dict[str, Any]]:
    here = call.context.files.attached(ledger, kept.draft.draft)
    named = draft_files.files_of(call.context, ledger, kept.draft.draft, kept.body["command"])
    # a draft may name anything; what is no digest names no file
    return [_told(one, here.get(one.digest)) for one in named if _is_digest(one.digest)]


async def draft_file(call: Call) -> Answer:
    """Answer a file of a draft."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    kept = await found_draft(call, ledger)
    draft, command = kept.draft.draft, kept.body["command"]
    return await call.context.blocking(
        lambda: _given(call, ledger, draft, draft_files.files_of(call.context, ledger, draft, command))
    )


async def remove(call: Call) -> Answer:
    """Take a file out of a draft; what a version of a quote names stays for it."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    kept = await found_draft(call, ledger)
    digest = call.params["file"]
    if digest not in draft_files.listed(kept.body["command"])[0]:
        raise Problem("NOT_FOUND")
    if not await call.context.blocking(draft_files.remove_file, call.context, ledger, kept.draft.draft, digest):
        raise Problem("DRAFT_CHANGED")
    return Answer(204, b"")


# --- a quote's


async def quote_list(call: Call) -> Answer:
    """Answer the files of the version in force, in its order."""
    ledger = await enter(call, READ)
    call.query(())

    def work() -> Answer:
        identifier, state = _quote(call, ledger)
        here = call.context.files.attached(ledger, identifier)
        return answer_page([_told(one, here.get(one.digest)) for one in attachments_of(state.current, here)], None)

    return await call.context.blocking(work)


async def quote_file(call: Call) -> Answer:
    """Answer a file of the version in force, byte for byte as its entry names it."""
    ledger = await enter(call, READ)
    call.query(())

    def work() -> Answer:
        identifier, state = _quote(call, ledger)
        named = attachments_of(state.current, call.context.files.attached(ledger, identifier))
        return _given(call, ledger, identifier, named)

    return await call.context.blocking(work)


def _quote(call: Call, ledger: str) -> tuple[str, QuoteState]:
    identifier = call.params["quote"]
    state = call.context.service.state(ledger, QUOTE, identifier) if is_uuid4(identifier) else None
    if state is None:
        raise Problem("NOT_FOUND")
    return identifier, state


# --- what is answered


def _given(call: Call, ledger: str, identifier: str, named: tuple[ShownAttachment, ...]) -> Answer:
    """Answer the file that the address names.

    Raises:
        Problem: `NOT_FOUND`.
        Refused: `FILE_NOT_KEPT`, it is named and not here.
    """
    digest = call.params["file"]
    found = next((one for one in named if one.digest == digest), None)
    if found is None:
        raise Problem("NOT_FOUND")
    facts = call.context.files.attached(ledger, identifier).get(digest)
    data = call.context.files.read_attached(ledger, identifier, digest) if facts is not None else None
    if facts is None or data is None:
        raise Refused(refuse("FILE_NOT_KEPT", ""))
    stem, _, ending = (found.name or f"annexe.{facts.kind}").rpartition(".")
    name = _UNSAFE.sub("-", f"{folded(stem)}.{ending}")
    headers = (
        (b"etag", f'"{digest}"'.encode()),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        (b"cache-control", b"private, no-cache"),
    )
    return Answer(200, data, attached.MEDIA[facts.kind].encode(), headers)


def _told(one: ShownAttachment, facts: FileFacts | None) -> dict[str, Any]:
    told: dict[str, Any] = {"digest": one.digest}
    if one.name:
        told["name"] = one.name
    if facts is not None:
        told |= {"bytes": facts.size_bytes, "media_type": attached.MEDIA[facts.kind]}
    return told


def _media(call: Call) -> str:
    return (call.header(b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(sign in "0123456789abcdef" for sign in text)
