"""The pipeline: where each sale stands from first contact to paid, what it is worth, and how many get further.

Opportunities and draft quotes are working papers beside the chain; from the quote's issue on, the entries say where a
sale stands (`projections.business.stages`). docs/projections/pipeline.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from ledger.domain.money import amount_cents, div_half_up
from ledger.kernel.errors import Malformed
from ledger.kernel.frozen import frozen
from projections.business.deals import LOST
from projections.business.deals import NAME as DEALS_NAME
from projections.business.durations import nearest_rank
from projections.business.spans import FROM, TO, bounds
from projections.business.stages import (
    AUTOMATIC,
    DEFAULT_STAGES,
    Pipeline,
    Stage,
    StagesInvalid,
    furthest,
    read_pipeline,
)
from projections.engine.contract import Body, Row
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Report, Series, Table, Words

_WHOLE: Final = 10_000
PAPERS: Final = ("opportunity", "quote")
"""Kinds of drafts that are sales in the making."""


@frozen
class Sale:
    """One sale in the pipeline: where it stands, what it is worth with VAT, and how likely it is."""

    key: str
    stage: str
    value_cents: int
    probability_bp: int
    entries: tuple[int, ...] = ()  # none for a working paper
    seq: int = 0

    @property
    def weighted_cents(self) -> int:
        """Its value times its probability, half-up."""
        return div_half_up(self.value_cents * self.probability_bp, _WHOLE)


def setting_of(desk: Desk) -> tuple[Pipeline, str | None]:
    """Give the house's stages, and what is wrong with the setting where it cannot be used."""
    kept = desk.papers("pipeline")
    try:
        return read_pipeline(kept[0].get("notes") if kept else None), None
    except StagesInvalid as wrong:
        return Pipeline(), str(wrong)


def open_sales(desk: Desk, pipeline: Pipeline) -> Iterator[Sale]:
    """Give each sale that is neither lost nor paid: working papers first, then quotes by day of issue."""
    odds = {each.code: each.probability_bp for each in pipeline.stages}
    for kind in PAPERS:
        for paper in desk.papers(kind):
            notes, command = _object(paper.get("notes")), _object(paper.get("command"))
            stage = pipeline.stage_of_paper(kind, notes.get("stage"))
            own = notes.get("probability_bp")
            likely = own if type(own) is int and 0 <= own <= _WHOLE else odds.get(stage, 0)
            yield Sale(str(paper["id"]), stage, worth_of_paper(notes, command), likely)
    for row in desk.view(DEALS_NAME).rows("quote", sort_from="", sort_to="9"):
        body = row.body
        if is_open(body):
            stage = pipeline.stage_of_quote(row.key, body["steps"])
            yield Sale(row.key, stage, body["gross"], odds[stage], behind(body), row.seq)


def is_open(body: Body) -> bool:
    """Tell whether a quote still runs: neither lost nor paid, nor merged into a contract, nor billed by period."""
    steps = body["steps"]
    return not body.get("merged") and not any(each in steps for each in (*LOST, "paid", "recurring"))


def behind(body: Body) -> tuple[int, ...]:
    """Give the entries that say what a quote is worth and where it stands."""
    steps = (seq for _, seq in body["steps"].values())
    return tuple(sorted({*body["entries"], *steps}))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def worth_of_paper(notes: Mapping[str, Any], command: Mapping[str, Any]) -> int:
    """Give what a working paper is worth: as noted (`value_cents`), else as its lines add up so far."""
    noted = notes.get("value_cents")
    if type(noted) is int and 0 <= noted <= 10**13:
        return noted
    total, lines = 0, command.get("lines")
    for line in lines if isinstance(lines, list) else ():
        try:
            total += amount_cents(str(line.get("quantity", "1")), str(line["unit_price"]))
        except (Malformed, AttributeError, KeyError, TypeError, ValueError):
            continue  # unfinished: counts nothing yet
    return total


# ---- the report

_COLUMNS: Final = (
    Column("stage", "code", Words("Étape", "Stage")),
    Column("label", "text", Words("Libellé", "Label")),
    Column("open", "count", Words("En cours", "Open"), total=True),
    Column("value_cents", "cents", Words("Valeur TTC", "Value with VAT"), total=True),
    Column("probability_bp", "bp", Words("Probabilité", "Probability")),
    Column("weighted_cents", "cents", Words("Valeur pondérée", "Weighted value"), total=True),
    Column("reached", "count", Words("Y sont arrivés", "Got here")),
    Column("conversion_bp", "bp", Words("Vers l'étape suivante", "On to the next stage")),
    Column("median_days", "days", Words("Durée médiane jusqu'ici", "Median days to here")),
)
_USUAL: Final = frozenset((each.code, each.words) for each in DEFAULT_STAGES)
_COHORT: Final = Words(
    "Conversions et durées : devis émis dans la période demandée ; une étape sautée compte comme passée.",
    "Conversions and durations: quotes issued in the days asked; a stage that was skipped counts as passed.",
)
_PAPER_NOTE: Final = Words(
    "Les opportunités et brouillons sont hors de la chaîne : leur montant est celui d'aujourd'hui, sans écriture.",
    "Opportunities and drafts are outside the chain: their value is today's, with no entry behind it.",
)


def cohort(desk: Desk, first: date, last: date) -> tuple[Row, ...]:
    """Give the quotes issued from one day to another, without change orders that became part of a contract."""
    found = desk.view(DEALS_NAME).rows("quote", sort_from=first.isoformat(), sort_to=last.isoformat())
    return tuple(row for row in found if not row.body.get("merged"))


