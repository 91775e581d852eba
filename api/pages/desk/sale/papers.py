"""Working papers of the desk: drafts as HTTP keeps them (`api/http/drafts.py`), read and changed by revision."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson

from api.http.drafts import kept_of, made_draft, new_identifier
from api.pages.frame.visit import Visit
from ledger.domain.identifiers import is_uuid4
from ledger.kernel import canonical
from ledger.kernel.errors import Malformed
from ledger.shell.side import Draft, Side

MOST_PAPERS: Final = 10_000
"""So many papers of one kind are read at most for a page; more are found by HTTP alone."""
_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Paper:
    """One draft: `revision` is what a change must name."""

    id: str
    kind: str
    revision: int
    command: Mapping[str, Any]
    notes: Mapping[str, Any]
    created_at: str
    updated_at: str
    draft: Draft


def paper_of(draft: Draft) -> Paper:
    """Read a draft's body."""
    body = kept_of(draft).body
    return Paper(
        draft.draft, draft.kind, draft.revision, body["command"], body["notes"], body["created_at"], draft.updated_at,
        draft,
    )  # fmt: skip


def find_paper(visit: Visit, identifier: str, *kinds: str) -> Paper | None:
    """Give a draft of this ledger, of one of some kinds."""
    if not is_uuid4(identifier):
        return None
    found = visit.context.side.draft(visit.ledger.ledger, identifier)
    return paper_of(found) if found is not None and (not kinds or found.kind in kinds) else None


def the_paper(visit: Visit, *kinds: str) -> Paper:
    """Give the draft that the address names.

    Raises:
        Problem: `ADDRESS_UNKNOWN`.
    """
    found = find_paper(visit, visit.params["draft"], *kinds)
    if found is None:
        raise visit.nothing_there()
    return found


def papers(side: Side, ledger: str, kind: str) -> Iterator[Paper]:
    """Give the papers of one kind, in order of id, at most `MOST_PAPERS`."""
    after, left = "", MOST_PAPERS
    while left > 0 and (page := side.drafts(ledger, kind, after, min(_CHUNK, left))):
        yield from map(paper_of, page)
        after, left = page[-1].draft, left - len(page)


def new_paper(visit: Visit, kind: str, command: Mapping[str, Any], notes: Mapping[str, Any]) -> str:
    """Keep a new draft, once for this form however often it is sent; its id."""
    key = visit.form.text("key")
    identifier = new_identifier(visit.ledger.ledger, None, f"page:{visit.actor}:{key}" if key else None)
    body = _body(kind, command, notes)
    visit.context.side.create_draft(visit.ledger.ledger, made_draft(identifier, 1, body, _request(body)))
    return identifier


def change_paper(
    visit: Visit, paper: Paper, revision: int, command: Mapping[str, Any], notes: Mapping[str, Any]
) -> bool:
    """Replace a draft's content; False, and nothing changed, when `revision` is not the last one."""
    if paper.revision != revision:
        return False
    body = _body(paper.kind, command, notes)
    if body["command"] == dict(paper.command) and body["notes"] == dict(paper.notes):
        return True
    request = kept_of(paper.draft).request
    after = made_draft(paper.id, revision + 1, body, request, paper.created_at)
    return visit.context.side.put_draft(visit.ledger.ledger, after, revision)


def put_new(visit: Visit, kind: str, command: Mapping[str, Any], notes: Mapping[str, Any]) -> str:
    """Keep one of many new drafts of a form (an import); its id."""
    identifier = str(UUID(bytes=os.urandom(16), version=4))
    body = _body(kind, command, notes)
    visit.context.side.create_draft(visit.ledger.ledger, made_draft(identifier, 1, body, _request(body)))
    return identifier


def drop_paper(visit: Visit, paper: Paper, revision: int | None = None) -> bool:
    """Throw a draft away; with a revision, only that one."""
    return visit.context.side.delete_draft(visit.ledger.ledger, paper.id, revision)


def _body(kind: str, command: Mapping[str, Any], notes: Mapping[str, Any]) -> dict[str, Any]:
    body = {"command": dict(command), "notes": dict(notes)}
    canonical.encode(body)  # what no ledger could hold is no draft either
    return {"kind": kind, **body}


def _request(body: Mapping[str, Any]) -> str:
    return sha256(canonical.encode(body)).hexdigest()


def is_keepable(value: Any) -> bool:
    """Say whether a draft can hold this."""
    try:
        canonical.encode(value)
    except Malformed:
        return False
    return True


def as_json(value: Any) -> str:
    """Write a value as JSON, for a script of ours to read."""
    return orjson.dumps(value).decode()
