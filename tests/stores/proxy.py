"""A proxy between a client and PostgreSQL's socket that loses messages where a test says so."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread


class Proxy:
    """Listens on `folder/.s.PGSQL.5432`; `lose` says what becomes of the next message that holds `marker`.

    `request`: the message never reaches the server, and the connection breaks. `answer`: the server does what it was
    asked, and the connection breaks before it can say so.
    """

    def __init__(self, folder: Path, server: Path, marker: bytes) -> None:
        self._server = server
        self._marker = marker
        self.lose = ""
        self.lost = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self.url = f"postgresql://postgres@/{{database}}?host={folder}"
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            state = {"losing": False}
            Thread(target=self._ask, args=(client, server, state), daemon=True).start()
            Thread(target=self._answer, args=(client, server, state), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, state: dict[str, bool]) -> None:
        while data := _receive(client):
            if self.lose and self._marker in data:
                self.lost += 1
                lose, self.lose = self.lose, ""
                if lose == "request":
                    break
                state["losing"] = True
            if not _send(server, data):
                break
        _break(server if not state["losing"] else None, client)

    def _answer(self, client: socket.socket, server: socket.socket, state: dict[str, bool]) -> None:
        while data := _receive(server):
            if state["losing"]:
                break  # the server has answered, hence committed
            if not _send(client, data):
                break
        _break(client, server)


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(1 << 16)
    except OSError:
        return b""


def _send(target: socket.socket, data: bytes) -> bool:
    try:
        target.sendall(data)
    except OSError:  # that end has gone
        return False
    return True


def _break(*ends: socket.socket | None) -> None:
    for end in ends:
        if end is not None:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
