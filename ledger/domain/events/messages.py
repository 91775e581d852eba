"""Messages, reminders, comments, links, rendered documents and their copies."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, Texts, record
from ledger.domain.types import Code, Count, Day, Digest, Flag, Instant, Position, Reference, ShortText, Uuid

DocumentKind = Literal[
    "quote", "deposit_request", "deposit_invoice", "invoice", "credit_note", "note", "receipt", "payment_request",
    "reminder", "statement", "evidence", "attestation", "closure_report",
]  # fmt: skip


@record
class Addressee:
    """Where a message goes (private)."""

    name: ShortText | None = None
    address: ShortText


@record
class MessageQueued(EventRecord):
    """A message is to be sent."""

    TYPE: ClassVar[str] = "message.queued/1"
    STREAM: ClassVar[str] = "message"
    PRIVATE: ClassVar[tuple[str, ...]] = ("addressee",)
    purpose: Code
    occasion: ShortText  # what it is about and when: never two messages for one occasion
    by: Literal["email", "sms", "post", "webhook"]
    template: Code
    template_digest: Digest | None = None
    about: Uuid | None = None
    attachments: tuple[Digest, ...] = ()
    addressee: Addressee | None = None


@record
class MessageSent(EventRecord):
    """A message was handed to the next server."""

    TYPE: ClassVar[str] = "message.sent/1"
    STREAM: ClassVar[str] = "message"
    attempt: Position
    digest: Digest | None = None
    reference: Reference | None = None


@record
class MessageFailed(EventRecord):
    """A message could not be handed over."""

    TYPE: ClassVar[str] = "message.failed/1"
    STREAM: ClassVar[str] = "message"
    attempt: Position
    cause: Code
    final: Flag


@record
class ReminderSent(EventRecord):
    """A reminder of the policy went out."""

    TYPE: ClassVar[str] = "reminder.sent/1"
    STREAM: ClassVar[str] = "reminder"
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice"]
    step: Position
    tone: Literal["friendly", "firm", "final"]
    due_on: Day
    message: Uuid | None = None


@record
class CommentAdded(EventRecord):
    """Somebody wrote something about a document."""

    TYPE: ClassVar[str] = "comment.added/1"
    STREAM: ClassVar[str] = "comment"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "credit_note", "payment", "signature", "customer"]
    by: Literal["client", "issuer", "observer"]
    question: Flag = False
    texts: Texts | None = None


@record
class LinkCreated(EventRecord):
    """An unguessable link to a document was made; only its hash is known."""

    TYPE: ClassVar[str] = "link.created/1"
    STREAM: ClassVar[str] = "link"
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "signature", "contract"]
    purpose: Literal["read", "sign", "pay", "observe"]
    token_digest: Digest
    expires_at: Instant | None = None
    party: Uuid | None = None  # the signatory or observer whose link it is


@record
class LinkRevoked(EventRecord):
    """A link no longer opens."""

    TYPE: ClassVar[str] = "link.revoked/1"
    STREAM: ClassVar[str] = "link"
    cause: Literal["asked", "replaced", "expired"]


@record
class DocumentRendered(EventRecord):
    """A file was made from entries; its digest ties it to the chain."""

    TYPE: ClassVar[str] = "document.rendered/1"
    STREAM: ClassVar[str] = "document"
    about: Uuid | None = None  # absent: a closure report or attestation, whose stream is `document:self`
    kind: DocumentKind
    about_seq: Position
    digest: Digest
    bytes: Count
    media_type: ShortText
    language: Literal["fr", "en"]
    copy: Position | None = None  # k of DUPLICATA n° k
    profile: Code | None = None
    software: ShortText  # version, and a fingerprint of what draws: it gives the same bytes again


@record
class DocumentSealed(EventRecord):
    """A rendered file was sealed with the issuer's certificate (PAdES)."""

    TYPE: ClassVar[str] = "document.sealed/1"
    STREAM: ClassVar[str] = "document"
    rendered: Digest  # of the file before it was sealed
    digest: Digest  # of the sealed file
    bytes: Count
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    certificate: Digest


@record
class CopyMade(EventRecord):
    """A copy was made of an issued document: DUPLICATA n° k (BOI-TVA-DECLA-30-10-30 §130)."""

    TYPE: ClassVar[str] = "copy.made/1"
    STREAM: ClassVar[str] = "copies"
    about: Uuid
    kind: DocumentKind
    copy: Position  # k
    by: Literal["print", "email", "download"]


@record
class ExportMade(EventRecord):
    """Figures left the house in a file (journal, FEC, VAT figures, e-reporting, report)."""

    TYPE: ClassVar[str] = "export.made/1"
    STREAM: ClassVar[str] = "export"
    kind: Code
    from_on: Day
    to_on: Day
    upto_seq: Position
    digest: Digest
    rows: Count


@record
class EReportSent(EventRecord):
    """An e-reporting file went to a platform, or its answer came back."""

    TYPE: ClassVar[str] = "ereport.sent/1"
    STREAM: ClassVar[str] = "export"
    digest: Digest
    kind: Literal["IN", "RE"]
    state: Literal["handed_over", "accepted", "refused"]
    reason: Code | None = None
