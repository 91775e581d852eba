"""`sceau anchor`, `sceau register`, and `sceau verify` with what they gave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from tests.anchors.authority import Authority, verified_by_openssl
from tests.cli.running import PASSPHRASE, sceau, told
from tests.cli.test_command_line import INVOICE, PAYMENT, lines

SIREN = "732829320"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("tsa")) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def test_a_policy_is_set_piece_by_piece_and_shown(shop: Path) -> None:
    assert told(shop, "anchor", "policy", "shop")["timestamp"] is False
    assert told(shop, "anchor", "policy", "shop", "--timestamp", "--every", "30") == {
        "interval_minutes": 30, "timestamp": True, "witnesses": [], "mail": False, "directory": False,
    }  # fmt: skip
    assert told(shop, "anchor", "policy", "shop", "--directory")["timestamp"] is True
    assert "every 30 minutes; timestamp, directory" in sceau(shop, "anchor", "policy", "shop").stdout
    assert told(shop, "anchor", "policy", "shop", "--no-timestamp", "--no-directory")["directory"] is False
    assert "nowhere but here" in sceau(shop, "anchor", "policy", "shop").stdout


def test_a_checkpoint_is_placed_shown_taken_out_and_verified(shop: Path, authority: Authority) -> None:
    (shop / "elsewhere").mkdir()
    here: Any = {
        "SCEAU_TSA_URL": authority.url,
        "SCEAU_TSA_CA": str(authority.folder / "ca.pem"),
        "SCEAU_ANCHOR_DIRECTORY": str(shop / "elsewhere"),
    }
    sceau(shop, "anchor", "policy", "shop", "--timestamp", "--directory")
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE))
    placed = told(shop, "anchor", "now", "shop", **here)
    assert [one["kind"] for one in placed["places"]] == ["timestamp", "directory"]
    shown = sceau(shop, "anchor", "show", "shop", **here).stdout
    assert "since timestamp tsa" in shown
    assert "neither witnessed nor copied elsewhere: 3 entries, 0 minutes, since directory" in shown
    out = sceau(shop, "anchor", "export", "shop", "proofs")
    assert "2 proofs" in out.stdout
    name = f"{placed['size']:012d}"
    assert verified_by_openssl(
        shop / "proofs" / f"{name}.note",
        shop / "proofs" / f"{name}.timestamp.tsa.tsr",
        authority.folder / "ca.pem",
    )
    verdict = told(shop, "verify", "--ledger", "shop", "--anchor", f"proofs/{name}.timestamp.tsa.json", **here)
    assert verdict["anchored"]["timestamp"]["size"] == placed["size"]
    assert verdict["anchored"]["timestamp"]["trusted"] is True
    left = verdict["unanchored"]
    assert left["timestamp"] == {
        "entries": 3, "minutes": 0, "kind": "timestamp", "place": "tsa", "size": placed["size"],
        "at": left["timestamp"]["at"],
    }  # fmt: skip
    assert (left["witness"]["kind"], left["witness"]["entries"]) == ("directory", 3)
    (about,) = told(shop, "about", **here)["ledgers"]
    assert (about["name"], about["kind"], about["entries"]) == ("shop", "training", placed["size"] + 3)
    assert about["unanchored"] == left
    said = sceau(shop, "about", **here).stdout.splitlines()[-1]
    assert said.startswith(f"Registre shop : {placed['size'] + 3} entrées ; sans horodatage : 3 entrées, 0 minutes ; ")
    words = sceau(shop, "verify", **here).stdout
    assert f"Existed by then (time stamp): up to entry {placed['size']}" in words
    assert "One history only (witness): none." in words
    assert "Not time-stamped: 3 entries since, about checkpoints alone." in words
    assert "Neither witnessed nor copied elsewhere: 3 entries since, about checkpoints alone (by the copy at" in words
    summary = sceau(shop, "show", "shop").stdout.splitlines()[-2:]
    assert summary[0].startswith(f"Time proven by a time stamp: up to entry {placed['size']}, 20")
    assert summary[1].startswith(f"Kept elsewhere, by a witness or as a copy: up to entry {placed['size']}, 20")
    assert "directory; 3 entries since, about checkpoints alone" in summary[1]
    assert told(shop, "show", "shop")["unanchored"]["timestamp"]["size"] == placed["size"]
    assert "not known here" in sceau(shop, "verify").stdout
    assert told(shop, "verify", "--ledger", "shop", "--tsa-ca", here["SCEAU_TSA_CA"])["anchored"]["timestamp"][
        "trusted"
    ]


def test_a_backup_restored_is_found_by_an_anchor_from_elsewhere(shop: Path, authority: Authority) -> None:
    sceau(shop, "anchor", "policy", "shop", "--timestamp")
    copytree(shop / "var", shop / "backup")
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT))
    size = told(shop, "anchor", "now", "shop", SCEAU_TSA_URL=authority.url)["size"]
    sceau(shop, "anchor", "export", "shop", "proofs")
    rmtree(shop / "var")
    copytree(shop / "backup", shop / "var")
    assert told(shop, "verify", "--ledger", "shop")["ok"] is True
    proof = f"proofs/{size:012d}.timestamp.tsa.json"
    verdict = told(shop, "verify", "--ledger", "shop", "--anchor", proof, expect=1)
    assert [finding["code"] for finding in verdict["findings"]] == ["behind_checkpoint"]


def test_a_place_that_fails_is_exit_code_1_and_shown(shop: Path) -> None:
    sceau(shop, "anchor", "policy", "shop", "--timestamp")
    run = sceau(shop, "anchor", "now", "shop", SCEAU_TSA_URL="http://127.0.0.1:9/secret-path")
    assert run.returncode == 1
    assert "timestamp tsa: unreachable" in run.stdout
    assert "secret-path" not in run.stdout + run.stderr
    assert "unreachable since" in sceau(shop, "anchor", "show", "shop").stdout
    assert sceau(shop, "verify").returncode == 0


def test_the_register_finds_a_whole_ledger_that_is_gone(shop: Path) -> None:
    live: Any = {"SCEAU_KEY_PASSPHRASE": PASSPHRASE}
    assert sceau(shop, "verify", "--register").returncode == 2
    assert sceau(shop, "init", "other", "--training", "--profile", "profile.json", **live).returncode == 0
    opened = told(shop, "register", "open", "--siren", SIREN, "--recovery", "recovery.pem", **live)
    assert opened["ledgers"] == 2
    sceau(shop, "checkpoint", "other", **live)
    assert "1 entries" in sceau(shop, "register", "note", **live).stdout
    assert len(told(shop, "register", "show", **live)["ledgers"]) == 2
    assert sceau(shop, "register", "open", "--siren", SIREN, **live).returncode == 1
    assert told(shop, "verify", "--register", **live)["register"] == []
    gone = next(one["ledger"] for one in told(shop, "show")["ledgers"] if one["name"] == "other")
    with sqlite3.connect(shop / "var" / "sceau.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for table in ("entries", "seals", "disclosures", "operations", "heads", "ledgers"):
            database.execute(f"DELETE FROM {table} WHERE ledger_id = ?", (gone,))
    verdict = told(shop, "verify", "--register", expect=1, **live)
    assert [(one["code"], one["ledger"]) for one in verdict["register"]] == [("ledger_missing", gone)]
    assert "ledger_missing" in sceau(shop, "verify", "--register", **live).stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("anchor", "show", "nobody"), "nobody"),
        (("verify", "--ledger", "shop", "--anchor", "profile.json"), "no anchor"),
        (("verify", "--tsa-ca", "profile.json"), "SCEAU_TSA_CA"),
        (("verify", "--witness", "nonsense"), "SCEAU_WITNESSES"),
        (("register", "show"), "register open"),
        (("witness", "--name", "w", "--key", "k", "--state", "s", "--listen", "nowhere"), "HOST:PORT"),
        (("witness", "--name", "w", "--key", "k", "--state", "s", "--log", "nonsense"), "verifier key"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told_in_words(shop: Path, words: tuple[str, ...], hint: str) -> None:
    run = sceau(shop, *words)
    assert run.returncode == 2
    assert hint in run.stderr
    assert "Traceback" not in run.stderr
