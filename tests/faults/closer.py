"""A process that lets days go by in a ledger, until it ends or kills itself in the middle of a closure.

    python -m tests.faults.closer STORE KEYS WORKER START DAYS [AT MOMENT]

Each day it sells once; the clock begins at START (ISO, UTC) and is its own. It begins when a line comes on its input,
so that two of them can be let loose at once. With AT, it sends itself SIGKILL at its AT-th append: `before` the store
is asked, `after` the store has it. Its output says what was acknowledged, as that of `tests.faults.child`.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.shell.store import Append, Store
from ledger.shell.stores.open import open_store
from tests.faults.child import say, tell
from tests.shell.business import HandClock, answered, invoice, service_over

DAY = timedelta(days=1)


class Dying:
    """A store in front of which the process dies."""

    def __init__(self, inner: Store, at: int, moment: str) -> None:
        self._inner = inner
        self._left = at
        self._moment = moment

    def append(self, append: Append) -> None:
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        self._inner.append(append)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def main(url: str, keys: str, worker: str, start: str, days: int, at: int, moment: str) -> None:
    clock = HandClock(datetime.fromisoformat(start))
    store: Any = Dying(open_store(url), at, moment)
    service = service_over(store, Path(keys), clock)
    say(ready=True)
    sys.stdin.readline()
    for day in range(days):
        key = f"{worker}-{day}"
        tell(key, answered(service.execute("atelier", invoice(), key=key)))
        clock.pass_by(DAY)
    service.close_due("atelier")
    service.close()
    store.close()
    say(ended=True)


if __name__ == "__main__":
    dies_at, dies = (int(sys.argv[6]), sys.argv[7]) if len(sys.argv) > 6 else (0, "after")
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), dies_at, dies)
