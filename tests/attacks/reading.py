"""Attacks by whoever only reads: guessing what an entry, a proof or an archive does not show.

Each gives how many guesses were right without the secret salts, and whether the same guess is right with them: a count
that could not be other than nought would prove nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.attacks.archives import Kit, _unzipped
from tests.verifiers.alone import forge


class Guessed(NamedTuple):
    """What was guessed without the salt, and whether the guess is right with it."""

    without: int
    with_salt: bool


def _said(kit: Kit, number: str) -> list[Any]:
    """The entry that a proof shows, and the tree hashes in it."""
    rows = str(kit.proof(number)["document"]).split("\n")
    line = base64.b64decode(rows[1].removeprefix("extra "))
    hashes = []
    for row in rows:
        try:
            data = base64.b64decode(row, validate=True)
        except ValueError:
            continue
        hashes += [data] if len(data) == 32 else []
    return [line, hashes]


def _salts_in_sight(kit: Kit) -> set[str]:
    """Every salt that a customer of F-00002 can read, and the lazy ones."""
    line = json.loads(_said(kit, "F-00002")[0])
    opening = json.loads(base64.b64decode(str(kit.proof("F-00002")["opening"]).split("\n")[1].removeprefix("extra ")))
    shown = {one["salt"] for one in kit.proof("F-00002")["disclosures"]}
    lazy = {"0" * 32, "f" * 32, hashlib.sha256(b"").hexdigest()[:32], hashlib.md5(b"").hexdigest()}
    return shown | lazy | {line["entry"]["salt"], opening["entry"]["salt"]}


def _salted(line: bytes, salts: Iterable[str]) -> list[bytes]:
    return [forge.edited(line, lambda tree, salt=salt: tree["entry"].update(salt=salt)) for salt in salts]  # type: ignore[misc] # bound now


def neighbour_from_a_proof(kit: Kit) -> Guessed:
    """The proof holds the hash of the entry beside it. Grant the reader everything in that entry but its salt."""
    line, hashes = _said(kit, "F-00002")
    seq = json.loads(line)["chain"]["seq"]
    lines = {json.loads(one)["chain"]["seq"]: one for one in forge.lines(kit.files())}

    def leaf(one: bytes) -> bytes:
        return hashlib.sha256(b"\x00" + hashlib.sha256(one).digest()).digest()

    beside = next(lines[at] for at in (seq - 1, seq + 1) if at in lines and leaf(lines[at]) in hashes)
    guesses = _salted(beside, _salts_in_sight(kit) - {json.loads(beside)["entry"]["salt"]})
    return Guessed(sum(leaf(one) in hashes for one in guesses), leaf(beside) in hashes)


def document_from_its_fingerprint(kit: Kit) -> Guessed:
    """The fingerprint is printed on the document. Grant the reader all that the entry says, but its salt."""
    line = next(one for one in forge.lines(kit.files()) if b'"number":"F-00003"' in one)
    printed = hashlib.sha256(line).hexdigest()
    guesses = _salted(line, _salts_in_sight(kit))
    return Guessed(sum(hashlib.sha256(one).hexdigest() == printed for one in guesses), True)


def name_from_a_commitment(kit: Kit) -> Guessed:
    """The entry holds a digest over the customer's name. Grant the reader the right name, and no salt."""
    line = json.loads(next(one for one in forge.lines(kit.files()) if b'"number":"F-00003"' in one))
    rows = [json.loads(one) for one in _unzipped(kit.names())["disclosures.jsonl"].splitlines()]
    true = next(one for one in rows if one["seq"] == line["chain"]["seq"] and one["path"] == "/client")
    commitment = line["entry"]["body"]["client"]["$c"]

    def made(salt: str) -> str:
        ledger, path, value = line["chain"]["ledger"], true["path"], true["value"]
        return hashlib.sha256(forge.canonical(["sceau-commit/1", ledger, path, salt, value])).hexdigest()

    others = {one["salt"] for one in rows if one is not true} | _salts_in_sight(kit) | {line["entry"]["salt"]}
    return Guessed(sum(made(salt) == commitment for salt in others), made(true["salt"]) == commitment)


def names_in_the_archive(kit: Kit) -> Guessed:
    """Every name that was ever typed in is looked for in every file of the archive that is handed out."""
    names = [word.encode() for word in ("Dupré", "Jeanne", "rue du Fr", "HYPERLINK", "isoplane")]
    clear = b"".join(data for name, data in kit.files().items() if not name.startswith(("verify.", "schema/")))
    there = b"".join(_unzipped(kit.names()).values())
    return Guessed(sum(name in clear for name in names), all(name in there for name in names))
