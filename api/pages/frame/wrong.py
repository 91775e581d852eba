"""Why a form was not taken: words for its top, and words for each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from api.http.problems import pointer
from api.pages.frame.forms import FieldWrong
from api.pages.frame.languages import say
from ledger.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the asker reads above the form (`words`, the article), and at fields (`places`: field name -> words)."""

    words: str
    law: str | None = None
    code: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    status: int = 422
    retry_after_seconds: int = 0

    def at(self, name: str) -> str:
        """Give the words for one field; empty when there are none."""
        return self.places.get(name, "")


def of_refusal(refusal: Refusal, language: str, names: Mapping[str, str] | None = None) -> Wrong:
    """Make it of a rule's no. `names` maps JSON Pointers of the command to fields of the form, where they differ."""
    words = refusal.words if language == "fr" else refusal.words_en
    place = _field(refusal.place, names)
    places = {place: words} if place else {}
    return Wrong(words, refusal.law, refusal.code, places, refusal.status, refusal.retry_after_seconds)


def of_field(wrong: FieldWrong, language: str) -> Wrong:
    """Make it of a field that cannot be read."""
    return Wrong(say(language, "Un champ est à corriger."), None, "FIELD", {wrong.name: say(language, wrong.words)})


def of_validation(error: ValidationError, language: str, names: Mapping[str, str] | None = None) -> Wrong:
    """Make it of a command that is not of its schema: what was typed is never repeated."""
    places = {}
    for each in error.errors(include_input=False, include_context=False, include_url=False):
        missing = each["type"].startswith("missing")
        words = say(language, "Ce champ est nécessaire." if missing else "Cette valeur n'est pas valable ici.")
        places[_field(pointer(each["loc"]), names)] = words
    places.pop("", None)
    return Wrong(say(language, "Des champs sont à corriger."), None, "MEMBER_INVALID", places)


def _field(place: str, names: Mapping[str, str] | None) -> str:
    """Turn `/lines/0/label` into `lines-0-label`, the way forms name their fields."""
    if names and place in names:
        return names[place]
    return place.strip("/").replace("/", "-")
