"""The stages of a sale: those that a person sets before the quote leaves, and those that the chain sets afterwards.

A **hand stage** is where an opportunity or a draft quote stands, as somebody says; an **automatic stage** is the
furthest step that the entries tell of a quote. Which stages there are, in which order and how likely each makes the
sale, is a setting of the house kept beside the chain (a draft of kind `pipeline`).
docs/projections/pipeline.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ledger.kernel.frozen import frozen
from projections.reports.contract import Words

AUTOMATIC: Final = ("issued", "sent", "viewed", "signed", "deposit_paid", "invoiced", "paid")
"""What the chain sets, in order; each is reached through the ones before it, or past them."""

OPEN_QUOTES: Final = ("issued", "sent", "viewed")
"""Automatic stages in which the client has not decided: a person may put such a quote into a hand stage instead."""

MOST_STAGES: Final = 30
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SURE: Final = 10_000


class StagesInvalid(ValueError):  # noqa: N818 - the house names what happened
    """A setting of stages that cannot be used; the place (JSON Pointer) and what is wrong there."""

    def __init__(self, place: str, what: str) -> None:
        """Keep where and what."""
        super().__init__(f"{place}: {what}")
        self.place = place
        self.what = what


@frozen
class Stage:
    """One stage: its code, its words, and how likely a sale in it is, in basis points (ours, not measured)."""

    code: str
    words: Words
    probability_bp: int
    automatic: bool = False


DEFAULT_STAGES: Final = (
    Stage("prospect", Words("Prospect", "Prospect"), 1_000),
    Stage("qualified", Words("Besoin qualifié", "Qualified"), 2_000),
    Stage("drafting", Words("Devis en préparation", "Quote in preparation"), 3_000),
    Stage("issued", Words("Devis émis", "Quote issued"), 4_000, automatic=True),
    Stage("sent", Words("Devis envoyé", "Quote sent"), 5_000, automatic=True),
    Stage("viewed", Words("Devis consulté", "Quote viewed"), 6_000, automatic=True),
    Stage("signed", Words("Devis signé", "Quote signed"), 9_000, automatic=True),
    Stage("deposit_paid", Words("Acompte reçu", "Deposit paid"), 9_500, automatic=True),
    Stage("invoiced", Words("Facturé", "Invoiced"), _SURE, automatic=True),
    Stage("paid", Words("Payé", "Paid"), _SURE, automatic=True),
)
"""The stages of a house that has set none. The probabilities are a start, to be replaced by one's own conversion."""

FIRST: Final = "prospect"
DRAFTING: Final = "drafting"


@frozen
class Pipeline:
    """The stages in order, and the quotes that a person has put into a hand stage."""

    stages: tuple[Stage, ...] = DEFAULT_STAGES
    placed: Mapping[str, str] | None = None

    def rank(self, code: str) -> int | None:
        """Give the place of a stage, or None."""
        return next((rank for rank, each in enumerate(self.stages) if each.code == code), None)

    def stage_of_paper(self, kind: str, stage: object) -> str:
        """Say in which stage an opportunity or draft quote stands: the hand stage it names, else where such begin."""
        hand = [each.code for each in self.stages if not each.automatic]
        if isinstance(stage, str) and stage in hand:
            return stage
        begins = DRAFTING if kind == "quote" else FIRST
        return begins if begins in hand else (hand[-1] if kind == "quote" and hand else hand[0] if hand else begins)

    def stage_of_quote(self, identifier: str, steps: Mapping[str, Any]) -> str:
        """Say in which stage a quote stands that is not lost."""
        code = furthest(steps)
        placed = (self.placed or {}).get(identifier)
        if placed is not None and code in OPEN_QUOTES and self.rank(placed) is not None:
            return placed
        return code


def furthest(steps: Mapping[str, Any]) -> str:
    """Give the furthest automatic stage that a quote's steps have reached."""
    return next((code for code in reversed(AUTOMATIC) if code in steps), AUTOMATIC[0])


def read_pipeline(setting: Mapping[str, Any] | None) -> Pipeline:
    """Read the house's setting: `{"stages": [{"code", "fr", "en", "probability_bp"}], "placed": {quote: stage}}`.

    Automatic stages stand in their order and may only be renamed and weighed; those that are not named keep their
    words and stand behind. Hand stages stand anywhere before `signed`.

    Raises:
        StagesInvalid: the setting cannot be used.
    """
    if not setting or setting.get("stages") is None:
        stages: tuple[Stage, ...] = DEFAULT_STAGES
    else:
        stages = _stages(setting["stages"])
    placed = setting.get("placed", {}) if setting else {}
    if not isinstance(placed, Mapping) or not all(isinstance(each, str) for each in placed.values()):
        raise StagesInvalid("/placed", "an object of quote ids and stage codes")
    return Pipeline(stages, dict(placed))


def _stages(given: object) -> tuple[Stage, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not 1 <= len(given) <= MOST_STAGES:
        raise StagesInvalid("/stages", f"a list of 1 to {MOST_STAGES} stages")
    made = [_stage(each, f"/stages/{rank}") for rank, each in enumerate(given)]
    codes = [each.code for each in made]
    if len(set(codes)) < len(codes):
        raise StagesInvalid("/stages", "a stage stands twice")
    named = [code for code in codes if code in AUTOMATIC]
    if named != sorted(named, key=AUTOMATIC.index):
        raise StagesInvalid("/stages", "automatic stages keep their order: " + ", ".join(AUTOMATIC))
    usual = {each.code: each for each in DEFAULT_STAGES}
    whole = [*made, *(usual[code] for code in AUTOMATIC if code not in named)]
    hand = [each for each in whole if not each.automatic]
    automatic = sorted((each for each in whole if each.automatic), key=lambda each: AUTOMATIC.index(each.code))
    if len(named) == len(AUTOMATIC):
        after = [each.code for each in whole[codes.index("signed") :] if not each.automatic]
        if after:
            raise StagesInvalid("/stages", f"a stage of your own stands before signed: {after[0]}")
        return tuple(whole)
    return (*hand, *automatic)


def _stage(given: object, place: str) -> Stage:
    if not isinstance(given, Mapping):
        raise StagesInvalid(place, "an object")
    code, french = given.get("code"), given.get("fr")
    if not isinstance(code, str) or _CODE.fullmatch(code) is None:
        raise StagesInvalid(f"{place}/code", "lower-case letters, figures and _")
    probability = given.get("probability_bp")
    if type(probability) is not int or not 0 <= probability <= _SURE:
        raise StagesInvalid(f"{place}/probability_bp", "basis points, 0 to 10000")
    automatic = code in AUTOMATIC
    usual = next((each.words for each in DEFAULT_STAGES if each.code == code), Words(code, code))
    words = Words(
        french if isinstance(french, str) and french else usual.fr, str(given.get("en") or french or usual.en)
    )
    if len(words.fr) > 60 or len(words.en) > 60:
        raise StagesInvalid(f"{place}/fr", "at most 60 characters")
    unknown = set(given) - {"code", "fr", "en", "probability_bp"}
    if unknown:
        raise StagesInvalid(f"{place}/{min(unknown)}", "unknown member")
    return Stage(code, words, probability, automatic)
