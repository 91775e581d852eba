"""What is due, sent, late, to rectify; and making each file once, with the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.refusals import Refusal
from ledger.domain.streams.export import SentState, export_id
from projections.ereporting.checking import check_report
from projections.ereporting.due import Obligation, obligations
from projections.ereporting.history import Filed
from projections.ereporting.making import Asked, Firm, Made, make_report
from projections.ereporting.periods import Situations
from projections.ereporting.xml import Issuer, Sender
from tests.projections.ereporting.postings import Book, firm

SENDER = Sender("0001", "Plateforme Exemple")
AT = datetime(2027, 9, 18, 8, 0, 0)  # noqa: DTZ001 - written as it stands


class Desk:
    """A firm that makes and hands over reports, with its book."""

    def __init__(self, situation: Situations | None = None) -> None:
        self.book = Book()
        self.situation = situation or firm()
        self.filed: list[Filed] = []

    def make(self, flow: str, from_on: str, today: str, **more: object) -> Made | Refusal:
        upto = more.pop("upto_seq", None)
        who = Firm(
            self.situation,
            str(more.pop("kind", "live")),
            str(more.pop("currency", "EUR")),
            None if more.pop("nameless", False) else Issuer("123456782", "Atelier Exemple"),
            date.fromisoformat(today),
        )
        sender = more.pop("sender", SENDER)
        asked = Asked(flow, date.fromisoformat(from_on), AT, sender, **more)  # type: ignore[arg-type] # as given
        figures = self.book.figures(self.situation, upto)  # type: ignore[arg-type] # as given
        known = [one for one in self.filed if one.seq <= figures.upto_seq]
        return make_report(figures, who, known, asked)

    def record(self, made: Made | Refusal, state: SentState | None = "handed_over", day: str = "2027-09-18") -> Filed:
        assert isinstance(made, Made), made
        self.book._seq += 1
        filed = Filed(
            export_id(made.digest), self.book.head, day, made.flow, made.type_code, made.period.from_on.isoformat(),
            made.period.to_on.isoformat(), made.upto_seq, made.digest, made.rows, state, day,
        )  # fmt: skip
        self.filed.append(filed)
        return filed

    def answer(self, state: SentState | None) -> None:
        self.filed[-1] = replace(self.filed[-1], state=state)

    def due(self, today: str, **more: object) -> list[Obligation]:
        return list(
            obligations(
                self.book.figures(self.situation),
                self.situation,
                self.filed,
                today=date.fromisoformat(today),
                opened_on=date(2026, 1, 1),
                **more,  # type: ignore[arg-type] # as given
            )
        )

    def states(self, today: str, flow: str = "10.3") -> list[tuple[str, str, str, bool, str, int]]:
        return [
            (one.period.from_on.isoformat(), one.state, one.due_on.isoformat(), one.late, one.type_code, one.n)
            for one in self.due(today)
            if one.flow == flow
        ]


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.book.sell("2027-09-03", 100_000, 20_000)
    made.book.pay("2027-09-04", 60_000)
    return made


def test_a_period_is_open_then_to_make_then_late(desk: Desk) -> None:
    assert desk.states("2027-09-10") == [("2027-09-01", "open", "2027-09-20", False, "IN", 1)]
    assert desk.states("2027-09-11") == [("2027-09-01", "to_make", "2027-09-20", False, "IN", 1)]
    assert desk.states("2027-09-20")[0][3] is False
    assert desk.states("2027-09-21")[0][3] is True
    assert desk.states("2027-09-11", "10.4") == [("2027-09-01", "open", "2027-10-10", False, "IN", 1)]


def test_before_the_start_nothing_is_due_and_a_period_without_figures_is_none() -> None:
    desk = Desk()
    desk.book.sell("2027-08-30", 100_000, 20_000)
    assert desk.due("2027-12-31") == []
    assert [one.period.from_on for one in desk.due("2027-12-31", from_start=False)] == [date(2027, 8, 21)]


def test_a_mid_sized_firm_starts_a_year_earlier() -> None:
    desk = Desk(firm(size="mid"))
    desk.book.sell("2026-09-01", 100_000, 20_000)
    assert desk.states("2026-09-15") == [("2026-09-01", "to_make", "2026-09-20", False, "IN", 1)]


def test_a_file_made_waits_to_be_handed_over_until_figures_change(desk: Desk) -> None:
    desk.record(desk.make("10.4", "2027-09-01", "2027-10-01"), None)
    assert desk.states("2027-10-02", "10.4") == [("2027-09-01", "made", "2027-10-10", False, "IN", 1)]
    desk.book.pay("2027-09-29", 1_000, invoice=2, recorded="2027-10-03")
    assert desk.states("2027-10-11", "10.4") == [("2027-09-01", "to_make", "2027-10-10", True, "IN", 2)]


def test_what_was_handed_over_is_done_until_the_platform_refuses_it(desk: Desk) -> None:
    desk.record(desk.make("10.3", "2027-09-01", "2027-09-18"))
    assert desk.states("2027-09-30") == [("2027-09-01", "handed_over", "2027-09-20", False, "IN", 1)]
    desk.answer("accepted")
    assert desk.states("2027-09-30") == [("2027-09-01", "accepted", "2027-09-20", False, "IN", 1)]
    desk.answer("refused")
    assert desk.states("2027-09-30") == [("2027-09-01", "refused", "2027-09-20", True, "IN", 2)]
    again = desk.make("10.3", "2027-09-01", "2027-09-30")
    assert isinstance(again, Made)
    assert (again.type_code, again.identifier[-4:]) == ("IN", "-002")


def test_a_later_fact_of_a_sent_period_makes_a_rectifying_report_of_the_whole_period(desk: Desk) -> None:
    first = desk.make("10.4", "2027-09-01", "2027-10-08")
    desk.record(first, day="2027-10-08")
    desk.book.pay("2027-09-30", 6_000, 1000, invoice=2, recorded="2027-11-12")
    assert desk.states("2027-11-30", "10.4") == [("2027-09-01", "to_rectify", "2027-12-10", False, "RE", 2)]
    again = desk.make("10.4", "2027-09-01", "2027-11-30")
    assert isinstance(again, Made)
    assert again.kind == "ereport-10.4-re"
    assert again.identifier == "123456782-10-4-20270901-20270930-002"
    assert b"<Amount>600.00</Amount>" in again.xml
    assert b"<Amount>60.00</Amount>" in again.xml
    desk.record(again, day="2027-12-01")
    assert [one[1] for one in desk.states("2027-12-02", "10.4")] == ["handed_over"]


def test_a_refund_that_its_day_cannot_bear_rectifies_the_period_in_which_the_money_came(desk: Desk) -> None:
    desk.record(desk.make("10.4", "2027-09-01", "2027-10-08"), day="2027-10-08")
    desk.book.pay("2027-11-15", -20_000, invoice=1)
    assert desk.states("2027-12-01", "10.4") == [("2027-09-01", "to_rectify", "2027-12-10", False, "RE", 2)]
    again = desk.make("10.4", "2027-09-01", "2027-12-01")
    assert isinstance(again, Made)
    assert b"<Amount>400.00</Amount>" in again.xml
    nothing = desk.make("10.4", "2027-11-01", "2027-12-01")
    assert isinstance(nothing, Refusal)
    assert nothing.code == "EREPORT_NOTHING"


def test_a_report_that_takes_everything_back_says_zero_line_by_line(desk: Desk) -> None:
    desk.record(desk.make("10.4", "2027-09-01", "2027-10-08"), day="2027-10-08")
    desk.book.pay("2027-11-15", -60_000, invoice=1)
    again = desk.make("10.4", "2027-09-01", "2027-12-01")
    assert isinstance(again, Made)
    assert again.type_code == "RE"
    assert b"<Amount>0.00</Amount>" in again.xml
    assert check_report(again.xml) == ()
    desk.record(again, day="2027-12-01")
    assert [one[1] for one in desk.states("2027-12-02", "10.4")] == ["handed_over"]


def test_the_same_ledger_period_and_entry_give_the_same_bytes_whatever_came_later(desk: Desk) -> None:
    upto = desk.book.head
    first = desk.make("10.3", "2027-09-01", "2027-09-18")
    assert isinstance(first, Made)
    desk.record(first)
    desk.book.sell("2027-09-08", 1_000, 200, invoice=7)
    again = desk.make("10.3", "2027-09-01", "2027-12-31", upto_seq=upto)
    assert isinstance(again, Made)
    assert again.xml == first.xml
    assert again.digest == sha256(first.xml).hexdigest()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"today": "2027-09-10"}, "EREPORT_PERIOD_OPEN"),
        ({"from_on": "2027-09-02"}, "EREPORT_PERIOD_UNKNOWN"),
        ({"from_on": "2027-08-21"}, "EREPORT_BEFORE_START"),
        ({"from_on": "2027-09-11", "today": "2027-09-30"}, "EREPORT_NOTHING"),
        ({"kind": "training"}, "EREPORT_TRAINING"),
        ({"currency": "CHF"}, "EREPORT_CURRENCY"),
        ({"nameless": True}, "EREPORT_NAME_GONE"),
        ({"sender": Sender("00001", "Plateforme Exemple")}, "EREPORT_SENDER_UNFIT"),
        ({"sender": Sender("0001", " ")}, "EREPORT_SENDER_UNFIT"),
        ({"sender": Sender("0001", "a\x00b")}, "EREPORT_SENDER_UNFIT"),
        ({"from_on": "9999-12-31"}, "EREPORT_DAY_UNFIT"),
    ],
)
def test_what_may_not_be_made_is_refused_in_words(desk: Desk, more: dict[str, object], code: str) -> None:
    desk.book.sell("2027-08-25", 100, 20, invoice=5)
    refused = desk.make("10.3", **{"from_on": "2027-09-01", "today": "2027-09-18", **more})  # type: ignore[arg-type] # as given
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert "{" not in refused.words


def test_before_the_start_the_words_say_the_day(desk: Desk) -> None:
    desk.book.sell("2027-08-25", 100, 20, invoice=5)
    refused = desk.make("10.3", "2027-08-21", "2027-09-18")
    assert isinstance(refused, Refusal)
    assert "septembre 2027" in refused.words or "01/09/2027" in refused.words, refused.words
    assert refused.law == "BOI-TVA-DECLA-20-30-50 §10"


def test_a_report_that_does_not_pass_the_rules_is_not_made() -> None:
    desk = Desk()
    desk.book.sell("2027-09-03", 100_000, 8_000, 800)  # a Corsican rate of before 2014, which the State's list lacks
    refused = desk.make("10.3", "2027-09-01", "2027-09-18")
    assert isinstance(refused, Refusal)
    assert (refused.code, dict(refused.facts)["rule"]) == ("EREPORT_INVALID", "G1.24")


def test_what_is_sent_and_unchanged_is_not_made_again(desk: Desk) -> None:
    desk.record(desk.make("10.3", "2027-09-01", "2027-09-18"))
    refused = desk.make("10.3", "2027-09-01", "2027-09-19")
    assert isinstance(refused, Refusal)
    assert refused.code == "EREPORT_UNCHANGED"


def test_a_preview_looks_before_the_start_within_a_period_and_in_training(desk: Desk) -> None:
    desk.book.sell("2027-08-25", 100, 20, invoice=5)
    for from_on, today, kind in (
        ("2027-08-21", "2027-08-26", "live"),
        ("2027-09-01", "2027-09-03", "live"),
        ("2027-09-01", "2027-09-18", "training"),
    ):
        found = desk.make("10.3", from_on, today, kind=kind, preview=True)
        assert isinstance(found, Made)
        assert found.preview
        assert "APERCU" in found.name


def test_a_firm_that_changes_its_regime_sends_by_the_new_periods(desk: Desk) -> None:
    desk.situation = Situations((firm().known[0], replace(firm("franchise").known[0], since="2027-09-20")))
    desk.book.sell("2027-11-03", 5_000, 0, 0, invoice=4)
    spans = [(one.period.from_on.isoformat(), one.period.to_on.isoformat()) for one in desk.due("2028-02-01")]
    assert spans == [
        ("2027-09-01", "2027-09-10"),
        ("2027-11-01", "2027-12-31"),
        ("2027-09-01", "2027-09-30"),
    ]


MONEY = st.lists(
    st.tuples(
        st.integers(1, 90), st.integers(-5_000, 9_000).filter(bool), st.sampled_from([0, 2000]), st.integers(1, 3)
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(MONEY, st.lists(st.integers(1, 25), max_size=4))
def test_whenever_reports_are_sent_in_the_end_each_says_what_is_so(
    money: list[tuple[int, int, int, int]], stops: list[int]
) -> None:
    """Money comes and goes on any day, recorded in any order; reports go out in between, then what is due is sent."""
    desk = Desk()
    for rank, (day, cents, rate_bp, invoice) in enumerate(money, 1):
        on = date.fromordinal(date(2027, 8, 31).toordinal() + day).isoformat()
        desk.book.pay(on, cents, rate_bp, invoice=invoice)
        if rank in stops:
            _send(desk)
    _send(desk)
    _send(desk)
    assert [one for one in desk.due("2028-01-31") if one.pending] == []
    paid = desk.book.figures().payments()
    for one in desk.due("2028-01-31"):
        assert one.last is not None
        then = desk.book.figures(upto_seq=one.last.upto_seq)
        assert then.paid(one.period) == desk.book.figures().paid(one.period) or [
            (line.on, line.rate_bp, line.cents) for line in then.paid(one.period)
        ] == [(line.on, line.rate_bp, line.cents) for line in desk.book.figures().paid(one.period)]
    sent = sum(line.cents for one in desk.due("2028-01-31") for line in desk.book.figures().paid(one.period))
    assert sent == sum(line.cents for line in paid.lines)


def _send(desk: Desk) -> None:
    for one in desk.due("2028-01-31"):
        if one.pending:
            made = desk.make(one.flow, one.period.from_on.isoformat(), "2028-01-31")
            assert isinstance(made, Made), made
            assert (made.type_code, made.identifier[-3:]) == (one.type_code, f"{one.n:03d}")
            desk.record(made, day="2028-01-31")
