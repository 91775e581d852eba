"""A business with a mail server, a clock in the test's hand, and the jobs that follow and mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.jobs.following import Following
from api.jobs.mailing import Mailing
from api.messages.daily import Daily
from api.messages.post import Post, Recipient
from api.messages.queueing import Queueing
from api.projecting import engine_of
from api.settings import Settings
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.events.common import Address, Party
from ledger.domain.events.parties import IssuerDetails
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.shell.opening import Opened
from ledger.shell.outbox import Outgoing
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from projections.engine.engine import Engine
from tests.domain.sales import BUILDER
from tests.messages.smtp_server import Box, mail_server, mailer
from tests.shell.business import HandClock, answered, opening, service_over

CLIENT = Recipient("jeanne@dupre.example", "Jeanne Dupré")
CUSTOMER = "aaaaaaaa-0000-4000-8000-0000000000c1"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Scene:
    """All of it."""

    service: Service
    clock: HandClock
    ledger: str
    settings: Settings
    box: Box
    post: Post
    job: Mailing
    queueing: Queueing
    follower: Following
    engine: Engine
    seen: int = 0

    def send(self, occasion: str = "test:1", template: str = "link_renewed", **more: Any) -> str | Refusal:
        """Queue a message to the client."""
        asked: dict[str, Any] = {
            "to": CLIENT,
            "facts": {"document": "le devis D-1", "link": "https://sceau.example/c/atelier/t0ken"},
        }
        return self.post.send(self.ledger, template, occasion=occasion, **(asked | more))

    def sent(self, occasion: str = "test:1", template: str = "link_renewed", **more: Any) -> str:
        """Queue a message to the client that must be accepted; give its id."""
        message = self.send(occasion, template, **more)
        assert isinstance(message, str), message
        return message

    def mail(self, rounds: int = 1) -> None:
        """Run the job until its threads rest."""
        for _ in range(rounds):
            self.job.run(lambda: True)
            self.settle()

    def follow(self) -> None:
        """Run the job that reads the chain."""
        self.follower.run(lambda: True)

    def other_follower(self) -> Following:
        """The job of another process over the same store."""
        return Following(self.service, self.post, self.queueing, self.clock.now)

    def settle(self) -> None:
        for work in list(self.job._busy.values()):
            work.result(30)

    def later(self, **time: int) -> None:
        self.clock.pass_by(timedelta(**time))

    def row(self, message: str) -> Outgoing:
        found = self.service.store.side().outbox().get(self.ledger, message)
        assert found is not None
        return found

    def types(self, message: str) -> list[str]:
        """Give the types of the entries of one message."""
        return [line.type for line in self.service.store.stream(self.ledger, f"message:{message}")]

    def all_types(self) -> list[str]:
        return [line.type for line in self.service.store.lines(self.ledger)]

    def everything(self) -> bytes:
        """Give every byte of the ledger's entries, disclosures apart."""
        return b"\n".join(line.line for line in self.service.store.lines(self.ledger))

    def execute(self, command: Any, **more: Any) -> dict[str, Any]:
        return dict(answered(self.service.execute(self.ledger, command, **more)).result)

    def beside(self, box: Box | None = None, **more: Any) -> Mailing:
        """The job of another process over the same store."""
        return Mailing(self.service, self.post, mailer(box or self.box), self.clock.now, below=lambda _: 0, **more)


def business(**members: Any) -> OpenLedger:
    """A builder with an e-mail address."""
    profile = opening().profile
    details = BUILDER.details
    assert isinstance(details, IssuerDetails)
    mended = replace(
        details,
        name="Atelier Le Gall",
        trade_name=None,
        capital="10 000 €",
        email="bonjour@legall.example",
        phone="02 99 00 00 00",
    )
    return replace(opening(**members), profile=replace(profile, trades=("building",), details=mended))


def customer(**members: Any) -> RegisterCustomer:
    party = Party(
        name="Jeanne Dupré",
        address=Address(lines=("1 rue du Frêne",), postcode="35000", city="Rennes"),
        email="jeanne@dupre.example",
    )
    return RegisterCustomer(**{"id": CUSTOMER, "kind": "consumer", "party": party, **members})


@contextmanager
def scene(
    folder: Path,
    store: Store | None = None,
    *,
    timeout_seconds: float = 30.0,
    kind: str = "live",
    given: Callable[[Settings], Settings] = lambda one: one,
) -> Iterator[Scene]:
    """Set it up over a store (a new SQLite file by default), and end it."""
    clock = HandClock(START)
    store = store or open_store(f"sqlite:///{folder / 'sceau.db'}", create=True)
    with mail_server() as box, service_over(store, folder / "keys", clock) as service:
        settings = given(
            Settings(
                smtp=f"smtp+plain://127.0.0.1:{box.port}", smtp_from="facturation@atelier.example",
                public_url="https://sceau.example", documents=str(folder / "documents"),
            )
        )  # fmt: skip
        opened = service.open_ledger(business(kind=kind))
        assert isinstance(opened, Opened), opened
        post = Post(service, settings)
        job = Mailing(service, post, mailer(box, timeout_seconds), clock.now, below=lambda _: 0)
        post.hurry = job.hurry
        queueing = Queueing(service, settings, post)
        engine = engine_of(service, replace(settings, projections="memory:"))
        daily = Daily(service, settings, post, queueing, engine, clock.now)
        follower = Following(service, post, queueing, clock.now, daily=daily)
        try:
            yield Scene(service, clock, opened.row.ledger, settings, box, post, job, queueing, follower, engine)
        finally:
            box.released.set()
            job.end()
            engine.close()
