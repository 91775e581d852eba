"""Charts as SVG: bars, stacked bars and lines, drawn the same everywhere and read without colour.

Series differ by pattern (bars) or by dash and mark (lines) as well as by colour. The picture says its title and what it
shows to who listens (`role="img"`, title, desc), each mark says its value to who points at it; it has its own paper,
light or dark as the reader's screen asks, and holds no script and nothing from elsewhere. docs/decisions/charts.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final
from xml.sax.saxutils import escape

from projections.documents.paper import Language
from projections.reports.axes import Axis, are_periods, axis_for, full, period, short, shown, whole_period
from projections.reports.contract import Chart, Words

WIDTH: Final = 9_600
"""Tenths of a pixel: everything here is."""
NARROW: Final = 4_400
"""The width for a phone, where the whole picture would shrink its words until nobody reads them."""
_MARGIN: Final = 240
_HEAD: Final = 560
_LEGEND_ROW: Final = 240
_PLOT: Final = 3_000
_FOOT: Final = 560
_CHAR: Final = 67
"""What a character of the small text is taken to need; fonts differ, so it is generous."""
_MOST_MARKS: Final = 400
"""Above so many labels a series is one path, and its marks do not speak for themselves."""
_MOST_LABELLED: Final = 14

# Colours differ in lightness and hue for those who see few of them; each has 3:1 against both papers (WCAG 1.4.11).
_LIGHT: Final = ("#1f5a8c", "#c2570c", "#2b7a5f", "#7b4ea3", "#8a6d00", "#b3304a", "#4d6b1f", "#566573")
_DARK: Final = ("#6fb1e8", "#f2994a", "#5cc29b", "#bf98e0", "#d9b93b", "#ee7f93", "#a4c46a", "#a9b7c4")
_DASHES: Final = ("", "7 4", "2 4", "10 4 2 4", "5 2", "1 3", "12 5", "4 4 1 4")
_HATCHES: Final = (
    "",
    '<path d="M-2 2L2-2M0 8L8 0M6 10L10 6"/>',
    '<circle cx="2" cy="2" r="1.4"/><circle cx="6" cy="6" r="1.4"/>',
    '<path d="M0 4H8"/>',
    '<path d="M-2 6L2 10M0 0L8 8M6-2L10 2"/>',
    '<path d="M4 0V8"/>',
    '<path d="M0 4H8M4 0V8"/>',
    '<path d="M0 0L8 8M0 8L8 0"/>',
)
"""What is drawn in the paper's colour over each series' bars."""

_STYLE: Final = """text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:#33404d}
.h{font-size:17px;font-weight:600;fill:#17212b}.v{font-size:11px;fill:#17212b}.e{text-anchor:end}.m{text-anchor:middle}
.y{font-size:11px;fill:#5b6773}.p{fill:#fff}.g{stroke:#dfe4e9}.z{stroke:#5b6773;stroke-width:1.2}
.k{stroke:#fff;stroke-width:1.5;fill:none}.d{fill:#fff}.l{fill:none;stroke-width:2.4;stroke-linejoin:round}"""
_STYLE_DARK: Final = (
    "text{fill:#c9d3dc}.h,.v{fill:#f2f5f8}.y{fill:#9aa7b3}.p{fill:#161b21}.g{stroke:#2d3641}.z{stroke:#9aa7b3}"
    ".k{stroke:#161b21}.d{fill:#161b21}"
)
_NOTHING: Final = Words("Aucune donnée", "No data")


def draw(
    chart: Chart, title: Words | str, language: Language = "fr", currency: str = "EUR", *, narrow: bool = False
) -> bytes:
    """Draw a chart as an SVG file (UTF-8), for a phone when `narrow`: the same bytes for the same arguments."""
    words = title if isinstance(title, str) else _said(title, language)
    return _Drawing(chart, _clean(words), language, currency, NARROW if narrow else WIDTH).svg().encode()


def _said(words: Words, language: Language) -> str:
    return words.fr if language == "fr" else words.en


def _clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(each if each.isprintable() else " " for each in text)


def _px(tenths: int) -> str:
    """Write tenths of a pixel."""
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def wrapped(text: str, most: int, lines: int = 2) -> tuple[str, ...]:
    """Break a text into lines of at most so many characters; what does not fit ends in an ellipsis."""
    made: list[str] = []
    rest = " ".join(text.split(" "))
    while rest and len(made) < lines:
        if len(rest) <= most:
            return (*made, rest)
        cut = rest.rfind(" ", 0, most + 1)
        cut = cut if cut > most // 3 else most
        made.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest and made:
        made[-1] = made[-1][: most - 1].rstrip() + "…"
    return tuple(made)


class _Drawing:
    """One chart in the making."""

    def __init__(self, chart: Chart, title: str, language: Language, currency: str, width: int = WIDTH) -> None:
        self.chart = chart
        self.width = width
        self.title = title
        self.language: Language = language
        self.currency = currency
        count = min([len(chart.labels), *(len(each.values) for each in chart.series)]) if chart.series else 0
        self.labels = tuple(_clean(each) for each in chart.labels[:count])
        self.names = tuple(_clean(_said(each.words, language)) for each in chart.series)
        self.values = tuple(each.values[:count] for each in chart.series)
        self.periods = are_periods(self.labels)
        self.labels = self.labels if self.periods else tuple(each[:1].upper() + each[1:] for each in self.labels)
        stacks = [sum(abs(values[rank]) for values in self.values) for rank in range(count)]
        single = [abs(value) for values in self.values for value in values]
        self.largest = max(stacks if chart.kind == "stacked" else single, default=0)
        self.out: list[str] = []
        seed = repr((chart, title, language, currency)) + ("" if width == WIDTH else str(width))
        self.id = "c" + sha256(seed.encode()).hexdigest()[:8]

    # ---- the whole

    def svg(self) -> str:
        top = _HEAD + len(self._title_lines()) * 220 - 220
        top = self._legend(top) if len(self.names) > 1 and self.labels else top
        if not self.labels:
            height = top + 1_600
            nothing = _said(_NOTHING, self.language)
            self.out.append(f'<text class="m y" x="{_px(self.width // 2)}" y="{_px(top + 800)}">{nothing}</text>')
        elif self.chart.kind == "bars" and not self.periods:
            height = self._lying(top)
        else:
            height = self._standing(top)
        return "\n".join((*self._frame(height), *self.out, "</g>", "</svg>", ""))

    def _title_lines(self) -> tuple[str, ...]:
        return wrapped(self.title, self.width // 98, 3) or ("",)

    def _frame(self, height: int) -> Iterator[str]:
        name = self.id
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_px(self.width)} {_px(height)}" '
            f'width="{_px(self.width)}" height="{_px(height)}" '
            f'role="img" lang="{self.language}" aria-labelledby="{name}t {name}d">'
        )
        yield f'<title id="{name}t">{escape(self.title)}</title>'
        yield f'<desc id="{name}d">{escape(self._described())}</desc>'
        rules = _STYLE.replace("\n", "")
        colours = "".join(f".s{n}{{fill:{c}}}.t{n}{{stroke:{c}}}" for n, c in enumerate(_LIGHT))
        dark = "".join(f".s{n}{{fill:{c}}}.t{n}{{stroke:{c}}}" for n, c in enumerate(_DARK))
        whole = rules + colours + "@media(prefers-color-scheme:dark){" + _STYLE_DARK + dark + "}"
        yield f"<style>{_scoped(whole, name)}</style>"
        yield f'<g class="{name}">'
        used = range(1, min(len(self.names), len(_HATCHES))) if self.chart.kind != "line" else ()
        if used:
            yield "<defs>" + "".join(self._hatch(rank) for rank in used) + "</defs>"
        yield f'<rect class="p" width="{_px(self.width)}" height="{_px(height)}" rx="6"/>'
        for rank, line in enumerate(self._title_lines()):
            yield f'<text class="h" x="{_px(_MARGIN)}" y="{_px(340 + 220 * rank)}">{escape(line)}</text>'

    def _hatch(self, rank: int) -> str:
        shape = _HATCHES[rank].replace("<path", '<path class="k"').replace("<circle", '<circle class="d"')
        return f'<pattern id="{self.id}h{rank}" width="8" height="8" patternUnits="userSpaceOnUse">{shape}</pattern>'

    def _described(self) -> str:
        """Say in words what the picture shows: its series, with first, last, smallest and largest values."""
        french = self.language == "fr"
        if not self.labels:
            return f"{self.title}. {_said(_NOTHING, self.language)}."
        kinds = {"bars": ("Barres", "Bars"), "stacked": ("Barres empilées", "Stacked bars"), "line": ("Courbe", "Line")}
        parts = [f"{kinds[self.chart.kind][not french]} : " if french else f"{kinds[self.chart.kind][1]}: "]
        first, last = self._label(0), self._label(len(self.labels) - 1)
        span = f"{first} – {last}" if len(self.labels) > 1 else first
        parts.append(f"{span} ({len(self.labels)}).")
        for name, values in zip(self.names, self.values, strict=True):
            low, high = min(values), max(values)
            where = self._label(values.index(high)), self._label(values.index(low))
            colon = " : " if french else ": "
            most, least = ("le plus", "le moins") if french else ("most", "least")
            parts.append(
                f" {name}{colon}{most} {self._full(high)} ({where[0]}), {least} {self._full(low)} ({where[1]})."
            )
        return "".join(parts)

    def _label(self, rank: int) -> str:
        text = self.labels[rank]
        return whole_period(text, self.language) if self.periods else text

    def _full(self, value: int) -> str:
        return full(value, self.chart.unit, self.language, self.currency)

    def _short(self, value: int) -> str:
        return short(value, self.chart.unit, self.language, self.currency, self.largest)

    def _spoken(self, series: int, rank: int) -> str:
        colon = " : " if self.language == "fr" else ": "
        named = f"{self.names[series]}, " if len(self.names) > 1 else ""
        return f"<title>{escape(f'{named}{self._label(rank)}{colon}{self._full(self.values[series][rank])}')}</title>"

    # ---- legend

    def _legend(self, top: int) -> int:
        x, y = _MARGIN, top + 60
        for rank, name in enumerate(self.names):
            line = wrapped(name, 40, 1)[0] if name else ""
            width = 420 + _CHAR * len(line)
            if x > _MARGIN and x + width > self.width - _MARGIN:
                x, y = _MARGIN, y + _LEGEND_ROW
            if self.chart.kind == "line":
                self._stroke(rank, ((x, y - 40), (x + 260, y - 40)))
                self._mark(rank, x + 130, y - 40)
            else:
                self._bar(rank, x + 60, y - 105, 140, 130)
            self.out.append(f'<text x="{_px(x + 300)}" y="{_px(y)}">{escape(line)}</text>')
            x += width
        return y + 220

    # ---- marks

    def _bar(self, series: int, x: int, y: int, width: int, height: int, inside: str = "") -> None:
        place = f'x="{_px(x)}" y="{_px(y)}" width="{_px(max(width, 1))}" height="{_px(height)}"'
        kind = series % len(_LIGHT)
        self.out.append(
            f'<rect class="s{kind}" {place}>{inside}</rect>' if inside else f'<rect class="s{kind}" {place}/>'
        )
        if kind and series < len(_HATCHES) * 2 and width > 20 and height > 10:
            self.out.append(f'<rect fill="url(#{self.id}h{kind})" pointer-events="none" {place}/>')

    def _stroke(self, series: int, points: Sequence[tuple[int, int]]) -> None:
        kind = series % len(_LIGHT)
        dash = f' stroke-dasharray="{_DASHES[kind]}"' if _DASHES[kind] else ""
        path = " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
        self.out.append(f'<polyline class="l t{kind}"{dash} points="{path}"/>')

    def _mark(self, series: int, x: int, y: int, inside: str = "") -> None:
        kind = series % len(_LIGHT)
        shapes = (
            f'<circle class="s{kind}" cx="{_px(x)}" cy="{_px(y)}" r="4">',
            f'<rect class="s{kind}" x="{_px(x - 36)}" y="{_px(y - 36)}" width="7.2" height="7.2">',
            f'<path class="s{kind}" d="M{_px(x)} {_px(y - 48)}l4.6 8h-9.2z">',
            f'<path class="s{kind}" d="M{_px(x)} {_px(y - 52)}l5.2 5.2l-5.2 5.2l-5.2-5.2z">',
        )
        shape = shapes[kind % len(shapes)]
        self.out.append(f"{shape}{inside}</{shape[1 : shape.index(' ')]}>")

    # ---- bars that lie: names of any length beside them

    def _lying(self, top: int) -> int:
        marks = 5 if self.width == WIDTH else 2
        axis = axis_for([value for values in self.values for value in values], self.chart.unit, marks)
        self.largest = max(self.largest, axis.high, -axis.low)
        longest = max(len(each) for each in self.labels)
        left = _MARGIN + min(2_700 if self.width == WIDTH else 1_400, max(700, _CHAR * min(longest, 38))) + 100
        room = self.width - _MARGIN - left - 900
        thick = 180 if len(self.values) == 1 else 140
        row = max(340, thick * len(self.values) + 120)
        bottom = top + row * len(self.labels)
        numbers = [axis.place(each, room) for each in axis.marks]
        for mark, x in zip(axis.marks, numbers, strict=True):
            kind = "z" if mark == 0 else "g"
            self.out.append(
                f'<line class="{kind}" x1="{_px(left + x)}" y1="{_px(top)}" x2="{_px(left + x)}" y2="{_px(bottom)}"/>'
            )
            self.out.append(
                f'<text class="y m" x="{_px(left + x)}" y="{_px(bottom + 180)}">{escape(self._short(mark))}</text>'
            )
        zero = axis.place(0, room)
        for rank, label in enumerate(self.labels):
            middle = top + row * rank + row // 2
            lines = wrapped(label, (left - _MARGIN - 100) // _CHAR, 2)
            for at, line in enumerate(lines):
                y = middle + 42 + 140 * at - 70 * (len(lines) - 1)
                tip = f"<title>{escape(label)}</title>" if len(lines[-1]) and lines[-1].endswith("…") else ""
                self.out.append(f'<text class="e" x="{_px(left - 100)}" y="{_px(y)}">{tip}{escape(line)}</text>')
            start = middle - thick * len(self.values) // 2
            for series, values in enumerate(self.values):
                end, y = axis.place(values[rank], room), start + thick * series
                x, width = left + min(zero, end), abs(end - zero)
                if width:
                    self._bar(series, x, y, width, thick - 20, self._spoken(series, rank))
                text = escape(self._short(values[rank]))
                place = f'x="{_px(left + max(zero, end) + 60)}" y="{_px(y + thick // 2 + 30)}"'
                self.out.append(f'<text class="v" {place}>{text}</text>')
        return bottom + 380

    # ---- bars that stand, and lines: periods along the foot

    def _standing(self, top: int) -> int:
        axis = self._upright()
        self.largest = max(self.largest, axis.high, -axis.low)
        widest = max(len(self._short(each)) for each in axis.marks)
        told = _CHAR * len(self._short(self.values[0][-1])) if self.chart.kind == "line" else 0
        left, right = _MARGIN + _CHAR * widest + 100, self.width - _MARGIN - told
        bottom = top + _PLOT
        for mark in axis.marks:
            y = bottom - axis.place(mark, _PLOT)
            kind = "z" if mark == 0 else "g"
            self.out.append(f'<line class="{kind}" x1="{_px(left)}" y1="{_px(y)}" x2="{_px(right)}" y2="{_px(y)}"/>')
            self.out.append(
                f'<text class="y e" x="{_px(left - 80)}" y="{_px(y + 40)}">{escape(self._short(mark))}</text>'
            )
        edges = tuple(left + (right - left) * rank // len(self.labels) for rank in range(len(self.labels) + 1))
        if self.chart.kind == "line":
            self._lines(axis, edges, bottom)
        elif len(self.labels) > _MOST_MARKS:
            self._silhouettes(axis, edges, bottom)
        else:
            self._columns(axis, edges, bottom)
        self._feet(edges, bottom)
        return bottom + _FOOT

    def _upright(self) -> Axis:
        room_bp = 600 if len(self.labels) <= _MOST_LABELLED and self.chart.kind != "line" else 0
        if self.chart.kind != "stacked":
            return axis_for([value for values in self.values for value in values], self.chart.unit, room_bp=room_bp)
        ranks = range(len(self.labels))
        highs = [sum(max(0, values[rank]) for values in self.values) for rank in ranks]
        lows = [sum(min(0, values[rank]) for values in self.values) for rank in ranks]
        return axis_for([*highs, *lows], self.chart.unit, room_bp=room_bp)

    def _columns(self, axis: Axis, edges: Sequence[int], bottom: int) -> None:
        stacked = self.chart.kind == "stacked"
        zero = bottom - axis.place(0, _PLOT)
        for rank in range(len(self.labels)):
            slot = edges[rank + 1] - edges[rank]
            width = min(slot * 72 // 100, 640 if stacked or len(self.values) == 1 else 1_600)
            start = edges[rank] + (slot - width) // 2
            up = down = 0
            for series, values in enumerate(self.values):
                value = values[rank]
                if stacked:
                    base = up if value >= 0 else down
                    x, thick = start, width
                    up, down = (up + value, down) if value >= 0 else (up, down + value)
                else:
                    base, thick = 0, width // len(self.values)
                    x = start + thick * series
                ends = sorted((bottom - axis.place(base, _PLOT), bottom - axis.place(base + value, _PLOT)))
                if ends[0] < ends[1]:
                    gap = 10 if thick > 40 else 0
                    self._bar(series, x, ends[0], thick - gap, ends[1] - ends[0], self._spoken(series, rank))
            if len(self.labels) <= _MOST_LABELLED and (stacked or len(self.values) == 1):
                self._headed(axis, rank, edges, bottom, zero)

    def _headed(self, axis: Axis, rank: int, edges: Sequence[int], bottom: int, zero: int) -> None:
        """Write a column's value (a stack's sum) over it, or under it when it goes down."""
        total = sum(values[rank] for values in self.values)
        high = sum(max(0, values[rank]) for values in self.values)
        low = sum(min(0, values[rank]) for values in self.values)
        if not (high or low):
            return
        y = bottom - axis.place(high, _PLOT) - 50 if high else bottom - axis.place(low, _PLOT) + 140
        x = (edges[rank] + edges[rank + 1]) // 2
        text = self._short(total)
        if _CHAR * len(text) <= edges[rank + 1] - edges[rank] + 60:
            self.out.append(f'<text class="v m" x="{_px(x)}" y="{_px(min(y, max(zero, y)))}">{escape(text)}</text>')

    def _silhouettes(self, axis: Axis, edges: Sequence[int], bottom: int) -> None:
        """Draw very many columns as one outline for each series, stacked or one behind the other."""
        ups, downs = [0] * len(self.labels), [0] * len(self.labels)
        for series, values in enumerate(self.values):
            parts = []
            for rank, value in enumerate(values):
                base = (ups if value >= 0 else downs)[rank] if self.chart.kind == "stacked" else 0
                (ups if value >= 0 else downs)[rank] += value
                ends = (bottom - axis.place(base, _PLOT), bottom - axis.place(base + value, _PLOT))
                if ends[0] != ends[1]:
                    x, after = _px(edges[rank]), _px(edges[rank + 1])
                    parts.append(f"M{x} {_px(ends[0])}V{_px(ends[1])}H{after}V{_px(ends[0])}z")
            self.out.append(f'<path class="s{series % len(_LIGHT)}" d="{"".join(parts)}"/>')

    def _lines(self, axis: Axis, edges: Sequence[int], bottom: int) -> None:
        middles = [(edges[rank] + edges[rank + 1]) // 2 for rank in range(len(self.labels))]
        for series, values in enumerate(self.values):
            points = [(x, bottom - axis.place(value, _PLOT)) for x, value in zip(middles, values, strict=True)]
            if len(points) > 1:
                self._stroke(series, points)
            if len(points) <= 72:
                for rank, (x, y) in enumerate(points):
                    self._mark(series, x, y, self._spoken(series, rank))
            if series == 0:
                x, y = points[-1]
                text = escape(self._short(values[-1]))
                self.out.append(f'<text class="v" x="{_px(x + 80)}" y="{_px(y + 38)}">{text}</text>')

    def _feet(self, edges: Sequence[int], bottom: int) -> None:
        """Write the labels under the plot: a period's name, and its year where it changes."""
        room = edges[-1] - edges[0]
        least = 420 if not self.labels or len(self.labels[0]) < 10 else 620
        year_before = ""
        most = max(4, (edges[1] - edges[0]) // _CHAR) if not self.periods else 0
        for rank in shown(self.labels, room, least if self.periods else max(420, 90 * _CHAR // 10)):
            x = (edges[rank] + edges[rank + 1]) // 2
            if self.periods:
                lines: tuple[str, ...] = period(self.labels[rank], self.language)
                if lines[1] == year_before:
                    lines = lines[:1]
                else:
                    year_before = lines[1]
            else:
                lines = wrapped(self.labels[rank], most, 2)
            for at, line in enumerate(lines):
                kind = "y m" if at == 0 or not self.periods else "v m"
                self.out.append(
                    f'<text class="{kind}" x="{_px(x)}" y="{_px(bottom + 180 + 150 * at)}">{escape(line)}</text>'
                )


def _scoped(rules: str, name: str) -> str:
    """Keep a chart's rules to itself: several may stand in one page."""
    made, depth, start = [], 0, 0
    for at, each in enumerate(rules):
        if each == "{":
            head = rules[start:at]
            if head.startswith("@"):
                made.append(head + "{")
            else:
                made.append(",".join(f".{name} {one}" for one in head.split(",")) + "{")
                depth += 1
            start = at + 1
        elif each == "}":
            made.append(rules[start : at + 1] if depth else "}")
            depth = 0
            start = at + 1
    return "".join(made)
