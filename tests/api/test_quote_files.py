"""Files that go with a quote, over HTTP: the page's checks, the page's refusals, the page's rights."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx
import pytest

from api.signing.attached import MOST_BYTES, MOST_FILES
from tests.api.serving import Served, bearer
from tests.signing.scene import png
from tests.signing.test_files import pdf, script
from tests.signing.test_pictures import PLACE, clean, photo

CLIENT = {
    "kind": "consumer",
    "party": {
        "name": "Camille Exemple",
        "address": {"lines": ["3 quai du Lierre"], "postcode": "69005", "city": "Lyon"},
    },
}
QUOTE = {
    "channel": "premises",
    "duration_days": 10,
    "lines": [{"label": "Table en chêne", "unit_price": "900", "rate_bp": 2000, "nature": "goods"}],
    "texts": {"performance_place": "3 quai du Lierre, Lyon", "waste": "Aucun déchet."},
}
PDF = "application/pdf"


def draft(served: Served, kind: str = "quote", **command: Any) -> str:
    """Keep a new draft; its address below the ledger's."""
    customer = served.post("/customers", CLIENT).json()["result"]["customer"]
    members = {**QUOTE, "customer": customer, **command}
    answer = served.post("/drafts", {"kind": kind, "command": members if kind != "invoice" else {}})
    assert answer.status_code == 201, answer.text
    return f"/drafts/{answer.json()['id']}"


def send(
    served: Served, where: str, data: bytes, name: str = "plan.pdf", media: str = PDF, **more: str
) -> httpx.Response:
    """Send a file as the body."""
    headers = {"Content-Type": media, **more}
    return served.request("POST", f"{where}/files", params={"name": name}, content=data, headers=headers)


def digests(served: Served, where: str) -> list[str]:
    return [each["digest"] for each in served.get(f"{where}/files").json()["items"]]


def issue(served: Served, where: str) -> str:
    answer = served.post(f"{where}/issue", headers={"If-Match": "*"})
    assert answer.status_code == 201, answer.text
    return f"/quotes/{answer.json()['result']['quote']}"


def test_files_are_added_listed_read_and_go_with_the_quote(served: Served) -> None:
    where, plan = draft(served), pdf()
    added = send(served, where, plan, "Plan du rez-de-chaussée.PDF")
    assert added.status_code == 201, added.text
    told = added.json()
    digest = sha256(plan).hexdigest()
    assert (told["digest"], told["bytes"], told["media_type"]) == (digest, len(plan), PDF)
    assert told["name"] == "Plan du rez-de-chaussée.pdf"
    assert told["draft_etag"] == served.get(where).headers["etag"]
    read = served.client.get(added.headers["location"], headers=bearer(served.keys["atelier"]))
    assert (read.content, read.headers["content-type"], read.headers["etag"]) == (plan, PDF, f'"{digest}"')
    assert read.headers["content-disposition"] == 'attachment; filename="plan-du-rez-de-chaussee.pdf"'
    assert served.get(where).json()["command"]["attachments"] == [digest]
    quote = issue(served, where)
    assert served.get(f"{quote}/files").json()["items"] == [
        {"digest": digest, "name": "Plan du rez-de-chaussée.pdf", "bytes": len(plan), "media_type": PDF}
    ]
    assert served.get(f"{quote}/files/{digest}").content == plan
    assert send(served, where, plan).status_code == 404, "what is sent changes no more"
    assert served.request("DELETE", f"{where}/files/{digest}").status_code == 404
    assert served.get(f"{quote}/files/{'0' * 64}").status_code == 404


def test_a_photo_is_kept_without_the_place_where_it_was_taken(served: Served) -> None:
    where, taken = draft(served), photo("jpeg")
    told = send(served, where, taken, "IMG_1.jpeg", "image/jpeg").json()
    kept = served.get(f"{where}/files/{told['digest']}").content
    assert kept == clean(taken, "jpeg")
    assert PLACE not in kept
    assert (told["name"], told["bytes"]) == ("IMG_1.jpg", len(kept))


