"""What a bridge is: two totals that differ for known reasons, each reason with its amount and entries, and a residue.

The two totals come from different places (the chain's own closures, the book, the VAT return, the journals, the reports
to the State). What the named steps do not explain is the residue: it is 0 to the cent, or something is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.kernel.frozen import frozen
from projections.reports.contract import Words


@frozen
class Step:
    """One line of a bridge: an amount in cents for each of its columns, and the entries behind it, oldest first."""

    name: str
    cents: tuple[int, ...]
    entries: tuple[int, ...] = ()


@frozen
class Bridge:
    """`start` plus `steps` is `end`, or there is a residue.

    `name` says what is compared with what, `key` for which rate, nature, currency or means; `columns` name the amounts.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    start: Step
    steps: tuple[Step, ...]
    end: Step

    @property
    def residue(self) -> tuple[int, ...]:
        """What is left unexplained, per column."""
        return tuple(
            sum(parts) - last
            for *parts, last in zip(self.start.cents, *(step.cents for step in self.steps), self.end.cents, strict=True)
        )

    @property
    def holds(self) -> bool:
        """Whether the residue is 0."""
        return not any(self.residue)


def bridge(
    name: str, key: Iterable[str], columns: tuple[str, ...], start: Step, steps: Iterable[Step], end: Step
) -> Bridge:
    """Make a bridge; steps of nothing are left out."""
    kept = tuple(step for step in steps if any(step.cents))
    return Bridge(name, tuple(key), columns, start, kept, end)


