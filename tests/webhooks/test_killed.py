"""Killed with -9 in the middle of delivering, again and again: all arrives in order, what was under way twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from api.compose import compose
from api.settings import Settings
from api.webhooks.endpoints import Endpoints
from tests.shell.business import answered, invoice, opened
from tests.webhooks.receiver import receiving, sender
from tests.webhooks.scene import ACTOR

_PROGRAM = """
import sys
from datetime import timedelta
from pathlib import Path
from api.compose import compose
from api.jobs import delivering
from tests.webhooks.receiver import sender
from tests.webhooks.test_killed import settings

delivering.LEASE = timedelta(milliseconds=1)  # who comes after one that was killed does not wait for its lease here
with compose(settings(Path(sys.argv[1]))) as service:
    job = delivering.Delivering(service, sender(), service.clock.now)
    print("ready", flush=True)
    while True:
        job.run(lambda: True)
"""
_AFTER = (3, 7, 12)
"""How many have arrived when each process is killed."""
_SALES = 16


def settings(folder: Path) -> Settings:
    return Settings(
        store=f"sqlite:///{folder}/sceau.db", keys=str(folder / "keys"), passphrase=b"correct horse battery staple"
    )


def test_killed_again_and_again_every_event_arrives_in_order(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with receiving() as receiver:
        with compose(given, create=True) as service:
            ledger = opened(service).row.ledger
            Endpoints(service, sender(), service.clock.now).add(
                ledger, receiver.url, types=["invoice.issued/1"], actor=ACTOR
            )
            seqs = [answered(service.execute(ledger, invoice())).entries[0].seq for _ in range(_SALES)]
        for wanted in (*_AFTER, None):
            with subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
            ) as running:
                assert running.stdout is not None
                assert running.stdout.readline() == "ready\n"
                while len(set(receiver.seqs)) < (wanted or _SALES):
                    assert running.poll() is None
                running.send_signal(signal.SIGKILL)
    arrived = receiver.seqs
    assert list(dict.fromkeys(arrived)) == seqs, "in order, and none left out"
    assert len(arrived) <= _SALES + len(_AFTER), "only what was under way comes twice"
    bodies: dict[str, bytes] = {}
    for got in receiver.got:
        assert bodies.setdefault(got.message, got.body) == got.body, "twice is the same twice"


_PLAIN = _PROGRAM.replace("delivering.LEASE = timedelta(milliseconds=1)", "pass")


def test_two_processes_over_one_store_send_each_event_once_and_in_order(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with receiving() as receiver:
        with compose(given, create=True) as service:
            ledger = opened(service).row.ledger
            endpoints = Endpoints(service, sender(), service.clock.now)
            for name in ("one", "two"):
                endpoints.add(ledger, f"{receiver.url}?{name}", types=["invoice.issued/1"], actor=ACTOR)
            seqs = [answered(service.execute(ledger, invoice())).entries[0].seq for _ in range(_SALES)]
        command = [sys.executable, "-c", _PLAIN, str(tmp_path)]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as one,
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other,
        ):
            while len(receiver.got) < 2 * _SALES:
                assert one.poll() is None
                assert other.poll() is None
                receiver.hold.wait(0.02)
            for each in (one, other):
                each.kill()
    of_each = {name: [got.seq for got in receiver.got if got.path == name] for name in ("/hook?one", "/hook?two")}
    assert of_each == {"/hook?one": seqs, "/hook?two": seqs}
