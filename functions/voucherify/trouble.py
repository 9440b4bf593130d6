"""What follows when Voucherify did not say yes: wait, pause the project, or bury the one command that is to blame.

The dead letter of a refused command is written before the command is removed, so that none vanishes without a record
(G1), and a call that carried several commands is first repeated command by command, so that only the bad one dies.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.backlog import DeadLetter, bury
from cdphub.clock import MINUTE, SECOND
from cdphub.commands import dumped
from cdphub.connections import Project
from cdphub.failures import FailureClass, backoff_ms
from cdphub.outbox import fold
from cdphub.outbox.merge import KEEP_ENDED_MS
from cdphub.outbox.row import Row
from cdphub.outbox.turn import DOUBT_MS
from cdphub.outbox.work import Send
from cdphub.queues import Message
from cdphub.schema import Token
from cdphub.store.outbox import DEAD
from cdphub.telemetry import count, logger
from cdphub.voucherify.answers import CYCLE_CALLS, Answer
from voucherify.blame import blame
from voucherify.held import Held
from voucherify.worker import Worker

# The sweep finds longer waits in time.
SHORT_WAIT_MS = MINUTE

_JITTER_MS = 2 * SECOND


class Trouble:
    """Meets the failures of one customer's turn."""

    def __init__(self, worker: Worker, project: Project, held: Held) -> None:
        self._worker = worker
        self._project = project
        self._held = held

    def meet(self, send: Send, answer: Answer, stored: Mapping[str, Any] | None = None) -> bool:
        """Sees to a failed call; `stored` is its event's body. False when the turn is over.

        Raises LostError.
        """
        failure = answer.failure
        if failure is FailureClass.AUTH and not self._held.turn.has_time(clock.now_ms()):
            return self._give_back()
        if failure is FailureClass.AUTH and self._key_works():
            failure = FailureClass.TRANSIENT
        # Voucherify's own words may quote the customer: they are for the dead letter alone.
        why = answer.status or answer.reason
        logger.info("not applied", project=self._project.id, customer=self._held.pk, failure=failure, why=why)
        count("NotApplied", project=self._project.id, failure=str(failure))
        if failure in (FailureClass.INVALID, FailureClass.CONFIG):
            return self._refuse(send, answer, stored)
        if failure is FailureClass.AUTH:
            self._worker.pauses.until_probed(self._project.id, "auth")
            return self._give_back()
        if failure is FailureClass.THROTTLE:
            self._pause(answer)
            return self._give_back()
        return self._retry(send, answer, stored, in_doubt=failure is FailureClass.IN_DOUBT)

    def _key_works(self) -> bool:
        """One 401 may be an accident, or the key has just been replaced: asks once more with the keys read anew."""
        probe = self._worker.voucherify(self._project, new_keys=True).probe()
        return probe.failure is not FailureClass.AUTH

    def _pause(self, answer: Answer) -> None:
        """For as long as Voucherify says; nobody says when a billing cycle ends, so that is tried now and then."""
        if answer.limit == CYCLE_CALLS:
            self._worker.pauses.until_probed(self._project.id, "cycle")
        else:
            wait = answer.wait_ms + int(_JITTER_MS * clock.random())
            self._worker.pauses.throttle(self._project.id, wait)

    def _give_back(self) -> bool:
        """The project waits, not this customer."""
        self._held.settle(lambda row: row.release(clock.now_ms()))
        return False

    def _retry(self, send: Send, answer: Answer, stored: Mapping[str, Any] | None, *, in_doubt: bool) -> bool:
        now, row = clock.now_ms(), self._held.row
        least_ms = DOUBT_MS if in_doubt else 0
        if in_doubt and send.event is not None:
            count("RepeatPossible", project=self._project.id)
        if self._worker.health.is_sick(self._project.id, row.failures + 1, row.first_failure or now):
            return self._refuse(send, answer, stored, fold.given_up, hold_off_ms=least_ms)
        if self._worker.health.failed(self._project.id, self._held.pk):
            self._worker.pauses.until_probed(self._project.id, "outage")
            if not in_doubt:
                return self._give_back()
        wait = max(least_ms, backoff_ms(row.failures, clock.random()))
        self._held.settle(lambda row: fold.put_off(row, now, wait))
        self._remind(wait)
        return False

    def _refuse(
        self,
        send: Send,
        answer: Answer,
        stored: Mapping[str, Any] | None,
        fold_in: Callable[[Row, Send, list[str]], None] = fold.refused,
        *,
        hold_off_ms: int = 0,
    ) -> bool:
        """Repeats a call of several commands one by one, or buries the command of a call that had only one."""
        places: list[str] = []
        alone = send.parts() == 1
        if alone:
            places.append(self._bury(send, answer, stored))
        until = clock.now_ms() + hold_off_ms

        def refuse(row: Row) -> None:
            if alone:
                fold_in(row, send, places)
            else:
                row.split = True
            if hold_off_ms:
                row.not_before = until
                row.release(until if row.has_work() else None)

        self._held.settle(refuse)
        return self._held.row.lease is not None

    def _bury(self, send: Send, answer: Answer, stored: Mapping[str, Any] | None) -> str:
        """The dead letter first, then the event row; gives the command's place."""
        now, row, outbox = clock.now_ms(), self._held.row, self._worker.hub.store.outbox
        part, command = blame(row, send, stored)
        letter = DeadLetter(
            project=self._project.id,
            connection=command.connection,
            direction="inbound",
            key=f"{command.order}#{part}",
            failure=answer.failure or FailureClass.INVALID,
            reason=answer.reason,
            attempts=row.failures + 1,
            first_ms=row.first_failure or now,
            last_ms=now,
            customer=self._held.pk,
            payload=dumped(command),
        )
        bury(self._worker.hub.store, letter)
        if send.event is not None:
            outbox.end_event(self._held.pk, send.event, DEAD, now + KEEP_ENDED_MS)
        count("Dead", project=self._project.id, failure=str(letter.failure))
        return command.order

    def _remind(self, wait_ms: int) -> None:
        """A token wakes the customer after a short wait; if it gets lost, the sweep does."""
        if wait_ms > SHORT_WAIT_MS:
            return
        token = Token(v=1, project=self._project.id, customer=self._held.pk)
        message = Message(token.model_dump(), delay_seconds=wait_ms / SECOND, group=self._project.id)
        try:
            self._worker.hub.queues.send("apply", [message])
        except AwsError:
            logger.warning("no reminder", customer=self._held.pk)
