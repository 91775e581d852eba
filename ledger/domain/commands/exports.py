"""Commands that record figures leaving the house in a file, and what became of an e-reporting file."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command
from ledger.domain.events.common import record
from ledger.domain.types import Code, Count, Day, Digest, Position, Uuid


@record
class RecordExport(Command):
    """Record that figures left the house in a file: journal, FEC, VAT figures, e-reporting.

    The export's id is made from the file's digest (`ledger.domain.streams.export.export_id`): one file, one record.
    """

    NAME: ClassVar[str] = "export.record"
    kind: Code  # fec, journal, vat, ereport-10.3-in, ereport-10.3-re, ereport-10.4-in, ereport-10.4-re ...
    from_on: Day
    to_on: Day
    upto_seq: Position  # the last entry that the figures know of
    digest: Digest  # SHA-256 of the file
    rows: Count


@record
class RecordEReport(Command):
    """Record that an e-reporting file was handed to a platform, or what the platform answered."""

    NAME: ClassVar[str] = "ereport.record"
    export: Uuid
    state: Literal["handed_over", "accepted", "refused"]
    reason: Code | None = None  # of a refusal: the platform's code
