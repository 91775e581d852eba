"""The words that are signed, in full: what a signatory agrees to is kept as evidence as they read it.

The button says that payment follows (C. conso L221-14); the wish to begin early and the loss of the right of withdrawal
are each said expressly (L221-25, L221-28 1°); the statement for reduced VAT is the client's own (LF 2025 art. 41).
"""

from __future__ import annotations

from typing import Final

from api.signing.seams import Language
from ledger.domain.money import euros_en, euros_fr

AGREED: Final = {
    "fr": "J'ai lu {what} et je l'accepte, pour un montant de {amount} TTC. En signant, je m'engage à le payer.",
    "en": "I have read {what} and accept it, for {amount} including VAT. By signing I undertake to pay it.",
}
SIGNED: Final = {"fr": "J'ai lu {what} et je le signe.", "en": "I have read {what} and sign it."}
"""What who is not the client says: nothing that is to be paid."""
AGREED_FILE: Final = {
    "fr": "J'ai lu le document dont l'empreinte est {fingerprint} et je l'accepte.",
    "en": "I have read the document whose fingerprint is {fingerprint} and accept it.",
}
QUOTE: Final = {
    "fr": "le devis {number} (version {version}, empreinte {fingerprint})",
    "en": "quote {number} (version {version}, fingerprint {fingerprint})",
}
EARLY_START: Final = {
    "fr": "Je demande expressément que la prestation commence avant la fin de mon délai de rétractation de 14 jours.",
    "en": "I expressly ask that the service begin before the end of my 14-day withdrawal period.",
}
LOSS: Final = {
    "fr": "Je reconnais qu'une fois la prestation entièrement exécutée, je n'ai plus de droit de rétractation ;"
    " si je me rétracte avant, je paie ce qui a déjà été fait.",
    "en": "I acknowledge that once the service is fully performed I no longer have a right of withdrawal;"
    " if I withdraw before, I pay for what has been done.",
}
REDUCED_RATE: Final = {
    "fr": "J'atteste que les travaux portent sur un logement achevé depuis plus de deux ans, affecté à l'habitation,"
    " et qu'ils ouvrent droit aux taux réduits de TVA indiqués.",
    "en": "I state that the works concern a dwelling completed more than two years ago and used for living in,"
    " and that they qualify for the reduced VAT rates shown.",
}
ON_THE_SPOT: Final = {
    "fr": "Signé en présence de l'entreprise, sur son appareil, sans code.",
    "en": "Signed in the presence of the business, on its device, without a code.",
}


def short(fingerprint: str) -> str:
    """Give as much of a fingerprint as people compare; the whole one is signed and stands beside the evidence."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, 16, 4))


def agreed_file(language: Language, fingerprint: str) -> str:
    """Give the words by which a file is accepted."""
    return AGREED_FILE[language].format(fingerprint=short(fingerprint))


def agreed(language: Language, number: str, version: int, fingerprint: str, gross_cents: int | None) -> str:
    """Give the words by which a quote is accepted; without an amount, by whoever does not pay it."""
    what = QUOTE[language].format(number=number, version=version, fingerprint=short(fingerprint))
    if gross_cents is None:
        return SIGNED[language].format(what=what)
    amount = euros_en(gross_cents) if language == "en" else euros_fr(gross_cents)
    return AGREED[language].format(what=what, amount=amount)


def consent_text(
    language: Language,
    agreed_to: str,
    *,
    early_start: bool = False,
    loss: bool = False,
    reduced_rate: bool = False,
    on_the_spot: bool = False,
) -> str:
    """Give all that a signatory said, as it is kept with their signature."""
    said = [agreed_to]
    said += [EARLY_START[language]] if early_start else []
    said += [LOSS[language]] if loss else []
    said += [REDUCED_RATE[language]] if reduced_rate else []
    said += [ON_THE_SPOT[language]] if on_the_spot else []
    return "\n".join(said)
