"""Files that go with a quote: added to a draft and taken out of it, shown, and carried from one paper to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.http import draft_files
from api.http.call import Answer
from api.names import folded
from api.pages.desk.sale.papers import Paper, find_paper, the_paper
from api.pages.frame.forms import Upload
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.rendering.errors import NotRendered
from api.signing import attached
from api.signing.shown import ShownAttachment
from ledger.domain.refusals import Refusal, refuse
from ledger.shell.errors import KeyMissing, Overloaded

KINDS: Final = draft_files.KINDS
MOST_SENT_BYTES: Final = attached.MOST_TOGETHER_BYTES + (1 << 20)


def files_of(visit: Visit, identifier: str, command: Mapping[str, Any]) -> tuple[ShownAttachment, ...]:
    """Give the files that a draft names, with their names and sizes."""
    return draft_files.files_of(visit.context, visit.ledger.ledger, identifier, command)


# --- the page of a draft


def show_files(visit: Visit) -> Answer:
    """Show the files of a draft, to add some or take some out."""
    query = visit.query("done")
    return _page(visit, the_paper(visit, *KINDS), done=query.get("done", ""))


def _page(visit: Visit, paper: Paper, wrong: Wrong | None = None, done: str = "") -> Answer:
    back = f"/catalogue/models/{paper.id}" if paper.kind == "model" else f"/quotes/drafts/{paper.id}"
    return visit.render(
        "desk/sale/files.html", 200 if wrong is None else wrong.status, paper=paper, wrong=wrong, done=done,
        files=files_of(visit, paper.id, paper.command), back=visit.at(back), most=attached.MOST_FILES,
        most_mib=attached.MOST_BYTES >> 20, together_mib=attached.MOST_TOGETHER_BYTES >> 20,
    )  # fmt: skip


def change_files(visit: Visit) -> Answer:
    """Add the files that were sent, or take one out (`remove`)."""
    paper = the_paper(visit, *KINDS)
    here = visit.at(f"/quotes/drafts/{paper.id}/files")
    removed = visit.form.text("remove")
    if removed:
        changed = draft_files.remove_file(visit.context, visit.ledger.ledger, paper.id, removed)
        return visit.go(f"{here}?done=removed") if changed else _moved(visit, paper)
    sent = [one for one in visit.form.files.get("file") or () if one.body]
    if not sent:
        said = visit.say("Choisissez un fichier.")
        return _page(visit, paper, Wrong(said, None, "FIELD", {"file": said}))
    for one in sent:
        wrong = _add(visit, paper, one)
        if wrong is not None:
            return _page(visit, find_paper(visit, paper.id) or paper, wrong)
    return visit.go(f"{here}?done=added")


def _add(visit: Visit, paper: Paper, sent: Upload) -> Wrong | None:
    """Look at one file, keep it, and name it in the draft."""
    try:
        done = draft_files.add_file(visit.context, visit.ledger.ledger, paper.id, sent.body, sent.name)
    except (NotRendered, Overloaded):
        words = visit.say("Ce fichier ne peut pas être lu comme un PDF, ou trop de fichiers sont examinés : réessayez.")
        return Wrong(words, None, "FIELD", {"file": words})
    except KeyMissing:
        words = visit.say("La clé de ce registre n'est pas sur ce serveur : aucun fichier ne peut être gardé.")
        return Wrong(words, status=409)
    if isinstance(done, Refusal):
        return _at_file(visit, done)
    return None if done is not None else Wrong(visit.say("Ce brouillon change en ce moment : réessayez."), status=409)


def _moved(visit: Visit, paper: Paper) -> Answer:
    return _page(visit, paper, Wrong(visit.say("Ce brouillon change en ce moment : réessayez."), status=409))


def _at_file(visit: Visit, refused: Refusal) -> Wrong:
    return of_refusal(refused, visit.language, {"/file": "file"})


# --- giving them


def open_file(visit: Visit) -> Answer:
    """Give a file of a draft."""
    visit.query()
    paper = the_paper(visit, *KINDS)
    found = next((one for one in files_of(visit, paper.id, paper.command) if one.digest == visit.params["file"]), None)
    answer = give(visit, paper.id, found)
    if answer is None:
        raise visit.nothing_there()
    return answer


def give(visit: Visit, identifier: str, found: ShownAttachment | None) -> Answer | None:
    """Give one file, byte for byte as its digest says; None where it is not kept."""
    if found is None:
        return None
    files, ledger = visit.context.files, visit.ledger.ledger
    facts = files.attached(ledger, identifier).get(found.digest)
    data = files.read_attached(ledger, identifier, found.digest) if facts is not None else None
    if facts is None or data is None:
        return None
    stem, _, ending = (found.name or f"annexe.{facts.kind}").rpartition(".")
    return visit.file(data, attached.MEDIA[facts.kind], f"{folded(stem).replace(' ', '-')}.{ending}", inline=True)


# --- from one paper to another


def carry(visit: Visit, source: str, to: str, command: Mapping[str, Any]) -> None:
    """Keep the files that a new paper names, taken from another, for it too; what is missing is told at its issue."""
    digests, _ = draft_files.listed(command)
    kept = visit.context.files.attached(visit.ledger.ledger, source) if digests else {}
    visit.context.files.copy_attached(visit.ledger.ledger, source, to, [one for one in digests if one in kept])


def ready(visit: Visit, paper: Paper, quote: str) -> tuple[str, ...] | Refusal:
    """Have every file of a draft kept for the quote that it becomes; those that are new there."""
    digests, _ = draft_files.listed(paper.command)
    if not digests:
        return ()
    new = visit.context.files.copy_attached(visit.ledger.ledger, paper.id, quote, digests)
    return refuse("FILE_NOT_KEPT", "/attachments") if new is None else new
