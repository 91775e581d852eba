"""Writes `sceau-archive/1`: one walk over the entries, then the members in their order, manifest and signature first.

The page is docs/spec/archive.md; the numbers of its rules stand in the comments.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, BinaryIO, Final

from archive.job import Job, Written
from archive.sealed import context, notice, private, schema, signature
from archive.sealed.anchors import anchors_for
from archive.sealed.container import STORED, write_zip
from archive.sealed.documents import document_members
from archive.sealed.spool import Member, Packer
from archive.sealed.tables.columns import dictionary
from archive.sealed.tree import Roots, edge_at, inclusion_ranges, wanted_for
from archive.sealed.walk import Walk
from ledger.kernel import canonical, merkle, seal
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.entry import NO_PREVIOUS
from ledger.kernel.errors import Break
from ledger.shell.checkpoints import consistency_ranges, make_checkpoint, open_note
from ledger.shell.perimeter import perimeter, software
from ledger.shell.store import CheckpointRow

FORMAT: Final = "sceau-archive/1"

_MOST_PRIVATE_MANIFEST: Final = 1 << 26  # a line for each document


def write(job: Job, out: BinaryIO, private_out: BinaryIO) -> Written:
    """Write an archive and its second file; see `archive.job.Writer`.

    Raises:
        Break: the ledger does not hold.
        ValueError: a member would be too long: a shorter period is to be taken.
    """
    with Packer(job.folder) as packer:
        return _Archive(job, packer).write(out, private_out)


class _Archive:
    """One archive being written."""

    def __init__(self, job: Job, packer: Packer) -> None:
        self.job = job
        self.packer = packer
        self.first, self.last = job.range.first, job.range.last
        self.row, self.checkpoint = _checkpoint(job)
        self.context = context.collect(job.store, job.ledger, self.first)
        indexes = [line.seq - 1 for line in self.context]
        wanted = wanted_for(self.checkpoint.size, self.last, indexes)
        self.growing = edge_at(job.store, job.ledger, self.first - 1, wanted)
        self.start_peaks = self.growing.peaks
        self.prev = _fingerprint(job, self.first - 1)
        self.seal_before = context.seal_at_end(job.store, job.ledger, self.first - 1)

    def write(self, out: BinaryIO, private_out: BinaryIO) -> Written:
        """Walk, then put everything together."""
        job, packer = self.job, self.packer
        before = self.seal_before
        prev_seal = seal.NO_SEAL if before is None else seal.seal_digest(before.text, before.signature)
        walk = Walk(job, packer, self.growing, self.prev, prev_seal)
        walked = walk.run()
        root = self.growing.root()
        roots = Roots(job.store, job.ledger, self.growing.found)
        consistency = self._consistency(roots, root)
        proofs = self._proofs(roots)
        sealed = self._private(walk, private_out)
        body = self._body(walk, proofs)
        manifest: dict[str, Any] = {
            "archive_key": job.signer.key_id,
            "checkpoint": {
                "consistency": [node.hex() for node in consistency],
                "root": self.checkpoint.root.hex(),
                "size": self.checkpoint.size,
            },
            "context": [line.seq for line in self.context],
            "first": self.first,
            "format": FORMAT,
            "genesis": job.opening.genesis,
            "head": walked.head,
            "kind": job.opening.kind,
            "last": self.last,
            "ledger": job.ledger,
            "perimeter": perimeter(),
            "period": _period(job),
            "prev": self.prev,
            "previous": self._previous(walked.previous_head, walked.previous_root),
            "private": {"name": job.private_name, **sealed._asdict()},
            "seals": {
                "count": walked.seals,
                "key": job.opening.seal_key if before is None else seal.parse(before.text).key,
                "last": walked.last_seal,
                "prev": prev_seal,
            },
            "siren": job.opening.body["siren"],
            "software": software(),
            "tree": {"peaks": [node.hex() for node in self.start_peaks], "root": root.hex()},
        }
        members = [*body, self._notice(manifest, walked.documents)]
        packer.settle()
        packed = {member.name: member.packed() for member in members}
        manifest["files"] = [
            {"name": name, "sha256": packed[name].sha256, "size": packed[name].bytes} for name in sorted(packed)
        ]
        said = canonical.encode(manifest, 1 << 24)  # a line for each file: more than an entry may have
        signed = signature.sign(said, job.signer)
        stamp = None if job.stamp is None else job.stamp(signed)
        head = [packer.whole("manifest.json", said), packer.whole("manifest.p7s", signed, method=STORED)]
        if stamp is not None:
            head.append(packer.whole("manifest.tsr", stamp, method=STORED))
        packer.settle()
        order = [packed["LISEZMOI.txt"], *(member.packed() for member in head)]
        order += [packed[member.name] for member in body]
        write_zip(out, order)
        return Written(
            sha256(said).hexdigest(),
            sha256(signed).hexdigest(),
            None if stamp is None else sha256(stamp).hexdigest(),
            sealed.plain_sha256,
            walked.documents,
            manifest,
        )

    def _body(self, walk: Walk, proofs: bytes) -> list[Member]:
        """Give every member but the notice and the manifest's own, in their order."""
        job, whole = self.job, self.packer.whole
        keys = {*walk.walked.keys, job.opening.seal_key}
        if self.seal_before is not None:
            keys.add(seal.parse(self.seal_before.text).key)
        return [
            whole("archive-certificate.pem", job.signer.pem),
            whole("checkpoint.txt", self.row.note),
            whole("context.jsonl", b"".join(line.line + b"\n" for line in self.context)),
            whole("context-proofs.jsonl", proofs),
            *walk.entries,
            walk.seals,
            whole("seal-keys.jsonl", context.public_keys(job, keys, self.context)),
            *(whole(f"anchors/{at:08d}.json", data) for at, data in enumerate(anchors_for(job, self.row))),
            *(member for sheets in walk.tables for member in sheets.members),
            whole("schema/events.schema.json", schema.events()),
            whole("schema/dictionary.csv", dictionary()),
            *(whole(name, data) for name, data in schema.verifiers()),
        ]

    def _notice(self, manifest: dict[str, Any], documents: int) -> Member:
        return self.packer.whole("LISEZMOI.txt", notice.text(manifest, self.job.row.name, documents))

    def _consistency(self, roots: Roots, root: bytes) -> list[bytes]:
        size = self.checkpoint.size
        proof = [roots.of(*part) for part in consistency_ranges(self.last, size)] if self.last < size else []
        if not merkle.verify_consistency(self.last, root, size, self.checkpoint.root, proof):
            raise Break("checkpoint_inconsistent", "the entries do not lead to the checkpoint: run `sceau verify`")
        return proof

    def _proofs(self, roots: Roots) -> bytes:
        size = self.checkpoint.size
        lines = []
        for line in self.context:
            path = [roots.of(*part) for part in inclusion_ranges(line.seq - 1, size)]
            leaf = sha256(line.line).digest()
            if not merkle.verify_inclusion(leaf, line.seq - 1, size, path, self.checkpoint.root):
                raise Break(
                    "checkpoint_inconsistent", "an entry is not in the checkpoint: run `sceau verify`", line.seq
                )
            lines.append(canonical.encode({"proof": [node.hex() for node in path], "seq": line.seq}) + b"\n")
        return b"".join(lines)

    def _previous(self, head: str, root: bytes) -> dict[str, Any] | None:
        previous = self.job.previous
        if previous is None:
            return None
        if not root:  # it ends before this archive begins
            root = edge_at(self.job.store, self.job.ledger, previous.last).root()
            head = _fingerprint(self.job, previous.last)
        return {
            "first": previous.first,
            "head": head,
            "last": previous.last,
            "manifest": previous.manifest,
            "root": root.hex(),
            "signature": previous.signature,
            "timestamp": previous.timestamp,
        }

    def _private(self, walk: Walk, out: BinaryIO) -> private.Sealed:
        """Write the second file (22, 23)."""
        job, packer = self.job, self.packer
        members = [walk.disclosures, *(member for sheets in walk.private_tables for member in sheets.members)]
        members += document_members(job, packer)
        packer.settle()
        packed = [member.packed() for member in members]
        manifest: dict[str, Any] = {
            "files": [
                {"name": one.name, "sha256": one.sha256, "size": one.bytes}
                for one in sorted(packed, key=lambda one: one.name)
            ],
            "first": self.first,
            "format": private.FORMAT,
            "genesis": job.opening.genesis,
            "last": self.last,
        }
        head = packer.whole("manifest.json", canonical.encode(manifest, _MOST_PRIVATE_MANIFEST))
        packer.settle()
        plain = packer.file()
        write_zip(plain, [head.packed(), *packed])
        return private.encrypt(plain, out, job.year_key)


