"""The words of page furniture in French and English: column heads, totals, page numbers. The paper has all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from projections.documents.paper import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """One language's words; `{}` is where a figure or a name goes."""

    page: str
    dated: str
    number: str
    version: str
    copy: str
    training: tuple[str, str]
    training_line: str
    to: str
    address: str
    delivery: str
    siren: str
    siret: str
    vat_number: str
    order: str
    sole_trader: str
    label: str
    quantity: str
    price_net: str
    price_gross: str
    discount: str
    rate: str
    price_plain: str
    amount_plain: str
    amount_net: str
    amount_gross: str
    options_title: str
    option: str
    variant: str
    group: str
    chosen: str
    not_chosen: str
    not_counted: str
    progress: str
    carried_out: str
    carried_in: str
    lines_total: str
    total_discount: str
    lines_total_gross: str
    total_discount_gross: str
    vat_title: str
    vat_rate: str
    vat_base: str
    vat_amount: str
    net: str
    vat: str
    gross: str
    gross_alone: str
    of_which_net: str
    of_which_vat: str
    prepaid_title: str
    prepaid_paid: str
    prepaid_split: str
    prepaid_free: str
    interest: str
    prepaid_total: str
    due: str
    due_by: str
    due_from: str
    due_between: str
    due_past: str
    nothing_due: str
    quote_total: str
    quote_total_alone: str
    credit_total_alone: str
    credit_total: str
    credit_settles: str
    credit_refund: str
    paid_total: str
    asked: str
    payment: str
    iban: str
    bic: str
    beneficiary: str
    reference: str
    pay_online: str
    scan_to_pay: str
    epc_alt: str
    schedule: str
    schedule_what: str
    schedule_when: str
    schedule_share: str
    schedule_amount: str
    schedule_amount_alone: str
    arrhes: str
    acompte: str
    preceding: str
    preceding_item: str
    signatures: str
    signed_price: str
    sides: tuple[str, str, str]
    levels: tuple[str, str, str]
    signed_line: str
    box_date: str
    box_sign: str
    proof: str
    proof_text: str
    proof_full: str
    proof_alt: str
    lacking: str
    logo_alt: str


