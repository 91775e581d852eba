"""Reports over HTTP: what was just written is in them, they are kept by ETag, and nothing wrong is a failure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http.reports import BEYOND_ENTRIES
from api.reports import desk_of
from api.settings import Settings
from projections.reports.asking import Unfit, complete
from projections.reports.registry import REPORTS
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer, serving

NAME = "Camille Roseau"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("reports")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(Path(folder) / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    with serving(settings) as one:
        one.open("atelier")
        one.open("other")
        yield one


@pytest.fixture(scope="module")
def customer(served: Served) -> str:
    made = served.post("/customers", {"kind": "consumer", "party": {"name": NAME, "address": ADDRESS}})
    assert made.status_code == 201, made.text
    return str(made.json()["result"]["customer"])


ADDRESS = {"lines": ["8 quai du Lierre"], "postcode": "35000", "city": "Rennes"}
LINE = {"label": "Pose", "unit_price": "100", "nature": "services", "rate_bp": 2000}


def issue(served: Served, customer: str) -> dict[str, Any]:
    made = served.post("/invoices", {"customer": customer, "basis": "net", "lines": [LINE]})
    assert made.status_code == 201, made.text
    return dict(made.json()["result"])


def read(served: Served, path: str, **more: Any) -> Any:
    answer = served.get(f"/reports{path}", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_list_says_what_every_report_asks(served: Served) -> None:
    items = read(served, "")["items"]
    assert [each["name"] for each in items] == [each.name for each in REPORTS]
    statement = next(each for each in items if each["name"] == "statement")
    assert statement["parameters"][0] == {
        "name": "customer",
        "kind": "id",
        "words": {"fr": "identifiant du client", "en": "customer's id"},
        "required": True,
    }


def test_an_invoice_just_issued_is_in_the_report(served: Served, customer: str) -> None:
    for _ in range(3):
        made = issue(served, customer)
        table = read(served, "/documents", params={"kind": "invoice"})
        row = next(each for each in table["rows"] if each["key"] == f"invoice:{made['invoice']}")
        assert row["number"] == made["number"]
        assert (row["gross_cents"], row["open_cents"], row["state"], row["name"]) == (12_000, 12_000, "open", NAME)
        assert table["lag"] == 0
        assert table["as_of"]["seq"] == served.get("/head").json()["seq"]
        assert table["totals"]["gross_cents"] == sum(each["gross_cents"] for each in table["rows"])


def test_nobody_is_named_when_names_are_not_asked_for(served: Served, customer: str) -> None:
    issue(served, customer)
    for report in REPORTS:
        given = {"customer": customer} if any(each.required for each in report.parameters) else {}
        answer = served.get(f"/reports/{report.name}", params={**given, "names": "false"})
        assert answer.status_code == 200, answer.text
        assert NAME not in answer.text, report.name


def test_a_report_already_held_is_not_sent_again_until_something_is_written(served: Served, customer: str) -> None:
    first = served.get("/reports/receivables")
    tag = first.headers["etag"]
    again = served.get("/reports/receivables", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = served.get("/reports/receivables", params={"by": "document"}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    issue(served, customer)
    later = served.get("/reports/receivables", headers={"If-None-Match": tag})
    assert later.status_code == 200
    assert later.headers["etag"] != tag
    assert int(later.headers["sceau-position"]) > int(first.headers["sceau-position"])


def test_reports_without_an_etag_are_those_that_read_more_than_entries(served: Served, customer: str) -> None:
    row = served.service.find("atelier")
    for report in REPORTS:
        given = {"customer": customer} if any(each.required for each in report.parameters) else {}
        asked = complete(report, given)
        assert not isinstance(asked, Unfit)
        with desk_of(served.service, served.app.context.engine, row, report) as desk:
            report.make(desk, asked)
            assert desk.beyond_entries == (report.name in BEYOND_ENTRIES), report.name


@pytest.mark.parametrize("how", [{"params": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}])
def test_csv_comes_by_format_and_by_accept(served: Served, customer: str, how: dict[str, Any]) -> None:
    issue(served, customer)
    answer = served.get("/reports/receivables", **how)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="receivables-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    table = read(served, "/receivables")
    assert len(rows) == len(table["rows"])
    assert rows[0]["name"] == NAME
    assert int(rows[0]["open_cents"].replace(".", "")) == table["rows"][0]["open_cents"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/csv;q=0", "application/json"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("*/*, text/csv", "application/json"),
        ("text/csv;q=\xb2", "application/json"),
        (",;,=", "application/json"),
    ],
)
def test_the_accept_header_is_weighed(served: Served, accept: str, media: str) -> None:
    answer = served.get("/reports/receivables", headers={"Accept": accept.encode("latin-1")})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media


def test_nothing_is_said_to_add_up_to_words_or_an_empty_cell(served: Served, customer: str) -> None:
    issue(served, customer)
    for report in ("revenue", "payments", "vat", "receipts", "statement"):
        given = {"customer": customer} if report == "statement" else {}
        table = read(served, f"/{report}", params=given)
        for row in table["rows"]:
            for column in table["columns"]:
                asked = {**given, "key": row["key"], "column": column["name"]}
                told = read(served, f"/{report}/explain", params=asked)
                assert told.get("adds_up") is not False, asked
                if not isinstance(told.get("value", 0), int):
                    assert "adds_up" not in told


def test_a_figure_leads_to_its_entries(served: Served, customer: str) -> None:
    made = issue(served, customer)
    told = read(
        served, "/receivables/explain", params={"key": made["number"], "column": "open_cents", "by": "document"}
    )
    assert told["value"] == 12_000
    assert told["adds_up"] is True
    (entry,) = told["entries"]
    assert (entry["type"], entry["number"], entry["share"]) == ("invoice.issued/1", made["number"], 12_000)
    line = served.get(f"/entries/{entry['seq']}").json()
    assert line["entry"]["stream"] == f"invoice:{made['invoice']}"
    whole = read(served, "/receivables/explain", params={"key": customer, "column": "open_cents", "told": "1"})
    assert whole["adds_up"] is True
    assert len(whole["entries"]) == 1
    assert whole["more"] >= 1


def test_a_picture_is_drawn(served: Served, customer: str) -> None:
    issue(served, customer)
    answer = served.get("/reports/receivables/chart.svg", params={"language": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert b"Who owes what" in answer.content
    assert NAME.encode() not in answer.content


@pytest.mark.parametrize(
    ("path", "params", "code", "place", "reason"),
    [
        ("/nothing", {}, "NOT_FOUND", None, "no_such_report"),
        ("/documents", {"kind": "x"}, "PARAMETER_INVALID", "query kind", "choice"),
        ("/documents", {"from": "2026-02-30"}, "PARAMETER_INVALID", "query from", "day"),
        ("/documents", {"from": "2026-03-01", "to": "2026-02-01"}, "PARAMETER_INVALID", "query from", "order"),
        ("/documents", {"limit": "-1"}, "PARAMETER_INVALID", "query limit", "whole_number"),
        ("/documents", {"by": "customer"}, "PARAMETER_INVALID", "query", "unknown_parameter"),
        ("/documents", {"names": "maybe"}, "PARAMETER_INVALID", "query names", "true_or_false"),
        ("/documents", {"format": "xml"}, "PARAMETER_INVALID", "query format", "choice"),
        ("/documents", {"at_least": "99999999"}, "PARAMETER_INVALID", "query at_least", "beyond_the_end"),
        ("/statement", {}, "PARAMETER_INVALID", "query customer", "missing"),
        ("/statement", {"customer": "7"}, "PARAMETER_INVALID", "query customer", "id"),
        ("/documents/explain", {"key": "a"}, "PARAMETER_INVALID", "query column", "missing"),
        ("/documents/explain", {"key": "a", "column": "b"}, "NOT_FOUND", None, "no_such_figure"),
        ("/statement/chart.svg", {"customer": "7"}, "PARAMETER_INVALID", "query customer", "id"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    served: Served, path: str, params: dict[str, str], code: str, place: str | None, reason: str
) -> None:
    answer = served.get(f"/reports{path}", params=params)
    problem = answer.json()
    assert answer.status_code in (400, 404)
    assert (problem["code"], problem.get("place"), problem.get("reason")) == (code, place, reason)
    assert problem["detail"]


def test_a_customer_there_is_not_has_an_empty_account(served: Served) -> None:
    table = read(served, "/statement", params={"customer": "aaaaaaaa-0000-4000-8000-00000000dead"})
    assert table["rows"] == []
    assert table["totals"]["balance_cents"] == 0


def test_every_role_reads_reports_and_nobody_else_does(served: Served) -> None:
    for role in ("operator", "accountant", "auditor"):
        answer = served.client.get("/v1/ledgers/atelier/reports/next", headers=bearer(served.key(role)))
        assert answer.status_code == 200, role
    foreign = served.client.get("/v1/ledgers/atelier/reports/next", headers=bearer(served.keys["other"]))
    assert foreign.json()["code"] == "LEDGER_UNKNOWN"
    assert served.client.get("/v1/ledgers/atelier/reports/next").status_code == 401
