"""What a check of a FEC may find: every rule, its weight and its words.

Rules of origin `tool` are those that the administration's own tool applies (DGFiP, Test Compta Demat, its published
sources); those of origin `law` are of LPF art. A47 A-1 itself and that tool lets them pass. As it says of itself: a
structure that conforms proves nothing of the accounts.
"""

from __future__ import annotations

from typing import Final, Literal

from ledger.kernel.frozen import frozen

Level = Literal["error", "missing", "alert", "information"]
"""`error` and `missing` (données absentes): the tool calls the file not conforming; the others are told."""

Origin = Literal["tool", "law"]


@frozen
class CheckRule:
    """One rule: its code, its weight, whose it is, and its words."""

    code: str
    level: Level
    origin: Origin
    fr: str
    en: str


RULES: Final[tuple[CheckRule, ...]] = (
    CheckRule(
        "name", "error", "tool", "le nom du fichier n'est pas SirenFECAAAAMMJJ", "the name is not SirenFECAAAAMMJJ"
    ),
    CheckRule("name_siren", "alert", "law", "le nom ne commence pas par un SIREN", "the name begins with no SIREN"),
    CheckRule("empty", "error", "tool", "le fichier ne contient pas de ligne", "the file has no line"),
    CheckRule("xml", "error", "law", "fichier XML : il n'est pas contrôlé ici", "an XML file: it is not checked here"),
    CheckRule(
        "separator",
        "error",
        "tool",
        "le séparateur n'est ni la tabulation ni « | »",
        "the separator is neither a tab nor `|`",
    ),
    CheckRule(
        "two_separators",
        "error",
        "tool",
        "des lignes séparées par des tabulations contiennent « | »",
        "lines separated by tabs contain `|`",
    ),
    CheckRule("bom", "information", "tool", "le fichier commence par une marque d'ordre", "the file begins with a BOM"),
    CheckRule(
        "trailing_separator",
        "information",
        "tool",
        "l'en-tête finit par un séparateur de trop",
        "the header ends with a separator too many",
    ),
    CheckRule(
        "column_missing", "error", "tool", "un champ obligatoire n'est pas dans l'en-tête", "a column is missing"
    ),
    CheckRule(
        "column_unknown", "information", "tool", "un champ supplémentaire est présent", "there is another column"
    ),
    CheckRule("column_double", "alert", "law", "un champ est deux fois dans l'en-tête", "a column stands twice"),
    CheckRule("column_order", "alert", "law", "les champs ne sont pas dans l'ordre", "the columns are not in order"),
    CheckRule("line_blank", "error", "tool", "une ligne est vide", "a line is blank"),
    CheckRule(
        "line_too_long",
        "error",
        "law",
        "une ligne dépasse 1 Mio : le reste n'en est pas lu",
        "a line is longer than 1 MiB: what follows in it is not read",
    ),
    CheckRule(
        "fields",
        "error",
        "tool",
        "une ligne n'a pas le nombre de champs de l'en-tête",
        "a line has not as many fields as the header",
    ),
    CheckRule(
        "characters",
        "alert",
        "law",
        "des caractères ne sont ni de l'ISO 8859-15 ni de l'UTF-8",
        "characters are of neither ISO 8859-15 nor UTF-8",
    ),
    CheckRule("value_missing", "error", "tool", "un champ obligatoire est vide", "a value that must be there is empty"),
    CheckRule("data_absent", "missing", "tool", "donnée absente", "data absent"),
    CheckRule(
        "account_digits",
        "alert",
        "tool",
        "le numéro de compte ne commence pas par trois chiffres",
        "the account number does not begin with three digits",
    ),
    CheckRule(
        "number_point",
        "error",
        "tool",
        "un montant a un point au lieu d'une virgule",
        "an amount has a point instead of a comma",
    ),
    CheckRule(
        "number_thousands",
        "error",
        "tool",
        "un montant a un séparateur de milliers",
        "an amount has a thousands separator",
    ),
    CheckRule("number_format", "error", "tool", "un montant n'est pas un nombre", "an amount is no number"),
    CheckRule(
        "side", "error", "tool", "le sens n'est ni D ou C, ni +1 ou -1", "the side is neither D or C, nor +1 or -1"
    ),
    CheckRule("date_format", "error", "tool", "une date n'en est pas une", "a date is none"),
    CheckRule(
        "date_calendar", "error", "tool", "une date a un mois ou un jour impossible", "a date has no such month or day"
    ),
    CheckRule("date_period", "alert", "tool", "une date est hors de 1900 à 2099", "a date is outside 1900 to 2099"),
    CheckRule("date_written", "alert", "law", "une date n'est pas écrite AAAAMMJJ", "a date is not written AAAAMMJJ"),
    CheckRule(
        "date_impossible", "alert", "law", "une date n'existe pas au calendrier", "a date is not in the calendar"
    ),
    CheckRule(
        "debit_credit",
        "alert",
        "tool",
        "une ligne a un débit et un crédit, ou aucun des deux",
        "a line has a debit and a credit, or neither",
    ),
    CheckRule("entry_unbalanced", "alert", "tool", "une écriture n'est pas équilibrée", "an entry does not balance"),
    CheckRule("entry_journals", "alert", "tool", "une écriture a plusieurs journaux", "an entry has several journals"),
    CheckRule("entry_dates", "alert", "tool", "une écriture a plusieurs dates", "an entry has several dates"),
    CheckRule("entry_pieces", "alert", "tool", "une écriture a plusieurs pièces", "an entry has several pieces"),
    CheckRule(
        "entry_piece_dates",
        "alert",
        "tool",
        "une écriture a plusieurs dates de pièce",
        "an entry has several piece dates",
    ),
    CheckRule(
        "entry_letters", "alert", "tool", "une écriture a plusieurs lettrages", "an entry has several letterings"
    ),
    CheckRule(
        "number_gap",
        "alert",
        "law",
        "la séquence des numéros d'écriture n'est pas continue",
        "the sequence of entry numbers is not continuous",
    ),
    CheckRule(
        "number_unjudged",
        "information",
        "law",
        "des numéros d'écriture ne finissent pas par un nombre",
        "entry numbers do not end with a number",
    ),
    CheckRule(
        "validation_order",
        "alert",
        "law",
        "les lignes ne sont pas dans l'ordre de validation",
        "the lines are not in order of validation",
    ),
)
"""Every rule, written out."""

BY_CODE: Final = {rule.code: rule for rule in RULES}
"""The same, by code."""


@frozen
class Finding:
    """What breaks one rule in one column: how often, on which lines first (the header is line 1), one value as example.

    A value is given of numbers, dates, accounts and column names only: labels may name people.
    """

    code: str
    column: str
    times: int
    lines: tuple[int, ...]
    example: str = ""

    @property
    def rule(self) -> CheckRule:
        """The rule that is broken."""
        return BY_CODE[self.code]


@frozen
class Checked:
    """What a check came to. `conforms` is what the administration's tool would say of the structure."""

    findings: tuple[Finding, ...]
    lines: int
    entries: int
    debit: str
    credit: str
    separator: str  # "tab", "|" or empty when there is none
    encoding: str  # "ascii", "utf-8" or "iso8859-15"

    @property
    def conforms(self) -> bool:
        """Whether there is no error and no absent data."""
        return all(finding.rule.level not in ("error", "missing") for finding in self.findings)

    @property
    def codes(self) -> set[str]:
        """The codes of what was found."""
        return {finding.code for finding in self.findings}
