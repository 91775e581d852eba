"""Who may open which page: asked of every page of the table, as everybody who should not, and as those who may.

The ledger is one whole played autumn; beside it, on the same server, stands a neighbour's: whose people are shown
nothing of it, not even that it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.http.access import BUSINESS, READ, Role
from api.http.examples import ids
from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.settings import Settings
from tests.api.scenario import START, Scenario, SetClock
from tests.pages.kit import House, housing
from tests.stores.servers import Server

DESK = [page for page in PAGES if page.who.kind == "desk"]
LINK = [page for page in PAGES if page.who.kind == "link"]
ALL_ROLES: tuple[Role, ...] = ("owner", "operator", "accountant", "auditor")

READERS_MAY_POST = {
    "/desk/{ledger}/integrity/verify": "checks, and writes nothing",
    "/desk/{ledger}/integrity/proof": "makes a file out of what they may read",
    "/desk/{ledger}/invoices/{invoice}/proof": "the same",
    "/desk/{ledger}/integrity/checkpoint": "the accountant keeps signed heads elsewhere (docs/anchors.md)",
    "/desk/{ledger}/accounts/fec": "the accountant's file; that it left is an entry",
    "/desk/{ledger}/accounts/journal": "the same",
    "/desk/{ledger}/accounts/ereporting": "the same",
    "/desk/{ledger}/archives": "the accountant has periods frozen; every archive is an entry",
    "/desk/{ledger}/archives/confirm": "the accountant keeps the copy elsewhere",
}
"""Pages at which who only reads may send a form, each with its reason; what leaves as a file is recorded, and may."""

_KNOWN = {
    "quote": ids.QUOTE, "invoice": ids.INVOICE, "customer": ids.CUSTOMER, "deposit": ids.DEPOSIT,
    "payment": ids.PAYMENT, "signature": ids.SIGNATURE, "subscription": ids.SUBSCRIPTION, "series": ids.SERIES,
    "observer": ids.OBSERVER, "message": ids.MESSAGE, "credit_note": ids.CREDIT_NOTE, "token": "a" * 43, "seq": "5",
}  # fmt: skip


def _name(page: Page) -> str:
    return f"{page.method} {page.template}"


def path_of(page: Page, ledger: str = "atelier") -> str:
    """Fill a page's path in: its own example, else an id that the played autumn has, else one that nobody has."""
    given = {**_KNOWN, **page.example, "ledger": ledger}

    def fill(match: re.Match[str]) -> str:
        return given.get(match[1], "00000000-0000-4000-8000-000000000000")

    return re.sub(r"\{(\w+)(?::\w+)?\}", fill, page.template)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: Server
) -> Iterator[str]:
    """A store of this module's own; PostgreSQL in the long suite."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('store')}/sceau.db"
    else:
        with postgres_server.database() as url:
            yield url


@pytest.fixture(scope="module")
def town(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two businesses on one server: one has a played autumn, the other only neighbours."""
    folder: Path = tmp_path_factory.mktemp("town")
    settings = Settings(
        store=store,
        keys=str(folder / "keys"),
        projections=store if store.startswith("postgresql") else None,
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
    )
    clock = SetClock(START)
    with housing(settings, clock) as found:
        Scenario(found.served, clock).play()
        assert found.served.open("voisin").status_code == 201
        yield found


def ask(house: House, page: Page, who: str | None, path: str | None = None, **headers: str) -> httpx.Response:
    """Ask for a page as somebody; a form with the right word in it."""
    from tests.pages.kit import Visitor

    visitor = Visitor(house.served, who)
    if page.method == "GET":
        return visitor.get(path or path_of(page))
    word = house.csrf(who) if who in house.doors.sessions else ""
    if page.upload_bytes:
        return visitor.post(path or path_of(page), {"csrf": word}, files={"none": ("", b"")}, headers=headers)
    return visitor.post(path or path_of(page), {"csrf": word}, headers=headers)


def test_addresses_stand_once() -> None:
    assert len({(page.method, page.template) for page in PAGES}) == len(PAGES)
    assert all(page.words for page in PAGES)


def test_every_desk_page_names_its_ledger_and_its_roles() -> None:
    assert [_name(page) for page in DESK if not page.template.startswith("/desk/{ledger}") or not page.who.roles] == []


