"""A quote as it is typed: between a form's fields and the members of the command, both ways.

What cannot be read is told at its field and nothing is kept; what is merely missing may stay so until the issue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from api.http.problems import Problem
from api.names import folded
from api.pages.desk.sale.words import LINE_TYPES
from api.pages.frame.forms import FieldWrong, Form, typed_decimal
from ledger.domain.totals import MAX_LINES

MOST_LINES: Final = MAX_LINES
MOST_FIELDS: Final = 12 * MOST_LINES + 500
"""Of the editor's form: a line has at most twelve."""
FORM_BYTES: Final = 4 << 20
_BLANK: Final = 5
"""Empty rows that a page may offer besides."""
MOST_STEPS: Final = 12
_SHORT: Final = 300
_LONG: Final = 20_000
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+:-]{0,63}")
_OWN: Final = frozenset(
    {
        "customer", "basis", "channel", "online", "special_order", "urgent_repair", "early_payment_exception", "lines",
        "discount", "texts", "valid_until", "starts_on", "duration_days", "fee_cents", "schedule", "payment_days",
        "early_discount_bp", "recurring", "reduced_rate_justified", "reference",
    }
)  # fmt: skip
"""Members that the form shows; others of a draft made elsewhere stay as they are."""
TEXTS: Final = (
    "title", "notes", "terms", "price_revision", "waste", "after_sales", "performance_place", "reduced_rate_statement",
    "works_description",
)  # fmt: skip
FLAGS: Final = ("online", "special_order", "urgent_repair", "reduced_rate_justified")
Pairs = list[tuple[str, str]]


class Reading:
    """What was read of a form so far: members, and words for the fields that could not be read."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def take(self, into: dict[str, Any], member: str, read: Callable[[], Any], place: str = "") -> None:
        """Put a value into a record; left out when it is empty."""
        try:
            value = read()
        except FieldWrong as wrong:
            self.places[place or wrong.name] = wrong.words
            return
        if value is not None and value != "":
            into[member] = value


def read_quote(form: Form, before: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Read a form into the members of a command; words by field; and fields of rows by the command's pointer.

    `before` is the draft's command: members that the form does not show are kept.

    Raises:
        Problem: `PARAMETER_INVALID`, for far more lines than a quote may have.
    """
    reading = Reading()
    made: dict[str, Any] = {name: value for name, value in before.items() if name not in _OWN}
    take = reading.take
    for name in ("customer", "channel"):
        take(made, name, lambda name=name: form.optional(name))  # type: ignore[misc] # bound at once
    take(made, "basis", lambda: form.choice("basis", ("net", "gross"), None) if form.text("basis") else None)
    for name in FLAGS:
        if form.ticked(name):
            made[name] = True
    take(made, "early_payment_exception", lambda: form.optional("early_payment_exception"))
    for name in ("valid_until", "starts_on"):
        take(made, name, lambda name=name: form.day(name))  # type: ignore[misc] # bound at once
    take(made, "duration_days", lambda: form.whole("duration_days", 3650))
    take(made, "payment_days", lambda: form.whole("payment_days", 365))
    take(made, "fee_cents", lambda: _not_negative(form.cents("fee", required=False), "fee"))
    take(made, "early_discount_bp", lambda: form.basis_points("early_discount"))
    take(made, "recurring", lambda: form.optional("recurring"))
    take(made, "reference", lambda: _matching(form.text("reference"), _REFERENCE, "reference"))
    take(made, "discount", lambda: _discount(form))
    texts: dict[str, Any] = {}
    for name in TEXTS:
        take(texts, name, lambda name=name: _text(form, name, _SHORT if name == "title" else _LONG))  # type: ignore[misc] # bound at once
    if texts:
        made["texts"] = texts
    pointers: dict[str, str] = {}
    lines = _lines(form, reading, pointers)
    if lines:
        made["lines"] = lines
    mode = form.text("schedule_mode") or "policy"
    if mode == "own":
        made["schedule"] = _steps(form, reading, pointers)
    elif mode == "none":
        made["schedule"] = []
    return made, reading.places, pointers


def _lines(form: Form, reading: Reading, pointers: dict[str, str]) -> list[dict[str, Any]]:
    rows = form.rows("lines")
    if len(rows) > MOST_LINES + _BLANK:  # no form of ours: drawing it again would take long
        raise Problem("PARAMETER_INVALID", "form", reason="too_long")
    if len(rows) > MOST_LINES:
        reading.places["lines"] = "Un devis a au plus 2000 lignes : regroupez-en, ou faites deux devis."
        return []
    found: list[dict[str, Any]] = []
    for rank, row in enumerate(rows):
        if not row.text("label") and not row.text("unit_price"):
            continue
        pointer, prefix = f"/lines/{len(found)}", f"lines-{rank}-"
        for member, name in _LINE_FIELDS.items():
            pointers[f"{pointer}/{member}"] = prefix + name
        pointers[pointer] = prefix + "label"
        found.append(_line(row, reading, prefix))
    return found


