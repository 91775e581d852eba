"""The operations of the API, for asyncio.

Made by `python -m tests.client.generate` from the server's table of operations. Do not edit.
"""

# fmt: off
# ruff: noqa: E501
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, TypeAlias, cast

import httpx

from . import models as m
from .core import Download, Request, download_of, json_of, page_of, path_of

Items = list
Send: TypeAlias = Callable[[Request], Awaitable[httpx.Response]]


class AsyncInvoiceLedgerCalls:
    """What can be asked of `invoice`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def issue(self, body: m.IssueInvoice | None = None, *, idempotency_key: str | None = None) -> m.Done:
        """Issue an ordinary invoice, from its lines or from a signed quote. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices", ledger=self._ledger),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def issue_progress(self, body: m.IssueProgressInvoice, *, idempotency_key: str | None = None) -> m.Done:
        """Issue a progress invoice (situation): cumulative shares performed per line of the contract. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/progress", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def issue_final(self, body: m.IssueFinalInvoice, *, idempotency_key: str | None = None) -> m.Done:
        """Issue the final invoice of a contract: what is not yet invoiced, each paid deposit deducted once. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/final", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def credit(self, invoice: str, body: m.CreditInvoiceBody, *, idempotency_key: str | None = None) -> m.Done:
        """Issue a credit note for an invoice, whole or in part, and its replacement if asked, in one step. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/credit-notes", ledger=self._ledger, invoice=invoice),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def send(self, invoice: str, body: m.SendInvoiceBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that an invoice was handed over. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/sendings", ledger=self._ledger, invoice=invoice),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def view(
        self,
        invoice: str,
        body: m.ViewInvoiceBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that an invoice was opened. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/views", ledger=self._ledger, invoice=invoice),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def dispute(
        self,
        invoice: str,
        body: m.DisputeInvoiceBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that the client contests an invoice, or that the matter is settled. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/disputes", ledger=self._ledger, invoice=invoice),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def charge_penalty(
        self,
        invoice: str,
        body: m.ChargePenaltyBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Claim late-payment penalties from a business or public customer. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/penalties", ledger=self._ledger, invoice=invoice),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def write_off(
        self,
        invoice: str,
        body: m.WriteOffInvoiceBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Give up what is still due as lost. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}/write-off", ledger=self._ledger, invoice=invoice),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, invoice: str) -> m.InvoiceReadAnswer:
        """Read where a invoice stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/invoices/{invoice}", ledger=self._ledger, invoice=invoice),
            )
        )
        answer: m.InvoiceReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each invoice, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/invoices", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncPaymentLedgerCalls:
    """What can be asked of `payment`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record(self, body: m.RecordPayment, *, idempotency_key: str | None = None) -> m.Done:
        """Record money received; a fact is never refused, only flagged. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def announce(self, body: m.AnnouncePayment, *, idempotency_key: str | None = None) -> m.Done:
        """Record that the client says money is on its way. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/announcements", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def allocate(
        self,
        payment: str,
        body: m.AllocatePaymentBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Put money received to documents, or take it off them. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/allocations", ledger=self._ledger, payment=payment),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def reverse(
        self,
        payment: str,
        body: m.ReversePaymentBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that money thought received did not stay. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/reversals", ledger=self._ledger, payment=payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def fail(self, payment: str, body: m.FailPaymentBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that an announced payment did not come. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/failure", ledger=self._ledger, payment=payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def correct_means(
        self,
        payment: str,
        body: m.CorrectMeansBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Correct the means of a payment; the money is the same. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/means", ledger=self._ledger, payment=payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def refund(self, body: m.RefundPayment, *, idempotency_key: str | None = None) -> m.Done:
        """Record money given back: for a credit note, a deposit, or what was paid too much. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/refunds", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, payment: str) -> m.PaymentReadAnswer:
        """Read where a payment stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/payments/{payment}", ledger=self._ledger, payment=payment),
            )
        )
        answer: m.PaymentReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each payment, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/payments", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncStatementLedgerCalls:
    """What can be asked of `statement`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def import_(self, body: m.ImportStatement, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a bank statement's file was read, and how many of its lines were matched. For: operator,
        owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/statements", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(
        self,
        body: bytes,
        *,
        media: Literal["application/xml", "text/xml", "application/octet-stream"],
        choose: str | None = None,
        idempotency_key: str | None = None,
    ) -> m.StatementReadAnswer:
        """Say what each line of a bank's file (camt.053, camt.054) may be; nothing is recorded. For: accountant,
        auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/statements/read", ledger=self._ledger),
                query={"choose": choose},
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.StatementReadAnswer = json_of(response)
        return answer

    async def apply(
        self,
        body: bytes,
        *,
        media: Literal["application/xml", "text/xml", "application/octet-stream"],
        choose: str | None = None,
        likely: bool | None = None,
        idempotency_key: str | None = None,
    ) -> m.StatementReadAnswer:
        """Record the lines of a bank's file that are certain or chosen, each once. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/statements/apply", ledger=self._ledger),
                query={"choose": choose, "likely": likely},
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.StatementReadAnswer = json_of(response)
        return answer


class AsyncOnlinePaymentLedgerCalls:
    """What can be asked of `online_payment`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def open(self, body: m.OpenOnlinePayment, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a payment provider was asked to collect an amount. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/online-payments", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def end(
        self,
        online_payment: str,
        body: m.EndOnlinePaymentBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record how a payment provider's collection ended. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/online-payments/{online_payment}/end", ledger=self._ledger, online_payment=online_payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, online_payment: str) -> m.OnlinePaymentReadAnswer:
        """Read where a online payment stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/online-payments/{online_payment}", ledger=self._ledger, online_payment=online_payment),
            )
        )
        answer: m.OnlinePaymentReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each online payment, oldest first. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/online-payments", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncChargebackLedgerCalls:
    """What can be asked of `chargeback`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def open(self, payment: str, body: m.OpenChargebackBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that the client's bank contests a card payment; what it paid stays paid until that is decided.
        For: operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/chargebacks", ledger=self._ledger, payment=payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def close(self, payment: str, body: m.CloseChargebackBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record how a contest was decided; a lost one reverses the payment. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payments/{payment}/chargebacks/end", ledger=self._ledger, payment=payment),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncProviderLedgerCalls:
    """What can be asked of `provider`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record_payout(self, body: m.RecordPayout, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a payment provider paid what it had collected to the business's account, less its fees.
        For: operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payouts", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_payout_return(self, body: m.RecordPayoutReturn, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a payout failed or was drawn back after it was paid, once: the money stands at the
        provider again. For: operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/payouts/returns", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def list(self) -> m.Page[m.ProviderListAnswerItem]:
        """List the ledger's accounts with payment providers. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/providers", ledger=self._ledger),
            )
        )
        answer: m.Page[m.ProviderListAnswerItem] = json_of(response)
        return answer

    async def add(self, body: m.NewProvider, *, idempotency_key: str | None = None) -> m.ProviderListAnswerItem:
        """Keep a payment provider's keys, in place of those before; they are in no answer. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/providers", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.ProviderListAnswerItem = json_of(response)
        return answer

    async def delete(self, provider: str) -> None:
        """Forget a payment provider's keys. For: owner."""
        response = await self._send(
            Request(
                "DELETE",
                path_of("/v1/ledgers/{ledger}/providers/{provider}", ledger=self._ledger, provider=provider),
            )
        )
        json_of(response)

    async def reconcile(
        self,
        provider: str,
        body: m.NothingMore | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.ProviderReconcileAnswer:
        """Ask a payment provider what became of open collections, and which messages there were. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/providers/{provider}/reconciliation", ledger=self._ledger, provider=provider),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.ProviderReconcileAnswer = json_of(response)
        return answer

    async def tell(
        self,
        provider: str,
        body: dict[str, Any],
        *,
        stripe_signature: str | None = None,
        idempotency_key: str | None = None,
    ) -> m.ProviderTellAnswer:
        """For the payment provider alone, signed by it: tell what happened."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/providers/{provider}/events", ledger=self._ledger, provider=provider),
                headers={"Stripe-Signature": stripe_signature},
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.ProviderTellAnswer = json_of(response)
        return answer


class AsyncCustomerLedgerCalls:
    """What can be asked of `customer`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def register(self, body: m.RegisterCustomer, *, idempotency_key: str | None = None) -> m.Done:
        """Register a customer. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/customers", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def update(
        self,
        customer: str,
        body: m.UpdateCustomerBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Replace a customer's details; documents already issued keep what they say. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/customers/{customer}/details", ledger=self._ledger, customer=customer),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_consent(
        self,
        customer: str,
        body: m.RecordConsentBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a customer agreed, or no longer agrees, to something. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/customers/{customer}/consents", ledger=self._ledger, customer=customer),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, customer: str) -> m.CustomerReadAnswer:
        """Read where a customer stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/customers/{customer}", ledger=self._ledger, customer=customer),
            )
        )
        answer: m.CustomerReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each customer, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/customers", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncQuoteLedgerCalls:
    """What can be asked of `quote`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def issue(self, body: m.IssueQuote, *, idempotency_key: str | None = None) -> m.Done:
        """Issue a quote: its first version, or a change order to a signed one. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def revise(self, quote: str, body: m.ReviseQuoteBody, *, idempotency_key: str | None = None) -> m.Done:
        """Replace an unsigned quote by a new version. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/revisions", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def send(self, quote: str, body: m.SendQuoteBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that the current version was sent. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/sendings", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def view(
        self,
        quote: str,
        body: m.ViewQuoteBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that the current version was opened. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/views", ledger=self._ledger, quote=quote),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def sign(self, quote: str, body: m.SignQuoteBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record a signature given on the spot by the client alone: request and signature in one act. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/signature", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def decline(
        self,
        quote: str,
        body: m.DeclineQuoteBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that the client said no. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/refusal", ledger=self._ledger, quote=quote),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def expire(
        self,
        quote: str,
        body: m.ExpireQuoteBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that the period of validity has ended. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/expiry", ledger=self._ledger, quote=quote),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def cancel(self, quote: str, body: m.CancelQuoteBody, *, idempotency_key: str | None = None) -> m.Done:
        """Take a quote back, or cancel a contract; deposits follow their kind. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/cancellation", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def withdraw(self, quote: str, body: m.WithdrawQuoteBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record the consumer's withdrawal (C. conso L221-18). For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/withdrawal", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def reach_milestone(
        self,
        quote: str,
        body: m.ReachMilestoneBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a milestone of a contract was reached; its instalments are asked for. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/milestones", ledger=self._ledger, quote=quote),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, quote: str) -> m.QuoteReadAnswer:
        """Read where a quote stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}", ledger=self._ledger, quote=quote),
            )
        )
        answer: m.QuoteReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each quote, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/quotes", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])

    async def files(self, quote: str) -> m.Page[m.AttachedFile]:
        """List the files that go with a quote's version in force. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/files", ledger=self._ledger, quote=quote),
            )
        )
        answer: m.Page[m.AttachedFile] = json_of(response)
        return answer

    async def file(self, quote: str, file: str) -> Download:
        """Read a file that goes with a quote, byte for byte as it was signed. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/quotes/{quote}/files/{file}", ledger=self._ledger, quote=quote, file=file),
            )
        )
        return download_of(response)


