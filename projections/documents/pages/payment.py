"""How to pay: bank details beside the code that a bank's application reads, and the schedule of instalments."""

from __future__ import annotations

from projections.documents.pages.codes import qr_shape, transfer_payload
from projections.documents.pages.flow import Slab
from projections.documents.pages.ink import Ink
from projections.documents.pages.lines import untaxed
from projections.documents.pages.prose import fact_slabs
from projections.documents.pages.setting import Setting, heading, run
from projections.documents.pages.style import BODY_SIZE, FOOT_SIZE, LEFT, MM, RIGHT, SMALL_SIZE, SOFT, WIDTH
from projections.documents.pages.table import Cell, Column, Table
from projections.documents.paper import Fact

_CODE: float = 33 * MM
_DENSE_CODE: float = 23 * MM
"""The code's side where white is spared: modules of nearly half a millimetre."""
_LABEL: float = 104.0
_CAPTION: float = 112.0
"""The width of the words under the code: they may be wider than it."""


def payment_slabs(setting: Setting) -> list[Slab]:
    """Lay out what a customer needs to pay; nothing when the paper asks for nothing."""
    paper, say = setting.paper, setting.say
    ask = paper.ask
    if ask is None or not (ask.iban or ask.address or ask.reference):
        return []
    if not (ask.iban or ask.address):  # nothing to pay with: what a payment must quote is worth a line, no heading
        return fact_slabs(setting, (Fact(label=say.reference, value=ask.reference or ""),), gap=9.0)
    payload = transfer_payload(paper)
    side = _DENSE_CODE if setting.dense else _CODE
    room = WIDTH - (_CAPTION + 16 if payload else 0)
    facts = [(say.beneficiary, ask.beneficiary or paper.seller.name)] if ask.iban else []
    if ask.iban:
        facts.append((say.iban, grouped(ask.iban)))
    if ask.bic:
        facts.append((say.bic, ask.bic))
    if ask.reference:
        facts.append((say.reference, grouped(ask.reference) if ask.reference.startswith("RF") else ask.reference))
    if ask.address:
        facts.append((say.pay_online, ask.address))
    head = heading(setting, say.payment if ask.iban else say.pay_online)
    placed, down = [], 0.0
    for label, value in facts:
        node = setting.root.add("P")
        strong = label in (say.iban, say.reference)
        named = run(setting.t(label), LEFT, _LABEL, size=SMALL_SIZE, fill=SOFT, node=node, goes_on=True)
        said = run(
            setting.t(value),
            LEFT + _LABEL,
            room - _LABEL,
            size=10.4 if strong else BODY_SIZE,
            style="semibold" if strong else "regular",
            node=node,
        )
        placed += [(named, down + 1.0), (said, down)]
        down += max(named.height, said.height) + 1.6
    code = None
    caption = None
    if payload:
        words = say.epc_alt.format(
            setting.money(ask.amount_cents), ask.beneficiary or paper.seller.name, ask.iban, ask.reference or ""
        )
        code = setting.root.add("Figure", alt=words)
        caption = run(
            setting.t(say.scan_to_pay),
            RIGHT,
            _CAPTION,
            size=FOOT_SIZE,
            fill=SOFT,
            node=setting.root.add("P"),
            right=True,
        )
    lift = 18.0
    """The code begins beside the heading: its quiet zone is white already."""
    under = side - lift - 2
    """Where the caption begins: where the code ends, all but the white above the letters."""
    height = max(down, under + caption.height if caption else 0.0)

    def paint(ink: Ink, top: float) -> None:
        for piece, at in placed:
            piece.put(ink, top - at)
        if payload and code and caption:
            ink.shape(qr_shape(payload, RIGHT, top + lift - side, side), code)
            caption.put(ink, top - under)

    return [head, Slab(height, paint, gap=0.0)]


def grouped(account: str) -> str:
    """Give an account number or a structured reference in groups of four that do not part."""
    bare = "".join(account.split())
    return "\u00a0".join(bare[at : at + 4] for at in range(0, len(bare), 4))


def schedule_slabs(setting: Setting) -> list[Slab]:
    """Lay out the planned payments."""
    paper, say = setting.paper, setting.say
    if not paper.schedule:
        return []
    shares = any(one.share_bp is not None for one in paper.schedule)
    days = any(one.due_on for one in paper.schedule)
    columns = [Column(say.schedule_when, 100)] if days else []
    columns += [Column(say.schedule_share, 60, True)] if shares else []
    columns.append(Column(say.schedule_amount_alone if untaxed(paper) else say.schedule_amount, 100, True))
    what = Column(say.schedule_what, WIDTH - sum(column.width for column in columns))
    table = Table(setting, [what, *columns], fill=setting.palette.text, rule=setting.palette.accent)
    slabs = [heading(setting, say.schedule), table.head(gap=0)]
    for at, one in enumerate(paper.schedule):
        kind = say.arrhes if one.kind == "arrhes" else say.acompte
        words = one.words if kind in one.words.lower() else f"{one.words} ({kind})"
        cells = [[Cell(setting.t(words))]]
        if days:
            cells.append([Cell(setting.day(one.due_on) if one.due_on else "")])
        if shares:
            cells.append([Cell(setting.percent(one.share_bp) if one.share_bp is not None else "")])
        cells.append([Cell(setting.money(one.amount_cents))])
        slabs += table.row(cells, keep=at == len(paper.schedule) - 2)
    return slabs
