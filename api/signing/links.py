"""Unguessable links: made once, known to the ledger by their hash alone, found in the chain by their token alone.

The id of a link's stream is made from its token, so no table says which token opens what. What lets somebody sign or
pay expires; what was concluded stays readable for ten years (C. conso L213-1, D213-1, D213-2). docs/signing.md
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal, TypeAlias

from ledger.domain.commands.messages import CreateLink, RevokeLink
from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.deadlines import add_months
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.link import LINK, LinkState
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.closing import days_of
from ledger.shell.errors import LedgerUnknown, StreamPurged
from ledger.shell.service import Service

AboutKind: TypeAlias = Literal["quote", "deposit", "invoice", "signature", "contract"]
Purpose: TypeAlias = Literal["read", "sign", "pay", "observe"]
Closed: TypeAlias = Literal["expired", "replaced", "revoked"]

TOKEN_BYTES: Final = 32
PAY_DAYS: Final = 60
"""How long one may pay by a link after the due day (or, where that is past, after the link was made)."""
READ_YEARS: Final = 10
"""How long a concluded contract and its invoices can be read by one link; a renewed link begins again."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made; the token is nowhere else and cannot be given again."""

    link: str
    token: str
    path: str  # `/c/{ledger name}/{token}`: behind `settings.public_url` it is the address to send

    def __repr__(self) -> str:
        return f"MadeLink(link={self.link!r})"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link found by its token; `closed` says why it opens nothing any more, and is None while it opens."""

    ledger: str  # id
    ledger_name: str
    link: str
    about: str
    about_kind: AboutKind
    purpose: Purpose
    party: str | None = None
    expires_at: str | None = None
    closed: Closed | None = None

    @property
    def usable(self) -> bool:
        """Whether it opens: neither revoked nor past its time."""
        return self.closed is None

    @property
    def actor(self) -> str:
        """Who acts through it, as entries name them."""
        return f"link:{self.link}"


def link_id(token: str) -> str:
    """Give the id of the link with this token: 128 bits of a SHA-256 of it, in the form of a UUIDv4."""
    digest = sha256(b"sceau-link/1\n" + token.encode()).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def link_path(ledger_name: str, token: str) -> str:
    """Give the path at which a link opens."""
    return f"/c/{ledger_name}/{token}"


def make_link(
    service: Service,
    ledger: str,
    about: str,
    about_kind: AboutKind,
    purpose: Purpose,
    *,
    party: str | None = None,
    expires_at: str | None = None,
    actor: str,
) -> MadeLink | Refusal:
    """Make a link and record its hash.

    Args:
        service: who serves the ledger.
        ledger: name or id.
        about: the id of what it opens.
        about_kind: what that is.
        purpose: what its holder may do; see docs/signing.md.
        party: the signatory or observer whose link it is.
        expires_at: from when it opens nothing, an instant as entries write it; by default `expiry` says.
        actor: who asks.

    Raises:
        LedgerUnknown, and what `Service.execute` raises.
    """
    row = service.find(ledger)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    asked = CreateLink(
        id=link_id(token),
        about=about,
        about_kind=about_kind,
        purpose=purpose,
        token_digest=sha256(token.encode()).hexdigest(),
        expires_at=expires_at or expiry(service, row.ledger, about, about_kind, purpose),
        party=party,
    )
    made = service.execute(row.ledger, asked, actor=actor)
    return made if isinstance(made, Refusal) else MadeLink(link_id(token), token, link_path(row.name, token))


def open_link(service: Service, ledger: str, token: str) -> OpenLink | None:
    """Find the link with this token while it opens; None for any other, whatever the reason."""
    found = find_link(service, ledger, token)
    return found if found is not None and found.closed is None else None


def find_link(service: Service, ledger: str, token: str) -> OpenLink | None:
    """Find the link with this token, open or not; None if the ledger has none such, or is not there."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        row = service.find(ledger)
        state = service.state(row.ledger, LINK, link_id(token))
    except (LedgerUnknown, StreamPurged):
        return None
    if state is None or not compare_digest(state.token_digest, sha256(token.encode()).hexdigest()):
        return None
    return OpenLink(
        ledger=row.ledger,
        ledger_name=row.name,
        link=link_id(token),
        about=state.about,
        about_kind=state.about_kind,  # type: ignore[arg-type] # the event's schema admits no other
        purpose=state.purpose,  # type: ignore[arg-type] # the event's schema admits no other
        party=state.party,
        expires_at=state.expires_at,
        closed=_closed(service, row.ledger, state),
    )


def revoke_link(
    service: Service, ledger: str, link: str, *, cause: Literal["asked", "replaced"] = "asked", actor: str
) -> Refusal | None:
    """Let a link open nothing any more; refused when there is none such or it was revoked.

    A link that was `replaced` offers its holder to be mailed the new one; one whose end was `asked` offers nothing.
    """
    done = service.execute(ledger, RevokeLink(link=link, cause=cause), actor=actor)
    return done if isinstance(done, Refusal) else None


def expiry(service: Service, ledger: str, about: str, about_kind: AboutKind, purpose: Purpose) -> str:
    """Say when a link of this kind stops opening, made now.

    To sign: with the validity of the quote or request. To pay: `PAY_DAYS` after the due day. To read or follow:
    `READ_YEARS`.

    Raises:
        LedgerUnknown: there is no such ledger.
    """
    days = days_of(service.register(ledger))
    today = days.of(service.clock.now())
    last: date | None = None
    if purpose == "sign":
        last = _sign_until(service, ledger, about, about_kind)
    elif purpose == "pay":
        due = _due_on(service, ledger, about, about_kind)
        last = max(due or today, today) + timedelta(days=PAY_DAYS)
    return format_at(days.ends(last or add_months(today, 12 * READ_YEARS)))


def _closed(service: Service, ledger: str, state: LinkState) -> Closed | None:
    if state.revoked:
        return "replaced" if state.revoked_because == "replaced" else "revoked"
    if state.purpose == "observe" and state.party is not None:
        observer = service.state(ledger, OBSERVER, state.party)
        if observer is None or observer.removed:
            return "revoked"
    return "expired" if state.expires_at is not None and _moment(service) >= parse_at(state.expires_at) else None


def _moment(service: Service) -> datetime:
    return service.clock.now()


def _sign_until(service: Service, ledger: str, about: str, about_kind: AboutKind) -> date | None:
    if about_kind == "signature":
        signature = service.state(ledger, SIGNATURE, about)
        return date.fromisoformat(signature.expires_on) if signature is not None else None
    quote = service.state(ledger, QUOTE, about)
    return date.fromisoformat(quote.current.valid_until) if quote is not None else None


def _due_on(service: Service, ledger: str, about: str, about_kind: AboutKind) -> date | None:
    if about_kind == "deposit":
        deposit = service.state(ledger, DEPOSIT, about)
        return date.fromisoformat(deposit.asked.due_on) if deposit is not None else None
    invoice = service.state(ledger, INVOICE, about)
    return date.fromisoformat(invoice.issued.due_on) if invoice is not None else None


__all__ = [
    "MadeLink",
    "OpenLink",
    "expiry",
    "find_link",
    "link_id",
    "link_path",
    "make_link",
    "open_link",
    "revoke_link",
]
