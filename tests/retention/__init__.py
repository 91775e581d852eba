"""Purge, erasure, restore, successor."""
