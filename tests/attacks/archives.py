"""Attacks on archives and proofs: each gives the files that are handed over, and what is known from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.anchors.authority import Authority
from tests.archive.reading import members
from tests.verifiers.alone import forge
from tests.verifiers.alone.insider import Insider, NoteKey, Tree, another, of_type

Change = Callable[[list[Tree]], object]


@dataclass(frozen=True)
class Kit:
    """Two months of a real business, stamped, and what was noted of them elsewhere."""

    folder: Path
    genesis: str
    archive_key: str
    authority: Authority
    invoice: tuple[str, str]  # number and fingerprint, as a customer of November has them
    other_ledger: Path  # November of another business

    def files(self, period: str = "2026-11") -> forge.Files:
        return members(self.folder / f"{period}.zip")

    def whole(self, period: str = "2026-11") -> bytes:
        return (self.folder / f"{period}.zip").read_bytes()

    def names(self, period: str = "2026-11") -> bytes:
        """The second file, opened."""
        return (self.folder / f"{period}.names.zip").read_bytes()

    def proof(self, number: str) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((self.folder / f"{number}.proof.json").read_bytes())
        return said


@dataclass(frozen=True)
class Handed:
    """What the defender gets and has; `first` is the first bad entry, or the last one that holds where none can be."""

    archives: dict[str, bytes]
    first: int = 0
    genesis: str | None = None  # the kit's unless said; "" for none
    key: str = ""
    printed: tuple[str, str] | None = None
    checkpoints: dict[str, bytes] = field(default_factory=dict)
    private: bytes | None = None
    authority: Path | None = None


def zipped(files: forge.Files) -> dict[str, bytes]:
    return {"november.zip": forge.packed(files)}


def _invoice_at(lines: list[bytes], rank: int = -1) -> int:
    return [at for at, line in enumerate(lines) if b'"type":"invoice.issued/1"' in line][rank]


def _amount(tree: Tree) -> None:
    tree["entry"]["body"]["totals"]["gross_cents"] -= 100


def _signed(files: forge.Files) -> forge.Files:
    """Listed anew and signed by a key of the attacker's own."""
    return forge.Signer().sign(files)


# --- what is in it


def untouched(kit: Kit) -> Handed:
    return Handed(
        {"november.zip": kit.whole(), "december.zip": kit.whole("2026-12")},
        printed=kit.invoice,
        checkpoints={"kept.txt": kit.files()["checkpoint.txt"]},
    )


def edit_as_outsider(kit: Kit) -> Handed:
    files = kit.files()
    lines = forge.lines(files)
    at = _invoice_at(lines)
    lines[at] = forge.edited(lines[at], _amount)
    return Handed(zipped(forge.with_lines(files, lines)), at + 1)


def edit_and_sign(kit: Kit) -> Handed:
    files = kit.files()
    lines = forge.lines(files)
    at = _invoice_at(lines)
    lines[at] = forge.edited(lines[at], _amount)
    return Handed(zipped(_signed(forge.with_lines(files, lines))), at + 1)


def link_and_sign(kit: Kit) -> Handed:
    """Edited, linked again, listed and signed: only the seals are not the attacker's."""
    files = kit.files()
    lines = forge.lines(files)
    at = _invoice_at(lines)
    lines[at] = forge.edited(lines[at], _amount)
    lines = forge.relinked(lines, at)
    seals = [json.loads(line) for line in files["seals.jsonl"].splitlines()]
    first = next(one["first"] for one in seals if one["first"] <= at + 1 <= one["last"])
    return Handed(zipped(_signed(forge.with_lines(files, lines))), first)


def _lines(kit: Kit, change: Callable[[list[bytes]], int], period: str = "2026-11") -> Handed:
    files = kit.files(period)
    lines = forge.lines(files)
    first = change(lines)
    return Handed(zipped(_signed(forge.with_lines(files, lines))), first)


