# ruff: noqa: E501 - sentences as they are printed, one a line
"""Papers made by hand, one of each kind and the hard ones: for the design, its tests and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from projections.documents.paper import (
    Brand,
    Fact,
    Grid,
    Paper,
    PaperInstalment,
    PaperPreceding,
    PaperPrepaid,
    PaperSplit,
    Postal,
    Reduction,
    Section,
    Signed,
    Statement,
)
from tests.documents.paper_parts import (
    BUSINESS,
    CONSUMER,
    FOREIGN,
    FULL_SELLER,
    PROOF,
    SELLER,
    ask_for,
    base,
    line,
    with_totals,
)

__all__ = ["ALL", "CONSUMER", "PROOF", "SELLER", "WITHDRAWAL", "line", "with_totals"]

CONSUMER_WORDS = (
    Statement(
        code="guarantee",
        words="Les biens livrés bénéficient de la garantie légale de conformité de deux ans.",
        law="C. conso. L217-3",
    ),
    Statement(
        code="mediator",
        words="En cas de litige non résolu, le client peut saisir gratuitement le médiateur de la consommation : Médiation du Grésivaudan, 2 place de la Gare, 38000 Grenoble, mediation.test.",
        law="C. conso. L616-1",
    ),
    Statement(
        code="insurance",
        words="Assurance décennale : Assurances Réunies, 12 avenue de la Paix, 75002 Paris, contrat n° 45-8812-B, France entière.",
        law="C. ass. L243-2",
    ),
    Statement(code="8bis", words="Opération : livraisons de biens et prestations de services."),
)
BUSINESS_WORDS = (
    Statement(
        code="late_penalty",
        words="En cas de retard de paiement : pénalités au taux annuel de 12,15 %, exigibles sans rappel, et indemnité forfaitaire de 40 € pour frais de recouvrement.",
        law="C. com. L441-10",
    ),
    Statement(code="no_discount", words="Pas d'escompte pour paiement anticipé."),
    Statement(code="8bis", words="Opération : prestations de services. TVA acquittée d'après les débits."),
    Statement(
        code="insurance",
        words="Assurance décennale : Assurances Réunies, 12 avenue de la Paix, 75002 Paris, contrat n° 45-8812-B, France entière.",
        law="C. ass. L243-2",
    ),
)


def invoice(**more: Any) -> Paper:
    """An ordinary invoice for a consumer: five lines, two rates."""
    lines = [
        line(1, "Dépose de l'ancien escalier et évacuation en déchetterie", "1", "forfait", "380.00"),
        line(2, "Escalier quart tournant en chêne massif, 14 marches, main courante comprise", "1", "u", "4250.00"),
        line(3, "Pose et ajustage sur place", "22", "h", "52.00"),
        line(4, "Vernis mat deux couches, sans solvant", "18.5", "m²", "24.60", share_bp=1000),
        line(5, "Luminaires encastrés de contremarche", "7", "u", "39.90", 2000, nature="goods"),
    ]
    paper = base(
        "invoice",
        "Facture",
        "FA-2026-0017",
        subject="Escalier de la maison, 27 avenue Jean-Perrot",
        heads=(
            Fact(label="Date d'exécution", value="9 au 11 mars 2026"),
            Fact(label="Devis accepté", value="DE-2026-0008 du 02/02/2026"),
            Fact(label="Conditions", value="30 jours, par virement"),
        ),
        statements=CONSUMER_WORDS,
    )
    paper = with_totals(paper, lines)
    assert paper.gross_cents is not None
    paper = replace(paper, due_cents=paper.gross_cents, ask=ask_for(paper.gross_cents, "FA-2026-0017"))
    return replace(paper, **more)


def business_invoice() -> Paper:
    """An invoice for a business abroad of town: net prices, a discount, every mention of trade."""
    lines = [
        line(1, "Étude et plans d'exécution du comptoir d'accueil", "12", "h", "68.00", 2000, item="ETU-12"),
        line(
            2,
            "Comptoir d'accueil en frêne olivier, plateau de 3,20 m",
            "1",
            "u",
            "7480.00",
            2000,
            nature="goods",
            item="CPT-320",
        ),
        line(
            3,
            "Habillage mural en lames de frêne, pose comprise",
            "46.75",
            "m²",
            "84.50",
            2000,
            share_bp=500,
            item="HAB-01",
        ),
        line(4, "Frais de déplacement, chantier de montagne", "3", "forfait", "145.00", 2000),
    ]
    paper = base(
        "invoice",
        "Facture",
        "FA-2026-0018",
        buyer=BUSINESS,
        subject="Hall d'accueil de l'hôtel",
        discount=Reduction(amount_cents=25000, reason="fidélité"),
        heads=(
            Fact(label="Date d'exécution", value="20 au 24 avril 2026"),
            Fact(label="Devis accepté", value="DE-2026-0011 v2 du 15/02/2026"),
            Fact(label="Conditions", value="45 jours fin de mois, par virement"),
        ),
        statements=BUSINESS_WORDS,
    )
    paper = with_totals(paper, lines)
    assert paper.gross_cents is not None
    return replace(
        paper, due_cents=paper.gross_cents, ask=ask_for(paper.gross_cents, "FA-2026-0018", date(2026, 6, 30))
    )


def full_issuer() -> Paper:
    """An invoice whose issuer has every mention that a consumer's invoice may bear, for a customer with a long address."""
    words = (
        *CONSUMER_WORDS,
        Statement(
            code="ei",
            words="Entrepreneur individuel : Nathalie Roche-Delacroix EI, immatriculée au registre national des entreprises.",
            law="C. com. R526-27",
        ),
        Statement(
            code="reduced_rate",
            words="Le client atteste que les travaux portent sur des locaux à usage d'habitation achevés depuis plus de deux ans et remplissent les conditions du taux réduit de TVA.",
            law="CGI 279-0 bis",
        ),
        Statement(
            code="waste",
            words="Déchets de chantier : 0,8 t de bois non traité, enlevés par l'entreprise et déposés à la déchetterie professionnelle du Grésivaudan, 38420 Domène.",
            law="C. env. D541-45-1",
        ),
        Statement(
            code="retention",
            words="Les biens restent la propriété de l'entreprise jusqu'au paiement complet du prix.",
            law="C. civ. 2367",
        ),
    )
    buyer = replace(
        CONSUMER,
        name="M. et Mme Jean-Christophe de La Rochefoucauld-Montbel et indivision successorale",
        address=Postal(
            lines=(
                "Appartement 12, escalier C, bâtiment des Tilleuls",
                "Résidence du Grand Parc de la Belle Étoile",
                "127 ter boulevard du Maréchal-Foch",
                "BP 40218",
            ),
            postcode="38240",
            city="Meylan Cedex",
            country="FR",
            country_name="France",
        ),
        delivery=Postal(
            lines=("Maison du gardien", "1 chemin du Bois"),
            postcode="38190",
            city="Villard-Bonnot",
            country="FR",
            country_name="France",
        ),
    )
    return replace(invoice(), seller=FULL_SELLER, buyer=buyer, statements=words, copy=2)


