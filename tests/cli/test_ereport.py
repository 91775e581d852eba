"""`sceau ereport`: a firm that has to report, from the first sale to the platform's answer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.shell.clock import SystemClock
from projections.ereporting.checking import check_report
from tests.cli.running import PASSPHRASE, Run, sceau
from tests.cli.running import told as told_by
from tests.cli.test_command_line import lines

KEYS = {"SCEAU_KEY_PASSPHRASE": PASSPHRASE}
SENDER = ("--platform", "0001", "--platform-name", "Plateforme Exemple")
SALE = {
    "command": "invoice.issue",
    "as": "sale",
    "body": {
        "basis": "net",
        "client_unnamed": True,
        "lines": [
            {"label": "Réparation", "unit_price": "100", "rate_bp": 2000, "nature": "services"},
            {"label": "Vase", "unit_price": "10", "rate_bp": 2000, "nature": "goods"},
        ],
    },
}
MONEY = {
    "command": "payment.record",
    "as": "money",
    "body": {
        "means": "card",
        "amount_cents": 13_200,
        "allocations": [{"about": "$sale.invoice", "about_kind": "invoice", "amount_cents": 13_200}],
    },
}


def told(folder: Path, *words: str, expect: int = 0) -> Any:
    """Run `sceau ... --json` with the keys' passphrase."""
    return told_by(folder, *words, expect=expect, SCEAU_KEY_PASSPHRASE=PASSPHRASE)


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Put the machine's clocks on, both of them."""
    now, steady = SystemClock.now, SystemClock.steady
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + timedelta(days=days))
    monkeypatch.setattr(SystemClock, "steady", lambda self: steady(self) + timedelta(days=days))


