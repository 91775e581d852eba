"""Restore: a ledger rebuilt, entry by entry, from its archives, on a store that does not hold it. docs/retention.md

Every archive is verified first, by the program that each holds a copy of. Then the entries are staged: they are in no
directory and have no head, so that a run which was killed leaves nothing that anybody could use, and the next one goes
on behind it. Nothing read from an archive is believed a second time: links, seals' places, numbers and commitments are
followed again on the way.
"""

from __future__ import annotations

import base64
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any, Final, Literal

import orjson

from archive import reading
from archive.reading import Said
from archive.sealed import private as private_file
from ledger.domain import recount
from ledger.domain.events.periods import Restored
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel import canonical, commitment, entry, seal
from ledger.kernel.entry import Entry
from ledger.kernel.errors import Break, Malformed
from ledger.kernel.merkle import Frontier
from ledger.shell.archive_keys import key_digest, year_key
from ledger.shell.errors import BehindMark, HeadMoved, KeyMissing
from ledger.shell.journal import journal_decided
from ledger.shell.keys import KeyStore
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow, CheckpointRow, Disclosure, Head, LedgerRow, Line, SealRow, Store

BATCH: Final = 2000
"""Entries staged in one transaction."""

Taking = Literal["open", "closed", "read_only"]
"""What a restored ledger takes: new entries; nothing any more (behind its mark); nothing here (its keys are away)."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LABEL: Final = re.compile(r"-\d{4}(-\d{2}(-\d{2}(_\d{4}-\d{2}-\d{2})?)?)?\.private\.enc$", re.ASCII)
_STREAM: Final = "archive:self"


@dataclass(frozen=True, slots=True)
class RestoredLedger:
    """What a restore did."""

    row: LedgerRow
    genesis: str
    last: int
    manifests: tuple[str, ...]
    names: int  # disclosures that came back
    repeated: bool  # it had been restored before
    taking: Taking
    words: str  # why it takes nothing, where it does not


@dataclass(frozen=True, slots=True)
class _Part:
    """One archive, and its second file in clear if it is at hand."""

    path: Path
    said: Said
    names: Path | None

    @property
    def first(self) -> int:
        return int(self.said.body["first"])

    @property
    def last(self) -> int:
        return int(self.said.body["last"])


class _NotWhole(Exception):  # noqa: N818 - never leaves this page
    """An archive says something that does not hold."""


def restore(
    service: Service,
    paths: Sequence[Path],
    *,
    private: Sequence[Path] = (),
    name: str | None = None,
    pin: str | None = None,
    actor: str = "system",
    told: Callable[[int], None] = lambda _: None,
) -> RestoredLedger | Refusal:
    """Rebuild a ledger from its archives; all of it, or nothing.

    Args:
        service: over the store that is to hold it, and the keys, which may know the ledger or not.
        paths: the archives, in any order, without gap from entry 1.
        private: second files, as they are (the year's key must be at hand) or in clear.
        name: the ledger's short name here; by default the one in its archives' names.
        pin: fingerprint of entry 1, kept elsewhere; without it the archives vouch for themselves.
        actor: who asks.
        told: hears how many entries were read.

    Raises:
        Malformed: `archive`: a file is none, or not the second file of one of them.
        KeyMissing: a year's key is not at hand. OSError: a file cannot be read. StoreFailure: the store cannot.
    """
    said = sorted(((reading.say(path), path) for path in paths), key=lambda one: _span(one[0]))
    if not said:
        raise ValueError("no archive was given")
    refused = _of_one_ledger([each for each, _ in said])
    if refused is not None:
        return refused
    body = said[0][0].body
    genesis = pin or str(body["genesis"])
    if reading.verify([path for _, path in said], ["--genesis", genesis], quiet=True) != 0:
        return refuse("RESTORE_NOT_WHOLE", "/archives")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sceau-")))
        parts = _with_names(service.keys, said, private, folder)
        row = LedgerRow(str(body["ledger"]), name or _name_in(body), str(body["kind"]))
        if _NAME.fullmatch(row.name) is None:
            return refuse("MEMBER_INVALID", "/name")
        last = max(part.last for part in parts)
        there = service.store.find(row.ledger)
        if there is not None:
            return _again(service, there, genesis, parts, actor)
        if service.store.find(row.name) is not None:
            return refuse("RESTORE_NOT_EMPTY", "/name")
        rebuild = _Rebuild(service.store, row, genesis, parts, told)
        try:
            head = rebuild.run()
            service.store.adopt(row, head)
        except (_NotWhole, Malformed, Break):
            return refuse("RESTORE_NOT_WHOLE", "/archives")
        except HeadMoved:
            return refuse("RESTORE_NOT_EMPTY", "/name")
        rebuild.keep_beside()
    manifests = tuple(part.said.manifest for part in parts)
    taking, words = _go_on(service, row, manifests, last, actor)
    return RestoredLedger(row, genesis, last, manifests, rebuild.names, False, taking, words)


def _span(said: Said) -> tuple[int, int]:
    try:
        return int(said.body["first"]), int(said.body["last"])
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("archive", "manifest.json") from error


def _of_one_ledger(every: Sequence[Said]) -> Refusal | None:
    """Find archives of several ledgers, and entries that none of them holds."""
    identities = {tuple(str(one.body.get(name)) for name in ("genesis", "ledger", "kind")) for one in every}
    if len(identities) != 1:
        return refuse("RESTORE_OTHER_LEDGER", "/archives")
    due = 1
    for one in every:
        first, last = _span(one)
        if first > due:
            return refuse("RESTORE_GAP", "/archives", first_seq=due, last_seq=first - 1)
        due = max(due, last + 1)
    return None


def _name_in(body: dict[str, Any]) -> str:
    members = body.get("private")
    return _LABEL.sub("", str(members["name"])) if isinstance(members, dict) else "restored"


def _with_names(
    keys: KeyStore, said: Sequence[tuple[Said, Path]], private: Sequence[Path], folder: Path
) -> list[_Part]:
    """Find the archive of each second file by its digest; decrypt those that are encrypted.

    Raises:
        Malformed: `archive`: one is of none of them.
        KeyMissing: the key of its year is not at hand.
    """
    clear: dict[str, Path] = {}
    for path in private:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        for one, _ in said:
            members = one.body.get("private")
            if isinstance(members, dict) and digest in (members["plain_sha256"], members["sha256"]):
                encrypted = digest == members["sha256"]
                clear[one.manifest] = _decrypted(keys, one, members, path, folder) if encrypted else path
                break
        else:
            raise Malformed("archive", path.name)
    return [_Part(path, one, clear.get(one.manifest)) for one, path in said]


def _decrypted(keys: KeyStore, said: Said, members: dict[str, Any], path: Path, folder: Path) -> Path:
    year = int(said.body["period"]["to_on"][:4])
    key = year_key(keys, said.body["ledger"], year)
    if key is None or key_digest(key) != members["key"]:
        raise KeyMissing(f"the key of {year} is not here")
    out = folder / f"{said.manifest}.zip"
    with path.open("rb") as sealed, out.open("xb") as plain:
        if private_file.decrypt(sealed, plain, key, members["iv"]) != members["plain_sha256"]:
            raise Malformed("archive", path.name)
    return out


def _again(
    service: Service, row: LedgerRow, genesis: str, parts: Sequence[_Part], actor: str
) -> RestoredLedger | Refusal:
    """A ledger of this id is there: fine if it is the one that these archives tell of, and refused otherwise."""
    for part in parts:
        line = next(service.store.lines(row.ledger, part.last - 1, part.last), None)
        if line is None or line.fingerprint != part.said.body["head"]:
            return refuse("RESTORE_NOT_EMPTY", "/archives")
    manifests = tuple(part.said.manifest for part in parts)
    last = max(part.last for part in parts)
    taking, words = _go_on(service, row, manifests, last, actor)
    return RestoredLedger(row, genesis, last, manifests, 0, True, taking, words)


def _go_on(service: Service, row: LedgerRow, manifests: tuple[str, ...], last: int, actor: str) -> tuple[Taking, str]:
    """Let the ledger go on, with an entry that says what it was rebuilt from, if its keys let it."""

    def decide() -> Restored | int:
        for line in service.store.stream(row.ledger, _STREAM):
            if line.type == Restored.TYPE and orjson.loads(line.line)["entry"]["body"]["manifests"] == list(manifests):
                return line.seq
        head = service.store.head(row.ledger)
        if head is None or head.seq != last:  # it was there before, and has gone on: nothing was restored
            return 0
        return Restored(manifests=manifests, last_seq=last)

    try:
        seq, _ = journal_decided(service, row.ledger, _STREAM, decide, actor=actor)
    except BehindMark as closed:
        return "closed", str(closed)
    except KeyMissing as away:
        return "read_only", str(away)
    if not seq and row.ledger not in service.keys.ledgers():
        return "read_only", "its keys are not here"
    return "open", ""


class _Rebuild:
    """One rebuilding: the archives walked in order, staged by batches."""

    def __init__(
        self, store: Store, row: LedgerRow, genesis: str, parts: Sequence[_Part], told: Callable[[int], None]
    ) -> None:
        self._store = store
        self._row = row
        self._genesis = genesis
        self._parts = parts
        self._told = told
        self._recount = recount.Recount()
        self._tree = Frontier()
        self._wanted = {int(part.said.body["checkpoint"]["size"]) for part in parts}
        self._frontiers: dict[int, Frontier] = {}
        self._seq, self._head, self._at = 0, entry.NO_PREVIOUS, ""
        self._sealed, self._seal = 0, seal.NO_SEAL
        self._lines: list[Line] = []
        self._seals: list[SealRow] = []
        self._shown: list[Disclosure] = []
        self._staged = sum(1 for _ in store.lines(row.ledger))
        self._staged_names = {(one.seq, one.path) for one in store.disclosures(row.ledger)} if self._staged else set()
        self.names = 0

    def run(self) -> Head:
        """Walk and stage everything; give the head.

        Raises:
            _NotWhole, Malformed, Break: something does not hold, or what was staged before is something else.
        """
        for part in self._parts:
            with zipfile.ZipFile(part.path) as file:
                self._walk(part, file)
        self._stage()
        if self._sealed != self._seq or self._seq < self._staged:
            raise _NotWhole
        register = canonical.encode(self._recount.register.to_json())
        return Head(self._seq, self._head, self._at, self._seal, register)

    def keep_beside(self) -> None:
        """Keep checkpoints and anchors that are about entries which are there."""
        for part in self._parts:
            with zipfile.ZipFile(part.path) as file:
                said = part.said.body["checkpoint"]
                tree = self._frontiers.get(int(said["size"]))
                if tree is not None:
                    row = CheckpointRow(tree.size, tree.root(), b"".join(tree.peaks), file.read("checkpoint.txt"))
                    self._store.keep_checkpoint(self._row.ledger, row)
                for name in sorted(one for one in file.namelist() if one.startswith("anchors/")):
                    one = orjson.loads(file.read(name))
                    if one["size"] <= self._seq:
                        proof = base64.b64decode(one["proof"])
                        row_of = AnchorRow(one["size"], one["kind"], one["place"], one["at"], proof)
                        self._store.keep_anchor(self._row.ledger, row_of)

    def _walk(self, part: _Part, file: zipfile.ZipFile) -> None:
        with ExitStack() as stack:
            seals = _Ahead(_json_lines(stack.enter_context(file.open("seals.jsonl"))))
            shown = _Ahead(iter(()))
            if part.names is not None:
                names = stack.enter_context(zipfile.ZipFile(part.names))
                shown = _Ahead(_json_lines(stack.enter_context(names.open("disclosures.jsonl"))))
            seq = part.first
            for member in sorted(one for one in file.namelist() if one.startswith("entries/")):
                with file.open(member) as lines:
                    for raw in lines:
                        self._enter(raw.removesuffix(b"\n"), seq, seals, shown)
                        seq += 1
                        if len(self._lines) >= BATCH:
                            self._stage()
            if seq != part.last + 1 or part.last > self._seq:
                raise _NotWhole

    def _enter(self, line: bytes, seq: int, seals: _Ahead, shown: _Ahead) -> None:
        one = entry.parse(line)
        if one.seq != seq or one.ledger != self._row.ledger:
            raise _NotWhole
        if seq <= self._seq:  # the archive before has it as well: the same, or two histories
            if not self._is_same(seq, one.fingerprint):
                raise _NotWhole
            seals.pass_by(seq, "last")
            shown.pass_by(seq, "seq")
            return
        if seq != self._seq + 1 or one.prev != self._head:
            raise _NotWhole
        if seq == 1 and one.fingerprint != self._genesis:
            raise _NotWhole
        self._seq, self._head, self._at = seq, one.fingerprint, one.at
        self._tree.append(bytes.fromhex(one.fingerprint))
        if seq in self._wanted:
            self._frontiers[seq] = self._tree.copy()
        self._count(one)
        row = Line(seq, one.fingerprint, one.stream, one.version, one.type, line)
        if seq > self._staged:
            self._lines.append(row)
        elif next(self._store.lines(self._row.ledger, seq - 1, seq), None) != row:
            raise _NotWhole
        self._disclose(one, shown)
        self._close_seal(one, seals)
        if seq % BATCH == 0:
            self._told(seq)

    def _is_same(self, seq: int, fingerprint: str) -> bool:
        waiting = next((row for row in self._lines if row.seq == seq), None)
        kept = waiting or next(self._store.lines(self._row.ledger, seq - 1, seq), None)
        return kept is not None and kept.fingerprint == fingerprint

    def _count(self, one: Entry) -> None:
        if one.type in recount.TYPES:
            fact = recount.select(one.seq, one.type, one.stream, one.body)
            if any(True for _ in self._recount(one.seq, fact)):
                raise _NotWhole

    def _disclose(self, one: Entry, shown: _Ahead) -> None:
        while (said := shown.head) is not None and said["seq"] <= one.seq:
            path, value = str(said["path"]), canonical.encode(said["value"])
            committed = one.body.get(path[1:])
            digest = committed.get("$c") if isinstance(committed, dict) else None
            if said["seq"] != one.seq or not isinstance(digest, str):
                raise _NotWhole
            if not commitment.check(digest, self._row.ledger, path, said["salt"], value):
                raise _NotWhole
            self.names += 1
            if (one.seq, path) not in self._staged_names:
                self._shown.append(Disclosure(one.seq, path, said["salt"], value))
            shown.advance()

    def _close_seal(self, one: Entry, seals: _Ahead) -> None:
        said = seals.head
        if said is None or said["last"] != one.seq:
            return
        if said["first"] != self._sealed + 1:
            raise _NotWhole
        text = seal.seal_text(
            self._row.ledger, self._genesis, said["first"], one.seq, one.fingerprint, self._seal, said["key"]
        )
        signature = bytes.fromhex(said["signature"])
        self._sealed, self._seal = one.seq, seal.seal_digest(text, signature)
        if one.seq > self._staged:
            self._seals.append(SealRow(said["first"], one.seq, text, signature))
        seals.advance()

    def _stage(self) -> None:
        if not (self._lines or self._seals or self._shown):
            return
        self._store.stage(self._row.ledger, self._lines, self._seals, self._shown)
        self._lines, self._seals, self._shown = [], [], []


class _Ahead:
    """Records in order, the next one of which can be looked at."""

    def __init__(self, records: Iterator[dict[str, Any]]) -> None:
        self._records = records
        self.head: dict[str, Any] | None = next(records, None)

    def advance(self) -> None:
        self.head = next(self._records, None)

    def pass_by(self, seq: int, member: str) -> None:
        """Leave out what belongs to an entry that is there, or to one before it."""
        while self.head is not None and self.head[member] <= seq:
            self.advance()


def _json_lines(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in file:
        yield orjson.loads(line)
