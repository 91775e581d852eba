"""One act, one page: a few fields, what the act would do in words, and the act itself, done once.

Every act that the ledger cannot take back is explained by its own rules before (`acting.py`): the same handler answers
the empty form, the form with its explanation, and the act.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, Summary, amounts, explain_and_do, reading
from api.pages.desk.money.common import show
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.commands.common import Command
from ledger.shell.calls import Answer as Done

Kind = Literal["text", "amount", "day", "number", "select", "tick", "long", "hidden", "file", "choice"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One field: words are said already, in the visitor's language."""

    kind: Kind
    name: str
    label: str = ""
    value: Any = ""
    help: str = ""
    options: Sequence[tuple[str, ...]] = ()
    required: bool = False
    most: int = 0  # letters of a text, if fewer than it may have anyway
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of an explanation, with its article and how serious it is."""

    words: str
    law: str = ""
    tone: Literal["", "good", "warn", "bad"] = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what is asked, how it is read into a command, what it would do, and where it leads.

    Without `explain` the act is done at once. `button` is on the form, `final` on the form with its explanation.
    """

    section: str
    title: str
    back: str
    back_words: str
    read: Callable[[], Command | Wrong]
    after: Callable[[Done], str]
    button: str
    final: str = ""
    fields: Sequence[Ask] = ()
    intro: Sequence[Told] = ()
    explain: Callable[[Looked], Sequence[Told]] | None = None
    names: dict[str, str] = field(default_factory=dict)
    summary: Summary = amounts
    danger: bool = False
    upload: bool = False
    instead: str = ""  # why there is nothing to ask, and what to do instead of a form


TEMPLATE: Final = "act.html"


def run(visit: Visit, act: Act) -> Answer:
    """Answer an act's page, whatever was asked of it."""
    if visit.page.method == "GET":
        return _page(visit, act)
    command = reading(visit, act.read)
    if isinstance(command, Wrong):
        return _page(visit, act, wrong=command)
    outcome: Looked | Done | Wrong
    if act.explain is None:
        outcome = visit.do(command, names=act.names)
    else:
        outcome = explain_and_do(visit, command, act.summary, act.names)
    if isinstance(outcome, Wrong):
        return _page(visit, act, wrong=outcome)
    if isinstance(outcome, Looked):
        return _page(visit, act, looked=outcome)
    return visit.go(act.after(outcome))


def _page(visit: Visit, act: Act, *, wrong: Wrong | None = None, looked: Looked | None = None) -> Answer:
    told = act.explain(looked) if looked is not None and act.explain is not None else ()
    status = 200 if wrong is None else wrong.status
    return show(visit, TEMPLATE, act.section, status, act=act, wrong=wrong, looked=looked, told=told)
