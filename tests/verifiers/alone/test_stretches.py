"""Entries walked in many short stretches, by one process or several: the same verdict as in one go."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.verifiers import verify
from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Check, Samples, Verdict


@pytest.fixture
def cut_short(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Cut what is read into stretches of about a kilobyte, and have workers walk them."""

    def cut() -> None:
        for name, value in {"STRETCH": 1200, "UNPACKED": 600, "WORKERS_FROM": 0, "BATCH_BYTES": 500}.items():
            monkeypatch.setattr(verify, name, value)

    return cut


def edit(files: forge.Files) -> forge.Files:
    found = forge.lines(files)
    found[7] = found[7].replace(b'"salt":"', b'"salt":"0')[: len(found[7])]
    return forge.with_lines(files, found)


def amount(files: forge.Files) -> forge.Files:
    found = forge.lines(files)
    at = next(at for at, line in enumerate(found) if b'"type":"invoice.issued/1"' in line)
    found[at] = found[at].replace(b'"net_cents":', b'"net_cents":1', 1)
    return forge.with_lines(files, found)


def cut_in_a_line(files: forge.Files) -> forge.Files:
    name = forge.entries_name(files)
    return {**files, name: files[name][:-40]}


def row(files: forge.Files) -> forge.Files:
    found = files["tables/payments.csv"].split(b"\r\n")
    found[3] = found[3].replace(b";", b";;", 1)
    return {**files, "tables/payments.csv": b"\r\n".join(found)}


ATTACKS: dict[str, Callable[[forge.Files], forge.Files]] = {
    "nothing": lambda files: files,
    "a line edited": edit,
    "an amount": amount,
    "a line missing": lambda files: forge.with_lines(files, forge.lines(files)[:6] + forge.lines(files)[7:]),
    "two lines missing, relinked": lambda files: forge.with_lines(
        files, forge.relinked(forge.lines(files)[:6] + forge.lines(files)[8:], 5)
    ),
    "two lines swapped": lambda files: forge.with_lines(
        files, [*forge.lines(files)[:6], *forge.lines(files)[7:5:-1], *forge.lines(files)[8:]]
    ),
    "a line doubled": lambda files: forge.with_lines(files, forge.lines(files)[:7] + forge.lines(files)[6:]),
    "the tail cut": lambda files: forge.with_lines(files, forge.lines(files)[:-2]),
    "no lines": lambda files: forge.with_lines(files, []),
    "a line cut": cut_in_a_line,
    "a row": row,
    "rows too many": lambda files: {**files, "tables/payments.csv": files["tables/payments.csv"] + b"1;2\r\n"},
    "rows too few": lambda files: {**files, "tables/payments.csv": files["tables/payments.csv"][:-30]},
}


AT_A_BORDER = {"two lines swapped": {"swapped", "inserted", "deleted"}, "a line cut": {"members", "not_json"}}
"""Across the border of two stretches the words may be others; the place is not."""


def told(verdict: Verdict, attack: str) -> dict[str, Any]:
    if attack not in AT_A_BORDER:
        return {name: verdict[name] for name in ("ok", "findings", "proven", "not_proven", "not_checked", "head")}
    found = [one for one in verdict["findings"] if one["code"] in AT_A_BORDER[attack]]
    return {"ok": verdict["ok"], "seqs": {one["seq"] for one in found}}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_short_stretches_tell_the_same(
    kept: Samples, check: Check, tmp_path: Path, cut_short: Callable[[], None], attack: str
) -> None:
    files = ATTACKS[attack](kept.files("2026-12"))
    path = forge.write(tmp_path / "a.zip", files)
    whole = told(check(path), attack)
    assert whole["ok"] == (attack == "nothing")
    cut_short()
    assert told(check(path), attack) == whole
    assert told(check(path, jobs=2), attack) == whole


