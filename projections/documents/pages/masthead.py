"""The head of the first page: issuer, title, small facts, and the customer in the envelope's window."""

from __future__ import annotations

from dataclasses import dataclass

from projections.documents.pages.ink import Ink, Node
from projections.documents.pages.numbers import decimal
from projections.documents.pages.setting import Run, Setting, fitted, run
from projections.documents.pages.style import (
    BODY_SIZE,
    LEFT,
    MM,
    RIGHT,
    SECOND,
    SMALL_SIZE,
    SOFT,
    TITLE_SIZE,
    TOP,
    WINDOW_BOTTOM,
    WINDOW_TOP,
)
from projections.documents.pages.text import FIXED, wrap
from projections.documents.paper import Fact, Paper, Postal

_ISSUER_WIDTH = 84 * MM
_FACT_LABEL = 30 * MM
_FACT_WIDTH = 88 * MM
_FACTS_LOW = WINDOW_BOTTOM - 60 * MM
"""Where the facts of the head end at the latest."""


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands on the first page above the body; `low` is where the body begins."""

    pieces: tuple[tuple[Run, float], ...]
    low: float
    setting: Setting
    logo: Node | None
    rest: tuple[Fact, ...]
    """Facts that the head has no room for: they begin the body."""

    def paint(self, ink: Ink) -> None:
        """Draw the head."""
        top = TOP
        if self.setting.picture and self.logo:
            shown = self.setting.picture
            ink.shape(
                f"q {shown.width:.2f} 0 0 {shown.height:.2f} {LEFT:.2f} {top - shown.height:.2f} cm /Logo Do Q",
                self.logo,
            )
        for piece, at in self.pieces:
            piece.put(ink, at)


def masthead(setting: Setting) -> Masthead:
    """Lay out the first page's head, in reading order: title, issuer, customer, facts."""
    title = _title(setting)
    logo = None
    top = TOP
    if setting.picture:
        logo = setting.root.add("Figure", alt=setting.say.logo_alt.format(setting.paper.seller.name))
        top -= setting.picture.height + 5
    issuer, low = _stack(_issuer(setting), top)
    window = _recipient(setting)
    facts, facts_low, rest = _facts(setting, min(low - 12, WINDOW_TOP + 4))
    pieces = (*title, *issuer, *window, *facts)
    lowest = min(facts_low, WINDOW_BOTTOM if window else low - 8)
    return Masthead(pieces, lowest - (6 if setting.dense else 14), setting, logo, rest)


def _stack(runs: list[Run], top: float) -> tuple[list[tuple[Run, float]], float]:
    placed = []
    for one in runs:
        placed.append((one, top))
        top -= one.height
    return placed, top


def _title(setting: Setting) -> list[tuple[Run, float]]:
    paper, say = setting.paper, setting.say
    width = RIGHT - SECOND
    words = setting.t(paper.title)
    sizes = (fitted(words, width, "semibold", TITLE_SIZE, 15.0), 12.5, 10.5, 9.0)
    size = next((one for one in sizes if len(wrap(words, width, "semibold", one)) <= 2), sizes[-1])
    top = TOP + 4
    head = run(
        words, SECOND, width, size=size, style="semibold", fill=setting.palette.text, node=setting.root.add("H1")
    )
    parts = [say.number.format(paper.number)] if paper.number else []
    if paper.version and paper.version > 1:
        parts.append(say.version.format(paper.version))
    parts.append(say.dated.format(setting.day(paper.issued_on)))
    under = [
        run(
            setting.t(" ".join(parts) if paper.language == "fr" else " · ".join(parts)),
            SECOND,
            width,
            size=11,
            style="semibold",
            node=setting.root.add("P"),
        )
    ]
    if paper.copy is not None:
        under.append(
            run(
                setting.t(say.copy.format(paper.copy)),
                SECOND,
                width,
                size=12,
                style="semibold",
                node=setting.root.add("P"),
            )
        )
    if paper.training:
        under.append(
            run(
                setting.t(say.training_line),
                SECOND,
                width,
                size=SMALL_SIZE,
                style="semibold",
                node=setting.root.add("P"),
            )
        )
    placed, _ = _stack([head, *under], top)
    return placed


def _issuer(setting: Setting) -> list[Run]:
    seller = setting.paper.seller
    shown = setting.t(seller.trade_name or seller.name)
    size = fitted(shown, _ISSUER_WIDTH, "semibold", 14 if setting.picture is None else 11, 10.0)
    runs = [run(shown, LEFT, _ISSUER_WIDTH, size=size, style="semibold", node=setting.root.add("P"))]
    lines = [setting.t(seller.name)] if seller.trade_name and seller.trade_name != seller.name else []
    lines += _postal(setting, seller.address, abroad=False)
    phone = (seller.phone or "").replace(" ", FIXED)
    lines += _filled([part for part in (phone, seller.email, seller.website) if part], " · ")
    node = setting.root.add("P")
    runs += [run(line, LEFT, _ISSUER_WIDTH, size=SMALL_SIZE, fill=SOFT, node=node, goes_on=True) for line in lines]
    return runs


def _filled(parts: list[str], joint: str) -> list[str]:
    """Join short parts two by two."""
    return [joint.join(parts[at : at + 2]) for at in range(0, len(parts), 2)]


def _postal(setting: Setting, postal: Postal, *, abroad: bool = True) -> list[str]:
    lines = [setting.t(line) for line in postal.lines if line]
    place = (postal.postcode or "", setting.t(postal.city))
    if postal.country in _CITY_THEN_CODE:
        lines += place[::-1]
    else:
        lines.append(FIXED.join(part for part in place if part))
    if abroad and postal.country != setting.paper.seller.address.country:
        lines.append(setting.t(postal.country_name).upper())
    return [line for line in lines if line]


