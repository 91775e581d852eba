"""Sealed archives, `sceau-archive/1`: docs/spec/archive.md, one concern to a file; `create.py` puts them together."""
