"""`sceau close`: what has ended is closed, told with its totals; what has not is refused in words."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from ledger.shell.clock import SystemClock
from ledger.shell.stores.open import open_store
from tests.cli.running import sceau, told
from tests.cli.test_command_line import INVOICE, PAYMENT, lines

PARIS = ZoneInfo("Europe/Paris")
_NOW = datetime.now(PARIS)
AHEAD = (_NOW.replace(day=1) + timedelta(days=32)).replace(day=10, hour=12) - _NOW


@cache
def opened() -> TemporaryDirectory[str]:
    """A shop with one sale, opened once for all who copy it."""
    kept = TemporaryDirectory()
    folder = Path(kept.name)
    (folder / "profile.json").write_text(sceau(folder, "init", "--template").stdout)
    assert sceau(folder, "init", "shop", "--training", "--profile", "profile.json").returncode == 0
    assert sceau(folder, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT)).returncode == 0
    return kept


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, at noon on the tenth in Paris: nothing ends while it is looked at, its month is no one day."""
    now = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + AHEAD)
    return Path(shutil.copytree(opened().name, tmp_path, dirs_exist_ok=True))


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Put the machine's clocks on, both of them: no step is seen."""
    now, steady = SystemClock.now, SystemClock.steady
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + timedelta(days=days))
    monkeypatch.setattr(SystemClock, "steady", lambda self: steady(self) + timedelta(days=days))


def test_nothing_is_due_on_the_first_day_and_that_is_no_failure(shop: Path) -> None:
    run = sceau(shop, "close", "day", "--ledger", "shop")
    today = f"{datetime.now(PARIS) + AHEAD:%Y-%m-%d}"
    assert run.returncode == 0
    assert run.stdout == (
        f"nothing was due: no day has ended yet; the open one, {today}, is closed by itself once it has ended\n"
    )
    assert told(shop, "close", "month", "--ledger", "shop")["closures"] == []


def test_a_month_asked_for_while_its_day_is_open_says_when_it_ends(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 400)
    sceau(shop, "close", "year", "--ledger", "shop")
    again = sceau(shop, "close", "month", "--ledger", "shop").stdout
    closed = told(shop, "close", "month", "--ledger", "shop")["closed_to"]["month"]
    begins = date.fromisoformat(closed) + timedelta(days=1)
    ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert again == (
        f"nothing was due: the last month closed ended on {closed}; the open one, {begins} to {ends}, "
        "is closed by itself once it has ended\n"
    )


def test_a_day_that_has_not_ended_is_refused_in_words(shop: Path) -> None:
    run = sceau(shop, "close", "day", "--ledger", "shop", "--upto", "2199-01-01")
    assert run.returncode == 1
    assert "PERIOD_NOT_ENDED" in run.stderr
    assert "01/01/2199" in run.stderr
    refused = told(shop, "close", "day", "--ledger", "shop", "--upto", "2199-01-01", expect=1)
    assert refused["refused"] == {"code": "PERIOD_NOT_ENDED"}


def test_what_has_ended_is_closed_once_and_told_with_its_totals(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 400)
    found = told(shop, "close", "month", "--ledger", "shop")
    kinds = [one["closure"]["period"] for one in found["closures"]]
    assert kinds[0] == "day"
    assert kinds.count("month") in (13, 14)
    assert "year" in kinds
    day = found["closures"][0]["closure"]
    assert day["gross_cents"] == day["perpetual_cents"] > 0
    assert day["automatic"] is False
    assert set(found["closed_to"]) == {"day", "month", "year"}
    again = sceau(shop, "close", "month", "--ledger", "shop")
    assert again.stdout.startswith(f"nothing was due: the last month closed ended on {found['closed_to']['month']}; ")
    assert told(shop, "verify", "--ledger", "shop")["ok"] is True


def test_the_table_shows_what_was_closed(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 1)
    run = sceau(shop, "close", "day", "--ledger", "shop")
    assert run.returncode == 0, run.stderr
    assert "perpetual" in run.stdout
    assert "1 / 0" in run.stdout
    assert "simulated" in run.stdout, "the shop is for training"


def kept(shop: Path) -> list[tuple[int, bytes]]:
    store = open_store(f"sqlite:///{shop}/var/sceau.db")
    try:
        return [(row.size, row.note) for each in store.ledgers() for row in store.checkpoints(each.ledger)]
    finally:
        store.close()


def test_a_closure_without_a_server_has_its_checkpoint_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 1)
    closed = told(shop, "close", "day", "--ledger", "shop")
    ((size, note),) = kept(shop)
    assert closed["closures"][-1]["seq"] <= size
    assert closed["unanchored"]["witness"]["entries"] == size + 1  # `checkpoint.made` tells of it
    told(shop, "close", "day", "--ledger", "shop")
    assert kept(shop) == [(size, note)]
    assert told(shop, "verify", "--ledger", "shop")["ok"] is True


def test_a_day_that_closes_while_commands_are_applied_has_its_checkpoint_too(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(shop) == []
    later(monkeypatch, 1)
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE))
    assert len(kept(shop)) == 1


def test_a_demonstration_in_which_a_day_closed_has_its_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(tmp_path, "demo")
    assert kept(tmp_path) == []
    later(monkeypatch, 1)
    assert told(tmp_path, "demo")["verdict"]["ok"] is True
    assert len(kept(tmp_path)) == 1


def test_keys_that_fail_never_fail_the_closing(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (key,) = (shop / "var" / "keys").glob("*/checkpoint.pem")
    key.unlink()
    later(monkeypatch, 1)
    run = sceau(shop, "close", "day", "--ledger", "shop")
    assert run.returncode == 0, run.stderr
    assert "1 / 0" in run.stdout
    assert "simulated" in run.stdout, "the shop is for training"
    assert kept(shop) == []
    assert "after its closure" in caplog.text


def test_the_end_line_says_how_far_both_promises_reach(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 1)
    last = sceau(shop, "close", "day", "--ledger", "shop").stdout.splitlines()[-2:]
    assert last[0].startswith("Time proven by a time stamp: nothing yet; ")
    assert last[1].startswith("Kept elsewhere, by a witness or as a copy: nothing yet; ")
    assert all("the oldest for 1440 minutes (24 hours)" in line for line in last)


def test_an_unknown_ledger_is_said_to_be(tmp_path: Path) -> None:
    assert sceau(tmp_path, "close", "day", "--ledger", "nobody").returncode == 2