class AsyncDeliveryLedgerCalls:
    """What can be asked of `delivery`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record(self, body: m.RecordDelivery, *, idempotency_key: str | None = None) -> m.Done:
        """Record a delivery of goods for a contract or an invoice. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/deliveries", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, delivery: str) -> m.DeliveryReadAnswer:
        """Read where a delivery stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/deliveries/{delivery}", ledger=self._ledger, delivery=delivery),
            )
        )
        answer: m.DeliveryReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each delivery, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/deliveries", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncWorkLedgerCalls:
    """What can be asked of `work`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def accept(self, body: m.AcceptWork, *, idempotency_key: str | None = None) -> m.Done:
        """Record the client's acceptance of the work (réception). For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/acceptances", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncSignatureLedgerCalls:
    """What can be asked of `signature`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def request(self, body: m.RequestSignature, *, idempotency_key: str | None = None) -> m.Done:
        """Ask for signatures on one version of a quote, or on any PDF by its digest. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_code_sent(
        self,
        signature: str,
        body: m.RecordCodeSentBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a one-time code was sent. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}/codes", ledger=self._ledger, signature=signature),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_code_checked(
        self,
        signature: str,
        body: m.RecordCodeCheckedBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record the outcome of an entered one-time code. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}/code-checks", ledger=self._ledger, signature=signature),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def give(self, signature: str, body: m.GiveSignatureBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that one signatory signed exactly these bytes. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}/signings", ledger=self._ledger, signature=signature),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def refuse(
        self,
        signature: str,
        body: m.RefuseSignatureBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that one signatory refused. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}/refusals", ledger=self._ledger, signature=signature),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def cancel(
        self,
        signature: str,
        body: m.CancelSignatureBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Take a request for signatures back. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}/cancellation", ledger=self._ledger, signature=signature),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, signature: str) -> m.SignatureReadAnswer:
        """Read where a signature stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/signatures/{signature}", ledger=self._ledger, signature=signature),
            )
        )
        answer: m.SignatureReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each signature, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/signatures", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncAttachmentLedgerCalls:
    """What can be asked of `attachment`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def add(self, body: m.AddAttachment, *, idempotency_key: str | None = None) -> m.Done:
        """Attach a file by its digest. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/attachments", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, attachment: str) -> m.AttachmentReadAnswer:
        """Read where a attachment stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/attachments/{attachment}", ledger=self._ledger, attachment=attachment),
            )
        )
        answer: m.AttachmentReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each attachment, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/attachments", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncDepositLedgerCalls:
    """What can be asked of `deposit`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def request(self, body: m.RequestDeposit | None = None, *, idempotency_key: str | None = None) -> m.Done:
        """Ask for a deposit on a contract, or for a plain payment without a quote. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/deposits", ledger=self._ledger),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def cancel(
        self,
        deposit: str,
        body: m.CancelDepositBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Take a deposit request back; money already received keeps its own fate. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/deposits/{deposit}/cancellation", ledger=self._ledger, deposit=deposit),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def invoice(
        self,
        deposit: str,
        body: m.InvoiceDepositBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Issue the deposit invoice (386) of a deposit. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/deposits/{deposit}/invoice", ledger=self._ledger, deposit=deposit),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def settle(self, deposit: str, body: m.SettleDepositBody, *, idempotency_key: str | None = None) -> m.Done:
        """Settle the fate of a paid deposit of a cancelled contract or request: kept or to be given back. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/deposits/{deposit}/settlement", ledger=self._ledger, deposit=deposit),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, deposit: str) -> m.DepositReadAnswer:
        """Read where a deposit stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/deposits/{deposit}", ledger=self._ledger, deposit=deposit),
            )
        )
        answer: m.DepositReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each deposit, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/deposits", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncReceiptLedgerCalls:
    """What can be asked of `receipt`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def issue(self, body: m.IssueReceipt, *, idempotency_key: str | None = None) -> m.Done:
        """Issue a numbered receipt for a payment. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/receipts", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, receipt: str) -> m.ReceiptReadAnswer:
        """Read where a receipt stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/receipts/{receipt}", ledger=self._ledger, receipt=receipt),
            )
        )
        answer: m.ReceiptReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each receipt, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/receipts", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncSubscriptionLedgerCalls:
    """What can be asked of `subscription`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def start(self, body: m.StartSubscription, *, idempotency_key: str | None = None) -> m.Done:
        """Begin recurring billing. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/subscriptions", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def change(
        self,
        subscription: str,
        body: m.ChangeSubscriptionBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Change the lines of recurring billing from a day on. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/subscriptions/{subscription}/changes", ledger=self._ledger, subscription=subscription),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def pause(
        self,
        subscription: str,
        body: m.PauseSubscriptionBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Suspend recurring billing, or let it go on. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/subscriptions/{subscription}/pauses", ledger=self._ledger, subscription=subscription),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def stop(
        self,
        subscription: str,
        body: m.StopSubscriptionBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """End recurring billing. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/subscriptions/{subscription}/end", ledger=self._ledger, subscription=subscription),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def invoice(
        self,
        subscription: str,
        body: m.InvoiceSubscriptionBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Issue the invoice of the next period of recurring billing that is due. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/subscriptions/{subscription}/invoices", ledger=self._ledger, subscription=subscription),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, subscription: str) -> m.SubscriptionReadAnswer:
        """Read where a subscription stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/subscriptions/{subscription}", ledger=self._ledger, subscription=subscription),
            )
        )
        answer: m.SubscriptionReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each subscription, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/subscriptions", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncNoteLedgerCalls:
    """What can be asked of `note`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def issue(self, body: m.IssueNote, *, idempotency_key: str | None = None) -> m.Done:
        """Give the consumer's note for services or building works. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/notes", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, note: str) -> m.NoteReadAnswer:
        """Read where a note stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/notes/{note}", ledger=self._ledger, note=note),
            )
        )
        answer: m.NoteReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each note, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/notes", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncMessageLedgerCalls:
    """What can be asked of `message`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def queue(self, body: m.QueueMessage, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a message is to be sent; one occasion never gets two. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/messages", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_sent(
        self,
        message: str,
        body: m.RecordMessageSentBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a message was handed over. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/messages/{message}/sending", ledger=self._ledger, message=message),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def record_failed(
        self,
        message: str,
        body: m.RecordMessageFailedBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a message could not be handed over. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/messages/{message}/failures", ledger=self._ledger, message=message),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, message: str) -> m.MessageReadAnswer:
        """Read where a message stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/messages/{message}", ledger=self._ledger, message=message),
            )
        )
        answer: m.MessageReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each message, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/messages", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncReminderLedgerCalls:
    """What can be asked of `reminder`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record(self, body: m.RecordReminder, *, idempotency_key: str | None = None) -> m.Done:
        """Record that a reminder went out; refused when nothing is due or this step was sent. For: operator,
        owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/reminders", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, document: str) -> m.ReminderReadAnswer:
        """Read where a reminder stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reminders/{document}", ledger=self._ledger, document=document),
            )
        )
        answer: m.ReminderReadAnswer = json_of(response)
        return answer


