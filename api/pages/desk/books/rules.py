"""Settings: number series, deposits asked for by themselves, anchors, the end of the financial year."""

from __future__ import annotations

from typing import Any, Final, get_args

from api.http.call import Answer
from api.jobs.checkpointing import policy_of
from api.pages.desk.books.common import OWNERS, get, post
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from ledger.domain.commands.parties import CloseSeries, OpenSeries, SetAnchorPolicy, SetDepositPolicy
from ledger.domain.commands.periods import SetYearEnd
from ledger.domain.events.parties import DepositRule, SeriesUse
from ledger.domain.streams.issuer import ISSUER

USES: Final[tuple[str, ...]] = get_args(SeriesUse)
_MOST_RULES: Final = 20
_SPARE: Final = 2


# --- number series


def series(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the number series and where each stands."""
    register = visit.context.service.register(visit.ledger.ledger)
    rows = sorted(register.series.items(), key=lambda one: (one[1].closed, USES.index(one[1].use), one[1].prefix))
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/series.html", status, rows=rows, uses=USES, wrong=wrong)


def open_series(visit: Visit) -> Answer:
    """Open another series."""
    form = visit.form
    try:
        members = {
            "use": form.choice("use", USES),
            "prefix": form.text("prefix"),
            "yearly": form.ticked("yearly"),
            "width": form.whole("width", 12) or 5,
            "first": form.whole("first") or 1,
            "justification": form.optional("justification"),
        }
        command: OpenSeries | Wrong = visit.read(OpenSeries, members)
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command)
    return series(visit, done) if isinstance(done, Wrong) else visit.go(visit.at("/settings/series"))


def close_series(visit: Visit) -> Answer:
    """Close a series for good."""
    command = visit.read(CloseSeries, {"series": visit.params["series"]})
    done = command if isinstance(command, Wrong) else visit.do(command)
    return series(visit, done) if isinstance(done, Wrong) else visit.go(visit.at("/settings/series"))


# --- deposits


def deposits(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the deposit policy, with two empty lines to fill in."""
    state = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    kept = () if state is None else state.deposit_rules
    empty = DepositRule(invoice_at="receipt")
    rules = [*kept, *[empty] * (_SPARE if len(kept) < _MOST_RULES else 0)]
    if visit.form.pairs:  # what was typed stays
        rules = [empty] * max(len(rules), len(visit.form.rows("rules")))
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/deposit_policy.html", status, rules=rules, wrong=wrong, points=typed_points)


def set_deposits(visit: Visit) -> Answer:
    """Set which deposits are asked for."""
    try:
        meant = [(rank, row) for rank, row in enumerate(visit.form.rows("rules")) if _is_meant(row)]
        names = _names([rank for rank, _ in meant])
        rules = [_rule(row, rank) for rank, row in meant]
        command: SetDepositPolicy | Wrong = visit.read(SetDepositPolicy, {"rules": rules}, names)
        done = command if isinstance(command, Wrong) else visit.do(command, names=names)
    except FieldWrong as wrong:
        done = of_field(wrong, visit.language)
    if isinstance(done, Wrong) and done.code != "NOTHING_TO_CHANGE":
        return deposits(visit, done)
    return visit.go(visit.at("/settings/deposits"))


def _is_meant(row: Form) -> bool:
    return bool(row.text("share") or row.text("amount"))


def _rule(row: Form, rank: int) -> dict[str, Any]:
    try:
        rule = {
            "from_cents": row.cents("from", required=False) or 0,
            "customer_kind": row.optional("customer_kind"),
            "risk": row.optional("risk"),
            "kind": row.optional("kind"),
            "share_bp": row.basis_points("share"),
            "amount_cents": row.cents("amount", required=False),
            "due_days": row.whole("due_days", 3_650) or 0,
            "automatic": row.ticked("automatic"),
            "invoice_at": row.text("invoice_at", "never") or "never",
        }
    except FieldWrong as wrong:
        raise FieldWrong(f"rules-{rank}-{wrong.name}", wrong.words) from None
    return {name: value for name, value in rule.items() if value is not None}


def _names(ranks: list[int]) -> dict[str, str]:
    """Say which field of the form each member of the command came from: `ranks` are the form's lines, in order."""
    pairs = (("share_bp", "share"), ("amount_cents", "amount"), ("from_cents", "from"), ("", "share"))
    return {
        f"/rules/{place}/{member}".rstrip("/"): f"rules-{rank}-{field}"
        for place, rank in enumerate(ranks)
        for member, field in pairs
    }


def typed_points(points: int | None) -> str:
    """Write basis points as a field holds them, in percent: `12,5`; nothing for none."""
    if points is None:
        return ""
    whole, rest = divmod(points, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",")


# --- anchors


def anchors(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show where and how often the ledger's state is placed elsewhere."""
    settings = visit.context.settings
    return visit.render(
        "desk/books/anchor_policy.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        policy=policy_of(visit.context.service, visit.ledger.ledger),
        ready={
            "timestamp": settings.tsa_url is not None,
            "witness": settings.witnesses is not None,
            "mail": settings.anchor_mail is not None,
            "directory": settings.anchor_directory is not None or settings.anchor_put_url is not None,
        },
    )


def set_anchors(visit: Visit) -> Answer:
    """Set where and how often."""
    form = visit.form
    try:
        minutes = form.whole("interval_minutes", 525_600)
        if not minutes:
            raise FieldWrong("interval_minutes", "Un nombre entier est nécessaire.")
        anchors_set = {
            "interval_minutes": minutes,
            "timestamp": form.ticked("timestamp"),
            "witnesses": [line.strip() for line in form.text("witnesses").split("\n") if line.strip()],
            "mail": form.ticked("mail"),
            "directory": form.ticked("directory"),
        }
        names = {"/anchors/witnesses": "witnesses", "/anchors/interval_minutes": "interval_minutes"}
        names |= {f"/anchors/witnesses/{rank}": "witnesses" for rank in range(20)}
        command: SetAnchorPolicy | Wrong = visit.read(SetAnchorPolicy, {"anchors": anchors_set}, names)
        done = command if isinstance(command, Wrong) else visit.do(command, names=names)
    except FieldWrong as wrong:
        done = of_field(wrong, visit.language)
    if isinstance(done, Wrong) and done.code != "NOTHING_TO_CHANGE":
        return anchors(visit, done)
    return visit.go(visit.at("/settings/anchors"))


# --- the financial year


def year(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show when the open financial year ends."""
    register = visit.context.service.register(visit.ledger.ledger)
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/year.html", status, register=register, wrong=wrong)


def set_year(visit: Visit) -> Answer:
    """Let the open financial year end on another day."""
    try:
        command: SetYearEnd | Wrong = visit.read(SetYearEnd, {"ends_on": visit.form.day("ends_on")})
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command)
    return year(visit, done) if isinstance(done, Wrong) else visit.go(visit.at("/settings/year"))


PAGES: Final[tuple[Page, ...]] = (
    get("/settings/series", series, OWNERS, "Les séries de numéros."),
    post("/settings/series", open_series, OWNERS, "Ouvrir une série de numéros."),
    post("/settings/series/{series}/close", close_series, OWNERS, "Clore une série de numéros."),
    get("/settings/deposits", deposits, OWNERS, "Les acomptes demandés."),
    post("/settings/deposits", set_deposits, OWNERS, "Changer les acomptes demandés."),
    get("/settings/anchors", anchors, OWNERS, "Où les preuves sont déposées."),
    post("/settings/anchors", set_anchors, OWNERS, "Changer où les preuves sont déposées."),
    get("/settings/year", year, OWNERS, "L'exercice."),
    post("/settings/year", set_year, OWNERS, "Déplacer la fin de l'exercice."),
)
