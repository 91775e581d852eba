"""A program of somebody else's: it issues an invoice, reads it back, and follows the ledger. Typed throughout."""

from __future__ import annotations

import os
import sys

from sceau_client import Client, Invalid, verify_webhook  # type: ignore[import-not-found,unused-ignore] # the wheel's name
from sceau_client.models import IssueInvoice  # type: ignore[import-not-found,unused-ignore] # the wheel's name


def main(url: str, key: str, name: str) -> None:
    """Sell a vase."""
    with Client(url, key, language="en") as client:
        books = client.ledger(name)
        start = books.ledger.head()["seq"]
        invoice: IssueInvoice = {"lines": [{"label": "Vase", "unit_price": "18.5", "nature": "goods"}]}
        done = books.invoice.issue(invoice)
        number: str = done["result"]["number"]
        for event in books.follow(start, wait_seconds=0, types="invoice.issued/1"):
            kind: str = event["type"]
            sys.stdout.write(f"{event['sequence']} {kind} {number}\n")
        try:
            books.invoice.issue({"lines": [{"label": "x", "unit_price": "1", "nature": "goods", "rate_bp": 1}]})
        except Invalid as refused:
            law: str | None = refused.law
            sys.stdout.write(f"{refused.code} {law}\n")
    assert verify_webhook is not None


if __name__ == "__main__":
    main(os.environ["URL"], os.environ["KEY"], os.environ["LEDGER"])
