"""The witness: what it answers, and that it never forgets; in this process and in one of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.anchors.anchor import AnchorFailure
from archive.anchors.http import post
from archive.anchors.witness import WitnessAnchor, witness_label
from archive.witness.keys import open_witness, verifier_key
from archive.witness.request import parse_request, request_body
from archive.witness.server import WitnessServer
from archive.witness.state import State, StateError
from archive.witness.witness import Witness
from ledger.kernel.checkpoint import cosign, cosignature_time
from ledger.kernel.errors import Malformed
from ledger.kernel.note import parse_vkey
from tests.anchors.log import ORIGIN, Log

NAME = "w1.example/sceau"


class Here:
    """A witness in this process, and how to ask it."""

    def __init__(self, folder: Path, log: Log) -> None:
        self.signer, self.state = open_witness(NAME, folder / "key.pem", folder / "state.db")
        self.now = 1_790_000_000
        self.vkey = verifier_key(self.signer)
        self.witness = Witness(self.signer, {ORIGIN: log.key}, self.state, lambda: self.now)

    def ask(self, log: Log, old: int, size: int | None = None) -> tuple[int, bytes]:
        size = log.tree.size if size is None else size
        proof = log.proof(old, size) if 0 < old <= size else ()
        answer = self.witness.add_checkpoint(request_body(old, proof, log.note(size)))
        return answer.status, answer.body


@pytest.fixture
def log() -> Log:
    return Log().grow(20)


@pytest.fixture
def here(tmp_path: Path, log: Log) -> Iterator[Here]:
    made = Here(tmp_path, log)
    yield made
    made.state.close()


# Rules


def test_what_grows_is_cosigned(here: Here, log: Log) -> None:
    old = 0
    for size in (1, 7, 7, 8, 20):
        status, line = here.ask(log, old, size)
        assert status == 200
        assert cosignature_time(log.note(size) + line, here.vkey) == here.now
        here.now += 1
        old = size


def test_a_fork_is_refused_and_so_is_going_back(here: Here, log: Log) -> None:
    other = log.fork()
    assert here.ask(log, 0, 8)[0] == 200
    assert here.ask(other, 8, 8) == (409, b"8\n")
    assert here.ask(other, 8, 12)[0] == 422
    assert here.ask(log, 0, 12) == (409, b"8\n")
    assert here.ask(log, 4, 6) == (409, b"8\n")
    assert here.ask(log, 8, 12)[0] == 200


def test_who_is_not_known_or_did_not_sign_gets_nothing(here: Here, log: Log) -> None:
    stranger = Log().grow(5)  # the same origin under a key of its own
    assert here.ask(stranger, 0)[0] == 403
    body = request_body(0, (), log.note().replace(b"sceau.example/", b"sceau.invalid/"))
    assert here.witness.add_checkpoint(body).status == 404
    assert here.ask(log, 0)[0] == 200


def test_only_the_log_s_own_line_is_kept_and_cosigned(here: Here, log: Log) -> None:
    noted = cosign(log.note(), Log().signer, 5)
    answer = here.witness.add_checkpoint(request_body(0, (), noted))
    assert answer.status == 200
    assert here.state.note(ORIGIN) == log.note() + answer.body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n\n",
        b"old 0\n" + b"x" * 70_000,
        b"old 0\n\nnot a note",
        b"old -1\n\n{note}",
        b"old 01\n\n{note}",
        b"old \n\n{note}",
        b"new 0\n\n{note}",
        b"old 0 \n\n{note}",
        "old ٣\n\n{note}".encode(),
        b"old 99999999999999999999\n\n{note}",
        b"old 21\n\n{note}",
        b"old 0\nAAAA\n\n{note}",
        b"old 0\n" + b"dpThowxmQ9RPX3m0Csuz/tZFPW6aQCFdBXBdj7XtE/0=\n" * 64 + b"\n{note}",
        b"old 0\r\n\r\n{note}",
    ],
)
def test_what_is_no_request_is_refused_and_changes_nothing(here: Here, log: Log, body: bytes) -> None:
    assert here.witness.add_checkpoint(body.replace(b"{note}", log.note())).status == 400
    assert here.state.note(ORIGIN) is None


def test_a_proof_where_none_belongs_is_refused(here: Here, log: Log) -> None:
    body = request_body(0, log.proof(8, 12), log.note(12))
    assert here.witness.add_checkpoint(body).status == 422


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall(data: bytes) -> None:
    try:
        asked = parse_request(data)
    except Malformed:
        return
    assert parse_request(request_body(*asked)) == asked


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans()), max_size=12))
def test_two_histories_are_never_both_cosigned(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool]]
) -> None:
    log = Log().grow(20)
    here = Here(tmp_path_factory.mktemp("witness"), log)
    last = 0
    signed: set[bytes] = set()
    for old, size, forked in steps:
        one = log.fork() if forked else log
        if here.ask(one, old, size)[0] == 200:
            assert size >= last
            last = size
            signed.add(one.note(size))
    ours, theirs = ({one.note(size) for size in range(1, 21)} for one in (log, log.fork()))
    assert not (signed & ours and signed & theirs)
    here.state.close()


# State


def test_a_witness_goes_on_where_it_was(tmp_path: Path, log: Log) -> None:
    first = Here(tmp_path, log)
    first.ask(log, 0, 8)
    first.state.close()
    second = Here(tmp_path, log)
    assert second.vkey == first.vkey
    assert second.ask(log.fork(), 8, 12)[0] == 422
    assert second.ask(log, 0, 5) == (409, b"8\n")
    assert second.ask(log, 8, 12)[0] == 200


def test_a_disk_that_was_full_once_stops_no_witness_for_good(here: Here, log: Log) -> None:
    state = here.witness._state
    real = state._file

    class Full:
        @property
        def in_transaction(self) -> bool:
            return real.in_transaction

        def execute(self, sql: str, *more: Any) -> Any:
            if sql == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return real.execute(sql, *more)

    state._file = Full()  # type: ignore[assignment] # what a full disk does, at the worst moment
    try:
        with pytest.raises(sqlite3.OperationalError):
            here.witness.add_checkpoint(request_body(0, (), log.note(5)))
    finally:
        state._file = real
    assert state.note(log.signer.name) is None
    assert here.witness.add_checkpoint(request_body(0, (), log.note(5))).status == 200


@pytest.mark.parametrize("lost", ["key.pem", "state.db"])
def test_a_key_without_its_state_does_not_start(tmp_path: Path, log: Log, lost: str) -> None:
    Here(tmp_path, log).state.close()
    (tmp_path / lost).unlink()
    with pytest.raises(StateError, match="is not"):
        Here(tmp_path, log)
    assert not (tmp_path / lost).exists()


def test_a_state_of_another_key_or_of_nothing_does_not_start(tmp_path: Path, log: Log) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Here(tmp_path / name, log).state.close()
    with pytest.raises(StateError, match="another"):
        open_witness(NAME, tmp_path / "one" / "key.pem", tmp_path / "two" / "state.db")
    (tmp_path / "one" / "state.db").write_bytes(b"not a database at all, and long enough to be looked at")
    with pytest.raises(StateError, match="no state"):
        Here(tmp_path / "one", log)
    with pytest.raises(StateError):
        State(tmp_path / "two" / "state.db", "x", create=True)


def test_a_key_is_for_its_owner_alone_and_may_be_encrypted(tmp_path: Path) -> None:
    key, state = tmp_path / "key.pem", tmp_path / "state.db"
    signer, opened = open_witness(NAME, key, state, b"long enough")
    opened.close()
    assert key.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in key.read_bytes()
    with pytest.raises(StateError, match="passphrase"):
        open_witness(NAME, key, state)
    again, opened = open_witness(NAME, key, state, b"long enough")
    opened.close()
    assert again.public == signer.public


# Over HTTP


@pytest.fixture
def server(here: Here) -> Iterator[WitnessServer]:
    server = WitnessServer(("127.0.0.1", 0), here.witness, str(here.vkey))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: WitnessServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_the_client_finds_out_how_far_the_witness_is(here: Here, server: WitnessServer, log: Log) -> None:
    anchor = WitnessAnchor(url(server), str(here.vkey))
    assert anchor.place == NAME == witness_label(str(here.vkey))
    for size, since in ((5, 0), (5, 5), (9, 0), (20, 9), (20, 3)):
        placed = anchor.put(log.target(size, since))
        assert placed.at.timestamp() == here.now
        assert placed.proof.startswith(log.note(size))
        assert cosignature_time(placed.proof, here.vkey) == here.now


def test_the_client_says_what_the_witness_saw(here: Here, server: WitnessServer, log: Log) -> None:
    anchor = WitnessAnchor(url(server), str(here.vkey))
    anchor.put(log.target(8))
    for other, size in ((log.fork(), 8), (log, 5)):
        with pytest.raises(AnchorFailure) as failed:
            anchor.put(other.target(size))
        assert failed.value.cause == "conflict"
    with pytest.raises(AnchorFailure, match="422") as failed:
        anchor.put(log.fork().target(12))
    with pytest.raises(AnchorFailure, match="403"):
        anchor.put(Log().grow(9).target())


def test_a_cosignature_of_another_witness_is_none(here: Here, server: WitnessServer, log: Log, tmp_path: Path) -> None:
    other, state = open_witness("w2.example", tmp_path / "other.pem", tmp_path / "other.db")
    state.close()
    with pytest.raises(AnchorFailure, match="bad_answer"):
        WitnessAnchor(url(server), str(verifier_key(other))).put(log.target())


def test_http_that_is_not_for_us_is_answered_shortly(here: Here, server: WitnessServer, log: Log) -> None:
    with urlopen(url(server) + "/", timeout=30) as answer:
        assert answer.read().decode().strip() == str(here.vkey)
    assert post(url(server) + "/elsewhere", b"x", "text/plain", 5).status == 404
    assert post(url(server) + "/add-checkpoint", b"x" * 70_000, "text/plain", 5).status == 413
    assert post(url(server) + "/add-checkpoint", b"x", "text/plain", 5).status == 400
    reply = post(url(server) + "/add-checkpoint", request_body(4, log.proof(4), log.note()), "text/plain", 5)
    assert (reply.status, reply.body, reply.kind) == (409, b"0\n", "text/x.tlog.size")


def test_of_many_at_once_each_step_is_given_once(here: Here, server: WitnessServer, log: Log) -> None:
    other = log.fork()
    here.ask(log, 0, 4)

    def ask(place: int) -> int:
        one = other if place % 2 else log
        size = 5 + place % 15
        body = request_body(4, one.proof(4, size), one.note(size))
        return post(url(server) + "/add-checkpoint", body, "text/plain", 10).status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(ask, range(30)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 422}


# In a process of its own


def start(folder: Path, log: Log) -> tuple[subprocess.Popen[str], str, str]:
    words = ["witness", "--name", NAME, "--key", "key.pem", "--state", "state.db", "--listen", "127.0.0.1:0"]
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import typer; from api.cli.witness import witness; typer.run(witness)",
            *words[1:],
            "--log",
            str(log.key),
        ],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert run.stdout is not None
    assert run.stderr is not None
    vkey = run.stdout.readline().strip()
    told = run.stderr.readline()
    assert "witness of 1 log" in told, told
    return run, vkey, told.split(" on ")[1].strip()


def test_a_witness_that_is_killed_remembers_all_it_signed(tmp_path: Path, log: Log) -> None:
    size, vkeys = 0, set()
    for _ in range(3):
        run, vkey, address = start(tmp_path, log)
        vkeys.add(vkey)
        anchor = WitnessAnchor(address, vkey)
        if size:
            with pytest.raises(AnchorFailure):
                anchor.put(log.fork().target(size + 1))
            with pytest.raises(AnchorFailure, match="conflict"):
                anchor.put(log.target(size - 1))
        for _ in range(3):
            size += 1
            anchor.put(log.target(size))
        run.send_signal(signal.SIGKILL)  # with the answer just read, and nothing said goodbye to
        run.wait(60)
        run.communicate()
    assert len(vkeys) == 1
    assert parse_vkey(vkeys.pop()).name == NAME


def test_a_witness_that_is_asked_to_stop_stops(tmp_path: Path, log: Log) -> None:
    run, _, _ = start(tmp_path, log)
    run.send_signal(signal.SIGTERM)
    assert run.wait(60) == 0
    run.communicate()
    (tmp_path / "state.db").unlink()
    again = subprocess.run(
        [*run.args],  # type: ignore[misc] # the words it was started with
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert again.returncode != 0
    assert "lost its memory" in again.stderr
