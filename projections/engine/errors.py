"""What may go wrong with projections: raised, never a reason to lose or skip an entry."""

from __future__ import annotations

from ledger.kernel.errors import SceauError


class UnknownType(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """An entry of a type that the projection neither handles nor ignores: this software is older than the ledger."""

    def __init__(self, projection: str, type_name: str, seq: int) -> None:
        """Keep the projection, the stored type name and the entry."""
        super().__init__(f"{projection} does not know {type_name} (entry {seq})")
        self.projection = projection
        self.type_name = type_name
        self.seq = seq
