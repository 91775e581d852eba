"""The proof at the end of a paper: which entry it stands for, in figures to compare and a code to open."""

from __future__ import annotations

from unicodedata import name as unicode_name

from projections.documents.pages.codes import least_side, proof_payload, qr_shape
from projections.documents.pages.faces import face
from projections.documents.pages.flow import Slab
from projections.documents.pages.ink import Ink
from projections.documents.pages.numbers import instant
from projections.documents.pages.setting import LEADING, Setting, run
from projections.documents.pages.style import FOOT_SIZE, HAIR, LEFT, MM, RIGHT, SOFT, WIDTH
from projections.documents.pages.text import lacking, wrap

_CODE = 23 * MM
_SHORT = 12.0
_FULL = 7.0
_SMALL_CODE = 15 * MM
_LEAST_MODULE = 0.3 * MM
"""How large the modules of a proof's code are where it must be small: a telephone reads them."""
_SMALL_SHORT = 9.4


def proof_slabs(setting: Setting) -> list[Slab]:
    """Lay out the characters that could not be shown, then the proof: a block that is never cut."""
    paper, say = setting.paper, setting.say
    proof = paper.proof
    payload = proof_payload(paper)
    side, figures = _CODE, _SHORT
    if setting.small_proof:
        side, figures = min(_CODE, max(_SMALL_CODE, least_side(payload, _LEAST_MODULE))), _SMALL_SHORT
    width = WIDTH - side - 8
    root = setting.root
    title = run(
        setting.t(say.proof), LEFT, width, size=8.6, style="semibold", fill=setting.palette.text, node=root.add("H2")
    )
    short = root.add("P")
    words = say.proof_text.format(proof.seq, proof.ledger, _recorded(setting))
    text = run(setting.t(words), LEFT, width, size=FOOT_SIZE, fill=SOFT, node=root.add("P"))
    label = setting.t(say.proof_full)
    full = root.add("P")
    indent = face("regular").width(label, FOOT_SIZE) + 8
    rows = _digits(proof.fingerprint, width - indent)
    code = root.add("Figure", alt=say.proof_alt.format(payload))
    step = _FULL * LEADING
    height = max(side + 3, 5 + title.height + figures * 1.5 + text.height + step * len(rows))

    def paint(ink: Ink, top: float) -> None:
        ink.rule(LEFT, top, RIGHT, HAIR, 0.8)
        at = top - 4
        title.put(ink, at)
        at -= title.height
        ink.text(LEFT, at - figures * 1.05, proof.short, size=figures, node=short)
        at -= figures * 1.5
        text.put(ink, at)
        at -= text.height
        ink.text(LEFT, at - FOOT_SIZE * 0.98, label + " ", size=FOOT_SIZE, fill=SOFT, node=full)
        for digits in rows:
            ink.text(LEFT + indent, at - FOOT_SIZE * 0.98, digits, size=_FULL, fill=SOFT, node=full)
            at -= step
        ink.shape(qr_shape(payload, RIGHT, top - 2 - side, side), code)

    return [*_lacking(setting), Slab(height, paint, gap=6.0 if setting.small_proof else 12.0, foot=True)]


def _recorded(setting: Setting) -> str:
    proof = setting.paper.proof
    return proof.recorded_words or instant(proof.recorded_at, setting.paper.language)


def _digits(fingerprint: str, width: float) -> tuple[str, ...]:
    """Cut a fingerprint into lines; a SHA-256 stands on one, so that copying gives it whole."""
    return wrap(fingerprint, width, "regular", _FULL)


def _lacking(setting: Setting) -> list[Slab]:
    letters = lacking(setting.paper)
    if not letters:
        return []
    named = [f"U+{ord(letter):04X} {unicode_name(letter, '').lower()}".strip() for letter in letters[:24]]
    if len(letters) > 24:
        named.append("…")
    words = setting.say.lacking.format(", ".join(named))
    note = run(setting.t(words), LEFT, WIDTH, size=FOOT_SIZE, fill=SOFT, node=setting.root.add("P"))
    return [Slab(note.height, note.put, gap=8.0)]
