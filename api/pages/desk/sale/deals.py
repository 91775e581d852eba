"""Deals: prospects and opportunities, the board of stages, moving a card, and the stages themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.http.call import Answer
from api.names import folded
from api.pages.desk.sale.customers import chosen_customer
from api.pages.desk.sale.papers import Paper, change_paper, drop_paper, find_paper, new_paper, papers, the_paper
from api.pages.desk.sale.trying import ledger_today
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from api.reports import desk_of
from ledger.domain.identifiers import is_uuid4
from ledger.domain.money import div_half_up
from projections.business.deals import DEALS
from projections.business.documents import DOCUMENTS
from projections.business.pipeline import PIPELINE, worth_of_paper
from projections.business.stages import (
    AUTOMATIC,
    DEFAULT_STAGES,
    MOST_STAGES,
    Pipeline,
    Stage,
    StagesInvalid,
    read_pipeline,
)
from projections.reports.contract import Table

MOST_CARDS: Final = 25
"""Cards of one stage that the board shows; the list has the rest."""
_MOST_OPEN: Final = 200
_MOVES: Final = 10
"""How often a card is moved anew when others are moved at the same time: they share one draft."""


@dataclass(frozen=True, slots=True)
class Card:
    """One sale on the board."""

    id: str
    kind: str  # opportunity | draft | quote
    path: str
    title: str
    customer: str | None  # the id
    value_cents: int
    probability_bp: int
    stage: str
    movable: bool
    next_on: str = ""
    asks: str = ""  # who asks, where it is no customer yet

    @property
    def weighted_cents(self) -> int:
        """Its value times its probability, half-up."""
        return div_half_up(self.value_cents * self.probability_bp, 10_000)


@dataclass(frozen=True, slots=True)
class Column:
    """One stage and its cards; `more` are not shown."""

    stage: Stage
    words: str
    cards: list[Card]
    more: int

    @property
    def value_cents(self) -> int:
        """What the shown cards are worth."""
        return sum(card.value_cents for card in self.cards)


def setting(visit: Visit) -> tuple[Pipeline, Paper | None]:
    """Give the house's stages, and the draft that holds them."""
    kept = next(papers(visit.context.side, visit.ledger.ledger, "pipeline"), None)
    try:
        return read_pipeline(kept.notes if kept is not None else None), kept
    except StagesInvalid:
        return Pipeline(), kept


def show_board(visit: Visit) -> Answer:
    """Show every open sale in its stage, to be moved."""
    visit.query()
    pipeline, _ = setting(visit)
    by_stage: dict[str, list[Card]] = {stage.code: [] for stage in pipeline.stages}
    for card in _cards(visit, pipeline):
        by_stage[card.stage].append(card)
    columns = [
        Column(
            stage,
            _words(visit, stage),
            by_stage[stage.code][:MOST_CARDS],
            max(0, len(by_stage[stage.code]) - MOST_CARDS),
        )
        for stage in pipeline.stages
        if stage.code not in ("invoiced", "paid")
    ]
    found = papers(visit.context.side, visit.ledger.ledger, "prospect") if visit.may_write else ()
    prospects = [(one, _prospect_name(one)) for one in found][:100]
    hand = [(stage.code, _words(visit, stage)) for stage in pipeline.stages if not stage.automatic]
    shown = [card.customer for column in columns for card in column.cards if card.customer is not None]
    return visit.render(
        "desk/sale/deals.html",
        columns=columns,
        names=visit.context.names.of(visit.ledger.ledger, shown),
        hand=hand,
        prospects=prospects,
        empty=not prospects and not any(column.cards for column in columns),
        weighted=sum(card.weighted_cents for column in columns for card in column.cards),
        today=ledger_today(visit.context.service, visit.ledger.ledger).isoformat(),
    )


def _words(visit: Visit, stage: Stage) -> str:
    return stage.words.fr if visit.language == "fr" else stage.words.en


def _cards(visit: Visit, pipeline: Pipeline) -> Iterator[Card]:
    ledger = visit.ledger.ledger
    odds = {stage.code: stage.probability_bp for stage in pipeline.stages}
    for kind in ("opportunity", "quote") if visit.may_write else ():
        found = sorted(papers(visit.context.side, ledger, kind), key=lambda one: one.updated_at, reverse=True)
        for paper in found[:_MOST_OPEN]:
            yield _paper_card(visit, pipeline, odds, kind, paper)
    with visit.context.engine.fresh(ledger, (DOCUMENTS.name, DEALS.name)) as views:
        rows = []
        for state in ("open", "signed"):
            documents = views[DOCUMENTS.name].rows(
                "document", sort_from=f"quote/{state}/", sort_to=f"quote/{state}/~", descending=True,
                limit=_MOST_OPEN if state == "open" else 4 * MOST_CARDS,
            )  # fmt: skip
            for document in documents:
                row = views[DEALS.name].get("quote", document.key.partition(":")[2])
                if row is not None and not row.body.get("merged"):
                    rows.append((row, document))
    for row, document in rows:
        stage = pipeline.stage_of_quote(row.key, row.body["steps"])
        yield Card(
            row.key, "quote", visit.at(f"/quotes/{row.key}"), document.body["number"], row.body["customer"],
            row.body["gross"], odds[stage], stage, document.body["state"] == "open",
        )  # fmt: skip


