"""Changing a ledger's seal key or recovery key: the statement, its two signatures, and the entry that carries them.

The rules are in `docs/spec/seal.md`. The append that holds the entry is sealed by the new key; the compare-and-swap on
the head keeps it apart from whatever a writer does at the same time, and every writer takes the new key up when it
meets the moved head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ledger.domain.decision import StreamKind
from ledger.domain.events.ledger import KeyChanged
from ledger.domain.streams.ledger import LEDGER, LedgerState
from ledger.kernel import canonical, key_change, seal
from ledger.kernel.entry import format_at
from ledger.shell.clock import Clock
from ledger.shell.errors import BehindMark, HeadMoved, KeyMissing
from ledger.shell.keys import KeyStore
from ledger.shell.sealing import LedgerKeys
from ledger.shell.session import Prepared, Session
from ledger.shell.store import Store

Reason: TypeAlias = Literal["routine", "lost", "compromised"]

_STREAM = "ledger:self"


@dataclass(frozen=True, slots=True)
class KeyChangeAsked:
    """What is to be changed, why, and by which authority."""

    role: Literal["seal", "recovery"]
    reason: Reason
    actor: str
    suspect_from: int | None = None
    recovery_file: Path | None = None  # the outgoing seal key authorises when there is none
    new_file: Path | None = None  # for a new recovery key


def change_key(
    store: Store,
    keys: KeyStore,
    ledger: str,
    clock: Clock,
    kinds: Mapping[str, StreamKind[Any]],
    asked: KeyChangeAsked,
) -> str:
    """Change a key and give the new one's id.

    Raises:
        KeyMissing: the authorising key is not there, or is not the one in force.
        BehindMark: the store is older than what was sealed.
    """
    if words := keys.closed(ledger):
        raise BehindMark(words)
    authorising = _authorising(store, keys, ledger, asked)
    new = _new_key(keys, ledger, asked)
    ours = keys.open(ledger, store, signer=new if asked.role == "seal" else None)
    session = Session(store, ours, clock, kinds, states=16)
    try:
        old = _append(session, asked, new, authorising, clock)
    except BaseException:
        # In doubt the key may be in force: what another process can see must stay loadable.
        if asked.role == "seal" and _in_force(store, ours) != new.key_id:
            keys.retire(ledger, new.key_id)
        raise
    finally:
        session.close()
    if asked.role == "seal":
        keys.retire(ledger, old)
    return new.key_id


def _authorising(store: Store, keys: KeyStore, ledger: str, asked: KeyChangeAsked) -> seal.Signer:
    if asked.recovery_file is not None:
        return keys.recovery_signer(asked.recovery_file)
    in_force = keys.open(ledger, store)
    in_force.close()
    return in_force.signer


def _new_key(keys: KeyStore, ledger: str, asked: KeyChangeAsked) -> seal.Signer:
    if asked.role == "seal":
        return keys.add_seal_key(ledger)
    if asked.new_file is None:
        raise KeyMissing("a new recovery key needs a file of its own")
    return keys.make_recovery_key(ledger, asked.new_file)


def _append(session: Session, asked: KeyChangeAsked, new: seal.Signer, authorising: seal.Signer, clock: Clock) -> str:
    """Append the entry; give the id of the key that it replaces."""
    while True:
        head = session.head()
        folded = session.states.fold(LEDGER, _STREAM)
        event, old = _event(session.keys, folded.state, asked, new, authorising)
        prepared = Prepared.of(session.mapper, _STREAM, folded.version + 1, event, asked.actor)
        register = session.register.evolve(_STREAM, event)
        try:
            session.events.put(
                [prepared],
                at=max(format_at(clock.now()), head.at),
                expected=head,
                register=canonical.encode(register.to_json()),
            )
        except HeadMoved:
            session.states.drop((_STREAM,))
            continue
        return old


def _event(
    keys: LedgerKeys, state: LedgerState, asked: KeyChangeAsked, new: seal.Signer, authorising: seal.Signer
) -> tuple[KeyChanged, str]:
    facts, mark = keys.facts, keys.mark
    current = state.seal_key if asked.role == "seal" else state.recovery_key
    statement = key_change.Statement(facts.ledger, facts.genesis, asked.role, current, new.key_id, mark.size, mark.root)
    by_recovery = asked.recovery_file is not None and asked.role == "seal"
    by = key_change.RECOVERY if by_recovery else key_change.OUTGOING
    change = key_change.make(key_change.key_text(*statement), new, authorising, by)
    fault = key_change.check(statement, change, current, state.recovery_key)
    if fault is not None:
        raise KeyMissing(f"that key cannot authorise the change: {fault}")
    members: dict[str, Any] = dict(key_change.body(statement, change))
    return KeyChanged(**members, reason=asked.reason, suspect_from=asked.suspect_from), current


def _in_force(store: Store, keys: LedgerKeys) -> str:
    head = store.head(keys.facts.ledger)
    last = next(iter(store.seals(keys.facts.ledger, head.seq - 1)), None) if head else None
    return seal.parse(last.text).key if last else ""
