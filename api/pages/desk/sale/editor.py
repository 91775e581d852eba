"""The quote editor: a draft that several people may change, what it would come to, and its issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from pydantic import ValidationError

from api.http.call import Answer
from api.pages.desk.sale import files
from api.pages.desk.sale.figures import NAMES, Figures, command_of, figures_of, incomplete, wrong_fields
from api.pages.desk.sale.papers import Paper, change_paper, drop_paper, find_paper, new_paper, the_paper
from api.pages.desk.sale.rows import draw_rows
from api.pages.desk.sale.trying import preview_pdf
from api.pages.desk.sale.typed import MOST_LINES, Pairs, pairs_of, read_quote, rows_moved
from api.pages.desk.sale.words import (
    CHANNEL_LAW,
    CHANNELS,
    KINDS_OF_ADVANCE,
    LINE_TYPES,
    RATES,
    RECURRING,
    TRIGGERS,
    UNITS,
)
from api.pages.frame.forms import Form
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.rendering.errors import NotRendered
from ledger.domain.commands.quotes import ReviseQuote
from ledger.domain.events.parties import ProfileSet
from ledger.domain.refusals import Refusal
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.quote import QUOTE
from ledger.shell.errors import Overloaded, StreamPurged

OPERATION: Final = "draft:{}"
"""The idempotency key of a draft's issue, the same as HTTP's: whoever issues it, it is issued once."""


# --- showing


def show_draft(visit: Visit) -> Answer:
    """Show a draft to be worked on; one that was issued leads to its quote."""
    query = visit.query("lines", "steps", "kept", "check")
    paper = find_paper(visit, visit.params["draft"], "quote", "opportunity")
    if paper is None:
        return _where_it_went(visit)
    blank = int(query["lines"]) if query.get("lines", "").isascii() and query.get("lines", "").isdigit() else 0
    steps = 1 if query.get("steps") == "1" else 0
    empty = not paper.command.get("lines")
    pairs = pairs_of(paper.command, blank_lines=min(blank, 5) or (1 if empty else 0), blank_steps=steps)
    visit.form = Form(pairs)
    return editor(visit, paper, paper.command, saved=query.get("kept") == "1", checked=query.get("check") == "1")


def _where_it_went(visit: Visit) -> Answer:
    identifier = visit.params["draft"]
    ledger = visit.ledger.ledger
    if find_quote(visit, identifier):
        return visit.go(visit.at(f"/quotes/{identifier}"))
    done = visit.context.store.operation(ledger, OPERATION.format(identifier)) if identifier.isascii() else None
    if done is not None:  # a revision: the draft had an id of its own
        return visit.go(visit.at(f"/quotes/{orjson.loads(done.outcome)['quote']}"))
    raise visit.nothing_there()


def find_quote(visit: Visit, identifier: str) -> bool:
    """Say whether this ledger has that quote."""
    return visit.context.service.state(visit.ledger.ledger, QUOTE, identifier) is not None


def editor(
    visit: Visit,
    paper: Paper,
    command: Mapping[str, Any],
    *,
    status: int = 200,
    wrong: Wrong | None = None,
    conflict: bool = False,
    saved: bool = False,
    checked: bool = False,
) -> Answer:
    """Answer the editor over what the visit's form holds."""
    service, ledger = visit.context.service, visit.ledger.ledger
    customer = command.get("customer")
    state = service.state(ledger, CUSTOMER, customer) if isinstance(customer, str) else None
    issuer = service.state(ledger, ISSUER, "self")
    figures = figures_of(visit, paper, command)
    if checked and wrong is None:
        wrong = figures.wrong
    revises, amends = paper.notes.get("revises"), command.get("amends")
    profile = issuer.profile if issuer is not None else None
    basis = visit.form.text("basis") or (profile.price_basis if profile is not None else "gross")
    lines, blank_line = draw_rows(
        visit.language, visit.form.rows("lines"), wrong, _of_a_line(visit, profile, basis), 999
    )
    return visit.render(
        "desk/sale/editor.html",
        status,
        paper=paper,
        wrong=wrong,
        conflict=conflict,
        saved=saved,
        customer=customer,
        party=state.party if state is not None else None,
        customer_state=state,
        figures=figures,
        files=files.files_of(visit, paper.id, command),
        lines=lines,
        blank_line=blank_line,
        steps=visit.form.rows("steps"),
        revises=_numbered(visit, revises),
        amends=_numbered(visit, amends),
        deposit_rules=issuer.deposit_rules if issuer is not None else (),
        most_lines=MOST_LINES,
        rates=RATES, channels=CHANNELS, channel_law=CHANNEL_LAW, triggers=TRIGGERS,
        advances=KINDS_OF_ADVANCE, recurring=RECURRING,
        action=visit.at(f"/quotes/drafts/{paper.id}"),
    )  # fmt: skip


