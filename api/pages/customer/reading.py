"""Reading: the first page of each kind of link, files, proofs, the business's look."""

from __future__ import annotations

from typing import Any

from api.http.call import Answer
from api.http.problems import Problem
from api.pages.customer import words
from api.pages.customer.opening import Opened, closed, link_of, logo_of, network, opened, readable
from api.pages.customer.paying import due_page
from api.pages.frame.visit import Visit
from api.rendering.errors import DocumentErased
from api.rendering.subjects import Subject
from api.signing.shown import Priced, ShownFile, first_choice, price
from archive.proving import find, prove
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.refusals import Refusal
from projections.documents.paper import Paper


@opened
def home(page: Opened) -> Answer:
    """Show what the link is about, as it stands."""
    view = page.view
    if page.link.about_kind in ("deposit", "invoice"):
        own = view.due(page.link.about) or next(iter(view.dues), None)  # a deposit's invoice is paid with its deposit
        return due_page(page, own.about if own is not None else page.link.about)
    if view.quote is None:
        return file_page(page)
    if view.quote.contract is not None:
        return contract_page(page)
    return quote_page(page)


def quote_page(page: Opened, **more: Any) -> Answer:
    """Show a quote that is not signed: all that its paper says, choices to tick, what comes next."""
    quote = page.view.quote
    if quote is None:
        raise page.visit.nothing_there()
    chosen = chosen_of(page.visit, quote.document)
    facts: dict[str, Any] = {
        "wrong": None,
        **more,
        "paper": paper_of(page, "quote", quote.quote),
        "priced": price(quote.document, chosen),
        "groups": groups_of(quote.document),
        "words": words,
    }
    return page.render("quote.html", **facts)


def contract_page(page: Opened, status: int = 200, **more: Any) -> Answer:
    """Show a contract: what is agreed, paid, asked for and to come, its papers, and how to give it up."""
    quote = page.view.quote
    if quote is None:
        raise page.visit.nothing_there()
    facts: dict[str, Any] = {
        "wrong": None,
        **more,
        "paper": paper_of(page, "quote", quote.quote),
        "words": words,
        "open_dues": [each for each in page.view.dues if each.to_pay_cents],
    }
    return page.render("contract.html", status, **facts)


def file_page(page: Opened, status: int = 200, **more: Any) -> Answer:
    """Show a PDF that is to be signed, or was."""
    return page.render("file.html", status, **{"wrong": None, **more, "words": words})


# --- choices


def chosen_of(visit: Visit, document: QuoteDocument) -> tuple[int, ...]:
    """Read what is ticked from the query; what a page shows first where nothing was asked for.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    ranks = [rank for rank, line in enumerate(document.lines, 1) if line.choice is not None]
    groups = groups_of(document)
    names = [*(f"o{rank}" for rank in ranks), *(f"v{place}" for place in range(len(groups)))]
    asked = visit.query("c", *names)
    if "c" not in asked:
        return first_choice(document)
    chosen = [rank for rank in ranks if document.lines[rank - 1].choice == "option" and asked.get(f"o{rank}")]
    for place, group in enumerate(groups):
        text = asked.get(f"v{place}", "")
        if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in group:
            chosen.append(int(text))
    return tuple(sorted(chosen))


def groups_of(document: QuoteDocument) -> list[tuple[int, ...]]:
    """Give the ranks of each group of variants, in the order in which they stand."""
    groups: dict[str, list[int]] = {}
    for rank, line in enumerate(document.lines, 1):
        if line.choice == "variant" and line.choice_group is not None:
            groups.setdefault(line.choice_group, []).append(rank)
    return [tuple(ranks) for ranks in groups.values()]


def query_of(document: QuoteDocument, chosen: tuple[int, ...]) -> str:
    """Write a choice as the query that asks for it."""
    parts = ["c=1", *(f"o{rank}=1" for rank in chosen if document.lines[rank - 1].choice == "option")]
    for place, group in enumerate(groups_of(document)):
        parts += [f"v{place}={rank}" for rank in group if rank in chosen]
    return "&".join(parts)


def priced_of(page: Opened, chosen: tuple[int, ...]) -> Priced:
    """Price the quote of a page with a choice."""
    if page.view.quote is None:
        raise page.visit.nothing_there()
    return price(page.view.quote.document, chosen)


def paper_of(page: Opened, kind: Any, about: str) -> Paper | None:
    """Give what a document says, in the visitor's language; None where its names were erased."""
    try:
        return page.visit.context.documents.paper(page.link.ledger, Subject(kind, about), page.visit.language)
    except DocumentErased:
        return None


