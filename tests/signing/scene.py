"""A business with a quote to be signed, a mailbox in the test's hand, and a clock that the test moves."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.rendering.worker import do
from api.signing import asking
from api.signing.acts import SignForm
from api.signing.links import MadeLink, OpenLink, find_link, make_link
from api.signing.shown import Shown
from api.signing.signing import Signing
from archive.erasure import STREAM, finish
from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer, SetProfile
from ledger.domain.commands.quotes import IssueQuote, ReviseQuote, SignatoryInput
from ledger.domain.events.common import Address, Party
from ledger.domain.events.parties import Insurance
from ledger.domain.events.periods import DataErased, ErasedPlace
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer
from ledger.shell.mapper import Event
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from tests.shell.business import HandClock, answered, opened, profile, service_over

CLIENT = Party(
    name="Camille Roseau",
    address=Address(lines=("8 quai du Lierre",), postcode="35000", city="Rennes"),
    email="camille@roseau.test",
)
OTHER = Party(name="Dominique Laurier", email="dominique@laurier.test")
ACTOR = "user:owner"


@dataclass
class Mailed:
    """One message that was queued."""

    template: str
    occasion: str
    about: str | None
    to: tuple[str, str]
    facts: Mapping[str, str]


@dataclass
class Mailbox:
    """Keeps what was to be mailed."""

    mails: list[Mailed] = field(default_factory=list)

    def __call__(
        self, ledger: str, template: str, *, occasion: str, about: str | None, to: tuple[str, str], language: str,
        facts: Mapping[str, str], expires_at: str | None = None,
    ) -> str:  # fmt: skip
        assert language in ("fr", "en")
        assert ledger
        assert (expires_at is not None) == (template == "code")
        self.mails.append(Mailed(template, occasion, about, to, facts))
        return occasion

    @property
    def code(self) -> str:
        """The last code that was mailed."""
        return next(mail.facts["code"] for mail in reversed(self.mails) if mail.template == "code")


def works(price: str = "1000", **more: Any) -> LineInput:
    return LineInput(label="Pose d'un escalier", unit_price=price, rate_bp=1000, nature="services", **more)


@dataclass
class Scene:
    """All of it."""

    service: Service
    clock: HandClock
    ledger: str
    name: str
    mailbox: Mailbox
    signing: Signing
    customer: str

    def do(self, command: Command) -> Answer:
        return answered(self.service.ledger(self.ledger).execute(command, actor=ACTOR))

    def quote(self, *lines: LineInput, **more: Any) -> str:
        """Issue a quote at a distance, with 30 % at signature; give its id."""
        return str(self.do(self.quote_command(*lines, **more)).result["quote"])

    def quote_command(self, *lines: LineInput, **more: Any) -> IssueQuote:
        members: dict[str, Any] = {
            "customer": self.customer,
            "basis": "net",
            "channel": "distance",
            "online": True,
            "lines": lines or (works(), replace(works("500"), label="Reprise de maçonnerie", rate_bp=2000)),
            "duration_days": 20,
            "schedule": (InstalmentInput(share_bp=3000),),
            "reduced_rate_justified": True,
            "texts": TextsInput(
                title="Escalier", performance_place="8 quai du Lierre, 35000 Rennes", waste="Benne : 90 € TTC"
            ),
        }
        return IssueQuote(**{**members, **more})

    def revise(self, quote: str, *lines: LineInput) -> None:
        command = self.quote_command(*lines)
        members = {one.name: getattr(command, one.name) for one in fields(command) if one.name not in ("id", "amends")}
        self.do(ReviseQuote(quote=quote, **members))

    def ask(self, quote: str, *parties: SignatoryInput, ordered: bool = True) -> asking.Asked:
        asked = asking.ask_for_quote(self.service, self.ledger, quote, parties, ordered=ordered, actor=ACTOR)
        assert isinstance(asked, asking.Asked), asked
        return asked

    def made(self, *args: Any, **more: Any) -> MadeLink:
        made = make_link(self.service, self.ledger, *args, actor=ACTOR, **more)
        assert isinstance(made, MadeLink), made
        return made

    def link(self, *args: Any, **more: Any) -> OpenLink:
        return self.found(self.made(*args, **more))

    def found(self, made: MadeLink) -> OpenLink:
        found = find_link(self.service, self.ledger, made.token)
        assert found is not None
        return found

    def to_sign(self, quote: str) -> OpenLink:
        """Ask the client to sign; give their link."""
        return self.link(quote, "quote", "sign", party=self.ask(quote).signatories[0])

    def view(self, link: OpenLink) -> Shown:
        return self.signing.acts.shown(link)

    def form(self, link: OpenLink, **more: Any) -> SignForm:
        """What a client says who has the last code and means it."""
        view = self.view(link)
        assert view.signature is not None
        members: dict[str, Any] = {
            "fingerprint": view.signature.fingerprint,
            "name": "Camille Roseau",
            "consented": True,
            "reduced_rate": True,
            "code": self.mailbox.code if self.mailbox.mails else "",
        }
        return SignForm(**{**members, **more})

    def code(self, link: OpenLink) -> str:
        """Have a code mailed; give it."""
        view = self.view(link)
        assert view.signature is not None
        sent = self.signing.acts.send_code(link, view.signature.fingerprint)
        assert not isinstance(sent, Refusal), sent
        return self.mailbox.code

    def signed(self, quote: str) -> OpenLink:
        """Have a quote signed; give the client's link."""
        link = self.to_sign(quote)
        self.code(link)
        done = self.signing.acts.sign(link, self.form(link))
        assert not isinstance(done, Refusal), done
        return link

    def later(self, **time: float) -> None:
        self.clock.pass_by(timedelta(**time))

    def types(self) -> list[str]:
        """Every entry's type, in order."""
        return [event.record.TYPE for event in self.service.entries(self.ledger)]


