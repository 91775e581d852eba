"""Reports are valid, and each rule that bites finds its one fault (official XSD 3.2 and Schematron of flux 10)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from projections.ereporting.checking import check_report, folder
from projections.ereporting.payments import PaymentLine
from projections.ereporting.transactions import RateLine, TransactionLine
from projections.ereporting.xml import Head, Issuer, Sender, euros, payments_xml, percent, transactions_xml

HEAD = Head(
    flow="10.3",
    type_code="IN",
    n=1,
    from_on=date(2027, 9, 1),
    to_on=date(2027, 9, 10),
    sender=Sender("0001", "Plateforme Exemple"),
    issuer=Issuer("123456782", "Atelier Exemple"),
    made_at=datetime(2027, 9, 18, 8, 0, 0),  # noqa: DTZ001 - written as it stands, in the ledger's zone
)
SOLD = (
    TransactionLine(
        "2027-09-03",
        "EUR",
        "TPS1",
        (RateLine(1000, 100_000, 10_000, (11,)), RateLine(2000, 50_000, 10_000, (12,))),
        2,
    ),
    TransactionLine("2027-09-04", "EUR", "TLB1", (RateLine(550, -10_000, -550, (13,)),), 1),
)
PAID = (
    PaymentLine("2027-09-03", 1000, 33_000, (11,)),
    PaymentLine("2027-09-03", 2000, 60_000, (11,)),
    PaymentLine("2027-09-05", 0, 1, (12,)),
)
TRANSACTIONS = transactions_xml(HEAD, SOLD).decode()
PAYMENTS = payments_xml(
    Head("10.4", "RE", 2, date(2027, 9, 1), date(2027, 9, 30), HEAD.sender, HEAD.issuer, HEAD.made_at), PAID
).decode()


def rules(xml: str) -> set[str]:
    return {f"{each.validator} {each.rule}" for each in check_report(xml.encode())}


def test_a_report_of_transactions_is_written_as_the_state_wants_it() -> None:
    assert rules(TRANSACTIONS) == set()
    assert TRANSACTIONS == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<Report>\n"
        "  <ReportDocument>\n"
        "    <Id>123456782-10-3-20270901-20270910-001</Id>\n"
        "    <IssueDateTime>\n"
        "      <DateTimeString>20270918080000</DateTimeString>\n"
        "    </IssueDateTime>\n"
        "    <TypeCode>IN</TypeCode>\n"
        "    <Sender>\n"
        '      <Id schemeId="0238">0001</Id>\n'
        "      <Name>Plateforme Exemple</Name>\n"
        "      <RoleCode>WK</RoleCode>\n"
        "    </Sender>\n"
        "    <Issuer>\n"
        '      <Id schemeId="0002">123456782</Id>\n'
        "      <Name>Atelier Exemple</Name>\n"
        "      <RoleCode>SE</RoleCode>\n"
        "    </Issuer>\n"
        "  </ReportDocument>\n"
        "  <TransactionsReport>\n"
        "    <ReportPeriod>\n"
        "      <StartDate>20270901</StartDate>\n"
        "      <EndDate>20270910</EndDate>\n"
        "    </ReportPeriod>\n"
        "    <Transactions>\n"
        "      <Date>20270903</Date>\n"
        "      <TransactionsCurrency>EUR</TransactionsCurrency>\n"
        "      <CategoryCode>TPS1</CategoryCode>\n"
        "      <TaxExclusiveAmount>1500.00</TaxExclusiveAmount>\n"
        "      <TaxTotal>200.00</TaxTotal>\n"
        "      <TransactionsCount>2</TransactionsCount>\n"
        "      <TaxSubtotal>\n"
        "        <TaxPercent>10</TaxPercent>\n"
        "        <TaxableAmount>1000.00</TaxableAmount>\n"
        "        <TaxTotal>100.00</TaxTotal>\n"
        "      </TaxSubtotal>\n"
        "      <TaxSubtotal>\n"
        "        <TaxPercent>20</TaxPercent>\n"
        "        <TaxableAmount>500.00</TaxableAmount>\n"
        "        <TaxTotal>100.00</TaxTotal>\n"
        "      </TaxSubtotal>\n"
        "    </Transactions>\n"
        "    <Transactions>\n"
        "      <Date>20270904</Date>\n"
        "      <TransactionsCurrency>EUR</TransactionsCurrency>\n"
        "      <CategoryCode>TLB1</CategoryCode>\n"
        "      <TaxExclusiveAmount>-100.00</TaxExclusiveAmount>\n"
        "      <TaxTotal>-5.50</TaxTotal>\n"
        "      <TransactionsCount>1</TransactionsCount>\n"
        "      <TaxSubtotal>\n"
        "        <TaxPercent>5.5</TaxPercent>\n"
        "        <TaxableAmount>-100.00</TaxableAmount>\n"
        "        <TaxTotal>-5.50</TaxTotal>\n"
        "      </TaxSubtotal>\n"
        "    </Transactions>\n"
        "  </TransactionsReport>\n"
        "</Report>\n"
    )


def test_a_report_of_payments_passes() -> None:
    assert rules(PAYMENTS) == set()
    assert PAYMENTS.count("<Payment>") == 2
    assert "<Amount>0.01</Amount>" in PAYMENTS


def test_a_preview_says_so_and_passes() -> None:
    xml = transactions_xml(
        Head("10.3", "IN", 1, HEAD.from_on, HEAD.to_on, HEAD.sender, HEAD.issuer, HEAD.made_at, preview=True), SOLD
    ).decode()
    assert "-001-APERCU</Id>" in xml
    assert "<Name>APERÇU - NE PAS TRANSMETTRE</Name>" in xml
    assert rules(xml) == set()


MUTATIONS: tuple[tuple[str, str, str, str, str], ...] = (
    # name, report, what is replaced (once), by what, the rule that bites
    ("an id of 51 characters", "t", "-001</Id>", "-" + "1" * 18 + "</Id>", "schematron G1.104"),
    ("an id with a stroke not allowed", "t", "-001</Id>", ".001</Id>", "schematron G1.104"),
    ("an id that ends with a space", "t", "-001</Id>", "-001 </Id>", "schematron G1.104"),
    ("an id with two spaces", "t", "-001</Id>", "-0  1</Id>", "schematron G1.104"),
    ("a moment without seconds", "t", "20270918080000", "202709180800", "schematron G7.53"),
    ("a moment of another century", "t", "20270918080000", "19270918080000", "schematron G1.36"),
    ("a type that there is not", "t", "<TypeCode>IN<", "<TypeCode>CO<", "schematron G8.01"),
    ("a sender that is no platform", "t", 'schemeId="0238"', 'schemeId="0002"', "schematron G6.22"),
    ("a platform of five characters", "t", ">0001<", ">00001<", "schematron G6.22"),
    ("a sender of another role", "t", "<RoleCode>WK<", "<RoleCode>SE<", "schematron G7.51"),
    ("an issuer not named by its SIREN", "t", 'schemeId="0002"', 'schemeId="0009"', "schematron G6.26"),
    ("a SIREN of eight digits", "t", ">123456782<", ">12345678<", "schematron G6.26"),
    ("an issuer of another role", "t", "<RoleCode>SE<", "<RoleCode>XX<", "schematron G7.52"),
    ("a period of one day", "t", "<EndDate>20270910<", "<EndDate>20270901<", "schematron G6.25"),
    ("a period backwards", "p", "<EndDate>20270930<", "<EndDate>20270831<", "schematron G6.25"),
    ("a start that is no date", "t", "<StartDate>20270901<", "<StartDate>2027-09-01<", "schematron G1.09"),
    ("a day that is no date", "t", "<Date>20270903<", "<Date>2027-09-03<", "schematron G1.09"),
    ("a day of another century", "p", "<Date>20270903<", "<Date>21270903<", "schematron G1.36"),
    ("a currency in small letters", "t", ">EUR<", ">eur<", "schematron G1.10"),
    ("a category that there is not", "t", ">TPS1<", ">TPS2<", "schematron G1.68"),
    ("a rate that there is not", "t", "<TaxPercent>20<", "<TaxPercent>19<", "schematron G1.24"),
    ("a rate of a payment that there is not", "p", "<TaxPercent>20<", "<TaxPercent>19<", "schematron G1.24"),
    ("an amount of three decimals", "t", ">-100.00</TaxExclusiveAmount>", ">-100.001</TaxExclusiveAmount>",
     "schematron G1.14"),
    ("an amount of twenty digits", "t", "<TaxExclusiveAmount>1500.00", "<TaxExclusiveAmount>" + "9" * 18 + ".00",
     "schematron G1.14"),
    ("an amount with a comma", "t", "<TaxExclusiveAmount>1500.00", "<TaxExclusiveAmount>1500,00", "xsd SCHEMAV"),
    ("a total three cents away from its rates", "t", "<TaxExclusiveAmount>1500.00", "<TaxExclusiveAmount>1500.03",
     "schematron G1.53"),
    ("a VAT three cents away from its rates", "t", "<TaxTotal>200.00", "<TaxTotal>199.97", "schematron G1.53"),
    ("a payment below zero", "p", "<Amount>600.00", "<Amount>-600.00", "schematron G1.16"),
    ("a payment of seven decimals", "p", "<Amount>600.00", "<Amount>600.0000001", "schematron G1.16"),
    ("a payment in dollars", "p", "<CurrencyCode>EUR", "<CurrencyCode>USD", "schematron G6.27"),
    ("an element that there is not", "t", "<TypeCode>IN</TypeCode>", "<TypeCode>IN</TypeCode><Why/>", "xsd SCHEMAV"),
    ("a report without its sender's name", "t", "<Name>Plateforme Exemple</Name>", "", "xsd SCHEMAV"),
    ("a line without a rate", "p", "<TaxPercent>0</TaxPercent>", "", "xsd SCHEMAV"),
    ("a rate in words", "t", "<TaxPercent>20<", "<TaxPercent>vingt<", "xsd SCHEMAV"),
    ("a day outside the period", "t", "<Date>20270904<", "<Date>20270911<", "xml ereport-day-outside"),
    ("one rate twice", "p", "<TaxPercent>10<", "<TaxPercent>20<", "xml ereport-rate-twice"),
    ("one day twice", "p", "<Date>20270905<", "<Date>20270903<", "xml ereport-line-twice"),
)  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: str(each[0]))
def test_one_fault_is_found_by_its_rule(mutation: tuple[str, str, str, str, str]) -> None:
    _, report, what, by, rule = mutation
    xml = TRANSACTIONS if report == "t" else PAYMENTS
    assert what in xml
    found = rules(xml.replace(what, by, 1))
    assert any(each.startswith(rule) for each in found), found


def test_a_report_of_both_kinds_or_of_neither_is_found() -> None:
    body = PAYMENTS[PAYMENTS.index("  <PaymentsReport>") : PAYMENTS.index("</Report>")]
    assert "schematron G6.29" in rules(TRANSACTIONS.replace("</Report>", f"{body}</Report>"))
    head = TRANSACTIONS[: TRANSACTIONS.index("  <TransactionsReport>")]
    assert "schematron G6.29" in rules(f"{head}</Report>")


def test_an_empty_report_is_found() -> None:
    start, end = TRANSACTIONS.index("    <Transactions>"), TRANSACTIONS.index("  </TransactionsReport>")
    assert rules(TRANSACTIONS[:start] + TRANSACTIONS[end:]) == {"xml ereport-empty"}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "xml-empty"),
        (b"%PDF-1.7", "xml-malformed"),
        (b"<!DOCTYPE Report [<!ENTITY a 'b'>]><Report>&a;</Report>", "xml-doctype"),
        (b"<Invoice/>", "SCHEMAV_CVC_ELT_1"),
        (b"<a>" * 300 + b"</a>" * 300, "xml-too-deep"),
        (TRANSACTIONS.replace("1500.00", "1" * 1_000).encode(), "xml-value-too-long"),
        (b"<a " + b" ".join(b'b%d="c"' % each for each in range(20_000)) + b"/>", "xml-too-large"),
    ],
)
def test_what_is_no_report_is_said_and_never_raises(data: bytes, rule: str) -> None:
    assert [each.rule for each in check_report(data)][:1] == [rule]


SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "law" / "flux10-samples"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are optional")
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("f10_transactions", None),
        ("f10_payments", None),
        ("bad_negpay", "schematron G1.16"),
        ("bad_oneday", "schematron G6.25"),
        ("bad_rate", "schematron G1.24"),
    ],
)
def test_the_samples_pass_and_fail_as_they_should(name: str, rule: str | None) -> None:
    found = rules((SAMPLES / f"{name}.xml").read_text())
    assert (found == set()) if rule is None else (rule in found)


def test_the_package_that_ships_the_official_files_is_never_imported() -> None:
    asked = "import sys; from projections.ereporting.checking import check_report; check_report(b'<Report/>'); "
    asked += "sys.exit('pyfrctc' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False, timeout=60).returncode == 0


def test_the_official_files_are_those_that_were_read() -> None:
    assert (folder() / "frr-xsd" / "ereporting.xsd").is_file()
    assert "Annexe 7 v1.8" in (folder() / "frr-schematron" / "Flux10.xslt").read_text("utf-8")


def test_amounts_and_rates_are_written_without_floats() -> None:
    assert [euros(cents) for cents in (0, 5, -5, 100, -12_345, 10**13)] == [
        "0.00", "0.05", "-0.05", "1.00", "-123.45", "100000000000.00",
    ]  # fmt: skip
    assert [percent(bp) for bp in (0, 90, 105, 210, 550, 1000, 1960, 2000)] == [
        "0", "0.9", "1.05", "2.1", "5.5", "10", "19.6", "20",
    ]  # fmt: skip
