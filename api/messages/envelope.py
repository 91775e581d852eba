"""What the outbox keeps of a message until it has left, encrypted: whom to, the filled-in words, what goes along.

The words are filled in when a message is queued: what it says is how things stood then, and `template_digest` in the
entry is of the template that was used. Documents are named, not kept: their files are made again when it is sent.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import orjson

from projections.documents.paper import DocumentKind, Language

Side: TypeAlias = Literal["client", "observer", "third", "issuer", "user"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to: an address, a name, a language, and on which side they stand."""

    email: str
    name: str = ""
    language: Language = "fr"
    side: Side = "client"

    def __repr__(self) -> str:
        return f"Recipient(language={self.language!r}, side={self.side!r})"


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text for one message alone, in place of its template; checked as a template is."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document of the ledger, made when it is sent; or a file, kept with the message."""

    kind: DocumentKind | None = None
    about: str = ""
    seq: int | None = None
    name: str = ""
    media_type: str = ""
    data: bytes = b""

    @staticmethod
    def of(kind: DocumentKind, about: str, seq: int | None = None) -> Attachment:
        """Name a document: its kind, the id of what it is of, the entry it stands for."""
        return Attachment(kind=kind, about=about, seq=seq)

    @staticmethod
    def file(name: str, media_type: str, data: bytes) -> Attachment:
        """Bring a file."""
        return Attachment(name=name, media_type=media_type, data=data)

    @property
    def digest(self) -> str:
        """The SHA-256 of a file that was brought."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, whole but for the files of its documents."""

    purpose: str
    occasion: str
    email: str
    name: str
    language: Language
    subject: str
    text: str
    template_digest: str
    links: dict[str, str] = field(default_factory=dict)  # our own addresses -> words of the button
    large: str = ""  # a paragraph set large: a code
    quoted: str = ""  # somebody's own words, set apart
    reply_to: str = ""
    sender_name: str = ""
    footer: tuple[str, ...] = ()
    accent: str = ""
    automatic: bool = True
    stoppable: bool = False  # whoever gets it may ask for no more of them
    training: bool = False
    attachments: tuple[Attachment, ...] = ()
    digests: tuple[str, ...] = ()  # of the attachments, as the entry names them
    actor: str = "system"
    then: dict[str, Any] | None = None  # reminder.record, which says whether it may go out

    def __repr__(self) -> str:
        return f"Envelope(purpose={self.purpose!r})"

    def to_bytes(self) -> bytes:
        """Write it, to be encrypted."""
        plain = asdict(self)
        plain["attachments"] = [{**asdict(one), "data": b64encode(one.data).decode()} for one in self.attachments]
        return orjson.dumps(plain)

    @staticmethod
    def from_bytes(data: bytes) -> Envelope:
        """Read what `to_bytes` wrote."""
        plain = orjson.loads(data)
        plain["attachments"] = tuple(
            Attachment(**{**one, "data": b64decode(one["data"])}) for one in plain["attachments"]
        )
        return Envelope(**{**plain, "footer": tuple(plain["footer"]), "digests": tuple(plain["digests"])})
