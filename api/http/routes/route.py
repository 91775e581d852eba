"""What one line of the tables says."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from typing import Final

from api.http.access import BUSINESS, Role
from ledger.domain.commands.common import Command

LEDGER: Final = "/v1/ledgers/{ledger}"
"""Where a ledger's own addresses begin."""

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """POST `path` (below `LEDGER`) asks for `command`.

    A parameter of the path is the command's member of that name. `status` is 201 where a document or another thing
    with an address of its own comes into being, found at `location` (filled from the answer's `result`), else 200.
    `example` names the things that the path of the example names, in order; its body is in `examples.bodies`.
    """

    path: str
    command: type[Command]
    roles: frozenset[Role] = BUSINESS
    location: str | None = None
    example: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """The command's members that the path gives."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def required(self) -> tuple[str, ...]:
        """The members that the body must have."""
        return tuple(
            member.name
            for member in fields(self.command)
            if member.default is MISSING and member.default_factory is MISSING and member.name not in self.members
        )

    @property
    def template(self) -> str:
        """The whole path."""
        return LEDGER + self.path

    @property
    def status(self) -> int:
        """The status of success."""
        return 200 if self.location is None else 201
