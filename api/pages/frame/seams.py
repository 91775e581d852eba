"""What pages need of the parts that know users and links; `api/people` and `api/signing` fulfil it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from api.http.access import Role


class Session(Protocol):
    """One user's session. `roles` are by ledger id, those whose time is over left out."""

    @property
    def user(self) -> str:
        """The opaque id of the user: the actor is `user:<id>`."""

    @property
    def name(self) -> str:
        """How the desk greets them; never recorded."""

    @property
    def language(self) -> str:
        """`fr` or `en`."""

    @property
    def csrf(self) -> str:
        """The secret that this session's forms repeat."""

    @property
    def must_enrol(self) -> bool:
        """Whether they need a second factor before the desk opens."""

    @property
    def roles(self) -> Mapping[str, Role]:
        """Their role in each ledger, by ledger id."""


class OpenLink(Protocol):
    """One link that was followed."""

    @property
    def link(self) -> str:
        """Its id: the actor is `link:<id>`."""

    @property
    def about(self) -> str:
        """What it opens."""

    @property
    def about_kind(self) -> str:
        """`quote`, `deposit`, `invoice`, `signature` or `contract`."""

    @property
    def purpose(self) -> str:
        """`read`, `sign`, `pay` or `observe`."""

    @property
    def usable(self) -> bool:
        """Whether it opens: neither revoked nor past its time."""


class Doors(Protocol):
    """Finds who comes in. Methods may wait for the store."""

    def session(self, token: str) -> Session | None:
        """Give the session of a cookie's token."""

    def link(self, ledger: str, token: str) -> OpenLink | None:
        """Give the link of a token in a ledger, by its id; an expired one too: its page says so."""
