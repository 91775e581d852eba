"""Which software writes: a ledger names it, and notes the change by itself, once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ledger.domain.events.ledger import LedgerClosed, SoftwareChanged
from ledger.domain.streams.ledger import LEDGER, LedgerState
from ledger.shell import perimeter
from ledger.shell.mapper import Event
from ledger.shell.perimeter import PARTS, files_under, fingerprint_of, major_minor, software_change
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from tests.faults.checker import walk
from tests.shell.business import answered, invoice, opened, refused, service_over

OTHER = "8" * 64


def another(monkeypatch: pytest.MonkeyPatch, name: str, fingerprint: str | None = None) -> None:
    monkeypatch.setattr(perimeter, "software", lambda: name)
    if fingerprint is not None:
        monkeypatch.setattr(perimeter, "perimeter", lambda: fingerprint)


def changes(service: Service) -> list[SoftwareChanged]:
    found = [event.record for event in service.entries("atelier", types=["software.changed/1"])]
    assert all(isinstance(each, SoftwareChanged) for each in found)
    return found


def test_the_software_that_opened_a_ledger_notes_nothing(tmp_path: Path) -> None:
    with service_over(MemoryStore(), tmp_path / "keys") as service:
        opened(service)
        answered(service.execute("atelier", invoice()))
        assert changes(service) == []


def test_another_version_is_noted_once_before_the_first_thing_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    with service_over(store, tmp_path / "keys") as service:
        made = opened(service)
    another(monkeypatch, "sceau 0.1.1")
    with service_over(store, tmp_path / "keys") as service:
        answered(service.execute("atelier", invoice()))
        answered(service.execute("atelier", invoice()))
        (noted,) = changes(service)
        assert (noted.software, noted.major) == ("sceau 0.1.1", False)
        types = walk(store, made.row.ledger).types
        assert types.index("software.changed/1") < types.index("invoice.issued/1")
    with service_over(store, tmp_path / "keys") as service:
        answered(service.execute("atelier", invoice()))
        assert len(changes(service)) == 1


def test_another_perimeter_is_a_major_change_and_going_back_is_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    with service_over(store, tmp_path / "keys") as service:
        opened(service)
    with monkeypatch.context() as newer:
        another(newer, "sceau 1.0.0", OTHER)
        with service_over(store, tmp_path / "keys") as service:
            answered(service.execute("atelier", invoice()))
    with service_over(store, tmp_path / "keys") as service:
        answered(service.execute("atelier", invoice()))
        assert [(each.software, each.major) for each in changes(service)] == [
            ("sceau 1.0.0", True),
            (perimeter.software(), True),
        ]
        state = service.state("atelier", LEDGER, "self")
        assert state is not None
        assert (state.software, state.perimeter) == (perimeter.software(), perimeter.perimeter())


def test_a_refused_command_still_notes_who_looked_at_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    with service_over(store, tmp_path / "keys") as service:
        opened(service)
    another(monkeypatch, "sceau 0.2.0")
    with service_over(store, tmp_path / "keys") as service:
        assert refused(service.execute("atelier", invoice(customer="ffffffff-0000-4000-8000-00000000000f")))
        assert len(changes(service)) == 1


def test_a_closed_ledger_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    with service_over(store, tmp_path / "keys") as service:
        opened(service)
        version = len(service.stream("atelier", "ledger:self")) + 1
        service.append("atelier", [Event("ledger:self", version, LedgerClosed(reason="ceased"), "system")])
    another(monkeypatch, "sceau 9.0.0", OTHER)
    with service_over(store, tmp_path / "keys") as service:
        assert refused(service.execute("atelier", invoice())) == "LEDGER_CLOSED"
        assert changes(service) == []


def test_a_change_of_libraries_or_words_is_no_change_of_software() -> None:
    same = LedgerState(software=perimeter.software(), perimeter=perimeter.perimeter())
    assert software_change(same) is None
    assert software_change(None) is None


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("sceau 2.1.3", (2, 1)),
        ("0.1.0", (0, 1)),
        ("1.0", (1, 0)),
        ("sceau (not installed)", None),
        ("1", None),
        ("1.x", None),
        ("٣.١", None),
    ],
)
def test_the_root_and_the_subdivision_of_a_version_are_read(text: str, known: tuple[int, int] | None) -> None:
    assert major_minor(text) == known


def test_the_fingerprint_is_what_sha256sum_gives_over_the_list(tmp_path: Path) -> None:
    for part in PARTS:
        (tmp_path / part / "attestation").mkdir(parents=True)
        (tmp_path / part / "a.py").write_text(f"# {part}\n")
        (tmp_path / part / "notes.md").write_text("no code")
        (tmp_path / part / "attestation" / "paper.py").write_text("# describes\n")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "page.py").write_text("# outside\n")
    files = files_under(tmp_path)
    assert [each.path for each in files] == ["archive/a.py", "ledger/a.py", "ledger/attestation/paper.py"]
    listed = "".join(
        f"{each.path} {hashlib.sha256((tmp_path / each.path).read_bytes()).hexdigest()}\n" for each in files
    )
    assert fingerprint_of(files) == hashlib.sha256(listed.encode()).hexdigest()
    (tmp_path / "ledger" / "a.py").write_text("# ledger \n")
    assert fingerprint_of(files_under(tmp_path)) != fingerprint_of(files)
