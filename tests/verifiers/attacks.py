"""Attacked archives: what was done, and what a verifier must find.

A table of functions; each makes the files that a person drops on `verify.html`, and names the findings that must come
out: (code, seq), seq None where the place does not matter. All stand on `forge.py`, with every key at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from tests.verifiers import forge
from tests.verifiers.forge import Archive, Ledger, canonical, digest, zipped


class Case(NamedTuple):
    """Files to drop, what is known from outside, what must be found."""

    files: dict[str, bytes]
    pin: str
    expected: tuple[tuple[str, int | None], ...]
    printed: str = ""


class Edit:
    """Takes out and puts back the lines of the one file of entries."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.name = next(name for name in archive.files if name.startswith("entries/"))
        self.lines = archive.files[self.name].split(b"\n")[:-1]

    def done(self) -> Archive:
        self.archive.files[self.name] = b"\n".join(self.lines) + b"\n"
        return self.archive


def business(invoices: int = 4) -> Ledger:
    ledger = Ledger()
    for _ in range(invoices):
        ledger.invoice()
    ledger.close(1, ledger.last, 12000 * invoices, invoices)
    return ledger


def case(archive: Archive, *expected: tuple[str, int | None], **options: object) -> Case:
    data = archive.bytes(**options)  # type: ignore[arg-type] # handed on as given
    return Case({"archive.zip": data}, archive.ledger.genesis, expected)


def edited_by_an_outsider() -> Case:
    archive = forge.archive(business())

    def change(files: dict[str, bytes]) -> None:
        files["entries/000000000001.jsonl"] = files["entries/000000000001.jsonl"].replace(b"12000", b"12001", 1)

    return case(archive, ("altered", 3), ("file_changed", None), change=change)


def edited_and_signed_anew() -> Case:
    edit = Edit(forge.archive(business()))
    edit.lines[4] = edit.lines[4].replace(b"12000", b"10000")
    return case(edit.done(), ("altered", 5))


def last_entry_edited() -> Case:
    edit = Edit(forge.archive(business()))
    edit.lines[-1] = edit.lines[-1].replace(b'"rank":1', b'"rank":2')
    return case(edit.done(), ("manifest", 11), ("tree", None))


def deleted_in_the_middle() -> Case:
    edit = Edit(forge.archive(business()))
    del edit.lines[5:7]
    return case(edit.done(), ("deleted", 6))


def inserted() -> Case:
    edit = Edit(forge.archive(business()))
    edit.lines.insert(6, edit.lines[4])
    return case(edit.done(), ("inserted", 5))


def swapped() -> Case:
    edit = Edit(forge.archive(business()))
    edit.lines[5], edit.lines[6] = edit.lines[6], edit.lines[5]
    return case(edit.done(), ("swapped", 6))


def tail_cut() -> Case:
    edit = Edit(forge.archive(business()))
    del edit.lines[-2:]
    return case(edit.done(), ("deleted", 10))


def head_cut() -> Case:
    edit = Edit(forge.archive(business()))
    del edit.lines[0]
    return case(edit.done(), ("opening", 1))


def linked_anew_without_the_seal_key() -> Case:
    ledger = business()
    seals = list(ledger.seals)
    again = Ledger(keys=ledger.keys)
    for n in range(4):
        again.invoice(12000 if n != 2 else 9000)
    again.close(1, again.last, 45000, 4)
    again.seals = seals  # the old signatures over other entries
    return case(forge.archive(again), ("seal", None))


def rewritten_with_new_keys() -> Case:
    good, other = business(), business()
    return case(forge.archive(other), ("pin_mismatch", None))._replace(pin=good.genesis)


def rewritten_with_all_keys_against_a_checkpoint() -> Case:
    ledger = business()
    kept = ledger.note(9)
    again = Ledger(keys=ledger.keys)
    for n in range(4):
        again.invoice(12000 if n != 1 else 9000)
    again.close(1, again.last, 45000, 4)
    made = case(forge.archive(again), ("rewritten", 1))
    return made._replace(files={**made.files, "kept.txt": kept}, pin=again.genesis)


def forked() -> Case:
    ledger = business()
    kept = ledger.note(root=b"\x07" * 32)
    made = case(forge.archive(ledger), ("fork", None))
    return made._replace(files={**made.files, "kept.txt": kept})


