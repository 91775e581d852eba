"""How another software's columns are read: a TOML file, or the fixed columns of a FEC."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from archive.history_import.source import Encoding
from ledger.domain.commands.history import HistoryKind
from ledger.domain.events.common import record
from ledger.domain.types import Code, Currency, ShortText
from ledger.kernel import canonical

_MOST_BYTES: Final = 64 << 10
DATES: Final[Mapping[str, str]] = {
    "YYYY-MM-DD": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "DD/MM/YYYY": r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    "DD-MM-YYYY": r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
    "DD.MM.YYYY": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    "MM/DD/YYYY": r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    "YYYYMMDD": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
}
"""The forms of dates; a time behind the day is left aside."""


@record
class Columns:
    """The names of the columns, as the file's first line has them; at least two of the three amounts."""

    reference: ShortText
    issued_on: ShortText
    net: ShortText | None = None
    vat: ShortText | None = None
    gross: ShortText | None = None
    kind: ShortText | None = None
    currency: ShortText | None = None
    client: ShortText | None = None
    client_address: ShortText | None = None
    client_postcode: ShortText | None = None
    client_city: ShortText | None = None
    client_email: ShortText | None = None
    title: ShortText | None = None
    label: ShortText | None = None  # of a line


@record
class Reading:
    """How a CSV file is read."""

    source: Code  # the software that it comes from
    encoding: Encoding = "utf-8"
    delimiter: Literal[";", ",", "\t", "|"] = ";"
    decimal: Literal[",", "."] = ","
    thousands: Literal["", " ", ".", ",", "'"] = ""  # a space stands for every kind of space
    dates: Literal["YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY", "MM/DD/YYYY", "YYYYMMDD"] = "DD/MM/YYYY"
    currency: Currency = "EUR"
    kind: HistoryKind | None = None  # of every document, when no column tells it
    vat_free: bool = False  # no VAT at all: one amount is enough
    rows: Literal["documents", "lines"] = "documents"
    clean_references: bool = False
    columns: Columns
    kinds: dict[ShortText, HistoryKind] | None = None  # the words of the column `kind`


@record
class FecReading:
    """How a FEC is read: its columns are fixed (LPF art. A47 A-1)."""

    source: Code
    encoding: Literal["utf-8", "iso-8859-15"] = "utf-8"
    format: Literal["fec"] = "fec"


class MappingRefused(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """The mapping is not one: the words say where."""


def read_mapping(path: Path) -> Reading:
    """Read a mapping.

    Raises:
        MappingRefused: it cannot be read, is no TOML, or has a member that is wrong.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError:
        raise MappingRefused(f"{path} cannot be read") from None
    if len(data) > _MOST_BYTES:
        raise MappingRefused(f"{path} is longer than a mapping can be")
    try:
        return check_mapping(tomllib.loads(data.decode("utf-8")))
    except UnicodeDecodeError:
        raise MappingRefused(f"{path} is not UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise MappingRefused(f"{path} is no TOML: {fault}") from None


def check_mapping(members: Mapping[str, Any]) -> Reading:
    """Check the members of a mapping.

    Raises:
        MappingRefused: one is wrong.
    """
    try:
        reading = TypeAdapter(Reading).validate_python(members)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MappingRefused(f"mapping, {place}: {first['msg']}") from None
    columns = reading.columns
    amounts = sum(name is not None for name in (columns.net, columns.vat, columns.gross))
    if amounts < (1 if reading.vat_free else 2):
        raise MappingRefused("mapping, columns: two of net, vat and gross are needed (one with vat_free = true)")
    if (reading.kind is None) == (columns.kind is None):
        raise MappingRefused("mapping: give either kind, or columns.kind with a table [kinds]")
    if (columns.kind is None) != (not reading.kinds):
        raise MappingRefused("mapping: columns.kind and the table [kinds] go together")
    if reading.thousands == reading.decimal:
        raise MappingRefused("mapping: thousands and decimal cannot be the same sign")
    return reading


def digest_of(reading: Reading | FecReading) -> str:
    """Give the digest by which an import that goes on is known to read the file in the same way."""
    plain = TypeAdapter(type(reading)).dump_python(reading, mode="json", exclude_none=True)
    # A word of [kinds] need not be ASCII, and members of a canonical object are: the table goes in as pairs.
    if "kinds" in plain:
        plain["kinds"] = sorted([word, kind] for word, kind in plain["kinds"].items())
    return hashlib.sha256(canonical.encode(plain)).hexdigest()
