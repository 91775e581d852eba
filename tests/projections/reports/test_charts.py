"""Charts: the same bytes each time, whole and accessible XML, marks where the values say, hard cases."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from projections.documents.pages.style import contrast
from projections.reports import charts
from projections.reports.axes import are_periods, axis_for, period, short, shown, whole_period
from projections.reports.charts import draw, wrapped
from projections.reports.contract import Chart, Series, Words
from tests.projections.reports.chart_pictures import CHARTS, FOLDER, months, picture

SVG = "{http://www.w3.org/2000/svg}"
NB = "\u00a0"
EACH = pytest.mark.parametrize("name", CHARTS)


def read(drawn: bytes) -> etree._Element:
    return etree.fromstring(drawn, etree.XMLParser(resolve_entities=False, no_network=True))


def bars(root: etree._Element) -> list[etree._Element]:
    """The bars that say their value."""
    return [each for each in root.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None]


@EACH
def test_a_chart_is_whole_xml_that_says_what_it_shows(name: str) -> None:
    for language in ("fr", "en"):
        root = read(picture(name, language))
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        assert root.get("lang") == language
        ids = [each.get("id") for each in root.iter() if each.get("id")]
        assert len(set(ids)) == len(ids)
        assert set(str(root.get("aria-labelledby")).split()) <= set(ids)
        title = root.findtext(f"{SVG}title")
        described = root.findtext(f"{SVG}desc")
        assert title == (CHARTS[name][1].fr if language == "fr" else CHARTS[name][1].en)
        assert described
        for series in CHARTS[name][0].series:
            assert (series.words.fr if language == "fr" else series.words.en) in described


@EACH
def test_a_chart_holds_no_script_and_nothing_from_elsewhere(name: str) -> None:
    root = read(picture(name))
    assert {each.tag.removeprefix(SVG) for each in root.iter() if isinstance(each.tag, str)} <= {
        "svg", "title", "desc", "style", "defs", "pattern", "path", "circle", "rect", "g", "text", "line", "polyline",
    }  # fmt: skip
    for each in root.iter():
        for key, value in each.attrib.items():
            assert not str(key).startswith("on")
            assert "http" not in str(value)
            assert "url(" not in str(value) or str(value).startswith("url(#")
    style = root.findtext(f".//{SVG}style") or ""
    assert "url" not in style
    assert "@import" not in style


def test_a_chart_is_the_same_in_another_process() -> None:
    script = (
        "from hashlib import sha256;from tests.projections.reports.chart_pictures import CHARTS, picture;"
        "print(sha256(b''.join(picture(each) for each in CHARTS)).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_two_charts_on_one_page_do_not_meet() -> None:
    first, second = (read(picture(name)) for name in ("revenue-by-nature", "negatives"))
    ids = [{each.get("id") for each in root.iter() if each.get("id")} for root in (first, second)]
    assert not ids[0] & ids[1]
    for root in (first, second):
        scope = (root.findtext(f".//{SVG}style") or "").split("{")[0].split(" ")[0]
        rules = [each for each in (root.findtext(f".//{SVG}style") or "").split("}") if "{" in each]
        assert all(each.split("{")[-2].startswith(scope) for each in rules)


@EACH
def test_series_differ_without_colour(name: str) -> None:
    chart = CHARTS[name][0]
    root = read(picture(name))
    if chart.kind == "line":
        dashes = [each.get("stroke-dasharray") for each in root.iter(f"{SVG}polyline")]
        assert len(set(dashes)) == min(len(chart.series), len(dashes))
        return
    patterns = [etree.tostring(each, method="c14n").split(b">", 1)[1] for each in root.iter(f"{SVG}pattern")]
    assert len(patterns) == max(0, min(len(chart.series), 8) - 1)
    assert len(set(patterns)) == len(patterns)


def test_colours_and_words_stand_out_on_both_papers() -> None:
    assert all(contrast(each, "#ffffff") >= 3 for each in charts._LIGHT)
    assert all(contrast(each, "#161b21") >= 3 for each in charts._DARK)
    for words, paper in (
        ("#33404d", "#ffffff"),
        ("#5b6773", "#ffffff"),
        ("#c9d3dc", "#161b21"),
        ("#9aa7b3", "#161b21"),
    ):
        assert contrast(words, paper) >= 4.5


def test_a_bar_is_as_high_as_its_value() -> None:
    values = (100_000, 250_000, -50_000)
    root = read(draw(Chart("bars", "cents", months(3), (Series(Words("CA", "Net"), values),)), "x"))
    heights = [float(str(each.get("height"))) for each in bars(root)]
    assert [round(height * 250_000 / heights[1], -3) for height in heights] == [100_000, 250_000, 50_000]
    zero = next(each for each in root.iter(f"{SVG}line") if each.get("class") == "z")
    assert float(str(bars(root)[2].get("y"))) == float(str(zero.get("y1")))
    titles = [each.findtext(f"{SVG}title") for each in bars(root)]
    assert titles[0] == f"janv. 2026 : 1{NB}000,00{NB}€"


def test_stacked_bars_stand_on_each_other() -> None:
    series = tuple(Series(Words(str(n), str(n)), (n * 100_00,)) for n in (1, 2, 3))
    root = read(draw(Chart("stacked", "cents", ("2026",), series), "x"))
    places = [(float(str(each.get("y"))), float(str(each.get("height")))) for each in bars(root)]
    assert all(above[0] + above[1] == pytest.approx(below[0]) for below, above in pairwise(places))


@given(
    st.sampled_from(("bars", "stacked", "line")),
    st.sampled_from(("cents", "count", "days", "bp")),
    st.lists(st.text(max_size=120), max_size=30) | st.integers(0, 60).map(months),
    st.lists(st.lists(st.integers(-(10**15), 10**15), max_size=60), max_size=9),
    st.text(max_size=300),
    st.sampled_from(("fr", "en")),
)
@settings(deadline=None, max_examples=150)
def test_anything_can_be_drawn(
    kind: str, unit: str, labels: list[str], values: list[list[int]], title: str, language: str
) -> None:
    series = tuple(Series(Words(title[:20], title[:20]), tuple(each)) for each in values)
    drawn = draw(Chart(kind, unit, tuple(labels), series), title, language)  # type: ignore[arg-type] # sampled from them
    root = read(drawn)
    width, height = (float(str(root.get(name))) for name in ("width", "height"))
    for each in bars(root):
        x, y, wide, high = (float(str(each.get(name))) for name in ("x", "y", "width", "height"))
        assert -0.2 <= x <= x + wide <= width + 0.2
        assert 0 <= y <= y + high <= height
    assert drawn == draw(Chart(kind, unit, tuple(labels), series), title, language)  # type: ignore[arg-type] # the same


def test_very_many_days_are_one_outline_for_each_series() -> None:
    days = tuple(f"{2020 + rank // 336}-{1 + rank % 336 // 28:02d}-{1 + rank % 28:02d}" for rank in range(1_600))
    chart = Chart("stacked", "cents", days, (Series(Words("a", "a"), tuple(range(1_600))),) * 2)
    drawn = draw(chart, "x")
    assert len(drawn) < 200_000
    assert bars(read(drawn)) == []


# ---- axes


@given(st.lists(st.integers(-(10**15), 10**15), max_size=20), st.sampled_from(("cents", "count", "days", "bp")))
def test_an_axis_holds_all_values_and_zero_on_few_round_marks(values: list[int], unit: str) -> None:
    axis = axis_for(values, unit)  # type: ignore[arg-type] # sampled from them
    assert axis.low <= min((0, *values))
    assert axis.high >= max((0, *values))
    assert 0 in axis.marks
    assert 2 <= len(axis.marks) <= 9
    assert str(axis.step).rstrip("0") in ("1", "2", "5")
    assert axis.place(axis.low, 3_000) == 0
    assert axis.place(axis.high, 3_000) == 3_000


@pytest.mark.parametrize(
    ("cents", "beside", "french", "english"),
    [
        (0, 0, f"0{NB}€", "€0"),
        (123_450, 0, f"1{NB}235{NB}€", "€1,235"),
        (999_949, 0, f"9{NB}999{NB}€", "€9,999"),
        (1_234_500, 0, f"12,3{NB}k€", "€12.3k"),
        (500_000, 2_000_000, f"5{NB}k€", "€5k"),
        (-150_000_000, 0, f"-1,5{NB}M€", "-€1.5m"),
        (10**15, 0, f"10{NB}000{NB}Md€", "€10,000bn"),
    ],
)
def test_amounts_are_brief_along_an_axis(cents: int, beside: int, french: str, english: str) -> None:
    assert short(cents, "cents", "fr", "EUR", beside) == french
    assert short(cents, "cents", "en", "EUR", beside) == english


def test_other_units_are_brief_too() -> None:
    assert short(35, "days", "fr") == f"35{NB}j"
    assert short(35, "days", "en") == f"35{NB}d"
    assert short(4_210, "bp", "fr") == f"42,1{NB}%"
    assert short(12_000, "count", "fr") == f"12{NB}k"
    assert short(123_456, "cents", "fr", "XPF") == f"1{NB}235{NB}XPF"


@pytest.mark.parametrize(
    ("label", "french", "english", "whole"),
    [
        ("2026", ("2026", ""), ("2026", ""), "2026"),
        ("2026-11", ("nov.", "2026"), ("Nov", "2026"), "nov. 2026"),
        ("2026-Q4", ("T4", "2026"), ("Q4", "2026"), "T4 2026"),
        ("2026-W47", ("S47", "2026"), ("W47", "2026"), "S47 2026"),
        ("2026-11-22", ("22 nov.", "2026"), ("Nov 22", "2026"), "22/11/2026"),
    ],
)
def test_periods_are_told_in_words(label: str, french: tuple[str, str], english: tuple[str, str], whole: str) -> None:
    assert are_periods((label,))
    assert period(label, "fr") == french
    assert period(label, "en") == english
    assert whole_period(label, "fr") == whole
    assert not are_periods((label, "signé"))


def test_of_sixty_months_each_quarter_is_written_and_january_among_them() -> None:
    labels = months(60, 2022, 3)
    ranks = shown(labels, 8_800, 420)
    assert [labels[rank][5:] for rank in ranks[:4]] == ["04", "07", "10", "01"]
    assert shown(labels, 88_000, 420) == tuple(range(60))
    assert [labels[rank][5:] for rank in shown(labels, 2_200, 420)] == ["01"] * 5


@given(st.text(max_size=200), st.integers(4, 40), st.integers(1, 3))
def test_wrapped_words_fit(text: str, most: int, lines: int) -> None:
    made = wrapped(text, most, lines)
    assert len(made) <= lines
    assert all(len(each) <= most for each in made)


# ---- pictures


def test_every_chart_has_its_pictures_light_and_dark() -> None:
    found = {file.name for file in FOLDER.glob("*.png")}
    assert found == {f"{name}{way}.png" for name in CHARTS for way in ("", "-dark")}
    assert all(file.stat().st_size < 80_000 for file in FOLDER.glob("*.png"))
