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


class NewerRows(SceauError):  # noqa: N818
    """Rows of a newer version answer already: this process runs older software; end it, or ask for `sceau rebuild`."""

    def __init__(self, projection: str, live: int, ours: int) -> None:
        """Keep the projection, the version that answers and the one this software has."""
        super().__init__(f"{projection}: rows of version {live} answer, this software makes version {ours}")
        self.projection = projection
        self.live = live
        self.ours = ours


class NotBuilt(SceauError):  # noqa: N818
    """No rows of this projection answer yet: catch up, or wait until they are built."""


class Stopped(SceauError):  # noqa: N818
    """A projection cannot go past an entry because it is wrong about it: a fault of ours; the others go on."""

    def __init__(self, projection: str, seq: int, cause: Exception) -> None:
        """Keep the projection, the entry and the exception."""
        super().__init__(f"{projection} stops at entry {seq}: {type(cause).__name__}")
        self.projection = projection
        self.seq = seq


class Unsettled(SceauError):  # noqa: N818
    """Other processes moved the rows again and again while this one wanted them all as of one entry: try again."""


class RowsDamaged(SceauError):  # noqa: N818
    """The file that keeps rows cannot be read: delete it; rows are made again from entries."""
