"""Voucherify's webhooks (Lambda): check the signature, store, answer; never deduplicate (G1).

A key remembered before a send that then fails would lose the event, so copies are dropped after the queue.
"""

from functools import cache
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request, refusal, reply, unavailable
from cdphub.aws import AwsError
from cdphub.body import RefusedError, read_any
from cdphub.hub import Hub, hub
from cdphub.outbound.cut import cut
from cdphub.queues import Message
from cdphub.telemetry import count, logger
from voucherify.signature import HEADER, is_signed
from voucherify.webhook_secrets import WebhookSecrets

QUEUE = "events"
VERSION = 1
# What fits into a row of the backlog, should the event have to wait there. Its largest parts are left out of a longer
# one: an answer that is no success would make Voucherify switch the whole webhook off after a while.
EVENT_BYTES = 240_000


@cache
def webhook_secrets() -> WebhookSecrets:
    """Made once per instance."""
    return WebhookSecrets(hub())


def handler(event: dict[str, Any], _context: object) -> Reply:
    """`POST /voucherify/webhooks/{project}`."""
    return answer(Request.from_event(event), webhook_secrets(), hub())


def answer(request: Request, secrets: WebhookSecrets, hub: Hub) -> Reply:
    """Answers 202 when the event is stored, 400, 401, or 503 when it could not be stored."""
    trace_id = clock.new_id()
    logger.append_keys(trace_id=trace_id)
    project = request.path_parameters.get("project", "")
    try:
        if not _is_genuine(request, project, secrets):
            count("WebhookRefused")
            logger.warning("webhook refused", project=project)
            return refusal(401, trace_id, HEADER, "is wrong, or the project is unknown")
        _store(hub, trace_id, project, read_any(request.body))
    except RefusedError as refused:
        return refusal(400, trace_id, refused.field, refused.reason)
    except AwsError as error:
        count("NotStored")
        logger.error("not stored", error=str(error))
        return unavailable(trace_id)
    return reply(202, {"trace_id": trace_id})


def _is_genuine(request: Request, project: str, secrets: WebhookSecrets) -> bool:
    signature = request.headers.get(HEADER, "")
    known = secrets.known(project)
    if is_signed(request.body, signature, known):
        return True
    newest = secrets.newest(project)
    return newest != known and is_signed(request.body, signature, newest)


def _store(hub: Hub, trace_id: str, project: str, body: Any) -> None:
    message = {"v": VERSION, "trace_id": trace_id, "project": project, "received_ms": clock.now_ms(), "body": body}
    message, left_out = cut(message, EVENT_BYTES)
    if left_out:
        logger.warning("too long", left_out=left_out)
    hub.queues.send(QUEUE, [Message(message, group=project)])
