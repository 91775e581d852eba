"""Pages: how long a desk and a customer wait for the first byte, on a ledger of a hundred thousand documents.

The ledger is the invented business's of `sceau demo --years`, played by the same commands; `SCEAU_BENCH_LEDGER` names
a folder in which it is kept from one run to the next. The server is a process of its own. Each page is asked for again
and again over one connection, and the clock stops when the first byte of the answer is there. The pages are asked for
as they are after the first visit: what a server learns once (templates, the first tiles) is not measured.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from uuid import uuid4

from api.bench.http import serving
from api.bench.postgres import Server
from api.bench.rows import Row, measured, most
from api.bench.sizes import Sizes
from api.http.access import digest_of
from api.people.access import people_of
from api.projecting import engine_over
from api.settings import Settings
from api.signing.links import make_link
from api.years import playing
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import format_at
from ledger.shell.keys import KeyStore
from ledger.shell.people import RoleHeld, SessionRow, User
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store

FOLDER: Final = "SCEAU_BENCH_LEDGER"
"""Names a folder in which the played ledger is kept."""

GOAL_MS: Final = 50
_NAME: Final = "pages"
_YEARS: Final = 3
_NEVER: Final = "9999-12-31T23:59:59.000000Z"

DESK: Final[Mapping[str, str]] = {
    "the desk's first page": "/desk/{ledger}",
    "quotes": "/desk/{ledger}/quotes",
    "a quote": "/desk/{ledger}/quotes/{quote}",
    "a new quote": "/desk/{ledger}/quotes/new",
    "open sales": "/desk/{ledger}/deals",
    "customers": "/desk/{ledger}/customers",
    "a customer": "/desk/{ledger}/customers/{customer}",
    "the search": "/desk/{ledger}/search?q=Exemple",
    "invoices": "/desk/{ledger}/invoices",
    "an invoice": "/desk/{ledger}/invoices/{invoice}",
    "deposits": "/desk/{ledger}/deposits",
    "payments": "/desk/{ledger}/payments",
    "bank statements": "/desk/{ledger}/bank",
    "reports": "/desk/{ledger}/reports",
    "a report (receivables)": "/desk/{ledger}/reports/receivables",
    "closures": "/desk/{ledger}/closures",
    "archives": "/desk/{ledger}/archives",
    "the event journal": "/desk/{ledger}/journal",
    "an entry": "/desk/{ledger}/journal/2",
    "integrity": "/desk/{ledger}/integrity",
    "the auditor's room": "/desk/{ledger}/room",
    "settings": "/desk/{ledger}/settings/profile",
    "messages": "/desk/{ledger}/messages",
}
"""Each kind of page of the desk."""

CUSTOMER: Final[Mapping[str, str]] = {
    "a customer's page to sign": "/c/{ledger}/{sign}",
    "a customer's page to pay": "/c/{ledger}/{pay}",
}
"""Each kind of page behind a link."""


@dataclass(frozen=True, slots=True)
class Played:
    """The ledger, and what the pages need to be asked for."""

    url: str
    keys: Path
    places: Mapping[str, str]
    cookie: str


def rows(sizes: Sizes, _: Server | None) -> Iterator[Row]:
    """Measure the rows of pages, on SQLite, which waits longer for a long ledger."""
    with _folder() as folder:
        played = _played(folder, sizes.pages_documents)
        pages = {**DESK, **CUSTOMER}
        with serving("sceau", played.url, str(played.keys), "256") as port:
            found = {name: _asked(port, pages[name].format(**played.places), played.cookie, sizes) for name in pages}
    for name, times in found.items():
        what = f"first byte of {name}, {sizes.pages_documents:,} documents"
        yield measured(what, times, "ms", most(GOAL_MS, "value"))
    slowest = [max(_p95(times) for times in found.values())]
    yield measured("first byte, p95 of the slowest of them", slowest, "ms")


def _asked(port: int, path: str, cookie: str, sizes: Sizes) -> list[float]:
    """Ask for a page a few times unmeasured, then again and again; give milliseconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sceau={cookie}\r\nAccept-Language: fr\r\n\r\n"
        ).encode()
        for _ in range(2):
            _once(connection, request, path)
        return [_once(connection, request, path) for _ in range(sizes.pages_asks)]