def _of_a_line(visit: Visit, profile: ProfileSet | None, basis: str) -> dict[str, Any]:
    """Give the lists and labels of a row."""
    return {
        "unit_options": [(code, visit.say(words)) for code, words in UNITS.items()],
        "type_options": [(code, visit.say(kind[2])) for code, kind in LINE_TYPES.items()],
        "choice_options": [
            ("", visit.say("Non : compris")),
            ("option", visit.say("Option")),
            ("variant", visit.say("Variante")),
        ],
        "franchise": profile is not None and profile.vat_regime == "franchise",
        "price_label": visit.say("Prix HT" if basis == "net" else "Prix TTC"),
    }


def _numbered(visit: Visit, quote: object) -> tuple[str, str] | None:
    if not isinstance(quote, str):
        return None
    try:
        state = visit.context.service.state(visit.ledger.ledger, QUOTE, quote)
    except StreamPurged:  # it lies in an archive
        return None
    return None if state is None else (visit.at(f"/quotes/{quote}"), state.current.number)


# --- changing


def change_draft(visit: Visit) -> Answer:
    """Keep what was typed, and do what the pressed button says."""
    paper = find_paper(visit, visit.params["draft"], "quote", "opportunity")
    if paper is None:
        return _where_it_went(visit)
    act = visit.form.text("act") or "save"
    visit.form = _rearranged(visit.form, act)
    command, places, pointers = read_quote(visit.form, paper.command)
    if places:
        return editor(visit, paper, command, status=422, wrong=wrong_fields(visit, places))
    if act == "own_copy":
        copy = new_paper(visit, paper.kind, command, paper.notes)
        files.carry(visit, paper.id, copy, command)
        return visit.go(visit.at(f"/quotes/drafts/{copy}?kept=1"))
    revision = visit.form.whole("revision") or 0
    if not change_paper(visit, paper, revision, command, paper.notes):
        fresh = find_paper(visit, paper.id) or paper
        return editor(visit, fresh, command, status=409, conflict=True)
    here = visit.at(f"/quotes/drafts/{paper.id}")
    if act == "check":
        kept = find_paper(visit, paper.id) or paper
        figures = figures_of(visit, kept, command, pointers)
        if figures.document is None:
            return editor(visit, kept, command, status=422, wrong=figures.wrong or incomplete(visit, figures))
        return visit.go(f"{here}/check")
    if act == "model":
        model = new_paper(visit, "model", {k: v for k, v in command.items() if k not in ("customer", "amends")}, {})
        files.carry(visit, paper.id, model, command)
        return visit.go(visit.at(f"/catalogue/models/{model}"))
    where = {
        "add_line": f"{here}?lines=1#new-line", "add_step": f"{here}?steps=1#steps", "customer": f"{here}/customer",
        "articles": f"{here}/articles", "files": f"{here}/files",
    }.get(act)  # fmt: skip
    if where is None and act.partition("-")[0] in ("remove_line", "up", "down"):
        where = f"{here}#lines"
    if where is None and act.startswith("remove_step"):
        where = f"{here}#steps"
    return visit.go(where or f"{here}?kept=1")


def _rearranged(form: Form, act: str) -> Form:
    name, _, rank = act.partition("-")
    place = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 5 else -1
    if name == "remove_line":
        return rows_moved(form, "lines", _without(place))
    if name == "remove_step":
        return rows_moved(form, "steps", _without(place))
    if name in ("up", "down"):
        return rows_moved(form, "lines", _swapped(place, place - 1 if name == "up" else place + 1))
    return form


def _without(place: int) -> Callable[[list[Pairs]], None]:
    def change(rows: list[Pairs]) -> None:
        if 0 <= place < len(rows):
            del rows[place]

    return change


def _swapped(one: int, other: int) -> Callable[[list[Pairs]], None]:
    def change(rows: list[Pairs]) -> None:
        if 0 <= one < len(rows) and 0 <= other < len(rows):
            rows[one], rows[other] = rows[other], rows[one]

    return change


