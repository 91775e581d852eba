"""Where rows of projections are kept: in memory, in a SQLite file beside the store's, in tables of PostgreSQL."""
