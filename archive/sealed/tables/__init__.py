"""The tables of an archive: what an accountant opens in a spreadsheet, made in the one walk over the entries.

Written down in docs/spec/archive-tables.md; every column stands in `columns.py`, from which schema/dictionary.csv is
made.
"""
