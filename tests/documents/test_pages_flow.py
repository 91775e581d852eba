"""How strips fill pages: each is placed once, in order, above the foot; what keeps together is not parted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.documents.pages.flow import Heads, Paint, Sheet, Slab, paginate
from projections.documents.pages.ink import Ink

FIRST_TOP, TOP, BOTTOM = 500.0, 780.0, 60.0


def marked(name: str) -> Paint:
    def paint(ink: Ink, top: float) -> None:
        raise AssertionError(f"{name} is not drawn here")

    paint.__name__ = name
    return paint


def names(sheet: Sheet) -> list[str]:
    return [strip.paint.__name__ for strip in sheet.strips]


def slab(name: str, height: float = 100.0, **more: object) -> Slab:
    return Slab(height, marked(name), **more)  # type: ignore[arg-type] # told by the tests


def laid(*slabs: Slab) -> list[list[str]]:
    return [names(sheet) for sheet in paginate(slabs, FIRST_TOP, TOP, BOTTOM)]


def test_a_heading_goes_with_what_it_heads() -> None:
    assert laid(slab("body", 380), slab("heading", 30, keep=True), slab("words", 60)) == [
        ["body"],
        ["heading", "words"],
    ]


def test_a_group_taller_than_a_page_is_cut_where_it_must_be() -> None:
    kept = [slab(str(at), 100, keep=True) for at in range(12)]
    pages = laid(*kept, slab("last", 10))
    assert [name for page in pages for name in page] == [*map(str, range(12)), "last"]
    assert len(pages) == 3


def test_a_cut_table_carries_its_sum_and_repeats_its_head() -> None:
    told: list[tuple[int, bool]] = []

    def carry(cents: int, at_foot: bool) -> Paint:
        told.append((cents, at_foot))
        return marked("out" if at_foot else "in")

    heads = Heads(20, marked("head again"), 15, carry)
    rows = [slab(f"row{at}", 100, heads=heads, running_cents=(at + 1) * 10) for at in range(6)]
    pages = laid(slab("head", 20, heads=heads, keep=True), *rows)
    assert pages == [
        ["head", "row0", "row1", "row2", "row3", "out"],
        ["head again", "in", "row4", "row5"],
    ]
    assert told == [(40, True), (40, False)]


def test_a_part_with_its_own_page_begins_one_and_a_foot_stands_at_the_foot() -> None:
    pages = paginate([slab("body"), slab("proof", 50, foot=True), slab("form", own_page=True)], FIRST_TOP, TOP, BOTTOM)
    assert [names(page) for page in pages] == [["body", "proof"], ["form"]]
    assert pages[0].strips[1].top == BOTTOM + 50
    assert pages[1].strips[0].top == TOP


def test_white_above_is_dropped_at_the_top_of_a_page() -> None:
    pages = paginate([slab("a", 430), slab("b", 100, gap=40)], FIRST_TOP, TOP, BOTTOM)
    assert pages[1].strips[0].top == TOP


SLABS = st.lists(st.tuples(st.floats(1, 400), st.booleans(), st.floats(0, 30)), max_size=40)


@given(SLABS)
def test_each_strip_is_placed_once_in_order_above_the_foot(shapes: list[tuple[float, bool, float]]) -> None:
    slabs = [slab(str(at), height, keep=keep, gap=gap) for at, (height, keep, gap) in enumerate(shapes)]
    pages = paginate(slabs, FIRST_TOP, TOP, BOTTOM)
    assert [name for page in pages for name in names(page)] == [str(at) for at in range(len(slabs))]
    for page in pages:
        for above, below in zip(page.strips, page.strips[1:], strict=False):
            assert below.top <= above.top - above.height + 1e-6
        for strip in page.strips:
            assert strip.top - strip.height >= BOTTOM - 1e-6


@given(SLABS)
def test_what_keeps_together_and_fits_a_page_is_on_one(shapes: list[tuple[float, bool, float]]) -> None:
    slabs = [slab(str(at), height, keep=keep, gap=gap) for at, (height, keep, gap) in enumerate(shapes)]
    where = {
        name: number for number, page in enumerate(paginate(slabs, FIRST_TOP, TOP, BOTTOM)) for name in names(page)
    }
    group: list[int] = []
    for at, (_, keep, _) in enumerate(shapes):
        group.append(at)
        if not keep:
            # the first group stays on the first page, whose head is alone otherwise
            if group[0] and sum(shapes[one][0] + shapes[one][2] for one in group) <= TOP - BOTTOM:
                assert len({where[str(one)] for one in group}) == 1
            group = []
