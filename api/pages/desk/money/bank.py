"""Bank statements: sent, each line proposed with its reason, ticked by a person, recorded once.

The file is not kept between the two steps: the form carries it, compressed, and nothing of it stays here
(`api/bank.py` says what is recorded of it).
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from api.bank import Bank, Reading, Recorded
from api.http.call import Answer
from api.pages.desk.money.common import ACT, get, post, show
from api.pages.desk.money.words import Words
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from ledger.domain.refusals import Refusal
from projections.bank.camt import MOST_BYTES
from projections.bank.errors import WORDS, StatementUnreadable
from projections.bank.matching import Proposal

SECTION: Final = "bank"
FORM_BYTES: Final = 64 * 1024 * 1024
_ONE_AT_A_TIME: Final = Lock()  # a large file takes hundreds of megabytes
_SHOWN: Final = 2_000
_FIRST: Final = ("certain", "likely", "ambiguous", "returned", "unknown", "seen", "recorded", "pending", "paid_out")


def bank(visit: Visit) -> Answer:
    """Show where a statement is sent."""
    visit.query()
    return show(visit, "bank.html", SECTION, wrong=None)


def read(visit: Visit) -> Answer:
    """Read a statement and propose; or record what was ticked."""
    if visit.form.text("act") == "do":
        return _apply(visit)
    files = visit.form.files.get("statement") or []
    data = files[0].body if files else b""
    if not data:
        words = visit.say("Choisissez le fichier que votre banque vous donne.")
        return _refused(visit, Wrong(words, None, "FILE_MISSING", {"statement": words}))
    return _proposed(visit, data)


def _proposed(visit: Visit, data: bytes) -> Answer:
    with _ONE_AT_A_TIME:
        try:
            found = Bank(visit.context.service, visit.context.engine).read(visit.ledger.ledger, data)
        except StatementUnreadable as unreadable:
            return _refused(visit, _unreadable(visit, unreadable))
    if isinstance(found, Refusal):
        return _refused(visit, of_refusal(found, visit.language))
    return _lines(visit, data, found, {})


def _apply(visit: Visit) -> Answer:
    data = _carried(visit.form.text("file"))
    if data is None:
        words = visit.say("Le fichier n'est plus là : envoyez-le de nouveau.")
        return _refused(visit, Wrong(words, None, "FILE_MISSING", {"statement": words}))
    chosen: dict[int, str] = {}
    for name, value in visit.form:
        head, _, rank = name.partition("-")
        if head == "choose" and value.strip() and rank.isascii() and rank.isdigit() and len(rank) <= 6:
            chosen[int(rank)] = value.strip()
    with _ONE_AT_A_TIME:
        work = Bank(visit.context.service, visit.context.engine)
        try:
            done = work.apply(visit.ledger.ledger, data, actor=visit.actor, chosen=chosen)
        except StatementUnreadable as unreadable:
            return _refused(visit, _unreadable(visit, unreadable))
        if isinstance(done, Refusal):
            wrong = of_refusal(done, visit.language)
            again = work.read(visit.ledger.ledger, data)
            if isinstance(again, Refusal):
                return _refused(visit, wrong)
            return _lines(visit, data, again, {}, wrong=wrong)
    recorded = {each.rank: each for each in done.recorded}
    return _lines(visit, data, done.reading, recorded, applied=True)


def _carried(text: str) -> bytes | None:
    """Unpack the file that the form carries, never more than a statement may be."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(b64decode(text, validate=True), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        return None
    return data if data and len(data) <= MOST_BYTES else None


def _unreadable(visit: Visit, unreadable: StatementUnreadable) -> Wrong:
    both = WORDS.get(unreadable.fault)
    words = unreadable.fault if both is None else both[0 if visit.language == "fr" else 1]
    return Wrong(words, None, "STATEMENT_UNREADABLE", {"statement": words})


def _refused(visit: Visit, wrong: Wrong) -> Answer:
    return show(visit, "bank.html", SECTION, wrong.status, wrong=wrong)


def _lines(
    visit: Visit,
    data: bytes,
    reading: Reading,
    recorded: Mapping[int, Recorded],
    *,
    applied: bool = False,
    wrong: Wrong | None = None,
) -> Answer:
    word = Words(visit)
    every = sorted(reading.proposals, key=lambda each: (_FIRST.index(each.verdict), each.line.rank))
    lines = [_line(visit, word, each, recorded.get(each.line.rank)) for each in every[:_SHOWN]]
    counts: dict[str, int] = {}
    for each in reading.proposals:
        counts[each.verdict] = counts.get(each.verdict, 0) + 1
    statement = reading.file.statements[0]
    return show(
        visit,
        "bank_lines.html",
        SECTION,
        200 if wrong is None else wrong.status,
        lines=lines,
        applied=applied,
        account=statement.account[-4:],
        from_on=statement.from_on,
        to_on=statement.to_on,
        more=len(every) - len(lines),
        file="" if applied else b64encode(zlib.compress(data, 6)).decode(),
        wrong=wrong,
        certain=counts.get("certain", 0) + counts.get("returned", 0),
        choosable=any(one["choices"] for one in lines),
        done=sum(1 for each in recorded.values() if each.refusal is None),
    )


def _line(visit: Visit, word: Words, told: Proposal, done: Recorded | None) -> dict[str, Any]:
    line = told.line
    parts = [
        {
            "number": part.number,
            "amount_cents": part.amount_cents,
            "path": visit.at(f"/{'invoices' if part.kind == 'invoice' else 'deposits'}/{part.about}"),
        }
        for part in told.parts
    ]
    numbers = list(dict.fromkeys([*(part.number for part in told.parts), *told.others]))
    choices = numbers if told.verdict in ("likely", "ambiguous") and line.credit else []
    path = None
    if done is not None and done.refusal is None:
        path = visit.at(f"/payments/{done.payment or done.reversed_payment}")
    elif told.verdict == "recorded":
        path = visit.at(f"/payments/{told.payment}")
    return {
        "rank": line.rank,
        "on": line.day,
        "cents": line.amount_cents if line.credit else -line.amount_cents,
        "currency": line.currency,
        "payer": line.payer or "",
        "texts": " ".join(line.texts)[:200],
        "parts": parts,
        "verdict": told.verdict,
        "words": word(f"verdict/{told.verdict}"),
        "why": word(f"why/{told.why}"),
        "tone": {"certain": "good", "likely": "info", "ambiguous": "warn", "returned": "bad"}.get(told.verdict, ""),
        "choices": choices,
        "path": path,
        "reason": line.reason or "",
        "free": told.verdict == "unknown" and line.credit,
        "trouble": None
        if done is None or done.refusal is None
        else (done.refusal.words if visit.language == "fr" else done.refusal.words_en),
        "flags": [word(f"flag/{code}") for code in done.flags] if done is not None else [],
    }


PAGES: Final[tuple[Page, ...]] = (
    get("/bank", bank, ACT, "Envoyer un relevé bancaire."),
    post("/bank", read, ACT, "Lire un relevé, puis enregistrer ce qui est coché.", FORM_BYTES),
)
