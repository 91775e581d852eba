"""The technical journal: access, versions, incidents, the cash drawer, and the tasks that facts open.

What happened is recorded; only what says nothing new is refused, so that the journal is not filled with echoes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import (
    CloseTask,
    CountDrawer,
    IssueAttestation,
    JournalAccess,
    JournalIntegrityFailure,
    JournalSignIn,
    JournalSignInFailure,
    JournalSignOut,
    JournalSoftware,
    SetAnchorPolicy,
)
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.ledger import (
    AccessGranted,
    AccessRevoked,
    AnchorPolicySet,
    AttestationIssued,
    DrawerCounted,
    IntegrityFailed,
    SignedIn,
    SignedOut,
    SignInFailed,
    SoftwareChanged,
    TaskClosed,
)
from ledger.domain.refusals import refuse
from ledger.domain.regimes.fr.certification import law_on
from ledger.domain.streams.access import ACCESS, Grant
from ledger.domain.streams.drawer import DRAWER
from ledger.domain.streams.ledger import LEDGER
from ledger.domain.streams.task import TASK


def decide_sign_in(command: JournalSignIn, world: World) -> Outcome:
    """Journal that somebody signed in."""
    plan = Plan(world)
    plan.emit(ACCESS, "self", SignedIn(subject=command.subject, method=command.method, role=command.role))
    return plan.done()


def decide_sign_out(command: JournalSignOut, world: World) -> Outcome:
    """Journal that a session ended."""
    plan = Plan(world)
    plan.emit(ACCESS, "self", SignedOut(subject=command.subject, cause=command.cause))
    return plan.done()


def decide_sign_in_failure(command: JournalSignInFailure, world: World) -> Outcome:
    """Journal failed sign-ins, counted together."""
    if not command.count:
        return refuse("MEMBER_INVALID", "/count")
    plan = Plan(world)
    event = SignInFailed(subject=command.subject, method=command.method, count=command.count)
    plan.emit(ACCESS, "self", event)
    return plan.done()


def decide_access(command: JournalAccess, world: World) -> Outcome:
    """Journal that a role was given, changed or taken away."""
    state = world.state(ACCESS, "self")
    grant = state.grants.get(command.subject) if state is not None else None
    plan = Plan(world)
    if command.role is None:
        if command.until is not None:
            return refuse("MEMBER_INVALID", "/until")
        if grant is None:
            return refuse("NOTHING_TO_CHANGE", "/subject")
        plan.emit(ACCESS, "self", AccessRevoked(subject=command.subject))
        return plan.done()
    if grant == Grant(command.role, command.until):
        return refuse("NOTHING_TO_CHANGE", "/role")
    event = AccessGranted(subject=command.subject, role=command.role, until=command.until)
    plan.emit(ACCESS, "self", event)
    return plan.done()


def decide_software(command: JournalSoftware, world: World) -> Outcome:
    """Journal that another version of the software writes from here on (BOI-TVA-DECLA-30-10-30 §315 to 340)."""
    state = world.state(LEDGER, "self")
    if state is not None and (state.software, state.perimeter) == (command.software, command.perimeter):
        return refuse("NOTHING_TO_CHANGE", "/software")
    plan = Plan(world)
    event = SoftwareChanged(software=command.software, perimeter=command.perimeter, major=command.major)
    plan.emit(LEDGER, "self", event)
    return plan.done()


def decide_integrity_failure(command: JournalIntegrityFailure, world: World) -> Outcome:
    """Journal that a verification found something wrong; entry 0 does not exist and means "no one entry"."""
    if not command.count:
        return refuse("MEMBER_INVALID", "/count")
    plan = Plan(world)
    event = IntegrityFailed(finding=command.finding, at_seq=command.at_seq or None, count=command.count)
    plan.emit(LEDGER, "self", event)
    return plan.done()


def decide_attestation(command: IssueAttestation, world: World) -> Outcome:
    """Record an attestation of the software that writes this ledger (BOI-TVA-DECLA-30-10-30 §270, §370).

    Training is not what the law asks proof for, and a paper about another version would prove nothing.
    """
    if world.register.kind != "live":
        return refuse("ATTESTATION_OF_TRAINING")
    if not law_on(world.today).attestation_admitted:
        return refuse("ATTESTATION_NOT_ADMITTED", "", on=world.today)
    state = world.state(LEDGER, "self")
    if state is None or (state.software, state.perimeter) != (command.software, command.perimeter):
        return refuse("ATTESTATION_OF_ANOTHER_SOFTWARE", "/software")
    plan = Plan(world)
    event = AttestationIssued(
        software=command.software,
        perimeter=command.perimeter,
        document=command.document,
        embedded_salt=command.embedded_salt,
    )
    plan.emit(LEDGER, "self", event)
    return plan.done(document=command.document)


def decide_anchor_policy(command: SetAnchorPolicy, world: World) -> Outcome:
    """Set where and how often checkpoints are anchored."""
    state = world.state(LEDGER, "self")
    if state is not None and state.anchors == command.anchors:
        return refuse("NOTHING_TO_CHANGE", "/anchors")
    if not command.anchors.interval_minutes:
        return refuse("MEMBER_INVALID", "/anchors/interval_minutes")
    plan = Plan(world)
    plan.emit(LEDGER, "self", AnchorPolicySet(anchors=command.anchors))
    return plan.done()


def decide_drawer(command: CountDrawer, world: World) -> Outcome:
    """Record a count of a cash drawer, with what was expected in it."""
    plan = Plan(world)
    plan.emit(
        DRAWER,
        "self",
        DrawerCounted(
            till=command.till,
            counted_cents=command.counted_cents,
            expected_cents=command.expected_cents,
            texts=Texts(notes=command.notes) if command.notes is not None else None,
        ),
    )
    return plan.done(difference_cents=command.counted_cents - command.expected_cents)


def decide_close_task(command: CloseTask, world: World) -> Outcome:
    """Say that a task was done, or set it aside."""
    state = world.state(TASK, command.task)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/task")
    if state.closed:
        return refuse("TASK_CLOSED", "/task")
    plan = Plan(world)
    plan.emit(TASK, command.task, TaskClosed(outcome=command.outcome, reason=command.reason))
    return plan.done(task=command.task)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (JournalSignIn, decide_sign_in),
    (JournalSignOut, decide_sign_out),
    (JournalSignInFailure, decide_sign_in_failure),
    (JournalAccess, decide_access),
    (JournalSoftware, decide_software),
    (JournalIntegrityFailure, decide_integrity_failure),
    (IssueAttestation, decide_attestation),
    (SetAnchorPolicy, decide_anchor_policy),
    (CountDrawer, decide_drawer),
    (CloseTask, decide_close_task),
)
"""The technical journal."""
