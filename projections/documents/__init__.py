"""Documents: what each says (`paper.py`, `builders/`), how it looks (`pages/`), what machines read (`cii.py`)."""
