"""What signing needs of the parts that mail and that count: `api/messages` and `api/people` fulfil it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

from api.people.limits import Rate
from ledger.domain.refusals import Refusal

Language = Literal["fr", "en"]


class Mail(Protocol):
    """Mails one message to one person; at most one for an occasion."""

    def __call__(
        self,
        ledger: str,
        template: str,
        *,
        occasion: str,
        about: str | None,
        to: tuple[str, str],
        language: Language,
        facts: Mapping[str, str],
        expires_at: str | None = None,
    ) -> Refusal | Any:
        """Queue it. `to` is an address and a name; after `expires_at` it is not sent any more."""


class Limit(Protocol):
    """Takes tries out of buckets that all processes of the store share (`api.people.limits.Limits`)."""

    def take(self, rate: Rate, *who: str) -> int:
        """Take one try; give 0, or the seconds until the next may be made."""


class Unlimited:
    """Counts nothing: where nobody else can ask."""

    def take(self, rate: Rate, *who: str) -> int:  # noqa: ARG002 - the seam's members
        """Let everything pass."""
        return 0


UNLIMITED: Final = Unlimited()
LINK_WRITES: Final = Rate("link.writes", 10, 180)
"""What one link may write: comments, refusals, announcements."""
LINK_RENEWED: Final = Rate("link.renewed", 3, 28_800)
"""New links mailed for one old one."""
LINK_RENEWED_BY_ADDRESS: Final = Rate("link.renewed.address", 10, 600)
"""Old links that one network address may ask to renew."""
