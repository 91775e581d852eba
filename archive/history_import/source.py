"""Reading somebody else's file: bytes to records, in bounded memory, with a digest and clear words when it cannot be.

What is wrong with the file as a whole stops everything before anything is written (`FileRefused`); what is wrong with
one row is that row's affair (`rows.py`, `fec.py`).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Encoding = Literal["utf-8", "cp1252", "iso-8859-15", "utf-16"]

MOST_LINE: Final = 1 << 20
"""Characters in one line: a longer one is no line of documents."""
MOST_LINES: Final = 1000
"""Lines in one record, when a quoted field holds line ends: more is a quote that was never closed."""
MOST_FIELDS: Final = 1000
_CHUNK: Final = 1 << 18
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

FILE_REASONS: Final = {
    "unreadable": "the file cannot be read",
    "empty": "the file is empty: not even names of columns",
    "encoding": "the bytes are not of the encoding {detail}; say the right `encoding` in the mapping",
    "encoding_mark": "the file begins with the mark of {detail}, and the mapping says another encoding",
    "encoding_no_mark": "a UTF-16 file begins with a byte-order mark, and this one does not",
    "nul": "a NUL character: this is no text, or UTF-16 without its mark",
    "line_too_long": f"a line of more than {MOST_LINE} characters",
    "record_too_long": f"a record of more than {MOST_LINES} lines or {MOST_FIELDS} fields: a quote was never closed",
    "quotes": "the quotes do not close: {detail}",
    "column_missing": "no column is named {detail}",
    "column_twice": "two columns are named {detail}",
    "not_fec": "not a FEC: the first line must name its 18 columns, separated by tabs or |",
    "changed": "the file changed while it was read: nothing more was written, run the import again",
}
"""Why a whole file is refused, in words, by reason; `{detail}` is never a value of a row."""


class FileRefused(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """The file as a whole cannot be read; `line` is where, from 1, or 0."""

    def __init__(self, reason: str, line: int = 0, detail: str = "") -> None:
        shown = "".join(letter for letter in detail[:80] if letter.isprintable())
        where = f"line {line}: " if line else ""
        super().__init__(where + FILE_REASONS[reason].format(detail=shown))
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the line at which it begins."""

    line: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file's text is cut: its encoding, its separator, and whether quotes mean anything."""

    encoding: Encoding
    delimiter: str
    quoted: bool = True


class Reader:
    """One pass over a file; `digest` and `size` are known when the pass is over."""

    def __init__(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        """Read `path`; `progress` is told how many bytes are behind."""
        self._path = path
        self._progress = progress
        self._hash = hashlib.sha256()
        self.size = 0
        self._line = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes read so far."""
        return self._hash.hexdigest()

    def records(self, shape: Shape) -> Iterator[Record]:
        """Give the records in order; lines without anything are left out.

        Raises:
            FileRefused: the file cannot be read to its end.
        """
        lines = _Counted(self._lines(shape.encoding))
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if shape.quoted else csv.QUOTE_NONE
        rows = csv.reader(lines, delimiter=shape.delimiter, quotechar='"', quoting=quoting, strict=True)
        while True:
            begins = lines.begin()
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as fault:
                reason = "record_too_long" if "field larger" in str(fault) else "quotes"
                raise FileRefused(reason, begins, str(fault)) from None
            if len(fields) > MOST_FIELDS:
                raise FileRefused("record_too_long", begins)
            if any(fields):
                yield Record(begins, fields)

    def _lines(self, encoding: Encoding) -> Iterator[str]:
        """Give the lines with their ends, LF, CRLF or CR; decode strictly."""
        pending, ends = "", ""
        for text in self._text(encoding):
            if "\x00" in text:
                raise FileRefused("nul", self._line + 1 + text[: text.index("\x00")].count("\n"))
            pending += text
            ends = ends or ("\n" if "\n" in pending else "\r" if "\r" in pending[:-1] else "")
            if ends:
                *whole, pending = pending.split(ends)
                for line in whole:
                    yield self._checked(line) + "\n"
            self._checked(pending, counted=False)
        if pending:
            yield self._checked(pending)

    def _checked(self, line: str, *, counted: bool = True) -> str:
        if len(line) > MOST_LINE:
            raise FileRefused("line_too_long", self._line + 1)
        self._line += counted
        return line.removesuffix("\r")

    def _text(self, encoding: Encoding) -> Iterator[str]:
        try:
            with self._path.open("rb") as file:
                first = True
                decoder = codecs.getincrementaldecoder(encoding)("strict")
                while data := file.read(_CHUNK):
                    if first:
                        decoder = codecs.getincrementaldecoder(_marked(data, encoding))("strict")
                        first = False
                    self._hash.update(data)
                    self.size += len(data)
                    yield decoder.decode(data)
                    if self._progress is not None:
                        self._progress(self.size)
                yield decoder.decode(b"", True)
        except UnicodeDecodeError as fault:
            above = bytes(fault.object[: fault.start]).count(b"\n")
            raise FileRefused("encoding", self._line + above + 1, encoding) from None
        except OSError:
            raise FileRefused("unreadable") from None


class _Counted:
    """The lines that a record takes: counted, so that an open quote does not swallow the file."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._read = 0
        self._begun = 0

    def begin(self) -> int:
        """Begin a record; give the line it begins at."""
        self._begun = self._read
        return self._read + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._read - self._begun >= MOST_LINES:
            raise FileRefused("record_too_long", self._begun + 1)
        line = next(self._lines)
        self._read += 1
        return line


def _marked(data: bytes, encoding: Encoding) -> str:
    """Give the codec, by the mark that the file begins with and the encoding that was said."""
    mark = next((name for bytes_, name in _MARKS if data.startswith(bytes_)), None)
    if mark is None:
        if encoding == "utf-16":
            raise FileRefused("encoding_no_mark")
        return encoding
    if mark != encoding:
        raise FileRefused("encoding_mark", 1, mark)
    return "utf-8-sig" if mark == "utf-8" else mark
