"""What waits for somebody: questions, announced payments and failed messages, followed entry by entry.

A fold over few types of entries. It is kept in memory for each ledger and goes on where it stopped, so that a page
costs what was recorded since the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import orjson

from ledger.shell.store import Line, Store

TYPES: Final = (
    "comment.added/1",
    "message.failed/1",
    "message.sent/1",
    "payment.announced/1",
    "payment.failed/1",
    "payment.received/1",
)
"""What is followed."""

_MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: its stream, since which entry, about what."""

    stream: str
    seq: int
    at: str
    about: str = ""
    about_kind: str = ""
    amount_cents: int | None = None


@dataclass(slots=True)
class Watch:
    """What waits in one ledger, up to an entry."""

    position: int = 0
    questions: dict[str, Waiting] = field(default_factory=dict)  # by what they are about
    announced: dict[str, Waiting] = field(default_factory=dict)  # by the payment's stream
    failed: dict[str, Waiting] = field(default_factory=dict)  # by the message's stream
    lock: Lock = field(default_factory=Lock)

    def follow(self, store: Store, ledger: str, upto: int) -> None:
        """Go on to an entry."""
        with self.lock:
            if upto <= self.position:
                return
            for line in store.lines(ledger, self.position, upto, types=TYPES):
                if line.line:
                    self.take(line)
            self.position = upto

    def take(self, line: Line) -> None:
        """Take one entry in."""
        value = orjson.loads(line.line)
        body: dict[str, Any] = value["entry"]["body"]
        at: str = value["chain"]["at"]
        match line.type:
            case "comment.added/1":
                self._comment(line, body, at)
            case "payment.announced/1":
                kind = body.get("about_kind", "")
                waiting = Waiting(line.stream, line.seq, at, body.get("about", ""), kind, body["amount_cents"])
                self.announced[line.stream] = waiting
            case "payment.failed/1" | "payment.received/1":
                self.announced.pop(line.stream, None)
            case "message.failed/1" if body["final"]:
                self.failed[line.stream] = Waiting(line.stream, line.seq, at)
            case "message.sent/1":
                self.failed.pop(line.stream, None)

    def _comment(self, line: Line, body: dict[str, Any], at: str) -> None:
        about = body["about"]
        if body["by"] == "issuer":
            self.questions.pop(about, None)
        elif body.get("question") and about not in self.questions:
            self.questions[about] = Waiting(line.stream, line.seq, at, about, body["about_kind"])

    def told(self) -> dict[str, Any]:
        """Give what waits, the oldest first, a few of each sort with how many there are."""
        with self.lock:
            sorts = {"questions": self.questions, "announced": self.announced, "failed": self.failed}
            return {
                name: {"count": len(found), "some": sorted(found.values(), key=lambda one: one.seq)[:_MOST_TOLD]}
                for name, found in sorts.items()
            }
