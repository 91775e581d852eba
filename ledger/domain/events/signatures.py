"""Signatures bound to exact bytes, and the evidence of how they were given."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, Party, Texts, record
from ledger.domain.types import (
    Code,
    Count,
    Day,
    Digest,
    Flag,
    Instant,
    LongText,
    Position,
    ShortText,
    SignatureLevel,
    Uuid,
)


@record
class SignedThing:
    """What is to be signed: one version of a quote by its entry, or any file by its bytes."""

    kind: Literal["quote", "file"]
    quote: Uuid | None = None
    document_version: Position | None = None
    fingerprint: Digest | None = None  # of the entry of that version
    file: Digest | None = None  # SHA-256 of the exact bytes shown
    bytes: Count | None = None
    media_type: Literal["application/pdf"] | None = None
    role: Literal["quote", "contract", "purchase_order", "other"] = "quote"


@record
class Signatory:
    """One who signs, by rank; who it is stands in the private parties at the same rank."""

    signatory: Uuid
    side: Literal["client", "issuer", "third"]
    rank: Position
    method: Literal["drawn", "typed", "code", "certificate"]
    level: SignatureLevel = "simple"
    code_by: Literal["email", "sms", "none"] = "email"


@record
class SignatureRequested(EventRecord):
    """Signatures were asked for, in an order, on exactly these bytes."""

    TYPE: ClassVar[str] = "signature.requested/1"
    STREAM: ClassVar[str] = "signature"
    PRIVATE: ClassVar[tuple[str, ...]] = ("parties",)
    thing: SignedThing
    attachments: tuple[Digest, ...] = ()
    signatories: tuple[Signatory, ...]
    ordered: Flag = True
    expires_on: Day
    parties: tuple[Party, ...] | None = None


@record
class CodeSent(EventRecord):
    """A one-time code was sent to a signatory; the code itself is nowhere."""

    TYPE: ClassVar[str] = "signature.code_sent/1"
    STREAM: ClassVar[str] = "signature"
    signatory: Uuid
    by: Literal["email", "sms"]
    expires_at: Instant
    message: Uuid | None = None


@record
class CodeChecked(EventRecord):
    """A one-time code was entered, rightly or wrongly."""

    TYPE: ClassVar[str] = "signature.code_checked/1"
    STREAM: ClassVar[str] = "signature"
    signatory: Uuid
    outcome: Literal["right", "wrong", "expired", "blocked"]
    tries: Position


@record
class Evidence:
    """What is kept of the act of signing (private)."""

    name_typed: ShortText | None = None
    drawing: Digest | None = None  # SHA-256 of the drawn signature's image
    ip: ShortText | None = None
    user_agent: LongText | None = None
    consent_text: LongText
    shown_from: Instant | None = None
    code_sent_to: ShortText | None = None
    certificate: ShortText | None = None  # SHA-256 of the signing certificate


@record
class SignatureGiven(EventRecord):
    """One signatory signed."""

    TYPE: ClassVar[str] = "signature.given/1"
    STREAM: ClassVar[str] = "signature"
    PRIVATE: ClassVar[tuple[str, ...]] = ("evidence",)
    signatory: Uuid
    signed: Digest  # fingerprint of the version's entry, or SHA-256 of the file
    method: Literal["drawn", "typed", "code", "certificate"]
    level: SignatureLevel
    code_outcome: Literal["right", "none"]
    chosen: tuple[Position, ...] = ()
    early_start_requested: Flag = False
    loss_acknowledged: Flag = False
    reduced_rate_stated: Flag = False  # the client's statement for reduced VAT (LF 2025 art. 41)
    evidence: Evidence | None = None


@record
class SignatureRefused(EventRecord):
    """One signatory refused to sign."""

    TYPE: ClassVar[str] = "signature.refused/1"
    STREAM: ClassVar[str] = "signature"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    signatory: Uuid
    reason: Code | None = None
    texts: Texts | None = None


@record
class SignatureCompleted(EventRecord):
    """Everybody has signed; the level is the lowest one given."""

    TYPE: ClassVar[str] = "signature.completed/1"
    STREAM: ClassVar[str] = "signature"
    signed: Digest
    level: SignatureLevel
    signatories: Position


@record
class SignatureCancelled(EventRecord):
    """The request for signatures ended without them."""

    TYPE: ClassVar[str] = "signature.cancelled/1"
    STREAM: ClassVar[str] = "signature"
    reason: Literal["revised", "expired", "refused", "asked"]


@record
class AttachmentAdded(EventRecord):
    """A file was attached, by digest."""

    TYPE: ClassVar[str] = "attachment.added/1"
    STREAM: ClassVar[str] = "attachment"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    about: Uuid | None = None
    digest: Digest
    bytes: Count
    media_type: ShortText
    texts: Texts | None = None
