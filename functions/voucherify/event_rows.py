"""The event rows of one customer's turn: read before the event is sent, ended afterwards."""

import json
from collections.abc import Mapping
from typing import Any

from cdphub import clock
from cdphub.outbox.merge import KEEP_ENDED_MS
from cdphub.store import Store
from cdphub.store.outbox import DONE, WAIT
from cdphub.telemetry import count
from voucherify.held import Held


class EventRows:
    """`fresh` holds bodies of rows that this worker has just put; each spares one read."""

    def __init__(self, store: Store, held: Held, fresh: Mapping[str, str]) -> None:
        self._outbox = store.outbox
        self._held = held
        self._fresh = dict(fresh)
        self._read: dict[str, dict[str, Any] | None] = {}

    def body(self, key: str) -> dict[str, Any] | None:
        """What the row holds; None if the event ended already. Asked again, the same row is not read again."""
        if key not in self._read:
            self._read = {key: self._load(key)}
        return self._read[key]

    def sent(self, key: str, project: str) -> None:
        """The event was sent."""
        # Counted first: should the worker die here, the event is sent again, and counted again.
        if self._held.row.events[key].at < self._held.row.newest_event:
            count("Late", project=project)
        self._outbox.end_event(self._held.pk, key, DONE, clock.now_ms() + KEEP_ENDED_MS)

    def _load(self, key: str) -> dict[str, Any] | None:
        text = self._fresh.pop(key, None)
        if text is None:
            stored = self._outbox.read_event(self._held.pk, key)
            if stored is None or stored.status != WAIT or stored.body is None:
                return None
            text = stored.body
        parsed: dict[str, Any] = json.loads(text)
        return parsed
