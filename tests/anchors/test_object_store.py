"""A checkpoint in an object store, against a real HTTP server that keeps objects in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import pytest

from archive.anchors.anchor import COPIES, AnchorFailure
from archive.anchors.object_store import ObjectStoreAnchor
from ledger.shell.store import AnchorRow
from tests.anchors.log import LEDGER, Log

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEY = "Bearer only-for-tests"
NOTE = f"/bucket/{LEDGER}/000000000012.note"


class Objects:
    """A small object store; `fault` makes it misbehave."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.puts: list[str] = []
        self.fault: str | None = None
        self.lock = Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def template(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/bucket/{{ledger}}/{{file}}?sig=s%2B1"

    def anchor(self, **more: Any) -> ObjectStoreAnchor:
        return ObjectStoreAnchor(self.template, lambda: NOW, **{"authorization": KEY, "timeout_seconds": 5, **more})


def _handler(objects: Objects) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with objects.lock:
                data = objects.kept.get(self._name())
            if not self._may() or objects.fault == "unreadable":
                self._answer(401)
            elif data is None:
                self._answer(403 if objects.fault == "unlisted" else 404)
            else:
                self._answer(200, data[:-1] if objects.fault == "cut" else data)

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if not self._may():
                self._answer(401)
                return
            if objects.fault == "full":
                self._answer(507)
                return
            with objects.lock:
                if objects.fault == "overtaken":
                    objects.kept.setdefault(self._name(), b"what another writer put there")
                there = self._name() in objects.kept
                if there and self.headers.get("If-None-Match") == "*":
                    self._answer(412)
                    return
                objects.puts.append(self._name())
                if objects.fault != "forgets":
                    objects.kept[self._name()] = data
            self._answer(201)

        def _name(self) -> str:
            path, _, query = self.path.partition("?")
            return path if query == "sig=s%2B1" else ""

        def _may(self) -> bool:
            return self.headers.get("Authorization") == KEY

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def objects() -> Iterator[Objects]:
    made = Objects()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_checkpoint_and_its_proofs_are_there_once_and_read_again(objects: Objects) -> None:
    log = Log().grow(12)
    rows = (
        AnchorRow(12, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"stamp"),
        AnchorRow(12, "witness", "w1.example/a+b", "2026-11-22T10:00:00Z", b"cosigned"),
        AnchorRow(12, "mail", "accountant", "2026-11-22T10:00:00Z", b"{}"),
    )
    target = replace(log.target(), proofs=rows)
    placed = objects.anchor().put(target)
    assert objects.anchor().put(target) == placed
    assert objects.kept == {
        NOTE: log.note(),
        NOTE.replace("note", "tsa.tsr"): b"stamp",
        NOTE.replace("note", "w1.example_a%2Bb.cosigned"): b"cosigned",
    }
    assert len(objects.puts) == 3  # and not six
    assert json.loads(placed.proof)["file"] == f"{LEDGER}/000000000012.note"
    assert objects.anchor().kind in COPIES


def test_another_history_does_not_overwrite_the_first(objects: Objects) -> None:
    log = Log().grow(12)
    objects.anchor().put(log.target())
    with pytest.raises(AnchorFailure, match="differs"):
        objects.anchor().put(log.fork().target())
    assert objects.kept[NOTE] == log.note()
    assert len(objects.puts) == 1


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("full", "refused"),
        ("forgets", "bad_answer"),
        ("overtaken", "differs"),
        ("unreadable", "refused"),
        ("unlisted", None),
    ],
)
def test_a_store_that_misbehaves_is_not_believed(objects: Objects, fault: str, cause: str | None) -> None:
    objects.fault = fault
    log = Log().grow(12)
    if cause is None:
        assert objects.anchor().put(log.target()).at == NOW
        return
    with pytest.raises(AnchorFailure) as failed:
        objects.anchor().put(log.target())
    assert failed.value.cause == cause
    assert "sig=" not in str(failed.value)


def test_what_comes_back_cut_is_not_the_same(objects: Objects) -> None:
    log = Log().grow(12)
    objects.anchor().put(log.target())
    objects.fault = "cut"
    with pytest.raises(AnchorFailure, match="differs"):
        objects.anchor().put(log.target())


def test_a_wrong_key_is_refused_and_nobody_there_is_unreachable(objects: Objects) -> None:
    target = Log().grow(12).target()
    with pytest.raises(AnchorFailure, match="refused: 401"):
        objects.anchor(authorization="Bearer wrong").put(target)
    objects.server.shutdown()
    objects.server.server_close()
    with pytest.raises(AnchorFailure, match="unreachable"):
        objects.anchor().put(target)


def test_two_writers_of_two_histories_leave_one_and_one_is_told(objects: Objects) -> None:
    log = Log().grow(12)
    outcomes: list[str] = []

    def work(target: Any) -> None:
        try:
            objects.anchor().put(target)
            outcomes.append("placed")
        except AnchorFailure as failure:
            outcomes.append(failure.cause)

    threads = [Thread(target=work, args=(each.target(),)) for each in (log, log.fork())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["differs", "placed"]


@pytest.mark.parametrize(
    ("template", "authorization"),
    [
        ("", None),
        ("https://s3.example/bucket/", None),
        ("https://s3.example/{ledger}", None),
        ("https://{ledger}.s3.example/{file}", None),
        ("ftp://s3.example/{ledger}/{file}", None),
        ("http://s3.example/{ledger}/{file}", "Bearer secret"),
        ("https://s3.example/{ledger}/{file}", "Bearer secret\r\nX: y"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(template: str, authorization: str | None) -> None:
    with pytest.raises(ValueError, match=r"needed|path|ASCII") as wrong:
        ObjectStoreAnchor(template, lambda: NOW, authorization)
    assert "secret" not in str(wrong.value)
    assert "s3.example" not in str(wrong.value)
