"""Quotes by where they stand: drafts, to send, sent, signed, declined, expired, ended; totals beside the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from urllib.parse import quote as quoted

from api.http.call import Answer
from api.pages.desk.sale.papers import Paper, papers
from api.pages.desk.sale.trying import ledger_today
from api.pages.desk.sale.words import LISTS, STATES
from api.pages.frame.visit import Visit
from projections.business.documents import DOCUMENTS
from projections.business.pipeline import worth_of_paper
from projections.engine.contract import Row, View

PAGE: Final = 50
MOST_LOOKED: Final = 1_000
"""Rows that one page looks at to find its own; a page may be short, and the next one goes on."""
_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "to_send": ("open",),
    "sent": ("open",),
    "signed": ("signed",),
    "declined": ("declined",),
    "expired": ("expired",),
    "ended": ("cancelled", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """One line of the list."""

    path: str
    number: str
    customer: str | None
    title: str
    state: str
    on: str
    until: str
    gross_cents: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, and from where the next one goes on."""

    rows: list[Row]
    after: str | None


def state_of(body: Mapping[str, Any], today: str) -> str:
    """Say where an issued quote stands, as its badge says it."""
    state: str = body["state"]
    if state != "open":
        return state
    if body["valid_until"] < today:
        return "late"
    return "viewed" if body.get("viewed") else "sent" if body.get("sent") else "to_send"


def list_quotes(visit: Visit) -> Answer:
    """Show one list of quotes."""
    query = visit.query("state", "after", "q")
    chosen = query.get("state", "")
    words = query.get("q", "").strip()
    ledger = visit.ledger.ledger
    visit.context.names.warm(ledger)
    today = ledger_today(visit.context.service, ledger).isoformat()
    drafts: list[Paper] = []
    if visit.may_write:
        drafts = sorted(papers(visit.context.side, ledger, "quote"), key=lambda one: one.updated_at, reverse=True)
    with visit.context.engine.fresh(ledger, (DOCUMENTS.name,)) as views:
        view = views[DOCUMENTS.name]
        if not chosen:
            chosen = (
                "drafts" if drafts else "sent" if _any(view, "open") else "signed" if _any(view, "signed") else "drafts"
            )
        if chosen not in LISTS:
            raise visit.nothing_there()
        nothing_yet = not drafts and not any(
            True for _ in view.rows("document", sort_from="quote/", sort_to="quote/~", limit=1)
        )
        found = Found([], None)
        if words:
            found = Found(list(_searched(visit, view, words)), None)
        elif chosen != "drafts":
            found = page_of(view, chosen, query.get("after"))
    rows = [_shown(visit, row.key.partition(":")[2], row.body, today) for row in found.rows]
    names = visit.context.names.of(
        ledger, (row.body.get("customer", "") for row in found.rows if row.body.get("customer"))
    )
    shown = [_named(one, names.get(row.body.get("customer", ""))) for one, row in zip(rows, found.rows, strict=True)]
    if chosen == "drafts" and not words:
        shown = [_draft(visit, paper) for paper in drafts[:500]]
    return visit.render(
        "desk/sale/quotes.html",
        lists=LISTS,
        chosen=chosen,
        words=words,
        rows=shown,
        badges=STATES,
        drafts=len(drafts),
        nothing_yet=nothing_yet,
        after=None if found.after is None else visit.at(f"/quotes?state={chosen}&after={quoted(found.after)}"),
        first=visit.at(f"/quotes?state={chosen}") if query.get("after") else None,
    )


def _any(view: View, state: str) -> bool:
    return any(True for _ in view.rows("document", sort_from=f"quote/{state}/", sort_to=f"quote/{state}/~", limit=1))


def page_of(view: View, chosen: str, after: str | None, page: int = PAGE) -> Found:
    """Give one page of a list, newest first; `after` is the last one's place (`<sort>|<stream>`)."""
    rows: list[Row] = []
    for looked, row in enumerate(_from(view, _STATES[chosen], after), 1):
        if _belongs(chosen, row.body):
            rows.append(row)
        if len(rows) == page or looked == MOST_LOOKED:
            return Found(rows, f"{row.sort}|{row.key}")
    return Found(rows, None)


