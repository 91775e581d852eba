"""Codes of reports in words; a code that is not here is shown as it is (milestones, articles: the business's own)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from projections.documents.words import formats
from projections.reports.contract import Words

_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    # kinds of documents
    "quote": ("devis", "quote"),
    "deposit_request": ("demande d'acompte", "deposit request"),
    "deposit_invoice": ("facture d'acompte", "deposit invoice"),
    "invoice": ("facture", "invoice"),
    "credit_note": ("avoir", "credit note"),
    "deposit_credit_note": ("avoir sur acompte", "deposit credit note"),
    "note": ("note", "note"),
    "receipt": ("reçu", "receipt"),
    "subscription": ("abonnement", "subscription"),
    "deposit": ("acompte", "deposit"),
    # states
    "open": ("ouvert", "open"),
    "signed": ("signé", "signed"),
    "declined": ("refusé", "declined"),
    "expired": ("expiré", "expired"),
    "cancelled": ("annulé", "cancelled"),
    "withdrawn": ("rétracté", "withdrawn from"),
    "requested": ("demandé", "asked for"),
    "partly_paid": ("payé en partie", "paid in part"),
    "part_paid": ("payée en partie", "paid in part"),
    "paid": ("payé", "paid"),
    "applied": ("déduit d'une facture", "deducted from an invoice"),
    "forfeited": ("conservé", "kept"),
    "refund_due": ("à rembourser", "to be refunded"),
    "refunded": ("remboursé", "refunded"),
    "by_deposit": ("suit son acompte", "follows its deposit"),
    "credited": ("annulée par avoir", "credited"),
    "replaced": ("remplacée", "replaced"),
    "written_off": ("abandonnée", "given up"),
    "issued": ("émis", "issued"),
    "active": ("en cours", "active"),
    "paused": ("suspendu", "paused"),
    "stopped": ("arrêté", "stopped"),
    "planned": ("prévu", "planned"),
    "disputed": ("contestée", "disputed"),
    # advances and their triggers
    "arrhes": ("arrhes", "arrhes"),
    "acompte": ("acompte", "acompte"),
    "signature": ("à la signature", "at signature"),
    "date": ("à une date", "on a date"),
    "milestone": ("à une étape", "at a milestone"),
    "delivery": ("à la livraison", "at delivery"),
    # ages
    "not_due": ("non échu", "not due"),
    "days_1_30": ("1 à 30 jours", "1 to 30 days"),
    "days_31_60": ("31 à 60 jours", "31 to 60 days"),
    "days_61_90": ("61 à 90 jours", "61 to 90 days"),
    "days_over_90": ("plus de 90 jours", "over 90 days"),
    # stages of a sale
    "prospect": ("prospect", "prospect"),
    "qualified": ("besoin qualifié", "qualified"),
    "drafting": ("devis en préparation", "quote in preparation"),
    "sent": ("envoyé", "sent"),
    "viewed": ("consulté", "viewed"),
    "deposit_paid": ("acompte reçu", "deposit paid"),
    "invoiced": ("facturé", "invoiced"),
    # durations
    "quote_to_signature": ("du devis à la signature", "quote to signature"),
    "signature_to_deposit": ("de la signature au premier acompte", "signature to first deposit"),
    "signature_to_invoice": ("de la signature à la dernière facture", "signature to last invoice"),
    "quote_to_paid": ("du devis au solde payé", "quote to paid in full"),
    "deposit_to_payment": ("de la demande d'acompte au paiement", "deposit request to payment"),
    "invoice_to_payment": ("de la facture au paiement", "invoice to payment"),
    "due_to_payment": ("de l'échéance au paiement", "due date to payment"),
    # takings and thresholds
    "goods": ("biens", "goods"),
    "services": ("services", "services"),
    "mixed": ("biens et services", "goods and services"),
    "unassigned": ("à affecter", "unassigned"),
    "received": ("encaissé", "received"),
    "reversed": ("impayé", "reversed"),
    "vat_exemption_goods": ("franchise de TVA, total", "VAT exemption, all turnover"),
    "vat_exemption_raised_goods": ("franchise de TVA, total, seuil majoré", "VAT exemption, all turnover, raised"),
    "vat_exemption_services": ("franchise de TVA, prestations", "VAT exemption, services"),
    "vat_exemption_raised_services": ("franchise de TVA, prestations, seuil majoré", "VAT exemption, services, raised"),
    "micro_goods": ("régime micro, total", "micro regime, all turnover"),
    "micro_services": ("régime micro, prestations", "micro regime, services"),
    "clear": ("en dessous", "below"),
    "near": ("proche", "near"),
    "passed": ("franchi", "passed"),
    # customers
    "consumer": ("particulier", "consumer"),
    "business": ("entreprise", "business"),
    "public": ("secteur public", "public sector"),
    "low": ("faible", "low"),
    "normal": ("normal", "normal"),
    "high": ("élevé", "high"),
    # lines of an account
    "opening": ("solde reporté", "balance brought forward"),
    "interest": ("intérêts déduits", "interest deducted"),
    "credit_rest": ("avoir, part sans effet", "credit note, part without effect"),
    "released": ("acompte de nouveau disponible", "deposit available again"),
    "unpaid_reversed": ("règlement rejeté", "payment reversed"),
    "unpaid_refunded": ("règlement remboursé", "payment refunded"),
    "unpaid_moved": ("règlement affecté ailleurs", "payment put elsewhere"),
    "unallocated": ("versement à affecter", "payment not put to a document"),
    "unallocated_less": ("versement affecté ou rendu", "payment put to a document or given back"),
    "early_discount": ("escompte", "early-payment discount"),
    "early_discount_lost": ("escompte perdu", "early-payment discount lost"),
    "indemnity": ("indemnité due", "indemnity due"),
    "indemnity_paid": ("indemnité versée", "indemnity paid"),
    "penalty": ("pénalités de retard", "late-payment penalties"),
    # means
    "cash": ("espèces", "cash"),
    "cheque": ("chèque", "cheque"),
    "card": ("carte", "card"),
    "credit_transfer": ("virement", "credit transfer"),
    "instant_transfer": ("virement instantané", "instant transfer"),
    "direct_debit": ("prélèvement", "direct debit"),
    "e_money": ("monnaie électronique", "electronic money"),
    "voucher": ("bon", "voucher"),
    "offset": ("compensation", "offset"),
    "other": ("autre", "other"),
    # e-reporting
    "TLB1": ("livraisons de biens taxées", "goods, taxed"),
    "TPS1": ("prestations de services taxées", "services, taxed"),
    "TNT1": ("non taxé en France", "not taxed in France"),
    "TMA1": ("taxé sur la marge", "taxed on the margin"),
    "to_make": ("à faire", "to be made"),
    "made": ("fait, à remettre", "made, to be handed over"),
    "handed_over": ("remis", "handed over"),
    "accepted": ("accepté", "accepted"),
    "refused": ("refusé par la plateforme", "refused by the platform"),
    "to_rectify": ("à rectifier", "to be rectified"),
    # what is due next
    "deposit_due": ("acompte à recevoir", "deposit to be received"),
    "invoice_due": ("facture à encaisser", "invoice to be paid"),
    "instalment": ("versement prévu au contrat", "payment planned in the contract"),
    "deposit_refund": ("acompte à rembourser", "deposit to be given back"),
    "credit_note_refund": ("avoir à rembourser", "credit note to be paid back"),
    "quote_ends": ("fin de validité du devis", "quote ends"),
    "withdrawal_ends": ("fin du délai de rétractation", "withdrawal period ends"),
    "reminder_quote": ("relance : devis", "reminder: quote"),
    "reminder_deposit": ("relance : acompte", "reminder: deposit"),
    "reminder_invoice": ("relance : facture", "reminder: invoice"),
    "task": ("tâche ouverte", "open task"),
    "period_to_bill": ("période à facturer", "period to be billed"),
    "month_to_close": ("mois à clôturer", "month to be closed"),
    "year_to_close": ("exercice à clôturer", "financial year to be closed"),
    "friendly": ("amicale", "friendly"),
    "firm": ("ferme", "firm"),
    "final": ("dernière", "final"),
    # tasks
    "check_accounts": ("vérifier les comptes de l'exercice clos", "check the accounts of the closed year"),
    "check_consumer_credit": ("vérifier les règles du crédit à la consommation", "check the rules on consumer credit"),
    "check_vat_return": ("vérifier la déclaration de TVA", "check the VAT return"),
    "correct_final_invoice": ("corriger la facture finale", "correct the final invoice"),
    "credit_bad_debt": ("rectifier la facture impayée", "rectify the unpaid invoice"),
    "credit_deposit_invoice": ("faire l'avoir de la facture d'acompte", "credit the deposit invoice"),
    "credit_invoices": ("faire l'avoir des factures", "credit the invoices"),
    "credit_unused_days": ("faire l'avoir des jours non servis", "credit the days not served"),
    "delivered_without_contract": ("livré sans contrat : faire signer", "delivered without a contract: have it signed"),
    "early_start_without_request": ("commencé sans demande expresse", "begun without express request"),
    "explain_cash": ("justifier les espèces", "explain the cash"),
    "explain_e_money": ("justifier la monnaie électronique", "explain the electronic money"),
    "explain_refund": ("justifier le remboursement", "explain the refund"),
    "give_back_early_payment": ("rendre un paiement reçu trop tôt", "give back a payment received too early"),
    "give_note": ("remettre une note", "give a note"),
    "invoice_pro_rata": ("facturer la part exécutée", "invoice the part performed"),
    "issue_deposit_invoice": ("établir la facture d'acompte", "issue the deposit invoice"),
    "issue_receipt": ("établir un reçu", "issue a receipt"),
    "lift_reservations": ("lever les réserves", "lift the reservations"),
    "message_undelivered": ("un message n'est pas arrivé", "a message did not arrive"),
    "place_overpayment": ("affecter ou rendre un trop-perçu", "place an overpayment"),
    "place_unexpected_payment": ("affecter un paiement inattendu", "place an unexpected payment"),
    "refund_deposit": ("rembourser l'acompte", "refund the deposit"),
    "request_deposit": ("demander l'acompte", "ask for the deposit"),
    "settle_deposit": ("décider du sort de l'acompte", "settle the deposit"),
    "take_back_receipt": ("reprendre le reçu", "take back the receipt"),
    # integrity
    "head": ("dernière écriture", "last entry"),
    "closure_day": ("dernière clôture de jour", "last closure of a day"),
    "closure_month": ("dernière clôture de mois", "last closure of a month"),
    "closure_year": ("dernière clôture d'exercice", "last closure of a year"),
    "checkpoint": ("dernier point de contrôle", "last checkpoint"),
    "anchor": ("dernier ancrage", "last anchor"),
    "anchor_failing": ("ancrage en échec", "anchor that fails"),
    "archive": ("dernière archive", "last archive"),
    "finding": ("anomalie constatée", "finding of a verification"),
    "unanchored_timestamp": ("sans horodatage", "not time-stamped yet"),
    "unanchored_witness": ("sans témoin ni copie", "without witness or copy yet"),
    "timestamp": ("horodatage", "time stamp"),
    "witness": ("témoin", "witness"),
    "mail": ("courriel", "mail"),
    "directory": ("dossier", "directory"),
    "register": ("registre", "register"),
}  # fmt: skip

CODES: Final[Mapping[str, Words]] = {code: Words(fr, en) for code, (fr, en) in _PAIRS.items()}
"""Every code that has words."""


_BY_COLUMN: Final[Mapping[str, Mapping[str, Words]]] = {
    "due_by": {
        "delivery": Words("à la livraison", "at delivery"),
        "receipt": Words("à l'encaissement", "on receipt"),
        "deposit": Words("acompte encaissé", "deposit received"),
        "debit": Words("sur les débits", "on debits"),
        "credit": Words("régularisation", "correction"),
        "none": Words("sans taxe", "no tax"),
    },
    "cause": {
        "payment": Words("encaissement", "payment"),
        "allocation": Words("affectation de règlement", "payment put to a document"),
        "refund": Words("remboursement", "money given back"),
        "reversal": Words("impayé", "reversal by the bank"),
        "move": Words("règlement réaffecté", "payment moved"),
        "means_corrected": Words("moyen de paiement rectifié", "means corrected"),
        "deposit": Words("acompte encaissé", "deposit received"),
        "deposit_applied": Words("acompte déduit", "deposit deducted"),
        "deposit_released": Words("acompte libéré par avoir", "deposit released"),
        "arrhes_kept": Words("arrhes conservées", "arrhes kept"),
        "delivery": Words("livraison", "delivery"),
        "write_off": Words("créance irrécouvrable", "bad debt"),
        "payout": Words("versement du prestataire", "payout"),
        "refund_due": Words("remboursement dû", "refund due"),
    },
}
"""Codes that mean something else in one column than elsewhere, or stand in it alone, by the column's name."""


