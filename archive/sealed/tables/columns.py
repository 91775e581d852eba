"""Every table and column of an archive, in French and English: the data dictionary is printed from here."""

from __future__ import annotations

from typing import Final, NamedTuple

from archive.sealed.tables.cells import BOM, END, text


class Column(NamedTuple):
    """One column: its name, the form of its cells, what it says."""

    name: str
    form: str
    french: str
    english: str


class Table(NamedTuple):
    """One table: its file, what a row is, its columns."""

    name: str
    french: str
    english: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> bytes:
        """The mark of UTF-8 and the line of names."""
        return BOM + (";".join(column.name for column in self.columns) + END).encode()


_C = Column
_SEQ: Final = _C("seq", "integer", "Rang de l'écriture dans le registre", "Place of the entry in the ledger")
_FINGERPRINT: Final = _C("fingerprint", "hex", "Empreinte SHA-256 de l'écriture", "SHA-256 of the entry")
_RECORDED: Final = _C(
    "recorded_at", "minute", "Enregistré le, heure locale, à la minute", "Recorded at, local time, to the minute"
)
_ACTOR: Final = _C("actor", "code", "Identifiant opaque de l'auteur", "Opaque id of who acted")
_DOCUMENT: Final = _C("document", "id", "Identifiant du document", "Id of the document")
_NUMBER: Final = _C("number", "text", "Numéro imprimé du document", "Printed number of the document")
_CURRENCY: Final = _C("currency", "code", "Monnaie (ISO 4217)", "Currency (ISO 4217)")
_CUSTOMER: Final = _C("customer", "id", "Identifiant opaque du client", "Opaque id of the customer")
_TILL: Final = _C("till", "code", "Caisse", "Till")
_CATEGORY: Final = _C("category", "code", "Catégorie de TVA (EN 16931)", "VAT category (EN 16931)")
_RATE: Final = _C("rate", "percent", "Taux de TVA, en pour cent", "VAT rate, per cent")
_EXEMPTION: Final = _C("exemption", "code", "Motif d'exonération (VATEX)", "Reason of exemption (VATEX)")