def _checkpoint(job: Job) -> tuple[CheckpointRow, Checkpoint]:
    """Give the oldest kept checkpoint that covers the range, made now if there is none (11).

    Raises:
        Break: it is not signed by this ledger's key.
    """
    store, ledger = job.store, job.ledger
    row = next(iter(store.checkpoints(ledger, job.range.last - 1)), None)
    if row is None:
        make_checkpoint(store, job.keys, ledger)
        row = next(iter(store.checkpoints(ledger, job.range.last - 1)))
    said = open_note(row.note, job.opening)
    if said is None or (said.size, said.root) != (row.size, row.root):
        raise Break("checkpoint_inconsistent", "a kept checkpoint is not signed by this ledger: run `sceau verify`")
    return row, said


def _fingerprint(job: Job, seq: int) -> str:
    if seq == 0:
        return NO_PREVIOUS
    line = next(job.store.lines(job.ledger, seq - 1, seq), None)
    if line is None:
        raise Break("missing", "an entry is missing: run `sceau verify`", seq)
    return sha256(line.line).hexdigest() if line.line else line.fingerprint  # purged: links and roots vouch for it


def _period(job: Job) -> dict[str, str]:
    period = job.range.period
    return {"from_on": period.from_on.isoformat(), "kind": period.kind, "to_on": period.to_on.isoformat()}
