"""The posting: what one entry did to money, turnover, VAT and advances, in double entry over accounts of our own.

The book is the one place where money becomes accounting. Journals give its accounts their numbers, the VAT return and
the e-reporting read its VAT accounts, `reconcile` compares it with the closures. Every move balances to the cent, per
currency; and over the three VAT accounts and `sales` bases balance per rate too, so that no base is lost between
turnover and the return. docs/projections/book.md says what each event posts.
"""

from __future__ import annotations

from typing import Literal

from ledger.domain.types import CustomerKind, Means, Nature, SupplyPlace, VatCategory
from ledger.kernel.frozen import frozen

Account = Literal[
    "client",  # what customers owe on invoices issued (411)
    "advances",  # money held in advance on deposits, TTC (4191)
    "on_account",  # money of customers put to no document yet
    "bank",  # money that came or went, by `means` (512, 53, 5112 ...)
    "provider",  # collected by a payment provider and not paid out yet
    "sales",  # turnover without tax, by nature and rate (70x); credit notes are its debits
    "vat_collected",  # VAT that has fallen due (44571); bases of rate 0 stand here with amount 0
    "vat_waiting",  # VAT invoiced and not due yet: services on receipts, goods before delivery (44587 sub-account)
    "vat_on_advances",  # VAT due on advances held, until the final invoice takes it over (44587 sub-account)
    "arrhes_kept",  # indemnity kept, outside VAT (758)
    "indemnity",  # what doubled arrhes and legal interest cost (658)
    "early_discount",  # discount taken for early payment (665)
    "bad_debt",  # given up as lost (654)
    "penalties",  # late-payment penalties and indemnities claimed (7631, 758)
    "fees",  # kept by a payment provider (627)
    "rounding",  # 658 / 758; nothing in Sceau makes one today
]

Cause = Literal[
    "invoice", "deposit_invoice", "credit_note", "deposit_credit_note", "deposit_applied", "deposit_released",
    "payment", "deposit", "allocation", "refund", "reversal", "move", "means_corrected", "arrhes_kept", "delivery",
    "early_discount", "early_discount_lost", "write_off", "penalty", "payout", "refund_due",
]  # fmt: skip
"""What happened, in one word: one move has one cause."""

DueBy = Literal["delivery", "receipt", "deposit", "debit", "credit", "none"]
"""Why VAT on `vat_collected` fell due: delivery of goods, money for services, a deposit, the debits option, a
correction; `none` where there is no tax to fall due (exempt, outside)."""


@frozen
class Posting:
    """One line of one move.

    `amount_cents` is debit when above zero, credit when below. `base_cents` stands on `sales` and the VAT accounts
    only: the amount without tax, with the sign of a debit too (collected VAT on 100.00: amount -2000, base -10000; on
    `sales` it equals the amount). `day` is the business day of the recording, which closures sum by; `on` the day on
    which the fact counts for VAT and reports (value date, delivery, issue). `move` numbers the balanced moves of one
    entry from 1, `rank` the lines of one move from 1; a move has one cause, one document and one `settles`.
    """

    seq: int
    move: int
    rank: int
    type: str  # of the entry
    day: str
    on: str
    cause: Cause
    account: Account
    amount_cents: int
    currency: str
    base_cents: int = 0
    category: VatCategory | None = None
    rate_bp: int | None = None
    exemption: str | None = None
    nature: Nature | None = None
    due_by: DueBy | None = None  # on `vat_collected`
    supply_place: SupplyPlace = "FR"
    document: str | None = None  # stream of the document that the move is about: `invoice:<uuid>`, `deposit:<uuid>` ...
    number: str | None = None  # its printed number
    issued_on: str | None = None  # its date
    settles: str | None = None  # stream by which client and advances lines are lettered together
    customer: str | None = None
    customer_kind: CustomerKind | None = None
    means: Means | None = None  # on `bank` and `provider`; not where a provider pays out
    payment: str | None = None  # the payment or refund that the money is of
    till: str | None = None
