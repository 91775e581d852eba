"""The stretches of a stored ledger, checked here or in other processes, whatever bytes the store gives back.

A stretch is read as quickly as the store can. What cannot be read or is not of its type (somebody wrote into the
database) is looked at again, row by row, and becomes a finding: `unreadable`. A store that does not answer at all is a
failure and raises: there is no verdict then.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import astuple
from itertools import takewhile
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from ledger.kernel.audit import IndexSum, sum_index
from ledger.kernel.errors import SceauError
from ledger.kernel.segment import Source, cells, check_segment
from ledger.kernel.stretch import SEGMENT, Cells, Finding, Plan, Segment
from ledger.shell.errors import CheckFailed
from ledger.shell.store import Disclosure, SealRow, Store
from ledger.shell.stores.open import open_store

PARALLEL_FROM: Final = 4 * SEGMENT
"""Entries from which other processes are worth their start."""

LEAST: Final = -(2**63)
"""Before every seq that a store can hold: rows at 0 and below are nobody's, and are found."""

_BLOCK: Final = 1024  # rows that are read together when a stretch is read a second time, with care
_CELLS: Final = (int, str, str, int, str, bytes)
_SEAL: Final = (int, int, bytes, bytes)
_DISCLOSURE: Final = (int, str, str, bytes)

Item = TypeVar("Item")
Result = TypeVar("Result")


class Stretches:
    """One ledger's stretches in order, and the sum of its index; use it as a context."""

    def __init__(
        self, url: str, store: Store, ledger: str, bound: int, plan: Plan, processes: int | None = None
    ) -> None:
        """Check entries up to `bound`; in other processes, which open `url`, when the ledger is long."""
        self._store = store
        self._ledger = ledger
        self._bound = bound
        self._plan = plan
        self._workers = processes if processes is not None else cores()
        self._pool: ProcessPoolExecutor | None = None
        if self._workers > 1 and url != "memory:" and bound >= PARALLEL_FROM:
            self._pool = ProcessPoolExecutor(  # this process is one of them, and begins before the others are there
                self._workers - 1, mp_context=get_context("spawn"), initializer=_open, initargs=(url,)
            )
        self._index: Future[IndexSum] | None = None

    def __enter__(self) -> Stretches:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __iter__(self) -> Iterator[Segment]:
        """Give the stretches in order, a bounded number of them under way.

        Raises:
            CheckFailed: a worker ended without an answer.
            StoreFailure: the store does not answer.
        """
        key = self._plan.versions_key
        if self._pool is None:
            for start, upto in self._ranges():
                yield check_stretch(self._store, self._ledger, start, upto, self._plan)
            return
        if key is not None:  # first: it is the longest piece, and the others fill the gaps
            self._index = self._submit(_index_elsewhere, self._ledger, key, self._bound)
        others = self._workers - 1
        parts: deque[Future[Segment] | Segment] = deque()
        for start, upto in self._ranges():
            # Each of the others has one piece in hand and one in store; what is beyond that is this process's.
            if sum(isinstance(part, Future) and not part.done() for part in (self._index, *parts)) < 2 * others:
                parts.append(self._submit(_stretch_elsewhere, self._ledger, start, upto, self._plan))
            else:
                parts.append(check_stretch(self._store, self._ledger, start, upto, self._plan))
            while parts and (len(parts) > 4 * self._workers or not isinstance(parts[0], Future) or parts[0].done()):
                yield _part(parts.popleft())
        while parts:
            yield _part(parts.popleft())

    def index(self) -> IndexSum | None:
        """Give what the index of streams says, when the plan asks for it.

        Raises:
            CheckFailed, StoreFailure: as for the stretches.
        """
        if self._plan.versions_key is None:
            return None
        if self._index is not None:
            return _answer(self._index)
        return index_sum(self._store, self._ledger, self._plan.versions_key, self._bound)

    def _submit(self, work: Callable[..., Result], *given: Any) -> Future[Result]:
        assert self._pool is not None  # noqa: S101 - asked for in parallel only
        try:
            return self._pool.submit(work, *given)
        except BrokenExecutor as error:
            raise CheckFailed("a worker process ended before its stretch was checked") from error

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Give the stretches that hold rows: a head row or an entry far away must not make thousands of empty ones."""
        start, failed = 1, False
        while start <= self._bound:
            try:
                row = next(self._store.lines(self._ledger, start - 1, self._bound, 1), None)
                if row is None:
                    return
                start, failed = row.seq - (row.seq - 1) % SEGMENT, False
            except MemoryError:
                raise
            except Exception:  # a row that cannot be read: the stretch will say so
                _answers(self._store, self._ledger)
                if failed:  # and again in the next one: not to the end of all numbers
                    return
                failed = True
            yield start, min(start + SEGMENT - 1, self._bound)
            start += SEGMENT


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_stretch(store: Store, ledger: str, start: int, upto: int, plan: Plan) -> Segment:
    """Check entries `start` to `upto` with the seals that end there and their disclosures; memory is that of a stretch.

    Raises:
        StoreFailure: the store does not answer.
    """
    after = start - 1 if start > 1 else LEAST
    try:
        return check_segment(
            cells(store.rows(ledger, start - 1, upto)),
            start,
            plan,
            Source(takewhile(lambda row: row.last <= upto, store.seals(ledger, after))),
            Source(store.disclosures(ledger, after, upto)),
            drain=True,
        )
    except MemoryError:
        raise
    except Exception:  # bytes that somebody wrote may break anything: look again, with care
        return _carefully(store, ledger, start, upto, plan)


def index_sum(store: Store, ledger: str, key: bytes, bound: int) -> IndexSum:
    """Walk the store's index of streams up to entry `bound`.

    Raises:
        StoreFailure: the store does not answer.
    """
    try:
        return sum_index(key, store.index(ledger, bound))
    except MemoryError:
        raise
    except Exception:  # as above
        _answers(store, ledger)
        return IndexSum(0, 0, (Finding("unreadable", 0, "the index of streams cannot be read"),))


def guarded(read: Callable[[], Item], store: Store, ledger: str) -> Item | None:
    """Read something small; None when what stands there breaks the reading.

    Raises:
        StoreFailure: the store does not answer.
    """
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # as above
        _answers(store, ledger)
        return None


def typed(row: object, types: tuple[type, ...]) -> bool:
    """Tell whether a row's members are exactly of these types: a table may have been made anew without its own."""
    members = row if isinstance(row, tuple) else astuple(row)  # type: ignore[call-overload] # a store's frozen record
    return tuple(map(type, members)) == types