def _paper_card(visit: Visit, pipeline: Pipeline, odds: Mapping[str, int], kind: str, paper: Paper) -> Card:
    stage = pipeline.stage_of_paper(kind, paper.notes.get("stage"))
    own = paper.notes.get("probability_bp")
    customer = paper.command.get("customer")
    texts = paper.command.get("texts")
    title = paper.notes.get("title") or (texts.get("title") if isinstance(texts, Mapping) else None)
    who = customer if isinstance(customer, str) else None
    path = f"/deals/{paper.id}" if kind == "opportunity" else f"/quotes/drafts/{paper.id}"
    return Card(
        paper.id, "opportunity" if kind == "opportunity" else "draft", visit.at(path),
        str(title or visit.say("Sans titre")), who,
        worth_of_paper(paper.notes, paper.command),
        own if type(own) is int and 0 <= own <= 10_000 else odds.get(stage, 0), stage, True,
        str(paper.notes.get("next_on") or ""), str(paper.notes.get("name") or ""),
    )  # fmt: skip


def show_totals(visit: Visit) -> Answer:
    """Show the weighted total and the conversion of the whole pipeline: it costs the ledger's quotes."""
    visit.query()
    row = visit.context.store.find(visit.ledger.ledger) or visit.ledger
    with desk_of(visit.context.service, visit.context.engine, row, PIPELINE, names=False) as desk:
        table: Table = PIPELINE.make(desk, {})
    fragment = visit.call.header(b"x-fragment") is not None
    pipeline, _ = setting(visit)
    words = {stage.code: _words(visit, stage) for stage in pipeline.stages}
    template = "desk/sale/deals_totals.html" if fragment else "desk/sale/deals_totals_page.html"
    return visit.render(template, table=table, words=words)


def move(visit: Visit) -> Answer:
    """Put a card into another stage of the house's own."""
    card, stage = visit.form.text("card"), visit.form.text("stage")
    for _ in range(_MOVES):
        if not is_uuid4(card) or _moved(visit, card, stage):
            break
    return visit.go(visit.at("/deals"))


def _moved(visit: Visit, card: str, stage: str) -> bool:
    """Put a card where it was dropped; False when somebody else moved one at the same time: it is done anew."""
    pipeline, kept = setting(visit)
    if stage and stage not in {each.code for each in pipeline.stages if not each.automatic}:
        return True
    paper = find_paper(visit, card, "opportunity", "quote")
    if paper is not None:
        notes = {**paper.notes, "stage": stage}
        return not stage or change_paper(visit, paper, paper.revision, paper.command, notes)
    placed = {quote: code for quote, code in (pipeline.placed or {}).items() if quote != card}
    if stage:
        placed[card] = stage
    return _keep(visit, kept, {**(kept.notes if kept is not None else {}), "placed": placed})


def _keep(visit: Visit, kept: Paper | None, notes: Mapping[str, Any]) -> bool:
    if kept is None:
        new_paper(visit, "pipeline", {}, notes)
        return True
    return change_paper(visit, kept, kept.revision, kept.command, notes)


# --- one opportunity


def new_opportunity(visit: Visit) -> Answer:
    """Show an empty opportunity."""
    query = visit.query("q", "customer")
    return _opportunity(visit, None, {"customer": query.get("customer", "")}, words=query.get("q", ""))


def _opportunity(
    visit: Visit, paper: Paper | None, values: Mapping[str, Any], *, words: str = "", wrong: Wrong | None = None
) -> Answer:
    pipeline, _ = setting(visit)
    hand = [(stage.code, _words(visit, stage)) for stage in pipeline.stages if not stage.automatic]
    customer = visit.form.text("customer", str(values.get("customer") or ""))
    name = visit.context.names.one(visit.ledger.ledger, customer) if is_uuid4(customer) else None
    found = visit.context.names.search(visit.ledger.ledger, words, limit=8) if words.strip() else None
    return visit.render(
        "desk/sale/opportunity.html", 200 if wrong is None else wrong.status, paper=paper, values=values, hand=hand,
        wrong=wrong, customer=customer if name else "", customer_name=name, words=words, found=found,
    )  # fmt: skip