def deposit_invoice() -> Paper:
    """A deposit invoice over two rates."""
    lines = [
        line(1, "Acompte de 30 % sur le devis DE-2026-0008, part à 10 %", "1", "forfait", "1855.08"),
        line(2, "Acompte de 30 % sur le devis DE-2026-0008, part à 20 %", "1", "forfait", "83.79", 2000),
    ]
    paper = base(
        "deposit_invoice",
        "Facture d'acompte",
        "FA-2026-0009",
        heads=(
            Fact(label="Devis accepté", value="DE-2026-0008 du 02/02/2026"),
            Fact(label="Acompte reçu le", value="10/02/2026"),
        ),
        statements=(
            *CONSUMER_WORDS[1:],
            Statement(
                code="deposit",
                words="Acompte encaissé : la TVA est exigible à la date de l'encaissement.",
                law="CGI 269, 2-a et c",
            ),
        ),
        issued_on=date(2026, 2, 10),
    )
    return replace(with_totals(paper, lines), due_cents=0)


def final_invoice() -> Paper:
    """A final invoice with two deposits deducted, each with its VAT by rate."""
    paper = invoice()
    assert paper.gross_cents is not None
    split = (
        PaperSplit(category="S", rate_bp=1000, net_cents=185508, vat_cents=18551, gross_cents=204059),
        PaperSplit(category="S", rate_bp=2000, net_cents=8379, vat_cents=1676, gross_cents=10055),
    )
    prepaid = (
        PaperPrepaid(
            words="Acompte FA-2026-0009 du 10/02/2026",
            number="FA-2026-0009",
            issued_on=date(2026, 2, 10),
            paid_on=date(2026, 2, 10),
            amount_cents=214114,
            interest_cents=0,
            split=split,
        ),
        PaperPrepaid(
            words="Arrhes du 02/02/2026",
            number=None,
            issued_on=None,
            paid_on=date(2026, 2, 2),
            amount_cents=50000,
            interest_cents=412,
            split=(PaperSplit(category="O", rate_bp=0, net_cents=50000, vat_cents=0, gross_cents=50000),),
        ),
    )
    due = paper.gross_cents - sum(one.amount_cents + one.interest_cents for one in prepaid)
    return replace(
        paper,
        title="Facture de solde",
        number="FA-2026-0021",
        prepaid=prepaid,
        due_cents=due,
        ask=ask_for(due, "FA-2026-0021"),
    )


