"""A sign that webhooks of a project come, by kind: `hubctl doctor` tells from it when the last one came."""

from cdphub import clock
from cdphub.telemetry import count

METRIC = "WebhookSeen"
EVERY_MS = clock.MINUTE
"""Of an instance: a line of the log for each webhook would cost more than it tells."""


class Seen:
    """What one instance has told."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], int] = {}

    def note(self, project: str, kind: str) -> None:
        """A webhook of `kind`, one of voucherify.normalise.KINDS, has come."""
        now = clock.now_ms()
        if now - self._told.get((project, kind), -EVERY_MS) >= EVERY_MS:
            self._told[project, kind] = now
            count(METRIC, project=project, kind=kind)
