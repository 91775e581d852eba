"""Saying something: questions and comments, no to a quote, and giving a contract up."""

from __future__ import annotations

from api.http.call import Answer
from api.pages.customer import words
from api.pages.customer.opening import Opened, opened
from ledger.domain.refusals import Refusal


@opened
def write(page: Opened) -> Answer:
    """Write to the business about what the link shows."""
    form = page.visit.form
    done = page.visit.context.signing.acts.comment(
        page.link, form.text("words"), question=page.link.purpose != "observe", key=page.key
    )
    if isinstance(done, Refusal):
        return page.render("comments.html", done.status, wrong=page.wrong(done), said=False)
    page.visit.told()
    return page.visit.go(page.visit.here("/messages?sent=1"))


@opened
def sent(page: Opened) -> Answer:
    """Show what was written, after something was."""
    asked = page.visit.query("sent")
    return page.render("comments.html", said=bool(asked.get("sent")))


@opened
def decline_page(page: Opened) -> Answer:
    """Ask why, before a quote is declined."""
    if "decline" not in page.view.may:
        return page.visit.go(page.visit.here())
    return page.render("decline.html", reasons=words.reasons(page.visit))


@opened
def decline(page: Opened) -> Answer:
    """Decline."""
    form = page.visit.form
    done = page.visit.context.signing.acts.decline(
        page.link, form.text("reason") or None, form.text("words"), key=page.key
    )
    if isinstance(done, Refusal):
        if "decline" not in page.view.may:
            return page.visit.go(page.visit.here())
        return page.render("decline.html", done.status, wrong=page.wrong(done), reasons=words.reasons(page.visit))
    page.visit.told()
    return page.visit.go(page.visit.here())


@opened
def withdraw_page(page: Opened) -> Answer:
    """Show what giving the contract up means, before it is confirmed (C. conso L221-21)."""
    if "withdraw" not in page.view.may:
        return page.visit.go(page.visit.here())
    return page.render("withdraw.html", words=words)


@opened
def withdraw(page: Opened) -> Answer:
    """Give the contract up."""
    if not page.visit.form.ticked("confirm"):
        return page.visit.go(page.visit.here("/withdraw"))
    done = page.visit.context.signing.acts.withdraw(page.link, key=page.key)
    if isinstance(done, Refusal):
        fresh = Opened(page.visit, page.link, page.visit.context.signing.acts.shown(page.link))
        quote = fresh.view.quote
        if quote is None or quote.contract is None or quote.phase == "withdrawn":  # there is nothing to give up
            return page.visit.go(page.visit.here())
        return fresh.render("withdraw.html", done.status, wrong=fresh.wrong(done), words=words)
    page.visit.told()
    return page.visit.go(page.visit.here())