class AsyncCommentLedgerCalls:
    """What can be asked of `comment`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def add(self, body: m.AddComment, *, idempotency_key: str | None = None) -> m.Done:
        """Record a comment or question about a document. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/comments", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, comment: str) -> m.CommentReadAnswer:
        """Read where a comment stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/comments/{comment}", ledger=self._ledger, comment=comment),
            )
        )
        answer: m.CommentReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each comment, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/comments", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncLinkLedgerCalls:
    """What can be asked of `link`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def create(self, body: m.CreateLink, *, idempotency_key: str | None = None) -> m.Done:
        """Record that an unguessable link was made; only the hash of its token is given. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/links", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def revoke(
        self,
        link: str,
        body: m.RevokeLinkBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Record that a link no longer opens. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/links/{link}/revocation", ledger=self._ledger, link=link),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, link: str) -> m.LinkReadAnswer:
        """Read where a link stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/links/{link}", ledger=self._ledger, link=link),
            )
        )
        answer: m.LinkReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each link, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/links", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncCopyLedgerCalls:
    """What can be asked of `copy`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def make(self, body: m.MakeCopy, *, idempotency_key: str | None = None) -> m.Done:
        """Record a copy of an issued document: it is numbered DUPLICATA n° k. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/copies", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncObserverLedgerCalls:
    """What can be asked of `observer`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def add(self, body: m.AddObserver, *, idempotency_key: str | None = None) -> m.Done:
        """Let somebody follow a document. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/observers", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def remove(
        self,
        observer: str,
        body: m.RemoveObserverBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Let an observer follow no longer. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/observers/{observer}/removal", ledger=self._ledger, observer=observer),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, observer: str) -> m.ObserverReadAnswer:
        """Read where a observer stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/observers/{observer}", ledger=self._ledger, observer=observer),
            )
        )
        answer: m.ObserverReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each observer, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/observers", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncTaskLedgerCalls:
    """What can be asked of `task`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def close(self, task: str, body: m.CloseTaskBody, *, idempotency_key: str | None = None) -> m.Done:
        """Say that a task was done, or set it aside. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/tasks/{task}/closure", ledger=self._ledger, task=task),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, task: str) -> m.TaskReadAnswer:
        """Read where a task stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/tasks/{task}", ledger=self._ledger, task=task),
            )
        )
        answer: m.TaskReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each task, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/tasks", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncDrawerLedgerCalls:
    """What can be asked of `drawer`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def count(self, body: m.CountDrawer, *, idempotency_key: str | None = None) -> m.Done:
        """Record a count of the cash drawer. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/drawer-counts", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self) -> m.DrawerReadAnswer:
        """Read where a drawer stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/drawer-counts", ledger=self._ledger),
            )
        )
        answer: m.DrawerReadAnswer = json_of(response)
        return answer


class AsyncPeriodLedgerCalls:
    """What can be asked of `period`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def close(self, body: m.ClosePeriod, *, idempotency_key: str | None = None) -> m.Done:
        """Close the periods that have ended; `upto` is a day of one that must have. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/closures", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def set_year_end(self, body: m.SetYearEnd, *, idempotency_key: str | None = None) -> m.Done:
        """Let the open financial year end on another day; the next ones begin the day after it. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/financial-year", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncExportLedgerCalls:
    """What can be asked of `export`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record(self, body: m.RecordExport, *, idempotency_key: str | None = None) -> m.Done:
        """Record that figures left the house in a file: journal, FEC, VAT figures, e-reporting. For: accountant,
        owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/exports", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, export: str) -> m.ExportReadAnswer:
        """Read where a export stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/exports/{export}", ledger=self._ledger, export=export),
            )
        )
        answer: m.ExportReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each export, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/exports", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncEreportLedgerCalls:
    """What can be asked of `ereport`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def record(self, export: str, body: m.RecordEReportBody, *, idempotency_key: str | None = None) -> m.Done:
        """Record that an e-reporting file was handed to a platform, or what the platform answered. For:
        accountant, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/exports/{export}/answers", ledger=self._ledger, export=export),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def due(self, *, preview: bool | None = None) -> m.EreportDueAnswer:
        """List the periods of e-reporting: what is due by when, sent, accepted, to be rectified. For:
        accountant, auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/ereports", ledger=self._ledger),
                query={"preview": preview},
            )
        )
        answer: m.EreportDueAnswer = json_of(response)
        return answer

    async def make(self, body: m.NewReport, *, idempotency_key: str | None = None) -> m.EreportMakeAnswer:
        """Make the report of a period (10.3 or 10.4, initial or rectifying), checked and recorded. For:
        accountant, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/ereports", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.EreportMakeAnswer = json_of(response)
        return answer

    async def check(
        self,
        body: bytes,
        *,
        media: Literal["application/xml", "text/xml", "application/octet-stream"],
        idempotency_key: str | None = None,
    ) -> m.EreportCheckAnswer:
        """Check anybody's report of flux 10; findings are in the answer. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/ereports/check", ledger=self._ledger),
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.EreportCheckAnswer = json_of(response)
        return answer


class AsyncIssuerLedgerCalls:
    """What can be asked of `issuer`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def set_profile(self, body: m.SetProfile, *, idempotency_key: str | None = None) -> m.Done:
        """Set the issuer's profile from now on. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/issuer", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def set_brand(self, body: m.SetBrand | None = None, *, idempotency_key: str | None = None) -> m.Done:
        """Set how the issuer's documents look from now on; a member left out is taken away. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/issuer/brand", ledger=self._ledger),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self) -> m.IssuerReadAnswer:
        """Read where a issuer stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/issuer", ledger=self._ledger),
            )
        )
        answer: m.IssuerReadAnswer = json_of(response)
        return answer


