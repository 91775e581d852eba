"""What happened to a quote, in words: its own entries, those of its signatures, its deposits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.pages.frame.visit import Visit
from ledger.domain.events.common import Texts
from ledger.domain.milestones import milestone_words
from ledger.domain.streams.quote import QuoteState
from ledger.shell.errors import StreamPurged
from projections.documents.sources import Recorded, StoreSources

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "quote.issued/1": ("Devis émis", "info"),
    "quote.revised/1": ("Nouvelle version", "info"),
    "quote.viewed/1": ("Consulté par le client", "info"),
    "quote.signature_requested/1": ("Signature demandée", "info"),
    "quote.signed/1": ("Signé : le contrat est conclu", "good"),
    "quote.declined/1": ("Refusé par le client", "bad"),
    "quote.expired/1": ("Validité terminée", ""),
    "quote.cancelled/1": ("Annulé", "bad"),
    "quote.withdrawn/1": ("Rétractation du client", "bad"),
    "quote.amended/1": ("Avenant signé", "good"),
    "quote.milestone_reached/1": ("Étape atteinte", "good"),
    "quote.invoiced/1": ("Facturé", "good"),
    "quote.uninvoiced/1": ("Facture annulée par un avoir", ""),
    "quote.deposit_requested/1": ("Acompte demandé", "info"),
    "quote.delivered/1": ("Livraison ou réception", "good"),
    "signature.code_sent/1": ("Code de signature envoyé", "info"),
    "signature.given/1": ("Une signature reçue", "good"),
    "signature.refused/1": ("Signature refusée", "bad"),
    "signature.cancelled/1": ("Demande de signature arrêtée", ""),
    "deposit.paid/1": ("Paiement reçu", "good"),
    "deposit.unpaid/1": ("Paiement annulé ou rendu", "bad"),
    "deposit.forfeited/1": ("Arrhes conservées", ""),
    "deposit.refund_due/1": ("À rembourser", "bad"),
    "deposit.applied/1": ("Déduit de la facture", "good"),
    "deposit.cancelled/1": ("Demande d'acompte annulée", ""),
}
_SENT: Final = {
    "email": "Envoyé par courriel",
    "post": "Envoyé par la poste",
    "hand": "Remis en main propre",
    "link": "Lien transmis",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: entry and instant, words, tone, and a few more words."""

    seq: int
    at: str
    words: str
    tone: str
    more: str = ""
    amount_cents: int | None = None


def timeline(visit: Visit, quote: str, state: QuoteState) -> list[Moment]:
    """Give what happened, newest first."""
    sources = StoreSources(visit.context.store, visit.ledger.ledger)
    own = list(sources.stream(f"quote:{quote}"))
    streams = {f"signature:{one.event.signature}" for one in own if one.event.TYPE == "quote.signature_requested/1"}  # type: ignore[attr-defined] # by its type
    streams |= {f"deposit:{link.deposit}" for link in state.deposits}
    entries = own
    for stream in sorted(streams):
        try:
            entries.extend(sources.stream(stream))
        except StreamPurged:
            continue
    texts = state.current.texts
    told = (_moment(visit, one, texts) for one in sorted(entries, key=lambda one: one.seq))
    found = [moment for moment in told if moment is not None]
    return list(reversed(_once(found)))


def _once(moments: list[Moment]) -> list[Moment]:
    """Say what was said several times in a row (a quote that is looked at again and again) once."""
    kept: list[Moment] = []
    for one in moments:
        if not (kept and kept[-1].words == one.words and one.amount_cents is None and not one.more):
            kept.append(one)
    return kept


def _moment(visit: Visit, one: Recorded, texts: Texts | None) -> Moment | None:
    event: Any = one.event
    kind = event.TYPE
    if kind == "quote.sent/1":
        return Moment(one.seq, one.at, visit.say(_SENT[event.by]), "info")
    if kind == "quote.viewed/1" and event.by == "observer":
        return Moment(one.seq, one.at, visit.say("Consulté par un observateur"), "")
    found = _WORDS.get(kind)
    if found is None:
        return None
    words, tone = found
    more, amount = "", None
    if kind == "quote.revised/1":
        more = visit.say("version %s") % event.document_version
    elif kind in ("deposit.paid/1", "deposit.unpaid/1", "quote.deposit_requested/1", "quote.invoiced/1"):
        amount = event.amount_cents if hasattr(event, "amount_cents") else event.gross_cents
    elif kind == "quote.milestone_reached/1":
        more = milestone_words(texts, event.milestone)
    elif kind in ("quote.declined/1", "quote.cancelled/1") and event.texts is not None:
        more = event.texts.notes or ""
    return Moment(one.seq, one.at, visit.say(words), tone, more, amount)
