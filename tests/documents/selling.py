"""A sale played through the domain and read as documents read it, and who sells what to whom in these tests."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from ledger.domain import codec
from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import (
    IssueQuote,
    SignQuote,
)
from ledger.domain.commands.sales import (
    IssueInvoice,
)
from ledger.domain.decision import Emit
from ledger.domain.events.common import Address, Party
from ledger.domain.events.parties import CustomerRegistered, Insurance, IssuerDetails, ProfileSet
from ledger.domain.events.payments import Allocation
from ledger.domain.events.signatures import Evidence
from ledger.domain.streams.quote import QUOTE
from ledger.kernel.entry import format_at
from projections.documents.builders import Wanted, paper_of
from projections.documents.paper import DocumentKind, Paper
from projections.documents.sources import ListedSources, Recorded
from tests.domain.closing import pass_to
from tests.domain.sales import quote_state
from tests.domain.world import (
    CONSUMER,
    DETAILS,
    OPENING,
    PROFILE,
    TODAY,
    FixedWorld,
    opened,
)

LEDGER = "0190aaaa-0000-8000-8000-000000000001"


def png(width: int = 48, height: int = 24, colour: tuple[int, int, int] = (31, 78, 121)) -> bytes:
    """A real PNG file of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


LOGO_BASE64 = base64.b64encode(png()).decode()


class Sale:
    """One ledger's life in memory: commands are decided by the domain, and every entry is kept as it would be read."""

    def __init__(
        self,
        *,
        profile: ProfileSet = PROFILE,
        ledger: str = "live",
        today: date = TODAY,
        customers: Mapping[str, CustomerRegistered] | None = None,
    ) -> None:
        opening = replace(OPENING, kind=ledger)  # type: ignore[arg-type] # the tests say live or training
        self.world: FixedWorld = opened(today, opening=opening, profile=profile)
        self.entries: list[Recorded] = []
        self._versions: dict[str, int] = {}
        self._keep()
        for identifier, customer in (customers or {}).items():
            self.given(Emit(f"customer:{identifier}", customer))

    def play(self, command: Command) -> Mapping[str, Any]:
        answer = self.world.play(command)
        self._keep()
        return answer

    def given(self, *emits: Emit) -> Sale:
        self.world.given(*emits)
        self._keep()
        return self

    def on(self, day: str | date) -> Sale:
        """Move the clock on, closing the periods that end on the way."""
        pass_to(self.world, date.fromisoformat(day) if isinstance(day, str) else day)
        self._keep()
        return self

    def later(self, days: int) -> Sale:
        return self.on(self.world.today + timedelta(days=days))

    def sources(self, upto: int | None = None) -> ListedSources:
        return ListedSources(LEDGER, self.entries, upto)

    def paper(self, kind: DocumentKind, about: str, **more: Any) -> Paper:
        return paper_of(self.sources(), Wanted(kind=kind, about=about, **more))

    def erase(self, seq: int, *members: str) -> None:
        """Let the private values of an entry be gone, as after an erasure."""
        old = self.entries[seq - 1]
        event = replace(old.event, **dict.fromkeys(members))
        salts = tuple(pair for pair in old.salts if pair[0] not in members)
        self.entries[seq - 1] = replace(old, event=event, gone=(*old.gone, *members), salts=salts)

    def _keep(self) -> None:
        for emit in self.world.log[len(self.entries) :]:
            seq = len(self.entries) + 1
            version = self._versions[emit.stream] = self._versions.get(emit.stream, 0) + 1
            self.entries.append(_recorded(self.world, emit, seq, version))


def _recorded(world: FixedWorld, emit: Emit, seq: int, version: int) -> Recorded:
    at = format_at(world.now + timedelta(milliseconds=seq))
    fingerprint = world.recorded(emit.stream, version)
    assert fingerprint is not None
    private = codec.encode(emit.event)[1]
    salts = tuple((name, sha256(f"{seq}/{name}".encode()).hexdigest()[:32]) for name in sorted(private))
    return Recorded(seq, emit.stream, version, at, fingerprint, emit.event, (), salts)


def sources_of(world: FixedWorld) -> ListedSources:
    """Give what a world holds as documents read it; every entry at the world's present time."""
    versions: dict[str, int] = {}
    entries = []
    for seq, emit in enumerate(world.log, 1):
        versions[emit.stream] = versions.get(emit.stream, 0) + 1
        entries.append(_recorded(world, emit, seq, versions[emit.stream]))
    return ListedSources(LEDGER, entries)


# ---- who sells

FULL_DETAILS = replace(
    DETAILS,
    trade_name="Aubépine Escaliers & Parquets",
    website="https://aubepine.test",
    capital="10 000 €",
    bic="AGRIFRPP",
    insurance=Insurance(
        insurer="Assurance du Bocage", contact="2 rue Haute, 35000 Rennes", area="France", contract="DEC-0042"
    ),
    rge="Qualibat RGE 4131, valable jusqu'au 31/12/2027",
    guarantees="Garanties légales de conformité et des vices cachés ; garantie décennale des ouvrages.",
    terms="Réserve de propriété jusqu'au paiement complet.",
    trade_register="RCS Rennes 123 456 782",
    footer="Atelier ouvert du lundi au vendredi, 8 h à 18 h",
)

COMPANY = replace(PROFILE, legal_form="SARL", details=FULL_DETAILS)
"""A company of services with everything a document may show."""

