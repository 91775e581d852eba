"""Keeping the books: home, reports, closures, archives, the journal, integrity, settings."""
