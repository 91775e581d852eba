"""Which reminder is due for a document today: a pure function; and the policy that is offered ready-made.

Only the latest step that has come due is sent: after a stop nobody gets three at once. A step whose day came before
the policy was set, or before the document was issued, is of the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from ledger.domain.events.parties import ReminderStep

READY_MADE: Final[Mapping[str, tuple[ReminderStep, ...]]] = {
    "quote": (ReminderStep(days=-5, tone="friendly"), ReminderStep(days=-1, tone="firm")),
    "deposit": (
        ReminderStep(days=-2, tone="friendly"),
        ReminderStep(days=3, tone="firm"),
        ReminderStep(days=10, tone="final"),
    ),
    "invoice": (
        ReminderStep(days=-3, tone="friendly"),
        ReminderStep(days=5, tone="friendly"),
        ReminderStep(days=15, tone="firm"),
        ReminderStep(days=30, tone="final"),
    ),
}
"""A policy for each kind of document, offered and not imposed (docs/messages.md)."""


def due_step(
    steps: Sequence[ReminderStep],
    due_on: date,
    today: date,
    *,
    set_on: date,
    issued_on: date,
    sent: Sequence[int] = (),
) -> int | None:
    """Give the step (from 1) that is to be sent today, or None.

    Args:
        steps: the policy's, in order.
        due_on: when the answer or the money is expected.
        today: the business day.
        set_on: when the policy was set.
        issued_on: when the document was.
        sent: the steps that went out.
    """
    latest: int | None = None
    for rank, step in enumerate(steps, 1):
        day = due_on + timedelta(days=step.days)
        if set_on <= day <= today and day > issued_on:
            latest = rank
    if latest is None or max(sent, default=0) >= latest:
        return None
    before = steps[latest - 1].days < 0
    return None if before and today > due_on else latest
