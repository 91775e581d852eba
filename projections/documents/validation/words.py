"""What the rules of EN 16931 want, in plain French; rules that are not here keep the words they are shipped with.

The shipped words are English and name the terms of the standard (`BT-115`); whoever reads a finding has an invoice in
hand. The rules of France (BR-FR) are shipped in French and stay as they are.
"""

from __future__ import annotations

PLAIN: dict[str, str] = {
    "BR-01": "Le profil de la facture (BT-24) manque.",
    "BR-02": "Le numéro de la facture (BT-1) manque.",
    "BR-03": "La date de la facture (BT-2) manque.",
    "BR-04": "Le type du document (BT-3 : facture, avoir...) manque.",
    "BR-05": "La devise (BT-5) manque.",
    "BR-06": "Le nom du vendeur (BT-27) manque.",
    "BR-07": "Le nom de l'acheteur (BT-44) manque.",
    "BR-08": "L'adresse du vendeur (BG-5) manque.",
    "BR-09": "Le pays du vendeur (BT-40) manque.",
    "BR-10": "L'adresse de l'acheteur (BG-8) manque ; son pays suffit.",
    "BR-11": "Le pays de l'acheteur (BT-55) manque.",
    "BR-12": "La somme des lignes hors taxe (BT-106) manque.",
    "BR-13": "Le total hors taxe (BT-109) manque.",
    "BR-14": "Le total TTC (BT-112) manque.",
    "BR-15": "Le montant à payer (BT-115) manque.",
    "BR-16": "La facture n'a aucune ligne.",
    "BR-21": "Une ligne n'a pas de numéro (BT-126).",
    "BR-22": "Une ligne n'a pas de quantité (BT-129).",
    "BR-23": "La quantité d'une ligne n'a pas d'unité (BT-130).",
    "BR-24": "Une ligne n'a pas de montant hors taxe (BT-131).",
    "BR-25": "Une ligne n'a pas de désignation (BT-153).",
    "BR-26": "Une ligne n'a pas de prix unitaire (BT-146).",
    "BR-27": "Un prix unitaire (BT-146) est négatif ; c'est la quantité d'un retour qui l'est.",
    "BR-28": "Un prix unitaire brut (BT-148) est négatif.",
    "BR-29": "La période facturée finit avant de commencer (BT-73, BT-74).",
    "BR-30": "La période d'une ligne finit avant de commencer (BT-134, BT-135).",
    "BR-31": "Une remise sur le document n'a pas de montant (BT-92).",
    "BR-32": "Une remise sur le document n'a pas de catégorie de TVA (BT-95).",
    "BR-33": "Une remise sur le document n'a pas de motif (BT-97 ou BT-98).",
    "BR-36": "Des frais sur le document n'ont pas de montant (BT-99).",
    "BR-37": "Des frais sur le document n'ont pas de catégorie de TVA (BT-102).",
    "BR-38": "Des frais sur le document n'ont pas de motif (BT-104 ou BT-105).",
    "BR-41": "Une remise sur une ligne n'a pas de montant (BT-136).",
    "BR-42": "Une remise sur une ligne n'a pas de motif (BT-139 ou BT-140).",
    "BR-45": "Une ligne de TVA n'a pas de base (BT-116).",
    "BR-46": "Une ligne de TVA n'a pas de montant de taxe (BT-117).",
    "BR-47": "Une ligne de TVA n'a pas de catégorie (BT-118).",
    "BR-48": "Une ligne de TVA n'a pas de taux (BT-119).",
    "BR-49": "Le moyen de paiement n'a pas de code (BT-81).",
    "BR-50": "Le virement demandé n'a pas de compte (BT-84).",
    "BR-51": "Un numéro de carte figure en entier (BT-87) : quatre à six chiffres suffisent.",
    "BR-53": "La TVA manque dans la devise de comptabilité (BT-111).",
    "BR-55": "Une facture antérieure est citée sans son numéro (BT-25).",
    "BR-57": "L'adresse de livraison n'a pas de pays (BT-80).",
    "BR-61": "Le virement demandé n'a pas de compte (BT-84).",
    "BR-62": "L'adresse électronique du vendeur n'a pas de type (BT-34-1).",
    "BR-63": "L'adresse électronique de l'acheteur n'a pas de type (BT-49-1).",
    "BR-CO-03": "La date et le code d'exigibilité de la TVA (BT-7, BT-8) ne vont pas ensemble : l'un ou l'autre.",
    "BR-CO-04": "Une ligne n'a pas de catégorie de TVA (BT-151).",
    "BR-CO-09": "Un numéro de TVA ne commence pas par le code de son pays (BT-31, BT-48).",
    "BR-CO-10": "La somme des lignes (BT-106) n'est pas égale au total de leurs montants (BT-131).",
    "BR-CO-11": "La somme des remises (BT-107) n'est pas égale au total des remises (BT-92).",
    "BR-CO-12": "La somme des frais (BT-108) n'est pas égale au total des frais (BT-99).",
    "BR-CO-13": "Le total hors taxe (BT-109) n'est pas égal aux lignes moins les remises plus les frais.",
    "BR-CO-14": "Le total de la TVA (BT-110) n'est pas égal à la somme des taxes par taux (BT-117).",
    "BR-CO-15": "Le total TTC (BT-112) n'est pas égal au total hors taxe plus la TVA (BT-109 + BT-110).",
    "BR-CO-16": "Le montant à payer (BT-115) n'est pas égal au total TTC moins ce qui est déjà payé (BT-112 - BT-113).",
    "BR-CO-17": "La TVA d'un taux (BT-117) n'est pas égale à la base multipliée par le taux (BT-116 x BT-119).",
    "BR-CO-18": "La facture n'a aucune ligne de TVA (BG-23).",
    "BR-CO-19": "La période facturée n'a ni début ni fin (BT-73, BT-74).",
    "BR-CO-25": "Un montant est à payer, sans date d'échéance (BT-9) ni conditions de paiement (BT-20).",
    "BR-CO-26": "Le vendeur n'a ni SIREN, ni numéro de TVA, ni autre identifiant (BT-29, BT-30, BT-31).",
    "BR-O-02": "Hors champ de la TVA (O), aucun numéro de TVA ne doit figurer (BT-31, BT-48).",
    "BR-O-11": "Hors champ de la TVA (O), aucune autre catégorie n'est possible dans ce profil.",
    "BR-O-12": "Hors champ de la TVA (O), aucune ligne d'une autre catégorie n'est possible dans ce profil.",
    "BR-IC-11": "Une livraison intracommunautaire n'a ni date de livraison (BT-72) ni période (BG-14).",
    "BR-IC-12": "Une livraison intracommunautaire n'a pas de pays de livraison (BT-80).",
    "PEPPOL-EN16931-R008": "Un élément du XML est vide.",
}
"""Words by rule; the French extension's own rules that say the same are under `BR-FREXT-`."""

