"""The entries behind a document's figures, and what each of them brought, by event.

It is the arithmetic of `projections/business/documents.py` told entry by entry; a test adds every cell's shares up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projections.business.documents import INSTALMENT
from projections.engine.contract import Body, Entry
from projections.reports.common import Weigh, weighed
from projections.reports.contract import Desk


def _amount(body: Body) -> int:
    cents: int = body["amount_cents"]
    return cents


def _less(body: Body) -> int:
    return -_amount(body)


def _member(name: str, sign: int = 1) -> Weigh:
    def weigh(body: Body) -> int:
        cents: int = body.get(name, 0)
        return sign * cents

    return weigh


def _total(name: str) -> Weigh:
    def weigh(body: Body) -> int:
        cents: int = body["totals"][name]
        return cents

    return weigh


def _prepaid(body: Body) -> int:
    return sum(one["amount_cents"] for one in body.get("prepaid", ()))


def _claimed(body: Body) -> int:
    cents: int = body["penalty_cents"] + body["indemnity_cents"]
    return cents


def _vat_of_split(body: Body) -> int:
    return sum(one["vat_cents"] for one in body.get("split", ()))


def _net_of_split(body: Body) -> int:
    return _amount(body) - _vat_of_split(body)


def _back(body: Body) -> int:
    """What a deposit.unpaid/1 gave back to the client; nothing where it was reversed or moved."""
    return _amount(body) if body["cause"] == "refunded" else 0


def _off(body: Body) -> int:
    """What a deposit.unpaid/1 took off again without giving it back."""
    return 0 if body["cause"] == "refunded" else _amount(body)


def _minus(weigh: Weigh) -> Weigh:
    return lambda body: -weigh(body)


Weights = Mapping[str, Weigh]

_INVOICE: Final[Mapping[str, Weights]] = {
    "net_cents": {"invoice.issued/1": _total("net_cents")},
    "vat_cents": {"invoice.issued/1": _total("vat_cents")},
    "gross_cents": {"invoice.issued/1": _total("gross_cents")},
    "prepaid_cents": {"invoice.issued/1": _prepaid},
    "paid_cents": {"invoice.paid/1": _amount, "invoice.unpaid/1": _less},
    "credited_cents": {"invoice.credited/1": _member("gross_cents")},
    "penalty_cents": {"invoice.penalty_charged/1": _claimed},
    "open_cents": {
        "invoice.issued/1": _member("due_cents"),
        "invoice.paid/1": _less,
        "invoice.unpaid/1": _amount,
        "invoice.credited/1": _member("settles_cents", -1),
        "invoice.early_discount_taken/1": _less,
        "invoice.early_discount_lost/1": _amount,
        "invoice.written_off/1": _less,
    },
}

_DEPOSIT: Final[Mapping[str, Weights]] = {
    "net_cents": {"deposit.requested/1": _net_of_split},
    "vat_cents": {"deposit.requested/1": _vat_of_split},
    "gross_cents": {"deposit.requested/1": _amount},
    "amount_cents": {"deposit.requested/1": _amount},
    "paid_cents": {"deposit.paid/1": _amount, "deposit.unpaid/1": _minus(_off)},
    "open_cents": {
        "deposit.requested/1": _amount,
        "deposit.paid/1": _less,
        "deposit.unpaid/1": _amount,
    },
    "held_cents": {
        "deposit.paid/1": _amount,
        "deposit.unpaid/1": _less,
        "deposit.applied/1": _less,
        "deposit.released/1": _amount,
        "deposit.forfeited/1": _less,
    },
    "applied_cents": {"deposit.applied/1": _amount, "deposit.released/1": _less},
    "forfeited_cents": {"deposit.forfeited/1": _amount},
    "refunded_cents": {"deposit.unpaid/1": _back},
}

_CREDIT_NOTE: Final[Mapping[str, Weights]] = {
    "net_cents": {"credit_note.issued/1": _total("net_cents")},
    "vat_cents": {"credit_note.issued/1": _total("vat_cents")},
    "gross_cents": {"credit_note.issued/1": _total("gross_cents")},
    "refund_due_cents": {"credit_note.issued/1": _member("refund_cents"), "credit_note.refunded/1": _less},
}


def _all_totals(types: Sequence[str], more: str | None = None) -> Mapping[str, Weights]:
    names = ("net_cents", "vat_cents", "gross_cents")
    return {
        name: {**dict.fromkeys(types, _total(name)), **({more: _member(name)} if more is not None else {})}
        for name in names
    }


_QUOTE: Final[Mapping[str, Weights]] = {
    **_all_totals(("quote.issued/1", "quote.revised/1", "quote.signed/1"), "quote.amended/1"),
    "invoiced_cents": {"quote.invoiced/1": _member("gross_cents"), "quote.uninvoiced/1": _member("gross_cents", -1)},
}

_BY_STREAM: Final[Mapping[str, Mapping[str, Weights]]] = {
    "invoice": _INVOICE,
    "deposit": _DEPOSIT,
    "credit_note": _CREDIT_NOTE,
    "quote": _QUOTE,
    "note": _all_totals(("note.issued/1",)),
    "receipt": {"gross_cents": {"receipt.issued/1": _amount}},
    "subscription": _all_totals(("subscription.started/1", "subscription.changed/1")),
}

_REPLACES: Final = frozenset({"quote.revised/1", "quote.signed/1", "subscription.changed/1"})
"""Events whose totals take the place of those before, instead of adding to them."""

_OTHERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "deposit": {"refund_due_cents": ("deposit.refund_due/1", "deposit.paid/1", "deposit.unpaid/1")},
}
"""Figures that are no sum of entries (what must go back is bounded by what is held), and the events they rest on."""


def shares_of(trail: Sequence[Entry], column: str) -> dict[int, int] | None:
    """Give what each entry of a document's stream brought to one of its figures; None where it is no such sum."""
    if not trail:
        return None
    kind = trail[0].stream.partition(":")[0]
    weights = _BY_STREAM.get(kind, {}).get(column)
    if weights is None:
        return None
    if kind in ("quote", "subscription") and column != "invoiced_cents":
        trail = _in_force(trail)
    found = weighed(trail, weights)
    return None if found is not None and sum(found.values()) < 0 and column in _BOUNDED else found


