"""Bank statements are read whole or refused: amounts, days, references, and the same key for the same movement."""

from __future__ import annotations

import pytest

from projections.bank import schema
from projections.bank.camt import MOST_BYTES, read
from projections.bank.errors import WORDS, StatementUnreadable
from tests.projections.bank.statements import IBAN, Ntry, Tx, camt

ONE = Ntry(parts=(Tx(text="Facture F-00012", payer="Camille Exemple", end_to_end="E2E-1"),), bank_reference="B1")


@pytest.mark.parametrize("message", ["053", "054"])
@pytest.mark.parametrize("version", ["02", "04", "06", "08", "10", "13", "14"])
def test_every_version_says_the_same_and_is_held_against_its_schema(version: str, message: str) -> None:
    found = read(camt(ONE, version=version, message=message))
    assert found.schema_checked
    (statement,) = found.statements
    assert (statement.account, statement.currency, statement.identifier) == (IBAN, "EUR", "REL-1")
    assert (statement.from_on, statement.to_on) == ("2026-03-05", "2026-03-05")
    (line,) = statement.lines
    assert (line.rank, line.amount_cents, line.currency, line.credit) == (1, 12_000, "EUR", True)
    assert (line.day, line.means, line.booked, line.returned) == ("2026-03-05", "credit_transfer", True, False)
    assert (line.bank_reference, line.end_to_end) == ("B1", "E2E-1")
    assert (line.texts, line.payer) == (("Facture F-00012",), "Camille Exemple")


def test_the_same_movement_has_the_same_key_in_a_notification_and_in_the_statement() -> None:
    keys = {read(camt(ONE, version=version, message=message)).lines[0].key
            for version in ("02", "08") for message in ("053", "054")}  # fmt: skip
    assert len(keys) == 1


def test_equal_movements_of_one_file_are_told_apart_and_stay_so_when_read_again() -> None:
    twin = Ntry(parts=(Tx(text="Merci"),))
    first, again = read(camt(twin, twin)).lines, read(camt(twin, twin)).lines
    assert first[0].key != first[1].key
    assert [each.key for each in first] == [each.key for each in again]


@pytest.mark.parametrize(
    "other",
    [
        Ntry(parts=ONE.parts, bank_reference="B2"),
        Ntry(amount="120.01", parts=(Tx(amount="120.01", end_to_end="E2E-1"),), bank_reference="B1"),
        Ntry(value="2026-03-06", parts=ONE.parts, bank_reference="B1"),
        Ntry(credit=False, parts=ONE.parts, bank_reference="B1"),
        Ntry(parts=(Tx(end_to_end="E2E-2"),), bank_reference="B1"),
    ],
)
def test_another_movement_has_another_key(other: Ntry) -> None:
    assert read(camt(ONE)).lines[0].key != read(camt(other)).lines[0].key


def test_a_booking_of_several_transactions_is_one_line_each() -> None:
    parts = (Tx(amount="100.00", text="F-1"), Tx(amount="20.00", text="F-2"))
    found = read(camt(Ntry(amount="120.00", parts=parts)))
    assert [(line.rank, line.amount_cents, line.texts) for line in found.lines] == [
        (1, 10_000, ("F-1",)), (2, 2_000, ("F-2",)),
    ]  # fmt: skip


def test_a_booking_of_several_transactions_without_amounts_stays_one_line() -> None:
    parts = (Tx(with_amount=False), Tx(with_amount=False))
    assert [line.amount_cents for line in read(camt(Ntry(parts=parts), version="02")).lines] == [12_000]


@pytest.mark.parametrize(
    ("family", "means"),
    [("RCDT", "credit_transfer"), ("RRCT", "instant_transfer"), ("IDDT", "direct_debit"), ("RCHQ", "cheque"),
     ("CCRD", "card"), ("CNTR", "cash"), ("MCOP", "credit_transfer")],
)  # fmt: skip
def test_the_bank_code_says_how_the_money_came(family: str, means: str) -> None:
    assert read(camt(Ntry(family=family))).lines[0].means == means


def test_pending_returned_and_outgoing_lines_say_so() -> None:
    found = read(camt(Ntry(status="PDNG"), Ntry(credit=False), Ntry(credit=False, reversal=True),
                      Ntry(credit=False, parts=(Tx(reason="AC04"),)))).lines  # fmt: skip
    assert [(each.booked, each.credit, each.returned, each.reason) for each in found] == [
        (False, True, False, None), (True, False, False, None), (True, False, True, None), (True, False, True, "AC04"),
    ]  # fmt: skip


def test_without_a_value_date_the_booking_date_counts() -> None:
    assert read(camt(Ntry(value=None, booked="2026-03-04"))).lines[0].day == "2026-03-04"


GOOD = camt(ONE).decode()
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
WITH_DTD = GOOD.replace(HEAD, "<!DOCTYPE x [<!ENTITY a 'b'>]>")
TOTAL = "120.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no_xml"),
        (b"\x00\xff" * 100, "no_xml"),
        (GOOD[:500].encode(), "no_xml"),
        (b"<Document/>", "not_camt"),
        (GOOD.replace("camt.053", "pain.001").encode(), "not_camt"),
        (WITH_DTD.encode(), "doctype"),
        (GOOD.replace(TOTAL, TOTAL.replace("120.00", "12,00")).encode(), "schema"),
        (GOOD.replace("CRDT", "PLUS").encode(), "schema"),
        (GOOD.replace("2026-03-05</Dt>", "05/03/2026</Dt>").encode(), "schema"),
        (camt(Ntry(parts=(Tx(amount="1.00"), Tx(amount="2.00")))), "parts_do_not_add_up"),
        (camt(Ntry(amount="120.001", parts=(Tx(amount="120.001"),))), "amount"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_a_place_and_words(data: bytes, fault: str) -> None:
    with pytest.raises(StatementUnreadable) as caught:
        read(data)
    assert caught.value.fault == fault
    assert all(WORDS[fault])
    assert caught.value.place


def test_a_file_too_large_is_not_parsed() -> None:
    with pytest.raises(StatementUnreadable) as caught:
        read(b" " * (MOST_BYTES + 1))
    assert caught.value.fault == "too_large"


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (GOOD.replace("CRDT", "PLUS"), "no_direction"),
        (GOOD.replace("2026-03-05</Dt>", "05/03/2026</Dt>"), "day"),
        (GOOD.replace('Ccy="EUR"', 'Ccy="euro"'), "amount"),
        (GOOD.replace("120.00", "-120.00"), "amount"),
        (GOOD.replace("120.00", "1e3"), "amount"),
        (GOOD.replace(f"<IBAN>{IBAN}</IBAN>", ""), "no_account"),
        (GOOD.replace("Stmt>", "Other>"), "no_statement"),
    ],
)
def test_without_the_schemas_at_hand_a_bad_value_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch, bad: str, fault: str
) -> None:
    monkeypatch.setattr(schema, "_schema", lambda _: None)
    assert not read(GOOD.encode()).schema_checked
    with pytest.raises(StatementUnreadable) as caught:
        read(bad.encode())
    assert caught.value.fault == fault


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + rank)} "{f"&{chr(97 + rank)};" * 10}">' for rank in range(9)
    ) + "]>"  # fmt: skip
    data = GOOD.replace('<?xml version="1.0" encoding="UTF-8"?>', bomb).replace("Facture F-00012", "&j;")
    with pytest.raises(StatementUnreadable):
        read(data.encode())
