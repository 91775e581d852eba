"""Refusals about messages, reminders, links and tasks."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

MESSAGES: tuple[Kind, ...] = (
    Kind(
        "MESSAGE_OCCASION_TAKEN",
        None,
        "Un message est déjà prévu ou parti pour cette occasion : le client n'en reçoit pas deux.",
        "A message is already queued or sent for this occasion: the client does not get two.",
        409,
    ),
    Kind(
        "MESSAGE_NOT_OPEN",
        None,
        "Ce message n'attend plus d'être envoyé ({state}).",
        "This message no longer waits to be sent ({state}).",
        409,
    ),
    Kind(
        "MESSAGES_OFF",
        None,
        "L'envoi de messages n'est pas réglé sur ce serveur, ou pas ouvert pour ce registre.",
        "Mail is not set up on this server, or not switched on for this ledger.",
        409,
    ),
    Kind(
        "MESSAGE_ADDRESS_INVALID",
        None,
        "Ce n'est pas une adresse e-mail à laquelle on puisse écrire.",
        "This is no e-mail address that can be written to.",
    ),
    Kind(
        "MESSAGE_TEMPLATE_UNKNOWN",
        None,
        "Ce modèle de message n'existe pas.",
        "There is no such template.",
    ),
    Kind(
        "MESSAGE_TEMPLATE_INVALID",
        None,
        "Le message ne peut partir ainsi (ligne {line} : {cause}).",
        "The message cannot go out like this (line {line}: {cause}).",
    ),
    Kind(
        "MESSAGE_NOT_KEPT",
        None,
        "Le contenu de ce message n'est plus gardé : refaites-le depuis le document.",
        "The content of this message is no longer kept: make it again from the document.",
        409,
    ),
    Kind(
        "REMINDER_NOTHING_DUE",
        None,
        "Rien n'est dû sur ce document : il n'y a rien à relancer.",
        "Nothing is due on this document: there is nothing to remind of.",
        409,
    ),
    Kind(
        "REMINDER_DISPUTED",
        None,
        "Le client conteste cette facture : les relances attendent que le litige soit réglé.",
        "The client contests this invoice: reminders wait until the matter is settled.",
        409,
    ),
    Kind(
        "REMINDER_ALREADY_SENT",
        None,
        "Cette relance (étape {step}) est déjà partie.",
        "This reminder (step {step}) was already sent.",
        409,
    ),
    Kind(
        "REMINDER_STEP_UNKNOWN",
        None,
        "Vos réglages ne prévoient que {steps} étape(s) de relance.",
        "Your settings have {steps} step(s) of reminders only.",
    ),
    Kind(
        "REMINDER_STEPS_UNORDERED",
        None,
        "Les étapes de relance se suivent dans le temps : chacune vient après la précédente.",
        "The steps of reminders follow each other: each comes after the one before.",
    ),
    Kind(
        "LINK_PURPOSE_UNFIT",
        None,
        "Ce lien ne peut servir à cela pour ce document.",
        "A link to this document cannot serve that purpose.",
    ),
    Kind(
        "LINK_REVOKED",
        None,
        "Ce lien est déjà révoqué.",
        "This link is already revoked.",
        409,
    ),
    Kind(
        "EXPIRY_IN_PAST",
        None,
        "La date d'expiration est déjà passée.",
        "The expiry is already past.",
    ),
    Kind(
        "TASK_CLOSED",
        None,
        "Cette tâche est déjà close.",
        "This task is already closed.",
        409,
    ),
)
"""Messages, reminders, links and tasks."""
