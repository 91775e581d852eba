"""The HTML of a mail, made from its text: one column, inline styles, no picture, nothing fetched from anywhere.

Only links that are ours become links: what a customer wrote stays words, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from html import escape
from typing import Final

ACCENT: Final = "#1f3a5f"
_NUMBER: Final = re.compile(r"(?<![\w/=-])[A-Z]{1,4}-[0-9][0-9A-Z-]{0,14}(?![\w-])")  # D-00012 stays on one line
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_AGAIN: Final = {
    "fr": "Si le bouton ne s'ouvre pas, copiez cette adresse\u00a0:",
    "en": "If the button does not open, copy:",
}
_TRAINING: Final = {
    "fr": "FACTICE : registre d'entraînement, sans valeur",
    "en": "FACTICE: training ledger, of no value",
}


def html_of(
    text: str,
    *,
    language: str,
    business: str,
    footer: tuple[str, ...] = (),
    links: Mapping[str, str] | None = None,
    large: str = "",
    quoted: str = "",
    accent: str = ACCENT,
    training: bool = False,
) -> str:
    """Give a whole HTML document that says what `text` says.

    Args:
        text: paragraphs, with an empty line between them.
        language: `fr` or `en`.
        business: in whose name it goes out.
        footer: lines in small type at the end.
        links: our own addresses -> the words of the button that one alone on a line becomes.
        large: a paragraph that is just this is set large: a code.
        quoted: paragraphs that are of this are somebody's own words, and set apart.
        accent: the business's colour, `#rrggbb`.
        training: whether to say that nothing of it is real.
    """
    colour = accent if _COLOUR.fullmatch(accent) else ACCENT
    known = links or {}
    apart = {one.strip() for one in quoted.split("\n\n") if one.strip()}
    blocks = [_block(one, known, large, apart, colour, language) for one in text.split("\n\n") if one.strip()]
    notice = (
        f'<p style="margin:0 0 20px;padding:8px 12px;background:#8a1c1c;color:#ffffff;font-weight:bold">'
        f"{_TRAINING[language]}</p>"
        if training
        else ""
    )
    small = "<br>".join(escape(line) for line in footer if line)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light">'
        f"<title>{escape(business)}</title></head>\n"
        f'<body style="margin:0;padding:0;background:#f3f4f6;{_FONT};font-size:16px;line-height:1.5;color:#1c2430">\n'
        '<div style="max-width:600px;margin:0 auto;padding:16px">\n'
        f'<div style="padding:12px 20px;background:{colour};color:{_on(colour)};font-weight:bold;font-size:18px;'
        f'border-radius:8px 8px 0 0">{escape(business)}</div>\n'
        '<div style="padding:24px 20px 12px;background:#ffffff;border-radius:0 0 8px 8px;overflow-wrap:anywhere">\n'
        f"{notice}{''.join(blocks)}</div>\n"
        f'<p style="margin:16px 20px;font-size:13px;line-height:1.4;color:#4a5462">{small}</p>\n'
        "</div>\n</body></html>\n"
    )


def _block(
    paragraph: str, links: Mapping[str, str], large: str, apart: AbstractSet[str], colour: str, language: str
) -> str:
    alone = paragraph.strip()
    if alone in apart:
        said = "<br>".join(escape(line) for line in alone.split("\n"))
        return f'<p style="margin:0 0 16px;padding:2px 0 2px 14px;border-left:4px solid {colour}">{said}</p>\n'
    if large and alone == large:
        return (
            '<p style="margin:0 0 20px;font-size:32px;line-height:1.2;font-weight:bold;letter-spacing:4px">'
            f"{escape(alone)}</p>\n"
        )
    if alone in links:
        address, label = escape(alone, quote=True), escape(links[alone])
        return (
            f'<p style="margin:4px 0 8px"><a href="{address}" style="display:inline-block;padding:13px 26px;'
            f"background:{colour};color:{_on(colour)};text-decoration:none;font-weight:bold;border-radius:6px"
            f'">{label}</a></p>\n'
            '<p style="margin:0 0 20px;font-size:13px;line-height:1.4;color:#4a5462">'
            f"{_AGAIN[language]}<br>{address}</p>\n"
        )
    lines = alone.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = "".join(f'<li style="margin:0 0 6px">{_words(line[2:], links)}</li>' for line in lines)
        return f'<ul style="margin:0 0 16px;padding-left:22px">{items}</ul>\n'
    return f'<p style="margin:0 0 16px">{"<br>".join(_words(line, links) for line in lines)}</p>\n'


def _words(line: str, links: Mapping[str, str]) -> str:
    said = _NUMBER.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(line))
    for address in sorted(links, key=len, reverse=True):
        marked = escape(address, quote=True)
        if escape(address) in said:
            return said.replace(escape(address), f'<a href="{marked}" style="color:{ACCENT}">{marked}</a>')
    return said


def _on(colour: str) -> str:
    """Give black or white, whichever is easier to read on a colour (WCAG 2.2 relative luminance, to a thousandth)."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    # The sRGB curve to the power of two, close enough to choose between two: no float.
    squares = [channel * channel for channel in channels]
    luminance = (2126 * squares[0] + 7152 * squares[1] + 722 * squares[2]) // (255 * 255 // 1000 * 10_000)
    return "#ffffff" if luminance < 200 else "#111111"
