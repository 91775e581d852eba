"""Every command's one address. Those that a busy till or shop asks for most stand first: they are found first."""

from __future__ import annotations

from typing import Final

from api.http.access import OWNER
from api.http.archives import MAKERS
from api.http.examples import ids
from api.http.routes.route import CommandRoute as Route
from ledger.domain.commands import exports, history, messages, parties, payments, periods, quotes, sales

COMMAND_ROUTES: Final[tuple[Route, ...]] = (
    # invoices and money
    Route("/invoices", sales.IssueInvoice, location="/invoices/{invoice}"),
    Route("/payments", payments.RecordPayment, location="/payments/{payment}"),
    Route("/invoices/progress", sales.IssueProgressInvoice, location="/invoices/{invoice}"),
    Route("/invoices/final", sales.IssueFinalInvoice, location="/invoices/{invoice}"),
    Route(
        "/invoices/{invoice}/credit-notes",
        sales.CreditInvoice,
        location="/credit-notes/{credit_note}",
        example=(ids.INVOICE,),
    ),
    Route("/invoices/{invoice}/sendings", sales.SendInvoice, example=(ids.INVOICE,)),
    Route("/invoices/{invoice}/views", sales.ViewInvoice, example=(ids.INVOICE,)),
    Route("/invoices/{invoice}/disputes", sales.DisputeInvoice, example=(ids.INVOICE,)),
    Route("/invoices/{invoice}/penalties", sales.ChargePenalty, example=(ids.INVOICE_LATE,)),
    Route("/invoices/{invoice}/write-off", sales.WriteOffInvoice, example=(ids.INVOICE_LOST,)),
    Route("/payments/announcements", payments.AnnouncePayment, location="/payments/{payment}"),
    Route("/payments/{payment}/allocations", payments.AllocatePayment, example=(ids.PAYMENT_FREE,)),
    Route("/payments/{payment}/reversals", payments.ReversePayment, example=(ids.PAYMENT_BOUNCED,)),
    Route("/payments/{payment}/failure", payments.FailPayment, example=(ids.PAYMENT_ANNOUNCED,)),
    Route("/payments/{payment}/means", payments.CorrectMeans, example=(ids.PAYMENT_FREE,)),
    Route("/refunds", payments.RefundPayment, location="/refunds/{refund}"),
    Route("/statements", payments.ImportStatement),
    Route("/online-payments", payments.OpenOnlinePayment, location="/online-payments/{online_payment}"),
    Route("/online-payments/{online_payment}/end", payments.EndOnlinePayment, example=(ids.ONLINE_PAYMENT,)),
    Route("/payments/{payment}/chargebacks", payments.OpenChargeback, example=(ids.PAYMENT_CONTESTED,)),
    Route("/payments/{payment}/chargebacks/end", payments.CloseChargeback, example=(ids.PAYMENT_CONTESTED,)),
    Route("/payouts", payments.RecordPayout),
    Route("/payouts/returns", payments.RecordPayoutReturn),
    # customers
    Route("/customers", parties.RegisterCustomer, location="/customers/{customer}"),
    Route("/customers/{customer}/details", parties.UpdateCustomer, example=(ids.CUSTOMER,)),
    Route("/customers/{customer}/consents", parties.RecordConsent, example=(ids.CUSTOMER,)),
    # quotes
    Route("/quotes", quotes.IssueQuote, location="/quotes/{quote}"),
    Route("/quotes/{quote}/revisions", quotes.ReviseQuote, example=(ids.QUOTE,)),
    Route("/quotes/{quote}/sendings", quotes.SendQuote, example=(ids.QUOTE,)),
    Route("/quotes/{quote}/views", quotes.ViewQuote, example=(ids.QUOTE,)),
    Route("/quotes/{quote}/signature", quotes.SignQuote, example=(ids.QUOTE,)),
    Route("/quotes/{quote}/refusal", quotes.DeclineQuote, example=(ids.QUOTE_DECLINED,)),
    Route("/quotes/{quote}/expiry", quotes.ExpireQuote, example=(ids.QUOTE_EXPIRED,)),
    Route("/quotes/{quote}/cancellation", quotes.CancelQuote, example=(ids.QUOTE_CANCELLED,)),
    Route("/quotes/{quote}/withdrawal", quotes.WithdrawQuote, example=(ids.QUOTE_WITHDRAWN,)),
    Route("/quotes/{quote}/milestones", quotes.ReachMilestone, example=(ids.QUOTE,)),
    Route("/deliveries", quotes.RecordDelivery, location="/deliveries/{delivery}"),
    Route("/acceptances", quotes.AcceptWork, location="/deliveries/{delivery}"),
    # signatures and attachments
    Route("/signatures", quotes.RequestSignature, location="/signatures/{signature}"),
    Route("/signatures/{signature}/codes", quotes.RecordCodeSent, example=(ids.SIGNATURE,)),
    Route("/signatures/{signature}/code-checks", quotes.RecordCodeChecked, example=(ids.SIGNATURE,)),
    Route("/signatures/{signature}/signings", quotes.GiveSignature, example=(ids.SIGNATURE,)),
    Route("/signatures/{signature}/refusals", quotes.RefuseSignature, example=(ids.SIGNATURE_REFUSED,)),
    Route("/signatures/{signature}/cancellation", quotes.CancelSignature, example=(ids.SIGNATURE_CANCELLED,)),
    Route("/attachments", quotes.AddAttachment, location="/attachments/{attachment}"),
    # deposits and receipts
    Route("/deposits", sales.RequestDeposit, location="/deposits/{deposit}"),
    Route("/deposits/{deposit}/cancellation", sales.CancelDeposit, example=(ids.DEPOSIT_CANCELLED,)),
    Route("/deposits/{deposit}/invoice", sales.InvoiceDeposit, location="/invoices/{invoice}", example=(ids.DEPOSIT,)),
    Route("/deposits/{deposit}/settlement", sales.SettleDeposit, example=(ids.DEPOSIT_SETTLED,)),
    Route("/receipts", sales.IssueReceipt, location="/receipts/{receipt}"),
    # recurring billing, notes
    Route("/subscriptions", sales.StartSubscription, location="/subscriptions/{subscription}"),
    Route("/subscriptions/{subscription}/changes", sales.ChangeSubscription, example=(ids.SUBSCRIPTION,)),
    Route("/subscriptions/{subscription}/pauses", sales.PauseSubscription, example=(ids.SUBSCRIPTION,)),
    Route("/subscriptions/{subscription}/end", sales.StopSubscription, example=(ids.SUBSCRIPTION,)),
    Route(
        "/subscriptions/{subscription}/invoices",
        sales.InvoiceSubscription,
        location="/invoices/{invoice}",
        example=(ids.SUBSCRIPTION,),
    ),
    Route("/notes", sales.IssueNote, location="/notes/{note}"),
    # what surrounds documents
    Route("/messages", messages.QueueMessage, location="/messages/{message}"),
    Route("/messages/{message}/sending", messages.RecordMessageSent, example=(ids.MESSAGE,)),
    Route("/messages/{message}/failures", messages.RecordMessageFailed, example=(ids.MESSAGE_FAILED,)),
    Route("/reminders", messages.RecordReminder, location="/reminders/{about}"),
    Route("/comments", messages.AddComment, location="/comments/{comment}"),
    Route("/links", messages.CreateLink, location="/links/{link}"),
    Route("/links/{link}/revocation", messages.RevokeLink, example=(ids.LINK,)),
    Route("/copies", messages.MakeCopy),
    Route("/observers", parties.AddObserver, location="/observers/{observer}"),
    Route("/observers/{observer}/removal", parties.RemoveObserver, example=(ids.OBSERVER,)),
    Route("/tasks/{task}/closure", parties.CloseTask, example=(ids.TASK,)),
    Route("/drawer-counts", parties.CountDrawer),
    Route("/closures", periods.ClosePeriod),
    # figures that left the house
    Route("/exports", exports.RecordExport, MAKERS, location="/exports/{export}"),
    Route("/exports/{export}/answers", exports.RecordEReport, MAKERS, example=(ids.EXPORT,)),
    # settings: the owner's
    Route("/issuer", parties.SetProfile, OWNER),
    Route("/issuer/brand", parties.SetBrand, OWNER),
    Route("/series", parties.OpenSeries, OWNER, location="/series/{series}"),
    Route("/series/{series}/closure", parties.CloseSeries, OWNER, example=(ids.SERIES,)),
    Route("/financial-year", periods.SetYearEnd, OWNER),
    Route("/policies/deposits", parties.SetDepositPolicy, OWNER),
    Route("/policies/reminders", parties.SetReminderPolicy, OWNER),
    Route("/policies/anchors", parties.SetAnchorPolicy, OWNER),
    # the technical journal: an application's own users; API keys are journalled by `/keys`
    Route("/journal/sign-ins", parties.JournalSignIn, OWNER),
    Route("/journal/sign-outs", parties.JournalSignOut, OWNER),
    Route("/journal/sign-in-failures", parties.JournalSignInFailure, OWNER),
    Route("/journal/access", parties.JournalAccess, OWNER),
    Route("/journal/software", parties.JournalSoftware, OWNER),
    Route("/journal/integrity-failures", parties.JournalIntegrityFailure, OWNER),
    # certification, history of another software
    Route("/attestations", parties.IssueAttestation, OWNER),
    Route("/imports", history.BeginImport, OWNER, location="/imports/{imported}"),
    Route("/imports/{imported}/documents", history.AddHistory, OWNER, example=(ids.IMPORT,)),
    Route("/imports/{imported}/end", history.FinishImport, OWNER, example=(ids.IMPORT,)),
)
"""Every command of `ledger.domain.commands.COMMANDS`, once; a test holds it complete."""
