"""What opening a ledger asks for, and the entries it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import (
    JournalAccess,
    JournalIntegrityFailure,
    JournalSignIn,
    JournalSignInFailure,
    JournalSignOut,
    JournalSoftware,
    OpenSeries,
    SetAnchorPolicy,
    SetProfile,
)
from ledger.domain.events.common import record
from ledger.domain.events.ledger import AnchorPolicy, Continues
from ledger.domain.events.parties import SeriesUse
from ledger.domain.types import Code, Currency, ShortText, Siren


@record
class OpenLedger(Command):
    """Open a ledger with its issuer's profile and its number series."""

    NAME: ClassVar[str] = "ledger.open"
    name: ShortText  # short name, `[a-z0-9][a-z0-9-]{0,62}`
    kind: Literal["live", "training"] = "live"
    clock: Literal["system", "simulated"] = "system"  # simulated: training only
    establishment: Code = "00001"
    till: Code = "1"
    currency: Currency = "EUR"
    time_zone: ShortText = "Europe/Paris"
    cut_off: ShortText = "00:00"
    year_start: ShortText = "01-01"
    seal_every: Literal["append", "entry"] = "append"
    anchors: AnchorPolicy = AnchorPolicy()
    profile: SetProfile
    series: tuple[OpenSeries, ...] = ()  # none: one default series per use
    continues: Continues | None = None


@record
class OpenRegister(Command):
    """Open the register of a server's ledgers: a ledger of its own that takes no business entry."""

    NAME: ClassVar[str] = "register.open"
    name: ShortText = "register"
    kind: Literal["register"] = "register"
    clock: Literal["system"] = "system"
    siren: Siren  # of who runs the server
    establishment: Code = "00001"
    till: Code = "1"
    currency: Currency = "EUR"
    time_zone: ShortText = "Europe/Paris"
    cut_off: ShortText = "00:00"
    year_start: ShortText = "01-01"
    seal_every: Literal["append", "entry"] = "append"
    anchors: AnchorPolicy = AnchorPolicy()
    continues: Continues | None = None


REGISTER_TAKES: Final[frozenset[type[Command]]] = frozenset(
    {
        JournalAccess,
        JournalIntegrityFailure,
        JournalSignIn,
        JournalSignInFailure,
        JournalSignOut,
        JournalSoftware,
        SetAnchorPolicy,
    }
)
"""What the register of a server's ledgers takes: its policy and its technical journal."""


@dataclass(frozen=True, slots=True)
class DefaultSeries:
    """A number series that a new ledger has unless it names its own."""

    use: SeriesUse
    prefix: str


DEFAULT_SERIES: tuple[DefaultSeries, ...] = (
    DefaultSeries("quote", "D-"),
    DefaultSeries("payment_request", "P-"),
    DefaultSeries("invoice", "F-"),
    DefaultSeries("deposit_invoice", "FA-"),
    DefaultSeries("credit_note", "A-"),
    DefaultSeries("receipt", "R-"),
    DefaultSeries("note", "N-"),
)
