"""The desk's first page: what needs somebody today, and where things stand.

The page reads the ledger's end and nothing else: its tiles are those kept, however old, and each that is older than the
ledger is asked for by itself once the page is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.books.auditor import room
from api.pages.desk.books.common import DESK, SELLERS, big, get, piece, place_of, post, recovery_keys_here
from api.pages.desk.books.tasks import task_law
from api.pages.desk.books.tiles import BY_TILE, TILES, Tile
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from ledger.domain.commands.parties import CloseTask
from projections.reports.shapes import said
from projections.reports.words import words_of

_YOUNG: Final = 400
"""A ledger of fewer entries is new: its first steps are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One tile as the page has it: what is known of it now, and whether that is as of the ledger's end."""

    tile: Tile
    facts: dict[str, Any] | None
    fresh: bool


def home(visit: Visit) -> Answer:
    """Show what needs somebody today; an auditor gets their room."""
    if visit.role == "auditor":
        return room(visit)
    return _home(visit)


def _home(visit: Visit, wrong: Wrong | None = None) -> Answer:
    context, row = visit.context, visit.ledger
    head = context.store.head(row.ledger)
    seq = 0 if head is None else head.seq
    tiles = []
    for tile in TILES:
        kept = context.beside.kept(row.ledger, tile.name)
        fresh = kept is not None and kept.stamp == tile.stamp(context, seq)
        tiles.append(Shown(tile, None if kept is None else kept.value, fresh))
    steps = _first_steps(visit) if seq < _YOUNG and visit.may_write else []
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/home.html", status, tiles=tiles, steps=steps, wrong=wrong, **_helpers(visit))


def tile(visit: Visit) -> Answer:
    """Show one tile, as of the ledger's end."""
    visit.query()
    found = BY_TILE.get(visit.params["tile"])
    if found is None or visit.role == "auditor":
        raise visit.nothing_there()
    context, row = visit.context, visit.ledger
    head = context.store.head(row.ledger)
    stamp = found.stamp(context, 0 if head is None else head.seq)
    facts = context.beside.fresh(row.ledger, found.name, stamp, lambda: found.make(context, row))
    return piece(visit, found.template, found.words, "home", visit.at(), facts=facts, **_helpers(visit))


def close_task(visit: Visit) -> Answer:
    """Say that a task is done, or set it aside."""
    try:
        outcome = visit.form.choice("outcome", ("done", "set_aside"))
        command: CloseTask | Wrong = visit.read(CloseTask, {"task": visit.params["task"], "outcome": outcome})
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command)
    if isinstance(done, Wrong):
        return _home(visit, done)
    return visit.go(visit.at())


def _helpers(visit: Visit) -> dict[str, Any]:
    """Give what the templates of tiles call."""
    language = visit.language
    return {
        "place_of": lambda stream, kind=None: place_of(visit, stream, kind),
        "code": lambda value: said(words_of(value), language),
        "big": big,
        "task_law": lambda value: task_law(value, language),
        "about_of": lambda line: _about(visit, line),
    }


def _about(visit: Visit, line: dict[str, Any]) -> str:
    """Give where a line of what is due is looked after."""
    what, about = line["what"], line["about"]
    if what in ("month_to_close", "year_to_close"):
        return visit.at("/closures")
    if what == "task" and ":" not in about:
        return visit.at(f"/journal?about={about}")
    return place_of(visit, about)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps of a new ledger."""

    words: str
    path: str
    done: bool


def _first_steps(visit: Visit) -> list[Step]:
    """Give what a new ledger still needs: read from its few entries."""
    store, ledger = visit.context.store, visit.ledger.ledger
    types = {line.type for line in store.lines(ledger, 0, _YOUNG)}
    settings = visit.context.settings
    elsewhere = any((settings.tsa_url, settings.witnesses, settings.anchor_mail, settings.anchor_directory,
                     settings.anchor_put_url))  # fmt: skip
    steps = [
        Step("Vérifier les mentions de l'entreprise", "/settings/profile", "issuer.profile_set/1" in types),
        Step("Créer un premier client", "/customers/new", "customer.registered/1" in types),
        Step("Envoyer un premier devis", "/quotes/new", "quote.sent/1" in types or "quote.signed/1" in types),
    ]
    if visit.role == "owner":
        steps += [
            Step("Mettre les clés à l'abri", "/settings/keys-backup", not recovery_keys_here(visit)),
            Step("Choisir où copier les preuves", "/settings/anchors",
                 elsewhere and "anchor.placed/1" in types),
        ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps


PAGES: Final[tuple[Page, ...]] = (
    get("", home, DESK, "Ce qu'il y a à faire aujourd'hui."),
    get("/home/{tile}", tile, DESK, "Une tuile de la première page.", tile="money"),
    post("/tasks/{task}/close", close_task, SELLERS, "Dire qu'une tâche est faite ou écartée."),
)
