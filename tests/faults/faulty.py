"""A store that breaks when it is told to: before a write, after it, or with its answer lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from ledger.shell.errors import HeadMoved, InDoubt, Unavailable
from ledger.shell.store import Append, Store

Fault = Literal["refused", "lost", "kept", "moved"]
"""`refused` and `moved` say so and keep nothing; `lost` is in doubt and not kept; `kept` is in doubt and kept."""

FAULTS: tuple[Fault, ...] = ("refused", "lost", "kept", "moved")


class FaultyStore:
    """A `Store` whose n-th write fails as the plan says; reads may fail for a while after it."""

    def __init__(self, inner: Store, plan: Sequence[tuple[int, Fault]] = (), blind_reads: int = 0) -> None:
        """Break write number `n` (from 1) as told; then let `blind_reads` reads fail too."""
        self.inner = inner
        self.writes = 0
        self.met: list[Fault] = []
        self._plan = dict(plan)
        self._blind_reads = blind_reads
        self._blind = 0

    def open_ledger(self, name: str, kind: str, append: Append) -> None:
        self._write(lambda: self.inner.open_ledger(name, kind, append))

    def append(self, append: Append) -> None:
        self._write(lambda: self.inner.append(append))

    def _write(self, action: Callable[[], None]) -> None:
        self.writes += 1
        fault = self._plan.get(self.writes)
        if fault is None:
            action()
            return
        self.met.append(fault)
        self._blind = self._blind_reads
        if fault == "refused":
            raise Unavailable("broken by the test")
        if fault == "moved":
            raise HeadMoved("broken by the test")
        if fault == "kept":
            action()
        raise InDoubt("broken by the test")

    def __getattr__(self, name: str) -> Any:
        if (
            name in ("head", "lines", "operation", "operations", "stream", "seals", "versions", "find")
            and self._blind > 0
        ):
            self._blind -= 1

            def blind(*_: Any, **__: Any) -> Any:
                raise Unavailable("broken by the test")

            return blind
        return getattr(self.inner, name)