_BOUNDED: Final = frozenset({"open_cents", "refund_due_cents"})
"""Figures that stop at zero when more was paid than was due."""


def _in_force(trail: Sequence[Entry]) -> Sequence[Entry]:
    """Leave out the versions that later ones replaced."""
    from_rank = max((rank for rank, one in enumerate(trail) if one.type in _REPLACES), default=0)
    return trail[from_rank:]


def entries_of(trail: Sequence[Entry], column: str) -> list[int]:
    """Give the entries of a document's stream that a cell rests on, oldest first; a cell of words rests on all."""
    if not trail:
        return []
    kind = trail[0].stream.partition(":")[0]
    types: Any = _BY_STREAM.get(kind, {}).get(column) or _OTHERS.get(kind, {}).get(column)
    if types is None:
        return [entry.seq for entry in trail]
    if kind in ("quote", "subscription") and column != "invoiced_cents":
        trail = _in_force(trail)
    return [entry.seq for entry in trail if entry.type in types]


def planned_share(desk: Desk, place: str) -> dict[int, int] | None:
    """Give what a contract planned as one payment: `place` is the key of its row, `<quote>/<rank>`."""
    quote, _, rank = place.partition("/")

    def planned(body: Body) -> int:
        cents: int = body["schedule"][int(rank) - 1]["amount_cents"]
        return cents

    if desk.view("documents").get(INSTALMENT, place) is None:
        return None
    return weighed(desk.trail(f"quote:{quote}"), {"quote.signed/1": planned})
