"""The records of the API: what is sent and what comes back, as dictionaries with known members.

Made by `python -m tests.client.generate` from the server's OpenAPI page. Do not edit. A member without a
value is left out, in both directions. Amounts are cents, rates basis points, quantities and prices decimal
texts.
"""

# fmt: off
from __future__ import annotations

from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

T = TypeVar("T")


class Page(TypedDict, Generic[T]):
    """One page of a list; `next`, when it is there, is the `after` of the next one."""

    items: list[T]
    next: NotRequired[int | str]


class IssueInvoice(TypedDict):
    """Issue an ordinary invoice, from its lines or from a signed quote."""

    id: NotRequired[str]
    quote: NotRequired[str]
    customer: NotRequired[str]
    client: NotRequired[Party]
    basis: NotRequired[Literal['net', 'gross']]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    channel: NotRequired[Literal['premises', 'distance', 'off_premises']]
    lines: NotRequired[list[LineInput]]
    discount: NotRequired[Discount]
    texts: NotRequired[TextsInput]
    supplied_on: NotRequired[str]
    due_on: NotRequired[str]
    reduced_rate_justified: NotRequired[bool]
    client_unnamed: NotRequired[bool]
    order_reference: NotRequired[str]
    reference: NotRequired[str]
    series: NotRequired[str]


class Party(TypedDict):
    """A person or business as printed on a document (private)."""

    name: str
    address: NotRequired[Address]
    delivery_address: NotRequired[Address]
    siren: NotRequired[str]
    vat_number: NotRequired[str]
    email: NotRequired[str]
    phone: NotRequired[str]
    contact: NotRequired[str]
    order_reference: NotRequired[str]


class Address(TypedDict):
    """A postal address (private)."""

    lines: list[str]
    postcode: NotRequired[str]
    city: str
    country: NotRequired[str]


class LineInput(TypedDict):
    """One line as the business types it; the price is HT or TTC as the document's price basis says."""

    label: str
    quantity: NotRequired[str]
    unit: NotRequired[str]
    unit_price: str
    rate_bp: NotRequired[int]
    category: NotRequired[Literal['S', 'Z', 'E', 'AE', 'K', 'G', 'O']]
    exemption: NotRequired[str]
    nature: Literal['goods', 'services']
    purpose: NotRequired[Literal['item', 'labour_hourly', 'labour_flat', 'travel', 'material', 'charge']]
    item: NotRequired[str]
    discount: NotRequired[Discount]
    choice: NotRequired[Literal['option', 'variant']]
    choice_group: NotRequired[str]


class Discount(TypedDict):
    """A price reduction: a share or an amount in the document's price basis, never both."""

    share_bp: NotRequired[int]
    amount_cents: NotRequired[int]
    reason: NotRequired[str]


class TextsInput(TypedDict):
    """A document's free words besides the labels of its lines."""

    title: NotRequired[str]
    notes: NotRequired[str]
    terms: NotRequired[str]
    price_revision: NotRequired[str]
    waste: NotRequired[str]
    after_sales: NotRequired[str]
    performance_place: NotRequired[str]
    reduced_rate_statement: NotRequired[str]
    works_description: NotRequired[str]


class Done(TypedDict):
    """`Done`, as the API has it."""

    ledger: str
    command: str
    result: dict[str, Any]
    entries: list[Written]


class Written(TypedDict):
    """`Written`, as the API has it."""

    seq: int
    stream: str
    type: str
    fingerprint: str


class RecordPayment(TypedDict):
    """Record money received; a fact is never refused, only flagged."""

    id: NotRequired[str]
    announced: NotRequired[str]
    means: Literal[
        'cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other'
    ]
    amount_cents: int
    currency: NotRequired[str]
    received_on: NotRequired[str]
    customer: NotRequired[str]
    allocations: NotRequired[list[Allocation]]
    reference: NotRequired[str]
    provider: NotRequired[str]
    provider_reference: NotRequired[str]
    statement: NotRequired[str]
    payer: NotRequired[Party]
    cash_reason: NotRequired[str]


class Allocation(TypedDict):
    """How much of a payment settles which document."""

    about: str
    about_kind: Literal['deposit', 'invoice']
    amount_cents: int


class IssueProgressInvoice(TypedDict):
    """Issue a progress invoice (situation): cumulative shares performed per line of the contract."""

    id: NotRequired[str]
    quote: str
    performed_bp: list[int]
    supplied_on: NotRequired[str]
    due_on: NotRequired[str]
    texts: NotRequired[TextsInput]
    series: NotRequired[str]


class IssueFinalInvoice(TypedDict):
    """Issue the final invoice of a contract: what is not yet invoiced, each paid deposit deducted once."""

    id: NotRequired[str]
    quote: str
    supplied_on: NotRequired[str]
    due_on: NotRequired[str]
    texts: NotRequired[TextsInput]
    series: NotRequired[str]


class CreditInvoiceBody(TypedDict):
    """Issue a credit note for an invoice, whole or in part, and its replacement if asked, in one step."""

    id: NotRequired[str]
    cause: Literal['cancellation', 'return', 'error', 'discount', 'withdrawal', 'bad_debt', 'other']
    lines: NotRequired[list[CreditLine]]
    replacement: NotRequired[IssueInvoice]
    notes: NotRequired[str]
    reference: NotRequired[str]
    series: NotRequired[str]


class CreditLine(TypedDict):
    """How much of one line of the invoice is credited: a quantity or an amount in its price basis."""

    rank: int
    quantity: NotRequired[str]
    amount_cents: NotRequired[int]


class SendInvoiceBody(TypedDict):
    """Record that an invoice was handed over."""

    by: Literal['email', 'post', 'hand', 'link', 'platform']
    message: NotRequired[str]
    reference: NotRequired[str]


class ViewInvoiceBody(TypedDict):
    """Record that an invoice was opened."""

    by: NotRequired[Literal['client', 'observer']]
    link: NotRequired[str]


class DisputeInvoiceBody(TypedDict):
    """Record that the client contests an invoice, or that the matter is settled."""

    state: Literal['opened', 'settled']
    reason: NotRequired[str]
    words: NotRequired[str]


class ChargePenaltyBody(TypedDict):
    """Claim late-payment penalties from a business or public customer."""

    upto: NotRequired[str]
    central_bank_bp: NotRequired[int]


class WriteOffInvoiceBody(TypedDict):
    """Give up what is still due as lost."""

    reason: NotRequired[str]


class AnnouncePayment(TypedDict):
    """Record that the client says money is on its way."""

    id: NotRequired[str]
    means: Literal[
        'cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other'
    ]
    amount_cents: int
    about: NotRequired[str]
    about_kind: NotRequired[Literal['deposit', 'invoice']]
    reference: NotRequired[str]


class AllocatePaymentBody(TypedDict):
    """Put money received to documents, or take it off them."""

    allocations: NotRequired[list[Allocation]]
    free: NotRequired[list[Allocation]]


class ReversePaymentBody(TypedDict):
    """Record that money thought received did not stay."""

    cause: Literal['unpaid', 'rejected', 'chargeback', 'entry_error']
    amount_cents: NotRequired[int]
    reversed_on: NotRequired[str]
    reference: NotRequired[str]


class FailPaymentBody(TypedDict):
    """Record that an announced payment did not come."""

    cause: Literal['declined', 'expired', 'abandoned', 'not_received']
    reference: NotRequired[str]


class CorrectMeansBody(TypedDict):
    """Correct the means of a payment; the money is the same."""

    means: Literal[
        'cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other'
    ]


class RefundPayment(TypedDict):
    """Record money given back: for a credit note, a deposit, or what was paid too much."""

    id: NotRequired[str]
    means: Literal[
        'cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other'
    ]
    amount_cents: int
    indemnity_cents: NotRequired[int]
    payment: NotRequired[str]
    about: NotRequired[str]
    about_kind: NotRequired[Literal['deposit', 'invoice', 'credit_note', 'payment']]
    paid_on: NotRequired[str]
    reference: NotRequired[str]
    provider: NotRequired[str]
    provider_reference: NotRequired[str]
    payee: NotRequired[Party]


class ImportStatement(TypedDict):
    """Record that a bank statement's file was read, and how many of its lines were matched. The stream's id is
    made from the file's digest (`ledger.domain.streams.statement.statement_id`); the payments that lines
    became are recorded by `payment.record`, each under an id made from its line.
    """

    digest: str
    statement_reference: str
    entries: int
    matched: int
    ambiguous: int
    from_on: NotRequired[str]
    to_on: NotRequired[str]


class OpenOnlinePayment(TypedDict):
    """Record that a payment provider was asked to collect an amount."""

    id: NotRequired[str]
    provider: str
    provider_reference: str
    about: str
    about_kind: Literal['deposit', 'invoice']
    amount_cents: int
    test_mode: NotRequired[bool]
    expires_at: NotRequired[str]


class EndOnlinePaymentBody(TypedDict):
    """Record how a payment provider's collection ended."""

    outcome: Literal['paid', 'failed', 'expired', 'cancelled']
    payment: NotRequired[str]
    reason: NotRequired[str]


class OpenChargebackBody(TypedDict):
    """Record that the client's bank contests a card payment; what it paid stays paid until that is decided."""

    amount_cents: int
    provider_reference: str
    respond_by: NotRequired[str]


class CloseChargebackBody(TypedDict):
    """Record how a contest was decided; a lost one reverses the payment."""

    outcome: Literal['won', 'lost']
    decided_on: NotRequired[str]


class RecordPayout(TypedDict):
    """Record that a payment provider paid what it had collected to the business's account, less its fees. Gross
    less fees below zero is money that the provider drew from that account. The stream's id is made from the
    provider and its reference (`ledger.domain.streams.provider.payout_id`), so that one payout is recorded
    once.
    """

    provider: str
    provider_reference: str
    currency: NotRequired[str]
    gross_cents: int
    fee_cents: NotRequired[int]
    paid_on: NotRequired[str]


class RecordPayoutReturn(TypedDict):
    """Record that a payout failed or was drawn back after it was paid, once: the money stands at the provider
    again.
    """

    provider: str
    provider_reference: str
    returned_on: NotRequired[str]


