"""Charts of accounts as data files: one file, one chart."""
