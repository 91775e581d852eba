"""What every builder works with: the entry it tells, who issued it, in which words; and the parts all papers share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from ledger.domain.events.common import Address, EventRecord, Party
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.parties import BrandSet, IssuerDetails, ProfileSet
from ledger.domain.types import CustomerKind
from projections.documents.builders.wanted import Wanted
from projections.documents.paper import Brand, Buyer, Postal, Proof, Seller
from projections.documents.sources import NoDocument, Recorded, Sources
from projections.documents.words import Words

E = TypeVar("E", bound=EventRecord)

ISSUER_STREAM: Final = "issuer:self"
FORMS: Final[dict[str, str]] = {
    "1000": "Entrepreneur individuel",
    "5202": "SNC",
    "5306": "SCS",
    "5410": "SARL",
    "5498": "EURL",
    "5499": "SARL",
    "5505": "SA",
    "5599": "SA",
    "5699": "SA",
    "5710": "SAS",
    "5720": "SASU",
    "5460": "SCOP",
    "6540": "SCI",
    "6599": "Société civile",
    "9220": "Association déclarée",
}
"""Legal forms by INSEE code (catégorie juridique), as printed; a code of letters is printed as it is."""


class Desk:
    """One document being made: its sources, what was asked for, its words, and the entry it stands for."""

    def __init__(self, sources: Sources, wanted: Wanted) -> None:
        """Open the ledger's first entry: its currency, its time zone, whether it is for training.

        Raises:
            NoDocument: the ledger has no first entry at hand.
        """
        self.sources = sources
        self.wanted = wanted
        opening = next(iter(sources.stream("ledger:self")), None)
        if opening is None or not isinstance(opening.event, LedgerOpened):
            raise self.nothing("no_such_ledger")
        self.opening: LedgerOpened = opening.event
        self.training = self.opening.kind == "training"
        self.say = Words(wanted.language, self.opening.currency, self.opening.time_zone)

    def nothing(self, reason: str = "no_such_document") -> NoDocument:
        """Give the failure to raise when there is nothing to tell."""
        return NoDocument(self.wanted.kind, self.wanted.about, reason)

    # ---- entries

    def read(self, kind: str, identifier: str) -> tuple[Recorded, ...]:
        """Give a stream's entries up to the entry that is asked for, oldest first."""
        last = self.wanted.seq
        found = self.sources.stream(f"{kind}:{identifier}")
        return tuple(each for each in found if last is None or each.seq <= last)

    def first(self, entries: Sequence[Recorded], kind: type[E]) -> tuple[Recorded, E] | None:
        """Give the first entry of a type, with its event."""
        return next(((each, each.event) for each in entries if isinstance(each.event, kind)), None)

    def told(self) -> Recorded:
        """Give the entry as of which a document is told: the one asked for, else the last one there is.

        Raises:
            NoDocument: there is no such entry.
        """
        seq = self.wanted.seq if self.wanted.seq is not None else self.sources.upto
        found = self.sources.entry(seq)
        if found is None:
            raise self.nothing("no_such_entry")
        return found

    def issued(self, stream: str, kind: type[E]) -> tuple[Recorded, E]:
        """Give the entry that issued the document asked for.

        Raises:
            NoDocument: there is none, or `seq` names another entry.
        """
        found = self.begun(stream, self.wanted.about, kind)
        if found is None or self.wanted.seq not in (None, found[0].seq):
            raise self.nothing()
        return found

    def begun(self, stream: str, identifier: str, kind: type[E]) -> tuple[Recorded, E] | None:
        """Give the entry that began a stream, if it is of a type, with its event."""
        found = self.sources.first(f"{stream}:{identifier}")
        return (found, found.event) if found is not None and isinstance(found.event, kind) else None

    # ---- the issuer

    def profile_of(self, version: int) -> tuple[Recorded, ProfileSet]:
        """Give the issuer's profile of a version: documents name it.

        Raises:
            NoDocument: the issuer never had it.
        """
        profiles = self._profiles(None)
        if not 1 <= version <= len(profiles):
            raise self.nothing("no_such_profile")
        return profiles[version - 1]

    def profile_before(self, seq: int) -> tuple[Recorded, ProfileSet]:
        """Give the profile in force when an entry was recorded.

        Raises:
            NoDocument: the issuer had none yet.
        """
        profiles = self._profiles(seq)
        if not profiles:
            raise self.nothing("no_such_profile")
        return profiles[-1]

    def _profiles(self, before: int | None) -> list[tuple[Recorded, ProfileSet]]:
        return [
            (each, each.event)
            for each in self.sources.stream(ISSUER_STREAM)
            if isinstance(each.event, ProfileSet) and (before is None or each.seq < before)
        ]

    def brand(self, seq: int) -> Brand:
        """Give the brand in force when an entry was recorded; one that cannot be read is as if it were not set."""
        found: BrandSet | None = None
        for each in self.sources.stream(ISSUER_STREAM):
            if isinstance(each.event, BrandSet) and each.seq < seq:
                found = each.event
        if found is None:
            return Brand()
        logo = _logo(found.logo_bytes)
        kind = found.logo_type if logo is not None else None
        return Brand(accent=found.accent or Brand().accent, logo=logo, logo_type=kind)

    def seller(self, profile: ProfileSet) -> Seller:
        """Give the issuer as printed; details that were erased leave its numbers."""
        details = profile.details
        if details is None:
            return self._unnamed(profile)
        return Seller(
            name=_sole_trader_name(details.name) if profile.sole_trader else details.name,
            trade_name=details.trade_name,
            address=self.postal(details.address),
            siren=profile.siren,
            siret=profile.siret,
            vat_number=details.vat_number,
            legal_form=profile.legal_form,
            form_words=self._form(profile, details),
            trade_register=details.trade_register,
            sole_trader=profile.sole_trader,
            email=details.email,
            phone=details.phone,
            website=details.website,
            iban=_squeezed(details.iban),
            bic=_squeezed(details.bic),
            footer=details.footer,
        )

    def _unnamed(self, profile: ProfileSet) -> Seller:
        return Seller(
            name=self.say("erased_issuer"),
            trade_name=None,
            address=self.postal(Address(lines=(), city="", country=profile.country)),
            siren=profile.siren,
            siret=profile.siret,
            vat_number=None,
            legal_form=profile.legal_form,
            form_words=FORMS.get(profile.legal_form),
            trade_register=None,
            sole_trader=profile.sole_trader,
            email=None,
            phone=None,
            website=None,
            iban=None,
            bic=None,
            footer=None,
        )

    def _form(self, profile: ProfileSet, details: IssuerDetails) -> str | None:
        code = profile.legal_form
        words = FORMS.get(code) or (None if code.isdigit() else code)
        if profile.sole_trader:
            return self.say("sole_trader")
        if details.capital is None:
            return words
        capital = self.say("capital", capital=details.capital)
        return f"{words} {capital}" if words is not None else capital

    # ---- people

    def postal(self, address: Address) -> Postal:
        """Give an address as printed."""
        return Postal(
            lines=tuple(address.lines),
            postcode=address.postcode,
            city=address.city,
            country=address.country,
            country_name=self.say.country(address.country),
        )

    def buyer(
        self, entry: Recorded, party: Party | None, kind: CustomerKind, *, nobody: str = "counter_client"
    ) -> Buyer:
        """Give the customer as the entry named them; `nobody` are the words for one who was never named."""
        country = getattr(entry.event, "customer_country", "FR")
        if party is None:
            erased = "client" in entry.gone or "party" in entry.gone
            name = self.say("erased_client" if erased else nobody)
            return Buyer(name=name, kind=kind, country=country, erased=erased)
        return Buyer(
            name=party.name,
            kind=kind,
            address=self.postal(party.address) if party.address is not None else None,
            delivery=self.postal(party.delivery_address) if party.delivery_address is not None else None,
            siren=party.siren,
            vat_number=party.vat_number,
            email=party.email,
            phone=party.phone,
            contact=party.contact,
            order_reference=party.order_reference,
            country=country,
        )

    # ---- what every paper bears

    def common(self, entry: Recorded, profile: ProfileSet) -> dict[str, Any]:
        """Give the members that every paper has, for the entry it stands for and the profile it shows."""
        return {
            "kind": self.wanted.kind,
            "language": self.wanted.language,
            "proof": self.proof(entry),
            "seller": self.seller(profile),
            "brand": self.brand(entry.seq),
            "copy": self.wanted.copy,
            "training": self.training,
            "currency": self.opening.currency,
            "salt": self.salt(entry),
        }

    def proof(self, entry: Recorded) -> Proof:
        """Name the entry that the paper stands for."""
        return Proof(
            ledger=self.sources.ledger,
            seq=entry.seq,
            fingerprint=entry.fingerprint,
            recorded_at=entry.at,
            recorded_words=self.say.moment(entry.at),
            address=self.wanted.proof_address,
        )

    def salt(self, *entries: Recorded) -> str | None:
        """Give the salt that the file holds: made from those of its entries' private values, and gone with them.

        Theirs are not shown: who holds the file holds no key to a commitment of another paper.
        """
        salts = [salt for entry in entries for _, salt in entry.salts]
        if not salts:
            return None
        text = "\n".join(("sceau.document-salt/1", self.sources.ledger, str(entries[0].seq), *salts))
        return sha256(text.encode()).hexdigest()[:32]

    def local_day(self, at: str) -> date:
        """Give the calendar day of a moment in the ledger's zone."""
        return datetime.fromisoformat(at).astimezone(ZoneInfo(self.opening.time_zone)).date()


def _logo(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _squeezed(text: str | None) -> str | None:
    return "".join(text.split()).upper() if text is not None else None


def _sole_trader_name(name: str) -> str:
    """Put `EI` beside the name, unless it stands there already (C. com. R526-27)."""
    said = name.casefold()
    if "entrepreneur individuel" in said or "ei" in said.replace(",", " ").split():
        return name
    return f"{name} EI"
