"""Why a data file (chart of accounts, layout) is refused, in words; and reading one, whole or refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from ledger.kernel.frozen import frozen

LARGEST_BYTES: Final = 1 << 20
"""A data file is no larger."""


@frozen
class Fault:
    """One reason why a data file cannot be used: where in the file, and what to do, in both languages."""

    place: str
    fr: str
    en: str


def read_toml(data: bytes) -> dict[str, Any] | Fault:
    """Read a TOML file (UTF-8), or say why it is none."""
    if len(data) > LARGEST_BYTES:
        return Fault("", "le fichier dépasse 1 Mio", "the file is larger than 1 MiB")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Fault("", "le fichier n'est pas en UTF-8", "the file is not UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        said = str(wrong)[:200] or "nesting"
        return Fault("", f"le fichier n'est pas du TOML : {said}", f"the file is not TOML: {said}")


def unknown(place: str, members: Mapping[str, Any], known: frozenset[str]) -> Fault | None:
    """Refuse a member that nobody reads: a slip of the pen would otherwise change nothing, silently."""
    for name in members:
        if name not in known:
            shown = name[:40]
            return Fault(place, f"« {shown} » n'est pas prévu ici", f"{shown!r} is not known here")
    return None


def text_of(place: str, members: Mapping[str, Any], name: str, most: int = 200) -> str | Fault:
    """Give a text that must be there: one line, not empty."""
    value = members.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
        return Fault(
            f"{place}.{name}",
            f"un texte d'une ligne, de 1 à {most} caractères, est attendu",
            f"a text of one line, 1 to {most} characters, is wanted",
        )
    return value
