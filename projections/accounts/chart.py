"""The chart of accounts: which number and label an account of the book has, and which journal a move goes to.

A chart is a data file (`charts/fr-pcg.toml` is the one we ship; anybody may write another). Rules are read in order
and the first that matches holds, so that the particular stands before the general. Whoever loads a chart gets it whole
or a `Fault` in words; a loaded chart answers for every posting there can be. docs/projections/journals.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, get_args

from ledger.domain.types import CustomerKind, Means, Nature, SupplyPlace, VatCategory
from ledger.kernel.frozen import frozen
from projections.accounts.fault import Fault, read_toml, text_of, unknown
from projections.book.posting import Account, Cause, DueBy, Posting

DEFAULT: Final = "fr-pcg"
"""The chart that is used unless another file is given."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{2}[0-9A-Z]{0,13}")
_JOURNAL: Final = re.compile(r"[A-Z0-9]{1,6}")

_CONDITIONS: Final[Mapping[str, frozenset[str]]] = {
    "nature": frozenset(get_args(Nature)),
    "category": frozenset(get_args(VatCategory)),
    "means": frozenset(get_args(Means)),
    "due_by": frozenset(get_args(DueBy)),
    "supply_place": frozenset(get_args(SupplyPlace)),
    "customer_kind": frozenset(get_args(CustomerKind)),
    "cause": frozenset(get_args(Cause)),
}
"""The conditions of a rule that name codes, and the codes there are."""

_OF_RULE: Final = frozenset({"for", "number", "label", "source", "auxiliary", "rate_bp", "from", "to", *_CONDITIONS})
_OF_JOURNAL: Final = frozenset({"code", "label", "causes", "means", "accounts"})


@frozen
class Numbered:
    """An account as the accountant knows it; `auxiliary` where each customer has an account of their own below it."""

    number: str
    label: str
    auxiliary: bool = False


@frozen
class Rule:
    """One row of the chart: an account of the book and conditions; empty conditions always hold."""

    account: str
    numbered: Numbered
    codes: Mapping[str, frozenset[str]]
    rates_bp: frozenset[int]
    from_on: str | None
    to_on: str | None

    @property
    def unconditional(self) -> bool:
        """Whether it holds for every posting of its account."""
        return not self.codes and not self.rates_bp and self.from_on is None and self.to_on is None

    def holds(self, posting: Posting, on: str) -> bool:
        """Whether it is about this posting, in an entry of this day."""
        if self.from_on is not None and on < self.from_on:
            return False
        if self.to_on is not None and on > self.to_on:
            return False
        if self.rates_bp and posting.rate_bp not in self.rates_bp:
            return False
        return all(getattr(posting, name) in known for name, known in self.codes.items())


@frozen
class Journal:
    """One journal: the causes, means or accounts of the moves that go to it; without any, it takes what is left."""

    code: str
    label: str
    causes: frozenset[str]
    means: frozenset[str]
    accounts: frozenset[str]

    @property
    def unconditional(self) -> bool:
        """Whether it takes every move."""
        return not self.causes and not self.means and not self.accounts

    def takes(self, cause: str, means: frozenset[str], accounts: frozenset[str]) -> bool:
        """Whether a move goes to it: money that passes from one means to another is of no single journal."""
        if self.causes and cause not in self.causes:
            return False
        if self.means and not (len(means) == 1 and means <= self.means):
            return False
        return not self.accounts or bool(accounts & self.accounts)


