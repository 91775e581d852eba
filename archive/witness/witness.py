"""What a witness answers: cosigns a checkpoint that contains the last one it cosigned, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from archive.witness.request import parse_request
from archive.witness.state import Moving, State
from ledger.kernel import merkle, note
from ledger.kernel.checkpoint import Checkpoint, cosign, parse_text
from ledger.kernel.errors import Malformed
from ledger.kernel.note import NoteSigner, VerifierKey


class Answer(NamedTuple):
    """An HTTP status, its body and the body's type."""

    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"


class Witness:
    """A witness over one state. Methods may be called from several threads."""

    def __init__(
        self, signer: NoteSigner, logs: Mapping[str, VerifierKey], state: State, clock: Callable[[], int]
    ) -> None:
        """Cosign checkpoints of `logs`, by origin, with `signer`; `clock` gives POSIX seconds."""
        self._signer = signer
        self._logs = logs
        self._state = state
        self._clock = clock

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one request; see docs/spec/witness.md rule 2.

        Raises:
            sqlite3.Error: the state could not be kept: no cosignature was made.
        """
        try:
            asked = parse_request(body)
            signed = note.parse(asked.note)
            head = parse_text(signed.text)
        except Malformed:
            return Answer(400, b"not a request of add-checkpoint\n")
        if asked.old > head.size:
            return Answer(400, b"the old size is above the checkpoint's\n")
        key = self._logs.get(head.origin)
        if key is None:
            return Answer(404, b"unknown log\n")
        if not note.verify(signed, key):
            return Answer(403, b"not signed by the log's key\n")
        with self._state.moving(head.origin) as moving:
            return self._compare(moving, asked.old, asked.proof, head, _log_lines(signed, key))

    def _compare(self, moving: Moving, old: int, proof: tuple[bytes, ...], head: Checkpoint, ours: bytes) -> Answer:
        seen = moving.seen
        if old != seen.size or (head.size == seen.size and head.root != seen.root):
            return Answer(409, f"{seen.size}\n".encode(), "text/x.tlog.size")
        if not merkle.verify_consistency(seen.size, seen.root, head.size, head.root, proof):
            return Answer(422, b"the proof does not lead from the last cosigned checkpoint to this one\n")
        cosigned = cosign(ours, self._signer, self._clock())
        moving.keep(head.size, head.root, cosigned)
        return Answer(200, cosigned.removeprefix(ours))


def _log_lines(signed: note.Note, key: VerifierKey) -> bytes:
    """The note with the log's own signature alone: what others added is none of our business."""
    return signed.text + b"\n" + note.signature_line(*next(iter(note.find(signed, key))))
