"""The customer's pages, written out; `api/pages/table.py` takes them up. docs/customer-page.md"""

from __future__ import annotations

from typing import Final

from api.pages.customer import paying, reading, signing, telling
from api.pages.frame.page import Page, link

_HERE: Final = "/c/{ledger}/{token}"
_ABOUT: Final = {"about": "00000000-0000-4000-8000-000000000000", "kind": "quote"}
_ANY = link()
_SIGN = link("sign")

PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _HERE, reading.home, _ANY, "Ce que le lien montre : devis, contrat, paiement ou fichier."),
    Page("POST", f"{_HERE}/renew", reading.renew, _ANY, "Recevoir un nouveau lien par message."),
    Page("POST", f"{_HERE}/seen", reading.seen, _ANY, "Noter que le document a été ouvert."),
    Page("GET", f"{_HERE}/brand.css", reading.brand, _ANY, "La couleur de l'entreprise."),
    Page("GET", f"{_HERE}/logo", reading.logo, _ANY, "Le logo de l'entreprise."),
    Page("GET", f"{_HERE}/files/{{kind}}/{{about}}", reading.download, _ANY, "Télécharger un document.",
         example=_ABOUT),
    Page("GET", f"{_HERE}/proof/{{kind}}/{{about}}", reading.proof, _ANY, "Vérifier la preuve d'un document.",
         example=_ABOUT),
    Page("GET", f"{_HERE}/proof/{{kind}}/{{about}}/file", reading.proof_file, _ANY, "Télécharger une preuve.",
         example=_ABOUT),
    Page("GET", f"{_HERE}/sign", signing.sign_page, _SIGN, "Les étapes de la signature."),
    Page("POST", f"{_HERE}/sign", signing.sign, _SIGN, "Signer."),
    Page("POST", f"{_HERE}/sign/code", signing.send_code, _SIGN, "Recevoir le code à usage unique."),
    Page("GET", f"{_HERE}/done", signing.done, _SIGN, "C'est signé, et la suite."),
    Page("GET", f"{_HERE}/decline", telling.decline_page, _SIGN, "Avant de refuser un devis."),
    Page("POST", f"{_HERE}/decline", telling.decline, _SIGN, "Refuser un devis."),
    Page("GET", f"{_HERE}/messages", telling.sent, _ANY, "Les messages échangés."),
    Page("POST", f"{_HERE}/messages", telling.write, _ANY, "Écrire à l'entreprise."),
    Page("GET", f"{_HERE}/withdraw", telling.withdraw_page, link("sign", "read"), "Avant de renoncer au contrat."),
    Page("POST", f"{_HERE}/withdraw", telling.withdraw, link("sign", "read"), "Renoncer au contrat."),
    Page("GET", f"{_HERE}/pay/{{about}}", paying.due, _ANY, "Ce qui est à payer, et comment.", example=_ABOUT),
    Page("POST", f"{_HERE}/pay/{{about}}/announce", paying.announce, link("sign", "pay"),
         "Dire qu'un virement est parti.", example=_ABOUT),
    Page("POST", f"{_HERE}/pay/{{about}}/card", paying.card, link("sign", "pay"), "Payer par carte.",
         example=_ABOUT),
    Page("POST", f"{_HERE}/pay/{{about}}/link", paying.link_to_pay, link("read"), "Recevoir un lien pour payer.",
         example=_ABOUT),
    Page("GET", f"{_HERE}/back", paying.back, link("pay"), "Le retour de la page de paiement."),
    Page("GET", f"{_HERE}/returned", paying.returned, link("pay"), "Après la page de paiement."),
)  # fmt: skip
"""Every page here."""
