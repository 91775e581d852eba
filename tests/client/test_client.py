"""The client against a real server: typed methods, typed errors, tries again without doing twice, pages, events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import httpx
import pytest

from api.client import (
    AsyncClient,
    Client,
    Conflict,
    Invalid,
    Ledger,
    NotAllowed,
    NotFound,
    NotNow,
    ProblemError,
    Retries,
    Unexpected,
    Unreachable,
)
from api.client.core import Request, path_of
from api.client.models import IssueInvoice
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served

INVOICE: IssueInvoice = {
    "client": {"name": "Camille Exemple"},
    "lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}],
}
QUICK = Retries(tries=3, first_wait_seconds=0.01, longest_wait_seconds=0.05)


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with Client(str(served.client.base_url), served.keys["atelier"], retries=QUICK) as one:
        yield one


@pytest.fixture
def atelier(client: Client) -> Ledger:
    return client.ledger("atelier")


Answer = Callable[[httpx.Request], httpx.Response]


@contextmanager
def through(served: Served, between: Callable[[httpx.Request, Answer], httpx.Response]) -> Iterator[Client]:
    """A client of the real server whose answers something between may lose or change."""
    with httpx.Client(timeout=30) as straight:

        def passed(request: httpx.Request) -> httpx.Response:
            return straight.send(straight.build_request(
                request.method, request.url, headers=request.headers, content=request.content
            ))  # fmt: skip

        transport = httpx.MockTransport(lambda request: between(request, passed))
        with httpx.Client(transport=transport) as http:
            yield Client(str(served.client.base_url), served.keys["atelier"], retries=QUICK, http=http)


def test_an_invoice_is_issued_paid_read_and_proven(atelier: Ledger) -> None:
    done = atelier.invoice.issue(INVOICE)
    invoice = done["result"]["invoice"]
    atelier.payment.record({
        "means": "card", "amount_cents": 100,
        "allocations": [{"about": invoice, "about_kind": "invoice", "amount_cents": 100}],
    })  # fmt: skip
    state = atelier.invoice.read(invoice)
    assert state["id"] == invoice
    assert atelier.ledger.verify()["ok"]
    credit = atelier.invoice.credit(invoice, {"cause": "return", "lines": [{"rank": 1, "quantity": "1"}]})
    assert credit["entries"][0]["type"] == "credit_note.issued/1"
    assert atelier.document.file(invoice).content.startswith(b"%PDF-1.7")
    assert atelier.document.check(atelier.document.file(invoice).content, media="application/pdf") is not None


def test_a_rule_s_no_is_an_error_with_code_place_law_and_words(atelier: Ledger) -> None:
    with pytest.raises(Invalid) as refused:
        atelier.invoice.issue({"lines": [{"label": "x", "unit_price": "1", "nature": "goods", "rate_bp": 1234}]})
    error = refused.value
    assert (error.status, error.code, error.place) == (422, "VAT_RATE_NOT_IN_FORCE", "/lines/0/rate_bp")
    assert error.law is not None
    assert error.law in str(error)
    assert error.detail
    assert error.instance


def test_a_body_of_the_wrong_shape_lists_every_place(atelier: Ledger) -> None:
    wrong: IssueInvoice = json.loads('{"lines": [{"label": "x"}], "invented": 1}')
    with pytest.raises(Invalid) as refused:
        atelier.invoice.issue(wrong)
    assert refused.value.code == "REQUEST_INVALID"
    assert {each["place"] for each in refused.value.errors} >= {"/invented"}


def test_each_status_is_a_class_of_its_own(served: Served, client: Client, atelier: Ledger) -> None:
    with pytest.raises(NotFound, match="NOT_FOUND"):
        atelier.invoice.read("ffffffff-0000-4000-8000-00000000ffff")
    with pytest.raises(NotFound, match="LEDGER_UNKNOWN"):
        client.ledger("nobody").ledger.read()
    with Client(str(served.client.base_url)) as stranger, pytest.raises(NotAllowed, match="KEY_REQUIRED"):
        stranger.ledger("atelier").ledger.read()
    auditor = served.key("auditor")
    with Client(str(served.client.base_url), auditor, language="en") as reader:
        with pytest.raises(NotAllowed) as refused:
            reader.ledger("atelier").invoice.issue(INVOICE)
        assert refused.value.code == "ROLE_INSUFFICIENT"
    invoice = atelier.invoice.issue(INVOICE)["result"]["invoice"]
    atelier.invoice.credit(invoice, {"cause": "return", "lines": [{"rank": 1, "quantity": "1"}]})
    with pytest.raises((Conflict, Invalid)):
        atelier.invoice.credit(invoice, {"cause": "return", "lines": [{"rank": 1, "quantity": "1"}]})


def test_a_command_whose_answer_was_lost_is_sent_again_and_carried_out_once(served: Served) -> None:
    keys: list[str] = []

    def loses(request: httpx.Request, passed: Answer) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        answer = passed(request)
        if len(keys) < 3:
            raise httpx.ReadError("the line is cut", request=request)
        return answer

    before = served.get("/head").json()["seq"]
    with through(served, loses) as client:
        done = client.ledger("atelier").invoice.issue(INVOICE)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert served.get("/head").json()["seq"] == before + len(done["entries"])


def test_when_no_answer_comes_at_all_the_error_has_the_key_to_ask_again_with(served: Served) -> None:
    def never(request: httpx.Request, passed: Answer) -> httpx.Response:
        passed(request)
        raise httpx.ReadTimeout("too slow", request=request)

    with through(served, never) as client, pytest.raises(Unreachable) as lost:
        client.ledger("atelier").invoice.issue(INVOICE)
    key = lost.value.idempotency_key
    assert key is not None
    before = served.get("/head").json()["seq"]
    with Client(str(served.client.base_url), served.keys["atelier"]) as client:
        done = client.ledger("atelier").invoice.issue(INVOICE, idempotency_key=key)
    assert served.get("/head").json()["seq"] == before, "it had been carried out"
    assert done["entries"]


def test_a_busy_server_is_asked_again_after_the_time_it_says(served: Served) -> None:
    tries: list[str] = []

    def busy(request: httpx.Request, passed: Answer) -> httpx.Response:
        tries.append(request.method)
        if len(tries) < 2:
            body = {"code": "OVERLOADED", "detail": "later", "status": 503}
            headers = {"Retry-After": "0", "Content-Type": "application/problem+json"}
            return httpx.Response(503, headers=headers, content=json.dumps(body))
        return passed(request)

    with through(served, busy) as client:
        assert client.ledger("atelier").ledger.head()["seq"] > 0
    assert len(tries) == 2


def test_what_is_never_there_ends_as_not_now_and_what_refuses_is_not_asked_again(served: Served) -> None:
    tries: list[int] = []

    def always(status: int, code: str) -> Callable[[httpx.Request, Answer], httpx.Response]:
        def answer(request: httpx.Request, _: Answer) -> httpx.Response:
            tries.append(status)
            headers = {"Content-Type": "application/problem+json"}
            return httpx.Response(status, headers=headers, content=json.dumps({"code": code, "detail": ""}))

        return answer

    for status, code, kind, wanted in (
        (503, "STORE_UNAVAILABLE", NotNow, 3),
        (409, "IDEMPOTENCY_IN_PROGRESS", Conflict, 3),
        (409, "INVOICE_PAID", Conflict, 1),
        (500, "INTERNAL", ProblemError, 1),
    ):
        tries.clear()
        with through(served, always(status, code)) as client, pytest.raises(kind):
            client.ledger("atelier").invoice.issue(INVOICE)
        assert len(tries) == wanted


def test_an_answer_that_is_not_sceau_s_is_said_to_be_so(served: Served) -> None:
    with (
        through(served, lambda *_: httpx.Response(404, content=b"<html>")) as client,
        pytest.raises(Unexpected, match="404"),
    ):
        client.system.health()
    with (
        through(served, lambda *_: httpx.Response(200, content=b"<html>")) as client,
        pytest.raises(Unexpected, match="200"),
    ):
        client.system.health()


def test_a_change_guarded_by_an_etag_is_not_sent_twice(served: Served, atelier: Ledger) -> None:
    draft = atelier.draft.create({"kind": "invoice", "command": {"lines": []}})
    tries: list[str] = []

    def loses(request: httpx.Request, passed: Answer) -> httpx.Response:
        tries.append(request.headers["if-match"])
        passed(request)
        raise httpx.ReadError("cut", request=request)

    with through(served, loses) as client, pytest.raises(Unreachable):
        client.ledger("atelier").draft.delete(draft["id"], if_match="*")
    assert tries == ["*"]
    with pytest.raises(NotFound):
        atelier.draft.read(draft["id"])


def test_all_pages_are_gone_through(atelier: Ledger) -> None:
    for _ in range(3):
        atelier.invoice.issue(INVOICE)
    paged = [item["id"] for item in atelier.invoice.each(limit=2)]
    whole = [item["id"] for item in atelier.invoice.list(limit=1000)["items"]]
    assert paged == whole
    assert len(paged) == len(set(paged))


def test_a_feed_is_followed_from_a_cursor_to_the_end_and_goes_on_from_there(atelier: Ledger) -> None:
    feed = atelier.follow(wait_seconds=0)
    seen = [int(event["sequence"]) for event in feed]
    assert seen == list(range(1, feed.cursor + 1))
    made = atelier.invoice.issue(INVOICE)["entries"][0]["seq"]
    atelier.customer.register({"kind": "consumer", "party": {"name": "Camille Exemple"}})
    later = atelier.follow(feed.cursor, wait_seconds=0, types="invoice.issued/1")
    events = list(later)
    assert [int(event["sequence"]) for event in events] == [made]
    assert later.cursor > made, "what nobody asked for is passed over"


def test_a_feed_waits_for_what_happens_next(served: Served, atelier: Ledger) -> None:
    feed = atelier.follow(atelier.ledger.head()["seq"], wait_seconds=20)
    got: list[int] = []
    arrived = Event()

    def read() -> None:
        got.append(int(next(iter(feed))["sequence"]))
        arrived.set()

    thread = Thread(target=read, daemon=True)
    thread.start()
    made = served.post("/invoices", dict(INVOICE)).json()["entries"][0]["seq"]
    assert arrived.wait(60)
    assert got == [made]
    assert feed.cursor == made


def test_what_is_filled_into_an_address_leads_nowhere_else() -> None:
    assert path_of("/v1/ledgers/{ledger}/x", ledger="a/../b?c#d") == "/v1/ledgers/a%2F..%2Fb%3Fc%23d/x"
    for part in ("", ".", ".."):
        with pytest.raises(ValueError, match="empty"):
            path_of("/{part}", part=part)


def test_a_new_ledger_is_opened_with_the_provisioning_key(served: Served) -> None:
    opened = served.client.get("/openapi.json").json()["paths"]["/v1/ledgers"]["post"]["requestBody"]
    body = {**opened["content"]["application/json"]["example"], "name": "second"}
    with Client(str(served.client.base_url), PROVISIONING) as client:
        made = client.ledgers.open(body)  # type: ignore[arg-type] # the example, as the page has it
    with Client(str(served.client.base_url), made["key"]["secret"]) as owner:
        assert owner.keys.me()["roles"] == {made["ledger"]: "owner"}
        assert owner.ledger("second").ledger.read()["genesis"] == made["genesis"]


def test_the_asynchronous_client_does_the_same(served: Served) -> None:
    async def play() -> None:
        url, key = str(served.client.base_url), served.keys["atelier"]
        async with AsyncClient(url, key, retries=QUICK) as client:
            atelier = client.ledger("atelier")
            start = (await atelier.ledger.head())["seq"]
            done, other = await asyncio.gather(atelier.invoice.issue(INVOICE), atelier.invoice.issue(INVOICE))
            assert done["result"]["invoice"] != other["result"]["invoice"]
            with pytest.raises(NotFound):
                await atelier.invoice.read("ffffffff-0000-4000-8000-00000000ffff")
            items = [item["id"] async for item in atelier.invoice.each(limit=2)]
            assert {done["result"]["invoice"], other["result"]["invoice"]} <= set(items)
            feed = atelier.follow(start, wait_seconds=0, kinds="invoice")
            assert len([event async for event in feed]) == 2

    asyncio.run(play())


def test_nothing_there_is_unreachable_after_every_try() -> None:
    with Client("http://127.0.0.1:1", retries=QUICK) as client, pytest.raises(Unreachable):
        client.send(Request("GET", "/healthz"))


def test_a_report_is_read_as_records_or_as_a_file(atelier: Ledger) -> None:
    name = next(iter(atelier.report.list()["items"]))["name"]
    assert atelier.report.read(name)
    file = atelier.report.read_as(name, media="text/csv")
    assert file.media.startswith("text/csv")
    assert file.content


def test_a_removal_whose_answer_was_lost_is_done_and_one_of_nothing_is_not(served: Served, atelier: Ledger) -> None:
    made = atelier.key.create({"label": "till", "role": "operator"})["id"]
    tries: list[int] = []

    def loses(request: httpx.Request, passed: Answer) -> httpx.Response:
        tries.append(1)
        answer = passed(request)
        if len(tries) == 1:
            raise httpx.ReadError("cut", request=request)
        return answer

    with through(served, loses) as client:
        client.ledger("atelier").key.delete(made)
    assert len(tries) == 2
    with pytest.raises(NotFound):
        atelier.key.delete(made)


LIES = (
    b"", b"null", b"[]", b"{}", b'["x"]', b"[{}]", b'[{"sequence": "x"}]', b'[{"sequence": 5}]', b'{"items": 5}',
    b'[{"sequence": "1"}, {"sequence": "1"}]', b"[" * 200_000, b'{"items": [], "next": 7}', b"\xff", b"<html>",
)  # fmt: skip


@pytest.mark.parametrize("body", LIES, ids=lambda body: body[:24].decode("latin-1"))
def test_a_page_or_feed_that_is_none_is_said_to_be_so_and_never_goes_round_for_ever(
    served: Served, body: bytes
) -> None:
    asked: list[str] = []

    def lying(request: httpx.Request, passed: Answer) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, content=body, headers={b"Sceau-After": b"\xb2"})

    with through(served, lying) as client:
        shop = client.ledger("atelier")
        with pytest.raises(Unexpected, match="200"):
            list(shop.invoice.each())
        if body != b"[]":
            with pytest.raises(Unexpected, match="200"):
                list(shop.follow(after=0, wait_seconds=0))
        else:
            assert list(shop.follow(after=0, wait_seconds=0)) == []
    assert len(asked) <= 3


def test_a_problem_nested_too_deeply_is_no_problem_of_ours(served: Served) -> None:
    def lying(request: httpx.Request, passed: Answer) -> httpx.Response:
        return httpx.Response(422, content=b"[" * 200_000, headers={"Content-Type": "application/problem+json"})

    with through(served, lying) as client, pytest.raises(Unexpected, match="422"):
        client.system.health()


def test_an_answer_that_cannot_be_unpacked_is_no_answer(served: Served) -> None:
    def broken(request: httpx.Request, passed: Answer) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))

    with through(served, broken) as client, pytest.raises(Unreachable, match="DecodingError"):
        client.system.health()
