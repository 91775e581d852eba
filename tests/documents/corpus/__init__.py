"""The golden corpus: sales played through the real commands, and the XML that each document has had ever since.

`python -m tests.documents.corpus` writes the XML again; a change of one byte is then seen in review.
"""
