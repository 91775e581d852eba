"""Every row of the attack table that is tried on a store, through `sceau verify`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.attacks.rows import STORES, Row
from tests.attacks.scene import Scene, verified
from tests.attacks.table import ROWS

OF_AN_ANCHOR = {"anchor_lost", "timestamp"}  # the seals over the entries hold all the same

FOUND = [(row, kind) for row in ROWS for kind in row.on_stores if row.outcome == "found"]
UNPROVEN = [(row, kind) for row in ROWS for kind in row.on_stores if row.outcome == "unproven"]
HIDDEN = [(row, kind) for row in ROWS for kind in row.on_stores if row.outcome == "not_shown"]
REFUSED = [(row, kind) for row in ROWS for kind in row.on_stores if row.outcome == "refused"]


def tried(cases: Sequence[tuple[Row, str]]) -> pytest.MarkDecorator:
    params = [pytest.param(row, kind, id=f"{row.name}-{kind}") for row, kind in cases]
    return pytest.mark.parametrize(("row", "scene"), params, indirect=["scene"])


@pytest.mark.parametrize("scene", STORES, indirect=True)
@pytest.mark.parametrize("evidence", [("pin",), ("mark",), ("pin", "mark", "checkpoint"), ("pin", "anchors")])
def test_what_nobody_touched_is_ok(scene: Scene, evidence: tuple[str, ...], tmp_path: Path) -> None:
    told = verified(scene, evidence, tmp_path)  # type: ignore[arg-type] # names of the table
    assert told.ok, told.verdict["findings"]
    assert told.verdict["proven_until"] == len(scene.sound.lines)


@tried(FOUND)
def test_an_attack_is_found_and_its_first_bad_place_named(row: Row, scene: Scene, tmp_path: Path) -> None:
    first = row.do(scene)
    told = verified(scene, row.evidence, tmp_path)
    assert not told.ok
    assert set(row.finds) <= set(told.codes), told.verdict["findings"]
    assert told.first(row.finds) == first, told.verdict["findings"]
    # A checkpoint that no longer fits names the whole stretch that it alone covers; nothing else may come before.
    before = {one["code"] for one in told.verdict["findings"] if 0 < one["seq"] < first}
    assert before <= {"rewritten"}
    if first and "proven_until" in told.verdict and not set(row.finds) & OF_AN_ANCHOR:
        assert told.verdict["proven_until"] < first
    if scene.kind == "sqlite":
        assert told.returncode == 1
        assert all(code in told.words for code in row.finds)
        assert ": OK" not in told.words or {"register", "keys"} & set(row.evidence)


@tried(UNPROVEN)
def test_what_nothing_at_hand_can_show_is_said_to_be_unproven(row: Row, scene: Scene, tmp_path: Path) -> None:
    upto = row.do(scene)
    told = verified(scene, row.evidence, tmp_path)
    assert told.codes == []
    assert told.verdict["unproven_after"] == upto
    assert upto < told.verdict["head"]["seq"]
    if scene.kind == "sqlite":
        assert f"entries {upto + 1} to {told.verdict['head']['seq']}" in told.words


@tried(HIDDEN)
def test_what_is_not_here_is_said_to_be_not_shown(row: Row, scene: Scene, tmp_path: Path) -> None:
    seq = row.do(scene)
    told = verified(scene, row.evidence, tmp_path)
    (hidden,) = told.verdict["not_shown"]
    assert hidden["first"] <= seq <= hidden["last"]
    assert hidden["manifest"]
    if scene.kind == "sqlite":
        assert "Not shown" in told.words
        assert hidden["manifest"] in told.words


@tried(REFUSED)
def test_what_the_software_does_not_let_happen_is_refused(row: Row, scene: Scene) -> None:
    assert row.do(scene) == row.finds[0]
