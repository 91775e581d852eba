"""Documents over HTTP: files, machine-read data, copies; anybody's file checked or tied (docs/documents.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final, Literal, get_args

import orjson
from pydantic import TypeAdapter, ValidationError

from api.documents import File
from api.http.access import BUSINESS, READ, enter
from api.http.body import read_bytes, read_object
from api.http.call import JSON, Answer, Call, answer_json
from api.http.idempotency import key_of, under_way
from api.http.plain import plain
from api.http.problems import Header, Problem, Refused, invalid
from api.http.reads import answer_page, flag, page_of
from api.http.schemas import DIGEST_TEXT, FREE, INSTANT_TEXT, SEQ, TEXT
from api.http.schemas import record as schema_of
from api.rendering.errors import NotRendered
from api.rendering.subjects import KINDS, Subject, find_subject
from ledger.domain.events.common import record
from ledger.domain.events.messages import DocumentRendered
from ledger.domain.refusals import Refusal
from projections.documents.paper import DocumentKind, Language

_LANGUAGE: Final = {"enum": ["fr", "en"]}
_KIND: Final = {"enum": list(KINDS)}

RENDERED: Final = schema_of(
    {
        "seq": SEQ,
        "at": INSTANT_TEXT,
        "about": TEXT,
        "kind": _KIND,
        "about_seq": SEQ,
        "digest": DIGEST_TEXT,
        "bytes": {"type": "integer", "minimum": 0},
        "media_type": TEXT,
        "language": _LANGUAGE,
        "software": TEXT,
    },
    {"copy": SEQ, "profile": TEXT},
)
"""One recorded file."""

COPY: Final = schema_of(
    {
        "about": TEXT,
        "kind": _KIND,
        "copy": SEQ,
        "digest": DIGEST_TEXT,
        "bytes": {"type": "integer", "minimum": 0},
        "language": _LANGUAGE,
        "name": TEXT,
    },
    {"recorded": SEQ},
)
"""A copy that was numbered."""

_FINDING: Final = schema_of(
    {"validator": TEXT, "rule": TEXT, "place": TEXT, "words": TEXT, "severity": {"enum": ["error", "warning"]}}
)
CHECKED: Final = schema_of(
    {
        "valid": {"type": "boolean"},
        "kind": {"enum": ["pdf", "xml", "unknown"]},
        "checks": {"type": "array", "items": TEXT, "description": "The validators that were run, in order."},
        "findings": {"type": "array", "items": _FINDING},
    },
    {"profile": TEXT, "number": TEXT, "type_code": TEXT},
)
"""What a check found."""

TIED: Final = schema_of(
    {
        "state": {"enum": ["issued", "sealed", "extended", "altered", "claimed", "elsewhere", "unknown"]},
        "whole": {"type": "boolean", "description": "Not one byte differs."},
        "digest": DIGEST_TEXT,
        "bytes": {"type": "integer", "minimum": 0},
    },
    {
        "claim": schema_of({"ledger": TEXT, "seq": SEQ, "fingerprint": DIGEST_TEXT, "kind": TEXT}),
        "claim_holds": {"type": "boolean"},
        "recorded": SEQ,
        "kept_bytes": {"type": "integer"},
        "expected": {"type": "array", "items": DIGEST_TEXT},
        "first_difference": {"type": "integer"},
        "about": TEXT,
        "about_seq": SEQ,
        "kind": TEXT,
        "number": TEXT,
        "language": TEXT,
        "copy": SEQ,
    },
)
"""What a file is to the ledger."""

PAPER: Final = FREE
FILE: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
UPLOADS: Final = ("application/pdf", "application/xml", "text/xml", "application/octet-stream")

_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))")
_CACHING: Final[Header] = (b"cache-control", b"private, no-cache")
_XML: Final = b"application/xml"


@record
class NewCopy:
    """How a copy of a document goes out, of which kind and in which language."""

    by: Literal["print", "email", "download"]
    kind: DocumentKind | None = None
    language: Language | None = None


_NEW: TypeAdapter[NewCopy] = TypeAdapter(NewCopy)


async def document_list(call: Call) -> Answer:
    """Answer a page of recorded files, in the order in which they were recorded."""
    ledger = await enter(call, READ)
    after, limit = page_of(call.query(("after", "limit")))

    def read() -> Answer:
        lines = list(islice(call.context.store.lines(ledger, after, types=(DocumentRendered.TYPE,)), limit))
        items = [told(orjson.loads(line.line), line.seq) for line in lines if line.line]
        return answer_page(items, lines[-1].seq if len(lines) == limit else None)

    return await call.context.blocking(read)


async def document_file(call: Call) -> Answer:
    """Answer a document's file: whole, a part of it, or that it is the one already held."""
    ledger = await enter(call, READ)
    query = call.query(("kind", "language", "seq", "copy", "download", "sealed"))
    copy, attached, sealed = _whole(query, "copy"), flag(query, "download"), flag(query, "sealed")

    def give() -> Answer:
        subject = _subject(call, ledger, query)
        documents, language = call.context.documents, _language(query)
        if sealed:
            return _answer(call, documents.sealed(ledger, subject, language, copy), attached=attached)
        reads = call.caller.roles.get(ledger) not in BUSINESS
        file = documents.file(ledger, subject, language, copy, actor=call.caller.actor, reads=reads)
        return _answer(call, file, attached=attached)

    answer = await call.context.drawing(give)
    call.context.wake(ledger)
    return answer