_LINE_FIELDS: Final = {
    "label": "label", "quantity": "quantity", "unit": "unit", "unit_price": "unit_price", "rate_bp": "rate",
    "category": "rate", "exemption": "rate", "nature": "type", "purpose": "type", "discount": "discount",
    "discount/share_bp": "discount", "choice": "choice", "choice_group": "group", "item": "item",
}  # fmt: skip


def _line(row: Form, reading: Reading, prefix: str) -> dict[str, Any]:
    line: dict[str, Any] = {}

    def take(member: str, name: str, read: Callable[[], Any]) -> None:
        reading.take(line, member, read, prefix + name)

    take("label", "label", lambda: _text(row, "label", _SHORT))
    take("quantity", "quantity", lambda: row.decimal("quantity"))
    take("unit", "unit", lambda: row.optional("unit"))
    take("unit_price", "unit_price", lambda: row.decimal("unit_price"))
    take("rate_bp", "rate", lambda: row.basis_points("rate"))
    nature, purpose, _ = LINE_TYPES.get(row.text("type"), LINE_TYPES["service"])
    line["nature"] = nature
    if purpose != "item":
        line["purpose"] = purpose
    take("item", "item", lambda: _matching(row.text("item"), _CODE, "item"))
    take("discount", "discount", lambda: _share(row.basis_points("discount")))
    take("choice", "choice", lambda: row.choice("choice", ("option", "variant")) if row.text("choice") else None)
    if line.get("choice") == "variant":
        take("choice_group", "group", lambda: code_of(row.text("group")))
    for kept in ("category", "exemption"):  # of a line made elsewhere
        take(kept, kept, lambda kept=kept: row.optional(kept))  # type: ignore[misc] # bound at once
    return line


