"""A worker for the pool's tests: does at once what the name in the task says, well or badly."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from api.rendering.tasks import Check, Done, Task
from api.rendering.worker import main
from ledger.kernel.errors import Malformed


def work(task: Task) -> Done:
    assert isinstance(task, Check)
    word, _, rest = task.data.decode().partition(" ")
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "die-once":  # the first to see the file dies of it
        path = Path(rest)
        if not path.exists():
            path.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        time.sleep(600)
    if word == "chatter":  # as a library may, on either stream
        sys.stdout.write("words\n")
        sys.stdout.flush()
        os.write(1, b"words")
        os.write(2, b"words")
    if word == "malformed":
        raise Malformed("too_large", "/Camille Roseau")
    if word == "raise":
        raise RuntimeError("Camille Roseau, 8 quai du Lierre")
    if word == "garble":
        os.write(int(sys.argv[-1]), b"\xff" * 64)
    if word == "wait-for":
        while not Path(rest).exists():
            time.sleep(0.01)
    facts = {"pid": os.getpid(), "environment": sorted(os.environ), "nice": os.nice(0)}
    return Done(facts, task.data)


if __name__ == "__main__":
    main(sys.argv, work)
