"""One file that runs by itself: Python 3.9, the standard library, an empty environment, an answer to everything."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.verifiers import verify
from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import VERIFIER, Check, Samples, codes, program

SOURCE = VERIFIER.read_text("utf-8")
TREE = ast.parse(SOURCE, feature_version=(3, 9))


def test_it_imports_the_standard_library_of_python_3_9_only() -> None:
    later = {"tomllib", "zoneinfo._zoneinfo"}
    imported = set()
    for node in ast.walk(TREE):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])
    assert imported - {"__future__"} <= sys.stdlib_module_names - later


def test_it_uses_nothing_that_came_after_python_3_9() -> None:
    """What `ast` does not see: names and arguments that are newer."""
    names = {node.attr for node in ast.walk(TREE) if isinstance(node, ast.Attribute)}
    assert not names & {"UTC", "bit_count", "pairwise", "file_digest", "batched", "add_note", "zip_strict"}
    assert not [node for node in ast.walk(TREE) if type(node).__name__ in ("Match", "TryStar")]
    for node in ast.walk(TREE):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
            assert not node.keywords
    outside = [node for node in TREE.body if isinstance(node, (ast.Assign, ast.AnnAssign))]
    for node in outside:  # an alias is computed when the file is read, annotations are not
        value = node.value
        assert not (
            isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr) and isinstance(value.left, ast.Name)
        )


def test_it_shares_no_code_and_names_nothing_of_ours() -> None:
    assert "import ledger" not in SOURCE
    assert "from ledger" not in SOURCE
    assert "from archive" not in SOURCE


def test_it_runs_in_an_empty_environment(kept: Samples) -> None:
    done = program(kept.path("2026-11"), "--genesis", kept.genesis)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("CONFORME (live)")
    assert "openssl cms -verify" in done.stdout
    assert "Non prouvé" in done.stdout
    english = program(kept.path("2026-11"), "--lang", "en", "--key-fingerprint", kept.archive_key.upper())
    assert english.stdout.startswith("OK (live)")
    told = json.loads(program(kept.path("2026-11"), "--json", "--genesis", kept.genesis).stdout)
    assert told["ok"] is True
    members = "ok trust kind genesis entries head seals proven_until findings ledger siren first last archives anchors"
    assert set(told) >= set(
        (members + " conclusion seals_checked unproven_after proven not_proven not_checked words").split()
    )


def test_without_a_key_from_outside_it_does_not_conclude(kept: Samples) -> None:
    """Nothing is wrong, and nothing is proven: neither yes nor no, and no success either."""
    for words, language in (("NON CONCLU : rien d'anormal", "fr"), ("NOT CONCLUDED: nothing is wrong", "en")):
        done = program(kept.path("2026-11"), "--lang", language)
        assert done.returncode == 1
        assert done.stdout.startswith(words)
        assert "--genesis" in done.stdout.split("\n")[1]
    told = json.loads(program(kept.path("2026-11"), "--json").stdout)
    assert (told["ok"], told["conclusion"], told["trust"]) == (False, "open", "self")
    other = program(kept.path("2026-11"), "--json", "--genesis", "cd" * 32)
    assert json.loads(other.stdout)["conclusion"] == "not_ok"
    assert json.loads(program(kept.path("2026-11"), "--json", "--genesis", kept.genesis).stdout)["conclusion"] == "ok"


def test_the_copy_inside_an_archive_is_this_one_and_checks_its_own(kept: Samples, tmp_path: Path) -> None:
    inside = kept.files()["verify.py"]
    assert inside == VERIFIER.read_bytes()


def test_exit_codes_tell_found_from_not_checked(kept: Samples, tmp_path: Path) -> None:
    assert program(kept.path("2026-11")).returncode == 1
    assert program(tmp_path / "nothing.zip").returncode == 2
    assert program().returncode == 2
    assert program("--help").returncode == 0
    for wrong in (
        ["--genesis", "x"],
        ["--nothing"],
        ["--jobs", "0"],
        ["--lang", "de"],
        ["--seals", "some"],
        ["--genesis"],
    ):
        done = program(kept.path("2026-11"), *wrong)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    (tmp_path / "a.zip").write_bytes(b"not a ZIP")
    assert program(tmp_path / "a.zip").returncode == 1


def test_all_seals_can_be_checked_in_two_processes(kept: Samples) -> None:
    done = program(kept.path("2026"), "--genesis", kept.genesis, "--seals", "all", "--jobs", "2", "--json")
    told = json.loads(done.stdout)
    assert told["ok"]
    assert told["seals_checked"] == told["seals"]


def test_without_openssl_it_says_what_it_did_not_look_at(kept: Samples, check: Check) -> None:
    verdict = check(kept.path("2026-11"), openssl=False)
    assert any("openssl" in sentence for sentence in verdict["not_checked"])
    if shutil.which("openssl"):
        verdict = check(kept.path("2026-11"), openssl=True)
        assert not any("openssl is not here" in sentence for sentence in verdict["not_checked"])
        assert verdict["ok"]


def test_a_worker_that_is_gone_ends_the_check(kept: Samples, tmp_path: Path) -> None:
    workers = verify.Workers(2)
    workers.start()
    try:
        number = workers.give("member", (str(kept.path("2026-11")), "LISEZMOI.txt"))
        assert workers.take(number)[1] is None
        for child in workers._forked:
            os.kill(child, signal.SIGKILL)
        for process in workers._processes:
            process.kill()
            process.join()
        job = ("member", (str(kept.path("2026-11")), "LISEZMOI.txt"))
        with pytest.raises(verify.CannotCheck):
            workers.take(workers.give(*job))
    finally:
        workers.stop()


def judged(path: Path) -> int:
    """The exit status; whatever the file is, no exception comes out."""
    options = verify.Options()
    options.paths, options.jobs, options.lang, options.openssl = [str(path)], 1, "en", False
    try:
        verdict = verify.verify(options)
    except verify.CannotCheck:
        return 2
    assert verify.show(verdict, french=True)
    assert verify.show(verdict, french=False)
    return 0 if verdict["ok"] else 1


def test_a_cut_archive_is_never_fine(kept: Samples, tmp_path: Path) -> None:
    data = kept.path("2026-12").read_bytes()
    path = tmp_path / "cut.zip"
    for length in range(0, len(data), 1024):
        path.write_bytes(data[:length])
        assert judged(path) == 1


def test_a_flipped_bit_is_never_fine(kept: Samples, check: Check, tmp_path: Path) -> None:
    """Anywhere: headers, packed bytes, directory. Times and attributes of the ZIP say nothing.

    Nor do the bits that deflate pads its blocks with: whatever unpacks to other bytes is found.
    """
    data = kept.path("2026-12").read_bytes()
    start = data.index(b"PK\x01\x02")
    chosen = random.Random(3)  # places to damage, always the same
    places = {*range(50), *range(start, start + 60), *range(len(data) - 22, len(data))}
    places |= {chosen.randrange(len(data)) for _ in range(40)}
    idle = {one.start() + at for one in _marks(data, b"PK\x03\x04") for at in (4, 5, 10, 11, 12, 13)}
    idle |= {
        one.start() + at for one in _marks(data, b"PK\x01\x02") for at in (4, 5, 6, 7, 12, 13, 14, 15, *range(36, 42))
    }
    path = tmp_path / "flipped.zip"
    for place in sorted(places - idle):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << chosen.randrange(8)]) + data[place + 1 :])
        found = [one for one in codes(check(path)) if one[0] != "key_not_pinned"]
        assert found or forge.read(path) == forge.read(kept.path("2026-12")), place


def _marks(data: bytes, mark: bytes) -> Iterator[re.Match[bytes]]:
    return re.finditer(re.escape(mark), data)


members = st.sampled_from(
    ["manifest.json", "manifest.p7s", "checkpoint.txt", "context.jsonl", "context-proofs.jsonl", "seals.jsonl",
     "seal-keys.jsonl", "archive-certificate.pem", "tables/documents.csv", "entries"]
)  # fmt: skip
hostile = st.sampled_from(
    [b"", b"\n", b"\0", b"{}", b"[]", b"null", b'{"a":1}', b"[" * 5000, b'{"a":' * 3000, b"9" * 5000, b"\xff\xfe",
     b'"\\ud800"', b'"' + b"x" * 100, b"1e999", b"-0", b"NaN", b"{}\n{}\n", b'{"proof":[],"seq":1}\n',
     b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 2000]
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(members, st.data())
@settings(max_examples=30, deadline=None)
def test_no_member_makes_it_fail(kept: Samples, scratch: Path, name: str, data: st.DataObject) -> None:
    one_member(kept, scratch, name, data)


def one_member(kept: Samples, scratch: Path, name: str, data: st.DataObject) -> None:
    files = kept.files("2026-12")
    name = forge.entries_name(files) if name == "entries" else name
    old = files[name]
    at = data.draw(st.integers(0, len(old)))
    new = data.draw(hostile | st.binary(max_size=40))
    cut = data.draw(st.sampled_from([0, 1, 20, len(old)]))
    files[name] = old[:at] + new + old[at + cut :]
    if data.draw(st.booleans()) and name != "manifest.json":
        files = forge.listed(files)
    status = judged(forge.write(scratch / "a.zip", files))
    assert status == 1  # nothing is pinned


@pytest.mark.long
@given(members, st.data())
@settings(max_examples=1500, deadline=None)
def test_no_member_makes_it_fail_for_long(kept: Samples, scratch: Path, name: str, data: st.DataObject) -> None:
    one_member(kept, scratch, name, data)


def paths_of(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found = [at]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        found += paths_of(member, (*at, name))
    return found


odd: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        2**53,
        2**70,
        1.5,
        "",
        "x",
        "é",
        "ab" * 32,
        [],
        {},
        [None],
        {"$c": 1},
        [[]],
        "\u202e",
        "9" * 400,
    ]
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_value_in_the_manifest_or_in_an_entry_makes_it_fail(
    kept: Samples, scratch: Path, data: st.DataObject
) -> None:
    files = kept.files("2026-11")
    lines = forge.lines(files)
    rank = data.draw(st.none() | st.integers(0, len(lines) - 1))
    tree = json.loads(files["manifest.json"] if rank is None else lines[rank])
    path = data.draw(st.sampled_from(paths_of(tree)[1:]))
    place = tree
    for step in path[:-1]:
        place = place[step]
    if data.draw(st.booleans()):
        del place[path[-1]]
    else:
        place[path[-1]] = data.draw(odd)
    if rank is None:
        files["manifest.json"] = forge.canonical(tree)
    else:
        lines[rank] = forge.canonical(tree)
        if path[0] != "chain" and data.draw(st.booleans()):
            lines = forge.relinked(lines, rank)
        files = forge.listed(forge.with_lines(files, lines))
    assert judged(forge.write(scratch / "b.zip", files)) == 1
