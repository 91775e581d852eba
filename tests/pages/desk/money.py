"""A house in which a business's autumn was played: every kind of document, payment and subscription is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from api.settings import Settings
from ledger.domain.decision import StreamKind
from tests.api.scenario import START, Scenario, SetClock
from tests.pages.kit import House, Visitor, housing

S = TypeVar("S")
DESK = "/desk/atelier"


@dataclass
class Money:
    """The house, its clock, and who works in it."""

    house: House
    clock: SetClock

    @property
    def owner(self) -> Visitor:
        return self.house.user("owner")

    def api(self, path: str, **body: Any) -> dict[str, Any]:
        """Do something by HTTP that the page under test takes for granted."""
        answer = self.house.served.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return dict(made["result"]) if "result" in made else made

    def customer(self, name: str = "Léa Roche", **more: Any) -> str:
        party = {
            "name": name,
            "email": "lea@client.example",
            "address": {"lines": ["1 rue Exemple"], "postcode": "69001", "city": "Lyon"},
        }
        return str(self.api("/customers", kind="consumer", party=party, **more)["customer"])

    def invoice(self, customer: str | None = None, price: str = "100", **more: Any) -> dict[str, Any]:
        line = {"label": "Étagère", "quantity": "1", "unit_price": price, "rate_bp": 2000, "nature": "goods"}
        return self.api("/invoices", customer=customer or self.customer(), basis="net", lines=[line], **more)

    def state(self, kind: StreamKind[S], identifier: str) -> S:
        found = self.house.served.service.state("atelier", kind, identifier)
        assert found is not None
        return found

    def entries(self) -> int:
        head = self.house.served.service.store.head(self.house.served.service.find("atelier").ledger)
        assert head is not None
        return head.seq


@contextmanager
def money_house(folder: Path, *, played: bool = False) -> Iterator[Money]:
    """Run the house until the end of the block."""
    clock = SetClock(START)
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
    )
    with housing(settings, clock) as house:
        if played:
            Scenario(house.served, clock).play()
        yield Money(house, clock)


def path_of(answer: httpx.Response) -> str:
    """Give where a page sends the visitor on to."""
    assert answer.status_code == 303, answer.text[answer.text.find("<main") :][:3000]
    return answer.headers["location"]
