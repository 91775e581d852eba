"""What every place for a checkpoint has in common: asked with a target, it gives a proof or says why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, Protocol

from ledger.kernel.checkpoint import Checkpoint, open_checkpoint
from ledger.kernel.errors import SceauError
from ledger.kernel.note import VerifierKey, find, parse, signature_line
from ledger.shell.store import AnchorRow

Kind = Literal["timestamp", "witness", "mail", "directory", "register"]

TIMES: Final[frozenset[str]] = frozenset({"timestamp"})
"""Kinds that prove a time: these entries existed by then."""

COPIES: Final[frozenset[str]] = frozenset({"witness", "mail", "directory", "register"})
"""Kinds that bound rewriting: who looks there sees another history."""

USER_AGENT: Final = "sceau"
_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}")


class AnchorFailure(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """A checkpoint was not placed: try again later. `cause` is a stable code; no address is in the words.

    `unreachable`: no answer; `refused`: an answer that says no; `bad_answer`: an answer that does not hold;
    `conflict`: a witness knows another history, or more of this one; `differs`: another one of this size is there;
    `not_configured`: the ledger asks for a place that this server was not told of; `failed`: a fault of ours.
    """

    def __init__(self, cause: str, words: str = "") -> None:
        super().__init__(f"{cause}: {words}" if words else cause)
        self.cause = cause


class Placed(NamedTuple):
    """A proof, and when: the place's own time where the proof holds one."""

    at: datetime
    proof: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """One signed checkpoint on its way to a place."""

    ledger: str
    note: bytes
    key: VerifierKey  # the log's own
    consistency: Callable[[int], Sequence[bytes]]  # the proof from an older size on
    since: int = 0  # size of the last checkpoint that this place has, as far as we know
    proofs: Sequence[AnchorRow] = ()  # what other places gave for this checkpoint

    @property
    def head(self) -> Checkpoint:
        """What the note says.

        Raises:
            Malformed: it is not signed by the log.
        """
        return open_checkpoint(self.note, self.key)

    @property
    def own(self) -> bytes:
        """The note with the log's own signature line alone: what a time stamp covers (docs/spec/checkpoint.md 12)."""
        return own_note(self.note, self.key)


class Anchor(Protocol):
    """One place. Methods may be called from several threads; each has a timeout of its own."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    @property
    def place(self) -> str:
        """A label: no address, no person."""

    def put(self, target: Target) -> Placed:
        """Place a checkpoint.

        Raises:
            AnchorFailure: it is not there, or it is not known whether it is: doing it again does no harm.
        """


def own_note(note: bytes, key: VerifierKey) -> bytes:
    """Give a note with the signature line of `key` alone.

    Raises:
        Malformed: the note is not signed by `key`.
    """
    open_checkpoint(note, key)
    said = parse(note)
    return said.text + b"\n" + signature_line(*next(iter(find(said, key))))


def label(text: str, otherwise: str) -> str:
    """Give `text` if it is a label, else something that is."""
    return text if _LABEL.fullmatch(text) else otherwise


def rfc3339(at: datetime) -> str:
    """Write a moment to the second, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