class RegisterCustomer(TypedDict):
    """Register a customer."""

    id: NotRequired[str]
    kind: Literal['consumer', 'business', 'public']
    country: NotRequired[str]
    tax_resident: NotRequired[str]
    small_business: NotRequired[bool]
    risk: NotRequired[Literal['low', 'normal', 'high']]
    payment_days: NotRequired[int]
    language: NotRequired[Literal['fr', 'en']]
    party: Party


class UpdateCustomerBody(TypedDict):
    """Replace a customer's details; documents already issued keep what they say."""

    kind: Literal['consumer', 'business', 'public']
    country: NotRequired[str]
    tax_resident: NotRequired[str]
    small_business: NotRequired[bool]
    risk: NotRequired[Literal['low', 'normal', 'high']]
    payment_days: NotRequired[int]
    language: NotRequired[Literal['fr', 'en']]
    party: Party


class RecordConsentBody(TypedDict):
    """Record that a customer agreed, or no longer agrees, to something."""

    subject: Literal['electronic_invoice', 'messages']
    given: bool
    on: NotRequired[str]


class IssueQuote(TypedDict):
    """Issue a quote: its first version, or a change order to a signed one."""

    customer: str
    basis: NotRequired[Literal['net', 'gross']]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    channel: Literal['premises', 'distance', 'off_premises']
    online: NotRequired[bool]
    special_order: NotRequired[bool]
    urgent_repair: NotRequired[bool]
    early_payment_exception: NotRequired[Literal['urgent_repair', 'newspaper', 'services_at_home', 'home_party']]
    trades: NotRequired[list[str]]
    lines: list[LineInput]
    discount: NotRequired[Discount]
    texts: NotRequired[TextsInput]
    valid_until: NotRequired[str]
    starts_on: NotRequired[str]
    duration_days: NotRequired[int]
    fee_cents: NotRequired[int]
    schedule: NotRequired[list[InstalmentInput]]
    payment_days: NotRequired[int]
    early_discount_bp: NotRequired[int]
    recurring: NotRequired[Literal['month', 'quarter', 'year']]
    reduced_rate_justified: NotRequired[bool]
    attachments: NotRequired[list[str]]
    attachment_names: NotRequired[list[str]]
    reference: NotRequired[str]
    series: NotRequired[str]
    id: NotRequired[str]
    amends: NotRequired[str]


class InstalmentInput(TypedDict):
    """One planned payment: a share of the total or an amount, never both."""

    kind: NotRequired[Literal['arrhes', 'acompte']]
    share_bp: NotRequired[int]
    amount_cents: NotRequired[int]
    trigger: NotRequired[Literal['signature', 'date', 'milestone', 'delivery']]
    due_on: NotRequired[str]
    due_days: NotRequired[int]
    milestone: NotRequired[str]
    milestone_name: NotRequired[str]


class ReviseQuoteBody(TypedDict):
    """Replace an unsigned quote by a new version."""

    customer: str
    basis: NotRequired[Literal['net', 'gross']]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    channel: Literal['premises', 'distance', 'off_premises']
    online: NotRequired[bool]
    special_order: NotRequired[bool]
    urgent_repair: NotRequired[bool]
    early_payment_exception: NotRequired[Literal['urgent_repair', 'newspaper', 'services_at_home', 'home_party']]
    trades: NotRequired[list[str]]
    lines: list[LineInput]
    discount: NotRequired[Discount]
    texts: NotRequired[TextsInput]
    valid_until: NotRequired[str]
    starts_on: NotRequired[str]
    duration_days: NotRequired[int]
    fee_cents: NotRequired[int]
    schedule: NotRequired[list[InstalmentInput]]
    payment_days: NotRequired[int]
    early_discount_bp: NotRequired[int]
    recurring: NotRequired[Literal['month', 'quarter', 'year']]
    reduced_rate_justified: NotRequired[bool]
    attachments: NotRequired[list[str]]
    attachment_names: NotRequired[list[str]]
    reference: NotRequired[str]
    series: NotRequired[str]


class SendQuoteBody(TypedDict):
    """Record that the current version was sent."""

    by: Literal['email', 'post', 'hand', 'link']
    message: NotRequired[str]


class ViewQuoteBody(TypedDict):
    """Record that the current version was opened."""

    by: NotRequired[Literal['client', 'observer']]
    link: NotRequired[str]


class SignQuoteBody(TypedDict):
    """Record a signature given on the spot by the client alone: request and signature in one act."""

    document_version: int
    fingerprint: str
    method: NotRequired[Literal['drawn', 'typed']]
    chosen: NotRequired[list[int]]
    early_start_requested: NotRequired[bool]
    loss_acknowledged: NotRequired[bool]
    reduced_rate_stated: NotRequired[bool]
    evidence: Evidence


class Evidence(TypedDict):
    """What is kept of the act of signing (private)."""

    name_typed: NotRequired[str]
    drawing: NotRequired[str]
    ip: NotRequired[str]
    user_agent: NotRequired[str]
    consent_text: str
    shown_from: NotRequired[str]
    code_sent_to: NotRequired[str]
    certificate: NotRequired[str]


class DeclineQuoteBody(TypedDict):
    """Record that the client said no."""

    reason: NotRequired[str]
    words: NotRequired[str]


class ExpireQuoteBody(TypedDict):
    """Record that the period of validity has ended."""


class CancelQuoteBody(TypedDict):
    """Take a quote back, or cancel a contract; deposits follow their kind."""

    by: Literal['client', 'issuer']
    reason: NotRequired[str]
    words: NotRequired[str]


class WithdrawQuoteBody(TypedDict):
    """Record the consumer's withdrawal (C. conso L221-18)."""

    notified_on: NotRequired[str]
    by: Literal['function', 'form', 'letter', 'other']
    owed_cents: NotRequired[int]
    accept_late: NotRequired[bool]


class ReachMilestoneBody(TypedDict):
    """Record that a milestone of a contract was reached; its instalments are asked for."""

    milestone: str
    on: NotRequired[str]


class RecordDelivery(TypedDict):
    """Record a delivery of goods for a contract or an invoice."""

    id: NotRequired[str]
    about: str
    about_kind: Literal['quote', 'invoice']
    on: str
    lines: NotRequired[list[int]]
    complete: NotRequired[bool]


class AcceptWork(TypedDict):
    """Record the client's acceptance of the work (réception)."""

    id: NotRequired[str]
    about: str
    about_kind: Literal['quote', 'invoice']
    on: str
    reservations: NotRequired[str]


class RequestSignature(TypedDict):
    """Ask for signatures on one version of a quote, or on any PDF by its digest."""

    id: NotRequired[str]
    quote: NotRequired[str]
    file: NotRequired[str]
    bytes: NotRequired[int]
    role: NotRequired[Literal['quote', 'contract', 'purchase_order', 'other']]
    attachments: NotRequired[list[str]]
    signatories: list[SignatoryInput]
    ordered: NotRequired[bool]
    expires_on: NotRequired[str]


class SignatoryInput(TypedDict):
    """One who is to sign."""

    id: NotRequired[str]
    side: NotRequired[Literal['client', 'issuer', 'third']]
    method: NotRequired[Literal['drawn', 'typed', 'code', 'certificate']]
    level: NotRequired[Literal['simple', 'advanced', 'qualified']]
    code_by: NotRequired[Literal['email', 'sms', 'none']]
    party: Party


class RecordCodeSentBody(TypedDict):
    """Record that a one-time code was sent."""

    signatory: str
    by: NotRequired[Literal['email', 'sms']]
    expires_at: str
    message: NotRequired[str]


class RecordCodeCheckedBody(TypedDict):
    """Record the outcome of an entered one-time code."""

    signatory: str
    outcome: Literal['right', 'wrong', 'expired', 'blocked']


class GiveSignatureBody(TypedDict):
    """Record that one signatory signed exactly these bytes."""

    signatory: str
    signed: str
    level: NotRequired[Literal['simple', 'advanced', 'qualified']]
    chosen: NotRequired[list[int]]
    early_start_requested: NotRequired[bool]
    loss_acknowledged: NotRequired[bool]
    reduced_rate_stated: NotRequired[bool]
    evidence: Evidence


class RefuseSignatureBody(TypedDict):
    """Record that one signatory refused."""

    signatory: str
    reason: NotRequired[str]
    words: NotRequired[str]


class CancelSignatureBody(TypedDict):
    """Take a request for signatures back."""

    reason: NotRequired[Literal['expired', 'asked']]


class AddAttachment(TypedDict):
    """Attach a file by its digest."""

    id: NotRequired[str]
    about: NotRequired[str]
    digest: str
    bytes: int
    media_type: str
    title: NotRequired[str]


class RequestDeposit(TypedDict):
    """Ask for a deposit on a contract, or for a plain payment without a quote."""

    id: NotRequired[str]
    quote: NotRequired[str]
    instalment: NotRequired[int]
    customer: NotRequired[str]
    kind: NotRequired[Literal['arrhes', 'acompte']]
    special_order: NotRequired[bool]
    share_bp: NotRequired[int]
    amount_cents: NotRequired[int]
    rate_bp: NotRequired[int]
    nature: NotRequired[Literal['goods', 'services']]
    due_on: NotRequired[str]
    invoice_at: NotRequired[Literal['never', 'request', 'receipt']]
    title: NotRequired[str]


class CancelDepositBody(TypedDict):
    """Take a deposit request back; money already received keeps its own fate."""

    by: NotRequired[Literal['client', 'issuer']]
    reason: NotRequired[str]


class InvoiceDepositBody(TypedDict):
    """Issue the deposit invoice (386) of a deposit."""

    id: NotRequired[str]
    series: NotRequired[str]


class SettleDepositBody(TypedDict):
    """Settle the fate of a paid deposit of a cancelled contract or request: kept or to be given back."""

    outcome: Literal['forfeit', 'refund']
    by: Literal['client', 'issuer']


class IssueReceipt(TypedDict):
    """Issue a numbered receipt for a payment."""

    id: NotRequired[str]
    payment: str
    deposit: NotRequired[str]
    series: NotRequired[str]


class StartSubscription(TypedDict):
    """Begin recurring billing."""

    id: NotRequired[str]
    customer: str
    quote: NotRequired[str]
    basis: NotRequired[Literal['net', 'gross']]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    every: Literal['week', 'month', 'quarter', 'year']
    billed: NotRequired[Literal['in_advance', 'in_arrears']]
    starts_on: str
    ends_on: NotRequired[str]
    lines: list[LineInput]
    discount: NotRequired[Discount]
    texts: NotRequired[TextsInput]
    payment_days: NotRequired[int]


