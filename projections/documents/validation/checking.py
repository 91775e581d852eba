"""Check the XML of an invoice with every validator that applies to it."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from projections.documents.validation.findings import Finding, Validator, tidy
from projections.documents.validation.identifiers import check_identifiers
from projections.documents.validation.reading import read_xml
from projections.documents.validation.schemas import check_schema
from projections.documents.validation.schematron import check_french_rules, check_rules
from projections.documents.validation.shipped import Level
from projections.documents.validation.values import check_values


def check_xml(xml: bytes, profile: Level, *, french_business: bool) -> tuple[Finding, ...]:
    """Say what is wrong with the XML of an invoice of a profile; nothing found, nothing wrong.

    `french_business`: the rules of France (BR-FR) hold too (`cii.is_french_business`). Findings of severity `warning`
    do not make it wrong (`errors`).
    """
    root = read_xml(xml)
    if isinstance(root, Finding):
        return (root,)
    return check_tree(root, profile, french_business=french_business).findings


class Checked(NamedTuple):
    """What was found, and the validators that were run."""

    findings: tuple[Finding, ...]
    checks: tuple[Validator, ...]


def check_tree(root: etree._Element, profile: Level, *, french_business: bool) -> Checked:
    """Do what `check_xml` does, on XML that is read.

    Rules are not run over XML that does not have the form they are written for: they would stumble, or tell the same
    fault again in other words. Nothing at all is run over values that are too long: it could take minutes.
    """
    if long := check_values(root):
        return Checked(tidy(long), ())
    keys = check_identifiers(root)
    form = check_schema(root, profile)
    if form:
        return Checked(tidy(form + keys), ("xsd", "identifiers"))
    found = check_rules(root, profile) + keys
    if not french_business:
        return Checked(tidy(found), ("xsd", "schematron", "identifiers"))
    return Checked(tidy(found + check_french_rules(root)), ("xsd", "schematron", "identifiers", "br-fr"))
