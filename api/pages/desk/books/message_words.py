"""What each message is, in words for who looks at the outbox or edits its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.reports.contract import Words

MESSAGE_WORDS: Final[Mapping[str, Words]] = {
    "quote_sent": Words("Envoi du devis", "Quote sent"),
    "quote_viewed": Words("Devis ouvert par le client", "Quote opened by the customer"),
    "signature_requested": Words("À votre tour de signer", "Your turn to sign"),
    "code": Words("Code pour signer", "Code to sign with"),
    "signed": Words("Tout le monde a signé", "Everybody has signed"),
    "signed_business": Words("Signé, pour vous", "Signed, for you"),
    "declined": Words("Devis refusé", "Quote declined"),
    "question_asked": Words("Question d'un client", "A customer's question"),
    "question_answered": Words("Réponse à une question", "Answer to a question"),
    "deposit_requested": Words("Demande d'acompte", "Deposit asked for"),
    "payment_announced": Words("Virement annoncé", "Transfer announced"),
    "paid": Words("Merci de votre paiement", "Thanks for a payment"),
    "receipt_sent": Words("Envoi du reçu", "Receipt sent"),
    "reminder_quote_friendly": Words("Relance de devis, amicale", "Quote reminder, friendly"),
    "reminder_quote_firm": Words("Relance de devis, ferme", "Quote reminder, firm"),
    "reminder_quote_final": Words("Relance de devis, dernière", "Quote reminder, final"),
    "reminder_deposit_friendly": Words("Relance d'acompte, amicale", "Deposit reminder, friendly"),
    "reminder_deposit_firm": Words("Relance d'acompte, ferme", "Deposit reminder, firm"),
    "reminder_deposit_final": Words("Relance d'acompte, dernière", "Deposit reminder, final"),
    "reminder_invoice_friendly": Words("Relance de facture, amicale", "Invoice reminder, friendly"),
    "reminder_invoice_firm": Words("Relance de facture, ferme", "Invoice reminder, firm"),
    "reminder_invoice_final": Words("Relance de facture, dernière", "Invoice reminder, final"),
    "invoice_sent": Words("Envoi de la facture", "Invoice sent"),
    "credit_note_sent": Words("Envoi de l'avoir", "Credit note sent"),
    "withdrawal_acknowledged": Words("Accusé de rétractation", "Withdrawal acknowledged"),
    "withdrawal_business": Words("Rétractation, pour vous", "Withdrawal, for you"),
    "link_renewed": Words("Nouveau lien", "New link"),
    "observer_invited": Words("Invitation d'un observateur", "Observer invited"),
    "observer_copy": Words("Copie à un observateur", "Observer's copy"),
    "invitation": Words("Invitation d'un utilisateur", "User invited"),
    "password_reset": Words("Nouveau mot de passe", "New password"),
    "digest": Words("Résumé du jour", "Daily digest"),
    "test": Words("Message d'essai", "Test message"),
}
"""Every message, by its template."""


def message_words(name: str, language: str) -> str:
    """Say which message a template is of; one that is not known by its name."""
    words = MESSAGE_WORDS.get(name)
    if words is None:
        return name
    return words.fr if language == "fr" else words.en