class Chart:
    """A chart of accounts, whole: made by `load_chart`."""

    def __init__(self, name: str, title: str, source: str, rules: Sequence[Rule], journals: Sequence[Journal]) -> None:
        """Keep what a file says, checked."""
        self.name = name
        self.title = title
        self.source = source
        self.journals = tuple(journals)
        self._by_account: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_account.setdefault(rule.account, []).append(rule)
        self._dated = any(rule.from_on or rule.to_on for rule in rules)
        self._known: dict[tuple[Any, ...], Numbered] = {}
        self._taken: dict[tuple[str, frozenset[str], frozenset[str]], Journal] = {}

    def numbers(self) -> list[Numbered]:
        """Every account of the chart once, by number."""
        found = {rule.numbered.number: rule.numbered for rules in self._by_account.values() for rule in rules}
        return [found[number] for number in sorted(found)]

    def numbered(self, posting: Posting, on: str, account: Account | None = None) -> Numbered:
        """Give the account of a posting in an entry dated `on`; `account` stands in for the posting's own."""
        key = (
            account or posting.account, posting.nature, posting.category, posting.rate_bp, posting.means,
            posting.due_by, posting.supply_place, posting.customer_kind, posting.cause, on if self._dated else "",
        )  # fmt: skip
        found = self._known.get(key)
        if found is None:
            found = self._look_up(posting, on, account or posting.account)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = found
        return found

    def journal(self, cause: str, means: frozenset[str], accounts: frozenset[str]) -> Journal:
        """Give the journal of a move, by its cause, the means of its money and its accounts."""
        key = (cause, means, accounts)
        found = self._taken.get(key)
        if found is None:
            found = next(journal for journal in self.journals if journal.takes(cause, means, accounts))
            if len(self._taken) < _MOST_KNOWN:
                self._taken[key] = found
        return found

    def _look_up(self, posting: Posting, on: str, account: Account) -> Numbered:
        return next(rule.numbered for rule in self._by_account[account] if rule.holds(posting, on))


_MOST_KNOWN: Final = 100_000


@cache
def shipped_chart(name: str = DEFAULT) -> Chart:
    """Give a chart that comes with the software."""
    chart = load_chart((files("projections.accounts.charts") / f"{name}.toml").read_bytes())
    if isinstance(chart, Fault):
        raise AssertionError(f"the shipped chart {name} is at fault at {chart.place}: {chart.en}")
    return chart


def load_chart(data: bytes) -> Chart | Fault:
    """Read a chart from the bytes of its file, or say what is wrong with it and where."""
    read = read_toml(data)
    if isinstance(read, Fault):
        return read
    wrong = unknown("", read, frozenset({"chart", "accounts", "journals"}))
    head = read.get("chart")
    if wrong is not None:
        return wrong
    if not isinstance(head, dict):
        return Fault("chart", "la table [chart] manque", "the table [chart] is missing")
    wrong = unknown("chart", head, frozenset({"name", "title", "source"}))
    said = [text_of("chart", head, name) for name in ("name", "title", "source")]
    for one in (wrong, *said):
        if isinstance(one, Fault):
            return one
    journals = _journals(read.get("journals"))
    if isinstance(journals, Fault):
        return journals
    rules = _rules(read.get("accounts"))
    if isinstance(rules, Fault):
        return rules
    title, of, name = (str(head[member]) for member in ("title", "source", "name"))
    return Chart(name, title, of, rules, journals)


def _rules(listed: Any) -> list[Rule] | Fault:
    if not _is_tables(listed):
        return Fault("accounts", "au moins une table [[accounts]] est attendue", "at least one [[accounts]] is wanted")
    rules: list[Rule] = []
    labels: dict[str, Numbered] = {}
    ended: set[str] = set()
    for rank, members in enumerate(listed):
        place = f"accounts[{rank}]"
        rule = _rule(place, members)
        if isinstance(rule, Fault):
            return rule
        if rule.account in ended:
            return Fault(
                place,
                f"cette règle ne sert jamais : une règle sans condition pour « {rule.account} » la précède",
                f"this rule is never reached: one without conditions for {rule.account!r} stands before it",
            )
        known = labels.setdefault(rule.numbered.number, rule.numbered)
        if known != rule.numbered:
            number = rule.numbered.number
            return Fault(
                place,
                f"le compte {number} porte déjà un autre libellé, ou un autre choix d'auxiliaires",
                f"account {number} has another label already, or another choice of auxiliary accounts",
            )
        if rule.unconditional:
            ended.add(rule.account)
        rules.append(rule)
    for account in get_args(Account):
        if account not in ended:
            return Fault(
                "accounts",
                f"il manque pour « {account} » une dernière règle sans condition",
                f"a last rule without conditions is missing for {account!r}",
            )
    return rules