def unlisted_file() -> Case:
    def change(files: dict[str, bytes]) -> None:
        files["tables/extra.csv"] = b"a,b\n"

    return case(forge.archive(business()), ("file_unlisted", None), change=change)


def missing_file() -> Case:
    def change(files: dict[str, bytes]) -> None:
        del files["LISEZMOI.txt"]

    return case(forge.archive(business()), ("file_missing", None), change=change)


def changed_file() -> Case:
    def change(files: dict[str, bytes]) -> None:
        files["LISEZMOI.txt"] = b"Tout va bien.\n"

    return case(forge.archive(business()), ("file_changed", None), change=change)


def not_signed() -> Case:
    return case(forge.archive(business()), ("signature_missing", None), sign=False)


def signature_of_another_manifest() -> Case:
    ledger = business()
    one, other = forge.archive(ledger), forge.archive(ledger)
    other.manifest["software"] = "other"
    signed = {}

    def keep(files: dict[str, bytes]) -> None:
        signed.update(files)

    other.bytes(change=keep)

    def change(files: dict[str, bytes]) -> None:
        files["manifest.p7s"] = signed["manifest.p7s"]

    return case(one, ("signature", None), change=change)


def signed_by_another_key() -> Case:
    archive = forge.archive(business())
    key = ec.generate_private_key(ec.SECP256R1())
    archive.certificate = forge.certificate(key)
    return case(archive, ("signature", None), key=key)


def time_stamp_of_nothing() -> Case:
    def change(files: dict[str, bytes]) -> None:
        files["manifest.tsr"] = bytes.fromhex("30053003020100")

    return case(forge.archive(business()), ("timestamp", None), change=change)


def zip_with_a_gap() -> Case:
    ledger = business()
    return Case({"archive.zip": _zip(ledger, gap=b"hidden")}, ledger.genesis, (("zip_ambiguous", None),))


def zip_with_a_tail() -> Case:
    ledger = business()
    return Case({"archive.zip": _zip(ledger, tail=b"hidden")}, ledger.genesis, (("zip_ambiguous", None),))


def zip_with_two_names_for_one_file() -> Case:
    ledger = business()
    data = _zip(ledger, local={"LISEZMOI.txt": b"LISEZMOI.TXT"})
    return Case({"archive.zip": data}, ledger.genesis, (("zip_ambiguous", None),))


def zip_with_one_name_twice() -> Case:
    ledger = business()
    data = _zip(ledger).replace(b"seal-keys.jsonl", b"LISEZMOI.txt.jx").replace(b"LISEZMOI.txt.jx", b"checkpoint.txtx")
    data = data.replace(b"checkpoint.txtx", b"entries/../a.js")
    return Case({"archive.zip": data}, ledger.genesis, (("zip_ambiguous", None),))


def zip_whose_stream_goes_on() -> Case:
    ledger = business()
    data = _zip(ledger, junk={"LISEZMOI.txt": b"more"})
    return Case({"archive.zip": data}, ledger.genesis, (("zip_ambiguous", None),))


def _zip(ledger: Ledger, **options: object) -> bytes:
    held: dict[str, bytes] = {}
    forge.archive(ledger).bytes(change=held.update)
    return zipped(held, **options)  # type: ignore[arg-type] # handed on as given


def clock_set_back() -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {}, at="2026-11-01T00:00:00.000000Z")
    ledger.seal()
    return case(forge.archive(ledger), ("clock_back", 12))


def version_left_out() -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {}, version=3)
    ledger.seal()
    return case(forge.archive(ledger), ("version_gap", 12))


def entry_of_another_ledger() -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {}, ledger="00000000-0000-8000-8000-000000000000")
    ledger.seal()
    return case(forge.archive(ledger), ("other_ledger", 12))


def unknown_format() -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {}, v=2)
    ledger.seal()
    return case(forge.archive(ledger), ("unknown_v", 12))


def _with_line(code: str, change: Callable[[bytes], bytes]) -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {"a": 1})
    line = change(ledger.lines.pop())
    ledger.prints.pop()
    ledger.put(line)
    ledger.seal()
    return case(forge.archive(ledger), (code, 12))


def duplicate_member() -> Case:
    return _with_line("duplicate_member", lambda line: line.replace(b'{"a":1}', b'{"a":1,"a":1}'))