class ChangeSubscriptionBody(TypedDict):
    """Change the lines of recurring billing from a day on."""

    from_on: str
    lines: list[LineInput]
    discount: NotRequired[Discount]
    texts: NotRequired[TextsInput]


class PauseSubscriptionBody(TypedDict):
    """Suspend recurring billing, or let it go on."""

    paused: bool
    on: NotRequired[str]


class StopSubscriptionBody(TypedDict):
    """End recurring billing."""

    on: NotRequired[str]
    by: Literal['client', 'issuer']


class InvoiceSubscriptionBody(TypedDict):
    """Issue the invoice of the next period of recurring billing that is due."""

    id: NotRequired[str]
    series: NotRequired[str]


class IssueNote(TypedDict):
    """Give the consumer's note for services or building works."""

    id: NotRequired[str]
    kind: Literal['services', 'building_works']
    quote: NotRequired[str]
    invoice: NotRequired[str]
    performed_on: str
    lines: NotRequired[list[LineInput]]
    basis: NotRequired[Literal['net', 'gross']]
    client: NotRequired[Party]
    client_unnamed: NotRequired[bool]
    texts: NotRequired[TextsInput]
    series: NotRequired[str]


class QueueMessage(TypedDict):
    """Record that a message is to be sent; one occasion never gets two. The message's id is made from its
    occasion (`ledger.domain.streams.message.message_id`).
    """

    purpose: str
    occasion: str
    by: NotRequired[Literal['email', 'sms', 'post', 'webhook']]
    template: str
    template_digest: NotRequired[str]
    about: NotRequired[str]
    attachments: NotRequired[list[str]]
    addressee: Addressee


class Addressee(TypedDict):
    """Where a message goes (private)."""

    name: NotRequired[str]
    address: str


class RecordMessageSentBody(TypedDict):
    """Record that a message was handed over."""

    digest: NotRequired[str]
    reference: NotRequired[str]


class RecordMessageFailedBody(TypedDict):
    """Record that a message could not be handed over."""

    cause: str
    final: NotRequired[bool]


class RecordReminder(TypedDict):
    """Record that a reminder went out; refused when nothing is due or this step was sent."""

    about: str
    about_kind: Literal['quote', 'deposit', 'invoice']
    step: int
    tone: Literal['friendly', 'firm', 'final']
    message: NotRequired[str]


class AddComment(TypedDict):
    """Record a comment or question about a document."""

    id: NotRequired[str]
    about: str
    about_kind: Literal['quote', 'deposit', 'invoice', 'credit_note', 'payment', 'signature', 'customer']
    by: Literal['client', 'issuer', 'observer']
    question: NotRequired[bool]
    words: str


class CreateLink(TypedDict):
    """Record that an unguessable link was made; only the hash of its token is given."""

    id: NotRequired[str]
    about: str
    about_kind: Literal['quote', 'deposit', 'invoice', 'signature', 'contract']
    purpose: Literal['read', 'sign', 'pay', 'observe']
    token_digest: str
    expires_at: NotRequired[str]
    party: NotRequired[str]


class RevokeLinkBody(TypedDict):
    """Record that a link no longer opens."""

    cause: NotRequired[Literal['asked', 'replaced', 'expired']]


class MakeCopy(TypedDict):
    """Record a copy of an issued document: it is numbered DUPLICATA n° k."""

    about: str
    kind: Literal[
        'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
        'payment_request', 'reminder', 'statement', 'evidence', 'attestation', 'closure_report'
    ]
    by: Literal['print', 'email', 'download']


class AddObserver(TypedDict):
    """Let somebody follow a document."""

    id: NotRequired[str]
    about: str
    about_kind: Literal['quote', 'deposit', 'invoice', 'signature']
    party: Party


class RemoveObserverBody(TypedDict):
    """Let an observer follow no longer."""


class CloseTaskBody(TypedDict):
    """Say that a task was done, or set it aside."""

    outcome: Literal['done', 'set_aside']
    reason: NotRequired[str]


class CountDrawer(TypedDict):
    """Record a count of the cash drawer."""

    till: str
    counted_cents: int
    expected_cents: int
    notes: NotRequired[str]


class ClosePeriod(TypedDict):
    """Close the periods that have ended; `upto` is a day of one that must have."""

    period: Literal['day', 'month', 'year']
    upto: NotRequired[str]


class RecordExport(TypedDict):
    """Record that figures left the house in a file: journal, FEC, VAT figures, e-reporting. The export's id is
    made from the file's digest (`ledger.domain.streams.export.export_id`): one file, one record.
    """

    kind: str
    from_on: str
    to_on: str
    upto_seq: int
    digest: str
    rows: int


class RecordEReportBody(TypedDict):
    """Record that an e-reporting file was handed to a platform, or what the platform answered."""

    state: Literal['handed_over', 'accepted', 'refused']
    reason: NotRequired[str]


class SetProfile(TypedDict):
    """Set the issuer's profile from now on."""

    siren: str
    siret: NotRequired[str]
    legal_form: str
    sole_trader: NotRequired[bool]
    country: NotRequired[str]
    vat_regime: Literal['normal_monthly', 'normal_quarterly', 'simplified', 'franchise']
    debits_option: NotRequired[bool]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    price_basis: NotRequired[Literal['net', 'gross']]
    trades: NotRequired[list[str]]
    main_activity: NotRequired[Literal['goods', 'services', 'mixed']]
    firm_size: NotRequired[Literal['micro', 'sme', 'mid', 'large']]
    payment_days: NotRequired[int]
    early_discount_bp: NotRequired[int]
    early_discount_days: NotRequired[int]
    late_penalty_bp: NotRequired[int]
    details: IssuerDetails


class IssuerDetails(TypedDict):
    """The business as printed on its documents (private)."""

    name: str
    trade_name: NotRequired[str]
    address: Address
    email: NotRequired[str]
    phone: NotRequired[str]
    website: NotRequired[str]
    capital: NotRequired[str]
    trade_register: NotRequired[str]
    vat_number: NotRequired[str]
    insurance: NotRequired[Insurance]
    mediator: NotRequired[str]
    iban: NotRequired[str]
    bic: NotRequired[str]
    rge: NotRequired[str]
    guarantees: NotRequired[str]
    terms: NotRequired[str]
    footer: NotRequired[str]


class Insurance(TypedDict):
    """Professional or decennial insurance as printed (loi 2014-626 art. 22)."""

    insurer: str
    contact: str
    area: str
    contract: NotRequired[str]


class SetBrand(TypedDict):
    """Set how the issuer's documents look from now on; a member left out is taken away."""

    accent: NotRequired[str]
    logo: NotRequired[str]


class OpenSeries(TypedDict):
    """Open a number series."""

    id: NotRequired[str]
    use: Literal['quote', 'invoice', 'deposit_invoice', 'credit_note', 'receipt', 'note', 'payment_request']
    prefix: str
    yearly: NotRequired[bool]
    width: NotRequired[int]
    first: NotRequired[int]
    justification: NotRequired[str]


class CloseSeriesBody(TypedDict):
    """Close a number series for good."""


class SetYearEnd(TypedDict):
    """Let the open financial year end on another day; the next ones begin the day after it."""

    ends_on: str


class SetDepositPolicy(TypedDict):
    """Set the deposits that are asked for, by amount, customer and risk."""

    rules: list[DepositRule]


class DepositRule(TypedDict):
    """One line of the deposit policy: the first rule that matches a quote applies."""

    from_cents: NotRequired[int]
    customer_kind: NotRequired[Literal['consumer', 'business', 'public']]
    risk: NotRequired[Literal['low', 'normal', 'high']]
    kind: NotRequired[Literal['arrhes', 'acompte']]
    share_bp: NotRequired[int]
    amount_cents: NotRequired[int]
    due_days: NotRequired[int]
    automatic: NotRequired[bool]
    invoice_at: NotRequired[Literal['never', 'request', 'receipt']]


class SetReminderPolicy(TypedDict):
    """Set when reminders go out."""

    about: Literal['deposit', 'invoice', 'quote']
    steps: list[ReminderStep]


class ReminderStep(TypedDict):
    """One reminder of the policy, before (negative) or after the due date."""

    days: int
    tone: Literal['friendly', 'firm', 'final']
    to: NotRequired[Literal['client', 'client_and_observers']]


class SetAnchorPolicy(TypedDict):
    """Set where and how often checkpoints are anchored."""

    anchors: AnchorPolicy


class AnchorPolicy(TypedDict):
    """Where and how often checkpoints are placed beyond the operator's control."""

    interval_minutes: NotRequired[int]
    timestamp: NotRequired[bool]
    witnesses: NotRequired[list[str]]
    mail: NotRequired[bool]
    directory: NotRequired[bool]


class JournalSignIn(TypedDict):
    """Journal that somebody signed in."""

    subject: str
    method: Literal['password_totp', 'password_recovery', 'password', 'api_key', 'link', 'command_line']
    role: Literal['owner', 'operator', 'accountant', 'auditor']


class JournalSignOut(TypedDict):
    """Journal that a session ended."""

    subject: str
    cause: Literal['asked', 'expired', 'revoked']


class JournalSignInFailure(TypedDict):
    """Journal failed sign-ins."""

    subject: NotRequired[str]
    method: Literal['password_totp', 'password_recovery', 'password', 'api_key', 'link', 'command_line']
    count: NotRequired[int]


class JournalAccess(TypedDict):
    """Journal that a user or API key was given a role, or lost it (role absent)."""

    subject: str
    role: NotRequired[Literal['owner', 'operator', 'accountant', 'auditor']]
    until: NotRequired[str]


class JournalSoftware(TypedDict):
    """Journal that another version of the software writes from here on."""

    software: str
    perimeter: str
    major: bool


class JournalIntegrityFailure(TypedDict):
    """Journal that a verification found something wrong."""

    finding: str
    at_seq: NotRequired[int]
    count: NotRequired[int]


class IssueAttestation(TypedDict):
    """Record that the editor's individual attestation was made out to this ledger's business. `software` and
    `perimeter` are those that write the ledger now: nothing else can be attested here.
    """

    software: str
    perimeter: str
    document: str
    embedded_salt: NotRequired[str]


