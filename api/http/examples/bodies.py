"""The body of each example, by the name of its command; members that the address gives are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.http.examples import ids

_CLIENT: Final = {
    "name": "Camille Exemple",
    "address": {"lines": ["3 rue des Tilleuls"], "postcode": "69003", "city": "Lyon"},
    "email": "camille@example.fr",
}

_PROFILE: Final = {
    "siren": "123456782",
    "siret": "12345678200002",
    "legal_form": "SARL",
    "vat_regime": "normal_quarterly",
    "price_basis": "net",
    "trades": ["building"],
    "late_penalty_bp": 1215,
    "details": {
        "name": "Atelier Exemple",
        "address": {"lines": ["12 rue des Copeaux"], "postcode": "69001", "city": "Lyon"},
        "email": "atelier@example.fr",
        "phone": "+33 4 00 00 00 00",
        "capital": "10 000 €",
        "trade_register": "RCS Lyon 123 456 782",
        "vat_number": "FR11123456782",
        "insurance": {
            "insurer": "Assurance Exemple",
            "contact": "1 place Exemple, 69002 Lyon",
            "area": "France",
            "contract": "DEC-0001",
        },
        "mediator": "Médiateur Exemple, 2 place Exemple, 75001 Paris, mediateur.example.fr",
        "iban": "FR7630006000011234567890189",
        "guarantees": "Garanties légales de conformité et des vices cachés ; garantie décennale.",
        "terms": "Conditions générales remises avec le devis.",
    },
}

_LOGO: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR42mOQ96uEIwbiOABwYw5hbL75"
    "wgAAAABJRU5ErkJggg=="
)  # four pixels by four

_KITCHEN: Final = [
    {
        "label": "Cuisine en chêne, fabriquée sur mesure",
        "quantity": "1",
        "unit_price": "4200",
        "rate_bp": 2000,
        "nature": "goods",
    },
    {
        "label": "Pose",
        "quantity": "16",
        "unit": "HUR",
        "unit_price": "48",
        "rate_bp": 2000,
        "nature": "services",
        "purpose": "labour_hourly",
    },
]

_SHELF: Final = [
    {"label": "Étagère", "quantity": "2", "unit_price": "95.5", "rate_bp": 2000, "nature": "goods"},
]

_TEXTS: Final = {
    "title": "Cuisine",
    "terms": "30 % à la commande, le solde à la fin des travaux.",
    "waste": "Déchets : 0,5 t de bois, enlèvement compris, point de collecte Exemple, Lyon.",
    "performance_place": "3 rue des Tilleuls, 69003 Lyon",
    "works_description": "Fabrication et pose d'une cuisine.",
}

_QUOTE: Final = {
    "customer": ids.CUSTOMER,
    "channel": "premises",
    "special_order": True,
    "lines": _KITCHEN,
    "texts": _TEXTS,
    "schedule": [
        {"share_bp": 3_000, "trigger": "signature"},
        {"share_bp": 3_000, "trigger": "milestone", "milestone": "workshop"},
    ],
    "duration_days": 20,
}

_EVIDENCE: Final = {"name_typed": "Camille Exemple", "consent_text": "Lu et approuvé, bon pour accord."}

_EVIDENCE_BY_CODE: Final = {**_EVIDENCE, "code_sent_to": "camille@example.fr"}

BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    # the business and its customers
    "issuer.set_profile": {**_PROFILE, "late_penalty_bp": 1240},
    "issuer.set_brand": {"accent": "#1f4e79", "logo": _LOGO},
    "series.open": {"id": ids.SERIES, "use": "invoice", "prefix": "W-", "justification": "web-shop"},
    "series.close": {},
    "policy.set_deposits": {"rules": [{"from_cents": 50_000, "share_bp": 3_000, "due_days": 7}]},
    "policy.set_reminders": {
        "about": "invoice",
        "steps": [{"days": 7, "tone": "friendly"}, {"days": 15, "tone": "firm", "to": "client_and_observers"}],
    },
    "anchor.set_policy": {"anchors": {"interval_minutes": 60, "timestamp": True}},
    "customer.register": {"id": ids.CUSTOMER, "kind": "consumer", "party": _CLIENT},
    "customer.update": {"kind": "consumer", "party": {**_CLIENT, "phone": "+33 6 00 00 00 00"}},
    "customer.record_consent": {"subject": "electronic_invoice", "given": True},
    "observer.add": {
        "id": ids.OBSERVER,
        "about": ids.QUOTE,
        "about_kind": "quote",
        "party": {"name": "Architecte Exemple", "email": "architecte@example.fr"},
    },
    "observer.remove": {},
    # the technical journal, the drawer, tasks
    "journal.sign_in": {"subject": "user:4f2a", "method": "password_totp", "role": "operator"},
    "journal.sign_out": {"subject": "user:4f2a", "cause": "asked"},
    "journal.sign_in_failure": {"method": "password", "count": 3},
    "journal.access": {"subject": "user:4f2a", "role": "operator"},
    "journal.software": {"software": "sceau 0.1.1", "perimeter": ids.DIGEST, "major": False},
    "journal.integrity_failure": {"finding": "seal_missing", "at_seq": 2},
    "attestation.issue": {
        "software": "sceau 0.1.1",
        "perimeter": ids.DIGEST,
        "document": ids.DIGEST,
        "embedded_salt": "7c1f0a52c2b0443ea0a4b8a7f0f6a3de",
    },
    "drawer.count": {"till": "1", "counted_cents": 15_000, "expected_cents": 15_000},
    "task.close": {"outcome": "done"},
    # history of another software
    "history.begin_import": {
        "source": "ancien-logiciel",
        "source_digest": ids.DIGEST,
        "source_bytes": 51_200,
        "mapping_digest": ids.DIGEST,
    },
    "history.add_documents": {
        "documents": [
            {
                "kind": "invoice",
                "reference": "FA-2025-0107",
                "issued_on": "2025-11-03",
                "net_cents": 100_000,
                "vat_cents": 20_000,
                "gross_cents": 120_000,
                "row": 2,
                "client": {"name": "Camille Exemple"},
            }
        ]
    },
    "history.finish_import": {"documents": 1, "refused": 0},
    # quotes
    "quote.issue": {"id": ids.QUOTE, **_QUOTE},
    "quote.revise": {**_QUOTE, "discount": {"share_bp": 500, "reason": "loyalty"}},
    "quote.send": {"by": "email"},
    "quote.view": {"by": "client"},
    "quote.sign": {"document_version": 2, "fingerprint": ids.DIGEST, "evidence": _EVIDENCE},
    "quote.decline": {"reason": "too_expensive"},
    "quote.expire": {},
    "quote.cancel": {"by": "client", "words": "Le client renonce à la cuisine."},
    "quote.withdraw": {"by": "form"},
    "quote.reach_milestone": {"milestone": "workshop"},
    "delivery.record": {"id": ids.DELIVERY, "about": ids.QUOTE, "about_kind": "quote", "on": "2026-10-05"},
    "work.accept": {"id": ids.ACCEPTANCE, "about": ids.QUOTE, "about_kind": "quote", "on": "2026-10-05"},
    # signatures and attachments
    "signature.request": {
        "id": ids.SIGNATURE,
        "quote": ids.QUOTE_SIGNED_REMOTELY,
        "signatories": [{"id": ids.SIGNATORY, "method": "code", "code_by": "email", "party": _CLIENT}],
    },
    "signature.record_code_sent": {
        "signatory": ids.SIGNATORY,
        "by": "email",
        "expires_at": "2026-10-05T10:00:00.000000Z",
    },
    "signature.record_code_checked": {"signatory": ids.SIGNATORY, "outcome": "right"},
    "signature.give": {"signatory": ids.SIGNATORY, "signed": ids.DIGEST, "evidence": _EVIDENCE_BY_CODE},
    "signature.refuse": {"signatory": ids.SIGNATORY_REFUSING, "reason": "too_expensive"},
    "signature.cancel": {"reason": "asked"},
    "attachment.add": {
        "id": ids.ATTACHMENT,
        "about": ids.QUOTE,
        "digest": ids.DIGEST,
        "bytes": 48_213,
        "media_type": "application/pdf",
        "title": "Plan de la cuisine",
    },
    # deposits
    "deposit.request": {
        "id": ids.DEPOSIT,
        "customer": ids.CUSTOMER,
        "kind": "acompte",
        "amount_cents": 12_000,
        "rate_bp": 2_000,
        "nature": "services",
        "title": "Acompte sur réparation",
    },
    "deposit.cancel": {"by": "issuer"},
    "deposit.invoice": {"id": ids.DEPOSIT_INVOICE},
    "deposit.settle": {"outcome": "refund", "by": "issuer"},
    "receipt.issue": {"id": ids.RECEIPT, "payment": ids.PAYMENT_DEPOSIT},
    # invoices
    "invoice.issue": {
        "id": ids.INVOICE,
        "customer": ids.CUSTOMER,
        "lines": _SHELF,
        "supplied_on": "2026-10-05",
    },
    "invoice.issue_progress": {"id": ids.INVOICE_PROGRESS, "quote": ids.QUOTE, "performed_bp": [5_000, 0]},
    "invoice.issue_final": {"id": ids.INVOICE_FINAL, "quote": ids.QUOTE},
    "invoice.credit": {
        "id": ids.CREDIT_NOTE,
        "cause": "return",
        "lines": [{"rank": 1, "quantity": "1"}],
        "notes": "Une étagère rendue.",
    },
    "invoice.send": {"by": "email"},
    "invoice.view": {"by": "client"},
    "invoice.dispute": {"state": "opened", "reason": "damaged"},
    "invoice.charge_penalty": {},
    "invoice.write_off": {"reason": "insolvency"},
    "note.issue": {
        "id": ids.NOTE,
        "kind": "services",
        "performed_on": "2026-10-05",
        "client": _CLIENT,
        "lines": [{"label": "Affûtage", "quantity": "3", "unit_price": "12.5", "rate_bp": 2000, "nature": "services"}],
    },
    # recurring billing
    "subscription.start": {
        "id": ids.SUBSCRIPTION,
        "customer": ids.CUSTOMER,
        "every": "month",
        "starts_on": "2026-10-05",
        "lines": [{"label": "Entretien", "unit_price": "40", "rate_bp": 2000, "nature": "services"}],
    },
    "subscription.change": {
        "from_on": "2026-11-05",
        "lines": [{"label": "Entretien", "unit_price": "45", "rate_bp": 2000, "nature": "services"}],
    },
    "subscription.pause": {"paused": True},
    "subscription.stop": {"by": "client"},
    "subscription.invoice": {"id": ids.SUBSCRIPTION_INVOICE},
    # money
    "payment.announce": {
        "id": ids.PAYMENT_ANNOUNCED,
        "means": "credit_transfer",
        "amount_cents": 5_000,
        "about": ids.INVOICE,
        "about_kind": "invoice",
    },
    "payment.record": {
        "id": ids.PAYMENT,
        "means": "card",
        "amount_cents": 10_000,
        "allocations": [{"about": ids.INVOICE, "about_kind": "invoice", "amount_cents": 10_000}],
        "reference": "TPE-0042",
    },
    "payment.allocate": {"allocations": [{"about": ids.INVOICE, "about_kind": "invoice", "amount_cents": 1_000}]},
    "payment.reverse": {"cause": "unpaid"},
    "payment.fail": {"cause": "not_received"},
    "payment.correct_means": {"means": "instant_transfer"},
    "payment.refund": {
        "id": ids.REFUND,
        "means": "card",
        "amount_cents": 2_000,
        "payment": ids.PAYMENT_FREE,
        "about": ids.PAYMENT_FREE,
        "about_kind": "payment",
    },
    "online_payment.open": {
        "id": ids.ONLINE_PAYMENT,
        "provider": "example-pay",
        "provider_reference": "pi_0001",
        "about": ids.INVOICE,
        "about_kind": "invoice",
        "amount_cents": 1_500,
    },
    "online_payment.end": {"outcome": "expired"},
    "chargeback.open": {"amount_cents": 4_000, "provider_reference": "dp_0001", "respond_by": "2026-12-06"},
    "chargeback.close": {"outcome": "lost"},
    "provider.record_payout": {
        "provider": "example-pay",
        "provider_reference": "po_0001",
        "gross_cents": 10_000,
        "fee_cents": 175,
    },
    "provider.record_payout_return": {"provider": "example-pay", "provider_reference": "po_0001"},
    "period.close": {"period": "day"},
    "period.set_year_end": {"ends_on": "2027-03-31"},
    # messages and what surrounds documents
    "message.queue": {
        "purpose": "invoice",
        "occasion": "invoice-sent-1",
        "template": "invoice-fr-1",
        "about": ids.INVOICE,
        "addressee": {"name": "Camille Exemple", "address": "camille@example.fr"},
    },
    "message.record_sent": {"reference": "smtp-0001"},
    "message.record_failed": {"cause": "mailbox_full", "final": True},
    "reminder.record": {
        "about": ids.INVOICE_LATE,
        "about_kind": "invoice",
        "step": 1,
        "tone": "friendly",
    },
    "comment.add": {
        "id": ids.COMMENT,
        "about": ids.QUOTE,
        "about_kind": "quote",
        "by": "client",
        "question": True,
        "words": "La pose est-elle possible en novembre ?",
    },
    "link.create": {
        "id": ids.LINK,
        "about": ids.QUOTE,
        "about_kind": "quote",
        "purpose": "read",
        "token_digest": ids.DIGEST,
    },
    "link.revoke": {"cause": "asked"},
    "copy.make": {"about": ids.INVOICE, "kind": "invoice", "by": "print"},
    "statement.import": {
        "digest": ids.DIGEST,
        "statement_reference": "REL-2026-11-21",
        "entries": 3,
        "matched": 2,
        "ambiguous": 1,
        "from_on": "2026-11-21",
        "to_on": "2026-11-21",
    },
    "export.record": {
        "kind": "ereport-10.3-in",
        "from_on": "2026-10-01",
        "to_on": "2026-10-10",
        "upto_seq": 1,
        "digest": ids.DIGEST,
        "rows": 1,
    },
    "ereport.record": {"state": "handed_over"},
}
"""The body of every command's example."""

OPENING: Final = {"name": "atelier", "kind": "live", "profile": _PROFILE}
"""The example of opening a ledger."""

KEY_EXAMPLE: Final = {"label": "till 1", "role": "operator"}
"""The example of making a key."""

DRAFT_EXAMPLE: Final = {
    "id": ids.DRAFT,
    "kind": "invoice",
    "command": {"customer": ids.CUSTOMER, "lines": _SHELF},
    "notes": {"to_ask": "la date de livraison"},
}
"""The example of a draft."""
