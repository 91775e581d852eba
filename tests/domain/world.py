"""An in-memory world for given/when/then: fixed clock, ids in order, an issuer, series and customers ready made.

    sale = opened()
    sale.given(Emit("quote:" + QUOTE_ID, QuoteIssued(...)))
    outcome = sale.when(SignQuote(...))        # a Decision or a Refusal; changes nothing
    answer = sale.play(SignQuote(...))         # decides, applies, gives the fixed part of the answer

Every event given or played goes through the codec and must come back equal, so that no test rests on an event that
the chain could not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from ledger.domain import codec
from ledger.domain.commands.common import Command
from ledger.domain.deciders import DECIDERS
from ledger.domain.decision import Decision, Emit, Outcome, StreamKind
from ledger.domain.events.common import Address, EventRecord, Party
from ledger.domain.events.ledger import AnchorPolicy, LedgerOpened
from ledger.domain.events.parties import CustomerRegistered, IssuerDetails, ProfileSet, SeriesOpened
from ledger.domain.opening import DEFAULT_SERIES
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register

S = TypeVar("S")
E = TypeVar("E", bound=EventRecord)
Decide = Callable[[Any, Any], Outcome]

SIREN = "123456782"  # passes its key; nobody's
TODAY = date(2026, 11, 23)  # a Monday

CONSUMER = "aaaaaaaa-0000-4000-8000-000000000001"
"""A customer: a consumer at home in France."""
BUSINESS = "aaaaaaaa-0000-4000-8000-000000000002"
"""A customer: a French company, with its SIREN."""
PUBLIC = "aaaaaaaa-0000-4000-8000-000000000003"
"""A customer: a town."""
FOREIGNER = "aaaaaaaa-0000-4000-8000-000000000004"
"""A customer: a consumer domiciled in Belgium."""

SERIES: Mapping[str, str] = {
    each.use: f"bbbbbbbb-0000-4000-8000-{rank:012d}" for rank, each in enumerate(DEFAULT_SERIES, 1)
}
"""The id of the default series, by use."""

OPENING = LedgerOpened(
    kind="live",
    clock="system",
    siren=SIREN,
    establishment="00010",
    till="1",
    seal_key="5" * 64,
    seal_public_key="MFkw",
    recovery_key="6" * 64,
    checkpoint_key="sceau.test/ledger+00000000+AQ==",
    origin="sceau.test/ledger",
    software="sceau 0.1.0",
    perimeter="7" * 64,
    anchors=AnchorPolicy(),
)

DETAILS = IssuerDetails(
    name="Menuiserie Aubépine",
    address=Address(lines=("3 rue des Copeaux",), postcode="35000", city="Rennes"),
    email="atelier@aubepine.test",
    phone="+33 2 99 00 00 00",
    trade_register="RNE 123 456 782",
    vat_number="FR11123456782",
    mediator="Médiation de l'artisanat, 1 place du Marché, 35000 Rennes, https://mediation.test",
    iban="FR7630006000011234567890189",
)

PROFILE = ProfileSet(
    siren=SIREN,
    siret="12345678200010",
    legal_form="5499",
    sole_trader=False,
    vat_regime="normal_quarterly",
    main_activity="services",
    late_penalty_bp=1215,
    details=DETAILS,
)

CUSTOMERS: Mapping[str, CustomerRegistered] = {
    CONSUMER: CustomerRegistered(
        kind="consumer",
        party=Party(
            name="Camille Roseau",
            address=Address(lines=("8 quai du Lierre",), postcode="35000", city="Rennes"),
            email="camille@roseau.test",
        ),
    ),
    BUSINESS: CustomerRegistered(
        kind="business",
        payment_days=30,
        party=Party(
            name="Imprimerie Tilleul SARL",
            address=Address(lines=("12 rue du Plomb",), postcode="44000", city="Nantes"),
            siren="987654324",
            vat_number="FR14987654324",
        ),
    ),
    PUBLIC: CustomerRegistered(
        kind="public",
        party=Party(
            name="Ville de Saint-Fougère",
            address=Address(lines=("Place de la Mairie",), postcode="35120", city="Saint-Fougère"),
            siren="554433227",
        ),
    ),
    FOREIGNER: CustomerRegistered(
        kind="consumer",
        country="BE",
        tax_resident="BE",
        party=Party(
            name="Noa Peeters",
            address=Address(lines=("Kerkstraat 4",), postcode="9000", city="Gent", country="BE"),
        ),
    ),
}


class FixedWorld:
    """A `World` held in memory; nothing in it moves unless the test moves it."""

    def __init__(self, today: date = TODAY, actor: str = "user:owner", first_id: int = 1) -> None:
        self.now = datetime.combine(today, time(9, 0), ZoneInfo("Europe/Paris")).astimezone(UTC)
        self.today = today
        self.actor = actor
        self.register = Register()
        self.log: list[Emit] = []
        self._streams: dict[str, list[EventRecord]] = {}
        self._folded: dict[str, tuple[int, Any]] = {}
        self._ids = first_id

    def copy(self) -> FixedWorld:
        """Give a world of its own with the same past: cheap, for tests that begin at one place many times."""
        twin = FixedWorld(self.today, self.actor, self._ids)
        twin.now, twin.register, twin.log = self.now, self.register, list(self.log)
        twin._streams = {stream: list(events) for stream, events in self._streams.items()}
        twin._folded = dict(self._folded)
        return twin

    # ---- the World protocol

    def fresh_id(self) -> str:
        """Give the next id: they count up, so a test can read them."""
        self._ids += 1
        return f"{self._ids:08x}-0000-4000-8000-000000000000"

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Fold the stream's events through its own kind."""
        stream = kind.stream(identifier)
        events = self._streams.get(stream)
        if not events:
            return None
        done, state = self._folded.get(stream, (0, kind.start()))
        for event in events[done:]:
            state = kind.evolve(state, event)
        self._folded[stream] = (len(events), state)
        return state  # type: ignore[no-any-return] # the cache holds what this stream's kind made

    def recorded(self, stream: str, version: int) -> str | None:
        """Give a stand-in fingerprint of an entry that is there, or None."""
        if not 1 <= version <= len(self._streams.get(stream, [])):
            return None
        return sha256(f"{stream}/{version}".encode()).hexdigest()

    # ---- given, when, then

    def on(self, today: date | str) -> FixedWorld:
        """Move the clock to nine in the morning (Paris) of a day."""
        self.today = date.fromisoformat(today) if isinstance(today, str) else today
        self.now = datetime.combine(self.today, time(9, 0), ZoneInfo("Europe/Paris")).astimezone(UTC)
        return self

    def later(self, days: int) -> FixedWorld:
        """Move the clock on by days."""
        return self.on(self.today + timedelta(days=days))

    def given(self, *emits: Emit) -> FixedWorld:
        """Let these events have happened."""
        for emit in emits:
            self._apply(emit)
        return self

    def given_in(self, identifier: str, *events: EventRecord) -> FixedWorld:
        """Let these events have happened, each in the stream of its own kind with this id."""
        return self.given(*(Emit(f"{event.STREAM}:{identifier}", event) for event in events))

    def when(self, command: Command, decide: Decide | None = None) -> Outcome:
        """Decide the command; nothing is applied. The decider is the product's unless one is given."""
        adapter = _adapter(type(command))
        asked = adapter.validate_python(adapter.dump_python(command, mode="json", exclude_none=True))
        assert asked == command, "the command does not survive its own JSON form"
        return (decide or DECIDERS[type(command)])(command, self)

    def play(self, command: Command, decide: Decide | None = None) -> Mapping[str, Any]:
        """Decide and apply; a refusal fails the test. Gives the fixed part of the answer."""
        outcome = self.when(command, decide)
        assert isinstance(outcome, Decision), f"refused: {outcome}"
        for emit in outcome.events:
            self._apply(emit)
        return outcome.result

    def refusal(self, command: Command, decide: Decide | None = None) -> Refusal:
        """Decide, and give the refusal; anything else fails the test."""
        outcome = self.when(command, decide)
        assert isinstance(outcome, Refusal), f"not refused: {outcome}"
        return outcome

    # ---- reading what happened

    def events(self, stream: str) -> tuple[EventRecord, ...]:
        """Give the events of one stream, oldest first."""
        return tuple(self._streams.get(stream, ()))

    def all_of(self, kind: type[E]) -> tuple[E, ...]:
        """Give every event of one type, oldest first."""
        return tuple(emit.event for emit in self.log if isinstance(emit.event, kind))

    def last(self, kind: type[E]) -> E:
        """Give the newest event of one type."""
        return self.all_of(kind)[-1]

    def _apply(self, emit: Emit) -> None:
        assert emit.stream.partition(":")[0] == emit.event.STREAM, f"{emit.event.TYPE} stands in {emit.stream}"
        body, private = codec.encode(emit.event)
        assert codec.decode(emit.event.TYPE, body, private) == emit.event, f"{emit.event.TYPE} changes in the codec"
        self.register = self.register.evolve(emit.stream, emit.event)
        self._streams.setdefault(emit.stream, []).append(emit.event)
        self.log.append(emit)


