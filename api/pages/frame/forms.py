"""What a form sent: fields and files, read within limits, and turned into what commands take.

Amounts are typed by people: `1 234,56`, `1234.56` and `1 234,56 €` are the same cents. `1,234` has thousandths to a
French reader and is above a thousand to an English one: on an English page it is asked about. What cannot be read is a
`FieldWrong` with words for the field; nothing typed is ever repeated in an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field as SentField
from python_multipart.multipart import File as SentFile
from python_multipart.multipart import create_form_parser

from api.http.problems import Problem

MOST_FIELDS: Final = 2_000
MOST_FILES: Final = 20
_SPACES: Final = re.compile(r"[\s\u00a0\u202f]")
_AMOUNT: Final = re.compile(r"-?\d{1,13}([.,]\d{1,2})?", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,12}([.,]\d{1,8})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2},\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its name as sent (never trusted), its declared type, its bytes."""

    name: str
    media: str
    body: bytes = field(repr=False)


class FieldWrong(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """A field cannot be read. `name` is the field's, `words` French ones of a catalogue."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name)
        self.name = name
        self.words = words


@dataclass(slots=True)
class Form:
    """The fields of a form in order, and its files."""

    pairs: list[tuple[str, str]] = field(default_factory=list, repr=False)  # passwords and codes are among them
    files: dict[str, list[Upload]] = field(default_factory=dict)
    english: bool = False
    """Whether who typed it reads English."""

    def text(self, name: str, default: str = "") -> str:
        """Give a field without the spaces around it; the default when it was not sent."""
        for key, value in self.pairs:
            if key == name:
                return value.strip()
        return default

    def optional(self, name: str) -> str | None:
        """Give a field, or None when it is empty."""
        return self.text(name) or None

    def all(self, name: str) -> list[str]:
        """Give every value of a field."""
        return [value.strip() for key, value in self.pairs if key == name]

    def ticked(self, name: str) -> bool:
        """Say whether a box was ticked."""
        return self.text(name) not in ("", "off", "0")

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Give one of some choices.

        Raises:
            FieldWrong: it is none of them.
        """
        value = self.text(name) or (default or "")
        if value not in choices:
            raise FieldWrong(name, "Choisissez une des réponses proposées.")
        return value

    def cents(self, name: str, *, required: bool = True) -> int | None:
        """Give an amount in cents.

        Raises:
            FieldWrong: it is no amount, or missing though required.
        """
        text = _SPACES.sub("", self.text(name)).removesuffix("€")
        if not text:
            if required:
                raise FieldWrong(name, "Un montant est nécessaire, comme 120,50.")
            return None
        if not _AMOUNT.fullmatch(text):
            raise FieldWrong(name, "Ce n'est pas un montant : écrivez par exemple 120,50.")
        return int(Decimal(text.replace(",", ".")).scaleb(2))

    def decimal(self, name: str, default: str | None = None) -> str | None:
        """Give a quantity or unit price as the decimal text that commands take.

        Raises:
            FieldWrong: it is no number.
        """
        return decimal_text(self.text(name), name, english=self.english) or default

    def basis_points(self, name: str) -> int | None:
        """Give a rate typed in percent (`5,5`) in basis points; None when empty.

        Raises:
            FieldWrong: it is no rate.
        """
        text = _SPACES.sub("", self.text(name)).removesuffix("%")
        if not text:
            return None
        try:
            points = Decimal(text.replace(",", ".")).scaleb(2)
            whole = points.is_finite() and points == points.to_integral_value()
        except ArithmeticError:  # no number, or one beyond what is counted with
            raise FieldWrong(name, "Ce n'est pas un taux : écrivez par exemple 30.") from None
        if not whole or not 0 <= points <= 10_000:
            raise FieldWrong(name, "Ce n'est pas un taux : écrivez par exemple 30.")
        return int(points)

    def whole(self, name: str, most: int = 1_000_000) -> int | None:
        """Give a whole number; None when empty.

        Raises:
            FieldWrong: it is none, or over `most`.
        """
        text = _SPACES.sub("", self.text(name))
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most):
            raise FieldWrong(name, "Un nombre entier est nécessaire.")
        return int(text)

    def day(self, name: str) -> str | None:
        """Give a day as `YYYY-MM-DD` (what `<input type="date">` sends); None when empty.

        Raises:
            FieldWrong: it is no day.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            if len(text) == 10 and text.isascii():
                return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        raise FieldWrong(name, "Ce n'est pas une date.")

    def rows(self, prefix: str) -> list[Form]:
        """Give the rows of a list: `lines-0-label`, `lines-0-quantity`, ... become one small form each, in order."""
        found: dict[int, Form] = {}
        for key, value in self.pairs:
            head, _, rest = key.partition("-")
            rank, _, name = rest.partition("-")
            if head == prefix and name and rank.isascii() and rank.isdigit() and len(rank) <= 6:
                found.setdefault(int(rank), Form(english=self.english)).pairs.append((name, value))
        return [found[rank] for rank in sorted(found)]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Give every field, in order."""
        return iter(self.pairs)


