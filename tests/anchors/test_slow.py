"""Places that are slow, hang, or have no room: given up in time, and nothing of them is believed."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from archive.anchors.anchor import AnchorFailure
from archive.anchors.directory import DirectoryAnchor
from archive.anchors.mail import MailAnchor, Post
from archive.anchors.timestamp import TimestampAnchor
from archive.anchors.within import within
from tests.anchors.log import LEDGER, Log

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Dripping:
    """A server that says a byte now and then, and never comes to an end: no timeout of one read ever passes."""

    def __init__(self, first: bytes) -> None:
        self.first = first
        self.end = Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            peer, _ = self.socket.accept()
            with peer:
                peer.sendall(self.first)
                while not self.end.wait(0.02):
                    peer.sendall(b"x")

    def close(self) -> None:
        self.end.set()
        self.socket.close()
        self.thread.join()


@pytest.fixture(params=["status", "header", "body"])
def authority(request: pytest.FixtureRequest) -> Iterator[Dripping]:
    started = {
        "status": b"HTTP/1.1 200 ",
        "header": b"HTTP/1.1 200 OK\r\nX-Slow: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n",
    }
    made = Dripping(started[request.param])
    yield made
    made.close()


def test_an_authority_that_drips_is_given_up(authority: Dripping) -> None:
    began = time.monotonic()
    with pytest.raises(AnchorFailure) as failed:
        TimestampAnchor(f"http://127.0.0.1:{authority.port}/", timeout_seconds=0.1).put(Log().grow(3).target())
    assert failed.value.cause == "unreachable"
    assert time.monotonic() - began < 29


@pytest.mark.parametrize("greeting", [b"", b"220-slow"])
def test_a_mail_server_that_hangs_or_drips_is_given_up(greeting: bytes) -> None:
    server = Dripping(greeting)
    try:
        post = Post("127.0.0.1", server.port, "smtp+plain")
        began = time.monotonic()
        with pytest.raises(AnchorFailure, match="unreachable"):
            MailAnchor(post, "a@b.example", "c@d.example", lambda: NOW, timeout_seconds=0.1).put(Log().grow(3).target())
        assert time.monotonic() - began < 29
    finally:
        server.close()


def test_what_hangs_for_ever_is_left_behind_and_not_begun_without_end() -> None:
    release = Event()
    try:
        for _ in range(16):
            with pytest.raises(AnchorFailure, match="too slow"):
                within(0.001, lambda: release.wait(30))
        with pytest.raises(AnchorFailure, match="still hang"):
            within(30, lambda: None)
    finally:
        release.set()
    for _ in range(6_000):  # the sixteen come to their end
        try:
            assert within(30, lambda: "done") == "done"
            break
        except AnchorFailure:
            time.sleep(0.01)
    else:
        pytest.fail("no room was made again")


def test_what_is_raised_inside_is_raised_outside() -> None:
    def work() -> None:
        raise AnchorFailure("refused", "1")

    with pytest.raises(AnchorFailure, match="refused: 1"):
        within(30, work)


def test_a_folder_without_room_keeps_no_half_file_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Log().grow(12).target()
    anchor = DirectoryAnchor(tmp_path, lambda: NOW)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(AnchorFailure, match="unreachable: OSError"):
            anchor.put(target)
    assert list((tmp_path / LEDGER).iterdir()) == []
    anchor.put(target)
    assert (tmp_path / LEDGER / "000000000012.note").read_bytes() == target.own
