"""Killed with -9 in the middle of mailing, again and again: all arrives, and what came twice is the same mail."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.compose import compose
from api.messages.post import Post, Recipient
from api.settings import Settings
from ledger.shell.opening import Opened
from tests.messages.scene import business
from tests.messages.smtp_server import SENDER, mail_server

_PROGRAM = """
import sys
from datetime import timedelta
from pathlib import Path
from api.compose import compose
from api.jobs import mailing
from api.messages.post import Post
from api.messages.smtp import mailer_of
from tests.messages.test_killed import settings

mailing.CLAIM = timedelta(milliseconds=int(sys.argv[3]))  # who comes after one that was killed waits little here
given = settings(sys.argv[1], int(sys.argv[2]))
with compose(given) as service:
    job = mailing.Mailing(service, Post(service, given), mailer_of(given), service.clock.now)
    print("ready", flush=True)
    while True:
        job.run(lambda: True)
"""
_MESSAGES = 24
_AFTER = (3, 8, 14)
"""How many have arrived when each process is killed."""


def settings(store: str, port: int) -> Settings:
    folder = store.removeprefix("sqlite:///").rpartition("/")[0] if store.startswith("sqlite") else ""
    keys = f"{folder}/keys" if folder else store.partition("#")[2]
    return Settings(
        store=store.partition("#")[0], keys=keys, passphrase=b"correct horse battery staple",
        smtp=f"smtp+plain://127.0.0.1:{port}", smtp_from=SENDER,
    )  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.long])])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sceau.db"
    return f"{request.getfixturevalue('postgres_url')}#{tmp_path}/keys"


def _queue(given: Settings, store: str) -> None:
    with compose(given, create=True) as service:
        opened = service.open_ledger(business())
        assert isinstance(opened, Opened)
        post = Post(service, given)
        for n in range(_MESSAGES):
            to, facts = (
                Recipient("jeanne@dupre.example", "Jeanne"),
                {"document": f"D-{n}", "link": f"https://s.example/{n}"},
            )
            assert isinstance(post.send("atelier", "link_renewed", occasion=f"n:{n}", to=to, facts=facts), str)


def _ends(given: Settings) -> list[str]:
    with compose(given) as service:
        row = service.find("atelier")
        return [line.type for line in service.store.lines(row.ledger, types=("message.sent/1", "message.failed/1"))]


def test_killed_again_and_again_everything_arrives_and_is_said_once(store: str) -> None:
    with mail_server() as box:
        given = settings(store, box.port)
        _queue(given, store)
        words = [sys.executable, "-c", _PROGRAM, store, str(box.port), "1"]
        for wanted in (*_AFTER, None):
            with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
                assert running.stdout is not None
                assert running.stdout.readline() == "ready\n"
                while len({data for _, data in box.came}) < (wanted or _MESSAGES) or (
                    wanted is None and len(_ends(given)) < _MESSAGES
                ):
                    assert running.poll() is None
                running.send_signal(signal.SIGKILL)
        ids = [mail["Message-ID"] for mail in box.mails()]
        assert len(set(ids)) == _MESSAGES
        assert len({data for _, data in box.came}) == _MESSAGES, "what came twice is the same, byte for byte"
        assert _ends(given) == ["message.sent/1"] * _MESSAGES


def test_two_processes_over_one_store_mail_each_message_once(store: str) -> None:
    with mail_server() as box:
        given = settings(store, box.port)
        _queue(given, store)
        words = [sys.executable, "-c", _PROGRAM, store, str(box.port), "300000"]
        running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        try:
            while len(_ends(given)) < _MESSAGES:
                assert all(one.poll() is None for one in running)
        finally:
            for one in running:
                one.kill()
                one.wait()
        assert len(box.came) == len({mail["Message-ID"] for mail in box.mails()}) == _MESSAGES
