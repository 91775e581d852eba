"""The seam between projections and where their rows are kept; every implementation passes `tests/projections/engine`.

What is kept of a projection of a ledger is a **build**: rows, the position up to which entries made them, and the
fingerprint of the entry there. One build is live and answers; another, of a new version or made anew, may be built
beside it and takes over in one transaction. A row store knows no entry and no rule; rows are bytes to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from projections.engine.contract import View

State = Literal["building", "live", "dropped"]
Place = tuple[str, str]
"""A row's table and key."""


class Build(NamedTuple):
    """One build of one projection of one ledger."""

    projection: str
    build: int  # counts up from 1 and is never given twice
    version: int
    state: State
    position: int
    fingerprint: str  # of the entry at `position`, 64 hex; empty at 0
    missing: int  # purged entries that it was made without
    updated_at: str  # RFC 3339 with Z


class Written(NamedTuple):
    """One row as it is kept, or, without a body, one that goes."""

    table: str
    key: str
    sort: str
    seq: int
    body: bytes | None  # JSON


class Save(NamedTuple):
    """What a run of entries did to one build, and where the build stands then."""

    before: Build
    position: int
    fingerprint: str
    missing: int
    rows: Sequence[Written]  # each place once


class Snapshot(Protocol):
    """All of one ledger's builds and rows as of one moment. For one thread."""

    @property
    def builds(self) -> Sequence[Build]:
        """Every build that is live or building."""

    def view(self, build: Build) -> View:
        """The rows of one of these builds."""


class RowStore(Protocol):
    """Where rows are kept. Methods may be called from several threads, and by several processes.

    Raises:
        Unavailable, StoreFailure, SchemaMismatch: as of a ledger's store (`ledger.shell.errors`); nothing was kept.
    """

    @property
    def shown(self) -> str:
        """Where rows are kept, as it may be shown: no user, no password."""

    @property
    def apart(self) -> bool:
        """Whether another process does the work of keeping, so that ours has time meanwhile."""

    def builds(self, ledger: str) -> list[Build]:
        """Every build that is not dropped, by (projection, build)."""

    def begin(self, ledger: str, projection: str, version: int, rows: Sequence[Written], at: str) -> Build | None:
        """Keep a new build at position 0 with these rows; None, and nothing kept, if that version is building."""

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        """The bodies at these places; one that has no row is left out."""

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        """Keep rows and positions of all of these in one transaction.

        False, and nothing kept, unless every build stands exactly where its `before` says.
        """

    def promote(self, ledger: str, build: Build, at: str) -> bool:
        """Let a build answer and drop every other of its projection, in one transaction.

        False, and nothing done, unless the build stands where `build` says and no live one is further.
        """

    def drop(self, ledger: str, build: Build) -> None:
        """Let a build answer no more."""

    def sweep(self, ledger: str) -> None:
        """Take away the rows of builds that are dropped, in transactions of bounded size."""

    def snapshot(self, ledger: str) -> AbstractContextManager[Snapshot]:
        """Everything kept of a ledger, as of now, for as long as the context lasts."""

    def close(self) -> None:
        """Give back every connection."""
