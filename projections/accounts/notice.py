"""The description that goes with a FEC (LPF art. A47 A-1 II): in French, what the file is, and what it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ledger.kernel.frozen import frozen
from projections.accounts.chart import Chart
from projections.accounts.fec import FecForm
from projections.accounts.journals import Told
from projections.accounts.lettering import Method
from projections.accounts.texts import amount
from projections.accounts.years import Year

_COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("JournalCode", "code du journal de l'écriture"),
    ("JournalLib", "libellé du journal"),
    ("EcritureNum", "numéro de l'écriture, continu de 1 en 1 sur l'exercice, tous journaux confondus, dans l'ordre de"
     " validation"),
    ("EcritureDate", "date de comptabilisation : jour du fait (valeur, émission, livraison) s'il est de l'exercice où"
     " il a été enregistré, sinon jour de l'enregistrement"),
    ("CompteNum", "numéro de compte"),
    ("CompteLib", "libellé du compte"),
    ("CompAuxNum", "compte auxiliaire du client : code stable tiré de son identifiant, sans donnée personnelle"),
    ("CompAuxLib", "nom du client, tel que l'entrée indiquée en 1 le connaissait ; « Client » et son code s'il est"
     " effacé ou inconnu"),
    ("PieceRef", "numéro de la pièce ; E et un nombre : l'entrée de ce rang dans le registre de Sceau"),
    ("PieceDate", "date de la pièce"),
    ("EcritureLib", "libellé de l'écriture"),
    ("Debit", "montant au débit, 0,00 s'il est au crédit"),
    ("Credit", "montant au crédit, 0,00 s'il est au débit"),
    ("EcritureLet", "lettrage : mêmes lettres, lignes qui se soldent"),
    ("DateLet", "date du lettrage"),
    ("ValidDate", "date de validation : jour d'enregistrement dans le registre, que rien ne modifie ensuite"),
    ("Montantdevise", "vide : les montants sont dans la monnaie du registre"),
    ("Idevise", "vide"),
)  # fmt: skip
_SIDES: Final = (
    ("Montant", "montant de la ligne, toujours positif"),
    ("Sens", "D : débit ; C : crédit"),
)
_ENCODINGS: Final = {"iso8859-15": "ISO 8859-15", "utf-8": "UTF-8, sans marque d'ordre"}
_METHODS: Final[dict[Method, str]] = {
    "ttc": "les acomptes reçus figurent TTC au compte d'avances, leur TVA exigible à part (445875 dans le plan livré)",
    "ht": "les acomptes reçus figurent hors taxe au compte d'avances",
}


@frozen
class About:
    """What a file is of."""

    name: str
    siren: str
    ledger: str
    kind: str  # live | training
    year: Year
    upto_seq: int
    currency: str
    software: str


def notice(about: About, form: FecForm, chart: Chart, method: Method, told: Told) -> str:
    """Write the description of a FEC that has been written; the same file has the same description."""
    columns = [*_COLUMNS[:11], *(_SIDES if form.sides else _COLUMNS[11:13]), *_COLUMNS[13:]]
    separator = "tabulation (09)" if form.separator == "\t" else "barre verticale (7C)"
    parts = [
        f"DESCRIPTION DU FICHIER {about.name}",
        "(article A47 A-1 du livre des procédures fiscales, II)",
        "",
        *(["FACTICE : registre d'essai, aucune de ces écritures n'a de valeur.", ""] if about.kind != "live" else []),
        "1. Ce que c'est",
        f"Entreprise : SIREN {about.siren}. Exercice du {_fr(about.year.first_on)} au {_fr(about.year.last_on)}.",
        f"Source : registre Sceau {about.ledger}, entrées 1 à {about.upto_seq}. Logiciel : {about.software}.",
        "Ce fichier est tiré de ce registre seul. Il contient des journaux partiels : ventes, caisse, banque (les",
        "encaissements de clients) et opérations diverses qui en découlent. Sceau ne tient ni les achats, ni la paie,",
        "ni les immobilisations, ni les autres mouvements de banque : ce fichier n'est pas à lui seul le fichier des",
        "écritures comptables de l'entreprise. Il est destiné au logiciel de l'expert-comptable, qui l'y intègre.",
        "Il n'a pas d'à-nouveaux : ils appartiennent à la comptabilité générale. Les écritures y sont détaillées, sans",
        "centralisation, dans l'ordre de validation. Elles sont toutes validées.",
        f"Acomptes : {_METHODS[method]}.",
        f"Plan de comptes : {chart.name} ({chart.title} ; {chart.source}).",
        f"Contenu : {told.entries} écritures, {told.lines} lignes, débit {amount(told.debit_cents)}"
        f" {about.currency}, crédit {amount(told.credit_cents)} {about.currency}.",
        *(
            f"NON COMPRIS : {count} mouvement(s) en {currency}, dont la contre-valeur n'est pas connue de Sceau."
            for currency, count in sorted(told.other_currencies.items())
        ),
        "",
        "2. Le refaire",
        f"Demandé à nouveau pour la même entrée {about.upto_seq}, avec le même plan de comptes et les mêmes choix, le",
        "fichier est identique à l'octet près, quoi qu'il ait été enregistré depuis. Une seule exception : un nom",
        "effacé depuis (RGPD, art. 17) y est remplacé par le code du client.",
        *([f"Clients sans nom au jour du fichier : {len(told.unnamed)}."] if told.unnamed else []),
        "",
        "3. Comment il est écrit",
        "Fichier à plat, enregistrements de longueur variable, une ligne d'en-tête, puis une par ligne d'écriture.",
        f"Jeu de caractères : {_ENCODINGS[form.encoding]}. Un caractère qui n'y est pas est remplacé par ses lettres",
        "les plus proches, sinon par son numéro entre crochets, [U+4E2D].",
        f"Séparateur de zones : {separator}. Séparateur d'enregistrements : retour chariot et fin de ligne (0D 0A).",
        "Dates : AAAAMMJJ. Montants : virgule décimale, deux décimales, sans séparateur de milliers.",
        "",
        "4. Les zones, dans l'ordre",
        *(f"{rank:2d}. {name} : {words}." for rank, (name, words) in enumerate(columns, 1)),
        "",
        "5. Les codes",
        *(f"Journal {journal.code} : {journal.label}." for journal in chart.journals),
        *(f"Compte {one.number} : {one.label}." for one in chart.numbers()),
        "",
    ]
    return "\r\n".join(parts)


def notice_bytes(text: str) -> bytes:
    """Write a description as UTF-8."""
    return text.encode("utf-8")


def _fr(day: str) -> str:
    return f"{day[8:10]}/{day[5:7]}/{day[:4]}"


def columns_described(form: FecForm) -> Sequence[str]:
    """Name the columns that a description of this form describes; a test holds them equal to the file's."""
    return [name for name, _ in (*_COLUMNS[:11], *(_SIDES if form.sides else _COLUMNS[11:13]), *_COLUMNS[13:])]