class AsyncSeriesLedgerCalls:
    """What can be asked of `series`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def open(self, body: m.OpenSeries, *, idempotency_key: str | None = None) -> m.Done:
        """Open a number series. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/series", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def close(
        self,
        series: str,
        body: m.CloseSeriesBody | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Close a number series for good. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/series/{series}/closure", ledger=self._ledger, series=series),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def read(self, series: str) -> m.SeriesReadAnswer:
        """Read where a series stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/series/{series}", ledger=self._ledger, series=series),
            )
        )
        answer: m.SeriesReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each series, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/series", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncPolicyLedgerCalls:
    """What can be asked of `policy`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def set_deposits(self, body: m.SetDepositPolicy, *, idempotency_key: str | None = None) -> m.Done:
        """Set the deposits that are asked for, by amount, customer and risk. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/policies/deposits", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def set_reminders(self, body: m.SetReminderPolicy, *, idempotency_key: str | None = None) -> m.Done:
        """Set when reminders go out. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/policies/reminders", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncAnchorLedgerCalls:
    """What can be asked of `anchor`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def set_policy(self, body: m.SetAnchorPolicy, *, idempotency_key: str | None = None) -> m.Done:
        """Set where and how often checkpoints are anchored. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/policies/anchors", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncJournalLedgerCalls:
    """What can be asked of `journal`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def sign_in(self, body: m.JournalSignIn, *, idempotency_key: str | None = None) -> m.Done:
        """Journal that somebody signed in. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/sign-ins", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def sign_out(self, body: m.JournalSignOut, *, idempotency_key: str | None = None) -> m.Done:
        """Journal that a session ended. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/sign-outs", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def sign_in_failure(self, body: m.JournalSignInFailure, *, idempotency_key: str | None = None) -> m.Done:
        """Journal failed sign-ins. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/sign-in-failures", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def access(self, body: m.JournalAccess, *, idempotency_key: str | None = None) -> m.Done:
        """Journal that a user or API key was given a role, or lost it (role absent). For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/access", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def software(self, body: m.JournalSoftware, *, idempotency_key: str | None = None) -> m.Done:
        """Journal that another version of the software writes from here on. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/software", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def integrity_failure(
        self,
        body: m.JournalIntegrityFailure,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Journal that a verification found something wrong. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/journal/integrity-failures", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def download(
        self,
        *,
        from_: str,
        to: str,
        layout: Literal[
            'generic', 'cegid', 'ciel-sage50', 'coala', 'cogilog', 'ebp', 'isacompta', 'macompta', 'odoo',
            'openconcerto', 'quadratus'
        ] | None = None,
        upto_seq: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
    ) -> Download:
        """Download the accounting entries between two days, as an accounting software imports them; recorded
        once. For: accountant, auditor, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/journal", ledger=self._ledger),
                query={"from": from_, "to": to, "layout": layout, "upto_seq": upto_seq, "method": method},
            )
        )
        return download_of(response)


class AsyncAttestationLedgerCalls:
    """What can be asked of `attestation`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def issue(self, body: m.IssueAttestation, *, idempotency_key: str | None = None) -> m.Done:
        """Record that the editor's individual attestation was made out to this ledger's business. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/attestations", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncHistoryLedgerCalls:
    """What can be asked of `history`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def begin_import(self, body: m.BeginImport, *, idempotency_key: str | None = None) -> m.Done:
        """Begin to take in a file, or go on where its import stopped: the answer says how far it has come. For:
        owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/imports", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def add_documents(
        self,
        imported: str,
        body: m.AddHistoryBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Take in some documents, in the order of the file, each once. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/imports/{imported}/documents", ledger=self._ledger, imported=imported),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def finish_import(
        self,
        imported: str,
        body: m.FinishImportBody,
        *,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Say that the file was read to its end, and how many of its rows were not taken. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/imports/{imported}/end", ledger=self._ledger, imported=imported),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer


class AsyncCreditNoteLedgerCalls:
    """What can be asked of `credit_note`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(self, credit_note: str) -> m.CreditNoteReadAnswer:
        """Read where a credit note stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/credit-notes/{credit_note}", ledger=self._ledger, credit_note=credit_note),
            )
        )
        answer: m.CreditNoteReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each credit note, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/credit-notes", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncRefundLedgerCalls:
    """What can be asked of `refund`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(self, refund: str) -> m.RefundReadAnswer:
        """Read where a refund stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/refunds/{refund}", ledger=self._ledger, refund=refund),
            )
        )
        answer: m.RefundReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each refund, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/refunds", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncCopiesLedgerCalls:
    """What can be asked of `copies`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(self, document: str) -> m.CopiesReadAnswer:
        """Read where a copies stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/copies/{document}", ledger=self._ledger, document=document),
            )
        )
        answer: m.CopiesReadAnswer = json_of(response)
        return answer


class AsyncImportLedgerCalls:
    """What can be asked of `import`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(self, imported: str) -> m.ImportReadAnswer:
        """Read where a import stands. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/imports/{imported}", ledger=self._ledger, imported=imported),
            )
        )
        answer: m.ImportReadAnswer = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.ListItem]:
        """List by the entry that began each import, oldest first. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/imports", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.ListItem] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.ListItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncLedgerLedgerCalls:
    """What can be asked of `ledger`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(self) -> m.Ledger:
        """Read a ledger's settings, number series and head. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}", ledger=self._ledger),
            )
        )
        answer: m.Ledger = json_of(response)
        return answer

    async def head(self) -> m.Head:
        """Read where the ledger ends. Kept elsewhere, it makes a cut tail visible. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/head", ledger=self._ledger),
            )
        )
        answer: m.Head = json_of(response)
        return answer

    async def verify(self, *, pin: str | None = None) -> m.Verdict:
        """Check every byte, link, seal and number; findings are in the verdict. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/verification", ledger=self._ledger),
                query={"pin": pin},
            )
        )
        answer: m.Verdict = json_of(response)
        return answer

    async def integrity(self) -> m.Integrity:
        """Read what is not time-stamped and what is not witnessed yet, the last checkpoint, and every place.
        For: accountant, auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/integrity", ledger=self._ledger),
            )
        )
        answer: m.Integrity = json_of(response)
        return answer


class AsyncProjectionLedgerCalls:
    """What can be asked of `projection`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self) -> m.ProjectionListAnswer:
        """Read how far the rows of each projection are, and how far behind. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/projections", ledger=self._ledger),
            )
        )
        answer: m.ProjectionListAnswer = json_of(response)
        return answer


class AsyncCheckpointLedgerCalls:
    """What can be asked of `checkpoint`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def make(self, *, idempotency_key: str | None = None) -> m.Checkpoint:
        """Sign a checkpoint over every entry now; keep the answer elsewhere. For: accountant, auditor, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/checkpoints", ledger=self._ledger),
                key=idempotency_key,
            )
        )
        answer: m.Checkpoint = json_of(response)
        return answer


class AsyncEntryLedgerCalls:
    """What can be asked of `entry`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(
        self,
        *,
        after: int | None = None,
        limit: int | None = None,
        stream: str | None = None,
        private: bool | None = None,
    ) -> m.Page[m.EntryItem]:
        """Read entries in order, byte for byte; one stream's with `stream`. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/entries", ledger=self._ledger),
                query={"after": after, "limit": limit, "stream": stream, "private": private},
            )
        )
        answer: m.Page[m.EntryItem] = json_of(response)
        return answer

    async def each(
        self,
        *,
        after: int | None = None,
        limit: int | None = None,
        stream: str | None = None,
        private: bool | None = None,
    ) -> AsyncIterator[m.EntryItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit, stream=stream, private=private), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])

    async def read(self, seq: int) -> m.LineAnswer:
        """Read one entry, byte for byte: its SHA-256 is its fingerprint. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/entries/{seq}", ledger=self._ledger, seq=seq),
            )
        )
        answer: m.LineAnswer = json_of(response)
        return answer


