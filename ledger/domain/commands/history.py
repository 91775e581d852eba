"""Commands that take in the documents of another software, labelled as such and counted nowhere."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command
from ledger.domain.events.common import Party, Texts, record
from ledger.domain.types import Cents, Code, Count, Currency, Day, Digest, Position, Reference, Uuid

HistoryKind = Literal["quote", "invoice", "credit_note", "deposit", "payment", "other"]


@record
class HistoryDocument:
    """One document as the other software's file tells it; the amounts are the file's own, with its signs."""

    kind: HistoryKind
    reference: Reference
    issued_on: Day
    currency: Currency = "EUR"
    net_cents: Cents
    vat_cents: Cents
    gross_cents: Cents
    row: Position  # the line of the file at which it begins
    client: Party | None = None
    texts: Texts | None = None


@record
class BeginImport(Command):
    """Begin to take in a file, or go on where its import stopped: the answer says how far it has come.

    The import's id is made from the file's digest (`ledger.domain.streams.history.import_id`).
    """

    NAME: ClassVar[str] = "history.begin_import"
    source: Code  # the software that the file comes from
    source_digest: Digest  # SHA-256 of the file
    source_bytes: Count
    mapping_digest: Digest  # SHA-256 of how its columns are read


@record
class AddHistory(Command):
    """Take in some documents, in the order of the file, each once."""

    NAME: ClassVar[str] = "history.add_documents"
    imported: Uuid  # the import, as `history.begin_import` named it
    documents: tuple[HistoryDocument, ...]


@record
class FinishImport(Command):
    """Say that the file was read to its end, and how many of its rows were not taken."""

    NAME: ClassVar[str] = "history.finish_import"
    imported: Uuid
    documents: Count  # taken in, all together: it must agree
    refused: Count = 0
