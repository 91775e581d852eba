"""Who did something, in words: an entry names nobody, `user:<id>` at most.

Owners read a user's name, which is kept beside the ledger for as long as it may be (docs/people.md); others read that
it was a user. What stands in the entry is shown beside the words, as auditors compare it.
"""

from __future__ import annotations

from collections.abc import Callable

from api.pages.frame.visit import Visit
from api.people.access import people_of


def actors(visit: Visit) -> Callable[[str], str]:
    """Give what says who an entry's `actor` was; each user is looked up once."""
    people = people_of(visit.context.service) if visit.role == "owner" else None
    names: dict[str, str] = {}

    def name_of(user: str) -> str:
        if people is not None and user not in names:
            found = people.user(user)
            names[user] = found.name if found is not None else ""
        return names.get(user, "") or visit.say("un utilisateur")

    def said(actor: str) -> str:
        kind, _, of = actor.partition(":")
        match kind:
            case "user":
                return name_of(of)
            case "link":
                return visit.say("qui tient le lien")
            case "key":
                return visit.say("un programme, par sa clé")
            case "cli":
                return visit.say("la ligne de commande")
            case "system":
                return visit.say("Sceau, de lui-même")
        return actor

    return said
