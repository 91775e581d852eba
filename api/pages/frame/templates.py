"""The templates: escaped always, an unknown name is a fault, words in the visitor's language.

Within a template: `visit` (who looks, in which language), `_()` and `ngettext()` say French words in it, filters write
amounts, days and rates; `asset('sceau.css')` gives an address. Macros for fields, tables and badges are in `ui.html`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.pages.frame import languages
from api.pages.frame.assets import address_of
from ledger.domain.milestones import milestone_words

FOLDER: Final = Path(__file__).resolve().parents[1] / "templates"


def _language(context: Context) -> str:
    return str(context["language"])


@pass_context
def _gettext(context: Context, words: str) -> str:
    return languages.say(_language(context), words)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return languages.count(_language(context), one, many, n)


@pass_context
def _money(context: Context, cents: int | None, currency: str = "EUR") -> str:
    return languages.money(_language(context), cents, currency)


@pass_context
def _number(context: Context, value: int | str) -> str:
    return languages.number(_language(context), value)


@pass_context
def _percent(context: Context, basis_points: int) -> str:
    return languages.percent(_language(context), basis_points)


@pass_context
def _day(context: Context, value: Any, form: str = "long") -> str:
    return languages.day(_language(context), value, form)


@pass_context
def _moment(context: Context, value: Any, zone: str = "Europe/Paris") -> str:
    return languages.moment(_language(context), value, zone)


def _typed_cents(cents: int | None) -> str:
    """Write cents as a field holds them: `1234,56`."""
    return "" if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Make the environment, once per process."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined] # the extension's
    made.globals["asset"] = address_of
    made.filters.update(
        money=_money,
        number=_number,
        percent=_percent,
        day=_day,
        moment=_moment,
        typed_cents=_typed_cents,
        milestone=lambda code, texts=None: milestone_words(texts, code),
    )
    return made


def add_global(name: str, value: Any) -> None:
    """Let every template know a function of a part that stands on the frame (the desk's menu)."""
    environment().globals[name] = value


def render(template: str, language: str, facts: dict[str, Any]) -> bytes:
    """Fill a template in; `colon` is how the language writes a colon after a word.

    Raises:
        jinja2.TemplateError: the template is wrong, or was not given what it names.
    """
    colon = "\u00a0:" if language == "fr" else ":"
    return environment().get_template(template).render({**facts, "language": language, "colon": colon}).encode()
