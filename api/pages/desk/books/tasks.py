"""What the law asks by each task that an entry opens: a sentence and its article, for who has to do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.kernel.frozen import frozen
from projections.reports.contract import Words


@frozen
class TaskLaw:
    """Why a task is there, and the article; no article where it is the contract or good order that asks."""

    words: Words
    law: str = ""


def _task(fr: str, en: str, law: str = "") -> TaskLaw:
    return TaskLaw(Words(fr, en), law)


TASKS: Final[Mapping[str, TaskLaw]] = {
    "answer_chargeback": _task(
        "La banque du client conteste ce paiement : répondez au prestataire avant la date, pièces à l'appui.",
        "The client's bank contests this payment: answer the provider before the day, with your documents.",
    ),
    "check_accounts": _task(
        "L'exercice est clos : contrôlez les comptes et remettez le FEC au comptable.",
        "The year is closed: check the accounts and hand the FEC to the accountant.", "LPF art. L47 A",
    ),
    "check_consumer_credit": _task(
        "Payé en plus de 90 jours ou avec des frais, ce peut être un crédit à la consommation : vérifiez l'offre.",
        "Paid over more than 90 days or with charges, this may be consumer credit: check the offer.",
        "C. conso art. L312-1, L312-4",
    ),
    "check_vat_return": _task(
        "Une écriture touche une période peut-être déjà déclarée : contrôlez la déclaration de TVA.",
        "An entry touches a period that may have been declared: check the VAT return.", "CGI art. 287",
    ),
    "claim_double_refund": _task(
        "Le client a été remboursé deux fois, par vous et par sa banque : réclamez le double.",
        "The client was refunded twice, by you and by the bank: claim one of them back.", "C. civ. art. 1302",
    ),
    "correct_final_invoice": _task(
        "La facture finale déduit un acompte qui n'est plus là : annulez-la par un avoir et refaites-la.",
        "The final invoice deducts a deposit that is gone: credit it and issue it anew.", "CGI art. 289, I-5",
    ),
    "credit_bad_debt": _task(
        "Pour récupérer la TVA d'un impayé, envoyez au client un duplicata rectifié de la facture.",
        "To recover the VAT on a bad debt, send the client a rectified copy of the invoice.", "CGI art. 272, 1",
    ),
    "credit_deposit_invoice": _task(
        "Cet acompte facturé ne sera pas déduit : annulez la facture d'acompte par un avoir.",
        "This invoiced deposit will not be deducted: credit the deposit invoice.", "CGI art. 289, I-5",
    ),
    "credit_invoices": _task(
        "Le contrat est défait : annulez ses factures par des avoirs.",
        "The contract is undone: credit its invoices.", "CGI art. 289, I-5",
    ),
    "credit_unused_days": _task(
        "Des jours payés ne seront pas servis : faites-en l'avoir.",
        "Days that were paid will not be served: credit them.", "CGI art. 289, I-5",
    ),
    "delivered_without_contract": _task(
        "Livré avant que le contrat soit signé : faites-le signer.",
        "Delivered before the contract was signed: have it signed.", "C. conso art. L111-1, L221-9",
    ),
    "early_start_without_request": _task(
        "Commencé pendant le délai de rétractation sans demande expresse : en cas de rétractation, rien n'est dû.",
        "Begun within the withdrawal period without express request: on withdrawal, nothing is owed.",
        "C. conso art. L221-25",
    ),
    "explain_cash": _task(
        "Des espèces au-delà du plafond ont été reçues : justifiez-les ou rendez-les.",
        "Cash above the ceiling was received: explain it or give it back.", "C. mon. fin. art. L112-6, D112-3",
    ),
    "explain_e_money": _task(
        "De la monnaie électronique au-delà du plafond a été reçue : justifiez-la ou rendez-la.",
        "Electronic money above the ceiling was received: explain it or give it back.",
        "C. mon. fin. art. L112-6, D112-3",
    ),
    "explain_refund": _task(
        "Ce remboursement n'a pas suivi le moyen du paiement : gardez le motif et l'accord du client.",
        "This refund did not go by the means of the payment: keep the reason and the client's consent.",
        "C. conso art. L221-24",
    ),
    "give_back_early_payment": _task(
        "Hors établissement, rien ne peut être reçu pendant sept jours : rendez ce paiement.",
        "Off premises, nothing may be taken for seven days: give this payment back.", "C. conso art. L221-10",
    ),
    "give_note": _task(
        "Une note est due au client avant le paiement, sauf facture.",
        "The client must be given a note before paying, unless there is an invoice.", "Arrêté 83-50/A du 3/10/1983",
    ),
    "invoice_pro_rata": _task(
        "Le client s'est rétracté après un début demandé : facturez la part exécutée, s'il y en a une.",
        "The client withdrew after asking for an early start: invoice the part performed, if any.",
        "C. conso art. L221-25",
    ),
    "issue_deposit_invoice": _task(
        "Un acompte encaissé demande une facture d'acompte.",
        "A deposit that came in asks for a deposit invoice.", "CGI art. 289, I-1-c",
    ),
    "issue_receipt": _task("Un reçu est dû pour cet argent.", "A receipt is due for this money."),
    "lift_reservations": _task(
        "Des réserves ont été faites à la réception : levez-les.",
        "Reservations were made at acceptance: lift them.", "C. civ. art. 1792-6",
    ),
    "message_undelivered": _task(
        "Un message n'est pas arrivé : vérifiez l'adresse et renvoyez-le, ou prévenez autrement.",
        "A message did not arrive: check the address and send it again, or tell them otherwise.",
    ),
    "place_overpayment": _task(
        "Le client a payé trop : affectez le surplus à un autre document, ou rendez-le.",
        "The client paid too much: put the rest to another document, or give it back.", "C. civ. art. 1302",
    ),
    "place_unexpected_payment": _task(
        "Cet argent n'était pas attendu : affectez-le ou rendez-le.",
        "This money was not expected: put it to a document or give it back.", "C. civ. art. 1302",
    ),
    "refund_deposit": _task(
        "Cet argent doit être rendu avant la date.", "This money must go back before the day.",
        "C. conso art. L214-1, L221-24",
    ),
    "request_deposit": _task(
        "Le contrat prévoit un acompte qui n'a pas pu être demandé seul : demandez-le.",
        "The contract plans a deposit that could not be asked for by itself: ask for it.",
    ),
    "settle_deposit": _task(
        "Le contrat finit : décidez si l'argent versé est rendu, doublé ou conservé.",
        "The contract ends: decide whether the money goes back, doubled, or is kept.", "C. conso art. L214-1",
    ),
    "take_back_receipt": _task(
        "Le paiement n'est pas resté : reprenez le reçu.", "The payment did not stay: take the receipt back.",
    ),
}  # fmt: skip
"""Every task that an entry opens, by its code."""


def task_law(code: str, language: str) -> tuple[str, str]:
    """Give why a task is there, and its article; both empty for a code that is not known."""
    found = TASKS.get(code)
    if found is None:
        return "", ""
    return (found.words.fr if language == "fr" else found.words.en), found.law
