"""Tables of words of the books: nothing that can be shown is without its words, in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from api.messages.catalogue import TEMPLATES
from api.pages.desk.books.access import _NOT_SO
from api.pages.desk.books.event_words import EVENT_WORDS
from api.pages.desk.books.findings import FRENCH
from api.pages.desk.books.message_words import MESSAGE_WORDS
from api.pages.desk.books.profile import _TRADE_WORDS
from api.pages.desk.books.reports import BOARD, CHOICES, GROUPS
from api.pages.desk.books.tasks import TASKS
from api.pages.desk.books.tiles import TILES
from api.pages.frame.languages import english
from ledger.domain.events import EVENT_TYPES
from projections.reports.registry import BY_NAME, REPORTS
from projections.reports.words import CODES

ROOT = Path(__file__).resolve().parents[3]


def test_every_type_of_entry_has_its_words() -> None:
    assert set(EVENT_WORDS) == {each.TYPE for each in EVENT_TYPES}
    french = [words.fr for words in EVENT_WORDS.values()]
    assert len(set(french)) == len(french), "two types read alike in the journal"


def test_every_message_has_its_words() -> None:
    assert set(MESSAGE_WORDS) == {each.name for each in TEMPLATES}


def test_every_task_that_a_rule_opens_is_explained() -> None:
    opened: set[str] = set()
    for path in (ROOT / "ledger/domain/deciders").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open_task":
                opened |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    assert len(opened) > 15
    assert opened - set(TASKS) == set()
    assert {code for code in TASKS if code not in CODES} <= {
        "answer_chargeback", "claim_double_refund", "message_undelivered",
    }  # fmt: skip


def test_every_finding_of_the_page_on_verification_is_said_in_french() -> None:
    page = (ROOT / "docs/verify.md").read_text("utf-8")
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", page, re.MULTILINE)
    codes = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    assert len(codes) > 40
    assert {"altered", "tail_cut", "number_gap", "rewritten"} <= codes & set(FRENCH)


def test_every_report_stands_under_one_heading() -> None:
    named = [name for _, names in GROUPS for name in names]
    assert sorted(named) == sorted(each.name for each in REPORTS)
    assert {name for name, _ in BOARD} <= set(BY_NAME)


def test_every_choice_of_a_report_has_words() -> None:
    choices = {choice for each in REPORTS for one in each.parameters for choice in one.choices}
    assert {each for each in choices if each not in CHOICES and each not in CODES} <= {"10.3", "10.4"}


def test_words_of_tables_have_their_english() -> None:
    said = [words for words, _ in GROUPS] + [tile.words for tile in TILES] + list(_TRADE_WORDS.values())
    said += list(_NOT_SO.values())
    said += [
        "Vérifier les mentions de l'entreprise", "Créer un premier client", "Envoyer un premier devis",
        "Mettre les clés à l'abri", "Choisir où copier les preuves", "Autres", "Archive en cours", "Vérification",
        "L'archive est prête.", "Cette archive existait déjà : elle est identique.",
    ]  # fmt: skip
    assert [words for words in said if words not in english()] == []
