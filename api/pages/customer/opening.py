"""What every page below a link begins with: the link as it is now, what it shows, and the business's own look."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, Final

from api.http.call import Answer
from api.http.problems import Problem
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.people.address import address_of
from api.people.limits import network_of
from api.signing.gathering import gather
from api.signing.links import OpenLink
from api.signing.renewing import may_renew
from api.signing.shown import Shown, show
from ledger.domain.events.parties import BrandSet
from ledger.domain.refusals import Refusal

_KEY: Final = re.compile(r"[0-9a-zA-Z]{16,64}")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_READABLE: Final = 4.5
"""Contrast with white that small text needs (WCAG 2.2, 1.4.3)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open link, and all that it shows."""

    visit: Visit
    link: OpenLink
    view: Shown

    @property
    def key(self) -> str | None:
        """The key that keeps this form from acting twice."""
        sent = self.visit.form.text("key")
        return f"page:{sent}" if _KEY.fullmatch(sent) else None

    def render(self, template: str, status: int = 200, **facts: Any) -> Answer:
        """Answer one of the customer's pages."""
        given = {"link": self.link, "has_logo": self.view.logo is not None, **facts}
        return self.visit.render(f"customer/{template}", status, view=self.view, **given)

    def wrong(self, refused: Refusal, names: dict[str, str] | None = None) -> Wrong:
        """Make what a page shows of a rule's no."""
        self.visit.call.outcome = refused.code
        return of_refusal(refused, self.visit.language, names)


Handler = Callable[[Opened], Answer]


def opened(handler: Handler) -> Callable[[Visit], Answer]:
    """Make a page of a handler that needs an open link; one that opens no more is answered here."""

    @wraps(handler)
    def page(visit: Visit) -> Answer:
        link = link_of(visit)
        if not link.usable:
            return closed(visit, link)
        view = show(gather(visit.context.service, link))
        return handler(Opened(visit, link, view))

    return page


def link_of(visit: Visit) -> OpenLink:
    """Give the link that was followed; none is looked for by who has none: a token is 256 random bits."""
    link = visit.link
    if not isinstance(link, OpenLink):
        raise Problem("ADDRESS_UNKNOWN")
    return link


def closed(visit: Visit, link: OpenLink, *, asked: bool = False) -> Answer:
    """Answer a link that opens nothing any more: 410, and a way to a new one."""
    gathered = gather(visit.context.service, link)
    facts = {"link": link, "has_logo": False, "renewable": may_renew(link), "asked": asked}
    return visit.render("customer/closed.html", 200 if asked else 410, view=show(gathered), **facts)


def network(visit: Visit) -> str:
    """Give what limits know of whoever asks."""
    return network_of(address(visit))


def address(visit: Visit) -> str:
    """Give the address of whoever asks."""
    return address_of(visit.call, visit.context.settings.behind_proxy)


# --- the business's own look


@dataclass(frozen=True, slots=True)
class Logo:
    """A business's logo: its bytes, type and digest."""

    data: bytes
    media: str
    digest: str


def logo_of(visit: Visit) -> Logo | None:
    """Give the business's logo as it is set now; None where there is none, or it was erased."""
    brands = [
        event.record
        for event in visit.context.service.stream(visit.ledger.ledger, "issuer:self")
        if isinstance(event.record, BrandSet)
    ]
    if not brands or brands[-1].logo_bytes is None or brands[-1].logo_type is None:
        return None
    data = base64.b64decode(brands[-1].logo_bytes)
    return Logo(data, brands[-1].logo_type, sha256(data).hexdigest())


def readable(accent: str | None) -> str | None:
    """Give a business's colour, darkened until white words on it can be read; None for none."""
    if accent is None or not _COLOUR.fullmatch(accent):
        return None
    parts = [int(accent[at : at + 2], 16) for at in (1, 3, 5)]
    for _ in range(60):
        if 1.05 / (_light(parts) + 0.05) >= _READABLE:
            break
        parts = [part * 95 // 100 for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _light(parts: list[int]) -> float:
    """Relative luminance (WCAG 2.2)."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(parts[0]) + 0.7152 * linear(parts[1]) + 0.0722 * linear(parts[2])
