"""Journals and FEC of a service's ledgers: read, written to a file, recorded as exports (docs/projections/fec.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from api.settings import Settings
from ledger.domain import codec
from ledger.domain.commands.exports import RecordExport
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.messages import ExportMade
from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated
from ledger.domain.refusals import Refusal
from ledger.domain.streams.export import EXPORT, export_id
from ledger.kernel.entry import format_at
from ledger.kernel.errors import SceauError
from ledger.shell.errors import BehindMark, KeyMissing, LedgerClosed
from ledger.shell.perimeter import software
from ledger.shell.service import Service
from ledger.shell.store import Line, Store
from projections.accounts.chart import Chart, load_chart, shipped_chart
from projections.accounts.fault import LARGEST_BYTES, Fault
from projections.accounts.fec import FecForm, fec_bytes, fec_name
from projections.accounts.journals import Journals, Told
from projections.accounts.layout import SHIPPED, Layout, load_layout, shipped_layout
from projections.accounts.lettering import Method
from projections.accounts.notice import About, notice, notice_bytes
from projections.accounts.years import Year, years_of
from projections.book.posting import Posting
from projections.book.reading import postings_recorded
from projections.documents.sources import StoreSources
from projections.engine.contract import Entry
from projections.engine.days import Days, days_of
from projections.engine.engine import Engine

BOOK: Final = "book"
PERIODS: Final = "period:self"
_NAMES: Final = (CustomerRegistered.TYPE, CustomerUpdated.TYPE)


class AccountsRefused(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """What is asked for is not there or cannot be used: `code` is stable, the words say what to ask for instead."""

    def __init__(self, code: str, fr: str, en: str) -> None:
        """Keep the code and the words in both languages."""
        super().__init__(en)
        self.code = code
        self.fr = fr


@dataclass(frozen=True, slots=True)
class Choices:
    """What an accountant chooses: as of which entry, how advances stand, which chart."""

    upto_seq: int | None = None
    method: Method = "ttc"
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """A ledger's journals, with what its entry 1 says."""

    journals: Journals
    opened: LedgerOpened
    ledger: str
    missing: int  # purged entries that the book knows nothing of


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: what `export.made/1` says of it, and what it holds."""

    name: str
    kind: str
    from_on: str
    to_on: str
    upto_seq: int
    digest: str
    told: Told
    description: bytes = b""
    missing: int = 0


@contextmanager
def books_of(service: Service, engine: Engine, ledger: str, choices: Choices) -> Iterator[Books]:
    """Give a ledger's journals as of its end, or of an earlier entry.

    Raises:
        AccountsRefused: `upto_seq` is beyond the ledger's end.
        LedgerUnknown: no such ledger.
    """
    store = service.store
    with engine.fresh(ledger, (BOOK,)) as views:
        view = views[BOOK]
        upto = view.position if choices.upto_seq is None else choices.upto_seq
        if not 1 <= upto <= view.position:
            raise AccountsRefused(
                "UPTO_BEYOND_END",
                f"le registre va de l'entrée 1 à l'entrée {view.position}",
                f"the ledger goes from entry 1 to entry {view.position}",
            )
        days = days_of(store, ledger)
        opening = _entry(next(iter(store.lines(ledger, limit=1))), days)
        opened = codec.decode(opening.type, opening.body, {})
        assert isinstance(opened, LedgerOpened)  # noqa: S101 - entry 1 of every ledger
        periods = (_entry(line, days) for line in store.stream(ledger, PERIODS) if line.seq <= upto and line.line)

        def postings(first: int, to: int) -> Iterable[Posting]:
            return postings_recorded(view, first_seq=first, last_seq=to)

        journals = Journals(
            postings,
            choices.chart or shipped_chart(),
            years_of(opened.year_start, opening.day, periods),
            opened.currency,
            upto,
            _latest(store, ledger, upto, days, days.of(format_at(service.clock.now()))),
            choices.method,
            _Names(store, ledger, upto).of,
        )
        yield Books(journals, opened, ledger, view.missing)


def _latest(store: Store, ledger: str, upto: int, days: Days, today: str) -> str:
    """Give today, or the day of the entry looked at where the clock is behind it: no year is left out for a clock."""
    last = next(iter(store.lines(ledger, upto - 1, upto)))
    return max(today, days.of(orjson.loads(last.line)["chain"]["at"])) if last.line else today


def year_named(books: Books, named: str | None) -> Year:
    """Give the financial year that ends in a calendar year (`2026`) or on a day; without a name, the one that is open.

    Raises:
        AccountsRefused: there is none, or it has not begun.
    """
    journals = books.journals
    if named is None:
        return journals.years.of(journals.upto_day)
    found = journals.years.ending(named, journals.upto_day)
    if found is None:
        known = ", ".join(year.last_on for year in journals.years.known(journals.upto_day))
        raise AccountsRefused(
            "YEAR_UNKNOWN",
            f"pas d'exercice qui finit ainsi ; il y en a qui finissent le {known}",
            f"no financial year ends so; there are those that end on {known}",
        )
    return found


def write_fec(books: Books, year: Year, form: FecForm, out: BinaryIO) -> Written:
    """Write a financial year as a FEC, and its description; nothing is recorded yet."""
    told = Told()
    digest = _copy(fec_bytes(books.journals.of_year(year, told), form), out)
    journals, opened = books.journals, books.opened
    name = fec_name(opened.siren, year.last_on, opened.kind != "live")
    about = About(name, opened.siren, books.ledger, opened.kind, year, journals.upto_seq, journals.currency, software())
    described = notice_bytes(notice(about, form, journals.chart, journals.method, told))
    return Written(
        name, "fec", year.first_on, year.last_on, journals.upto_seq, digest, told, described, books.missing
    )  # fmt: skip


def write_journal(books: Books, from_on: str, to_on: str, layout: Layout, out: BinaryIO) -> Written:
    """Write the entries dated between two days in a layout; nothing is recorded yet.

    Raises:
        TooLong: a value does not fit its column (`projections.accounts.layout`).
    """
    told = Told()
    digest = _copy(layout.bytes_of(books.journals.between(from_on, to_on, told)), out)
    training = "" if books.opened.kind == "live" else "-FACTICE"
    name = f"{books.opened.siren}-journal-{layout.name}-{from_on}-{to_on}{training}.{layout.extension}"
    return Written(
        name, f"journal-{layout.name}", from_on, to_on, books.journals.upto_seq, digest, told, b"", books.missing
    )  # fmt: skip


def record(service: Service, ledger: str, written: Written, actor: str) -> int | None:
    """Record that a file left the house, once; give the entry that tells of it, None where none can be written now.

    Raises:
        AccountsRefused: the ledger refuses to.
    """
    command = RecordExport(
        kind=written.kind,
        from_on=written.from_on,
        to_on=written.to_on,
        upto_seq=written.upto_seq,
        digest=written.digest,
        rows=written.told.lines,
    )
    try:
        outcome = service.execute(ledger, command, actor=actor)
    except (KeyMissing, BehindMark, LedgerClosed):
        return None
    if not isinstance(outcome, Refusal):
        return next(entry.seq for entry in outcome.entries if entry.type == ExportMade.TYPE)
    if outcome.code != "EXPORT_ALREADY_RECORDED":
        raise AccountsRefused(outcome.code, outcome.words, outcome.words_en)
    return next(line.seq for line in service.store.stream(ledger, EXPORT.stream(export_id(written.digest))))


def chart_from(settings: Settings, path: Path | None = None) -> Chart:
    """Give the chart in a file: the one named, else the settings' own, else the one we ship.

    Raises:
        AccountsRefused: the file is at fault; the words say where.
        OSError: it cannot be read.
    """
    place = path if path is not None else Path(settings.chart) if settings.chart is not None else None
    if place is None:
        return shipped_chart()
    found = load_chart(_small(place))
    if isinstance(found, Fault):
        raise _at_fault("CHART_INVALID", found)
    return found


def layout_from(named: str) -> Layout:
    """Give a layout by its name, or from the file that a name with a folder or `.toml` stands for.

    Raises:
        AccountsRefused: there is none of this name, or the file is at fault.
        OSError: it cannot be read.
    """
    found = shipped_layout(named)
    if found is not None:
        return found
    if not named.endswith(".toml"):
        known = ", ".join(SHIPPED)
        raise AccountsRefused(
            "LAYOUT_UNKNOWN", f"modèles livrés : {known} ; ou un fichier .toml", f"layouts: {known}; or a .toml file"
        )
    loaded = load_layout(_small(Path(named)))
    if isinstance(loaded, Fault):
        raise _at_fault("LAYOUT_INVALID", loaded)
    return loaded


class _Names:
    """Customers' names as of one entry, read all at once when the first is asked for: those still at hand."""

    def __init__(self, store: Store, ledger: str, upto_seq: int) -> None:
        self._sources = StoreSources(store, ledger, upto_seq)
        self._known: dict[str, str] | None = None

    def of(self, customer: str) -> str | None:
        """Give a name; None when it was erased or detached."""
        if self._known is None:
            self._known = {}
            for one in self._sources.of_types(_NAMES):
                party = getattr(one.event, "party", None)
                if party is not None:
                    self._known[one.stream.partition(":")[2]] = party.name
        return self._known.get(customer)


def _copy(pieces: Iterable[bytes], out: BinaryIO) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
        out.write(piece)
    return digest.hexdigest()


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)


def _at_fault(code: str, fault: Fault) -> AccountsRefused:
    place = f"{fault.place} : " if fault.place else ""
    return AccountsRefused(code, place + fault.fr, place.replace(" :", ":") + fault.en)


def _entry(line: Line, days: Days) -> Entry:
    said = orjson.loads(line.line)
    at, told = said["chain"]["at"], said["entry"]
    return Entry(
        line.seq, at, days.of(at), line.fingerprint, line.stream, line.version, line.type, told["actor"], told["body"]
    )  # fmt: skip
