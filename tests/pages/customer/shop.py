"""A server with a builder's ledger, and customers who follow links to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.messages.envelope import Envelope
from api.settings import Settings
from api.signing.links import MadeLink
from tests.api.serving import Served
from tests.pages.kit import House, Visitor, form_of, housing
from tests.shell.business import HandClock
from tests.signing.scene import Mailbox, Scene, business

NAME = "menuiserie"


@dataclass
class Shop:
    """The server and its business; mail waits in the outbox, as its mail server is away."""

    house: House
    sale: Scene

    @property
    def served(self) -> Served:
        return self.house.served

    def visitor(self, language: str = "fr") -> Visitor:
        return self.house.stranger(language)

    def signer(self, quote: str) -> MadeLink:
        """Ask the client to sign; give their link."""
        return self.sale.made(quote, "quote", "sign", party=self.sale.ask(quote).signatories[0])

    def mails(self, template: str) -> list[Envelope]:
        """Open what waits in the outbox under this template, oldest first."""
        context = self.served.app.context
        found = []
        for event in context.service.entries(self.sale.ledger, types=["message.queued/1"]):
            message = event.originator_id.partition(":")[2]
            row = context.service.store.side().outbox().get(self.sale.ledger, message)
            if row is not None and row.body and row.template == template:
                envelope = context.post.open(row)
                found.append(envelope)
        return found

    @property
    def code(self) -> str:
        """The last code that is on its way."""
        return "".join(filter(str.isdigit, self.mails("code")[-1].large))

    def signed(self, quote: str) -> MadeLink:
        """Have a quote signed, in the browser; give the client's link."""
        made = self.signer(quote)
        done = self.sign(self.visitor(), made)
        assert done.status_code == 303, done.text
        return made

    def sign(self, visitor: Visitor, made: MadeLink, query: str = "", **fields: Any) -> httpx.Response:
        """Ask for a code and sign with it; give the last answer."""
        said = {"name": "Camille Roseau", "consent": "1", "reduced_rate": "1", **fields}
        page = self.coded(visitor, made, query, **said)
        return visitor.fill(page, f"{made.path}/sign", **{"code": self.code, **said})

    def coded(self, visitor: Visitor, made: MadeLink, query: str = "", **fields: Any) -> httpx.Response:
        """Ask for a code; give the page on which it is typed."""
        self.sale.later(seconds=30)
        page = visitor.get(f"{made.path}/sign{query}")
        assert page.status_code == 200, page.text
        held = form_of(page.text, f"{made.path}/sign").fields
        coded = visitor.post(f"{made.path}/sign/code", {**held, **fields})
        assert coded.status_code == 200, coded.text
        return coded


@contextmanager
def shopping(
    folder: Path, clock: HandClock | None = None, stripe_api: str | None = None, **opening: Any
) -> Iterator[Shop]:
    """Run it until the end of the block."""
    clock = clock or HandClock()
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
        smtp="smtp+plain://127.0.0.1:9",
        smtp_from="sceau@shop.test",
        stripe_api=stripe_api,
    )
    with housing(settings, clock) as house:
        yield Shop(house, business(house.served.service, clock, Mailbox(), NAME, **opening))
