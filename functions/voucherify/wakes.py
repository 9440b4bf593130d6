"""Waking a project: whatever of it is due is looked at soon after a wait, not only when the next sweep comes."""

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import MINUTE, SECOND
from cdphub.hub import Hub
from cdphub.queues import Message
from cdphub.schema import Token
from cdphub.telemetry import logger

# A period of a minute, and somewhat more. The sweep finds the end of longer waits in time.
_LONGEST_MS = 2 * MINUTE


class Wakes:
    """One token for a project that waits, not one for each customer; whoever comes later adds none."""

    def __init__(self, hub: Hub) -> None:
        self._state = hub.store.state
        self._queues = hub.queues
        self._coming: dict[str, int] = {}

    def wake(self, project: str, at_ms: int) -> None:
        """Has apply look at the project's due customers then; a token that gets lost is the sweep's business."""
        now = clock.now_ms()
        if self._coming.get(project, 0) > now or at_ms - now > _LONGEST_MS:
            return
        self._coming[project] = at_ms
        try:
            if self._state.create(f"wake#{project}", "{}", at_ms, now):
                self._send(project, at_ms - now)
        except AwsError as error:
            logger.warning("no token", project=project, error=str(error))

    def _send(self, project: str, wait_ms: int) -> None:
        token = Token(project=project)
        self._queues.send("apply", [Message(token.model_dump(), delay_seconds=wait_ms / SECOND, group=project)])
