"""Journals and FEC over HTTP: written to a file, recorded, then sent in pieces (docs/projections/fec.md)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final, get_args

from api.accounts import (
    AccountsRefused,
    Books,
    Choices,
    Written,
    books_of,
    chart_from,
    record,
    write_fec,
    write_journal,
    year_named,
)
from api.http.access import Role, enter
from api.http.call import Answer, Call, whole
from api.http.problems import Header, Problem
from api.http.reads import flag
from api.http.routes.operation import Parameter
from ledger.domain.days import FIRST_DAY, LAST_DAY
from projections.accounts.fec import FecEncoding, FecForm, Separator
from projections.accounts.layout import SHIPPED, Layout, TooLong, shipped_layout
from projections.accounts.lettering import Method

ACCOUNTING: Final[frozenset[Role]] = frozenset({"owner", "accountant", "auditor"})
"""Who may have journals: they name every customer."""

FILE: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
TEXT: Final = "text/plain"

_SEPARATORS: Final[Mapping[str, Separator]] = {"tab": "\t", "pipe": "|"}
_MOST_SEQ: Final = 2**53 - 1
_DAY: Final = {"type": "string", "format": "date"}

UPTO: Final = Parameter(
    "upto_seq", "As of this entry; the last one without it.", {"type": "integer", "minimum": 1, "maximum": _MOST_SEQ}
)
METHOD: Final = Parameter("method", "Advances with VAT or without.", {"enum": list(get_args(Method)), "default": "ttc"})
FEC_PARAMETERS: Final = (
    Parameter(
        "year", "The financial year: the calendar year it ends in, or its last day; the open one without it.",
        {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$"},
    ),
    UPTO,
    METHOD,
    Parameter("separator", "Between fields.", {"enum": list(_SEPARATORS), "default": "tab"}),
    Parameter("encoding", "Of characters.", {"enum": list(get_args(FecEncoding)), "default": "iso8859-15"}),
    Parameter("sides", "Montant and Sens instead of Debit and Credit.", {"type": "boolean", "default": False}),
)  # fmt: skip
JOURNAL_PARAMETERS: Final = (
    Parameter("from", "The first day.", _DAY, required=True, example="2026-11-01"),
    Parameter("to", "The last day.", _DAY, required=True, example="2026-11-30"),
    Parameter("layout", "For which software.", {"enum": list(SHIPPED), "default": "generic"}),
    UPTO,
    METHOD,
)
HEADERS: Final = {
    "Content-Disposition": "The file's name.",
    "Sceau-Digest": "The file's SHA-256.",
    "Sceau-Upto": "The entry as of which it is: ask for it again by this.",
}

Make = Callable[[Books, BinaryIO], Written]


async def fec(call: Call) -> Answer:
    """Answer a financial year's journals as an FEC."""
    ledger = await enter(call, ACCOUNTING)
    return await _sent(call, ledger, *_fec(call))


async def fec_description(call: Call) -> Answer:
    """Answer the description that the law wants beside an FEC."""
    ledger = await enter(call, ACCOUNTING)
    choices, make = _fec(call)

    def describe() -> Answer:
        with tempfile.TemporaryFile() as nowhere:
            written = _written(call, ledger, choices, make, nowhere)
        name = written.name.removesuffix(".txt") + "-description.txt"
        return Answer(200, written.description, b"text/plain; charset=utf-8", (_named(name),))

    return await _alone(call, describe)


async def journal(call: Call) -> Answer:
    """Answer the accounting entries between two days, as an accounting software imports them."""
    ledger = await enter(call, ACCOUNTING)
    query = call.query(("from", "to", "layout", "upto_seq", "method"))
    first, last = _day(query, "from"), _day(query, "to")
    if first > last:
        raise Problem("PARAMETER_INVALID", "query from", reason="order")
    layout = _layout(query.get("layout", "generic"))
    return await _sent(call, ledger, _choices(query), lambda books, out: write_journal(books, first, last, layout, out))


def _fec(call: Call) -> tuple[Choices, Make]:
    query = call.query(("year", "upto_seq", "method", "separator", "encoding", "sides"))
    encoding: FecEncoding = _choice(query, "encoding", get_args(FecEncoding), "iso8859-15")
    separator = _SEPARATORS[_choice(query, "separator", tuple(_SEPARATORS), "tab")]
    form = FecForm(separator, encoding, flag(query, "sides"))
    return _choices(query), lambda books, out: write_fec(books, year_named(books, query.get("year")), form, out)


def _choices(query: Mapping[str, str]) -> Choices:
    upto = whole(query, "upto_seq", 0, _MOST_SEQ, 1) or None
    method: Method = _choice(query, "method", get_args(Method), "ttc")
    return Choices(upto, method)


async def _sent(call: Call, ledger: str, choices: Choices, make: Make) -> Answer:
    """Write the file, record that it leaves, and send it; it is kept nowhere."""

    def work() -> Answer:
        with tempfile.NamedTemporaryFile(prefix="sceau-", delete=False) as out:
            path = Path(out.name)
            try:
                written = _written(call, ledger, choices, make, out.file)
                record(call.context.service, ledger, written, call.caller.actor)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        headers = (
            _named(written.name),
            (b"sceau-digest", written.digest.encode()),
            (b"sceau-upto", b"%d" % written.upto_seq),
        )
        return Answer(200, b"", TEXT.encode(), headers, path, passing=True)

    answer = await _alone(call, work)
    call.context.wake(ledger)
    return answer


async def _alone(call: Call, work: Callable[[], Answer]) -> Answer:
    """Do what reads a whole ledger, one at a time in a process, so that sales go on meanwhile."""
    busy = call.context.accounting
    if busy.locked():
        raise Problem("OVERLOADED", headers=((b"retry-after", b"10"),))
    async with busy:
        return await call.context.blocking(work)


def _written(call: Call, ledger: str, choices: Choices, make: Make, out: Any) -> Written:
    try:
        choices = replace(choices, chart=chart_from(call.context.settings))
        with books_of(call.context.service, call.context.engine, ledger, choices) as books:
            return make(books, out)
    except AccountsRefused as refused:
        raise Problem("PARAMETER_INVALID", _PLACES.get(refused.code, "query"), reason=refused.code.lower()) from None
    except TooLong:
        raise Problem("PARAMETER_INVALID", "query layout", reason="value_too_long") from None


_PLACES: Final = {"YEAR_UNKNOWN": "query year", "UPTO_BEYOND_END": "query upto_seq"}


def _layout(name: str) -> Layout:
    found = shipped_layout(name)  # never a file of this server's: that is the command line's
    if found is None:
        raise Problem("PARAMETER_INVALID", "query layout", reason="layout_unknown")
    return found


def _choice(query: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> Any:
    value = query.get(name, default)
    if value not in known:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="choice")
    return value


def _day(query: Mapping[str, str], name: str) -> str:
    text = query.get(name, "")
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text or not FIRST_DAY <= day <= LAST_DAY:  # no week dates; no year runs out of days
            raise ValueError
        return text
    except ValueError:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="day") from None


def _named(name: str) -> Header:
    return b"content-disposition", f'attachment; filename="{name}"'.encode()
