"""What another process can do while entries are applied: keep the rows before, and read the entries that follow.

A database server works in a process of its own: who waits for it does nothing meanwhile. One save is on its way at
most, so saves are kept in order, each from where the one before left the build.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ledger.shell.errors import StoreFailure
from ledger.shell.store import Row
from projections.engine.rows.seam import Build, Place, RowStore, Save

Then = Callable[[], None]
"""Called in the caller's own thread once its save is kept."""


class Overtaken(StoreFailure):
    """Rows were asked for that go with a save that was not kept: what is in hand is worth nothing."""


class Aside:
    """Saves, reads of rows and chunks of entries for one run of catching up; its threads end with the context.

    With `meanwhile`, saves and the next chunk are left to threads; without, everything happens at once. No thread is
    made before there is something to wait for.
    """

    def __init__(self, rows: RowStore, ledger: str, *, meanwhile: bool) -> None:
        """Keep rows of `ledger` in `rows`."""
        self._rows = rows
        self._ledger = ledger
        self._meanwhile = meanwhile
        self._threads: ThreadPoolExecutor | None = None
        self._saving: tuple[Future[bool], Then] | None = None

    def save(self, saves: Sequence[Save], at: str, then: Then, *, last: bool) -> bool:
        """Keep rows and positions; False, and nothing kept, as `RowStore.save` says.

        Nothing may be on its way (`settle`). Where it is left to a thread, True only says that this is now; the last
        save of a run is not, as there is nothing to do meanwhile.
        """
        if self._meanwhile and not last:
            self._saving = self._pool().submit(self._rows.save, self._ledger, saves, at), then
            return True
        if not self._rows.save(self._ledger, saves, at):
            return False
        then()
        return True

    def settle(self) -> bool:
        """Wait for the save on its way; False if it was not kept, because another process moved a build first.

        Raises:
            StoreFailure: rows cannot be kept.
        """
        if self._saving is None:
            return True
        (saving, then), self._saving = self._saving, None
        if not saving.result():
            return False
        then()
        return True

    def read(self, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        """Give kept rows, those of the save on its way among them.

        Raises:
            Overtaken: that save was not kept. StoreFailure: see `settle`.
        """
        if not self.settle():
            raise Overtaken("another process moved the build first")
        return self._rows.read(self._ledger, build, places)

    def ahead(self, chunks: Iterator[list[Row]], last: int) -> Generator[list[Row], None, None]:
        """Give the chunks up to the one that ends with entry `last`, each read while the one before is in hand."""
        chunk = next(chunks, None)
        while chunk:
            if chunk[-1][0] >= last:
                yield chunk
                return
            if not self._meanwhile:
                yield chunk
                chunk = next(chunks, None)
                continue
            following = self._pool().submit(next, chunks, None)
            try:
                yield chunk
            finally:
                following.exception()  # nobody else reads while it does
            chunk = following.result()

    def __enter__(self) -> Self:
        """Begin without a thread."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is on its way; what a failed run had in hand is kept or not, as if it had been killed then."""
        self._saving = None
        if self._threads is not None:
            self._threads.shutdown()

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(2, "sceau-rows")
        return self._threads
