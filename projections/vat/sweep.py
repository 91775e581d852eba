"""One reading of the book for the bridges: what each account did in a period, and what stood open at its two ends.

The book is read once, in the order of its entries. Open items are kept by document and dropped once they come to
nothing, so that memory follows what is open and what the period holds, not the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from projections.book.posting import Account, Cause, Posting
from projections.vat.periods import Period

VAT_ACCOUNTS: Final[frozenset[Account]] = frozenset({"vat_collected", "vat_waiting", "vat_on_advances"})
BASED: Final[frozenset[Account]] = VAT_ACCOUNTS | {"sales"}
"""Accounts whose postings carry a base, a rate and a nature."""
_TAX_OF_MONEY: Final[frozenset[Account]] = frozenset({"vat_collected", "vat_waiting"})
_HELD: Final[frozenset[Account]] = frozenset({"advances", "vat_on_advances"})
_ANY_MONEY: Final[frozenset[Account]] = frozenset({"bank", "provider", "on_account", "client"})


def _and(*accounts: Account) -> frozenset[Account]:
    return frozenset(accounts)


ALLOWED: Final[Mapping[Cause, frozenset[Account]]] = {
    "invoice": _and("client", "sales", "indemnity") | _TAX_OF_MONEY,
    "credit_note": _and("client", "sales", "indemnity", "early_discount", "bad_debt") | _TAX_OF_MONEY,
    "deposit_applied": _and("sales") | _HELD,
    "deposit_released": _and("sales") | _HELD,
    "delivery": _TAX_OF_MONEY,
    "payment": _ANY_MONEY | _TAX_OF_MONEY,
    "deposit": _and("bank", "provider", "vat_collected") | _HELD,
    "allocation": _ANY_MONEY | _TAX_OF_MONEY | _HELD,
    "refund": _ANY_MONEY | _TAX_OF_MONEY | _HELD,
    "reversal": _ANY_MONEY | _TAX_OF_MONEY | _HELD,
    "move": _ANY_MONEY | _TAX_OF_MONEY | _HELD,
    "means_corrected": _and("bank", "provider"),
    "arrhes_kept": _and("arrhes_kept", "vat_collected") | _HELD,
    "refund_due": _and("client", "indemnity"),
    "early_discount": _and("client", "early_discount"),
    "early_discount_lost": _and("client", "early_discount"),
    "write_off": _and("client", "bad_debt"),
    "penalty": _and("client", "penalties"),
    "payout": _and("bank", "provider", "fees"),
}
"""Which accounts a move of each cause may touch (docs/projections/book.md), apart from what writes them."""

STANDING: Final[frozenset[Account]] = frozenset({"client", "advances", "on_account", "provider"})
"""Accounts of amounts only that stay open from one period to the next."""


class Rate(NamedTuple):
    """What bases are kept apart by, in every bridge."""

    currency: str
    category: str
    rate_bp: int
    exemption: str
    nature: str


class Item(NamedTuple):
    """One open item: an account, its rate where it has one, and the document that it stands on."""

    account: Account
    currency: str
    rate: Rate | None
    about: str


class Cell(NamedTuple):
    """What the movements of a period are kept apart by; `means` where the account is the bank."""

    account: Account
    currency: str
    rate: Rate | None
    type: str
    cause: Cause
    means: str


class Sum:
    """Base, amount (debit above zero) and the entries that make them up, oldest first."""

    __slots__ = ("amount_cents", "base_cents", "entries")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.base_cents = 0
        self.amount_cents = 0
        self.entries: list[int] = []

    def add(self, posting: Posting) -> None:
        """Add one posting."""
        self.base_cents += posting.base_cents
        self.amount_cents += posting.amount_cents
        if not self.entries or self.entries[-1] != posting.seq:
            self.entries.append(posting.seq)

    def copy(self) -> Sum:
        """Give the sum as it stands."""
        made = Sum()
        made.base_cents, made.amount_cents, made.entries = self.base_cents, self.amount_cents, list(self.entries)
        return made


class Fault(NamedTuple):
    """A move that is not of double entry: what is wrong with it, and by how much."""

    seq: int
    move: int
    what: str
    cents: int


class Sweep:
    """What the bridges are made of. `read` takes the whole book, in order of entries."""

    def __init__(self, period: Period, upto_seq: int) -> None:
        """Look at one period as of entry `upto_seq`."""
        self.period = period
        self.upto_seq = upto_seq
        self.opening: dict[Item, Sum] = {}
        self.closing: dict[Item, Sum] = {}
        self.moves: dict[Cell, Sum] = {}
        self.shifts: dict[tuple[str, Rate], Sum] = {}  # by direction, on `vat_collected`
        self.faults: list[Fault] = []
        self._items: dict[Item, Sum] = {}
        self._begun = False
        self._move: list[Posting] = []

    def read(self, postings: Iterable[Posting]) -> Sweep:
        """Read the book; gives itself."""
        last = 0
        for each in postings:
            if each.seq > self.upto_seq:
                continue
            if each.seq < last:
                raise ValueError("the book is read in the order of its entries")
            last = each.seq
            self._take(each)
        self._end_move()
        self._begin()
        self.closing = self._items
        return self

    def _take(self, posting: Posting) -> None:
        if self._move and (self._move[0].seq, self._move[0].move) != (posting.seq, posting.move):
            self._end_move()
        self._move.append(posting)
        before, inside = posting.day < self.period.from_on, posting.day <= self.period.to_on
        if posting.account == "vat_collected":
            self._shift(posting, before, inside)
        if not before:
            self._begin()
        if before or inside:
            self._stand(posting)
        if inside and not before:
            self._moved(posting)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.opening = {item: each.copy() for item, each in self._items.items()}

    def _stand(self, posting: Posting) -> None:
        if posting.account not in STANDING and posting.account not in VAT_ACCOUNTS - {"vat_collected"}:
            return
        about = posting.settles or posting.document or posting.payment or ""
        item = Item(posting.account, posting.currency, rate_of(posting), about)
        found = self._items.setdefault(item, Sum())
        found.add(posting)
        if not found.amount_cents and not found.base_cents:
            del self._items[item]

    def _moved(self, posting: Posting) -> None:
        cell = Cell(
            posting.account, posting.currency, rate_of(posting), posting.type, posting.cause, posting.means or ""
        )
        self.moves.setdefault(cell, Sum()).add(posting)

    def _shift(self, posting: Posting, before: bool, inside: bool) -> None:
        """Note VAT that was recorded in one period and counts in another."""
        recorded_here, counts_here = inside and not before, self.period.holds(posting.on)
        if recorded_here == counts_here:
            return
        if recorded_here:
            direction = "counts_before" if posting.on < self.period.from_on else "counts_after"
        else:
            direction = "recorded_before" if before else "recorded_after"
        rate = rate_of(posting)
        if rate is not None:
            self.shifts.setdefault((direction, rate), Sum()).add(posting)

    def _end_move(self) -> None:
        if self._move:
            self.faults += faults_of(self._move)
            self._move = []


def rate_of(posting: Posting) -> Rate | None:
    """Give the rate of a posting that carries a base; None for the other accounts."""
    if posting.account not in BASED:
        return None
    return Rate(
        posting.currency,
        posting.category or "",
        posting.rate_bp if posting.rate_bp is not None else -1,
        posting.exemption or "",
        posting.nature or "",
    )


def faults_of(move: list[Posting]) -> list[Fault]:
    """Say what of one move is not of double entry (`projections.book.posting`)."""
    seq, number = move[0].seq, move[0].move
    amounts: dict[str, int] = {}
    bases: dict[Rate, int] = {}
    found: list[Fault] = []
    for rank, each in enumerate(move, 1):
        amounts[each.currency] = amounts.get(each.currency, 0) + each.amount_cents
        rate = rate_of(each)
        if rate is not None:
            sign = -1 if each.account == "sales" else 1
            bases[rate] = bases.get(rate, 0) + sign * each.base_cents
        wrong = _wrong_shape(each, move[0], rank)
        if wrong is not None:
            found.append(Fault(seq, number, wrong, each.amount_cents))
    found += [Fault(seq, number, "amount", cents) for cents in amounts.values() if cents]
    found += [Fault(seq, number, "base", cents) for cents in bases.values() if cents]
    return found


def _wrong_shape(each: Posting, first: Posting, rank: int) -> str | None:
    """Name the member of a posting that does not go with its account or with the move's first posting."""
    shared = ("type", "day", "on", "cause", "document", "settles")
    for name in shared:
        if getattr(each, name) != getattr(first, name):
            return name
    if each.rank != rank:
        return "rank"
    if each.account not in ALLOWED.get(each.cause, frozenset()):
        return "account"
    based = each.account in BASED
    if based != (each.category is not None and each.rate_bp is not None):
        return "rate_bp"
    if not based and each.base_cents:
        return "base_cents"
    if each.account == "sales" and each.base_cents != each.amount_cents:
        return "base_cents"
    if (each.account == "vat_collected") != (each.due_by is not None):
        return "due_by"
    if each.means is not None and each.account not in ("bank", "provider"):
        return "means"
    if each.means is None and each.account == "bank" and each.cause != "payout":
        return "means"
    return None