def _rule(place: str, members: Mapping[str, Any]) -> Rule | Fault:
    wrong = unknown(place, members, _OF_RULE)
    if wrong is not None:
        return wrong
    account = members.get("for")
    if not isinstance(account, str) or account not in get_args(Account):
        names = ", ".join(get_args(Account))
        return Fault(f"{place}.for", f"l'un de : {names}", f"one of: {names}")
    number = members.get("number")
    if not isinstance(number, str) or _NUMBER.fullmatch(number) is None:
        return Fault(
            f"{place}.number",
            "un numéro de compte : trois chiffres au moins (A47 A-1), 16 caractères au plus",
            "an account number: three digits at least (A47 A-1), 16 characters at most",
        )
    label = text_of(place, members, "label", 100)
    if isinstance(label, Fault):
        return label
    auxiliary = members.get("auxiliary", False)
    if not isinstance(auxiliary, bool):
        return Fault(f"{place}.auxiliary", "true ou false", "true or false")
    codes: dict[str, frozenset[str]] = {}
    for name, known in _CONDITIONS.items():
        found = _codes(f"{place}.{name}", members.get(name), known)
        if isinstance(found, Fault):
            return found
        if found:
            codes[name] = found
    rates = _rates(f"{place}.rate_bp", members.get("rate_bp"))
    if isinstance(rates, Fault):
        return rates
    days = [_day(f"{place}.{name}", members.get(name)) for name in ("from", "to")]
    for day in days:
        if isinstance(day, Fault):
            return day
    first, last = (day if isinstance(day, str) else None for day in days)
    return Rule(account, Numbered(number, label, auxiliary), codes, rates, first, last)


def _journals(listed: Any) -> list[Journal] | Fault:
    if not _is_tables(listed):
        return Fault("journals", "au moins une table [[journals]] est attendue", "at least one [[journals]] is wanted")
    journals: list[Journal] = []
    for rank, members in enumerate(listed):
        place = f"journals[{rank}]"
        wrong = unknown(place, members, _OF_JOURNAL)
        if wrong is not None:
            return wrong
        code = members.get("code")
        if not isinstance(code, str) or _JOURNAL.fullmatch(code) is None:
            return Fault(
                f"{place}.code", "1 à 6 capitales ou chiffres sont attendus", "1 to 6 capitals or digits are wanted"
            )
        if any(journal.code == code for journal in journals):
            return Fault(f"{place}.code", f"le journal {code} est déjà là", f"journal {code} is there already")
        label = text_of(place, members, "label", 100)
        if isinstance(label, Fault):
            return label
        found = [
            _codes(f"{place}.{name}", members.get(name), known)
            for name, known in (
                ("causes", _CONDITIONS["cause"]),
                ("means", _CONDITIONS["means"]),
                ("accounts", frozenset(get_args(Account))),
            )
        ]
        for one in found:
            if isinstance(one, Fault):
                return one
        causes, means, accounts = (one if not isinstance(one, Fault) else frozenset[str]() for one in found)
        journals.append(Journal(code, label, causes, means, accounts))
    if not journals[-1].unconditional or any(journal.unconditional for journal in journals[:-1]):
        return Fault(
            "journals",
            "le dernier journal, et lui seul, est sans condition : il prend ce qui reste",
            "the last journal, and it alone, has no condition: it takes what is left",
        )
    return journals


def _is_tables(listed: Any) -> bool:
    return isinstance(listed, list) and bool(listed) and all(isinstance(one, dict) for one in listed)


def _codes(place: str, value: Any, known: Iterable[str]) -> frozenset[str] | Fault:
    if value is None:
        return frozenset()
    listed = [value] if isinstance(value, str) else value
    names = sorted(known)
    if not isinstance(listed, list) or not listed or any(one not in names for one in listed):
        shown = ", ".join(names)
        return Fault(place, f"un ou plusieurs de : {shown}", f"one or more of: {shown}")
    return frozenset(listed)


def _rates(place: str, value: Any) -> frozenset[int] | Fault:
    if value is None:
        return frozenset()
    listed = value if isinstance(value, list) else [value]
    if not listed or any(type(one) is not int or not 0 <= one <= 10_000 for one in listed):
        return Fault(
            place,
            "un taux en points de base (2000 pour 20 %), ou une liste de taux",
            "a rate in basis points (2000 for 20 %), or a list of rates",
        )
    return frozenset(listed)


def _day(place: str, value: Any) -> str | Fault | None:
    if value is None:
        return None
    if type(value) is date:
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return Fault(place, "un jour AAAA-MM-JJ est attendu", "a day YYYY-MM-DD is wanted")
