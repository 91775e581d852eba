"""Is a report valid: the official XSD and Schematron of flux 10, and what both leave open.

The official files come with the package pyfrctc, whose code is not run: it would ask a server over the network
(docs/decisions/ereporting.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final

from lxml import etree

from ledger.kernel.errors import SceauError
from projections.documents.validation.findings import Finding, Validator, tidy
from projections.documents.validation.reading import read_xml
from projections.documents.validation.schematron import RulesNotRun, saxon
from projections.documents.validation.values import check_values

SCHEMA: Final = "frr-xsd/ereporting.xsd"
RULES: Final = "frr-schematron/Flux10.xslt"
_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}text"
_RULE: Final = re.compile(r"^\s*\[([A-Z]\d+\.\d+)\]\s*")
_SOURCE: Final = re.compile(r"\s*\|\s*Source\s*:.*$")
_COUNT: Final = re.compile(r"\[1\]")
_MOST: Final = 200
_lock = Lock()


class FilesMissing(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """The package with the official files of flux 10 is not installed."""


@cache
def folder() -> Path:
    """Give the folder of the official files, without importing the package that ships them.

    Raises:
        FilesMissing: it is not there.
    """
    found = find_spec("pyfrctc")
    if found is None or found.origin is None:
        raise FilesMissing("the package pyfrctc is not installed: reports cannot be checked")
    return Path(found.origin).parent


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder() / SCHEMA)))


def check_report(xml: bytes) -> tuple[Finding, ...]:
    """Say what is wrong with a report of flux 10, ours or anybody's; nothing found, nothing wrong.

    Rules are not run over what does not have the schema's form.
    """
    root = read_xml(xml)
    if isinstance(root, Finding):
        return (root,)
    if long := check_values(root):
        return tidy(long)
    if form := tuple(_form(root)):
        return tidy(form)
    return tidy((*_rules(root), *_ours(root)))


def _form(root: etree._Element) -> Iterator[Finding]:
    with _lock:  # a schema keeps the log of its last validation
        schema = _schema()
        if schema.validate(root):
            return
        log = list(schema.error_log)[:_MOST]
    for entry in log:
        yield _finding("xsd", entry.type_name, entry.path or "/", f"Ligne {entry.line} : {entry.message}")


def _rules(root: etree._Element) -> Iterator[Finding]:
    try:
        fired = saxon().run(str(folder() / RULES), etree.tostring(root, encoding="UTF-8"))
    except RulesNotRun as wrong:
        yield _finding("schematron", "rules-not-run", "/", f"Les règles n'ont pas pu être évaluées : {wrong}")
        return
    if not fired.rules:
        yield _finding("schematron", "no-rule-fired", "/", "Aucune règle n'a été appliquée : ce n'est pas un rapport.")
    for each in fired.failed:
        failed = etree.fromstring(each)
        said = failed.find(_SVRL)
        words = " ".join("".join(str(part) for part in said.itertext()).split()) if said is not None else ""
        named = _RULE.match(words)
        words = _SOURCE.sub("", words[named.end() :] if named else words)
        place = _COUNT.sub("", failed.get("location") or "/")
        yield _finding("schematron", named.group(1) if named else failed.get("id") or "rule", place, words)


def _ours(root: etree._Element) -> Iterator[Finding]:
    """Say what neither schema nor rules see: days outside the period, a line twice, an empty report, no such day."""
    body = root.find("TransactionsReport")
    if body is None:
        body = root.find("PaymentsReport")
    if body is None:
        return
    first, last = body.findtext("ReportPeriod/StartDate", ""), body.findtext("ReportPeriod/EndDate", "")
    lines: Counter[tuple[str, ...]] = Counter()
    for one in body.findall("Transactions"):
        payment = one.find("Payment")
        held = one if payment is None else payment
        day = held.findtext("Date", "")
        if not first <= day <= last:
            words = f"Le {day} n'est pas dans la période du rapport, du {first} au {last}."
            yield _finding("xml", "ereport-day-outside", _path(held), words)
        subs = held.findall("TaxSubtotal" if payment is None else "SubTotals")
        rates = Counter(sub.findtext("TaxPercent", "") for sub in subs)
        for rate, count in rates.items():
            if count > 1:
                yield _finding("xml", "ereport-rate-twice", _path(held), f"Le taux {rate} y est {count} fois.")
        lines[(day, one.findtext("TransactionsCurrency", ""), one.findtext("CategoryCode", ""))] += 1
    for line, count in lines.items():
        if count > 1:
            words = f"{' '.join(part for part in line if part)} : {count} lignes, pour une seule attendue."
            yield _finding("xml", "ereport-line-twice", _path(body), words)
    if not lines and body.find("Invoice") is None:
        yield _finding("xml", "ereport-empty", _path(body), "Le rapport est vide : il ne se transmet pas.")


def _path(element: etree._Element) -> str:
    return element.getroottree().getpath(element)


def _finding(validator: Validator, rule: str, place: str, words: str) -> Finding:
    return Finding(validator=validator, rule=rule, place=place, words=words)