class BeginImport(TypedDict):
    """Begin to take in a file, or go on where its import stopped: the answer says how far it has come. The
    import's id is made from the file's digest (`ledger.domain.streams.history.import_id`).
    """

    source: str
    source_digest: str
    source_bytes: int
    mapping_digest: str


class AddHistoryBody(TypedDict):
    """Take in some documents, in the order of the file, each once."""

    documents: list[HistoryDocument]


class HistoryDocument(TypedDict):
    """One document as the other software's file tells it; the amounts are the file's own, with its signs."""

    kind: Literal['quote', 'invoice', 'credit_note', 'deposit', 'payment', 'other']
    reference: str
    issued_on: str
    currency: NotRequired[str]
    net_cents: int
    vat_cents: int
    gross_cents: int
    row: int
    client: NotRequired[Party]
    texts: NotRequired[Texts]


class Texts(TypedDict):
    """A document's free words (private)."""

    title: NotRequired[str]
    lines: NotRequired[list[str]]
    notes: NotRequired[str]
    terms: NotRequired[str]
    price_revision: NotRequired[str]
    waste: NotRequired[str]
    after_sales: NotRequired[str]
    performance_place: NotRequired[str]
    reduced_rate_statement: NotRequired[str]
    works_description: NotRequired[str]
    attachments: NotRequired[list[str]]
    milestones: NotRequired[list[MilestoneName]]


class MilestoneName(TypedDict):
    """What a business calls a milestone of a quote's schedule."""

    milestone: str
    name: str


class FinishImportBody(TypedDict):
    """Say that the file was read to its end, and how many of its rows were not taken."""

    documents: int
    refused: NotRequired[int]


class InvoiceReadAnswer(TypedDict):
    """`InvoiceReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: InvoiceState


class InvoiceState(TypedDict):
    """One invoice and what happened to it. `document` is the event that issued it (its client and texts may have
    been erased since). The money of a deposit invoice (386) runs on its deposit, never here: nothing is ever
    open on it (docs/decisions/deposit-invoices.md).
    """

    document: NotRequired[InvoiceIssued]
    received: NotRequired[list[Received]]
    paid_cents: NotRequired[int]
    paid_splits: NotRequired[list[RateSplit]]
    credited_cents: NotRequired[int]
    settled_cents: NotRequired[int]
    refund_cents: NotRequired[int]
    credited_lines: NotRequired[list[LineCredit]]
    credited_rows: NotRequired[list[VatRow]]
    credit_notes: NotRequired[list[str]]
    whole_credited: NotRequired[bool]
    early_discount_cents: NotRequired[int]
    written_off_cents: NotRequired[int]
    penalty_cents: NotRequired[int]
    indemnity_cents: NotRequired[int]
    penalised_upto: NotRequired[str]
    disputed: NotRequired[bool]
    sent: NotRequired[bool]
    viewed: NotRequired[bool]
    delivered_on: NotRequired[str]
    replaced_by: NotRequired[str]


class InvoiceIssued(TypedDict):
    """An invoice was issued: numbered, dated, whole."""

    kind: Literal['ordinary', 'deposit', 'progress', 'final', 'recurring']
    type_code: Literal['380', '386']
    series: str
    n: int
    number: str
    issued_on: str
    till: str
    issuer_version: int
    customer: NotRequired[str]
    customer_kind: Literal['consumer', 'business', 'public']
    customer_country: NotRequired[str]
    currency: str
    basis: Literal['net', 'gross']
    supply_place: Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']
    channel: NotRequired[Literal['premises', 'distance', 'off_premises']]
    supplied_on: NotRequired[str]
    period_start: NotRequired[str]
    period_end: NotRequired[str]
    lines: list[Line]
    discount: NotRequired[Discount]
    vat: list[VatRow]
    totals: Totals
    prepaid: NotRequired[list[Prepaid]]
    due_cents: int
    due_on: str
    early_discount_bp: NotRequired[int]
    early_discount_days: NotRequired[int]
    late_penalty_bp: NotRequired[int]
    recovery_indemnity_cents: NotRequired[int]
    vat_on: Literal['receipt', 'delivery', 'debit', 'mixed', 'none']
    quote: NotRequired[str]
    deposit: NotRequired[str]
    subscription: NotRequired[str]
    preceding: NotRequired[list[Preceding]]
    mentions: NotRequired[list[str]]
    frame: NotRequired[str]
    order_reference: NotRequired[str]
    reference: NotRequired[str]
    client: NotRequired[Party]
    texts: NotRequired[Texts]


class Line(TypedDict):
    """One line's figures; its label stands in the document's private texts at the same rank. `unit_price` is HT
    or TTC as the document's price basis says. `amount_cents` is quantity x unit price less the line's
    discount, in that basis; `net_cents` is the line's HT after all discounts.
    """

    item: NotRequired[str]
    nature: Literal['goods', 'services']
    purpose: NotRequired[Literal['item', 'labour_hourly', 'labour_flat', 'travel', 'material', 'charge']]
    quantity: str
    unit: NotRequired[str]
    unit_price: str
    discount: NotRequired[Discount]
    category: Literal['S', 'Z', 'E', 'AE', 'K', 'G', 'O']
    rate_bp: int
    exemption: NotRequired[str]
    amount_cents: int
    net_cents: int
    choice: NotRequired[Literal['option', 'variant']]
    choice_group: NotRequired[str]
    performed_bp: NotRequired[int]


class VatRow(TypedDict):
    """One VAT category and rate of a document: base x rate = VAT, half-up (CIBS L131-2; EN 16931 BG-23)."""

    category: Literal['S', 'Z', 'E', 'AE', 'K', 'G', 'O']
    rate_bp: int
    exemption: NotRequired[str]
    base_cents: int
    vat_cents: int
    goods_base_cents: int
    goods_vat_cents: int


class Totals(TypedDict):
    """A document's totals: net (HT), VAT, gross (TTC), and the discounts already taken off, in the price basis."""

    net_cents: int
    vat_cents: int
    gross_cents: int
    discount_cents: NotRequired[int]


class Prepaid(TypedDict):
    """One deposit deducted from a final invoice: what was paid, by which document, with its VAT per rate."""

    deposit: str
    number: NotRequired[str]
    issued_on: NotRequired[str]
    paid_on: str
    amount_cents: int
    interest_cents: NotRequired[int]
    split: NotRequired[list[RateSplit]]


class RateSplit(TypedDict):
    """A gross amount's part at one VAT rate."""

    category: Literal['S', 'Z', 'E', 'AE', 'K', 'G', 'O']
    rate_bp: int
    exemption: NotRequired[str]
    net_cents: int
    vat_cents: int
    gross_cents: int
    goods_gross_cents: int


class Preceding(TypedDict):
    """An earlier document that this one refers to, specifically and unequivocally (CGI 289 I-5)."""

    invoice: str
    number: str
    issued_on: str


class Received(TypedDict):
    """One movement of money on an invoice: above zero came in, below zero was taken off again."""

    on: str
    amount_cents: int


class LineCredit(TypedDict):
    """How much of one line of an invoice a credit note undid."""

    rank: int
    quantity: str
    amount_cents: int
    net_cents: int


class ListItem(TypedDict):
    """`ListItem`, as the API has it."""

    id: str
    seq: int
    recorded_at: str
    type: str
    body: dict[str, Any]


class PaymentReadAnswer(TypedDict):
    """`PaymentReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: PaymentState


class PaymentState(TypedDict):
    """One payment. `allocations` are what stands now, oldest first; `on` is its value date."""

    phase: NotRequired[Literal['none', 'announced', 'received', 'failed', 'reversed']]
    means: NotRequired[
        Literal['cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other']
    ]
    currency: NotRequired[str]
    amount_cents: NotRequired[int]
    on: NotRequired[str]
    customer: NotRequired[str]
    about: NotRequired[str]
    allocations: NotRequired[list[Allocation]]
    unallocated_cents: NotRequired[int]
    reversed_cents: NotRequired[int]
    refunded_cents: NotRequired[int]
    receipted_cents: NotRequired[int]
    contested_cents: NotRequired[int]
    chargebacks: NotRequired[list[str]]


class QuoteReadAnswer(TypedDict):
    """`QuoteReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: QuoteState


class QuoteState(TypedDict):
    """One quote. `document` is the version in force; `document_at` the version of this stream (counted from 1)
    at which it was recorded: `world.recorded(QUOTE.stream(id), state.document_at)` is the fingerprint that a
    signature binds.
    """

    phase: NotRequired[Literal['none', 'open', 'signed', 'declined', 'expired', 'cancelled', 'withdrawn']]
    events: NotRequired[int]
    document: NotRequired[QuoteDocument]
    document_at: NotRequired[int]
    sent: NotRequired[bool]
    signature: NotRequired[str]
    contract: NotRequired[QuoteSigned]
    amendments: NotRequired[list[QuoteAmended]]
    deposits: NotRequired[list[DepositLink]]
    milestones: NotRequired[list[list[Any]]]
    deliveries: NotRequired[list[Delivered]]
    invoices: NotRequired[list[InvoicedPart]]
    ended_by: NotRequired[Literal['client', 'issuer']]


class QuoteDocument(TypedDict):
    """One version of a quote, whole."""

    document_version: int
    series: str
    n: int
    number: str
    issued_on: str
    valid_until: str
    issuer_version: int
    customer: str
    customer_kind: Literal['consumer', 'business', 'public']
    customer_country: NotRequired[str]
    currency: str
    basis: Literal['net', 'gross']
    supply_place: Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']
    channel: Literal['premises', 'distance', 'off_premises']
    online: NotRequired[bool]
    special_order: NotRequired[bool]
    early_payment_exception: NotRequired[Literal['urgent_repair', 'newspaper', 'services_at_home', 'home_party']]
    withdrawal: NotRequired[Literal['applies', 'bespoke', 'urgent_repair', 'outside']]
    trades: NotRequired[list[str]]
    lines: list[Line]
    discount: NotRequired[Discount]
    vat: list[VatRow]
    totals: Totals
    starts_on: NotRequired[str]
    duration_days: NotRequired[int]
    fee_cents: NotRequired[int]
    schedule: NotRequired[list[Instalment]]
    payment_days: NotRequired[int]
    early_discount_bp: NotRequired[int]
    recurring: NotRequired[Literal['month', 'quarter', 'year']]
    amends: NotRequired[str]
    mentions: NotRequired[list[str]]
    attachments: NotRequired[list[str]]
    reference: NotRequired[str]
    client: NotRequired[Party]
    texts: NotRequired[Texts]


class Instalment(TypedDict):
    """One planned payment of a contract before its final invoice."""

    kind: Literal['arrhes', 'acompte']
    amount_cents: int
    share_bp: NotRequired[int]
    trigger: Literal['signature', 'date', 'milestone', 'delivery']
    due_on: NotRequired[str]
    due_days: NotRequired[int]
    milestone: NotRequired[str]
    automatic: NotRequired[bool]
    invoice_at: NotRequired[Literal['never', 'request', 'receipt']]


class QuoteSigned(TypedDict):
    """The last signatory signed: the contract is concluded on these figures."""

    document_version: int
    signature: str
    signed_fingerprint: str
    level: Literal['simple', 'advanced', 'qualified']
    concluded_on: str
    chosen: NotRequired[list[int]]
    vat: list[VatRow]
    totals: Totals
    schedule: NotRequired[list[Instalment]]
    payment_from: NotRequired[str]
    withdrawal_until: NotRequired[str]
    early_start_requested: NotRequired[bool]
    loss_acknowledged: NotRequired[bool]
    reduced_rate_stated: NotRequired[bool]


class QuoteAmended(TypedDict):
    """A signed change order changes what the contract is worth."""

    amendment: str
    net_cents: int
    vat_cents: int
    gross_cents: int


class DepositLink(TypedDict):
    """A deposit request of the contract; `instalment` is the rank in the schedule, from 1."""

    deposit: str
    amount_cents: int
    instalment: NotRequired[int]


class Delivered(TypedDict):
    """In the contract's or the invoice's stream: a delivery or acceptance concerns it."""

    delivery: str
    kind: Literal['delivery', 'acceptance']
    on: str
    complete: bool


class InvoicedPart(TypedDict):
    """An invoice of the contract; `undone_cents` is what credit notes took off it."""

    invoice: str
    kind: Literal['ordinary', 'progress', 'final']
    gross_cents: int
    performed_bp: NotRequired[list[int]]
    undone_cents: NotRequired[int]
    undone: NotRequired[bool]
    covers: NotRequired[list[str]]


class CustomerReadAnswer(TypedDict):
    """`CustomerReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: CustomerState


