"""The technical journal: access, versions, incidents, the drawer, tasks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.parties import (
    CloseTask,
    CountDrawer,
    JournalAccess,
    JournalIntegrityFailure,
    JournalSignIn,
    JournalSignInFailure,
    JournalSignOut,
    JournalSoftware,
    SetAnchorPolicy,
)
from ledger.domain.events.ledger import (
    AccessGranted,
    AccessRevoked,
    AnchorPolicy,
    AnchorPolicySet,
    DrawerCounted,
    IntegrityFailed,
    SignedIn,
    SignedOut,
    SignInFailed,
    SoftwareChanged,
    TaskClosed,
    TaskOpened,
)
from ledger.domain.streams.ledger import LEDGER
from tests.domain.world import OPENING, FixedWorld, opened

TASK_ID = "99999999-0000-4000-8000-000000000001"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"
OWNER = "user:7Hq"


@pytest.fixture
def sale() -> FixedWorld:
    return opened()


def test_coming_and_going_is_journalled(sale: FixedWorld) -> None:
    sale.play(JournalSignIn(subject=OWNER, method="password_totp", role="owner"))
    sale.play(JournalSignOut(subject=OWNER, cause="asked"))
    sale.play(JournalSignInFailure(subject=None, method="api_key", count=12))
    assert [type(each) for each in sale.events("access:self")] == [SignedIn, SignedOut, SignInFailed]
    assert sale.last(SignInFailed).count == 12
    assert sale.refusal(JournalSignInFailure(method="api_key", count=0)).place == "/count"


def test_a_role_is_given_changed_and_taken_away_once_each(sale: FixedWorld) -> None:
    grant = JournalAccess(subject=OWNER, role="owner")
    sale.play(grant)
    assert sale.refusal(grant).code == "NOTHING_TO_CHANGE"
    sale.play(replace(grant, role="operator"))
    sale.play(replace(grant, role="operator", until="2027-01-01T00:00:00.000000Z"))
    assert [each.role for each in sale.all_of(AccessGranted)] == ["owner", "operator", "operator"]
    sale.play(JournalAccess(subject=OWNER))
    assert sale.last(AccessRevoked).subject == OWNER
    assert sale.refusal(JournalAccess(subject=OWNER)).code == "NOTHING_TO_CHANGE"
    assert sale.refusal(JournalAccess(subject=OWNER, until="2027-01-01T00:00:00.000000Z")).code == "MEMBER_INVALID"


def test_another_version_of_the_software_is_journalled_once(sale: FixedWorld) -> None:
    same = JournalSoftware(software=OPENING.software, perimeter=OPENING.perimeter, major=False)
    assert sale.refusal(same).code == "NOTHING_TO_CHANGE"
    sale.play(replace(same, software="sceau 1.0.0", perimeter="8" * 64, major=True))
    assert sale.last(SoftwareChanged).major
    state = sale.state(LEDGER, "self")
    assert state is not None
    assert (state.software, state.perimeter) == ("sceau 1.0.0", "8" * 64)


def test_a_failed_verification_is_journalled_with_its_first_entry(sale: FixedWorld) -> None:
    sale.play(JournalIntegrityFailure(finding="link_broken", at_seq=12, count=3))
    assert sale.last(IntegrityFailed) == IntegrityFailed(finding="link_broken", at_seq=12, count=3)
    sale.play(JournalIntegrityFailure(finding="behind_mark", at_seq=0))
    assert sale.last(IntegrityFailed).at_seq is None
    assert sale.refusal(JournalIntegrityFailure(finding="x", count=0)).place == "/count"


def test_the_anchor_policy_is_set_when_it_changes(sale: FixedWorld) -> None:
    policy = AnchorPolicy(interval_minutes=15, timestamp=True)
    sale.play(SetAnchorPolicy(anchors=policy))
    assert sale.last(AnchorPolicySet).anchors == policy
    assert sale.refusal(SetAnchorPolicy(anchors=policy)).code == "NOTHING_TO_CHANGE"
    never = SetAnchorPolicy(anchors=AnchorPolicy(interval_minutes=0))
    assert sale.refusal(never).place == "/anchors/interval_minutes"


def test_a_drawer_count_says_what_is_missing_and_keeps_its_words_private(sale: FixedWorld) -> None:
    answer = sale.play(CountDrawer(till="1", counted_cents=19_950, expected_cents=20_000, notes="Rendu en trop"))
    assert answer == {"difference_cents": -50}
    counted = sale.last(DrawerCounted)
    assert counted.texts is not None
    assert (counted.till, counted.texts.notes, DrawerCounted.PRIVATE) == ("1", "Rendu en trop", ("texts",))


def test_a_task_is_closed_once(sale: FixedWorld) -> None:
    sale.given_in(TASK_ID, TaskOpened(code="place_overpayment", about=UNKNOWN))
    sale.play(CloseTask(task=TASK_ID, outcome="set_aside", reason="tip"))
    assert sale.last(TaskClosed).outcome == "set_aside"
    assert sale.refusal(CloseTask(task=TASK_ID, outcome="done")).code == "TASK_CLOSED"
    assert sale.refusal(CloseTask(task=UNKNOWN, outcome="done")).code == "REFERENCE_UNKNOWN"