class AsyncClosureLedgerCalls:
    """What can be asked of `closure`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.Closure]:
        """List the closures of days, months and financial years, oldest first. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/closures", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.Closure] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.Closure]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])

    async def read(self, closure: str) -> m.Closure:
        """Read one closure, named by its kind and its last day. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/closures/{closure}", ledger=self._ledger, closure=closure),
            )
        )
        answer: m.Closure = json_of(response)
        return answer


class AsyncErasureLedgerCalls:
    """What can be asked of `erasure`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def make(self, body: m.NewErasure, *, idempotency_key: str | None = None) -> m.Erasure:
        """Erase a person's data after retention, or all that is due; refused before, with the law and the day.
        For: owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/erasures", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Erasure = json_of(response)
        return answer


class AsyncArchiveLedgerCalls:
    """What can be asked of `archive`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def create(self, body: m.NewArchive, *, idempotency_key: str | None = None) -> m.Archive:
        """Make the sealed archive of a closed period, in the server's folder. For: accountant, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/archives", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Archive = json_of(response)
        return answer

    async def list(self) -> m.Page[m.Archive]:
        """List the archives that the ledger tells of, and the media on which they were found whole. For:
        accountant, auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/archives", ledger=self._ledger),
            )
        )
        answer: m.Page[m.Archive] = json_of(response)
        return answer

    async def read(self, manifest: str) -> m.Archive:
        """Read one archive, named by the SHA-256 of its manifest. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/archives/{manifest}", ledger=self._ledger, manifest=manifest),
            )
        )
        answer: m.Archive = json_of(response)
        return answer

    async def download(self, manifest: str) -> Download:
        """Download the archive: it names nobody. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/archives/{manifest}/file", ledger=self._ledger, manifest=manifest),
            )
        )
        return download_of(response)

    async def download_private(self, manifest: str) -> Download:
        """Download the encrypted file of what names people. For: accountant, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/archives/{manifest}/private", ledger=self._ledger, manifest=manifest),
            )
        )
        return download_of(response)


class AsyncFecLedgerCalls:
    """What can be asked of `fec`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def download(
        self,
        *,
        year: str | None = None,
        upto_seq: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        separator: Literal['tab', 'pipe'] | None = None,
        encoding: Literal['iso8859-15', 'utf-8'] | None = None,
        sides: bool | None = None,
    ) -> Download:
        """Download a financial year's sales, cash and bank journals as an FEC (LPF art. A47 A-1); recorded once.
        For: accountant, auditor, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/fec", ledger=self._ledger),
                query={"year": year, "upto_seq": upto_seq, "method": method, "separator": separator, "encoding": encoding, "sides": sides},
            )
        )
        return download_of(response)

    async def describe(
        self,
        *,
        year: str | None = None,
        upto_seq: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        separator: Literal['tab', 'pipe'] | None = None,
        encoding: Literal['iso8859-15', 'utf-8'] | None = None,
        sides: bool | None = None,
    ) -> Download:
        """Read the description that the law wants beside an FEC. For: accountant, auditor, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/fec/description", ledger=self._ledger),
                query={"year": year, "upto_seq": upto_seq, "method": method, "separator": separator, "encoding": encoding, "sides": sides},
            )
        )
        return download_of(response)


class AsyncDocumentLedgerCalls:
    """What can be asked of `document`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def check(
        self,
        body: bytes,
        *,
        media: Literal["application/pdf", "application/xml", "text/xml", "application/octet-stream"],
        idempotency_key: str | None = None,
    ) -> m.Checked:
        """Check anybody's Factur-X file or CII invoice; findings are in the answer. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/documents/check", ledger=self._ledger),
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.Checked = json_of(response)
        return answer

    async def verify(
        self,
        body: bytes,
        *,
        media: Literal["application/pdf", "application/octet-stream"],
        idempotency_key: str | None = None,
    ) -> m.Tied:
        """Tell which entry a PDF belongs to, and whether one byte of it differs. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/documents/verify", ledger=self._ledger),
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.Tied = json_of(response)
        return answer

    async def file(
        self,
        document: str,
        *,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
            'payment_request', 'reminder', 'statement', 'evidence', 'closure_report'
        ] | None = None,
        language: Literal['fr', 'en'] | None = None,
        seq: int | None = None,
        copy: int | None = None,
        sealed: bool | None = None,
        download: bool | None = None,
        range: str | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """Read a document as a PDF (Factur-X for invoices), by its id, its number, or a closure's name. For:
        accountant, auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/documents/{document}/file", ledger=self._ledger, document=document),
                query={"kind": kind, "language": language, "seq": seq, "copy": copy, "sealed": sealed, "download": download},
                headers={"Range": range, "If-None-Match": if_none_match},
            )
        )
        return download_of(response)

    async def xml(
        self,
        document: str,
        *,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
            'payment_request', 'reminder', 'statement', 'evidence', 'closure_report'
        ] | None = None,
        language: Literal['fr', 'en'] | None = None,
        seq: int | None = None,
    ) -> Download:
        """Read an invoice's machine-read data (CII, as Factur-X embeds it). For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/documents/{document}/xml", ledger=self._ledger, document=document),
                query={"kind": kind, "language": language, "seq": seq},
            )
        )
        return download_of(response)

    async def paper(
        self,
        document: str,
        *,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
            'payment_request', 'reminder', 'statement', 'evidence', 'closure_report'
        ] | None = None,
        language: Literal['fr', 'en'] | None = None,
        seq: int | None = None,
        copy: int | None = None,
    ) -> dict[str, Any]:
        """Read all that a document says, as data: what its page is laid out from. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/documents/{document}/paper", ledger=self._ledger, document=document),
                query={"kind": kind, "language": language, "seq": seq, "copy": copy},
            )
        )
        answer: dict[str, Any] = json_of(response)
        return answer

    async def copy(self, document: str, body: m.NewCopy, *, idempotency_key: str | None = None) -> m.Copy:
        """Number a copy of a document, DUPLICATA n° k, and make its file. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/documents/{document}/copies", ledger=self._ledger, document=document),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Copy = json_of(response)
        return answer

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.Rendered]:
        """List the rendered files that the ledger knows, by digest, oldest first. For: accountant, auditor,
        operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/documents", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.Rendered] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.Rendered]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])

    async def prove(self, document: str, *, names: bool | None = None) -> dict[str, Any]:
        """Read one document's proof, by its id or its number: for the customer who holds it. For: accountant,
        auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/documents/{document}/proof", ledger=self._ledger, document=document),
                query={"names": names},
            )
        )
        answer: dict[str, Any] = json_of(response)
        return answer


class AsyncSealLedgerCalls:
    """What can be asked of `seal`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self, *, after: int | None = None, limit: int | None = None) -> m.Page[m.Seal]:
        """Read the seals in order. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/seals", ledger=self._ledger),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.Seal] = json_of(response)
        return answer

    async def each(self, *, after: int | None = None, limit: int | None = None) -> AsyncIterator[m.Seal]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncEventLedgerCalls:
    """What can be asked of `event`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(
        self,
        *,
        after: int | None = None,
        limit: int | None = None,
        types: str | None = None,
        kinds: str | None = None,
        stream: str | None = None,
        customer: str | None = None,
        wait: int | None = None,
        private: bool | None = None,
    ) -> Items[m.CloudEvent]:
        """Follow the ledger as CloudEvents, by cursor; `wait` seconds for the next one. For: accountant,
        auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/events", ledger=self._ledger),
                query={"after": after, "limit": limit, "types": types, "kinds": kinds, "stream": stream, "customer": customer, "wait": wait, "private": private},
            )
        )
        answer: Items[m.CloudEvent] = json_of(response)
        return answer


class AsyncKeyLedgerCalls:
    """What can be asked of `key`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self) -> m.Page[m.Key]:
        """List the keys that have a role in the ledger. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/keys", ledger=self._ledger),
            )
        )
        answer: m.Page[m.Key] = json_of(response)
        return answer

    async def create(self, body: m.NewKeyRequest, *, idempotency_key: str | None = None) -> m.NewKey:
        """Make a key with a role in the ledger. Its secret is in this answer, once. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/keys", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.NewKey = json_of(response)
        return answer

    async def update(self, key_: str, body: m.RoleRequest) -> m.Key:
        """Give a key this role in the ledger; a key of another ledger may be given one here too. For: owner."""
        response = await self._send(
            Request(
                "PUT",
                path_of("/v1/ledgers/{ledger}/keys/{key}", ledger=self._ledger, key=key_),
                body=body,
            )
        )
        answer: m.Key = json_of(response)
        return answer

    async def delete(self, key_: str) -> None:
        """Take a key's role in the ledger away. For: owner."""
        response = await self._send(
            Request(
                "DELETE",
                path_of("/v1/ledgers/{ledger}/keys/{key}", ledger=self._ledger, key=key_),
            )
        )
        json_of(response)