# --- files and proofs


@opened
def download(page: Opened) -> Answer:
    """Give one of the link's files; nothing else of the ledger is there."""
    found = _file(page)
    context = page.visit.context
    if found.kind == "file":
        data = context.files.read(page.link.ledger, found.about, found.digest or "")
        if data is None:
            raise page.visit.nothing_there()
        return page.visit.file(data, "application/pdf", "document.pdf")
    if found.kind == "attachment":
        data = context.files.read_attached(page.link.ledger, found.quote, found.about)
        if data is None:
            raise page.visit.nothing_there()
        return page.visit.file(data, found.media, found.number or f"annexe.{found.media.rpartition('/')[2]}")
    subject = Subject(found.kind, found.about)
    made = context.documents.file(page.link.ledger, subject, page.visit.language, actor=page.link.actor)
    return page.visit.file(made.data, made.media_type, made.name)


@opened
def proof_file(page: Opened) -> Answer:
    """Give the proof that a document stands in the ledger: a small file that needs nothing of ours to be checked."""
    found = _file(page)
    if not found.proven:
        raise page.visit.nothing_there()
    made = prove(page.visit.context.service, page.link.ledger, found.about)
    if isinstance(made, Refusal):
        raise Problem("ADDRESS_UNKNOWN")
    return page.visit.file(made.data, "application/json", made.name)


@opened
def proof(page: Opened) -> Answer:
    """Show the page in which the browser checks a proof by itself."""
    found = _file(page)
    if not found.proven:
        raise page.visit.nothing_there()
    line = find(page.visit.context.store, page.link.ledger, found.about)
    if line is None:
        raise page.visit.nothing_there()
    return page.render("proof.html", file=found, words=words, pin=_pin(page), fingerprint=line.fingerprint)


def _pin(page: Opened) -> str:
    """Give the fingerprint of the ledger's entry 1: what proofs of this ledger are recognised by."""
    first = next(iter(page.visit.context.store.lines(page.link.ledger, 0, 1)))
    return first.fingerprint


def _file(page: Opened) -> ShownFile:
    params = page.visit.params
    found = page.view.file(params["kind"], params["about"])
    if found is None:
        raise page.visit.nothing_there()
    return found


# --- the business's look


@opened
def logo(page: Opened) -> Answer:
    """Give the business's logo."""
    found = logo_of(page.visit)
    if found is None:
        raise page.visit.nothing_there()
    return page.visit.file(found.data, found.media, "logo", inline=True)


@opened
def brand(page: Opened) -> Answer:
    """Give the business's colour as a style sheet: no page holds a style of its own."""
    colour = readable(page.view.accent)
    css = f":root {{ --accent: {colour}; --accent-dark: {colour}; }}\n" if colour else ""
    return page.visit.file(css.encode(), "text/css; charset=utf-8", "brand.css", inline=True)


# --- a link that opens no more


def renew(visit: Visit) -> Answer:
    """Mail a new link in place of an old one; what is answered is the same whether there was one to mail or not."""
    link = link_of(visit)
    if link.usable:
        return visit.go(visit.here())
    visit.context.signing.renew(link, network=network(visit), language=visit.language)
    visit.told()
    return closed(visit, link, asked=True)


def seen(visit: Visit) -> Answer:
    """Note that the link's holder opened it: asked by the page's script, so that no mail filter opens for them."""
    link = link_of(visit)
    if link.usable:
        acts = visit.context.signing.acts
        acts.viewed(link, acts.shown(link))
        visit.told()
    return Answer(204, b"")