def float_amount() -> Case:
    return _with_line("float", lambda line: line.replace(b'{"a":1}', b'{"a":1.0}'))


def stray_space() -> Case:
    return _with_line("not_canonical", lambda line: line.replace(b'{"a":1}', b'{"a": 1}'))


def text_that_reads_backwards() -> Case:
    return _with_line("bidi_control", lambda line: line.replace(b'{"a":1}', '{"a":"\u202e21"}'.encode()))


def sealed_by_a_strange_key() -> Case:
    ledger = business()
    strange = ec.generate_private_key(ec.SECP256R1())
    ledger.public[digest(forge.spki(strange))] = forge.spki(strange)
    ledger.add("clock.stepped/1", "ledger:self", {})
    ledger.seal(strange)
    return case(forge.archive(ledger), ("wrong_key", 12))


def false_key_lost() -> Case:
    ledger = business()
    ledger.keys.recovery = ec.generate_private_key(ec.SECP256R1())  # not the one that entry 1 names
    ledger.change_key(by="recovery")
    return case(forge.archive(ledger), ("key_discontinuity", 12), ("wrong_key", 12))


def tail_without_a_seal() -> Case:
    ledger = business()
    ledger.add("clock.stepped/1", "ledger:self", {})
    return case(forge.archive(ledger), ("unsealed", 12))


def seal_left_out() -> Case:
    archive = forge.archive(business())
    lines = archive.files["seals.jsonl"].split(b"\n")
    archive.files["seals.jsonl"] = b"\n".join(lines[:3] + lines[4:])
    return case(archive, ("unsealed", 5))


def seal_key_left_out() -> Case:
    archive = forge.archive(business())
    archive.files["seal-keys.jsonl"] = b""
    return case(archive, ("key_missing", None))


def checkpoint_of_a_strange_key() -> Case:
    ledger = business()
    archive = forge.archive(ledger)
    ledger.keys.checkpoint = forge.Keys().checkpoint
    archive.files["checkpoint.txt"] = ledger.note()
    return case(archive, ("checkpoint_signature", None))


def checkpoint_that_says_otherwise() -> Case:
    ledger = business()
    archive = forge.archive(ledger)
    archive.files["checkpoint.txt"] = ledger.note(root=b"\x01" * 32)
    return case(archive, ("checkpoint", None))


def tree_that_says_otherwise() -> Case:
    archive = forge.archive(business())
    archive.manifest["tree"]["root"] = "9" * 64
    return case(archive, ("tree", None))


def peaks_of_another_past() -> Case:
    ledger = business(6)
    archive = forge.archive(ledger, first=5)
    archive.manifest["tree"]["peaks"] = ["9" * 64]
    return case(archive, ("tree", None))


def strange_entry_1_given_along() -> Case:
    ledger = business(6)
    archive = forge.archive(ledger, first=5)
    proofs = json.loads(archive.files["context-proofs.jsonl"])
    proofs["proof"][0] = "9" * 64
    archive.files["context-proofs.jsonl"] = canonical(proofs) + b"\n"
    return case(archive, ("inclusion", 1))


def manifest_with_one_more_member() -> Case:
    archive = forge.archive(business())
    archive.manifest["note"] = "fine"
    return case(archive, ("manifest", None))


def format_of_the_future() -> Case:
    archive = forge.archive(business())
    archive.manifest["format"] = "sceau-archive/2"
    return case(archive, ("manifest", None))


def training_given_for_live() -> Case:
    ledger = Ledger(kind="training")
    ledger.invoice()
    archive = forge.archive(ledger)
    archive.manifest["kind"] = "live"
    return case(archive, ("manifest", 1))


def closure_total_altered() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.invoice()
    ledger.close(1, 6, 24000, 2, gross_cents=23000)
    return case(forge.archive(ledger), ("closure_totals", 7))


def closure_of_another_tree() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.close(1, 4, 12000, 1, root="7" * 64)
    return case(forge.archive(ledger), ("closure_totals", 5))


def number_left_out() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.invoice(n=3)
    return case(forge.archive(ledger), ("number_gap", 5))


def number_given_twice() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.invoice(n=1)
    return case(forge.archive(ledger), ("number_double", 5))


