"""Refusals about signatures and their evidence."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

SIGNATURES: tuple[Kind, ...] = (
    Kind(
        "SIGNATURE_LEVEL_OVERSTATED",
        "Décret 2017-1416 ; Cass. 13 mars 2024",
        "Une signature dessinée ou scannée est une signature simple, jamais avancée ni qualifiée.",
        "A drawn or scanned signature is a simple one, never advanced or qualified.",
    ),
    Kind(
        "SIGNATURE_LEVEL_TOO_LOW",
        "Règlement (UE) 910/2014 art. 25 et 26",
        "Cette signature devait être de niveau « {asked} » : celle donnée est « {given} ».",
        'This signature had to be of level "{asked}": the one given is "{given}".',
    ),
    Kind(
        "SIGNATURE_REQUEST_PENDING",
        None,
        "Une demande de signature est en cours sur ce devis : signez-y, ou annulez-la d'abord.",
        "A signature request is open on this quote: sign there, or cancel it first.",
        409,
    ),
    Kind(
        "SIGNATURE_CERTIFICATE_MISSING",
        "Décret 2017-1416 ; règlement (UE) 910/2014 art. 28",
        "Une signature qualifiée repose sur un certificat qualifié : joignez-en la référence.",
        "A qualified signature rests on a qualified certificate: give its reference.",
    ),
    Kind(
        "SIGNATURE_DOCUMENT_MISMATCH",
        "C. civ. art. 1366 et 1367",
        "L'empreinte signée n'est pas celle du document présenté.",
        "The fingerprint signed is not that of the document shown.",
        409,
    ),
    Kind(
        "SIGNATURE_NOT_OPEN",
        None,
        "Cette demande de signature n'est plus ouverte ({state}).",
        "This signature request is no longer open ({state}).",
        409,
    ),
    Kind(
        "SIGNATORY_UNKNOWN",
        "C. civ. art. 1367",
        "Ce signataire n'est pas attendu sur ce document.",
        "This signatory is not expected on this document.",
    ),
    Kind(
        "SIGNATORY_OUT_OF_TURN",
        None,
        "Ce n'est pas encore le tour de ce signataire.",
        "It is not yet this signatory's turn.",
        409,
    ),
    Kind(
        "SIGNATORY_ALREADY_SIGNED",
        None,
        "Ce signataire a déjà signé.",
        "This signatory has already signed.",
        409,
    ),
    Kind(
        "SIGNATORIES_MISSING",
        "C. civ. art. 1367",
        "Indiquez au moins un signataire.",
        "Name at least one signatory.",
    ),
    Kind(
        "CONSENT_MISSING",
        "C. civ. art. 1366 et 1367",
        "La signature doit garder le texte du consentement donné.",
        "The signature must keep the text of the consent given.",
    ),
    Kind(
        "CODE_NOT_CONFIRMED",
        "C. civ. art. 1367",
        "Le code à usage unique n'a pas été confirmé.",
        "The one-time code was not confirmed.",
        409,
    ),
    Kind(
        "CODE_NOT_SENT",
        "C. civ. art. 1367",
        "Aucun code à usage unique n'a été envoyé à ce signataire.",
        "No one-time code was sent to this signatory.",
        409,
    ),
    Kind(
        "CODE_TOO_MANY",
        "C. civ. art. 1367",
        "Trop de codes envoyés à ce signataire ({sent}) : faites une nouvelle demande de signature.",
        "Too many codes were sent to this signatory ({sent}): make a new signature request.",
        409,
    ),
    Kind(
        "CODE_NOT_ASKED",
        None,
        "Ce signataire signe sans code à usage unique.",
        "This signatory signs without a one-time code.",
    ),
    Kind(
        "EVIDENCE_MISSING",
        "C. civ. art. 1366 et 1367",
        "Le dossier de preuve est incomplet : il manque {missing}.",
        "The evidence file is incomplete: it lacks {missing}.",
    ),
    Kind(
        "CODE_WRONG",
        "C. civ. art. 1367",
        "Ce code n'est pas le bon. Essais restants : {left}.",
        "This is not the right code. Tries left: {left}.",
        409,
    ),
    Kind(
        "CODE_EXPIRED",
        "C. civ. art. 1367",
        "Ce code n'est plus valable : demandez-en un nouveau.",
        "This code is no longer valid: ask for a new one.",
        409,
    ),
    Kind(
        "CODE_BLOCKED",
        "C. civ. art. 1367",
        "Trop d'essais avec ce code : demandez-en un nouveau.",
        "Too many tries with this code: ask for a new one.",
        409,
    ),
    Kind(
        "CODE_NO_ADDRESS",
        "C. civ. art. 1367",
        "Aucune adresse électronique n'est connue pour ce signataire : le code ne peut pas lui être envoyé.",
        "No e-mail address is known for this signatory: the code cannot be sent.",
    ),
    Kind(
        "TRIES_TOO_MANY",
        None,
        "Trop de demandes en peu de temps : réessayez dans quelques minutes.",
        "Too many requests in a short time: try again in a few minutes.",
        409,
    ),
    Kind(
        "DRAWING_INVALID",
        "C. civ. art. 1367",
        "Le dessin de la signature manque ou ne se lit pas : dessinez-la de nouveau, ou tapez votre nom.",
        "The drawn signature is missing or cannot be read: draw it again, or type your name.",
    ),
    Kind(
        "DRAWING_TOO_LARGE",
        None,
        "Le dessin de la signature est trop lourd : dessinez-la de nouveau.",
        "The drawn signature is too large: draw it again.",
    ),
    Kind(
        "SIGNER_NAME_MISSING",
        "C. civ. art. 1367",
        "Écrivez vos prénom et nom.",
        "Write your first and last name.",
    ),
    Kind(
        "FILE_NOT_PDF",
        "C. civ. art. 1366",
        "Ce fichier ne se lit pas comme un PDF : choisissez le PDF d'origine.",
        "This file cannot be read as a PDF: choose the original PDF.",
    ),
    Kind(
        "FILE_LOCKED",
        "C. civ. art. 1366",
        "Ce PDF est protégé par un mot de passe : qui signe doit pouvoir le lire. Enregistrez-le sans protection.",
        "This PDF is protected by a password: who signs must be able to read it. Save it without protection.",
    ),
    Kind(
        "FILE_ACTIVE",
        "C. civ. art. 1366",
        "Ce PDF contient un programme, un formulaire animé ou un fichier joint : il pourrait changer d'aspect après la"
        " signature. Imprimez-le en PDF simple.",
        "This PDF holds a script, a live form or an attached file: it could look different after it is signed. Print it"
        " to a plain PDF.",
    ),
    Kind(
        "FILE_PAGES",
        None,
        "Ce PDF doit avoir de 1 à {most} pages.",
        "This PDF must have 1 to {most} pages.",
    ),
    Kind(
        "FILE_OVERSIZE",
        None,
        "Ce fichier est trop lourd : {most} Mio au plus.",
        "This file is too large: {most} MiB at most.",
    ),
    Kind(
        "COMMENTS_TOO_MANY",
        None,
        "Ce document a déjà {most} messages : écrivez directement à l'entreprise.",
        "This document already has {most} messages: write to the business itself.",
        409,
    ),
    Kind(
        "LINK_UNFIT",
        None,
        "Ce lien ne permet pas de faire cela.",
        "This link does not allow that.",
        409,
    ),
)
"""Signatures."""
