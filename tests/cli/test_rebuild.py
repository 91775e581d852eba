"""`sceau rebuild`, and how far rows are in `sceau about`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.shell.stores.open import open_store
from projections.engine.rows.open import open_rows
from projections.registry import PROJECTIONS
from tests.cli.running import PASSPHRASE, sceau, told
from tests.retention.scene import another_medium, archived, purged

KEYS = {"SCEAU_KEY_PASSPHRASE": PASSPHRASE}
NAMES = [projection.name for projection in PROJECTIONS]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    assert sceau(tmp_path, "demo", **KEYS).returncode == 0
    return tmp_path


def test_every_projection_is_rebuilt(shop: Path) -> None:
    found = told(shop, "rebuild")
    assert found["ok"]
    (ledger,) = found["ledgers"]
    assert [one["projection"] for one in ledger["projections"]] == NAMES
    assert {(one["position"], one["missing"]) for one in ledger["projections"]} == {(ledger["head"], 0)}
    assert (shop / "var/sceau.db.projections.db").exists()


def test_one_projection_is_rebuilt_and_said_in_words(shop: Path) -> None:
    run = sceau(shop, "rebuild", "book", "--ledger", "demo")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("demo: book is at entry ")
    rows = open_rows(f"sqlite:///{shop}/var/sceau.db.projections.db")
    ledger = told(shop, "about")["ledgers"][0]["ledger"]
    assert [(one.projection, one.state, one.build) for one in rows.builds(ledger)] == [("book", "live", 1)]
    assert sceau(shop, "rebuild", "book").returncode == 0
    assert [(one.projection, one.state, one.build) for one in rows.builds(ledger)] == [("book", "live", 2)]
    rows.close()


def test_what_is_not_there_is_said(shop: Path) -> None:
    run = sceau(shop, "rebuild", "nothing")
    assert run.returncode == 2
    assert "no projection named 'nothing': book," in run.stderr
    assert sceau(shop, "rebuild", "--ledger", "nobody").returncode == 2


def test_rows_go_where_the_settings_say(shop: Path) -> None:
    assert sceau(shop, "rebuild", SCEAU_PROJECTIONS=f"sqlite:///{shop}/elsewhere.db").returncode == 0
    assert (shop / "elsewhere.db").exists()
    assert not (shop / "var/sceau.db.projections.db").exists()
    wrong = sceau(shop, "rebuild", SCEAU_PROJECTIONS="mysql://h/db")
    assert (wrong.returncode, "memory:" in wrong.stderr) == (2, True)


def test_a_damaged_file_is_told_and_a_deleted_one_is_made_again(shop: Path) -> None:
    sceau(shop, "rebuild")
    file = shop / "var/sceau.db.projections.db"
    file.write_bytes(b"damaged, " * 1000)
    run = sceau(shop, "rebuild")
    assert run.returncode == 2
    assert "delete it" in run.stderr
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    assert told(shop, "rebuild")["ok"]


def test_about_tells_how_far_behind_rows_are(shop: Path) -> None:
    (before,) = told(shop, "about")["ledgers"]
    assert {one["position"] for one in before["projections"]} == {0}
    assert not (shop / "var/sceau.db.projections.db").exists()  # asking makes no file
    assert "entrées de retard" in sceau(shop, "about").stdout
    sceau(shop, "rebuild")
    (after,) = told(shop, "about")["ledgers"]
    assert {(one["entries"], one["seconds"]) for one in after["projections"]} == {(0, 0)}
    assert "projections : à jour" in sceau(shop, "about").stdout


def test_purged_entries_are_missing_unless_their_archive_is_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    with another_medium() as medium, archived(tmp_path, medium, url) as (it, copy):
        whole = told(tmp_path, "rebuild", SCEAU_STORE=url)
        assert whole["ok"]
        purged(it, copy)
        assert told(tmp_path, "about", SCEAU_STORE=url)["ledgers"][0]["projections"][0]["missing"] == 0
        without = told(tmp_path, "rebuild", expect=1, SCEAU_STORE=url)
        missing = {one["projection"]: one["missing"] for one in without["ledgers"][0]["projections"]}
        assert missing["book"] > 0
        words = sceau(tmp_path, "rebuild", "book", SCEAU_STORE=url)
        assert "purged entries are missing (--archive FILE)" in words.stdout
        lent = told(tmp_path, "rebuild", "--archive", str(copy), SCEAU_STORE=url)
        assert {one["missing"] for one in lent["ledgers"][0]["projections"]} == {0}
        assert lent["ledgers"][0]["findings"] == []
        store = open_store(url)
        head = store.head(it.ledger)
        assert head is not None
        assert lent["ledgers"][0]["head"] == head.seq
        store.close()
