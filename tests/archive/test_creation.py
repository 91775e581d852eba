"""Making an archive: whole or not at all, told once, refused where the ledger does not hold."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from archive import reading, year_keys
from archive.creation import Made, create, recorded
from archive.outfile import new_file, new_files
from archive.sealed import walk
from archive.year_keys import destroy
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Break, Malformed
from ledger.shell.archive_keys import year_key
from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore
from ledger.shell.service import Service
from ledger.shell.store import Row
from ledger.shell.stores.open import open_store
from tests.archive.reading import members
from tests.archive.samples import Sample, sample, sell, sell_november

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_file(tmp_path / "a") as out:  # noqa: PT012 - what fails is the block
        out.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").write_bytes(b"old")
    with new_file(tmp_path / "a") as out:
        out.write(b"new")
        assert (tmp_path / "a").read_bytes() == b"old"
    assert (tmp_path / "a").read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_where_a_file_cannot_be_without_a_name_it_has_a_hidden_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    with pytest.raises(RuntimeError), new_file(tmp_path / "a") as out:  # noqa: PT012 - what fails is the block
        assert [(one.name[0], one.suffix) for one in tmp_path.iterdir()] == [(".", ".part")]
        out.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with new_file(tmp_path / "a") as out:
        out.write(b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("tmpfile", [True, False])
def test_two_files_take_their_names_together_or_neither_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmpfile: bool
) -> None:
    if not tmpfile:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    named: list[str] = []
    replace = Path.replace

    def second_fails(self: Path, target: Path) -> Path:
        named.append(target.name)
        if target.name == "a":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", second_fails)
    paths = tmp_path / "a", tmp_path / "b"
    with pytest.raises(OSError, match="No space"), new_files(*paths) as files:  # noqa: PT012 - what fails is its end
        for file in files:
            file.write(b"1")
    assert named == ["b", "a"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["folder", "nowhere/a.zip", "a" * 300])
def test_what_cannot_have_its_name_in_the_end_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=name[:6]), new_files(tmp_path / name):
        pytest.fail("the work has begun")
    assert [one.name for one in tmp_path.rglob("*")] == ["folder"]


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileExistsError):
            it.asked("2026-11", out=tmp_path / "pipe", replace=True)
        assert (tmp_path / "pipe").is_fifo()


def test_a_file_is_not_written_over_unless_asked(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        before = made.path.read_bytes()
        with pytest.raises(FileExistsError):
            it.asked("2026-11")
        assert made.path.read_bytes() == before
        assert it.archive("2026-11", replace=True).manifest == made.manifest


_KILLED = """
import os, sys
from pathlib import Path
from zipfile import ZipFile
from archive.creation import create
from archive.sealed import walk
from ledger.shell.public import open as opened
turn_out = walk.Walk._turn_out
def stop(self):
    turn_out(self)
    print("midway", flush=True)
    sys.stdin.read()
walk.Walk._turn_out = stop
url, keys, out = sys.argv[1:]
with opened(url, keys=keys, passphrase=b"correct horse battery") as service:
    create(service, "atelier", "2026-11", Path(out))
