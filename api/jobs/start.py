"""The recurring work of one server, put together from its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.documents import Documents
from api.jobs.anchoring import Anchoring
from api.jobs.collecting import CollectingJob
from api.jobs.delivering import Delivered, Delivering
from api.jobs.following import Following
from api.jobs.mailing import Mailed, Mailing
from api.jobs.places import places_from
from api.jobs.projecting import Projected, Projecting
from api.jobs.registering import Registering
from api.jobs.rendering import Rendered, Rendering
from api.jobs.rounds import Placing, Unanchored, Upkeep
from api.jobs.scheduler import Job, Scheduler
from api.jobs.signing import SigningUpkeep
from api.messages.daily import Daily
from api.messages.post import Post
from api.messages.queueing import Queueing
from api.messages.smtp import mailer_of
from api.payments.collecting import Collecting
from api.people.access import people_of
from api.settings import Settings
from api.signing.files import Files
from api.webhooks.endpoints import policy_of
from api.webhooks.sending import Sender
from ledger.shell.service import Service
from projections.engine.engine import Engine

UPKEEP_SECONDS: Final = 20.0
PLACING_SECONDS: Final = 5.0
RENDERING_SECONDS: Final = 2.0
DELIVERING_SECONDS: Final = 1.0
PROJECTING_SECONDS: Final = 2.0
COLLECTING_SECONDS: Final = 20.0
PEOPLE_SECONDS: Final = 20.0
FOLLOWING_SECONDS: Final = 1.0
MAILING_SECONDS: Final = 1.0
SIGNING_SECONDS: Final = 60.0


def scheduler_of(
    service: Service,
    settings: Settings,
    told: Callable[[Unanchored], None] | None = None,
    *,
    documents: Documents | None = None,
    told_of_documents: Callable[[Rendered], None] | None = None,
    told_of_webhooks: Callable[[Delivered], None] | None = None,
    engine: Engine | None = None,
    told_of_projections: Callable[[Projected], None] | None = None,
    post: Post | None = None,
    told_of_messages: Callable[[Mailed], None] | None = None,
) -> Scheduler:
    """Make the scheduler of a server; it is not started yet.

    Closing and checkpoints go in one thread, places in another, documents in a third: a place that does not answer
    delays no closure, and no page either. Without `documents` none are rendered.

    Raises:
        SettingsError: a place's address, key or file cannot be used.
    """
    clock = service.clock.now
    anchoring = Anchoring(service, places_from(settings, clock), clock)
    jobs = [
        Job("upkeep", UPKEEP_SECONDS, Upkeep(service, clock, Registering(service)).run),
        Job("anchors", PLACING_SECONDS, Placing(service, anchoring, clock, told).run),
    ]
    if documents is not None:
        rendering = Rendering(
            service,
            documents,
            clock,
            draws=settings.documents_job == "on",
            threads=max(1, settings.documents_workers - 1),  # one is left for who asks
            told=told_of_documents,
        )
        jobs.append(Job("documents", RENDERING_SECONDS, rendering.run))
    if settings.webhooks_job == "on":
        delivering = Delivering(
            service, Sender(policy_of(settings)), clock, public_url=settings.public_url, told=told_of_webhooks
        )
        jobs.append(Job("webhooks", DELIVERING_SECONDS, delivering.run, delivering.end))
    if post is not None and engine is not None:
        jobs += _messages(service, settings, post, engine, documents, told_of_messages)
    people = people_of(service)
    jobs.append(Job("people", PEOPLE_SECONDS, lambda _: people.tidy()))
    if documents is not None:
        jobs.append(Job("signing", SIGNING_SECONDS, SigningUpkeep(service, Files(service, documents.run)).run))
    if settings.payments_job == "on":
        jobs.append(Job("payments", COLLECTING_SECONDS, CollectingJob(Collecting(service, settings), clock).run))
    if engine is not None and settings.projections_job == "on":
        jobs.append(Job("projections", PROJECTING_SECONDS, Projecting(service, engine, told_of_projections).run))
    return Scheduler(service.store.side(), jobs, clock)


def _messages(
    service: Service,
    settings: Settings,
    post: Post,
    engine: Engine,
    documents: Documents | None,
    told: Callable[[Mailed], None] | None,
) -> list[Job]:
    """Make the jobs that read the chain for messages and mail them; none without a mail server.

    Raises:
        SettingsError: the mail server or the sender's address cannot be used.
    """
    mailer = mailer_of(settings)
    if mailer is None or settings.messages_job != "on":
        return []
    clock = service.clock.now
    files = Files(service, documents.run) if documents is not None else None
    queueing = Queueing(
        service,
        settings,
        post,
        file_of=files.read if files is not None else None,
        attached_of=files.to_mail if files is not None else None,
    )
    daily = Daily(service, settings, post, queueing, engine, clock)
    mailing = Mailing(service, post, mailer, clock, documents=documents, told=told)
    post.hurry = mailing.hurry
    return [
        Job("following", FOLLOWING_SECONDS, Following(service, post, queueing, clock, daily=daily).run),
        Job("mailing", MAILING_SECONDS, mailing.run, mailing.end),
    ]
