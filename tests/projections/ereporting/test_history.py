"""The projection of a ledger's own e-reporting, over entries by hand."""

from __future__ import annotations

from ledger.domain.streams.export import export_id
from projections.ereporting.history import EREPORTING, Filed, filed_of, firm_of
from projections.ereporting.periods import Situation
from tests.projections import kit

ONE, TWO = "a" * 64, "b" * 64


def profile(seq: int, at: str, **more: object) -> object:
    body = {"siren": "123456782", "vat_regime": "normal_monthly", **more}
    return kit.entry(seq, "issuer.profile_set/1", body, stream="issuer:self", at=at)


def made(seq: int, digest: str, kind: str = "ereport-10.3-in") -> object:
    body = {
        "kind": kind,
        "from_on": "2027-09-01",
        "to_on": "2027-09-10",
        "upto_seq": seq - 1,
        "digest": digest,
        "rows": 3,
    }
    stream = f"export:{export_id(digest)}"
    return kit.entry(seq, "export.made/1", body, stream=stream, at="2027-09-12T09:00:00.000000Z")


def sent(seq: int, digest: str, state: str, **more: str) -> object:
    body = {"digest": digest, "kind": "IN", "state": state, **more}
    stream = f"export:{export_id(digest)}"
    return kit.entry(seq, "ereport.sent/1", body, stream=stream, at="2027-09-13T09:00:00.000000Z")


ENTRIES = [
    profile(1, "2026-10-01T09:00:00.000000Z", vat_regime="franchise"),
    profile(2, "2027-08-01T09:00:00.000000Z", firm_size="sme", debits_option=True),
    made(3, ONE),
    made(4, TWO, "fec"),
    sent(5, ONE, "handed_over"),
    sent(6, ONE, "refused", reason="G1.24"),
]


def test_it_keeps_to_what_every_projection_must() -> None:
    kit.check(EREPORTING, ENTRIES)  # type: ignore[arg-type] # entries, made above


def test_situations_and_files_are_read_back() -> None:
    view = kit.view_of(EREPORTING, ENTRIES)  # type: ignore[arg-type] # the same
    firm = firm_of(view)
    assert firm is not None
    assert firm.known == (
        Situation("2026-10-01", "franchise", "micro", False),
        Situation("2027-08-01", "normal_monthly", "sme", True),
    )
    assert filed_of(view) == (
        Filed(
            export=export_id(ONE),
            seq=3,
            day="2027-09-12",
            flow="10.3",
            type_code="IN",
            from_on="2027-09-01",
            to_on="2027-09-10",
            upto_seq=2,
            digest=ONE,
            rows=3,
            state="refused",
            state_day="2027-09-13",
            reason="G1.24",
        ),
    )


def test_any_past_entry_can_be_asked_about() -> None:
    view = kit.view_of(EREPORTING, ENTRIES)  # type: ignore[arg-type] # the same
    firm = firm_of(view, 1)
    assert firm is not None
    assert len(firm.known) == 1
    assert filed_of(view, 2) == ()
    assert [(one.state, one.in_force) for one in filed_of(view, 4)] == [(None, False)]
    assert [(one.state, one.in_force) for one in filed_of(view, 5)] == [("handed_over", True)]
    assert firm_of(kit.view_of(EREPORTING, [made(1, ONE)])) is None  # type: ignore[list-item] # the same
