"""The ready-made words in French: template -> (subject, text)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_HELLO: Final = "Bonjour{% if recipient_name %} {{ recipient_name }}{% endif %},\n\n"
_BYE: Final = "\n\nCordialement,\n{{ business_name }}{% if business_phone %}\n{{ business_phone }}{% endif %}"


def _letter(text: str) -> str:
    return _HELLO + text.strip("\n") + _BYE


_PAY: Final = """
{% if payable_from %}La loi interdit tout paiement avant le {{ payable_from }} : merci d'attendre ce jour.

{% endif %}Pour payer par carte ou par virement :

{{ link }}
{% if reference %}
Par virement, indiquez cette référence : {{ reference }}
{% endif %}"""

FRENCH: Final[Mapping[str, tuple[str, str]]] = {
    "quote_sent": (
        "Votre devis {{ number }}{% if title %} : {{ title }}{% endif %}",
        _letter(
            """
Voici notre devis {{ number }}{% if title %} ({{ title }}){% endif %}, d'un montant de {{ amount }} TTC.

Vous pouvez le lire, choisir les options, poser une question et le signer en ligne :

{{ link }}
{% if valid_until %}
Il est valable jusqu'au {{ valid_until }}.
{% endif %}
Le devis est joint à ce message. Répondez-nous simplement si quelque chose n'est pas clair."""
        ),
    ),
    "quote_viewed": (
        "{{ customer_name or 'Votre client' }} a ouvert le devis {{ number }}",
        """{{ customer_name or 'Votre client' }} vient d'ouvrir le devis {{ number }}{% if title %} \
({{ title }}){% endif %}, d'un montant de {{ amount }} TTC.
{% if valid_until %}
Il est valable jusqu'au {{ valid_until }}.
{% endif %}""",
    ),
    "signature_requested": (
        "À signer : {{ document }} ({{ business_name }})",
        _letter(
            """
Nous vous demandons de signer {{ document }}{% if title %} ({{ title }}){% endif %}. Cela prend une minute, en ligne :

{{ link }}
{% if valid_until %}
Vous pouvez signer jusqu'au {{ valid_until }}.
{% endif %}"""
        ),
    ),
    "code": (
        "{{ code }} : votre code pour signer",
        """Votre code pour signer{% if document %} {{ document }}{% endif %} ({{ business_name }}) :

{{ code }}

Il est valable {{ minutes }} minutes et ne sert qu'une fois. Ne le donnez à personne, pas même à nous.

Si vous n'avez rien demandé, ignorez ce message.""",
    ),
    "signed": (
        "Signé : {{ document }}",
        _letter(
            """
Tout le monde a signé {{ document }}{% if title %} ({{ title }}){% endif %}{% if signed_on %}, \
le {{ signed_on }}{% endif %}.

Vous trouverez ci-joint le document signé et son dossier de preuve. Gardez-les : ils vous appartiennent.
{% if link %}
Vous retrouvez le contrat, son échéancier et ses factures ici :

{{ link }}
{% endif %}
Merci de votre confiance."""
        ),
    ),
    "signed_business": (
        "Signé : {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Votre client' }} a signé {{ document }}{% if title %} ({{ title }}){% endif %}\
{% if amount %}, {{ amount }} TTC{% endif %}.
{% if signatories %}
{{ signatories }}
{% endif %}
Le document signé et son dossier de preuve sont joints.""",
    ),
    "declined": (
        "Refusé : {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Votre client' }} a refusé {{ document }}{% if title %} ({{ title }}){% endif %}.
{% if reason %}
Motif : {{ reason }}
{% endif %}{% if words %}
{{ words }}
{% endif %}""",
    ),
    "question_asked": (
        "{{ author or 'Votre client' }} vous écrit : {{ document }}",
        """{{ author or 'Votre client' }} a écrit concernant {{ document }}{% if title %} ({{ title }}){% endif %} :

{{ words }}

Répondez depuis votre bureau : la réponse lui parviendra et restera avec le document.""",
    ),
    "question_answered": (
        "{{ business_name }} vous a répondu : {{ document }}",
        _letter(
            """
Nous vous avons répondu concernant {{ document }} :

{{ words }}
{% if link %}
Pour poursuivre l'échange :

{{ link }}
{% endif %}"""
        ),
    ),
    "deposit_requested": (
        "{{ amount }} à régler{% if quote_number %} pour le devis {{ quote_number }}{% endif %}",
        _letter(
            """
Merci pour votre accord{% if quote_number %} sur le devis {{ quote_number }}{% endif %}. Pour commencer, nous vous \
demandons {{ amount }}, à régler au plus tard le {{ due_on }}.
{% if kind_sentence %}
{{ kind_sentence }}
{% endif %}"""
            + _PAY
        ),
    ),
    "payment_announced": (
        "Virement annoncé : {{ amount }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Votre client' }} annonce un paiement de {{ amount }} ({{ means }})\
{% if document %} pour {{ document }}{% endif %}.

Il n'est pas encore reçu : il le sera quand votre banque le dira.""",
    ),
    "paid": (
        "Paiement reçu : {{ paid_amount }}",
        _letter(
            """
Nous avons bien reçu {{ paid_amount }}{% if means %} ({{ means }}){% endif %}{% if paid_on %} le {{ paid_on }}\
{% endif %}{% if document %} pour {{ document }}{% endif %}. Merci.
{% if open_amount %}
Il reste à régler {{ open_amount }}.
{% endif %}{% if link %}
Tout est ici :

{{ link }}
{% endif %}"""
        ),
    ),
    "receipt_sent": (
        "Votre reçu {{ number }}",
        _letter(
            """
Voici le reçu {{ number }} pour les {{ paid_amount }} que vous nous avez réglés."""
        ),
    ),
    "reminder_quote_friendly": (
        "Votre devis {{ number }} vous attend",
        _letter(
            """
Notre devis {{ number }}{% if title %} ({{ title }}){% endif %} est valable jusqu'au {{ valid_until }}. Avez-vous une \
question ? Nous sommes là pour y répondre.

{{ link }}"""
        ),
    ),
    "reminder_quote_firm": (
        "Devis {{ number }} : valable jusqu'au {{ valid_until }}",
        _letter(
            """
Notre devis {{ number }}{% if title %} ({{ title }}){% endif %}, d'un montant de {{ amount }} TTC, est valable \
jusqu'au {{ valid_until }}. Passé ce jour, prix et délais pourront changer.

{{ link }}"""
        ),
    ),
    "reminder_quote_final": (
        "Dernier rappel : le devis {{ number }} prend fin le {{ valid_until }}",
        _letter(
            """
Le devis {{ number }}{% if title %} ({{ title }}){% endif %} prend fin le {{ valid_until }}. C'est notre dernier \
rappel. Si vous ne souhaitez pas donner suite, un clic suffit pour nous le dire.

{{ link }}"""
        ),
    ),
    "reminder_deposit_friendly": (
        "{% if days_late %}Rappel : {{ open_amount }} à régler{% else %}{{ open_amount }} à régler au plus tard le \
{{ due_on }}{% endif %}",
        _letter(
            """
{% if days_late %}Sauf erreur de notre part, nous n'avons pas encore reçu les {{ open_amount }}\
{% if quote_number %} du devis {{ quote_number }}{% endif %}, attendus le {{ due_on }}. Si c'est fait, merci, et \
oubliez ce message.{% else %}Nous vous rappelons que {{ open_amount }}{% if quote_number %} du devis \
{{ quote_number }}{% endif %} sont à régler au plus tard le {{ due_on }}.{% endif %}
"""
            + _PAY
        ),
    ),
    "reminder_deposit_firm": (
        "{{ open_amount }} en attente depuis le {{ due_on }}",
        _letter(
            """
{{ open_amount }}{% if quote_number %} du devis {{ quote_number }}{% endif %} {% if days_late %}étaient attendus \
le {{ due_on }}, il y a {{ days_late }}{% else %}sont attendus le {{ due_on }}{% endif %}. Nous ne pouvons pas \
commencer avant de les avoir reçus.
"""
            + _PAY
        ),
    ),
    "reminder_deposit_final": (
        "Dernier rappel : {{ open_amount }} en attente",
        _letter(
            """
Malgré nos rappels, nous n'avons pas reçu les {{ open_amount }}{% if quote_number %} du devis {{ quote_number }}\
{% endif %} attendus le {{ due_on }}. Sans règlement de votre part, nous ne pourrons pas vous garder notre \
disponibilité. Appelez-nous si quelque chose vous en empêche.
"""
            + _PAY
        ),
    ),
    "reminder_invoice_friendly": (
        "{% if days_late %}Rappel : facture {{ number }}{% else %}Facture {{ number }} : échéance le {{ due_on }}\
{% endif %}",
        _letter(
            """
{% if days_late %}Sauf erreur de notre part, la facture {{ number }} n'est pas encore réglée : il reste \
{{ open_amount }}, attendus le {{ due_on }}. Si c'est fait, merci, et oubliez ce message.{% else %}La facture \
{{ number }} arrive à échéance le {{ due_on }} : il reste {{ open_amount }} à régler.{% endif %}
"""
            + _PAY
        ),
    ),
    "reminder_invoice_firm": (
        "Facture {{ number }} : {{ open_amount }} en retard",
        _letter(
            """
La facture {{ number }} était à régler le {{ due_on }}{% if days_late %}, il y a {{ days_late }}{% endif %}. Il \
reste {{ open_amount }}. Merci de nous régler sous huit jours, ou de nous dire ce qui vous en empêche.
"""
            + _PAY
        ),
    ),
    "reminder_invoice_final": (
        "Dernier rappel avant mise en demeure : facture {{ number }}",
        _letter(
            """
Malgré nos rappels, la facture {{ number }} reste impayée : {{ open_amount }}, attendus le {{ due_on }}\
{% if days_late %}, il y a {{ days_late }}{% endif %}. Sans règlement sous huit jours, nous vous adresserons une \
mise en demeure. Si vous contestez cette facture, dites-le-nous : nous chercherons une solution.
"""
            + _PAY
        ),
    ),
    "invoice_sent": (
        "Votre facture {{ number }}",
        _letter(
            """
Voici la facture {{ number }}{% if title %} ({{ title }}){% endif %}, d'un montant de {{ amount }} TTC.
{% if open_amount %}
Il reste {{ open_amount }} à régler au plus tard le {{ due_on }}.
"""
            + _PAY
            + """{% else %}
Elle est réglée. Merci.
{% if link %}
Vous la retrouvez ici :

{{ link }}
{% endif %}{% endif %}"""
        ),
    ),
    "credit_note_sent": (
        "Votre avoir {{ number }}",
        _letter(
            """
Voici l'avoir {{ number }}, d'un montant de {{ amount }} TTC.{% if invoice_number %} Il annule, à hauteur de ce \
montant, la facture {{ invoice_number }} du {{ invoice_on }}.{% endif %}{% if refund_amount %} Nous vous remboursons \
{{ refund_amount }}.{% endif %}
{% if link %}
Vous le retrouvez ici :

{{ link }}
{% endif %}"""
        ),
    ),
    "withdrawal_acknowledged": (
        "Accusé de réception de votre rétractation : {{ document }}",
        _letter(
            """
Nous accusons réception de votre rétractation (article L221-21 du code de la consommation).

Contrat : {{ document }}{% if title %} ({{ title }}){% endif %}{% if signed_on %}, conclu le {{ signed_on }}{% endif %}
Consommateur : {{ customer_name }}
Déclaration : je vous notifie ma rétractation du contrat ci-dessus.
Reçue le : {{ withdrawn_at }}
{% if refund_amount %}
Nous vous rembourserons {{ refund_amount }} au plus tard le {{ refund_by }}.
{% endif %}
Gardez ce message : il fait preuve de la date et du contenu de votre rétractation."""
        ),
    ),
    "withdrawal_business": (
        "Rétractation : {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Votre client' }} a exercé son droit de rétractation le {{ withdrawn_at }} :
{{ document }}{% if title %} ({{ title }}){% endif %}.
{% if refund_amount %}
Vous devez lui rembourser {{ refund_amount }} au plus tard le {{ refund_by }}.
{% endif %}
L'accusé de réception lui a été envoyé.""",
    ),
    "link_renewed": (
        "Votre nouveau lien : {{ document }}",
        _letter(
            """
Voici un nouveau lien pour {{ document }}. L'ancien ne fonctionne plus.

{{ link }}"""
        ),
    ),
    "observer_invited": (
        "{{ business_name }} vous invite à suivre {{ document }}",
        _letter(
            """
Vous pouvez suivre {{ document }}{% if customer_name %} ({{ customer_name }}){% endif %} : lire les documents, voir \
où cela en est, commenter. Vous recevrez une copie des messages importants.

{{ link }}"""
        ),
    ),
    "observer_copy": (
        "Pour information : {{ summary }}",
        _letter(
            """
Vous suivez {{ document }}{% if customer_name %} ({{ customer_name }}){% endif %}. Du nouveau : {{ summary }}.
{% if link %}
{{ link }}
{% endif %}"""
        ),
    ),
    "invitation": (
        "{{ business_name }} vous invite sur Sceau",
        """Bonjour{% if recipient_name %} {{ recipient_name }}{% endif %},

{{ business_name }} vous invite à travailler dans son registre de facturation{% if role %} ({{ role }}){% endif %}. \
Choisissez votre mot de passe ici :

{{ link }}

Ce lien ne sert qu'une fois. Si vous n'attendiez pas cette invitation, ignorez ce message.""",
    ),
    "password_reset": (
        "Choisir un nouveau mot de passe",
        """Bonjour{% if recipient_name %} {{ recipient_name }}{% endif %},

Quelqu'un a demandé un nouveau mot de passe pour votre compte. Si c'est vous :

{{ link }}

Ce lien ne sert qu'une fois{% if minutes %}, pendant {{ minutes }} minutes{% endif %}. Si ce n'est pas vous, ignorez \
ce message : votre mot de passe ne change pas.""",
    ),
    "digest": (
        "Votre journée : {{ title }}",
        """Bonjour,

{{ summary }}
{% if link %}
{{ link }}
{% endif %}""",
    ),
    "test": (
        "Essai d'envoi",
        """Ceci est un essai d'envoi de Sceau. Si vous lisez ce message, votre serveur de messagerie est bien réglé.""",
    ),
}
"""Every template."""
