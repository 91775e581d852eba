"""What a report is: a question, what it reads, a table for people and programs, and the entries behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol

from ledger.domain.events.parties import ProfileSet
from ledger.kernel.frozen import frozen
from projections.engine.contract import Entry, View

Kind = Literal["text", "code", "id", "number", "day", "instant", "cents", "count", "days", "bp", "seq", "flag"]
"""How a value is read and shown: `number` is a document's printed number, `bp` hundredths of a percent."""


@frozen
class Words:
    """The same words in both languages."""

    fr: str
    en: str


@frozen
class Column:
    """One column: its name for programs, its words for people; `total` where the figures of all rows add up."""

    name: str
    kind: Kind
    words: Words
    total: bool = False


@frozen
class Series:
    """One line or one colour of bars: a value for each label of its chart."""

    words: Words
    values: tuple[int, ...]


@frozen
class Chart:
    """What a report looks like: labels along the axis, one or more series, and the unit of the values."""

    kind: Literal["bars", "stacked", "line"]
    unit: Literal["cents", "count", "days", "bp"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]


@frozen
class Table:
    """A report's answer, as of one entry.

    Each row is a mapping by column name; it also has `key` (unique in the table, for `explain`) and `seq`, the entry
    that last changed it. `notes` say what the figures leave out.
    """

    report: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    totals: Mapping[str, Any]
    as_of_seq: int
    as_of_day: str
    notes: tuple[Words, ...] = ()
    chart: Chart | None = None


@frozen
class Facts:
    """What entry 1 and the profile say of a ledger, as of the entries read."""

    ledger: str
    name: str
    kind: str  # live | training
    currency: str
    zone: str
    year_start: str  # MM-DD
    opened_on: str
    head_seq: int
    head_at: str
    profile: ProfileSet | None


@frozen
class Unanchored:
    """What came after the last anchor of one promise (docs/anchors.md): `timestamp` or `witness`."""

    promise: Literal["timestamp", "witness"]
    entries: int
    minutes: int  # since the oldest of them that tells of more than checkpoints; 0 for none
    size: int = 0  # of the last anchor; 0: there is none
    at: str | None = None  # when it was placed
    place: str | None = None


class Desk(Protocol):
    """What a report may read: rows of projections, names, the ledger's facts. No clock: `today` is handed in."""

    @property
    def facts(self) -> Facts:
        """The ledger's facts."""

    @property
    def today(self) -> date:
        """The ledger's current business day."""

    def view(self, projection: str) -> View:
        """The rows of one projection, as of one position for the whole report."""

    def name_of(self, customer: str) -> str | None:
        """A customer's name from the disclosures at hand; None when erased, detached, or not to be shown."""

    def trail(self, stream: str) -> Sequence[Entry]:
        """The entries of one stream up to the report's position, oldest first, for `explain`.

        A purged entry is there without its body.
        """

    def unanchored(self) -> Sequence[Unanchored]:
        """What nobody outside vouches for yet, per promise; empty where the desk cannot know."""

    def papers(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """The working papers (drafts) of one kind as they stand now, outside the chain, in order of id.

        Each has `id`, `updated_at`, and the draft's `command` and `notes`; empty where the desk cannot know.
        """


@frozen
class Parameter:
    """One thing that may be asked: `from`, `to`, `customer`, ...; without a default it must be given."""

    name: str
    kind: Literal["day", "code", "id", "count", "text", "flag"]
    words: Words
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()


Asked = Mapping[str, str]
"""Parameters by name, checked against the report's own and completed with their defaults."""


@frozen
class Report:
    """A named question. `explain` gives the entries (seq) behind the figure in one row and column, oldest first.

    `shares` gives, where a figure is a sum over its entries, what each of them brought to it (cents or a count): they
    add up to the figure. None where it is no such sum, or an entry's body was purged.
    """

    name: str
    question: Words
    parameters: tuple[Parameter, ...]
    uses: tuple[str, ...]  # names of projections
    make: Callable[[Desk, Asked], Table]
    explain: Callable[[Desk, Asked, str, str], Iterable[int]]
    shares: Callable[[Desk, Asked, str, str], Mapping[int, int] | None] | None = None
