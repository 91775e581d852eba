"""Two programs must not be able to read two archives in one file; and no file may cost more than its size."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.verifiers import verify
from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Check, Samples, codes

LOCAL = struct.Struct("<4sHHHHHIIIHH")


def read_all(path: Path) -> None:
    archive = verify.Zip(str(path))
    for name in archive.members:
        for _ in archive.pieces(name):
            pass


def ambiguous(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(verify.Refused) as refused:
        read_all(path)
    assert refused.value.code == "zip_ambiguous"
    assert refused.value.fr
    return refused.value.en


SMALL: forge.Files = {"a.txt": b"a" * 400, "b/c.txt": b"hello, hello, hello", "d": b""}


def test_what_the_standard_library_writes_is_read(tmp_path: Path) -> None:
    path = forge.write(tmp_path / "a.zip", SMALL)
    archive = verify.Zip(str(path))
    assert {name: b"".join(archive.pieces(name)) for name in archive.members} == SMALL


def test_bytes_before_between_or_after_are_refused(tmp_path: Path) -> None:
    good = forge.packed(SMALL)
    for data in (b"#!/bin/sh\n" + good, good + b"\0", good + good, good[:-1], good[1:], b"", b"PK\x05\x06" + bytes(17)):
        ambiguous(data, tmp_path)
    start = good.index(b"PK\x01\x02")
    ambiguous(good[:start] + b"x" + good[start:], tmp_path)


def test_a_comment_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO(forge.packed(SMALL))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"hello"
    ambiguous(out.getvalue(), tmp_path)


def test_a_comment_that_holds_another_end_is_refused(tmp_path: Path) -> None:
    good = forge.packed(SMALL)
    ambiguous(good[:-2] + b"\x16\x00" + good[-22:], tmp_path)


def test_names_that_two_systems_read_otherwise_are_refused(tmp_path: Path) -> None:
    for name in (
        "../a",
        "/a",
        "a//b",
        "a/./b",
        "a/../b",
        "a/",
        "a\\b",
        "C:a",
        "é",
        "a b",
        ".",
        "..",
        "a/.",
        "\x00a",
        "x" * 201,
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo("placeholder", (1980, 1, 1, 0, 0, 0)), b"x")
        raw = name.encode("utf-8")
        data = out.getvalue().replace(b"placeholder", raw)
        for mark, place, far in ((b"PK\x03\x04", 26, 0), (b"PK\x01\x02", 28, 0)):
            at = data.index(mark) + place + far
            data = data[:at] + struct.pack("<H", len(raw)) + data[at + 2 :]
        end = data.rindex(b"PK\x05\x06")
        start = data.index(b"PK\x01\x02")
        data = data[: end + 12] + struct.pack("<II", end - start, start) + data[end + 20 :]
        assert "name" in ambiguous(data, tmp_path), name


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", b"two")
    assert "twice" in ambiguous(out.getvalue(), tmp_path)


def test_a_header_that_contradicts_the_directory_is_refused(tmp_path: Path) -> None:
    good = forge.packed(SMALL)
    for place in (6, 8, 14, 18, 22, 26, 28, 30):  # flags, method, CRC, sizes, lengths, name
        data = bytearray(good)
        data[place] ^= 1
        ambiguous(bytes(data), tmp_path)


def test_a_directory_in_another_order_is_refused(tmp_path: Path) -> None:
    good = forge.packed(SMALL)
    start, end = good.index(b"PK\x01\x02"), good.rindex(b"PK\x05\x06")
    entries = [b"PK\x01\x02" + one for one in good[start:end].split(b"PK\x01\x02")[1:]]
    ambiguous(good[:start] + b"".join(reversed(entries)) + good[end:], tmp_path)


def test_data_descriptors_and_extra_fields_are_refused(tmp_path: Path) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

    out = Unseekable()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"x")
    ambiguous(out.getvalue(), tmp_path)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        info = zipfile.ZipInfo("a", (1980, 1, 1, 0, 0, 0))
        info.extra = b"\xfe\xca\x00\x00"
        archive.writestr(info, b"x")
    ambiguous(other.getvalue(), tmp_path)


def one_member(packed: bytes, plain: bytes, size: int | None = None, crc: int | None = None) -> bytes:
    figures = (zlib.crc32(plain) if crc is None else crc, len(packed), len(plain) if size is None else size)
    local = LOCAL.pack(b"PK\x03\x04", 20, 0, 8, 0, 33, *figures, 1, 0) + b"a"
    central = (
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *figures, 1, 0, 0, 0, 0, 0, 0) + b"a"
    )
    start = len(local) + len(packed)
    return local + packed + central + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), start, 0)


def deflated(plain: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(plain) + deflate.flush()


def test_bytes_of_another_size_or_check_are_refused(tmp_path: Path) -> None:
    plain = b"hello " * 100
    ambiguous(one_member(deflated(plain), plain, crc=1), tmp_path)
    ambiguous(one_member(deflated(plain), plain, size=len(plain) - 1), tmp_path)
    ambiguous(one_member(deflated(plain), plain, size=len(plain) + 1), tmp_path)
    ambiguous(one_member(deflated(plain) + b"more", plain), tmp_path)
    ambiguous(one_member(deflated(plain)[:-1], plain), tmp_path)
    ambiguous(one_member(b"\xff" * 50, plain), tmp_path)
    path = tmp_path / "b.zip"
    path.write_bytes(one_member(deflated(plain), plain))
    assert b"".join(verify.Zip(str(path)).pieces("a")) == plain


def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    plain = bytes(200 << 20)
    data = one_member(deflated(plain), plain, size=1000)
    del plain
    tracemalloc.start()
    ambiguous(data, tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_line_without_an_end_costs_no_memory(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    files = {**files, forge.entries_name(files): b"x" * (60 << 20)}
    path = forge.write(tmp_path / "a.zip", forge.listed(files))
    del files
    tracemalloc.start()
    verdict = check(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ("opening", 1) in codes(verdict) or ("members", 1) in codes(verdict)
    assert peak < 40 << 20


def test_nothing_else_is_looked_at_in_an_ambiguous_zip(kept: Samples, check: Check, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(kept.path("2026-11").read_bytes() + b"\n")
    verdict = check(path)
    assert codes(verdict) == [("zip_ambiguous", 0)]
    assert verdict["entries"] == 0
    assert verdict["ok"] is False


def test_zip64_offsets_are_read_where_they_are_needed_and_refused_elsewhere(tmp_path: Path) -> None:
    good = forge.packed({"a": b"x"})
    end = good.rindex(b"PK\x05\x06")
    start = good.index(b"PK\x01\x02")
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, end - start, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    assert "contradict" in ambiguous(good[:end] + wide + locator + good[end:], tmp_path)
