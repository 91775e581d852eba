"""What an operator watches, as Prometheus metrics. Labels are routes, methods, codes and names of commands, nothing of
whose ledger or whose sale it was."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.jobs.delivering import Delivered
from api.jobs.mailing import Mailed
from api.jobs.projecting import Projected
from api.jobs.rendering import Rendered
from api.jobs.rounds import Unanchored
from ledger.shell.writer import Figures

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """One server's counters."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.requests = Counter(
            "sceau_http_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "sceau_http_request_seconds",
            "Time from the request's head to the end of its answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.under_way = Gauge("sceau_http_requests_under_way", "Requests being answered", registry=self.registry)
        self.refusals = Counter(
            "sceau_refusals", "Refusals and problems answered, by code", ("code",), registry=self.registry
        )
        self.commands = Counter(
            "sceau_commands", "Commands carried out or refused", ("command", "outcome"), registry=self.registry
        )
        self.entries = Counter("sceau_entries", "Entries that commands of this server wrote", registry=self.registry)
        self.waiting = Gauge("sceau_commands_waiting", "Commands no writer has taken yet", registry=self.registry)
        self.groups = Gauge("sceau_writer_groups", "Transactions since the start", registry=self.registry)
        self.head_moved = Gauge(
            "sceau_writer_head_moved", "Groups decided again: another process was first", registry=self.registry
        )
        self.clock_steps = Gauge("sceau_clock_steps", "Clock steps noticed since the start", registry=self.registry)
        # Set by the one process that has the lease of the job: without a sample in the others.
        self.unanchored_minutes = Gauge(
            "sceau_unanchored_minutes",
            "Age of the oldest entry, over all ledgers, that no anchor of this sort covers",
            ("promise",),
            registry=self.registry,
        )
        self.unanchored_entries = Gauge(
            "sceau_unanchored_entries",
            "Entries of one ledger at most that no anchor of this sort covers",
            ("promise",),
            registry=self.registry,
        )
        self.failing_places = Gauge(
            "sceau_anchor_places_failing", "Places for checkpoints that fail, over all ledgers", registry=self.registry
        )
        self.documents = Gauge(
            "sceau_documents_rendered", "Documents rendered by the job since the start", registry=self.registry
        )
        self.documents_failing = Gauge(
            "sceau_documents_failing", "Documents that cannot be rendered, over all ledgers", registry=self.registry
        )
        self.messages = Gauge(
            "sceau_messages", "Tries to mail messages since the start", ("outcome",), registry=self.registry
        )
        self.messages_waiting = Gauge(
            "sceau_messages_waiting", "Messages that wait to be mailed", registry=self.registry
        )
        self.mail_away = Gauge("sceau_mail_away", "1 while the mail server does not answer", registry=self.registry)
        self.webhooks = Gauge(
            "sceau_webhook_deliveries", "Deliveries to webhooks since the start", ("outcome",), registry=self.registry
        )
        self.webhooks_failing = Gauge(
            "sceau_webhooks_failing", "Endpoints that take nothing at present", registry=self.registry
        )
        self.webhooks_dead = Gauge(
            "sceau_webhook_dead_letters", "Events given up, over all endpoints", registry=self.registry
        )
        self.webhooks_behind = Gauge(
            "sceau_webhook_entries_behind", "Entries that the last endpoint has yet to settle", registry=self.registry
        )
        self.projections_behind = Gauge(
            "sceau_projections_behind_entries",
            "Entries that the projection furthest behind has yet to take in, over all ledgers",
            registry=self.registry,
        )
        self.projections_behind_seconds = Gauge(
            "sceau_projections_behind_seconds", "Age of the oldest of those entries", registry=self.registry
        )
        self.projections_stopped = Gauge(
            "sceau_projections_stopped", "Projections that cannot go on, over all ledgers", registry=self.registry
        )
        self.projections_entries = Gauge(
            "sceau_projections_entries", "Entries read for projections since the start", registry=self.registry
        )
        self._commands: dict[tuple[str, str], Counter] = {}
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:  # labels() costs three times the increment; the routes are few
            children = (self.requests.labels(method, route, str(status)), self.seconds.labels(method, route))
            self._children[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def command(self, name: str, outcome: str, entries: int = 0) -> None:
        """Count one command that was `done`, `refused` or `repeated`, and the entries it wrote."""
        key = (name, outcome)
        child = self._commands.get(key)
        if child is None:
            child = self._commands[key] = self.commands.labels(name, outcome)
        child.inc()
        if entries:
            self.entries.inc(entries)

    def take_in(self, figures: Figures, waiting: int) -> None:
        """Take over what the writers counted."""
        self.waiting.set(waiting)
        self.groups.set(figures.groups)
        self.head_moved.set(figures.head_moved)
        self.clock_steps.set(figures.clock_steps)

    def take_in_windows(self, widest: Unanchored) -> None:
        """Take over what is not anchored."""
        self.unanchored_minutes.labels("timestamp").set(widest.timestamp_minutes)
        self.unanchored_minutes.labels("witness").set(widest.witness_minutes)
        self.unanchored_entries.labels("timestamp").set(widest.timestamp_entries)
        self.unanchored_entries.labels("witness").set(widest.witness_entries)
        self.failing_places.set(widest.failing_places)

    def take_in_documents(self, figures: Rendered) -> None:
        """Take over what the job that renders counted."""
        self.documents.set(figures.documents)
        self.documents_failing.set(figures.failing)

    def take_in_messages(self, figures: Mailed) -> None:
        """Take in what the job that mails messages says of itself."""
        self.messages.labels("sent").set(figures.sent)
        self.messages.labels("failed").set(figures.failed)
        self.messages.labels("given_up").set(figures.given_up)
        self.messages_waiting.set(figures.waiting)
        self.mail_away.set(int(figures.away))

    def take_in_webhooks(self, figures: Delivered) -> None:
        """Take over what the job that delivers counted."""
        self.webhooks.labels("delivered").set(figures.delivered)
        self.webhooks.labels("failed").set(figures.failed)
        self.webhooks_failing.set(figures.failing)
        self.webhooks_dead.set(figures.dead)
        self.webhooks_behind.set(figures.behind)

    def take_in_projections(self, figures: Projected) -> None:
        """Take over what the job that keeps rows level found."""
        self.projections_behind.set(figures.behind_entries)
        self.projections_behind_seconds.set(figures.behind_seconds)
        self.projections_stopped.set(figures.stopped)
        self.projections_entries.set(figures.entries)

    def page(self) -> bytes:
        """Give everything in Prometheus's text format."""
        return generate_latest(self.registry)


MEDIA = CONTENT_TYPE_LATEST.encode()
