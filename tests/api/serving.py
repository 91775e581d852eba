"""Runs the server in a thread, as `sceau serve` runs it, and speaks to it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from typing import Any

import httpx

from api.compose import compose
from api.http.app import Application, Server, create_app, make_server
from api.http.examples.bodies import OPENING
from api.http.logs import Log
from api.pages.doors import HouseDoors
from api.pages.frame.seams import Doors
from api.settings import Settings
from ledger.shell.clock import Clock
from ledger.shell.service import Service


class Heard(list[str]):
    """Lines of a log, as they come in from another thread."""

    def __init__(self) -> None:
        super().__init__()
        self._came = Condition()

    def append(self, line: str) -> None:
        with self._came:
            super().append(line)
            self._came.notify_all()

    def hears(self, text: str) -> bool:
        """Wait for a line that holds a text: an answer is sent before its line is written."""
        with self._came:
            return self._came.wait_for(lambda: any(text in line for line in self), 60)


@dataclass
class Served:
    """A running server."""

    settings: Settings
    service: Service
    app: Application
    server: Server
    port: int
    thread: Thread
    lines: Heard
    client: httpx.Client
    keys: dict[str, str] = field(default_factory=dict)
    """Owner keys by ledger."""

    def open(self, name: str, **members: Any) -> httpx.Response:
        """Open a ledger with the provisioning key, and keep its owner key."""
        body = copy.deepcopy(dict(OPENING)) | {"name": name} | members
        answer = self.client.post("/v1/ledgers", json=body, headers=bearer(self.settings.provisioning_key or ""))
        if answer.status_code == 201 and "secret" in answer.json()["key"]:
            self.keys[name] = answer.json()["key"]["secret"]
        return answer

    def request(self, method: str, path: str, ledger: str = "atelier", **more: Any) -> httpx.Response:
        """Ask as the owner of a ledger; `path` is below it."""
        headers = bearer(self.keys[ledger]) | more.pop("headers", {})
        return self.client.request(method, f"/v1/ledgers/{ledger}{path}", headers=headers, **more)

    def post(self, path: str, json: Any = None, ledger: str = "atelier", **more: Any) -> httpx.Response:
        """Ask for a command as the owner."""
        return self.request("POST", path, ledger, json={} if json is None else json, **more)

    def get(self, path: str, ledger: str = "atelier", **more: Any) -> httpx.Response:
        """Read as the owner."""
        return self.request("GET", path, ledger, **more)

    def key(self, role: str, ledger: str = "atelier") -> str:
        """Make a key with a role."""
        answer = self.post("/keys", {"label": f"a {role}", "role": role}, ledger)
        assert answer.status_code == 201, answer.text
        secret: str = answer.json()["secret"]
        return secret


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def serving(
    settings: Settings,
    clock: Clock | None = None,
    *,
    doors_of: Callable[[HouseDoors], Doors] | None = None,
    jobs: bool = False,
) -> Iterator[Served]:
    """Run a server until the end of the block, then stop it as SIGTERM does; `doors_of` puts doors before its own.

    With `jobs` it does its recurring work too.
    """
    service = compose(settings, create=True, clock=clock)
    lines = Heard()
    doors = None if doors_of is None else doors_of(HouseDoors(service, None))
    app = create_app(settings, service, log=Log(settings.log_level, lines.append), jobs=jobs, doors=doors)
    listening = Event()
    ports: list[int] = []

    def ready(port: int) -> None:
        ports.append(port)
        listening.set()

    server = make_server(app, ready)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(60), "the server did not start"
    with httpx.Client(base_url=f"http://127.0.0.1:{ports[0]}", timeout=30) as client:
        try:
            yield Served(settings, service, app, server, ports[0], thread, lines, client)
        finally:
            server.should_exit = True
            thread.join(30)
            service.close()
    assert not thread.is_alive(), "the server did not stop"
