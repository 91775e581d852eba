"""One purge, erasure or restore in a process of its own, killed (SIGKILL) at the n-th write; see `test_killed`.

python -m tests.retention.killed WHAT URL KEYS LEDGER N FILE...
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import archive.erasure
import archive.purge
import archive.restore
from ledger.shell.stores.open import open_store
from tests.shell.business import service_over


def killing(method: Callable[..., Any], at: int) -> Callable[..., Any]:
    """Let `at` calls through, and kill this process in place of the next one."""
    calls = 0

    def call(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > at:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*given, **named)

    return call


def main(what: str, url: str, keys: str, ledger: str, at: int, files: list[Path]) -> None:
    store: Any = open_store(url, create=True)
    service = service_over(store, Path(keys))
    if what == "purge":
        setattr(archive.purge, "BATCH", 3)  # noqa: B010 - a constant, made small so that there are several
        store.purge = killing(store.purge, at)
        archive.purge.purge(service, ledger, files[0])
    elif what == "erase":
        store.erase = killing(store.erase, at)
        setattr(archive.erasure, "PLACES", 2)  # noqa: B010 - the same
        archive.erasure.erase(service, ledger, files[0].name)
    else:
        setattr(archive.restore, "BATCH", 10)  # noqa: B010 - the same
        store.stage = killing(store.stage, at)
        archive.restore.restore(service, files)
    sys.stdout.write("ended\n")


if __name__ == "__main__":
    _, of_what, at_url, in_keys, of_ledger, after, *given_files = sys.argv
    main(of_what, at_url, in_keys, of_ledger, int(after), [Path(one) for one in given_files])
