"""Refusals about payments: facts are recorded, so these concern what is asked for or allotted."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

PAYMENTS: tuple[Kind, ...] = (
    Kind(
        "PAYMENT_NOT_OPEN",
        None,
        "Ce paiement n'est plus ouvert ({state}).",
        "This payment is no longer open ({state}).",
        409,
    ),
    Kind(
        "PAYMENT_ALLOCATION_ABOVE_AMOUNT",
        None,
        "Les affectations dépassent ce qui reste du paiement ({open_cents}).",
        "The allocations are above what is left of the payment ({open_cents}).",
    ),
    Kind(
        "PAYMENT_ALLOCATION_ABOVE_DUE",
        None,
        "L'affectation dépasse ce que ce document laisse à payer ({open_cents}).",
        "The allocation is above what this document leaves to pay ({open_cents}).",
    ),
    Kind(
        "PAYMENT_ALREADY_REVERSED",
        "BOI-TVA-DECLA-30-10-30 §90",
        "Ce paiement est déjà annulé.",
        "This payment is already reversed.",
        409,
    ),
    Kind(
        "PAYMENT_FREE_ABOVE_ALLOCATED",
        None,
        "Ce paiement ne couvre ce document qu'à hauteur de {open_cents}.",
        "This payment settles no more than {open_cents} of this document.",
    ),
    Kind(
        "REVERSAL_ABOVE_PAYMENT",
        None,
        "On ne peut annuler plus que ce qui reste de ce paiement ({open_cents}).",
        "No more than what is left of this payment can be reversed ({open_cents}).",
    ),
    Kind(
        "DATE_BEFORE_PAYMENT",
        None,
        "Cette date précède le paiement lui-même ({received_on}).",
        "This date is before the payment itself ({received_on}).",
    ),
    Kind(
        "RECEIPT_ALREADY_ISSUED",
        None,
        "Un reçu a déjà été établi pour ce paiement.",
        "A receipt was already issued for this payment.",
        409,
    ),
    Kind(
        "ONLINE_PAYMENT_ENDED",
        None,
        "Cet encaissement en ligne est déjà terminé ({state}).",
        "This online payment has already ended ({state}).",
        409,
    ),
    Kind(
        "ONLINE_PAYMENT_UNDER_WAY",
        None,
        "Un paiement en ligne de ce document est déjà en cours : il sera enregistré dès que la banque l'aura confirmé.",
        "An online payment of this document is under way: it is recorded as soon as the bank has confirmed it.",
        409,
    ),
    Kind(
        "NOTHING_LEFT_TO_PAY",
        None,
        "Il n'y a plus rien à payer pour ce document.",
        "Nothing is left to pay for this document.",
        409,
    ),
    Kind(
        "CHARGEBACK_ALREADY_OPEN",
        None,
        "Cette contestation est déjà enregistrée, ou une autre est encore ouverte sur ce paiement.",
        "This chargeback is already recorded, or another one of this payment is still open.",
        409,
    ),
    Kind(
        "CHARGEBACK_ABOVE_PAYMENT",
        None,
        "On ne peut contester plus que le paiement lui-même ({amount_cents}).",
        "No more than the payment itself can be contested ({amount_cents}).",
    ),
    Kind(
        "CHARGEBACK_NOT_OPEN",
        None,
        "Aucune contestation n'est ouverte sur ce paiement.",
        "No chargeback of this payment is open.",
        409,
    ),
    Kind(
        "PAYOUT_ALREADY_RECORDED",
        None,
        "Ce virement du prestataire de paiement est déjà enregistré.",
        "This payout of the payment provider is already recorded.",
        409,
    ),
    Kind(
        "PAYOUT_UNKNOWN",
        None,
        "Ce virement du prestataire de paiement n'est pas enregistré : il n'y a rien à reprendre.",
        "This payout of the payment provider is not recorded: there is nothing to take back.",
        409,
    ),
    Kind(
        "PAYOUT_ALREADY_RETURNED",
        None,
        "Le retour de ce virement du prestataire de paiement est déjà enregistré.",
        "That this payout of the payment provider came back is already recorded.",
        409,
    ),
    Kind(
        "PAYOUT_OF_NOTHING",
        None,
        "Ce virement du prestataire de paiement n'a ni montant ni frais : il n'y a rien à enregistrer.",
        "This payout of the payment provider has neither an amount nor fees: there is nothing to record.",
    ),
    Kind(
        "PROVIDER_UNKNOWN",
        None,
        "Ce registre n'a pas de compte chez ce prestataire de paiement.",
        "This ledger has no account with this payment provider.",
        409,
    ),
    Kind(
        "PROVIDER_TEST_ON_LIVE",
        None,
        "Une clé de test ne sert que dans un registre d'essai : ici, les paiements sont réels.",
        "A test key serves in a training ledger only: here, payments are real.",
    ),
    Kind(
        "PROVIDER_LIVE_ON_TRAINING",
        None,
        "Une clé réelle ne sert pas dans un registre d'essai : un client y paierait pour de bon.",
        "A live key does not serve in a training ledger: a customer would pay for good.",
    ),
    Kind(
        "PROVIDER_KEY_UNFIT",
        None,
        "Ce n'est pas une clé de ce prestataire de paiement ({reason}).",
        "This is not a key of this payment provider ({reason}).",
    ),
    Kind(
        "PROVIDER_WAY_UNKNOWN",
        None,
        "Ce moyen de paiement n'est pas proposé par ce prestataire ({way}).",
        "This provider does not offer this way to pay ({way}).",
    ),
    Kind(
        "PROVIDER_IN_USE",
        None,
        "Un encaissement en ligne est encore ouvert chez ce prestataire : attendez sa fin, puis recommencez.",
        "A collection by this provider is still open: wait for its end, then try again.",
        409,
    ),
    Kind(
        "PROVIDER_KEYS_ELSEWHERE",
        None,
        "Ces clés, ou d'autres du même compte, servent déjà à un autre registre de ce serveur : un compte du "
        "prestataire sert un seul registre, car ses virements sont de tout le compte.",
        "Another ledger of this server has these keys, or others of the same account: one account of the provider "
        "serves one ledger, as its payouts are of the whole account.",
        409,
    ),
    Kind(
        "PROVIDER_REFUSED",
        None,
        "Le prestataire de paiement a refusé la demande ({reason}). Rien n'a été encaissé ni remboursé.",
        "The payment provider refused the request ({reason}). Nothing was collected or given back.",
        409,
    ),
    Kind(
        "REFUND_ABOVE_PAYMENT",
        None,
        "On ne peut rendre par cette voie plus que ce qui reste de ce paiement ({open_cents}).",
        "No more than what is left of this payment can be given back this way ({open_cents}).",
    ),
    Kind(
        "PAYMENT_NOT_ONLINE",
        None,
        "Ce paiement n'est pas venu par un prestataire de paiement : rendez l'argent autrement, puis enregistrez-le.",
        "This payment did not come through a payment provider: give the money back otherwise, then record it.",
        409,
    ),
    Kind(
        "REFUND_INDEMNITY_ABOVE_AMOUNT",
        "C. conso art. L214-1",
        "L'indemnité fait partie de la somme rendue : elle ne peut la dépasser.",
        "The indemnity is part of the sum given back: it cannot be above it.",
    ),
    Kind(
        "STATEMENT_ALREADY_IMPORTED",
        None,
        "Ce relevé est déjà enregistré, et rien de nouveau n'en a été rapproché.",
        "This statement is already recorded, and nothing new of it was matched.",
        409,
    ),
    Kind(
        "STATEMENT_UNREADABLE",
        None,
        "Le relevé ne peut être lu ({fault}, {where}) : rien n'en a été enregistré. Demandez à la banque un fichier "
        "camt.053 ou camt.054.",
        "The statement cannot be read ({fault}, {where}): nothing of it was recorded. Ask the bank for a camt.053 or "
        "camt.054 file.",
    ),
    Kind(
        "STATEMENT_LINE_UNKNOWN",
        None,
        "Le relevé n'a pas de ligne {line}.",
        "The statement has no line {line}.",
    ),
    Kind(
        "STATEMENT_CHOICE_NOT_OPEN",
        None,
        "Aucun document ouvert ne porte le numéro {number}, ou une ligne d'avant l'a déjà soldé.",
        "No open document has the number {number}, or a line before has settled it.",
    ),
    Kind(
        "STATEMENT_COUNTS_UNFIT",
        None,
        "Un relevé n'a pas plus de lignes rapprochées ou à rapprocher que de lignes.",
        "A statement has no more lines matched or left to match than it has lines.",
    ),
    Kind(
        "PENALTY_WITHOUT_LAW",
        "C. com. art. L441-10",
        "Ces pénalités n'existent qu'entre professionnels.",
        "These penalties exist between professionals only.",
    ),
    Kind(
        "PENALTY_RATE_PUBLIC",
        "CCP art. R2192-31",
        "Un acheteur public doit le taux de refinancement de la BCE majoré de 8 points : indiquez le taux de la BCE du "
        "semestre où le retard a commencé, pour un acheteur public seulement.",
        "A public buyer owes the ECB's refinancing rate plus 8 points: give the ECB's rate of the half-year in which "
        "lateness began, for a public buyer alone.",
    ),
)
"""Payments."""
