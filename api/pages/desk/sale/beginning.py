"""Where drafts of quotes come from: a customer, a model, articles, an issued quote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.http.call import Answer
from api.pages.desk.sale.catalogue import found_articles, line_of, model_name
from api.pages.desk.sale.customers import chosen_customer
from api.pages.desk.sale.figures import adapter
from api.pages.desk.sale.files import carry
from api.pages.desk.sale.papers import change_paper, find_paper, new_paper, papers, the_paper
from api.pages.desk.sale.typed import MOST_LINES, line_fields
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.events.quotes import QuoteDocument


def choose_customer(visit: Visit) -> Answer:
    """Show customers to choose one for the draft."""
    query = visit.query("q")
    paper = the_paper(visit, "quote", "opportunity")
    words = query.get("q", "").strip()
    found = visit.context.names.search(visit.ledger.ledger, words, limit=20)
    return visit.render("desk/sale/choose_customer.html", paper=paper, words=words, found=found)


def set_customer(visit: Visit) -> Answer:
    """Give the draft its customer."""
    paper = the_paper(visit, "quote", "opportunity")
    chosen = chosen_customer(visit)
    if isinstance(chosen, Wrong):
        return visit.render(
            "desk/sale/choose_customer.html", chosen.status, paper=paper, words="", found=None, wrong=chosen
        )
    revision = paper.revision
    if not change_paper(visit, paper, revision, {**paper.command, "customer": chosen}, paper.notes):
        return visit.go(visit.at(f"/quotes/drafts/{paper.id}/customer"))
    return visit.go(visit.at(f"/quotes/drafts/{paper.id}?kept=1"))


def choose_article(visit: Visit) -> Answer:
    """Show the catalogue to add lines from it."""
    query = visit.query("q", "added")
    paper = the_paper(visit, "quote", "opportunity")
    words = query.get("q", "").strip()
    articles = found_articles(visit, words, 50)
    added = query.get("added") == "1"
    return visit.render("desk/sale/choose_article.html", paper=paper, words=words, articles=articles, added=added)


def add_article(visit: Visit) -> Answer:
    """Add a line made from an article."""
    paper = the_paper(visit, "quote", "opportunity")
    article = find_paper(visit, visit.form.text("article"), "article")
    lines = list(paper.command.get("lines") or ())
    if article is None or len(lines) >= MOST_LINES:
        return visit.go(visit.at(f"/quotes/drafts/{paper.id}/articles"))
    lines.append({**line_of(article), "quantity": visit.form.decimal("quantity") or "1"})
    change_paper(visit, paper, paper.revision, {**paper.command, "lines": lines}, paper.notes)
    return visit.go(visit.at(f"/quotes/drafts/{paper.id}/articles?added=1"))


def lookup(visit: Visit) -> Answer:
    """Give articles whose words begin as typed, as a list that a script shows below a line."""
    query = visit.query("q")
    words = query.get("q", "").strip()
    if visit.call.header(b"x-fragment") is None:  # asked for by no script: the catalogue itself is a page
        return visit.go(visit.at("/catalogue"))
    articles = found_articles(visit, words, 8) if len(words) >= 2 else []
    rows = [(one, line_fields(line_of(one))) for one in articles]
    return visit.render("desk/sale/lookup.html", rows=rows)


# --- where drafts come from


def new_quote(visit: Visit) -> Answer:
    """Show how to begin a quote: for which customer, from which model."""
    query = visit.query("q")
    return _beginning(visit, query.get("q", "").strip())


def _beginning(visit: Visit, words: str, wrong: Wrong | None = None) -> Answer:
    ledger = visit.ledger.ledger
    found = visit.context.names.search(ledger, words, limit=12)
    models = list(papers(visit.context.side, ledger, "model"))[:50]
    names = {one.id: model_name(visit, one) for one in models}
    status = 200 if wrong is None else wrong.status
    return visit.render(
        "desk/sale/new_quote.html", status, words=words, found=found, models=models, names=names, wrong=wrong
    )


def begin_quote(visit: Visit) -> Answer:
    """Make a draft: empty, or from a model, for a customer if one was chosen."""
    model = find_paper(visit, visit.form.text("model"), "model")
    command: dict[str, Any] = dict(model.command) if model is not None else {}
    if visit.form.text("customer") or visit.form.text("name") or visit.form.text("act") == "new_customer":
        chosen = chosen_customer(visit)
        if isinstance(chosen, Wrong):
            return _beginning(visit, "", chosen)
        command["customer"] = chosen
    notes = {"stage": visit.form.text("stage")} if visit.form.text("stage") else {}
    made = new_paper(visit, "quote", command, notes)
    if model is not None:
        carry(visit, model.id, made, command)
    return visit.go(visit.at(f"/quotes/drafts/{made}"))


def document_members(document: QuoteDocument) -> dict[str, Any]:
    """Write an issued quote as the members of a command: to be revised, amended, copied or made a model."""
    made: dict[str, Any] = adapter(QuoteDocument).dump_python(document, mode="json", exclude_none=True)
    texts = dict(made.get("texts") or {})
    labels, file_names = texts.pop("lines", []), texts.pop("attachments", [])
    called = {one["milestone"]: one["name"] for one in texts.pop("milestones", [])}
    lines = []
    for rank, line in enumerate(made["lines"]):
        kept = {n: v for n, v in line.items() if n not in ("amount_cents", "net_cents", "performed_bp")}
        lines.append({**kept, "label": labels[rank] if rank < len(labels) else "?"})
    members: dict[str, Any] = {
        name: made[name]
        for name in (
            "customer", "basis", "supply_place", "channel", "online", "special_order", "early_payment_exception",
            "trades", "discount", "starts_on", "duration_days", "fee_cents", "payment_days", "early_discount_bp",
            "recurring", "reference", "attachments",
        )
        if name in made
    }  # fmt: skip
    members["lines"], members["texts"] = lines, texts
    members["schedule"] = [_step_members(each, called) for each in made.get("schedule", ())]
    members["attachment_names"] = file_names
    members["reduced_rate_justified"] = "REDUCED_RATE_STATEMENT" in made.get("mentions", ())
    return {
        name: value for name, value in members.items() if value not in (None, False, {}, 0, []) or name == "schedule"
    }


def _step_members(step: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    kept = {n: step[n] for n in ("kind", "share_bp", "trigger", "due_on", "due_days", "milestone") if n in step}
    if kept.get("milestone") in called:
        kept["milestone_name"] = called[kept["milestone"]]
    return kept if "share_bp" in kept else {**kept, "amount_cents": step["amount_cents"]}
