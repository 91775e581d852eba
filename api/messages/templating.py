"""From a template and facts to subject, text and HTML; and what is refused when a template is saved.

Of the template language, variables and `if` are allowed: nothing that loops, calls, or reads an attribute. The sandbox
stands behind that for what nobody thought of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from api.messages.catalogue import Template

MOST_SUBJECT: Final = 300
MOST_TEXT: Final = 20_000
_MOST_LINE: Final = 200  # of a subject, once filled in
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Const,
)  # fmt: skip
_MOST_LEVELS: Final = 40  # of conditions within conditions; Python indents no deeper than 100
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_MANY_LINES: Final = re.compile(r"\n{3,}")
_TRAILING: Final = re.compile(r"[ \t]+\n")
_ENVIRONMENT: Final = SandboxedEnvironment(autoescape=False, keep_trailing_newline=False)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a template is refused: in which member (`subject`, `text`), at which line, in French and English."""

    member: str
    line: int
    words: str
    words_en: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message's subject, in one line, and its text."""

    subject: str
    text: str


def digest_of(subject: str, text: str) -> str:
    """Give the SHA-256 that `message.queued/1` names a template by."""
    return sha256(f"{subject}\n{text}".encode()).hexdigest()


def check(template: Template, subject: str, text: str) -> Wrong | None:
    """Say what is wrong with a business's words for a template, or None."""
    if not subject.strip() or not text.strip():
        member = "text" if subject.strip() else "subject"
        return Wrong(member, 1, "Il faut un objet et un texte.", "A subject and a text are needed.")
    if "\n" in subject.strip() or "\r" in subject:
        return Wrong("subject", 2, "L'objet tient sur une ligne.", "A subject is one line.")
    for member, source, most in (("subject", subject, MOST_SUBJECT), ("text", text, MOST_TEXT)):
        if len(source) > most:
            return Wrong(member, 1, f"C'est trop long : {most} caractères au plus.", f"Too long: at most {most}.")
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in source.replace("\r\n", "\n")):
            return Wrong(member, 1, "Un caractère n'est pas lisible.", "A character cannot be read.")
        wrong = _check_source(template, member, source)
        if wrong is not None:
            return wrong
    return None


def _check_source(template: Template, member: str, source: str) -> Wrong | None:
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        words = f"Le modèle ne se lit pas : {error.message}"
        return Wrong(member, error.lineno, words, f"The template cannot be read: {error.message}")
    except RecursionError:
        return Wrong(member, 1, "Le modèle est trop imbriqué.", "The template is nested too deeply.")
    if _is_deep(tree):
        return Wrong(member, 1, "Le modèle est trop imbriqué.", "The template is nested too deeply.")
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            words = "Seules les variables et les conditions « if » sont permises."
            return Wrong(member, node.lineno, words, 'Only variables and "if" are allowed.')
        if isinstance(node, nodes.Name) and (node.ctx != "load" or node.name not in template.variables):
            words = f"La variable « {node.name[:60]} » n'existe pas dans ce message."
            return Wrong(member, node.lineno, words, f'There is no variable "{node.name[:60]}" in this message.')
    return None


def _is_deep(tree: nodes.Node) -> bool:
    """Say whether a tree has more levels than a template of ours ever has: what Python would not compile is far off."""
    level = [tree]
    for _ in range(_MOST_LEVELS):
        level = [child for node in level for child in node.iter_child_nodes()]
    return bool(level)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def fill(template: Template, subject: str, text: str, facts: Mapping[str, str]) -> Rendered:
    """Fill a template in; a variable without a fact is empty.

    Raises:
        Exception: whatever a template that was not checked may do.
    """
    known = {name: facts.get(name, "") for name in template.variables}
    line = _SPACES.sub(" ", _compiled(subject).render(known)).strip()
    body = _compiled(text.replace("\r\n", "\n")).render(known)
    body = _MANY_LINES.sub("\n\n", _TRAILING.sub("\n", body)).strip("\n ")
    return Rendered(one_line(line)[:_MOST_LINE], printable(body))


def one_line(text: str) -> str:
    """Give text without line breaks and control characters: fit for a header."""
    return " ".join(
        "".join(letter if letter.isprintable() or letter == "\u00a0" else " " for letter in text).split(" ")
    )


def printable(text: str) -> str:
    """Give text without control characters but line feeds: marks that turn the direction of writing go too."""
    return "".join(
        letter for letter in text if letter in "\n\u00a0\u202f" or letter.isprintable() or letter == "\u00ad"
    )


@lru_cache(maxsize=512)
def _compiled(source: str) -> Compiled:
    return _ENVIRONMENT.from_string(source)