def _second(change: Callable[[list[forge.Body]], object], *expected: tuple[str, int | None]) -> Case:
    ledger = business()
    change(ledger.disclosures)
    data, said = forge.private(ledger, 1, ledger.last)
    made = case(forge.archive(ledger, private=said), *expected)
    return made._replace(files={**made.files, "private.zip": data})


def another_name_disclosed() -> Case:
    return _second(lambda shown: shown[1].update(value={"name": "Somebody Else"}), ("commitment", 5))


def a_name_left_out() -> Case:
    return _second(lambda shown: shown.pop(1), ("disclosure_lost", 5))


def a_name_too_many() -> Case:
    extra = {"path": "/texts", "salt": "12" * 16, "seq": 5, "value": "more"}
    return _second(lambda shown: shown.append(extra), ("disclosure_stray", 5))


def second_file_changed() -> Case:
    made = _second(lambda shown: None, ("private", None))
    ledger = business()
    other, _ = forge.private(ledger, 1, ledger.last)
    held = dict(made.files)
    manifest = canonical(
        {"files": [], "first": 1, "format": "sceau-archive-private/1", "genesis": made.pin, "last": 11}
    )
    held["private.zip"] = zipped({"manifest.json": manifest})
    assert other != held["private.zip"]
    return made._replace(files=held)


def fingerprint_of_another_invoice() -> Case:
    made = case(forge.archive(business()), ("rewritten", 3))
    return made._replace(printed="F00001 " + "a" * 64)


def document_that_is_not_there() -> Case:
    made = case(forge.archive(business()), ("document_missing", None))
    return made._replace(printed="F00099 " + "a" * 64)


def archive_replaced() -> Case:
    ledger = business(6)
    first = forge.archive(ledger, last=5 + 3)
    previous = {
        "first": 1,
        "head": ledger.prints[7],
        "last": 8,
        "manifest": "3" * 64,  # the one that was delivered at the time
        "root": forge.Tree(ledger.prints).root(8).hex(),
        "signature": "4" * 64,
        "timestamp": None,
    }
    later = forge.archive(ledger, first=9, previous=previous)
    later.manifest["period"] = {"from_on": "2026-12-01", "kind": "month", "to_on": "2026-12-31"}
    files = {"november.zip": first.bytes(), "december.zip": later.bytes()}
    return Case(files, ledger.genesis, (("archive_replaced", None),))


def proof_of_another_amount() -> Case:
    ledger = business()
    other = business()
    other.lines[2] = ledger.lines[2].replace(b"12000", b"1200")
    ledger.lines[2] = other.lines[2]
    return Case({"F00001.proof.json": forge.proof(ledger, 3)}, ledger.genesis, (("inclusion", 3),))


def proof_with_another_name() -> Case:
    ledger = business()
    shown = [{"path": "/client", "salt": "ef" * 16, "value": {"name": "Somebody Else"}}]
    return Case({"F00001.proof.json": forge.proof(ledger, 3, disclosures=shown)}, ledger.genesis, (("commitment", 3),))


def _table(name: str, change: Callable[[bytes], bytes], *expected: tuple[str, int | None]) -> Case:
    archive = forge.archive(business())
    archive.files[f"tables/{name}.csv"] = change(archive.files[f"tables/{name}.csv"])
    return case(archive, *expected)


def amount_in_a_table_changed() -> Case:
    return _table("documents", lambda rows: rows.replace(b"120,00", b"12,00", 3), ("table", 3))


def payment_left_out_of_its_table() -> Case:
    def change(rows: bytes) -> bytes:
        lines = rows.split(b"\r\n")
        return b"\r\n".join(lines[:2] + lines[3:])

    return _table("payments", change, ("table", 6))


def row_too_many_in_a_table() -> Case:
    return _table("vat", lambda rows: rows + rows.split(b"\r\n")[1] + b"\r\n", ("table", None))


def last_row_of_a_table_cut() -> Case:
    return _table("closures", lambda rows: rows[:-3], ("table", 11))


def columns_of_a_table_swapped() -> Case:
    return _table("closures", lambda rows: rows.replace(b"net;vat;gross", b"gross;vat;net"), ("table", None))


def entry_hidden_from_the_journal() -> Case:
    return _table("journal", lambda rows: rows[: rows.index(b"\r\n") + 2], ("table", 1))


