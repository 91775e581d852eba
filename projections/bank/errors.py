"""What may be wrong with a bank's file."""

from __future__ import annotations

from typing import Final

from ledger.kernel.errors import SceauError

WORDS: Final[dict[str, tuple[str, str]]] = {
    "too_large": ("Le fichier dépasse 50 Mo.", "The file is larger than 50 MB."),
    "no_xml": ("Le fichier n'est pas du XML lisible.", "The file is no readable XML."),
    "doctype": ("Le fichier contient une DTD: il n'est pas lu.", "The file has a DTD: it is not read."),
    "not_camt": (
        "Le fichier n'est ni un relevé camt.053 ni un avis camt.054.",
        "The file is neither a camt.053 statement nor a camt.054 notification.",
    ),
    "schema": (
        "Le fichier ne respecte pas le schéma officiel de sa version.",
        "The file is not of the official schema of its version.",
    ),
    "no_statement": ("Le fichier ne contient aucun relevé.", "The file holds no statement."),
    "no_account": ("Un relevé ne dit pas de quel compte il est.", "A statement does not say whose account it is."),
    "too_many_lines": ("Le fichier a plus de 100 000 lignes.", "The file has more than 100,000 lines."),
    "no_direction": ("Une ligne ne dit pas si elle est au crédit.", "A line does not say whether it is a credit."),
    "parts_do_not_add_up": (
        "Les opérations d'une ligne n'en font pas la somme.",
        "The transactions of a line do not add up to it.",
    ),
    "amount": ("Un montant n'est pas lisible.", "An amount cannot be read."),
    "day": ("Une date n'est pas lisible.", "A day cannot be read."),
    "missing": ("Un élément obligatoire manque.", "A mandatory element is missing."),
}
"""What each fault says, in French and English."""


class StatementUnreadable(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """A bank's file that cannot be read: nothing of it was recorded; ask the bank for it again, or for another format.

    Names a place in the file, and no value of it.
    """

    def __init__(self, fault: str, place: str) -> None:
        """Keep the fault (one of `WORDS`) and where in the file it is."""
        super().__init__(f"{fault} at {place}")
        self.fault = fault
        self.place = place