def _once(connection: socket.socket, request: bytes, path: str) -> float:
    """Ask once: the time to the first byte, the rest read too.

    Raises:
        AssertionError: it is not the page.
    """
    start = perf_counter()
    connection.sendall(request)
    data = connection.recv(65_536)
    spent = (perf_counter() - start) * 1e3
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise AssertionError(f"{path}: {head.splitlines()[0].decode()}")
    length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length:"))
    left = int(length.split(b":")[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 65_536)))
    return spent


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


@contextmanager
def _folder() -> Iterator[Path]:
    named = os.environ.get(FOLDER)
    if named:
        Path(named).mkdir(parents=True, exist_ok=True)
        yield Path(named)
        return
    with TemporaryDirectory(prefix="sceau-bench-pages-") as made:
        yield Path(made)


def _played(folder: Path, documents: int) -> Played:
    """Play the years, or go on where they stopped; bring the rows level; let a user and two links in."""
    url, keys = f"sqlite:///{folder}/sceau.db", folder / "keys"
    asked = playing.Years(_YEARS, documents, 1, date(2023, 1, 1))
    with Service(open_store(url, create=True), KeyStore(keys)) as service:
        row = service.store.find(_NAME)
        if row is None:
            command, at = playing.opening(_NAME, asked)
            made = service.open_ledger(command, actor="user:bench", at=at.astimezone(UTC))
            if isinstance(made, Refusal):
                raise ValueError(made.code)
            row = made.row
        playing.play(service, row.ledger, asked, "user:bench")
        engine = engine_over(service.store, Settings(store=url, keys=str(keys)), service.clock.now)
        engine.catch_up(row.ledger)
        engine.close()
        cookie = _let_in(service, row.ledger)
        places = {"ledger": _NAME, **_things(service, row.ledger)}
    return Played(url, keys, places, cookie)


def _let_in(service: Service, ledger: str) -> str:
    """Make a user who owns the ledger, and their session; give the cookie's token."""
    people = people_of(service)
    user, token, now = uuid4().hex, uuid4().hex + uuid4().hex, format_at(service.clock.now())
    people.store.add_user(User(user, f"{user}@bench.example", "Bench", "fr", now))
    people.store.set_role(RoleHeld(ledger, user, "owner"))
    people.store.add_session(SessionRow(digest_of(token), user, "", "password", now, now, now, _NEVER))
    return token


def _things(service: Service, ledger: str) -> dict[str, str]:
    """Find the last quote, invoice, deposit and customer, and make a link to sign and one to pay."""
    found: dict[str, str] = {}
    wanted = {"quote.issued/1": "quote", "invoice.issued/1": "invoice", "customer.registered/1": "customer"}
    head = service.store.head(ledger)
    before = head.seq if head is not None else 0
    while before > 0 and len(found) < len(wanted):
        lines = list(service.store.lines_desc(ledger, before, 1_000))
        for line in lines:
            if line.type in wanted:
                found.setdefault(wanted[line.type], line.stream.partition(":")[2])
        before = lines[-1].seq - 1 if lines else 0
    later = format_at(service.clock.now() + timedelta(days=30))
    for name, kind, purpose in (("sign", "quote", "sign"), ("pay", "invoice", "pay")):
        made = make_link(service, ledger, found[kind], kind, purpose, expires_at=later, actor="user:bench")  # type: ignore[arg-type] # of the two
        if isinstance(made, Refusal):
            raise ValueError(made.code)
        found[name] = made.token
    return found