_FR: Final = Labels(
    page="page {}/{}",
    dated="du {}",
    number="n° {}",
    version="version {}",
    copy="DUPLICATA n° {}",
    training=("FACTICE", "SIMULATION"),
    training_line="Document de formation, sans valeur : FACTICE, SIMULATION",
    to="À l'attention de",
    address="Adresse",
    delivery="Livraison",
    siren="SIREN",
    siret="SIRET",
    vat_number="N° TVA",
    order="Votre référence",
    sole_trader="Entrepreneur individuel",
    label="Désignation",
    quantity="Quantité",
    price_net="Prix unit. HT",
    price_gross="Prix unit. TTC",
    discount="Remise",
    rate="TVA",
    price_plain="Prix unitaire",
    amount_plain="Montant",
    amount_net="Montant HT",
    amount_gross="Montant TTC",
    options_title="Options et variantes, non comprises dans le total",
    option="Option",
    variant="Variante",
    group="au choix : {}",
    chosen="retenue",
    not_chosen="non retenue",
    not_counted="non compris",
    progress="Avancement : {}",
    carried_out="À reporter",
    carried_in="Report",
    lines_total="Total des lignes",
    total_discount="Remise",
    lines_total_gross="Total des lignes TTC",
    total_discount_gross="Remise TTC",
    vat_title="Détail de la TVA",
    vat_rate="Taux",
    vat_base="Base HT",
    vat_amount="TVA",
    net="Total HT",
    vat="TVA",
    gross="Total TTC",
    gross_alone="Total",
    of_which_net="dont HT",
    of_which_vat="dont TVA",
    prepaid_title="Sommes versées d'avance, déduites",
    prepaid_paid="payé le {}",
    prepaid_split="TVA {} : {} sur {} HT",
    prepaid_free="sans TVA : {}",
    interest="Intérêts légaux de ce versement",
    prepaid_total="Total des sommes déduites",
    due="Net à payer",
    due_by="à payer au plus tard le {}",
    due_from="à payer à partir du {}",
    due_between="à payer à partir du {}, au plus tard le {}",
    due_past="échue le {}",
    nothing_due="Rien ne reste à payer",
    quote_total="Montant du devis TTC",
    quote_total_alone="Montant du devis",
    credit_total_alone="Montant de l'avoir",
    credit_total="Montant de l'avoir TTC",
    credit_settles="Imputé sur ce qui reste dû",
    credit_refund="À vous rembourser",
    paid_total="Montant reçu",
    asked="Montant demandé",
    payment="Règlement par virement",
    iban="IBAN",
    bic="BIC",
    beneficiary="Bénéficiaire",
    reference="Référence à rappeler",
    pay_online="Payer en ligne",
    scan_to_pay="Virement : à lire avec l'application de votre banque",
    epc_alt="Code QR de virement : {} à {}, IBAN {}, référence {}",
    schedule="Échéancier",
    schedule_what="Versement",
    schedule_when="Échéance",
    schedule_share="Part",
    schedule_amount="Montant TTC",
    schedule_amount_alone="Montant",
    arrhes="arrhes",
    acompte="acompte",
    preceding="Facture d'origine",
    preceding_item="{} du {}",
    signatures="Signatures",
    signed_price="{} : {}",
    sides=("client", "entreprise", "tiers"),
    levels=("signature électronique simple", "signature électronique avancée", "signature électronique qualifiée"),
    signed_line="Signé le {}",
    box_date="Date :",
    box_sign="Signature :",
    proof="Preuve d'enregistrement",
    proof_text="Écriture n° {} du registre {}, enregistrée le {}",
    proof_full="SHA-256",
    proof_alt="Code QR de la preuve : {}",
    lacking="☐ : signe absent de la police de ce document ({}). Le texte copié le donne exactement.",
    logo_alt="Logo de {}",
)
_EN: Final = Labels(
    page="page {}/{}",
    dated="{}",
    number="no. {}",
    version="version {}",
    copy="DUPLICATA no. {}",
    training=("FACTICE", "SIMULATION"),
    training_line="Training document, of no value: FACTICE, SIMULATION",
    to="Attention",
    address="Address",
    delivery="Delivery",
    siren="SIREN",
    siret="SIRET",
    vat_number="VAT no.",
    order="Your reference",
    sole_trader="Sole trader (entrepreneur individuel)",
    label="Description",
    quantity="Quantity",
    price_net="Price excl. VAT",
    price_gross="Price incl. VAT",
    discount="Discount",
    rate="VAT",
    price_plain="Unit price",
    amount_plain="Amount",
    amount_net="Amount excl. VAT",
    amount_gross="Amount incl. VAT",
    options_title="Options and variants, not included in the total",
    option="Option",
    variant="Variant",
    group="choice: {}",
    chosen="taken",
    not_chosen="not taken",
    not_counted="not included",
    progress="Progress: {}",
    carried_out="Carried forward",
    carried_in="Brought forward",
    lines_total="Total of lines",
    total_discount="Discount",
    lines_total_gross="Total of lines incl. VAT",
    total_discount_gross="Discount incl. VAT",
    vat_title="VAT breakdown",
    vat_rate="Rate",
    vat_base="Net amount",
    vat_amount="VAT",
    net="Total excl. VAT",
    vat="VAT",
    gross="Total incl. VAT",
    gross_alone="Total",
    of_which_net="of which excl. VAT",
    of_which_vat="of which VAT",
    prepaid_title="Sums paid in advance, deducted",
    prepaid_paid="paid on {}",
    prepaid_split="VAT {}: {} on {} net",
    prepaid_free="no VAT: {}",
    interest="Legal interest on this payment",
    prepaid_total="Total deducted",
    due="Amount due",
    due_by="to be paid by {}",
    due_from="to be paid from {}",
    due_between="to be paid from {}, by {} at the latest",
    due_past="was due on {}",
    nothing_due="Nothing is left to pay",
    quote_total="Quoted price incl. VAT",
    quote_total_alone="Quoted price",
    credit_total_alone="Amount credited",
    credit_total="Amount credited incl. VAT",
    credit_settles="Set against what was still due",
    credit_refund="To be refunded to you",
    paid_total="Amount received",
    asked="Amount requested",
    payment="Payment by bank transfer",
    iban="IBAN",
    bic="BIC",
    beneficiary="Beneficiary",
    reference="Reference to quote",
    pay_online="Pay online",
    scan_to_pay="Transfer: scan with your bank's app",
    epc_alt="QR code for a transfer: {} to {}, IBAN {}, reference {}",
    schedule="Payment schedule",
    schedule_what="Instalment",
    schedule_when="Due",
    schedule_share="Share",
    schedule_amount="Amount incl. VAT",
    schedule_amount_alone="Amount",
    arrhes="arrhes",
    acompte="acompte",
    preceding="Original invoice",
    preceding_item="{} of {}",
    signatures="Signatures",
    signed_price="{}: {}",
    sides=("customer", "business", "third party"),
    levels=("simple electronic signature", "advanced electronic signature", "qualified electronic signature"),
    signed_line="Signed on {}",
    box_date="Date:",
    box_sign="Signature:",
    proof="Proof of record",
    proof_text="Entry no. {} of ledger {}, recorded on {}",
    proof_full="SHA-256",
    proof_alt="QR code of the proof: {}",
    lacking="☐: sign that this document's typeface lacks ({}). Copied text gives it exactly.",
    logo_alt="Logo of {}",
)
_BY_LANGUAGE: Final = {"fr": _FR, "en": _EN}


def labels(language: Language) -> Labels:
    """Give the words of a language."""
    return _BY_LANGUAGE[language]
