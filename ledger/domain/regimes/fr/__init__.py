"""The law of France: VAT, mentions, ceilings, deadlines, each with its article and dates (see docs/law/fr.md)."""
