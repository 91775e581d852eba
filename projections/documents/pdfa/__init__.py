"""Whether a file is PDF/A-3b (ISO 19005-3, level B): `check_pdfa`. Rules bear the numbers that veraPDF gives them."""

from projections.documents.pdfa.check import check_pdfa

__all__ = ["check_pdfa"]
