"""Drafts: working papers that several people change, outside the chain. A draft has no number.

Each change names the version it was made on (If-Match); nobody overwrites what they have not read. Issuing turns the
draft's command into the real thing, once: the draft's id is the operation's key in the store, so that a lost answer,
asked for again, is the same answer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, get_args
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.http.access import BUSINESS, enter
from api.http.body import read_object
from api.http.call import Answer, Call, answer_json, whole
from api.http.commands import REPEATED, answer_done, carry_out
from api.http.idempotency import key_of, under_way
from api.http.instant import instant
from api.http.problems import Header, Problem, invalid, pointer, unknown_members
from api.http.reads import LARGEST_PAGE, PAGE, answer_page
from api.http.routes.commands import COMMAND_ROUTES
from api.http.routes.route import CommandRoute
from api.signing.files import Files
from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.quotes import IssueQuote
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.types import Uuid
from ledger.kernel import canonical
from ledger.shell.calls import Answer as Done
from ledger.shell.calls import Written
from ledger.shell.side import Draft
from ledger.shell.store import Store
from projections.business.stages import StagesInvalid, read_pipeline

Kind = Literal["quote", "invoice", "prospect", "opportunity", "pipeline", "article", "model"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

ISSUES: Final[Mapping[str, type[Command]]] = {
    "quote": IssueQuote,
    "invoice": IssueInvoice,
    "prospect": RegisterCustomer,
    "opportunity": IssueQuote,
}
"""What each kind of draft becomes.

Others become nothing: `pipeline` holds stages (docs/projections/pipeline.md), `article` and `model` are what the
catalogue of the desk is made of (docs/desk-sale.md).
"""

_ADAPTERS: Final[Mapping[str, TypeAdapter[Command]]] = {kind: TypeAdapter(made) for kind, made in ISSUES.items()}
_ROUTES: Final[Mapping[type[Command], CommandRoute]] = {route.command: route for route in COMMAND_ROUTES}
_FIRST: Final[Mapping[str, type[Command]]] = {
    "quote.issued/1": IssueQuote,
    "invoice.issued/1": IssueInvoice,
    "customer.registered/1": RegisterCustomer,
}


class DraftBody(BaseModel):
    """A working paper: the command it may become, whole or not yet, and whatever notes the house keeps with it."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind
    command: dict[str, Any] = Field(default_factory=dict)
    notes: dict[str, Any] = Field(default_factory=dict)


class NewDraft(DraftBody):
    """A new working paper; its `id`, if it is given one, is also the id of what it becomes."""

    id: Uuid | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft with its body read."""

    draft: Draft
    request: str  # SHA-256 of the canonical request that made it
    body: Mapping[str, Any]

    @property
    def etag(self) -> str:
        """Its version, which no other content ever has."""
        return f'"{self.draft.revision}-{sha256(self.draft.body).hexdigest()[:16]}"'


async def create_draft(call: Call) -> Answer:
    """Keep a new draft."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    key = key_of(call)
    members, _ = await read_object(call)
    body = _read(members, NewDraft)
    identifier = new_identifier(ledger, body.pop("id", None), key)
    request = sha256(canonical.encode(body)).hexdigest()
    draft = made_draft(identifier, 1, body, request)
    with under_way(call, ledger, key):
        if not await call.context.blocking(call.context.side.create_draft, ledger, draft):
            return await _again(call, ledger, identifier, request, body, key)
    return _answer(call, kept_of(draft), 201, _located(call, draft))


async def _again(
    call: Call, ledger: str, identifier: str, request: str, body: dict[str, Any], key: str | None
) -> Answer:
    """Answer the request that made a draft before, as it was answered then."""
    found = await call.context.blocking(call.context.side.draft, ledger, identifier)
    kept = None if found is None else kept_of(found)
    if kept is None or key is None:
        raise Problem("DRAFT_EXISTS", "/id")
    if kept.request != request:
        raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
    first = kept_of(made_draft(identifier, 1, body, request, kept.body["created_at"]))
    return _answer(call, first, 201, (*_located(call, first.draft), REPEATED))