def test_the_same_file_counts_once_and_a_lost_answer_can_be_asked_for_again(served: Served) -> None:
    where = draft(served)
    first = send(served, where, png(), "a.png", "image/png", **{"Idempotency-Key": "k1"})
    again = send(served, where, png(), "a.png", "image/png", **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(digests(served, where)) == 1
    bad = send(served, where, png(), **{"Idempotency-Key": "x" * 300})
    assert bad.json()["code"] == "IDEMPOTENCY_KEY_INVALID"


def test_a_file_is_taken_out_while_the_quote_is_a_draft(served: Served) -> None:
    where = draft(served)
    digest = send(served, where, png(), "a.png").json()["digest"]
    assert served.request("DELETE", f"{where}/files/{digest}").status_code == 204
    assert digests(served, where) == []
    assert served.get(f"{where}/files/{digest}").status_code == 404
    assert served.request("DELETE", f"{where}/files/{digest}").status_code == 404
    assert not served.app.context.files.attached(served.service.find("atelier").ledger, where.rpartition("/")[2])


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "FILE_KIND"),
        (b"MZ a program", 422, "FILE_KIND"),
        (b"%PDF-1.7 cut", 422, "FILE_NOT_PDF"),
        (pdf(script), 422, "FILE_ACTIVE"),
        (photo("jpeg")[:-40], 422, "FILE_KIND"),
        (photo("png")[:-40], 422, "FILE_KIND"),
        (b"\x89PNG" + bytes(MOST_BYTES), 413, "FILE_TOO_LARGE"),
    ],
)
def test_what_the_page_refuses_is_refused_and_not_kept(served: Served, data: bytes, status: int, code: str) -> None:
    where = draft(served)
    answer = send(served, where, data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert digests(served, where) == []
    assert not served.app.context.files.attached(served.service.find("atelier").ledger, where.rpartition("/")[2])


def test_no_more_files_than_a_quote_may_hold(served: Served) -> None:
    where = draft(served)
    for rank in range(MOST_FILES):
        assert send(served, where, png(20 + rank), "a.png").status_code == 201
    full = send(served, where, png(19), "a.png")
    assert (full.status_code, full.json()["code"]) == (409, "FILES_TOO_MANY")
    assert send(served, where, png(20), "a.png").status_code == 201, "the same one again is no further one"
    assert len(served.app.context.files.attached(served.service.find("atelier").ledger, where.rpartition("/")[2])) == 10


def test_what_is_announced_wrongly_or_sent_where_no_file_goes_is_refused(served: Served) -> None:
    where = draft(served)
    assert send(served, where, png(), media="text/html").status_code == 415
    assert send(served, where, png(), **{"Content-Encoding": "gzip"}).status_code == 415
    invoice = send(served, draft(served, "invoice"), png())
    assert (invoice.status_code, invoice.json()["code"]) == (422, "REQUEST_INVALID")
    for other in ("/drafts/x", "/drafts/aaaaaaaa-0000-4000-8000-00000000ffff"):
        assert send(served, other, png()).status_code == 404
        assert served.get(f"{other}/files").status_code == 404
    assert served.get("/quotes/x/files").status_code == 404


def test_a_draft_s_files_are_for_those_who_write_and_a_quote_s_for_all_who_read(served: Served) -> None:
    where = draft(served)
    digest = send(served, where, png(), "a.png").json()["digest"]
    auditor = bearer(served.key("auditor"))
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{digest}"), ("DELETE", f"/{digest}")):
        answer = served.request(method, f"{where}/files{path}", headers=auditor)
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_INSUFFICIENT")
    quote = issue(served, where)
    assert served.get(f"{quote}/files/{digest}", headers=auditor).content == png()


def test_a_draft_that_names_anything_at_all_breaks_nothing(served: Served) -> None:
    wilds: tuple[Any, ...] = ([1, None, "\r\nSet-Cookie: x", "0" * 64], "text", {"a": 1}, [[]])
    for wild in wilds:
        where = draft(served, attachments=wild, attachment_names=["\r\nX: y", 3])
        assert set(digests(served, where)) <= {"0" * 64}
        lost = served.get(f"{where}/files/{'0' * 64}")
        assert lost.status_code in (404, 409)
        added = send(served, where, png(), 'a"\r\nX: y.png')
        assert added.status_code == 201, added.text
        read = served.get(f"{where}/files/{added.json()['digest']}")
        assert (read.content, "x" in read.headers) == (png(), False)


def test_what_is_thrown_away_or_not_named_at_the_issue_leaves_no_file(served: Served) -> None:
    files, ledger = served.app.context.files, served.service.find("atelier").ledger
    gone = draft(served)
    send(served, gone, png(), "a.png")
    assert served.request("DELETE", gone, headers={"If-Match": "*"}).status_code == 204
    assert not files.attached(ledger, gone.rpartition("/")[2])
    issued = draft(served)
    digest = send(served, issued, png(), "a.png").json()["digest"]
    files.attach(ledger, issued.rpartition("/")[2], png(30))
    assert list(files.attached(ledger, issue(served, issued).rpartition("/")[2])) == [digest]
