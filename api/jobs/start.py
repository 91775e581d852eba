"""The recurring work of one server, put together from its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.jobs.anchoring import Anchoring
from api.jobs.places import places_from
from api.jobs.registering import Registering
from api.jobs.rounds import Placing, Unanchored, Upkeep
from api.jobs.scheduler import Job, Scheduler
from api.settings import Settings
from ledger.shell.service import Service

UPKEEP_SECONDS: Final = 20.0
PLACING_SECONDS: Final = 5.0


def scheduler_of(service: Service, settings: Settings, told: Callable[[Unanchored], None] | None = None) -> Scheduler:
    """Make the scheduler of a server; it is not started yet.

    Closing and checkpoints go in one thread, places in another: a place that does not answer delays no closure.

    Raises:
        SettingsError: a place's address, key or file cannot be used.
    """
    clock = service.clock.now
    anchoring = Anchoring(service, places_from(settings, clock), clock)
    jobs = (
        Job("upkeep", UPKEEP_SECONDS, Upkeep(service, clock, Registering(service)).run),
        Job("anchors", PLACING_SECONDS, Placing(service, anchoring, clock, told).run),
    )
    return Scheduler(service.store.side(), jobs, clock)
