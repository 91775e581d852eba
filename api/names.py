"""Customers by name, documents by number, files sent for signature: an index in memory for each ledger.

Names are private: they stand in no projection and no entry, so none can be searched in the store. A ledger's index is
read once, by a thread of its own at the first wish for it, and then follows the entries; a name that is erased leaves
it with the entry that says so. At most `MOST_NAMES` names and `MOST_NUMBERS` numbers of a ledger are kept, and
`MOST_LEDGERS` indexes. docs/desk-sale.md.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final

from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated
from ledger.domain.events.periods import DataErased, EntriesPurged, Restored
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.streams.customer import CUSTOMER
from ledger.kernel.errors import SceauError
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from ledger.shell.store import Line
from projections.documents.sources import StoreSources

MOST_NAMES: Final = 250_000
"""Names of one ledger that are kept; what is beyond is found by its page alone."""
MOST_NUMBERS: Final = 1_000_000
MOST_LEDGERS: Final = 16
_NAMED: Final = (CustomerRegistered.TYPE, CustomerUpdated.TYPE)
_FOLLOWED: Final = (*_NAMED, DataErased.TYPE, EntriesPurged.TYPE, Restored.TYPE)
_OF_A_FILE: Final = b'"file":"'
_NUMBERED: Final = (
    "quote.issued/1", "deposit.requested/1", "invoice.issued/1", "credit_note.issued/1", "note.issued/1",
    "receipt.issued/1",
)  # fmt: skip
_NOTED: Final = (*_NUMBERED, SignatureRequested.TYPE)
_NUMBER: Final = re.compile(rb'"number":"([A-Za-z0-9+_/ -]{1,20})"')
_NO_WORD: Final = re.compile(r"[^0-9a-z]+")


def folded(text: str) -> str:
    """Write words as they are searched: without accents, capitals and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", plain.replace("œ", "oe").replace("æ", "ae")).strip()


@dataclass(frozen=True, slots=True)
class Named:
    """One customer as lists show them."""

    customer: str
    name: str
    kind: str
    place: str  # city, or the e-mail address where there is none
    email: str | None = None


@dataclass(slots=True)
class _Index:
    """One ledger's names: as of `position`, an entry of the ledger."""

    position: int = 0
    named: dict[str, Named] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)  # the entry that a name stands in
    by_seq: dict[int, str] = field(default_factory=dict)
    ordered: list[tuple[str, str]] = field(default_factory=list)  # folded name and place, customer
    keys: dict[str, str] = field(default_factory=dict)  # a customer's first member of `ordered`
    files: list[str] = field(default_factory=list)  # requests for signatures on files, oldest first
    numbers: dict[str, str] = field(default_factory=dict)  # printed number -> stream, in order of issue
    ready: Event = field(default_factory=Event)
    turn: Lock = field(default_factory=Lock)
    started: bool = False
    failed: bool = False

    def note(self, line: Line) -> None:
        """Take in a line that holds no name: a document's number, or a file sent for signature."""
        if line.type == SignatureRequested.TYPE:
            if _OF_A_FILE in line.line:
                self.files.append(line.stream.partition(":")[2])
        elif (found := _NUMBER.search(line.line)) is not None and len(self.numbers) < MOST_NUMBERS:
            self.numbers[found[1].decode()] = line.stream

    def put(self, seq: int, found: Named) -> None:
        if found.customer not in self.named and len(self.named) >= MOST_NAMES:
            return
        self.drop(found.customer)
        key = folded(f"{found.name} {found.place} {found.email or ''}")
        self.named[found.customer], self.keys[found.customer] = found, key
        self.at[found.customer], self.by_seq[seq] = seq, found.customer
        if self.ready.is_set():
            insort(self.ordered, (key, found.customer))
        else:
            self.ordered.append((key, found.customer))

    def drop(self, customer: str) -> None:
        key = self.keys.pop(customer, None)
        if key is None:
            return
        del self.named[customer]
        self.by_seq.pop(self.at.pop(customer), None)
        if self.ready.is_set():
            place = bisect_left(self.ordered, (key, customer))
            if place < len(self.ordered) and self.ordered[place] == (key, customer):
                del self.ordered[place]


