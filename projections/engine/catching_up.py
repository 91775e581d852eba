"""Catching up: the entries read once for several projections, and what they change kept with the positions.

The same loop builds from nothing, follows a ledger that grows, and goes on after a kill: where a build stands is kept
with its rows, in one transaction, so that each entry counts once. Two processes at it at once do the same work twice
and keep it once: the one that comes second finds the build moved, forgets what it had in hand and reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import orjson

from ledger.kernel.errors import SceauError
from ledger.shell.errors import LedgerUnknown, StoreFailure
from ledger.shell.store import Head, Line, Row
from projections.engine.aside import Aside, Overtaken
from projections.engine.contract import Entry, Projection, no_wants
from projections.engine.days import Days
from projections.engine.errors import NewerRows, Stopped, UnknownType
from projections.engine.overlay import GENERATION, Overlay
from projections.engine.rows.seam import Build, RowStore, Save, Written

FLUSH_ENTRIES: Final = 4_000
FLUSH_ROWS: Final = 20_000
"""Rows and positions are kept after so many entries, or so many changed rows of all projections."""
ABANDONED: Final = timedelta(days=1)
_ATTEMPTS: Final = 200  # lost races in a row; each was won by another process that got further


class Entries(Protocol):
    """Where entries are read: a `Store`, or one in which archives stand in for what was purged."""

    def head(self, ledger: str) -> Head | None:
        """See `Store`."""

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """See `Store`."""

    def lines(self, ledger: str, after: int = 0, upto: int | None = None, limit: int | None = None) -> Iterator[Line]:
        """See `Store`."""


Progress = Callable[[int], None]
"""Told the entry that has been reached."""
Still = Callable[[], bool]
"""Asked between transactions; false ends the work there, with nothing lost."""


def always() -> bool:
    """Go on until the end."""
    return True


def unheard(_: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Outcome:
    """What a run of catching up came to, by projection."""

    head: int  # the entry that was to be reached
    positions: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, SceauError] = field(default_factory=dict)
    restarted: dict[str, str] = field(default_factory=dict)  # why its rows were made anew from entry 1
    promoted: list[str] = field(default_factory=list)  # whose new rows answer from now on
    entries: int = 0  # read in this run
    unfinished: tuple[str, ...] = ()  # neither stopped nor done when the run ended

    @property
    def done(self) -> bool:
        """Whether every projection came to the ledger's end of its turn; the ledger may have grown since."""
        return not self.stopped and not self.unfinished

    @property
    def level(self) -> bool:
        """Whether every projection is at the entry that was to be reached."""
        return not self.stopped and all(position >= self.head for position in self.positions.values())


@dataclass(frozen=True, slots=True)
class Work:
    """What is worked with: the ledger's entries, where rows are kept, and the present as RFC 3339 text."""

    entries: Entries
    rows: RowStore
    ledger: str
    days: Days
    now: Callable[[], str]
    flush_entries: int = FLUSH_ENTRIES
    flush_rows: int = FLUSH_ROWS
    hold: int = GENERATION  # rows of each generation, over all projections
    meanwhile: bool = False  # whether entries are applied while another process keeps rows: see `Aside`


def catch_up(
    work: Work,
    projections: Sequence[Projection],
    *,
    upto: int | None = None,
    anew: bool = False,
    progress: Progress = unheard,
    still: Still = always,
) -> Outcome:
    """Bring projections to a ledger's end, or to entry `upto`; let new builds that are level take over.

    Args:
        work: the ledger, and where rows are kept.
        projections: which; one that cannot go on is in `stopped`, and keeps none of the others waiting.
        upto: the entry to reach; by default the head as it is now. One beyond the head waits for nothing.
        anew: make new rows beside those that answer, even of the same version; goes on with such a build if one was
            begun.
        progress: told the entry reached.
        still: asked between transactions.

    Raises:
        LedgerUnknown: no such ledger.
        StoreFailure: entries or rows cannot be read or kept; what was kept stays.
    """
    head = _head(work)
    outcome = Outcome(head.seq if upto is None else min(upto, head.seq))
    todo = {projection.name: projection for projection in projections}
    with Aside(work.rows, work.ledger, meanwhile=work.meanwhile) as aside:
        for _ in range(_ATTEMPTS):
            runs = _chosen(work, aside, list(todo.values()), outcome, anew=anew)
            whole = _run(work, aside, runs, outcome, progress, still)
            for run in runs:
                outcome.positions[run.name], outcome.missing[run.name] = run.build.position, run.build.missing
                if run.stopped or (whole and run.build.position >= outcome.head and _answers(work, run, outcome)):
                    del todo[run.name]
            for name in outcome.stopped:
                todo.pop(name, None)
            if not todo or not still():
                break
    outcome.unfinished = tuple(todo)
    if outcome.promoted or outcome.restarted:
        work.rows.sweep(work.ledger)
    return outcome


