"""Journals with account numbers, FEC, layouts for accounting software."""
