"""The command line as a new user meets it."""

from __future__ import annotations

import hashlib
import json
import socket
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import PASSPHRASE, sceau, told

INVOICE = {
    "command": "invoice.issue",
    "as": "sale",
    "key": "order-1",
    "body": {
        "basis": "gross",
        "lines": [{"label": "Vase", "quantity": "3", "unit_price": "9.99", "rate_bp": 2000, "nature": "goods"}],
    },
}
PAYMENT = {
    "command": "payment.record",
    "body": {
        "means": "card",
        "amount_cents": 2997,
        "allocations": [{"about": "$sale.invoice", "about_kind": "invoice", "amount_cents": 2997}],
    },
}


def lines(*commands: dict[str, Any]) -> str:
    return "".join(json.dumps(command) + "\n" for command in commands)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    profile = sceau(tmp_path, "init", "--template").stdout
    (tmp_path / "profile.json").write_text(profile)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def test_the_demonstration_plays_a_sale_and_its_ledger_verifies(tmp_path: Path) -> None:
    played = told(tmp_path, "demo")
    assert played["verdict"]["ok"] is True
    assert played["verdict"]["trust"] == "key_store"
    assert [step["number"] for step in played["steps"] if "number" in step] == ["D-00001", "F-00001", "A-00001"]


def test_the_demonstration_can_be_played_twice(tmp_path: Path) -> None:
    told(tmp_path, "demo")
    again = told(tmp_path, "demo")
    assert [step["number"] for step in again["steps"] if "number" in step] == ["D-00002", "F-00002", "A-00002"]


def test_a_live_ledger_needs_a_passphrase_for_its_keys(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    refused = sceau(tmp_path, "init", "atelier", "--profile", "profile.json")
    assert refused.returncode == 2
    assert "SCEAU_KEY_PASSPHRASE" in refused.stderr
    opened = told(tmp_path, "init", "atelier", "--profile", "profile.json", SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert opened["kind"] == "live"
    assert Path(tmp_path, opened["recovery_key"]).exists()


def test_the_ledger_s_name_cannot_be_taken_twice(shop: Path) -> None:
    again = sceau(shop, "init", "shop", "--training", "--profile", "profile.json")
    assert again.returncode == 1
    assert "ALREADY_EXISTS" in again.stderr


def test_commands_of_a_file_are_run_and_name_one_another(shop: Path) -> None:
    run = sceau(shop, "apply", "-", "--ledger", "shop", "--json", given=lines(INVOICE, PAYMENT))
    assert run.returncode == 0, run.stderr
    invoiced, paid = map(json.loads, run.stdout.splitlines())
    assert (invoiced["result"]["gross_cents"], invoiced["result"]["number"]) == (2997, "F-00001")
    assert [entry["type"] for entry in paid["entries"]] == ["payment.received/1", "invoice.paid/1"]


def test_a_line_with_a_key_is_safe_to_run_again(shop: Path) -> None:
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE))
    again = sceau(shop, "apply", "-", "--ledger", "shop", "--json", given=lines(INVOICE))
    answer = json.loads(again.stdout)
    assert answer["repeated"] is True
    assert answer["result"]["number"] == "F-00001"


def test_a_refused_command_says_why_and_ends_the_run_with_one(shop: Path) -> None:
    wrong = {
        "command": "payment.reverse",
        "body": {"payment": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "cause": "unpaid"},
    }
    run = sceau(shop, "apply", "-", "--ledger", "shop", "--json", given=lines(wrong, INVOICE))
    assert run.returncode == 1
    (only,) = map(json.loads, run.stdout.splitlines())
    assert only["refused"]["code"]
    assert only["refused"]["words"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"command": "no.such"}',
        '{"command": "invoice.issue", "body": {"invented": 1}}',
        '{"command": "invoice.issue", "secret": 1}',
        '{"command": "invoice.issue", "body": {"lines": [{"label": "x", "unit_price": 1.5, "nature": "goods"}]}}',
        '{"command": "payment.record", "body": {"means": "card", "amount_cents": "$nobody.amount_cents"}}',
        '{"command": "invoice.issue", "at": "yesterday"}',
    ],
)
def test_a_line_that_is_no_command_is_refused_with_its_number_and_nothing_is_written(shop: Path, line: str) -> None:
    before = told(shop, "show")["ledgers"][0]["entries"]
    run = sceau(shop, "apply", "-", "--ledger", "shop", given=line + "\n")
    assert run.returncode == 2
    assert "line 1" in run.stderr
    assert "Traceback" not in run.stderr
    assert told(shop, "show")["ledgers"][0]["entries"] == before


def test_an_exported_line_s_digest_is_what_the_next_line_names(shop: Path) -> None:
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT))
    export = sceau(shop, "show", "shop", "--lines").stdout.encode()
    rows = export.splitlines()
    for row, following in pairwise(rows):
        assert json.loads(following)["chain"]["prev"] == hashlib.sha256(row).hexdigest()


def test_an_entry_is_shown_verbatim_and_with_its_disclosures(shop: Path) -> None:
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE))
    seq = told(shop, "show")["ledgers"][0]["entries"]
    shown = told(shop, "show", "shop", str(seq))
    line = sceau(shop, "show", "shop", str(seq)).stdout.rstrip("\n")
    assert shown["fingerprint"] == hashlib.sha256(line.encode()).hexdigest()
    assert shown["disclosures"][0]["value"]["lines"] == ["Vase"]
    assert "Vase" not in line


