"""A backfill: customers of a file to Voucherify, behind everything that is live, by bulk calls (G1, G2, G5, G6).

Chunk by chunk the file's commands go to the worker's queue, each chunk in one message, so that it becomes one bulk
call. Their places are older than those of all that has come live since, which therefore wins (docs/outbox.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cdphub import clock, commands, order
from cdphub.backlog import DeadLetter
from cdphub.clock import DAY
from cdphub.connections import Connection, Project, read_connection
from cdphub.hub import Hub
from cdphub.outbox.row import KEEP_APPLIED_MS
from cdphub.profile import Profile
from cdphub.queues import Message
from cdphub.store.backlog import DEAD
from tools.hubctl.backfill_gate import Gate
from tools.hubctl.backfill_lines import BYTES, Line, Reader, chunks, contents
from tools.hubctl.backfill_progress import Notes, Progress
from tools.hubctl.errors import WrongInputError

OLDEST_MS = KEEP_APPLIED_MS - 10 * DAY
"""So long ago a backfill's data may be from: the hub knows what came later, for as long as the backfill takes."""

Told = Callable[[Progress], None]


@dataclass(frozen=True)
class Backfill:
    """A file that goes to the project of a connection, `as_of_ms` being the time its data is from."""

    hub: Hub
    file: Path
    profile: Profile
    connection: Connection
    project: Project
    as_of_ms: int | None = None

    def begin(self) -> Progress:
        """Where the last run has stopped, or the beginning; raises WrongInputError if that was another file's."""
        found, notes = contents(self.file), Notes(self.file)
        progress = notes.read()
        if progress is None:
            newest_ms = self._as_of_ms()
            return Progress(
                sha256=found.sha256,
                connection=self.connection.id,
                trace_id=clock.new_id(),
                first_ms=newest_ms - found.lines,
            )
        if (progress.sha256, progress.connection) != (found.sha256, self.connection.id):
            raise WrongInputError(f"{notes.progress}: is of another file or connection; delete it to begin anew")
        if not progress.complete and progress.first_ms < clock.now_ms() - KEEP_APPLIED_MS:
            raise WrongInputError(f"{notes.progress}: the hub has forgotten what came since; delete it to begin anew")
        if self.as_of_ms not in (None, progress.first_ms + found.lines):
            raise WrongInputError("--as-of: a backfill that has begun keeps its time; leave it out to go on")
        return progress

    def run(self, progress: Progress, told: Told, waiting: Callable[[str], None]) -> None:
        """Sends what is left, and returns when Voucherify has it; `told` hears of each chunk that is through.

        Raises WrongInputError once the connection is not live any more, and cdphub.aws.AwsError. May be repeated at
        any time: what was sent and not yet noted is sent again with the places it had, which changes nothing.
        """
        notes, gate = Notes(self.file), Gate(self.hub, self.project, waiting)
        notes.write(progress)
        before = progress.bulk_calls
        gate.wait()
        for chunk in self._chunks(progress):
            self._check_live()
            found = [command for line in chunk for command in line.commands]
            for body in commands.pack(self.project.id, found, BYTES):
                self.hub.queues.send(commands.QUEUE, [Message(body, group=self.project.id)])
            notes.note(progress, chunk)
            progress.add(chunk)
            notes.write(progress)
            if found:
                gate.wait_for(found[-1])
            gate.wait()
            progress.bulk_calls = before + len(gate.seen)
            told(progress)
        progress.complete = True
        notes.write(progress)

    def look_ahead(self, progress: Progress) -> int:
        """Counts what is left in `progress`, sends nothing; gives the number of bulk calls that it would take."""
        calls = 0
        for chunk in self._chunks(progress):
            progress.add(chunk)
            calls += any(line.commands for line in chunk)
        return calls

    def dead_letters(self, progress: Progress) -> int:
        """How many dead letters the backfill's customers have left so far."""
        since, until = (order.place(at, "", 0) for at in (progress.first_ms, progress.first_ms + progress.lines + 1))
        rows = self.hub.store.backlog.list(self.connection.id, DEAD, since=since, until=until)
        keys = (DeadLetter.model_validate_json(row.text).key for row in rows)
        return sum(order.trace_id(key) == progress.trace_id for key in keys)

    def _chunks(self, progress: Progress) -> Iterable[list[Line]]:
        reader = Reader(self.profile, self.connection, progress.trace_id, progress.first_ms)
        return chunks(reader.lines(self.file, progress.offset, progress.lines))

    def _as_of_ms(self) -> int:
        now = clock.now_ms()
        if self.as_of_ms is None:
            return now - OLDEST_MS
        if not now - OLDEST_MS <= self.as_of_ms <= now:
            raise WrongInputError(f"--as-of: must be in the last {OLDEST_MS // DAY} days; the hub remembers no longer")
        return self.as_of_ms

    def _check_live(self) -> None:
        present = read_connection(self.hub.store, self.connection.project, self.connection.id)
        if present is None or present.state != "live":
            raise WrongInputError(f"connection: {self.connection.id} is not live; enable it to go on")


def told_of(progress: Progress, dead_letters: int) -> dict[str, object]:
    """The report at the end."""
    return {
        "lines": progress.lines,
        "accepted": progress.accepted,
        "left_out": dict(progress.reasons.most_common()),
        "bulk_calls": progress.bulk_calls,
        "dead_letters": dead_letters,
        "trace_id": progress.trace_id,
        "complete": progress.complete,
    }
