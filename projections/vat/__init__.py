"""What VAT is due when, and the bridges between turnover, journals, VAT and receipts."""
