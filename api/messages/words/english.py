"""The ready-made words in English: template -> (subject, text)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_HELLO: Final = "Hello{% if recipient_name %} {{ recipient_name }}{% endif %},\n\n"
_BYE: Final = "\n\nKind regards,\n{{ business_name }}{% if business_phone %}\n{{ business_phone }}{% endif %}"


def _letter(text: str) -> str:
    return _HELLO + text.strip("\n") + _BYE


_PAY: Final = """
{% if payable_from %}The law forbids any payment before {{ payable_from }}: please wait until then.

{% endif %}To pay by card or bank transfer:

{{ link }}
{% if reference %}
For a transfer, please give this reference: {{ reference }}
{% endif %}"""

ENGLISH: Final[Mapping[str, tuple[str, str]]] = {
    "quote_sent": (
        "Your quote {{ number }}{% if title %}: {{ title }}{% endif %}",
        _letter(
            """
Here is our quote {{ number }}{% if title %} ({{ title }}){% endif %}, for {{ amount }} including VAT.

You can read it, choose the options, ask a question and sign it on line:

{{ link }}
{% if valid_until %}
It is valid until {{ valid_until }}.
{% endif %}
The quote is attached. Just answer this message if anything is unclear."""
        ),
    ),
    "quote_viewed": (
        "{{ customer_name or 'Your customer' }} has opened quote {{ number }}",
        """{{ customer_name or 'Your customer' }} has just opened quote {{ number }}{% if title %} \
({{ title }}){% endif %}, for {{ amount }} including VAT.
{% if valid_until %}
It is valid until {{ valid_until }}.
{% endif %}""",
    ),
    "signature_requested": (
        "To sign: {{ document }} from {{ business_name }}",
        _letter(
            """
We ask you to sign {{ document }}{% if title %} ({{ title }}){% endif %}. It takes a minute, on line:

{{ link }}
{% if valid_until %}
You can sign until {{ valid_until }}.
{% endif %}"""
        ),
    ),
    "code": (
        "{{ code }}: your code to sign",
        """Your code to sign{% if document %} {{ document }}{% endif %} from {{ business_name }}:

{{ code }}

It is valid for {{ minutes }} minutes and works once. Give it to nobody, not even to us.

If you did not ask for it, ignore this message.""",
    ),
    "signed": (
        "Signed: {{ document }}",
        _letter(
            """
Everybody has signed {{ document }}{% if title %} ({{ title }}){% endif %}{% if signed_on %}, \
on {{ signed_on }}{% endif %}.

The signed document and its evidence are attached. Keep them: they are yours.
{% if link %}
The contract, its schedule and its invoices are here:

