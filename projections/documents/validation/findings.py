"""What a check finds: which validator, which rule, where, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Validator = Literal["xml", "xsd", "schematron", "br-fr", "identifiers", "pdf", "pdfa"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    `rule` is the rule's own name (`BR-S-08`, `BR-FR-10_BT-30`) or ours in lower case (`iban-key`); `place` an XPath, a
    business term (`BT-84`) or a place in a PDF; `words` a sentence for people.
    """

    validator: Validator
    rule: str
    place: str
    words: str
    severity: Severity = "error"


MAX_WORDS = 600
"""Longest words of a finding: rules quote what they find, and a file may hold megabytes of it."""


def tidy(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give each finding once, its words cut to a length and fit for any terminal: they may quote a hostile file."""
    return tuple(
        dict.fromkeys(
            replace(each, rule=plain(each.rule, 100), place=plain(each.place), words=plain(each.words))
            for each in found
        )
    )


def plain(words: str, longest: int = MAX_WORDS) -> str:
    """Write words of unknown origin so that they only say: no control characters, no longer than this."""
    kept = "".join([each if each.isprintable() else " " for each in words[: longest + 1]])
    return kept if len(words) <= longest else kept[:longest] + "…"


def errors(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give the findings that make a document wrong; the others are warnings."""
    return tuple(each for each in found if each.severity == "error")