def test_every_link_page_names_ledger_and_token() -> None:
    assert [_name(page) for page in LINK if not page.template.startswith("/c/{ledger}/{token}")] == []


def test_who_only_reads_sends_no_form_that_acts() -> None:
    acting = {page.template for page in DESK if page.method == "POST" and not page.who.roles <= BUSINESS}
    assert acting - set(READERS_MAY_POST) == set()


@pytest.mark.parametrize("page", DESK, ids=_name)
def test_a_stranger_is_sent_to_sign_in(town: House, page: Page) -> None:
    answer = ask(town, page, None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("page", DESK, ids=_name)
def test_a_neighbour_does_not_learn_that_the_ledger_is_there(town: House, page: Page) -> None:
    neighbour = town.user("owner", "voisin").who
    answer = ask(town, page, neighbour)
    unknown = ask(town, page, neighbour, path_of(page, "nobody"))
    assert answer.status_code == 404
    assert _without_reference(answer.text) == _without_reference(unknown.text)


@pytest.mark.parametrize("page", DESK, ids=_name)
def test_other_roles_are_turned_away(town: House, page: Page) -> None:
    for role in ALL_ROLES:
        if role not in page.who.roles:
            assert ask(town, page, town.user(role).who).status_code == 403, role


@pytest.mark.parametrize("page", [page for page in DESK if page.method == "GET"], ids=_name)
def test_who_may_is_answered(town: House, page: Page) -> None:
    for role in ALL_ROLES:
        if role in page.who.roles:
            answer = ask(town, page, town.user(role).who)
            assert answer.status_code in (200, 303, 404), (role, answer.text[-2000:])


@pytest.mark.parametrize("page", [page for page in DESK if page.method == "POST"], ids=_name)
def test_an_empty_form_is_refused_in_words_or_done_but_never_a_fault(town: House, page: Page) -> None:
    role = next(role for role in ALL_ROLES if role in page.who.roles)
    answer = ask(town, page, town.user(role).who)
    assert answer.status_code < 500, answer.text[-2000:]


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=_name)
def test_forms_of_other_sites_are_refused(town: House, page: Page) -> None:
    role: Role = next((role for role in ALL_ROLES if role in page.who.roles), "owner")
    who = town.user(role).who
    assert who is not None
    before = _head(town)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert ask(town, page, who, **headers).status_code == 403
    bare = town.served.client.post(path_of(page), data={"csrf": town.csrf(who)}, headers={"Cookie": f"sceau={who}"})
    assert bare.status_code == 403
    assert _head(town) == before


@pytest.mark.parametrize("page", [page for page in DESK if page.method == "POST"], ids=_name)
def test_a_form_without_the_sessions_word_is_refused(town: House, page: Page) -> None:
    role = next(role for role in ALL_ROLES if role in page.who.roles)
    before = _head(town)
    for word in ("", "0" * 64, "é"):
        assert town.user(role).post(path_of(page), {"csrf": word}).status_code == 403
    assert _head(town) == before


@pytest.mark.parametrize("page", LINK, ids=_name)
def test_a_token_that_opens_nothing_is_an_address_that_leads_nowhere(town: House, page: Page) -> None:
    for ledger in ("atelier", "voisin", "nobody"):
        assert ask(town, page, town.user("owner").who, path_of(page, ledger)).status_code == 404


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "GET"], ids=_name)
def test_every_answer_says_what_browsers_may_load(town: House, page: Page) -> None:
    role: Role = next((role for role in ALL_ROLES if role in page.who.roles), "owner")
    answer = ask(town, page, town.user(role).who)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer.headers["cache-control"] or "private" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_token_and_no_cookie_is_in_the_log(town: House) -> None:
    token = "T0" + "k" * 41
    town.stranger().get(f"/c/atelier/{token}")
    town.user("owner", name="a-secret-cookie").get("/")
    assert not [line for line in town.served.lines if token in line or "a-secret-cookie" in line]


def _without_reference(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|nobody|atelier", "", text)


def _head(house: House) -> int:
    row = house.served.service.find("atelier")
    head = house.served.service.store.head(row.ledger)
    assert head is not None
    return head.seq


def test_roles_are_the_four_of_the_house() -> None:
    assert set(ALL_ROLES) == READ
