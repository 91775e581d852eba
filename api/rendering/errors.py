"""What may go wrong on the way to a file; each says what the caller does next."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.domain.refusals import Refusal
from ledger.kernel.errors import SceauError


class NotRendered(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """A document could not be made: nothing was given or recorded. It names no person.

    `code` is `invalid` (the file breaks a rule of its format: `details` names them), `timeout`, `died` (the process
    that drew it ended), or the code of what the page could not hold.
    """

    def __init__(self, code: str, details: Sequence[str] = ()) -> None:
        super().__init__(f"{code}{': ' if details else ''}{', '.join(details)}")
        self.code = code
        self.details = tuple(details)


class DocumentErased(SceauError):  # noqa: N818 - names what happened, not "Error"
    """The names on the document were erased: the file that was issued is gone, its digest stays. Answer 410."""


class DocumentUnknown(SceauError):  # noqa: N818 - names what happened, not "Error"
    """There is no such document: answer 404."""

    def __init__(self, reason: str = "no_such_document") -> None:
        super().__init__(reason)
        self.reason = reason


class DocumentRefused(SceauError):  # noqa: N818 - names what happened, not "Error"
    """A rule says no to the document that was made: answer its refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
