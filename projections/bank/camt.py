"""Reads ISO 20022 bank statements: camt.053 (statement) and camt.054 (notification), versions 01 to 14.

Elements are found by local name, as banks differ in version and prefix. Nothing outside the file is looked at: no
entity, no schema location, no network. Amounts come out as integer cents.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal

from lxml import etree

from ledger.kernel.frozen import frozen
from projections.bank.errors import StatementUnreadable
from projections.bank.means import means_of
from projections.bank.schema import check_schema

MOST_BYTES: Final = 50_000_000
MOST_LINES: Final = 100_000

_NAMESPACE: Final = re.compile(r"urn:(?:iso:std:iso:20022:tech|swift):xsd:(?:\$)?(camt\.05[34]\.001\.(\d\d))")
_AMOUNT: Final = re.compile(r"\d{1,13}(?:\.(\d{1,5}))?")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@frozen
class BankLine:
    """One movement on the account, as the bank tells it. Names and texts are personal: shown, and not kept.

    `key` is the same for the same movement in any file (docs/projections/bank.md); `rank` counts the lines of this
    file from 1.
    """

    rank: int
    key: str  # 64 hex
    amount_cents: int  # above zero, whatever the direction
    currency: str
    credit: bool
    returned: bool  # the bank takes something back: RvslInd, or a return reason
    booked: bool
    booked_on: str | None
    value_on: str | None
    means: str
    bank_reference: str | None
    end_to_end: str | None
    structured: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    payer: str | None = None
    reason: str | None = None  # of a return: the code of ISO 20022 (AC04, MD06 ...)

    @property
    def day(self) -> str | None:
        """The day on which the money counts: the value date, else the booking date."""
        return self.value_on or self.booked_on


@frozen
class Statement:
    """One statement or notification of a file."""

    message: str  # camt.053.001.08
    identifier: str
    account: str  # IBAN or the bank's own number
    currency: str | None
    from_on: str | None
    to_on: str | None
    lines: tuple[BankLine, ...]


@frozen
class StatementFile:
    """A file as read: its digest, its statements, and whether its schema was checked."""

    digest: str
    statements: tuple[Statement, ...]
    schema_checked: bool

    @property
    def lines(self) -> tuple[BankLine, ...]:
        """Every line of every statement, in order."""
        return tuple(line for each in self.statements for line in each.lines)


def read(data: bytes) -> StatementFile:
    """Read a file of statements.

    Raises:
        StatementUnreadable: too large, no XML, no camt.053 or camt.054, not of its schema, or a value that is none.
    """
    if len(data) > MOST_BYTES:
        raise StatementUnreadable("too_large", f"{len(data)} bytes")
    root = _parse(data)
    found = _NAMESPACE.fullmatch(etree.QName(root).namespace or "")
    if found is None or etree.QName(root).localname != "Document":
        raise StatementUnreadable("not_camt", "/")
    message = found[1]
    checked = check_schema(root, message)
    ranks = iter(range(1, MOST_LINES + 2))
    seen: Counter[str] = Counter()
    statements = tuple(
        _statement(each, message, ranks, seen)
        for each in root.iter()
        if isinstance(each.tag, str) and etree.QName(each).localname in ("Stmt", "Ntfctn")
    )
    if not statements:
        raise StatementUnreadable("no_statement", "/")
    return StatementFile(hashlib.sha256(data).hexdigest(), statements, checked)


def _parse(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None)
        raise StatementUnreadable("no_xml", f"line {line}" if line else "/") from None
    if root.getroottree().docinfo.doctype:
        raise StatementUnreadable("doctype", "/")
    return root


def _statement(node: Any, message: str, ranks: Iterator[int], seen: Counter[str]) -> Statement:
    account_node = _one(node, "Acct")
    account = _text(account_node, "Id/IBAN") or _text(account_node, "Id/Othr/Id") or ""
    if not account:
        raise StatementUnreadable("no_account", _place(node))
    lines: list[BankLine] = []
    for entry in _all(node, "Ntry"):
        for line in _lines(entry, account, ranks, seen):
            if line.rank > MOST_LINES:
                raise StatementUnreadable("too_many_lines", _place(entry))
            lines.append(line)
    return Statement(
        message=message,
        identifier=_text(node, "Id") or "",
        account=account.replace(" ", ""),
        currency=_text(account_node, "Ccy"),
        from_on=_day(_text(node, "FrToDt/FrDtTm"), node),
        to_on=_day(_text(node, "FrToDt/ToDtTm"), node),
        lines=tuple(lines),
    )


def _lines(entry: Any, account: str, ranks: Iterator[int], seen: Counter[str]) -> Iterator[BankLine]:
    """Give one line for an entry, or one for each of its transactions that has its own amount."""
    parts = [part for details in _all(entry, "NtryDtls") for part in _all(details, "TxDtls")]
    amounts = [_amount_of(part) for part in parts]
    if len(parts) > 1 and all(amount is not None for amount in amounts):
        total = sum(amount[0] for amount in amounts if amount is not None)
        whole = _money(_one(entry, "Amt"))
        if total != whole[0]:
            raise StatementUnreadable("parts_do_not_add_up", _place(entry))
        for part, amount in zip(parts, amounts, strict=True):
            yield _line(entry, part, amount or whole, account, ranks, seen)
        return
    only = parts[0] if len(parts) == 1 else None
    yield _line(entry, only, _money(_one(entry, "Amt")), account, ranks, seen)


def _line(
    entry: Any, part: Any, money: tuple[int, str], account: str, ranks: Iterator[int], seen: Counter[str]
) -> BankLine:
    cents, currency = money
    direction = (_text(part, "CdtDbtInd") if part is not None else None) or _text(entry, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise StatementUnreadable("no_direction", _place(entry))
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK"
    booked_on = _day(_text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm"), entry)
    value_on = _day(_text(entry, "ValDt/Dt") or _text(entry, "ValDt/DtTm"), entry)
    bank_reference = (_text(part, "Refs/AcctSvcrRef") if part is not None else None) or _text(entry, "AcctSvcrRef")
    end_to_end = _text(part, "Refs/EndToEndId") if part is not None else None
    if end_to_end == "NOTPROVIDED":
        end_to_end = None
    structured, texts = _remittance(part if part is not None else entry)
    reason = _text(part, "RtrInf/Rsn/Cd") if part is not None else None
    told = "|".join(
        (account.replace(" ", ""), bank_reference or "", end_to_end or "", str(cents), currency, direction,
         value_on or booked_on or "", "" if bank_reference or end_to_end else " ".join((*structured, *texts)))
    )  # fmt: skip
    seen[told] += 1
    key = hashlib.sha256(f"sceau-bank-line/1|{told}|{seen[told]}".encode()).hexdigest()
    return BankLine(
        rank=next(ranks),
        key=key,
        amount_cents=cents,
        currency=currency,
        credit=direction == "CRDT",
        returned=_text(entry, "RvslInd") == "true" or reason is not None or _all_local(part, "RtrInf"),
        booked=status == "BOOK",
        booked_on=booked_on,
        value_on=value_on,
        means=means_of(_code(part, entry)),
        bank_reference=bank_reference,
        end_to_end=end_to_end,
        structured=structured,
        texts=texts,
        payer=_party(part, direction),
        reason=reason,
    )


def _remittance(node: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    structured: list[str] = []
    texts: list[str] = []
    for info in _descend(node, "RmtInf"):
        texts += [text for each in _all(info, "Ustrd") if (text := (each.text or "").strip())]
        for one in _all(info, "Strd"):
            reference = _text(one, "CdtrRefInf/Ref")
            if reference:
                structured.append(reference)
            texts += [text for each in _all(one, "AddtlRmtInf") if (text := (each.text or "").strip())]
            texts += [text for each in _all(one, "RfrdDocInf") if (text := _text(each, "Nb"))]
    for name in ("AddtlTxInf", "AddtlNtryInf"):
        said = _text(node, name)
        if said:
            texts.append(said)
    return tuple(structured), tuple(texts)


def _party(part: Any, direction: str) -> str | None:
    side: Literal["Dbtr", "Cdtr"] = "Dbtr" if direction == "CRDT" else "Cdtr"
    if part is None:
        return None
    for path in (f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm", f"RltdPties/Ultmt{side}/Nm",
                 f"RltdPties/Ultmt{side}/Pty/Nm"):  # fmt: skip
        name = _text(part, path)
        if name:
            return name
    return None


def _code(part: Any, entry: Any) -> tuple[str, str, str]:
    for node in (part, entry):
        code = None if node is None else _one_or_none(node, "BkTxCd")
        domain = None if code is None else _text(code, "Domn/Cd")
        if domain:
            return domain, _text(code, "Domn/Fmly/Cd") or "", _text(code, "Domn/Fmly/SubFmlyCd") or ""
    return "", "", ""


def _amount_of(part: Any) -> tuple[int, str] | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        node = _at(part, path)
        if node is not None:
            return _money(node)
    return None


def _money(node: Any) -> tuple[int, str]:
    text, currency = (node.text or "").strip(), node.get("Ccy") or ""
    found = _AMOUNT.fullmatch(text)
    if found is None or not _CURRENCY.fullmatch(currency) or (found[1] or "")[2:].strip("0"):
        raise StatementUnreadable("amount", _place(node))
    whole, _, part = text.partition(".")
    cents = int(whole) * 100 + int((part[:2]).ljust(2, "0"))
    return cents, currency


def _day(text: str | None, node: Any) -> str | None:
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise StatementUnreadable("day", _place(node))
    return found[1]


# --- the tree, by local names


def _all(node: Any, name: str) -> list[Any]:
    return [] if node is None else [
        each for each in node if isinstance(each.tag, str) and etree.QName(each).localname == name
    ]  # fmt: skip


def _descend(node: Any, name: str) -> Iterator[Any]:
    return (each for each in node.iter() if isinstance(each.tag, str) and etree.QName(each).localname == name)


def _all_local(node: Any, name: str) -> bool:
    return bool(_all(node, name))


def _one_or_none(node: Any, name: str) -> Any:
    return next(iter(_all(node, name)), None)


def _one(node: Any, name: str) -> Any:
    found = _one_or_none(node, name)
    if found is None:
        raise StatementUnreadable("missing", f"{_place(node)}/{name}")
    return found


def _at(node: Any, path: str) -> Any:
    for name in path.split("/"):
        node = _one_or_none(node, name)
        if node is None:
            return None
    return node


def _text(node: Any, path: str) -> str | None:
    found = None if node is None else _at(node, path)
    text = None if found is None else (found.text or "").strip()
    return text or None


def _place(node: Any) -> str:
    return f"line {node.sourceline}" if node.sourceline else "/"