def credit_note() -> Paper:
    """A credit note that names its invoice; part is set off, the rest given back."""
    paper = base(
        "credit_note",
        "Avoir",
        "AV-2026-0003",
        preceding=(PaperPreceding(number="FA-2026-0017", issued_on=date(2026, 3, 12)),),
        heads=(Fact(label="Motif", value="Luminaires repris, deux pièces défectueuses"),),
        statements=CONSUMER_WORDS[1:2],
        settles_cents=5000,
        refund_cents=4576,
        issued_on=date(2026, 3, 20),
    )
    return with_totals(
        paper, [line(1, "Luminaires encastrés de contremarche, repris", "2", "u", "39.90", 2000, nature="goods")]
    )


def franchise_invoice() -> Paper:
    """An invoice of a business without VAT."""
    lines = [
        line(
            1,
            "Cours de tournage sur bois, séance de deux heures",
            "4",
            "séance",
            "55.00",
            0,
            category="E",
            exemption="VATEX-FR-FRANCHISE",
        ),
        line(
            2, "Fournitures", "1", "forfait", "32.50", 0, category="E", exemption="VATEX-FR-FRANCHISE", nature="goods"
        ),
    ]
    paper = base(
        "invoice",
        "Facture",
        "2026-041",
        brand=Brand(accent="#2f7d5b"),
        seller=replace(
            SELLER, name="Camille Perrin EI", form_words=None, sole_trader=True, vat_number=None, trade_register=None
        ),
        statements=(
            Statement(code="franchise", words="TVA non applicable, article 293 B du CGI."),
            *CONSUMER_WORDS[1:2],
        ),
    )
    paper = with_totals(paper, lines)
    assert paper.gross_cents is not None
    ask = replace(ask_for(paper.gross_cents, "2026-041"), beneficiary="Camille Perrin EI")
    return replace(paper, due_cents=paper.gross_cents, ask=ask)