async def document_xml(call: Call) -> Answer:
    """Answer an invoice's machine-read data, as the file embeds it."""
    ledger = await enter(call, READ)
    query = call.query(("kind", "language", "seq"))

    def give() -> Answer:
        subject = _subject(call, ledger, query)
        data, profile = call.context.documents.xml(ledger, subject, _language(query))
        return Answer(200, data, _XML, (_CACHING, (b"sceau-profile", profile.encode())))

    return await call.context.drawing(give)


async def document_paper(call: Call) -> Answer:
    """Answer all that a document says, as data: what its page is laid out from."""
    ledger = await enter(call, READ)
    query = call.query(("kind", "language", "seq", "copy"))
    copy = _whole(query, "copy")

    def give() -> Answer:
        subject = _subject(call, ledger, query)
        said = call.context.documents.shown(ledger, subject, _language(query), copy)
        return Answer(200, orjson.dumps(said), JSON, (_CACHING,))

    return await call.context.drawing(give)


async def copy(call: Call) -> Answer:
    """Number a copy of a document (DUPLICATA n° k), and make its file."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    key = key_of(call)
    members, _ = await read_object(call)
    try:
        asked = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None

    def make() -> Answer:
        query: dict[str, str] = {} if asked.kind is None else {"kind": asked.kind}
        subject = _subject(call, ledger, query)
        made = call.context.documents.copy(ledger, subject, asked.by, asked.language, actor=call.caller.actor, key=key)
        if isinstance(made, Refusal):
            raise Refused(made)
        at = f"/v1/ledgers/{call.ledger.name}/documents/{made.subject.about}/file"
        location = f"{at}?kind={made.subject.kind}&language={made.language}&copy={made.copy}"
        body = {
            "about": made.subject.about, "kind": made.subject.kind, "copy": made.copy, "digest": made.digest,
            "bytes": len(made.data), "language": made.language, "name": made.name,
        }  # fmt: skip
        return answer_json(body | _known({"recorded": made.recorded}), 201, ((b"location", location.encode()),))

    with under_way(call, ledger, key):
        answer = await call.context.drawing(make)
    call.context.wake(ledger)
    return answer


async def check(call: Call) -> Answer:
    """Answer what is wrong with anybody's Factur-X file or CII invoice. Nothing of it is kept."""
    await enter(call, READ)
    data = await _uploaded(call)

    def work() -> Answer:
        try:
            facts = call.context.documents.check(data)
        except NotRendered as failure:
            raise Problem("FILE_NOT_CHECKED", reason=failure.code) from None
        return answer_json(_known(facts))

    return await call.context.drawing(work)


async def verify(call: Call) -> Answer:
    """Answer which entry a file belongs to, and whether one byte of it differs. Nothing of it is kept."""
    ledger = await enter(call, READ)
    data = await _uploaded(call)

    def work() -> Answer:
        try:
            tied = call.context.documents.verify(ledger, data)
        except NotRendered as failure:
            raise Problem("FILE_NOT_CHECKED", reason=failure.code) from None
        whole = tied.state in ("issued", "sealed")
        return answer_json({"whole": whole, **plain(tied)})

    return await call.context.drawing(work)


