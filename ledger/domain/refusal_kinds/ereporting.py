"""Refusals about files of figures and e-reporting."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

_LAW = "BOI-TVA-DECLA-20-30-50"

EREPORTING: tuple[Kind, ...] = (
    Kind(
        "EXPORT_PERIOD_UNFIT",
        None,
        "La période d'un export commence un jour du calendrier et finit ce jour-là ou après.",
        "An export's period begins on a day of the calendar and ends on that day or later.",
    ),
    Kind(
        "EXPORT_ALREADY_RECORDED",
        None,
        "Ce fichier est déjà enregistré, octet pour octet.",
        "This very file is already recorded, byte for byte.",
        409,
    ),
    Kind(
        "EREPORT_BEFORE_START",
        f"{_LAW} §10",
        "L'e-reporting n'est pas encore obligatoire pour votre entreprise : il commence le {start_on}. Rien n'est "
        "transmis pour une période qui finit avant ce jour.",
        "E-reporting is not compulsory for your firm yet: it starts on {start_on}. Nothing is transmitted for a period "
        "that ends before that day.",
        409,
    ),
    Kind(
        "EREPORT_DAY_UNFIT",
        "Flux 10, G1.36",
        "Une période de transmission est entre 2000 et 2099.",
        "A transmission period lies between 2000 and 2099.",
    ),
    Kind(
        "EREPORT_PERIOD_UNKNOWN",
        f"{_LAW}-30",
        "Aucune période de transmission ne commence le {from_on} avec votre régime de TVA : celle qui contient ce jour "
        "va du {first_on} au {last_on}.",
        "No transmission period begins on {from_on} under your VAT regime: the one that holds this day goes from "
        "{first_on} to {last_on}.",
    ),
    Kind(
        "EREPORT_PERIOD_OPEN",
        f"{_LAW}-30",
        "La période n'est pas finie : elle court jusqu'au {last_on}.",
        "The period has not ended: it runs until {last_on}.",
        409,
    ),
    Kind(
        "EREPORT_NOTHING",
        f"{_LAW}-30",
        "Il n'y a rien à déclarer pour cette période : une transmission vide ne se fait pas.",
        "There is nothing to report for this period: an empty transmission is not made.",
        409,
    ),
    Kind(
        "EREPORT_UNCHANGED",
        f"{_LAW}-30",
        "Cette période est déjà transmise et rien n'a changé depuis.",
        "This period was already transmitted and nothing has changed since.",
        409,
    ),
    Kind(
        "EREPORT_TRAINING",
        "BOI-TVA-DECLA-30-10-30 §150",
        "Un registre d'essai ne déclare rien : ses opérations sont simulées.",
        "A training ledger reports nothing: its operations are simulated.",
        409,
    ),
    Kind(
        "EREPORT_CURRENCY",
        f"{_LAW}, G6.23 et G6.27",
        "La TVA et les encaissements se déclarent en euros : les montants en {currency} de cette période ne peuvent "
        "pas être déclarés d'ici.",
        "VAT and payments are reported in euros: this period's amounts in {currency} cannot be reported from here.",
        409,
    ),
    Kind(
        "EREPORT_SENDER_UNFIT",
        "Flux 10, G6.22",
        "Le matricule d'une plateforme agréée a quatre caractères, lettres ou chiffres.",
        "The number of an approved platform has four characters, letters or digits.",
    ),
    Kind(
        "EREPORT_NAME_GONE",
        "Flux 10, TT-14",
        "Le nom de l'entreprise n'est plus dans le registre : un rapport ne peut pas être fait sans lui.",
        "The firm's name is no longer in the ledger: a report cannot be made without it.",
        409,
    ),
    Kind(
        "EREPORT_INVALID",
        "Flux 10, XSD 3.2 et Schematron",
        "Le rapport ne passe pas les règles officielles ({rule}) : il n'est pas fait.",
        "The report does not pass the official rules ({rule}): it is not made.",
        409,
    ),
    Kind(
        "EREPORT_OTHER_EXPORT",
        None,
        "Cet export n'est pas un rapport d'e-reporting : c'est un fichier « {kind} ».",
        "This export is no e-report: it is a file “{kind}”.",
    ),
    Kind(
        "EREPORT_STATE_UNFIT",
        None,
        "Ce rapport en est à « {state} » : cet état ne peut pas venir après.",
        "This report is at “{state}”: that state cannot come next.",
        409,
    ),
    Kind(
        "EREPORT_REASON_UNFIT",
        None,
        "Seul un refus de la plateforme a un motif.",
        "Only a refusal by the platform has a reason.",
    ),
)
"""Files of figures and e-reporting."""