def show_opportunity(visit: Visit) -> Answer:
    """Show an opportunity to be worked on."""
    query = visit.query("q", "customer")
    paper = the_paper(visit, "opportunity")
    own = paper.notes.get("probability_bp")
    values = {
        **{name: paper.notes.get(name, "") for name in ("title", "name", "contact", "next_on", "words", "stage")},
        "value": _amount(paper.notes.get("value_cents")),
        "probability": f"{own // 100}" if isinstance(own, int) else "",
        "customer": query.get("customer") or paper.command.get("customer", ""),
    }
    return _opportunity(visit, paper, values, words=query.get("q", ""))


def _amount(cents: object) -> str:
    return f"{cents // 100},{cents % 100:02d}" if isinstance(cents, int) else ""


def keep_opportunity(visit: Visit) -> Answer:
    """Keep an opportunity; throw it away; or make its quote."""
    identifier = visit.params.get("draft")
    paper = find_paper(visit, identifier, "opportunity") if identifier is not None else None
    if identifier is not None and paper is None:
        raise visit.nothing_there()
    act = visit.form.text("act")
    if act == "delete" and paper is not None:
        drop_paper(visit, paper)
        return visit.go(visit.at("/deals"))
    try:
        notes, customer = _read_opportunity(visit)
    except FieldWrong as wrong:
        return _opportunity(visit, paper, {}, wrong=of_field(wrong, visit.language))
    command: dict[str, Any] = {**(paper.command if paper is not None else {})}
    command.pop("customer", None)
    if customer:
        command["customer"] = customer
    if act == "quote":
        title = {"texts": {"title": notes["title"]}} if notes.get("title") else {}
        draft = new_paper(visit, "quote", {**title, **command}, {"stage": "drafting"})
        if paper is not None:
            drop_paper(visit, paper)
        return visit.go(visit.at(f"/quotes/drafts/{draft}"))
    if paper is None:
        new_paper(visit, "opportunity", command, notes)
    elif not change_paper(visit, paper, visit.form.whole("revision") or 0, command, notes):
        words = visit.say("Quelqu'un d'autre a modifié cette affaire entre-temps : relisez-la avant d'enregistrer.")
        fresh = find_paper(visit, paper.id)
        return _opportunity(visit, fresh, {}, wrong=Wrong(words, status=409))
    return visit.go(visit.at("/deals"))


def _read_opportunity(visit: Visit) -> tuple[dict[str, Any], str]:
    form = visit.form
    title = form.text("title")
    if not title or len(title) > 300:
        raise FieldWrong("title", "Un titre est nécessaire, de 300 lettres au plus.")
    notes: dict[str, Any] = {"title": title}
    for name, most in (("name", 300), ("contact", 300), ("words", 20_000), ("stage", 40)):
        value = form.text(name)
        if len(value) > most:
            raise FieldWrong(name, "Ce texte est trop long.")
        if value:
            notes[name] = value
    value_cents, next_on, likely = (
        form.cents("value", required=False),
        form.day("next_on"),
        form.basis_points("probability"),
    )
    if value_cents is not None and value_cents < 0:
        raise FieldWrong("value", "Ce montant ne peut pas être négatif.")
    notes |= {} if value_cents is None else {"value_cents": value_cents}
    notes |= {} if next_on is None else {"next_on": next_on}
    notes |= {} if likely is None else {"probability_bp": likely}
    customer = form.text("customer")
    return notes, customer if is_uuid4(customer) else ""


# --- prospects


def _prospect_name(paper: Paper) -> str:
    party = paper.command.get("party")
    return str(party.get("name", "?")) if isinstance(party, Mapping) else "?"


def new_prospect(visit: Visit) -> Answer:
    """Show an empty prospect."""
    visit.query()
    return visit.render("desk/sale/prospect.html", paper=None, values={})


def show_prospect(visit: Visit) -> Answer:
    """Show a prospect: somebody who may become a customer."""
    visit.query()
    paper = the_paper(visit, "prospect")
    return visit.render("desk/sale/prospect.html", paper=paper, values=_prospect_values(paper))


def _prospect_values(paper: Paper) -> dict[str, Any]:
    party = paper.command.get("party")
    found = {name: party.get(name, "") for name in ("name", "email", "phone")} if isinstance(party, Mapping) else {}
    return {**found, "kind": paper.command.get("kind", "consumer"), "words": paper.notes.get("words", "")}


