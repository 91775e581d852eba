"""What can go wrong below the rules: failures, each saying what the caller does next, and the break.

A refusal (a rule says no) is a returned value and lives in `ledger.domain.refusals`.
"""

from __future__ import annotations


class SceauError(Exception):
    """Root of every class on this page; never raised itself."""


class Malformed(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """Bytes or values that are not of the format: refuse the input, naming `code` and `place`.

    `code` is stable and lower-case (`duplicate_member`, `float`, `too_deep`, ...); `place` is a JSON Pointer
    or a byte offset in words. The value itself is never part of the message: it may be personal data.
    """

    def __init__(self, code: str, place: str = "") -> None:
        """Keep the stable code and the place, never the value."""
        super().__init__(f"{code} at {place}" if place else code)
        self.code = code
        self.place = place


class Break(SceauError):  # noqa: N818
    """The chain is wrong, or we are: stop writing to this ledger and call a person."""

    def __init__(self, code: str, words: str, seq: int | None = None) -> None:
        """Keep the stable code, words for a person, and the first entry concerned."""
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.seq = seq
