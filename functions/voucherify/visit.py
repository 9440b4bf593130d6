"""A visit to a customer whose time has come, by a reminder or by the sweep."""

from cdphub import clock
from cdphub.connections import Project
from cdphub.outbox.row import dump
from cdphub.outbox.turn import Turn, may_visit, take
from cdphub.pauses import Pause
from cdphub.telemetry import count
from voucherify.flush import Flush, Heir
from voucherify.held import Held
from voucherify.worker import Worker


def visit(
    worker: Worker,
    project: Project,
    pk: str,
    end_ms: int,
    *,
    probing: Pause | None = None,
    heir: Heir | None = None,
) -> bool:
    """Flushes the customer if it is due, nobody holds it and the project is not paused; else does nothing: False.

    The row is read before anyone acts, since a reminder may come twice and the index is only a hint. `due` stays until
    nothing is left, so that a crash on the way is found again. With `probing` the pause is no obstacle. `heir` may take
    the row over once its lists have been read.
    """
    outbox, turn = worker.hub.store.outbox, Turn(clock.new_id(), end_ms)
    # At the end of an invocation thousands may be left: even reading them would take too long.
    item = outbox.read_customer(pk) if turn.has_time(clock.now_ms()) else None
    if item is None:
        return False
    row = worker.leases.row(item)
    if not may_visit(row, turn, clock.now_ms()):
        return False
    if probing is None and worker.pauses.current(project.id) is not None:
        return False
    took_over = row.lease is not None
    take(row, turn)
    if not outbox.write_customer(pk, dump(pk, row, item.version)):
        return False
    if took_over and row.events:
        count("RepeatPossible", project=project.id)
    held = Held(worker.hub.store, pk, turn, row, item.version + 1)
    Flush(worker, project, held, {}, probing=probing, heir=heir).run()
    return True
