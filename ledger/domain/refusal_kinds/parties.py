"""Refusals about the issuer and its customers: identity, identifiers, regimes."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

PARTIES: tuple[Kind, ...] = (
    Kind(
        "ISSUER_MISSING",
        "CGI ann. II art. 242 nonies A I 1°",
        "Renseignez d'abord votre entreprise : nom, SIREN, adresse.",
        "Fill in your business first: name, SIREN, address.",
        409,
    ),
    Kind(
        "CUSTOMER_UNKNOWN",
        None,
        "Ce client n'existe pas dans ce registre.",
        "This customer does not exist in this ledger.",
    ),
    Kind(
        "CUSTOMER_ERASED",
        "RGPD art. 17",
        "Les données de ce client ont été effacées : aucun document ne peut plus être établi à son nom.",
        "This customer's data were erased: no document can be made out to them any more.",
        409,
    ),
    Kind(
        "SIREN_INVALID",
        "CGI ann. II art. 242 nonies A I 1°",
        "Ce SIREN n'est pas valable : neuf chiffres, dont une clé qui ne tombe pas juste.",
        "This SIREN is not valid: nine digits, the check digit of which does not match.",
    ),
    Kind(
        "SIRET_INVALID",
        None,
        "Ce SIRET n'est pas valable : quatorze chiffres, dont une clé qui ne tombe pas juste.",
        "This SIRET is not valid: fourteen digits, the check digit of which does not match.",
    ),
    Kind(
        "SIRET_NOT_OF_SIREN",
        None,
        "Ce SIRET n'est pas celui d'un établissement de ce SIREN.",
        "This SIRET is not an establishment of this SIREN.",
    ),
    Kind(
        "VAT_NUMBER_INVALID",
        "CGI ann. II art. 242 nonies A I 2°",
        "Ce numéro de TVA n'est pas valable.",
        "This VAT number is not valid.",
    ),
    Kind(
        "VAT_NUMBER_NOT_OF_SIREN",
        "CGI ann. II art. 242 nonies A I 2°",
        "Ce numéro de TVA n'est pas celui de ce SIREN.",
        "This VAT number is not that of this SIREN.",
    ),
    Kind(
        "IBAN_INVALID",
        None,
        "Cet IBAN n'est pas valable : vérifiez la saisie.",
        "This IBAN is not valid: check the typing.",
    ),
    Kind(
        "BIC_INVALID",
        None,
        "Ce BIC n'a pas la forme d'un code de banque (8 ou 11 caractères, ISO 9362).",
        "This BIC has not the form of a bank's code (8 or 11 characters, ISO 9362).",
    ),
    Kind(
        "CUSTOMER_SIREN_MISSING",
        "CGI ann. II art. 242 nonies A I 1°",
        "Il manque le SIREN du client professionnel.",
        "The business customer's SIREN is missing.",
    ),
    Kind(
        "REVERSE_CHARGE_FOR_CONSUMER",
        "CGI art. 283-2 nonies",
        "L'autoliquidation ne concerne que des clients assujettis, jamais un particulier.",
        "The reverse charge concerns taxable customers only, never a consumer.",
    ),
    Kind(
        "COMPANY_CAPITAL_MISSING",
        "C. com. art. R123-238",
        "Les documents d'une société (SARL, SAS, SA…) indiquent son capital : ajoutez-le au profil.",
        "A company's papers state its capital: add it to the profile.",
    ),
    Kind(
        "COMPANY_REGISTER_MISSING",
        "C. com. art. R123-237",
        "Les documents d'une société indiquent son immatriculation (RCS, ville, numéro) : ajoutez-la au profil.",
        "A company's papers state its registration (RCS, town, number): add it to the profile.",
    ),
    Kind(
        "DEBITS_OPTION_UNDER_FRANCHISE",
        "CGI art. 269-2-c et 293 B",
        "L'option pour les débits n'a pas de sens en franchise en base.",
        "The debits option has no meaning under the small-business exemption.",
    ),
    Kind(
        "MEDIATOR_MISSING",
        "C. conso art. L612-1 et L616-1",
        "Renseignez le médiateur de la consommation dont vous relevez : le client doit le connaître.",
        "Fill in your consumer mediator: the customer must be told.",
        409,
    ),
    Kind(
        "ISSUER_SIREN_CHANGED",
        "CGI art. 286 I 3° bis",
        "Un registre est celui d'une seule entreprise : pour un autre SIREN, ouvrez un autre registre.",
        "A ledger is that of one business: for another SIREN, open another ledger.",
        409,
    ),
    Kind(
        "LOGO_NOT_A_PICTURE",
        None,
        "Ce fichier n'est pas un logo lisible : envoyez une image PNG ou JPEG entière, en base64.",
        "This file is no readable logo: send a whole PNG or JPEG picture, in base64.",
    ),
    Kind(
        "LOGO_TOO_LARGE",
        None,
        "Ce logo est trop grand ({width} × {height} pixels) : 256 Kio, 4096 pixels de côté et 4 millions de pixels au "
        "plus.",
        "This logo is too large ({width} × {height} pixels): at most 256 KiB, 4096 pixels a side and 4 million pixels.",
    ),
    Kind(
        "OBSERVER_REMOVED",
        None,
        "Cet observateur ne suit déjà plus ce document.",
        "This observer no longer follows the document.",
        409,
    ),
)
"""The issuer profile and customers."""