def events_of(outcome: Outcome) -> tuple[EventRecord, ...]:
    """Give the events of a decision; a refusal fails the test."""
    assert isinstance(outcome, Decision), f"refused: {outcome}"
    return tuple(emit.event for emit in outcome.events)


def only(outcome: Outcome, kind: type[E]) -> E:
    """Give the one event of this type in a decision."""
    (found,) = (event for event in events_of(outcome) if isinstance(event, kind))
    return found


def opened(
    today: date = TODAY,
    *,
    opening: LedgerOpened = OPENING,
    profile: ProfileSet = PROFILE,
    customers: tuple[str, ...] = tuple(CUSTOMERS),
) -> FixedWorld:
    """Give a world with an open ledger, the issuer's profile, the default series and the customers."""
    return _opened(opening, profile, customers).copy().on(today)


@lru_cache(maxsize=64)
def _opened(opening: LedgerOpened, profile: ProfileSet, customers: tuple[str, ...]) -> FixedWorld:
    world = FixedWorld()
    world.given_in("self", opening, profile)
    for each in DEFAULT_SERIES:
        world.given_in(SERIES[each.use], SeriesOpened(use=each.use, prefix=each.prefix))
    for customer in customers:
        world.given_in(customer, CUSTOMERS[customer])
    return world


def training(today: date = TODAY) -> FixedWorld:
    """Give the same world in a training ledger."""
    return opened(today, opening=replace(OPENING, kind="training"))


_ADAPTERS: dict[type[Command], TypeAdapter[Any]] = {}


def _adapter(command: type[Command]) -> TypeAdapter[Any]:
    if command not in _ADAPTERS:
        _ADAPTERS[command] = TypeAdapter(command)
    return _ADAPTERS[command]
