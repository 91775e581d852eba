"""How the checks of PDF/A tell what they found: as the other validators do."""

from __future__ import annotations

from collections.abc import Callable

from projections.documents.validation.findings import Finding

Found = Callable[[str, str, str], None]
"""Takes a broken rule, a place, and words."""


def broken(rule: str, place: str, words: str) -> Finding:
    """A rule of PDF/A is broken: `rule` is veraPDF's number (`6.8-3`), or a name where no rule says just that."""
    return Finding(validator="pdfa", rule=rule, place=place, words=words)


def unchecked(rule: str, place: str, words: str) -> Finding:
    """Something may be right, and is not known here."""
    return Finding(validator="pdfa", rule=rule, place=place, words=words, severity="warning")
