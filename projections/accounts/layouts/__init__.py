"""Layouts for accounting software as data files: one file, one layout."""