def delete_middle(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        at = _invoice_at(lines)
        del lines[at]
        return at + 1

    return _lines(kit, change)


def insert(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        lines.insert(10, lines[9])
        return 10

    return _lines(kit, change)


def swap(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        lines[10], lines[11] = lines[11], lines[10]
        return 11

    return _lines(kit, change)


def cut_tail(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        del lines[-3:]
        return len(lines) + 1

    return _lines(kit, change)


def cut_head(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        first = int(json.loads(lines[0])["chain"]["seq"])
        del lines[:2]
        return first

    return _lines(kit, change, "2026-12")


def clock_back(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        at = lines[20].index(b'"at":"') + 6
        lines[20] = lines[20][:at] + b"2025" + lines[20][at + 4 :]
        return 21

    return _lines(kit, change)


def doubled_member(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        at = _invoice_at(lines)
        lines[at] = lines[at].replace(b'"gross_cents":', b'"gross_cents":1,"gross_cents":', 1)
        return at + 1

    return _lines(kit, change)


def other_format_of_an_entry(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        lines[8] = lines[8].replace(b',"v":1}', b',"v":0}', 1)
        return 9

    return _lines(kit, change)


def entry_of_another_ledger(kit: Kit) -> Handed:
    other = forge.lines(members(kit.other_ledger))

    def change(lines: list[bytes]) -> int:
        at = 2
        lines[at] = other[at]
        return at + 1

    return _lines(kit, change)


def look_alike_type(kit: Kit) -> Handed:
    def change(lines: list[bytes]) -> int:
        at = _invoice_at(lines)
        lines[at] = lines[at].replace(b'"invoice.issued/1"', '"invoi\u0441e.issued/1"'.encode())
        return at + 1

    return _lines(kit, change)


def false_key_lost(kit: Kit) -> Handed:
    """The key change of December made to say that the recovery key ordered it."""
    files = kit.files("2026-12")
    lines = forge.lines(files)
    at = next(at for at, line in enumerate(lines) if b'"type":"key.changed/1"' in line)
    lines[at] = forge.edited(
        lines[at], lambda tree: tree["entry"]["body"].update(authorised_by="recovery", reason="lost")
    )
    seq = int(json.loads(lines[at])["chain"]["seq"])
    return Handed(zipped(_signed(forge.with_lines(files, forge.relinked(lines, at)))), seq)


def strip_seal(kit: Kit) -> Handed:
    files = kit.files()
    seals = files["seals.jsonl"].splitlines(keepends=True)
    first = int(json.loads(seals[5])["first"])
    return Handed(zipped(_signed({**files, "seals.jsonl": b"".join(seals[:5] + seals[6:])})), first)


def table_for_the_spreadsheet(kit: Kit) -> Handed:
    """The entries stay; the table that an accountant opens shows less VAT."""
    files = kit.files()
    table = files["tables/vat.csv"]
    cut = table.rindex(b"\r\n", 0, len(table) - 2)
    digit = next(at for at in range(cut, len(table)) if table[at : at + 1].isdigit())
    changed = table[:digit] + bytes([table[digit] ^ 1]) + table[digit + 1 :]
    seq = int(json.loads(forge.lines(files)[_invoice_at(forge.lines(files))])["chain"]["seq"])
    return Handed(zipped(_signed({**files, "tables/vat.csv": changed})), seq)


def table_pinned(kit: Kit) -> Handed:
    """The same; who knows the archive's key needs no recount."""
    return replace(table_for_the_spreadsheet(kit), first=0, genesis="", key=kit.archive_key)


def verifier_that_lies(kit: Kit) -> Handed:
    """The verifier inside says yes to everything; signed anew with a key of the attacker's own."""
    lie = b"print('CONFORME')\n"
    return Handed(zipped(_signed({**kit.files(), "verify.py": lie})), genesis="", key=kit.archive_key)


def verifier_that_lies_unsigned(kit: Kit) -> Handed:
    return Handed(zipped({**kit.files(), "verify.py": b"print('CONFORME')\n"}))


def notice_changed(kit: Kit) -> Handed:
    files = kit.files()
    return Handed(zipped({**files, "LISEZMOI.txt": files["LISEZMOI.txt"] + b"Tout va bien.\n"}))


# --- manifest and signature


def _manifest(kit: Kit, change: Callable[[dict[str, Any]], object]) -> Handed:
    return Handed(zipped(_signed(forge.with_manifest(kit.files(), change))))


def format_before(kit: Kit) -> Handed:
    return _manifest(kit, lambda told: told.update(format="sceau-archive/0"))


def format_after(kit: Kit) -> Handed:
    return _manifest(kit, lambda told: told.update(format="sceau-archive/2"))


def training_for_live(kit: Kit) -> Handed:
    return replace(_manifest(kit, lambda told: told.update(kind="training")), first=1)


def manifest_goes_on(kit: Kit) -> Handed:
    files = kit.files()
    return Handed(zipped({**files, "manifest.json": files["manifest.json"] + b"\n{}"}))


def manifest_says_twice(kit: Kit) -> Handed:
    files = kit.files()
    twice = files["manifest.json"].replace(b'"kind":', b'"kind":"training","kind":', 1)
    return Handed(zipped({**files, "manifest.json": twice}))


def signature_taken_away(kit: Kit) -> Handed:
    files = kit.files()
    del files["manifest.p7s"]
    return Handed(zipped(files))


def signature_swapped(kit: Kit) -> Handed:
    return Handed(zipped({**kit.files(), "manifest.p7s": kit.files("2026-12")["manifest.p7s"]}))


def sign_as_somebody_else(kit: Kit) -> Handed:
    """Nothing changed but the signature: who pins the archive's key sees another one."""
    return Handed(zipped(_signed(kit.files())), genesis="", key=kit.archive_key)


def stamp_swapped(kit: Kit) -> Handed:
    return Handed(zipped({**kit.files(), "manifest.tsr": kit.files("2026-12")["manifest.tsr"]}))


def stamp_taken_away(kit: Kit) -> Handed:
    """The archive of the month after says that there was a stamp."""
    files = kit.files()
    del files["manifest.tsr"]
    return Handed({"november.zip": forge.packed(files), "december.zip": kit.whole("2026-12")})


def stamp_of_one_s_own(kit: Kit) -> Handed:
    """A stamp over the right bytes, by an authority that the attacker made."""
    files = kit.files()
    with Authority(kit.folder / "own-authority") as own:
        files["manifest.tsr"] = own.reply(own.query(files["manifest.p7s"]))
    return Handed(zipped(files), authority=kit.authority.folder / "ca.pem")


def archives_swapped(kit: Kit) -> Handed:
    """December's entries and tables in the wrapping of November."""
    one, other = kit.files(), kit.files("2026-12")
    apart = ("manifest.json", "manifest.p7s", "manifest.tsr")
    return Handed(zipped({name: one[name] if name in apart else data for name, data in other.items()}))


def another_period_given(kit: Kit) -> Handed:
    """December handed out where November was asked for: the customer's invoice of November is not in it."""
    return Handed({"november.zip": kit.whole("2026-12")}, printed=kit.invoice)


def another_ledger_given(kit: Kit) -> Handed:
    return Handed({"november.zip": kit.other_ledger.read_bytes()})


def nothing_known(kit: Kit) -> Handed:
    return Handed({"november.zip": kit.other_ledger.read_bytes()}, genesis="")


def remade(kit: Kit) -> Handed:
    """November made anew after December was handed out, which names the first one."""
    changed = _signed(forge.with_manifest(kit.files(), lambda told: told.update(software="sceau 0.0.1")))
    return Handed({"november.zip": forge.packed(changed), "december.zip": kit.whole("2026-12")})


def checkpoint_of_another_origin(kit: Kit) -> Handed:
    other = members(kit.other_ledger)["checkpoint.txt"]
    return Handed({"november.zip": kit.whole()}, checkpoints={"kept.txt": other})


def checkpoint_of_another_ledger_inside(kit: Kit) -> Handed:
    other = members(kit.other_ledger)["checkpoint.txt"]
    return Handed(zipped(_signed({**kit.files(), "checkpoint.txt": other})))


# --- names


def _names(kit: Kit, change: Callable[[list[dict[str, Any]]], int], sign: bool = True) -> Handed:
    """The second file with its disclosures changed; listed and signed anew as the insider can."""
    held = _unzipped(kit.names())
    rows = [json.loads(line) for line in held["disclosures.jsonl"].splitlines()]
    first = change(rows)
    held["disclosures.jsonl"] = b"".join(forge.canonical(row) + b"\n" for row in rows)
    told = json.loads(held["manifest.json"])
    told["files"] = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(held.items())
        if name != "manifest.json"
    ]
    held["manifest.json"] = forge.canonical(told)
    plain = forge.packed(held)
    if not sign:
        return Handed({"november.zip": kit.whole()}, 0, private=plain)

    def name_it(outer: dict[str, Any]) -> None:
        outer["private"].update(plain_sha256=hashlib.sha256(plain).hexdigest(), size=len(plain))

    return Handed(zipped(_signed(forge.with_manifest(kit.files(), name_it))), first, private=plain)


def _unzipped(data: bytes) -> forge.Files:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def _clients(rows: list[dict[str, Any]]) -> list[int]:
    return [at for at, row in enumerate(rows) if row["path"] == "/client"]


def names_swapped(kit: Kit) -> Handed:
    def change(rows: list[dict[str, Any]]) -> int:
        one, other = _clients(rows)[-2:]
        for member in ("salt", "value"):
            rows[one][member], rows[other][member] = rows[other][member], rows[one][member]
        return int(rows[one]["seq"])

    return _names(kit, change)


def name_edited(kit: Kit) -> Handed:
    def change(rows: list[dict[str, Any]]) -> int:
        at = _clients(rows)[-1]
        rows[at]["value"]["name"] = "Somebody Else"
        return int(rows[at]["seq"])

    return _names(kit, change)


def name_edited_unsigned(kit: Kit) -> Handed:
    def change(rows: list[dict[str, Any]]) -> int:
        rows[_clients(rows)[-1]]["value"]["name"] = "Somebody Else"
        return 0

    return _names(kit, change, sign=False)


def name_lost(kit: Kit) -> Handed:
    def change(rows: list[dict[str, Any]]) -> int:
        return int(rows.pop(_clients(rows)[-1])["seq"])

    return _names(kit, change)


def names_of_another_period(kit: Kit) -> Handed:
    return Handed({"november.zip": kit.whole()}, private=kit.names("2026-12"))


# --- with every key: the ledger written anew


@cache
def _insider(vkey: str = "") -> Insider:
    return Insider([vkey] if vkey else None)


def _rewritten(kit: Kit, change: Change, keep: int = 30) -> tuple[Handed, bytes]:
    """The honest ledger's checkpoint at `keep`, then the archive of another history under the same keys."""
    insider = _insider()
    insider.write(kit.files())
    before, genesis = insider.checkpoint(keep).encode(), insider.genesis
    files = insider.write(kit.files(), change)
    assert insider.genesis == genesis
    return Handed(zipped(files), genesis=genesis), before


def insider_s_honest_archive(kit: Kit) -> Handed:
    """The control: the same hand, nothing changed."""
    return _rewritten(kit, lambda trees: None)[0]


def _less(trees: list[Tree]) -> None:
    """One invoice of the first day reads otherwise; everything after it follows."""
    of_type(trees, "invoice.issued/1", 0)["entry"]["body"]["reference"] = "another"


def _less_at_the_end(trees: list[Tree]) -> None:
    of_type(trees, "invoice.issued/1", -1)["entry"]["body"]["reference"] = "another"


def rewrite_all(kit: Kit) -> Handed:
    handed, before = _rewritten(kit, _less)
    return replace(handed, first=_first_rewritten(kit), checkpoints={"kept.txt": before})


def _first_rewritten(kit: Kit) -> int:
    return _invoice_at(forge.lines(kit.files()), 0) + 1


def rewrite_all_unseen(kit: Kit) -> Handed:
    return _rewritten(kit, _less)[0]


def rewrite_after_the_checkpoint(kit: Kit) -> Handed:
    handed, before = _rewritten(kit, _less_at_the_end)
    return replace(handed, first=30, checkpoints={"kept.txt": before})


def rewrite_against_print(kit: Kit) -> Handed:
    insider = _insider()
    lines = forge.lines(insider.write(kit.files()))
    at = _invoice_at(lines, 0)
    number = json.loads(lines[at])["entry"]["body"]["number"]
    handed, _ = _rewritten(kit, _less)
    return replace(handed, first=at + 1, printed=(number, hashlib.sha256(lines[at]).hexdigest()))


def closure_altered(kit: Kit) -> Handed:
    def change(trees: list[Tree]) -> None:
        of_type(trees, "period.closed/1", 0)["entry"]["body"]["gross_cents"] -= 100

    handed, _ = _rewritten(kit, change)
    lines = forge.lines(_unzipped(handed.archives["november.zip"]))
    return replace(handed, first=1 + next(at for at, line in enumerate(lines) if b'"period.closed/1"' in line))


def number_left_out(kit: Kit) -> Handed:
    at: list[int] = []

    def change(trees: list[Tree]) -> None:
        tree = of_type(trees, "invoice.issued/1", -1)
        body = tree["entry"]["body"]
        body.update(n=9, number=body["number"][:-1] + "9")
        at.append(trees.index(tree) + 1)

    handed, _ = _rewritten(kit, change)
    return replace(handed, first=at[0])


def imported_as_native(kit: Kit) -> Handed:
    """A document of other software among ours, with its own number."""
    at: list[int] = []

    def change(trees: list[Tree]) -> None:
        tree = another(of_type(trees, "invoice.issued/1", -1), "invoice:00000000-0000-4000-8000-000000000000")
        tree["entry"]["body"].update(n=99, number="ANCIEN-99")
        trees.append(tree)
        at.append(len(trees))

    handed, _ = _rewritten(kit, change)
    return replace(handed, first=at[0])


def purge_of_no_archive(kit: Kit) -> Handed:
    """A purge entry of an archive of which no entry tells."""
    return _purged(kit)


def purge_of_an_unread_archive(kit: Kit) -> Handed:
    """The same, behind an entry that tells of the archive, and none that it was read back elsewhere."""
    made = {
        "documents": 1, "first_seq": 2, "format": "sceau-archive/1", "from_on": "2026-11-01", "last_seq": 5,
        "manifest": _INVENTED, "rank": 1, "seen": 5, "signature": "cd" * 32, "to_on": "2026-11-30",
    }  # fmt: skip
    return _purged(kit, ("archive.created/1", made))


_INVENTED = "ab" * 32


def _purged(kit: Kit, *before: tuple[str, dict[str, Any]]) -> Handed:
    """Entries about archives at the end of the month, the last of them a purge of entries 2 to 5."""
    at: list[int] = []

    def change(trees: list[Tree]) -> None:
        purge = {"first_seq": 2, "last_seq": 5, "manifest": _INVENTED}
        for version, (kind, body) in enumerate((*before, ("entries.purged/1", purge)), 1):
            tree = another(of_type(trees, "invoice.issued/1", -1), "archive:self")
            tree["entry"].update(type=kind, body=body, version=version)
            tree["chain"]["at"] = trees[-1]["chain"]["at"]
            trees.append(tree)
        at.append(len(trees))

    handed, _ = _rewritten(kit, change)
    return replace(handed, first=at[0])


def erased_too_early(kit: Kit) -> Handed:
    """An erasure entry, behind everything, of what the last invoice names."""
    at: list[int] = []

    def change(trees: list[Tree]) -> None:
        invoice = of_type(trees, "invoice.issued/1", -1)
        tree = another(invoice, "erasure:self")
        places = [{"path": "/client", "seq": trees.index(invoice) + 1}]
        body = {"ground": "asked", "law": "RGPD 17", "places": places}
        tree["entry"].update(type="data.erased/1", body=body)
        tree["chain"]["at"] = trees[-1]["chain"]["at"]
        trees.append(tree)
        at.append(len(trees))

    handed, _ = _rewritten(kit, change)
    return replace(handed, first=at[0])


def forked(kit: Kit) -> Handed:
    """Two auditors were given two archives of one month; they put them side by side."""
    one = insider_s_honest_archive(kit)
    other = _rewritten(kit, _less)[0]
    archives = {"first.zip": one.archives["november.zip"], "second.zip": other.archives["november.zip"]}
    return Handed(archives, _first_rewritten(kit), genesis=one.genesis)


def forked_checkpoints(kit: Kit) -> Handed:
    insider = _insider()
    insider.write(kit.files())
    one = insider.checkpoint(30).encode()
    files = insider.write(kit.files(), _less)
    other = insider.checkpoint(30).encode()
    checkpoints = {"first.txt": one, "second.txt": other}
    return Handed(zipped(files), _first_rewritten(kit), genesis=insider.genesis, checkpoints=checkpoints)


def training_ledger(kit: Kit) -> Handed:
    """A whole training ledger, well made, in the place of the live one."""
    insider = Insider()

    def change(trees: list[Tree]) -> None:
        trees[0]["entry"]["body"]["kind"] = "training"

    files = insider.write(kit.files(), change)
    signed = insider.again(forge.with_manifest(files, lambda told: told.update(kind="training")))
    return Handed(zipped(signed))


def same_id_other_entry_1(kit: Kit) -> Handed:
    """The ledger's id is made of what entry 1 says, not of when: the same id, another identity."""
    insider = _insider()
    files = insider.write(kit.files())
    ledger, genesis = insider.ledger, insider.genesis

    def change(trees: list[Tree]) -> None:
        trees[0]["chain"]["at"] = "2026-11-23T08:59:59.000000Z"

    files = insider.write(kit.files(), change)
    assert (insider.ledger, insider.genesis != genesis) == (ledger, True)
    return Handed(zipped(files), genesis=genesis)


def cosigned_by_nobody_we_know(kit: Kit) -> Handed:
    """A cosignature of a witness that the ledger does not name and nobody knows: it counts for nothing."""
    insider = _insider()
    files = insider.write(kit.files())
    witness = NoteKey("w9.example/unknown", 4)
    note = insider.checkpoint(30)
    text = note.rpartition("\n\n")[0] + "\n"
    cosigned = (note + witness.cosign(text, 1_800_000_000)).encode()
    row = {
        "at": "2026-12-01T00:00:00Z", "kind": "witness", "note": base64.b64encode(note.encode()).decode(), "place": "x",
        "proof": base64.b64encode(cosigned).decode(), "size": 30,
    }  # fmt: skip
    files["anchors/00000000.json"] = forge.canonical(row)
    return Handed(zipped(insider.again(files)), 0, genesis=insider.genesis)


# --- a ZIP that two programs read as two archives


def _raw(kit: Kit, data: bytes) -> Handed:
    return Handed({"november.zip": data})


def zip_prefix(kit: Kit) -> Handed:
    return _raw(kit, b"#!/bin/sh\nexit 0\n" + kit.whole())


def zip_tail(kit: Kit) -> Handed:
    return _raw(kit, kit.whole() + b"PK\x05\x06" + bytes(18))


def zip_gap(kit: Kit) -> Handed:
    """Bytes between the last file and the directory, which a reader that follows the directory never sees."""
    data = kit.whole()
    start = data.index(b"PK\x01\x02", data.rindex(b"PK\x03\x04"))
    end = data.rindex(b"PK\x05\x06")
    hidden = b"hidden"
    moved = struct.pack("<I", struct.unpack_from("<I", data, end + 16)[0] + len(hidden))
    return _raw(kit, data[:start] + hidden + data[start:end] + data[end : end + 16] + moved + data[end + 20 :])


def zip_comment_with_another_end(kit: Kit) -> Handed:
    data = kit.whole()
    return _raw(kit, data[:-2] + struct.pack("<H", 22) + data[-22:])


def zip_one_name_twice(kit: Kit) -> Handed:
    """One reader takes the first LISEZMOI.txt, another the last."""
    files, out = kit.files(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*files.items(), ("LISEZMOJ.txt", b"Tout va bien.\n")]:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return _raw(kit, out.getvalue().replace(b"LISEZMOJ.txt", b"LISEZMOI.txt"))


def zip_two_names_for_one_file(kit: Kit) -> Handed:
    """The file's own header says another name than the directory."""
    data = forge.packed(kit.files())
    at = data.index(b"LISEZMOI.txt")
    return _raw(kit, data[:at] + b"LISEZMOJ.txt" + data[at + 12 :])


def zip_name_that_looks_alike(kit: Kit) -> Handed:
    files = kit.files()
    return Handed(zipped({**files, "LISEZMO\u0406.txt": b"Tout va bien.\n"}))


def zip_path_that_leaves(kit: Kit) -> Handed:
    return Handed(zipped({**kit.files(), "../../.profile": b"echo"}))


def zip_extra_field(kit: Kit) -> Handed:
    """An Info-ZIP Unicode Path field: some readers take its name instead."""
    files, out = kit.files(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            if name == "LISEZMOI.txt":
                other = b"\x01" + struct.pack("<I", zlib.crc32(name.encode())) + b"verify.txt"
                info.extra = struct.pack("<2sH", b"up", len(other)) + other
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return _raw(kit, out.getvalue())


def zip_stream_goes_on(kit: Kit) -> Handed:
    """The compressed stream of a file ends before its member does; what follows is read by some."""
    parts = [(name, _deflated([data]), data, len(data)) for name, data in kit.files().items()]
    at = next(at for at, part in enumerate(parts) if part[0] == "LISEZMOI.txt")
    name, packed, data, size = parts[at]
    parts[at] = (name, packed + b"and more", data, size)
    return _raw(kit, _by_hand(parts))


def zip_bomb(kit: Kit) -> Handed:
    """64 MiB of nothing behind a header that promises a thousand bytes."""
    return _raw(kit, _by_hand([("manifest.json", _deflated([bytes(1 << 20)] * 64), b"", 1000)]))


def _deflated(pieces: list[bytes]) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return b"".join([*(deflate.compress(piece) for piece in pieces), deflate.flush()])


def _by_hand(parts: list[tuple[str, bytes, bytes, int]]) -> bytes:
    """A ZIP of members whose packed bytes and promised sizes are whatever they are."""
    out, directory = b"", b""
    for name, packed, plain, size in parts:
        figures = (20, 0, 8, 0, 33, zlib.crc32(plain), len(packed), size, len(name))
        local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *figures, 0) + name.encode()
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, *figures, *[0] * 5, len(out)) + name.encode()
        out += local + packed
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), len(out), 0)
    return out + directory + end


# --- a customer's proof


def _proof(said: dict[str, Any]) -> dict[str, bytes]:
    return {"F-00002.proof.json": forge.canonical(said) + b"\n"}


def untouched_proof(kit: Kit) -> Handed:
    return Handed(_proof(kit.proof("F-00002")))


def _with_line(said: dict[str, Any], change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    head, extra, rest = said["document"].split("\n", 2)
    line = change(base64.b64decode(extra.removeprefix("extra ")))
    return _proof({**said, "document": "\n".join((head, "extra " + base64.b64encode(line).decode(), rest))})


def proof_of_another_amount(kit: Kit) -> Handed:
    said = kit.proof("F-00002")
    return Handed(_with_line(said, lambda line: forge.edited(line, _amount)), _proof_seq(said))


def proof_for_another_document(kit: Kit) -> Handed:
    """A true proof, of another customer's invoice, given with this customer's fingerprint."""
    return Handed(_proof(kit.proof("F-00003")), printed=kit.invoice)


def _proof_seq(said: dict[str, Any]) -> int:
    extra = said["document"].split("\n")[1].removeprefix("extra ")
    return int(json.loads(base64.b64decode(extra))["chain"]["seq"])


def proof_with_another_s_names(kit: Kit) -> Handed:
    one, other = kit.proof("F-00002"), kit.proof("F-00003")
    return Handed(_proof({**one, "disclosures": other["disclosures"]}), _proof_seq(one))


def proof_with_another_opening(kit: Kit) -> Handed:
    """Another ledger's entry 1 in the proof: two checkpoints in one file."""
    return Handed(_proof({**kit.proof("F-00002"), "opening": kit.proof("other")["opening"]}), genesis=None)


def proof_of_another_ledger(kit: Kit) -> Handed:
    return Handed(_proof(kit.proof("other")))