class CustomerState(TypedDict):
    """One customer. `party` is None once their data were erased: no document can name them any more."""

    kind: NotRequired[Literal['consumer', 'business', 'public']]
    country: NotRequired[str]
    tax_resident: NotRequired[str]
    small_business: NotRequired[bool]
    risk: NotRequired[Literal['low', 'normal', 'high']]
    payment_days: NotRequired[int]
    language: NotRequired[Literal['fr', 'en']]
    party: NotRequired[Party]
    consents: NotRequired[dict[str, bool]]


class DepositReadAnswer(TypedDict):
    """`DepositReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: DepositState


class DepositState(TypedDict):
    """One deposit. All amounts are gross (TTC). `payments` holds what came in, oldest first, less what was
    reversed or moved away; `refunds` what went back.
    """

    events: NotRequired[int]
    request: NotRequired[DepositRequested]
    requested_at: NotRequired[int]
    cancelled: NotRequired[bool]
    payments: NotRequired[list[DepositPayment]]
    refunds: NotRequired[list[DepositUnpaid]]
    uses: NotRequired[list[DepositUse]]
    forfeited_cents: NotRequired[int]
    refund_asked_cents: NotRequired[int]
    indemnity_asked_cents: NotRequired[int]
    indemnity_paid_cents: NotRequired[int]
    invoices: NotRequired[list[str]]
    receipts: NotRequired[list[list[Any]]]


class DepositRequested(TypedDict):
    """Money was asked for in advance; a request is no invoice and stands outside the invoice series."""

    series: NotRequired[str]
    n: NotRequired[int]
    number: NotRequired[str]
    issued_on: str
    quote: NotRequired[str]
    instalment: NotRequired[int]
    customer: NotRequired[str]
    customer_kind: Literal['consumer', 'business', 'public']
    customer_country: NotRequired[str]
    kind: Literal['arrhes', 'acompte']
    special_order: NotRequired[bool]
    currency: str
    amount_cents: int
    split: NotRequired[list[RateSplit]]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    payable_from: NotRequired[str]
    due_on: str
    invoice_at: NotRequired[Literal['never', 'request', 'receipt']]
    automatic: NotRequired[bool]
    reference: str
    client: NotRequired[Party]
    texts: NotRequired[Texts]


class DepositPayment(TypedDict):
    """Money that came in for a deposit, less what was reversed or moved to another document."""

    payment: str
    amount_cents: int
    means: Literal[
        'cash', 'cheque', 'card', 'credit_transfer', 'instant_transfer', 'direct_debit', 'e_money',
        'voucher', 'offset', 'other'
    ]
    received_on: str
    split: NotRequired[list[RateSplit]]


class DepositUnpaid(TypedDict):
    """In the deposit's stream: money for it was taken off again."""

    payment: str
    amount_cents: int
    on: str
    cause: Literal['reversed', 'refunded', 'moved']
    split: NotRequired[list[RateSplit]]
    indemnity_cents: NotRequired[int]


class DepositUse(TypedDict):
    """What one invoice deducted, with the interest it allowed."""

    invoice: str
    amount_cents: int
    interest_cents: int


class CreditNoteReadAnswer(TypedDict):
    """`CreditNoteReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: CreditNoteState


class CreditNoteState(TypedDict):
    """One credit note."""

    number: NotRequired[str]
    issued_on: NotRequired[str]
    invoice: NotRequired[str]
    customer: NotRequired[str]
    currency: NotRequired[str]
    gross_cents: NotRequired[int]
    vat: NotRequired[list[VatRow]]
    refund_cents: NotRequired[int]
    refunded_cents: NotRequired[int]


class RefundReadAnswer(TypedDict):
    """`RefundReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: RefundState


class RefundState(TypedDict):
    """One refund."""

    amount_cents: NotRequired[int]
    payment: NotRequired[str]
    about: NotRequired[str]


class ReceiptReadAnswer(TypedDict):
    """`ReceiptReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: ReceiptState


class ReceiptState(TypedDict):
    """One receipt."""

    number: NotRequired[str]
    issued_on: NotRequired[str]
    payment: NotRequired[str]
    deposit: NotRequired[str]
    amount_cents: NotRequired[int]


class NoteReadAnswer(TypedDict):
    """`NoteReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: NoteState


class NoteState(TypedDict):
    """One note (arrêté 83-50/A; CGI former 290 quinquies)."""

    number: NotRequired[str]
    issued_on: NotRequired[str]
    quote: NotRequired[str]
    invoice: NotRequired[str]
    gross_cents: NotRequired[int]


class SubscriptionReadAnswer(TypedDict):
    """`SubscriptionReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: SubscriptionState


class SubscriptionState(TypedDict):
    """One subscription; `next_index` counts the periods invoiced or passed over."""

    document: NotRequired[SubscriptionStarted]
    contents: NotRequired[list[Content]]
    pauses: NotRequired[list[Pause]]
    last_on: NotRequired[str]
    stopped: NotRequired[bool]
    next_index: NotRequired[int]


class SubscriptionStarted(TypedDict):
    """Recurring billing began."""

    customer: NotRequired[str]
    customer_kind: Literal['consumer', 'business', 'public']
    customer_country: NotRequired[str]
    quote: NotRequired[str]
    currency: str
    basis: Literal['net', 'gross']
    supply_place: Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']
    every: Literal['week', 'month', 'quarter', 'year']
    billed: Literal['in_advance', 'in_arrears']
    starts_on: str
    ends_on: NotRequired[str]
    lines: list[Line]
    discount: NotRequired[Discount]
    totals: Totals
    payment_days: int
    client: NotRequired[Party]
    texts: NotRequired[Texts]


class Content(TypedDict):
    """The lines that are billed for periods beginning on a day or later."""

    from_on: str
    lines: list[Line]
    discount: NotRequired[Discount]
    texts: NotRequired[Texts]


class Pause(TypedDict):
    """Days on which nothing is billed, the first included, the last (`to_on`) not; None: until further notice."""

    from_on: str
    to_on: NotRequired[str]


class SignatureReadAnswer(TypedDict):
    """`SignatureReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: SignatureState


class SignatureState(TypedDict):
    """One request for signatures."""

    phase: NotRequired[Literal['none', 'open', 'completed', 'cancelled']]
    events: NotRequired[int]
    thing: NotRequired[SignedThing]
    signatories: NotRequired[list[Signatory]]
    ordered: NotRequired[bool]
    expires_on: NotRequired[str]
    codes: NotRequired[list[list[Any]]]
    given: NotRequired[list[SignatureGiven]]
    cancelled_because: NotRequired[str]


class SignedThing(TypedDict):
    """What is to be signed: one version of a quote by its entry, or any file by its bytes."""

    kind: Literal['quote', 'file']
    quote: NotRequired[str]
    document_version: NotRequired[int]
    fingerprint: NotRequired[str]
    file: NotRequired[str]
    bytes: NotRequired[int]
    media_type: NotRequired[Literal['application/pdf']]
    role: NotRequired[Literal['quote', 'contract', 'purchase_order', 'other']]


class Signatory(TypedDict):
    """One who signs, by rank; who it is stands in the private parties at the same rank."""

    signatory: str
    side: Literal['client', 'issuer', 'third']
    rank: int
    method: Literal['drawn', 'typed', 'code', 'certificate']
    level: NotRequired[Literal['simple', 'advanced', 'qualified']]
    code_by: NotRequired[Literal['email', 'sms', 'none']]


class SignatureGiven(TypedDict):
    """One signatory signed."""

    signatory: str
    signed: str
    method: Literal['drawn', 'typed', 'code', 'certificate']
    level: Literal['simple', 'advanced', 'qualified']
    code_outcome: Literal['right', 'none']
    chosen: NotRequired[list[int]]
    early_start_requested: NotRequired[bool]
    loss_acknowledged: NotRequired[bool]
    reduced_rate_stated: NotRequired[bool]
    evidence: NotRequired[Evidence]


