"""Legal forms: which companies state their capital and their register on what they send (C. com. R123-237, R123-238).

Recalled, not compared with the text. Forms come as INSEE's codes ("5499") or as the usual letters ("SARL").
"""

from __future__ import annotations

_LETTERS = frozenset({"SARL", "EURL", "SAS", "SASU", "SA", "SCA", "SELARL", "SELAS", "SELAFA", "SELCA", "SE"})

_CODES = ("53", "54", "55", "56", "57", "58")
"""First digits of INSEE's categories: partnerships limited by shares, SARL, SA (two sorts), SAS, European companies."""


def states_capital(legal_form: str) -> bool:
    """Say whether a legal form is a company whose papers state its capital and its register."""
    form = legal_form.strip().upper().replace(".", "")
    return form in _LETTERS or (len(form) == 4 and form.isdecimal() and form.startswith(_CODES))