def table_left_out() -> Case:
    archive = forge.archive(business())
    del archive.files["tables/vat.csv"]
    return case(archive, ("table", None))


def table_that_goes_on_for_no_reason() -> Case:
    archive = forge.archive(business())
    archive.files["tables/vat-2.csv"] = archive.files["tables/vat.csv"]
    return case(archive, ("table", None))


def invoice_out_of_its_schema() -> Case:
    ledger = business()
    ledger.invoice(vat=[{"category": "S", "rate_bp": "2000"}])
    return case(forge.archive(ledger), ("body_schema", 12))


def money_reversed_left_out_of_a_closure() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.reverse(12000)
    ledger.close(1, 6, 12000, 1)
    return case(forge.archive(ledger), ("closure_totals", 7))


def entry_slipped_into_a_closed_day() -> Case:
    ledger = business()
    ledger.invoice()  # still on the day that was closed
    ledger.close(12, 13, 12000, 1)
    return case(forge.archive(ledger), ("closure_late_entry", 14))


def closure_that_skips_its_last_entries() -> Case:
    ledger = Ledger()
    ledger.invoice()
    ledger.invoice()
    ledger.close(1, 4, 12000, 1)
    return case(forge.archive(ledger), ("closure_late_entry", 7))


def second_file_of_other_bytes() -> Case:
    ledger = business()
    _, said = forge.private(ledger, 1, ledger.last)
    made = case(forge.archive(ledger, private=said), ("private", None))
    return made._replace(files={**made.files, str(said["name"]): b"0" * int(said["size"])})


def cosignature_of_another_tree() -> Case:
    witness = forge.Witness()
    ledger = Ledger(anchors={"witnesses": [witness.vkey]})
    ledger.invoice()
    archive = forge.archive(ledger)
    line = witness.cosign(ledger.note(root=b"\x07" * 32), 1793000000).splitlines()[-1]
    archive.files["checkpoint.txt"] += line + b"\n"
    return case(archive, ("cosignature", None))


ATTACKS: Final[tuple[Callable[[], Case], ...]] = (
    edited_by_an_outsider,
    edited_and_signed_anew,
    last_entry_edited,
    deleted_in_the_middle,
    inserted,
    swapped,
    tail_cut,
    head_cut,
    linked_anew_without_the_seal_key,
    rewritten_with_new_keys,
    rewritten_with_all_keys_against_a_checkpoint,
    forked,
    unlisted_file,
    missing_file,
    changed_file,
    not_signed,
    signature_of_another_manifest,
    signed_by_another_key,
    time_stamp_of_nothing,
    zip_with_a_gap,
    zip_with_a_tail,
    zip_with_two_names_for_one_file,
    zip_with_one_name_twice,
    zip_whose_stream_goes_on,
    clock_set_back,
    version_left_out,
    entry_of_another_ledger,
    unknown_format,
    duplicate_member,
    float_amount,
    stray_space,
    text_that_reads_backwards,
    sealed_by_a_strange_key,
    false_key_lost,
    tail_without_a_seal,
    seal_left_out,
    seal_key_left_out,
    checkpoint_of_a_strange_key,
    checkpoint_that_says_otherwise,
    tree_that_says_otherwise,
    peaks_of_another_past,
    strange_entry_1_given_along,
    manifest_with_one_more_member,
    format_of_the_future,
    training_given_for_live,
    closure_total_altered,
    closure_of_another_tree,
    number_left_out,
    number_given_twice,
    another_name_disclosed,
    a_name_left_out,
    a_name_too_many,
    second_file_changed,
    fingerprint_of_another_invoice,
    document_that_is_not_there,
    archive_replaced,
    proof_of_another_amount,
    proof_with_another_name,
    amount_in_a_table_changed,
    payment_left_out_of_its_table,
    row_too_many_in_a_table,
    last_row_of_a_table_cut,
    columns_of_a_table_swapped,
    entry_hidden_from_the_journal,
    table_left_out,
    table_that_goes_on_for_no_reason,
    invoice_out_of_its_schema,
    money_reversed_left_out_of_a_closure,
    entry_slipped_into_a_closed_day,
    closure_that_skips_its_last_entries,
    second_file_of_other_bytes,
    cosignature_of_another_tree,
)
