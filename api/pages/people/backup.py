"""The keys of a business, and their backup: the recovery key taken away by its owner, the printed identity."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

from api.http.call import Answer
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from api.pages.people.common import OWNERS, confirm_first, get, post

KEY_BYTES: Final = 65_536
"""The longest upload that is looked at; a recovery key has less than a kibibyte."""


def backup(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the identity of the ledger, and whether its recovery key still lies on the server."""
    told = visit.query("done").get("done", "")
    facts = visit.context.service.keys.facts(visit.ledger.ledger)
    return visit.render(
        "people/backup.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        told=told,
        facts=facts,
        waiting=_waiting(visit) is not None,
        opened_on=visit.context.service.clock.now().date().isoformat(),
    )


def download(visit: Visit) -> Answer:
    """Give the recovery key's file to be kept elsewhere; it is encrypted under the server's passphrase."""
    if (first := confirm_first(visit, visit.at("/backup"))) is not None:
        return first
    path = _waiting(visit)
    if path is None:
        return visit.go(visit.at("/backup"))
    return visit.file(path.read_bytes(), "application/x-pem-file", _file_name(visit))


def taken_away(visit: Visit) -> Answer:
    """Remove the recovery key from the server once its owner has shown that they have it: the same file, sent back."""
    if (first := confirm_first(visit, visit.at("/backup"))) is not None:
        return first
    path, files = _waiting(visit), visit.form.files.get("file", [])
    if path is None:
        return visit.go(visit.at("/backup"))
    if not files or not hmac.compare_digest(files[0].body, path.read_bytes()):
        words = visit.say(
            "Ce fichier n'est pas la clé de secours de ce registre : choisissez celui que vous venez de garder."
        )
        return backup(visit, Wrong(words, None, "KEY_FILE_OTHER", {"file": words}))
    visit.context.service.keys.destroy_other_key(visit.ledger.ledger, path.name)
    return visit.go(visit.at("/backup?done=away"))


def _waiting(visit: Visit) -> Path | None:
    folder = visit.context.service.keys.root / visit.ledger.ledger
    return next(iter(sorted(folder.glob("MOVE-AWAY-recovery-*.pem"))), None)


def _file_name(visit: Visit) -> str:
    return f"{visit.ledger.name}-cle-de-secours.pem"


PAGES: Final[tuple[Page, ...]] = (
    get("/desk/{ledger}/backup", backup, OWNERS, "Les clés et leur sauvegarde."),
    post("/desk/{ledger}/backup/key", download, OWNERS, "Prendre la clé de secours."),
    post("/desk/{ledger}/backup/away", taken_away, OWNERS, "Montrer qu'on a la clé de secours.", KEY_BYTES),
)
