"""What is written about a document, in order: each comment's id is made from the document and its place in the order.

So that the comments of a document are found without reading the ledger through. Comments recorded under other ids (by a
program) stand in the ledger and are not shown here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Literal

from ledger.domain.commands.messages import AddComment
from ledger.domain.events.messages import CommentAdded
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.comment import COMMENT
from ledger.shell.calls import Answer
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service

By = Literal["client", "issuer", "observer"]
CommentKind = Literal["quote", "deposit", "invoice", "signature"]
MOST: Final = 200
"""Comments on one document that are shown."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `words` is None when they were erased."""

    by: By
    question: bool
    words: str | None
    at: str


def derived_id(purpose: str, about: str, rank: int) -> str:
    """Make an id in the form of a UUIDv4 from what it is for, so that it can be found again."""
    digest = sha256(f"sceau-{purpose}/1\n{about}\n{rank}".encode()).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def comments_of(service: Service, ledger: str, about: str) -> tuple[Comment, ...]:
    """Give the comments on a document, oldest first."""
    found: list[Comment] = []
    for rank in range(1, MOST + 1):
        try:
            events = service.stream(ledger, COMMENT.stream(derived_id("comment", about, rank)))
        except StreamPurged:
            continue
        if not events:
            break
        record = events[0].record
        if isinstance(record, CommentAdded):
            words = record.texts.notes if record.texts is not None else None
            found.append(Comment(record.by, record.question, words, events[0].at))
    return tuple(found)


def add_comment(
    service: Service,
    ledger: str,
    about: str,
    about_kind: CommentKind,
    by: By,
    words: str,
    *,
    question: bool = False,
    actor: str,
    key: str | None = None,
) -> Answer | Refusal:
    """Record a comment after those that are there; refused when the document is unknown or there are `MOST`.

    Two that come at once take two places: the second one finds its own taken and goes to the next.
    """
    asked = AddComment(about=about, about_kind=about_kind, by=by, question=question, words=words)
    start = _next_rank(service, ledger, about)
    for rank in range(start, MOST + 1):
        done = _add(service, ledger, asked, rank, actor, key)
        if not isinstance(done, Refusal) or done.code not in ("ALREADY_EXISTS", "IDEMPOTENCY_MISMATCH"):
            return done
        if done.code == "IDEMPOTENCY_MISMATCH":  # sent before, under a lower place
            return _sent_before(service, ledger, asked, rank, actor, key) or done
    return refuse("COMMENTS_TOO_MANY", "/about", most=MOST)


def _add(service: Service, ledger: str, asked: AddComment, rank: int, actor: str, key: str | None) -> Answer | Refusal:
    command = replace(asked, id=derived_id("comment", asked.about, rank))
    return service.execute(ledger, command, actor=actor, key=key)


def _sent_before(
    service: Service, ledger: str, asked: AddComment, below: int, actor: str, key: str | None
) -> Answer | None:
    for rank in range(below - 1, 0, -1):
        done = _add(service, ledger, asked, rank, actor, key)
        if not isinstance(done, Refusal):
            return done
    return None


def _next_rank(service: Service, ledger: str, about: str) -> int:
    rank = 1
    while rank <= MOST and service.state(ledger, COMMENT, derived_id("comment", about, rank)) is not None:
        rank += 1
    return rank