def told(line: dict[str, Any], seq: int) -> dict[str, Any]:
    """Give a recorded file as JSON."""
    return {"seq": seq, "at": line["chain"]["at"], "about": "self", **line["entry"]["body"]}


# --- what is asked


def _subject(call: Call, ledger: str, query: Mapping[str, str]) -> Subject:
    kind = query.get("kind")
    if kind is not None and kind not in KINDS:
        raise Problem("PARAMETER_INVALID", "query kind", reason="kind")
    known: Any = kind
    return find_subject(call.context.store, ledger, call.params["document"], known, _whole(query, "seq"))


def _language(query: Mapping[str, str]) -> Language | None:
    said = query.get("language")
    if said is not None and said not in get_args(Language):
        raise Problem("PARAMETER_INVALID", "query language", reason="language")
    language: Any = said
    return None if language is None else language


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or not 1 <= int(text) <= 2**53 - 1:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="whole_number")
    return int(text)


async def _uploaded(call: Call) -> bytes:
    call.query(())
    key_of(call)  # refused when malformed; looking at a file twice harms nothing
    kind = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")
    if kind not in UPLOADS or call.header(b"content-encoding") not in (None, b"identity"):
        raise Problem("FILE_TYPE_UNSUPPORTED")
    return await read_bytes(call, call.context.settings.documents_upload_bytes, "FILE_TOO_LARGE")


# --- what is answered


def _answer(call: Call, file: File, *, attached: bool) -> Answer:
    """Answer a file (RFC 9110: 13 conditional, 14 range requests); its ETag is its SHA-256."""
    tag = f'"{file.digest}"'
    disposition = f'{"attachment" if attached else "inline"}; filename="{file.name}"'
    headers: tuple[Header, ...] = (
        (b"etag", tag.encode()),
        (b"accept-ranges", b"bytes"),
        (b"content-disposition", disposition.encode()),
        (b"content-language", file.language.encode()),
        _CACHING,
    )
    media = file.media_type.encode()
    if _holds(call.once(b"if-none-match"), tag):
        return Answer(304, b"", media, headers)
    part = _part(call, tag, len(file.data))
    if part is None:
        return Answer(200, file.data, media, headers)
    first, last = part
    shown = (b"content-range", f"bytes {first}-{last}/{len(file.data)}".encode())
    return Answer(206, file.data[first : last + 1], media, (*headers, shown))


def _holds(said: bytes | None, tag: str) -> bool:
    """Whether If-None-Match names this file; weak and strong are compared alike (RFC 9110, 13.1.2)."""
    if said is None:
        return False
    each = [one.strip().removeprefix("W/") for one in said.decode("latin-1").split(",")]
    return "*" in each or tag in each


def _part(call: Call, tag: str, length: int) -> tuple[int, int] | None:
    """Give the first and last byte that are asked for; None for the whole.

    Several ranges at once, and units or forms that are not known, are answered with the whole file (RFC 9110, 14.2).

    Raises:
        Problem: `RANGE_NOT_SATISFIABLE`.
    """
    said = call.once(b"range")
    if said is None or call.scope["method"] != "GET":
        return None
    condition = call.once(b"if-range")
    if condition is not None and condition.decode("latin-1").strip() != tag:
        return None
    asked = _RANGE.fullmatch(said.decode("latin-1").strip())
    if asked is None:
        return None
    if asked[3] is not None:
        first, last = max(length - int(asked[3]), 0), length - 1
        reaches = int(asked[3]) > 0
    else:
        first, last = int(asked[1]), min(int(asked[2]) if asked[2] else length - 1, length - 1)
        if asked[2] and int(asked[2]) < int(asked[1]):
            return None  # no range at all: ignored
        reaches = first < length
    if not reaches:
        raise Problem("RANGE_NOT_SATISFIABLE", "header range", headers=((b"content-range", b"bytes */%d" % length),))
    return first, last


def _known(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


__all__ = [
    "CHECKED",
    "COPY",
    "FILE",
    "PAPER",
    "RENDERED",
    "TIED",
    "UPLOADS",
    "check",
    "copy",
    "document_file",
    "document_list",
    "document_paper",
    "document_xml",
    "verify",
]
