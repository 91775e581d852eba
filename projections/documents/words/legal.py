"""What the law makes a document say, in both languages.

The French sentences that the domain fixes (`ledger.domain.regimes.fr.statements`) are taken from there, never written
twice: here is their English, which names the French law. Sentences whose French wording is itself the mention keep it
in English too, with its meaning beside it. The French wordings that are only here (statement for reduced rates, waste,
reverse charge and exemptions per category) say what the article asks for; no official model was found for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATEMENTS_EN: Final[Mapping[str, str]] = {
    "FRANCHISE": "{french} (no VAT is charged: small-business exemption under French law)",
    "EXCLUDED_DEPARTMENT": "{french} (no VAT is charged: supply located in French Guiana or Mayotte)",
    "REVERSE_CHARGE": "{french} (reverse charge: the customer accounts for the VAT)",
    "SELF_BILLED": "{french} (self-billing: the customer issues the invoice in the supplier's name)",
    "DEBITS_OPTION": "{french} (the supplier has opted to pay VAT when it invoices)",
    "NATURE_GOODS": "{french} (supply of goods)",
    "NATURE_SERVICES": "{french} (supply of services)",
    "NATURE_BOTH": "{french} (supply of goods and services)",
    "SINGLE_TAXABLE": "{french} (member of a French VAT group)",
    "SOLE_TRADER": "Sole trader under French law: entrepreneur individuel (EI)",
    "LATE_PENALTIES": "Late-payment penalties: {late_penalty} (French Commercial Code, art. L441-10)",
    "RECOVERY_INDEMNITY": "Fixed compensation for recovery costs: €40 (French Commercial Code, art. D441-5)",
    "LATE_PENALTIES_PUBLIC": "Late-payment interest: {late_penalty}",
    "RECOVERY_INDEMNITY_PUBLIC": "Fixed compensation for recovery costs: €40 (French Public Procurement Code, "
    "art. D2192-35)",
    "EARLY_DISCOUNT_PUBLIC": "Early-payment discount: {early_discount}",
    "EARLY_DISCOUNT": "Early-payment discount: {early_discount}",
    "NO_EARLY_DISCOUNT": "No discount for early payment",
    "ARRHES": "Sums paid in advance are 'arrhes' (French Consumer Code, art. L214-1): you may withdraw by giving them "
    "up, the trader by returning twice as much.",
    "ACOMPTE": "Sums paid in advance are part payments ('acomptes', French Consumer Code, art. L214-1): the contract "
    "binds both parties.",
    "WITHDRAWAL_RIGHT": "You have fourteen days to withdraw, without giving a reason (French Consumer Code, "
    "art. L221-18); a form is attached.",
    "NO_PAYMENT_SEVEN_DAYS": "No payment may be taken before seven days from the conclusion of the contract (French "
    "Consumer Code, art. L221-10).",
    "LEGAL_GUARANTEE": "These goods have the French legal guarantee of conformity for two years (French Consumer Code, "
    "art. L217-3).",
    "FREE_QUOTE": "This quote is free of charge",
    "PAID_QUOTE": "This quote is charged: {fee}",
    "TRAINING": "{french} (training document: it stands for no sale)",
}
"""The English of every statement code; `{french}` is the French wording where that wording is the mention."""

VATEX_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "VATEX-FR-CNWVAT": ("Avoir net de taxe (CGI art. 272-1)", "Credit note without VAT (CGI art. 272-1)"),
    "VATEX-EU-AE": ("Autoliquidation (directive 2006/112/CE art. 194 à 199)", "Reverse charge"),
    "VATEX-EU-IC": (
        "Livraison intracommunautaire exonérée, art. 262 ter I du CGI",
        "Exempt intra-Community supply, art. 262 ter I of the French CGI",
    ),
    "VATEX-EU-G": (
        "Exportation exonérée, art. 262 I du CGI",
        "Exempt export, art. 262 I of the French CGI",
    ),
    "VATEX-EU-O": (
        "Opération hors champ de la TVA française",
        "Outside the scope of French VAT",
    ),
    "VATEX-EU-D": ("Acquisition intracommunautaire de moyens de transport neufs", "New means of transport, intra-EU"),
    "VATEX-EU-F": ("Régime de la marge, biens d'occasion, art. 297 A du CGI", "Margin scheme, second-hand goods"),
    "VATEX-EU-I": ("Régime de la marge, objets d'art, art. 297 A du CGI", "Margin scheme, works of art"),
    "VATEX-EU-J": (
        "Régime de la marge, objets de collection ou d'antiquité, art. 297 A du CGI",
        "Margin scheme, collectors' items and antiques",
    ),
    "VATEX-EU-79-C": ("Débours, art. 267 II 2° du CGI", "Disbursements, art. 267 II 2° of the French CGI"),
}
"""Why no VAT is charged, by exemption code; other codes print their own reference."""

LEGAL: Final[Mapping[str, tuple[str, str]]] = {
    "sole_trader_sentence": (
        "Entrepreneur individuel (EI)",
        "Sole trader under French law: entrepreneur individuel (EI)",
    ),
    "vat_exempt_by": ("Exonération de TVA : {reference}", "Exempt from VAT: {reference}"),
    "vat_article": ("art. {article} du CGI", "art. {article} of the French CGI"),
    "vat_directive": ("directive 2006/112/CE, art. {article}", "Directive 2006/112/EC, art. {article}"),
    "vat_exempt": ("Opération exonérée de TVA", "Exempt from VAT"),
    "vat_reverse_works": (
        "Autoliquidation (travaux en sous-traitance, CGI art. 283-2 nonies)",
        "Autoliquidation (reverse charge on subcontracted building works, French CGI, art. 283-2 nonies)",
    ),
    "vat_reverse_abroad": (
        "Autoliquidation (directive 2006/112/CE, art. 196)",
        "Reverse charge (Directive 2006/112/EC, art. 196)",
    ),
    "vat_reverse": ("Autoliquidation", "Autoliquidation (reverse charge: the customer accounts for the VAT)"),
    "vat_intra": (
        "Livraison intracommunautaire exonérée, art. 262 ter I du CGI",
        "Exempt intra-Community supply, art. 262 ter I of the French CGI",
    ),
    "vat_export": ("Exportation exonérée, art. 262 I du CGI", "Exempt export, art. 262 I of the French CGI"),
    "vat_outside": ("Opération hors champ de la TVA française", "Outside the scope of French VAT"),
    "vat_zero": ("Taux zéro", "Zero rate"),
    "late_penalty_rate": (
        "{rate} l'an, exigibles sans rappel dès le lendemain de la date d'échéance",
        "{rate} a year, due without reminder from the day after the due date",
    ),
    "late_penalty_default": (
        "taux de refinancement de la BCE majoré de 10 points, exigibles dès le lendemain de la date d'échéance",
        "ECB refinancing rate plus 10 points, due from the day after the due date",
    ),
    "late_penalty_public": (
        "taux de refinancement de la BCE majoré de 8 points (CCP art. R2192-31), exigibles dès le lendemain de "
        "l'expiration du délai de paiement",
        "ECB refinancing rate plus 8 points (French Public Procurement Code, art. R2192-31), due from the day after "
        "the term of payment",
    ),
    "early_discount_terms": (
        "{share} pour un paiement dans les {days} jours de la date de facture ; la TVA déductible est réduite d'autant",
        "{share} for payment within {days} days of the invoice date; deductible VAT is reduced accordingly",
    ),
    "early_discount_share": ("{share} pour paiement anticipé", "{share} for early payment"),
    "insurance": (
        "Assurance décennale : {insurer}, {contact} ; couverture géographique : {area}",
        "Ten-year building liability insurance (assurance décennale): {insurer}, {contact}; territory: {area}",
    ),
    "insurance_contract": ("{insurance} ; contrat n° {contract}", "{insurance}; policy {contract}"),
    "mediator": (
        "Médiateur de la consommation : {mediator}. En cas de litige, après une réclamation écrite restée sans "
        "réponse satisfaisante, vous pouvez le saisir gratuitement.",
        "Consumer mediator: {mediator}. In a dispute, after a written complaint without a satisfactory answer, you "
        "may refer to the mediator free of charge.",
    ),
    "rge": (
        "Qualification RGE : {rge}",
        "RGE qualification (French energy-renovation label): {rge}",
    ),
    "reduced_rate_statement": (
        "Le client certifie que les travaux soumis au taux réduit portent sur un local à usage d'habitation achevé "
        "depuis plus de deux ans, qu'ils ne concourent pas à la production d'un immeuble neuf, n'augmentent pas la "
        "surface de plancher de plus de 10 % et, au taux de 5,5 %, qu'ils sont des travaux de rénovation "
        "énergétique (CGI art. 279-0 bis et 278-0 bis A).",
        "The customer certifies that the works at a reduced rate concern a dwelling completed more than two years "
        "ago, do not amount to a new building, do not increase the floor area by more than 10% and, at 5.5%, are "
        "energy-renovation works (French CGI, art. 279-0 bis and 278-0 bis A).",
    ),
    "reduced_rate_on_quote": (
        "Taux réduit : l'attestation du client figure sur le devis {number} accepté.",
        "Reduced rate: the customer's statement stands on the accepted quote {number}.",
    ),
    "small_order_vat": (
        "Si le client a déduit la TVA de la facture initiale, il la rectifie à hauteur de cet avoir.",
        "A customer who deducted the VAT of the initial invoice corrects it by this credit note.",
    ),
    "seven_days_until": (
        "Aucun paiement ne peut être reçu plus tôt : sept jours doivent s'être écoulés depuis la conclusion du contrat "
        "(C. conso art. L221-10).",
        "No payment may be taken earlier: seven days must have passed since the contract was made (French Consumer "
        "Code, art. L221-10).",
    ),
    "withdrawal_function": (
        "Fonction de rétractation en ligne : là où vous avez signé ce devis, le bouton « renoncer au contrat ici » "
        "permet de vous rétracter et vous en accuse réception (C. conso art. L221-21).",
        "On-line withdrawal function: where you signed this quote, the button 'withdraw from contract here' lets you "
        "withdraw and acknowledges receipt (French Consumer Code, art. L221-21).",
    ),
    "request_is_no_invoice": (
        "Cette demande de paiement n'est pas une facture et n'ouvre aucun droit à déduction de la TVA.",
        "This payment request is not an invoice and gives no right to deduct VAT.",
    ),
    "receipt_is_no_invoice": (
        "Ce reçu constate un paiement ; il n'est pas une facture.",
        "This receipt records a payment; it is not an invoice.",
    ),
    "note_law": (
        "Note établie en application de l'arrêté n° 83-50/A du 3 octobre 1983, en double exemplaire.",
        "Note under the French order no. 83-50/A of 3 October 1983, in two copies.",
    ),
    "note_works_law": (
        "Note de travaux immobiliers établie en application de l'article 290 quinquies du CGI, en double exemplaire.",
        "Note for building works under article 290 quinquies of the French tax code (CGI), in two copies.",
    ),
    "note_works_law_2027": (
        "Note de travaux immobiliers établie en application du code des impositions sur les biens et services (CIBS), "
        "en double exemplaire.",
        "Note for building works under the French code of taxes on goods and services (CIBS), in two copies.",
    ),
    "note_quoted": (
        "Travaux ou prestations détaillés au devis {number}, accepté avant l'exécution.",
        "Works or services detailed in quote {number}, accepted beforehand.",
    ),
    "interest_on_advance": (
        "Intérêts légaux sur les sommes versées d'avance (C. conso art. L214-2), déduits du solde : {detail}",
        "Legal interest on sums paid in advance (French Consumer Code, art. L214-2), deducted from the balance: "
        "{detail}",
    ),
    "interest_detail": (
        "{amount} (sur {sum}, au taux de {rate} l'an, du {start} au {end})",
        "{amount} (on {sum}, at {rate} a year, from {start} to {end})",
    ),
    "level_simple": (
        "Signature électronique simple (règlement (UE) 910/2014, art. 3-10 ; C. civ. art. 1366 et 1367). Elle n'est "
        "ni avancée ni qualifiée : sa fiabilité n'est pas présumée et se prouve, notamment par ce dossier.",
        "Simple electronic signature (Regulation (EU) 910/2014, art. 3(10); French Civil Code, art. 1366 and 1367). It "
        "is neither advanced nor qualified: its reliability is not presumed and is proved, by this file among others.",
    ),
    "level_advanced": (
        "Signature électronique avancée (règlement (UE) 910/2014, art. 26), telle que le signataire l'a donnée. Elle "
        "n'est pas qualifiée : sa fiabilité n'est pas présumée par le décret 2017-1416.",
        "Advanced electronic signature (Regulation (EU) 910/2014, art. 26), as the signatory gave it. It is not "
        "qualified: its reliability is not presumed under the French decree 2017-1416.",
    ),
    "level_qualified": (
        "Signature électronique qualifiée (règlement (UE) 910/2014, art. 3-12), telle qu'elle a été enregistrée. La "
        "validité du certificat qualifié se vérifie auprès du prestataire qui l'a délivré.",
        "Qualified electronic signature (Regulation (EU) 910/2014, art. 3(12)), as it was recorded. The validity of "
        "the qualified certificate is checked with the provider that issued it.",
    ),
    "drawn_is_simple": (
        "Un nom saisi ou une signature dessinée est au plus une signature simple ; l'image numérisée d'une signature "
        "n'en est pas une (Cass. 13 mars 2024).",
        "A typed name or a drawn signature is a simple signature at most; the scanned image of a signature is none "
        "(French Cour de cassation, 13 March 2024).",
    ),
}
"""Sentences of law that the domain's table does not hold."""
