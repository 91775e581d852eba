"""One-time codes: six digits by mail, kept as a keyed hash, bound to one signatory and the exact bytes they sign.

The ledger counts codes and tries (`ledger.domain.deciders.signatures`), so that many at once gain nothing; the table
knows what is right. The digits are in the mail and nowhere else.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from api.people.limits import CODE_SENT, CODE_TRIED
from api.signing.seams import UNLIMITED, Language, Limit, Mail
from api.vault import Vault
from ledger.domain.commands.quotes import RecordCodeChecked, RecordCodeSent
from ledger.domain.events.common import Party
from ledger.domain.events.signatures import Signatory
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.message import message_id
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.service import Service
from ledger.shell.signing import SentCode

DIGITS: Final = 6
LIVES: Final = timedelta(minutes=10)
AGAIN_AFTER: Final = timedelta(seconds=20)
"""A second code within this time is the same click sent twice: the first one stays good."""
_CODE: Final = re.compile(r"[0-9]{6}")
_SPACES: Final = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A code is on its way; `to` shows enough of the address to recognise it."""

    to: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose code it is: one signatory of one request, in a ledger."""

    ledger: str
    signature: str
    signatory: Signatory
    party: Party | None
    document: str  # digest of what they sign
    actor: str
    language: Language = "fr"


class Codes:
    """Codes of a service's ledgers. Methods may be called from several threads."""

    def __init__(self, service: Service, mail: Mail, limit: Limit = UNLIMITED) -> None:
        """Send codes by `mail`, no more than `limit` allows."""
        self._service = service
        self._mail = mail
        self._limit = limit
        self._kept = service.store.side().signing()
        self._vaults: dict[str, Vault] = {}

    def send(self, asked: Asked) -> Sent | Refusal:
        """Mail a new code; the one before is good no longer."""
        address = asked.party.email if asked.party is not None else None
        if asked.signatory.code_by != "email" or asked.party is None or address is None:
            return refuse("CODE_NOT_ASKED" if asked.signatory.code_by == "none" else "CODE_NO_ADDRESS", "/signatory")
        now = self._service.clock.now()
        last = self._kept.code(asked.ledger, asked.signature, asked.signatory.signatory)
        if last is not None and last.document == asked.document and now - parse_at(last.sent_at) < AGAIN_AFTER:
            return Sent(masked(address), last.expires_at)
        if wait := self._limit.take(CODE_SENT, asked.ledger, asked.actor):
            return refuse("TRIES_TOO_MANY", wait_seconds=wait)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        occasion = f"signature.code {asked.signature} {secrets.token_hex(8)}"
        expires_at = format_at(now + LIVES)
        told = RecordCodeSent(
            signature=asked.signature,
            signatory=asked.signatory.signatory,
            expires_at=expires_at,
            message=message_id(occasion),
        )
        outcome = self._service.execute(asked.ledger, told, actor=asked.actor)
        if isinstance(outcome, Refusal):
            return outcome
        kept = SentCode(
            asked.ledger, asked.signature, asked.signatory.signatory, asked.document, self._hash(asked, code),
            format_at(now), expires_at,
        )  # fmt: skip
        self._kept.put_code(kept)
        mailed = self._mail(
            asked.ledger,
            "code",
            occasion=occasion,
            about=asked.signature,
            to=(address, asked.party.name),
            language=asked.language,
            facts={"code": code, "minutes": str(int(LIVES.total_seconds()) // 60)},
            expires_at=expires_at,
        )
        return mailed if isinstance(mailed, Refusal) else Sent(masked(address), expires_at)

    def check(self, asked: Asked, typed: str) -> Refusal | None:
        """Record what came of a typed code; None when it was right. The right one may be typed again until it is used.

        Refusals: `CODE_NOT_SENT`, `CODE_WRONG` (with the tries left), `CODE_EXPIRED`, `CODE_BLOCKED`,
        `TRIES_TOO_MANY`, and what the ledger refuses.
        """
        if wait := self._limit.take(CODE_TRIED, asked.ledger, asked.actor):
            return refuse("TRIES_TOO_MANY", wait_seconds=wait)
        code = _SPACES.sub("", typed)
        if not _CODE.fullmatch(code):
            return refuse("MEMBER_INVALID", "/code")  # no try is spent on what cannot be a code
        kept = self._kept.code(asked.ledger, asked.signature, asked.signatory.signatory)
        state = self._service.state(asked.ledger, SIGNATURE, asked.signature)
        if kept is None or state is None or kept.document != asked.document:
            return refuse("CODE_NOT_SENT", "/code")
        known = state.code(asked.signatory.signatory)
        if known.outcome == "blocked":
            return refuse("CODE_BLOCKED", "/code")
        right = hmac.compare_digest(kept.hash, self._hash(asked, code))
        if format_at(self._service.clock.now()) > kept.expires_at:
            return self._record(asked, "expired")
        if right and known.outcome == "right":
            return None  # it was right a moment ago, and what came after it did not go through
        return self._record(asked, "right" if right else "wrong")

    def forget(self, asked: Asked) -> None:
        """Let a code go that was used."""
        self._kept.drop_code(asked.ledger, asked.signature, asked.signatory.signatory)

    def vault(self, ledger: str) -> Vault:
        """Give a ledger's vault; its key is opened once."""
        found = self._vaults.get(ledger)
        if found is None:
            found = self._vaults[ledger] = Vault(self._service.keys, ledger)
        return found

    def _record(self, asked: Asked, outcome: str) -> Refusal | None:
        told = RecordCodeChecked(
            signature=asked.signature,
            signatory=asked.signatory.signatory,
            outcome=outcome,  # type: ignore[arg-type] # one of the three words above
        )
        done = self._service.execute(asked.ledger, told, actor=asked.actor)
        if isinstance(done, Refusal):
            return done
        match str(done.result["outcome"]):
            case "right":
                return None
            case "wrong":
                return refuse("CODE_WRONG", "/code", left=int(done.result["tries_left"]))
            case "expired":
                return refuse("CODE_EXPIRED", "/code")
            case _:
                return refuse("CODE_BLOCKED", "/code")

    def _hash(self, asked: Asked, code: str) -> bytes:
        vault = self.vault(asked.ledger)
        bound = "\n".join((asked.ledger, asked.signature, asked.signatory.signatory, asked.document, code))
        return hmac.new(vault.subkey("one-time-code"), bound.encode(), sha256).digest()


def masked(address: str) -> str:
    """Show enough of an address for its owner to know it: `c•••@roseau.test`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"