WITHDRAWAL = Section(
    heading="Formulaire de rétractation",
    code="withdrawal_form",
    own_page=True,
    paragraphs=(
        "Veuillez compléter et renvoyer le présent formulaire uniquement si vous souhaitez vous rétracter du contrat.",
        "Je/nous (*) vous notifie/notifions (*) par la présente ma/notre (*) rétractation du contrat portant sur la vente du bien (*)/pour la prestation de services (*) ci-dessous.",
        "(*) Rayez la mention inutile.",
    ),
    facts=(
        Fact(
            label="À l'attention de",
            value="Menuiserie Lefèvre, 14 rue de l'Église, 38700 La Tronche, bonjour@menuiserie-lefevre.test",
        ),
        Fact(label="Contrat", value="devis DE-2026-0008 du 02/02/2026"),
        Fact(label="Commandé le (*)/reçu le (*)", value="...................."),
        Fact(label="Nom du (des) consommateur(s)", value="...................."),
        Fact(label="Adresse du (des) consommateur(s)", value="...................."),
        Fact(
            label="Signature du (des) consommateur(s) (uniquement en cas de notification sur papier)",
            value="....................",
        ),
        Fact(label="Date", value="...................."),
    ),
)
QUOTE_TERMS = Section(
    heading="Conditions",
    code="terms",
    paragraphs=(
        "Ce devis est gratuit et valable jusqu'au 30 avril 2026. Les travaux commencent dans les six semaines de l'acceptation et durent trois jours.",
        "Droit de rétractation : vous avez quatorze jours pour vous rétracter du contrat, sans donner de motif, à compter de sa conclusion ; le délai expire quatorze jours après ce jour. Pour l'exercer, faites-nous connaître votre décision par une déclaration dénuée d'ambiguïté, ou par le formulaire joint.",
        "« Nous ne demandons aucun paiement avant sept jours » : aucun versement n'est dû avant l'expiration de ce délai si le contrat est conclu hors établissement.",
    ),
)


def quote() -> Paper:
    """A quote, second version, with options, a variant, a schedule and boxes to sign in."""
    lines = [
        *invoice().lines,
        line(6, "Éclairage à détection de présence", "1", "u", "240.00", choice="option", choice_group="éclairage"),
        line(
            7,
            "Marches en frêne au lieu du chêne",
            "1",
            "u",
            "-620.00",
            choice="variant",
            choice_group="essence",
            chosen=False,
        ),
        line(8, "Garde-corps assorti à l'étage", "3.2", "m", "310.00", choice="option", chosen=True),
    ]
    paper = base(
        "quote",
        "Devis",
        "DE-2026-0008",
        version=2,
        issued_on=date(2026, 2, 2),
        subject="Escalier de la maison, 27 avenue Jean-Perrot",
        heads=(
            Fact(label="Valable jusqu'au", value="30 avril 2026"),
            Fact(label="Lieu d'exécution", value="27 avenue Jean-Perrot, 38100 Grenoble"),
            Fact(label="Début, durée", value="six semaines après accord, 3 jours"),
        ),
        sections_after=(QUOTE_TERMS, WITHDRAWAL),
        statements=CONSUMER_WORDS,
        signature_boxes=("Bon pour accord, le client", "L'entreprise"),
    )
    paper = with_totals(paper, lines)
    gross = paper.gross_cents or 0
    schedule = (
        PaperInstalment(
            words="À la commande",
            kind="arrhes",
            amount_cents=gross * 30 // 100,
            share_bp=3000,
            due_on=date(2026, 2, 12),
        ),
        PaperInstalment(
            words="À la livraison de l'escalier", kind="acompte", amount_cents=gross * 40 // 100, share_bp=4000
        ),
        PaperInstalment(
            words="À la fin des travaux",
            kind="acompte",
            amount_cents=gross - gross * 30 // 100 - gross * 40 // 100,
            share_bp=3000,
        ),
    )
    return replace(paper, schedule=schedule)


