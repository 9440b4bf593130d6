"""What can be set from outside, by environment variables."""

import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from cdphub import clock
from tools.local import ROOT
from tools.local.serving import LOOPBACK

FOLDER = Path(os.environ.get("LOCAL_FOLDER") or ROOT / ".local")
"""Where a local cloud keeps its endpoints and logs, and hubctl looks for them: LOCAL_FOLDER, .local unless set."""

MOST_SCALE = 30
"""Beyond, a function's time-out, not all of which is divided, could outlast its queue's visibility time-out."""


class SettingError(ValueError):
    """An environment variable cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """One start's settings; `folder` takes its endpoints and logs."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    origin_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    @property
    def logs(self) -> Path:
        """Where each function's output goes."""
        return self.folder / "logs"

    @property
    def endpoints(self) -> Path:
        """The file that tells where everything is, there only while it is."""
        return self.folder / "endpoints.json"

    @property
    def sam_environment(self) -> Path:
        """The file that sam local takes as --env-vars: where the last start's queues, tables and vendors are."""
        return self.folder / "env.json"

    @property
    def scale(self) -> float:
        """By how much every duration is divided: TIME_SCALE, 1 unless set."""
        given = self.environment.get("TIME_SCALE", "1")
        try:
            scale = float(given)
        except ValueError:
            scale = 0
        if not 0 < scale <= MOST_SCALE:
            raise SettingError(f"TIME_SCALE must be a number above 0 and at most {MOST_SCALE}, not {given!r}")
        return scale

    @property
    def host(self) -> str:
        """The address of this machine to serve at: LOCAL_HOST, loopback unless set."""
        return self.environment.get("LOCAL_HOST", LOOPBACK)

    def port(self, server: str) -> int:
        """HUB_PORT, AWS_PORT and so on; 0, any free port, unless set."""
        name = f"{server.upper()}_PORT"
        given = self.environment.get(name, "0")
        if not given.isdecimal() or int(given) > 65_535:
            raise SettingError(f"{name} must be a port number, not {given!r}")
        return int(given)

    def vendor_url(self, vendor: str) -> str | None:
        """VOUCHERIFY_API_URL, SEGMENT_API_URL and so on: what the hub calls instead of a stand-in."""
        return self.environment.get(f"{vendor.upper()}_API_URL")

    def in_force(self) -> AbstractContextManager[None]:
        """Lets the hub's clock run at this start's scale, from this start's beginning on."""
        return clock.use(clock.SystemClock(self.scale, self.origin_ms))

    def for_functions(self, aws_url: str) -> dict[str, str]:
        """What functions find in their environment beside what the template says."""
        return {
            "AWS_ENDPOINT_URL": aws_url,
            "ALLOW_LOCAL_URLS": "true",
            "TIME_SCALE": f"{self.scale:g}",
            "TIME_ORIGIN": str(self.origin_ms),
        }