def test_versions_go_on_over_stretches_through_files(
    kept: Samples, check: Check, tmp_path: Path, cut_short: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The streams of a long archive go through temporary files, which are gone afterwards."""
    cut_short()
    monkeypatch.setattr(verify, "SPILL_FROM", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spilt: list[str] = []
    check_partition = verify.check_partition

    def seen(folder: str, *given: Any) -> list[tuple[str, int]]:
        spilt.extend(one.name for one in Path(folder).glob("streams-*"))
        return check_partition(folder, *given)

    monkeypatch.setattr(verify, "check_partition", seen)
    sound = check(kept.path("2026"))
    assert sound["ok"], sound["findings"]
    assert len(set(spilt)) > 8
    assert check(kept.path("2026"), jobs=2)["ok"]
    files = kept.files("2026")
    found = forge.lines(files)
    at = max(at for at, line in enumerate(found) if b'"version":2}}' in line)
    found[at] = found[at].replace(b'"version":2}}', b'"version":3}}')
    bent = forge.write(tmp_path / "bent.zip", forge.with_lines(files, forge.relinked(found, at)))
    seq = json.loads(found[at])["chain"]["seq"]
    for jobs in (1, 2):
        assert ("version_gap", seq) in [(one["code"], one["seq"]) for one in check(bent, jobs=jobs)["findings"]]
    assert [one.name for one in tmp_path.iterdir()] == ["bent.zip"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_line_beyond_every_limit_keeps_its_place_and_no_memory(
    kept: Samples, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(verify, "WORKERS_FROM", 0)
    files = kept.files("2026-11")
    found = forge.lines(files)
    found[5] = b"x" * (5 << 20)
    verdict = check(forge.write(tmp_path / "long.zip", forge.with_lines(files, found)), jobs=jobs)
    seq = forge.manifest(files)["first"] + 5
    assert seq in [one["seq"] for one in verdict["findings"] if one["code"] in ("too_large", "not_json")]
    assert not {"deleted", "inserted"} & {one["code"] for one in verdict["findings"]}


def test_keys_of_streams_differ_as_their_names_do() -> None:
    uuid = b"3f1c2b1e-1111-4222-8333-123456789abc"
    names = [b"invoice:" + uuid, b"payment:" + uuid, b"issuer:self", b"x" * 27 + b":self", b"invoice:" + uuid[::-1]]
    names[-1] = b"invoice:" + uuid[:-1] + b"d"
    keys = verify.stream_keys(names)
    assert len(set(keys)) == len(names)
    assert {len(key) for key in keys} == {32}
    assert keys == [verify.stream_keys([name])[0] for name in names]
    assert keys[2] == hashlib.sha256(b"issuer:self").digest()


def test_streams_come_out_as_they_were_packed() -> None:
    names = [b"payment:3f1c2b1e-1111-4222-8333-%012x" % at for at in range(300)]
    streams = verify.Streams(verify.stream_keys(names), [1] * 300, list(range(1, 301)), list(range(5, 305)))
    assert verify.Streams.unpacked(streams.packed()) == streams
    parts = list(streams.parts())
    assert len(parts) == verify.PARTITIONS
    assert sorted(row for part in parts for row in zip(*part, strict=True)) == sorted(zip(*streams, strict=True))


def cut_tables(files: forge.Files, rows: int) -> forge.Files:
    """Every table cut after so many rows (archive-tables.md rule 8); no cell of the samples holds the end of a row."""
    found = dict(files)
    for name, data in files.items():
        if name.startswith("tables/"):
            title, *lines = data.splitlines(keepends=True)
            for rank, at in enumerate(range(0, len(lines), rows), 1):
                part = name if rank == 1 else f"{name[:-4]}-{rank}.csv"
                found[part] = title + b"".join(lines[at : at + rows])
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_table_goes_on_after_so_many_rows_and_no_others(
    kept: Samples, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(verify, "TABLE_ROWS", 5)
    monkeypatch.setattr(verify, "WORKERS_FROM", 0)
    signer = forge.Signer()

    def found(files: forge.Files) -> list[tuple[str, str, str]]:
        path = forge.write(tmp_path / "cut.zip", signer.sign(files))
        return [(one["code"], one["place"], one["words"]) for one in check(path, jobs=jobs)["findings"]]

    files = kept.files("2026")
    rows = files["tables/payments.csv"].count(b"\r\n") - 1
    assert rows > 10
    assert found(cut_tables(files, 5)) == []
    whole = {**cut_tables(files, 5), "tables/payments.csv": files["tables/payments.csv"]}
    kept_whole = {name: data for name, data in whole.items() if not name.startswith("tables/payments-")}
    assert found(kept_whole) == [("table", "tables/payments.csv", f"it has {rows} rows in place of 5")]
    early = {**kept_whole, **{n: d for n, d in cut_tables(files, 4).items() if n.startswith("tables/payments")}}
    assert found(early) == [("table", "tables/payments.csv", "it has 4 rows in place of 5")]
    title = files["tables/vat.csv"].splitlines(keepends=True)[0]
    empty = {**cut_tables(files, 5), f"tables/payments-{-(-rows // 5) + 1}.csv": title}
    assert found(empty) == [
        ("table", f"tables/payments-{-(-rows // 5) + 1}.csv", "its line of titles is not that of the format")
    ]
    last = {**cut_tables(files, 5), f"tables/payments-{-(-rows // 5) + 1}.csv": verify.TABLES["payments"]}
    assert found(last) == [("table", f"tables/payments-{-(-rows // 5) + 1}.csv", "it has 0 rows in place of 0")]


def test_rows_are_counted_by_their_ends_outside_quotes(
    kept: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b'a;b\r\n1;"x\r\ny"\r\n2;"say ""\r\n"" z"\r\n3;\r\n' + b'4;"""\r\n"\r\n' * 50
    path = str(forge.write(tmp_path / "t.zip", {"t.csv": data}))
    for size in (1, 2, 3, 7, 1000):
        monkeypatch.setattr(verify, "UNPACKED", size)
        assert verify.count_rows(path, "t.csv") == 53
