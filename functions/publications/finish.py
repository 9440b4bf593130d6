"""Finishing (Lambda): from the queue `publications`, what a short call had to leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdphub import clock, pool
from cdphub.clock import SECOND
from cdphub.connections import read_connection
from cdphub.http import DEADLINE_MS
from cdphub.telemetry import count, logger, reason
from publications.finishing import QUEUE, Unfinished
from publications.outcome import Busy
from publications.publisher import Job, Publisher, publisher

MOST_TRIES = 7
_FIRST_WAIT_SECONDS = 4


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    failed = finish(publisher(), event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def finish(publisher: Publisher, records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Finishes what is unsettled; gives the ids of the messages that must come again."""
    failed = pool.run(lambda record: _attempt(publisher, record), records)
    return [message_id for message_id in failed if message_id]


def _attempt(publisher: Publisher, record: Mapping[str, Any]) -> str | None:
    message_id: str = record["messageId"]
    try:
        _finish(publisher, Unfinished.model_validate_json(record["body"]))
    except Exception as error:
        # Whatever it is, it must not reach the other messages.
        logger.error("comes again", message_id=message_id, error=reason(error))
        return message_id
    return None


def _finish(publisher: Publisher, unfinished: Unfinished) -> None:
    connection = read_connection(publisher.hub.store, unfinished.project, unfinished.connection)
    if connection is None or connection.state != "live":
        return
    outcome = publisher.finish(Job(connection, unfinished.wish, clock.now_ms() + DEADLINE_MS))
    if not isinstance(outcome, Busy):
        return
    tries = unfinished.tries + 1
    if tries == MOST_TRIES:
        logger.warning("left unfinished", connection=connection.id)
        count("PublicationUnfinished", cdp=connection.cdp)
        return
    wait_seconds = max(outcome.wait_ms / SECOND, _FIRST_WAIT_SECONDS * 2**unfinished.tries)
    message = unfinished.model_copy(update={"tries": tries}).message(wait_seconds)
    publisher.hub.queues.send(QUEUE, [message])
