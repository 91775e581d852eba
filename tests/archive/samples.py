"""A small business whose months are closed and archived: what the tests of archives and of the verifiers stand on.

    .venv/bin/python -m tests.archive.samples FOLDER

writes November and December 2026 (`*.zip`, `*.private.enc`), the keys of the private files, and the pins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.demo import play_sale
from archive.creation import Made, create
from ledger.domain.commands.common import Command, LineInput
from ledger.domain.events.common import Address, Party
from ledger.domain.refusals import Refusal
from ledger.shell.archive_keys import year_key
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from tests.shell.business import HandClock, answered, invoice, opened, payment, service_over

NOVEMBER = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAME = "atelier"
FORMULA = Party(
    name='=HYPERLINK("http://example.org";"Jean")',
    address=Address(lines=("+33 rue du Calcul", "@ l'étage; porte 2"), postcode="35000", city="Rennes"),
)


@dataclass
class Sample:
    """A service with one ledger, and the clock in the test's hand."""

    service: Service
    ledger: str
    genesis: str
    clock: HandClock
    folder: Path

    @property
    def store(self) -> Store:
        return self.service.store

    def play(self, command: Command) -> dict[str, object]:
        return dict(answered(self.service.execute(self.ledger, command, actor="user:ada")).result)

    def day(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """Let the time come to this moment, and the periods before it be closed."""
        self.clock.wall = datetime(year, month, day, hour, tzinfo=UTC)
        self.service.close_due(self.ledger)

    def archive(self, period: str, **options: object) -> Made:
        made = self.asked(period, **options)
        assert isinstance(made, Made), made
        return made

    def asked(self, period: str, **options: object) -> Made | Refusal:
        out = self.folder / f"{NAME}-{period.replace('..', '_')}.zip"
        return create(self.service, self.ledger, period, **{"out": out, **options})  # type: ignore[arg-type] # as given


@contextmanager
def sample(folder: Path, url: str | None = None, kind: str = "live") -> Iterator[Sample]:
    """Open the business on 23 November 2026; nothing is sold yet."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = HandClock(NOVEMBER)
    store = open_store(url or f"sqlite:///{folder / 'sample.db'}", create=True)
    with service_over(store, folder / "keys", clock) as service:
        made = opened(service, NAME, kind=kind)
        yield Sample(service, made.row.ledger, made.genesis, clock, folder)


def sell_november(it: Sample) -> None:
    """A craftsman's sale on the 23rd, two invoices on the 25th; the month is closed on 1 December."""

    def fingerprint(stream: str, version: int) -> str:
        return next(line.fingerprint for line in it.store.stream(it.ledger, stream) if line.version == version)

    play_sale(it.play, fingerprint, "2026-11-23")
    it.day(2026, 11, 25)
    sell(it)
    lines = (LineInput(label='-1+1;"cmd"', item="A-1", quantity="2.5", unit_price="10.015", nature="goods"),)
    it.play(invoice(client=FORMULA, lines=lines))
    it.day(2026, 12, 1)


def sell_december(it: Sample) -> None:
    """A seal key changed on the 2nd, three invoices on the 3rd; the month is closed on 4 January."""
    it.day(2026, 12, 2)
    it.service.change_seal_key(it.ledger, "routine")
    it.day(2026, 12, 3)
    for _ in range(3):
        sell(it)
    it.day(2027, 1, 4)


def sell(it: Sample) -> None:
    """One invoice, paid."""
    made = str(it.play(invoice())["invoice"])
    it.play(payment(made))


def write(folder: Path) -> list[Made]:
    """Write the samples into a folder."""
    with sample(folder) as it:
        sell_november(it)
        made = [it.archive("2026-11")]
        sell_december(it)
        made.append(it.archive("2026-12"))
        made.append(it.archive("2026-11-25"))
        made.append(it.archive("2026"))
        key = year_key(it.service.keys, it.ledger, 2026)
        assert key is not None
        (folder / "year-2026.key").write_text(key.hex() + "\n")
        (folder / "genesis").write_text(it.genesis + "\n")
        (folder / "archive-key").write_text(made[0].said["archive_key"] + "\n")
    return made


if __name__ == "__main__":
    for one in write(Path(sys.argv[1])):
        sys.stdout.write(f"{one.path} entries {one.first}-{one.last} manifest {one.manifest}\n")
