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

    def wake(self, project: str, at_ms: int) -> None:
        """Has apply look at the project's due customers then; a token that gets lost is the sweep's business."""
        now = clock.now_ms()
        wait = at_ms - now
        if wait > _LONGEST_MS or not self._state.create(f"wake#{project}", "{}", at_ms, now):
            return
        token = Token(project=project)
        message = Message(token.model_dump(), delay_seconds=wait / SECOND, group=project)
        try:
            self._queues.send("apply", [message])
        except AwsError:
            logger.warning("no token", project=project)
