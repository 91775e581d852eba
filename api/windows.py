"""How much of a ledger nobody outside vouches for yet, for each of the two promises: shown wherever integrity is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from api.jobs.registering import RegisterView
from archive.anchors.anchor import COPIES, rfc3339
from archive.anchors.windows import Windows, windows
from ledger.shell.checkpoints import oldest_waiting
from ledger.shell.store import AnchorRow, Store
from ledger.shell.verification import Verified

PROMISES: Final = ("timestamp", "witness")
"""Kinds of anchors whose proofs a verification checks; the other copies are told of, to be compared where they are."""


def checked_windows(store: Store, ledger: str, verified: Verified, now: datetime) -> Windows | None:
    """Give what neither the anchors that hold nor the copies told of cover; None when the ledger does not hold."""
    verdict = verified.verdict
    if not verdict.ok:
        return None
    best = [one for kind in PROMISES if (one := verified.anchored(kind)) is not None]
    held = [AnchorRow(one.checkpoint.size, one.kind, one.place, rfc3339(one.at), b"") for one in best]
    copies = [row for row in store.last_anchors(ledger) if row.kind in COPIES and row.kind not in PROMISES]
    return windows((*held, *copies), verdict.head_seq, lambda size: oldest_waiting(store, ledger, size), now)


def verdict_json(verified: Verified, left: Windows | None) -> dict[str, Any]:
    """Give a verdict with what nobody outside vouches for yet, as JSON."""
    return {**verified.as_json(), "unanchored": None if left is None else left.as_json()}


def told_windows(store: Store, ledger: str, upto: int, now: datetime, view: RegisterView) -> Windows:
    """Give what the anchors told of do not cover of the entries up to one; `sceau verify` is what checks them."""
    rows = (*store.last_anchors(ledger), *view.anchors_of(ledger))
    return windows(rows, upto, lambda size: oldest_waiting(store, ledger, size), now)