def keep_prospect(visit: Visit) -> Answer:
    """Keep a prospect, throw it away, or make it a customer."""
    identifier = visit.params.get("draft")
    paper = find_paper(visit, identifier, "prospect") if identifier is not None else None
    if identifier is not None and paper is None:
        raise visit.nothing_there()
    act, form = visit.form.text("act"), visit.form
    if act == "delete" and paper is not None:
        drop_paper(visit, paper)
        return visit.go(visit.at("/deals"))
    wrong = None
    if not form.text("name") or len(form.text("name")) > 300:
        said = visit.say("Un nom est nécessaire.")
        wrong = Wrong(said, None, "FIELD", {"name": said})
    elif act == "customer":
        made = chosen_customer(visit)
        if not isinstance(made, Wrong):
            if paper is not None:
                drop_paper(visit, paper)
            return visit.go(visit.at(f"/customers/{made}"))
        wrong = made
    if wrong is not None:
        return visit.render("desk/sale/prospect.html", wrong.status, paper=paper, values={}, wrong=wrong)
    party = {name: form.text(name)[:300] for name in ("name", "email", "phone") if form.text(name)}
    kind = form.choice("kind", ("consumer", "business", "public"), "consumer")
    command, notes = (
        {"kind": kind, "party": party},
        {"words": form.text("words")[:20_000]} if form.text("words") else {},
    )
    if paper is None:
        new_paper(visit, "prospect", command, notes)
    else:
        change_paper(visit, paper, paper.revision, command, notes)
    return visit.go(visit.at("/deals"))


# --- the stages


def show_stages(visit: Visit) -> Answer:
    """Show the stages, to be named, weighed, added and taken away."""
    visit.query()
    pipeline, _ = setting(visit)
    return _stages_page(visit, [_row(stage) for stage in pipeline.stages])


def _row(stage: Stage) -> dict[str, str]:
    return {
        "code": stage.code,
        "fr": stage.words.fr,
        "en": stage.words.en,
        "probability": str(stage.probability_bp // 100),
    }


def _stages_page(visit: Visit, rows: list[dict[str, str]], wrong: Wrong | None = None) -> Answer:
    return visit.render(
        "desk/sale/stages.html", 200 if wrong is None else wrong.status, rows=rows, automatic=AUTOMATIC, wrong=wrong
    )


def change_stages(visit: Visit) -> Answer:
    """Keep the stages as they were typed, or as the pressed button changes them."""
    act, _, place = visit.form.text("act").partition("-")
    rows = [_typed(row) for row in visit.form.rows("stages")][: MOST_STAGES + 1]
    if act == "reset":
        rows = [_row(stage) for stage in DEFAULT_STAGES]
    named = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else len(rows)
    if act == "remove" and named < len(rows) and rows[named]["code"] not in AUTOMATIC:
        del rows[named]
    if act == "add":
        place_of_issue = next((rank for rank, row in enumerate(rows) if row["code"] in AUTOMATIC), len(rows))
        rows.insert(place_of_issue, {"code": "", "fr": "", "en": "", "probability": "30"})
        visit.form = Form()
        return _stages_page(visit, rows)
    try:
        stages = [_stage(row, rank, rows) for rank, row in enumerate(rows)]
        _, kept = setting(visit)
        notes = {**(kept.notes if kept is not None else {}), "stages": stages}
        codes = {stage["code"] for stage in stages}
        placed = notes.get("placed")
        if isinstance(placed, Mapping):
            notes["placed"] = {quote: code for quote, code in placed.items() if code in codes}
        read_pipeline(notes)
    except FieldWrong as wrong:
        return _stages_page(visit, rows, of_field(wrong, visit.language))
    except StagesInvalid:
        words = visit.say(
            "Ces étapes ne conviennent pas : les étapes automatiques gardent leur ordre, les vôtres sont avant."
        )
        return _stages_page(visit, rows, Wrong(words))
    _keep(visit, kept, notes)
    return visit.go(visit.at("/deals"))


def _typed(row: Form) -> dict[str, str]:
    return {name: row.text(name) for name in ("code", "fr", "en", "probability")}


def _stage(row: Mapping[str, str], rank: int, rows: list[dict[str, str]]) -> dict[str, Any]:
    if not row["fr"] or len(row["fr"]) > 60 or len(row["en"]) > 60:
        raise FieldWrong(f"stages-{rank}-fr", "Un nom est nécessaire, de 60 lettres au plus.")
    points = Form([("probability", row["probability"])]).basis_points("probability")
    if points is None:
        raise FieldWrong(f"stages-{rank}-probability", "Ce n'est pas un taux : écrivez par exemple 30.")
    code = row["code"] or _new_code(row["fr"], rows)
    return {"code": code, "fr": row["fr"], "probability_bp": points} | ({"en": row["en"]} if row["en"] else {})


def _new_code(words: str, rows: list[dict[str, str]]) -> str:
    base = re.sub(r"[^a-z0-9_]", "_", folded(words).replace(" ", "_"))[:24].strip("_") or "etape"
    base = base if base[0].isalpha() else f"e_{base}"
    taken = {row["code"] for row in rows}
    return next(code for code in (base, *(f"{base}_{n}" for n in range(2, 100))) if code not in taken)