"""


def test_killed_midway_it_leaves_nothing_half_and_no_entry(tmp_path: Path) -> None:
    with sample(tmp_path / "ledger") as it:
        sell_november(it)
        out = tmp_path / "out"
        out.mkdir()
        url = f"sqlite:///{it.folder / 'sample.db'}"
        arguments = [sys.executable, "-c", _KILLED, url, str(it.folder / "keys"), str(out / "a.zip")]
        with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == b"midway\n"
            running.send_signal(signal.SIGKILL)
            running.wait()
        if hasattr(os, "O_TMPFILE"):
            assert list(out.iterdir()) == []
        assert not (out / "a.zip").exists()
        assert list(recorded(it.store, it.ledger)) == []
        assert isinstance(create(it.service, it.ledger, "2026-11", out / "a.zip"), Made)


def test_two_at_once_make_the_same_archive_and_tell_of_it_once(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        it.archive("2026-11-23")  # keys and certificate are there
        folders = [tmp_path / str(each) for each in range(4)]
        for folder in folders:
            folder.mkdir()
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda folder: it.archive("2026-11", out=folder / "a.zip"), folders))
        assert len({one.manifest for one in made}) == 1
        assert [one.event["manifest"] for one in recorded(it.store, it.ledger)].count(made[0].manifest) == 1
        assert sorted(one.repeated for one in made) == [False, True, True, True]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), '43900', '13900') AS BLOB) WHERE seq > 36",
        "UPDATE entries SET fingerprint = substr(fingerprint, 2) || substr(fingerprint, 1, 1) WHERE seq = 20",
        "DELETE FROM entries WHERE seq = 20",
        "UPDATE seals SET signature = zeroblob(64) WHERE last_seq > 30",
        "DELETE FROM seals WHERE last_seq > 30",
        "UPDATE checkpoints SET root = zeroblob(32)",
    ],
)
def test_a_ledger_that_does_not_hold_is_not_archived(tmp_path: Path, change: str) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        it.archive("2026-11-23")  # a checkpoint is kept
        database = sqlite3.connect(it.folder / "sample.db")
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        changed = database.execute(change).rowcount
        database.commit()
        assert changed > 0
        with pytest.raises(Break):
            it.asked("2026-11")
        assert not (tmp_path / "atelier-2026-11.zip").exists()


def test_many_entries_go_into_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "FILE_ENTRIES", 7)
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        names = [one["name"] for one in made.said["files"]]
        assert [int(name[8:20]) for name in names if name[:8] == "entries/"] == list(range(1, made.last + 1, 7))
        assert reading.verify([made.path], ["--genesis", it.genesis], quiet=True) == 0


def test_a_long_table_goes_on_in_another_sheet_before_a_spreadsheet_s_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        whole = members(it.archive("2026-11").path)["tables/journal.csv"]
        monkeypatch.setattr(walk, "TABLE_ROWS", 5)
        found = members(it.archive("2026-11", replace=True).path)
        header, *rows = whole.split(b"\r\n")[:-1]
        parts = ["tables/journal.csv"] + [f"tables/journal-{n}.csv" for n in range(2, -(-len(rows) // 5) + 1)]
        for at, name in enumerate(parts):
            assert found[name].split(b"\r\n")[:-1] == [header, *rows[5 * at : 5 * at + 5]]
        assert f"tables/journal-{len(parts) + 1}.csv" not in found


def judged(it: Sample, path: Path) -> list[tuple[str, str, int]]:
    """What `verify.py` finds when a table goes on in another sheet after five rows: it holds the cut to the number."""
    program = path.with_name("verify_five.py")
    whole = reading.VERIFIER.read_text(encoding="utf-8")
    assert whole.count("\nTABLE_ROWS = 1_000_000\n") == 1
    program.write_text(whole.replace("\nTABLE_ROWS = 1_000_000\n", "\nTABLE_ROWS = 5\n"), encoding="utf-8")
    command = [
        sys.executable,
        "-I",
        str(program),
        str(path),
        "--genesis",
        it.genesis,
        "--json",
        "--lang",
        "en",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [(one["code"], one["place"], one["seq"]) for one in json.loads(done.stdout)["findings"]]


def test_the_sheets_of_a_long_table_are_held_against_the_entries_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "TABLE_ROWS", 5)
    with sample(tmp_path) as it:
        sell_november(it)
        assert judged(it, it.archive("2026-11").path) == []
        take = walk.Sheets.take

        def lie(self: walk.Sheets, rows: list[str]) -> None:
            if self.table.name == "journal" and len(rows) > 7:
                rows[7] = rows[7].replace("2026", "2025", 1)
            take(self, rows)

        with monkeypatch.context() as patched:
            patched.setattr(walk.Sheets, "take", lie)
            made = it.archive("2026-11", replace=True)
        second = members(made.path)["tables/journal-2.csv"].decode("utf-8-sig").split("\r\n")
        assert judged(it, made.path) == [("table", "tables/journal-2.csv", int(second[3].split(";")[0]))]
        monkeypatch.setattr(walk.Sheets, "_begin", skipping(walk.Sheets._begin))
        [(code, place, seq), *_] = judged(it, it.archive("2026-11", replace=True).path)
        assert (code, seq > 0) == ("table", True)
        assert place in ("tables/journal.csv", "tables/journal-9.csv")


def skipping(begin: Callable[[walk.Sheets], None]) -> Callable[[walk.Sheets], None]:
    """Name the second sheet as if others stood between."""

    def wrong(self: walk.Sheets) -> None:
        begin(self)
        if len(self.members) == 2 and self.table.name == "journal":
            self.members[-1].name = "tables/journal-9.csv"

    return wrong


def test_files_are_cut_before_a_gibibyte_at_the_same_line_however_the_store_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "FILE_BYTES", 4000)
    with sample(tmp_path) as it:
        sell_november(it)
        whole = it.archive("2026-11")
        rows = it.store.rows

        def one_by_one(ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
            for chunk in rows(ledger, after, upto):
                yield from ([row] for row in chunk)

        monkeypatch.setattr(it.store, "rows", one_by_one)
        again = it.archive("2026-11", replace=True)
        assert again.manifest == whole.manifest
        sizes = [one["size"] for one in whole.said["files"] if one["name"].startswith("entries/")]
        assert len(sizes) > 3
        longest = max(len(line.line) + 1 for line in it.store.lines(it.ledger, 0, whole.last))
        assert max(sizes) <= max(4000, longest)


def test_a_copy_that_was_read_back_whole_is_recorded(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        copy = tmp_path / "copy.zip"
        copy.write_bytes(made.path.read_bytes())
        found = reading.confirm(it.service, it.ledger, copy, "nas-1")
        assert isinstance(found, reading.Confirmed)
        assert reading.media(it.service, it.ledger) == {made.manifest: ["nas-1"]}


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9])
def test_a_copy_with_one_other_byte_is_not(tmp_path: Path, at: float) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        data = bytearray(made.path.read_bytes())
        data[int(len(data) * at)] ^= 1
        copy = tmp_path / "copy.zip"
        copy.write_bytes(data)
        try:
            found = reading.confirm(it.service, it.ledger, copy, "nas-1")
        except Malformed:
            found = None
        assert found is None or (isinstance(found, Refusal) and found.code in ("ARCHIVE_NOT_WHOLE", "ARCHIVE_UNKNOWN"))
        assert reading.media(it.service, it.ledger) == {}


def test_a_copy_whose_second_file_differs_is_not(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        data = bytearray(made.private.read_bytes())
        data[40] ^= 1
        made.private.write_bytes(data)
        found = reading.confirm(it.service, it.ledger, made.path, "nas-1")
        assert isinstance(found, Refusal)
        assert found.code == "ARCHIVE_NOT_WHOLE"


def test_another_ledger_s_archive_is_not_confirmed_here(tmp_path: Path) -> None:
    with sample(tmp_path / "a") as one, sample(tmp_path / "b") as other:
        for it in (one, other):
            sell(it)
            it.day(2026, 12, 1)
        made = one.archive("2026-11")
        found = reading.confirm(other.service, other.ledger, made.path, "nas-1")
        assert isinstance(found, Refusal)
        assert found.code == "ARCHIVE_UNKNOWN"


def test_an_altered_second_file_is_not_opened(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        made = it.archive("2026-11")
        data = bytearray(made.private.read_bytes())
        data[-1] ^= 1
        made.private.write_bytes(data)
        with pytest.raises(Malformed):
            reading.open_private(it.service, made.private, tmp_path / "names.zip")
        assert not (tmp_path / "names.zip").exists()


def test_the_key_of_a_year_is_destroyed_after_ten_years_and_not_before(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        assert code(destroy(it.service, it.ledger, 2026, date(2040, 1, 1))) == "ARCHIVE_KEY_ABSENT"
        made = it.archive("2026-11")
        assert code(destroy(it.service, it.ledger, 2026, date(2040, 1, 1))) == "ARCHIVE_YEAR_OPEN"
        it.day(2027, 1, 4)
        assert code(destroy(it.service, it.ledger, 2026, date(2036, 12, 31))) == "ARCHIVE_KEY_KEPT"
        seq = destroy(it.service, it.ledger, 2026, date(2037, 1, 1))
        assert isinstance(seq, int)
        assert destroy(it.service, it.ledger, 2026, date(2037, 1, 1)) == seq  # asked again, done already
        assert year_key(it.service.keys, it.ledger, 2026) is None
        refused = reading.open_private(it.service, made.private, tmp_path / "names.zip")
        assert refused is not None
        assert refused.code == "ARCHIVE_KEY_ABSENT"
        assert reading.verify([made.path], ["--genesis", it.genesis], quiet=True) == 0


def test_killed_between_the_entry_and_the_key_the_destruction_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        it.archive("2026-11")
        it.day(2027, 1, 4)
        monkeypatch.setattr(year_keys, "destroy_year_key", lambda *_: None)
        first = destroy(it.service, it.ledger, 2026, date(2037, 1, 1))
        assert year_key(it.service.keys, it.ledger, 2026) is not None
        monkeypatch.undo()
        assert destroy(it.service, it.ledger, 2026, date(2037, 1, 1)) == first
        assert year_key(it.service.keys, it.ledger, 2026) is None


def test_a_time_stamp_stands_beside_the_signature_and_a_silent_authority_stops_nothing(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        seen: list[bytes] = []

        def stamp(signature: bytes) -> bytes:
            seen.append(signature)
            return b"a response in DER"

        stamped = it.archive("2026-11-23", stamp=stamp)
        assert stamped.stamped
        found = members(stamped.path)
        assert (found["manifest.tsr"], found["manifest.p7s"]) == (b"a response in DER", seen[0])
        assert list(found)[:4] == ["LISEZMOI.txt", "manifest.json", "manifest.p7s", "manifest.tsr"]
        later = it.archive("2026-11-25", stamp=lambda _: None)
        assert not later.stamped
        assert later.said["previous"]["timestamp"] == sha256(b"a response in DER").hexdigest()


def test_a_passphrase_that_is_not_here_stops_before_anything_is_written(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        store = open_store(f"sqlite:///{it.folder / 'sample.db'}")
        with Service(store, KeyStore(it.folder / "keys")) as blind, pytest.raises(KeyMissing):
            create(blind, it.ledger, "2026-11", tmp_path / "a.zip")
        assert not (tmp_path / "a.zip").exists()


def code(outcome: int | Refusal) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


@pytest.mark.parametrize(
    "said",
    [
        b"[]",
        b"{}",
        b"not json",
        b'{"private":null}',
        b'{"private":{"name":"a.private.enc"}}',
        b'{"ledger":"../../x","period":{"to_on":"2026-12-31"},"private":{"iv":"00","key":"","name":"a.private.enc",'
        b'"plain_sha256":""}}',
        b'{"ledger":"../../x","period":{"to_on":"2026-12-31"},"private":{"iv":"00000000000000000000000000000000",'
        b'"key":"","name":"a.private.enc","plain_sha256":""}}',
    ],
)
def test_an_archive_that_says_anything_opens_nothing(tmp_path: Path, said: bytes) -> None:
    with sample(tmp_path / "ledger") as it:
        with ZipFile(tmp_path / "a.zip", "w") as file:
            file.writestr("manifest.json", said)
        (tmp_path / "a.private.enc").write_bytes(b"x")
        with pytest.raises((Malformed, KeyMissing)):
            reading.open_private(it.service, tmp_path / "a.private.enc", tmp_path / "names.zip")
        assert not (tmp_path / "names.zip").exists()
