"""Whether a PDF can be signed: a real one, readable by anybody, that shows the same to everybody who opens it.

It runs in a process of the pool (`api.rendering.worker`), which a hostile file may bring down without harm.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

MOST_PAGES: Final = 500
_HEADER: Final = b"%PDF-"


def inspect(data: bytes) -> dict[str, Any]:
    """Say how many pages a PDF has, or why it cannot be signed.

    Gives `pages`, or `wrong`: `not_pdf`, `encrypted`, `no_page`, `too_long`, or `active` for what may look different
    tomorrow: scripts, actions on opening, forms drawn by their own program (XFA), files inside.
    """
    import pikepdf  # takes a moment to load: only processes that read files pay for it

    if not data.startswith(_HEADER):
        return {"wrong": "not_pdf"}
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True, attempt_recovery=False) as opened:
            if opened.is_encrypted:
                return {"wrong": "encrypted"}
            pages = len(opened.pages)
            if not 0 < pages <= MOST_PAGES:
                return {"wrong": "too_long" if pages else "no_page"}
            if _is_active(opened):
                return {"wrong": "active"}
            return {"pages": pages}
    except pikepdf.PasswordError:
        return {"wrong": "encrypted"}
    except Exception:  # a stranger's file may fail the library in any way: it is no PDF to be signed
        return {"wrong": "not_pdf"}


def _is_active(opened: Any) -> bool:
    root = opened.Root
    if "/AA" in root or "/Collection" in root:
        return True
    opening = root.get("/OpenAction")
    if opening is not None and "/S" in _dictionary(opening) and str(opening["/S"]) not in ("/GoTo",):
        return True
    if "/XFA" in _dictionary(root.get("/AcroForm")):
        return True
    names = _dictionary(root.get("/Names"))
    if "/JavaScript" in names or "/EmbeddedFiles" in names:
        return True
    return any(_page_acts(page.obj) for page in opened.pages)


def _page_acts(page: Any) -> bool:
    if "/AA" in page:
        return True
    for note in page.get("/Annots", ()):
        action = _dictionary(_dictionary(note).get("/A"))
        if "/S" in action and str(action["/S"]) in ("/JavaScript", "/Launch"):
            return True
        if "/AA" in _dictionary(note) or str(_dictionary(note).get("/Subtype", "")) == "/FileAttachment":
            return True
    return False


def _dictionary(value: Any) -> Any:
    """Give a PDF dictionary, or an empty one for anything else."""
    import pikepdf

    return value if isinstance(value, pikepdf.Dictionary) else {}
