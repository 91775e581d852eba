"""The record of one kind of refusal, alone on its page so that every theme can import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[409, 422, 429]
"""409: the state of the ledger says no (it may say yes later); 422: the command itself is wrong; 429: too many tries
in a short time (RFC 6585 section 4), always with the fact `wait_seconds`."""


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """What one code always says: its article and its words in both languages.

    `code` is upper snake case and never changes once released. `law` names the article, or is None where the
    reason is ours. `{facts}` in the words are filled by `ledger.domain.refusals.refuse`: a fact named
    `..._cents` is printed as euros, `..._bp` as a percentage, `..._on` as a date. Facts are never personal
    data.
    """

    code: str
    law: str | None
    words_fr: str
    words_en: str
    status: Status = 422
