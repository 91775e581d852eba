"""Lettering: which lines of customers' accounts settle one another, and since when.

Lines of one `settles` are lettered together, account by account, when that account's balance over them is zero. A
group's letters are given once, when one of its accounts first comes to zero, in the order in which that happens, and
are never another group's: a file made later may show more letters, never others. docs/decisions/journals.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from projections.book.posting import Posting

Method = Literal["ttc", "ht"]
"""How advances stand in the accounts: `ttc`, with VAT, the VAT apart (44587); `ht`, without."""

Side = Literal["client", "advances"]
"""The accounts that are lettered."""

_SIDES: Final[dict[Method, dict[str, Side]]] = {
    "ttc": {"client": "client", "advances": "advances"},
    "ht": {"client": "client", "advances": "advances", "vat_on_advances": "advances"},
}


def side_of(account: str, method: Method) -> Side | None:
    """Tell on which lettered account a posting stands."""
    return _SIDES[method].get(account)


class Lettered(NamedTuple):
    """The letters of a line, and the business day on which they came to it."""

    letters: str
    on: str


class _Group(NamedTuple):
    client_cents: int
    advances_cents: int
    rank: int  # of its letters; -1 before the first balance of zero
    client_on: str  # since when the balance is zero; empty while it is not
    advances_on: str


_NEW: Final = _Group(0, 0, -1, "", "")


class Letters:
    """The letters of every group, as of the last posting that was read: about 300 bytes for each."""

    def __init__(self, method: Method) -> None:
        """Start with nothing; `read` postings in order of seq."""
        self._method = method
        self._groups: dict[str, _Group] = {}
        self._ranks = 0

    def read(self, postings: Iterable[Posting], currency: str) -> None:
        """Read postings in order of recording; those in another currency are not in the journals.

        A balance is looked at when an entry's move is over, not between its lines.
        """
        sides = _SIDES[self._method]
        touched: dict[tuple[str, Side], str] = {}
        last = (0, 0)
        for posting in postings:
            if (posting.seq, posting.move) != last:
                self._look_at(touched)
                touched = {}
                last = (posting.seq, posting.move)
            side = sides.get(posting.account)
            if side is None or posting.settles is None or posting.currency != currency or not posting.amount_cents:
                continue
            group = self._groups.get(posting.settles, _NEW)
            if side == "client":
                group = group._replace(client_cents=group.client_cents + posting.amount_cents, client_on="")
            else:
                group = group._replace(advances_cents=group.advances_cents + posting.amount_cents, advances_on="")
            self._groups[posting.settles] = group
            touched[posting.settles, side] = posting.day
        self._look_at(touched)

    def of(self, settles: str | None, side: Side | None) -> Lettered | None:
        """Give the letters of a line, if its account's balance over the group is zero."""
        if settles is None or side is None:
            return None
        group = self._groups.get(settles)
        if group is None:
            return None
        on = group.client_on if side == "client" else group.advances_on
        return Lettered(letters_of(group.rank), on) if on else None

    def _look_at(self, touched: dict[tuple[str, Side], str]) -> None:
        for (settles, side), day in touched.items():
            group = self._groups[settles]
            if side == "client" and group.client_cents == 0:
                group = group._replace(client_on=day)
            elif side == "advances" and group.advances_cents == 0:
                group = group._replace(advances_on=day)
            else:
                continue
            if group.rank < 0:
                group = group._replace(rank=self._ranks)
                self._ranks += 1
            self._groups[settles] = group


def letters_of(rank: int) -> str:
    """Write a rank as letters: AAA, AAB ... ZZZ, then AAAA ...: the order of files is the order of ranks."""
    width = 3
    while rank >= 26**width:
        rank -= 26**width
        width += 1
    found = ""
    for _ in range(width):
        rank, rest = divmod(rank, 26)
        found = chr(65 + rest) + found
    return found