def signed_quote() -> Paper:
    """The quote as it was signed by both sides."""
    words = "A lu et accepté le devis et les conditions ; consentement : « J'accepte ce devis et je m'engage à payer. »"
    return replace(
        quote(),
        signature_boxes=(),
        signatures=(
            Signed(
                name="Élodie Marchand",
                side="client",
                at="02/02/2026 à 18:41:12",
                method="code envoyé par SMS",
                level="simple",
                words=words,
            ),
            Signed(
                name="Antoine Lefèvre",
                side="issuer",
                at="02/02/2026 à 09:12:40",
                method="certificat",
                level="advanced",
                words="Pour l'entreprise.",
            ),
        ),
    )


def note() -> Paper:
    """A note for services, prices with tax."""
    lines = [
        line(
            1,
            "Dépannage d'une porte d'entrée : réglage et remplacement de la gâche",
            "1.5",
            "h",
            "66.00",
            1000,
            basis="gross",
        ),
        line(2, "Gâche électrique", "1", "u", "48.90", 1000, basis="gross", nature="goods"),
        line(3, "Déplacement", "1", "forfait", "35.00", 1000, basis="gross"),
    ]
    paper = base(
        "note",
        "Note",
        "NO-2026-0102",
        basis="gross",
        heads=(
            Fact(label="Lieu d'exécution", value="27 avenue Jean-Perrot, 38100 Grenoble"),
            Fact(label="Date", value="12 mars 2026"),
        ),
        statements=(
            Statement(
                code="note",
                words="Note délivrée avant paiement, en double exemplaire ; le double est conservé deux ans.",
                law="arrêté n° 83-50/A du 3 octobre 1983",
            ),
        ),
    )
    paper = with_totals(paper, lines)
    return replace(paper, due_cents=paper.gross_cents)


def receipt() -> Paper:
    """A receipt for arrhes."""
    return base(
        "receipt",
        "Reçu d'arrhes",
        "RE-2026-0005",
        gross_cents=50000,
        sections_before=(
            Section(
                paragraphs=(
                    "Nous avons reçu de Mme Élodie Marchand la somme indiquée ci-dessous, à titre d'arrhes sur le devis DE-2026-0008 du 02/02/2026.",
                ),
                facts=(
                    Fact(label="Reçu le", value="2 février 2026"),
                    Fact(label="Moyen", value="carte bancaire"),
                    Fact(label="Affecté à", value="devis DE-2026-0008, version 2"),
                ),
            ),
        ),
        statements=(
            Statement(
                code="arrhes",
                words="Arrhes : le client peut renoncer à son engagement en les abandonnant, le professionnel en les restituant au double.",
                law="C. conso. L214-1",
            ),
            Statement(
                code="no_vat",
                words="Cette somme ne supporte pas de TVA tant qu'elle n'est pas imputée sur une facture.",
            ),
        ),
    )


def payment_request() -> Paper:
    """A request to pay an instalment."""
    return base(
        "payment_request",
        "Demande de paiement",
        "DP-2026-0012",
        heads=(Fact(label="Devis accepté", value="DE-2026-0008 du 02/02/2026"),),
        sections_before=(
            Section(
                paragraphs=(
                    "Madame,",
                    "Conformément à l'échéancier de votre devis, nous vous prions de régler le versement suivant : 40 % à la livraison de l'escalier.",
                    "Ce document n'est pas une facture.",
                )
            ),
        ),
        ask=replace(
            ask_for(285484, "DP-2026-0012"),
            address="https://payer.menuiserie-lefevre.test/DP-2026-0012",
            payable_from=date(2026, 2, 12),
        ),
        statements=CONSUMER_WORDS[1:2],
    )


def deposit_request() -> Paper:
    """A request for arrhes before work begins."""
    return replace(payment_request(), kind="deposit_request", title="Demande d'arrhes", number="DA-2026-0004")


