"""Whose money it is: certain only where the bank's own words say so, nothing twice, a person for the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.advances import reference_of
from projections.bank.camt import BankLine, read
from projections.bank.matching import Known, OpenItem, Proposal, match, payment_id
from tests.projections.bank.statements import Ntry, Tx, camt

LEDGER = "5b0e8a3e-7e0e-4a62-9a3e-1f1f1f1f1f1f"


def item(number: str, cents: int = 12_000, *, customer: str = "c1", name: str | None = "Camille Exemple") -> OpenItem:
    return OpenItem(f"id-{number}", "invoice", number, (reference_of(number),), cents, "EUR", customer, name)


def lines(*entries: Ntry) -> tuple[BankLine, ...]:
    return read(camt(*entries)).lines


def line(amount: str = "120.00", *, currency: str = "EUR", **words: str | None) -> BankLine:
    return lines(Ntry(amount=amount, currency=currency, parts=(Tx(amount=amount, **words),)))[0]  # type: ignore[arg-type] # words of Tx


def one(
    told: BankLine, *items: OpenItem, known: tuple[Known, ...] = (), chosen: dict[int, str] | None = None
) -> Proposal:
    (found,) = match(LEDGER, [told], items, frozenset(), known, chosen)
    return found


INVOICE = item("F-00012")
RF = reference_of("F-00012")


@pytest.mark.parametrize(
    "told",
    [
        line(structured=RF),
        line(structured=f"{RF[:4]} {RF[4:]}"),
        line(structured=RF.lower()),
        line(structured="F-00012"),
        line(end_to_end="F-00012"),
        line(text="Facture F-00012 merci"),
        line(text="f-00012"),
        line(text="facture F 00012"),
        line(text=f"REF {RF[:4]} {RF[4:]} MERCI"),
    ],
)
def test_a_reference_or_a_number_with_the_open_amount_is_certain(told: BankLine) -> None:
    found = one(told, item("F-00011"), INVOICE, item("F-000123"))
    assert (found.verdict, [(part.number, part.amount_cents) for part in found.parts]) == (
        "certain", [("F-00012", 12_000)],
    )  # fmt: skip


def test_part_of_what_is_open_is_certain_by_reference_and_likely_by_number() -> None:
    assert one(line("50.00", structured=RF), INVOICE).verdict == "certain"
    found = one(line("50.00", text="F-00012"), INVOICE)
    assert (found.verdict, found.why, found.parts[0].amount_cents) == ("likely", "number_other_amount", 5_000)


def test_more_than_is_open_is_never_certain_and_only_what_is_open_is_put() -> None:
    found = one(line("150.00", structured=RF), INVOICE)
    assert (found.verdict, found.why) == ("likely", "reference_other_amount")
    assert [part.amount_cents for part in found.parts] == [12_000]


def test_several_numbers_of_one_customer_that_add_up_are_certain() -> None:
    other = item("F-00013", 3_000)
    found = one(line("150.00", text="F-00012 et F-00013"), INVOICE, other)
    assert found.verdict == "certain"
    assert {(part.number, part.amount_cents) for part in found.parts} == {("F-00012", 12_000), ("F-00013", 3_000)}
    assert one(line("149.00", text="F-00012 et F-00013"), INVOICE, other).verdict == "ambiguous"
    assert one(line("150.00", text="F-00012 et F-00013"), INVOICE, replace(other, customer="c2")).verdict == "ambiguous"


def test_a_name_and_an_amount_are_a_guess() -> None:
    told = line(text="virement", payer="EXEMPLE CAMILLE MME")
    found = one(told, INVOICE, item("F-00020", 12_000, customer="c2", name="Dominique Autre"))
    assert (found.verdict, found.why, found.parts[0].number) == ("likely", "amount_and_name", "F-00012")


def test_one_word_in_common_is_no_name() -> None:
    assert one(line(payer="Camille Autre"), INVOICE).verdict == "ambiguous"
    assert one(line(payer="Exemple"), INVOICE).verdict == "ambiguous"


def test_two_that_fit_alike_are_left_to_a_person() -> None:
    found = one(line(payer="Camille Exemple"), INVOICE, item("F-00014"))
    assert (found.verdict, found.parts) == ("ambiguous", ())
    assert set(found.others) == {"F-00012", "F-00014"}


def test_what_fits_nothing_is_unknown() -> None:
    assert one(line("77.00"), INVOICE).verdict == "unknown"
    assert one(line("120.00", currency="USD"), INVOICE).why == "other_currency"
    assert one(line("120.00", currency="USD", structured=RF), INVOICE).parts == ()


def test_what_one_line_takes_is_no_longer_open_for_the_next() -> None:
    twin = Ntry(parts=(Tx(text="F-00012"),))
    first, second = match(LEDGER, lines(twin, twin), [INVOICE], frozenset())
    assert (first.verdict, second.verdict) == ("certain", "unknown")
    assert first.payment != second.payment


def test_a_line_recorded_before_is_recorded_whatever_file_it_comes_in() -> None:
    entry = Ntry(parts=(Tx(structured=RF, end_to_end="E1"),), bank_reference="B7")
    early = read(camt(entry, message="054", version="02")).lines[0]
    late = read(camt(entry, message="053")).lines[0]
    (found,) = match(LEDGER, [late], [INVOICE], frozenset({payment_id(LEDGER, early)}))
    assert (found.verdict, found.parts) == ("recorded", ())
    assert payment_id("another", early) != payment_id(LEDGER, early)


def test_a_payment_recorded_by_hand_is_seen_within_seven_days() -> None:
    hand = Known("p1", 12_000, "EUR", "2026-03-01", left_cents=12_000)
    assert one(line(), known=(hand,)).verdict == "seen"
    assert one(line(payer="Camille Exemple"), INVOICE, known=(hand,)).verdict == "seen"
    assert one(line(), known=(replace(hand, received_on="2026-02-25"),)).verdict == "unknown"
    assert one(line(), known=(replace(hand, left_cents=0),)).verdict == "unknown"
    assert one(line(structured=RF), INVOICE, known=(hand,)).verdict == "certain"  # it names what is still open


def test_a_payout_of_the_provider_is_no_clients_payment() -> None:
    payout = Known("", 12_000, "EUR", "2026-03-01", "po_1", 12_000)
    came = line(text="STRIPE PAYOUT")

    def taken(*payouts: Known, **more: Any) -> Proposal:
        return match(LEDGER, (more.get("line", came),), [INVOICE], frozenset(), (), None, payouts)[0]

    assert taken().verdict == "ambiguous"  # for the amount alone
    assert (taken(payout).verdict, taken(payout).why, taken(payout).parts) == ("seen", "payout", ())
    assert taken(replace(payout, received_on="2026-01-01")).why == "same_amount"
    assert taken(replace(payout, currency="USD")).why == "same_amount"
    assert taken(payout, line=line(text="F-00012")).verdict == "certain"
    assert taken(replace(payout, amount_cents=-12_000)).why == "same_amount"  # that one was drawn


@pytest.mark.parametrize("returned", [False, True])
def test_what_the_provider_drew_or_has_back_is_no_other_debit(returned: bool) -> None:
    drawn = Known("", -12_000, "EUR", "2026-03-01", "po_1")
    (left,) = lines(Ntry(credit=False, reversal=returned, value="2026-03-05", parts=(Tx(text="STRIPE"),)))

    def taken(*payouts: Known) -> Proposal:
        return match(LEDGER, [left], [INVOICE], frozenset(), (), None, payouts)[0]

    other = ("returned", "nothing_fits") if returned else ("paid_out", "debit")
    assert (taken().verdict, taken().why) == other
    assert (taken(drawn).verdict, taken(drawn).why, taken(drawn).parts) == ("seen", "payout", ())
    paid_out, long_before = replace(drawn, amount_cents=12_000), replace(drawn, received_on="2026-01-01")
    for unlike in (paid_out, long_before, replace(drawn, currency="USD")):
        found = taken(unlike)
        assert (found.verdict, found.why) == other


def test_a_choice_of_a_person_wins_and_must_be_open() -> None:
    told = line(payer="Camille Exemple")
    found = one(told, INVOICE, item("F-00014"), chosen={1: "F-00014"})
    assert (found.verdict, found.why, found.parts[0].number) == ("certain", "chosen", "F-00014")
    with pytest.raises(LookupError):
        one(told, INVOICE, chosen={1: "F-00099"})


def test_pending_outgoing_and_returned_lines_are_no_payment() -> None:
    pending, out, back, lost = lines(
        Ntry(status="PDNG", parts=(Tx(structured=RF),)),
        Ntry(credit=False, parts=(Tx(structured=RF),)),
        Ntry(credit=False, parts=(Tx(end_to_end="E9", reason="AC04"),)),
        Ntry(credit=False, parts=(Tx(end_to_end="E10", reason="AC04"),)),
    )
    known = Known("p9", 12_000, "EUR", "2026-02-01", end_to_end="E9", left_cents=12_000)
    found = match(LEDGER, [pending, out, back, lost], [INVOICE], frozenset(), [known])
    assert [each.verdict for each in found] == ["pending", "paid_out", "returned", "returned"]
    assert [each.returns for each in found] == [None, None, "p9", None]
    assert all(each.parts == () for each in found)


def test_a_return_that_two_payments_fit_is_left_to_a_person() -> None:
    (back,) = lines(Ntry(credit=False, parts=(Tx(end_to_end="E9", reason="AC04"),)))
    known = [Known(each, 12_000, "EUR", "2026-02-01", end_to_end="E9", left_cents=12_000) for each in ("p1", "p2")]
    assert match(LEDGER, [back], [], frozenset(), known)[0].returns is None


AMOUNTS = st.sampled_from([1_000, 5_000, 12_000, 12_001])
NUMBERS = ("F-00011", "F-00012", "F-00013", "F-00014")


@given(
    st.lists(st.tuples(st.sampled_from([*NUMBERS, "Z-99999", ""]), AMOUNTS), min_size=1, max_size=12),
    st.lists(AMOUNTS, min_size=4, max_size=4),
)
def test_no_document_is_ever_given_more_than_it_has_open_nor_a_line_more_than_it_brings(
    told: list[tuple[str, int]], opened: list[int]
) -> None:
    entries = [
        Ntry(amount=f"{cents / 100:.2f}", parts=(Tx(amount=f"{cents / 100:.2f}", text=text or None),))
        for text, cents in told
    ]
    items = [item(number, cents) for number, cents in zip(NUMBERS, opened, strict=True)]
    found = match(LEDGER, lines(*entries), items, frozenset())
    assert len(found) == len(told)
    assert len({each.payment for each in found}) == len(told)
    taken: dict[str, int] = {}
    for each in found:
        assert sum(part.amount_cents for part in each.parts) <= each.line.amount_cents
        if each.verdict == "certain":
            assert sum(part.amount_cents for part in each.parts) == each.line.amount_cents
        for part in each.parts:
            taken[part.about] = taken.get(part.about, 0) + part.amount_cents
    assert all(taken.get(each.about, 0) <= each.open_cents for each in items)