def _steps(form: Form, reading: Reading, pointers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for rank, row in enumerate(form.rows("steps")[: MOST_STEPS + 1]):
        if not row.text("share") and not row.text("amount"):
            continue
        if len(found) == MOST_STEPS:
            reading.places["schedule_mode"] = "Un échéancier a au plus 12 échéances."
            break
        prefix, pointer = f"steps-{rank}-", f"/schedule/{len(found)}"
        for member, name in _STEP_FIELDS.items():
            pointers[f"{pointer}/{member}"] = prefix + name
        pointers[pointer] = prefix + "share"
        found.append(_step(row, reading, prefix))
    return found


_STEP_FIELDS: Final = {
    "kind": "kind", "share_bp": "share", "amount_cents": "amount", "trigger": "trigger", "due_on": "due_on",
    "due_days": "due_days", "milestone": "milestone", "milestone_name": "milestone",
}  # fmt: skip


def _step(row: Form, reading: Reading, prefix: str) -> dict[str, Any]:
    step: dict[str, Any] = {}

    def take(member: str, name: str, read: Callable[[], Any]) -> None:
        reading.take(step, member, read, prefix + name)

    take("kind", "kind", lambda: row.optional("kind"))
    take("share_bp", "share", lambda: row.basis_points("share"))
    take("amount_cents", "amount", lambda: _positive(row.cents("amount", required=False), "amount"))
    take("trigger", "trigger", lambda: row.text("trigger") or "signature")
    take("due_on", "due_on", lambda: row.day("due_on") if row.text("trigger") == "date" else None)
    take("due_days", "due_days", lambda: row.whole("due_days", 3650))
    if step.get("trigger") == "milestone":
        take("milestone", "milestone", lambda: code_of(row.text("milestone")))
        if step.get("milestone") not in (None, row.text("milestone")):
            take("milestone_name", "milestone", lambda: _text(row, "milestone", _SHORT))
    return step


def code_of(words: str) -> str | None:
    """Make a code of words: `Fin du gros œuvre` -> `fin-du-gros-oeuvre`; a code stays as it is."""
    if not words or _CODE.fullmatch(words):
        return words or None
    return folded(words).replace(" ", "-")[:64] or None


def _text(form: Form, name: str, most: int) -> str | None:
    value = form.optional(name)
    if value is not None and len(value) > most:
        raise FieldWrong(name, "Ce texte est trop long.")
    return value


def _matching(text: str, pattern: re.Pattern[str], name: str) -> str | None:
    if text and not pattern.fullmatch(text):
        raise FieldWrong(name, "Lettres sans accent, chiffres, points et tirets seulement (64 au plus).")
    return text or None


def _not_negative(cents: int | None, name: str) -> int | None:
    if cents is not None and cents < 0:
        raise FieldWrong(name, "Ce montant ne peut pas être négatif.")
    return cents or None


def _positive(cents: int | None, name: str) -> int | None:
    if cents is not None and cents <= 0:
        raise FieldWrong(name, "Ce montant doit être supérieur à zéro.")
    return cents


def _share(basis_points: int | None) -> dict[str, Any] | None:
    return {"share_bp": basis_points} if basis_points else None


def _discount(form: Form) -> dict[str, Any] | None:
    share, amount = form.basis_points("discount_share"), form.cents("discount_amount", required=False)
    if share and amount:
        raise FieldWrong("discount_amount", "Une remise est un pourcentage ou un montant, pas les deux.")
    if amount is not None and amount < 0:
        raise FieldWrong("discount_amount", "Ce montant ne peut pas être négatif.")
    return {"share_bp": share} if share else {"amount_cents": amount} if amount else None


# --- the other way


def pairs_of(command: Mapping[str, Any], *, blank_lines: int = 0, blank_steps: int = 0) -> Pairs:
    """Write a draft's command as the fields of the form; what is of another shape than a command's is left out."""
    pairs: Pairs = []

    def put(name: str, value: Any) -> None:
        if isinstance(value, str) and value:
            pairs.append((name, value))

    for name in ("customer", "channel", "basis", "early_payment_exception", "valid_until", "starts_on", "recurring",
                 "reference"):  # fmt: skip
        put(name, command.get(name))
    for name in FLAGS:
        put(name, "1" if command.get(name) is True else None)
    put("duration_days", _whole(command.get("duration_days")))
    put("payment_days", _whole(command.get("payment_days")))
    put("fee", _amount(command.get("fee_cents")) if command.get("fee_cents") else None)
    put("early_discount", _percent(command.get("early_discount_bp")))
    discount = _record(command.get("discount"))
    put("discount_share", _percent(discount.get("share_bp")))
    put("discount_amount", _amount(discount.get("amount_cents")))
    texts = _record(command.get("texts"))
    for name in TEXTS:
        put(name, texts.get(name))
    lines = [_record(each) for each in _list(command.get("lines"))][:MOST_LINES]
    for rank, line in enumerate([*lines, *({} for _ in range(blank_lines))]):
        for name, value in line_fields(line).items():
            put(f"lines-{rank}-{name}", value)
        if not line:
            pairs.append((f"lines-{rank}-label", ""))
    schedule = command.get("schedule")
    put("schedule_mode", "own" if schedule or blank_steps else "policy" if schedule is None else "none")
    steps = [_record(each) for each in _list(schedule)][:MOST_STEPS]
    for rank, step in enumerate([*steps, *({} for _ in range(blank_steps))]):
        for name, value in _step_fields(step).items():
            put(f"steps-{rank}-{name}", value)
        if not step:
            pairs.append((f"steps-{rank}-share", ""))
    return pairs


def line_fields(line: Mapping[str, Any]) -> dict[str, Any]:
    """Write one line as fields of its row."""
    purpose, nature = line.get("purpose", "item"), line.get("nature", "services")
    kind = next((name for name, (n, p, _) in LINE_TYPES.items() if (n, p) == (nature, purpose)), None)
    if kind is None:  # a purpose on the other nature: what is sold decides
        kind = "goods" if nature == "goods" else "service"
    return {
        "label": line.get("label"),
        "quantity": _decimal(line.get("quantity")),
        "unit": line.get("unit"),
        "unit_price": _decimal(line.get("unit_price")),
        "rate": _percent(line.get("rate_bp")),
        "type": kind if line else None,
        "item": line.get("item"),
        "discount": _percent(_record(line.get("discount")).get("share_bp")),
        "choice": line.get("choice"),
        "group": line.get("choice_group"),
        "category": line.get("category"),
        "exemption": line.get("exemption"),
    }


def _step_fields(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": step.get("kind"),
        "share": _percent(step.get("share_bp")),
        "amount": _amount(step.get("amount_cents")),
        "trigger": step.get("trigger"),
        "due_on": step.get("due_on"),
        "due_days": _whole(step.get("due_days")),
        "milestone": step.get("milestone_name") or step.get("milestone"),
    }


def rows_moved(form: Form, prefix: str, change: Callable[[list[Pairs]], None]) -> Form:
    """Give the form with the rows of a list changed (one taken out, moved or added) and numbered anew."""
    rows = [row.pairs for row in form.rows(prefix)]
    change(rows)
    others = [(name, value) for name, value in form.pairs if name.partition("-")[0] != prefix]
    numbered = [(f"{prefix}-{rank}-{name}", value) for rank, row in enumerate(rows) for name, value in row]
    return Form([*others, *numbered], form.files, form.english)


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _whole(value: Any) -> str | None:
    return str(value) if type(value) is int else None


def _decimal(value: Any) -> str | None:
    return typed_decimal(value) if isinstance(value, str) else None


def _amount(cents: Any) -> str | None:
    return f"{cents // 100},{cents % 100:02d}" if type(cents) is int and cents >= 0 else None


def _percent(basis_points: Any) -> str | None:
    if type(basis_points) is not int:
        return None
    return f"{basis_points // 100},{basis_points % 100:02d}".rstrip("0").rstrip(",")
