"""`sceau verify`: the full check, the verdict in words or JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import JsonOption, settings
from ledger.shell.errors import LedgerUnknown
from ledger.shell.keys import KeyStore
from ledger.shell.public import keys_folder
from ledger.shell.stores.open import open_store
from ledger.shell.verification import Verified, verify_ledger

_PIN = re.compile(r"[0-9a-f]{64}")
_TRUST = {
    "given": "pinned by the fingerprint given",
    "key_store": "pinned by the fingerprint kept with the keys on this machine",
    "self": "NOT pinned: the ledger vouches for itself (give --pin)",
}


def verify(
    store: Annotated[str | None, typer.Argument(help="sqlite:///path or postgresql://...; default SCEAU_STORE")] = None,
    ledger: Annotated[str | None, typer.Option(help="name or id; without it, every ledger of the store")] = None,
    pin: Annotated[str | None, typer.Option(help="fingerprint of entry 1, kept elsewhere")] = None,
    pin_file: Annotated[Path | None, typer.Option(help="file that begins with that fingerprint")] = None,
    checkpoint: Annotated[list[Path] | None, typer.Option(help="signed note kept elsewhere; may be repeated")] = None,
    processes: Annotated[int | None, typer.Option(help="default: all cores when the ledger is long")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check every byte, link, seal, number and disclosure; name the first bad entry; say what is not proven."""
    url = settings(store).store
    known = _pin(pin, pin_file)
    notes = [_read(path) for path in checkpoint or ()]
    opened = open_store(url)
    try:
        rows = opened.ledgers()
        if ledger is not None:
            row = opened.find(ledger)
            if row is None:
                raise LedgerUnknown(ledger)
            rows = [row]
        elif (known or notes) and len(rows) != 1:
            output.fail("a pin or checkpoint speaks of one ledger: name it with --ledger")
        keys = KeyStore(keys_folder(url))
        good = True
        verdicts = []
        for row in rows:
            head = opened.head(row.ledger)
            with output.progress(f"{row.name}", head.seq if head else None, quiet=as_json) as tick:
                verdict = verify_ledger(
                    url, opened, keys, row.ledger, pin=known, notes=notes, progress=tick, processes=processes
                )
            good = good and verdict.ok
            verdicts.append((row.name, verdict))
        if as_json and ledger is not None:
            output.emit(verdicts[0][1].as_json())
        elif as_json:
            output.emit({"ok": good, "ledgers": [{"name": name, **one.as_json()} for name, one in verdicts]})
        else:
            for name, one in verdicts:
                print_verdict(name, one)
            if not verdicts:
                output.say("the store holds no ledger")
    finally:
        opened.close()
    raise SystemExit(output.OK if good else output.FINDINGS)


def print_verdict(name: str, verified: Verified) -> None:
    """Say a verdict in words."""
    verdict = verified.verdict
    output.say(
        f"{name}: {'OK' if verdict.ok else 'NOT OK'} ({verdict.kind or 'unknown kind'}), {_TRUST[verified.trust]}"
    )
    output.say(f"  identity {verdict.genesis}")
    output.say(
        f"  {verdict.entries} entries under {verdict.seals} seals; head {verdict.head_seq} {verdict.head_fingerprint}"
    )
    for finding in verdict.findings[:50]:
        where = f"entry {finding.seq}: " if finding.seq else ""
        output.say(f"  {finding.code}: {where}{finding.words}")
    if len(verdict.findings) > 50:
        output.say(f"  and {len(verdict.findings) - 50} more findings (--json shows all)")
    if verdict.ok:
        output.say(
            f"  proven until entry {verdict.proven_until}: no entry was altered, added, removed or moved by anyone "
            "without the seal key. Not proven: that nobody with key and database rewrote it all (give a checkpoint "
            "kept elsewhere), nor that what was typed in is true."
        )


def _pin(pin: str | None, file: Path | None) -> str | None:
    if pin is not None and file is not None:
        output.fail("give --pin or --pin-file, not both")
    text = pin if pin is not None else None if file is None else _read(file)[:64].decode("ascii", "replace")
    if text is not None and _PIN.fullmatch(text) is None:
        output.fail("a pin is the fingerprint of entry 1: 64 hexadecimal digits, small letters")
    return text


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        output.fail(f"{path} cannot be read")
