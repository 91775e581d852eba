"""Thresholds that a small business watches: VAT exemption and micro regimes, how far off, and when they are passed.

The limits and what passing them means are law (`ledger.domain.regimes.fr.micro`, `.vat`); here is the business's own
turnover of the calendar year beside them, and the day on which its present pace would pass them.
docs/projections/thresholds.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.money import div_half_up
from ledger.domain.regimes.fr.micro import (
    Activity,
    franchise_ends,
    franchise_thresholds,
    micro_ceiling,
    micro_ends,
    reduced,
)
from ledger.domain.regimes.fr.statements import reference
from ledger.kernel.frozen import frozen
from projections.business.periods import NAME as PERIODS
from projections.business.takings_rows import NAME as TAKINGS
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

Basis = Literal["invoiced", "received"]

PACE_DAYS: Final = 90
"""The present pace is that of so many days up to today, or of those since the first turnover where fewer."""

_DAY: Final = timedelta(days=1)


@frozen
class Limit:
    """One limit of one year: code, activity that counts towards it, basis, amount, and the text."""

    code: str
    activity: Activity
    basis: Basis
    limit_cents: int
    law: str


@frozen
class Counted:
    """Turnover by day within a year, and what was brought from before the ledger."""

    days: tuple[tuple[str, int], ...]
    brought_cents: int = 0

    @property
    def total_cents(self) -> int:
        """All of it."""
        return self.brought_cents + sum(cents for _, cents in self.days)

    def crossed_on(self, limit_cents: int) -> str | None:
        """Give the first day at whose end the limit was passed (more than it, not equal to it)."""
        total = self.brought_cents
        if total > limit_cents and self.days:
            return self.days[0][0]
        for day, cents in self.days:
            total += cents
            if total > limit_cents:
                return day
        return None


def forecast(limit_cents: int, total_cents: int, pace_cents: int, pace_days: int, today: date) -> date | None:
    """Give the day of this year on which the limit would be passed at a pace; None when not, or passed already.

    The pace is an amount over a number of days up to today; what is left, plus one cent, is divided by it, up.
    """
    if total_cents > limit_cents or pace_cents <= 0 or pace_days <= 0:
        return None
    left = limit_cents + 1 - total_cents
    days = -(-left * pace_days // pace_cents)
    last = date(today.year, 12, 31)
    return today + timedelta(days=days) if days <= (last - today).days else None


# ---- reading

_PARTS: Final[Mapping[Activity, tuple[str, ...]]] = {"goods": ("goods", "services"), "services": ("services",)}
"""What counts: all turnover towards the limit of sales, services towards their own (CGI 293 B I; 50-0 1)."""


def counted(desk: Desk, basis: Basis, activity: Activity, first: date, last: date, brought: int = 0) -> Counted:
    """Add up turnover without VAT by day, for one activity."""
    days: dict[str, int] = {}
    low, high = first.isoformat(), last.isoformat()
    if basis == "invoiced":
        for row in desk.view(PERIODS).rows("turnover", sort_from=low, sort_to=high):
            if row.body["nature"] in _PARTS[activity] and row.body["place"] not in ("EU", "WORLD"):
                days[row.sort] = days.get(row.sort, 0) + row.body["net"]
    else:
        for row in desk.view(TAKINGS).rows("day", sort_from=low, sort_to=high):
            cents = sum(row.body[f"net_{part}"] for part in _PARTS[activity])
            if activity == "goods":
                cents += row.body["unassigned"]
            days[row.sort] = days.get(row.sort, 0) + cents
    return Counted(tuple(sorted(days.items())), brought)


def limits_of(year: int, started_on: date | None) -> tuple[Limit, ...]:
    """Give the limits of a year that are known, those of a first year reduced to its days.

    The raised threshold of the VAT exemption is never reduced: it looks at the running year as it is.
    """
    made: list[Limit] = []
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return ()
    activities: tuple[Activity, ...] = ("goods", "services")
    exempt = reference("franchise", date(year, 1, 1))
    for activity in activities:
        found = franchise_thresholds(activity, year)
        if found is not None:
            base = reduced(found[0], started_on, year)
            made.append(Limit(f"vat_exemption_{activity}", activity, "invoiced", base, exempt))
            made.append(Limit(f"vat_exemption_raised_{activity}", activity, "invoiced", found[1], exempt))
    for activity in activities:
        ceiling = micro_ceiling(activity, year)
        if ceiling is not None:
            law = "CGI art. 50-0" if activity == "goods" else "CGI art. 50-0 et 102 ter"
            made.append(Limit(f"micro_{activity}", activity, "received", reduced(ceiling, started_on, year), law))
    return tuple(made)


# ---- the report

_COLUMNS: Final = (
    Column("threshold", "code", Words("Seuil", "Threshold")),
    Column("law", "text", Words("Texte", "Law")),
    Column("basis", "code", Words("Compté", "Counted")),
    Column("limit_cents", "cents", Words("Limite", "Limit")),
    Column("counted_cents", "cents", Words("Réalisé", "So far")),
    Column("left_cents", "cents", Words("Reste", "Left")),
    Column("share_bp", "bp", Words("Part", "Share")),
    Column("state", "code", Words("État", "State")),
    Column("crossed_on", "day", Words("Franchi le", "Passed on")),
    Column("ends_on", "day", Words("Fin du régime le", "Regime ends on")),
    Column("forecast_on", "day", Words("Franchi au rythme actuel le", "Passed at this pace on")),
    Column("year_end_cents", "cents", Words("Fin d'année au rythme actuel", "Year end at this pace")),
)
_YEAR: Final = Parameter("year", "count", Words("année civile", "calendar year"))
_STARTED: Final = Parameter("started_on", "day", Words("début d'activité", "first day of business"))
_BROUGHT: Final = (
    Parameter(
        "brought_goods_cents",
        "count",
        Words("ventes d'avant le registre, en centimes", "sales before the ledger, in cents"),
        "0",
    ),
    Parameter(
        "brought_services_cents", "count", Words("prestations d'avant, en centimes", "services before, in cents"), "0"
    ),
)
_NEAR_BP: Final = 8_000
"""From this share on, a threshold is `near`."""


def _year_of(desk: Desk, asked: Asked) -> int:
    return int(asked["year"]) if asked.get("year") else desk.today.year


def _brought(asked: Asked, activity: Activity) -> int:
    return sum(int(asked.get(f"brought_{part}_cents") or 0) for part in _PARTS[activity])


def _year_bounds(desk: Desk, year: int) -> tuple[date, date]:
    return date(year, 1, 1), min(date(year, 12, 31), max(desk.today, date(year, 1, 1)))


def _pace(desk: Desk, limit: Limit) -> tuple[int, int]:
    """Give the turnover of the last days, and how many they are."""
    first = desk.today - (PACE_DAYS - 1) * _DAY
    seen = counted(desk, limit.basis, limit.activity, first, desk.today)
    if not seen.days:
        return 0, 0
    begun = date.fromisoformat(desk.facts.opened_on[:10])
    return seen.total_cents, (desk.today - max(first, min(begun, date.fromisoformat(seen.days[0][0])))).days + 1


def _row(desk: Desk, asked: Asked, limit: Limit, year: int, started_on: date | None) -> dict[str, Any]:
    first, last = _year_bounds(desk, year)
    seen = counted(desk, limit.basis, limit.activity, first, last, _brought(asked, limit.activity))
    total, crossed = seen.total_cents, seen.crossed_on(limit.limit_cents)
    row: dict[str, Any] = {
        "key": limit.code,
        "seq": _last_seq(desk, limit, first, last),
        "threshold": limit.code,
        "law": limit.law,
        "basis": limit.basis,
        "limit_cents": limit.limit_cents,
        "counted_cents": total,
        "left_cents": limit.limit_cents - total,
        "state": "passed" if total > limit.limit_cents or crossed else "clear",
    }
    if limit.limit_cents:
        row["share_bp"] = div_half_up(total * 10_000, limit.limit_cents)
        if row["state"] == "clear" and total * 10_000 >= limit.limit_cents * _NEAR_BP:
            row["state"] = "near"
    if crossed is not None:
        row["crossed_on"] = crossed
    if year == desk.today.year:
        pace, days = _pace(desk, limit)
        on = forecast(limit.limit_cents, total, pace, days, desk.today)
        if on is not None and crossed is None:
            row["forecast_on"] = on.isoformat()
        if days:
            row["year_end_cents"] = total + div_half_up(pace * (date(year, 12, 31) - desk.today).days, days)
    ends = _ends(desk, limit, year, started_on, crossed)
    if ends is not None:
        row["ends_on"] = ends.isoformat()
    return row


def _ends(desk: Desk, limit: Limit, year: int, started_on: date | None, crossed: str | None) -> date | None:
    """Say when the regime ends, by what this one limit has seen."""
    on = date.fromisoformat(crossed) if crossed is not None else None
    if limit.code.startswith("vat_exemption_raised"):
        return franchise_ends(None, on)
    if limit.code.startswith("vat_exemption"):
        return franchise_ends(on, None)
    before = next((each for each in limits_of(year - 1, started_on) if each.code == limit.code), None)
    if before is None or not before.limit_cents:
        return None
    seen = counted(desk, limit.basis, limit.activity, *_year_bounds(desk, year - 1))
    return micro_ends(crossed is not None, seen.total_cents > before.limit_cents, year)


def _last_seq(desk: Desk, limit: Limit, first: date, last: date) -> int:
    name, table = (PERIODS, "turnover") if limit.basis == "invoiced" else (TAKINGS, "day")
    found = desk.view(name).rows(table, sort_from=first.isoformat(), sort_to=last.isoformat())
    return max((row.seq for row in found), default=0)


def _started(asked: Asked) -> date | None:
    return date.fromisoformat(asked["started_on"]) if asked.get("started_on") else None


def _thresholds(desk: Desk, asked: Asked) -> Table:
    year, started_on = _year_of(desk, asked), _started(asked)
    rows = [_row(desk, asked, each, year, started_on) for each in limits_of(year, started_on)]
    return finish(
        THRESHOLDS,
        desk,
        title=Words(f"Seuils de l'année {year}", f"Thresholds of {year}"),
        columns=_COLUMNS,
        rows=tuple(rows),
        totals={},
        notes=_notes(desk, asked, year),
        chart=Chart(
            "bars",
            "bp",
            tuple(row["threshold"] for row in rows),
            (Series(Words("Part de la limite", "Share of the limit"), tuple(row.get("share_bp", 0) for row in rows)),),
        ),
    )


def _notes(desk: Desk, asked: Asked, year: int) -> tuple[Words, ...]:
    notes = [
        Words(
            "Chiffre d'affaires HT de l'année civile. Franchise de TVA : facturé, opérations en France ; régime "
            f"micro : encaissé. Rythme : {PACE_DAYS} derniers jours. Seuils d'autres professions (avocats, auteurs, "
            "artistes) et de l'outre-mer non compris.",
            "Turnover without VAT of the calendar year. VAT exemption: invoiced, supplies in France; micro regime: "
            f"received. Pace: the last {PACE_DAYS} days. Other professions and overseas thresholds are not included.",
        )
    ]
    profile = desk.facts.profile
    if profile is not None and profile.vat_regime != "franchise":
        notes.append(
            Words(
                "Cette entreprise n'est pas en franchise : ces seuils sont donnés pour mémoire.",
                "This business does not use the VAT exemption: these thresholds are shown for the record.",
            )
        )
    opened = desk.facts.opened_on[:10]
    brought = any(_brought(asked, each) for each in ("goods",))
    if opened[:4] == str(year) and opened[5:] != "01-01" and not brought:
        notes.append(
            Words(
                f"Ce qui a été vendu avant l'ouverture du registre ({opened}) n'y est pas : donnez-le par "
                "brought_goods_cents et brought_services_cents.",
                f"What was sold before the ledger was opened ({opened}) is not in it: give it as "
                "brought_goods_cents and brought_services_cents.",
            )
        )
    if not limits_of(year, None):
        notes.append(Words(f"Seuils de {year} inconnus.", f"The thresholds of {year} are not known."))
    return tuple(notes)


def _shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    """Give the entries that count towards a limit, each with what it brought."""
    year = _year_of(desk, asked)
    limit = next((each for each in limits_of(year, _started(asked)) if each.code == key), None)
    if limit is None or column == "limit_cents":
        return None
    first, last = _year_bounds(desk, year)
    low, high = first.isoformat(), last.isoformat()
    shares: dict[int, int] = {}
    if limit.basis == "invoiced":
        for row in desk.view(PERIODS).rows("line", sort_from=low, sort_to=high):
            parts = row.body["parts"] if row.body["place"] not in ("EU", "WORLD") else ()
            cents = sum(base for _, _, nature, base, _ in parts if nature in _PARTS[limit.activity])
            if cents:
                shares[int(row.key)] = cents
    else:
        for row in desk.view(TAKINGS).rows("taking", sort_from=low, sort_to=high):
            if row.body["own"]:
                cents = sum(row.body[f"net_{part}"] for part in _PARTS[limit.activity])
                cents += row.body["unassigned"] if limit.activity == "goods" else 0
                if cents:
                    seq = row.body["seqs"][0]
                    shares[seq] = shares.get(seq, 0) + cents
    return dict(sorted(shares.items()))


def _explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return tuple(_shares(desk, asked, key, column) or ())


def _counted_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return _shares(desk, asked, key, column) if column == "counted_cents" and not _brought(asked, "goods") else None


THRESHOLDS: Final = Report(
    name="thresholds",
    question=Words(
        "Où en est-on des seuils, et quand seront-ils franchis ?",
        "How far off are the thresholds, and when will they be passed?",
    ),
    parameters=(_YEAR, _STARTED, *_BROUGHT),
    uses=(PERIODS, TAKINGS),
    make=_thresholds,
    explain=_explain,
    shares=_counted_shares,
)
"""VAT exemption and micro ceilings: so far, left, passed, forecast."""