_CATEGORIES = {
    "S": "une ligne taxée (S)",
    "Z": "une ligne au taux zéro (Z)",
    "E": "une ligne exonérée (E)",
    "AE": "une ligne en autoliquidation (AE)",
    "IC": "une livraison intracommunautaire (K)",
    "G": "une exportation (G)",
    "O": "une ligne hors champ (O)",
}
_BY_CATEGORY = {
    "01": "Il y a {what} sans la ligne de TVA qui lui correspond (BG-23), ou l'inverse.",
    "02": "Il y a {what}, mais il manque un numéro de TVA : du vendeur (BT-31, BT-32) ou de l'acheteur (BT-48).",
    "05": "Le taux de TVA (BT-152) ne va pas avec {what}.",
    "08": "La base de TVA (BT-116) n'est pas égale à la somme de ce qu'elle taxe, pour {what}.",
    "09": "Le montant de TVA (BT-117) ne va pas avec {what}.",
    "10": "Le motif d'exonération (BT-120, BT-121) ne va pas avec {what}, ou il manque.",
}


def plain_words(rule: str) -> str | None:
    """Give the plain words of a rule, or None for one that keeps its own."""
    name = rule.replace("BR-FREXT-", "BR-").replace("BR-FXEXT-", "BR-").removesuffix("rev").removesuffix("ini")
    known = PLAIN.get(rule) or PLAIN.get(name)
    if known is not None:
        return known
    head, _, number = name.removeprefix("BR-").rpartition("-")
    category, words = _CATEGORIES.get(head), _BY_CATEGORY.get(number)
    return words.format(what=category) if category is not None and words is not None else None