BUILDER = replace(
    COMPANY, trades=("building", "energy_renovation"), early_discount_bp=200, early_discount_days=10, debits_option=True
)
"""A builder with every legal mention there is."""

SOLE = replace(
    PROFILE,
    legal_form="1000",
    sole_trader=True,
    vat_regime="franchise",
    details=IssuerDetails(
        name="Lou Sorbier",
        address=Address(lines=("4 venelle du Puits",), postcode="22100", city="Dinan"),
        phone="+33 2 96 00 00 00",
        trade_register="RNE 123 456 782",
        mediator="Médiation de l'artisanat, 1 place du Marché, 35000 Rennes, https://mediation.test",
        iban="FR7630006000011234567890189",
    ),
)
"""A sole trader under the small-business exemption."""

LONG_NAME = (
    "Société coopérative artisanale des menuisiers, ébénistes et charpentiers réunis de Haute-Bretagne et du Pays"
)

LONG_CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000009"
LONG_CUSTOMERS = {
    LONG_CUSTOMER: CustomerRegistered(
        kind="business",
        payment_days=45,
        party=Party(
            name=LONG_NAME,
            address=Address(
                lines=(
                    "Zone d'activités de la Grande Lande de Saint-Symphorien-des-Bruyères-en-Forêt",
                    "Bâtiment C, deuxième étage, porte 214, derrière la scierie",
                ),
                postcode="35000",
                city="Saint-Symphorien-des-Bruyères-en-Forêt",
            ),
            delivery_address=Address(lines=("Quai de déchargement n° 12",), postcode="22100", city="Dinan"),
            siren="987654324",
            vat_number="FR14987654324",
            contact="Service des achats indirects et des moyens généraux",
            order_reference="CDE-2026-000000000000000000123456789",
        ),
    )
}

SITE = TextsInput(
    title="Escalier et parquet du séjour",
    performance_place="8 quai du Lierre, 35000 Rennes",
    waste="Benne et déchèterie : 90 € TTC, inclus.",
    works_description="Dépose de l'ancien escalier.\n\nPose d'un escalier en hêtre et d'un parquet massif.",
    price_revision="Prix ferme et non révisable pendant la validité de l'offre.",
    after_sales="Réglage gratuit pendant un an.",
)


def works(price: str = "1000", rate_bp: int = 1000, label: str = "Pose d'un escalier", **more: Any) -> LineInput:
    return LineInput(label=label, unit_price=price, rate_bp=rate_bp, nature="services", **more)


def goods(price: str = "500", rate_bp: int = 2000, label: str = "Escalier en hêtre", **more: Any) -> LineInput:
    return LineInput(label=label, unit_price=price, rate_bp=rate_bp, nature="goods", **more)


QUOTE_ID = "cccccccc-0000-4000-8000-0000000000a1"
INVOICE_ID = "dddddddd-0000-4000-8000-0000000000a1"

EVIDENCE = Evidence(
    name_typed="Camille Roseau",
    consent_text="Lu et approuvé, bon pour accord",
    ip="192.0.2.7",
    user_agent="Mozilla/5.0 (X11; Linux x86_64)",
    shown_from="2026-11-23T07:58:00.000000Z",
)


def a_quote(*lines: LineInput, **more: Any) -> IssueQuote:
    members: dict[str, Any] = {
        "id": QUOTE_ID,
        "customer": CONSUMER,
        "basis": "net",
        "channel": "premises",
        "lines": lines or (works(), goods()),
        "duration_days": 20,
        "schedule": (),
        "reduced_rate_justified": True,
        "texts": SITE,
    }
    return IssueQuote(**{**members, **more})


def sign(sale: Sale, quote_id: str = QUOTE_ID, **more: Any) -> Mapping[str, Any]:
    state = quote_state(sale.world, quote_id)
    members: dict[str, Any] = {
        "quote": quote_id,
        "document_version": state.current.document_version,
        "fingerprint": sale.world.recorded(QUOTE.stream(quote_id), state.document_at),
        "reduced_rate_stated": True,
        "evidence": EVIDENCE,
    }
    return sale.play(SignQuote(**{**members, **more}))


def pay(sale: Sale, about: str, kind: Any, cents: int, means: Any = "credit_transfer", **more: Any) -> str:
    allocation = Allocation(about=about, about_kind=kind, amount_cents=cents)
    command = RecordPayment(means=means, amount_cents=cents, allocations=(allocation,), **more)
    return str(sale.play(command)["payment"])


def an_invoice(*lines: LineInput, **more: Any) -> IssueInvoice:
    members: dict[str, Any] = {
        "id": INVOICE_ID,
        "customer": CONSUMER,
        "basis": "net",
        "lines": lines or (works(rate_bp=2000), goods()),
        "supplied_on": "2026-11-20",
    }
    return IssueInvoice(**{**members, **more})


def deposits_of(sale: Sale, **more: Any) -> tuple[str, ...]:
    """Issue and sign a quote of two rates with two deposits; give the ids of the deposits."""
    schedule = (
        InstalmentInput(kind="acompte", share_bp=3000, trigger="signature"),
        InstalmentInput(kind="acompte", share_bp=2000, trigger="delivery"),
    )
    sale.play(a_quote(**{"schedule": schedule, "special_order": True, **more}))
    return tuple(sign(sale)["deposits"])
