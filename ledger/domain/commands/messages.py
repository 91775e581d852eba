"""Commands that record messages, reminders, comments, links and copies."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command
from ledger.domain.events.common import record
from ledger.domain.events.messages import Addressee, DocumentKind
from ledger.domain.types import Code, Digest, Flag, Instant, LongText, Position, Reference, ShortText, Uuid


@record
class QueueMessage(Command):
    """Record that a message is to be sent; one occasion never gets two.

    The message's id is made from its occasion (`ledger.domain.streams.message.message_id`).
    """

    NAME: ClassVar[str] = "message.queue"
    purpose: Code
    occasion: ShortText
    by: Literal["email", "sms", "post", "webhook"] = "email"
    template: Code
    template_digest: Digest | None = None
    about: Uuid | None = None
    attachments: tuple[Digest, ...] = ()
    addressee: Addressee


@record
class RecordMessageSent(Command):
    """Record that a message was handed over."""

    NAME: ClassVar[str] = "message.record_sent"
    message: Uuid
    digest: Digest | None = None
    reference: Reference | None = None


@record
class RecordMessageFailed(Command):
    """Record that a message could not be handed over."""

    NAME: ClassVar[str] = "message.record_failed"
    message: Uuid
    cause: Code
    final: Flag = False


@record
class RecordReminder(Command):
    """Record that a reminder went out; refused when nothing is due or this step was sent."""

    NAME: ClassVar[str] = "reminder.record"
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice"]
    step: Position
    tone: Literal["friendly", "firm", "final"]
    message: Uuid | None = None


@record
class AddComment(Command):
    """Record a comment or question about a document."""

    NAME: ClassVar[str] = "comment.add"
    id: Uuid | None = None
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "credit_note", "payment", "signature", "customer"]
    by: Literal["client", "issuer", "observer"]
    question: Flag = False
    words: LongText


@record
class CreateLink(Command):
    """Record that an unguessable link was made; only the hash of its token is given."""

    NAME: ClassVar[str] = "link.create"
    id: Uuid | None = None
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "signature", "contract"]
    purpose: Literal["read", "sign", "pay", "observe"]
    token_digest: Digest
    expires_at: Instant | None = None
    party: Uuid | None = None  # the signatory or observer whose link it is; refused when the ledger knows none


@record
class RevokeLink(Command):
    """Record that a link no longer opens."""

    NAME: ClassVar[str] = "link.revoke"
    link: Uuid
    cause: Literal["asked", "replaced", "expired"] = "asked"


@record
class MakeCopy(Command):
    """Record a copy of an issued document: it is numbered DUPLICATA n° k."""

    NAME: ClassVar[str] = "copy.make"
    about: Uuid
    kind: DocumentKind
    by: Literal["print", "email", "download"]
