"""The stage of a journey: `sceau serve` in a process of its own, an SMTP server, localstripe, and Chromium.

Nothing is put in place of a part of ours. Waiting is always for something that happens (a mail arrives, a page shows
something), never for a time.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Condition
from typing import Any, Final

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, BrowserContext, Page

from tests.ports import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
SCEAU: Final = str(Path(sys.executable).parent / "sceau")
PATIENCE_SECONDS: Final = int(os.environ.get("JOURNEY_PATIENCE_SECONDS", "60"))
"""How long something that must happen may take, on a machine that is busy with other tests."""
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
}  # fmt: skip
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 900}}


@dataclass
class Mailbox:
    """Whatever was mailed to anybody, in order."""

    received: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)
    arrived: Condition = field(default_factory=Condition)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one mail."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self.arrived:
            self.received.append((tuple(envelope.rcpt_tos), message))
            self.arrived.notify_all()
        return "250 taken"

    def wait(self, to: str, subject: str, *, nth: int = 1) -> Mail:
        """Wait for the nth mail to an address whose subject matches a pattern."""

        def found() -> list[Mail]:
            return [
                Mail(message)
                for recipients, message in self.received
                if to in recipients and re.search(subject, str(message["Subject"]), re.IGNORECASE)
            ]

        with self.arrived:
            there = self.arrived.wait_for(lambda: len(found()) >= nth, PATIENCE_SECONDS)
            subjects = [(recipients, str(message["Subject"])) for recipients, message in self.received]
        assert there, f"no mail to {to} about {subject!r}; there are {subjects}"
        return found()[nth - 1]


@dataclass
class Mail:
    """One mail, as its reader sees it."""

    message: EmailMessage

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def link(self, containing: str = "/c/") -> str:
        """The first address in it that contains something."""
        found = re.findall(r"https?://[^\s<>\"]+", self.text)
        wanted = [each for each in found if containing in each]
        assert wanted, f"no address with {containing} in {self.text}"
        return str(wanted[0])

    @property
    def code(self) -> str:
        """The one-time code in it."""
        match = re.search(r"\b(\d{3}) ?(\d{3})\b", self.text)
        assert match, self.text
        return f"{match[1]}{match[2]}"

    @property
    def attachments(self) -> dict[str, bytes]:
        return {
            part.get_filename() or "": bytes(part.get_payload(decode=True)) for part in self.message.iter_attachments()
        }


@dataclass
class Stage:
    """Everything a journey plays on."""

    base: str
    folder: Path
    mails: Mailbox
    browser: Browser
    environment: dict[str, str]
    stripe: str | None = None
    """Where localstripe listens."""
    setup: str = ""
    """The address printed by a server without users."""
    process: subprocess.Popen[str] = field(init=False)
    _contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What browsers complained of: errors of scripts, refusals of the content security policy."""

    def person(self, *, phone: bool = False, language: str = "fr-FR", **more: Any) -> Page:
        """Give somebody's browser: cookies of their own, empty."""
        context = self.browser.new_context(
            base_url=self.base, locale=language, timezone_id="Europe/Paris", accept_downloads=True,
            **(PHONE if phone else DESKTOP), **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.faults.append(f"policy: {message.text}")

    def sceau(self, *arguments: str, given: str | None = None) -> str:
        """Run a command of ours beside the server."""
        run = subprocess.run(
            [SCEAU, *arguments], cwd=ROOT, env=self.environment, input=given,
            capture_output=True, text=True, timeout=PATIENCE_SECONDS * 2, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    @property
    def log(self) -> Path:
        """Where the server writes its log."""
        return self.folder / "server.log"

    def start(self, *, days_behind: int = 0) -> None:
        """Start the server, and wait until it answers; its clock may be behind, to live the next day afterwards."""
        late = [sys.executable, "-m", "tests.journeys.behind", str(days_behind)] if days_behind else [SCEAU]
        with self.log.open("a") as out:
            self.process = subprocess.Popen(
                [*late, "serve"], cwd=ROOT, env=self.environment, stdout=out, stderr=out, text=True
            )
        _until(lambda: _answers(f"{self.base}/readyz"), self.process, self.log)

    def stop(self) -> None:
        """End the server as an administrator does: what is under way is finished."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End the server as a power cut does."""
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)

    def restart(self) -> None:
        """End the server and start it again, at the true time."""
        self.stop()
        self.start()

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@contextmanager
def staged(
    folder: Path, store: str, browser: Browser, *, stripe: bool = False, days_behind: int = 0
) -> Iterator[Stage]:
    """Set the stage up on a store, and take it down."""
    mails = Mailbox()
    mail_port = free_port()
    smtp = Controller(mails, hostname="127.0.0.1", port=mail_port, enable_SMTPUTF8=True)
    smtp.start()
    provider = None
    try:
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")},
            "SCEAU_STORE": store,
            "SCEAU_KEYS": str(folder / "keys"),
            "SCEAU_DOCUMENTS": str(folder / "documents"),
            "SCEAU_ARCHIVES": str(folder / "archives"),
            "SCEAU_PROJECTIONS": _projections(folder, store),
            "SCEAU_KEY_PASSPHRASE": "a long passphrase of a journey",
            "SCEAU_PORT": str(port),
            "SCEAU_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SCEAU_SMTP": f"smtp+plain://127.0.0.1:{mail_port}",
            "SCEAU_SMTP_FROM": "sceau@atelier.example",
            "SCEAU_DOCUMENTS_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if stripe:
            provider, address = _localstripe(environment)
            environment["SCEAU_STRIPE_API"] = address
        _sceau(environment, "migrate")
        base = f"http://127.0.0.1:{port}"
        stage = Stage(base, folder, mails, browser, environment, environment.get("SCEAU_STRIPE_API"))
        stage.start(days_behind=days_behind)
        try:
            stage.setup = _first_address(stage)
            yield stage
            assert stage.faults == []
            assert "Traceback" not in stage.log.read_text(), stage.log.read_text()[-4000:]
        finally:
            stage.close()
            stage.stop()
    finally:
        smtp.stop()
        if provider is not None:
            provider.terminate()
            provider.wait(PATIENCE_SECONDS)


def _first_address(stage: Stage) -> str:
    """Find what the server printed: where the first owner is created."""
    _until(lambda: "/welcome/" in stage.log.read_text(), stage.process, stage.log)
    found = re.search(r"http://\S+/welcome/\S+", stage.log.read_text())
    assert found is not None
    return found[0]


def _projections(folder: Path, store: str) -> str:
    return store if store.startswith("postgresql") else f"sqlite:///{folder / 'projections.db'}"


def _sceau(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([SCEAU, *arguments], cwd=ROOT, env=environment, check=True, timeout=120,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def _localstripe(environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """Start localstripe, with what it lacks of Stripe beside it (tests/payments/stripe_server.py)."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.payments.stripe_server", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _until(lambda: _listens(port), process, None)
    return process, f"http://127.0.0.1:{port}"


def _until(happened: Callable[[], bool], process: subprocess.Popen[Any], log: Path | None) -> None:
    """Wait until something answers, by asking it; a process that ended answers nothing any more."""
    for _ in range(PATIENCE_SECONDS * 20):
        if happened():
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"it ended: {log.read_text()[-4000:] if log else process.args!r}")
    raise AssertionError("it did not answer in time")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