class AttachmentReadAnswer(TypedDict):
    """`AttachmentReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: AttachmentState


class AttachmentState(TypedDict):
    """One attached file."""

    digest: NotRequired[str]
    about: NotRequired[str]
    media_type: NotRequired[str]


class DeliveryReadAnswer(TypedDict):
    """`DeliveryReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: DeliveryState


class DeliveryState(TypedDict):
    """One delivery or acceptance."""

    about: NotRequired[str]
    about_kind: NotRequired[Literal['quote', 'invoice']]
    kind: NotRequired[Literal['delivery', 'acceptance']]
    on: NotRequired[str]


class OnlinePaymentReadAnswer(TypedDict):
    """`OnlinePaymentReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: OnlinePaymentState


class OnlinePaymentState(TypedDict):
    """One collection; `outcome` is "open" until the provider says how it ended."""

    about: NotRequired[str]
    about_kind: NotRequired[str]
    amount_cents: NotRequired[int]
    provider: NotRequired[str]
    outcome: NotRequired[Literal['open', 'paid', 'failed', 'expired', 'cancelled']]
    payment: NotRequired[str]


class MessageReadAnswer(TypedDict):
    """`MessageReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: MessageState


class MessageState(TypedDict):
    """One message; `attempts` counts the tries to hand it over."""

    phase: NotRequired[Literal['none', 'queued', 'sent', 'failed']]
    about: NotRequired[str]
    attempts: NotRequired[int]


class ReminderReadAnswer(TypedDict):
    """`ReminderReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: ReminderState


class ReminderState(TypedDict):
    """The reminders of one document: the steps that went out, in order."""

    steps: NotRequired[list[int]]


class CommentReadAnswer(TypedDict):
    """`CommentReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: CommentState


class CommentState(TypedDict):
    """One comment."""

    about: NotRequired[str]
    by: NotRequired[str]
    question: NotRequired[bool]


class LinkReadAnswer(TypedDict):
    """`LinkReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: LinkState


class LinkState(TypedDict):
    """One link; only the SHA-256 of its token is known."""

    about: NotRequired[str]
    about_kind: NotRequired[str]
    purpose: NotRequired[str]
    token_digest: NotRequired[str]
    expires_at: NotRequired[str]
    revoked: NotRequired[bool]
    party: NotRequired[str]
    revoked_because: NotRequired[str]


class ObserverReadAnswer(TypedDict):
    """`ObserverReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: ObserverState


class ObserverState(TypedDict):
    """One observer of one document."""

    about: NotRequired[str]
    about_kind: NotRequired[str]
    removed: NotRequired[bool]


class TaskReadAnswer(TypedDict):
    """`TaskReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: TaskState


class TaskState(TypedDict):
    """One task."""

    code: NotRequired[str]
    about: NotRequired[str]
    closed: NotRequired[bool]


class SeriesReadAnswer(TypedDict):
    """`SeriesReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: SeriesState


class SeriesState(TypedDict):
    """One number series."""

    use: NotRequired[str]
    prefix: NotRequired[str]
    closed: NotRequired[bool]


class CopiesReadAnswer(TypedDict):
    """`CopiesReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: CopiesState


class CopiesState(TypedDict):
    """The copies of one document: the last number given, by kind of document."""

    last: NotRequired[dict[str, int]]


class ExportReadAnswer(TypedDict):
    """`ExportReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: ExportState


class ExportState(TypedDict):
    """One file: what was recorded of it; `sent` is the last that became of it, None until it is handed over."""

    made: NotRequired[ExportMade]
    sent: NotRequired[Literal['handed_over', 'accepted', 'refused']]


class ExportMade(TypedDict):
    """Figures left the house in a file (journal, FEC, VAT figures, e-reporting, report)."""

    kind: str
    from_on: str
    to_on: str
    upto_seq: int
    digest: str
    rows: int


class ImportReadAnswer(TypedDict):
    """`ImportReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: ImportState


class ImportState(TypedDict):
    """One file's import, or one part of it; `last_row` is the line at which the last document taken in begins."""

    phase: NotRequired[Literal['none', 'begun', 'finished', 'part']]
    source: NotRequired[str]
    source_digest: NotRequired[str]
    source_bytes: NotRequired[int]
    mapping_digest: NotRequired[str]
    documents: NotRequired[int]
    refused: NotRequired[int]
    last_row: NotRequired[int]
    net_cents: NotRequired[int]
    gross_cents: NotRequired[int]


class IssuerReadAnswer(TypedDict):
    """`IssuerReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: IssuerState


class IssuerState(TypedDict):
    """The issuer: `world.state(ISSUER, "self")`. `version` counts its profiles, the first is 1. `brand` is
    without the logo's bytes: its digest is enough to tell whether another one is set.
    """

    profile: NotRequired[ProfileSet]
    version: NotRequired[int]
    deposit_rules: NotRequired[list[DepositRule]]
    reminders: NotRequired[dict[str, list[ReminderStep]]]
    brand: NotRequired[BrandSet]


class ProfileSet(TypedDict):
    """The issuer's profile as it stands from now on; documents name its version."""

    siren: str
    siret: NotRequired[str]
    legal_form: str
    sole_trader: bool
    country: NotRequired[str]
    vat_regime: Literal['normal_monthly', 'normal_quarterly', 'simplified', 'franchise']
    debits_option: NotRequired[bool]
    supply_place: NotRequired[Literal['FR', 'FR-20R', 'GP', 'MQ', 'RE', 'GF', 'YT', 'EU', 'WORLD']]
    price_basis: NotRequired[Literal['net', 'gross']]
    trades: NotRequired[list[str]]
    main_activity: NotRequired[Literal['goods', 'services', 'mixed']]
    firm_size: NotRequired[Literal['micro', 'sme', 'mid', 'large']]
    payment_days: NotRequired[int]
    early_discount_bp: NotRequired[int]
    early_discount_days: NotRequired[int]
    late_penalty_bp: NotRequired[int]
    details: NotRequired[IssuerDetails]


class BrandSet(TypedDict):
    """How the issuer's documents look from now on; what was issued before keeps the look it had."""

    accent: NotRequired[str]
    logo: NotRequired[str]
    logo_type: NotRequired[Literal['image/png', 'image/jpeg']]
    logo_bytes: NotRequired[str]


class DrawerReadAnswer(TypedDict):
    """`DrawerReadAnswer`, as the API has it."""

    id: str
    stream: str
    state: DrawerState


class DrawerState(TypedDict):
    """The cash drawers: what was last counted in each, by till."""

    counted: NotRequired[dict[str, int]]


class OpenLedger(TypedDict):
    """Open a ledger with its issuer's profile and its number series."""

    name: str
    kind: NotRequired[Literal['live', 'training']]
    clock: NotRequired[Literal['system', 'simulated']]
    establishment: NotRequired[str]
    till: NotRequired[str]
    currency: NotRequired[str]
    time_zone: NotRequired[str]
    cut_off: NotRequired[str]
    year_start: NotRequired[str]
    seal_every: NotRequired[Literal['append', 'entry']]
    anchors: NotRequired[AnchorPolicy]
    profile: SetProfile
    series: NotRequired[list[OpenSeries]]
    continues: NotRequired[Continues]


class Continues(TypedDict):
    """The ledger that this one goes on from, and where that one ended."""

    ledger: str
    genesis: str
    seq: int
    head: str
    checkpoint: NotRequired[str]
    archive: NotRequired[str]
    reason: Literal['behind_mark', 'format', 'key_lost', 'moved']
    perpetual_cents: NotRequired[int]
    perpetual_absolute_cents: NotRequired[int]


class Opened(TypedDict):
    """`Opened`, as the API has it."""

    ledger: str
    name: str
    kind: Literal['live', 'training', 'register']
    genesis: str
    key: OpenedKey


class OpenedKey(TypedDict):
    """`OpenedKey`, as the API has it."""

    id: str
    role: Literal['owner', 'operator', 'accountant', 'auditor']
    secret: NotRequired[str]


class LedgerItem(TypedDict):
    """`LedgerItem`, as the API has it."""

    ledger: str
    name: str
    kind: Literal['live', 'training', 'register']
    role: NotRequired[Literal['owner', 'operator', 'accountant', 'auditor']]


class Ledger(TypedDict):
    """`Ledger`, as the API has it."""

    ledger: str
    name: str
    kind: Literal['live', 'training', 'register']
    genesis: str
    head: LedgerHead
    register: dict[str, Any]


class LedgerHead(TypedDict):
    """`LedgerHead`, as the API has it."""

    seq: int
    fingerprint: str
    at: str


class Head(TypedDict):
    """`Head`, as the API has it."""

    ledger: str
    seq: int
    fingerprint: str
    at: str
    seal: str


class Verdict(TypedDict):
    """`Verdict`, as the API has it."""

    ok: bool
    trust: Literal['given', 'key_store', 'self']
    kind: NotRequired[str]
    genesis: NotRequired[str]
    entries: NotRequired[int]
    head: NotRequired[dict[str, Any]]
    seals: NotRequired[int]
    proven_until: NotRequired[int]
    not_shown: NotRequired[list[dict[str, Any]]]
    unanchored: NotRequired[dict[str, Any]]
    findings: list[dict[str, Any]]


class Integrity(TypedDict):
    """`Integrity`, as the API has it."""

    head: IntegrityHead
    checkpoint: Checkpoint
    unanchored: IntegrityUnanchored
    policy: dict[str, Any]
    places: list[IntegrityPlacesItem]


class IntegrityHead(TypedDict):
    """`IntegrityHead`, as the API has it."""

    seq: int
    at: str
    fingerprint: str


class Checkpoint(TypedDict):
    """`Checkpoint`, as the API has it."""

    size: int
    root: str
    note: str


class IntegrityUnanchored(TypedDict):
    """`IntegrityUnanchored`, as the API has it."""

    timestamp: Window
    witness: Window


class Window(TypedDict):
    """`Window`, as the API has it."""

    entries: int
    minutes: int
    kind: NotRequired[str]
    place: NotRequired[str]
    at: NotRequired[str]
    size: NotRequired[int]


class IntegrityPlacesItem(TypedDict):
    """`IntegrityPlacesItem`, as the API has it."""

    kind: str
    place: str
    placed: NotRequired[IntegrityPlacesItemPlaced]
    failing: NotRequired[IntegrityPlacesItemFailing]


class IntegrityPlacesItemPlaced(TypedDict):
    """`IntegrityPlacesItemPlaced`, as the API has it."""

    size: int
    at: str