DOCUMENTS: Final = Table(
    "documents",
    "Un document par ligne: factures, avoirs, devis, demandes d'acompte, reçus, notes. Les avoirs sont en moins.",
    "One document a row: invoices, credit notes, quotes, deposit requests, receipts, notes. Credit notes are minus.",
    (
        _SEQ,
        _FINGERPRINT,
        _RECORDED,
        _DOCUMENT,
        _C("kind", "code", "Nature du document", "Kind of document"),
        _C("type_code", "code", "Code du type (UNTDID 1001)", "Type code (UNTDID 1001)"),
        _NUMBER,
        _C("series", "id", "Identifiant de la série de numéros", "Id of the number series"),
        _C("rank", "integer", "Rang dans la série", "Rank in the series"),
        _C("version", "integer", "Version du devis", "Version of the quote"),
        _C("issued_on", "day", "Date d'émission", "Day of issue"),
        _TILL,
        _CUSTOMER,
        _C("customer_kind", "code", "Particulier, professionnel ou public", "Consumer, business or public"),
        _C("refers_to", "text", "Document auquel il se rapporte", "Document that it refers to"),
        _C("quote", "id", "Devis", "Quote"),
        _CURRENCY,
        _C("net", "amount", "Total HT", "Total without VAT"),
        _C("vat", "amount", "Total TVA", "Total VAT"),
        _C("gross", "amount", "Total TTC", "Total with VAT"),
        _C("due", "amount", "Reste à payer à l'émission", "Still to be paid at issue"),
        _C("due_on", "day", "Échéance", "Due day"),
        _ACTOR,
    ),
)
LINES: Final = Table(
    "lines",
    "Une ligne de document par ligne; son libellé est dans tables/texts.csv du second fichier.",
    "One line of a document a row; its label stands in tables/texts.csv of the second file.",
    (
        _DOCUMENT,
        _NUMBER,
        _C("rank", "integer", "Rang de la ligne dans le document", "Rank of the line in the document"),
        _C("item", "code", "Code article", "Item code"),
        _C("nature", "code", "Bien ou service", "Goods or services"),
        _C("quantity", "decimal", "Quantité", "Quantity"),
        _C("unit", "code", "Unité (UN/ECE 20)", "Unit (UN/ECE 20)"),
        _C(
            "unit_price",
            "decimal",
            "Prix unitaire, HT ou TTC selon basis",
            "Unit price, without or with VAT as in basis",
        ),
        _C("basis", "code", "Prix HT (net) ou TTC (gross)", "Prices without VAT (net) or with it (gross)"),
        _C("discount_share", "percent", "Remise, en pour cent", "Discount, per cent"),
        _C("discount", "amount", "Remise, en montant", "Discount, amount"),
        _C("net", "amount", "Total HT de la ligne", "Line total without VAT"),
        _CATEGORY,
        _RATE,
        _EXEMPTION,
        _C("choice", "code", "Option ou variante d'un devis", "Option or variant of a quote"),
    ),
)
VAT: Final = Table(
    "vat",
    "Base et TVA par taux de chaque document. Les avoirs sont en moins.",
    "Base and VAT by rate of each document. Credit notes count as minus.",
    (
        _DOCUMENT,
        _NUMBER,
        _C("kind", "code", "Nature du document", "Kind of document"),
        _C("issued_on", "day", "Date d'émission", "Day of issue"),
        _CATEGORY,
        _RATE,
        _EXEMPTION,
        _C("base", "amount", "Base HT", "Base without VAT"),
        _C("vat", "amount", "TVA", "VAT"),
        _C("goods_base", "amount", "Dont base des biens", "Of which base of goods"),
        _C("goods_vat", "amount", "Dont TVA des biens", "Of which VAT of goods"),
    ),
)
PAYMENTS: Final = Table(
    "payments",
    "Un fait de paiement par ligne: reçu, annoncé, rejeté, remboursé, affecté. Ce qui sort est en moins.",
    "One fact of payment a row: received, announced, reversed, refunded, allocated. What goes out counts as minus.",
    (
        _SEQ,
        _FINGERPRINT,
        _RECORDED,
        _C(
            "fact",
            "code",
            "received reçu; announced annoncé; failed non venu; reversed rejeté; refund remboursement; means_corrected "
            "moyen corrigé; allocation affectation à un document; freed affectation retirée",
            "received, announced, failed, reversed, refund, means_corrected, allocation to a document, freed from it",
        ),
        _C("payment", "id", "Identifiant du paiement ou du remboursement", "Id of the payment or refund"),
        _C("valued_on", "day", "Date de valeur", "Value day"),
        _C("means", "code", "Moyen de paiement", "Means of payment"),
        _CURRENCY,
        _C("amount", "amount", "Montant", "Amount"),
        _C("unallocated", "amount", "Part non affectée", "Part not allocated"),
        _C("about_kind", "code", "Nature du document réglé", "Kind of the document settled"),
        _C("about", "id", "Document réglé", "Document settled"),
        _CUSTOMER,
        _TILL,
        _C("cause", "code", "Cause d'un rejet ou d'un échec", "Cause of a reversal or failure"),
        _C("reference", "text", "Référence donnée par la banque ou le client", "Reference given by bank or client"),
        _C("provider", "code", "Prestataire de paiement", "Payment provider"),
        _C("provider_reference", "text", "Référence du prestataire", "The provider's reference"),
        _ACTOR,
    ),
)
CLOSURES: Final = Table(
    "closures",
    "Une clôture par ligne: jour, mois, exercice; totaux de la période, de l'exercice et perpétuels.",
    "One closure a row: day, month, financial year; totals of the period, of the year, perpetual.",
    (
        _SEQ,
        _FINGERPRINT,
        _RECORDED,
        _C("period", "code", "Jour, mois ou exercice", "Day, month or year"),
        _C("rank", "integer", "Rang de la clôture de cette sorte", "Rank of the closure of this kind"),
        _C("from_on", "day", "Du", "From"),
        _C("to_on", "day", "Au", "To"),
        _C("first_seq", "integer", "Première écriture", "First entry"),
        _C("last_seq", "integer", "Dernière écriture", "Last entry"),
        _C("entries", "integer", "Nombre d'écritures", "Number of entries"),
        _CURRENCY,
        _C("invoices", "integer", "Nombre de factures", "Number of invoices"),
        _C("credit_notes", "integer", "Nombre d'avoirs", "Number of credit notes"),
        _C("net", "amount", "Chiffre d'affaires HT de la période", "Turnover of the period without VAT"),
        _C("vat", "amount", "TVA de la période", "VAT of the period"),
        _C("gross", "amount", "Grand total TTC de la période", "Grand total of the period with VAT"),
        _C("absolute", "amount", "Grand total de la période en valeur absolue", "Grand total of the period, absolute"),
        _C(
            "year_gross",
            "amount",
            "Cumul TTC depuis l'ouverture de l'exercice",
            "Total since the financial year opened",
        ),
        _C("perpetual", "amount", "Total perpétuel", "Perpetual total"),
        _C("perpetual_absolute", "amount", "Total perpétuel en valeur absolue", "Perpetual total, absolute"),
        _C("head", "hex", "Empreinte de la dernière écriture", "Fingerprint of the last entry"),
        _C("root", "hex", "Racine de l'arbre des empreintes", "Root of the tree of fingerprints"),
        _C("automatic", "flag", "Clôture automatique", "Closed by itself"),
        _C("training", "flag", "Mode école", "Training"),
    ),
)
CLOSURE_TOTALS: Final = Table(
    "closure_totals",
    "Détail des clôtures: TVA par taux, encaissements par moyen, acomptes, numéros par série.",
    "Details of closures: VAT by rate, money by means, advances, numbers by series.",
    (
        _C("closure_seq", "integer", "Écriture de la clôture", "Entry of the closure"),
        _C("period", "code", "Jour, mois ou exercice", "Day, month or year"),
        _C("from_on", "day", "Du", "From"),
        _C("to_on", "day", "Au", "To"),
        _C("of", "code", "rate taux; means moyen; advances acomptes; series série", "rate, means, advances or series"),
        _C(
            "key",
            "text",
            "Catégorie et taux, moyen, sorte d'acompte ou série",
            "Category and rate, means, advance, series",
        ),
        _C("first", "text", "Premier numéro", "First number"),
        _C("last", "text", "Dernier numéro", "Last number"),
        _C("count", "integer", "Nombre", "Count"),
        _C("amount", "amount", "Base HT, ou montant encaissé", "Base without VAT, or money received"),
        _C("vat", "amount", "TVA", "VAT"),
        _C("refunded", "amount", "Remboursé", "Refunded"),
        _C("reversed", "amount", "Rejeté", "Reversed"),
    ),
)
JOURNAL: Final = Table(
    "journal",
    "Journal technique: toute écriture qui n'est dans aucune autre table, telle quelle.",
    "Technical journal: every entry that stands in no other table, as it is.",
    (
        _SEQ,
        _FINGERPRINT,
        _RECORDED,
        _C("family", "code", "Famille de l'événement", "Family of the event"),
        _C("type", "code", "Événement (schema/events.schema.json)", "Event (schema/events.schema.json)"),
        _C("stream", "text", "Objet concerné", "What it is about"),
        _ACTOR,
        _C("body", "json", "Contenu de l'écriture", "The entry's body"),
    ),
)
CUSTOMERS: Final = Table(
    "customers",
    "Second fichier: les personnes nommées par chaque écriture.",
    "Second file: the people that each entry names.",
    (
        _SEQ,
        _DOCUMENT,
        _C("kind", "code", "Nature de l'objet", "Kind of thing"),
        _C("role", "code", "Rôle dans l'écriture", "Role in the entry"),
        _C("name", "text", "Nom", "Name"),
        _C("address", "text", "Adresse", "Address"),
        _C("postcode", "text", "Code postal", "Postcode"),
        _C("city", "text", "Ville", "City"),
        _C("country", "code", "Pays", "Country"),
        _C("siren", "text", "SIREN", "SIREN"),
        _C("vat_number", "text", "Numéro de TVA", "VAT number"),
        _C("email", "text", "Courriel", "E-mail"),
        _C("phone", "text", "Téléphone", "Phone"),
        _C("contact", "text", "Interlocuteur", "Contact"),
        _C("order_reference", "text", "Référence de commande", "Order reference"),
    ),
)
TEXTS: Final = Table(
    "texts",
    "Second fichier: libellés et textes libres.",
    "Second file: labels and free texts.",
    (
        _SEQ,
        _DOCUMENT,
        _C("kind", "code", "Nature de l'objet", "Kind of thing"),
        _C("place", "text", "Emplacement dans l'écriture (lines/1: libellé de la première ligne)",
           "Place in the entry (lines/1: label of the first line)"),
        _C("text", "text", "Texte", "Text"),
    ),
)  # fmt: skip

