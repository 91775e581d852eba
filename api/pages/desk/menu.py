"""The menu of the desk: what there is, in the words of the trade, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.http.access import BUSINESS, OWNER, READ, Role
from api.pages.frame.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: its name (`section` of its pages), where it leads below the desk, French words."""

    name: str
    path: str
    words: str
    roles: frozenset[Role] = READ


@dataclass(frozen=True, slots=True)
class Group:
    """Some entries under one heading; the first group has none."""

    words: str
    entries: tuple[Entry, ...]


MENU: Final[tuple[Group, ...]] = (
    Group("", (Entry("home", "", "Aujourd'hui"),)),
    Group(
        "Vendre",
        (
            Entry("quotes", "/quotes", "Devis"),
            Entry("deals", "/deals", "Affaires en cours"),
            Entry("customers", "/customers", "Clients"),
            Entry("catalogue", "/catalogue", "Catalogue et modèles"),
            Entry("signatures", "/signatures", "Signatures"),
        ),
    ),
    Group(
        "Encaisser",
        (
            Entry("invoices", "/invoices", "Factures et avoirs"),
            Entry("deposits", "/deposits", "Acomptes et arrhes"),
            Entry("payments", "/payments", "Paiements"),
            Entry("bank", "/bank", "Relevés bancaires", BUSINESS),
            Entry("reminders", "/reminders", "Relances"),
        ),
    ),
    Group(
        "Tenir les comptes",
        (
            Entry("boards", "/boards", "Tableaux"),
            Entry("reports", "/reports", "Rapports"),
            Entry("accounts", "/accounts", "Comptabilité"),
            Entry("closures", "/closures", "Clôtures"),
            Entry("archives", "/archives", "Archives"),
            Entry("journal", "/journal", "Journal des événements"),
            Entry("integrity", "/integrity", "Preuves d'intégrité"),
        ),
    ),
    Group(
        "Régler",
        (
            Entry("messages", "/messages", "Messages", BUSINESS),
            Entry("settings", "/settings", "Réglages", OWNER),
            Entry("users", "/users", "Utilisateurs et accès", OWNER),
        ),
    ),
)
"""Every entry of the menu."""


def menu_of(visit: Visit) -> tuple[Group, ...]:
    """Give the menu that the visitor's role sees."""
    seen = (Group(group.words, tuple(entry for entry in group.entries if visit.role in entry.roles)) for group in MENU)
    return tuple(group for group in seen if group.entries)
