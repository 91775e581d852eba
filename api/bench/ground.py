"""What the rows stand on: stores, a real training ledger in each, and entries prepared before the clock runs."""

from __future__ import annotations

import gc
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from api.bench.postgres import Server
from api.demo import opening
from ledger.domain.codec import encode
from ledger.domain.events.payments import PaymentReceived
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import entry_tail, format_at, link
from ledger.shell.appender import Appender, Member
from ledger.shell.keys import KeyStore
from ledger.shell.lines import Tail
from ledger.shell.mapper import TailEvent
from ledger.shell.public import tune_process
from ledger.shell.sealing import StoreMark
from ledger.shell.service import Service, Settings
from ledger.shell.store import Line, Store
from ledger.shell.stores.open import open_store

ENTRY_BYTES: Final = 550
NAME: Final = "bench"
ACTOR: Final = "user:bench"


@dataclass(frozen=True, slots=True)
class Ground:
    """A store with one training ledger, and a service over it."""

    url: str
    keys: Path
    service: Service
    ledger: str
    genesis: str

    @property
    def store(self) -> Store:
        """The store."""
        return self.service.store

    def appender(self) -> Appender:
        """Give the writing end of the ledger, with its own keys and high-water mark, as the service's writer has it."""
        keys = self.service.keys.open(self.ledger, self.store)
        return Appender(self.store, self.ledger, keys, lambda: datetime.now(UTC), mark=StoreMark(keys, self.store))


@contextmanager
def ground(url: str, settings: Settings | None = None) -> Iterator[Ground]:
    """Open a new ledger in the store at `url`; its keys are thrown away at the end."""
    with TemporaryDirectory(prefix="sceau-bench-keys-") as folder:
        keys = Path(folder) / "keys"
        with Service(open_store(url, create=True, pool_size=20), KeyStore(keys), settings) as service:
            made = service.open_ledger(opening(NAME))
            if isinstance(made, Refusal):
                raise ValueError(f"{made.code}: {made.words}")
            yield Ground(url, keys, service, made.row.ledger, made.genesis)


@contextmanager
def tuned() -> Iterator[None]:
    """Set this process up as a server's is, for a while."""
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    tune_process()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)


@contextmanager
def sqlite() -> Iterator[str]:
    """The URL of a SQLite file that is gone afterwards."""
    with TemporaryDirectory(prefix="sceau-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


@contextmanager
def urls(server: Server | None) -> Iterator[list[tuple[str, str]]]:
    """The stores that are at hand: their names and URLs."""
    with sqlite() as file:
        if server is None:
            yield [("SQLite", file)]
            return
        with server.database() as url:
            yield [("SQLite", file), ("PostgreSQL", url)]


def tails(count: int, size: int = ENTRY_BYTES) -> list[Tail]:
    """Make `count` payments, each the first of its stream, serialised but for their links, in lines of `size` bytes."""
    shortest = lines(str(uuid4()), [_tail(encode(received())[0])])[0].line
    missing = size - len(shortest) - 3  # the digits of a seq in the thousands
    body = encode(received(max(missing, 0)))[0]
    return [_tail(body) for _ in range(count)]


def event(tail: Tail) -> TailEvent:
    """Give a tail as the library's stored event."""
    return TailEvent(tail.stream, tail.version, tail.type, tail.tail, tail.secrets)


def members(prepared: Sequence[Tail], batch: int) -> list[list[Member]]:
    """Cut prepared entries into appends of `batch` entries."""
    return [[Member(prepared[at : at + batch])] for at in range(0, len(prepared), batch)]


def lines(ledger: str, prepared: Sequence[Tail], first: int = 1, prev: str = "0" * 64) -> list[Line]:
    """Link prepared entries, for a peer that is given finished bytes."""
    at = format_at(datetime.now(UTC))
    found = []
    for seq, tail in enumerate(prepared, first):
        line, prev = link(ledger, seq, prev, at, tail.tail)
        found.append(Line(seq, prev, tail.stream, tail.version, tail.type, line))
    return found


def kept(member: Member) -> None:
    """Raise what one member of an append met, if anything."""
    if member.error is not None:
        raise member.error


def received(padding: int = 0) -> PaymentReceived:
    """Make a payment that settles nothing yet, `padding` bytes longer than it need be."""
    return PaymentReceived(
        means="card",
        currency="EUR",
        amount_cents=43_900,
        received_on="2026-11-22",
        till="main",
        unallocated_cents=43_900,
        reference="F" + "0" * padding,
    )


def _tail(body: dict[str, object]) -> Tail:
    stream = f"payment:{uuid4()}"
    made = entry_tail(stream, 1, PaymentReceived.TYPE, "system", body, secrets.token_hex(16))  # type: ignore[arg-type] # encode gives JSON
    return Tail(stream, 1, PaymentReceived.TYPE, made, ())
