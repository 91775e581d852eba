"""A small C2SP witness, to be run by somebody else: it needs no store, and imports of ours only `ledger.kernel`."""
