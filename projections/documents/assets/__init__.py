"""Pinned assets of documents: see README.md beside this file."""
