"""Whose money each line of a statement is: pure, from the lines, the open documents and the payments already known.

Certain is what the bank's own words say: a reference or numbers, and amounts that agree. A name and an amount are a
guess, and said to be one. docs/projections/bank.md has the table.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal, get_args
from uuid import UUID

from ledger.domain.advances import reference_of
from ledger.domain.events.payments import PayableKind
from ledger.kernel.frozen import frozen
from projections.bank.camt import BankLine

Verdict = Literal[
    "certain", "likely", "ambiguous", "unknown", "recorded", "seen", "returned", "paid_out", "pending"
]  # fmt: skip
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

Why = Literal[
    "reference", "numbers", "number_other_amount", "reference_other_amount", "amount_and_name", "same_amount",
    "several_fit", "by_hand", "return_of", "other_currency", "nothing_fits", "chosen", "before", "not_booked", "debit",
    "payout",
]  # fmt: skip

SEEN_DAYS: Final = 7
"""How far the value date of a payment recorded by hand may be from the line's."""
MOST_NUMBERS: Final = 50
"""More numbers than this in one text are no list of invoices that anybody typed."""
MOST_WORDS: Final = 200
SHORTEST: Final = 4
"""A shorter word that is some document's number is chance."""


@frozen
class OpenItem:
    """A document that money may be for. `name` is the customer's, where it is at hand."""

    about: str
    kind: PayableKind
    number: str
    references: tuple[str, ...]  # structured references printed on it
    open_cents: int
    currency: str
    customer: str | None = None
    name: str | None = None


@frozen
class Known:
    """A payment already recorded by hand or from a file: its amount, day, and the documents it was put to."""

    payment: str
    amount_cents: int
    currency: str
    received_on: str
    end_to_end: str | None = None  # the reference it was recorded with
    left_cents: int = 0  # of it not reversed or given back


@frozen
class Part:
    """How much of a line goes to which document."""

    about: str
    kind: PayableKind
    number: str
    amount_cents: int


@frozen
class Proposal:
    """What one line is taken for, and why; `others` are the numbers of further documents that fit as well."""

    line: BankLine
    payment: str  # the id under which the line is recorded, always the same
    verdict: Verdict
    why: Why
    parts: tuple[Part, ...] = ()
    others: tuple[str, ...] = ()
    returns: str | None = None  # payment that a returned line takes back


_Say = Callable[..., Proposal]


