"""What an attestation says, before it is laid out: who attests what to whom, in which words.

The wording is ours. The model in two parts of BOI-LETTRE-000242 (25/03/2026) was not seen when this was written: the
elements below are recalled from earlier models, and docs/certification/attestation.md says so. Whoever signs compares
it with the official letter first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.domain.events.common import Address, record
from ledger.domain.regimes.fr.certification import law_on
from ledger.domain.types import Day, ShortText, Siren
from ledger.shell.perimeter import major_minor


@record
class Editor:
    """Who attests: the file given to `sceau attest --editor`."""

    name: ShortText
    legal_form: ShortText
    siren: Siren | None = None
    address: Address
    email: ShortText | None = None
    website: ShortText | None = None
    marketed_on: Day | None = None  # since when this major version is on the market


TEMPLATE: Final = Editor(
    name="Raison sociale de l'éditeur",
    legal_form="SAS",
    siren="123456782",
    address=Address(lines=("1 rue de l'Exemple",), postcode="75001", city="Paris"),
    email="conformite@editeur.example",
)
"""An editor's file to fill in."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The licence holder, from the issuer's profile."""

    name: str
    legal_form: str
    number: str  # SIRET, else SIREN
    address: Address


@dataclass(frozen=True, slots=True)
class Attestation:
    """One attestation, whole: the same facts give the same bytes.

    `software` is name and version, `perimeter` 64 hex digits, `salt` 32 hex digits (random: the document's digest
    gives no name back), `ledger` the ledger's id.
    """

    editor: Editor
    signed_by: str
    capacity: str
    place: str
    holder: Holder
    licence: str | None
    ledger: str
    software: str
    perimeter: str
    on: date
    salt: str

    @property
    def reference(self) -> str:
        """What the parties call it: the first sixteen digits of its salt."""
        return "-".join(self.salt[at : at + 4] for at in range(0, 16, 4)).upper()

    @property
    def version(self) -> str:
        """The version alone."""
        return self.software.rpartition(" ")[2]

    @property
    def major(self) -> int:
        """The root of the version; 0 is development."""
        known = major_minor(self.software)
        return known[0] if known is not None else 0

    @property
    def article(self) -> str:
        """The article that holds on its day."""
        return law_on(self.on).article[0].value


_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def french_day(on: date) -> str:
    """Write a day as a French letter does."""
    month = _MONTHS[on.month - 1]
    return f"{'1er' if on.day == 1 else on.day} {month} {on.year}"


def one_line(address: Address) -> str:
    """Write an address on one line."""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    return ", ".join((*address.lines, town)) + ("" if address.country == "FR" else f", {address.country}")


def spaced(number: str) -> str:
    """Write a SIREN or SIRET in groups of three."""
    head, tail = number[:9], number[9:]
    return " ".join((*(head[at : at + 3] for at in range(0, len(head), 3)), tail)).strip()


def first_part(one: Attestation) -> tuple[str, ...]:
    """Give the paragraphs that the editor signs."""
    editor = one.editor
    under = f", immatriculée sous le numéro SIREN {spaced(editor.siren)}" if editor.siren else ""
    market = (
        f", mis sur le marché le {french_day(date.fromisoformat(editor.marketed_on))}" if editor.marketed_on else ""
    )
    return (
        f"Je soussigné(e) {one.signed_by}, {one.capacity} de {editor.name} ({editor.legal_form}), dont le siège est "
        f"situé {one_line(editor.address)}{under}, éditeur du logiciel désigné ci-dessus{market}, atteste que ce "
        "logiciel, dans cette version, satisfait aux conditions d'inaltérabilité, de sécurisation, de conservation et "
        "d'archivage des données en vue du contrôle de l'administration fiscale, prévues par "
        f"{_article_words(one.article)}.",
        _version_words(one.major),
        "Cette attestation est individuelle et nominative : elle ne vaut que pour le titulaire désigné ci-dessus. Qui "
        "modifie le logiciel ou son paramétrage fiscal en devient l'éditeur, et doit alors fournir sa propre preuve.",
    )


def _article_words(article: str) -> str:
    code, _, rest = article.partition(" art. ")
    names = {"CGI": "code général des impôts", "CIBS": "code des impositions sur les biens et services"}
    return f"l'article {rest} du {names[code]}" if code in names else article


def _version_words(major: int) -> str:
    if major == 0:
        return (
            "Le logiciel porte une version de développement (racine « 0 »). L'attestation ne vaut que pour la version "
            "et l'empreinte reproduites ci-dessus : toute autre empreinte, même sous un numéro voisin, demande une "
            "nouvelle attestation."
        )
    return (
        f"La version majeure du logiciel est identifiée par la racine « {major} » et par l'empreinte de son périmètre "
        f"fiscal. Ses versions mineures, présentes et à venir, sont identifiées par les nombres qui suivent cette "
        f"racine ({major}.0, {major}.1, …) et gardent cette empreinte. Je m'engage à n'employer ces subdivisions que "
        "pour des versions mineures, à l'exclusion de toute version majeure."
    )


CRIME: Final = (
    "Établir une attestation mensongère est un délit, et en faire usage aussi (code pénal, articles 441-1 et 441-7)."
)
"""What everybody who signs is told, on paper and on the screen."""

KEEP: Final = (
    "L'entreprise tient ce document à la disposition de l'administration, qui peut le demander sur place (livre des "
    "procédures fiscales, article L80 O)."
)

MODEL: Final = "Rédigée par l'éditeur d'après le modèle en deux volets BOI-LETTRE-000242, qui seul fait foi."
"""What stands at the foot: the wording is not the official letter's."""


def second_part(one: Attestation) -> tuple[str, ...]:
    """Give the paragraphs that the licence holder completes and signs; `____` is a line to fill in."""
    return (
        f"Je soussigné(e) ________________________________________, agissant en qualité de "
        f"______________________________ de {one.holder.name}, certifie que cette entreprise a acquis le "
        f"____ /____ /________ auprès de {one.editor.name} le logiciel désigné au volet 1, et qu'elle l'utilise depuis "
        "le ____ /____ /________ pour enregistrer les règlements de ses clients.",
        "Je certifie que l'empreinte affichée par ce logiciel (commande « sceau about ») est celle du volet 1, et que "
        "l'entreprise n'en a modifié ni le code ni le paramétrage fiscal.",
    )
