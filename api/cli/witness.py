"""`sceau witness`: a small server for somebody else to run, which cosigns checkpoints of logs it was told of."""

from __future__ import annotations

import logging
import os
import signal
import time
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from api.cli import output
from archive.witness.keys import open_witness, verifier_key
from archive.witness.server import WitnessServer
from archive.witness.witness import Witness
from ledger.kernel.errors import Malformed
from ledger.kernel.note import ED25519, VerifierKey, parse_vkey


def witness(
    name: Annotated[str, typer.Option(help="the witness's name, such as w1.example/sceau")],
    key: Annotated[Path, typer.Option(help="its key; made at the first start, with the state")],
    state: Annotated[Path, typer.Option(help="what it cosigned; never lose it and keep the key")],
    log: Annotated[list[str] | None, typer.Option(help="verifier key of a log; may be repeated")] = None,
    logs: Annotated[Path | None, typer.Option(help="file of verifier keys, one a line")] = None,
    listen: Annotated[str, typer.Option(help="HOST:PORT; port 0 takes any free one")] = "127.0.0.1:8080",
) -> None:
    """Cosign checkpoints of other people's ledgers (C2SP tlog-witness), until Ctrl-C or SIGTERM.

    A fork or a ledger that was set back is refused, also after a restart. SCEAU_WITNESS_PASSPHRASE encrypts the key.
    """
    known = _logs([*(log or ()), *(_read(logs) if logs else ())])
    host, separator, port = listen.rpartition(":")
    if not separator or not port.isdigit() or int(port) > 65_535:
        output.fail("--listen is HOST:PORT")
    passphrase = os.environ.get("SCEAU_WITNESS_PASSPHRASE", "").encode() or None
    signer, opened = open_witness(name, key, state, passphrase)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    vkey = str(verifier_key(signer))
    address = (host.strip("[]"), int(port))
    server = WitnessServer(address, Witness(signer, known, opened, lambda: int(time.time())), vkey)
    for number in (signal.SIGTERM, signal.SIGINT):
        # `shutdown` waits for the loop that this very thread runs.
        signal.signal(number, lambda *_: Thread(target=server.shutdown, daemon=True).start())
    output.say(vkey)
    output.aside(f"witness of {len(known)} logs on http://{listen.rpartition(':')[0]}:{server.server_port}")
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        opened.close()


def _logs(texts: list[str]) -> dict[str, VerifierKey]:
    found: dict[str, VerifierKey] = {}
    for text in texts:
        try:
            key = parse_vkey(text)
        except Malformed:
            output.fail(f"{text[:80]} is no verifier key")
        if key.algorithm != ED25519:
            output.fail(f"{key.name} is the key of a witness, not of a log")
        if found.setdefault(key.name, key) != key:
            output.fail(f"two keys for {key.name}")
    return found


def _read(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        output.fail(f"{path} cannot be read")
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
