"""What an invoice says in words beside its figures: notes with their subjects (BG-1), terms of payment (BT-20)."""

from __future__ import annotations

from ledger.domain.money import decimal_of, euros_en, euros_fr, percent_fr, percent_text
from projections.documents.cii.codes import FRANCE, NOTE_SUBJECTS
from projections.documents.cii.figures import Figures
from projections.documents.cii.profiles import buyer_country, is_french_business
from projections.documents.cii.xml import date_time, text
from projections.documents.paper import Paper, PaperPrepaid

Note = tuple[str, str]
"""Subject (BT-21, UNTDID 4451) and words (BT-22)."""


def notes(paper: Paper) -> list[Note]:
    """Give the notes of a document: PMD, PMT, AAB and TXD stand at most once (BR-FR-06), BAR says who is billed."""
    found = [(NOTE_SUBJECTS.get(each.code, "AAI"), each.words) for each in paper.statements if each.words.strip()]
    found += [("AAI", _prepaid(paper, each)) for each in paper.prepaid]
    sections = (*paper.sections_before, *paper.sections_after)
    found += [("AAI", "\n".join(each.paragraphs)) for each in sections if each.code == "notes" and each.paragraphs]
    if is_french_business(paper):
        given = {subject for subject, _ in found}
        found += [(subject, words) for subject, words in _business_notes(paper) if subject not in given]
    found.append(("BAR", _treatment(paper)))
    return found


def _prepaid(paper: Paper, each: PaperPrepaid) -> str:
    """Say what was deducted, and the VAT in it at each rate (CGI ann. II 242 nonies A I 10°, 11°)."""
    english = paper.language == "en"
    words = f"{each.words} : {_money(paper, each.amount_cents)}"
    taxed = [part for part in each.split if part.vat_cents]
    if taxed or paper.vat_cents:  # where nothing is taxed, no amount is "with tax" (CGI 293 B, 283)
        words += " incl. VAT" if english else " TTC"
    if taxed:
        parts = [
            f"{_money(paper, part.vat_cents)} at {percent_text(part.rate_bp)}%"
            if english
            else f"{_money(paper, part.vat_cents)} à {percent_fr(part.rate_bp)}"
            for part in taxed
        ]
        words += f"{', of which VAT' if english else ', dont TVA'} {', '.join(parts)}"
    if each.interest_cents:
        words += f" ; {'interest' if english else 'intérêts'} {_money(paper, each.interest_cents)}"
    return words


def _business_notes(paper: Paper) -> list[Note]:
    """Give the notes that BR-FR-05 wants on any document between businesses, for one that does not print them."""
    if paper.kind == "credit_note":
        nothing = "Sans objet : avoir"
        return [("PMT", nothing), ("PMD", nothing), ("AAB", nothing)]
    penalty = "taux légal" if paper.late_penalty_bp is None else f"{percent_fr(paper.late_penalty_bp)} par an"
    return [
        ("PMT", "Indemnité forfaitaire pour frais de recouvrement : 40 €"),
        ("PMD", f"Pénalités de retard : {penalty}"),
        ("AAB", "Pas d'escompte pour paiement anticipé"),
    ]


def _treatment(paper: Paper) -> str:
    """Say between whom it is billed (BAR, BR-FR-20)."""
    if paper.training:
        return "OUTOFSCOPE"  # no platform takes it for an invoice
    if paper.buyer is None or paper.buyer.kind == "consumer":
        return "B2C"
    if is_french_business(paper):
        return "B2B"
    if buyer_country(paper) in FRANCE:
        return "OUTOFSCOPE"  # without SIREN no platform knows the customer (BR-FR-11)
    return "B2BINT"


def _money(paper: Paper, cents: int) -> str:
    if paper.currency != "EUR":
        return f"{decimal_of(cents)} {paper.currency}"
    return euros_en(cents) if paper.language == "en" else euros_fr(cents)


# --- terms of payment


def terms(paper: Paper, figures: Figures) -> str:
    """Write the terms of payment: a day where there is one, words where something is due without a day (BR-CO-25)."""
    due_on = paper.ask.due_on if paper.ask is not None else None
    if paper.kind == "credit_note":
        due_on = None
    elif figures.due_cents <= 0:
        paid = paper.frame is not None and paper.frame.endswith("2")
        due_on = (paper.supplied_on or paper.issued_on) if paid else due_on  # BR-FR-CO-09: the day of payment
    words = "" if due_on is not None else _terms_words(paper, figures)
    if due_on is None and not words:
        return ""
    description = f"<ram:Description>{text(words)}</ram:Description>" if words else ""
    due = date_time("DueDateDateTime", due_on) if due_on is not None else ""
    return f"<ram:SpecifiedTradePaymentTerms>{description}{due}</ram:SpecifiedTradePaymentTerms>"


def _terms_words(paper: Paper, figures: Figures) -> str:
    english = paper.language == "en"
    if paper.kind != "credit_note":
        if figures.due_cents <= 0:
            return ""
        return "Payable on receipt" if english else "Payable à réception"
    parts = (
        (paper.settles_cents, "taken off the invoice" if english else "imputés sur la facture"),
        (paper.refund_cents, "to be paid back" if english else "à rembourser"),
    )
    words = " ; ".join([f"{_money(paper, cents)} {where}" for cents, where in parts if cents])
    return ("Credit note" if english else "Avoir") + (f" : {words}" if words else "")