def decimal_text(text: str, name: str = "", *, english: bool = False) -> str | None:
    """Write a typed number as entries keep it: `1 250,50` -> `1250.5`; None when empty.

    Raises:
        FieldWrong: it is no number, or its comma may be one of thousands to who reads English.
    """
    text = _SPACES.sub("", text).removesuffix("€")
    if not text:
        return None
    if not _DECIMAL.fullmatch(text):
        raise FieldWrong(name, "Ce n'est pas un nombre : écrivez par exemple 2,5.")
    if english and _THOUSANDS.fullmatch(text):
        raise FieldWrong(name, "Virgule des milliers ou des décimales ? Écrivez 1234 ou 1.234.")
    whole, _, fraction = text.replace(",", ".").partition(".")
    sign = "-" if whole.startswith("-") else ""
    whole = whole.lstrip("-").lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    written = f"{whole}.{fraction}" if fraction else whole
    return written if written == "0" else sign + written


def typed_decimal(text: str) -> str:
    """Write a number of an entry as it stands in a field: with a comma, and read as it is meant in both languages."""
    typed = text.replace(".", ",")
    return f"{typed}0" if _THOUSANDS.fullmatch(typed) else typed


def read_form(content_type: bytes | None, body: bytes, *, files: bool, most_fields: int = MOST_FIELDS) -> Form:
    """Read a form's body.

    Raises:
        Problem: `CONTENT_TYPE_UNSUPPORTED`, `PARAMETER_INVALID`.
    """
    kind = (content_type or b"").partition(b";")[0].strip().lower()
    if kind == b"application/x-www-form-urlencoded":
        return Form(_urlencoded(body, most_fields))
    if kind == b"multipart/form-data" and files:
        return _multipart(content_type or b"", body)
    raise Problem("CONTENT_TYPE_UNSUPPORTED")


def _urlencoded(body: bytes, most_fields: int) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most_fields)
    except (UnicodeError, ValueError):
        raise Problem("PARAMETER_INVALID", "form", reason="encoding") from None
    return [(_checked(name), _checked(value)) for name, value in pairs]


def _multipart(content_type: bytes, body: bytes) -> Form:
    form = Form()

    def on_field(one: SentField) -> None:
        if len(form.pairs) >= MOST_FIELDS:
            raise Problem("PARAMETER_INVALID", "form", reason="too_long")
        form.pairs.append((_decoded(one.field_name), _decoded(one.value)))

    def on_file(one: SentFile) -> None:
        if sum(map(len, form.files.values())) >= MOST_FILES:
            raise Problem("PARAMETER_INVALID", "form", reason="too_long")
        one.file_object.seek(0)
        content = one.file_object.read()
        name = _decoded(one.file_name)
        if content or name:
            form.files.setdefault(_decoded(one.field_name), []).append(Upload(name, one.content_type or "", content))

    try:
        parser = create_form_parser(
            {"Content-Type": content_type}, on_field, on_file,
            config={"MAX_MEMORY_FILE_SIZE": len(body) + 1, "MAX_BODY_SIZE": len(body) + 1},
        )  # fmt: skip
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError):
        raise Problem("PARAMETER_INVALID", "form", reason="encoding") from None
    return form


def _decoded(value: bytes | None) -> str:
    try:
        return _checked((value or b"").decode("utf-8"))
    except UnicodeError:
        raise Problem("PARAMETER_INVALID", "form", reason="encoding") from None


def _checked(text: str) -> str:
    """Refuse what no field holds: NUL and half characters. Line ends become one kind."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Problem("PARAMETER_INVALID", "form", reason="character")
    return text.replace("\r\n", "\n").replace("\r", "\n")
