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
from ledger.shell.verification import Verified, missing_ledgers, verify_ledger

_PIN = re.compile(r"[0-9a-f]{64}")
_TRUST = {
    "given": "pinned by the fingerprint given",
    "key_store": "pinned by the fingerprint kept with the keys on this machine",
    "self": "NOT pinned: the ledger vouches for itself (give --pin)",
}
_SHOWN = 50


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
        missing = missing_ledgers(opened, keys) if ledger is None else {}
        good = good and not missing
        if as_json and ledger is not None:
            output.emit(verdicts[0][1].as_json())
        elif as_json:
            gone = [{"ledger": each, "sealed_until": seq} for each, seq in missing.items()]
            told = [{"name": name, **verified.as_json()} for name, verified in verdicts]
            output.emit({"ok": good, "ledgers": told, "missing": gone})
        else:
            for name, one in verdicts:
                print_verdict(name, one)
            if not verdicts:
                output.say("the store holds no ledger")
            for each, seq in missing.items():
                output.say(
                    f"ledger_missing: the keys here sealed ledger {each} up to entry {seq}, and this store does not "
                    "hold it. If another store does, give each its own SCEAU_KEYS, or name one ledger with --ledger."
                )
    finally:
        opened.close()
    raise SystemExit(output.OK if good else output.FINDINGS)


def print_verdict(name: str, verified: Verified) -> None:
    """Say a verdict in words."""
    verdict = verified.verdict
    kind = _plain(verdict.kind) or "unknown kind"
    output.say(f"{_plain(name)}: {'OK' if verdict.ok else 'NOT OK'} ({kind}), {_TRUST[verified.trust]}")
    output.say(f"  identity {verdict.genesis or 'unknown'}")
    output.say(
        f"  {verdict.entries} entries under {verdict.seals} seals; "
        f"the last is entry {verdict.head_seq}, {_plain(verdict.head_fingerprint)}"
    )
    for finding in verdict.findings[:_SHOWN]:
        where = f"entry {finding.seq}: " if finding.seq else ""
        output.say(f"  {finding.code}: {where}{_plain(finding.words)}")
    if len(verdict.findings) > _SHOWN:
        output.say(f"  and {len(verdict.findings) - _SHOWN} more findings (--json shows them)")
    if verdict.ok:
        output.say(
            f"  Proven up to entry {verdict.proven_until}: without the seal key, nobody altered, added, removed or "
            "moved an entry.\n  Not proven: that nobody who holds key and database wrote it all anew (keep checkpoints "
            "elsewhere: sceau checkpoint), nor that what was typed in is true."
        )
    else:
        proven = f"Entries 1 to {verdict.proven_until} still hold." if verdict.proven_until else "Nothing is proven."
        output.say(f"  {proven} Change nothing, keep a copy of the database, and see docs/verify.md for each finding.")


def _plain(words: str) -> str:
    """Words that may come from an altered store, without what would steer a terminal."""
    return "".join(one if one.isprintable() else "?" for one in words)


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
