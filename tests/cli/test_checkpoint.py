"""`sceau checkpoint`, and `sceau verify` with what it gave."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from tests.cli.running import sceau, told
from tests.cli.test_command_line import INVOICE, PAYMENT, lines


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def test_checkpoints_follow_one_another_and_open_what_they_were_made_of(shop: Path) -> None:
    first = sceau(shop, "checkpoint", "shop", "--out", "first.txt")
    assert first.returncode == 0, first.stderr
    assert first.stdout == (shop / "first.txt").read_text()
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT))
    second = told(shop, "checkpoint", "shop", "--out", "second.txt")
    assert second["note"] == (shop / "second.txt").read_text()
    assert second["size"] + 1 == told(shop, "show")["ledgers"][0]["entries"]  # `checkpoint.made` comes after it
    verdict = told(shop, "verify", "--ledger", "shop", "--checkpoint", "first.txt", "--checkpoint", "second.txt")
    assert verdict["ok"] is True


def test_a_backup_restored_with_its_keys_is_found_by_the_checkpoint(shop: Path) -> None:
    copytree(shop / "var", shop / "backup")
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE))
    size = told(shop, "checkpoint", "shop", "--out", "kept.txt")["size"]
    rmtree(shop / "var")
    copytree(shop / "backup", shop / "var")
    assert told(shop, "verify", "--ledger", "shop")["ok"] is True
    verdict = told(shop, "verify", "--ledger", "shop", "--checkpoint", "kept.txt", expect=1)
    assert [finding["code"] for finding in verdict["findings"]] == ["behind_checkpoint"]
    assert verdict["findings"][0]["seq"] <= size


def test_a_broken_chain_is_not_signed(shop: Path) -> None:
    with sqlite3.connect(shop / "var" / "sceau.db") as database:
        database.execute("DROP TRIGGER entries_no_update")
        database.execute(
            "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'width', 'w1dth') AS BLOB) WHERE seq = 3"
        )
    run = sceau(shop, "checkpoint", "shop", "--out", "c.txt")
    assert run.returncode == 2
    assert "sceau verify" in run.stderr
    assert not (shop / "c.txt").exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("checkpoint", "nobody"), "nobody"),
        (("checkpoint", "shop", "--out", "profile.json"), "exists"),
        (("verify", "--ledger", "shop", "--checkpoint", "profile.json"), "note"),
        (("verify", "--ledger", "shop", "--checkpoint", "missing.txt"), "missing.txt"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told_in_words(shop: Path, words: tuple[str, ...], hint: str) -> None:
    run = sceau(shop, *words)
    assert run.returncode == 2
    assert hint in run.stderr
    assert "Traceback" not in run.stderr


def test_a_ledger_that_was_taken_out_of_the_store_is_missed(shop: Path) -> None:
    with sqlite3.connect(shop / "var" / "sceau.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for table in ("entries", "seals", "disclosures", "operations", "heads", "ledgers"):
            database.execute(f"DELETE FROM {table}")
    verdict = told(shop, "verify", expect=1)
    assert verdict["ok"] is False
    assert verdict["missing"][0]["sealed_until"] > 0
    assert "ledger_missing" in sceau(shop, "verify").stdout
