"""Writes camt files for tests, as banks do: valid by the official XSD of their version."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

IBAN = "FR7630006000011234567890189"


@dataclass(frozen=True)
class Tx:
    """One transaction of an entry."""

    amount: str = "120.00"
    end_to_end: str | None = None
    structured: str | None = None
    text: str | None = None
    payer: str | None = None
    bank_reference: str | None = None
    reason: str | None = None
    with_amount: bool = True


@dataclass(frozen=True)
class Ntry:
    """One entry of a statement."""

    amount: str = "120.00"
    currency: str = "EUR"
    credit: bool = True
    booked: str = "2026-03-05"
    value: str | None = "2026-03-05"
    status: str = "BOOK"
    family: str = "RCDT"
    bank_reference: str | None = None
    reversal: bool = False
    parts: tuple[Tx, ...] = field(default_factory=tuple)


def camt(
    *entries: Ntry, version: str = "08", message: str = "053", account: str = IBAN, identifier: str = "REL-1"
) -> bytes:
    """Write one statement (053) or notification (054)."""
    new = int(version) >= 4
    kind, top = ("Stmt", "BkToCstmrStmt") if message == "053" else ("Ntfctn", "BkToCstmrDbtCdtNtfctn")
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-03-05</Dt></Dt></Bal>"
        if message == "053"
        else ""
    )
    body = "".join(_entry(each, int(version), new=new) for each in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"><{top}>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-05T20:00:00+01:00</CreDtTm></GrpHdr>"
        f"<{kind}><Id>{identifier}</Id><CreDtTm>2026-03-05T20:00:00+01:00</CreDtTm>"
        f"<FrToDt><FrDtTm>2026-03-05T00:00:00+01:00</FrDtTm><ToDtTm>2026-03-05T23:59:59+01:00</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance}{body}</{kind}></{top}></Document>"
    ).encode()


def _entry(each: Ntry, version: int, *, new: bool) -> str:
    status = f"<Sts><Cd>{each.status}</Cd></Sts>" if version >= 8 else f"<Sts>{each.status}</Sts>"
    reference = f"<AcctSvcrRef>{each.bank_reference}</AcctSvcrRef>" if each.bank_reference else ""
    value = f"<ValDt><Dt>{each.value}</Dt></ValDt>" if each.value else ""
    reversal = "<RvslInd>true</RvslInd>" if each.reversal else ""
    sub = "ESCT"
    code = f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{each.family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    details = "".join(_tx(part, each, version, new=new) for part in each.parts)
    return (
        f'<Ntry><Amt Ccy="{each.currency}">{each.amount}</Amt><CdtDbtInd>{_direction(each)}</CdtDbtInd>'
        f"{reversal}{status}"
        f"<BookgDt><Dt>{each.booked}</Dt></BookgDt>{value}{reference}{code}"
        f"{f'<NtryDtls>{details}</NtryDtls>' if details else ''}</Ntry>"
    )


def _direction(each: Ntry) -> str:
    return "CRDT" if each.credit else "DBIT"


def _tx(part: Tx, entry: Ntry, version: int, *, new: bool) -> str:
    account = f"<AcctSvcrRef>{part.bank_reference}</AcctSvcrRef>" if part.bank_reference else ""
    references = f"<Refs>{account}<EndToEndId>{part.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
    money = f'<Amt Ccy="{entry.currency}">{part.amount}</Amt>'
    if not part.with_amount:
        amount = ""
    elif new:
        amount = f"{money}<CdtDbtInd>{_direction(entry)}</CdtDbtInd>"
    else:
        amount = f"<AmtDtls><TxAmt>{money}</TxAmt></AmtDtls>"
    side = "Dbtr" if entry.credit else "Cdtr"
    named = f"<Nm>{escape(part.payer)}</Nm>" if part.payer else ""
    party = f"<Pty>{named}</Pty>" if version >= 8 else named
    parties = f"<RltdPties><{side}>{party}</{side}></RltdPties>" if part.payer else ""
    free = f"<Ustrd>{escape(part.text)}</Ustrd>" if part.text else ""
    strict = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{part.structured}</Ref></CdtrRefInf></Strd>"
        if part.structured
        else ""
    )
    remittance = f"<RmtInf>{free}{strict}</RmtInf>" if free or strict else ""
    returned = f"<RtrInf><Rsn><Cd>{part.reason}</Cd></Rsn></RtrInf>" if part.reason else ""
    return f"<TxDtls>{references}{amount}{parties}{remittance}{returned}</TxDtls>"
