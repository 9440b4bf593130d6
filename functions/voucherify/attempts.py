"""The line that tells of a writing call to Voucherify: whose commands it carried, and what came of it."""

from collections.abc import Iterable, Set

from cdphub import order
from cdphub.connections import Project
from cdphub.outbox.row import Row
from cdphub.outbox.work import Send
from cdphub.telemetry import logger
from cdphub.voucherify.answers import Answer

# A line of a bulk job must not become as long as the job.
MOST_TRACES = 100


def places(row: Row, send: Send) -> set[str]:
    """The places of the commands in a call; of a list, which is written as a whole, the newest one's."""
    events = [row.events[send.event].at] if send.event in row.events else []
    lists = [max(one.at for one in row.lists[name].values()) for name in send.lists if row.lists.get(name)]
    deletions = [send.deletion] if send.deletion else []
    return {place for place in (*send.fields.values(), *events, *lists, *deletions) if place}


def tell(project: Project, customers: Iterable[str], carried: Set[str], answer: Answer, milliseconds: int) -> None:
    """Logs the call for these partition keys, with the trace ids of what it carried."""
    traces = sorted({order.trace_id(place) for place in carried})
    logger.info(
        "attempt",
        project=project.id,
        customers=sorted(customers)[:MOST_TRACES],
        status=answer.status,
        failure=answer.failure,
        milliseconds=milliseconds,
        trace_ids=traces[:MOST_TRACES],
    )
