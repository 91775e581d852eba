"""The ledger's own life and its technical journal: opening, keys, clock, versions, access, incidents."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, Party, Texts, record
from ledger.domain.types import (
    Actor,
    Code,
    Count,
    Currency,
    Digest,
    Flag,
    Instant,
    LedgerId,
    Position,
    Reference,
    ShortText,
    Siren,
    Uuid,
)


@record
class Continues:
    """The ledger that this one goes on from, and where that one ended."""

    ledger: LedgerId
    genesis: Digest
    seq: Position
    head: Digest
    checkpoint: Digest | None = None  # SHA-256 of the last checkpoint's note text
    archive: Digest | None = None  # SHA-256 of the whole old export, when the format changes
    reason: Literal["behind_mark", "format", "key_lost", "moved"]
    perpetual_cents: int = 0
    perpetual_absolute_cents: int = 0


@record
class AnchorPolicy:
    """Where and how often checkpoints are placed beyond the operator's control."""

    interval_minutes: Count = 60
    timestamp: Flag = False
    witnesses: tuple[ShortText, ...] = ()  # witness verifier keys
    mail: Flag = False
    directory: Flag = False


@record
class LedgerOpened(EventRecord):
    """Entry 1 of every ledger: who, in what currency and time, under which keys, by which software."""

    TYPE: ClassVar[str] = "ledger.opened/1"
    STREAM: ClassVar[str] = "ledger"
    kind: Literal["live", "training", "register"]  # register: of a server's ledgers, it takes no business entry
    clock: Literal["system", "simulated"]
    siren: Siren
    establishment: Code  # NIC of the SIRET, or the business's own code
    till: Code
    currency: Currency = "EUR"
    time_zone: ShortText = "Europe/Paris"
    cut_off: ShortText = "00:00"  # local time at which a day ends, HH:MM
    year_start: ShortText = "01-01"  # first day of the financial year, MM-DD
    seal_key: Digest  # SHA-256 of SubjectPublicKeyInfo
    seal_public_key: ShortText  # SubjectPublicKeyInfo, base64, so that entry 1 and a pin are all that a verifier needs
    seal_every: Literal["append", "entry"] = "append"
    recovery_key: Digest
    checkpoint_key: ShortText  # C2SP verifier key
    origin: ShortText  # checkpoint origin prefix
    software: ShortText
    perimeter: Digest
    anchors: AnchorPolicy
    continues: Continues | None = None


@record
class LedgerClosed(EventRecord):
    """The ledger takes no further business entry."""

    TYPE: ClassVar[str] = "ledger.closed/1"
    STREAM: ClassVar[str] = "ledger"
    reason: Literal["behind_mark", "format", "moved", "ceased"]


@record
class AnchorPolicySet(EventRecord):
    """The anchor policy changed."""

    TYPE: ClassVar[str] = "anchor.policy_set/1"
    STREAM: ClassVar[str] = "ledger"
    anchors: AnchorPolicy


@record
class KeyChanged(EventRecord):
    """A key was replaced, with the statement that the new key and the outgoing or recovery key signed."""

    TYPE: ClassVar[str] = "key.changed/1"
    STREAM: ClassVar[str] = "ledger"
    role: Literal["seal", "recovery", "checkpoint"]
    old_key: Digest
    new_key: Digest
    new_public_key: ShortText  # SubjectPublicKeyInfo, base64
    authorised_by: Literal["outgoing", "recovery"]
    authorising_public_key: ShortText  # SubjectPublicKeyInfo, base64
    size: Count  # of the last checkpoint named in the statement
    root: Digest
    signature_new: ShortText  # base64, raw 64 bytes
    signature_authorising: ShortText  # base64, raw 64 bytes
    reason: Literal["routine", "lost", "compromised"]
    suspect_from: Position | None = None


@record
class ClockStepped(EventRecord):
    """The clock moved by more than 60 s against what was expected."""

    TYPE: ClassVar[str] = "clock.stepped/1"
    STREAM: ClassVar[str] = "ledger"
    clock: Instant  # what the clock said
    expected: Instant  # what it was expected to say


@record
class SoftwareChanged(EventRecord):
    """Another version of the software writes from here on (a major one changes the fiscal perimeter)."""

    TYPE: ClassVar[str] = "software.changed/1"
    STREAM: ClassVar[str] = "ledger"
    software: ShortText
    perimeter: Digest
    major: Flag


@record
class StoreRestored(EventRecord):
    """The store was rebuilt from archives or a backup."""

    TYPE: ClassVar[str] = "store.restored/1"
    STREAM: ClassVar[str] = "ledger"
    source: Literal["archive", "backup"]
    digest: Digest | None = None


@record
class IntegrityFailed(EventRecord):
    """A verification of this ledger found something wrong."""

    TYPE: ClassVar[str] = "integrity.failed/1"
    STREAM: ClassVar[str] = "ledger"
    finding: Code
    at_seq: Position | None = None
    count: Count = 1


@record
class SignedIn(EventRecord):
    """Somebody signed in."""

    TYPE: ClassVar[str] = "access.signed_in/1"
    STREAM: ClassVar[str] = "access"
    subject: Actor
    method: Literal["password_totp", "password_recovery", "password", "api_key", "link", "command_line"]
    role: Literal["owner", "operator", "accountant", "auditor"]