{{ link }}
{% endif %}
Thank you for your trust."""
        ),
    ),
    "signed_business": (
        "Signed: {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Your customer' }} has signed {{ document }}{% if title %} ({{ title }}){% endif %}\
{% if amount %}, {{ amount }} including VAT{% endif %}.
{% if signatories %}
{{ signatories }}
{% endif %}
The signed document and its evidence are attached.""",
    ),
    "declined": (
        "Declined: {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Your customer' }} has declined {{ document }}{% if title %} ({{ title }}){% endif %}.
{% if reason %}
Reason: {{ reason }}
{% endif %}{% if words %}
{{ words }}
{% endif %}""",
    ),
    "question_asked": (
        "{{ author or 'Your customer' }} asks about {{ document }}",
        """{{ author or 'Your customer' }} wrote about {{ document }}{% if title %} ({{ title }}){% endif %}:

{{ words }}

Answer from your desk: your answer reaches them and stays with the document.""",
    ),
    "question_answered": (
        "{{ business_name }} has answered: {{ document }}",
        _letter(
            """
We have answered you about {{ document }}:

{{ words }}
{% if link %}
To go on:

{{ link }}
{% endif %}"""
        ),
    ),
    "deposit_requested": (
        "{{ amount }} to pay{% if quote_number %} for quote {{ quote_number }}{% endif %}",
        _letter(
            """
Thank you for agreeing{% if quote_number %} to quote {{ quote_number }}{% endif %}. To begin, we ask you for \
{{ amount }}, to be paid by {{ due_on }}.
{% if kind_sentence %}
{{ kind_sentence }}
{% endif %}"""
            + _PAY
        ),
    ),
    "payment_announced": (
        "Transfer announced: {{ amount }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Your customer' }} announces a payment of {{ amount }} ({{ means }})\
{% if document %} for {{ document }}{% endif %}.

It has not come in yet: it will have when your bank says so.""",
    ),
    "paid": (
        "Payment received: {{ paid_amount }}",
        _letter(
            """
We have received {{ paid_amount }}{% if means %} by {{ means }}{% endif %}{% if paid_on %} on {{ paid_on }}\
{% endif %}{% if document %} for {{ document }}{% endif %}. Thank you.
{% if open_amount %}
{{ open_amount }} remains to be paid.
{% endif %}{% if link %}
Everything is here:

{{ link }}
{% endif %}"""
        ),
    ),
    "receipt_sent": (
        "Your receipt {{ number }}",
        _letter(
            """
Here is receipt {{ number }} for the {{ paid_amount }} that you paid us."""
        ),
    ),
    "reminder_quote_friendly": (
        "Your quote {{ number }} is waiting for you",
        _letter(
            """
Our quote {{ number }}{% if title %} ({{ title }}){% endif %} is valid until {{ valid_until }}. Do you have a \
question? We are here to answer it.

{{ link }}"""
        ),
    ),
    "reminder_quote_firm": (
        "Quote {{ number }}: valid until {{ valid_until }}",
        _letter(
            """
Our quote {{ number }}{% if title %} ({{ title }}){% endif %}, for {{ amount }} including VAT, is valid until \
{{ valid_until }}. After that day prices and dates may change.

{{ link }}"""
        ),
    ),
    "reminder_quote_final": (
        "Last reminder: quote {{ number }} ends on {{ valid_until }}",
        _letter(
            """
Quote {{ number }}{% if title %} ({{ title }}){% endif %} ends on {{ valid_until }}. This is our last reminder. If you \
do not want to go on, one click is enough to tell us.

{{ link }}"""
        ),
    ),
    "reminder_deposit_friendly": (
        "{% if days_late %}Reminder: {{ open_amount }} to pay{% else %}{{ open_amount }} to pay by {{ due_on }}\
{% endif %}",
        _letter(
            """
{% if days_late %}Unless we are mistaken, we have not yet received {{ open_amount }}{% if quote_number %} for quote \
{{ quote_number }}{% endif %}, expected on {{ due_on }}. If you have paid, thank you, and ignore this message.\
{% else %}We remind you that {{ open_amount }}{% if quote_number %} for quote {{ quote_number }}{% endif %} is to be \
paid by {{ due_on }}.{% endif %}
"""
            + _PAY
        ),
    ),
    "reminder_deposit_firm": (
        "{{ open_amount }} awaited since {{ due_on }}",
        _letter(
            """
{{ open_amount }}{% if quote_number %} for quote {{ quote_number }}{% endif %} {% if days_late %}was expected on \
{{ due_on }}, {{ days_late }} ago{% else %}is expected on {{ due_on }}{% endif %}. We cannot begin before it has \
come in.
"""
            + _PAY
        ),
    ),
    "reminder_deposit_final": (
        "Last reminder: {{ open_amount }} awaited",
        _letter(
            """
In spite of our reminders we have not received {{ open_amount }}{% if quote_number %} for quote {{ quote_number }}\
{% endif %}, expected on {{ due_on }}. Without it we cannot keep our time free for you. Call us if something stands in \
the way.
"""
            + _PAY
        ),
    ),
    "reminder_invoice_friendly": (
        "{% if days_late %}Reminder: invoice {{ number }}{% else %}Invoice {{ number }} is due on {{ due_on }}\
{% endif %}",
        _letter(
            """
{% if days_late %}Unless we are mistaken, invoice {{ number }} has not been paid yet: {{ open_amount }} remains, \
expected on {{ due_on }}. If you have paid, thank you, and ignore this message.{% else %}Invoice {{ number }} is due \
on {{ due_on }}: {{ open_amount }} remains to be paid.{% endif %}
"""
            + _PAY
        ),
    ),
    "reminder_invoice_firm": (
        "Invoice {{ number }}: {{ open_amount }} overdue",
        _letter(
            """
Invoice {{ number }} was due on {{ due_on }}{% if days_late %}, {{ days_late }} ago{% endif %}. {{ open_amount }} \
remains to be paid. Please pay within eight days, or tell us what stands in the way.
"""
            + _PAY
        ),
    ),
    "reminder_invoice_final": (
        "Last reminder before formal notice: invoice {{ number }}",
        _letter(
            """
In spite of our reminders invoice {{ number }} remains unpaid: {{ open_amount }}, expected on {{ due_on }}\
{% if days_late %}, {{ days_late }} ago{% endif %}. Without payment within eight days we shall send you a formal \
notice. If you contest this invoice, tell us: we shall look for a solution.
"""
            + _PAY
        ),
    ),
    "invoice_sent": (
        "Your invoice {{ number }}",
        _letter(
            """
Here is invoice {{ number }}{% if title %} ({{ title }}){% endif %}, for {{ amount }} including VAT.
{% if open_amount %}
{{ open_amount }} remains to be paid by {{ due_on }}.
"""
            + _PAY
            + """{% else %}
It is paid. Thank you.
{% if link %}
You will find it here:

{{ link }}
{% endif %}{% endif %}"""
        ),
    ),
    "credit_note_sent": (
        "Your credit note {{ number }}",
        _letter(
            """
Here is credit note {{ number }}, for {{ amount }} including VAT.{% if invoice_number %} For this amount it cancels \
invoice {{ invoice_number }} of {{ invoice_on }}.{% endif %}{% if refund_amount %} We pay you back \
{{ refund_amount }}.{% endif %}
{% if link %}
You will find it here:

{{ link }}
{% endif %}"""
        ),
    ),
    "withdrawal_acknowledged": (
        "Your withdrawal has been received: {{ document }}",
        _letter(
            """
We acknowledge receipt of your withdrawal (article L221-21 of the French consumer code).

Contract: {{ document }}{% if title %} ({{ title }}){% endif %}{% if signed_on %}, concluded on {{ signed_on }}\
{% endif %}
Consumer: {{ customer_name }}
Statement: I hereby give notice that I withdraw from the contract above.
Received on: {{ withdrawn_at }}
{% if refund_amount %}
We shall pay you back {{ refund_amount }} by {{ refund_by }} at the latest.
{% endif %}
Keep this message: it proves the date and the content of your withdrawal."""
        ),
    ),
    "withdrawal_business": (
        "Withdrawal: {{ document }}{% if customer_name %}, {{ customer_name }}{% endif %}",
        """{{ customer_name or 'Your customer' }} has withdrawn from {{ document }}{% if title %} ({{ title }})\
{% endif %}, on {{ withdrawn_at }}.
{% if refund_amount %}
You must pay back {{ refund_amount }} by {{ refund_by }} at the latest.
{% endif %}
The acknowledgement has been sent to them.""",
    ),
    "link_renewed": (
        "Your new link: {{ document }}",
        _letter(
            """
Here is a new link to {{ document }}. The old one no longer works.

{{ link }}"""
        ),
    ),
    "observer_invited": (
        "{{ business_name }} invites you to follow {{ document }}",
        _letter(
            """
You may follow {{ document }}{% if customer_name %} of {{ customer_name }}{% endif %}: read the documents, see how \
things stand, comment. You will get a copy of the messages that matter.

{{ link }}"""
        ),
    ),
    "observer_copy": (
        "For your information: {{ summary }}",
        _letter(
            """
You follow {{ document }}{% if customer_name %} of {{ customer_name }}{% endif %}. What is new: {{ summary }}.
{% if link %}
{{ link }}
{% endif %}"""
        ),
    ),
    "invitation": (
        "{{ business_name }} invites you to Sceau",
        """Hello{% if recipient_name %} {{ recipient_name }}{% endif %},

{{ business_name }} invites you to work in its invoicing ledger{% if role %} ({{ role }}){% endif %}. Choose your \
password here:

{{ link }}

This link works once. If you did not expect this invitation, ignore this message.""",
    ),
    "password_reset": (
        "Choose a new password",
        """Hello{% if recipient_name %} {{ recipient_name }}{% endif %},

Somebody asked for a new password for your account. If it was you:

{{ link }}

This link works once{% if minutes %}, for {{ minutes }} minutes{% endif %}. If it was not you, ignore this message: \
your password stays as it is.""",
    ),
    "digest": (
        "Your day: {{ title }}",
        """Hello,

{{ summary }}
{% if link %}
{{ link }}
{% endif %}""",
    ),
    "test": (
        "Test mail",
        """This is a test mail from Sceau. If you read it, your mail server is set up well.""",
    ),
}
"""Every template."""
