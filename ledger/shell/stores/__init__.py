"""Where ledgers are kept: in memory, in one SQLite file, in PostgreSQL."""
