"""A credit note, and the invoice that takes the place of the credited one, in one step, explained before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, amounts, explain_and_do, reading
from api.pages.desk.money.asking import Told
from api.pages.desk.money.common import ACT, Names, get, post, show, the_state
from api.pages.desk.money.lines import PURPOSES, UNITS, blank_lines, rate_options, read_lines, shown_lines
from api.pages.desk.money.words import Words
from api.pages.frame import languages
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.commands.payments import RecordPayment, RefundPayment
from ledger.domain.commands.sales import CreditInvoice
from ledger.domain.events.deposits import DepositReleased
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.payments import Allocation
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.shell.calls import Answer as Done

SECTION: Final = "invoices"
CAUSES: Final = ("error", "cancellation", "return", "discount", "withdrawal", "bad_debt", "other")
WHAT: Final = ("whole", "lines", "replace")


def credit(visit: Visit) -> Answer:
    """Undo an invoice wholly or in part, with its replacement if asked."""
    identifier, state = the_state(visit, INVOICE, "invoice")
    if visit.page.method == "GET":
        return _page(visit, identifier, state)
    names: dict[str, str] = {"/invoice": "what", "/lines": "what", "/replacement": "what", "/notes": "notes"}

    def read() -> CreditInvoice | Wrong:
        members = _members(visit, identifier, state, names)
        return visit.read(CreditInvoice, members, names)

    command = reading(visit, read)
    if isinstance(command, CreditInvoice) and visit.form.text("what") == "lines" and not command.lines:
        words = visit.say("Choisissez au moins une ligne : une quantité, ou un montant.")
        command = Wrong(words, None, "LINES_MISSING", {"what": words})
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, amounts, names)
    if isinstance(outcome, Wrong):
        return _page(visit, identifier, state, wrong=outcome)
    if isinstance(outcome, Looked):
        return _page(visit, identifier, state, looked=outcome)
    replacement = outcome.result.get("replacement")
    if replacement is None:
        return visit.go(visit.at(f"/invoices/{outcome.result['credit_note']}"))
    if visit.form.text("paid") == "move":
        _move(visit, outcome)
    return visit.go(visit.at(f"/invoices/{replacement['invoice']}"))


def _move(visit: Visit, done: Done) -> None:
    """Put money that the credit note gives back to the new invoice: both by set-off, no money moves.

    docs/decisions/credit-notes.md. What is over the new invoice stays to be given back.
    """
    replacement, refund_cents = done.result["replacement"], done.result["refund_cents"]
    amount_cents = min(refund_cents, replacement["due_cents"])
    if amount_cents <= 0:
        return
    back = RefundPayment(
        means="offset", amount_cents=amount_cents, about=done.result["credit_note"], about_kind="credit_note"
    )
    there = Allocation(about=replacement["invoice"], about_kind="invoice", amount_cents=amount_cents)
    given = visit.do(back, step="offset-back")
    if not isinstance(given, Wrong):
        visit.do(RecordPayment(means="offset", amount_cents=amount_cents, allocations=(there,)), step="offset-there")


def _members(visit: Visit, identifier: str, state: InvoiceState, names: dict[str, str]) -> dict[str, Any]:
    form = visit.form
    what = form.choice("what", WHAT, "whole")
    members: dict[str, Any] = {
        "invoice": identifier,
        "cause": form.choice("cause", CAUSES),
        "notes": form.optional("notes"),
    }
    if what == "lines":
        members["lines"] = _chosen(visit, state, names)
    if what == "replace":
        members["replacement"] = _replacement(visit, state, names)
    return members


def _chosen(visit: Visit, state: InvoiceState, names: dict[str, str]) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = []
    for rank in range(1, len(state.issued.lines) + 1):
        quantity = visit.form.decimal(f"credit-{rank}-quantity")
        amount = visit.form.cents(f"credit-{rank}-amount", required=False)
        if quantity is None and amount is None:
            continue
        at = f"/lines/{len(chosen)}"
        names |= {
            at: f"credit-{rank}-quantity",
            f"{at}/quantity": f"credit-{rank}-quantity",
            f"{at}/amount_cents": f"credit-{rank}-amount",
            f"{at}/rank": f"credit-{rank}-quantity",
        }
        line: dict[str, Any] = {"rank": rank}
        if quantity is not None:
            line["quantity"] = quantity
        if amount is not None:
            line["amount_cents"] = amount
        chosen.append(line)
    return chosen


def _replacement(visit: Visit, state: InvoiceState, names: dict[str, str]) -> dict[str, Any]:
    form = visit.form
    lines = read_lines(form, place="/replacement/lines")
    names |= {**lines.names, "/replacement/lines": "lines-0-label", "/replacement/due_on": "due_on"}
    texts = {"title": title} if (title := form.optional("title")) is not None else {}
    members: dict[str, Any] = {"lines": list(lines.members), "texts": texts}
    if form.day("due_on") is not None:
        members["due_on"] = form.day("due_on")
    if state.issued.channel != "premises":
        members["channel"] = state.issued.channel
    if form.ticked("reduced_rate_justified"):
        members["reduced_rate_justified"] = True
    return members


def explain(visit: Visit, state: InvoiceState, looked: Looked) -> Sequence[Told]:
    """Say what a credit note would do: to what is due, to money already paid, to deposits; and what replaces it."""
    note = looked.one(CreditNoteIssued)
    if note is None:
        return ()

    def money(cents: int) -> str:
        return languages.money(visit.language, cents, note.currency)

    first = (
        visit.say("Un avoir de {amount} annule toute la facture {number}.")
        if note.whole
        else visit.say("Un avoir de {amount} corrige la facture {number}.")
    )
    told = [Told(first.format(amount=money(note.totals.gross_cents), number=state.issued.number), "CGI art. 289, I, 5")]
    if note.totals.vat_cents:
        words = visit.say("La TVA est diminuée de {amount}.")
        told.append(Told(words.format(amount=money(note.totals.vat_cents)), "CGI art. 272, 1"))
    if note.settles_cents:
        words = visit.say("{amount} n'est plus à payer par le client.")
        told.append(Told(words.format(amount=money(note.settles_cents))))
    for _, released in looked.all(DepositReleased):
        words = visit.say("L'acompte de {amount} déduit de cette facture redevient disponible.")
        told.append(Told(words.format(amount=money(released.amount_cents))))
    replacement = looked.one(InvoiceIssued)
    if note.refund_cents:
        moved = 0
        if replacement is not None and visit.form.text("paid") == "move":
            moved = min(note.refund_cents, replacement.due_cents)
            words = visit.say("{amount} déjà payé passe sur la nouvelle facture, par compensation.")
            told.append(Told(words.format(amount=money(moved)), "C. civ. art. 1347"))
        if note.refund_cents > moved:
            words = visit.say(
                "{amount} déjà payé est à rendre au client : une fois l'avoir émis, la "
                "page vous propose le remboursement."
            )
            told.append(Told(words.format(amount=money(note.refund_cents - moved)), "", "warn"))
    if note.corrects_closed is not None:
        told.append(
            Told(visit.say("La facture est d'une période close : l'avoir compte dans la période en cours."), "", "warn")
        )
    if replacement is not None:
        words = visit.say(
            "Puis une nouvelle facture de {amount}, à payer avant le {day}, prend sa place et cite la facture annulée."
        )
        due = languages.day(visit.language, replacement.due_on)
        told.append(
            Told(
                words.format(amount=money(replacement.totals.gross_cents), day=due),
                "CGI ann. II art. 242 nonies A",
                "good",
            )
        )
    told.append(
        Told(
            visit.say("Les numéros sont pris dans cet ordre, en une fois. Rien de cela ne pourra être défait."),
            "",
            "warn",
        )
    )
    return told


def _page(
    visit: Visit, identifier: str, state: InvoiceState, *, wrong: Wrong | None = None, looked: Looked | None = None
) -> Answer:
    word, issued = Words(visit), state.issued
    labels = issued.texts.lines if issued.texts is not None else ()
    rows = [
        {"rank": rank, "label": labels[rank - 1] if len(labels) >= rank else "", "line": line}
        for rank, line in enumerate(issued.lines, 1)
    ]
    old = [
        {
            "label": row["label"],
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.unit_price,
            "rate_bp": line.rate_bp,
            "category": line.category,
            "nature": line.nature,
            "purpose": line.purpose,
            "discount": {"share_bp": line.discount.share_bp} if line.discount is not None else None,
        }
        for row, line in zip(rows, issued.lines, strict=True)
    ]
    lines = shown_lines(old)
    return show(
        visit,
        "credit.html",
        SECTION,
        200 if wrong is None else wrong.status,
        id=identifier,
        state=state,
        issued=issued,
        rows=rows,
        lines=lines,
        blank=blank_lines(visit.form, len(lines), 1),
        wrong=wrong,
        looked=looked,
        told=explain(visit, state, looked) if looked is not None else (),
        rates=rate_options(visit),
        units=[(code, word.unit(code)) for code in UNITS],
        purposes=[(code, word(f"purpose/{code}")) for code in PURPOSES],
        causes=[(code, word(f"cause/{code}")) for code in CAUSES],
        replaceable=issued.kind in ("ordinary", "final", "recurring"),
        name=Names(visit).of(f"invoice:{identifier}", {"customer": issued.customer} if issued.customer else {}),
        replacement=looked.one(InvoiceIssued) if looked is not None else None,
        what=visit.form.text("what", "whole"),
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/invoices/{invoice}/credit", credit, ACT, "Corriger une facture par un avoir, remplacée si besoin."),
    post("/invoices/{invoice}/credit", credit, ACT, "Expliquer, puis émettre l'avoir et la facture de remplacement."),
)
