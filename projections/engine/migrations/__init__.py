"""Tables for rows of projections, apart from the ledgers' own migrations: they may be dropped and made again."""
