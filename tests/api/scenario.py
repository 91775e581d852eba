"""Every example of the OpenAPI page, carried out: one business's autumn, in an order in which each can happen."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.http.examples import ids
from api.http.examples.bodies import BODIES
from api.http.routes.commands import COMMAND_ROUTES
from ledger.shell.clock import SystemClock
from tests.api.serving import Served

ROUTES = {route.command.NAME: route for route in COMMAND_ROUTES}


class SetClock:
    """A clock that a test moves."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now = start

    def now(self) -> datetime:
        return self._now

    def steady(self) -> timedelta:
        return self._now - self._start

    def go(self, days: int) -> None:
        self._now += timedelta(days=days)


class RunningClock(SystemClock):
    """A clock that runs like any other, from a moment that a test chooses: what it shows hangs on no real day."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


START = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)


@dataclass
class Scenario:
    """Plays examples against a server and keeps the answers."""

    served: Served
    clock: SetClock
    done: dict[str, httpx.Response] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)

    def example(self, name: str, **fill: Any) -> dict[str, Any]:
        """Carry a command's example out as it stands, but for what only the server can know."""
        route = ROUTES[name]
        assert name not in self.done, f"{name} is played twice"
        path = fill.pop("path", None) or route.path.format(**dict(zip(route.members, route.example, strict=True)))
        body = {**copy.deepcopy(dict(BODIES[name])), **fill}
        answer = self.served.post(path, body)
        assert answer.status_code == route.status, f"{name}: {answer.text}"
        self.done[name] = answer
        result: dict[str, Any] = answer.json()
        return result

    def also(self, name: str, *path: str, **body: Any) -> dict[str, Any]:
        """Carry out a command that the examples take for granted."""
        route = ROUTES[name]
        answer = self.served.post(route.path.format(**dict(zip(route.members, path, strict=True))), body)
        assert answer.status_code == route.status, f"{name}: {answer.text}"
        result: dict[str, Any] = answer.json()
        return result

    def variant(self, name: str, identifier: str, **changes: Any) -> dict[str, Any]:
        """Carry an example out again under another id."""
        return self.also(name, **{**copy.deepcopy(dict(BODIES[name])), "id": identifier, **changes})

    def play(self) -> None:
        """Carry out all of it."""
        for act in ACTS:
            act(self)


def settings_and_customers(on: Scenario) -> None:
    on.example("issuer.set_profile")
    on.example("issuer.set_brand")
    on.example("series.open")
    on.example("policy.set_deposits")
    on.example("policy.set_reminders")
    on.example("anchor.set_policy")
    on.example("customer.register")
    on.example("customer.update")
    on.example("customer.record_consent")
    on.variant("customer.register", _BUSINESS, kind="business", payment_days=30, party=_FIRM)
    on.example("attachment.add")


def the_technical_journal(on: Scenario) -> None:
    on.example("journal.access")
    on.example("journal.sign_in")
    on.example("journal.sign_out")
    on.example("journal.sign_in_failure")
    on.example("journal.software")
    on.example("attestation.issue")
    on.example("journal.integrity_failure")
    on.example("drawer.count")


def what_another_software_kept_is_taken_in(on: Scenario) -> None:
    on.example("history.begin_import")
    on.example("history.add_documents")
    on.example("history.finish_import")


def the_kitchen_is_quoted_and_signed(on: Scenario) -> None:
    on.example("quote.issue")
    on.example("observer.add")
    on.example("comment.add")
    on.example("link.create")
    revised = on.example("quote.revise")
    on.example("quote.send")
    on.example("quote.view")
    fingerprint = next(e["fingerprint"] for e in revised["entries"] if e["type"] == "quote.revised/1")
    on.example("quote.sign", fingerprint=fingerprint)
    on.example("link.revoke")
    on.example("observer.remove")


def other_quotes_end_otherwise(on: Scenario) -> None:
    on.variant("quote.issue", ids.QUOTE_DECLINED)
    on.example("quote.decline")
    on.variant("quote.issue", ids.QUOTE_CANCELLED)
    on.example("quote.cancel")
    on.variant("quote.issue", ids.QUOTE_EXPIRED, valid_until="2026-10-06")
    withdrawn = on.variant(
        "quote.issue", ids.QUOTE_WITHDRAWN, channel="off_premises", special_order=False, discount=None
    )
    on.also(
        "quote.sign",
        ids.QUOTE_WITHDRAWN,
        document_version=1,
        fingerprint=_fingerprint(withdrawn, "quote.issued/1"),
        evidence=BODIES["quote.sign"]["evidence"],
    )
    on.example("quote.withdraw")