def _recipient(setting: Setting) -> list[tuple[Run, float]]:
    """Set the customer in the window, smaller when there is much; the post's own line is always there."""
    head, body, last = _address_lines(setting)
    if not head:
        return []
    node = setting.root.add("P")
    for size in _ADDRESS_SIZES:
        runs = _address_runs(head + body + last, size, node)
        if _height(runs) <= _WINDOW_ROOM:
            break
    else:
        while body and _height(_address_runs(head + body + last, size, node)) > _WINDOW_ROOM:
            body.pop()
        runs = _address_runs(head + body + last, size, node)
    placed, _ = _stack(runs, WINDOW_TOP - 6 * MM)
    return placed


_ADDRESS_SIZES = (10.4, 9.8, 9.2, 8.6, 8.0, 7.4)
_WINDOW_ROOM = WINDOW_TOP - WINDOW_BOTTOM - 9 * MM
_CITY_THEN_CODE = frozenset({"AU", "CA", "GB", "IE", "NZ", "US"})
"""Where the post wants the code after the city, on a line of its own here (UPU S42)."""
_Styled = list[tuple[str, str]]


def _address_lines(setting: Setting) -> tuple[_Styled, _Styled, _Styled]:
    """Give the customer's lines: name, what may be long, and where the post brings it."""
    buyer = setting.paper.buyer
    if buyer is None:
        return [], [], []
    body = [(setting.t(f"{setting.say.to} {buyer.contact}"), "regular")] if buyer.contact else []
    last: _Styled = []
    if buyer.address:
        whole = [(line, "regular") for line in _postal(setting, buyer.address)]
        count = len([line for line in buyer.address.lines if line])
        body, last = body + whole[:count], whole[count:]
    return [(setting.t(buyer.name), "semibold")], body, last


def _address_runs(lines: _Styled, size: float, node: Node) -> list[Run]:
    return [run(line, SECOND, RIGHT - SECOND, size=size, style=style, node=node, goes_on=True) for line, style in lines]


def _height(runs: list[Run]) -> float:
    return sum(one.height for one in runs)


def _too_long(setting: Setting) -> bool:
    """Say whether the window cannot hold the whole address, which then stands among the facts as well."""
    head, body, last = _address_lines(setting)
    runs = _address_runs(head + body + last, _ADDRESS_SIZES[-1], setting.root)
    return _height(runs) > _WINDOW_ROOM


def _named(paper: Paper, number: str) -> bool:
    """Say whether the paper names an earlier invoice in its own words: then it is not told a second time."""
    said = [fact.value for fact in paper.heads] + [each.words for each in paper.prepaid]
    said += [words for section in paper.sections_before for words in section.paragraphs]
    return any(number in words for words in said)


def _buyer_facts(setting: Setting) -> list[tuple[str, str]]:
    buyer, say = setting.paper.buyer, setting.say
    if buyer is None:
        return []
    facts = []
    if buyer.address and _too_long(setting):
        facts.append((say.address, ", ".join(_postal(setting, buyer.address))))
    if buyer.siren:
        facts.append(
            (f"{say.siren} client" if setting.paper.language == "fr" else f"Customer {say.siren}", spaced(buyer.siren))
        )
    if buyer.vat_number:
        named = f"{say.vat_number} client" if setting.paper.language == "fr" else f"Customer {say.vat_number}"
        facts.append((named, buyer.vat_number))
    if buyer.order_reference:
        facts.append((say.order, buyer.order_reference))
    if buyer.delivery and setting.paper.lines:
        facts.append((say.delivery, ", ".join(_postal(setting, buyer.delivery))))
    return facts


def spaced(siren: str) -> str:
    """Give a SIREN in groups of three."""
    return (
        decimal(siren, "fr").replace("\u202f", "\u00a0")
        if siren.isdigit() and len(siren) == 9 and siren[0] != "0"
        else siren
    )


def _facts(setting: Setting, top: float) -> tuple[list[tuple[Run, float]], float, tuple[Fact, ...]]:
    paper = setting.paper
    facts = [(fact.label, fact.value) for fact in paper.heads]
    said = {"".join(value.split()) for _, value in facts}
    more = _buyer_facts(setting)
    if paper.order_reference and not (paper.buyer and paper.buyer.order_reference == paper.order_reference):
        more.append((setting.say.order, paper.order_reference))
    facts += [(label, value) for label, value in more if "".join(value.split()) not in said]
    facts += [
        (setting.say.preceding, setting.say.preceding_item.format(one.number, setting.day(one.issued_on)))
        for one in paper.preceding
        if not _named(paper, one.number)
    ]
    placed: list[tuple[Run, float]] = []
    for at, (label, value) in enumerate(facts):
        node = setting.root.add("P")
        # under the window the facts may use it no more: they stay in the left half
        named = run(setting.t(label), LEFT, _FACT_LABEL - 6, size=SMALL_SIZE, fill=SOFT, node=node, goes_on=True)
        said_ = run(setting.t(value), LEFT + _FACT_LABEL, _FACT_WIDTH - _FACT_LABEL, size=BODY_SIZE - 0.4, node=node)
        if top - max(named.height, said_.height) < _FACTS_LOW:
            return placed, top, tuple(Fact(label=label, value=value) for label, value in facts[at:])
        placed += [(named, top - 0.6), (said_, top)]
        top -= max(named.height, said_.height) + 0.6
    return placed, top, ()
