"""The pages of this folder, written out; `api/pages/table.py` takes them up."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from api.http.access import BUSINESS, READ
from api.pages.desk.sale import (
    beginning,
    catalogue,
    customers,
    deals,
    editor,
    files,
    finding,
    quote,
    quotes,
    sending,
    signatures,
)
from api.pages.desk.sale.typed import FORM_BYTES, MOST_FIELDS
from api.pages.frame.page import Handler, Page, desk

_LOOK: Final = desk(*sorted(READ))
_ACT: Final = desk(*sorted(BUSINESS))
_CSV_BYTES: Final = 4 << 20
_PDF_BYTES: Final = signatures.MOST_BYTES + (1 << 20)
_ID: Final = "aaaaaaaa-0000-4000-8000-000000000001"
_EXAMPLE: Final = {
    "ledger": "atelier",
    "file": "0" * 64,
    **dict.fromkeys(("quote", "draft", "customer", "signature"), _ID),
}


def _page(
    method: Literal["GET", "POST"], path: str, handler: Handler, words: str, *, read: bool = False, upload: int = 0
) -> Page:
    return Page(method, f"/desk/{{ledger}}{path}", handler, _LOOK if read else _ACT, words, upload, _EXAMPLE)


def _long(page: Page) -> Page:
    """Let a form hold as many lines as a quote may have."""
    return replace(page, most_fields=MOST_FIELDS, form_bytes=FORM_BYTES)


PAGES: Final[tuple[Page, ...]] = (
    _page("GET", "/search", finding.search, "Chercher un document, un client, un article.", read=True),
    # quotes
    _page("GET", "/quotes", quotes.list_quotes, "Les devis, par état.", read=True),
    _page("GET", "/quotes/totals", quotes.show_totals, "Nombre et montant des devis, par état.", read=True),
    _page("GET", "/quotes/new", beginning.new_quote, "Commencer un devis."),
    _page("POST", "/quotes/new", beginning.begin_quote, "Commencer un devis."),
    _page("GET", "/quotes/lookup", beginning.lookup, "Articles dont le nom commence ainsi."),
    _page("GET", "/quotes/drafts/{draft}", editor.show_draft, "Travailler sur un brouillon de devis."),
    _long(_page("POST", "/quotes/drafts/{draft}", editor.change_draft, "Enregistrer un brouillon de devis.")),
    _long(_page("POST", "/quotes/drafts/{draft}/figures", editor.show_figures, "Ce que le brouillon donnerait.")),
    _page("GET", "/quotes/drafts/{draft}/customer", beginning.choose_customer, "Choisir le client d'un brouillon."),
    _page("POST", "/quotes/drafts/{draft}/customer", beginning.set_customer, "Choisir le client d'un brouillon."),
    _page("GET", "/quotes/drafts/{draft}/articles", beginning.choose_article, "Prendre des articles du catalogue."),
    _page("POST", "/quotes/drafts/{draft}/articles", beginning.add_article, "Prendre des articles du catalogue."),
    _page("GET", "/quotes/drafts/{draft}/files", files.show_files, "Les fichiers joints d'un brouillon."),
    _page(
        "POST",
        "/quotes/drafts/{draft}/files",
        files.change_files,
        "Joindre des fichiers à un brouillon, ou en retirer.",
        upload=files.MOST_SENT_BYTES,
    ),
    _page("GET", "/quotes/drafts/{draft}/files/{file}", files.open_file, "Un fichier joint d'un brouillon."),
    _page("GET", "/quotes/drafts/{draft}/preview", editor.preview, "L'aperçu d'un devis."),
    _page("GET", "/quotes/drafts/{draft}/check", editor.show_check, "Relire un devis avant de l'émettre."),
    _page("POST", "/quotes/drafts/{draft}/issue", editor.issue_draft, "Émettre un devis."),
    _page("POST", "/quotes/drafts/{draft}/delete", editor.delete_draft, "Jeter un brouillon."),
    _page("GET", "/quotes/{quote}", quote.show_quote, "Un devis et ce qui lui est arrivé.", read=True),
    _page("GET", "/quotes/{quote}/pdf", quote.download, "Le PDF d'un devis.", read=True),
    _page("GET", "/quotes/{quote}/files/{file}", quote.open_file, "Un fichier joint d'un devis.", read=True),
    _page("GET", "/quotes/{quote}/send", sending.show_send, "Envoyer un devis."),
    _page("POST", "/quotes/{quote}/send", sending.send, "Envoyer un devis."),
    _page("POST", "/quotes/{quote}/again", quote.again, "Nouvelle version, avenant, copie ou modèle d'un devis."),
    _page("POST", "/quotes/{quote}/comments", quote.comment, "Écrire au client à propos d'un devis."),
    _page("POST", "/quotes/{quote}/observers", quote.observe, "Laisser quelqu'un suivre un devis."),
    _page("POST", "/quotes/{quote}/progress", quote.progress, "Étape atteinte, livraison ou réception."),
    _page("GET", "/quotes/{quote}/end", quote.show_end, "Ce que signifie la fin d'un devis."),
    _page("POST", "/quotes/{quote}/end", quote.end, "Refus, expiration, annulation ou rétractation."),
    # deals
    _page("GET", "/deals", deals.show_board, "Les affaires en cours, par étape.", read=True),
    _page("GET", "/deals/totals", deals.show_totals, "Total pondéré et conversion.", read=True),
    _page("POST", "/deals/move", deals.move, "Changer une affaire d'étape."),
    _page("GET", "/deals/stages", deals.show_stages, "Les étapes d'une affaire."),
    _page("POST", "/deals/stages", deals.change_stages, "Changer les étapes."),
    _page("GET", "/deals/new", deals.new_opportunity, "Une nouvelle opportunité."),
    _page("POST", "/deals/new", deals.keep_opportunity, "Une nouvelle opportunité."),
    _page("GET", "/deals/prospects/new", deals.new_prospect, "Un nouveau prospect."),
    _page("POST", "/deals/prospects/new", deals.keep_prospect, "Un nouveau prospect."),
    _page("GET", "/deals/prospects/{draft}", deals.show_prospect, "Un prospect."),
    _page("POST", "/deals/prospects/{draft}", deals.keep_prospect, "Un prospect."),
    _page("GET", "/deals/{draft}", deals.show_opportunity, "Une opportunité."),
    _page("POST", "/deals/{draft}", deals.keep_opportunity, "Une opportunité."),
    # customers
    _page("GET", "/customers", customers.list_customers, "Les clients, par nom.", read=True),
    _page("GET", "/customers/new", customers.new_customer, "Un nouveau client."),
    _page("POST", "/customers/new", customers.add_customer, "Un nouveau client."),
    _page("GET", "/customers/{customer}", customers.show_customer, "Un client et ses documents.", read=True),
    _page("GET", "/customers/{customer}/edit", customers.edit_customer, "Modifier un client."),
    _page("POST", "/customers/{customer}/edit", customers.change_customer, "Modifier un client."),
    _page("POST", "/customers/{customer}/consent", customers.record_consent, "Ce qu'un client accepte."),
    _page("GET", "/customers/{customer}/statement", customers.statement, "Le relevé de compte d'un client.", read=True),
    # catalogue
    _page("GET", "/catalogue", catalogue.show_catalogue, "Les articles et les modèles de devis.", read=True),
    _page("GET", "/catalogue/articles.csv", catalogue.export_articles, "Les articles en fichier CSV.", read=True),
    _page("GET", "/catalogue/import", catalogue.show_import, "Reprendre des articles d'un fichier."),
    _page(
        "POST",
        "/catalogue/import",
        catalogue.import_articles,
        "Reprendre des articles d'un fichier.",
        upload=_CSV_BYTES,
    ),
    _page("GET", "/catalogue/articles/new", catalogue.new_article, "Un nouvel article."),
    _page("POST", "/catalogue/articles/new", catalogue.add_article, "Un nouvel article."),
    _page("GET", "/catalogue/articles/{draft}", catalogue.show_article, "Un article."),
    _page("POST", "/catalogue/articles/{draft}", catalogue.change_article, "Un article."),
    _page("GET", "/catalogue/models/{draft}", catalogue.show_model, "Un modèle de devis."),
    _page("POST", "/catalogue/models/{draft}", catalogue.change_model, "Un modèle de devis."),
    # signatures
    _page("GET", "/signatures", signatures.list_signatures, "Les documents envoyés à signer.", read=True),
    _page("GET", "/signatures/new", signatures.new_signature, "Faire signer un PDF."),
    _page("POST", "/signatures/new", signatures.ask, "Faire signer un PDF.", upload=_PDF_BYTES),
    _page("GET", "/signatures/{signature}", signatures.show_signature, "Une demande de signature.", read=True),
    _page("POST", "/signatures/{signature}", signatures.act, "Relancer, copier le lien, arrêter."),
    _page("GET", "/signatures/{signature}/file", signatures.download_file, "Le fichier à signer.", read=True),
    _page("GET", "/signatures/{signature}/evidence", signatures.download_evidence, "Le dossier de preuve.", read=True),
)
"""Every page here; a fixed address stands before one that would take its last part for an id."""
