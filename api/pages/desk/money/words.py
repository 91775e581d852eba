"""Codes of the money pages in words of the trade: states, means, causes, flags, tasks and what happened.

French here; English stands in `words/en/desk-money.po`, like every other word of a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.pages.frame import languages
from api.pages.frame.visit import Visit
from projections.documents.words.formats import UNITS
from projections.reports.words import CODES

_CENTS: Final = 2

STATES: Final[Mapping[str, str]] = {
    "invoice/open": "À payer",
    "invoice/part_paid": "Payée en partie",
    "invoice/paid": "Payée",
    "invoice/credited": "Annulée par avoir",
    "invoice/replaced": "Remplacée",
    "invoice/written_off": "Abandonnée",
    "invoice/late": "En retard",
    "invoice/disputed": "Contestée",
    "deposit_invoice/by_deposit": "Suit son acompte",
    "deposit_invoice/credited": "Annulée par avoir",
    "deposit_invoice/replaced": "Remplacée",
    "credit_note/issued": "Imputé",
    "credit_note/refund_due": "À rembourser",
    "credit_note/refunded": "Remboursé",
    "deposit_credit_note/issued": "Émis",
    "note/issued": "Remise",
    "receipt/issued": "Remis",
    "deposit_request/requested": "Demandé",
    "deposit_request/partly_paid": "Payé en partie",
    "deposit_request/paid": "Payé",
    "deposit_request/applied": "Déduit d'une facture",
    "deposit_request/forfeited": "Conservé",
    "deposit_request/refund_due": "À rembourser",
    "deposit_request/refunded": "Remboursé",
    "deposit_request/cancelled": "Annulé",
    "deposit_request/late": "En retard",
    "payment/announced": "Annoncé",
    "payment/unplaced": "À affecter",
    "payment/contested": "Contesté par la banque",
    "payment/placed": "Affecté",
    "payment/failed": "Jamais venu",
    "payment/reversed": "Repris",
    "subscription/active": "En cours",
    "subscription/paused": "Suspendu",
    "subscription/stopped": "Arrêté",
}
TONES: Final[Mapping[str, str]] = {
    "invoice/open": "info", "invoice/part_paid": "info", "invoice/paid": "good", "invoice/late": "bad",
    "invoice/disputed": "warn", "credit_note/refund_due": "warn", "deposit_request/requested": "info",
    "deposit_request/partly_paid": "info", "deposit_request/paid": "good", "deposit_request/refund_due": "warn",
    "deposit_request/late": "bad", "payment/announced": "info", "payment/unplaced": "warn",
    "payment/contested": "bad", "payment/placed": "good", "subscription/active": "good",
    "subscription/paused": "warn",
}  # fmt: skip
"""The tone of a state's badge; the words alone say the state."""

KINDS: Final[Mapping[str, str]] = {
    "kind/invoice": "Facture",
    "kind/ordinary": "Facture",
    "kind/progress": "Facture de situation",
    "kind/final": "Facture de solde",
    "kind/recurring": "Facture d'abonnement",
    "kind/deposit": "Facture d'acompte",
    "kind/deposit_invoice": "Facture d'acompte",
    "kind/credit_note": "Avoir",
    "kind/deposit_credit_note": "Avoir sur acompte",
    "kind/note": "Note",
    "kind/receipt": "Reçu",
    "kind/deposit_request": "Demande d'acompte",
    "advance/arrhes": "Arrhes",
    "advance/acompte": "Acompte",
    "customer/consumer": "Particulier",
    "customer/business": "Entreprise",
    "customer/public": "Secteur public",
    "basis/net": "Prix HT",
    "basis/gross": "Prix TTC",
}

MEANS: Final[Mapping[str, str]] = {
    "means/credit_transfer": "Virement",
    "means/instant_transfer": "Virement instantané",
    "means/card": "Carte",
    "means/cheque": "Chèque",
    "means/cash": "Espèces",
    "means/direct_debit": "Prélèvement",
    "means/e_money": "Monnaie électronique",
    "means/voucher": "Chèque-cadeau ou bon",
    "means/offset": "Compensation",
    "means/other": "Autre",
}

