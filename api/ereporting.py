"""E-reporting over a service: what is due, making, recording and handing over (docs/projections/ereporting.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from ledger.domain.commands.exports import RecordEReport, RecordExport
from ledger.domain.events.parties import ProfileSet
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.ereporting import Flow
from ledger.domain.streams.export import EXPORT, SentState, export_id
from ledger.shell.calls import Answer
from ledger.shell.closing import days_of
from ledger.shell.service import Service
from projections.documents.validation.findings import Finding, errors
from projections.engine.engine import Engine
from projections.ereporting import history
from projections.ereporting.due import Figures, Obligation, obligations
from projections.ereporting.history import Filed
from projections.ereporting.making import Asked, Firm, Made, make_report
from projections.ereporting.platform import Platform
from projections.ereporting.reading import reader
from projections.ereporting.transactions import LeftOut, transactions
from projections.ereporting.xml import Issuer, Sender

BOOK = "book"


@dataclass(frozen=True, slots=True)
class Reporting:
    """A ledger's e-reporting as of one entry."""

    figures: Figures
    firm: Firm
    filed: tuple[Filed, ...]
    zone: ZoneInfo
    missing: int  # purged entries that the figures know nothing of

    @property
    def start_on(self) -> date:
        """The day from which the firm reports."""
        return self.firm.situations.start_on

    @property
    def opened_on(self) -> date:
        """The day of the ledger's first profile."""
        return date.fromisoformat(self.firm.situations.known[0].since)

    def due(self, *, from_start: bool = True) -> list[Obligation]:
        """Give every period, by flow and day."""
        return list(
            obligations(
                self.figures,
                self.firm.situations,
                self.filed,
                today=self.firm.today,
                opened_on=self.opened_on,
                from_start=from_start,
            )
        )

    def left_out(self, first: date) -> Mapping[LeftOut, int]:
        """Give the turnover from a day on that these reports leave out, in cents without tax, by reason."""
        from_on, to_on = first.isoformat(), self.firm.today.isoformat()
        return transactions(self.figures.read(from_on, to_on), from_on, to_on, self.figures.upto_seq).left_out


@contextmanager
def reporting(service: Service, engine: Engine, ledger: str, upto_seq: int | None = None) -> Iterator[Reporting | None]:
    """Give a ledger's e-reporting as of its end, or of an earlier entry; None while it has no profile."""
    with engine.fresh(ledger, (BOOK, history.NAME)) as views:
        book, own = views[BOOK], views[history.NAME]
        upto = own.position if upto_seq is None else min(upto_seq, own.position)
        known = history.firm_of(own, upto)
        if known is None:
            yield None
            return
        register = service.register(ledger)
        zone = ZoneInfo(register.time_zone)
        firm = Firm(
            known,
            register.kind,
            register.currency,
            _issuer(service, ledger, upto),
            days_of(register).of(service.clock.now()),
        )
        yield Reporting(Figures(reader(book), known, upto), firm, history.filed_of(own, upto), zone, book.missing)


def _issuer(service: Service, ledger: str, upto_seq: int) -> Issuer | None:
    """Give the issuer as its profile of that time names it; None where the name was erased or is not at hand."""
    profile: ProfileSet | None = None
    for event in service.stream(ledger, "issuer:self"):
        if event.seq <= upto_seq and isinstance(event.record, ProfileSet):
            profile = event.record
    if profile is None or profile.details is None:
        return None
    return Issuer(profile.siren, profile.details.name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report; `made_at` (with its offset) is now if it is not said, `upto_seq` the ledger's end."""

    flow: Flow
    from_on: date
    sender: Sender
    made_at: datetime | None = None
    upto_seq: int | None = None
    preview: bool = False


def make(service: Service, engine: Engine, ledger: str, wanted: Wanted) -> Made | Refusal:
    """Make a report; nothing is recorded."""
    with reporting(service, engine, ledger, wanted.upto_seq) as found:
        if found is None:
            return refuse("ISSUER_MISSING")
        moment = (wanted.made_at or service.clock.now()).astimezone(found.zone)
        asked = Asked(wanted.flow, wanted.from_on, moment, wanted.sender, wanted.preview)
        return make_report(found.figures, found.firm, found.filed, asked)


def record(service: Service, ledger: str, made: Made, *, actor: str) -> Answer | Refusal | None:
    """Record a report that was made; None where this very file is recorded already."""
    command = RecordExport(
        kind=made.kind,
        from_on=made.period.from_on.isoformat(),
        to_on=made.period.to_on.isoformat(),
        upto_seq=made.upto_seq,
        digest=made.digest,
        rows=made.rows,
    )
    outcome = service.execute(ledger, command, actor=actor)
    if isinstance(outcome, Refusal) and outcome.code == "EXPORT_ALREADY_RECORDED":
        return None
    return outcome


def send(service: Service, ledger: str, name: str, data: bytes, platform: Platform, *, actor: str) -> Answer | Refusal:
    """Hand a recorded report over to a platform, and record it; refused first where its state does not allow it.

    Raises:
        NotHandedOver: the platform could not take it; nothing is recorded.
    """
    identifier = export_id(sha256(data).hexdigest())
    state = service.state(ledger, EXPORT, identifier)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/export")
    if state.sent not in (None, "refused"):
        return refuse("EREPORT_STATE_UNFIT", "/state", state=state.sent)
    platform.hand_over(name, data)
    return tell(service, ledger, identifier, "handed_over", actor=actor)


def tell(
    service: Service, ledger: str, export: str, state: SentState, *, actor: str, reason: str | None = None
) -> Answer | Refusal:
    """Record what became of a report."""
    return service.execute(ledger, RecordEReport(export=export, state=state, reason=reason), actor=actor)


# ---- as JSON, for the command line and HTTP


def due_json(found: Reporting, listed: list[Obligation], left_out: dict[LeftOut, int]) -> dict[str, Any]:
    """Give the list as `--json` and HTTP answer it."""
    return {
        "upto_seq": found.figures.upto_seq,
        "today": found.firm.today.isoformat(),
        "start_on": found.start_on.isoformat(),
        "started": found.firm.today >= found.start_on,
        "periods": [obligation_json(one) for one in listed],
        "left_out_cents": dict(left_out),
        "missing": found.missing,
    }


def obligation_json(one: Obligation) -> dict[str, Any]:
    """Give one period as JSON; `export` is the last file made of it."""
    told: dict[str, Any] = {
        "flow": one.flow,
        "from_on": one.period.from_on.isoformat(),
        "to_on": one.period.to_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "late": one.late,
        "type": one.type_code,
        "n": one.n,
        "lines": one.lines,
    }
    if one.last is not None:
        told["export"] = one.last.export
        if one.last.reason is not None:
            told["reason"] = one.last.reason
    return told


def made_json(made: Made) -> dict[str, Any]:
    """Give what was made as JSON, without its bytes."""
    return {
        "id": made.identifier,
        "flow": made.flow,
        "type": made.type_code,
        "from_on": made.period.from_on.isoformat(),
        "to_on": made.period.to_on.isoformat(),
        "due_on": made.period.due_on.isoformat(),
        "upto_seq": made.upto_seq,
        "lines": made.rows,
        "digest": made.digest,
        "export": export_id(made.digest),
        "preview": made.preview,
    }


def checked_json(findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Give what was found as JSON."""
    return {
        "valid": not errors(findings),
        "findings": [
            {"validator": one.validator, "rule": one.rule, "place": one.place, "words": one.words} for one in findings
        ],
    }