class IntegrityPlacesItemFailing(TypedDict):
    """`IntegrityPlacesItemFailing`, as the API has it."""

    cause: str
    attempt: int
    size: int
    at: str


class ProjectionListAnswer(TypedDict):
    """`ProjectionListAnswer`, as the API has it."""

    projections: list[ProjectionListAnswerProjectionsItem]


class ProjectionListAnswerProjectionsItem(TypedDict):
    """`ProjectionListAnswerProjectionsItem`, as the API has it."""

    projection: str
    version: int
    position: int
    entries: int
    seconds: int
    missing: int
    building: NotRequired[int]


class EntryItem(TypedDict):
    """`EntryItem`, as the API has it."""

    fingerprint: str
    line: LineAnswer
    disclosures: NotRequired[list[Disclosure]]


class LineAnswer(TypedDict):
    """One entry, byte for byte (docs/spec/entry.md)."""

    chain: dict[str, Any]
    entry: dict[str, Any]


class Disclosure(TypedDict):
    """`Disclosure`, as the API has it."""

    path: str
    salt: str
    value: Any


class Closure(TypedDict):
    """`Closure`, as the API has it."""

    id: str
    seq: int
    fingerprint: str
    closure: ClosureClosure


class ClosureClosure(TypedDict):
    """`ClosureClosure`, as the API has it."""

    period: Literal['day', 'month', 'year']
    rank: int
    from_on: str
    to_on: str
    opened_at: str
    ended_at: str
    closed_at: str
    first_seq: int
    last_seq: int
    entries: int
    head: str
    root: str
    peaks: NotRequired[list[str]]
    previous: NotRequired[str]
    currency: str
    invoices: int
    credit_notes: int
    deposit_invoices: NotRequired[int]
    deposit_credit_notes: NotRequired[int]
    rates: list[dict[str, Any]]
    net_cents: int
    vat_cents: int
    gross_cents: int
    absolute_cents: int
    year_gross_cents: int
    perpetual_cents: int
    perpetual_absolute_cents: int
    means: list[dict[str, Any]]
    advances: dict[str, Any]
    series: list[dict[str, Any]]
    automatic: bool
    training: bool


class NewErasure(TypedDict):
    """Whose data; without a customer, everything whose time is over today."""

    customer: NotRequired[str]


class Erasure(TypedDict):
    """`Erasure`, as the API has it."""

    persons: int
    values: int
    entries: list[int]


class NewArchive(TypedDict):
    """The period to be archived: `2026-11-05`, `2026-11`, `2026`, or `2026-04-01..2027-03-31`; it must be closed."""

    period: str
    renew: NotRequired[bool]


class Archive(TypedDict):
    """`Archive`, as the API has it."""

    manifest: str
    seq: int
    at: str
    rank: int
    format: str
    from_on: str
    to_on: str
    first_seq: int
    last_seq: int
    documents: int
    previous: str | None
    timestamp: str | None
    media: list[str]
    here: bool


class EreportDueAnswer(TypedDict):
    """`EreportDueAnswer`, as the API has it."""

    upto_seq: int
    today: str
    start_on: str
    started: bool
    periods: list[EreportDueAnswerPeriodsItem]
    left_out_cents: dict[str, int]
    missing: int


class EreportDueAnswerPeriodsItem(TypedDict):
    """`EreportDueAnswerPeriodsItem`, as the API has it."""

    flow: Literal['10.3', '10.4']
    from_on: str
    to_on: str
    due_on: str
    state: Literal['open', 'to_make', 'made', 'handed_over', 'accepted', 'refused', 'to_rectify']
    late: bool
    type: Literal['IN', 'RE']
    n: int
    lines: int
    export: NotRequired[str]
    reason: NotRequired[str]


class NewReport(TypedDict):
    """The report to be made. `made_at` is now and `upto_seq` the last entry unless given; with both, bytes repeat."""

    flow: Literal['10.3', '10.4']
    from_on: str
    sender: ReportSender
    made_at: NotRequired[str]
    upto_seq: NotRequired[int]
    preview: NotRequired[bool]


class ReportSender(TypedDict):
    """The approved platform that transmits: its number of four characters, and its name."""

    number: str
    name: str


class EreportMakeAnswer(TypedDict):
    """`EreportMakeAnswer`, as the API has it."""

    id: str
    flow: Literal['10.3', '10.4']
    type: Literal['IN', 'RE']
    from_on: str
    to_on: str
    due_on: str
    upto_seq: int
    lines: int
    digest: str
    export: str
    preview: bool
    xml: str
    seq: NotRequired[int]


class EreportCheckAnswer(TypedDict):
    """`EreportCheckAnswer`, as the API has it."""

    valid: bool
    findings: list[EreportCheckAnswerFindingsItem]


class EreportCheckAnswerFindingsItem(TypedDict):
    """`EreportCheckAnswerFindingsItem`, as the API has it."""

    validator: str
    rule: str
    place: str
    words: str


class StatementReadAnswer(TypedDict):
    """`StatementReadAnswer`, as the API has it."""

    digest: str
    schema: Literal['checked', 'not_checked']
    statements: list[StatementReadAnswerStatementsItem]
    lines: list[StatementReadAnswerLinesItem]
    statement: NotRequired[str]


class StatementReadAnswerStatementsItem(TypedDict):
    """`StatementReadAnswerStatementsItem`, as the API has it."""

    message: str
    id: str
    account: str
    lines: int
    from_on: NotRequired[str]
    to_on: NotRequired[str]


class StatementReadAnswerLinesItem(TypedDict):
    """`StatementReadAnswerLinesItem`, as the API has it."""

    line: int
    verdict: Literal[
        'certain', 'likely', 'ambiguous', 'unknown', 'recorded', 'seen', 'returned', 'paid_out', 'pending'
    ]
    why: str
    amount_cents: int
    currency: str
    direction: Literal['credit', 'debit']
    means: str
    parts: list[StatementReadAnswerLinesItemPartsItem]
    others: list[str]
    texts: list[str]
    structured: list[str]
    value_on: NotRequired[str]
    payment: NotRequired[str]
    returns: NotRequired[str]
    reason: NotRequired[str]
    payer: NotRequired[str]
    recorded: NotRequired[bool]
    flags: NotRequired[list[str]]
    refusal: NotRequired[StatementReadAnswerLinesItemRefusal]


class StatementReadAnswerLinesItemPartsItem(TypedDict):
    """`StatementReadAnswerLinesItemPartsItem`, as the API has it."""

    about: str
    about_kind: Literal['deposit', 'invoice']
    number: str
    amount_cents: int


class StatementReadAnswerLinesItemRefusal(TypedDict):
    """`StatementReadAnswerLinesItemRefusal`, as the API has it."""

    code: str
    place: str


class Checked(TypedDict):
    """`Checked`, as the API has it."""

    valid: bool
    kind: Literal['pdf', 'xml', 'unknown']
    checks: list[str]
    findings: list[Finding]
    profile: NotRequired[str]
    number: NotRequired[str]
    type_code: NotRequired[str]


class Finding(TypedDict):
    """`Finding`, as the API has it."""

    validator: str
    rule: str
    place: str
    words: str
    severity: Literal['error', 'warning']


class Tied(TypedDict):
    """`Tied`, as the API has it."""

    state: Literal['issued', 'sealed', 'extended', 'altered', 'claimed', 'elsewhere', 'unknown']
    whole: bool
    digest: str
    bytes: int
    claim: NotRequired[TiedClaim]
    claim_holds: NotRequired[bool]
    recorded: NotRequired[int]
    kept_bytes: NotRequired[int]
    expected: NotRequired[list[str]]
    first_difference: NotRequired[int]
    about: NotRequired[str]
    about_seq: NotRequired[int]
    kind: NotRequired[str]
    number: NotRequired[str]
    language: NotRequired[str]
    copy: NotRequired[int]


class TiedClaim(TypedDict):
    """`TiedClaim`, as the API has it."""

    ledger: str
    seq: int
    fingerprint: str
    kind: str


class NewCopy(TypedDict):
    """How a copy of a document goes out, of which kind and in which language."""

    by: Literal['print', 'email', 'download']
    kind: NotRequired[
        Literal['quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
        'payment_request', 'reminder', 'statement', 'evidence', 'attestation', 'closure_report']
    ]
    language: NotRequired[Literal['fr', 'en']]


class Copy(TypedDict):
    """`Copy`, as the API has it."""

    about: str
    kind: Literal[
        'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
        'payment_request', 'reminder', 'statement', 'evidence', 'attestation', 'closure_report'
    ]
    copy: int
    digest: str
    bytes: int
    language: Literal['fr', 'en']
    name: str
    recorded: NotRequired[int]


class Rendered(TypedDict):
    """`Rendered`, as the API has it."""

    seq: int
    at: str
    about: str
    kind: Literal[
        'quote', 'deposit_request', 'deposit_invoice', 'invoice', 'credit_note', 'note', 'receipt',
        'payment_request', 'reminder', 'statement', 'evidence', 'attestation', 'closure_report'
    ]
    about_seq: int
    digest: str
    bytes: int
    media_type: str
    language: Literal['fr', 'en']
    software: str
    copy: NotRequired[int]
    profile: NotRequired[str]


class Seal(TypedDict):
    """`Seal`, as the API has it."""

    first: int
    last: int
    text: str
    signature: str


class CloudEvent(TypedDict):
    """`CloudEvent`, as the API has it."""

    specversion: Literal['1.0']
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: Literal['application/json']
    data: dict[str, Any]
    sequence: str
    streamversion: int
    actor: str
    dataschema: NotRequired[str]


class Me(TypedDict):
    """`Me`, as the API has it."""

    key: str
    provisions: bool
    roles: dict[str, Literal['owner', 'operator', 'accountant', 'auditor']]


class Key(TypedDict):
    """`Key`, as the API has it."""

    id: str
    label: str
    role: Literal['owner', 'operator', 'accountant', 'auditor']
    created_at: str


class NewKeyRequest(TypedDict):
    """A key to be made: what it is for (never a person's name), and its role."""

    label: str
    role: Literal['owner', 'operator', 'accountant', 'auditor']


class NewKey(TypedDict):
    """`NewKey`, as the API has it."""

    id: str
    label: str
    role: Literal['owner', 'operator', 'accountant', 'auditor']
    created_at: str
    secret: NotRequired[str]