CAUSES: Final[Mapping[str, str]] = {
    "cause/cancellation": "Annulation de la vente",
    "cause/return": "Retour de marchandise",
    "cause/error": "Erreur sur la facture",
    "cause/discount": "Remise accordée après coup",
    "cause/withdrawal": "Rétractation du consommateur",
    "cause/forfeit": "Arrhes conservées",
    "cause/bad_debt": "Créance irrécouvrable",
    "cause/other": "Autre motif",
    "reversal/unpaid": "Chèque ou paiement impayé",
    "reversal/rejected": "Prélèvement rejeté",
    "reversal/chargeback": "Contestation de carte perdue",
    "reversal/entry_error": "Erreur de saisie",
    "failure/declined": "Refusé",
    "failure/expired": "Expiré",
    "failure/abandoned": "Abandonné par le client",
    "failure/not_received": "Jamais reçu",
}

FLAGS: Final[Mapping[str, str]] = {
    "flag/overpaid": "Le client a payé plus que ce qui était dû : rendez le trop-perçu ou "
    "affectez-le à un autre document.",
    "flag/nothing_due": "Rien n'était dû sur ce document : affectez ce versement ailleurs ou rendez-le.",
    "flag/early_payment_ban": "Reçu avant la fin des sept jours suivant un contrat hors "
    "établissement (C. conso L221-10) : à rendre.",
    "flag/cash_ceiling": "Espèces au-dessus du plafond (C. mon. fin. L112-6 et D112-3) : dites "
    "pourquoi elles ont été prises.",
    "flag/e_money_ceiling": "Monnaie électronique au-dessus du plafond (C. mon. fin. L112-6 "
    "et D112-3) : dites pourquoi.",
    "flag/closed_day": "La journée de la date de valeur est close : le mouvement compte dans la journée en cours.",
    "flag/closed_month": "Le mois de la date de valeur est clos : vérifiez la déclaration de TVA.",
    "flag/closed_year": "L'exercice de la date de valeur est clos : vérifiez les comptes.",
    "flag/nothing_due_back": "Rien n'était à rendre : vérifiez ce remboursement.",
}

HAPPENED: Final[Mapping[str, str]] = {
    "invoice.issued/1": "Facture émise",
    "invoice.sent/1": "Facture envoyée",
    "invoice.viewed/1": "Facture ouverte par le client",
    "invoice.delivered/1": "Livraison ou réception",
    "invoice.paid/1": "Paiement affecté",
    "invoice.unpaid/1": "Paiement retiré",
    "invoice.credited/1": "Avoir émis",
    "invoice.replaced/1": "Remplacée par une autre facture",
    "invoice.disputed/1": "Contestation",
    "invoice.early_discount_taken/1": "Escompte pris",
    "invoice.early_discount_lost/1": "Escompte perdu",
    "invoice.penalty_charged/1": "Pénalités de retard réclamées",
    "invoice.written_off/1": "Reste dû abandonné",
    "credit_note.issued/1": "Avoir émis",
    "credit_note.refunded/1": "Avoir remboursé",
    "deposit.requested/1": "Acompte demandé",
    "deposit.invoiced/1": "Facture d'acompte émise",
    "deposit.paid/1": "Paiement reçu",
    "deposit.unpaid/1": "Paiement retiré ou rendu",
    "deposit.applied/1": "Déduit d'une facture",
    "deposit.released/1": "De nouveau disponible",
    "deposit.forfeited/1": "Conservé",
    "deposit.refund_due/1": "À rendre au client",
    "deposit.cancelled/1": "Demande annulée",
    "deposit.receipted/1": "Reçu remis",
    "payment.announced/1": "Paiement annoncé par le client",
    "payment.received/1": "Paiement reçu",
    "payment.allocated/1": "Affectation changée",
    "payment.reversed/1": "Paiement repris",
    "payment.failed/1": "Paiement jamais venu",
    "payment.means_corrected/1": "Moyen de paiement corrigé",
    "payment.receipted/1": "Reçu remis",
    "payment.refunded/1": "Remboursé",
    "chargeback.opened/1": "Contestation de la banque du client",
    "chargeback.closed/1": "Contestation tranchée",
    "note.issued/1": "Note remise",
    "receipt.issued/1": "Reçu remis",
    "reminder.sent/1": "Relance envoyée",
    "subscription.started/1": "Abonnement commencé",
    "subscription.changed/1": "Lignes changées",
    "subscription.paused/1": "Suspendu ou repris",
    "subscription.stopped/1": "Arrêté",
    "subscription.invoiced/1": "Période facturée",
}

