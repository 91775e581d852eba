"""One page, whole: its address, who may open it, and what answers it. `api/pages/table.py` names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from api.http.access import Role
from api.http.call import Answer
from api.pages.frame.forms import MOST_FIELDS

if TYPE_CHECKING:
    from api.pages.frame.visit import Visit

Handler = Callable[["Visit"], Answer]
"""A plain function; it runs beside the event loop and may wait for the store."""

Purpose = Literal["read", "sign", "pay", "observe"]


@dataclass(frozen=True, slots=True)
class Who:
    """Who may open a page.

    `public`: anybody. `signed`: any signed-in user. `desk`: a user with one of `roles` in the ledger of the path.
    `link`: whoever holds a link of one of `purposes`, whose token is in the path.
    """

    kind: Literal["public", "signed", "desk", "link"]
    roles: frozenset[Role] = frozenset()
    purposes: frozenset[Purpose] = frozenset()


ANYBODY: Final = Who("public")
SIGNED_IN: Final = Who("signed")
ANY_LINK: Final[frozenset[Purpose]] = frozenset({"read", "sign", "pay", "observe"})


def desk(*roles: Role) -> Who:
    """Let users in who have one of these roles in the ledger of the path."""
    return Who("desk", frozenset(roles))


def link(*purposes: Purpose) -> Who:
    """Let in who holds a link for one of these purposes; any purpose without one."""
    return Who("link", purposes=frozenset(purposes) or ANY_LINK)


@dataclass(frozen=True, slots=True)
class Page:
    """One method of one address.

    `template` is a Starlette path: `/desk/{ledger}/quotes/{quote}`. `words` say in French what it is for.
    `upload_bytes` lets a form carry files of so many bytes together; `most_fields` and `form_bytes` let it be longer
    than others, for who is signed in. `example` fills the path in tests.
    """

    method: Literal["GET", "POST"]
    template: str
    handler: Handler
    who: Who
    words: str
    upload_bytes: int = 0
    example: Mapping[str, str] = field(default_factory=dict)
    most_fields: int = MOST_FIELDS
    form_bytes: int = 0  # of a form without files; 0: what any form may have
