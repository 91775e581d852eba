"""Numbered SQL files, applied in order by `ledger.shell.migrate`; a released file is never edited."""