def delete_draft(visit: Visit) -> Answer:
    """Throw a draft away: until it is issued, nothing of it is anywhere else."""
    paper = find_paper(visit, visit.params["draft"], "quote", "opportunity")
    if paper is not None:
        drop_paper(visit, paper)
        visit.context.files.detach(visit.ledger.ledger, paper.id)
    return visit.go(visit.at("/quotes?state=drafts"))


def show_figures(visit: Visit) -> Answer:
    """Show what the form as it stands would come to: a script asks while somebody types; nothing is kept."""
    paper = the_paper(visit, "quote", "opportunity")
    command, places, pointers = read_quote(visit.form, paper.command)
    figures = figures_of(visit, paper, command, pointers)
    if places:
        figures = Figures(None, figures.totals, figures.vat, wrong_fields(visit, places))
    return visit.render("desk/sale/figures.html", figures=figures)


def preview(visit: Visit) -> Answer:
    """Show the quote as a PDF, as it would be issued now."""
    visit.query()
    paper = the_paper(visit, "quote", "opportunity")
    visit.form = Form(pairs_of(paper.command))
    figures = figures_of(visit, paper, paper.command)
    if figures.document is None:
        wrong = figures.wrong or incomplete(visit, figures)
        return editor(visit, paper, paper.command, status=422, wrong=wrong)
    try:
        data = preview_pdf(visit, figures.document)
    except (NotRendered, Overloaded):
        wrong = Wrong(visit.say("L'aperçu n'a pas pu être dessiné maintenant : réessayez dans un instant."), status=503)
        return editor(visit, paper, paper.command, status=503, wrong=wrong)
    return visit.file(data, "application/pdf", visit.say("apercu.pdf"), inline=True)


# --- issuing


def show_check(visit: Visit) -> Answer:
    """Show what is about to be issued, and what issuing means."""
    visit.query()
    paper = find_paper(visit, visit.params["draft"], "quote", "opportunity")
    if paper is None:
        return _where_it_went(visit)
    visit.form = Form(pairs_of(paper.command))
    figures = figures_of(visit, paper, paper.command)
    if figures.document is None:
        wrong = figures.wrong or incomplete(visit, figures)
        return editor(visit, paper, paper.command, status=422, wrong=wrong)
    visit.form = Form()
    document = figures.document
    tasks = {"arrhes": any(one.kind == "arrhes" for one in document.schedule)}
    return visit.render(
        "desk/sale/check.html",
        paper=paper,
        figures=figures,
        document=document,
        channels=CHANNELS,
        tasks=tasks,
        files=files.files_of(visit, paper.id, paper.command),
        triggers=TRIGGERS,
        revises=_numbered(visit, paper.notes.get("revises")),
        amends=_numbered(visit, paper.command.get("amends")),
    )


def issue_draft(visit: Visit) -> Answer:
    """Issue the quote: the draft's command is carried out once, and the draft goes."""
    paper = find_paper(visit, visit.params["draft"], "quote", "opportunity")
    if paper is None:
        return _where_it_went(visit)
    if (visit.form.whole("revision") or 0) != paper.revision:
        visit.form = Form(pairs_of(paper.command))
        words = visit.say("Ce brouillon a changé depuis que vous l'avez relu : vérifiez-le encore une fois.")
        return editor(visit, paper, paper.command, status=409, wrong=Wrong(words, status=409))
    visit.form = Form(pairs_of(paper.command))
    try:
        command = command_of(paper, paper.command)
    except ValidationError:
        return show_check(visit)
    pointers = {**read_quote(visit.form, paper.command)[2], **NAMES}
    quote = command.quote if isinstance(command, ReviseQuote) else paper.id
    ready = files.ready(visit, paper, quote)
    if isinstance(ready, Refusal):
        return editor(visit, paper, paper.command, status=409, wrong=of_refusal(ready, visit.language, NAMES))
    done = visit.do(command, names=pointers, operation=OPERATION.format(paper.id))
    if isinstance(done, Wrong):
        visit.context.files.detach(visit.ledger.ledger, quote, ready)
        return editor(visit, paper, paper.command, status=done.status, wrong=done)
    drop_paper(visit, paper)
    kept = visit.context.files
    kept.detach(visit.ledger.ledger, paper.id)  # of a revision: the quote has its own by now
    kept.detach(visit.ledger.ledger, quote, kept.attached(visit.ledger.ledger, quote))  # what no version names
    return visit.go(visit.at(f"/quotes/{done.result['quote']}/send"))