class RoleRequest(TypedDict):
    """The role that a key is to have."""

    role: Literal['owner', 'operator', 'accountant', 'auditor']


class DraftItem(TypedDict):
    """`DraftItem`, as the API has it."""

    id: str
    kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model']
    revision: int
    created_at: str
    updated_at: str
    command: dict[str, Any]
    notes: dict[str, Any]
    missing: list[str]
    etag: str


class NewDraft(TypedDict):
    """A new working paper; its `id`, if it is given one, is also the id of what it becomes."""

    kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model']
    command: NotRequired[dict[str, Any]]
    notes: NotRequired[dict[str, Any]]
    id: NotRequired[str]


class Draft(TypedDict):
    """`Draft`, as the API has it."""

    id: str
    kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model']
    revision: int
    created_at: str
    updated_at: str
    command: dict[str, Any]
    notes: dict[str, Any]
    missing: list[str]


class DraftBody(TypedDict):
    """A working paper: the command it may become, whole or not yet, and whatever notes the house keeps with it."""

    kind: Literal['quote', 'invoice', 'prospect', 'opportunity', 'pipeline', 'article', 'model']
    command: NotRequired[dict[str, Any]]
    notes: NotRequired[dict[str, Any]]


class Nothing(TypedDict):
    """No member at all."""


class AttachedFile(TypedDict):
    """`AttachedFile`, as the API has it."""

    digest: str
    name: NotRequired[str]
    bytes: NotRequired[int]
    media_type: NotRequired[Literal['application/pdf', 'image/jpeg', 'image/png']]


class AddedFile(TypedDict):
    """`AddedFile`, as the API has it."""

    digest: str
    name: str
    bytes: int
    media_type: Literal['application/pdf', 'image/jpeg', 'image/png']
    draft_etag: str


class Endpoint(TypedDict):
    """`Endpoint`, as the API has it."""

    id: str
    url: str
    label: str
    types: list[str]
    scheme: Literal['v1', 'v1a']
    state: Literal['active', 'paused', 'disabled']
    created_at: str
    seq: int
    pending: int
    attempts: int
    dead: int
    reason: NotRequired[str]
    again_at: NotRequired[str]
    last_at: NotRequired[str]
    last_cause: NotRequired[str]
    public_key: NotRequired[str]


class NewWebhook(TypedDict):
    """An endpoint to be made: where to, which types (none: all), signed how, from which entry on (none: from now)."""

    url: str
    types: NotRequired[list[str]]
    label: NotRequired[str]
    scheme: NotRequired[Literal['v1', 'v1a']]
    after: NotRequired[int]


class NewEndpoint(TypedDict):
    """`NewEndpoint`, as the API has it."""

    id: str
    url: str
    label: str
    types: list[str]
    scheme: Literal['v1', 'v1a']
    state: Literal['active', 'paused', 'disabled']
    created_at: str
    seq: int
    pending: int
    attempts: int
    dead: int
    reason: NotRequired[str]
    again_at: NotRequired[str]
    last_at: NotRequired[str]
    last_cause: NotRequired[str]
    public_key: NotRequired[str]
    secret: NotRequired[str]


class NothingMore(TypedDict):
    """A body without a member."""


class NewWebhookSecret(TypedDict):
    """A new secret; the old one signs beside it for so many hours."""

    overlap_hours: NotRequired[int]


class WebhookReplay(TypedDict):
    """What to send again: everything after an entry, in order; without `after`, the dead letters, once."""

    after: NotRequired[int]


class Pinged(TypedDict):
    """`Pinged`, as the API has it."""

    delivered: bool
    cause: str
    milliseconds: int
    status: NotRequired[int]


class Delivery(TypedDict):
    """`Delivery`, as the API has it."""

    seq: int
    attempt: int
    at: str
    cause: str
    milliseconds: int
    status: NotRequired[int]


class Dead(TypedDict):
    """`Dead`, as the API has it."""

    seq: int
    type: str
    at: str
    attempts: int
    cause: str
    again: bool
    status: NotRequired[int]


class OutboxListAnswerItem(TypedDict):
    """`OutboxListAnswerItem`, as the API has it."""

    id: str
    template: str
    language: Literal['fr', 'en']
    side: Literal['client', 'observer', 'third', 'issuer', 'user']
    state: Literal['prepared', 'waiting', 'sending', 'handed', 'sent', 'failed', 'dropped']
    created_at: str
    attempts: int
    retriable: bool
    about: NotRequired[str]
    again_at: NotRequired[str]
    last_at: NotRequired[str]
    last_cause: NotRequired[str]


class MessageTemplateListAnswerItem(TypedDict):
    """`MessageTemplateListAnswerItem`, as the API has it."""

    name: str
    language: Literal['fr', 'en']
    to: Literal['client', 'observer', 'business', 'user']
    subject: str
    text: str
    own: bool
    revision: int
    variables: list[MessageTemplateListAnswerItemVariablesItem]


class MessageTemplateListAnswerItemVariablesItem(TypedDict):
    """`MessageTemplateListAnswerItemVariablesItem`, as the API has it."""

    name: str
    words: str
    example: str


class ProviderListAnswerItem(TypedDict):
    """`ProviderListAnswerItem`, as the API has it."""

    provider: str
    test_mode: bool
    ways: list[str]
    account_known: bool
    created_at: str
    open: int
    events_path: str


class NewProvider(TypedDict):
    """A provider's keys, in place of those before; they are encrypted, and in no answer."""

    provider: str
    secret_key: str
    webhook_secret: str
    ways: NotRequired[list[str]]


class ProviderReconcileAnswer(TypedDict):
    """`ProviderReconcileAnswer`, as the API has it."""

    looked_at: int
    open: int
    troubles: list[str]


class ProviderTellAnswer(TypedDict):
    """`ProviderTellAnswer`, as the API has it."""

    looked_at: int


class ReportListAnswerItem(TypedDict):
    """`ReportListAnswerItem`, as the API has it."""

    name: str
    question: ReportListAnswerItemQuestion
    projections: list[str]
    parameters: list[dict[str, Any]]
    path: str


class ReportListAnswerItemQuestion(TypedDict):
    """`ReportListAnswerItemQuestion`, as the API has it."""

    fr: str
    en: str


class ReportReadAnswer(TypedDict):
    """`ReportReadAnswer`, as the API has it."""

    report: str
    title: ReportListAnswerItemQuestion
    as_of: ReportReadAnswerAsOf
    lag: int
    columns: list[ReportReadAnswerColumnsItem]
    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    notes: list[ReportListAnswerItemQuestion]


class ReportReadAnswerAsOf(TypedDict):
    """`ReportReadAnswerAsOf`, as the API has it."""

    seq: int
    day: str


class ReportReadAnswerColumnsItem(TypedDict):
    """`ReportReadAnswerColumnsItem`, as the API has it."""

    name: str
    kind: str
    words: ReportListAnswerItemQuestion
    total: bool


class ReportExplainAnswer(TypedDict):
    """`ReportExplainAnswer`, as the API has it."""

    report: str
    key: str
    column: str
    as_of: ReportReadAnswerAsOf
    entries: list[ReportExplainAnswerEntriesItem]
    more: int
    value: NotRequired[Any]
    adds_up: NotRequired[bool]


class ReportExplainAnswerEntriesItem(TypedDict):
    """`ReportExplainAnswerEntriesItem`, as the API has it."""

    seq: int
    day: str
    type: str
    stream: str
    number: NotRequired[str]
    amount_cents: NotRequired[int]
    share: NotRequired[int]


class ReconciliationReadAnswer(TypedDict):
    """`ReconciliationReadAnswer`, as the API has it."""

    from_on: str
    to_on: str
    upto_seq: int
    closed_seq: int
    currency: str
    holds: bool
    missing: int
    bridges: list[ReconciliationReadAnswerBridgesItem]


class ReconciliationReadAnswerBridgesItem(TypedDict):
    """`ReconciliationReadAnswerBridgesItem`, as the API has it."""

    name: str
    words: ReportListAnswerItemQuestion
    key: list[str]
    columns: list[str]
    column_words: list[ReportListAnswerItemQuestion]
    start: ReconciliationReadAnswerBridgesItemStart
    steps: list[ReconciliationReadAnswerBridgesItemStart]
    end: ReconciliationReadAnswerBridgesItemStart
    residue: list[int]
    holds: bool


class ReconciliationReadAnswerBridgesItemStart(TypedDict):
    """`ReconciliationReadAnswerBridgesItemStart`, as the API has it."""

    name: str
    words: ReportListAnswerItemQuestion
    cents: list[int]
    entries: list[int]
    more: NotRequired[int]


class SchemaItem(TypedDict):
    """`SchemaItem`, as the API has it."""

    type: str
    name: str
    version: int
    kind: str
    words: str
    private: list[str]
    schema: str
    digest: str


class About(TypedDict):
    """`About`, as the API has it."""

    name: str
    software: str
    version: str
    version_words: str
    format: int
    perimeter: AboutPerimeter
    libraries: dict[str, str]
    editor_words: str
    law: AboutLaw
    major: NotRequired[int]
    minor: NotRequired[int]
    licence: NotRequired[str]


class AboutPerimeter(TypedDict):
    """`AboutPerimeter`, as the API has it."""

    fingerprint: str
    count: int
    files: NotRequired[list[AboutPerimeterFilesItem]]


class AboutPerimeterFilesItem(TypedDict):
    """`AboutPerimeterFilesItem`, as the API has it."""

    path: str
    sha256: str


class AboutLaw(TypedDict):
    """`AboutLaw`, as the API has it."""

    on: str
    article: list[Row]
    doctrine: list[Row]
    proofs: list[Proof]
    notes: list[Row]
    changes: list[str]


class Row(TypedDict):
    """`Row`, as the API has it."""

    value: str
    law: str
    source: str
    since: NotRequired[str]
    until: NotRequired[str]


class Proof(TypedDict):
    """`Proof`, as the API has it."""

    value: str
    law: str
    source: str
    words: str
    since: NotRequired[str]
    until: NotRequired[str]


class Status(TypedDict):
    """`Status`, as the API has it."""

    status: str


class ProblemType(TypedDict):
    """`ProblemType`, as the API has it."""

    code: str
    status: int
    words: dict[str, str]
    remedy: NotRequired[dict[str, str]]
    law: NotRequired[str]
