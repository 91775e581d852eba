"""The processes that draw: as many as the settings say, replaced when they die or overstay, never more work than fits.

A worker has no variable of the environment but what Python needs: no passphrase, no key, no address of the store. It is
told its work over a socket pair and ends when that closes, so that a server that was killed leaves none behind.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition
from typing import Final

from api.rendering.errors import NotRendered
from api.rendering.tasks import Broken, Done, Task, receive_answer, send_task
from ledger.shell.errors import Overloaded

WORKER: Final = ("-m", "api.rendering.worker")
TASKS: Final = 1_000
"""After so many a worker is replaced: what a library of pages forgets to give back does not add up."""

_ROOT: Final = Path(__file__).resolve().parents[2]
_PASSED_ON: Final = ("HOME", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")


class Pool:
    """Workers and those who wait for one. Methods may be called from several threads."""

    def __init__(self, workers: int, waiting: int, timeout_seconds: float, command: Sequence[str] = WORKER) -> None:
        """Keep at most `workers` processes and `waiting` callers; a task may take `timeout_seconds`.

        `command` is what the interpreter is told to run: tests have workers of their own.
        """
        self._timeout = timeout_seconds
        self._command = tuple(command)
        self._most_waiting = waiting
        self._waiting = 0
        self._idle: deque[_Worker | None] = deque([None] * workers)  # None: one that is not started
        self._changed = Condition()
        self._closed = False

    @property
    def idle(self) -> int:
        """How many workers are free, or may be started."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many callers wait for one."""
        return self._waiting

    def run(self, task: Task) -> Done:
        """Have a worker do a task; tried again with a fresh one if the first one dies of it.

        Raises:
            Overloaded: too many wait already, or no worker came free in time, or the pool is closed.
            NotRendered: `timeout`, `died`.
        """
        worker = self._take()
        try:
            for again in (True, False):
                if worker is None:
                    worker = _Worker(self._command)
                try:
                    done = worker.ask(task, time.monotonic() + self._timeout)
                except TimeoutError:
                    worker.kill()
                    worker = None
                    raise NotRendered("timeout") from None
                except Broken:
                    worker.kill()
                    worker = None
                    if not again:
                        raise NotRendered("died") from None
                    continue
                if worker.done >= TASKS:
                    worker.kill()
                    worker = None
                return done
            raise AssertionError("two tries end in an answer or a failure")
        except BaseException:
            if worker is not None:  # interrupted in the middle: it may still be at work on a task that nobody waits for
                worker.kill()
                worker = None
            raise
        finally:
            self._give(worker)

    def rest(self, idle_seconds: float) -> int:
        """End the workers that have had nothing to do for so long, as each holds some 250 MB; tell how many."""
        before = time.monotonic() - idle_seconds
        with self._changed:
            tired = [worker for worker in self._idle if worker is not None and worker.since < before]
            for worker in tired:
                self._idle.remove(worker)
                self._idle.appendleft(None)
        for worker in tired:
            worker.kill()
        return len(tired)

    def close(self) -> None:
        """End every worker; those at work are ended when they are done."""
        with self._changed:
            self._closed = True
            idle = [worker for worker in self._idle if worker is not None]
            self._idle.clear()
            self._changed.notify_all()
        for worker in idle:
            worker.kill()

    def _take(self) -> _Worker | None:
        until = time.monotonic() + self._timeout
        with self._changed:
            if not self._idle and self._waiting >= self._most_waiting:
                raise Overloaded("documents")
            self._waiting += 1
            try:
                while not self._idle:
                    if self._closed or not self._changed.wait(until - time.monotonic()):
                        raise Overloaded("documents")
                return self._idle.pop()  # the one that worked last, if any: its memory is warm
            finally:
                self._waiting -= 1

    def _give(self, worker: _Worker | None) -> None:
        with self._changed:
            if self._closed:
                if worker is not None:
                    worker.kill()
                return
            if worker is None:
                self._idle.appendleft(None)
            else:
                worker.since = time.monotonic()
                self._idle.append(worker)
            self._changed.notify()


class _Worker:
    """One process."""

    def __init__(self, command: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(_import_path())}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, *command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what a library prints may name somebody
                env=environment,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._socket = ours
        self.done = 0
        self.since = time.monotonic()

    def ask(self, task: Task, until: float) -> Done:
        """Send a task and wait for its answer."""
        send_task(self._socket, task, until)
        done = receive_answer(self._socket, until)
        self.done += 1
        return done

    def kill(self) -> None:
        """End the process, whatever it does, and take back what it held."""
        self._socket.close()
        with suppress(OSError):
            self._process.kill()
        self._process.wait()


def _import_path() -> list[str]:
    """Where this process finds modules: the same, by absolute names, with the project first."""
    return list(dict.fromkeys([str(_ROOT), *(str(Path(each).resolve()) for each in sys.path if each)]))