def _answers(store: Store, ledger: str) -> None:
    """Raise unless the store answers at all: it reads nothing that an entry's writer could have spoiled."""
    store.tracked(ledger, "")


def _carefully(store: Store, ledger: str, start: int, upto: int, plan: Plan) -> Segment:
    _answers(store, ledger)
    spoiled: list[Finding] = []
    try:
        part = check_segment(
            cells([_sound_rows(store, ledger, start, upto, spoiled)]),
            start,
            plan,
            Source(_sound_seals(store, ledger, start, upto, spoiled)),
            Source(_sound_disclosures(store, ledger, start, upto, spoiled)),
            drain=True,
        )
    except (SceauError, MemoryError):
        raise
    except Exception:  # whatever else stands there
        part = Segment(start, start)
        spoiled.append(Finding("unreadable", start, f"entries {start} to {upto} cannot be checked"))
    told = {finding.seq for finding in spoiled}
    part.findings = [*spoiled, *(one for one in part.findings if one.seq not in told)]
    return part


def _sound_rows(store: Store, ledger: str, start: int, upto: int, spoiled: list[Finding]) -> Iterator[Cells]:
    def read(low: int, high: int) -> Iterable[Cells]:
        return [row for chunk in store.rows(ledger, low, high) for row in chunk]

    for row in _by_halves(read, store, ledger, start - 1, upto):
        if not isinstance(row, int) and typed(row, _CELLS):
            yield row
            continue
        seq = row if isinstance(row, int) else row[0]
        spoiled.append(Finding("unreadable", seq, "the store cannot give this entry back"))
        yield (seq, "", "", 0, "", b"")


def _sound_seals(store: Store, ledger: str, start: int, upto: int, spoiled: list[Finding]) -> Iterator[SealRow]:
    last = start - 1
    rows = store.seals(ledger, start - 1 if start > 1 else LEAST)
    while True:
        try:
            row = next(rows, None)
        except MemoryError:
            raise
        except Exception:  # as above
            _answers(store, ledger)
            spoiled.append(Finding("unreadable", last + 1, "the seals from here on cannot be read"))
            return
        if row is None or (type(row.last) is int and row.last > upto):
            return
        if not typed(row, _SEAL):
            spoiled.append(Finding("unreadable", last + 1, "the seal of this entry is no seal"))
            continue
        last = row.last
        yield row


def _sound_disclosures(
    store: Store, ledger: str, start: int, upto: int, spoiled: list[Finding]
) -> Iterator[Disclosure]:
    def read(low: int, high: int) -> Iterable[Disclosure]:
        return list(store.disclosures(ledger, low if low else LEAST, high))

    for row in _by_halves(read, store, ledger, start - 1, upto):
        if not isinstance(row, int) and typed(row, _DISCLOSURE):
            yield row
            continue
        seq = row if isinstance(row, int) else row.seq
        spoiled.append(Finding("unreadable", seq, "a disclosure of this entry cannot be read"))


def _by_halves(
    read: Callable[[int, int], Iterable[Item]], store: Store, ledger: str, after: int, upto: int
) -> Iterator[Item | int]:
    """Read what lies in after..upto in small blocks, halving those that cannot be read; a bare seq is a hole."""
    for low in range(after, upto, _BLOCK):
        todo = [(low, min(low + _BLOCK, upto))]
        while todo:
            low, high = todo.pop()
            found = guarded(lambda low=low, high=high: read(low, high), store, ledger)  # type: ignore[misc] # bound now
            if found is not None:
                yield from found
            elif high - low > 1:
                middle = (low + high) // 2
                todo += [(middle, high), (low, middle)]
            else:
                yield high


_stores: list[Store] = []  # of this worker process


def _open(url: str) -> None:
    _stores.append(open_store(url, pool_size=2))


def _stretch_elsewhere(ledger: str, start: int, upto: int, plan: Plan) -> Segment:
    return check_stretch(_stores[0], ledger, start, upto, plan)


def _index_elsewhere(ledger: str, key: bytes, bound: int) -> IndexSum:
    return index_sum(_stores[0], ledger, key, bound)


def _part(part: Future[Segment] | Segment) -> Segment:
    return _answer(part) if isinstance(part, Future) else part


def _answer(future: Future[Result]) -> Result:
    try:
        return future.result()
    except SceauError:
        raise
    except BrokenExecutor as error:
        raise CheckFailed("a worker process ended before its stretch was checked") from error
    except Exception as error:  # its words may hold what it read
        raise CheckFailed(f"a worker process failed: {type(error).__name__}") from error
