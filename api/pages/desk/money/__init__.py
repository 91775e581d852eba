"""Being paid: invoices, deposits, payments, bank statements, reminders."""
