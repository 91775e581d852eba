"""The files for PostgreSQL, in order of number."""