class Names:
    """The names of a service's customers. Methods may be called from several threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._indexes: OrderedDict[str, _Index] = OrderedDict()
        self._turn = Lock()

    def of(self, ledger: str, customers: Iterable[str]) -> Mapping[str, str | None]:
        """Give these customers' names: from the index when it is there, else from each one's own entries.

        None: erased, or purged.
        """
        index = self._level(ledger, wait_seconds=0)
        found: dict[str, str | None] = {}
        for customer in customers:
            if customer in found:
                continue
            known = index.named.get(customer) if index is not None else None
            found[customer] = known.name if known is not None else self._read(ledger, customer)
        return found

    def one(self, ledger: str, customer: str | None) -> str | None:
        """Give one customer's name, or None."""
        return None if customer is None else self.of(ledger, (customer,))[customer]

    def known(self, ledger: str) -> Callable[[str], str | None]:
        """Give what looks one customer's name up in the index, brought level now; it knows nobody while it is read."""
        index = self._level(ledger, wait_seconds=0)
        named = {} if index is None else index.named

        def look(customer: str) -> str | None:
            found = named.get(customer)
            return None if found is None else found.name

        return look

    def search(
        self, ledger: str, words: str, *, skip: int = 0, limit: int = 50, wait_seconds: float = 10
    ) -> tuple[list[Named], int] | None:
        """Give the customers in whose name, city or e-mail every word stands, by name, and how many there are.

        None: the index is still being read; ask again in a moment.
        """
        index = self._level(ledger, wait_seconds)
        if index is None:
            return None
        wanted = folded(words).split()[:8]
        if words.strip() and not wanted:
            return [], 0
        with index.turn:
            if not wanted:
                chosen = index.ordered[skip : skip + limit]
                return [index.named[customer] for _, customer in chosen], len(index.ordered)
            first, rest = wanted[0], wanted[1:]
            matching = [
                customer for key, customer in index.ordered if first in key and all(each in key for each in rest)
            ]
            starting = [one for one in matching if any(f" {index.keys[one]}".startswith(f" {w}") for w in wanted)]
            if len(starting) < len(matching):  # those whose name begins so come first
                begun = set(starting)
                matching = [*starting, *(one for one in matching if one not in begun)]
            return [index.named[customer] for customer in matching[skip : skip + limit]], len(matching)

    def files(self, ledger: str, *, skip: int = 0, limit: int = 50, wait_seconds: float = 10) -> list[str] | None:
        """Give the requests for signatures on files of one's own, newest first; None while the index is being read."""
        index = self._level(ledger, wait_seconds)
        if index is None:
            return None
        last = len(index.files) - skip
        return index.files[max(0, last - limit) : max(0, last)][::-1]

    def numbered(self, ledger: str, words: str, *, limit: int = 20, wait_seconds: float = 10) -> list[str] | None:
        """Give the streams of documents in whose number these letters stand: the same one first, then the newest."""
        index = self._level(ledger, wait_seconds)
        if index is None:
            return None
        wanted = words.strip().casefold()
        if not wanted:
            return []
        with index.turn:
            found = [(number, stream) for number, stream in index.numbers.items() if wanted in number.casefold()]
        found.reverse()
        found.sort(key=lambda one: (one[0].casefold() != wanted, not one[0].casefold().endswith(wanted)))
        return [stream for _, stream in found[:limit]]

    def warm(self, ledger: str) -> None:
        """Begin to read a ledger's names, if nobody has."""
        self._level(ledger, wait_seconds=0)

    # --- keeping level

    def _level(self, ledger: str, wait_seconds: float) -> _Index | None:
        with self._turn:
            index = self._indexes.get(ledger)
            if index is None or index.failed:
                index = self._indexes[ledger] = _Index()
                while len(self._indexes) > MOST_LEDGERS:
                    self._indexes.popitem(last=False)
            self._indexes.move_to_end(ledger)
            start, index.started = not index.started, True
        if start:
            Thread(target=self._build, args=(ledger, index), name="names", daemon=True).start()
        if not index.ready.is_set() and not (wait_seconds and index.ready.wait(wait_seconds)):
            return None
        if index.failed:
            return None
        if not self._follow(ledger, index):
            with self._turn:
                self._indexes.pop(ledger, None)
            return self._level(ledger, wait_seconds)
        return index

    def _build(self, ledger: str, index: _Index) -> None:
        try:
            sources = StoreSources(self._service.store, ledger)
            for one in sources.of_types(_NAMED):
                event = one.event
                if isinstance(event, CustomerRegistered | CustomerUpdated):
                    self._take(index, one.seq, one.stream.partition(":")[2], event)
            for one in sources.of_types((DataErased.TYPE,)):  # an erasure says so first, and acts then
                for place in one.event.places if isinstance(one.event, DataErased) else ():
                    index.drop(index.by_seq.get(place.seq, ""))
            for line in self._service.store.lines(ledger, 0, sources.upto, types=_NOTED):
                index.note(line)
            index.ordered = sorted((key, customer) for customer, key in index.keys.items())
            index.position = sources.upto
        except SceauError:
            index.failed = True  # the store was away: whoever asks next begins anew
        finally:
            index.ready.set()

    def _follow(self, ledger: str, index: _Index) -> bool:
        """Take in what was recorded since; False when the index is to be read anew."""
        head = self._service.store.head(ledger)
        if head is None or head.seq == index.position:
            return head is not None
        with index.turn:
            if head.seq <= index.position:
                return True  # another thread was quicker
            try:
                return self._go_on(ledger, index, head.seq)
            except SceauError:
                index.failed = True  # half of it is taken in: whoever asks next begins anew
                raise

    def _go_on(self, ledger: str, index: _Index, upto: int) -> bool:
        sources = StoreSources(self._service.store, ledger, upto)
        lines = self._service.store.lines(ledger, index.position, upto, types=(*_FOLLOWED, *_NOTED))
        for line in lines:
            if line.type in _NOTED:
                index.note(line)
                continue
            one = sources.entry(line.seq) if line.line else None
            if one is None:
                continue
            event = one.event
            if isinstance(event, Restored):
                return False
            if isinstance(event, DataErased):
                for place in event.places:
                    index.drop(index.by_seq.get(place.seq, ""))
            elif isinstance(event, EntriesPurged):
                gone = [seq for seq in index.by_seq if event.first_seq <= seq <= event.last_seq]
                for seq in gone:
                    index.drop(index.by_seq[seq])
            elif isinstance(event, CustomerRegistered | CustomerUpdated):
                self._take(index, one.seq, one.stream.partition(":")[2], event)
        index.position = upto
        return True

    @staticmethod
    def _take(index: _Index, seq: int, customer: str, event: CustomerRegistered | CustomerUpdated) -> None:
        party = event.party
        if party is None:
            index.drop(customer)
            return
        place = party.address.city if party.address is not None else ""
        index.put(seq, Named(customer, party.name, event.kind, place, party.email))

    def _read(self, ledger: str, customer: str) -> str | None:
        try:
            state = self._service.state(ledger, CUSTOMER, customer)
        except StreamPurged:
            return None
        return state.party.name if state is not None and state.party is not None else None
