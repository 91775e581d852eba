"""The one walk over an archive's entries: links, tree, seals, entries, tables and disclosures, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, Final, NoReturn

import orjson

from archive.job import Job
from archive.sealed.spool import Member, Packer
from archive.sealed.tables import columns
from archive.sealed.tables.columns import Table
from archive.sealed.tables.private import PrivateBook
from archive.sealed.tables.rows import Book
from archive.sealed.tree import Growing
from ledger.kernel import seal
from ledger.kernel.errors import Break
from ledger.shell.store import Disclosure, Row, SealRow

FILE_ENTRIES: Final = 100_000
FILE_BYTES: Final = 1 << 30
TABLE_ROWS: Final = 1_000_000
"""A table goes on in another file before a spreadsheet's 1 048 576 rows."""


@dataclass(slots=True)
class Walked:
    """What the walk found besides the members that it filled."""

    head: str = ""
    seals: int = 0
    last_seal: str = seal.NO_SEAL
    keys: set[str] = field(default_factory=set)
    previous_root: bytes = b""  # at the end of the archive before, where that stands in this range
    previous_head: str = ""
    documents: int = 0


class Walk:
    """One walk; `run` fills the members."""

    def __init__(self, job: Job, packer: Packer, growing: Growing, prev: str, prev_seal: str) -> None:
        """Begin after fingerprint `prev` and seal `prev_seal`, with the tree up to there."""
        self.job = job
        self.entries: list[Member] = []
        self.walked = Walked(head=prev, last_seal=prev_seal)
        self._packer = packer
        self._growing = growing
        zone = job.opening.body.get("time_zone")
        self._book = Book(zone if isinstance(zone, str) else "Europe/Paris")
        self._private = PrivateBook()
        self._entry_file = packer.file()
        self._seal_rows = self._seals()
        self._next_seal = next(self._seal_rows, None)
        self.seals = packer.member("seals.jsonl")
        self.disclosures = packer.member("disclosures.jsonl")
        self.tables = [Sheets(packer, table) for table in columns.CLEAR]
        self.private_tables = [Sheets(packer, table) for table in columns.PRIVATE]
        self._in_file = 0
        self._file_bytes = 0

    def run(self) -> Walked:
        """Read every entry of the range once.

        Raises:
            Break: a link, a fingerprint, a seal or an entry is not what it must be.
        """
        job, told = self.job, self.job.told
        first, last = job.range.first, job.range.last
        disclosures = job.store.disclosures(job.ledger, first - 1, last)
        waiting: Disclosure | None = next(disclosures, None)
        seq = first
        for chunk in job.store.rows(job.ledger, first - 1, last):
            leaves = self._follow(chunk, seq)
            self._take_seals(chunk, seq)
            self._grow(leaves, seq)
            self._keep(chunk, seq)
            seq += len(chunk)
            waiting = self._disclose(chunk, waiting, disclosures)
            self._turn_out()
            told(seq - first)
        if seq != last + 1:
            raise Break("missing", "entries are missing: run `sceau verify`", seq)
        for member in (*self.entries[-1:], self.seals, self.disclosures):
            member.end()
        for sheets in (*self.tables, *self.private_tables):
            sheets.end()
        self.walked.documents = sum(each.count for each in self.tables if each.table is columns.DOCUMENTS)
        return self.walked

    def _follow(self, chunk: Sequence[Row], seq: int) -> list[bytes]:
        """Follow the links of a chunk and enter its rows; give the raw fingerprints.

        The lines are looked at column by column, as a loop over them would cost as much as their hashes.
        """
        lines = [row[5] for row in chunk]
        digests = [sha256(line) for line in lines]
        prints = [digest.hexdigest() for digest in digests]
        prevs = [self.walked.head, *prints[:-1]]
        # `at` has a fixed length, so that what must follow it has a fixed place (docs/spec/entry.md).
        constant = f'","ledger":"{self.job.ledger}","prev":"'.encode()
        good = (
            {line[43:101] for line in lines} == {constant}
            and b"".join([line[101:165] for line in lines]) == "".join(prevs).encode()
            and all(line.startswith(b'","seq":%d,"v":1},' % place, 165) for place, line in enumerate(lines, seq))
            and [row[1] for row in chunk] == prints
            and [row[0] for row in chunk] == list(range(seq, seq + len(chunk)))
        )
        if not good:
            self._broken(chunk, prevs, seq)
        self._book.enter(chunk)
        self.walked.head = prints[-1]
        return [digest.digest() for digest in digests]

    def _broken(self, chunk: Sequence[Row], prevs: Sequence[str], seq: int) -> NoReturn:
        """Say which entry of a chunk does not hold."""
        for place, (row, prev) in enumerate(zip(chunk, prevs, strict=True), seq):
            follows = f'","ledger":"{self.job.ledger}","prev":"{prev}","seq":{place},"v":1}},'.encode()
            if not row[5].startswith(follows, 43):
                raise Break("link", "an entry does not name the one before it: run `sceau verify`", place)
            if row[0] != place or row[1] != sha256(row[5]).hexdigest():
                raise Break("column", "a column differs from its entry: run `sceau verify`", place)
        raise Break("link", "the entries do not follow each other: run `sceau verify`", seq)

    def _grow(self, leaves: list[bytes], seq: int) -> None:
        previous = self.job.previous
        cut = -1 if previous is None else previous.last - seq + 1
        if 0 < cut <= len(leaves):
            self._growing.extend(leaves[:cut])
            self.walked.previous_root = self._growing.root()
            self.walked.previous_head = leaves[cut - 1].hex()
            leaves = leaves[cut:]
        self._growing.extend(leaves)

    def _keep(self, chunk: Sequence[Row], seq: int) -> None:
        """Write lines into files of at most `FILE_ENTRIES` lines and `FILE_BYTES` bytes."""
        at = 0
        while at < len(chunk):
            if not self.entries or self._in_file >= FILE_ENTRIES:
                self._next_file(seq + at)
            lines = [row[5] for row in chunk[at : at + FILE_ENTRIES - self._in_file]]
            size = sum(map(len, lines)) + len(lines)
            while self._file_bytes + size > FILE_BYTES and len(lines) > 1:
                size -= len(lines.pop()) + 1
            if self._file_bytes + size > FILE_BYTES and self._in_file:
                self._next_file(seq + at)
                continue
            self.entries[-1].write(b"\n".join(lines) + b"\n")
            self._in_file += len(lines)
            self._file_bytes += size
            at += len(lines)

    def _next_file(self, seq: int) -> None:
        if self.entries:
            self.entries[-1].end()
        self.entries.append(self._packer.member(f"entries/{seq:012d}.jsonl", self._entry_file))
        self._in_file = self._file_bytes = 0

    def _seals(self) -> Iterator[SealRow]:
        for row in self.job.store.seals(self.job.ledger, self.job.range.first - 1):
            yield row
            if row.last >= self.job.range.last:
                return

    def _take_seals(self, chunk: Sequence[Row], seq: int) -> None:
        """Write the seals that end in a chunk; each must name the seal before it and the entry at its end."""
        walked, lines = self.walked, []
        end = seq + len(chunk) - 1
        while self._next_seal is not None and self._next_seal.last <= end:
            row = self._next_seal
            said = seal.parse(row.text)
            head = chunk[row.last - seq][1]
            if (said.prev, said.head, said.last) != (walked.last_seal, head, row.last):
                raise Break("seal", "a seal does not hold: run `sceau verify`", row.last)
            lines.append(
                f'{{"first":{said.first},"key":"{said.key}","last":{said.last},"signature":"{row.signature.hex()}"}}\n'
            )
            walked.keys.add(said.key)
            walked.seals += 1
            walked.last_seal = seal.seal_digest(row.text, row.signature)
            self._next_seal = next(self._seal_rows, None)
        self.seals.write("".join(lines).encode())

    def _disclose(
        self, chunk: Sequence[Row], waiting: Disclosure | None, more: Iterator[Disclosure]
    ) -> Disclosure | None:
        """Write the disclosures of a chunk's entries; give the first one after it."""
        first, end = chunk[0][0], chunk[-1][0]
        lines: list[bytes] = []
        while waiting is not None and waiting.seq <= end:
            lines.append(
                b'{"path":%b,"salt":"%b","seq":%d,"value":%b}\n'
                % (orjson.dumps(waiting.path), waiting.salt.encode(), waiting.seq, waiting.value)
            )
            self._private.enter(waiting, chunk[waiting.seq - first][2])
            waiting = next(more, None)
        self.disclosures.write(b"".join(lines))
        return waiting

    def _turn_out(self) -> None:
        for sheets in self.tables:
            sheets.take(self._book.rows[sheets.table.name])
        for sheets in self.private_tables:
            sheets.take(self._private.rows[sheets.table.name])


class Sheets:
    """The files of one table: `tables/NAME.csv`, then `tables/NAME-2.csv` and so on."""

    def __init__(self, packer: Packer, table: Table) -> None:
        self.table = table
        self.members: list[Member] = []
        self._packer = packer
        self._file: BinaryIO = packer.file()
        self.count = 0
        self._in_part = 0
        self._begin()

    def take(self, rows: list[str]) -> None:
        """Write rows and forget them; the files are cut at the same row however they come."""
        while rows:
            some = rows[: TABLE_ROWS - self._in_part]
            del rows[: len(some)]
            self.members[-1].write("".join(some).encode())
            self._in_part += len(some)
            self.count += len(some)
            if rows:
                self.members[-1].end()
                self._begin()

    def end(self) -> None:
        """Add nothing more."""
        self.members[-1].end()

    def _begin(self) -> None:
        part = len(self.members) + 1
        name = f"tables/{self.table.name}{'' if part == 1 else f'-{part}'}.csv"
        member = self._packer.member(name, self._file)
        member.write(self.table.header)
        self.members.append(member)
        self._in_part = 0
