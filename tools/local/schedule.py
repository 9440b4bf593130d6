"""EventBridge's schedules."""

import logging
import time
import uuid
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from cdphub import clock
from tools.local.functions import Invoke
from tools.local.instance import FunctionError
from tools.local.template import ACCOUNT, REGION
from tools.local.triggers import Schedule

log = logging.getLogger(__name__)


class Timer:
    """Invokes a function at a fixed rate; an invocation that lasts longer than the interval delays the next."""

    def __init__(self, schedule: Schedule, invoke: Invoke) -> None:
        self._schedule = schedule
        self._invoke = invoke
        self._stopping = Event()

    def start(self) -> None:
        """The first invocation comes after one interval."""
        Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Starts no further invocation."""
        self._stopping.set()

    def _run(self) -> None:
        due = time.monotonic() + self._schedule.seconds
        while not self._stopping.wait(max(0, due - time.monotonic())):
            self._tick()
            due = max(due + self._schedule.seconds, time.monotonic())

    def _tick(self) -> None:
        try:
            self._invoke(scheduled_event(self._schedule) if self._schedule.input is None else self._schedule.input)
        except FunctionError as error:
            if not self._stopping.is_set():
                log.warning("%s: %s", self._schedule.function, error)


def scheduled_event(schedule: Schedule) -> dict[str, Any]:
    """What EventBridge sends to a function at hub time now."""
    now = datetime.fromtimestamp(clock.now_ms() // 1000, UTC)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.name}"],
        "detail": {},
    }
