"""Selling: quotes, deals, customers, the catalogue, signatures."""