@record
class SignedOut(EventRecord):
    """A session ended."""

    TYPE: ClassVar[str] = "access.signed_out/1"
    STREAM: ClassVar[str] = "access"
    subject: Actor
    cause: Literal["asked", "expired", "revoked"]


@record
class SignInFailed(EventRecord):
    """A sign-in failed; several failures in one minute may be counted in one entry."""

    TYPE: ClassVar[str] = "access.sign_in_failed/1"
    STREAM: ClassVar[str] = "access"
    subject: Actor | None = None
    method: Literal["password_totp", "password_recovery", "password", "api_key", "link", "command_line"]
    count: Count = 1


@record
class AccessGranted(EventRecord):
    """A user or API key was given a role on this ledger, or its role changed."""

    TYPE: ClassVar[str] = "access.granted/1"
    STREAM: ClassVar[str] = "access"
    subject: Actor
    role: Literal["owner", "operator", "accountant", "auditor"]
    until: Instant | None = None


@record
class AccessRevoked(EventRecord):
    """A user or API key lost its role on this ledger."""

    TYPE: ClassVar[str] = "access.revoked/1"
    STREAM: ClassVar[str] = "access"
    subject: Actor


@record
class OfflineStarted(EventRecord):
    """A till began to work without its server."""

    TYPE: ClassVar[str] = "offline.started/1"
    STREAM: ClassVar[str] = "ledger"
    till: Code


@record
class OfflineEnded(EventRecord):
    """A till works with its server again."""

    TYPE: ClassVar[str] = "offline.ended/1"
    STREAM: ClassVar[str] = "ledger"
    till: Code


@record
class DrawerCounted(EventRecord):
    """The cash drawer was counted."""

    TYPE: ClassVar[str] = "drawer.counted/1"
    STREAM: ClassVar[str] = "drawer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    till: Code
    counted_cents: int
    expected_cents: int
    texts: Texts | None = None


@record
class HistoryImportBegun(EventRecord):
    """Documents of another software begin to be taken in: from which file, read how."""

    TYPE: ClassVar[str] = "history.import_begun/1"
    STREAM: ClassVar[str] = "import"
    source: Code  # the software that the file comes from
    source_digest: Digest  # of the source file
    source_bytes: Count
    mapping_digest: Digest  # of how its columns are read


@record
class HistoryPartImported(EventRecord):
    """In the import's stream: some of the file's documents were taken in, in a stream of their own."""

    TYPE: ClassVar[str] = "history.part_imported/1"
    STREAM: ClassVar[str] = "import"
    part: Uuid  # the stream of these documents
    documents: Position
    last_row: Position  # the line at which the last of them begins
    net_cents: int
    gross_cents: int


@record
class HistoryImported(EventRecord):
    """Documents of another software were taken in, labelled as such and counted in no total."""

    TYPE: ClassVar[str] = "history.imported/1"
    STREAM: ClassVar[str] = "import"
    source: Code
    source_digest: Digest  # of the source file
    documents: Count
    refused: Count  # rows, or groups of rows, that were not taken
    net_cents: int
    gross_cents: int


@record
class HistoryDocumentImported(EventRecord):
    """One document of another software, as its file tells it."""

    TYPE: ClassVar[str] = "history.document_imported/1"
    STREAM: ClassVar[str] = "import"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    source_digest: Digest
    kind: Literal["quote", "invoice", "credit_note", "deposit", "payment", "other"]
    reference: Reference
    issued_on: ShortText
    currency: Currency
    net_cents: int
    vat_cents: int
    gross_cents: int
    row: Position  # the line of the file at which it begins
    client: Party | None = None
    texts: Texts | None = None


@record
class LedgerRegistered(EventRecord):
    """In the register of a server's ledgers: a ledger exists."""

    TYPE: ClassVar[str] = "register.ledger_added/1"
    STREAM: ClassVar[str] = "register"
    registered: LedgerId
    genesis: Digest
    kind: Literal["live", "training"]


@record
class HeadNoted(EventRecord):
    """In the register of a server's ledgers: where one ledger stood."""

    TYPE: ClassVar[str] = "register.head_noted/1"
    STREAM: ClassVar[str] = "register"
    registered: LedgerId
    size: Position
    head: Digest
    root: Digest


@record
class AttestationIssued(EventRecord):
    """The editor's individual attestation was made for the licence holder (CGI 286 I 3° bis; BOI-LETTRE-000242)."""

    TYPE: ClassVar[str] = "attestation.issued/1"
    STREAM: ClassVar[str] = "ledger"
    PRIVATE: ClassVar[tuple[str, ...]] = ("embedded_salt",)
    software: ShortText
    perimeter: Digest
    document: Digest
    embedded_salt: ShortText | None = None  # random, inside the document: its digest gives no name back


@record
class TaskOpened(EventRecord):
    """A recorded fact asks for something: what the law or the contract wants next."""

    TYPE: ClassVar[str] = "task.opened/1"
    STREAM: ClassVar[str] = "task"
    code: Code
    about: Uuid | None = None
    due_on: ShortText | None = None


@record
class TaskClosed(EventRecord):
    """A task was done or set aside."""

    TYPE: ClassVar[str] = "task.closed/1"
    STREAM: ClassVar[str] = "task"
    outcome: Literal["done", "set_aside"]
    reason: Code | None = None