def reached(quotes: Iterable[Row], code: str) -> tuple[Row, ...]:
    """Give the quotes that got to an automatic stage, or past it."""
    place = AUTOMATIC.index(code)
    return tuple(row for row in quotes if AUTOMATIC.index(furthest(row.body["steps"])) >= place)


def _pipeline(desk: Desk, asked: Asked) -> Table:
    pipeline, wrong = setting_of(desk)
    first, last = bounds(desk, asked)
    sales, quotes = tuple(open_sales(desk, pipeline)), cohort(desk, first, last)
    by_stage: dict[str, list[Sale]] = {each.code: [] for each in pipeline.stages}
    for sale in sales:
        by_stage.setdefault(sale.stage, []).append(sale)
    funnel = _funnel(quotes)
    rows = [_row(stage, by_stage[stage.code], funnel) for stage in pipeline.stages]
    notes = [_COHORT, _PAPER_NOTE]
    if wrong is not None:
        notes.append(
            Words(f"Réglage des étapes inutilisable ({wrong}) : étapes d'origine.", f"Stages not usable: {wrong}.")
        )
    names = [column.name for column in _COLUMNS if column.total]
    return finish(
        PIPELINE,
        desk,
        title=Words("Du premier contact au paiement", "From first contact to payment"),
        columns=_COLUMNS if _own_words(pipeline) else tuple(each for each in _COLUMNS if each.name != "label"),
        rows=tuple(rows),
        totals={name: sum(row[name] for row in rows) for name in names},
        notes=tuple(notes),
        chart=Chart(
            "bars",
            "cents",
            tuple(_axis_label(each) for each in pipeline.stages),
            (
                Series(Words("Valeur TTC", "Value with VAT"), tuple(row["value_cents"] for row in rows)),
                Series(Words("Valeur pondérée", "Weighted value"), tuple(row["weighted_cents"] for row in rows)),
            ),
        ),
    )


def _own_words(pipeline: Pipeline) -> bool:
    """Tell whether the house has words of its own for a stage."""
    return any((each.code, each.words) not in _USUAL for each in pipeline.stages)


def _axis_label(stage: Stage) -> str:
    """Give the code of a stage with the usual words, which are told in each language; else the house's own words."""
    return stage.code if (stage.code, stage.words) in _USUAL else stage.words.fr


@frozen
class Funnel:
    """Of some quotes: how many got to each automatic stage or past it, and after how many days to it."""

    reached: tuple[int, ...]
    days: tuple[list[int], ...]


def _funnel(quotes: Iterable[Row]) -> Funnel:
    counts, days = [0] * len(AUTOMATIC), tuple[list[int], ...]([] for _ in AUTOMATIC)
    ordinals: dict[str, int] = {}

    def ordinal(day: str) -> int:
        found = ordinals.get(day)
        if found is None:
            found = ordinals[day] = date.fromisoformat(day).toordinal()
        return found

    for row in quotes:
        steps, begun = row.body["steps"], ordinal(row.body["issued_on"])
        counts[AUTOMATIC.index(furthest(steps))] += 1
        for place, code in enumerate(AUTOMATIC):
            step = steps.get(code)
            if step is not None:
                days[place].append(ordinal(step[0]) - begun)
    return Funnel(tuple(sum(counts[place:]) for place in range(len(AUTOMATIC))), days)


def _row(stage: Stage, mine: list[Sale], funnel: Funnel) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": stage.code,
        "seq": max((each.seq for each in mine), default=0),
        "stage": stage.code,
        "label": stage.words.fr,
        "open": len(mine),
        "value_cents": sum(each.value_cents for each in mine),
        "probability_bp": stage.probability_bp,
        "weighted_cents": sum(each.weighted_cents for each in mine),
    }
    if not stage.automatic:
        return row
    place = AUTOMATIC.index(stage.code)
    row["reached"] = funnel.reached[place]
    if place + 1 < len(AUTOMATIC) and funnel.reached[place]:
        row["conversion_bp"] = div_half_up(funnel.reached[place + 1] * _WHOLE, funnel.reached[place])
    if place and funnel.days[place]:
        row["median_days"] = nearest_rank(sorted(funnel.days[place]), 50)
    return row


def _explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    pipeline, _ = setting_of(desk)
    if column in ("reached", "conversion_bp", "median_days"):
        if key not in AUTOMATIC:
            return ()
        first, last = bounds(desk, asked)
        here = reached(cohort(desk, first, last), key)
        return sorted({seq for row in here for seq in _of_steps(row.body, key)})
    sales = (each for each in open_sales(desk, pipeline) if key in (each.stage, "total"))
    return sorted({seq for sale in sales for seq in sale.entries})


def _of_steps(body: Body, code: str) -> tuple[int, ...]:
    steps = body["steps"]
    return (steps["issued"][1], steps[code][1] if code in steps else steps[furthest(steps)][1])


PIPELINE: Final = Report(
    name="pipeline",
    question=Words(
        "Où en sont les affaires, du premier contact au paiement, et combien aboutissent ?",
        "Where do sales stand, from first contact to payment, and how many get there?",
    ),
    parameters=(FROM, TO),
    uses=(DEALS_NAME,),
    make=_pipeline,
    explain=_explain,
)
"""Open sales by stage, weighted; conversion and time from stage to stage."""
