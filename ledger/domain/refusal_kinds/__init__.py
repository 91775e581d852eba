"""Every kind of refusal, one tuple per theme; `ledger.domain.refusals` puts them together."""
