"""What must hold of the book, whatever was sold: compared with the domain's own states and the ledger's closures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from projections.book.posting import Posting
from projections.engine.contract import Entry
from tests.domain.world import FixedWorld

TAX = ("vat_collected", "vat_waiting", "vat_on_advances")


def balance_differences(found: Sequence[Posting]) -> list[str]:
    """Each move balances, keeps its bases, and shares what a move shares; each line says something."""
    wrong = []
    moves: dict[tuple[int, int], list[Posting]] = defaultdict(list)
    for each in found:
        moves[each.seq, each.move].append(each)
    for place, lines in moves.items():
        if sum(each.amount_cents for each in lines):
            wrong.append(f"move {place} does not balance: {lines}")
        if len({(e.cause, e.document, e.settles, e.on, e.currency, e.customer, e.day) for e in lines}) != 1:
            wrong.append(f"move {place} is two: {lines}")
        if [each.rank for each in lines] != list(range(1, len(lines) + 1)):
            wrong.append(f"move {place} counts its lines wrongly")
        bases: Counter[tuple[Any, ...]] = Counter()
        for each in lines:
            key = (each.category, each.rate_bp, each.exemption, each.nature)
            if each.account in TAX:
                bases[key] += each.base_cents
            elif each.account == "sales":
                bases[key] -= each.base_cents
                assert each.base_cents == each.amount_cents
            else:
                assert not each.base_cents
                assert each.category is None
            assert (each.due_by is not None) == (each.account == "vat_collected")
            assert (each.means is not None) == (each.account in ("bank", "provider")) or each.cause == "payout"
            assert each.amount_cents or each.base_cents
        if any(bases.values()):
            wrong.append(f"move {place} loses a base: {+bases} {-bases}: {lines}")
    for seq in {seq for seq, _ in moves}:
        numbers = sorted(move for s, move in moves if s == seq)
        if numbers != list(range(1, len(numbers) + 1)):
            wrong.append(f"entry {seq} counts its moves wrongly: {numbers}")
    return wrong


def state_differences(world: FixedWorld, found: Sequence[Posting]) -> list[str]:
    """Clients, advances and waiting VAT are what the domain's states say."""
    wrong = []
    client: Counter[str] = Counter()
    advances: Counter[str] = Counter()
    waiting: Counter[tuple[str, Any, Any, Any]] = Counter()
    due: Counter[str] = Counter()
    given_up: Counter[str] = Counter()
    debits = world.last(ProfileSet).debits_option
    for each in found:
        settles = each.settles or "nothing"
        if each.account == "client":
            client[settles] += each.amount_cents
        elif each.account == "advances":
            advances[settles] += each.amount_cents
        elif each.account in ("bad_debt", "early_discount"):
            given_up[settles] += each.amount_cents
        elif each.account == "vat_waiting":
            waiting[settles, each.category, each.rate_bp, each.nature] += each.base_cents + each.amount_cents
            due[settles] += each.base_cents + each.amount_cents
    invoices = dict.fromkeys(e.stream.partition(":")[2] for e in world.log if e.stream.startswith("invoice:"))
    for invoice in invoices:
        state = world.state(INVOICE, invoice)
        assert state is not None
        document = state.issued
        if document.kind == "deposit":
            if client[f"invoice:{invoice}"]:
                wrong.append(f"{invoice}: a deposit invoice has a balance")
            continue
        notes = [world.state(CREDIT_NOTE, each) for each in state.credit_notes]
        back = sum(each.refund_cents - each.refunded_cents for each in notes if each is not None)
        settled = state.settled_cents + state.early_discount_cents + state.written_off_cents
        expected = document.due_cents - state.paid_cents - settled - back
        if client[f"invoice:{invoice}"] != expected:
            wrong.append(f"{invoice}: client {client[f'invoice:{invoice}']}, expected {expected}")
        lost = given_up[f"invoice:{invoice}"]
        if not lost and expected <= 0:
            late = {key: cents for key, cents in waiting.items() if key[0] == f"invoice:{invoice}" and cents}
            if late:
                wrong.append(f"{invoice}: paid, and VAT waits: {late}")
        waits = -due[f"invoice:{invoice}"]
        # What was credited is a sale no more (CGI 272): no VAT of it waits, even where its client owes money again,
        # because a payment was moved away after the refund that a credit note promised was paid.
        unpaid = min(max(0, expected) + lost, state.creditable_cents)
        positive = all(row.base_cents >= row.goods_base_cents >= 0 for row in document.vat)
        if positive and waits > unpaid:
            wrong.append(f"{invoice}: more waits {waits} than {unpaid} is not paid of what stands")
        late_goods = {k: c for k, c in waiting.items() if k[0] == f"invoice:{invoice}" and k[3] == "goods" and c}
        if late_goods:
            wrong.append(f"{invoice}: VAT on goods waits for no day: {late_goods}")
        services = document.vat_on in ("receipt", "none") and not debits
        plain = services and positive and not any(row.goods_base_cents for row in document.vat)
        if plain and waits != unpaid:
            wrong.append(f"{invoice}: {waits} waits where {unpaid} is not paid of what stands")
    for deposit in dict.fromkeys(e.stream.partition(":")[2] for e in world.log if e.stream.startswith("deposit:")):
        held = world.state(DEPOSIT, deposit)
        assert held is not None
        if -advances[f"deposit:{deposit}"] != held.available_cents:
            wrong.append(f"{deposit}: advances {advances[f'deposit:{deposit}']}, held {held.available_cents}")
        owed = held.indemnity_asked_cents - held.indemnity_paid_cents
        if -client[f"deposit:{deposit}"] != owed:
            wrong.append(f"{deposit}: owed on top {client[f'deposit:{deposit}']}, expected {owed}")
    return wrong


