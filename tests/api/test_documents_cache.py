"""Rendered files kept by digest: whole or not at all, bounded, and gone with an erasure."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from api.rendering.cache import Cache
from archive.outfile import new_file

LEDGER = "11111111-0000-8000-8000-000000000001"
ABOUT = "cccccccc-0000-4000-8000-000000000001"
OTHER = "cccccccc-0000-4000-8000-000000000002"
NOW, OLDER = "0123456789ab", "ba9876543210"
PAGE = b"%PDF-1.7 a page " * 100
DIGEST = sha256(PAGE).hexdigest()


def keep(cache: Cache, data: bytes, about: str = ABOUT) -> str:
    digest = sha256(data).hexdigest()
    assert cache.put(LEDGER, about, digest, data)
    return digest


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_kept_is_given_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "documents", 1 << 20, NOW)
    assert cache.get(LEDGER, ABOUT, DIGEST) is None
    assert keep(cache, PAGE) == keep(cache, PAGE) == DIGEST
    assert cache.get(LEDGER, ABOUT, DIGEST) == PAGE
    assert Cache(tmp_path / "documents", 1 << 20, OLDER).get(LEDGER, ABOUT, DIGEST) == PAGE
    assert cache.get(LEDGER, OTHER, DIGEST) is None
    assert cache.held() == (1, len(PAGE))


def test_a_file_of_other_bytes_is_thrown_away_not_given(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 20, NOW)
    keep(cache, PAGE)
    (path,) = files(tmp_path)
    for bad in (PAGE[:-1], PAGE[:-1] + b"X", b""):
        path.write_bytes(bad)
        assert cache.get(LEDGER, ABOUT, DIGEST) is None
        assert files(tmp_path) == []
        keep(cache, PAGE)


@pytest.mark.parametrize(
    "names",
    [
        ("../../etc", ABOUT, DIGEST),
        (LEDGER, "../" + ABOUT, DIGEST),
        (LEDGER, "..", DIGEST),
        (LEDGER, ABOUT, "../../../etc/passwd"),
        (LEDGER, ABOUT, "*"),
        (LEDGER, ABOUT + "\n", DIGEST),
        (LEDGER.upper().replace("1", "A"), ABOUT, DIGEST),
        ("", ABOUT, DIGEST),
    ],
)
def test_nothing_that_is_asked_for_leads_out_of_the_folder(tmp_path: Path, names: tuple[str, str, str]) -> None:
    cache = Cache(tmp_path / "documents", 1 << 20, NOW)
    with pytest.raises(ValueError, match=r"named by their ids|64 hexadecimal"):
        cache.get(*names)
    with pytest.raises(ValueError, match=r"named by their ids|64 hexadecimal"):
        cache.put(*names, b"data")
    assert files(tmp_path) == []


def test_over_its_size_the_files_longest_unused_go(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10_000, NOW)
    digests = [keep(cache, bytes([n]) * 3_000) for n in range(3)]
    for rank, digest in enumerate(digests):
        (path,) = tmp_path.rglob(f"{digest}-*")
        os.utime(path, (1_700_000_000 + rank, 1_700_000_000 + rank))
    assert cache.get(LEDGER, ABOUT, digests[0]) is not None  # used now: the second is the oldest
    last = keep(cache, b"x" * 3_000)
    there = [cache.get(LEDGER, ABOUT, each) is not None for each in (*digests, last)]
    assert there == [True, False, True, True]
    assert cache.held()[1] <= 10_000


def test_what_only_an_older_renderer_can_make_is_never_let_go(tmp_path: Path) -> None:
    old = keep(Cache(tmp_path, 1 << 20, OLDER), b"old" * 2_000)
    cache = Cache(tmp_path, 5_000, NOW)
    for n in range(10):
        keep(cache, bytes([n]) * 2_000)
    assert cache.get(LEDGER, ABOUT, old) == b"old" * 2_000
    assert cache.held()[1] <= 5_000


def test_a_cache_of_no_size_keeps_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 0, NOW)
    assert not cache.put(LEDGER, ABOUT, DIGEST, PAGE)
    assert files(tmp_path) == []


def test_an_erasure_takes_every_file_of_one_thing_and_no_other(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 20, NOW)
    mine = [keep(cache, b"one"), keep(cache, b"two")]
    his = keep(cache, b"three", OTHER)
    Cache(tmp_path, 1 << 20, OLDER).put(LEDGER, ABOUT, sha256(b"four").hexdigest(), b"four")
    cache.forget(LEDGER, ABOUT)
    cache.forget(LEDGER, ABOUT)  # again: a run that was killed is taken up
    assert [cache.get(LEDGER, ABOUT, each) for each in mine] == [None, None]
    assert cache.get(LEDGER, OTHER, his) == b"three"
    assert len(files(tmp_path)) == 1


def test_a_full_disk_is_a_file_that_is_not_kept_and_leaves_no_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(path: Path) -> Iterator[Any]:
        with new_file(path) as out:
            out.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        yield

    monkeypatch.setattr("api.rendering.cache.new_file", full)
    cache = Cache(tmp_path, 1 << 20, NOW)
    assert not cache.put(LEDGER, ABOUT, DIGEST, PAGE)
    assert files(tmp_path) == []
    monkeypatch.undo()
    assert cache.put(LEDGER, ABOUT, DIGEST, PAGE)


def test_a_folder_that_cannot_be_written_keeps_nothing_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"a file where a folder should be")
    cache = Cache(tmp_path / "documents", 1 << 20, NOW)
    assert not cache.put(LEDGER, ABOUT, DIGEST, PAGE)
    assert cache.get(LEDGER, ABOUT, DIGEST) is None


def test_two_at_once_keep_one_whole_file(tmp_path: Path) -> None:
    caches = [Cache(tmp_path, 1 << 20, NOW) for _ in range(2)]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda n: caches[n % 2].put(LEDGER, ABOUT, DIGEST, PAGE), range(32)))
    (path,) = files(tmp_path)
    assert path.read_bytes() == PAGE


def test_nobody_else_may_look_into_the_folder(tmp_path: Path) -> None:
    keep(Cache(tmp_path / "documents", 1 << 20, NOW), PAGE)
    assert (tmp_path / "documents").stat().st_mode & 0o077 == 0
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_kept_for_good_is_kept_even_where_nothing_else_is(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 0, NOW)
    assert cache.put(LEDGER, ABOUT, DIGEST, PAGE, for_good=True)
    assert cache.get(LEDGER, ABOUT, DIGEST) == PAGE
    assert cache.held() == (0, 0)


def test_what_is_no_regular_file_is_neither_waited_for_nor_taken_for_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 20, NOW)
    keep(cache, PAGE)
    (path,) = files(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert cache.get(LEDGER, ABOUT, DIGEST) is None
    assert cache.put(LEDGER, ABOUT, DIGEST, PAGE, for_good=True)
    assert cache.get(LEDGER, ABOUT, DIGEST) == PAGE


def test_one_file_of_a_thing_goes_and_the_others_stay(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 20, NOW)
    one, two = keep(cache, b"one"), keep(cache, b"two")
    assert sorted(cache.kept(LEDGER, ABOUT)) == sorted((one, two))
    assert cache.let_go(LEDGER, ABOUT, one)
    assert not cache.let_go(LEDGER, ABOUT, one)
    assert cache.get(LEDGER, ABOUT, one) is None
    assert cache.get(LEDGER, ABOUT, two) == b"two"
    assert cache.let_go(LEDGER, ABOUT, two)
    assert cache.abouts(LEDGER) == []
    assert cache.kept(LEDGER, ABOUT) == {}


def test_what_two_forget_at_once_is_gone_and_fails_neither(tmp_path: Path) -> None:
    cache, together = Cache(tmp_path, 1 << 20, NOW), Barrier(4)

    def forget(_: int) -> None:
        together.wait(30)
        cache.forget(LEDGER, ABOUT)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(8):
            for rank in range(40):
                keep(cache, b"%d" % rank)
            list(pool.map(forget, range(4)))
            assert cache.abouts(LEDGER) == []


def test_what_cannot_be_forgotten_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path, 1 << 20, NOW)
    keep(cache, PAGE)

    def refuse(_: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PermissionError):
        cache.forget(LEDGER, ABOUT)


def test_a_warning_names_the_file_or_what_the_system_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = Cache(tmp_path / "documents", 1 << 20, NOW)
    keep(cache, PAGE)
    (path,) = files(tmp_path)
    path.write_bytes(b"other bytes")
    (tmp_path / "file").write_bytes(b"a file where a folder should be")
    with caplog.at_level(logging.WARNING, "sceau.documents"):
        assert cache.get(LEDGER, ABOUT, DIGEST) is None
        assert not Cache(tmp_path / "file", 1 << 20, NOW).put(LEDGER, ABOUT, DIGEST, PAGE)
    damaged, unkept = (record.msg for record in caplog.records)  # arguments never reach the server's log
    assert damaged == f"a kept document is damaged and is thrown away: {DIGEST}-{NOW}"
    assert unkept.endswith((os.strerror(errno.ENOTDIR), os.strerror(errno.EEXIST)))