CLEAR: Final[tuple[Table, ...]] = (CLOSURE_TOTALS, CLOSURES, DOCUMENTS, JOURNAL, LINES, PAYMENTS, VAT)
"""The tables of the archive, in order of their files."""
PRIVATE: Final[tuple[Table, ...]] = (CUSTOMERS, TEXTS)
"""The tables of the second file."""

_FORMS: Final = {
    "amount": ("Montant, virgule décimale, deux décimales", "Amount, decimal comma, two decimals"),
    "code": ("Code", "Code"),
    "day": ("Jour AAAA-MM-JJ", "Day YYYY-MM-DD"),
    "decimal": ("Nombre exact, virgule décimale", "Exact number, decimal comma"),
    "flag": ("1 oui, 0 non", "1 yes, 0 no"),
    "hex": ("Hexadécimal", "Hexadecimal"),
    "id": ("Identifiant (UUID)", "Id (UUID)"),
    "integer": ("Nombre entier", "Whole number"),
    "json": ("JSON", "JSON"),
    "minute": ("AAAA-MM-JJ HH:MM, heure locale", "YYYY-MM-DD HH:MM, local time"),
    "percent": ("Pour cent, virgule décimale", "Per cent, decimal comma"),
    "text": (
        "Texte; une apostrophe en tête d'un texte qui commence par = + - @ ou ' est à retirer",
        "Text; an apostrophe before a text that begins with = + - @ or ' is to be taken away",
    ),
}


def dictionary() -> bytes:
    """Give schema/dictionary.csv: every column of every table, in French and English."""
    rows = ["table;column;form_fr;form_en;french;english"]
    for table in (*CLEAR, *PRIVATE):
        rows.append(";".join(("tables/" + table.name + ".csv", "", "", "", text(table.french), text(table.english))))
        for column in table.columns:
            cells = (table.name, column.name, *_FORMS[column.form], column.french, column.english)
            rows.append(";".join(text(cell) for cell in cells))
    return BOM + "".join(row + END for row in rows).encode()
