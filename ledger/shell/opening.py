"""Opening a ledger: keys first, then entry 1 that names them, then the profile and the series, in one transaction.

The ledger's id is made from entry 1 and entry 1 names the keys, so the keys are made before there is an id. They are
durable under the id before anything is kept: a crash in between leaves keys without a ledger, never the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eventsourcing.persistence import EventStore

from ledger.domain.deciders.opening import (
    check_opening,
    check_register_opening,
    decide_opening,
    decide_register_opening,
)
from ledger.domain.decision import StreamKind
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.opening import OpenLedger, OpenRegister
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.register import Register
from ledger.kernel import canonical
from ledger.kernel.entry import NO_PREVIOUS, format_at, ledger_id, link
from ledger.kernel.errors import Break, Malformed
from ledger.shell.appender import Opening
from ledger.shell.calls import Answer, Written
from ledger.shell.clock import business_day, parse_cut_off
from ledger.shell.errors import InDoubt
from ledger.shell.keys import FreshKeys, KeyStore
from ledger.shell.mapper import Event, EventMapper
from ledger.shell.perimeter import perimeter, software
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.sealing import StoreMark
from ledger.shell.session import GroupMapper, Prepared
from ledger.shell.store import LedgerRow, Store
from ledger.shell.world import GroupWorld, States


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger just opened: its row, the fingerprint that pins it, where its recovery key waits to be moved away."""

    row: LedgerRow
    genesis: str
    recovery_file: Path
    answer: Answer


def open_new_ledger(
    store: Store,
    keys: KeyStore,
    command: OpenLedger | OpenRegister,
    kinds: Mapping[str, StreamKind[Any]],
    origin: str,
    moment: datetime,
    actor: str,
    recovery_file: str | None,
) -> Opened | Refusal:
    """Open a ledger; see `ledger.shell.service.Service.open_ledger` and `open_register`."""
    # Before any key is made.
    refused = check_register_opening(command) if isinstance(command, OpenRegister) else check_opening(command)
    if refused is not None:
        return refused
    if store.find(command.name) is not None:
        return refuse("ALREADY_EXISTS", "/name")
    fresh = keys.make(command.kind, origin, Path(recovery_file) if recovery_file else None)
    try:
        prepared = _prepare(command, fresh, kinds, moment, actor)
    except BaseException:
        keys.discard(fresh)
        raise
    if isinstance(prepared, Refusal):
        keys.discard(fresh)
        return prepared
    return _keep(store, keys, command, fresh, prepared, moment)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The entries of a ledger's first transaction, serialised."""

    ledger: str
    genesis: str
    at: str
    events: list[Prepared]
    register: Register
    result: Mapping[str, Any]


class _NoEvents:
    """What a ledger that does not exist yet reads."""

    recorder = None

    def get(self, *_: object, **__: object) -> list[Event]:
        """Give nothing."""
        return []


def _prepare(
    command: OpenLedger | OpenRegister,
    fresh: FreshKeys,
    kinds: Mapping[str, StreamKind[Any]],
    moment: datetime,
    actor: str,
) -> _Prepared | Refusal:
    at = format_at(moment)
    try:
        zone = ZoneInfo(command.time_zone)
    except (KeyError, ValueError, OSError):  # unknown, or no name of a zone at all
        return refuse("MEMBER_INVALID", "/time_zone")
    today = business_day(moment, zone, parse_cut_off(command.cut_off))
    nothing: Any = _NoEvents()
    world = GroupWorld(States(nothing, 1000), kinds, Register(), moment, today)
    world.act_as(actor)
    opened = _opened(command, fresh)
    if isinstance(command, OpenRegister):
        decided = decide_register_opening(command, opened, world)
    else:
        decided = decide_opening(command, opened, world)
    if isinstance(decided, Refusal):
        return decided
    versions = world.accept(decided.events)
    first = decided.events[0]
    mapper = EventMapper(ledger=None)
    events: list[Prepared] = []
    ledger = genesis = ""
    try:
        for emit, version in zip(decided.events, versions, strict=True):
            events.append(Prepared.of(mapper, emit.stream, version, emit.event, actor))
            if emit is first:
                tail = events[0].stored.state
                mapper.ledger = ledger = ledger_id(tail)
                genesis = link(ledger, 1, NO_PREVIOUS, at, tail)[1]
    except Malformed as fault:
        return refuse("MEMBER_INVALID", fault.place)
    return _Prepared(ledger, genesis, at, events, world.register, decided.result)


def _opened(command: OpenLedger | OpenRegister, fresh: FreshKeys) -> LedgerOpened:
    return LedgerOpened(
        kind=command.kind,
        clock=command.clock,
        siren=command.siren if isinstance(command, OpenRegister) else command.profile.siren,
        establishment=command.establishment,
        till=command.till,
        currency=command.currency,
        time_zone=command.time_zone,
        cut_off=command.cut_off,
        year_start=command.year_start,
        seal_key=fresh.seal_key,
        seal_public_key=fresh.seal_public_key,
        seal_every=command.seal_every,
        recovery_key=fresh.recovery_key,
        checkpoint_key=fresh.checkpoint_key,
        origin=fresh.origin,
        software=software(),
        perimeter=perimeter(),
        anchors=command.anchors,
        continues=command.continues,
    )


def _keep(
    store: Store,
    keys: KeyStore,
    command: OpenLedger | OpenRegister,
    fresh: FreshKeys,
    prepared: _Prepared,
    moment: datetime,
) -> Opened | Refusal:
    ledger = prepared.ledger
    ours = keys.adopt(fresh, ledger, prepared.genesis)
    recorder = LedgerRecorder(
        store,
        None,
        ours,
        clock=lambda: moment,
        opening=Opening(command.name, command.kind),
        mark=StoreMark(ours, store),
        seal_every_entry=command.seal_every == "entry",
    )
    register = canonical.encode(prepared.register.to_json())
    events: EventStore[str] = EventStore(GroupMapper(ledger=ledger), recorder)
    try:
        events.put(prepared.events, at=prepared.at, register=register)
    except BaseException as error:
        row = None
        if not isinstance(error, InDoubt):  # in doubt, the keys stay: the ledger may be there
            row = store.find(command.name)
            if row is None or row.ledger != ledger:
                ours.close()
                keys.abandon(ledger)
        if row is not None and row.ledger != ledger:
            return refuse("ALREADY_EXISTS", "/name")  # another process took the name a moment ago
        raise
    ours.close()
    entries = []
    prev = NO_PREVIOUS
    for seq, event in enumerate(prepared.events, 1):
        prev = link(ledger, seq, prev, prepared.at, event.stored.state)[1]
        entries.append(Written(seq, event.originator_id, event.stored.topic, prev))
    head = recorder.head()
    if head is None or (head.seq, head.fingerprint) != (len(entries), prev):
        raise Break("head_differs", "the head is not what was written", len(entries))
    return Opened(
        LedgerRow(ledger, command.name, command.kind),
        prepared.genesis,
        keys.recovery_file_of(fresh, ledger),
        Answer(ledger, tuple(entries), prepared.result),
    )
