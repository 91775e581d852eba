"""What a ledger's integrity rests on now: both windows, every place, what fails. Shown wherever integrity is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.jobs.anchoring import told_failures
from api.jobs.checkpointing import policy_of
from api.jobs.registering import RegisterView
from api.windows import told_windows
from archive.anchors.windows import Window, Windows
from ledger.domain.events.ledger import AnchorPolicy
from ledger.shell.errors import LedgerUnknown
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow, CheckpointRow, Head


@dataclass(frozen=True, slots=True)
class Integrity:
    """The state of one ledger's checkpoints and anchors, as kept here; `sceau verify` is what checks it."""

    head: Head
    checkpoint: CheckpointRow | None
    windows: Windows
    policy: AnchorPolicy
    anchors: tuple[AnchorRow, ...]  # the latest of each place
    failures: dict[tuple[str, str], Any]

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        places = {(row.kind, row.place): {"size": row.size, "at": row.at} for row in self.anchors}
        both = sorted({*places, *self.failures})
        made = self.checkpoint
        return {
            "head": {"seq": self.head.seq, "at": self.head.at, "fingerprint": self.head.fingerprint},
            "checkpoint": {"size": made.size, "root": made.root.hex(), "note": made.note.decode()} if made else None,
            "unanchored": self.windows.as_json(),
            "policy": _plain(self.policy),
            "places": [
                {"kind": kind, "place": place}
                | ({"placed": places[kind, place]} if (kind, place) in places else {})
                | ({"failing": self.failures[kind, place]} if (kind, place) in self.failures else {})
                for kind, place in both
            ],
        }


def integrity_of(service: Service, ledger: str, now: datetime, view: RegisterView | None = None) -> Integrity:
    """Look at what is kept of one ledger; `view` adds what the register's anchors do for it.

    Raises:
        LedgerUnknown: there is no such ledger.
    """
    store = service.store
    head = store.head(ledger)
    if head is None:
        raise LedgerUnknown(ledger)
    view = view or RegisterView(store)
    rows = (*store.last_anchors(ledger), *view.anchors_of(ledger))
    return Integrity(
        head,
        store.last_checkpoint(ledger),
        told_windows(store, ledger, head.seq, now, view),
        policy_of(service, ledger),
        rows,
        told_failures(store, ledger),
    )


def in_words(window: Window) -> str:
    """Say a window in words."""
    since = f"since {window.last.kind} {window.last.place} at {window.last.at}" if window.last else "since entry 1"
    return f"{window.entries} entries, {minutes_in_words(window.minutes)}, {since}"


def lines_of(both: Windows) -> tuple[str, str]:
    """Say both windows to whoever keeps the ledger, a line each."""
    stamp, copy = both.timestamp, both.witness
    return (
        f"Time proven by a time stamp: {_reach(stamp)}",
        f"Kept elsewhere, by a witness or as a copy: {_reach(copy)}",
    )


def waiting(window: Window) -> str:
    """Say what came after the last anchor of a sort, and how long it has waited."""
    entries = "1 entry" if window.entries == 1 else f"{window.entries} entries"
    if window.entries == 0:
        return "nothing since"
    if window.since is None:
        return f"{entries} since, about checkpoints alone"
    return f"{entries} since, the oldest for {minutes_in_words(window.minutes)}"


def minutes_in_words(minutes: int) -> str:
    """Say a number of minutes; beyond two hours, also in hours or days."""
    said = "1 minute" if minutes == 1 else f"{minutes} minutes"
    if minutes >= 2 * 24 * 60:
        return f"{said} ({minutes // (24 * 60)} days)"
    return f"{said} ({minutes // 60} hours)" if minutes >= 120 else said


def _reach(window: Window) -> str:
    if window.last is None:
        return f"nothing yet; {waiting(window).removesuffix(' since').replace(' since,', ',')}"
    return f"up to entry {window.last.size}, {window.last.at}, {window.last.place}; {waiting(window)}"


def _plain(policy: AnchorPolicy) -> dict[str, Any]:
    return {
        "interval_minutes": policy.interval_minutes,
        "timestamp": policy.timestamp,
        "witnesses": list(policy.witnesses),
        "mail": policy.mail,
        "directory": policy.directory,
    }
