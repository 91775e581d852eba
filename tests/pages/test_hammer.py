"""Every page asked for while others change what it shows: no answer is a fault, and none is in the log.

A page reads many things one after the other, and nobody holds the ledger still for it. Readers ask for every page of
the table, and for every page behind customers' links, while writers sell, sign, revoke, delete, erase, verify and close
days; at two servers, as two processes over one store are.
"""

from __future__ import annotations

import copy
import logging
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Final
from uuid import UUID

import httpx
import orjson
import pytest

from api.http.examples import ids
from api.http.examples.bodies import BODIES
from api.pages.doors import HouseDoors
from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.settings import Settings
from api.signing.asking import ask_for_quote
from api.signing.links import AboutKind, MadeLink, Purpose, make_link, revoke_link
from ledger.domain.refusals import Refusal
from ledger.domain.streams.quote import QUOTE
from ledger.shell.side import AccessKey
from projections.reports.registry import BY_NAME
from tests.api.scenario import START, Scenario, SetClock
from tests.api.serving import bearer, serving
from tests.pages.kit import House, StandingDoors, form_of, housing
from tests.pages.test_doors import _KNOWN

READERS: Final = 4
LINK_READERS: Final = 2
SOME: Final = 50
"""Pages of the quick form."""
MOST_ACTS: Final = 400
"""How often one writer acts at most: the ledger stays small enough for its pages to be quick."""
FAULTS: Final = frozenset({"fault", "failure", "verify", "archive", "logged"})
"""Events of the log that tell of an error; `logged` is what a module's own logger said."""

SEEN: Final = [page for page in PAGES if page.method == "GET" and page.who.kind != "link"]
LINKED: Final = [page for page in PAGES if page.method == "GET" and page.who.kind == "link"]
LOOKED_FOR: Final = ("", "", "", "", "q=a", "page=2", "from=2026-10-01&to=2026-12-31")


