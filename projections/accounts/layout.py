"""Layouts for accounting software: what the columns of a journal import are, as data; and one writer for all of them.

A layout is one TOML file (`layouts/`; anybody may write another). It names its source; what is written from memory
says `status = "recalled"`. Text that is too long for its column is cut; an amount, a number or an account that is too
long is refused, as half of it would be another one. docs/projections/journals.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple, get_args

from ledger.kernel.errors import SceauError
from ledger.kernel.frozen import frozen
from projections.accounts.fault import Fault, read_toml, text_of, unknown
from projections.accounts.journals import JournalEntry, JournalLine
from projections.accounts.texts import Encoding, amount, one_line

SHIPPED: Final[tuple[str, ...]] = (
    "generic", "cegid", "ciel-sage50", "coala", "cogilog", "ebp", "isacompta", "macompta", "odoo", "openconcerto",
    "quadratus",
)  # fmt: skip
"""The layouts that come with the software; for software that imports a FEC (Pennylane and others), there is the FEC."""


class TooLong(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """A value is too long for its column and must not be cut: use another layout, or a chart with shorter accounts."""

    def __init__(self, column: str, width: int, entry: int) -> None:
        """Keep the column, its width and the accounting entry."""
        super().__init__(f"column {column}: more than {width} characters (accounting entry {entry})")
        self.column = column


class _At(NamedTuple):
    entry: JournalEntry
    line: JournalLine
    rank: int  # of the line in its entry, from 1
    row: int  # of the line in the file, from 1


def _own_account(line: JournalLine) -> str:
    """Give the account that stands in for 411 where the software has no auxiliary ones beside it.

    Only for 411: the customer's advances (4191) would otherwise stand on the same account.
    """
    return line.auxiliary if line.auxiliary and line.number.startswith("411") else line.number


def _cents(at: _At) -> int:
    return at.line.debit_cents or at.line.credit_cents


_TEXTS: Final[Mapping[str, Callable[[_At], str]]] = {
    "journal": lambda at: at.entry.journal,
    "journal_label": lambda at: at.entry.journal_label,
    "account_label": lambda at: at.line.label,
    "auxiliary_label": lambda at: at.line.auxiliary_label,
    "own_label": lambda at: at.line.auxiliary_label if _own_account(at.line) != at.line.number else at.line.label,
    "piece": lambda at: at.entry.piece,
    "label": lambda at: at.entry.label,
    "letters": lambda at: at.line.letters,
}
"""What may be cut to the width of its column."""
_WHOLE: Final[Mapping[str, Callable[[_At], str]]] = {
    "number": lambda at: str(at.entry.number),
    "rank": lambda at: str(at.rank),
    "row": lambda at: str(at.row),
    "seq": lambda at: str(at.entry.seq),
    "account": lambda at: at.line.number,
    "auxiliary": lambda at: at.line.auxiliary,
    "own_account": lambda at: _own_account(at.line),
    "side": lambda at: "D" if at.line.debit_cents else "C",
}
"""What must be whole."""
_DAYS: Final[Mapping[str, Callable[[_At], str]]] = {
    "date": lambda at: at.entry.on,
    "piece_date": lambda at: at.entry.piece_on,
    "valid_date": lambda at: at.entry.valid_on,
    "letters_date": lambda at: at.line.lettered_on,
}
_AMOUNTS: Final[Mapping[str, Callable[[_At], int]]] = {
    "debit": lambda at: at.line.debit_cents,
    "credit": lambda at: at.line.credit_cents,
    "amount": _cents,
    "balance": lambda at: at.line.debit_cents - at.line.credit_cents,
}
VALUES: Final = frozenset({"text", *_TEXTS, *_WHOLE, *_DAYS, *_AMOUNTS})
"""What a column may hold; `text` is the same text on every line."""

_DATES: Final[Mapping[str, Callable[[str], str]]] = {
    "AAAAMMJJ": lambda day: day[:4] + day[5:7] + day[8:],
    "AAAA-MM-JJ": lambda day: day,
    "JJMMAAAA": lambda day: day[8:] + day[5:7] + day[:4],
    "JJMMAA": lambda day: day[8:] + day[5:7] + day[2:4],
    "JJ/MM/AAAA": lambda day: f"{day[8:]}/{day[5:7]}/{day[:4]}",
}
_NUMBERS: Final[Mapping[str, Callable[[int], str]]] = {
    "comma": amount,
    "point": lambda cents: amount(cents).replace(",", "."),
    "cents": str,
}
_FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet would take for a formula; a name may be anything."""
_ENDS: Final = {"crlf": "\r\n", "lf": "\n"}
_SEPARATORS: Final = {"tab": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
_OF_LAYOUT: Final = frozenset(
    {"name", "title", "source", "status", "encoding", "separator", "end", "header", "date", "amounts", "extension"}
)
_OF_COLUMN: Final = frozenset(
    {"title", "value", "text", "width", "align", "fill", "date", "amounts", "zero", "keep", "quote"}
)


@frozen
class ColumnMap:
    """One column: what it holds and how it is written. `width` 0 is without end; in a fixed layout all have one."""

    title: str
    value: str
    text: str
    width: int
    right: bool
    fill: str
    date: str
    amounts: str
    zero: bool  # whether an amount of zero is written
    last: bool  # whether a text that is too long keeps its end
    quote: bool


@frozen
class Layout:
    """A layout, checked. `separator` is empty for columns of fixed width."""

    name: str
    title: str
    source: str
    recalled: bool
    encoding: Encoding
    separator: str
    end: str
    header: bool
    extension: str
    columns: tuple[ColumnMap, ...]

    def bytes_of(self, entries: Iterable[JournalEntry]) -> Iterator[bytes]:
        """Write entries, one line after another, in pieces; constant memory.

        Raises:
            TooLong: a value does not fit its column and must not be cut.
        """
        if self.header:
            names = (_quoted(self, column, column.title) for column in self.columns)
            yield (self.separator.join(names) + self.end).encode(self.encoding)
        row = 0
        for entry in entries:
            block: list[str] = []
            for rank, line in enumerate(entry.lines, 1):
                row += 1
                at = _At(entry, line, rank, row)
                block.append(self.separator.join(_cell(self, column, at) for column in self.columns) + self.end)
            yield "".join(block).encode(self.encoding)


def _cell(layout: Layout, column: ColumnMap, at: _At) -> str:
    value = column.value
    cut = value in _TEXTS or value == "text"
    if value == "text":
        text = column.text
    elif value in _TEXTS:
        text = _TEXTS[value](at)
    elif value in _WHOLE:
        text = _WHOLE[value](at)
        if value == "own_account" and column.width and len(text) > column.width:
            text = at.line.number  # this software's accounts are too short for our codes of customers
    elif value in _DAYS:
        day = _DAYS[value](at)
        text = _DATES[column.date](day) if day else ""
    else:
        cents = _AMOUNTS[value](at)
        text = _NUMBERS[column.amounts](cents) if cents or column.zero else ""
    if value != "text" and (layout.separator or cut):
        text = one_line(text, layout.encoding)
        if layout.separator and layout.separator in text and not column.quote and cut:
            text = text.replace(layout.separator, " ")
        if layout.separator and cut and text.startswith(_FORMULA):
            text = " " + text
    if column.width and len(text) > column.width:
        if not cut:
            raise TooLong(column.title, column.width, at.entry.number)
        text = text[-column.width :] if column.last else text[: column.width]
    if not layout.separator:
        return text.rjust(column.width, column.fill) if column.right else text.ljust(column.width, column.fill)
    return _quoted(layout, column, text)


def _quoted(layout: Layout, column: ColumnMap, text: str) -> str:
    if layout.separator and column.quote:
        return '"' + text.replace('"', '""') + '"'
    return text


# --- loading


def shipped_layout(name: str) -> Layout | None:
    """Give a layout that comes with the software, by its name."""
    if name not in SHIPPED:
        return None
    layout = load_layout((files("projections.accounts.layouts") / f"{name}.toml").read_bytes())
    if isinstance(layout, Fault):
        raise AssertionError(f"the shipped layout {name} is at fault at {layout.place}: {layout.en}")
    return layout


def load_layout(data: bytes) -> Layout | Fault:
    """Read a layout from the bytes of its file, or say what is wrong with it and where."""
    read = read_toml(data)
    if isinstance(read, Fault):
        return read
    head, listed = read.get("layout"), read.get("columns")
    wrong = unknown("", read, frozenset({"layout", "columns"}))
    if wrong is not None:
        return wrong
    if not isinstance(head, dict):
        return Fault("layout", "la table [layout] manque", "the table [layout] is missing")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        return Fault("columns", "au moins une table [[columns]] est attendue", "at least one [[columns]] is wanted")
    wrong = unknown("layout", head, _OF_LAYOUT)
    if wrong is not None:
        return wrong
    for name in ("name", "title", "source"):
        said = text_of("layout", head, name, 400)
        if isinstance(said, Fault):
            return said
    chosen: dict[str, str] = {}
    for name, known, default in (
        ("status", ("sourced", "recalled"), "recalled"),
        ("encoding", get_args(Encoding), "cp1252"),
        ("separator", (*_SEPARATORS, "none"), "semicolon"),
        ("end", tuple(_ENDS), "crlf"),
        ("date", tuple(_DATES), "JJ/MM/AAAA"),
        ("amounts", tuple(_NUMBERS), "comma"),
        ("extension", ("txt", "csv", "asc", "tra"), "txt"),
    ):
        found = _choice("layout", head, name, known, default)
        if isinstance(found, Fault):
            return found
        chosen[name] = found
    header = head.get("header", False)
    if not isinstance(header, bool):
        return Fault("layout.header", "true ou false", "true or false")
    fixed = chosen["separator"] == "none"
    columns: list[ColumnMap] = []
    for rank, members in enumerate(listed):
        column = _column(f"columns[{rank}]", members, chosen, fixed)
        if isinstance(column, Fault):
            return column
        columns.append(column)
    encoding: Any = chosen["encoding"]
    return Layout(
        head["name"], head["title"], head["source"], chosen["status"] == "recalled", encoding,
        "" if fixed else _SEPARATORS[chosen["separator"]], _ENDS[chosen["end"]], header and not fixed,
        chosen["extension"], tuple(columns),
    )  # fmt: skip


def _column(place: str, members: Mapping[str, Any], chosen: Mapping[str, str], fixed: bool) -> ColumnMap | Fault:
    wrong = unknown(place, members, _OF_COLUMN)
    if wrong is not None:
        return wrong
    title = text_of(place, members, "title", 60)
    if isinstance(title, Fault):
        return title
    value = _choice(place, members, "value", tuple(sorted(VALUES)), "text")
    date = _choice(place, members, "date", tuple(_DATES), chosen["date"])
    amounts = _choice(place, members, "amounts", tuple(_NUMBERS), chosen["amounts"])
    align = _choice(place, members, "align", ("left", "right"), "left")
    keep = _choice(place, members, "keep", ("start", "end"), "start")
    for one in (value, date, amounts, align, keep):
        if isinstance(one, Fault):
            return one
    text, fill, width = members.get("text", ""), members.get("fill", " "), members.get("width", 0)
    if not isinstance(text, str) or not isinstance(fill, str) or len(fill) != 1 or not (text + fill).isascii():
        return Fault(
            place, "text et fill : de l'ASCII, fill d'un caractère", "text and fill: ASCII, fill of one character"
        )
    if type(width) is not int or not (1 if fixed else 0) <= width <= 500:
        return Fault(f"{place}.width", "une largeur, de 1 à 500", "a width, from 1 to 500")
    for name in ("zero", "quote"):
        if not isinstance(members.get(name, False), bool):
            return Fault(f"{place}.{name}", "true ou false", "true or false")
    return ColumnMap(
        title, str(value), text, width, align == "right", fill, str(date), str(amounts), members.get("zero", True),
        keep == "end", members.get("quote", False),
    )  # fmt: skip


def _choice(place: str, members: Mapping[str, Any], name: str, known: tuple[str, ...], default: str) -> str | Fault:
    value = members.get(name, default)
    if not isinstance(value, str) or value not in known:
        shown = ", ".join(known)
        return Fault(f"{place}.{name}", f"l'un de : {shown}", f"one of: {shown}")
    return value
