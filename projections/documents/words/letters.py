"""Longer words: reminder letters by tone, the withdrawal information and its model form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    # withdrawal (C. conso L221-5; annex to R221-3, directive 2011/83/EU annex I A)
    "section_withdrawal": ("Droit de rétractation", "Right of withdrawal"),
    "withdrawal_right": (
        "Vous avez le droit de vous rétracter du présent contrat sans donner de motif dans un délai de quatorze jours "
        "(C. conso art. L221-18).",
        "You have the right to withdraw from this contract within fourteen days without giving any reason (French "
        "Consumer Code, art. L221-18).",
    ),
    "withdrawal_from_conclusion": (
        "Le délai expire quatorze jours après le jour de la conclusion du contrat pour les prestations de services, et "
        "après celui où vous, ou un tiers que vous désignez, recevez le dernier bien pour les ventes de biens. S'il "
        "expire un samedi, un dimanche ou un jour férié, il est prolongé jusqu'au premier jour ouvrable suivant.",
        "The period ends fourteen days after the day of the conclusion of the contract for services, and after the day "
        "on which you, or a third party you name, receive the last of the goods for sales of goods. If it ends on a "
        "Saturday, Sunday or public holiday, it is extended to the next working day.",
    ),
    "withdrawal_from_receipt": (
        "Le délai expire quatorze jours après le jour où vous, ou un tiers que vous désignez, recevez le dernier bien. "
        "S'il expire un samedi, un dimanche ou un jour férié, il est prolongé jusqu'au premier jour ouvrable suivant.",
        "The period ends fourteen days after the day on which you, or a third party you name, receive the last of the "
        "goods. If it ends on a Saturday, Sunday or public holiday, it is extended to the next working day.",
    ),
    "withdrawal_how": (
        "Pour exercer ce droit, notifiez votre décision par une déclaration dénuée d'ambiguïté à : {issuer}. Vous "
        "pouvez utiliser le formulaire joint, mais ce n'est pas obligatoire. Il suffit de l'envoyer avant "
        "l'expiration du délai.",
        "To exercise this right, tell us of your decision by an unequivocal statement to: {issuer}. You may use the "
        "attached form, but it is not obligatory. It is enough to send it before the period ends.",
    ),
    "withdrawal_effects": (
        "En cas de rétractation, nous vous remboursons tous les paiements reçus, frais de livraison standard compris, "
        "au plus tard quatorze jours après avoir été informés de votre décision, par le même moyen de paiement que le "
        "vôtre sauf accord exprès, et sans frais pour vous.",
        "If you withdraw, we reimburse all payments received, standard delivery costs included, no later than fourteen "
        "days after we are told of your decision, by the same means of payment as yours unless expressly agreed "
        "otherwise, and without fees for you.",
    ),
    "withdrawal_goods_back": (
        "Pour les biens, nous pouvons différer le remboursement jusqu'à leur retour ou la preuve de leur expédition. "
        "Vous les renvoyez dans les quatorze jours de votre décision et prenez en charge les frais directs de renvoi.",
        "For goods, we may withhold reimbursement until they are back or you show that you sent them. You send them "
        "back within fourteen days of your decision and bear the direct cost of returning them.",
    ),
    "withdrawal_services_begun": (
        "Si vous avez demandé que la prestation commence pendant le délai, vous payez un montant proportionnel à ce "
        "qui a été fourni jusqu'à votre rétractation (C. conso art. L221-25).",
        "If you asked for the service to begin during the period, you pay an amount in proportion to what was provided "
        "until your withdrawal (French Consumer Code, art. L221-25).",
    ),
    "withdrawal_services_done": (
        "Le droit de rétractation ne peut plus être exercé une fois la prestation pleinement exécutée avec votre "
        "accord préalable et exprès, si vous avez reconnu le perdre (C. conso art. L221-28 1°).",
        "The right can no longer be exercised once the service is fully performed with your prior express consent, if "
        "you acknowledged losing it (French Consumer Code, art. L221-28 1°).",
    ),
    "form_heading": ("Formulaire de rétractation", "Model withdrawal form"),
    "form_only_if": (
        "Veuillez compléter et renvoyer le présent formulaire uniquement si vous souhaitez vous rétracter du contrat.",
        "Complete and return this form only if you wish to withdraw from the contract.",
    ),
    "form_declares": (
        "Je/nous (*) vous notifie/notifions (*) par la présente ma/notre (*) rétractation du contrat portant sur la "
        "vente du bien (*)/pour la prestation de services (*) ci-dessous.",
        "I/We (*) hereby give notice that I/We (*) withdraw from my/our (*) contract of sale of the following "
        "goods (*)/for the provision of the following service (*).",
    ),
    "form_strike": ("(*) Rayez la mention inutile.", "(*) Delete as appropriate."),
    "form_to": ("À l'attention de", "To"),
    "form_contract": ("Contrat", "Contract"),
    "form_ordered": ("devis {number} du {day}", "quote {number} of {day}"),
    "form_ordered_on": ("Commandé le (*)/reçu le (*)", "Ordered on (*)/received on (*)"),
    "form_name": ("Nom du (des) consommateur(s)", "Name of consumer(s)"),
    "form_address": ("Adresse du (des) consommateur(s)", "Address of consumer(s)"),
    "form_signature": (
        "Signature du (des) consommateur(s) (uniquement en cas de notification sur papier)",
        "Signature of consumer(s) (only if this form is notified on paper)",
    ),
    "form_date": ("Date", "Date"),
    # payment requests and reminders
    "named_invoice": ("la facture {number}", "invoice {number}"),
    "named_deposit_invoice": ("la facture d'acompte {number}", "deposit invoice {number}"),
    "named_deposit": ("la demande de paiement {number}", "payment request {number}"),
    "subject_invoice": ("Facture {number}", "Invoice {number}"),
    "subject_deposit_invoice": ("Facture d'acompte {number}", "Deposit invoice {number}"),
    "subject_deposit": ("Demande de paiement {number}", "Payment request {number}"),
    "request_words": (
        "Voici ce qui reste à payer sur {document} du {day}.",
        "This is what is still to be paid of {document} of {day}.",
    ),
    "claimed_words": (
        "Cette somme comprend {amount} de pénalités de retard et d'indemnité, détaillées dans le tableau.",
        "This sum includes {amount} of late-payment penalties and compensation, set out in the table.",
    ),
    "reminder_quote_subject": ("Devis {number}", "Quote {number}"),
    "letter_dear": ("Madame, Monsieur,", "Dear customer,"),
    "letter_before_due": (
        "L'échéance de {document} du {day} est le {due}. Il reste {amount} à payer.",
        "{amount} is still to be paid of {document} of {day}, which falls due on {due}.",
    ),
    "letter_friendly": (
        "Sauf erreur de notre part, le règlement de {document} du {day}, attendu le {due}, ne nous est pas encore "
        "parvenu. Il reste {amount} à payer. Merci de nous les adresser.",
        "Unless we are mistaken, payment of {document} of {day}, expected on {due}, has not reached us yet. {amount} "
        "is still to be paid. We thank you for sending it.",
    ),
    "letter_firm": (
        "Malgré notre précédent rappel, {amount} restent à payer sur {document} du {day}, dont l'échéance était le "
        "{due}. Nous vous demandons de les régler sous huit jours, ou de nous dire ce qui s'y oppose.",
        "Despite our earlier reminder, {amount} is still to be paid of {document} of {day}, which fell due on {due}. "
        "We ask you to pay it within eight days, or to tell us what stands in the way.",
    ),
    "letter_firm_first": (
        "{amount} restent à payer sur {document} du {day}, dont l'échéance était le {due}. Nous vous demandons de les "
        "régler sous huit jours, ou de nous dire ce qui s'y oppose.",
        "{amount} is still to be paid of {document} of {day}, which fell due on {due}. We ask you to pay it within "
        "eight days, or to tell us what stands in the way.",
    ),
    "letter_final": (
        "Par la présente, nous vous mettons en demeure de payer {amount}, restant dus sur {document} du {day}, dont "
        "l'échéance était le {due}, dans un délai de huit jours à compter de la réception de cette lettre (C. civ. "
        "art. 1344).",
        "We hereby give you formal notice (mise en demeure, French Civil Code, art. 1344) to pay {amount}, still due "
        "on {document} of {day}, which fell due on {due}, within eight days of receiving this letter.",
    ),
    "letter_final_next": (
        "À défaut, nous pourrons demander le paiement en justice, avec les intérêts au taux légal à compter de cette "
        "mise en demeure (C. civ. art. 1231-6).",
        "Failing that, we may claim payment in court, with interest at the legal rate from this notice (French Civil "
        "Code, art. 1231-6).",
    ),
    "letter_final_next_business": (
        "À défaut, nous pourrons demander le paiement en justice, avec les pénalités de retard et l'indemnité de "
        "recouvrement rappelées ci-dessous.",
        "Failing that, we may claim payment in court, with the late-payment penalties and the recovery indemnity "
        "set out below.",
    ),
    "letter_crossed": (
        "Si vous avez payé ces jours-ci, ne tenez pas compte de cette lettre.",
        "If you have paid in the last few days, please disregard this letter.",
    ),
    "letter_quote": (
        "Notre devis {number} du {day}, de {amount} TTC, est valable jusqu'au {until}. Il attend votre réponse.",
        "Our quote {number} of {day}, of {amount} VAT included, is valid until {until}. It awaits your answer.",
    ),
    "letter_quote_untaxed": (
        "Notre devis {number} du {day}, de {amount}, est valable jusqu'au {until}. Il attend votre réponse.",
        "Our quote {number} of {day}, of {amount}, is valid until {until}. It awaits your answer.",
    ),
    "letter_place": ("{place}, le {day}", "{place}, {day}"),
    "letter_quote_questions": (
        "Une question, un changement ? Répondez-nous simplement. Sans réponse à cette date, l'offre prend fin.",
        "A question, a change? Just answer us. Without an answer by that day, the offer ends.",
    ),
    "letter_regards": ("Avec nos salutations distinguées.", "Yours faithfully,"),
}
"""Words by key: (French, English)."""