class AsyncDraftLedgerCalls:
    """What can be asked of `draft`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(
        self,
        *,
        kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model'] | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> m.Page[m.DraftItem]:
        """List drafts, in order of id. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/drafts", ledger=self._ledger),
                query={"kind": kind, "after": after, "limit": limit},
            )
        )
        answer: m.Page[m.DraftItem] = json_of(response)
        return answer

    async def each(
        self,
        *,
        kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model'] | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.DraftItem]:
        """Go through all pages of `list`, one item after the other."""
        while True:
            page = page_of(await self.list(kind=kind, after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('str', page["next"])

    async def create(self, body: m.NewDraft, *, idempotency_key: str | None = None) -> m.Draft:
        """Keep a new draft: a working paper outside the chain, whole or unfinished. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/drafts", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Draft = json_of(response)
        return answer

    async def read(self, draft: str) -> m.Draft:
        """Read a draft. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}", ledger=self._ledger, draft=draft),
            )
        )
        answer: m.Draft = json_of(response)
        return answer

    async def update(self, draft: str, body: m.DraftBody, *, if_match: str) -> m.Draft:
        """Replace a draft that nobody has changed meanwhile. For: operator, owner."""
        response = await self._send(
            Request(
                "PUT",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}", ledger=self._ledger, draft=draft),
                headers={"If-Match": if_match},
                body=body,
            )
        )
        answer: m.Draft = json_of(response)
        return answer

    async def delete(self, draft: str, *, if_match: str) -> None:
        """Throw a draft away. For: operator, owner."""
        response = await self._send(
            Request(
                "DELETE",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}", ledger=self._ledger, draft=draft),
                headers={"If-Match": if_match},
            )
        )
        json_of(response)

    async def issue(
        self,
        draft: str,
        body: m.Nothing | None = None,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> m.Done:
        """Issue a draft: its command is carried out, once, and the draft is gone. For: operator, owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}/issue", ledger=self._ledger, draft=draft),
                headers={"If-Match": if_match},
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Done = json_of(response)
        return answer

    async def files(self, draft: str) -> m.Page[m.AttachedFile]:
        """List the files that go with a draft. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}/files", ledger=self._ledger, draft=draft),
            )
        )
        answer: m.Page[m.AttachedFile] = json_of(response)
        return answer

    async def attach(
        self,
        draft: str,
        body: bytes,
        *,
        media: Literal["application/pdf", "image/jpeg", "image/png", "application/octet-stream"],
        name: str | None = None,
        idempotency_key: str | None = None,
    ) -> m.AddedFile:
        """Add a file to a quote's draft: PDF, JPEG or PNG. A picture is kept without its metadata. For:
        operator, owner.
        """
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}/files", ledger=self._ledger, draft=draft),
                query={"name": name},
                body=body,
                media=media,
                key=idempotency_key,
            )
        )
        answer: m.AddedFile = json_of(response)
        return answer

    async def file(self, draft: str, file: str) -> Download:
        """Read a file of a draft. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}/files/{file}", ledger=self._ledger, draft=draft, file=file),
            )
        )
        return download_of(response)

    async def detach(self, draft: str, file: str) -> None:
        """Take a file out of a draft. For: operator, owner."""
        response = await self._send(
            Request(
                "DELETE",
                path_of("/v1/ledgers/{ledger}/drafts/{draft}/files/{file}", ledger=self._ledger, draft=draft, file=file),
            )
        )
        json_of(response)


class AsyncWebhookLedgerCalls:
    """What can be asked of `webhook`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self) -> m.Page[m.Endpoint]:
        """List the endpoints that events are delivered to. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/webhooks", ledger=self._ledger),
            )
        )
        answer: m.Page[m.Endpoint] = json_of(response)
        return answer

    async def create(self, body: m.NewWebhook, *, idempotency_key: str | None = None) -> m.NewEndpoint:
        """Have events delivered to an address, signed. The secret is in this answer, once. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks", ledger=self._ledger),
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.NewEndpoint = json_of(response)
        return answer

    async def read(self, webhook: str) -> m.Endpoint:
        """Read one endpoint, and how it fares. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}", ledger=self._ledger, webhook=webhook),
            )
        )
        answer: m.Endpoint = json_of(response)
        return answer

    async def delete(self, webhook: str) -> None:
        """Remove an endpoint. For: owner."""
        response = await self._send(
            Request(
                "DELETE",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}", ledger=self._ledger, webhook=webhook),
            )
        )
        json_of(response)

    async def pause(
        self,
        webhook: str,
        body: m.NothingMore | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Endpoint:
        """Deliver nothing until it is resumed; nothing is lost. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/pause", ledger=self._ledger, webhook=webhook),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Endpoint = json_of(response)
        return answer

    async def resume(
        self,
        webhook: str,
        body: m.NothingMore | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Endpoint:
        """Go on where it was paused or disabled, at once. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/resume", ledger=self._ledger, webhook=webhook),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Endpoint = json_of(response)
        return answer

    async def rotate(
        self,
        webhook: str,
        body: m.NewWebhookSecret | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.NewEndpoint:
        """Make a new secret, in this answer once; the old one signs beside it for a while. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/secret", ledger=self._ledger, webhook=webhook),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.NewEndpoint = json_of(response)
        return answer

    async def replay(
        self,
        webhook: str,
        body: m.WebhookReplay | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Endpoint:
        """Deliver everything after an entry again; without `after`, the dead letters, once. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/replay", ledger=self._ledger, webhook=webhook),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Endpoint = json_of(response)
        return answer

    async def ping(
        self,
        webhook: str,
        body: m.NothingMore | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> m.Pinged:
        """Send a test event now, and tell what came of it. For: owner."""
        response = await self._send(
            Request(
                "POST",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/ping", ledger=self._ledger, webhook=webhook),
                body={} if body is None else body,
                key=idempotency_key,
            )
        )
        answer: m.Pinged = json_of(response)
        return answer

    async def deliveries(self, webhook: str, *, limit: int | None = None) -> m.Page[m.Delivery]:
        """List the latest tries, newest first. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/deliveries", ledger=self._ledger, webhook=webhook),
                query={"limit": limit},
            )
        )
        answer: m.Page[m.Delivery] = json_of(response)
        return answer

    async def dead_letters(
        self,
        webhook: str,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> m.Page[m.Dead]:
        """List the events that were given up, in order. For: owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/webhooks/{webhook}/dead-letters", ledger=self._ledger, webhook=webhook),
                query={"after": after, "limit": limit},
            )
        )
        answer: m.Page[m.Dead] = json_of(response)
        return answer

    async def each_dead_letters(
        self,
        webhook: str,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.Dead]:
        """Go through all pages of `dead_letters`, one item after the other."""
        while True:
            page = page_of(await self.dead_letters(webhook, after=after, limit=limit), after)
            for item in page["items"]:
                yield item
            if "next" not in page:
                return
            after = cast('int', page["next"])


class AsyncOutboxLedgerCalls:
    """What can be asked of `outbox`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self, *, before: str | None = None, limit: int | None = None) -> m.Page[m.OutboxListAnswerItem]:
        """List the messages of the outbox, newest first; neither addresses nor words. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/outbox", ledger=self._ledger),
                query={"before": before, "limit": limit},
            )
        )
        answer: m.Page[m.OutboxListAnswerItem] = json_of(response)
        return answer


class AsyncMessageTemplateLedgerCalls:
    """What can be asked of `message_template`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self, *, language: Literal['fr', 'en'] | None = None) -> m.Page[m.MessageTemplateListAnswerItem]:
        """List the templates of messages, with their variables. For: operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/message-templates", ledger=self._ledger),
                query={"language": language},
            )
        )
        answer: m.Page[m.MessageTemplateListAnswerItem] = json_of(response)
        return answer


class AsyncReportLedgerCalls:
    """What can be asked of `report`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def list(self) -> m.Page[m.ReportListAnswerItem]:
        """List the reports: each with its question and what may be asked. For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reports", ledger=self._ledger),
            )
        )
        answer: m.Page[m.ReportListAnswerItem] = json_of(response)
        return answer

    async def read(
        self,
        report: str,
        *,
        account: str | None = None,
        brought_goods_cents: int | None = None,
        brought_services_cents: int | None = None,
        by: Literal[
            'customer', 'document'] | Literal['none', 'rate', 'nature', 'customer_kind', 'place'
        ] | None = None,
        counted_on: Literal['value', 'recorded'] | None = None,
        customer: str | None = None,
        days: int | None = None,
        declared: str | None = None,
        every: Literal['day', 'week', 'month', 'quarter', 'year', 'financial_year'] | None = None,
        flow: Literal['10.3', '10.4'] | None = None,
        from_: str | None = None,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'deposit_credit_note', 'credit_note',
            'note', 'receipt', 'subscription'] | Literal['consumer', 'business', 'public'
        ] | None = None,
        limit: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        owing: bool | None = None,
        retail: Literal['detailed', 'daily'] | None = None,
        services_are: Literal['bic', 'bnc'] | None = None,
        show: Literal['live', 'all'] | None = None,
        started_on: str | None = None,
        state: Literal[
            'open', 'signed', 'declined', 'expired', 'cancelled', 'withdrawn', 'requested', 'partly_paid',
            'paid', 'applied', 'forfeited', 'refund_due', 'refunded', 'by_deposit', 'credited', 'replaced',
            'part_paid', 'written_off', 'issued', 'active', 'paused', 'stopped'
        ] | None = None,
        to: str | None = None,
        year: int | None = None,
        names: bool | None = None,
        at_least: int | None = None,
    ) -> m.ReportReadAnswer:
        """Read a report, as of the ledger's end: JSON, or CSV (RFC 4180). For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reports/{report}", ledger=self._ledger, report=report),
                query={"account": account, "brought_goods_cents": brought_goods_cents, "brought_services_cents": brought_services_cents, "by": by, "counted_on": counted_on, "customer": customer, "days": days, "declared": declared, "every": every, "flow": flow, "from": from_, "kind": kind, "limit": limit, "method": method, "owing": owing, "retail": retail, "services_are": services_are, "show": show, "started_on": started_on, "state": state, "to": to, "year": year, "names": names, "at_least": at_least},
            )
        )
        answer: m.ReportReadAnswer = json_of(response)
        return answer

    async def read_as(
        self,
        report: str,
        *,
        media: Literal['text/csv'],
        account: str | None = None,
        brought_goods_cents: int | None = None,
        brought_services_cents: int | None = None,
        by: Literal[
            'customer', 'document'] | Literal['none', 'rate', 'nature', 'customer_kind', 'place'
        ] | None = None,
        counted_on: Literal['value', 'recorded'] | None = None,
        customer: str | None = None,
        days: int | None = None,
        declared: str | None = None,
        every: Literal['day', 'week', 'month', 'quarter', 'year', 'financial_year'] | None = None,
        flow: Literal['10.3', '10.4'] | None = None,
        from_: str | None = None,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'deposit_credit_note', 'credit_note',
            'note', 'receipt', 'subscription'] | Literal['consumer', 'business', 'public'
        ] | None = None,
        limit: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        owing: bool | None = None,
        retail: Literal['detailed', 'daily'] | None = None,
        services_are: Literal['bic', 'bnc'] | None = None,
        show: Literal['live', 'all'] | None = None,
        started_on: str | None = None,
        state: Literal[
            'open', 'signed', 'declined', 'expired', 'cancelled', 'withdrawn', 'requested', 'partly_paid',
            'paid', 'applied', 'forfeited', 'refund_due', 'refunded', 'by_deposit', 'credited', 'replaced',
            'part_paid', 'written_off', 'issued', 'active', 'paused', 'stopped'
        ] | None = None,
        to: str | None = None,
        year: int | None = None,
        names: bool | None = None,
        at_least: int | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """Read a report, as of the ledger's end: JSON, or CSV (RFC 4180). For: accountant, auditor, operator,
        owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reports/{report}", ledger=self._ledger, report=report),
                query={"account": account, "brought_goods_cents": brought_goods_cents, "brought_services_cents": brought_services_cents, "by": by, "counted_on": counted_on, "customer": customer, "days": days, "declared": declared, "every": every, "flow": flow, "from": from_, "kind": kind, "limit": limit, "method": method, "owing": owing, "retail": retail, "services_are": services_are, "show": show, "started_on": started_on, "state": state, "to": to, "year": year, "names": names, "at_least": at_least},
                headers={"Accept": media, "If-None-Match": if_none_match},
            )
        )
        return download_of(response)

    async def chart(
        self,
        report: str,
        *,
        account: str | None = None,
        brought_goods_cents: int | None = None,
        brought_services_cents: int | None = None,
        by: Literal[
            'customer', 'document'] | Literal['none', 'rate', 'nature', 'customer_kind', 'place'
        ] | None = None,
        counted_on: Literal['value', 'recorded'] | None = None,
        customer: str | None = None,
        days: int | None = None,
        declared: str | None = None,
        every: Literal['day', 'week', 'month', 'quarter', 'year', 'financial_year'] | None = None,
        flow: Literal['10.3', '10.4'] | None = None,
        from_: str | None = None,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'deposit_credit_note', 'credit_note',
            'note', 'receipt', 'subscription'] | Literal['consumer', 'business', 'public'
        ] | None = None,
        limit: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        owing: bool | None = None,
        retail: Literal['detailed', 'daily'] | None = None,
        services_are: Literal['bic', 'bnc'] | None = None,
        show: Literal['live', 'all'] | None = None,
        started_on: str | None = None,
        state: Literal[
            'open', 'signed', 'declined', 'expired', 'cancelled', 'withdrawn', 'requested', 'partly_paid',
            'paid', 'applied', 'forfeited', 'refund_due', 'refunded', 'by_deposit', 'credited', 'replaced',
            'part_paid', 'written_off', 'issued', 'active', 'paused', 'stopped'
        ] | None = None,
        to: str | None = None,
        year: int | None = None,
        at_least: int | None = None,
        language: Literal['fr', 'en'] | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """Draw a report. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reports/{report}/chart.svg", ledger=self._ledger, report=report),
                query={"account": account, "brought_goods_cents": brought_goods_cents, "brought_services_cents": brought_services_cents, "by": by, "counted_on": counted_on, "customer": customer, "days": days, "declared": declared, "every": every, "flow": flow, "from": from_, "kind": kind, "limit": limit, "method": method, "owing": owing, "retail": retail, "services_are": services_are, "show": show, "started_on": started_on, "state": state, "to": to, "year": year, "at_least": at_least, "language": language},
                headers={"If-None-Match": if_none_match},
            )
        )
        return download_of(response)

    async def explain(
        self,
        report: str,
        *,
        key_: str,
        column: str,
        account: str | None = None,
        brought_goods_cents: int | None = None,
        brought_services_cents: int | None = None,
        by: Literal[
            'customer', 'document'] | Literal['none', 'rate', 'nature', 'customer_kind', 'place'
        ] | None = None,
        counted_on: Literal['value', 'recorded'] | None = None,
        customer: str | None = None,
        days: int | None = None,
        declared: str | None = None,
        every: Literal['day', 'week', 'month', 'quarter', 'year', 'financial_year'] | None = None,
        flow: Literal['10.3', '10.4'] | None = None,
        from_: str | None = None,
        kind: Literal[
            'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'deposit_credit_note', 'credit_note',
            'note', 'receipt', 'subscription'] | Literal['consumer', 'business', 'public'
        ] | None = None,
        limit: int | None = None,
        method: Literal['ttc', 'ht'] | None = None,
        owing: bool | None = None,
        retail: Literal['detailed', 'daily'] | None = None,
        services_are: Literal['bic', 'bnc'] | None = None,
        show: Literal['live', 'all'] | None = None,
        started_on: str | None = None,
        state: Literal[
            'open', 'signed', 'declined', 'expired', 'cancelled', 'withdrawn', 'requested', 'partly_paid',
            'paid', 'applied', 'forfeited', 'refund_due', 'refunded', 'by_deposit', 'credited', 'replaced',
            'part_paid', 'written_off', 'issued', 'active', 'paused', 'stopped'
        ] | None = None,
        to: str | None = None,
        year: int | None = None,
        at_least: int | None = None,
        told: int | None = None,
    ) -> m.ReportExplainAnswer:
        """Take one figure of a report back to the entries behind it. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reports/{report}/explain", ledger=self._ledger, report=report),
                query={"key": key_, "column": column, "account": account, "brought_goods_cents": brought_goods_cents, "brought_services_cents": brought_services_cents, "by": by, "counted_on": counted_on, "customer": customer, "days": days, "declared": declared, "every": every, "flow": flow, "from": from_, "kind": kind, "limit": limit, "method": method, "owing": owing, "retail": retail, "services_are": services_are, "show": show, "started_on": started_on, "state": state, "to": to, "year": year, "at_least": at_least, "told": told},
            )
        )
        answer: m.ReportExplainAnswer = json_of(response)
        return answer


class AsyncReconciliationLedgerCalls:
    """What can be asked of `reconciliation`."""

    def __init__(self, send: Send, ledger: str) -> None:
        self._send = send
        self._ledger = ledger

    async def read(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        entries: int | None = None,
    ) -> m.ReconciliationReadAnswer:
        """Tie closures, book, journals, VAT return, receipts and e-reporting to each other, to the cent. For:
        accountant, auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/ledgers/{ledger}/reconciliation", ledger=self._ledger),
                query={"from": from_, "to": to, "entries": entries},
            )
        )
        answer: m.ReconciliationReadAnswer = json_of(response)
        return answer