def payment_id(ledger: str, line: BankLine) -> str:
    """Make the id of a line's payment in a ledger: the same line is the same payment, from whatever file it comes."""
    digest = bytearray(hashlib.sha256(f"sceau-bank-payment/1|{ledger}|{line.key}".encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x40  # the shape of a random UUID (RFC 9562, version 4)
    digest[8] = digest[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(digest)))


def match(
    ledger: str,
    lines: Iterable[BankLine],
    items: Sequence[OpenItem],
    recorded: frozenset[str],
    known: Sequence[Known] = (),
    chosen: Mapping[int, str] | None = None,
    payouts: Sequence[Known] = (),
) -> tuple[Proposal, ...]:
    """Propose for every line, in order: what one line takes of a document is no longer open for the next.

    Args:
        ledger: its id.
        lines: of one file.
        items: every open document.
        recorded: ids of payments that the ledger has (`payment_id` of a line recorded before is among them).
        known: payments of the days around, to see what was recorded by hand.
        chosen: a person's choice, the document's number by the line's rank.
        payouts: what payment providers paid out, drew or had back, and the ledger has recorded: no client's payment.
            Their amounts are as the account saw them, below zero where money left it.

    Raises:
        LookupError: a chosen number is no open document's; its only argument is the number.
    """
    board = _Board(items)
    return tuple(_propose(ledger, line, board, recorded, known, chosen or {}, payouts) for line in lines)


class _Board:
    """What is open, less what earlier lines took."""

    def __init__(self, items: Sequence[OpenItem]) -> None:
        self.items = {item.about: item for item in items}
        self.left = {item.about: item.open_cents for item in items}
        self.by_number = {_plain(item.number): item for item in items}
        self.by_reference: dict[str, list[OpenItem]] = defaultdict(list)
        for item in items:
            for reference in {_plain(each) for each in (*item.references, item.number, reference_of(item.number))}:
                self.by_reference[reference].append(item)

    def open(self, currency: str) -> list[OpenItem]:
        return [each for each in self.items.values() if self.left[each.about] > 0 and each.currency == currency]

    def take(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self.left[part.about] -= part.amount_cents


def _propose(  # one road after the other, the surest first
    ledger: str,
    line: BankLine,
    board: _Board,
    recorded: frozenset[str],
    known: Sequence[Known],
    chosen: Mapping[int, str],
    payouts: Sequence[Known],
) -> Proposal:
    payment = payment_id(ledger, line)

    def say(
        verdict: Verdict, why: Why, items: Sequence[OpenItem] = (), **more: str | tuple[str, ...] | None
    ) -> Proposal:
        parts = _spread(line.amount_cents, items, board)
        if verdict in ("certain", "likely", "ambiguous"):
            board.take(parts)
        return Proposal(line, payment, verdict, why, parts, **more)  # type: ignore[arg-type] # others and returns

    if payment in recorded:
        return say("recorded", "before")
    if not line.booked:
        return say("pending", "not_booked")
    if line.returned or not line.credit:
        return _money_out(line, payment, known, payouts)
    if line.rank in chosen:
        number = chosen[line.rank]
        item = board.by_number.get(_plain(number))
        if item is None or board.left[item.about] <= 0:
            raise LookupError(number)
        return say("certain", "chosen", [item])
    found, why = _named(line, board)
    if found:
        room = sum(board.left[each.about] for each in found)
        exact = room == line.amount_cents or (len(found) == 1 and why == "reference" and line.amount_cents <= room)
        if exact and len({each.customer for each in found}) == 1:
            return say("certain", why, found)
        if _by_hand(line, known) is not None:
            return say("seen", "by_hand")
        if len(found) == 1:
            other: Why = "reference_other_amount" if why == "reference" else "number_other_amount"
            return say("likely", other, found)
        return Proposal(line, payment, "ambiguous", "several_fit", (), tuple(each.number for each in found))
    if _is_payout(line, payouts):
        return say("seen", "payout")
    return _guess(line, payment, board, known, say)


def _named(line: BankLine, board: _Board) -> tuple[list[OpenItem], Why]:
    """Find the open documents that the line names: by structured reference, else by numbers in its texts."""
    here = {each.about for each in board.open(line.currency)}
    for reference in (*line.structured, *([line.end_to_end] if line.end_to_end else [])):
        fits = [each for each in board.by_reference.get(_plain(reference), ()) if each.about in here]
        if len(fits) == 1:
            return fits, "reference"
    numbers: dict[str, OpenItem] = {}
    for word in _candidates(line.texts):
        for each in board.by_reference.get(word, ()):
            if each.about in here:
                numbers[each.about] = each
    return list(numbers.values())[:MOST_NUMBERS], "numbers"


def _guess(line: BankLine, payment: str, board: _Board, known: Sequence[Known], say: _Say) -> Proposal:
    same = [each for each in board.open(line.currency) if board.left[each.about] == line.amount_cents]
    if same and _by_hand(line, known) is not None:
        return say("seen", "by_hand")
    if not same:
        if _by_hand(line, known) is not None:
            return say("seen", "by_hand")
        other = any(
            each.open_cents == line.amount_cents for each in board.items.values() if each.currency != line.currency
        )
        return say("unknown", "other_currency" if other else "nothing_fits")
    named = [each for each in same if line.payer and each.name and _same_name(line.payer, each.name)]
    if len(named) == 1:
        return say("likely", "amount_and_name", named)
    fits = named or same
    if len(fits) == 1:
        return Proposal(line, payment, "ambiguous", "same_amount", (), (fits[0].number,))
    return Proposal(line, payment, "ambiguous", "several_fit", (), tuple(each.number for each in fits))


def _money_out(line: BankLine, payment: str, known: Sequence[Known], payouts: Sequence[Known]) -> Proposal:
    """Take money that left: a known payment's return, what a provider drew or has back, or something else."""
    if not line.returned:
        if _is_payout(line, payouts):
            return Proposal(line, payment, "seen", "payout")
        return Proposal(line, payment, "paid_out", "debit")
    fits = [
        each
        for each in known
        if each.left_cents >= line.amount_cents
        and each.currency == line.currency
        and line.end_to_end is not None
        and each.end_to_end == line.end_to_end
    ]
    if len(fits) == 1:
        return Proposal(line, payment, "returned", "return_of", returns=fits[0].payment)
    if _is_payout(line, payouts):
        return Proposal(line, payment, "seen", "payout")
    return Proposal(line, payment, "returned", "nothing_fits")


def _by_hand(line: BankLine, known: Sequence[Known]) -> Known | None:
    if line.day is None:
        return None
    on = date.fromisoformat(line.day)
    near = timedelta(days=SEEN_DAYS)
    for each in known:
        same = each.amount_cents == line.amount_cents and each.currency == line.currency and each.left_cents > 0
        if same and abs(date.fromisoformat(each.received_on) - on) <= near:
            return each
    return None


def _is_payout(line: BankLine, payouts: Sequence[Known]) -> bool:
    """Tell whether a line is a provider's: its amount with its direction, its currency, and days around."""
    if line.day is None:
        return False
    on = date.fromisoformat(line.day)
    signed = line.amount_cents if line.credit else -line.amount_cents
    return any(
        each.amount_cents == signed
        and each.currency == line.currency
        and abs(date.fromisoformat(each.received_on) - on) <= timedelta(days=SEEN_DAYS)
        for each in payouts
    )


def _spread(cents: int, items: Sequence[OpenItem], board: _Board) -> tuple[Part, ...]:
    """Put money to documents in the order in which the line names them, never more than is open."""
    parts = []
    for item in items:
        part = min(cents, board.left[item.about])
        if part > 0:
            parts.append(Part(item.about, item.kind, item.number, part))
            cents -= part
    return tuple(parts)


_NOT_PLAIN: Final = re.compile(r"[^A-Z0-9]")
_CREDITOR: Final = re.compile(r"RF\d\d")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.-]*")
_TITLES: Final = frozenset(
    {"M", "MR", "MME", "MLLE", "MONSIEUR", "MADAME", "OU", "ET", "SARL", "SAS", "SASU", "EURL", "SCI"}
)


def _plain(text: str) -> str:
    """Give letters and digits alone, in capitals, so that "RF18 5390 0754" is "RF1853900754"."""
    return _NOT_PLAIN.sub("", text.upper())


def _candidates(texts: Sequence[str]) -> list[str]:
    """Give what in a free text may be a number: words, two words that follow each other, creditor references in groups.

    People write "F 00012" for F-00012, and "RF18 5390 0754 7034" as it is printed.
    """
    found: list[str] = []
    for text in texts:
        words = [_plain(word) for word in _WORD.findall(text)][:MOST_WORDS]
        found += [word for word in words if len(word) >= SHORTEST]
        found += [one + other for one, other in pairwise(words) if len(one) + len(other) >= SHORTEST]
        whole = "".join(words)
        for start in (each.start() for each in _CREDITOR.finditer(whole)):
            found += [whole[start : start + length] for length in range(5, 26)]
    return found


def _same_name(one: str, other: str) -> bool:
    """Compare names without accents, titles, order and case; all words of the shorter one must be in the longer."""
    first, second = _name(one), _name(other)
    short, long = sorted((first, second), key=len)
    return len(short) > 1 and short <= long


def _name(text: str) -> frozenset[str]:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return frozenset(re.findall(r"[A-Z]+", bare)) - _TITLES
