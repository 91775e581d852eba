"""Validators: each finds what it alone can find, is really run, and answers hostile XML with a finding."""

from __future__ import annotations

import faulthandler
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from time import process_time

import pytest
from lxml import etree

from projections.documents.cii import is_french_business
from projections.documents.validation import Finding, check_xml, checking, errors, schematron
from projections.documents.validation.reading import MAX_ELEMENTS, MAX_XML_BYTES, read_xml
from projections.documents.validation.schematron import (
    Fired,
    check_french_rules,
    check_rules,
    findings_of,
    plain_place,
    saxon,
)
from projections.documents.validation.shipped import BR_FR, LEVELS, folder
from projections.documents.validation.values import (
    MAX_ATTRIBUTE,
    MAX_FINDINGS,
    MAX_TEXT,
    MAX_VALUE,
    SHORT,
    check_values,
)
from projections.documents.validation.words import PLAIN, plain_words
from tests.documents.corpus.cases import paper
from tests.documents.corpus.golden import golden
from tests.documents.mutations import MUTATIONS, Mutation, mutated


@cache
def french(sale: str) -> bool:
    return is_french_business(paper(sale))


def check(mutation: Mutation) -> tuple[Finding, ...]:
    xml = mutated(mutation, golden(mutation.sale).read_bytes())
    return errors(check_xml(xml, mutation.profile, french_business=french(mutation.sale)))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_one_fault_is_found_by_its_validator_alone(mutation: Mutation) -> None:
    found = check(mutation)
    assert {each.validator for each in found} == {mutation.validator}
    assert mutation.rule in {each.rule for each in found}
    assert all(each.words and each.place for each in found)


_SWITCHES = {
    "xsd": "check_schema",
    "schematron": "check_rules",
    "identifiers": "check_identifiers",
    "br-fr": "check_french_rules",
}


@pytest.mark.parametrize("validator", _SWITCHES)
def test_without_a_validator_its_faults_are_not_found(validator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, _SWITCHES[validator], lambda *_: ())
    own = [each for each in MUTATIONS if each.validator == validator]
    assert own
    for mutation in own:
        assert validator not in {each.validator for each in check(mutation)}, mutation.name


@pytest.mark.parametrize("profile", ["en16931", "extended-ctc-fr"])
def test_faults_are_told_for_each_profile_that_we_write(profile: str) -> None:
    assert any(each.profile == profile for each in MUTATIONS if each.validator == "schematron")


# --- the rules are really run


def test_every_profile_has_its_schema_and_rules_in_the_pinned_package() -> None:
    for shipped in LEVELS.values():
        assert (folder() / shipped.schema).is_file()
        assert (folder() / shipped.rules).is_file()
    assert (folder() / BR_FR).is_file()


def test_the_rules_that_are_fired_are_many() -> None:
    root = etree.fromstring(golden("business").read_bytes())
    for rules in (LEVELS["en16931"].rules, BR_FR):
        fired = saxon().run(rules, etree.tostring(root))
        assert fired.rules > 20
        assert fired.failed == ()


def test_rules_of_another_kind_of_document_say_that_nothing_was_checked() -> None:
    root = etree.fromstring(b"<Order/>")
    assert [each.rule for each in check_french_rules(root)] == ["no-rule-fired"]


def test_a_report_without_a_fired_rule_is_a_finding() -> None:
    (found,) = findings_of(Fired(0, ()), "schematron")
    assert (found.rule, found.severity) == ("no-rule-fired", "error")


def test_rules_that_cannot_be_run_are_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("projections.documents.validation.schematron.BR_FR", "no/such/file.xslt")
    (found,) = check_french_rules(etree.fromstring(golden("business").read_bytes()))
    assert (found.validator, found.rule, found.severity) == ("br-fr", "rules-not-run", "error")


