"""Signing in two steps, without scripts if need be: who and what is agreed to, then the mailed code."""

from __future__ import annotations

from typing import Any

from api.http.call import Answer
from api.pages.customer import words
from api.pages.customer.opening import Opened, address, opened
from api.pages.customer.paying import ways_to
from api.pages.customer.reading import chosen_of, paper_of, priced_of, query_of, quote_page
from api.pages.customer.stamp import read_stamp, stamp
from api.signing import consent
from api.signing.acts import SignForm
from api.signing.codes import Sent
from ledger.domain.refusals import Refusal

_FIELDS = {
    "/name": "name", "/consent": "consent", "/reduced_rate_stated": "reduced_rate", "/code": "code",
    "/drawing": "drawing", "/evidence/name_typed": "name",
}  # fmt: skip


@opened
def sign_page(page: Opened) -> Answer:
    """Show the steps of signing, for what is ticked."""
    if "sign" not in page.view.may:
        return _not_now(page)
    quote = page.view.quote
    chosen = chosen_of(page.visit, quote.document) if quote is not None else ()
    return _steps(page, chosen, None)


@opened
def send_code(page: Opened) -> Answer:
    """Mail a code to the signatory and show where to type it; what was typed stays."""
    chosen = _chosen(page)
    if "sign" not in page.view.may:
        return _not_now(page)
    acts = page.visit.context.signing.acts
    acts.viewed(page.link, page.view)
    sent = acts.send_code(page.link, page.visit.form.text("fingerprint"), page.visit.language)
    page.visit.told()
    if isinstance(sent, Refusal):
        return _again(page, chosen, sent)
    return _steps(page, chosen, sent)


@opened
def sign(page: Opened) -> Answer:
    """Sign exactly what was shown; then straight to what comes next."""
    chosen, form = _chosen(page), page.visit.form
    agent = page.visit.call.header(b"user-agent")
    said = SignForm(
        fingerprint=form.text("fingerprint"),
        name=form.text("name"),
        consented=form.ticked("consent"),
        code=form.text("code"),
        drawing=form.text("drawing"),
        chosen=chosen,
        early_start=form.ticked("early_start"),
        loss=form.ticked("early_start") and form.ticked("loss"),
        reduced_rate=form.ticked("reduced_rate"),
        language=page.visit.language,
        shown_from=read_stamp(page, form.text("shown")),
        ip=address(page.visit) or None,
        user_agent=agent.decode("latin-1") if agent else None,
    )
    done = page.visit.context.signing.acts.sign(page.link, said, key=page.key)
    page.visit.told()
    if isinstance(done, Refusal):
        return _again(page, chosen, done)
    return page.visit.go(page.visit.here("/done"))


@opened
def done(page: Opened) -> Answer:
    """Show that it is signed, and what comes next: others who sign, or the deposit."""
    view = page.view
    if view.you is None or not view.you.signed:
        return page.visit.go(page.visit.here())
    dues = [each for each in view.dues if each.kind == "deposit" and each.to_pay_cents]
    facts: dict[str, Any] = {"online": None, "transfer": None, "qr": None}
    if dues:
        facts = ways_to(page, dues[0])
    return page.render("done.html", words=words, due=dues[0] if dues else None, **facts)


def _steps(page: Opened, chosen: tuple[int, ...], sent: Sent | None, status: int = 200, **more: Any) -> Answer:
    view = page.view
    assert view.you is not None  # noqa: S101 - `may` says that they sign
    assert view.signature is not None  # noqa: S101 - as above
    quote = view.quote
    agreed = consent.agreed_file(page.visit.language, view.signature.fingerprint)
    priced = None
    if quote is not None:
        priced = priced_of(page, chosen)
        if priced.wrong is not None:
            return quote_page(page, wrong=page.wrong(priced.wrong))
        agreed = consent.agreed(
            page.visit.language, quote.document.number, quote.document.document_version, quote.fingerprint,
            priced.totals.gross_cents if view.you.signatory.side == "client" else None,
        )  # fmt: skip
    facts: dict[str, Any] = {
        "wrong": None,
        **more,
        "chosen": ",".join(map(str, chosen)),
        "back": page.visit.here(f"?{query_of(quote.document, chosen)}" if quote is not None else ""),
        "priced": priced,
        "paper": paper_of(page, "quote", quote.quote) if quote is not None else None,
        "agreed": agreed,
        "consent": consent,
        "sent": sent,
        "by_code": view.you.signatory.code_by == "email",
        "shown": page.visit.form.text("shown") or stamp(page),
        "words": words,
    }
    return page.render("sign.html", status, **facts)


def _again(page: Opened, chosen: tuple[int, ...], refused: Refusal) -> Answer:
    """Show the same step with what is wrong; where the document is another one now, that one instead."""
    fresh = Opened(page.visit, page.link, page.visit.context.signing.acts.shown(page.link))
    if "sign" not in fresh.view.may or refused.code in ("QUOTE_VERSION_NOT_CURRENT", "SIGNATURE_DOCUMENT_MISMATCH"):
        return _not_now(fresh, refused)
    code_is_out = refused.code in ("CODE_WRONG", "CODE_EXPIRED", "CODE_BLOCKED", "MEMBER_INVALID", "TRIES_TOO_MANY")
    sent = Sent("", "") if code_is_out or fresh.visit.form.text("code") else None
    return _steps(fresh, chosen, sent, refused.status, wrong=fresh.wrong(refused, _FIELDS))


def _not_now(page: Opened, refused: Refusal | None = None) -> Answer:
    """Show why nothing can be signed now, on the page of what is there."""
    if page.view.you is not None and page.view.you.signed:
        return page.visit.go(page.visit.here("/done"))
    if refused is None:
        return page.visit.go(page.visit.here())
    wrong = page.wrong(refused)
    if page.view.quote is not None:
        return page.render("changed.html", refused.status, wrong=wrong, words=words)
    return page.render("file.html", refused.status, wrong=wrong, words=words)


def _chosen(page: Opened) -> tuple[int, ...]:
    """Read the choice that a form carries; what is none of the quote's is refused by its price."""
    text = page.visit.form.text("chosen")
    parts = [part for part in text.split(",") if part]
    if len(parts) > 500 or any(not (part.isascii() and part.isdigit() and len(part) < 6) for part in parts):
        return (0,)
    return tuple(map(int, parts))
