"""Does XML hold to the rules of its profile: the shipped XSLTs, run by SaxonC in this process.

A stylesheet is compiled once per process and kept; SaxonC's executables are not thread-safe and its threads must be
attached, so all of Saxon lives in one thread of its own, whoever asks.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from ledger.kernel.errors import SceauError
from projections.documents.validation.findings import Finding, Validator
from projections.documents.validation.schemas import MAX_FINDINGS
from projections.documents.validation.shipped import BR_FR, LEVELS, Level, folder
from projections.documents.validation.words import plain_words

if TYPE_CHECKING:
    from saxonche import PySaxonProcessor, PyXsltExecutable  # type: ignore[import-not-found] # it has no stubs

_SVRL = "http://purl.oclc.org/dsdl/svrl"
_FIRED_AND_FAILED = (
    f"count(//svrl:fired-rule), subsequence((//svrl:failed-assert | //svrl:successful-report), 1, {MAX_FINDINGS})"
)
_RULE = re.compile(r"\s*\[?((?:BR|PEPPOL|CII|FX|UBL)-[A-Za-z0-9_./-]+)\]?\s*[-:]?\s*")
_STEP = re.compile(r"\*:([A-Za-z0-9]+)\[namespace-uri\(\)='[^']*'\](?:\[(\d+)\])?")


MAX_SECONDS = 120
"""Longest that one stylesheet may take over one document; ours take a fraction of a second."""


class RulesNotRun(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """Saxon could not run a stylesheet over a document: say so beside what else is found."""


class Fired(NamedTuple):
    """What a stylesheet wrote (SVRL): how many rules it fired, and the reports of those that failed, as XML."""

    rules: int
    failed: tuple[str, ...]


class Saxon:
    """One Saxon processor and what it has compiled; used by its own thread alone."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._given_up = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")
        self._processor: PySaxonProcessor | None = None
        self._compiled: dict[str, PyXsltExecutable] = {}

    @property
    def alive(self) -> bool:
        """Whether it still answers, in the process that made it: a fork has no thread of it."""
        return self._pid == os.getpid() and not self._given_up

    def run(self, rules: str, xml: bytes) -> Fired:
        """Run one stylesheet of `folder()` over XML.

        Raises:
            RulesNotRun: Saxon cannot.
        """
        try:
            return self._thread.submit(self._run, rules, xml).result(MAX_SECONDS)
        except TimeoutError:
            self._given_up = True  # what it does cannot be stopped; who comes next gets another
            raise RulesNotRun(f"more than {MAX_SECONDS} seconds") from None

    def _run(self, rules: str, xml: bytes) -> Fired:
        from saxonche import PySaxonApiError, PySaxonProcessor  # a native library: only for who runs rules

        try:
            if self._processor is None:
                self._processor = PySaxonProcessor(license=False)
            executable = self._compiled.get(rules)
            if executable is None:
                compiler = self._processor.new_xslt30_processor()
                executable = self._compiled[rules] = compiler.compile_stylesheet(stylesheet_file=str(folder() / rules))
            node = self._processor.parse_xml(xml_text=xml.decode(), encoding="UTF-8")
            written = executable.transform_to_value(xdm_node=node)
            # asked in XPath: to write the whole report out and read it again costs a quarter of the check
            asked = self._processor.new_xpath_processor()
            asked.declare_namespace("svrl", _SVRL)
            asked.set_context(xdm_item=written.head)
            found = asked.evaluate(_FIRED_AND_FAILED)
            return Fired(int(str(found.item_at(0))), tuple(str(found.item_at(i)) for i in range(1, found.size)))
        except PySaxonApiError as wrong:
            raise RulesNotRun(str(wrong)[:300]) from wrong


_saxon: Saxon | None = None
_lock = Lock()


def saxon() -> Saxon:
    """Give this process's Saxon."""
    global _saxon  # one per process, made when it is first needed
    with _lock:
        if _saxon is None or not _saxon.alive:
            _saxon = Saxon()
        return _saxon


def check_rules(root: etree._Element, level: Level) -> tuple[Finding, ...]:
    """Say which rules of its profile a document breaks."""
    return _check(root, LEVELS[level].rules, "schematron")


def check_french_rules(root: etree._Element) -> tuple[Finding, ...]:
    """Say which rules of France for invoices between businesses (BR-FR) a document breaks."""
    return _check(root, BR_FR, "br-fr")


def _check(root: etree._Element, rules: str, validator: Validator) -> tuple[Finding, ...]:
    try:
        fired = saxon().run(rules, etree.tostring(root, encoding="UTF-8"))
    except RulesNotRun as wrong:
        words = f"Les règles n'ont pas pu être évaluées : {wrong}"
        return (Finding(validator=validator, rule="rules-not-run", place="/", words=words),)
    return findings_of(fired, validator)


def findings_of(fired: Fired, validator: Validator) -> tuple[Finding, ...]:
    """Read what a stylesheet wrote: no rule fired is itself a finding, as it means that nothing was checked."""
    if not fired.rules:
        words = "Aucune règle n'a été appliquée : le document n'est pas du type que ces règles attendent."
        return (Finding(validator=validator, rule="no-rule-fired", place="/", words=words),)
    return tuple(dict.fromkeys(_finding(etree.fromstring(each), validator) for each in fired.failed))


def _finding(failed: etree._Element, validator: Validator) -> Finding:
    said = failed.find(f"{{{_SVRL}}}text")
    words = " ".join("".join(str(part) for part in said.itertext()).split()) if said is not None else ""
    named = _RULE.match(words)
    rule = failed.get("id") or (named.group(1) if named else "rule")
    if named and named.group(1).split("/")[0] in rule:
        words = words[named.end() :]
    warning = (failed.get("flag") or failed.get("role") or "").lower() in ("warning", "info", "information")
    return Finding(
        validator=validator,
        rule=rule,
        place=plain_place(failed.get("location") or "/"),
        words=plain_words(rule) or words or rule,
        severity="warning" if warning else "error",
    )


def plain_place(path: str) -> str:
    """Write Saxon's long XPath as people do: `/CrossIndustryInvoice/...`, a count only above one."""

    def step(found: re.Match[str]) -> str:
        count = found.group(2)
        return found.group(1) + (f"[{count}]" if count and count != "1" else "")

    return _STEP.sub(step, path)
