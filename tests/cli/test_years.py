"""`sceau demo --years`: years of an invented business, the same for the same seed, and never twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import closures
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from tests.cli.running import sceau, told

ASKED = ("demo", "--years", "1", "--documents", "1200", "--seed", "3")


def amounts(folder: Path) -> list[tuple[str, str, Any]]:
    """What each entry says of money and day, in order: everything but the random ids."""
    store = open_store(f"sqlite:///{folder}/var/sceau.db")
    try:
        ledger = store.ledgers()[0].ledger
        rows = []
        for line in store.lines(ledger):
            whole = orjson.loads(line.line)
            body = whole["entry"]["body"]
            rows.append((line.type, whole["chain"]["at"], (body.get("amount_cents"), body.get("totals"))))
        return [row for row in rows if not row[0].startswith(("checkpoint.", "anchor."))]
    finally:
        store.close()


def closed(folder: Path) -> list[PeriodClosed]:
    store = open_store(f"sqlite:///{folder}/var/sceau.db")
    try:
        return [each.event for each in closures(store, store.ledgers()[0].ledger)]
    finally:
        store.close()


def test_a_year_is_played_without_a_refusal_and_closed_to_its_last_day(tmp_path: Path) -> None:
    played = told(tmp_path, *ASKED)
    assert played["refused"] == {}
    assert played["repeated"] == 0
    commands = played["commands"]
    for name in ("invoice.issue", "quote.sign", "invoice.issue_final", "payment.record", "work.accept", "quote.cancel",
                 "invoice.credit", "payment.refund", "subscription.invoice"):  # fmt: skip
        assert commands[name] > 0, name
    kinds = Counter(each.period for each in closed(tmp_path))
    assert (kinds["month"], kinds["year"]) == (12, 1)
    assert closed(tmp_path)[-1].to_on == "2024-12-31"
    year = closed(tmp_path)[-1]
    assert 700 < year.invoices < 1200
    assert year.advances.received_cents > 0
    assert year.advances.forfeited_cents + year.advances.refunded_cents > 0
    assert {(each.category, each.rate_bp) for each in year.rates} == {("S", 550), ("S", 1000), ("S", 2000)}
    assert sceau(tmp_path, "verify", "--ledger", "demo-years").returncode == 0


def test_the_same_seed_tells_the_same_story_and_another_seed_another(tmp_path: Path) -> None:
    stories = []
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        folder = tmp_path / name
        folder.mkdir()
        told(folder, "demo", "--years", "1", "--documents", "150", "--seed", seed)
        stories.append(amounts(folder))
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]


def test_played_again_it_does_nothing_twice(tmp_path: Path) -> None:
    small = ("demo", "--years", "1", "--documents", "150")
    first = told(tmp_path, *small)
    before = amounts(tmp_path)
    again = told(tmp_path, *small)
    assert again["repeated"] == sum(first["commands"].values())
    assert amounts(tmp_path) == before


@pytest.mark.parametrize("share", [40, *(pytest.param(share, marks=pytest.mark.long) for share in (3, 200))])
def test_cut_short_it_goes_on_where_it_stopped(tmp_path: Path, share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    small = ("demo", "--years", "1", "--documents", "150")
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    told(tmp_path / "whole", *small)
    submit = Service.submit
    asked = 0

    def breaks(*words: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked > share:
            raise RuntimeError("the power went")
        return submit(*words, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Service, "submit", breaks)
        with pytest.raises(RuntimeError):
            sceau(tmp_path / "cut", *small)
    again = told(tmp_path / "cut", *small)
    assert 0 < again["repeated"] <= share
    assert amounts(tmp_path / "cut") == amounts(tmp_path / "whole")


def test_it_wants_a_ledger_of_its_own(tmp_path: Path) -> None:
    assert sceau(tmp_path, "demo").returncode == 0
    run = sceau(tmp_path, *ASKED, "--name", "demo")
    assert run.returncode != 0
    assert "simulated clock" in run.stderr
