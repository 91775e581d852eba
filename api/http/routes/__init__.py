"""Every address of the ledger over HTTP, written out."""