@dataclass(slots=True)
class _Run:
    """One projection on its way."""

    projection: Projection
    build: Build
    overlay: Overlay
    handled: frozenset[str]
    known: frozenset[str]
    position: int
    fingerprint: str
    missing: int
    stopped: bool = False

    @property
    def name(self) -> str:
        return self.projection.name


def _head(work: Work) -> Head:
    head = work.entries.head(work.ledger)
    if head is None:
        raise LedgerUnknown(work.ledger)
    return head


# ---- which build each projection goes on with


def _chosen(work: Work, aside: Aside, projections: Sequence[Projection], outcome: Outcome, *, anew: bool) -> list[_Run]:
    """Give the build that each projection goes on with; a new one where there is none, or none of this history."""
    there: dict[str, list[Build]] = {}
    for build in work.rows.builds(work.ledger):
        there.setdefault(build.projection, []).append(build)
    head = _head(work)  # read after the builds: none of them can be beyond it, but for another history
    known: dict[int, str] = {0: "", head.seq: head.fingerprint}
    chosen: list[_Run] = []
    for projection in projections:
        builds = there.get(projection.name, [])
        for build in tuple(builds):
            if _fingerprint(work, build.position, head, known) != build.fingerprint:
                outcome.restarted[projection.name] = f"entry {build.position} is not the one its rows were made of"
                work.rows.drop(work.ledger, build)
                builds.remove(build)
        found = _one_of(projection, builds, outcome, anew=anew)
        if projection.name in outcome.stopped:
            continue
        if not anew:
            _let_go_of_abandoned(work, builds, found)
        if found is None:
            found = work.rows.begin(work.ledger, projection.name, projection.version, _start(projection), work.now())
            if found is not None and not anew and _was_late(work, found):
                continue
        if found is None:  # another process began it just now: the next attempt goes on with that one
            continue
        outcome.head = max(outcome.head, *(one.position for one in (*builds, found)))
        chosen.append(_run_of(aside, projection, found, max(1, work.hold // len(projections))))
    return chosen


def _fingerprint(work: Work, seq: int, head: Head, known: dict[int, str]) -> str | None:
    """Give the fingerprint of an entry; None when the ledger has no such entry."""
    if seq > head.seq:
        return None
    if seq not in known:
        line = next(work.entries.lines(work.ledger, seq - 1, seq, 1), None)
        known[seq] = line.fingerprint if line is not None else "none"
    return known[seq]


def _one_of(projection: Projection, builds: Sequence[Build], outcome: Outcome, *, anew: bool) -> Build | None:
    live = next((one for one in builds if one.state == "live"), None)
    if live is not None and not anew:
        if live.version == projection.version:
            return live
        if live.version > projection.version:
            outcome.stopped[projection.name] = NewerRows(projection.name, live.version, projection.version)
            return None
    ours = (one for one in builds if one.state == "building" and one.version == projection.version)
    return next(ours, None)


def _was_late(work: Work, begun: Build) -> bool:
    """Drop what was begun after another process had made the same since we looked, up to its taking over."""
    for one in work.rows.builds(work.ledger):
        same = (one.projection, one.version, one.state) == (begun.projection, begun.version, "live")
        if same and one.build < begun.build:  # its own number: others went on with it meanwhile
            work.rows.drop(work.ledger, begun)
            return True
    return False


def _let_go_of_abandoned(work: Work, builds: Sequence[Build], chosen: Build | None) -> None:
    """Drop what was being made to take over and has not been touched for a day: a rebuild killed and never taken up."""
    before = (datetime.fromisoformat(work.now()) - ABANDONED).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    for build in builds:
        if build.state == "building" and build is not chosen and build.updated_at < before:
            work.rows.drop(work.ledger, build)


def _run_of(aside: Aside, projection: Projection, build: Build, hold: int) -> _Run:
    overlay = Overlay(lambda places: aside.read(build, places), new=build.position == 0, size=hold)
    if build.position == 0:
        overlay.put(projection.start(), 0)
        overlay.kept()  # when the build began
    handled = frozenset(projection.handles)
    known = handled | projection.ignores
    return _Run(projection, build, overlay, handled, known, build.position, build.fingerprint, build.missing)


def _start(projection: Projection) -> list[Written]:
    """Give the rows before entry 1."""
    overlay = Overlay(lambda _: {}, new=True)
    overlay.put(projection.start(), 0)
    return [row for row in overlay.written() if row.body is not None]


# ---- entries into rows


def _run(work: Work, aside: Aside, runs: Sequence[_Run], outcome: Outcome, progress: Progress, still: Still) -> bool:
    """Apply entries until the end; False when another process moved a build first."""
    waiting = [run for run in runs if run.position < outcome.head]
    if not waiting:
        return True
    since = 0
    chunks = work.entries.rows(work.ledger, min(run.position for run in waiting), outcome.head)
    with closing(aside.ahead(chunks, outcome.head)) as chunks_ahead:
        for chunk in chunks_ahead:
            try:
                _apply(work, [run for run in waiting if not run.stopped], chunk, outcome)
            except Overtaken:
                return False
            outcome.entries += len(chunk)
            since += len(chunk)
            changed = sum(run.overlay.size for run in waiting)
            if since >= work.flush_entries or changed >= work.flush_rows:
                if not _save(work, aside, waiting, partial(progress, chunk[-1][0]), last=chunk[-1][0] >= outcome.head):
                    return False
                since = 0
                if all(run.stopped for run in waiting) or not still():
                    return aside.settle()
    return _save(work, aside, waiting, partial(progress, max(run.position for run in waiting)), last=True)


def _save(work: Work, aside: Aside, runs: Sequence[_Run], told: Callable[[], None], *, last: bool) -> bool:
    """Keep what entries changed, or let it be on its way; once it is kept, builds stand there and it is told."""
    if not aside.settle():
        return False
    moved = [run for run in runs if run.position > run.build.position]
    now = work.now()
    to = [
        run.build._replace(position=run.position, fingerprint=run.fingerprint, missing=run.missing, updated_at=now)
        for run in moved
    ]

    def kept() -> None:
        for run, build in zip(moved, to, strict=True):
            run.build = build
        told()

    if not moved:
        kept()
        return True
    saves = [Save(run.build, run.position, run.fingerprint, run.missing, run.overlay.written()) for run in moved]
    if not aside.save(saves, now, kept, last=last):
        return False
    for run in moved:
        run.overlay.kept()
    return True


def _apply(work: Work, runs: Sequence[_Run], chunk: Sequence[Row], outcome: Outcome) -> None:
    """Apply one chunk to every run; lines of types that nobody handles are not parsed."""
    wanted = frozenset[str]().union(*(run.handled for run in runs))
    types = {row[4] for row in chunk}
    day_of, loads, new = work.days.of, orjson.loads, tuple.__new__  # half the cost of a call of the class
    entries: list[Entry] = []
    purged: list[tuple[int, str]] = []
    for seq, fingerprint, stream, version, type_, line in chunk:
        if type_ in wanted:
            if line:
                said = loads(bytes(line))
                at, entry = said["chain"]["at"], said["entry"]
                told = (seq, at, day_of(at), fingerprint, stream, version, type_, entry["actor"], entry["body"])
                entries.append(new(Entry, told))
            else:
                purged.append((seq, type_))
    for run in runs:
        _apply_to(run, chunk, entries, purged, types, outcome)


def _apply_to(
    run: _Run,
    chunk: Sequence[Row],
    entries: Sequence[Entry],
    purged: Sequence[tuple[int, str]],
    types: set[str],
    outcome: Outcome,
) -> None:
    """Apply one chunk to one run, up to the first entry that it cannot go past."""
    first, last = chunk[0][0], chunk[-1][0]
    if last <= run.position:
        return
    end = last
    if not types <= run.known:
        unknown = next((row for row in chunk if row[4] not in run.known and row[0] > run.position), None)
        if unknown is not None:
            end = unknown[0] - 1
            outcome.stopped[run.name] = UnknownType(run.name, unknown[4], unknown[0])
            run.stopped = True
    if first <= run.position or end < last:
        entries = [entry for entry in entries if run.position < entry.seq <= end]
    overlay, handles = run.overlay, run.projection.handles
    wants = run.projection.wants
    if wants is not no_wants and not overlay.whole:
        overlay.expect(place for entry in entries if entry.type in handles for place in wants(entry))
    get, put = overlay.get, overlay.put
    seq = 0
    try:
        for entry in entries:
            handler = handles.get(entry.type)
            if handler is not None:
                seq = entry.seq
                changes = handler(get, entry)
                # Whole before it is taken in: a handler sees rows as the entries before left them.
                put(changes if isinstance(changes, list | tuple) else list(changes), seq)
    except StoreFailure:
        raise
    except Exception as error:  # a fault of one projection must not stop the others
        stopped = Stopped(run.name, seq, error)
        stopped.__cause__ = error
        outcome.stopped[run.name] = stopped
        run.stopped, end = True, seq - 1
    if end <= run.position:
        return
    run.missing += sum(1 for gone, type_ in purged if type_ in handles and run.position < gone <= end)
    run.position, run.fingerprint = end, chunk[end - first][1]


# ---- taking over


def _answers(work: Work, run: _Run, outcome: Outcome) -> bool:
    """Whether a run's build answers: it did before, or takes over now."""
    if run.build.state == "live":
        return True
    if not work.rows.promote(work.ledger, run.build, work.now()):
        return False
    outcome.promoted.append(run.name)
    return True