def opened(folder: Path, *kind: str, **members: Any) -> Path:
    profile = json.loads(sceau(folder, "init", "--template").stdout)
    profile |= {"trades": [], **members}
    (folder / "profile.json").write_text(json.dumps(profile))
    run = sceau(folder, "init", "shop", *kind, "--profile", "profile.json", **KEYS)
    assert run.returncode == 0, run.stderr
    run = sceau(folder, "apply", "-", "--ledger", "shop", given=lines(SALE, MONEY), **KEYS)
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A firm of middle size: it reports since 01/09/2026."""
    return opened(tmp_path, firm_size="mid")


def ereport(folder: Path, *words: str) -> Run:
    return sceau(folder, "ereport", *words, **KEYS)


def periods(folder: Path, *more: str, expect: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(folder, "ereport", "due", "--ledger", "shop", *more, expect=expect)["periods"]
    return found


def test_a_period_is_made_handed_over_and_accepted(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {(one["flow"], one["state"]) for one in periods(shop)} == {("10.3", "open"), ("10.4", "open")}
    later(monkeypatch, 35)
    sold, paid = periods(shop, expect=_late(shop))
    assert (sold["state"], paid["state"]) == ("to_make", "to_make")
    made = told(shop, "ereport", "make", "--ledger", "shop", "--flow", "10.4", "--from", paid["from_on"], *SENDER)
    xml = (shop / made["file"]).read_bytes()
    assert check_report(xml) == ()
    assert b"<Amount>120.00</Amount>" in xml  # the vase is goods: no payment data
    assert made["file"] == f"123456782-10-4-{paid['from_on']}-{paid['to_on']}-001.xml".replace(
        paid["from_on"], paid["from_on"].replace("-", "")
    ).replace(paid["to_on"], paid["to_on"].replace("-", ""))
    (shop / "platform").mkdir()
    sent = told(shop, "ereport", "send", made["file"], "--ledger", "shop", "--folder", "platform")
    assert sent["state"] == "handed_over"
    assert (shop / "platform" / made["file"]).read_bytes() == xml
    assert ereport(shop, "record", made["file"], "accepted", "--ledger", "shop").returncode == 0
    assert [one["state"] for one in periods(shop, expect=_late(shop)) if one["flow"] == "10.4"] == ["accepted"]
    again = ereport(shop, "record", made["export"], "refused", "--ledger", "shop")
    assert again.returncode == 1
    assert "EREPORT_STATE_UNFIT" in again.stderr


def _late(folder: Path) -> int:
    run = ereport(folder, "due", "--ledger", "shop")
    assert run.returncode == int("LATE" in run.stdout), run.stderr
    return run.returncode


def test_what_is_late_ends_with_1_and_is_said(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 100)
    run = ereport(shop, "due", "--ledger", "shop")
    assert run.returncode == 1
    assert "to be made, LATE" in run.stdout


def test_money_that_goes_back_later_is_rectified_whole(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 35)
    (paid,) = [one for one in periods(shop, expect=_late(shop)) if one["flow"] == "10.4"]
    made = told(shop, "ereport", "make", "--ledger", "shop", "--flow", "10.4", "--from", paid["from_on"], *SENDER)
    assert ereport(shop, "record", made["file"], "handed_over", "--ledger", "shop").returncode == 0
    money = next(one for one in told(shop, "show", "shop")["entries"] if one["type"] == "payment.received/1")[
        "stream"
    ].partition(":")[2]
    back = {"command": "payment.reverse", "body": {"payment": money, "cause": "chargeback"}}
    run = sceau(shop, "apply", "-", "--ledger", "shop", given=lines(back), **KEYS)
    assert run.returncode == 0, run.stderr
    (paid,) = [one for one in periods(shop, expect=_late(shop)) if one["flow"] == "10.4"]
    assert (paid["state"], paid["type"], paid["n"]) == ("to_rectify", "RE", 2)
    made = told(shop, "ereport", "make", "--ledger", "shop", "--flow", "10.4", "--from", paid["from_on"], *SENDER)
    assert b"<TypeCode>RE</TypeCode>" in (shop / made["file"]).read_bytes()
    assert b"<Amount>0.00</Amount>" in (shop / made["file"]).read_bytes()


def test_the_same_entry_and_moment_give_the_same_bytes(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 35)
    sold = periods(shop, expect=_late(shop))[0]
    words = (
        "--ledger",
        "shop",
        "--flow",
        "10.3",
        "--from",
        sold["from_on"],
        *SENDER,
        "--at",
        "2027-02-01T08:00:00+01:00",
    )
    first = told(shop, "ereport", "make", *words, "--out", "one.xml")
    again = told(shop, "ereport", "make", *words, "--out", "two.xml", "--upto-seq", str(first["upto_seq"]))
    assert (shop / "one.xml").read_bytes() == (shop / "two.xml").read_bytes()
    assert "seq" in first
    assert "seq" not in again  # it was recorded already
    assert ereport(shop, "make", *words, "--out", "one.xml").returncode == 2


def test_a_small_firm_is_told_its_day_and_may_look(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    run = ereport(shop, "due", "--ledger", "shop")
    assert run.returncode == 0
    assert "not compulsory for this firm yet: it starts on 2027-09-01" in run.stdout
    sold = next(one for one in periods(shop, "--preview") if one["flow"] == "10.3")
    words = ("--ledger", "shop", "--flow", "10.3", "--from", sold["from_on"], *SENDER)
    refused = ereport(shop, "make", *words)
    assert refused.returncode == 1
    assert "EREPORT_BEFORE_START" in refused.stderr
    assert "01/09/2027" in refused.stderr
    assert list(shop.glob("*.xml")) == []
    made = told(shop, "ereport", "make", *words, "--preview")
    assert made["preview"] is True
    assert "seq" not in made
    assert "APERCU" in made["file"]
    refused = ereport(shop, "record", made["file"], "handed_over", "--ledger", "shop")
    assert "REFERENCE_UNKNOWN" in refused.stderr


def test_a_training_ledger_reports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = opened(tmp_path, "--training", firm_size="mid")
    later(monkeypatch, 35)
    sold = periods(shop, expect=_late(shop))[0]
    refused = ereport(shop, "make", "--ledger", "shop", "--flow", "10.3", "--from", sold["from_on"], *SENDER)
    assert refused.returncode == 1
    assert "EREPORT_TRAINING" in refused.stderr


def test_any_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<Report/>")
    run = sceau(tmp_path, "ereport", "check", "bad.xml")
    assert run.returncode == 1
    assert "ReportDocument" in run.stdout
    assert told(tmp_path, "ereport", "check", "bad.xml", expect=1)[0]["valid"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "hier"), "a day is YYYY-MM-DD"),
        (("--from", "2027-09-01", "--at", "2027-09-18T08:00:00"), "names its offset"),
        (("--from", "2027-09-01", "--at", "soon"), "a moment is like"),
    ],
)
def test_what_is_not_understood_is_said(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    run = sceau(tmp_path, "ereport", "make", "--ledger", "shop", "--flow", "10.3", *SENDER, *words)
    assert run.returncode == 2
    assert said in run.stderr
