"""The law of each country the ledger knows, as dated tables and pure functions."""