def reminder() -> Paper:
    """A second reminder, a letter."""
    return base(
        "reminder",
        "Relance",
        "FA-2026-0018",
        buyer=BUSINESS,
        heads=(
            Fact(label="Objet", value="Deuxième relance"),
            Fact(label="Facture", value="FA-2026-0018 du 12/03/2026"),
        ),
        sections_before=(
            Section(
                paragraphs=(
                    "Madame, Monsieur,",
                    "Sauf erreur de notre part, la facture ci-dessous, échue le 30 juin 2026, n'est pas réglée malgré notre premier rappel du 8 juillet. Nous vous prions de procéder à son paiement sous huit jours.",
                ),
                grid=Grid(
                    head=("Facture", "Émise le", "Échue le", "Montant TTC", "Reçu", "Reste dû"),
                    rows=(("FA-2026-0018", "12/03/2026", "30/06/2026", "14 678,91 €", "4 000,00 €", "10 678,91 €"),),
                    align="lllrrr",
                    widths=(22, 16, 16, 18, 16, 18),
                    total=("Total", "", "", "", "", "10 678,91 €"),
                ),
            ),
            Section(
                paragraphs=(
                    "Si votre paiement nous est parvenu entre-temps, ne tenez pas compte de ce courrier.",
                    "Nous vous prions d'agréer, Madame, Monsieur, nos salutations distinguées.",
                    "Antoine Lefèvre",
                )
            ),
        ),
        ask=ask_for(1067891, "FA-2026-0018", date(2026, 7, 31)),
        statements=BUSINESS_WORDS[:1],
        issued_on=date(2026, 7, 22),
    )


def statement() -> Paper:
    """A customer's statement over a year."""
    rows, balance = [], 0
    for month in range(1, 13):
        balance += 124050
        rows.append((f"05/{month:02d}/2026", "Facture", f"FA-2026-{month * 7:04d}", "1 240,50", "", _figures(balance)))
        balance -= 100000
        rows.append(
            (f"28/{month:02d}/2026", "Virement reçu", f"VIR {month:02d}/2026", "", "1 000,00", _figures(balance))
        )
    return base(
        "statement",
        "Relevé de compte",
        None,
        buyer=BUSINESS,
        heads=(
            Fact(label="Période", value="1er janvier au 31 décembre 2026"),
            Fact(label="Solde", value="2 886,00 € en notre faveur"),
        ),
        sections_before=(
            Section(
                heading="Mouvements",
                grid=Grid(
                    head=("Date", "Opération", "Référence", "Débit", "Crédit", "Solde"),
                    rows=tuple(rows),
                    align="lllrrr",
                    widths=(14, 24, 22, 14, 14, 14),
                    total=("", "Totaux", "", "14 886,00", "12 000,00", "2 886,00"),
                ),
            ),
        ),
        issued_on=date(2026, 12, 31),
    )