def test_rules_that_do_not_end_are_a_finding_and_the_next_document_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    root = etree.fromstring(golden("three_hundred_lines").read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(schematron, "MAX_SECONDS", 0)
        assert [each.rule for each in check_rules(root, "en16931")] == ["rules-not-run"]
    assert check_rules(root, "en16931") == ()


def test_a_fork_has_a_saxon_of_its_own() -> None:
    root = etree.fromstring(golden("business").read_bytes())
    assert check_french_rules(root) == ()
    child = os.fork()
    if child == 0:  # what happens here is told by the exit alone
        faulthandler.dump_traceback_later(60, exit=True)
        os._exit(0 if check_french_rules(root) == () else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_form_is_checked_before_rules_and_rules_are_not_run_on_what_has_no_form() -> None:
    xml = golden("business").read_bytes().replace(b"<ram:TypeCode>380</ram:TypeCode>", b"")
    assert {each.validator for each in check_xml(xml, "en16931", french_business=True)} == {"xsd"}


def test_several_threads_get_the_answers_of_their_own_documents() -> None:
    right, wrong = golden("business").read_bytes(), golden("business").read_bytes().replace(b">PMT<", b">AAI<")
    with ThreadPoolExecutor(4) as pool:
        asked = [right, wrong] * 10
        answers = pool.map(lambda xml: check_xml(xml, "en16931", french_business=True), asked)
        assert [len(each) for each in answers] == [0, 1] * 10


def test_places_are_written_as_people_do() -> None:
    path = (
        "/*:CrossIndustryInvoice[namespace-uri()='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'][1]"
        "/*:SupplyChainTradeTransaction[namespace-uri()='x'][1]/*:IncludedSupplyChainTradeLineItem[namespace-uri()='x'][3]"
    )
    assert plain_place(path) == (
        "/CrossIndustryInvoice/SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem[3]"
    )


def test_rules_of_the_standard_are_told_in_plain_french() -> None:
    xml = golden("ordinary_services").read_bytes().replace(b"DuePayableAmount>256", b"DuePayableAmount>255")
    (found,) = check_xml(xml, "en16931", french_business=False)
    assert found.rule == "BR-CO-16"
    assert found.words.startswith("Le montant à payer (BT-115) n'est pas égal")


def test_plain_words_are_for_rules_that_there_are() -> None:
    text = "".join((folder() / each.rules).read_text("utf-8") for each in LEVELS.values())
    assert all(rule in text for rule in PLAIN)
    assert plain_words("BR-FXEXT-E-08rev") == plain_words("BR-E-08") != plain_words("BR-IC-08")
    assert plain_words("BR-FR-05_BT-22_PMT") is None


def test_a_warning_does_not_make_a_document_wrong() -> None:
    root = etree.fromstring(golden("two_exemptions_for_a_business").read_bytes())
    found = check_rules(root, "extended-ctc-fr")
    assert {each.severity for each in found} == {"warning"}
    assert errors(found) == ()


# --- hostile XML

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]><a>&f;</a>"""

HOSTILE = {
    "nothing": (b"", "xml-empty"),
    "spaces": (b" \n ", "xml-empty"),
    "no XML": (b"%PDF-1.7", "xml-malformed"),
    "cut short": (golden("business").read_bytes()[:900], "xml-malformed"),
    "a billion laughs": (_BOMB, "xml-doctype"),
    "an entity of a file": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-doctype"),
    "a DTD of the network": (b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>', "xml-doctype"),
    "parameter entities": (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.invalid/p"> %p;]><a/>', "xml-doctype"),
    "a DTD after much space": (
        b"<?xml version='1.0'?>" + b" " * 9000 + b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "xml-doctype",
    ),
    "UTF-16 that hides a DTD": ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"), "xml-doctype"),
    "very deep": (b"<a>" * 5000 + b"</a>" * 5000, "xml-too-deep"),
    "very many": (b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>", "xml-too-large"),
    "very large": (b"<a>" + b"x" * MAX_XML_BYTES + b"</a>", "xml-too-large"),
    "a zero byte": (b"<a>\x00</a>", "xml-malformed"),
    "two roots": (b"<a/><b/>", "xml-malformed"),
    "bytes that are not UTF-8": (b"<a>\xff\xfe\xfd</a>", "xml-malformed"),
    "an unknown encoding": (b"<?xml version='1.0' encoding='x-nobody'?><a/>", "xml-malformed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_a_finding(name: str) -> None:
    data, rule = HOSTILE[name]
    begun = process_time()
    found = check_xml(data, "en16931", french_business=True)
    assert [each.rule for each in found] == [rule]
    assert process_time() - begun < 5


_TOTAL = b"<ram:GrandTotalAmount>"

TOO_LONG = {
    "a total of a million digits": (_TOTAL, _TOTAL + b"9" * 1_000_000, "GrandTotalAmount"),
    "a total after a million spaces": (_TOTAL, _TOTAL + b" " * 1_000_000, "GrandTotalAmount"),
    "digits that a comment cuts": (_TOTAL, _TOTAL + b"9" * 60 + b"<!-- -->" + b"9" * 60, "GrandTotalAmount"),
    "a long date": (b'<udt:DateTimeString format="102">', b'<udt:DateTimeString format="102">' + b"2" * 101, "String"),
    "a long code": (b"<ram:TypeCode>", b"<ram:TypeCode>" + b"3" * (MAX_VALUE + 1), "TypeCode"),
    "a long name": (b"<ram:Name>", b"<ram:Name>" + b"x" * (MAX_TEXT + 1), "Name"),
    "a long attribute": (b'<ram:ID schemeID="', b'<ram:ID schemeID="' + b"0" * (MAX_ATTRIBUTE + 1), "ID"),
    "much between elements": (b"</ram:TypeCode>", b"</ram:TypeCode>" + b" " * (MAX_TEXT + 1), "TypeCode"),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_value_that_is_too_long_is_found_before_any_rule_is_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[str] = []

    def counted(validator: str) -> Callable[..., tuple[Finding, ...]]:
        def check(*_: object) -> tuple[Finding, ...]:
            run.append(validator)
            return ()

        return check

    for validator, switch in _SWITCHES.items():
        monkeypatch.setattr(checking, switch, counted(validator))
    assert check_xml(golden("business").read_bytes(), "en16931", french_business=True) == ()
    assert sorted(run) == sorted(_SWITCHES)
    run.clear()
    old, new, place = TOO_LONG[name]
    xml = golden("business").read_bytes()
    assert old in xml
    found = check_xml(xml.replace(old, new, 1), "en16931", french_business=True)
    assert [each.rule for each in found] == ["xml-value-too-long"]
    assert found[0].place.endswith(place)
    assert len(found[0].words) < 200
    assert run == []


def test_thousands_of_values_that_are_too_long_are_told_of_some() -> None:
    xml = re.sub(rb"(Amount[^>/]*>)(?=[0-9])", rb"\g<1>" + b"1" * 101, golden("three_hundred_lines").read_bytes())
    assert len(check_xml(xml, "en16931", french_business=True)) == MAX_FINDINGS


def test_every_number_of_the_schemas_is_in_an_element_that_is_held_short() -> None:
    kinds = "Amount|Quantity|Percent|Rate|Numeric|Measure|Code"
    typed = re.compile(rf'element name="(\w+)" type="[uq]dt:\w*(?:{kinds})Type"')
    numbers = {
        name
        for each in LEVELS.values()
        for schema in (folder() / each.schema).parent.glob("*.xsd")
        for name in typed.findall(schema.read_text("utf-8"))
    }
    assert len(numbers) > 50
    assert {name for name in numbers if not name.endswith(SHORT)} == set()


def test_a_supporting_document_inside_the_xml_may_be_long() -> None:
    root = etree.fromstring(b"<a><AttachmentBinaryObject>" + b"QUJD" * MAX_TEXT + b"</AttachmentBinaryObject></a>")
    assert check_values(root) == ()


def test_values_as_long_as_the_limits_are_not_found() -> None:
    xml = b'<a b="%s"><DueAmount>%s</DueAmount><Name>%s</Name></a>'
    root = etree.fromstring(xml % (b"x" * MAX_ATTRIBUTE, b"1" * MAX_VALUE, b"x" * MAX_TEXT))
    assert check_values(root) == ()


def test_comments_and_instructions_are_left_out() -> None:
    xml = golden("business").read_bytes().replace(b"<ram:TypeCode>380", b"<?php x?><!-- y --><ram:TypeCode>380")
    assert check_xml(xml, "en16931", french_business=True) == ()


def test_an_account_number_is_not_told_in_full() -> None:
    xml = (
        golden("ordinary_services").read_bytes().replace(b"FR7630006000011234567890189", b"FR7630006000011234567890188")
    )
    (found,) = check_xml(xml, "en16931", french_business=False)
    assert "FR7630006000011234567890188" not in found.words


def test_a_wrong_national_key_of_an_account_is_a_warning() -> None:
    right, wrong = b"FR7630006000011234567890189", b"FR0630006000011234567890188"
    xml = golden("ordinary_services").read_bytes().replace(right, wrong)
    (found,) = check_xml(xml, "en16931", french_business=False)
    assert (found.rule, found.severity) == ("iban-national-key", "warning")


def test_reading_keeps_what_is_sound() -> None:
    root = read_xml(golden("business").read_bytes())
    assert not isinstance(root, Finding)
