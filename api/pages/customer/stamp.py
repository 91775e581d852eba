"""Since when a page was shown: noted in the form by the server and sealed, so that it comes back as it went."""

from __future__ import annotations

import hmac
from hashlib import sha256

from api.pages.customer.opening import Opened
from ledger.kernel.entry import format_at


def stamp(page: Opened) -> str:
    """Give the present moment, sealed for this link."""
    moment = format_at(page.visit.context.service.clock.now())
    return f"{moment}.{_seal(page, moment)}"


def read_stamp(page: Opened, text: str) -> str | None:
    """Give the moment of a stamp; None for one that is not ours."""
    moment, _, seal = text.rpartition(".")
    return moment if seal and hmac.compare_digest(seal.encode(), _seal(page, moment).encode()) else None


def _seal(page: Opened, moment: str) -> str:
    key = page.visit.context.signing.codes.vault(page.link.ledger).subkey("shown-from")
    return hmac.new(key, f"{page.link.link}\n{moment}".encode(), sha256).hexdigest()[:32]