def merged(entries: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Give entries named in several places once each, in order."""
    return tuple(sorted({seq for part in entries for seq in part}))


TITLES: dict[str, Words] = {
    "turnover": Words("Clôtures → chiffre d'affaires du livre", "Closures → turnover of the book"),
    "vat": Words("Chiffre d'affaires → TVA exigible", "Turnover → VAT that fell due"),
    "receipts": Words("Chiffre d'affaires → encaissements", "Turnover → money received"),
    "money": Words("Clôtures, par moyen de paiement → banque et caisse", "Closures, by means → bank and cash"),
    "advances": Words("Clôtures, acomptes et arrhes → livre", "Closures, deposits → the book"),
    "deposits": Words("Acomptes détenus → TVA sur acomptes", "Deposits held → VAT on deposits"),
    "debts": Words("Créances du livre → reste à payer des pièces", "Debts in the book → open on documents"),
    "held": Words("Acomptes du livre → acomptes détenus des pièces", "Deposits in the book → held on documents"),
    "payouts": Words(
        "Versements du prestataire dans le livre → liste des versements", "Payouts in the book → list of payouts"
    ),
    "moves": Words("Écritures équilibrées", "Moves in balance"),
    "journals": Words("Livre → journaux comptables", "The book → journals"),
    "ereporting_sales": Words("Chiffre d'affaires → e-reporting 10.3", "Turnover → e-reporting 10.3"),
    "ereporting_payments": Words("Encaissements → e-reporting 10.4", "Receipts → e-reporting 10.4"),
}
"""What each bridge compares, for people."""

STEPS: dict[str, Words] = {
    "closures": Words("selon les clôtures", "as closed"),
    "not_closed": Words("journées non encore closes", "days not closed yet"),
    "other_currencies": Words("autres devises", "other currencies"),
    "book": Words("selon le livre", "by the book"),
    "invoices": Words("factures", "invoices"),
    "credit_notes": Words("avoirs", "credit notes"),
    "early_discount": Words("escomptes accordés", "early-payment discounts"),
    "early_discount_lost": Words("escomptes perdus", "early-payment discounts lost"),
    "write_off": Words("créances irrécouvrables", "bad debts"),
    "waiting_services_start": Words("prestations non encaissées au début", "services not paid, at the start"),
    "waiting_services_end": Words("prestations non encaissées à la fin", "services not paid, at the end"),
    "waiting_goods_start": Words("biens non livrés au début", "goods not delivered, at the start"),
    "waiting_goods_end": Words("biens non livrés à la fin", "goods not delivered, at the end"),
    "deposits_start": Words("acomptes détenus au début", "deposits held, at the start"),
    "deposits_received": Words("acomptes et arrhes reçus", "deposits received"),
    "deposits_applied": Words("acomptes déduits de factures", "deposits deducted by invoices"),
    "deposits_released": Words("acomptes libérés par avoir", "deposits released by credit notes"),
    "deposits_refunded": Words("acomptes rendus", "deposits given back"),
    "deposits_reversed": Words("acomptes impayés", "deposits reversed by the bank"),
    "deposits_moved": Words("acomptes réaffectés", "deposits moved to another document"),
    "arrhes_kept": Words("arrhes conservées", "arrhes kept"),
    "deposits_other": Words("autres mouvements d'acomptes", "other movements of deposits"),
    "deposits_end": Words("acomptes détenus à la fin", "deposits held, at the end"),
    "counts_before": Words("enregistré ici, exigible avant", "recorded here, fell due before"),
    "counts_after": Words("enregistré ici, exigible après", "recorded here, falls due later"),
    "recorded_before": Words("enregistré avant, exigible ici", "recorded before, falls due here"),
    "recorded_after": Words("enregistré après, exigible ici", "recorded later, falls due here"),
    "vat_return": Words("déclaration de TVA", "VAT return"),
    "client_start": Words("créances clients au début", "owed by customers, at the start"),
    "client_end": Words("créances clients à la fin", "owed by customers, at the end"),
    "on_account_start": Words("sommes non affectées au début", "money not put to a document, at the start"),
    "on_account_end": Words("sommes non affectées à la fin", "money not put to a document, at the end"),
    "indemnity": Words("indemnités et intérêts versés", "indemnities and interest paid"),
    "bad_debt": Words("pertes sur créances", "bad debts"),
    "penalties": Words("pénalités de retard", "late-payment penalties"),
    "fees": Words("commissions du prestataire", "fees of the payment provider"),
    "rounding": Words("arrondis", "rounding"),
    "payout": Words("versements du prestataire", "payouts of the payment provider"),
    "vat_on_advances": Words("TVA des acomptes", "VAT of deposits"),
    "journals": Words("selon les journaux", "by the journals"),
    "ereporting": Words("selon l'e-reporting", "as reported"),
    "business_customers": Words("clients assujettis et publics", "business and public customers"),
    "documents": Words("selon les pièces", "by the documents"),
    "payouts": Words("selon la liste des versements", "by the list of payouts"),
    "owed_back": Words("à rendre sur avoirs", "to be paid back for credit notes"),
    "owed_on_top": Words("indemnités et intérêts à verser", "indemnities and interest owed"),
    "services_due": Words("prestations, selon la TVA exigible", "services, by the VAT that fell due"),
    "debits": Words("prestations sur les débits", "services under the debits option"),
    "credited_unpaid": Words("avoirs sur des sommes jamais reçues", "credit notes for money that never came"),
    "taken_elsewhere": Words("rendu ici, imputé sur un jour antérieur", "given back here, taken from an earlier day"),
    "taken_before": Words("rendu plus tard, imputé ici", "given back later, taken from here"),
    "unplaced": Words("rendu sans encaissement connu", "given back, of no known receipt"),
    "not_reported": Words("non déclaré", "not reported"),
}
"""Each step, for people."""

COLUMNS: dict[str, Words] = {
    "base": Words("base", "base"),
    "vat": Words("TVA", "VAT"),
    "amount": Words("montant", "amount"),
    "received": Words("reçus", "received"),
    "applied": Words("déduits", "deducted"),
    "released": Words("libérés", "released"),
    "refunded": Words("rendus", "given back"),
    "forfeited": Words("conservés", "kept"),
    "reversed": Words("impayés", "reversed"),
    "moved": Words("réaffectés", "moved"),
    "gross": Words("brut", "gross"),
    "fees": Words("commissions", "fees"),
    "returned": Words("revenus", "returned"),
}
"""Each column, for people."""