def provider_differences(entries: Iterable[Entry], found: Iterable[Posting]) -> list[str]:
    """What stands at providers is what they collected, less what went back of it, less what they paid out."""
    said: Counter[str] = Counter()
    through: dict[str, str] = {}  # the currency of each payment that came through a provider
    for each in entries:
        body = each.body
        match each.type:
            case "payment.received/1" if "provider" in body:
                through[each.about] = body["currency"]
                said[body["currency"]] += body["amount_cents"]
            case "payment.reversed/1" if each.about in through:
                said[through[each.about]] -= body["amount_cents"]
            case "refund.paid/1" if "provider" in body:
                said[body["currency"]] -= body["amount_cents"]
            case "provider.paid_out/1":
                said[body["currency"]] -= body["gross_cents"]
            case "provider.payout_returned/1":
                said[body["currency"]] += body["amount_cents"]
    stands: Counter[str] = Counter()
    for posting in found:
        if posting.account == "provider":
            stands[posting.currency] += posting.amount_cents
    return _unequal("provider", said, stands)


def closure_differences(closed: Sequence[PeriodClosed], found: Sequence[Posting]) -> list[str]:
    """Each day's turnover per rate, money by means and advances are what its closure sums."""
    wrong = []
    for day in (each for each in closed if each.period == "day"):
        mine = [each for each in found if day.first_seq <= each.seq <= day.last_seq]
        assert all(each.day == day.from_on for each in mine), "a posting is of another day than its closure"
        wrong += [f"{day.from_on}: {each}" for each in _rates(day, mine) + _means(day, mine) + _advances(day, mine)]
    return wrong


def _rates(day: PeriodClosed, mine: Sequence[Posting]) -> list[str]:
    """Turnover, and the VAT of documents: what they put on the three accounts, deposits' own left out."""
    found: Counter[tuple[Any, ...]] = Counter()
    documents = ("invoice", "deposit_applied", "credit_note", "deposit_released")
    for each in mine:
        if each.account == "sales":
            found[each.category, each.rate_bp, "base"] -= each.base_cents
        elif each.account in TAX and each.cause in documents:
            found[each.category, each.rate_bp, "vat"] -= each.amount_cents
    said: Counter[tuple[Any, ...]] = Counter()
    for rate in day.rates:
        said[rate.category, rate.rate_bp, "base"] += rate.base_cents
        said[rate.category, rate.rate_bp, "vat"] += rate.vat_cents
    return _unequal("rates", said, found)


def _means(day: PeriodClosed, mine: Sequence[Posting]) -> list[str]:
    found: Counter[Any] = Counter()
    for each in mine:
        if each.account in ("bank", "provider") and each.cause != "payout":
            found[each.means, each.currency] += each.amount_cents
    said: Counter[Any] = Counter()
    for row in day.means:
        net = row.received_cents - row.refunded_cents - row.reversed_cents + row.moved_in_cents - row.moved_out_cents
        said[row.means, row.currency or "EUR"] += net
    return _unequal("means", said, found)


_ADVANCES = {
    "deposit": "received", "allocation": "received", "deposit_applied": "applied", "deposit_released": "released",
    "refund": "refunded", "arrhes_kept": "forfeited", "reversal": "reversed", "move": "moved",
}  # fmt: skip


def _advances(day: PeriodClosed, mine: Sequence[Posting]) -> list[str]:
    found: Counter[Any] = Counter()
    for each in mine:
        if each.account == "advances":
            found[_ADVANCES[each.cause]] += abs(each.amount_cents)
    said = Counter({name: getattr(day.advances, f"{name}_cents") for name in set(_ADVANCES.values())})
    return _unequal("advances", said, found)


def _unequal(what: str, said: Counter[Any], found: Counter[Any]) -> list[str]:
    keys = said.keys() | found.keys()
    return [f"{what} {key}: closure {said[key]}, book {found[key]}" for key in keys if said[key] != found[key]]
