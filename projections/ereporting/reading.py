"""Out of the book, only what e-reporting adds up: turnover and VAT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from projections.book.posting import Posting
from projections.book.reading import TABLE, postings_of
from projections.engine.contract import View
from projections.ereporting.due import Read
from projections.ereporting.transactions import VAT_ACCOUNTS

_ACCOUNTS: Final = VAT_ACCOUNTS | {"sales"}


def reader(book: View) -> Read:
    """Give the postings of turnover and VAT by their day; the others are not even made."""

    def read(from_on: str, to_on: str) -> Iterator[Posting]:
        for row in book.rows(TABLE, sort_from=from_on, sort_to=to_on):
            yield from postings_of(row, _ACCOUNTS)

    return read
