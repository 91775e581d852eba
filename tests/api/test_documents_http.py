"""Documents over HTTP: conditional, in parts, by whom, in which language; uploads; what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from archive.erasure import erase_due
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, bearer, serving

PDF = {"Content-Type": "application/pdf"}


class Office:
    """A server with one invoice."""

    def __init__(self, served: Served, clock: SetClock) -> None:
        self.served = served
        self.clock = clock
        self.invoice = self.sell()
        self.file = served.get(f"/documents/{self.invoice}/file")

    def sell(self) -> str:
        line = {"label": "Pose", "unit_price": "100", "nature": "services"}
        client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "city": "Rennes"}}
        answer = self.served.post("/invoices", {"lines": [line], "client": client})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["result"]["invoice"])

    def get(self, below: str = "/file", document: str | None = None, **more: Any) -> httpx.Response:
        return self.served.get(f"/documents/{document or self.invoice}{below}", **more)

    def head(self) -> int:
        return int(self.served.get("/head").json()["seq"])


def serve(folder: Path, **members: Any) -> Settings:
    return Settings(
        store=f"sqlite:///{folder}/sceau.db", keys=str(folder / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0, documents_workers=1, **members,
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    settings = serve(tmp_path_factory.mktemp("documents-http"), documents_upload_bytes=200_000)
    with serving(settings, clock) as served:
        assert served.open("atelier").status_code == 201
        yield Office(served, clock)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_document_is_a_pdf_whose_etag_is_its_digest(office: Office) -> None:
    answer = office.file
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["etag"] == f'"{sha256(answer.content).hexdigest()}"'
    assert answer.headers["content-disposition"] == 'inline; filename="invoice-F-00001.pdf"'
    assert answer.headers["content-language"] == "fr"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert office.get().content == answer.content
    assert office.get(document="F-00001").content == answer.content
    assert office.get("/file?download=true").headers["content-disposition"].startswith("attachment; ")


def test_head_tells_the_same_without_the_file(office: Office) -> None:
    answer = office.served.request("HEAD", f"/documents/{office.invoice}/file")
    assert (answer.status_code, answer.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "content-disposition"):
        assert answer.headers[name] == office.file.headers[name]


@pytest.mark.parametrize("said", ["{tag}", "W/{tag}", '"0", {tag}', "*"])
def test_whoever_holds_the_file_is_told_so(office: Office, said: str) -> None:
    tag = office.file.headers["etag"]
    answer = office.get(headers={"If-None-Match": said.format(tag=tag)})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in answer.headers


def test_another_etag_gets_the_file(office: Office) -> None:
    assert office.get(headers={"If-None-Match": f'"{"0" * 64}"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-0", 0, 1), ("0-99", 0, 100), ("100-", 100, None), ("-50", -50, None), ("10-99999999", 10, None)],
)
def test_a_part_is_given(office: Office, asked: str, first: int, last: int | None) -> None:
    whole = office.file.content
    answer = office.get(headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.content == whole[first:last]
    begin = first % len(whole)
    shown = f"bytes {begin}-{begin + len(answer.content) - 1}/{len(whole)}"
    assert answer.headers["content-range"] == shown


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=a-b", "lines=1-2", "bytes=9-3", "bytes=", "0-5", "bytes=--5"]
)
def test_what_is_no_single_range_gets_the_whole_file(office: Office, asked: str) -> None:
    answer = office.get(headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, office.file.content)


def test_a_part_beyond_the_end_is_refused_with_the_length(office: Office) -> None:
    for asked in (f"bytes={len(office.file.content)}-", "bytes=-0"):
        answer = office.get(headers={"Range": asked})
        assert code(answer) == (416, "RANGE_NOT_SATISFIABLE")
        assert answer.headers["content-range"] == f"bytes */{len(office.file.content)}"


def test_if_range_gives_the_whole_of_another_file(office: Office) -> None:
    same = {"Range": "bytes=0-9", "If-Range": office.file.headers["etag"]}
    assert office.get(headers=same).status_code == 206
    assert office.get(headers={**same, "If-Range": '"other"'}).status_code == 200


def test_reading_an_original_again_writes_nothing(office: Office) -> None:
    head = office.head()
    for _ in range(3):
        office.get()
        office.get("/xml")
        office.get("/paper")
    assert office.head() == head


def test_the_machines_data_and_the_words_are_served_apart(office: Office) -> None:
    xml = office.get("/xml")
    assert (xml.status_code, xml.headers["content-type"]) == (200, "application/xml")
    assert xml.headers["sceau-profile"] == "en16931"
    assert b"F-00001" in xml.content
    paper = office.get("/paper?language=en").json()
    assert (paper["kind"], paper["number"], paper["language"]) == ("invoice", "F-00001", "en")
    assert "salt" not in paper
    assert code(office.get("/xml?kind=payment_request")) == (404, "NOT_FOUND")


def test_a_copy_is_numbered_found_at_its_address_and_repeated_by_its_key(office: Office) -> None:
    document = office.sell()
    assert code(office.get("/file?copy=1", document)) == (404, "NOT_FOUND")
    path = f"/documents/{document}/copies"
    key = {"Idempotency-Key": "a-copy-of-this"}
    first, again = (office.served.post(path, {"by": "print"}, headers=key) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["copy"] == 1
    got = office.served.client.get(first.headers["location"], headers=bearer(office.served.keys["atelier"]))
    assert got.headers["etag"] == f'"{first.json()["digest"]}"'
    assert "duplicata-1" in got.headers["content-disposition"]
    assert office.served.post(path, {"by": "email"}).json()["copy"] == 2
    assert code(office.served.post(path, {"by": "carrier pigeon"})) == (422, "REQUEST_INVALID")


def test_recorded_files_are_listed(office: Office) -> None:
    items = office.served.get("/documents?limit=1").json()
    one = items["items"][0]
    assert (one["kind"], one["about"], one["media_type"]) == ("invoice", office.invoice, "application/pdf")
    assert f'"{one["digest"]}"' == office.file.headers["etag"]
    assert items["next"] == one["seq"]


def test_any_file_says_what_it_is_to_the_ledger(office: Office) -> None:
    def ask(data: bytes) -> dict[str, Any]:
        answer = office.served.request("POST", "/documents/verify", content=data, headers=PDF)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    whole = ask(office.file.content)
    assert (whole["state"], whole["whole"], whole["number"]) == ("issued", True, "F-00001")
    at = office.file.content.index(b"stream\n") + 9
    bent = office.file.content[:at] + b"\x00" + office.file.content[at + 1 :]
    altered = ask(bent)
    assert (altered["state"], altered["whole"], altered["first_difference"]) == ("altered", False, at)
    assert ask(b"%PDF-1.4 nothing of ours")["state"] == "unknown"


def test_anybodys_invoice_is_checked(office: Office) -> None:
    def ask(data: bytes, kind: str = "application/pdf") -> dict[str, Any]:
        answer = office.served.request("POST", "/documents/check", content=data, headers={"Content-Type": kind})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert ask(office.file.content)["valid"]
    assert ask(office.get("/xml").content, "application/xml")["valid"]
    wrong = ask(office.get("/xml").content.replace(b">100.00<", b">101.00<"), "text/xml")
    assert not wrong["valid"]
    assert any(one["validator"] == "schematron" for one in wrong["findings"])
    assert not ask(b"")["valid"]
    assert not ask(b"\x00" * 1000)["valid"]


def test_uploads_are_bounded_typed_and_leave_nothing(office: Office) -> None:
    head = office.head()
    for path in ("/documents/check", "/documents/verify"):
        long = office.served.request("POST", path, content=b"%PDF" + bytes(200_000), headers=PDF)
        assert code(long) == (413, "FILE_TOO_LARGE")
        for headers in ({}, {"Content-Type": "text/html"}, {**PDF, "Content-Encoding": "gzip"}):
            assert code(office.served.request("POST", path, content=b"x", headers=headers))[0] == 415
    assert code(office.served.request("POST", "/documents/verify", content=b"no pdf", headers=PDF))[0] == 422
    assert office.head() == head


@pytest.mark.parametrize(
    "document",
    ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "F-99999", "ffffffff-0000-4000-8000-00000000000f", "F-00001%0a", "x" * 65,
     "self", "month-2026-13-01", "%F0%9F%92%A9", "'; DROP TABLE entries; --"],
)  # fmt: skip
def test_a_document_that_there_is_not_is_not_found_whatever_its_name(office: Office, document: str) -> None:
    for below in ("/file", "/xml", "/paper"):
        answer = office.get(below, document)
        assert answer.status_code == 404, answer.text
    assert office.served.post(f"/documents/{document}/copies", {"by": "print"}).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["kind=poster", "language=de", "seq=0", "seq=-1", "seq=1e3", "copy=0", "copy=9999999999999999",
     "kind=invoice&kind=note", "download=maybe", "size=a4", "seq=%00"],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(office: Office, query: str) -> None:
    assert office.get(f"/file?{query}").status_code in (400, 404)


def test_another_entry_or_kind_than_there_is_is_not_found(office: Office) -> None:
    for query in ("seq=1", "seq=999999", "kind=credit_note", "kind=attestation", "kind=closure_report"):
        assert office.get(f"/file?{query}").status_code == 404


def test_why_there_is_no_such_document_is_said_in_words_and_logged_as_no_failure(office: Office) -> None:
    wanted = {
        ("copy=99", "no_such_copy", "fr"): "Aucun duplicata de ce numéro n'a été délivré pour ce document.",
        ("copy=99", "no_such_copy", "en"): "No copy of that number was given out of this document.",
        ("kind=attestation", "made_elsewhere", "fr"): (
            "Les documents de cette sorte ne sont pas faits à partir d'une écriture du registre."
        ),
    }
    for (query, reason, language), words in wanted.items():
        answer = office.get(f"/file?{query}", headers={"Accept-Language": language})
        assert code(answer) == (404, "NOT_FOUND")
        assert (answer.json()["reason"], answer.json()["detail"]) == (reason, words)
    assert office.get(document="F-99999").json()["detail"] == "L'élément demandé n'existe pas dans ce registre."
    assert not any('"failure"' in line for line in office.served.lines)


def test_what_is_no_pdf_is_said_to_be_none(office: Office) -> None:
    answer = office.served.request("POST", "/documents/verify", content=b"hello", headers=PDF)
    assert code(answer) == (422, "FILE_NOT_CHECKED")
    assert answer.json()["reason"] == "not_pdf"


def test_each_role_reads_and_only_the_business_copies(office: Office) -> None:
    served = office.served
    for role in ("operator", "accountant", "auditor"):
        key = bearer(served.key(role))
        base = f"/v1/ledgers/atelier/documents/{office.invoice}"
        assert served.client.get(f"{base}/file", headers=key).status_code == 200
        copied = served.client.post(f"{base}/copies", headers=key, json={"by": "print"})
        assert copied.status_code == (201 if role == "operator" else 403)


def test_whoever_may_only_read_makes_no_entry_of_a_statement(office: Office) -> None:
    served = office.served
    made = served.post("/customers", {"kind": "consumer", "party": {"name": "Lou Tilleul"}}).json()
    customer = made["result"]["customer"]
    auditor = bearer(served.key("auditor"))
    before = [one["seq"] for one in served.get("/documents?limit=1000").json()["items"]]
    path = f"/v1/ledgers/atelier/documents/{customer}/file"
    for seq in (made["entries"][0]["seq"], made["entries"][0]["seq"] + 1):
        assert served.client.get(f"{path}?seq={seq}", headers=auditor).status_code == 200
    assert [one["seq"] for one in served.get("/documents?limit=1000").json()["items"]] == before
    assert served.get(f"/documents/{customer}/file").status_code == 200
    assert len(served.get("/documents?limit=1000").json()["items"]) == len(before) + 1


def test_a_closure_is_a_document_too(office: Office) -> None:
    office.clock.go(days=1)
    served = office.served
    closed = served.post("/closures", {"period": "day"}).json()
    name = served.get("/closures").json()["items"][-1]["id"]
    answer = office.get(document=name)
    assert answer.status_code == 200, (closed, answer.text)
    assert answer.headers["content-disposition"].startswith('inline; filename="closure_report-')
    assert code(office.get("/file?kind=closure_report")) == (404, "NOT_FOUND")  # an invoice's id is no closure's


def test_after_an_erasure_it_is_gone_in_words(tmp_path: Path) -> None:
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    with serving(serve(tmp_path), clock) as served:
        served.open("atelier")
        office = Office(served, clock)
        clock.go(days=366 * 12)
        assert erase_due(served.service, "atelier").persons == 1
        for below in ("/file", "/xml", "/paper"):
            answer = office.get(below, headers={"Accept-Language": "en"})
            assert code(answer) == (410, "DOCUMENT_ERASED")
            assert "erased" in answer.json()["detail"]
        answer = served.request("POST", "/documents/verify", content=office.file.content, headers=PDF)
        assert answer.json()["state"] == "issued"
        assert not any('"fault"' in line for line in served.lines)


def test_no_name_of_a_document_enters_the_log(office: Office) -> None:
    assert "Dupr" not in "".join(office.served.lines)
    assert "F-00001" not in "".join(office.served.lines)
    assert not any('"fault"' in line for line in office.served.lines)