@contextmanager
def scene(folder: Path, store: Store | None = None, name: str = "atelier") -> Iterator[Scene]:
    """Set it up over a store (a new SQLite file by default), and end it."""
    clock, mailbox = HandClock(), Mailbox()
    store = store or open_store(f"sqlite:///{folder / 'sceau.db'}", create=True)
    with service_over(store, folder / "keys", clock) as service:
        yield business(service, clock, mailbox, name)


def business(service: Service, clock: HandClock, mailbox: Mailbox, name: str, **opening: Any) -> Scene:
    """Open a ledger for a builder, with a customer."""
    ledger = opened(service, name, **opening).row.ledger
    handle = service.ledger(ledger)
    asked = profile()
    assert asked.details is not None
    insured = replace(
        asked.details, insurance=Insurance(insurer="Assurance du Bocage", contact="2 rue Haute, Rennes", area="France")
    )
    builder: SetProfile = replace(asked, trades=("building",), details=insured)
    answered(handle.execute(builder, actor=ACTOR))
    customer = answered(handle.execute(RegisterCustomer(kind="consumer", party=CLIENT), actor=ACTOR))
    signing = Signing(service, do, mailbox, "https://sceau.test")
    return Scene(service, clock, ledger, name, mailbox, signing, str(customer.result["customer"]))


def png(width: int = 40, height: int = 12, ink: bool = True) -> bytes:
    """A small drawing: a slanted stroke on white."""
    rows = b"".join(
        b"\x00" + b"".join(b"\x00\x00\x00\xff" if ink and x == 2 * y else b"\xff\xff\xff\x00" for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def drawn(data: bytes) -> str:
    """As a canvas gives it."""
    return "data:image/png;base64," + base64.b64encode(data).decode()


def erase(sale: Scene, seq: int) -> None:
    """Erase the private values of an entry as `archive.erasure` does it: the entry first, then the values."""
    places = tuple(ErasedPlace(seq=seq, path=one.path) for one in sale.service.store.disclosures_of(sale.ledger, [seq]))
    assert places
    erased = DataErased(ground="asked", law="RGPD 17-1", places=places)
    sale.service.append(sale.ledger, [Event(STREAM, 1, erased, "system")])
    assert finish(sale.service, sale.ledger) == len(places)
