"""`sceau verify`: the full check, the verdict in words or JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, cast

import typer

from api.cli import output
from api.cli.common import JsonOption, settings
from api.evidence import evidence_from
from api.jobs.integrity import waiting
from api.jobs.registering import compare, register_of
from api.windows import checked_windows, verdict_json
from archive.anchors.anchor import rfc3339
from archive.anchors.evidence import anchor_of_file
from archive.anchors.windows import Windows
from archive.standing_in import StandingIn
from ledger.kernel.errors import Malformed
from ledger.shell.clock import SystemClock
from ledger.shell.errors import LedgerUnknown
from ledger.shell.keys import KeyStore
from ledger.shell.public import keys_folder
from ledger.shell.store import AnchorRow, Store
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
    anchor: Annotated[list[Path] | None, typer.Option(help="anchor kept elsewhere; may be repeated")] = None,
    tsa_ca: Annotated[Path | None, typer.Option(help="roots of time stamp authorities; default SCEAU_TSA_CA")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="verifier key of a witness; may be repeated")] = None,
    archive: Annotated[
        list[Path] | None, typer.Option(help="archive that stands in for what was purged; may be repeated")
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="also compare the store with its register of ledgers")
    ] = False,
    processes: Annotated[int | None, typer.Option(help="default: all cores when the ledger is long")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check every byte, link, seal, number and disclosure; name the first bad entry; say what is not proven."""
    configured = settings(store)
    url = configured.store
    known = _pin(pin, pin_file)
    notes = [_read(path) for path in checkpoint or ()]
    anchors = [_anchor(path) for path in anchor or ()]
    opened = open_store(url)
    try:
        rows = opened.ledgers()
        if ledger is not None:
            row = opened.find(ledger)
            if row is None:
                raise LedgerUnknown(ledger)
            rows = [row]
        elif (known or notes or anchors or archive) and len(rows) != 1:
            output.fail("a pin, checkpoint, anchor or archive speaks of one ledger: name it with --ledger")
        keys = KeyStore(keys_folder(url))
        noted_in = _register(opened) if register else None
        good = True
        verdicts = []
        for row in rows:
            head = opened.head(row.ledger)
            with output.progress(f"{row.name}", head.seq if head else None, quiet=as_json) as tick:
                evidence = evidence_from(configured, opened, row.ledger, anchors, tsa_ca, witness or (), noted_in)
                lent = StandingIn(opened, row.ledger, archive) if archive else None
                verdict = verify_ledger(
                    url,
                    opened if lent is None else cast(Store, lent),
                    keys,
                    row.ledger,
                    pin=known,
                    notes=notes,
                    evidence=evidence,
                    progress=tick,
                    processes=processes if lent is None else 1,
                    more=tuple if lent is None else lent.told,
                )
            good = good and verdict.ok
            verdicts.append((row.name, verdict, checked_windows(opened, row.ledger, verdict, SystemClock().now())))
        missing = missing_ledgers(opened, keys) if ledger is None else {}
        missed = compare(opened, noted_in) if noted_in is not None else []
        good = good and not missing and not missed
        if as_json and ledger is not None and not register:
            output.emit(verdict_json(*verdicts[0][1:]))
        elif as_json:
            gone = [{"ledger": each, "sealed_until": seq} for each, seq in missing.items()]
            told = [{"name": name, **verdict_json(verified, left)} for name, verified, left in verdicts]
            registered = {"register": [one.as_json() for one in missed]} if register else {}
            output.emit({"ok": good, "ledgers": told, "missing": gone, **registered})
        else:
            for name, verified, left in verdicts:
                print_verdict(name, verified, left)
            if not verdicts:
                output.say("the store holds no ledger")
            for each, seq in missing.items():
                output.say(
                    f"ledger_missing: the keys here sealed ledger {each} up to entry {seq}, and this store does not "
                    "hold it. If another store does, give each its own SCEAU_KEYS, or name one ledger with --ledger."
                )
            for one_missed in missed:
                output.say(f"{one_missed.code}: ledger {one_missed.ledger}: {one_missed.words}")
    finally:
        opened.close()
    raise SystemExit(output.OK if good else output.FINDINGS)


