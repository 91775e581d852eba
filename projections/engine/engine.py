"""The engine: what everybody else asks for rows. It reads a store, keeps rows in a row store, and appends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Final
from zoneinfo import ZoneInfo

from ledger.kernel.entry import parse_at
from ledger.shell.errors import LedgerUnknown
from ledger.shell.store import Store
from projections.engine.catching_up import Entries, Outcome, Progress, Still, Work, always, catch_up, unheard
from projections.engine.contract import Projection, View
from projections.engine.days import Days, declared
from projections.engine.errors import NotBuilt, Unsettled
from projections.engine.rows.seam import Build, RowStore
from projections.registry import PROJECTIONS

_LOOKS: Final = 50  # at rows that other processes move on between catching up and looking


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the rows of one projection of one ledger are behind."""

    projection: str
    version: int  # of the rows that answer; of this software while none do
    position: int
    entries: int  # recorded and not in the rows yet
    seconds: int  # since the oldest of those was recorded; 0 when there is none
    missing: int  # purged entries that the rows were made without
    building: int | None  # the position of rows that are being made to take over

    def as_json(self) -> dict[str, object]:
        """Give it as JSON."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in given.items() if value is not None}


class Engine:
    """Projections of the ledgers of one store. Methods may be called from several threads."""

    def __init__(
        self,
        store: Store,
        rows: RowStore,
        now: Callable[[], datetime],
        projections: Sequence[Projection] = PROJECTIONS,
    ) -> None:
        """Make rows of `projections` from `store`, keep them in `rows`; `now` gives the present, UTC."""
        self.store = store
        self.rows = rows
        self.projections = {one.name: one for one in projections}
        self._now = now
        self._declared: dict[str, tuple[ZoneInfo, timedelta]] = {}
        self._turns: dict[str, RLock] = {}

    def catch_up(
        self,
        ledger: str,
        names: Sequence[str] | None = None,
        *,
        upto: int | None = None,
        progress: Progress = unheard,
        still: Still = always,
    ) -> Outcome:
        """Bring projections (all by default) to the ledger's end, or to entry `upto`; see `catching_up.catch_up`.

        Raises:
            LedgerUnknown: no such ledger. KeyError: no such projection.
        """
        with self._turn(ledger):
            return catch_up(self._work(ledger), self._named(names), upto=upto, progress=progress, still=still)

    def rebuild(
        self,
        ledger: str,
        names: Sequence[str] | None = None,
        *,
        entries: Entries | None = None,
        progress: Progress = unheard,
        still: Still = always,
    ) -> Outcome:
        """Make rows anew from entry 1 beside those that answer, and let them take over; goes on with one begun.

        Args:
            ledger: its id.
            names: which projections; all by default.
            entries: where to read, if archives stand in for what was purged.
            progress: told the entry reached.
            still: asked between transactions.
        """
        return catch_up(self._work(ledger, entries), self._named(names), anew=True, progress=progress, still=still)

    @contextmanager
    def fresh(self, ledger: str, names: Sequence[str], *, at_least: int | None = None) -> Iterator[Mapping[str, View]]:
        """Give views of these projections, all as of one entry: the ledger's end, or at least `at_least`.

        What is missing is caught up first, so that who wrote an entry reads it.

        Raises:
            UnknownType, Stopped, NewerRows: one of them cannot go on.
            Unsettled: other processes moved them all the time.
            LedgerUnknown: no such ledger. KeyError: no such projection.
        """
        for _ in range(_LOOKS):
            outcome = self.catch_up(ledger, names, upto=at_least)
            for error in outcome.stopped.values():
                raise error
            with self.rows.snapshot(ledger) as snapshot:
                builds = [self._live(snapshot.builds, name) for name in names]
                found = [build for build in builds if build is not None]
                if len(found) == len(names) and len({build.position for build in found}) <= 1:
                    yield {build.projection: snapshot.view(build) for build in found}
                    return
        raise Unsettled(f"rows of {', '.join(names)} are not as of one entry")

    @contextmanager
    def kept(self, ledger: str, names: Sequence[str]) -> Iterator[Mapping[str, View]]:
        """Give views of these projections as they are kept, each at its own position, and wait for nothing.

        Rows of an older version answer until the new ones are level.

        Raises:
            NotBuilt: one of them has no rows that answer.
        """
        with self.rows.snapshot(ledger) as snapshot:
            live = {build.projection: build for build in snapshot.builds if build.state == "live"}
            for name in names:
                if name not in live:
                    raise NotBuilt(name)
            yield {name: snapshot.view(live[name]) for name in names}

    def lag(self, ledger: str) -> list[Lag]:
        """Tell how far behind each projection is; costs one entry read for each position, none when level.

        Raises:
            LedgerUnknown: no such ledger.
        """
        builds = self.rows.builds(ledger)
        head = self.store.head(ledger)
        if head is None:
            raise LedgerUnknown(ledger)
        waited: dict[int, int] = {}
        found = []
        for projection in self.projections.values():
            own = [build for build in builds if build.projection == projection.name]
            live = next((build for build in own if build.state == "live"), None)
            building = max((build.position for build in own if build.state == "building"), default=None)
            position = min(live.position, head.seq) if live is not None else 0
            if position not in waited:
                waited[position] = self._waited(ledger, position, head.seq)
            found.append(
                Lag(
                    projection.name,
                    live.version if live is not None else projection.version,
                    position,
                    head.seq - position,
                    waited[position],
                    live.missing if live is not None else 0,
                    building,
                )
            )
        return found

    def close(self) -> None:
        """Close where rows are kept; the store is its owner's to close."""
        self.rows.close()

    def _turn(self, ledger: str) -> RLock:
        """Give what one thread of this process holds while it catches a ledger up: the others find it level."""
        return self._turns.setdefault(ledger, RLock())

    def _waited(self, ledger: str, position: int, head: int) -> int:
        if position >= head:
            return 0
        oldest = next(self.store.lines(ledger, position, limit=1))
        if not oldest.line:  # purged: nothing tells how old it is without parsing what follows
            oldest = next((line for line in self.store.lines(ledger, position) if line.line), oldest)
        at = parse_at(oldest.line[16:43].decode()) if oldest.line else self._now()
        return max(0, int((self._now().astimezone(UTC) - at).total_seconds()))

    def _live(self, builds: Sequence[Build], name: str) -> Build | None:
        version = self.projections[name].version
        return next((b for b in builds if (b.projection, b.version, b.state) == (name, version, "live")), None)

    def _named(self, names: Sequence[str] | None) -> list[Projection]:
        return list(self.projections.values()) if names is None else [self.projections[name] for name in names]

    def _work(self, ledger: str, entries: Entries | None = None) -> Work:
        zone = self._declared.get(ledger)
        if zone is None:
            zone = self._declared[ledger] = declared(self.store, ledger)
        return Work(entries or self.store, self.rows, ledger, Days(*zone), self._present, meanwhile=self.rows.apart)

    def _present(self) -> str:
        return self._now().astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
