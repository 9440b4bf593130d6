"""A connection's circuit breaker: what an answer of the CDP means for all that is on its way to that connection (G5).

All workers share the pauses. A rejected key, or an outage, which is so many failures in a row at one worker, pauses the
connection until a probe succeeds; a throttle for as long as the CDP says.
"""

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.outbound.outcome import Outcome, delay_ms
from cdphub.pauses import CONNECTIONS, Pause, Pauses
from cdphub.store.state import State
from cdphub.telemetry import count, logger

OUTAGE_FAILURES = 3

_FAILURES = {"throttle": FailureClass.THROTTLE, "auth": FailureClass.AUTH, "outage": FailureClass.TRANSIENT}
_NO_ANSWER = (FailureClass.TRANSIENT, FailureClass.IN_DOUBT)


def waiting(pause: Pause) -> Outcome:
    """The outcome of what meets the pause."""
    return Outcome(_FAILURES[pause.reason], f"the connection is paused: {pause.reason}", tried=False)


class Breaker:
    """What one worker knows of its CDP's connections.

    An invocation serves a connection in one thread, so what is kept by connection needs no lock.
    """

    def __init__(self, cdp: str, state: State) -> None:
        self._cdp = cdp
        self._pauses = Pauses(state, CONNECTIONS)
        self._failures: dict[str, int] = {}
        self._probes: dict[str, Pause] = {}

    def pause(self, connection: str) -> Pause | None:
        """Why the connection is to be left alone, if it is; raises AwsError."""
        return self._pauses.current(connection)

    def pause_if_known(self, connection: str) -> Pause | None:
        """The same after requests, whose outcomes must not get lost: None also if nobody can tell."""
        try:
            return self.pause(connection)
        except AwsError as error:
            logger.warning("pause not read", connection=connection, error=str(error))
            return None

    def claim_probe(self, connection: str, pause: Pause) -> bool:
        """Whether this worker, of all, is to try now if the pause is over; raises AwsError."""
        probe = self._pauses.probe_again(connection, pause) if pause.is_probe_due else None
        if probe is None:
            return False
        self._probes[connection] = probe
        return True

    def heed(self, connection: str, outcome: Outcome, attempts: int) -> None:
        """Takes note of what came of a request, the last of so many attempts."""
        try:
            self._heed(connection, outcome, attempts)
        except AwsError as error:
            # The request has been made: what came of it is still to be settled.
            logger.warning("pause not shared", connection=connection, error=str(error))

    def _heed(self, connection: str, outcome: Outcome, attempts: int) -> None:
        if outcome.failure in _NO_ANSWER:
            self._no_answer(connection)
            return
        self._failures.pop(connection, None)
        if outcome.failure is FailureClass.AUTH:
            self._rejected(connection)
            return
        self._resume(connection)
        if outcome.failure is FailureClass.THROTTLE:
            wait_ms = max(delay_ms(outcome, attempts, clock.random()), SECOND)
            self._note(connection, "throttle", begun=self._pauses.throttle(connection, wait_ms))

    def _no_answer(self, connection: str) -> None:
        self._failures[connection] = self._failures.get(connection, 0) + 1
        if self._failures[connection] == OUTAGE_FAILURES:
            del self._failures[connection]
            self._note(connection, "outage", begun=self._pauses.until_probed(connection, "outage"))

    def _rejected(self, connection: str) -> None:
        probe = self._probes.get(connection)
        if probe is not None and probe.reason != "auth":
            self._resume(connection)
        self._note(connection, "auth", begun=self._pauses.until_probed(connection, "auth"))

    def _resume(self, connection: str) -> None:
        """The CDP answers this worker's probe, if it was one."""
        probe = self._probes.pop(connection, None)
        if probe is not None and self._pauses.end(connection, probe):
            count("ConnectionResumed", cdp=self._cdp, reason=probe.reason)
            logger.info("resumed", connection=connection, reason=probe.reason)

    def _note(self, connection: str, reason: str, *, begun: bool) -> None:
        if begun:
            count("ConnectionPaused", cdp=self._cdp, reason=reason)
            logger.warning("paused", connection=connection, reason=reason)
