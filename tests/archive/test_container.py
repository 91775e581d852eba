"""The container: one byte form, read the same way by every reader."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from archive.sealed import container
from archive.sealed.container import Packed, write_zip
from archive.sealed.spool import PIECE_BYTES, Packer


def made(folder: Path, members: dict[str, bytes], step: int = 1 << 22) -> bytes:
    with Packer(folder) as packer:
        found = []
        for name, data in members.items():
            member = packer.member(name)
            for at in range(0, len(data), step):
                member.write(data[at : at + step])
            member.end()
            found.append(member)
        packer.settle()
        out = io.BytesIO()
        length = write_zip(out, [member.packed() for member in found])
    assert length == len(out.getvalue())
    return out.getvalue()


def test_a_library_reads_back_what_was_written(tmp_path: Path) -> None:
    members = {
        "LISEZMOI.txt": "é".encode() * 10,
        "entries/000000000001.jsonl": b"x" * (3 * PIECE_BYTES + 7),
        "empty": b"",
    }
    with zipfile.ZipFile(io.BytesIO(made(tmp_path, members))) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == members
        for info in file.infolist():
            assert (info.date_time, info.flag_bits, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), 0, b"", b"")


def test_members_stand_without_gap_from_byte_0_to_the_directory(tmp_path: Path) -> None:
    data = made(tmp_path, {"a": b"1", "b/c.txt": b"2" * 100})
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        at = 0
        for info in file.infolist():
            assert info.header_offset == at
            at += 30 + len(info.filename) + info.compress_size
        assert file.start_dir == at
    assert data.endswith(b"\x00\x00")  # no comment
    assert data[-22:-18] == b"PK\x05\x06"


def test_the_bytes_do_not_depend_on_how_they_were_brought(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    assert made(tmp_path, {"a": data}, 1000) == made(tmp_path, {"a": data}, 70_000) == made(tmp_path, {"a": data})


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "a/..", ".", "a/./b", "é", "a b", "a\\b", "a" * 201])
def test_a_name_that_two_readers_could_take_for_two_is_not_written(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        write_zip(io.BytesIO(), [packed(name)])


def test_no_name_stands_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        write_zip(io.BytesIO(), [packed("a"), packed("a")])


def test_a_member_is_not_longer_than_the_format_can_say() -> None:
    with pytest.raises(ValueError, match="too long"):
        write_zip(io.BytesIO(), [packed("a")._replace(bytes=container.MAX_MEMBER_BYTES + 1)])


def test_offsets_beyond_four_gibibytes_are_told_in_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "_FULL", 40)  # as if 32 bits ended there: a real one would write 4 GiB
    out = io.BytesIO()
    write_zip(out, [packed("a"), packed("b")])
    data = out.getvalue()
    assert data.count(b"PK\x06\x06") == data.count(b"PK\x06\x07") == 1
    end = data.index(b"PK\x06\x06")
    assert int.from_bytes(data[end + 4 : end + 12], "little") == 44
    assert int.from_bytes(data[end + 32 : end + 40], "little") == 2
    central = data.index(b"PK\x01\x02")
    assert int.from_bytes(data[end + 48 : end + 56], "little") == central


def packed(name: str) -> Packed:
    return Packed(name, 0, 0, 0, 0, "", io.BytesIO(), 0)


def test_a_disk_that_is_full_is_told_to_who_writes(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), Packer(tmp_path) as packer:  # noqa: PT012 - whichever call meets it
        member = packer.member("a", Full())
        for _ in range(64):
            member.write(b"x" * PIECE_BYTES)
        member.end()
        packer.settle()
