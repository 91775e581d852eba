"""The sale that is measured: an invoice of two lines to a named consumer, and its payment by card, in full."""

from __future__ import annotations

from typing import Any, Final

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.common import Address, Party
from ledger.domain.events.payments import Allocation

INVOICE: Final = IssueInvoice(
    lines=(
        LineInput(label="Pose d'une porte", quantity="1", unit_price="240", rate_bp=2000, nature="services"),
        LineInput(label="Porte isoplane", quantity="2", unit_price="99.5", rate_bp=2000, nature="goods"),
    ),
    client=Party(name="Camille Exemple", address=Address(lines=("3 quai du Lierre",), postcode="69005", city="Lyon")),
)
"""439.00 net, 526.80 with VAT."""

BODY: Final[dict[str, Any]] = {
    "lines": [
        {"label": "Pose d'une porte", "quantity": "1", "unit_price": "240", "rate_bp": 2000, "nature": "services"},
        {"label": "Porte isoplane", "quantity": "2", "unit_price": "99.5", "rate_bp": 2000, "nature": "goods"},
    ],
    "client": {
        "name": "Camille Exemple",
        "address": {"lines": ["3 quai du Lierre"], "postcode": "69005", "city": "Lyon"},
    },
}
"""The same, as HTTP takes it."""


def payment(invoice: str, amount_cents: int) -> RecordPayment:
    """Record what was paid for it."""
    allocation = Allocation(about=invoice, about_kind="invoice", amount_cents=amount_cents)
    return RecordPayment(means="card", amount_cents=amount_cents, allocations=(allocation,))
