"""What is not about a ledger: health, readiness, metrics, the pages of problem types, the OpenAPI page."""

from __future__ import annotations

import hmac

from api.http.access import token_of
from api.http.call import Answer, Call, answer_json
from api.http.metrics import MEDIA
from api.http.problems import Problem, type_page


async def healthz(call: Call) -> Answer:
    """Answer that this process runs; asks nothing of the store."""
    call.query(())
    return answer_json({"status": "ok"})


async def readyz(call: Call) -> Answer:
    """Answer whether commands can be taken: the store answers, keys are there, the server is not stopping."""
    call.query(())
    context = call.context
    if context.stopping.is_set():
        raise Problem("STOPPING")
    readiness = await context.blocking(context.service.readiness)
    if not readiness.ready:
        # The words name ledgers: they are the operator's, and this page is anybody's.
        context.log.line("warning", "not_ready", problems=len(readiness.problems))
        raise Problem("NOT_READY")
    return answer_json({"status": "ready"})


async def metrics(call: Call) -> Answer:
    """Answer the counters of this process, in Prometheus's text format."""
    call.query(())
    wanted = call.context.settings.metrics_key
    if wanted is not None and not hmac.compare_digest(token_of(call).encode(), wanted.encode()):
        raise Problem("KEY_REQUIRED", headers=((b"www-authenticate", b'Bearer realm="sceau"'),))
    call.context.metrics.take_in(call.context.service.figures(), call.context.service.waiting())
    return Answer(200, call.context.metrics.page(), MEDIA)


async def problem_type(call: Call) -> Answer:
    """Answer what a problem's type means."""
    call.query(())
    page = type_page(call.params["code"])
    if page is None:
        raise Problem("NOT_FOUND")
    return answer_json(page)
