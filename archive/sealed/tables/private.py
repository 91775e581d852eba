"""The rows of the second file: people and free words, from disclosures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from archive.sealed.tables import columns
from archive.sealed.tables.cells import text
from ledger.shell.store import Disclosure

_PARTIES: Final = frozenset({"/client", "/payer", "/payee", "/party", "/addressee"})
_NO_WORDS: Final = frozenset({"/embedded_salt", "/logo_bytes"})
"""What is random, for the verifier alone; and a picture."""
_MEMBERS: Final = ("siren", "vat_number", "email", "phone", "contact", "order_reference")


class PrivateBook:
    """The rows of the private tables, gathered until they are taken."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {table.name: [] for table in columns.PRIVATE}

    def enter(self, disclosure: Disclosure, stream: str) -> None:
        """Add the rows of one disclosure of an entry on `stream`."""
        if disclosure.path in _NO_WORDS:
            return
        value = orjson.loads(disclosure.value)
        kind, _, identifier = stream.partition(":")
        path = disclosure.path
        if path in _PARTIES and isinstance(value, dict):
            self.rows["customers"].append(_party(disclosure.seq, identifier, kind, path[1:], value))
            return
        top = "" if path == "/texts" else path[1:]
        for place, words in _leaves(value, top):
            self.rows["texts"].append(f"{disclosure.seq};{identifier};{kind};{text(place)};{text(words)}\r\n")


def _party(seq: int, identifier: str, kind: str, role: str, party: Mapping[str, Any]) -> str:
    address = party.get("address") or {}
    if isinstance(address, str):  # where a message went is one text
        address = {"lines": (address,)}
    where = ", ".join(address.get("lines", ()))
    cells = (
        str(seq), identifier, kind, role, text(party.get("name")), text(where), text(address.get("postcode")),
        text(address.get("city")), text(address.get("country")), *(text(party.get(name)) for name in _MEMBERS),
    )  # fmt: skip
    return ";".join(cells) + "\r\n"


def _leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Give every scalar inside a value with its place; members of lists are counted from 1."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, f"{place}/{name}" if place else name)
    elif isinstance(value, list):
        for rank, member in enumerate(value, 1):
            yield from _leaves(member, f"{place}/{rank}")
    elif value is not None:
        yield place, value if isinstance(value, str) else orjson.dumps(value).decode()