def _from(view: View, states: tuple[str, ...], after: str | None) -> Iterator[Row]:
    sort, _, stream = (after or "").partition("|")
    state = sort.split("/")[1] if sort.count("/") >= 2 else ""
    begun = state in states
    for each in states[states.index(state) if begun else 0 :]:
        first = begun and each == state
        upto = sort if first else f"quote/{each}/~"
        rows = view.rows(
            "document", sort_from=f"quote/{each}/", sort_to=upto, descending=True, limit=MOST_LOOKED + PAGE
        )
        for row in rows:
            if not (first and row.sort == sort and row.key >= stream):  # shown before
                yield row


def _belongs(chosen: str, body: Mapping[str, Any]) -> bool:
    if chosen == "to_send":
        return not body.get("sent")
    return chosen != "sent" or bool(body.get("sent"))


def _searched(visit: Visit, view: View, words: str) -> Iterator[Row]:
    """Give quotes by number, then those of customers by name, newest first."""
    names, ledger = visit.context.names, visit.ledger.ledger
    seen: set[str] = set()
    for stream in names.numbered(ledger, words, limit=PAGE) or ():
        row = view.get("document", stream) if stream.startswith("quote:") else None
        if row is not None:
            seen.add(stream)
            yield row
    people = names.search(ledger, words, limit=20)
    for one in people[0] if people is not None else ():
        owned = view.rows("owned", first=f"{one.customer}/quote:", last=f"{one.customer}/quote:~", limit=20)
        for each in owned:
            stream = each.key.partition("/")[2]
            row = view.get("document", stream) if stream not in seen else None
            if row is not None and len(seen) < 2 * PAGE:
                seen.add(stream)
                yield row


def _shown(visit: Visit, identifier: str, body: Mapping[str, Any], today: str) -> ShownQuote:
    return ShownQuote(
        visit.at(f"/quotes/{identifier}"), body["number"], None, "", state_of(body, today), body["issued_on"],
        body["valid_until"], body["gross_cents"],
    )  # fmt: skip


def _named(one: ShownQuote, name: str | None) -> ShownQuote:
    return ShownQuote(one.path, one.number, name, one.title, one.state, one.on, one.until, one.gross_cents)


def _draft(visit: Visit, paper: Paper) -> ShownQuote:
    customer = paper.command.get("customer")
    name = visit.context.names.one(visit.ledger.ledger, customer) if isinstance(customer, str) else None
    texts = paper.command.get("texts")
    title = texts.get("title") if isinstance(texts, Mapping) else None
    return ShownQuote(
        visit.at(f"/quotes/drafts/{paper.id}"), "", name, title if isinstance(title, str) else "", "draft",
        paper.updated_at[:10], "", worth_of_paper(paper.notes, paper.command),
    )  # fmt: skip


# --- totals


class Totals:
    """Counts and sums by list, made once for each position of a ledger's rows: they cost the ledger's quotes."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, dict[str, tuple[int, int]]]] = {}
        self._turn = Lock()

    def of(self, ledger: str, view: View) -> dict[str, tuple[int, int]]:
        """Give (count, gross cents) by list."""
        with self._turn:
            kept = self._made.get(ledger)
            if kept is not None and kept[0] == view.position:
                return kept[1]
            sums = _sums(view.rows("document", sort_from="quote/", sort_to="quote/~"))
            if len(self._made) > 100:
                self._made.clear()
            self._made[ledger] = (view.position, sums)
            return sums


def _sums(rows: Iterable[Row]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = dict.fromkeys(_STATES, (0, 0))
    of_state = {state: name for name, states in _STATES.items() for state in states if state != "open"}
    for row in rows:
        state = row.body["state"]
        name = of_state.get(state) or ("sent" if row.body.get("sent") else "to_send")
        count, cents = found[name]
        found[name] = (count + 1, cents + row.body["gross_cents"])
    return found


_TOTALS: Final = Totals()


def show_totals(visit: Visit) -> Answer:
    """Show counts and sums of every list: asked for after the list itself is there, or as a page of its own."""
    visit.query()
    ledger = visit.ledger.ledger
    with visit.context.engine.fresh(ledger, (DOCUMENTS.name,)) as views:
        sums = _TOTALS.of(ledger, views[DOCUMENTS.name])
    fragment = visit.call.header(b"x-fragment") is not None
    template = "desk/sale/totals.html" if fragment else "desk/sale/totals_page.html"
    return visit.render(template, lists=LISTS, sums=sums)
