"""Addresses and queries that no page of ours ever wrote: every page answers them in words, and none as a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.settings import Settings
from tests.api.scenario import START, Scenario, SetClock
from tests.pages.kit import House, housing
from tests.pages.test_doors import path_of

HOSTILE = (
    "%0d%0aset-cookie:%20sceau=stolen", "%C3%A9t%C3%A9", "..%2f..%2fetc%2fpasswd", "%00", "-1", "9" * 40, "%E2%80%AE",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "a" * 3000, "%ff", "%5c%5cevil.example",
)  # fmt: skip
"""Parts of an address: a header in it, letters, other folders, NUL, numbers, a script, bytes that are no UTF-8."""

QUERIES = (
    "q=%0d%0alocation:%20//evil.example", "q=%00", "page=" + "9" * 30, "page=-1", "after=%3Cscript%3E",
    "next=//evil.example", "next=https://evil.example/", "lang=%0d%0a", "q=" + "%2B(a%2B)%2B" * 40, "c=1&o1=1&v0=x",
    "c=1&v0=999999999999999999999999", "customer=%C3%A9", "from=0000-00-00&to=9999-99-99", "done=%3Cscript%3E",
    "year=99999", "month=2026-13", "seq=-5", "at=%F0%9F%92%A5",
)  # fmt: skip

KINDS = [page for page in PAGES if page.who.kind != "link"]
HOW_MANY = ("one each", pytest.param("all", marks=pytest.mark.long))
"""Each page meets one hostile thing of the list in turn; all of them in the long suite."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(folder / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
    )
    clock = SetClock(START)
    with housing(settings, clock) as found:
        Scenario(found.served, clock).play()
        yield found


def _some(how_many: str, things: tuple[str, ...], rank: int) -> tuple[str, ...]:
    return things if how_many == "all" else (things[rank % len(things)],)


def _wrong(page: Page, path: str, status: int, headers: Mapping[str, str], text: str) -> list[str]:
    found = [f"{page.method} {path[:160]}: {status}"] if status >= 500 else []
    if "stolen" in str(headers) or "evil.example" in str(headers.get("location", "")):
        found.append(f"{page.method} {path[:160]}: {headers}")
    if "<script>alert" in text:
        found.append(f"{page.method} {path[:160]}: a script")
    return found


@pytest.mark.parametrize("how_many", HOW_MANY)
def test_an_address_that_nobody_wrote_is_answered_in_words(town: House, how_many: str) -> None:
    owner = town.user("owner")
    wrong: list[str] = []
    for rank, page in enumerate(KINDS):
        for part in re.findall(r"\{(\w+)(?::\w+)?\}", page.template):
            for hostile in _some(how_many, HOSTILE, rank):
                sole = re.sub(r"\{" + part + r"(?::\w+)?\}", hostile, page.template)
                path = path_of(Page(page.method, sole, page.handler, page.who, page.words, example=page.example))
                if page.method == "GET":
                    answer = owner.get(path)
                elif page.upload_bytes:
                    answer = owner.post(path, {"csrf": town.csrf(owner.who or "")}, files={"none": ("", b"")})
                else:
                    answer = owner.post(path, {"csrf": town.csrf(owner.who or ""), "key": "k" * 20})
                wrong += _wrong(page, path, answer.status_code, answer.headers, answer.text)
    assert wrong == []


@pytest.mark.parametrize("how_many", HOW_MANY)
def test_a_query_that_nobody_wrote_is_answered_in_words(town: House, how_many: str) -> None:
    owner = town.user("owner")
    wrong: list[str] = []
    for rank, page in enumerate(KINDS):
        if page.method == "GET":
            for query in _some(how_many, QUERIES, rank):
                path = f"{path_of(page)}?{query}"
                answer = owner.get(path)
                wrong += _wrong(page, path, answer.status_code, answer.headers, answer.text)
    assert wrong == []


GET_MAY_RECORD = frozenset({
    "/desk/{ledger}/quotes/{quote}/pdf", "/desk/{ledger}/invoices/{invoice}/pdf",
    "/desk/{ledger}/deposits/{deposit}/pdf", "/desk/{ledger}/customers/{customer}/statement",
    "/desk/{ledger}/signatures/{signature}/evidence",
})  # fmt: skip
"""Pages whose document is drawn when it is first asked for: which bytes were given out is an entry."""


def test_a_page_that_shows_records_nothing(town: House) -> None:
    owner, service = town.user("owner"), town.served.service
    ledger = service.find("atelier").ledger
    recorded: list[str] = []
    for page in KINDS:
        if page.method == "GET" and page.template not in GET_MAY_RECORD:
            before = sum(1 for _ in service.store.lines(ledger, 0, 1 << 40))
            owner.get(path_of(page))
            owner.served.client.head(path_of(page), headers={"Cookie": f"sceau={owner.who}"})
            if sum(1 for _ in service.store.lines(ledger, 0, 1 << 40)) != before:
                recorded.append(page.template)
    assert recorded == []
