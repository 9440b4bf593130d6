"""Dead letters back to their queues, each sent first and deleted then: twice rather than lost (G1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cdphub import clock
from cdphub.connections import Connection, read_connection
from cdphub.hub import Hub
from cdphub.outbox.merge import prune
from cdphub.outbox.row import Row, load
from cdphub.replay import Verdict, judge, message_of
from tools.hubctl.dead_letters import NOBODYS, Found

OFF = "connection off"
"""In place of a verdict: a connection that is off, or gone, would only ignore what is sent to it."""


@dataclass(frozen=True)
class Replay:
    """How letters are replayed: with `force` also what was superseded, and at most so many a second."""

    hub: Hub
    force: bool
    per_second: float

    def judged(self, letters: Iterable[Found]) -> Iterator[str]:
        """What `run` would do with each letter now: a Verdict, or OFF."""
        return (self._judge(found) for found in letters)

    def run(self, letters: Iterable[Found]) -> Iterator[str]:
        """Replays the letters one by one, and tells of each what it has done: a Verdict, or OFF.

        What is superseded, or of a connection that is off, stays where it is. Raises cdphub.aws.AwsError.
        """
        wait_seconds = 0.0
        for found in letters:
            clock.sleep(wait_seconds)
            verdict = self._judge(found)
            wait_seconds = 1 / self.per_second if verdict == Verdict.SEND else 0
            if verdict == Verdict.SEND:
                self._send(found)
            if verdict in (Verdict.SEND, Verdict.ERASED):
                # Not what has died once more meanwhile: that is a newer letter in the same place.
                self.hub.store.backlog.delete(found.connection.id, found.row.key, found.row.text)
            yield verdict

    def _judge(self, found: Found) -> str:
        if self._is_off(found.connection):
            return OFF
        return judge(found.letter, self._customer(found.letter.customer), force=self.force)

    def _is_off(self, connection: Connection) -> bool:
        """Whether it is now: a replay takes minutes, in which somebody may switch off or remove what it troubles."""
        if connection in NOBODYS:
            return False
        present = read_connection(self.hub.store, connection.project, connection.id)
        return present is None or present.state == "off"

    def _customer(self, pk: str | None) -> Row:
        item = self.hub.store.outbox.read_customer(pk) if pk else None
        row = load(item) if item else Row()
        prune(row, clock.now_ms())
        return row

    def _send(self, found: Found) -> None:
        anew_ms = clock.now_ms() if self.force else None
        queue, message = message_of(found.letter, found.connection.cdp, anew_ms)
        self.hub.queues.send(queue, [message])