@dataclass
class Hammer:
    """One business's server under many hands at once."""

    houses: tuple[House, ...]
    clock: SetClock
    over: Event = field(default_factory=Event)
    wrong: list[str] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids by kind, as the pages' addresses name them: what the autumn left, and what writers make."""
    links: list[tuple[MadeLink, str, str]] = field(default_factory=list)
    asked: int = 0
    acts: int = 0

    @property
    def house(self) -> House:
        """The server at which the business is opened."""
        return self.houses[0]

    def __post_init__(self) -> None:
        service = self.house.served.service
        for entry in service.entries(service.find("atelier").ledger):
            kind, _, name = entry.originator_id.partition(":")
            if name not in self.known[kind]:
                self.known[kind].append(name)
        for kind, name in _KNOWN.items():
            self.known[kind].append(name)
        self.known["about"] = [*self.known["invoice"], *self.known["deposit"]]
        self.known["report"] = list(BY_NAME)
        self.known["tile"] = ["needs", "money", "sales", "integrity"]

    def hear(self, what: str, answer: httpx.Response) -> httpx.Response:
        """Count an answer, and keep what is wrong with it."""
        self.asked += 1
        if answer.status_code >= 500:
            self.wrong.append(f"{what}: {answer.status_code}")
        return answer

    def address(self, page: Page, chance: random.Random) -> str:
        """Fill in a page's address: mostly with what was made last, so that it is read while it changes."""

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name == "ledger":
                return "atelier"
            if name == "seq":
                return str(chance.randrange(1, self.head() + 2))
            found = self.known.get(name, [])
            if not found:
                return page.example.get(name, "00000000-0000-4000-8000-000000000000")
            return chance.choice(found[-6:] if chance.random() < 0.7 else found)

        return re.sub(r"\{(\w+)(?::\w+)?\}", fill, page.template)

    def head(self) -> int:
        service = self.house.served.service
        head = service.store.head(service.find("atelier").ledger)
        assert head is not None
        return head.seq

    # ---- who reads

    def reads_the_desk(self, chance: random.Random, rounds: int, pages: int = len(SEEN)) -> None:
        owner = chance.choice(self.houses).user("owner", name=f"owner-{chance.random()}")
        for _ in range(rounds):
            for page in chance.sample(SEEN, pages):
                query = chance.choice(LOOKED_FOR)
                self.hear(page.template, owner.get(self.address(page, chance) + (f"?{query}" if query else "")))

    def reads_by_links(self, chance: random.Random, rounds: int) -> None:
        for _ in range(rounds):
            for made, kind, about in chance.sample(self.links, min(len(self.links), 8)):
                stranger = chance.choice(self.houses).stranger(chance.choice(["fr", "en"]))
                for page in LINKED:
                    path = page.template.replace("/c/{ledger}/{token}", made.path)
                    path = path.replace("{kind}", kind).replace("{about}", about)
                    self.hear(page.template, stranger.get(path))

    # ---- who writes

    def acts_until_the_end(self, act: Callable[[Hammer, random.Random], None], chance: random.Random) -> None:
        for _ in range(MOST_ACTS):
            if self.over.is_set():
                return
            act(self, chance)
            self.acts += 1

    def post(self, path: str, body: Any = None) -> bool:
        """Ask for a command; tell whether it was done. A refusal is an answer like any other."""
        served = self.houses[hash(path) % len(self.houses)].served
        return self.hear(f"POST {path}", served.post(path, body)).is_success

    def example(self, name: str, path: str, **changes: Any) -> bool:
        """Ask for a command as its example has it, but for some members."""
        return self.post(path, {**copy.deepcopy(dict(BODIES[name])), **changes})

    def code(self, signature: str) -> str:
        """Give the last code that was mailed for a request; six digits that are none, if there is none yet."""
        context = self.house.served.app.context
        ledger, found = context.service.find("atelier").ledger, "000000"
        for row in context.side.outbox().latest(ledger, "", 40)[::-1]:
            if row.template == "code" and row.body and row.about == signature:
                found = "".join(filter(str.isdigit, context.post.open(row).large))
        return found

    def link(self, about: str, kind: AboutKind, purpose: Purpose) -> None:
        made = make_link(self.house.served.service, "atelier", about, kind, purpose, actor="key:a-hammer")
        if isinstance(made, MadeLink):
            self.links.append((made, kind, about))


