"""What can be set from outside."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from cdphub import clock


class SettingError(ValueError):
    """An environment variable cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """One start's settings; port 0 is any free one."""

    folder: Path
    scale: float = 1.0
    hub_port: int = 0
    aws_port: int = 0
    origin_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    @property
    def logs(self) -> Path:
        """Where each function's output goes."""
        return self.folder / "logs"

    def in_force(self) -> AbstractContextManager[None]:
        """Lets the hub's clock run at this start's scale, from this start's beginning on."""
        return clock.use(clock.SystemClock(self.scale, self.origin_ms))

    def environment(self, aws_url: str) -> dict[str, str]:
        """What functions find in their environment beside what the template says."""
        return {
            "AWS_ENDPOINT_URL": aws_url,
            "ALLOW_LOCAL_URLS": "true",
            "TIME_SCALE": str(self.scale),
            "TIME_ORIGIN": str(self.origin_ms),
        }
