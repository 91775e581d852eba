"""Paying: what is asked for and why, the ways to pay it, a transfer that is announced and not yet paid."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from api.http.call import Answer
from api.pages.customer import words
from api.pages.customer.opening import Opened, opened
from api.payments.provider import ProviderAway, ProviderRefused
from api.payments.recording import NotRecorded
from api.payments.ways import Online, Transfer
from api.signing.links import make_link
from api.signing.shown import ShownDue
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel.entry import format_at
from projections.documents.pages.qr import TooLong, modules

CHECKOUT: Final = "https://checkout.stripe.com"
BACK_FOR: Final = timedelta(hours=3)
"""How long the address opens by which a provider sends a customer back: it is told to the provider."""
_QUIET: Final = 4


def due_page(page: Opened, about: str, status: int = 200, **more: Any) -> Answer:
    """Show one thing that is asked for: amount, why, until when, how."""
    due = page.view.due(about)
    if due is None:
        raise page.visit.nothing_there()
    facts: dict[str, Any] = {"wrong": None, **more, "due": due, "words": words, **ways_to(page, due)}
    return page.render("due.html", status, **facts)


def ways_to(page: Opened, due: ShownDue) -> dict[str, Any]:
    """Give the ways to pay what is asked for; none while it may not be paid, or by who may not pay."""
    given: dict[str, Any] = {"online": None, "transfer": None, "qr": None}
    if "pay" not in page.view.may or not due.to_pay_cents or due.banned:
        return given
    for way in page.visit.context.collecting.offers(page.link.ledger, due.about, due.kind):
        if isinstance(way, Online) and given["online"] is None:
            given["online"] = way
            page.visit.allow_forms_to(_targets(page))  # on whichever page they are shown: a browser stops the way there
        elif isinstance(way, Transfer):
            given["transfer"] = way
            given["qr"] = qr_of(way.payload) if way.payload is not None else None
    return given


def qr_of(payload: str) -> tuple[int, str] | None:
    """Draw a code as one SVG path: the side with its quiet zone, and the dark modules as runs."""
    try:
        size, made = modules(payload)
    except TooLong:
        return None
    runs: list[str] = []
    for y in range(size):
        row = made[y * (size + 1) : y * (size + 1) + size]
        x = 0
        while x < size:
            if not row[x]:
                x += 1
                continue
            start = x
            while x < size and row[x]:
                x += 1
            runs.append(f"M{start + _QUIET} {y + _QUIET}h{x - start}v1h-{x - start}z")
    return size + 2 * _QUIET, "".join(runs)


@opened
def due(page: Opened) -> Answer:
    """Show something that is asked for."""
    return due_page(page, page.visit.params["about"])


@opened
def announce(page: Opened) -> Answer:
    """Note that the customer says a transfer is on its way: announced, never paid."""
    about = page.visit.params["about"]
    done = page.visit.context.signing.acts.announce(page.link, about)
    if isinstance(done, Refusal):
        return due_page(page, about, done.status, wrong=page.wrong(done))
    page.visit.told()
    return page.visit.go(_address(page, about))


@opened
def card(page: Opened) -> Answer:
    """Send the customer to the provider's page. The address back is a link of its own, which lives for hours."""
    about, visit = page.visit.params["about"], page.visit
    due = page.view.due(about)
    if due is None:
        raise visit.nothing_there()
    if "pay" not in page.view.may or not due.to_pay_cents or page.key is None:
        return due_page(page, about, 409, wrong=page.wrong(refuse("LINK_UNFIT")))
    too_much = visit.context.signing.acts.too_much(page.link)
    if too_much is not None:
        return due_page(page, about, too_much.status, wrong=page.wrong(too_much))
    until = format_at(visit.context.service.clock.now() + BACK_FOR)
    back = make_link(
        visit.context.service, page.link.ledger, about, due.kind, "pay", expires_at=until, actor=page.link.actor
    )
    if isinstance(back, Refusal):
        return due_page(page, about, back.status, wrong=page.wrong(back))
    address = visit.context.settings.link_base + back.path
    begun = visit.context.collecting.begin(
        page.link.ledger, about, due.kind, due.to_pay_cents, f"{address}/back", address, visit.language, page.key,
        page.link.actor,
    )  # fmt: skip
    visit.told()
    if isinstance(begun, Refusal):
        return due_page(page, about, begun.status, wrong=page.wrong(begun))
    return visit.go(begun.url, outside=True)


@opened
def back(page: Opened) -> Answer:
    """Show what became of a payment to who comes back from a provider's page: its word counts, not the coming back."""
    about = page.link.about
    if page.view.due(about) is None:
        raise page.visit.nothing_there()
    if page.visit.context.signing.acts.too_much(page.link) is None:  # each look asks the provider; the job looks too
        with suppress(ProviderAway, ProviderRefused, NotRecorded):  # the job looks again; the page says "not yet"
            page.visit.context.collecting.look(page.link.ledger, about)
        page.visit.told()
    return page.visit.go(page.visit.here("/returned"))


@opened
def returned(page: Opened) -> Answer:
    """Show what was asked for, after a provider's page."""
    return due_page(page, page.link.about, returned=True)


@opened
def link_to_pay(page: Opened) -> Answer:
    """Give who reads a contract a link to pay, and go there: that one expires, the contract's does not."""
    about = page.visit.params["about"]
    made = page.visit.context.signing.acts.link_to_pay(page.link, about)
    if isinstance(made, Refusal):
        return due_page(page, about, made.status, wrong=page.wrong(made))
    page.visit.told()
    return page.visit.go(made.path)


def _address(page: Opened, about: str) -> str:
    return page.visit.here() if page.link.about == about else page.visit.here(f"/pay/{about}")


def _targets(page: Opened) -> tuple[str, ...]:
    """Give where a form of this page may lead: the provider's own page, or the server that stands in its place."""
    other = page.visit.context.settings.stripe_api
    if other is None:
        return (CHECKOUT,)
    parts = urlsplit(other)
    return (CHECKOUT, f"{parts.scheme}://{parts.netloc}")
