"""Statements: the fixed sentences that the law makes us print, dated, with when each applies.

A document's event keeps their codes (`mentions`); whoever renders it asks for the words here. Where a text is
replaced, both wordings stay in the table with their dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.regimes.fr.dated import Dated, in_force

_2027 = date(2027, 1, 1)

FRANCHISE: tuple[Dated[str], ...] = (
    Dated("TVA non applicable, art. 293 B du CGI", None, date(2027, 12, 31), "CGI art. 293 B", "quoted"),
    Dated("TVA non applicable, art. L. 223-3 du CIBS", _2027, None, "CIBS art. L. 223-3", "quoted"),
)
"""The franchise wordings; during 2027 both are accepted, and the newer is printed."""

REFERENCES: dict[str, tuple[Dated[str], ...]] = {
    "isca": (
        Dated("CGI art. 286 I 3° bis", None, date(2026, 12, 31), "CGI art. 286", "official"),
        Dated("CIBS art. L. 216-40", _2027, None, "Ord. 2025-1247 et 2026-671", "official"),
    ),
    "franchise": (
        Dated("CGI art. 293 B", None, date(2026, 12, 31), "CGI art. 293 B", "quoted"),
        Dated("CIBS art. L. 223-3", _2027, None, "Ord. 2025-1247 et 2026-671", "quoted"),
    ),
}
"""Articles that move from the CGI to the CIBS on 1 January 2027; old references stay valid until 30 June 2028."""

OLD_REFERENCES_VALID_UNTIL = date(2028, 6, 30)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that the law makes us print: its code, its words (`{facts}` to fill), its article."""

    code: str
    words: str
    law: str
    since: date | None = None


STATEMENTS: tuple[Statement, ...] = (
    Statement("FRANCHISE", "", "CGI art. 293 B ; CIBS art. L. 223-3"),  # words: the dated table above
    Statement("EXCLUDED_DEPARTMENT", "TVA non applicable, art. 294 du CGI", "CGI art. 294"),
    Statement("REVERSE_CHARGE", "Autoliquidation", "CGI ann. II art. 242 nonies A I 13°"),
    Statement("SELF_BILLED", "Autofacturation", "CGI ann. II art. 242 nonies A I 14°"),
    Statement(
        "DEBITS_OPTION",
        "Option pour le paiement de la taxe d'après les débits",
        "CGI ann. II art. 242 nonies A I 11° bis",
    ),
    Statement("NATURE_GOODS", "Livraison de biens", "CGI ann. II art. 242 nonies A I 8° bis"),
    Statement("NATURE_SERVICES", "Prestation de services", "CGI ann. II art. 242 nonies A I 8° bis"),
    Statement(
        "NATURE_BOTH",
        "Livraison de biens et prestation de services",
        "CGI ann. II art. 242 nonies A I 8° bis",
    ),
    Statement("SINGLE_TAXABLE", "Membre d'un assujetti unique", "CGI ann. II art. 242 nonies A I 5° bis"),
    Statement("SOLE_TRADER", "EI", "C. com. art. R526-27", date(2022, 5, 15)),
    Statement(
        "LATE_PENALTIES",
        "Pénalités de retard : {late_penalty}",
        "C. com. art. L441-9 et L441-10",
    ),
    Statement(
        "RECOVERY_INDEMNITY",
        "Indemnité forfaitaire pour frais de recouvrement : 40 €",
        "C. com. art. L441-9 et D441-5",
    ),
    Statement("LATE_PENALTIES_PUBLIC", "Intérêts moratoires : {late_penalty}", "CCP art. R2192-31 à R2192-33"),
    Statement(
        "RECOVERY_INDEMNITY_PUBLIC",
        "Indemnité forfaitaire pour frais de recouvrement : 40 €",
        "CCP art. D2192-35",
    ),
    Statement("EARLY_DISCOUNT_PUBLIC", "Escompte : {early_discount}", "C. civ. art. 1103"),
    Statement("EARLY_DISCOUNT", "Escompte : {early_discount}", "C. com. art. L441-9"),
    Statement("NO_EARLY_DISCOUNT", "Pas d'escompte pour paiement anticipé", "C. com. art. L441-9"),
    Statement(
        "ARRHES",
        "Les sommes versées d'avance sont des arrhes : vous pouvez renoncer en les abandonnant, le "
        "professionnel en les restituant au double.",
        "C. conso art. L214-1",
    ),
    Statement(
        "ACOMPTE",
        "Les sommes versées d'avance sont des acomptes : le contrat est ferme pour les deux parties.",
        "C. conso art. L214-1 ; C. civ. art. 1590",
    ),
    Statement(
        "WITHDRAWAL_RIGHT",
        "Vous disposez de quatorze jours pour vous rétracter, sans motif ; un formulaire est joint.",
        "C. conso art. L221-5, L221-9 et L221-18",
    ),
    Statement(
        "NO_PAYMENT_SEVEN_DAYS",
        "Aucun paiement ne peut être reçu avant sept jours à compter de la conclusion du contrat.",
        "C. conso art. L221-10",
    ),
    Statement(
        "LEGAL_GUARANTEE",
        "Ce bien bénéficie de la garantie légale de conformité pendant deux ans.",
        "C. conso art. L211-2 et L217-3",
    ),
    Statement("FREE_QUOTE", "Devis gratuit", "Arrêté du 24 janvier 2017"),
    Statement("PAID_QUOTE", "Devis payant : {fee}", "Arrêté du 24 janvier 2017"),
    Statement("TRAINING", "FACTICE", "BOI-TVA-DECLA-30-10-30 §150"),
)
"""Every fixed sentence."""

_BY_CODE = {statement.code: statement for statement in STATEMENTS}


def statement(code: str) -> Statement:
    """Give a statement by its code; KeyError if there is none."""
    return _BY_CODE[code]


def statement_words(code: str, on: date, **facts: str) -> str:
    """Give the words of a statement as printed on a day; KeyError if a fact its words need is missing."""
    if code == "FRANCHISE":
        return franchise_wording(on)
    return _BY_CODE[code].words.format_map(facts)


def franchise_wording(on: date) -> str:
    """Give the franchise wording to print on a day: the newest in force."""
    return in_force(FRANCHISE, on)[-1].value


def franchise_wordings(on: date) -> tuple[str, ...]:
    """Give every franchise wording that is accepted on a day."""
    return tuple(row.value for row in in_force(FRANCHISE, on))


def reference(topic: str, on: date) -> str:
    """Give the article to cite for a topic on a day; KeyError for an unknown topic."""
    return in_force(REFERENCES[topic], on)[-1].value