class AsyncLedgerCalls:
    """Everything that can be asked of a ledger, by what it is about."""

    def __init__(self, send: Send, ledger: str) -> None:
        self.invoice = AsyncInvoiceLedgerCalls(send, ledger)
        self.payment = AsyncPaymentLedgerCalls(send, ledger)
        self.statement = AsyncStatementLedgerCalls(send, ledger)
        self.online_payment = AsyncOnlinePaymentLedgerCalls(send, ledger)
        self.chargeback = AsyncChargebackLedgerCalls(send, ledger)
        self.provider = AsyncProviderLedgerCalls(send, ledger)
        self.customer = AsyncCustomerLedgerCalls(send, ledger)
        self.quote = AsyncQuoteLedgerCalls(send, ledger)
        self.delivery = AsyncDeliveryLedgerCalls(send, ledger)
        self.work = AsyncWorkLedgerCalls(send, ledger)
        self.signature = AsyncSignatureLedgerCalls(send, ledger)
        self.attachment = AsyncAttachmentLedgerCalls(send, ledger)
        self.deposit = AsyncDepositLedgerCalls(send, ledger)
        self.receipt = AsyncReceiptLedgerCalls(send, ledger)
        self.subscription = AsyncSubscriptionLedgerCalls(send, ledger)
        self.note = AsyncNoteLedgerCalls(send, ledger)
        self.message = AsyncMessageLedgerCalls(send, ledger)
        self.reminder = AsyncReminderLedgerCalls(send, ledger)
        self.comment = AsyncCommentLedgerCalls(send, ledger)
        self.link = AsyncLinkLedgerCalls(send, ledger)
        self.copy = AsyncCopyLedgerCalls(send, ledger)
        self.observer = AsyncObserverLedgerCalls(send, ledger)
        self.task = AsyncTaskLedgerCalls(send, ledger)
        self.drawer = AsyncDrawerLedgerCalls(send, ledger)
        self.period = AsyncPeriodLedgerCalls(send, ledger)
        self.export = AsyncExportLedgerCalls(send, ledger)
        self.ereport = AsyncEreportLedgerCalls(send, ledger)
        self.issuer = AsyncIssuerLedgerCalls(send, ledger)
        self.series = AsyncSeriesLedgerCalls(send, ledger)
        self.policy = AsyncPolicyLedgerCalls(send, ledger)
        self.anchor = AsyncAnchorLedgerCalls(send, ledger)
        self.journal = AsyncJournalLedgerCalls(send, ledger)
        self.attestation = AsyncAttestationLedgerCalls(send, ledger)
        self.history = AsyncHistoryLedgerCalls(send, ledger)
        self.credit_note = AsyncCreditNoteLedgerCalls(send, ledger)
        self.refund = AsyncRefundLedgerCalls(send, ledger)
        self.copies = AsyncCopiesLedgerCalls(send, ledger)
        self.import_ = AsyncImportLedgerCalls(send, ledger)
        self.ledger = AsyncLedgerLedgerCalls(send, ledger)
        self.projection = AsyncProjectionLedgerCalls(send, ledger)
        self.checkpoint = AsyncCheckpointLedgerCalls(send, ledger)
        self.entry = AsyncEntryLedgerCalls(send, ledger)
        self.closure = AsyncClosureLedgerCalls(send, ledger)
        self.erasure = AsyncErasureLedgerCalls(send, ledger)
        self.archive = AsyncArchiveLedgerCalls(send, ledger)
        self.fec = AsyncFecLedgerCalls(send, ledger)
        self.document = AsyncDocumentLedgerCalls(send, ledger)
        self.seal = AsyncSealLedgerCalls(send, ledger)
        self.event = AsyncEventLedgerCalls(send, ledger)
        self.key = AsyncKeyLedgerCalls(send, ledger)
        self.draft = AsyncDraftLedgerCalls(send, ledger)
        self.webhook = AsyncWebhookLedgerCalls(send, ledger)
        self.outbox = AsyncOutboxLedgerCalls(send, ledger)
        self.message_template = AsyncMessageTemplateLedgerCalls(send, ledger)
        self.report = AsyncReportLedgerCalls(send, ledger)
        self.reconciliation = AsyncReconciliationLedgerCalls(send, ledger)


