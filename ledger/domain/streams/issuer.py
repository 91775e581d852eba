"""The issuer stream: the business as its documents show it, and the policies it has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.parties import (
    BrandSet,
    DepositPolicySet,
    DepositRule,
    ProfileSet,
    ReminderPolicySet,
    ReminderStep,
)


@dataclass(frozen=True, slots=True)
class IssuerState:
    """The issuer: `world.state(ISSUER, "self")`. `version` counts its profiles, the first is 1.

    `brand` is without the logo's bytes: its digest is enough to tell whether another one is set.
    """

    profile: ProfileSet | None = None
    version: int = 0
    deposit_rules: tuple[DepositRule, ...] = ()
    reminders: Mapping[str, tuple[ReminderStep, ...]] = field(default_factory=dict)  # by what they are about
    brand: BrandSet | None = None

    @property
    def current(self) -> ProfileSet:
        """The profile in force; every ledger is opened with one."""
        if self.profile is None:
            raise AssertionError("a ledger is opened with its issuer's profile")
        return self.profile


def start() -> IssuerState:
    """Give the state before the first event."""
    return IssuerState()


def evolve(state: IssuerState, event: EventRecord) -> IssuerState:
    """Give the state after one event."""
    match event:
        case ProfileSet():
            return replace(state, profile=event, version=state.version + 1)
        case BrandSet():
            return replace(state, brand=replace(event, logo_bytes=None))
        case DepositPolicySet():
            return replace(state, deposit_rules=event.rules)
        case ReminderPolicySet():
            return replace(state, reminders={**state.reminders, event.about: event.steps})
        case _:
            return state


ISSUER: StreamKind[IssuerState] = StreamKind("issuer", start, evolve)
"""The issuer, in one stream, `issuer:self`."""
