"""A browser without scripts that keeps cookies, at the real doors of a server; it fills in forms as pages have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pyotp
from argon2 import PasswordHasher

from api.people.access import People
from api.people.passwords import Passwords
from api.settings import Settings
from tests.api.serving import Served, serving
from tests.pages.kit import form_of
from tests.shell.business import HandClock

PASSWORD = "le chat dort sur l'établi"
PASSPHRASE = b"correct horse battery staple"


@dataclass
class Walker:
    """One browser."""

    served: Served
    language: str = "fr"
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.served.client.base_url, headers={"Accept-Language": self.language})

    def get(self, path: str) -> httpx.Response:
        """Open a page, following where it leads."""
        return self.client.get(path, follow_redirects=True)

    def send(self, path: str, data: Any = None, files: Any = None, follow: bool = True) -> httpx.Response:
        """Send a form as this site's own pages do."""
        origin = str(self.client.base_url).rstrip("/")
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data=data, files=files, headers=headers, follow_redirects=follow)

    def fill(self, page: httpx.Response, action: str | None = None, /, **fields: Any) -> httpx.Response:
        """Fill in the form of a page (that goes to `action`) and send it, following where it leads."""
        files = fields.pop("files", None)
        form = form_of(page.text, action)
        data = {name: value for name, value in {**form.fields, **fields}.items() if value is not None}
        return self.send(form.action or page.url.path, data, files)

    def sign_in(self, email: str = "ada@example.com", password: str = PASSWORD) -> httpx.Response:
        return self.fill(self.get("/sign-in"), "/sign-in", email=email, password=password)

    def enrol(self, clock: HandClock) -> str:
        """Enrol an authenticator; give its secret."""
        page = self.get("/account/authenticator")
        if 'id="secret">' not in page.text:
            page = self.fill(page, "/account/authenticator/new")
        secret = page.text.split('id="secret">')[1].split("<")[0].replace(" ", "")
        done = self.fill(page, "/account/authenticator", code=pyotp.TOTP(secret).at(clock.wall))
        assert "Vos codes de secours" in done.text, done.text
        return secret


@dataclass
class Street:
    """A server with nobody in it yet."""

    served: Served
    clock: HandClock

    @property
    def people(self) -> People:
        return self.served.app.context.people

    def walker(self, language: str = "fr") -> Walker:
        return Walker(self.served, language)

    def first(self) -> str:
        """Make the address of the first run."""
        letter = self.people.first_letter()
        assert letter is not None
        return letter.path

    def owner(self, walker: Walker | None = None) -> Walker:
        """Have the first owner created by the page."""
        walker = walker or self.walker()
        page = walker.get(self.first())
        walker.fill(page, None, email="ada@example.com", name="Ada Lovelace", language="fr", password=PASSWORD)
        return walker

    def training(self) -> tuple[Walker, str]:
        """An owner, and a training business of an invented firm."""
        walker = self.owner()
        opened = walker.send("/start", {"csrf": csrf(walker), "kind": "invented"})
        assert opened.url.path.endswith("/backup"), opened.text
        return walker, opened.url.path.split("/")[2]


def csrf(walker: Walker) -> str:
    """The word of this session's forms."""
    word: str = form_of(walker.get("/account").text, "/account").fields["csrf"]
    return word


@contextmanager
def street(folder: Path, **more: Any) -> Iterator[Street]:
    """Run a server until the end of the block; hashing is cheap, all else is real."""
    members: dict[str, Any] = {
        "store": f"sqlite:///{folder}/sceau.db", "keys": str(folder / "keys"), "passphrase": PASSPHRASE, "port": 0,
        "documents": str(folder / "documents"),
    }  # fmt: skip
    clock = HandClock()
    with serving(Settings(**(members | more)), clock) as served:
        served.app.context.people.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield Street(served, clock)
