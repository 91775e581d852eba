"""The anchors of a ledger as evidence for a verification: those kept beside the chain and those given as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson

from api.jobs.registering import noted, through
from api.settings import Settings, SettingsError
from archive.anchors.evidence import evidence_of, stored
from archive.anchors.stamps import load_roots
from archive.anchors.witness import witness_key
from ledger.domain.events.ledger import AnchorPolicySet
from ledger.kernel.audit import Opening, opening
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Break
from ledger.kernel.note import VerifierKey
from ledger.shell.anchored import Evidence, Proof
from ledger.shell.checkpoints import tree_of
from ledger.shell.store import AnchorRow, Head, Store

_MOST_NAMED: Final = 100

Given = Sequence[tuple[AnchorRow, bytes]]


def evidence_from(
    settings: Settings,
    store: Store,
    ledger: str,
    given: Given = (),
    roots: Path | None = None,
    witnesses: Sequence[str] = (),
    register: str | None = None,
) -> Callable[[Opening], Evidence]:
    """Give what `verify_ledger` asks for.

    Args:
        settings: their authority's root and witnesses are known from outside the store.
        store: where the ledger is.
        ledger: its id.
        given: anchors from files.
        roots: a PEM file of authorities' roots, in place of the settings'.
        witnesses: verifier keys besides the settings'.
        register: the register of ledgers, whose anchors count for this one too; it costs a pass over the register.

    Raises:
        SettingsError: the file or a key cannot be used.
    """
    file = roots or (Path(settings.tsa_ca) if settings.tsa_ca is not None else None)
    try:
        trusted = load_roots(file.read_bytes()) if file is not None else ()
    except (OSError, ValueError):
        raise SettingsError("SCEAU_TSA_CA", "a file of PEM certificates is needed") from None
    known = _keys(
        [*witnesses, *(words[-1] for each in (settings.witnesses or "").split(",") if (words := each.split()))]
    )

    def check(first: Opening) -> Evidence:
        anchors = (*stored(store, ledger), *given)
        found = evidence_of(anchors, first, trusted, known, _named(store, ledger, first))
        if register is None or register == ledger:
            return found
        opening_of_register = opening(next(store.lines(register, 0, 1)).line)
        named = _named(store, register, opening_of_register)
        its_own = evidence_of(stored(store, register), opening_of_register, trusted, known, named)
        return replace(found, proofs=(*found.proofs, *_through_register(store, register, ledger, its_own)))

    return check


def _through_register(store: Store, register: str, ledger: str, evidence: Evidence) -> Iterator[Proof]:
    """What an anchor of the register says of a ledger: the head that an entry under its root has noted.

    The best of each sort alone; its root is computed from the register's entries, so that they are the anchored ones.
    """
    best: dict[tuple[str, bool], Proof] = {}
    for proof in evidence.proofs:
        before = best.get((proof.kind, proof.trusted))
        if before is None or before.checkpoint.size < proof.checkpoint.size:
            best[proof.kind, proof.trusted] = proof
    roots: dict[int, bytes] = {}
    for proof in best.values():
        size = proof.checkpoint.size
        if size not in roots:
            line = next(store.lines(register, size - 1, size), None)
            head = Head(size, line.fingerprint if line is not None else "", "", "", b"")
            try:
                roots[size] = tree_of(store, register, head).root
            except Break:
                roots[size] = b""
        one = noted(store, register, upto=size)[0].get(ledger)
        if roots[size] == proof.checkpoint.root and one is not None and one.size:
            checkpoint = Checkpoint("", one.size, bytes.fromhex(one.root))
            yield replace(proof, checkpoint=checkpoint, place=through(proof.place))


def _keys(texts: Sequence[str]) -> tuple[VerifierKey, ...]:
    try:
        return tuple(map(witness_key, dict.fromkeys(texts)))
    except ValueError:
        raise SettingsError("SCEAU_WITNESSES", "URL and verifier key, separated by commas, are needed") from None


def _named(store: Store, ledger: str, first: Opening) -> tuple[VerifierKey, ...]:
    """The witnesses that the ledger's own policies name: whoever writes there chose them."""
    policies = [first.body.get("anchors")]
    set_later = store.lines(ledger, types=(AnchorPolicySet.TYPE,))
    policies.extend(orjson.loads(line.line)["entry"]["body"].get("anchors") for line in set_later)
    found: dict[str, VerifierKey] = {}
    for policy in policies:
        texts = policy.get("witnesses", ()) if isinstance(policy, dict) else ()
        for text in texts if isinstance(texts, list) else ():
            if isinstance(text, str) and len(found) < _MOST_NAMED:
                try:
                    found[text] = witness_key(text)
                except ValueError:
                    continue
    return tuple(found.values())
