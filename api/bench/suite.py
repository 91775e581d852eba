"""The rows of each command of `sceau bench`, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from api.bench import (
    append,
    archive,
    close,
    concurrent,
    documents,
    growth,
    http,
    issue,
    merkle,
    pages,
    rebuild,
    verify,
    verify_archive,
)
from api.bench.postgres import Server
from api.bench.rows import Row
from api.bench.sizes import Sizes

Measure = Callable[[Sizes, Server | None], Iterator[Row]]


def _merkle(sizes: Sizes, _: Server | None) -> Iterator[Row]:
    return merkle.rows(sizes)


MEASURES: Final[dict[str, Measure]] = {
    "append": append.rows,
    "concurrent": concurrent.rows,
    "issue": issue.rows,
    "http": http.rows,
    "verify": verify.rows,
    "merkle": _merkle,
    "close": close.rows,
    "archive": archive.rows,
    "verify-archive": verify_archive.rows,
    "documents": documents.rows,
    "rebuild": rebuild.rows,
    "pages": pages.rows,
}
"""What each command measures; `all` runs them in this order."""

LARGE: Final = growth.rows
"""What `--large` adds: a ledger of ten million entries."""