def test_the_given_pin_is_what_the_verdict_trusts(shop: Path) -> None:
    pin = sceau(shop, "keys", "pin", "shop").stdout.strip()
    assert told(shop, "verify", "--ledger", "shop", "--pin", pin)["trust"] == "given"
    other = told(shop, "verify", "--ledger", "shop", "--pin", "0" * 64, expect=1)
    assert [finding["code"] for finding in other["findings"]] == ["pin_mismatch"]


def test_without_keys_or_pin_the_verdict_trusts_nobody(shop: Path) -> None:
    alone = told(shop, "verify", "--ledger", "shop", expect=1, SCEAU_KEYS=str(shop / "nothing"))
    assert (alone["ok"], alone["trust"]) == (False, "self")
    assert [finding["code"] for finding in alone["findings"]] == ["key_not_pinned"]


def test_an_edited_amount_is_found_and_its_entry_named(shop: Path) -> None:
    sceau(shop, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT))
    with sqlite3.connect(shop / "var" / "sceau.db") as database:
        database.execute("DROP TRIGGER entries_no_update")
        (seq,) = database.execute("SELECT seq FROM entries WHERE type = 'invoice.issued/1'").fetchone()
        database.execute(
            "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), '\"gross_cents\":2997', '\"gross_cents\":2907')"
            " AS BLOB) WHERE seq = ?",
            (seq,),
        )
    verdict = told(shop, "verify", "--ledger", "shop", expect=1)
    assert {finding["seq"] for finding in verdict["findings"]} == {seq}
    assert "altered" in {finding["code"] for finding in verdict["findings"]}


def test_keys_are_made_shown_once_listed_and_revoked(shop: Path) -> None:
    made = told(shop, "access", "create", "till-1", "--ledger", "shop", "--role", "operator")
    assert made["token"].startswith("sk_")
    (listed,) = told(shop, "access", "list")["keys"]
    assert (listed["label"], listed["roles"]) == ("till-1", {"shop": "operator"})
    assert made["token"] not in json.dumps(listed)
    assert sceau(shop, "access", "revoke", made["key"]).returncode == 0
    assert told(shop, "access", "list")["keys"][0]["revoked_at"]
    journal = [entry["type"] for entry in told(shop, "show", "shop")["entries"]]
    assert journal[-2:] == ["access.granted/1", "access.revoked/1"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("show", "nobody"), "nobody"),
        (("verify", "--ledger", "nobody"), "nobody"),
        (("verify", "--pin", "abc"), "64"),
        (("verify", "mysql://x"), "sqlite:///"),
        (("apply", "missing.jsonl", "--ledger", "shop"), "missing.jsonl"),
        (("replay", "missing.csv", "--ledger", "shop"), "missing.csv"),
        (("init", "Bad Name!", "--training", "--profile", "profile.json"), "name"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told_in_words(shop: Path, words: tuple[str, ...], hint: str) -> None:
    run = sceau(shop, *words)
    assert run.returncode in (1, 2)
    assert hint in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('{"command": "customer.register", "command": "quote.issue"}', "twice"),
        ('{"command": "payment.record", "body": {"means": "card", "amount_cents": 1.0}}', "fraction"),
        (
            '{"command": "payment.record", "body": {"means": "card", "amount_cents": 1' + "0" * 400 + "}}",
            "/amount_cents",
        ),
        ('{"command": "payment.record", "body": ' + '{"a":' * 900 + "1" + "}" * 901, "deeper"),
        ('{"command": "payment.record", "body": {"a": "\\ud800"}}', "surrogate"),
        ('{"command": "drawer.count", "key": "a\\nb"}', "printable"),
        ('{"command": "payment.record", "body": {"means": "card", "amount_cents": 1, "\\u001b[31m": 1}}', "/?[31m"),
    ],
)
def test_a_hostile_line_is_refused_as_http_would_and_nothing_of_it_reaches_the_terminal(
    shop: Path, line: str, hint: str
) -> None:
    run = sceau(shop, "apply", "-", "--ledger", "shop", given=line + "\n")
    assert run.returncode == 2
    assert "line 1" in run.stderr
    assert hint in run.stderr
    assert "\x1b" not in run.stderr


@pytest.mark.parametrize("what", ["0", "99999", "9" * 30, "٣", "nosuch:self", "nonsense"])
def test_what_a_ledger_does_not_hold_is_said_and_ends_with_one(shop: Path, what: str) -> None:
    run = sceau(shop, "show", "shop", what)
    assert run.returncode == 1
    assert "shop has no" in run.stderr


def test_a_table_that_is_no_terminal_s_has_one_line_a_row(shop: Path) -> None:
    shown = sceau(shop, "show", "shop").stdout.splitlines()
    assert len(shown) == 2 + told(shop, "show")["ledgers"][0]["entries"] + 2  # title and heads; both windows


def test_a_key_s_label_is_one_line(shop: Path) -> None:
    for label in ("a\nb", "\x1b[31m", "", "x" * 101):
        run = sceau(shop, "access", "create", label, "--ledger", "shop")
        assert (run.returncode, "label" in run.stderr) == (2, True)


def test_a_server_that_cannot_listen_says_so_in_words(shop: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = sceau(shop, "serve", "--port", str(taken.getsockname()[1]))
    assert run.returncode == 2
    assert "taken by another program" in run.stderr
    assert "serving" not in run.stderr
    assert sceau(shop, "serve", "--port", "65536").returncode == 2


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no database " * 100)
    for words in (("migrate",), ("show",), ("verify",)):
        run = sceau(tmp_path, *words, SCEAU_STORE=f"sqlite:///{tmp_path}/note.txt")
        assert (run.returncode, "NOTADB" in run.stderr, "Traceback" in run.stderr) == (2, True, False), words