def _register(store: Store) -> str:
    row = register_of(store)
    if row is None:
        output.fail("there is no register of ledgers here: sceau register open")
    return row.ledger


def _anchor(path: Path) -> tuple[AnchorRow, bytes]:
    try:
        return anchor_of_file(_read(path))
    except Malformed:
        output.fail(f"{path} is no anchor (sceau anchor export)")


def print_verdict(name: str, verified: Verified, left: Windows | None = None) -> None:
    """Say a verdict in words, and with `left` how long what is not covered has waited."""
    verdict = verified.verdict
    kind = _plain(verdict.kind) or "unknown kind"
    output.say(f"{_plain(name)}: {'OK' if verdict.ok else 'NOT OK'} ({kind}), {_TRUST[verified.trust]}")
    output.say(f"  identity {verdict.genesis or 'unknown'}")
    output.say(
        f"  {verdict.entries} entries under {verdict.seals} seals; "
        f"the last is entry {verdict.head_seq}, {_plain(verdict.head_fingerprint)}"
    )
    for hidden in verdict.not_shown:
        output.say(
            f"  Not shown: {hidden.entries} of the entries {hidden.first} to {hidden.last}, purged; checked by their "
            f"fingerprints here, and one by one with --archive FILE of manifest {_plain(hidden.manifest)}"
        )
    for finding in verdict.findings[:_SHOWN]:
        where = f"entry {finding.seq}: " if finding.seq else ""
        output.say(f"  {finding.code}: {where}{_plain(finding.words)}")
    if len(verdict.findings) > _SHOWN:
        output.say(f"  and {len(verdict.findings) - _SHOWN} more findings (--json shows them)")
    if verdict.ok:
        output.say(
            f"  Proven up to entry {verdict.proven_until}: without the seal key, nobody altered, added, removed or "
            "moved an entry."
        )
        _print_anchors(verified, left)
        _print_not_proven(verified)
    else:
        proven = f"Entries 1 to {verdict.proven_until} still hold." if verdict.proven_until else "Nothing is proven."
        output.say(f"  {proven} Change nothing, keep a copy of the database, and see docs/verify.md for each finding.")


def _print_anchors(verified: Verified, left: Windows | None) -> None:
    """Say what each of the two promises covers: they are not the same."""
    last = verified.verdict.head_seq
    for kind, promise in _PROMISES.items():
        best = verified.anchored(kind)
        if best is None:
            output.say(f"  {promise}: none. ({last} entries not covered)")
            continue
        doubt = "" if best.trusted else _DOUBT[kind]
        output.say(
            f"  {promise}: up to entry {best.checkpoint.size}, {rfc3339(best.at)}, by {_plain(best.place)}{doubt}"
            f" ({last - best.checkpoint.size} entries since)"
        )
    if left is None:
        return
    output.say(f"  Not time-stamped: {_plain(waiting(left.timestamp))}.")
    copy = left.witness.last
    compare_there = copy is not None and copy.kind != "witness"
    note = f" (by the copy at {_plain(copy.place)}: compare it there)" if copy is not None and compare_there else ""
    output.say(f"  Neither witnessed nor copied elsewhere: {_plain(waiting(left.witness))}{note}.")


def _print_not_proven(verified: Verified) -> None:
    """Say what a good verdict does not say."""
    after, last = verified.unproven_after, verified.verdict.head_seq
    if after < last:
        output.say(
            f"  Not proven: that whoever holds key and database did not write entries {after + 1} to {last} anew; no "
            "checkpoint given and no known witness covers them."
        )
    output.say("  Not proven: that what was typed in is true, and that all of it was typed in.")


_PROMISES = {"timestamp": "Existed by then (time stamp)", "witness": "One history only (witness)"}
_DOUBT = {
    "timestamp": "; its authority is not known here (--tsa-ca)",
    "witness": "; known from the ledger's own policy alone (--witness)",
}


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
