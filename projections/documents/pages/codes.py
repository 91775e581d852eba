"""QR codes as shapes: the credit transfer's (EPC069-12) and the proof's."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from projections.documents.pages.qr import modules
from projections.documents.pages.text import clean
from projections.documents.paper import Paper

_DARK: Final = re.compile(rb"\x01+")
_QUIET: Final = 4
"""White modules that a reader needs on each side (ISO/IEC 18004, 9.1)."""
_RF: Final = re.compile(r"RF\d{2}[0-9A-Z]{1,21}")


def qr_shape(payload: str, right: float, y: float, side: float) -> str:
    """Give the operators that fill a code, quiet zone included: its dark modules end at `right`, the square at `y`.

    So codes of any number of modules end on one edge, that of the columns of figures.
    """
    size, made = modules(payload)
    starts, ends = _words(size)
    unit = side / (size + 2 * _QUIET)
    edge = unit * _QUIET
    x = right - side + edge
    runs = "".join([starts[run.start()] + ends[run.end() - run.start()] for run in _DARK.finditer(made)])
    white = f"1 1 1 rg {x:.2f} {y:.2f} {side:.2f} {side:.2f} re f"  # over the words behind a training paper
    return f"q {white} 0 0 0 rg {unit:.5f} 0 0 {unit:.5f} {x + edge:.2f} {y + edge:.2f} cm\n{runs}f Q"


def least_side(payload: str, module: float) -> float:
    """Give the side of a code, quiet zone included, whose modules are so large."""
    return (modules(payload)[0] + 2 * _QUIET) * module


@cache
def _words(size: int) -> tuple[list[str], list[str]]:
    """Give the words for where a run of dark modules begins and for how long it is."""
    starts = [f"{at % (size + 1)} {size - 1 - at // (size + 1)} " for at in range(size * (size + 1))]
    return starts, [f"{length} 1 re\n" for length in range(size + 1)]


def transfer_payload(paper: Paper) -> str | None:
    """Give what a bank's application reads, or None when the paper asks for no transfer that the standard can hold.

    EPC069-12 v2.1: version 002, UTF-8, amounts from 0.01 to 999999999.99 euros, name 70 characters at most; a
    reference is structured (ISO 11649, `RF..`) in its place, any other stands in the text of 140.
    """
    ask = paper.ask
    if ask is None or not ask.iban or paper.currency != "EUR" or not 1 <= ask.amount_cents <= 99_999_999_999:
        return None
    if paper.training:
        return None
    beneficiary, told = ask.beneficiary or paper.seller.name, ask.reference or paper.number or ""
    return epc_payload(beneficiary, ask.iban, ask.bic, ask.amount_cents, told)


def epc_payload(beneficiary: str, iban: str, bic: str | None, amount_cents: int, told: str) -> str | None:
    """Give what a bank's application reads (EPC069-12); None for what the standard cannot hold.

    `told` is what the bank passes on with the money: a structured reference, or any text.
    """
    if not 1 <= amount_cents <= 99_999_999_999:
        return None
    name = " ".join(clean(beneficiary).split())[:70]
    reference = "".join(told.split())
    structured = reference if _RF.fullmatch(reference) else ""
    text = "" if structured else " ".join(clean(told).split())[:140]
    amount = f"EUR{amount_cents // 100}.{amount_cents % 100:02d}"
    parts = ["BCD", "002", "1", "SCT", bic or "", name, "".join(iban.split()), amount, "", structured, text]
    payload = "\n".join(parts).rstrip("\n")
    return payload if len(payload.encode()) <= 331 else None


def proof_payload(paper: Paper) -> str:
    """Give what the proof's code opens: the address of the proof, or which entry to look for."""
    proof = paper.proof
    return proof.address or f"sceau:{proof.ledger}/{proof.seq}#{proof.fingerprint}"
