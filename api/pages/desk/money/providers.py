"""Payment on line: the provider's keys, typed once and kept encrypted; what customers are offered; asking it now."""

from __future__ import annotations

from typing import Final

from api.http.call import Answer
from api.pages.desk.money.common import OWNERS, get, post, show
from api.pages.frame.guard import cookie_name, cookie_of
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.payments.accounts import KINDS
from api.payments.reconciling import reconcile
from ledger.domain.refusals import Refusal

SECTION: Final = "payments"
NAMES: Final = {
    "/secret_key": "secret_key",
    "/webhook_secret": "webhook_secret",
    "/ways": "ways",
    "/provider": "provider",
}


def providers(visit: Visit) -> Answer:
    """Show the providers of a ledger; keys are never shown again."""
    visit.query()
    return _page(visit)


def _page(visit: Visit, *, wrong: Wrong | None = None, said: str = "") -> Answer:
    ledger = visit.ledger
    hook = f"{visit.context.settings.link_base}/v1/ledgers/{ledger.name}/providers/stripe/events"
    ways = [
        ("card", visit.say("Carte (et portefeuilles)")),
        ("pay_by_bank", visit.say("Virement instantané")),
        ("customer_balance", visit.say("Virement vers un IBAN du prestataire")),
        ("sepa_debit", visit.say("Prélèvement SEPA")),
    ]
    return show(
        visit,
        "providers.html",
        SECTION,
        200 if wrong is None else wrong.status,
        wrong=wrong,
        hook=hook,
        said=said,
        accounts=visit.context.collecting.accounts.all(ledger.ledger),
        ways=ways,
        asks_code=_asks_code(visit),
        training=ledger.kind == "training",
    )


def _asks_code(visit: Visit) -> bool:
    """Whether a code is asked for again: keys are of the acts that a lost session must not allow (docs/people.md)."""
    return not getattr(visit.user, "checked", True)


def _checked(visit: Visit) -> Wrong | None:
    if not _asks_code(visit):
        return None
    token = cookie_of(visit.call, cookie_name(secure=visit.secure)) or ""
    refused = visit.context.people.check_again(token, visit.form.text("code"))
    return of_refusal(refused, visit.language, {"": "code", "/code": "code"}) if refused is not None else None


def change(visit: Visit) -> Answer:
    """Keep keys, forget them, or ask the provider now."""
    act = visit.form.text("act")
    if act == "ask":
        return _ask(visit)
    wrong = _checked(visit)
    if wrong is not None:
        return _page(visit, wrong=wrong)
    accounts, ledger = visit.context.collecting.accounts, visit.ledger.ledger
    provider = visit.form.text("provider") or "stripe"
    if act == "remove":
        refused = accounts.remove(ledger, provider, actor=visit.actor)
        return (
            visit.go(visit.at("/providers"))
            if refused is None
            else _page(visit, wrong=of_refusal(refused, visit.language, NAMES))
        )
    ways = [way for way in KINDS["stripe"].ways if visit.form.ticked(f"way-{way}")] or ["card"]
    kept = accounts.add(
        ledger, provider, visit.form.text("secret_key"), visit.form.text("webhook_secret"), ways=ways, actor=visit.actor
    )
    if isinstance(kept, Refusal):
        return _page(visit, wrong=of_refusal(kept, visit.language, NAMES))
    return visit.go(visit.at("/providers"))


def _ask(visit: Visit) -> Answer:
    found = reconcile(visit.context.collecting, visit.ledger.ledger, visit.form.text("provider") or "stripe")
    if found.troubles:
        words = visit.say("Le prestataire n'a pas tout dit : {words}").format(words=" ".join(found.troubles[:3]))
        return _page(visit, wrong=Wrong(words, None, "PROVIDER_AWAY", {}, 409))
    return _page(visit, said=visit.say("Le prestataire a été interrogé : tout est à jour."))


PAGES: Final[tuple[Page, ...]] = (
    get("/providers", providers, OWNERS, "Le paiement en ligne : prestataires et leurs clés."),
    post("/providers", change, OWNERS, "Garder des clés, les oublier, interroger le prestataire."),
)
