"""Refusals about money paid in advance: requests, arrhes, acomptes, cancellation, interest."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

DEPOSITS: tuple[Kind, ...] = (
    Kind(
        "PAYMENT_WITHIN_SEVEN_DAYS",
        "C. conso art. L221-10",
        "Contrat conclu hors établissement : aucun paiement, chèque ni mandat ne peut être demandé avant le "
        "{allowed_from_on}.",
        "Off-premises contract: no payment, cheque or mandate may be asked for before {allowed_from_on}.",
        409,
    ),
    Kind(
        "DEPOSIT_NOT_OPEN",
        None,
        "Cette demande d'acompte n'est plus ouverte ({state}).",
        "This deposit request is no longer open ({state}).",
        409,
    ),
    Kind(
        "DEPOSIT_ABOVE_CONTRACT",
        None,
        "Les acomptes ne peuvent dépasser ce qui reste à payer ({open_cents}).",
        "Deposits cannot be above what is still to pay ({open_cents}).",
    ),
    Kind(
        "DEPOSIT_AMOUNT_AMBIGUOUS",
        None,
        "Indiquez soit l'échéance du contrat, soit un pourcentage, soit un montant.",
        "Give either the contract's instalment, or a share, or an amount.",
    ),
    Kind(
        "DEPOSIT_NOT_IN_CONTRACT",
        None,
        "Une demande de paiement sans devis s'exprime en montant, pas en pourcentage ni en échéance.",
        "A payment request without a quote is an amount, not a share or an instalment.",
    ),
    Kind(
        "CONTRACT_NOT_CANCELLED",
        "C. conso art. L214-1 ; C. civ. art. 1590",
        "Tant que le contrat tient, la somme versée d'avance n'est ni gardée ni rendue au double.",
        "While the contract stands, money paid in advance is neither kept nor returned double.",
        409,
    ),
    Kind(
        "WITHDRAWAL_REFUNDS_ALL",
        "C. conso art. L221-24",
        "Le client s'est rétracté dans le délai légal : tout lui est rendu, arrhes comprises.",
        "The client withdrew within the legal period: everything goes back, arrhes too.",
        409,
    ),
    Kind(
        "DEPOSIT_KIND_NOT_STIPULATED",
        "C. conso art. L214-1",
        "Sans stipulation du contrat, la somme versée d'avance par un particulier est des arrhes.",
        "Unless the contract says otherwise, what a consumer pays in advance is arrhes.",
    ),
    Kind(
        "ARRHES_AFTER_PERFORMANCE",
        "C. conso art. L214-1",
        "Les arrhes permettent de renoncer au contrat : à la livraison il n'y a plus rien à quoi renoncer. Demandez un "
        "acompte ou le solde.",
        "Arrhes are the price of giving up a contract: at delivery nothing is left to give up. Ask for an acompte or "
        "for the balance.",
    ),
    Kind(
        "DEPOSIT_ALREADY_PAID",
        None,
        "Cet acompte est déjà encaissé : il se rembourse, il ne s'annule pas.",
        "This deposit is already received: it is refunded, not cancelled.",
        409,
    ),
    Kind(
        "DEPOSIT_ALREADY_APPLIED",
        "CGI ann. II art. 242 nonies A I 10° ; EN 16931 BT-113",
        "Cet acompte est déjà déduit d'une facture : il ne l'est qu'une fois.",
        "This deposit is already deducted from an invoice: it is deducted once only.",
        409,
    ),
    Kind(
        "DEPOSIT_NOT_PAID",
        "EN 16931 BT-113",
        "Seul un acompte encaissé se déduit.",
        "Only a deposit that was received is deducted.",
        409,
    ),
    Kind(
        "ARRHES_FORFEIT_ONLY_BY_CLIENT",
        "C. conso art. L214-1 ; C. civ. art. 1590",
        "Les arrhes ne sont conservées que si le client se dédit ; si c'est vous, elles se rendent au double.",
        "Arrhes are kept only if the client withdraws; if you do, the double is returned.",
        409,
    ),
    Kind(
        "ACOMPTE_NOT_FORFEITED",
        "C. civ. art. 1103 et 1217",
        "Un acompte n'est pas perdu d'office : il se rembourse ou s'impute sur les dommages convenus ou jugés.",
        "An acompte is not forfeited by itself: it is refunded or set against damages agreed or judged.",
        409,
    ),
)
"""Deposits."""
