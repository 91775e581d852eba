"""A real SMTP server in this process that behaves as a test says: well, badly, or not at all."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Event, Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.messages.smtp import Mailer
from archive.anchors.mail import Post as Server
from tests.ports import free_port

SENDER = "facturation@atelier.example"
Reply = str | None
"""What the server answers: None is yes; `close` drops the connection, `taken_then_close` does so after a yes, `hang`
says nothing until it is released."""


@dataclass
class Box:
    """What came in, and how the server answers."""

    rcpt: Callable[[str], Reply] = lambda _: None
    data: Callable[[str], Reply] = lambda _: None
    came: list[tuple[str, bytes]] = field(default_factory=list)
    released: Event = field(default_factory=Event)
    port: int = 0
    sessions: list[Session] = field(default_factory=list)  # of each recipient that was named, the connection
    _lock: Lock = field(default_factory=Lock)

    def mails(self) -> list[EmailMessage]:
        """Give the mails that were taken, parsed."""
        return [_parsed(data) for _, data in self.came]

    def connections(self) -> int:
        """Tell over how many connections mails were asked for."""
        return len({id(one) for one in self.sessions})

    def to(self) -> list[str]:
        """Give whom they were for, in order."""
        return [address for address, _ in self.came]

    def keep(self, address: str, data: bytes) -> None:
        with self._lock:
            self.came.append((address, data))

    # ---- the server asks

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.sessions.append(session)
        reply = await self._does(server, self.rcpt(address))
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        address, content = envelope.rcpt_tos[0], envelope.content
        assert isinstance(content, bytes)
        reply = self.data(address)
        if reply in (None, "taken_close"):
            self.keep(address, content)
        if reply == "taken_then_close":
            self.keep(address, content)
            server.loop.call_soon(self._drop, server)
            return "250 OK"
        answer = await self._does(server, "close" if reply == "taken_close" else reply)
        return answer or "250 OK"

    @staticmethod
    def _drop(server: SMTP) -> None:
        transport: Any = server.transport
        if transport is not None:
            transport.close()

    async def _does(self, server: SMTP, reply: Reply) -> Reply:
        if reply == "close":
            transport: Any = server.transport
            transport.abort()
            return "421 closed"
        if reply == "hang":
            await server.loop.run_in_executor(None, self.released.wait, 30)
            return "451 too late"
        return reply


def _parsed(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


@contextmanager
def mail_server(box: Box | None = None) -> Iterator[Box]:
    """Run a server on this machine until the end of the block."""
    found = box or Box()
    found.port = free_port()
    controller = Controller(found, hostname="127.0.0.1", port=found.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield found
    finally:
        found.released.set()
        controller.stop()


def mailer(box: Box, timeout_seconds: float = 5.0) -> Mailer:
    """Give what sends to it."""
    return Mailer(Server("127.0.0.1", box.port, "smtp+plain"), SENDER, timeout_seconds=timeout_seconds)
