"""Refusals about invoices and credit notes."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

INVOICES: tuple[Kind, ...] = (
    Kind(
        "INVOICE_MENTION_MISSING",
        "CGI ann. II art. 242 nonies A",
        "Il manque à la facture une mention obligatoire : {mention}.",
        "The invoice lacks a mandatory mention: {mention}.",
    ),
    Kind(
        "VAT_IN_EUROS_MISSING",
        "CGI ann. II art. 242 nonies A ; BR-FR-CO-12",
        "Une facture en {currency} à un professionnel français doit donner sa TVA en euros, et ce registre n'a pas de "
        "taux de change : facturez ce client dans un registre en euros.",
        "An invoice in {currency} to a French business must give its VAT in euros, and this ledger has no rate of "
        "exchange: bill this customer from a ledger in euros.",
    ),
    Kind(
        "NUMBER_WITH_SPACE",
        "BR-FR-02",
        "Le numéro {number} a une espace : la facture électronique d'un professionnel français ne l'admet pas. "
        "Ouvrez une série sans espace et nommez-la.",
        "The number {number} has a space, which an electronic invoice to a French business does not admit: open a "
        "series without one and name it.",
    ),
    Kind(
        "NOTE_MENTION_MISSING",
        "Arrêté n° 83-50/A du 3 octobre 1983",
        "Il manque à la note une mention obligatoire : {mention}.",
        "The note lacks a mandatory mention: {mention}.",
    ),
    Kind(
        "INVOICE_NOT_OPEN",
        None,
        "Cette facture n'est plus ouverte ({state}).",
        "This invoice is no longer open ({state}).",
        409,
    ),
    Kind(
        "DEPOSIT_INVOICE_FOR_ARRHES",
        "CJUE C-277/05 ; CE 30 novembre 2007 n° 263653",
        "Des arrhes donnent lieu à un reçu numéroté, pas à une facture d'acompte.",
        "Arrhes are acknowledged by a numbered receipt, not by a deposit invoice.",
    ),
    Kind(
        "DEPOSITS_NOT_DEDUCTED",
        "CGI ann. II art. 242 nonies A I 10° ; EN 16931 BT-113",
        "La facture finale doit déduire chaque acompte encaissé : il en reste {missing}.",
        "The final invoice must deduct each deposit received: {missing} are left.",
        409,
    ),
    Kind(
        "DUE_BEFORE_ISSUE",
        "BR-FR-CO-07",
        "L'échéance ({due_on}) précède la date de la facture ({issued_on}).",
        "The due date ({due_on}) is before the date of the invoice ({issued_on}).",
    ),
    Kind(
        "CREDIT_WITHOUT_REFERENCE",
        "CGI art. 289 I 5 ; BOI-TVA-DECLA-30-20-20-20 §180 à 270",
        "Un avoir désigne le numéro et la date de la facture qu'il corrige.",
        "A credit note names the number and date of the invoice it corrects.",
    ),
    Kind(
        "CREDIT_ABOVE_INVOICE",
        "CGI art. 289 I 5 ; BOI-TVA-DECLA-30-20-20-20 §180 à 270",
        "Les avoirs ne peuvent dépasser la facture : il reste {open_cents} à créditer.",
        "Credit notes cannot exceed the invoice: {open_cents} are left to credit.",
    ),
    Kind(
        "CREDIT_LINE_UNKNOWN",
        "CGI art. 289 I 5",
        "La facture n'a que {lines} lignes : désignez l'une d'elles.",
        "The invoice has only {lines} lines: name one of them.",
    ),
    Kind(
        "CREDIT_LINE_TWICE",
        None,
        "La ligne {line} est créditée deux fois dans le même avoir : réunissez les deux.",
        "Line {line} is credited twice on the same credit note: put both together.",
    ),
    Kind(
        "CREDIT_LINE_AMBIGUOUS",
        None,
        "Une ligne se crédite par une quantité ou par un montant : indiquez l'un des deux.",
        "A line is credited by a quantity or by an amount: give one of the two.",
    ),
    Kind(
        "CREDIT_NOTHING",
        "CGI art. 289 I 5",
        "Cet avoir ne créditerait rien.",
        "This credit note would credit nothing.",
        409,
    ),
    Kind(
        "REPLACEMENT_ABOVE_CONTRACT",
        "C. civ. art. 1103",
        "Cette facture dépasse ce que le contrat laisse à facturer ({open_cents}) : faites d'abord signer un avenant.",
        "This invoice exceeds what the contract leaves to invoice ({open_cents}): have a change order signed first.",
    ),
    Kind(
        "REPLACEMENT_NEEDS_WHOLE_CREDIT",
        "CGI art. 289 I 5",
        "Une facture n'est remplacée que si elle est créditée en entier.",
        "An invoice is replaced only if the whole of it is credited.",
    ),
    Kind(
        "REPLACEMENT_NOT_OF_THIS_KIND",
        None,
        "Une situation ou une facture d'acompte se refait par sa propre demande, après l'avoir.",
        "A progress or deposit invoice is issued again by its own request, after the credit note.",
    ),
    Kind(
        "PROGRESS_AMBIGUOUS",
        None,
        "L'avancement d'une ligne est soit un pourcentage, soit un montant : indiquez l'un des deux.",
        "A line's progress is either a percentage or an amount: give one of the two.",
    ),
    Kind(
        "PROGRESS_LINES",
        None,
        "L'avancement s'indique pour chacune des {lines} lignes du contrat.",
        "Progress is given for each of the {lines} lines of the contract.",
    ),
    Kind(
        "PROGRESS_TOO_FAR",
        None,
        "L'avancement de la ligne {line} dépasse le total de la ligne ({whole_cents}).",
        "The progress of line {line} is beyond the whole of the line ({whole_cents}).",
    ),
    Kind(
        "PROGRESS_DECREASES",
        "CGI art. 289 I 5",
        "L'avancement de la ligne {line} recule : une situation trop haute se corrige par un avoir.",
        "The progress of line {line} goes backwards: correct the earlier invoice by a credit note.",
        409,
    ),
    Kind(
        "PROGRESS_NOTHING",
        None,
        "Rien n'a avancé depuis la situation précédente.",
        "Nothing has progressed since the invoice before.",
        409,
    ),
    Kind(
        "SCHEDULE_ENDED",
        None,
        "Cette facturation récurrente est terminée.",
        "This recurring billing has ended.",
        409,
    ),
    Kind(
        "SUBSCRIPTION_NOT_DUE",
        None,
        "La prochaine période se facture à partir du {from_on}.",
        "The next period is invoiced from {from_on}.",
        409,
    ),
    Kind(
        "SUBSCRIPTION_PAUSED",
        None,
        "Cette facturation récurrente est suspendue depuis le {since_on}.",
        "This recurring billing is suspended since {since_on}.",
        409,
    ),
    Kind(
        "SUBSCRIPTION_PERIOD_INVOICED",
        "CGI art. 289 I 5",
        "Les périodes jusqu'au {upto_on} sont déjà facturées : elles se corrigent par un avoir.",
        "The periods until {upto_on} are already invoiced: correct them by a credit note.",
        409,
    ),
    Kind(
        "SUBSCRIPTION_ENDS_BEFORE",
        None,
        "Cette date précède le {start_on}, où cela commence.",
        "This date is before {start_on}, where it begins.",
    ),
    Kind(
        "NOTE_SUBJECT_AMBIGUOUS",
        "Arrêté n° 83-50/A du 3 octobre 1983",
        "Une note porte sur un devis signé, sur une facture ou sur ses propres lignes : indiquez l'un des trois.",
        "A note is for a signed quote, for an invoice or for its own lines: give one of the three.",
    ),
    Kind(
        "NOTE_FOR_CONSUMERS",
        "Arrêté n° 83-50/A du 3 octobre 1983",
        "La note s'adresse aux particuliers : un professionnel reçoit une facture.",
        "The note is for consumers: a business is given an invoice.",
    ),
    Kind(
        "DEPOSIT_ALREADY_INVOICED",
        "CGI art. 289 I 1 c",
        "Cet acompte a déjà sa facture ({number}).",
        "This deposit already has its invoice ({number}).",
        409,
    ),
    Kind(
        "SUPPLY_DATE_MISSING",
        "CGI ann. II art. 242 nonies A I 10°",
        "Indiquez la date de la livraison ou de la prestation.",
        "Give the date of the supply.",
    ),
    Kind(
        "PROGRESS_LEAVES_TOO_LITTLE",
        "CGI ann. II art. 242 nonies A I 10° ; EN 16931 BT-113",
        "Cette situation ne laisserait que {left_cents} à la facture finale, moins que les acomptes encaissés "
        "({deposits_cents}) : établissez la facture finale.",
        "This progress invoice would leave {left_cents} to the final one, less than the deposits received "
        "({deposits_cents}): issue the final invoice.",
        409,
    ),
    Kind(
        "AMENDMENT_INVOICED_WITH_CONTRACT",
        "C. civ. art. 1103 et 1193",
        "Un avenant se facture avec le contrat qu'il modifie : désignez le devis d'origine.",
        "A change order is invoiced with the contract it changes: name the original quote.",
    ),
    Kind(
        "LINES_OF_CONTRACT",
        None,
        "Les lignes de cette facture viennent du devis signé : n'en donnez pas d'autres.",
        "The lines of this invoice come from the signed quote: give no others.",
    ),
    Kind(
        "CHOICE_ON_INVOICE",
        None,
        "Une facture n'a ni option ni variante : gardez ce qui a été choisi.",
        "An invoice has no option or variant: keep what was chosen.",
    ),
    Kind(
        "PAYMENT_TERM_TOO_LONG",
        "C. com. art. L441-10 I",
        "Entre professionnels, l'échéance ({due_on}) ne peut dépasser le {longest_on} : 60 jours, ou 45 jours fin "
        "de mois.",
        "Between professionals the due date ({due_on}) cannot be after {longest_on}: 60 days, or 45 days from the "
        "month's end.",
    ),
    Kind(
        "PENALTY_NOT_DUE",
        "C. com. art. L441-10 II",
        "Rien n'est en retard sur cette facture : les pénalités courent à partir du {from_on}.",
        "Nothing is late on this invoice: penalties run from {from_on}.",
        409,
    ),
    Kind(
        "FRANCHISE_EXEMPTION_UNDER_VAT",
        "CGI art. 293 B",
        "Vous n'êtes plus en franchise en base : cette ligne doit porter la TVA ou une autre exonération.",
        "You are not under the small-business exemption: this line bears VAT or names another exemption.",
    ),
    Kind(
        "PLATFORM_REQUIRED",
        "CGI art. 289 bis",
        "Depuis le {since_on}, la facture d'un professionnel français passe par une plateforme agréée.",
        "Since {since_on}, an invoice for a French business goes through an approved platform.",
        409,
    ),
)
"""Invoices, credit notes, progress."""
