"""The keys of a business, and their backup: the recovery key taken away by its owner, the printed identity."""

from __future__ import annotations

import hmac
from contextlib import suppress
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
        waiting=_waiting(visit)[1] is not None,
        opened_on=visit.context.service.clock.now().date().isoformat(),
    )


def download(visit: Visit) -> Answer:
    """Give the recovery key's file to be kept elsewhere; it is encrypted under the server's passphrase."""
    if (first := confirm_first(visit, visit.at("/backup"))) is not None:
        return first
    _, key = _waiting(visit)
    if key is None:
        return visit.go(visit.at("/backup"))
    return visit.file(key, "application/x-pem-file", _file_name(visit))


def taken_away(visit: Visit) -> Answer:
    """Remove the recovery key from the server once its owner has shown that they have it: the same file, sent back."""
    if (first := confirm_first(visit, visit.at("/backup"))) is not None:
        return first
    (name, key), files = _waiting(visit), visit.form.files.get("file", [])
    if key is None:
        return visit.go(visit.at("/backup"))
    if not files or not hmac.compare_digest(files[0].body, key):
        words = visit.say(
            "Ce fichier n'est pas la clé de secours de ce registre : choisissez celui que vous venez de garder."
        )
        return backup(visit, Wrong(words, None, "KEY_FILE_OTHER", {"file": words}))
    visit.context.service.keys.destroy_other_key(visit.ledger.ledger, name)
    return visit.go(visit.at("/backup?done=away"))


def _waiting(visit: Visit) -> tuple[str, bytes | None]:
    """Give the name and content of a recovery key that still lies here; None for one that another owner took away."""
    folder = visit.context.service.keys.root / visit.ledger.ledger
    for path in sorted(folder.glob("MOVE-AWAY-recovery-*.pem")):
        with suppress(FileNotFoundError):
            return path.name, path.read_bytes()
    return "", None


def _file_name(visit: Visit) -> str:
    return f"{visit.ledger.name}-cle-de-secours.pem"


PAGES: Final[tuple[Page, ...]] = (
    get("/desk/{ledger}/backup", backup, OWNERS, "Les clés et leur sauvegarde."),
    post("/desk/{ledger}/backup/key", download, OWNERS, "Prendre la clé de secours."),
    post("/desk/{ledger}/backup/away", taken_away, OWNERS, "Montrer qu'on a la clé de secours.", KEY_BYTES),
)
