"""Asking a provider what became of all that has not ended, and which messages there were: now, for one account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.payments.collecting import Collecting
from api.payments.provider import ProviderAway, ProviderRefused
from api.payments.recording import NotRecorded


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many things were looked at, how many collections have not ended, and what went wrong, without secrets."""

    looked_at: int
    open: int
    troubles: tuple[str, ...]


def reconcile(
    collecting: Collecting, ledger: str, provider: str, still: Callable[[], bool] = lambda: True
) -> Reconciled:
    """Look at a ledger's open collections at one provider, then at its messages. One trouble holds nothing else up.

    Args:
        collecting: what looks.
        ledger: id.
        provider: the account.
        still: asked before each piece of work; false ends it.

    Raises:
        What `Service.execute` raises: the store or the keys are away.
    """
    troubles: list[str] = []
    looked_at = 0
    for row in collecting.standing(ledger):
        if row.provider != provider or not still():
            continue
        try:
            collecting.go_on(row)
            looked_at += 1
        except (ProviderAway, ProviderRefused, NotRecorded) as trouble:
            troubles.append(words_of(trouble))
    if still():
        try:
            looked_at += collecting.sweep(ledger, provider)
        except (ProviderAway, ProviderRefused, NotRecorded) as trouble:
            troubles.append(words_of(trouble))
    left = sum(each.provider == provider for each in collecting.standing(ledger))
    return Reconciled(looked_at, left, tuple(dict.fromkeys(troubles)))


def words_of(trouble: Exception) -> str:
    """Give what went wrong in words for a log: a provider's code, never what was sent or answered."""
    if isinstance(trouble, ProviderRefused):
        return f"the provider refused: {trouble.reason}"
    return str(trouble)