async def get_draft(call: Call) -> Answer:
    """Answer a draft and its ETag."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    return _answer(call, await found_draft(call, ledger), 200)


async def list_drafts(call: Call) -> Answer:
    """Answer a page of drafts, in order of id, of one kind if asked."""
    ledger = await enter(call, BUSINESS)
    query = call.query(("kind", "after", "limit"))
    kind = query.get("kind")
    if kind is not None and kind not in KINDS:
        raise Problem("PARAMETER_INVALID", "query kind", reason="unknown_kind")
    after = query.get("after")
    if after is not None and not _is_uuid(after):
        raise Problem("PARAMETER_INVALID", "query after", reason="uuid")
    limit = whole(query, "limit", PAGE, LARGEST_PAGE, least=1)
    found = await call.context.blocking(call.context.side.drafts, ledger, kind, after or "", limit)
    items = [{**_shown(kept), "etag": kept.etag} for kept in map(kept_of, found)]
    return answer_page(items, found[-1].draft if len(found) == limit else None)


async def put_draft(call: Call) -> Answer:
    """Replace a draft that has not changed since the caller read it."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    wanted = _if_match(call)
    members, _ = await read_object(call)
    body = _read(members, DraftBody)
    kept = await found_draft(call, ledger)
    _check(kept, wanted)
    after = made_draft(kept.draft.draft, kept.draft.revision + 1, body, kept.request, kept.body["created_at"])
    if not await call.context.blocking(call.context.side.put_draft, ledger, after, kept.draft.revision):
        raise Problem("DRAFT_CHANGED", "header if-match")
    return _answer(call, kept_of(after), 200)


async def delete_draft(call: Call) -> Answer:
    """Throw a draft away that has not changed since the caller read it."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    wanted = _if_match(call)
    kept = await found_draft(call, ledger)
    _check(kept, wanted)
    side = call.context.side
    if not await call.context.blocking(side.delete_draft, ledger, kept.draft.draft, kept.draft.revision):
        raise Problem("DRAFT_CHANGED", "header if-match")
    await call.context.blocking(call.context.files.detach, ledger, kept.draft.draft)
    return Answer(204, b"")


async def issue_draft(call: Call) -> Answer:
    """Carry the draft's command out and let the draft go: what left the house is in the chain."""
    ledger = await enter(call, BUSINESS)
    call.query(())
    wanted = _if_match(call)
    key_of(call)  # refused when malformed; the draft itself is what acts once
    members, _ = await read_object(call, may_be_empty=True)
    if members:
        raise unknown_members(members)
    context = call.context
    name = call.params["draft"]
    operation = f"draft:{name}"
    found = await context.blocking(context.side.draft, ledger, name) if _is_uuid(name) else None
    if found is None:
        return await _issued_before(call, ledger, operation)
    kept = kept_of(found)
    _check(kept, wanted)
    members = {"id": name, **kept.body["command"]}
    kind = kept.draft.kind
    if kind not in ISSUES:
        raise _wrong("/kind", "never_issued")
    try:
        command = _ADAPTERS[kind].validate_python(members)
    except ValidationError as error:
        raise invalid(error, prefix="/command") from None
    with under_way(call, ledger, operation):
        answer = await carry_out(call, ledger, command, operation, _ROUTES[ISSUES[kind]], hold=False)
        if answer.status < 300:
            await context.blocking(context.side.delete_draft, ledger, name)
            if ISSUES[kind] is IssueQuote:
                await context.blocking(_let_go_unnamed, context.files, ledger, name)
    return answer


def _let_go_unnamed(files: Files, ledger: str, quote: str) -> None:
    """Let go what was kept for a draft and no version of its quote names."""
    kept = files.attached(ledger, quote)
    if kept:
        files.detach(ledger, quote, kept)


async def _issued_before(call: Call, ledger: str, operation: str) -> Answer:
    """Answer for a draft that is gone: what it became, if it was issued."""

    def read(store: Store) -> Done | None:
        found = store.operation(ledger, operation)
        if found is None:
            return None
        lines = store.lines(ledger, found.first - 1, found.last)
        written = tuple(Written(line.seq, line.stream, line.type, line.fingerprint) for line in lines)
        return Done(ledger, written, orjson.loads(found.outcome), repeated=True)

    done = await call.context.blocking(read, call.context.store)
    made = None if done is None else next((_FIRST[each.type] for each in done.entries if each.type in _FIRST), None)
    if done is None or made is None:
        raise Problem("NOT_FOUND")
    return answer_done(call, made.NAME, done, _ROUTES[made])


