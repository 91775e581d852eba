"""Links, codes, files and the acts of signing."""