def _figures(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", "\u202f") + f",{cents % 100:02d}"


def evidence() -> Paper:
    """The evidence file of a signature."""
    return base(
        "evidence",
        "Dossier de preuve de signature",
        "DE-2026-0008",
        heads=(
            Fact(label="Document signé", value="Devis DE-2026-0008, version 2"),
            Fact(label="Niveau", value="signature électronique simple"),
        ),
        sections_before=(
            Section(
                heading="Ce qui a été présenté",
                facts=(
                    Fact(label="Document", value="Devis DE-2026-0008, version 2, 3 pages, français"),
                    Fact(
                        label="Empreinte SHA-256 du fichier",
                        value="4be1c0de94b7a2f318c5d0e17f6a8b29340417cc6e5b21fa9d9f2c41d07ab3e85",
                    ),
                    Fact(label="Ouvert le", value="2 février 2026 à 18:36:02 (Europe/Paris)"),
                    Fact(label="Lu jusqu'à la page", value="3 sur 3"),
                ),
            ),
            Section(
                heading="Consentement",
                paragraphs=(
                    "« J'ai lu le devis n° DE-2026-0008, version 2, et les conditions jointes ; je l'accepte et je m'engage à payer. »",
                ),
                facts=(
                    Fact(label="Case cochée le", value="2 février 2026 à 18:40:31"),
                    Fact(
                        label="Code à usage unique",
                        value="envoyé par SMS au 06 •• •• •• 00 à 18:40:33, saisi correctement au 1er essai à 18:41:12",
                    ),
                ),
            ),
            Section(
                heading="Circonstances techniques",
                facts=(
                    Fact(label="Adresse IP", value="2001:db8:42::17"),
                    Fact(
                        label="Logiciel du client",
                        value="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                    ),
                    Fact(label="Horodatage", value="jeton RFC 3161, 2 février 2026 à 18:41:13, autorité d'essai"),
                ),
                grid=Grid(
                    head=("Heure", "Acte", "Empreinte de l'écriture"),
                    rows=(
                        ("18:36:02", "Document présenté", "55a1 c0de 94b7 a2f3"),
                        ("18:40:33", "Code envoyé", "18c5 d0e1 7f6a 8b29"),
                        ("18:41:12", "Signature enregistrée", "3404 17cc 6e5b 21fa"),
                    ),
                    align="lll",
                    widths=(16, 50, 40),
                ),
            ),
        ),
        signatures=signed_quote().signatures[:1],
        statements=(
            Statement(
                code="simple",
                words="Signature électronique simple au sens du règlement (UE) n° 910/2014, article 3 : elle ne bénéficie pas de la présomption de fiabilité, réservée à la signature qualifiée.",
                law="C. civ. 1367 ; décret n° 2017-1416",
            ),
        ),
        issued_on=date(2026, 2, 2),
    )


def attestation() -> Paper:
    """An attestation to the reduced rate, a letter with boxes."""
    return base(
        "attestation",
        "Attestation",
        "AT-2026-0002",
        sections_before=(
            Section(
                heading="Taux réduit de TVA",
                paragraphs=(
                    "Je soussignée Élodie Marchand atteste que les travaux décrits au devis DE-2026-0008 portent sur un local à usage d'habitation achevé depuis plus de deux ans.",
                    "Les travaux n'ont pas pour effet, sur deux ans, de concourir à la production d'un immeuble neuf.",
                ),
            ),
        ),
        signature_boxes=("Le client",),
        statements=(
            Statement(
                code="279",
                words="Le client conserve une copie de cette attestation et les factures jusqu'au 31 décembre de la cinquième année suivante.",
                law="CGI 279-0 bis",
            ),
        ),
    )


def closure_report() -> Paper:
    """The closure of a month."""
    return base(
        "closure_report",
        "Clôture mensuelle",
        "2026-03",
        buyer=None,
        heads=(
            Fact(label="Période", value="1er au 31 mars 2026"),
            Fact(label="Fermée le", value="1er avril 2026 à 00:04:11"),
            Fact(label="Écritures", value="n° 41 002 à n° 48 650"),
        ),
        sections_before=(
            Section(
                heading="Totaux par taux",
                grid=Grid(
                    head=("Taux", "Base HT", "TVA", "TTC"),
                    rows=(
                        ("20 %", "12 480,00", "2 496,00", "14 976,00"),
                        ("10 %", "34 912,40", "3 491,24", "38 403,64"),
                        ("5,5 %", "2 100,00", "115,50", "2 215,50"),
                    ),
                    align="lrrr",
                    widths=(34, 22, 22, 22),
                    total=("Total du mois", "49 492,40", "6 102,74", "55 595,14"),
                ),
            ),
            Section(
                heading="Cumuls",
                facts=(
                    Fact(label="Depuis le début de l'exercice, TTC", value="148 212,07 €"),
                    Fact(label="Grand total perpétuel, TTC", value="1 204 118,33 €"),
                    Fact(label="Grand total perpétuel absolu, TTC", value="1 207 551,93 €"),
                    Fact(label="Duplicata délivrés", value="2"),
                ),
            ),
            Section(
                heading="Chaîne",
                facts=(
                    Fact(label="Empreinte de tête", value=PROOF.fingerprint),
                    Fact(label="Nombre d'écritures", value="7 649"),
                ),
            ),
        ),
        issued_on=date(2026, 4, 1),
    )


def english_invoice() -> Paper:
    """An invoice in the language of a foreign customer."""
    lines = [
        line(1, "Removal of the old staircase, waste taken to the recycling centre", "1", "lump sum", "380.00"),
        line(2, "Quarter-turn staircase in solid oak, 14 steps, handrail included", "1", "piece", "4250.00"),
        line(3, "Fitting on site", "22", "h", "52.00"),
        line(
            4,
            "Matt varnish, two coats, solvent free: the client's choice of tint",
            "18.5",
            "m²",
            "24.60",
            share_bp=1000,
        ),
        line(5, "Recessed riser lights", "7", "piece", "39.90", 2000, nature="goods"),
    ]
    paper = replace(
        base(
            "invoice", "Invoice", "FA-2026-0022", language="en", buyer=FOREIGN, subject="Staircase of the holiday home"
        ),
        heads=(
            Fact(label="Work done", value="9 to 11 March 2026"),
            Fact(label="Quote accepted", value="DE-2026-0013 of 2 February 2026"),
        ),
        statements=(
            Statement(
                code="guarantee",
                words="The goods carry the two-year legal guarantee of conformity.",
                law="C. conso. L217-3",
            ),
            Statement(
                code="mediator",
                words="Consumer mediator: Médiation du Grésivaudan, 2 place de la Gare, 38000 Grenoble, mediation.test.",
                law="C. conso. L616-1",
            ),
        ),
        proof=replace(PROOF, address=None),
    )
    paper = with_totals(paper, lines)
    assert paper.gross_cents is not None
    return replace(paper, due_cents=paper.gross_cents, ask=ask_for(paper.gross_cents, "FA-2026-0022"))


def long_invoice(count: int = 300) -> Paper:
    """An invoice of many lines, some long, over four rates."""
    rates = (2000, 1000, 550, 210)
    lines = [
        line(
            at + 1,
            f"Fourniture n° {at + 1} : "
            + "lame de parquet en chêne, pose collée, chutes comprises, " * (1 + (at % 17 == 0) * 3 + (at % 5 == 0)),
            str(Decimal(at % 9 + 1) + Decimal("0.25")),
            "m²",
            f"{17 + at % 43}.{at % 100:02d}",
            rates[at % 4],
            share_bp=500 if at % 11 == 0 else None,
        )
        for at in range(count)
    ]
    paper = replace(with_totals(invoice(), lines), number="FA-2026-0300", subject="Parquets des douze appartements")
    assert paper.gross_cents is not None
    return replace(paper, due_cents=paper.gross_cents, ask=ask_for(paper.gross_cents, "FA-2026-0300"))


def many_rates(count: int = 30) -> Paper:
    """An invoice of many VAT rows, as an international one may have."""
    paper = with_totals(
        invoice(), [line(at + 1, f"Poste à {at / 2} %", "1", "u", "100.00", at * 50) for at in range(count)]
    )
    assert paper.gross_cents is not None
    return replace(paper, due_cents=paper.gross_cents, ask=ask_for(paper.gross_cents, "FA-2026-0017"))


def copy() -> Paper:
    """The third copy of an invoice."""
    return replace(invoice(), copy=3)


def training() -> Paper:
    """An invoice made to learn with."""
    return replace(invoice(), training=True, number="FICTIF-0001")


ALL: dict[str, Callable[[], Paper]] = {
    made.__name__: made
    for made in (
        invoice,
        business_invoice,
        full_issuer,
        deposit_invoice,
        final_invoice,
        credit_note,
        franchise_invoice,
        quote,
        signed_quote,
        note,
        receipt,
        payment_request,
        deposit_request,
        reminder,
        statement,
        evidence,
        attestation,
        closure_report,
        english_invoice,
        long_invoice,
        many_rates,
        copy,
        training,
    )
}
