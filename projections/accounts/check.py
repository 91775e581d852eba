"""A check of any FEC by the rules of the administration's own tool, and by the law where that tool is silent.

The file is read once, in pieces; memory grows with the number of accounting entries (about 600 bytes for each), as
lines of one entry may stand far apart. Nothing in a file can make it raise. docs/projections/fec.md.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from projections.accounts.check_rules import Checked, Finding
from projections.accounts.check_values import EXACT, ZERO, read_number, wrong_with_date
from projections.accounts.fec import COLUMNS

_NAME: Final = re.compile(r"(.*)FEC20[0-9]{2}[01][0-9][0-3][0-9]", re.IGNORECASE)
_SIREN: Final = re.compile(r"[0-9]{9}")
_ACCOUNT: Final = re.compile(r"[0-9]{3}")
_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACED: Final[Mapping[str, re.Pattern[str]]] = {"\t": re.compile(r" *\t *"), "|": re.compile(r" *\| *")}

_PIECE: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 20
_SHOWN_LINES: Final = 5
_MOST_EXAMPLES: Final = 200
_MOST_PREFIXES: Final = 10_000

_NOT_NULL: Final = frozenset({"EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib"})
_ABSENT: Final = frozenset(
    {"JournalCode", "JournalLib", "CompteLib", "PieceRef", "PieceDate", "EcritureLib", "ValidDate"}
)
_NUMBERS: Final = frozenset({"Debit", "Credit", "Montant", "Montantdevise"})
_DATES: Final = frozenset({"EcritureDate", "PieceDate", "DateLet", "ValidDate"})
_KNOWN: Final = {name.upper(): name for name in (*COLUMNS, "Montant", "Sens")}


def check_fec(source: Path | bytes | BinaryIO, name: str | None = None) -> Checked:
    """Check a FEC: a path, its bytes, or a file that is open.

    Args:
        source: what to read.
        name: the file's name; a path's own by default. Without either, the name is not judged.

    Raises:
        OSError: the file cannot be read.
    """
    check = _Check()
    if isinstance(source, Path):
        check.name(source.name if name is None else name)
        with source.open("rb") as file:
            check.read(file)
    else:
        if name is not None:
            check.name(name)
        check.read(io.BytesIO(source) if isinstance(source, bytes) else source)
    return check.done()


class _Entry:
    """What is known of one EcritureNum."""

    __slots__ = ("balance", "date", "journal", "letters", "line", "piece", "piece_date", "told")

    def __init__(self, line: int, journal: str, date: str, piece: str, piece_date: str) -> None:
        self.line = line
        self.balance = ZERO
        self.journal, self.date, self.piece, self.piece_date = journal, date, piece, piece_date
        self.letters = ""
        self.told: tuple[str, ...] = ()


class _Check:
    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, list[int], str]] = {}
        self._lines = 0
        self._columns: list[str] = []
        self._separator = ""
        self._utf8 = self._latin = False
        self._entries: dict[str, _Entry] = {}
        self._prefixes: dict[str, tuple[int, int, int]] = {}
        self._debit = self._credit = ZERO
        self._valid = ""
        self._stopped = False

    def name(self, name: str) -> None:
        found = _NAME.match(name)
        if found is None or not found[1]:
            self._find("name", example=name[:60])
        elif not _SIREN.fullmatch(found[1]):
            self._find("name_siren", example=found[1][:60])

    def read(self, file: BinaryIO) -> None:
        rank = 0
        for rank, (raw, whole) in enumerate(_lines_of(file), 1):
            if rank == 1:
                self._header(raw if whole else b"")
            elif whole:
                self._line(rank, raw)
            else:
                self._find("line_too_long", line=rank)
            if self._stopped:
                return
        self._lines = max(rank - 1, 0)
        if rank <= 1:
            self._find("empty")

    def done(self) -> Checked:
        for entry in self._entries.values():
            if entry.balance:
                self._find("entry_unbalanced", "EcritureNum", entry.line)
        self._continuity()
        findings = tuple(
            Finding(code, column, times, tuple(lines), example)
            for (code, column), (times, lines, example) in self._found.items()
        )
        encoding = "iso8859-15" if self._latin else "utf-8" if self._utf8 else "ascii"
        return Checked(
            findings, self._lines, len(self._entries), f"{self._debit:f}", f"{self._credit:f}",
            "tab" if self._separator == "\t" else self._separator, encoding,
        )  # fmt: skip

    # --- the header

    def _header(self, raw: bytes) -> None:
        if raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
            self._find("bom", line=1)
        text = self._text(raw, 1)
        if text.lower().startswith("<?xml"):
            self._stop("xml")
            return
        self._separator = "\t" if text.count("\t") >= 8 else "|" if text.count("|") >= 8 else ""
        if not self._separator:
            self._stop("separator")
            return
        if self._separator == "\t" and "|" in text:
            self._find("two_separators", line=1)
        parts = _SPACED[self._separator].split(text.rstrip(" "))
        if not parts[-1]:
            self._find("trailing_separator", line=1)
        while len(parts) > 1 and not parts[-1] and not parts[-2]:
            parts.pop()  # as the tool: of several empty names at the end, one counts
        seen: set[str] = set()
        for part in parts:
            plain = _plain_name(part)
            known = _KNOWN.get(plain.upper(), "")
            if known in seen and known:
                self._find("column_double", known, 1)
            elif known:
                seen.add(known)
            elif plain:
                self._find("column_unknown", plain[:40], 1)
            self._columns.append(known)
        self._demand(seen)

    def _demand(self, seen: set[str]) -> None:
        sides = {"Montant", "Sens"} & seen
        wanted = [*COLUMNS[:11], *(("Montant", "Sens") if sides else ("Debit", "Credit")), *COLUMNS[13:]]
        for name in wanted:
            if name not in seen:
                self._find("column_missing", name, 1)
        ordered = [name for name in self._columns if name in wanted]
        if ordered != sorted(ordered, key=wanted.index):
            self._find("column_order", line=1)

    # --- a line

    def _line(self, rank: int, raw: bytes) -> None:
        text = self._text(raw, rank)
        if self._separator == "\t" and "|" in text:
            self._find("two_separators", line=rank)
        parts = _SPACED[self._separator].split(text.rstrip(" "))
        if len(parts) == 1:
            self._find("line_blank", line=rank)
            return
        if len(parts) != len(self._columns):
            self._find("fields", line=rank, example=f"{len(parts)} / {len(self._columns)}")
        values: dict[str, str] = {}
        for name, value in zip(self._columns, parts, strict=False):
            if name:
                values.setdefault(name, value)
        amounts = self._values(rank, values)
        self._sides(rank, values, amounts)
        self._order(rank, values.get("ValidDate", ""))

    def _values(self, rank: int, values: Mapping[str, str]) -> dict[str, Decimal]:
        amounts: dict[str, Decimal] = {}
        for name, value in values.items():
            if name in _NUMBERS:
                amounts[name], codes = read_number(value)
                for code in codes:
                    self._find(code, name, rank, value)
                continue
            if not value:
                if name in _NOT_NULL:
                    self._find("value_missing", name, rank)
                    continue
                if name in _ABSENT:
                    self._find("data_absent", name, rank)
            if name == "CompteNum" and not _ACCOUNT.match(value):
                self._find("account_digits", name, rank, value)
            elif name in _DATES:
                for code in wrong_with_date(value, name == "EcritureDate"):
                    self._find(code, name, rank, value)
        return amounts

    def _sides(self, rank: int, values: Mapping[str, str], amounts: dict[str, Decimal]) -> None:
        debit, credit = amounts.get("Debit", ZERO), amounts.get("Credit", ZERO)
        if "Sens" in values:
            side = values["Sens"].strip().upper()
            one = amounts.get("Montant", ZERO)
            if side in ("D", "+1"):
                debit, credit = one, ZERO
            elif side in ("C", "-1"):
                debit, credit = ZERO, one
            else:
                self._find("side", "Sens", rank, side)
                return
        if (debit == 0) == (credit == 0):
            self._find("debit_credit", "", rank)
        self._debit = EXACT.add(self._debit, debit)
        self._credit = EXACT.add(self._credit, credit)
        self._entry(rank, values, EXACT.subtract(debit, credit))

    def _entry(self, rank: int, values: Mapping[str, str], balance: Decimal) -> None:
        number = values.get("EcritureNum", "")
        if not number:
            return
        key = number if len(number) <= 64 else sha256(number.encode("utf-8", "replace")).hexdigest()
        journal, date = values.get("JournalCode", ""), values.get("EcritureDate", "")
        piece, piece_date = values.get("PieceRef", ""), values.get("PieceDate", "")
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(rank, journal[:64], date[:32], piece[:64], piece_date[:32])
            self._count(number)
        entry.balance = EXACT.add(entry.balance, balance)
        letters = values.get("EcritureLet", "")[:32]
        for code, column, before, now in (
            ("entry_journals", "JournalCode", entry.journal, journal[:64]),
            ("entry_dates", "EcritureDate", entry.date, date[:32]),
            ("entry_pieces", "PieceRef", entry.piece, piece[:64]),
            ("entry_piece_dates", "PieceDate", entry.piece_date, piece_date[:32]),
            ("entry_letters", "EcritureLet", entry.letters or letters, letters or entry.letters),
        ):
            if before != now and code not in entry.told:
                entry.told = (*entry.told, code)
                self._find(code, column, rank)
        entry.letters = entry.letters or letters

    def _count(self, number: str) -> None:
        found = _NUMBERED.fullmatch(number) if len(number) <= 64 else None
        prefix = found[1] if found else ""
        if found is None or (prefix not in self._prefixes and len(self._prefixes) >= _MOST_PREFIXES):
            self._find("number_unjudged", "EcritureNum")
            return
        rank = int(found[2])
        least, most, count = self._prefixes.get(prefix, (rank, rank, 0))
        self._prefixes[prefix] = (min(least, rank), max(most, rank), count + 1)

    def _continuity(self) -> None:
        for prefix, (least, most, count) in self._prefixes.items():
            if most - least + 1 != count:
                self._find("number_gap", "EcritureNum", example=f"{prefix}{least} - {prefix}{most}: {count}")

    def _order(self, rank: int, valid: str) -> None:
        if len(valid) == 8 and valid.isdigit():
            if valid < self._valid:
                self._find("validation_order", "ValidDate", rank, valid)
            self._valid = valid

    # --- what is read and found

    def _text(self, raw: bytes, rank: int) -> str:
        if raw.isascii():
            text = raw.decode("ascii")
        else:
            try:
                text = raw.decode("utf-8")
                self._utf8 = True
            except UnicodeDecodeError:
                text = raw.decode("iso8859-15")
                self._latin = True
        if _NO_TEXT.search(text):
            self._find("characters", line=rank)
            text = text.replace("\x00", "")
        return text.replace("\u00a0", " ")

    def _find(self, code: str, column: str = "", line: int = 0, example: str = "") -> None:
        key = (code, column)
        if key not in self._found and len(self._found) >= _MOST_EXAMPLES:
            key = (code, "")
        times, lines, first = self._found.get(key, (0, [], example[:40]))
        if line and len(lines) < _SHOWN_LINES:
            lines.append(line)
        self._found[key] = (times + 1, lines, first)

    def _stop(self, code: str) -> None:
        self._find(code, line=1)
        self._stopped = True


def _lines_of(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Give the lines of a file, and whether each is whole; what is beyond the longest line is passed over.

    Lines end as the first that are seen do: CR LF, CR or LF.
    """
    rest = file.read(_PIECE)
    end = b"\r\n" if b"\r\n" in rest[:4096] else b"\r" if b"\r" in rest[:4096] else b"\n"
    whole = True
    while True:
        *lines, tail = rest.split(end)
        for line in lines:
            yield line.rstrip(b"\r\n"), whole and len(line) <= _LONGEST_LINE
            whole = True
        more = file.read(_PIECE)
        if not more:
            if tail.strip(b"\r\n\x1a"):
                yield tail.rstrip(b"\r\n"), whole and len(tail) <= _LONGEST_LINE
            return
        if len(tail) > _LONGEST_LINE:
            tail, whole = tail[-1:], False  # the last byte may be half of a line's end
        rest = tail + more


def _plain_name(name: str) -> str:
    plain = name.strip().replace("é", "e").replace("è", "e").replace("É", "e").replace("È", "e")
    return re.sub(r"[^A-Za-z0-9]", "_", plain)


__all__ = ["Checked", "Finding", "check_fec"]