def _read(members: dict[str, Any], model: type[DraftBody]) -> dict[str, Any]:
    """Check a draft's frame; what it holds may be unfinished, but must be recordable.

    Raises:
        Problem: `REQUEST_INVALID`.
        Malformed: a value that no ledger could hold.
    """
    try:
        body: dict[str, Any] = model.model_validate(members).model_dump(exclude_none=True)
    except ValidationError as error:
        raise invalid(error) from None
    canonical.encode({"command": body["command"], "notes": body["notes"]})
    if body["kind"] == "pipeline":
        _check_stages(members.get("notes", {}))
    return {**body, "command": members.get("command", {}), "notes": members.get("notes", {})}


def _check_stages(notes: Mapping[str, Any]) -> None:
    try:
        read_pipeline(notes)
    except StagesInvalid as wrong:
        raise _wrong(f"/notes{wrong.place}", "stages_invalid") from None


def _wrong(place: str, reason: str) -> Problem:
    return Problem("REQUEST_INVALID", place, errors=[{"place": place, "code": "MEMBER_INVALID", "reason": reason}])


def new_identifier(ledger: str, given: str | None, key: str | None) -> str:
    """Choose the new draft's id: the client's, one made from the idempotency key, or a random one; always a UUIDv4."""
    if given is not None:
        return given
    raw = os.urandom(16) if key is None else sha256(f"sceau-draft/1\n{ledger}\n{key}".encode()).digest()[:16]
    return str(UUID(bytes=raw, version=4))


def made_draft(identifier: str, revision: int, body: Mapping[str, Any], request: str, created_at: str = "") -> Draft:
    """Make a draft at a revision; `request` is the digest of what first made it."""
    now = instant()
    kept = {
        "command": body["command"],
        "notes": body["notes"],
        "request": request,
        "created_at": created_at or now,
    }
    return Draft(
        identifier, body["kind"], revision, canonical.encode(kept), now if revision > 1 else kept["created_at"]
    )


def kept_of(draft: Draft) -> Kept:
    """Read a draft's body."""
    body = orjson.loads(draft.body)
    return Kept(draft, body["request"], body)


async def found_draft(call: Call, ledger: str) -> Kept:
    """Give the draft that the address names.

    Raises:
        Problem: `NOT_FOUND`.
    """
    name = call.params["draft"]
    found = await call.context.blocking(call.context.side.draft, ledger, name) if _is_uuid(name) else None
    if found is None:
        raise Problem("NOT_FOUND")
    return kept_of(found)


def _if_match(call: Call) -> frozenset[str]:
    """Give the versions that If-Match names (RFC 9110, 13.1.1).

    Raises:
        Problem: `IF_MATCH_REQUIRED`.
    """
    value = call.header(b"if-match")
    if value is None or not value.strip():
        raise Problem("IF_MATCH_REQUIRED", "header if-match")
    return frozenset(each.strip() for each in value.decode("latin-1").split(","))


def _check(kept: Kept, wanted: frozenset[str]) -> None:
    if "*" not in wanted and kept.etag not in wanted:
        raise Problem("DRAFT_CHANGED", "header if-match", headers=((b"etag", kept.etag.encode()),))


def _shown(kept: Kept) -> dict[str, Any]:
    draft = kept.draft
    return {
        "id": draft.draft,
        "kind": draft.kind,
        "revision": draft.revision,
        "created_at": kept.body["created_at"],
        "updated_at": draft.updated_at,
        "command": kept.body["command"],
        "notes": kept.body["notes"],
        "missing": _missing(draft.kind, {"id": draft.draft, **kept.body["command"]}),
    }


def _missing(kind: str, members: dict[str, Any]) -> list[str]:
    """Give the places of the command that would be refused as it stands: what is left to fill in."""
    if kind not in _ADAPTERS:
        return []
    try:
        _ADAPTERS[kind].validate_python(members)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
        return ["/command" + pointer(each["loc"]) for each in found[:50]]
    return []


def _answer(call: Call, kept: Kept, status: int, headers: tuple[Header, ...] = ()) -> Answer:
    del call
    return answer_json(_shown(kept), status, (*headers, (b"etag", kept.etag.encode())))


def _located(call: Call, draft: Draft) -> tuple[Header, ...]:
    return ((b"location", f"/v1/ledgers/{call.ledger.name}/drafts/{draft.draft}".encode()),)


def _is_uuid(text: str) -> bool:
    try:
        return UUID(text).version == 4 and str(UUID(text)) == text
    except ValueError:
        return False
