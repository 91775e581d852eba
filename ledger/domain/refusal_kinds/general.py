"""Refusals that any command may meet: references, numbers, currencies, periods."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

GENERAL: tuple[Kind, ...] = (
    # the command
    Kind(
        "REFERENCE_UNKNOWN",
        None,
        "L'élément désigné n'existe pas dans ce registre.",
        "What this names does not exist in this ledger.",
    ),
    Kind(
        "ALREADY_EXISTS",
        None,
        "Cet identifiant est déjà utilisé dans ce registre : choisissez-en un nouveau.",
        "This id is already used in this ledger: choose a new one.",
        409,
    ),
    Kind(
        "ID_MALFORMED",
        None,
        "L'identifiant doit être un UUID aléatoire (version 4), en minuscules.",
        "The id must be a random UUID (version 4), in lower case.",
    ),
    Kind(
        "IDEMPOTENCY_MISMATCH",
        None,
        "Cette clé d'idempotence a déjà servi pour une autre demande.",
        "This idempotency key was used for another request.",
    ),
    Kind(
        "MEMBER_UNKNOWN",
        None,
        "La demande contient un champ inconnu.",
        "The request holds an unknown member.",
    ),
    Kind(
        "MEMBER_INVALID",
        None,
        "La valeur de ce champ n'a pas la forme attendue.",
        "The value of this member does not have the expected form.",
    ),
    Kind(
        "MEMBER_MISSING",
        None,
        "Ce champ est obligatoire.",
        "This member is required.",
    ),
    Kind(
        "NOTHING_TO_CHANGE",
        None,
        "Cette demande ne change rien.",
        "This request changes nothing.",
        409,
    ),
    # dates
    Kind(
        "DATE_OUT_OF_RANGE",
        None,
        "Cette date est trop lointaine : indiquez un jour entre le {first_on} et le {last_on}.",
        "This date is too far away: name a day from {first_on} to {last_on}.",
    ),
    Kind(
        "DATE_MALFORMED",
        None,
        "La date n'existe pas ou n'est pas écrite AAAA-MM-JJ.",
        "The date does not exist or is not written YYYY-MM-DD.",
    ),
    Kind(
        "DATE_IN_FUTURE",
        None,
        "Un fait ne peut pas être daté dans l'avenir ({given_on}, nous sommes le {today_on}).",
        "A fact cannot be dated in the future ({given_on}, today is {today_on}).",
    ),
    # the ledger
    Kind(
        "LEDGER_CLOSED",
        None,
        "Ce registre est fermé : la suite s'écrit dans le registre qui lui succède.",
        "This ledger is closed: its successor takes what follows.",
        409,
    ),
    Kind(
        "REGISTER_OF_LEDGERS",
        None,
        "Ce registre est celui des registres d'un serveur : il ne reçoit ni vente ni client.",
        "This is the register of a server's ledgers: it takes no sale and no customer.",
        409,
    ),
    Kind(
        "TOTALS_FULL",
        "BOI-TVA-DECLA-30-10-30 §170",
        "Les totaux de ce registre ne pourraient plus être clôturés : ils sont limités à {limit_cents}.",
        "The totals of this ledger could no longer be closed: they are limited to {limit_cents}.",
        409,
    ),
    Kind(
        "LEDGER_NOT_OPENED",
        None,
        "Ce registre n'est pas encore ouvert.",
        "This ledger is not open yet.",
        409,
    ),
    Kind(
        "TRAINING_ONLY",
        "BOI-TVA-DECLA-30-10-30 §150",
        "Cette opération n'est permise que dans un registre d'école (factice).",
        "This operation is allowed in a training ledger only.",
        409,
    ),
    # money
    Kind(
        "CURRENCY_UNKNOWN",
        None,
        "Devise refusée : il faut un code ISO 4217 en vigueur, à deux décimales.",
        "Currency refused: a current ISO 4217 code with two decimals is needed.",
    ),
    Kind(
        "CURRENCY_MISMATCH",
        None,
        "Cette devise n'est pas celle du document ({expected}).",
        "This currency is not that of the document ({expected}).",
    ),
    Kind(
        "COUNTRY_UNKNOWN",
        None,
        "Pays inconnu : il faut un code ISO 3166-1 à deux lettres.",
        "Unknown country: an ISO 3166-1 code of two letters is needed.",
    ),
    Kind(
        "DECIMAL_MALFORMED",
        None,
        "Ce nombre s'écrit en chiffres avec un point et au plus six décimales, par exemple 12.50.",
        "This number is written in digits with a point and at most six decimals, for example 12.50.",
    ),
    Kind(
        "AMOUNT_TOO_LARGE",
        None,
        "Le montant dépasse le maximum de {limit_cents}.",
        "The amount is above the maximum of {limit_cents}.",
    ),
    Kind(
        "AMOUNT_NOT_POSITIVE",
        None,
        "Le montant doit être supérieur à zéro.",
        "The amount must be above zero.",
    ),
    # lines, on any document
    Kind(
        "LINES_MISSING",
        "CGI ann. II art. 242 nonies A I 8°",
        "Le document n'a aucune ligne.",
        "The document has no line.",
    ),
    Kind(
        "LINES_TOO_MANY",
        None,
        "Un document compte au plus {limit} lignes.",
        "A document has at most {limit} lines.",
    ),
    Kind(
        "UNIT_PRICE_NEGATIVE",
        None,
        "Un prix unitaire n'est jamais négatif : pour déduire ou reprendre, mettez une quantité négative.",
        "A unit price is never negative: to deduct or take back, use a negative quantity.",
    ),
    Kind(
        "DISCOUNT_AMBIGUOUS",
        None,
        "Une remise est soit un pourcentage, soit un montant : indiquez l'un des deux.",
        "A discount is either a percentage or an amount: give one of the two.",
    ),
    Kind(
        "DISCOUNT_TOO_LARGE",
        None,
        "La remise ne peut dépasser ce dont elle se déduit ({amount_cents}).",
        "The discount cannot be above what it is taken from ({amount_cents}).",
    ),
    Kind(
        "TOTAL_NEGATIVE",
        "CGI art. 289 I 5",
        "Le total serait négatif ({total_cents}) : établissez un avoir.",
        "The total would be negative ({total_cents}): issue a credit note.",
    ),
    # VAT
    Kind(
        "VAT_CATEGORY_RATE",
        None,
        "Le taux de {rate_bp} ne va pas avec la catégorie {category} : seule la catégorie S porte de la TVA.",
        "The rate of {rate_bp} does not go with category {category}: category S alone bears VAT.",
    ),
    Kind(
        "VAT_RATE_NOT_IN_FORCE",
        "CGI art. 278 à 281 nonies, 294, 296, 297",
        "Le taux de {rate_bp} n'est pas en vigueur au {on} pour une opération située en {place_name}.",
        "The rate of {rate_bp} is not in force on {on} for a supply located in {place_name}.",
    ),
    Kind(
        "VAT_UNDER_FRANCHISE",
        "CGI art. 293 B et 283-3",
        "Vous êtes en franchise en base : aucune ligne ne peut porter de TVA (toute TVA mentionnée est due).",
        "Under the small-business exemption no line may bear VAT (VAT mentioned is VAT due).",
    ),
    Kind(
        "VAT_IN_EXCLUDED_DEPARTMENT",
        "CGI art. 294",
        "La TVA ne s'applique pas en Guyane et à Mayotte : aucune ligne ne peut en porter.",
        "VAT does not apply in French Guiana and Mayotte: no line may bear any.",
    ),
    Kind(
        "VAT_EXEMPTION_REFERENCE_MISSING",
        "CGI ann. II art. 242 nonies A I 12°",
        "Une ligne sans TVA doit dire pourquoi : indiquez la référence de l'exonération.",
        "A line without VAT must say why: give the reference of the exemption.",
    ),
)
"""Every command."""
