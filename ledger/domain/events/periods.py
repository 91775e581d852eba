"""Closures, checkpoints, anchors, archives, purge and erasure."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, record
from ledger.domain.types import (
    Code,
    Count,
    Currency,
    Day,
    Digest,
    DocumentNumber,
    Flag,
    Instant,
    Means,
    NonNegativeTotal,
    Position,
    ShortText,
    Total,
    Uuid,
    VatCategory,
)


@record
class RateTotal:
    """Turnover of a period at one VAT category and rate; credit notes count as minus."""

    category: VatCategory
    rate_bp: Count
    base_cents: Total
    vat_cents: Total


@record
class MeansTotal:
    """Money of a period by one means; a corrected means moves it from one row to another."""

    means: Means
    currency: Currency | None = None  # absent: the ledger's
    received_cents: NonNegativeTotal
    refunded_cents: NonNegativeTotal
    reversed_cents: NonNegativeTotal
    moved_in_cents: NonNegativeTotal = 0
    moved_out_cents: NonNegativeTotal = 0


@record
class AdvanceTotals:
    """Deposits of a period: they have counters of their own and are no turnover."""

    received_cents: NonNegativeTotal
    applied_cents: NonNegativeTotal
    released_cents: NonNegativeTotal
    refunded_cents: NonNegativeTotal
    forfeited_cents: NonNegativeTotal
    reversed_cents: NonNegativeTotal = 0  # by the bank
    moved_cents: NonNegativeTotal = 0  # to another document


@record
class SeriesRange:
    """The numbers that one series gave in a period."""

    series: Uuid
    first: DocumentNumber
    last: DocumentNumber
    count: Position


PeriodKind = Literal["day", "month", "year"]


@record
class PeriodClosed(EventRecord):
    """A day, month or financial year was closed: nothing enters it any more (BOI-TVA-DECLA-30-10-30 §170)."""

    TYPE: ClassVar[str] = "period.closed/1"
    STREAM: ClassVar[str] = "period"
    period: PeriodKind
    rank: Position  # 1, 2, 3 ... per kind of period
    from_on: Day
    to_on: Day
    opened_at: Instant  # when the period began, by the zone and the cut-off hour
    ended_at: Instant  # when it ended: its entries were recorded before
    closed_at: Instant
    first_seq: Position
    last_seq: Count  # first_seq - 1 for an empty period
    entries: Count
    head: Digest
    root: Digest  # Merkle root over entries 1..last
    peaks: tuple[Digest, ...] = ()  # days: the full subtrees of that tree, largest first
    previous: Digest | None = None  # fingerprint of the previous closure of this kind
    currency: Currency
    invoices: Count
    credit_notes: Count
    deposit_invoices: Count = 0  # 386: numbered, no turnover
    deposit_credit_notes: Count = 0  # 503
    rates: tuple[RateTotal, ...]
    net_cents: Total
    vat_cents: Total
    gross_cents: Total
    absolute_cents: NonNegativeTotal
    year_gross_cents: Total  # since the financial year opened
    perpetual_cents: Total  # since the ledger began, algebraic
    perpetual_absolute_cents: NonNegativeTotal
    means: tuple[MeansTotal, ...]
    advances: AdvanceTotals
    series: tuple[SeriesRange, ...]
    automatic: Flag
    training: Flag


@record
class YearEndSet(EventRecord):
    """The open financial year ends on another day; the next ones begin the day after it (C. com. L123-12)."""

    TYPE: ClassVar[str] = "period.year_end_set/1"
    STREAM: ClassVar[str] = "period"
    ends_on: Day
    year_start: ShortText  # MM-DD, of the years that follow


@record
class CheckpointMade(EventRecord):
    """A checkpoint (signed Merkle root) was made over the entries before this one."""

    TYPE: ClassVar[str] = "checkpoint.made/1"
    STREAM: ClassVar[str] = "checkpoint"
    size: Position
    root: Digest
    note: Digest  # SHA-256 of the note text
    cause: Literal["closure", "timer", "asked", "key_change"]


@record
class AnchorPlaced(EventRecord):
    """A checkpoint is kept beyond the operator's control."""

    TYPE: ClassVar[str] = "anchor.placed/1"
    STREAM: ClassVar[str] = "checkpoint"
    size: Position
    kind: Literal["timestamp", "witness", "mail", "directory", "register"]
    place: Code
    proof: Digest  # SHA-256 of the token, cosigned note or message
    at: Instant


@record
class AnchorFailed(EventRecord):
    """A checkpoint could not be placed; it is tried again."""

    TYPE: ClassVar[str] = "anchor.failed/1"
    STREAM: ClassVar[str] = "checkpoint"
    size: Position
    kind: Literal["timestamp", "witness", "mail", "directory", "register"]
    place: Code
    cause: Code
    attempt: Position


@record
class ArchiveCreated(EventRecord):
    """A sealed archive was made (BOI-TVA-DECLA-30-10-30 §220-240)."""

    TYPE: ClassVar[str] = "archive.created/1"
    STREAM: ClassVar[str] = "archive"
    rank: Position
    from_on: Day
    to_on: Day
    first_seq: Position
    last_seq: Position
    seen: Position  # the last entry there was when it was begun: what it says of anchors and archives is as of then
    manifest: Digest
    signature: Digest  # SHA-256 of the manifest's signature
    timestamp: Digest | None = None  # SHA-256 of the time stamp over it
    detachable: Digest | None = None  # SHA-256 of the file with personal data, before encryption
    previous: Digest | None = None
    documents: Count
    format: ShortText


@record
class ArchiveVerified(EventRecord):
    """An archive on another medium was read back and found whole."""

    TYPE: ClassVar[str] = "archive.verified/1"
    STREAM: ClassVar[str] = "archive"
    manifest: Digest
    medium: Code


@record
class ArchiveKeyDestroyed(EventRecord):
    """The key of a year's personal data was destroyed: its encrypted copies can no longer be read."""

    TYPE: ClassVar[str] = "archive.key_destroyed/1"
    STREAM: ClassVar[str] = "archive"
    year: Position
    key: Digest


@record
class EntriesPurged(EventRecord):
    """The detail of a range left the store after a verified archive; totals, seals and heads stay (§260)."""

    TYPE: ClassVar[str] = "entries.purged/1"
    STREAM: ClassVar[str] = "archive"
    first_seq: Position
    last_seq: Position
    manifest: Digest
    customers: tuple[Uuid, ...] | None = None  # with accounts or contracts in it; absent: not told, any may have some


@record
class ErasedPlace:
    """One commitment whose value was erased."""

    seq: Position
    path: ShortText


@record
class DataErased(EventRecord):
    """Personal data was erased after its retention; the chain keeps only what commits to it (GDPR art. 17)."""

    TYPE: ClassVar[str] = "data.erased/1"
    STREAM: ClassVar[str] = "erasure"
    ground: Literal["retention_ended", "prospect_ended", "asked", "court"]
    law: ShortText
    places: tuple[ErasedPlace, ...]


@record
class ErasureRefused(EventRecord):
    """An erasure was asked for and refused, with its legal ground."""

    TYPE: ClassVar[str] = "erasure.refused/1"
    STREAM: ClassVar[str] = "erasure"
    subject: Uuid | None = None
    law: ShortText
    kept_until: Day


@record
class Restored(EventRecord):
    """Entries were rebuilt from archives."""

    TYPE: ClassVar[str] = "archive.restored/1"
    STREAM: ClassVar[str] = "archive"
    manifests: tuple[Digest, ...]
    last_seq: Position