class AsyncLedgerRootCalls:
    """What can be asked of `ledger`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def open(self, body: m.OpenLedger, *, idempotency_key: str | None = None) -> m.Opened:
        """Open a ledger, with the provisioning key; the answer holds an owner key, once."""
        response = await self._send(
            Request(
                "POST",
                "/v1/ledgers",
                body=body,
                key=idempotency_key,
            )
        )
        answer: m.Opened = json_of(response)
        return answer

    async def list(self) -> m.Page[m.LedgerItem]:
        """List the ledgers in which this key has a role; with the provisioning key, all. For: accountant,
        auditor, operator, owner.
        """
        response = await self._send(
            Request(
                "GET",
                "/v1/ledgers",
            )
        )
        answer: m.Page[m.LedgerItem] = json_of(response)
        return answer


class AsyncKeyRootCalls:
    """What can be asked of `key`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def me(self) -> m.Me:
        """Read whose key this is. For: accountant, auditor, operator, owner."""
        response = await self._send(
            Request(
                "GET",
                "/v1/key",
            )
        )
        answer: m.Me = json_of(response)
        return answer


class AsyncSchemaRootCalls:
    """What can be asked of `schema`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def list(self) -> m.Page[m.SchemaItem]:
        """List every type of event, and where its JSON Schema is read."""
        response = await self._send(
            Request(
                "GET",
                "/v1/schemas/events",
            )
        )
        answer: m.Page[m.SchemaItem] = json_of(response)
        return answer

    async def read(self, type: str, version: int) -> dict[str, Any]:
        """Read the JSON Schema of one type of event; a released one never changes."""
        response = await self._send(
            Request(
                "GET",
                path_of("/v1/schemas/events/{type}/{version}", type=type, version=version),
            )
        )
        answer: dict[str, Any] = json_of(response)
        return answer


class AsyncSystemRootCalls:
    """What can be asked of `system`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def about(self, *, on: str | None = None, files: bool | None = None) -> m.About:
        """Tell which software this is, its fiscal perimeter's fingerprint, and the law of a day."""
        response = await self._send(
            Request(
                "GET",
                "/v1/about",
                query={"on": on, "files": files},
            )
        )
        answer: m.About = json_of(response)
        return answer

    async def health(self) -> m.Status:
        """Tell that this process runs."""
        response = await self._send(
            Request(
                "GET",
                "/healthz",
            )
        )
        answer: m.Status = json_of(response)
        return answer

    async def ready(self) -> m.Status:
        """Tell whether commands can be taken."""
        response = await self._send(
            Request(
                "GET",
                "/readyz",
            )
        )
        answer: m.Status = json_of(response)
        return answer

    async def problem(self, code: str) -> m.ProblemType:
        """Tell what a problem's type means, in both languages."""
        response = await self._send(
            Request(
                "GET",
                path_of("/problems/{code}", code=code),
            )
        )
        answer: m.ProblemType = json_of(response)
        return answer


class AsyncRootCalls:
    """Everything that can be asked, by what it is about."""

    def __init__(self, send: Send) -> None:
        self.ledgers = AsyncLedgerRootCalls(send)
        self.keys = AsyncKeyRootCalls(send)
        self.schemas = AsyncSchemaRootCalls(send)
        self.system = AsyncSystemRootCalls(send)
