"""What every handler of one server shares; made once by `app.create_app`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from api.beside import Beside
from api.documents import Documents
from api.http.access import Access
from api.http.logs import Log
from api.http.metrics import Metrics
from api.jobs.registering import RegisterView
from api.messages.post import Post
from api.names import Names
from api.payments.collecting import Collecting
from api.people.access import People, people_of
from api.settings import Settings
from api.signing.files import Files
from api.signing.signing import Signing
from ledger.shell.service import Service
from ledger.shell.side import Side
from ledger.shell.store import LedgerRow, Store
from projections.engine.engine import Engine

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 16
_MOST_DRAWING = 128
_MOST_NAMES = 100_000


@dataclass(slots=True)
class Context:
    """One server's parts.

    `keys_under_way` holds the (ledger, idempotency key) of every request being carried out; `stopping` is set when the
    server begins to drain.
    """

    settings: Settings
    service: Service
    store: Store
    side: Side
    access: Access
    metrics: Metrics
    log: Log
    documents: Documents
    engine: Engine
    keys_under_way: set[tuple[str, str]] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    verifying: asyncio.Lock = field(default_factory=asyncio.Lock)
    archiving: asyncio.Lock = field(default_factory=asyncio.Lock)
    accounting: asyncio.Lock = field(default_factory=asyncio.Lock)
    statements: asyncio.Lock = field(default_factory=asyncio.Lock)  # a large file takes hundreds of megabytes
    beside: Beside = field(default_factory=Beside)  # long tasks of pages, and figures kept for them
    register: RegisterView = field(init=False)
    people: People = field(init=False)
    post: Post = field(init=False)
    collecting: Collecting = field(init=False)
    signing: Signing = field(init=False)
    files: Files = field(init=False)  # PDFs and drawings of signatures
    names: Names = field(init=False)  # customers by name, for lists and searches
    _appended: dict[str, asyncio.Event] = field(default_factory=dict)
    _names: dict[str, LedgerRow] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "http"))
    _drawing: ThreadPoolExecutor = field(init=False)  # those who wait for a page keep nobody else waiting

    def __post_init__(self) -> None:
        self.register = RegisterView(self.store)
        self.people = people_of(self.service)
        self.post = Post(self.service, self.settings, self.documents)
        self.collecting = Collecting(self.service, self.settings)
        self.signing = Signing(
            self.service, self.documents.run, self.post.mail, self.settings.link_base, self.people.limits
        )
        self.files = self.signing.files
        self.names = Names(self.service)
        most = self.settings.documents_workers + min(self.settings.documents_queue, _MOST_DRAWING)
        self._drawing = ThreadPoolExecutor(most, "documents")

    async def blocking(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what may wait for the store beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))

    async def drawing(self, work: Callable[[], T]) -> T:
        """Run what may wait for a page to be drawn, beside the event loop and beside every other reader."""
        return await asyncio.get_running_loop().run_in_executor(self._drawing, work)

    async def find(self, name: str) -> LedgerRow | None:
        """Give the ledger of a short name or id; a ledger never changes either."""
        row = self._names.get(name)
        if row is None and _may_name_a_ledger(name):
            row = await self.blocking(self.store.find, name)
            if row is not None:
                if len(self._names) >= _MOST_NAMES:
                    self._names.clear()
                self._names[name] = row
        return row

    def appended(self, ledger: str) -> asyncio.Event:
        """Give what is set at this process's next append to a ledger: a hint for long polls."""
        return self._appended.setdefault(ledger, asyncio.Event())

    def wake(self, ledger: str) -> None:
        """Tell long polls that something was appended."""
        waited_for = self._appended.pop(ledger, None)
        if waited_for is not None:
            waited_for.set()

    def close(self) -> None:
        """Give the threads and the processes that draw back."""
        self.beside.close()
        self.documents.close()
        self._drawing.shutdown(wait=True)
        self._threads.shutdown(wait=True)
        self.engine.close()


def _may_name_a_ledger(name: str) -> bool:
    """Whether a path's part can be a ledger's name or id: nothing else is worth asking the store."""
    return 0 < len(name) <= 63 and name.isascii() and name.replace("-", "").isalnum()
