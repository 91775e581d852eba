"""The public page: what it offers is there, and looking at the pure parts loads nothing of the shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ledger
from ledger.shell.keys import KeyStore
from ledger.shell.public import keys_folder


def test_every_public_name_is_there() -> None:
    for name in ledger.__all__:
        assert getattr(ledger, name) is not None
    with pytest.raises(AttributeError):
        ledger.nothing  # noqa: B018 - asks for it


def test_the_pure_parts_load_nothing_of_the_shell() -> None:
    asked = "import sys, ledger, ledger.kernel.audit, ledger.domain.deciders; print('eventsourcing' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_keys_stand_beside_the_file_unless_a_setting_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCEAU_KEYS", raising=False)
    assert keys_folder(f"sqlite:///{tmp_path}/var/sceau.db") == tmp_path / "var" / "keys"
    monkeypatch.setenv("SCEAU_KEYS", str(tmp_path / "elsewhere"))
    assert keys_folder(f"sqlite:///{tmp_path}/var/sceau.db") == tmp_path / "elsewhere"


def test_a_key_store_of_nothing_holds_nothing(tmp_path: Path) -> None:
    assert KeyStore(tmp_path / "none").ledgers() == []
