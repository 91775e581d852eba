"""A month in which messages went out: the table of names has whom they went to, and all three agree on it."""

from __future__ import annotations

from pathlib import Path

from archive import reading
from ledger.domain.commands.messages import QueueMessage
from ledger.domain.events.messages import Addressee
from tests.archive.samples import sample, sell_november
from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import program
from tests.verifiers.browser import browser
from tests.verifiers.test_verify_html import checked


def test_where_a_message_went_stands_in_the_table_and_both_verifiers_agree(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        addressee = Addressee(name="Jeanne Dupré", address="jeanne@dupre.example")
        it.play(QueueMessage(purpose="quote-sent", occasion="quote:1", template="quote_sent", addressee=addressee))
        sell_november(it)
        made = it.archive("2026-11")
        second = tmp_path / "names.zip"
        assert reading.open_private(it.service, made.private, second) is None
        genesis = it.genesis
    rows = forge.read(second)["tables/customers.csv"].decode("utf-8-sig").split("\r\n")
    told = [row for row in rows if ";addressee;" in row]
    assert [row.split(";")[3:6] for row in told] == [["addressee", "Jeanne Dupré", "jeanne@dupre.example"]]

    ran = program(made.path, "--private", second, "--genesis", genesis)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    with browser() as page:
        files = {"a.zip": made.path.read_bytes(), "second.zip": second.read_bytes()}
        verdict = checked(page, tmp_path / "given", files, genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