def fresh(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def sells(on: Hammer, chance: random.Random) -> None:
    """Quotes that come, change, are read and end."""
    quote = fresh(chance)
    if not on.example("quote.issue", "/quotes", id=quote):
        return
    on.known["quote"].append(quote)
    on.link(quote, "quote", "read")
    on.post(f"/quotes/{quote}/sendings", copy.deepcopy(dict(BODIES["quote.send"])))
    on.example("comment.add", "/comments", id=fresh(chance), about=quote)
    on.example("quote.revise", f"/quotes/{quote}/revisions")
    act = chance.choice(["cancellation", "refusal", ""])
    if act:
        on.example("quote.cancel" if act == "cancellation" else "quote.decline", f"/quotes/{quote}/{act}")


def bills(on: Hammer, chance: random.Random) -> None:
    """Invoices that are paid, paid back and credited."""
    invoice, payment, note = fresh(chance), fresh(chance), fresh(chance)
    if not on.example("invoice.issue", "/invoices", id=invoice):
        return
    on.known["invoice"].append(invoice)
    on.known["about"].append(invoice)
    on.link(invoice, "invoice", chance.choice(["read", "pay"]))
    share = [{"about": invoice, "about_kind": "invoice", "amount_cents": 5_000}]
    on.example("payment.record", "/payments", id=payment, amount_cents=5_000, allocations=share)
    on.known["payment"].append(payment)
    if chance.random() < 0.5:
        on.example("payment.reverse", f"/payments/{payment}/reversals")
    on.example("invoice.credit", f"/invoices/{invoice}/credit-notes", id=note)
    on.known["credit_note"].append(note)


def asks_for_deposits(on: Hammer, chance: random.Random) -> None:
    deposit, payment = fresh(chance), fresh(chance)
    if not on.example("deposit.request", "/deposits", id=deposit):
        return
    on.known["deposit"].append(deposit)
    on.known["about"].append(deposit)
    on.link(deposit, "deposit", "pay")
    if chance.random() < 0.5:
        share = [{"about": deposit, "about_kind": "deposit", "amount_cents": 12_000}]
        on.example("payment.record", "/payments", id=payment, amount_cents=12_000, allocations=share)
        on.example("deposit.invoice", f"/deposits/{deposit}/invoice")
    else:
        on.example("deposit.cancel", f"/deposits/{deposit}/cancellation")


def revokes(on: Hammer, chance: random.Random) -> None:
    """Links that end while somebody reads by them, and a customer who is known and forgotten."""
    made, _, _ = chance.choice(on.links)
    if len(on.links) > 4:
        revoke_link(on.house.served.service, "atelier", made.link, actor="key:a-hammer")
    customer = fresh(chance)
    if on.example("customer.register", "/customers", id=customer):
        on.known["customer"].append(customer)
        on.post("/erasures", {"customer": customer})
    on.example("observer.add", "/observers", id=fresh(chance), about=chance.choice(on.known["quote"]))
    on.example("message.queue", "/messages", id=fresh(chance), occasion=fresh(chance))
    on.hear("POST seen", on.house.stranger().post(f"{made.path}/seen"))


def signs(on: Hammer, chance: random.Random) -> None:
    """A client who is asked to sign, and does, says no, or writes; and pays, or says so."""
    quote, service = fresh(chance), on.house.served.service
    terms = {"channel": "distance", "special_order": False, "reduced_rate_justified": True}
    if not on.example("quote.issue", "/quotes", id=quote, **terms):
        return
    asked = ask_for_quote(service, "atelier", quote, (), actor="key:a-hammer")
    if isinstance(asked, Refusal):
        return
    made = make_link(service, "atelier", quote, "quote", "sign", party=asked.signatories[0], actor="key:a-hammer")
    assert isinstance(made, MadeLink)
    on.links.append((made, "quote", quote))
    on.known["quote"].append(quote)
    on.known["signature"].append(asked.signature)
    client = chance.choice(on.houses).stranger()
    here = made.path
    on.hear("POST seen", client.post(f"{here}/seen"))
    on.hear(
        "POST messages", client.post(f"{here}/messages", {"words": "Bonjour", "key": fresh(chance).replace("-", "")})
    )
    if chance.random() < 0.3:
        on.hear("POST decline", client.post(f"{here}/decline", {"reason": "price"}))
        return
    page = on.hear("GET sign", client.get(f"{here}/sign"))
    if page.status_code == 200:
        said = {"name": "Camille Exemple", "consent": "1", "reduced_rate": "1"}
        held = {**form_of(page.text, f"{here}/sign").fields, **said}
        on.hear("POST code", client.post(f"{here}/sign/code", held))
        on.hear("POST sign", client.post(f"{here}/sign", {**held, "code": on.code(asked.signature)}))
    state = service.state(service.find("atelier").ledger, QUOTE, quote)
    for each in state.deposits if state is not None else ():
        on.known["deposit"].append(each.deposit)
        on.hear("POST announce", client.post(f"{here}/pay/{each.deposit}/announce", {}))
    if chance.random() < 0.3:
        on.hear("POST withdraw", client.post(f"{here}/withdraw", {"confirm": "1"}))


def drafts(on: Hammer, chance: random.Random) -> None:
    """Working papers, articles and keys that are there and gone."""
    served = on.house.served
    for kind in ("quote", "invoice", "prospect", "opportunity", "article", "model"):
        made = on.hear("POST /drafts", served.post("/drafts", {"kind": kind, "command": _command_of(kind)}))
        if made.is_success:
            on.known["draft"].append(made.json()["id"])
    for gone in chance.sample(on.known["draft"], min(len(on.known["draft"]), 6)):
        tag = served.get(f"/drafts/{gone}").headers.get("etag")
        if tag is not None:
            on.hear("DELETE /drafts", served.request("DELETE", f"/drafts/{gone}", headers={"If-Match": tag}))
    key = on.hear("POST /keys", served.post("/keys", {"label": "a hammer", "role": "auditor"}))
    if key.is_success:
        on.hear("DELETE /keys", served.request("DELETE", f"/keys/{key.json()['id']}"))
    hook = on.hear("POST /webhooks", served.post("/webhooks", {"url": "https://hooks.example/in"}))
    if hook.is_success:
        on.hear("DELETE /webhooks", served.request("DELETE", f"/webhooks/{hook.json()['id']}"))


def _command_of(kind: str) -> dict[str, Any]:
    command = {"quote": "quote.issue", "invoice": "invoice.issue", "prospect": "customer.register"}.get(kind)
    return {} if command is None else {k: v for k, v in copy.deepcopy(dict(BODIES[command])).items() if k != "id"}


def keeps_the_books(on: Hammer, chance: random.Random) -> None:
    """Long tasks beside the pages, days that end, settings that change."""
    owner = on.house.user("owner", name="bookkeeper")
    for path, fields in (
        ("/integrity/verify", {}),
        ("/integrity/checkpoint", {}),
        ("/archives", {"period": "2026-10"}),
        ("/closures", {"period": "day"}),
        ("/archives", {"period": "2026-11"}),
    ):
        data = {"csrf": on.house.csrf("bookkeeper"), "key": "k" * 20, **fields}
        on.hear(f"POST {path}", owner.post(f"/desk/atelier{path}", data))
    on.example("issuer.set_brand", "/issuer/brand", accent=f"#{chance.randrange(1 << 24):06x}")
    if chance.random() < 0.3:
        on.clock.go(days=1)


WRITERS: Final[tuple[Callable[[Hammer, random.Random], None], ...]] = (
    sells, bills, asks_for_deposits, signs, revokes, drafts, keeps_the_books,
)  # fmt: skip


class Said(logging.Handler):
    """Keeps what modules log as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(f"{record.name}: {self.format(record)}")


@contextmanager
def hammered(store: str, folder: Path, *, jobs: bool) -> Iterator[Hammer]:
    """Run a server with a played autumn; threads take turns far more often than they would by themselves."""
    settings = Settings(
        store=store,
        keys=str(folder / "keys"),
        projections=store if store.startswith("postgresql") else None,
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
        archives=str(folder / "archives"),
        documents_job="off",
        smtp="smtp+plain://127.0.0.1:9",
        smtp_from="sceau@atelier.test",
        log_level="warning",
    )
    clock, turns = SetClock(START), sys.getswitchinterval()
    said = Said()
    logging.getLogger().addHandler(said)
    try:
        with housing(settings, clock, jobs=jobs) as house, beside(house, clock, jobs=jobs) as other:
            Scenario(house.served, clock).play()
            hammer = Hammer((house, other), clock)
            for about, kind in ((ids.QUOTE, "quote"), (ids.INVOICE, "invoice"), (ids.DEPOSIT, "deposit")):
                hammer.link(about, kind, "read" if kind != "deposit" else "pay")  # type: ignore[arg-type] # three kinds
            sys.setswitchinterval(0.0005)
            yield hammer
            sys.setswitchinterval(turns)
        hammer.wrong += said.found
        for line in "".join([*house.served.lines, *other.served.lines]).splitlines():
            told = orjson.loads(line)
            if told["level"] == "error" and told["event"] != "request":
                hammer.wrong.append(line)
    finally:
        sys.setswitchinterval(turns)
        logging.getLogger().removeHandler(said)


@contextmanager
def beside(house: House, clock: SetClock, *, jobs: bool) -> Iterator[House]:
    """Run another server over the same store, as another process does; the same people come in."""
    doors: list[StandingDoors] = []

    def doors_of(real: HouseDoors) -> StandingDoors:
        doors.append(StandingDoors(real))
        doors[0].sessions = house.doors.sessions
        return doors[0]

    with serving(house.served.settings, clock, doors_of=doors_of, jobs=jobs) as served:
        served.keys = house.served.keys
        yield House(served, doors[0])


def hammer_on(on: Hammer, rounds: int, seed: int) -> None:
    """Read so many rounds, in several threads, while every writer writes."""
    with ThreadPoolExecutor(READERS + LINK_READERS + len(WRITERS)) as pool:
        writing = [pool.submit(on.acts_until_the_end, act, random.Random(f"{seed}-{act.__name__}")) for act in WRITERS]
        reading = [
            pool.submit(
                on.reads_the_desk if rank < READERS else on.reads_by_links,
                random.Random(f"{seed}-{rank}"),
                rounds,
            )
            for rank in range(READERS + LINK_READERS)
        ]
        try:
            for each in reading:
                each.result()
        finally:
            on.over.set()
        for each in writing:
            each.result()


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_no_page_faults_while_others_write(request: pytest.FixtureRequest, tmp_path: Path, store: str) -> None:
    url = request.getfixturevalue("postgres_url") if store == "postgresql" else f"sqlite:///{tmp_path}/sceau.db"
    with hammered(url, tmp_path, jobs=True) as on:
        hammer_on(on, 3, seed=1)
    assert on.wrong == [], "\n".join(on.wrong)
    assert on.acts > len(WRITERS)


def test_pages_do_not_fault_while_others_sell(house: House) -> None:
    """The quick form of the above: some pages, one reader, two writers, no jobs."""
    house.served.post("/customers", copy.deepcopy(dict(BODIES["customer.register"])))
    on = Hammer((house,), SetClock(START))
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(on.acts_until_the_end, act, random.Random(1)) for act in (bills, drafts)]
        try:
            on.reads_the_desk(random.Random(2), 1, SOME)
        finally:
            on.over.set()
        assert [each.result() for each in writing] == [None, None]
    assert on.wrong == []


def test_a_key_that_is_made_while_keys_are_listed_is_no_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    served, sort = house.served, type(house.served.app.context.side)
    really = sort.keys
    for path in ("/desk/atelier/settings/keys", "/v1/ledgers/atelier/keys"):

        def keys(side: Any) -> list[AccessKey]:
            found = really(side)
            monkeypatch.undo()
            served.key("auditor")
            return found

        headers = bearer(served.keys["atelier"]) if path.startswith("/v1") else {}
        served.get("/keys")  # whose key this is, is known from now on
        monkeypatch.setattr(sort, "keys", keys)
        assert house.user("owner").get(path, headers=headers).status_code == 200


def test_cards_that_are_moved_at_once_all_move(house: House) -> None:
    """Quotes that are put into a stage by hand are kept in one draft, that every mover changes."""
    owner, ids_ = house.user("owner"), [fresh(random.Random(rank)) for rank in range(6)]
    csrf = house.csrf(owner.who or "")
    house.served.post("/customers", copy.deepcopy(dict(BODIES["customer.register"])))
    for quote in ids_:
        issued = house.served.post("/quotes", {**copy.deepcopy(dict(BODIES["quote.issue"])), "id": quote})
        assert issued.status_code == 201, issued.text

    def move(quote: str) -> None:
        form = {"csrf": csrf, "key": quote.replace("-", ""), "card": quote, "stage": "qualified"}
        assert owner.post("/desk/atelier/deals/move", form).status_code == 303

    move(ids_[0])  # the draft is there
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(move, ids_))
    board = owner.get("/desk/atelier/deals").text
    column = board[board.index('data-stage="qualified"') :].split("</section>")[0]
    assert [quote for quote in ids_ if f'id="deal-{quote}"' not in column] == []
