"""A logo that a form sent: looked at before anything keeps it."""

from __future__ import annotations

import base64

from api.pages.frame.forms import FieldWrong, Form
from ledger.domain.images import MOST_BYTES, picture


def logo_sent(form: Form, name: str = "logo") -> str | None:
    """Give the picture that was sent, in base64; None where none was.

    Raises:
        FieldWrong: it is too large, or no PNG or JPEG that fits on a document.
    """
    files = form.files.get(name, [])
    if not files:
        return None
    body = files[0].body
    found = picture(body)
    if len(body) > MOST_BYTES:
        raise FieldWrong(name, "Ce fichier est trop grand : 256 Kio au plus.")
    if found is None:
        raise FieldWrong(name, "Ce fichier n'est ni une image PNG ni une image JPEG.")
    if not found.fits:
        raise FieldWrong(name, "Cette image a trop de pixels.")
    return base64.b64encode(body).decode()
