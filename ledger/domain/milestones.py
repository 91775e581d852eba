"""A milestone in words: those that the business typed, kept among its quote's private texts; else its code, spaced."""

from __future__ import annotations

from ledger.domain.events.common import Texts


def milestone_words(texts: Texts | None, code: str) -> str:
    """Name a milestone for people; where its words were erased, or never given, its code without hyphens."""
    named = texts.milestones if texts is not None and texts.milestones is not None else ()
    for each in named:
        if each.milestone == code:
            return each.name
    plain = " ".join(code.replace("-", " ").replace("_", " ").split()) or code
    return plain[:1].upper() + plain[1:]
