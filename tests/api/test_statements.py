"""Bank statements over HTTP and by the command line: read, apply, choose, and refusals in words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import httpx
import pytest

from api.bank import Bank
from projections.bank.errors import StatementUnreadable
from tests.api.serving import Served, bearer
from tests.cli.running import sceau, told
from tests.projections.bank.statements import Ntry, Tx, camt

XML = {"Content-Type": "application/xml"}


def invoice(served: Served, price: str) -> dict[str, Any]:
    lines = [{"label": "Vis", "unit_price": price, "nature": "goods"}]
    answer = served.post("/invoices", {"client": {"name": "Camille Exemple"}, "lines": lines})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["result"]
    return found


def line(made: dict[str, Any], **words: Any) -> Ntry:
    amount = f"{made['gross_cents'] // 100}.{made['gross_cents'] % 100:02d}"
    return Ntry(amount=amount, parts=(Tx(amount=amount, **words),))


def send(served: Served, path: str, data: bytes, **more: Any) -> httpx.Response:
    return served.request("POST", f"/statements/{path}", content=data, headers=XML, **more)


def test_a_statement_is_read_and_then_recorded(served: Served) -> None:
    made = invoice(served, "101")
    data = camt(line(made, text=made["number"], payer="Camille Exemple"), Ntry(amount="9.99"))
    read = send(served, "read", data)
    assert read.status_code == 200, read.text
    assert [each["verdict"] for each in read.json()["lines"]] == ["certain", "unknown"]
    assert read.json()["schema"] == "checked"
    assert read.json()["statements"][0]["account"].startswith("****")
    applied = send(served, "apply", data)
    assert applied.status_code == 200, applied.text
    first = applied.json()["lines"][0]
    assert first["recorded"]
    assert applied.json()["statement"]
    payment = served.get(f"/payments/{first['payment']}").json()
    assert payment["id"] == first["payment"]
    assert served.get(f"/invoices/{made['invoice']}").json()["state"]["open_cents"] == 0
    again = send(served, "apply", data).json()
    assert [each["verdict"] for each in again["lines"]] == ["recorded", "unknown"]
    assert "statement" not in again


def test_a_choice_is_given_in_the_query(served: Served) -> None:
    made = invoice(served, "102.5")
    data = camt(line(made, payer="Somebody Else"))
    assert send(served, "read", data).json()["lines"][0]["verdict"] == "ambiguous"
    applied = send(served, "apply", data, params={"choose": f"1:{made['number']}"})
    assert applied.json()["lines"][0]["recorded"]


@pytest.mark.parametrize(
    ("data", "params", "status", "code"),
    [
        (b"<nothing", {}, 422, "STATEMENT_UNREADABLE"),
        (camt(Ntry()), {"choose": "7:F-00001"}, 422, "STATEMENT_LINE_UNKNOWN"),
        (camt(Ntry()), {"choose": "1:NOTHING"}, 422, "STATEMENT_CHOICE_NOT_OPEN"),
        (camt(Ntry()), {"choose": "1"}, 400, "PARAMETER_INVALID"),
        (camt(Ntry()), {"likely": "perhaps"}, 400, "PARAMETER_INVALID"),
    ],
)
def test_what_is_wrong_is_refused_in_words(
    served: Served, data: bytes, params: dict[str, str], status: int, code: str
) -> None:
    answer = send(served, "apply", data, params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]


def test_another_type_of_body_is_no_statement(served: Served) -> None:
    answer = served.request("POST", "/statements/read", content=camt(Ntry()), headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (415, "FILE_TYPE_UNSUPPORTED")


def test_an_auditor_reads_and_does_not_record(served: Served) -> None:
    key = served.key("auditor")
    for path, status in (("read", 200), ("apply", 403)):
        answer = served.client.post(
            f"/v1/ledgers/atelier/statements/{path}", content=camt(Ntry()), headers=bearer(key) | XML
        )
        assert answer.status_code == status


def test_the_command_line_reads_chooses_and_records(tmp_path: Path) -> None:
    sale = told(tmp_path, "demo")
    assert sale["name"] == "demo"
    (tmp_path / "out.xml").write_bytes(camt(Ntry(credit=False), Ntry(amount="12.00")))
    run = sceau(tmp_path, "statement", "read", "out.xml", "--ledger", "demo")
    assert run.returncode == 0
    assert "paid_out" in run.stdout
    assert "unknown" in run.stdout
    done = told(tmp_path, "statement", "apply", "out.xml", "--ledger", "demo")
    assert [each["verdict"] for each in done["lines"]] == ["paid_out", "unknown"]
    wrong = sceau(tmp_path, "statement", "apply", "out.xml", "--ledger", "demo", "--choose", "2=F-99999")
    assert wrong.returncode == 1
    assert "F-99999" in wrong.stderr
    unclear = sceau(tmp_path, "statement", "apply", "out.xml", "--ledger", "demo", "--choose", "two")
    assert unclear.returncode == 2
    (tmp_path / "bad.xml").write_text("<x/>")
    unread = sceau(tmp_path, "statement", "read", "bad.xml", "--ledger", "demo")
    assert unread.returncode == 1
    assert "STATEMENT_UNREADABLE" in unread.stderr


def test_files_are_read_one_at_a_time_whoever_sends_them(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many elements takes hundreds of megabytes: several at once would be the end of a small server."""
    inside: list[int] = []
    most: list[int] = []
    both = Barrier(2)

    def slow(self: Bank, *given: Any, **more: Any) -> Any:
        inside.append(1)
        most.append(len(inside))
        with suppress(BrokenBarrierError):  # met by nobody: the other waits outside
            both.wait(0.3)
        inside.pop()
        raise StatementUnreadable("no_statement", "/")

    monkeypatch.setattr(Bank, "read", slow)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda path: send(served, path, b"<a/>"), ("read", "apply", "read")))
    assert {answer.status_code for answer in answers} == {422}
    assert most == [1, 1, 1]