OTHERS: Final[Mapping[str, str]] = {
    "every/week": "Chaque semaine",
    "every/month": "Chaque mois",
    "every/quarter": "Chaque trimestre",
    "every/year": "Chaque année",
    "billed/in_advance": "Au début de la période",
    "billed/in_arrears": "À la fin de la période",
    "tone/friendly": "Aimable",
    "tone/firm": "Ferme",
    "tone/final": "Dernier rappel",
    "to/client": "Le client",
    "to/client_and_observers": "Le client et les observateurs",
    "about/quote": "Devis",
    "about/deposit": "Acomptes",
    "about/invoice": "Factures",
    "nature/goods": "Bien",
    "nature/services": "Service",
    "purpose/item": "Article ou prestation",
    "purpose/labour_hourly": "Main-d'œuvre au temps passé",
    "purpose/labour_flat": "Main-d'œuvre au forfait",
    "purpose/travel": "Déplacement",
    "purpose/material": "Fournitures",
    "purpose/charge": "Frais",
    "trigger/signature": "À la signature",
    "trigger/date": "À une date",
    "trigger/milestone": "À une étape",
    "trigger/delivery": "À la livraison",
    "verdict/certain": "Certain",
    "verdict/likely": "Probable",
    "verdict/ambiguous": "À vous de choisir",
    "verdict/unknown": "Inconnu",
    "verdict/recorded": "Déjà enregistré",
    "verdict/seen": "Déjà saisi à la main ?",
    "verdict/returned": "Retour d'un paiement",
    "verdict/paid_out": "Sortie d'argent",
    "verdict/pending": "Pas encore comptabilisé",
    "why/reference": "La référence du document figure dans le libellé et le montant correspond.",
    "why/numbers": "Les numéros des documents figurent dans le libellé et la somme correspond.",
    "why/number_other_amount": "Le numéro figure dans le libellé, mais le montant est différent.",
    "why/reference_other_amount": "La référence figure dans le libellé, mais le montant est différent.",
    "why/amount_and_name": "Le montant et le nom du payeur correspondent.",
    "why/same_amount": "Seul le montant correspond.",
    "why/several_fit": "Plusieurs documents correspondent.",
    "why/by_hand": "Un paiement de ce montant a déjà été saisi à la main à une date proche.",
    "why/return_of": "La banque reprend un paiement enregistré.",
    "why/other_currency": "La monnaie n'est pas celle du document.",
    "why/nothing_fits": "Rien ne correspond.",
    "why/chosen": "Choisi par vous.",
    "why/before": "Enregistré lors d'une lecture précédente.",
    "why/not_booked": "La banque ne l'a pas encore comptabilisé.",
    "why/payout": "C'est un versement du prestataire de paiement, déjà enregistré.",
    "why/debit": "C'est une sortie d'argent.",
    "actor/user": "un utilisateur",
    "actor/key": "un programme (clé d'API)",
    "actor/link": "le client (lien)",
    "actor/system": "Sceau",
}

TABLES: Final = (STATES, KINDS, MEANS, CAUSES, FLAGS, HAPPENED, OTHERS)
_ALL: Final[Mapping[str, str]] = {code: words for table in TABLES for code, words in table.items()}


class Words:
    """Says codes in a visit's language: `word("means/cash")`; one that nobody put into words is shown as it is."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def __call__(self, code: str) -> str:
        """Say a code."""
        found = _ALL.get(code)
        if found is not None:
            return self._visit.say(found)
        bare = code.rpartition("/")[2] if not code.endswith("/1") else code
        known = CODES.get(bare)
        if known is not None:
            return known.fr if self._visit.language == "fr" else known.en
        return bare

    def tone(self, code: str) -> str:
        """Give the tone of a state's badge."""
        return TONES.get(code, "")

    def actor(self, actor: str) -> str:
        """Say who acted; users and keys are opaque here."""
        if actor == f"user:{self._visit.user.user}":
            return self._visit.user.name
        return self(f"actor/{actor.partition(':')[0]}")

    def price(self, price: str) -> str:
        """Say a unit price: in euros and cents, or with all its decimals where it has more."""
        if len(price.partition(".")[2]) > _CENTS:
            return f"{languages.number(self._visit.language, price)} €"
        return languages.money(self._visit.language, int(Decimal(price).scaleb(_CENTS)))

    def unit(self, code: str) -> str:
        """Say a unit of measure."""
        found = UNITS.get(code)
        return code if found is None else found[0 if self._visit.language == "fr" else 1]