_RATE: Final = re.compile(r"([A-Z]{1,2})-([0-9]{1,5})")
_UNTAXED: Final[Mapping[str, tuple[str, str]]] = {
    "Z": ("taux zéro", "zero rate"),
    "E": ("exonéré", "exempt"),
    "AE": ("autoliquidation", "reverse charge"),
    "K": ("livraison intracommunautaire", "supply within the EU"),
    "G": ("exportation", "export"),
    "O": ("hors champ", "outside VAT"),
}
"""VAT categories of UNTDID 5305 under which no tax is charged."""


def rate_words(code: str) -> Words:
    """Say a VAT category and rate, written `S-2000`: `20 %`, `exonéré`; anything else is given back as it is."""
    found = _RATE.fullmatch(code)
    if found is None:
        return Words(code, code)
    rate_bp = int(found[2])
    french, english = (formats.percent(rate_bp, "fr"), formats.percent(rate_bp, "en"))
    if found[1] == "S":
        return Words(french, english)
    name = _UNTAXED.get(found[1])
    if name is None:
        return Words(code, code)
    return Words(*name) if not rate_bp else Words(f"{name[0]} {french}", f"{name[1]} {english}")


def words_of(code: str, column: str = "") -> Words:
    """Give a code in both languages, as it is meant in a column."""
    if column == "rate":
        return rate_words(code)
    return _BY_COLUMN.get(column, {}).get(code) or CODES.get(code) or Words(code, code)