def quotes_are_signed_at_a_distance(on: Scenario) -> None:
    asked = on.variant("quote.issue", ids.QUOTE_SIGNED_REMOTELY)
    on.example("signature.request")
    on.example("signature.record_code_sent", expires_at="2026-10-05T10:00:00.000000Z")
    on.example("signature.record_code_checked")
    on.example("signature.give", signed=_fingerprint(asked, "quote.issued/1"))
    signatories = BODIES["signature.request"]["signatories"]
    for identifier, signatory in (
        (ids.SIGNATURE_REFUSED, ids.SIGNATORY_REFUSING),
        (ids.SIGNATURE_CANCELLED, ids.SIGNATORY),
    ):
        on.also(
            "signature.request",
            id=identifier,
            file=ids.DIGEST,
            bytes=1000,
            role="contract",
            signatories=[{**signatories[0], "id": signatory}],
        )
    on.example("signature.refuse")
    on.example("signature.cancel")


def deposits_are_asked_for(on: Scenario) -> None:
    on.example("deposit.request")
    on.variant("deposit.request", ids.DEPOSIT_CANCELLED)
    on.example("deposit.cancel")
    on.variant("deposit.request", ids.DEPOSIT_SETTLED)
    for payment, deposit in ((ids.PAYMENT_DEPOSIT, ids.DEPOSIT), (ids.PAYMENT_FREE, ids.DEPOSIT_SETTLED)):
        on.also(
            "payment.record",
            id=payment,
            means="credit_transfer",
            amount_cents=12_000,
            allocations=[{"about": deposit, "about_kind": "deposit", "amount_cents": 12_000}],
        )
    on.example("deposit.invoice")
    on.example("deposit.settle")
    on.example("receipt.issue")


def things_are_sold_and_paid(on: Scenario) -> None:
    on.example("invoice.issue")
    on.example("payment.announce")
    on.example("payment.record")
    on.also("payment.record", id=ids.PAYMENT_BOUNCED, means="cheque", amount_cents=3_000)
    on.example("payment.reverse")
    on.example("payment.fail")


def invoices_live_on(on: Scenario) -> None:
    on.example("invoice.send")
    on.example("invoice.view")
    on.example("invoice.dispute")
    on.example("copy.make")
    on.example("online_payment.open")
    on.example("online_payment.end")
    on.also("payment.record", id=ids.PAYMENT_CONTESTED, means="card", amount_cents=4_000)
    on.example("chargeback.open")
    on.example("chargeback.close")
    on.example("provider.record_payout")
    on.example("provider.record_payout_return")
    on.also("payment.record", id=_SPARE, means="credit_transfer", amount_cents=6_000)
    on.example("payment.allocate", path=f"/payments/{_SPARE}/allocations")
    on.example("payment.correct_means", path=f"/payments/{_SPARE}/means")
    on.example("payment.refund", payment=_SPARE, about=_SPARE)
    on.example("invoice.credit")
    on.example("message.queue")
    on.example("message.record_sent")
    on.also("message.queue", **{**BODIES["message.queue"], "occasion": "invoice-sent-2"})
    on.example("message.record_failed")
    on.example("note.issue")
    for invoice in (ids.INVOICE_LATE, ids.INVOICE_LOST):
        on.variant("invoice.issue", invoice, customer=_BUSINESS)


def the_kitchen_is_built(on: Scenario) -> None:
    on.example("quote.reach_milestone")
    on.example("delivery.record")
    on.example("work.accept")
    on.example("invoice.issue_progress")
    on.example("invoice.issue_final")


def recurring_billing(on: Scenario) -> None:
    on.example("subscription.start")
    on.example("subscription.invoice")
    on.example("subscription.change")
    on.example("subscription.pause")
    on.example("subscription.stop")


def time_passes(on: Scenario) -> None:
    on.clock.go(days=60)
    on.example("period.close")
    on.example("period.set_year_end")
    on.example("quote.expire")
    on.example("reminder.record")
    on.example("invoice.charge_penalty")
    on.example("invoice.write_off")
    on.example("series.close")
    task = on.served.get("/tasks").json()["items"][0]["id"]
    on.example("task.close", path=f"/tasks/{task}/closure")
    on.example("statement.import")
    on.example("export.record")
    on.example("ereport.record")


ACTS: tuple[Callable[[Scenario], None], ...] = (
    settings_and_customers,
    the_technical_journal,
    what_another_software_kept_is_taken_in,
    the_kitchen_is_quoted_and_signed,
    other_quotes_end_otherwise,
    quotes_are_signed_at_a_distance,
    deposits_are_asked_for,
    things_are_sold_and_paid,
    invoices_live_on,
    the_kitchen_is_built,
    recurring_billing,
    time_passes,
)

_FIRM = {
    "name": "Bureau Exemple",
    "siren": "987654324",
    "address": {"lines": ["9 quai Exemple"], "postcode": "69002", "city": "Lyon"},
}
_SPARE = "99999999-0000-4000-8000-000000000099"
_BUSINESS = "cccccccc-0000-4000-8000-000000000099"


def _fingerprint(answer: dict[str, Any], kind: str) -> str:
    found: str = next(entry["fingerprint"] for entry in answer["entries"] if entry["type"] == kind)
    return found
