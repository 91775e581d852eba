"""Plays the years in one ledger: so many documents over so many years, closed to the last day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from api import demo
from api.years import business
from api.years.clock import Run
from ledger.domain.opening import OpenLedger
from ledger.shell.closing import days_of
from ledger.shell.service import Service

ZONE: Final = ZoneInfo("Europe/Paris")
FIRST_DAY: Final = date(2024, 1, 1)
"""Where the story begins unless it is told otherwise: its years pass the changes of law of 2027."""
_OPEN_DAYS: Final = 313  # of a year without its Sundays


@dataclass(frozen=True, slots=True)
class Years:
    """How long, how much, and by what chance."""

    years: int = 5
    documents: int = 100_000
    seed: int = 1
    from_on: date = FIRST_DAY

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.from_on.replace(year=self.from_on.year + self.years) - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.ends_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it: commands by name, refusals by command and code, commands answered from before."""

    commands: Counter[str]
    refused: Counter[str]
    repeated: int


def opening(name: str, asked: Years) -> tuple[OpenLedger, datetime]:
    """Give the command that opens the ledger, and the moment at which it does."""
    profile = replace(demo.PROFILE, main_activity="mixed", vat_regime="normal_monthly", trades=())
    command = replace(demo.opening(name), clock="simulated", profile=profile)
    return command, datetime(asked.from_on.year, asked.from_on.month, asked.from_on.day, 7, tzinfo=ZONE)


def play(
    service: Service, ledger: str, asked: Years, actor: str, told: Callable[[int], None] = lambda _: None
) -> Played:
    """Play the years; `told` hears how many days are over. Played again in the same ledger it goes on where it stopped.

    Everything is asked for under idempotency keys made from seed and order, so what was done is answered, not done
    twice.
    """

    def fingerprint(stream: str, version: int) -> str:
        return next(line.fingerprint for line in service.store.stream(ledger, stream, gt=version - 1, lte=version))

    def answered(key: str) -> Mapping[str, Any] | None:
        kept = service.store.operation(ledger, key)
        return None if kept is None else orjson.loads(kept.outcome)

    head = service.store.head(ledger)
    run = Run(
        submit=lambda command, key, at: service.submit(ledger, command, key=key, actor=actor, at=at),
        answered=answered,
        zone=ZONE,
        played_to=datetime.fromisoformat(head.at) if head is not None else None,
        key=f"years/{asked.seed}/{asked.from_on.isoformat()}/{asked.documents}/{asked.years}",
    )
    ends = business.Ledger(lambda kind, identifier: service.state(ledger, kind, identifier), fingerprint)
    stories = business.Business(run, ends, Random(asked.seed))  # noqa: S311 - a story, no secret
    per_day = asked.documents / (asked.years * _OPEN_DAYS)
    averages = {kind: per_day * share / business.DOCUMENTS[kind] for kind, share in business.SHARES.items()}
    for passed in range(asked.days):
        day = asked.from_on + timedelta(days=passed)
        stories.open_for(day, averages)
        run.play(day)
        told(passed + 1)
    service.close_due(ledger, days_of(service.register(ledger)).ends(asked.ends_on))
    return Played(run.told.commands, run.told.refused, run.told.repeated)
