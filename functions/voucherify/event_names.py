"""Names of events that Voucherify does not know: refused from memory for a while, instead of by a call each (G6)."""

import json

from cdphub import clock
from cdphub.cache import Cache
from cdphub.failures import FailureClass
from cdphub.shared import amend
from cdphub.store import Store
from cdphub.telemetry import logger
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.undefined_event import is_undefined

KEEP_MS = 10 * clock.MINUTE
MOST_NAMES = 100
_CACHE_MS = clock.MINUTE

NEXT_STEP = "define it in Voucherify under Project settings > Event schema, then send this again"

Names = dict[str, int]
"""Names, and until when they are taken to be undefined (hub milliseconds)."""


class EventNames:
    """The undefined names of all projects, shared by all workers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: Cache[Names] = Cache(self._shared, _CACHE_MS)

    def refusal(self, project: str, name: str) -> Answer | None:
        """What Voucherify would answer to such an event, if it is known not to know it."""
        if self._cache.get(project).get(name, 0) <= clock.now_ms():
            return None
        return Answer(FailureClass.INVALID, 400, f"400 event {name} is not defined: {NEXT_STEP}")

    def learn(self, project: str, name: str, answer: Answer) -> bool:
        """Remembers the name if the answer says that Voucherify does not know it; then `refusal` has it."""
        if not is_undefined(answer, name):
            return False
        logger.warning("undefined event", project=project, event=name, next_step=NEXT_STEP)
        text = amend(self._store, _key(project), lambda before: json.dumps(_with(name, before)), KEEP_MS)
        self._cache.put(project, json.loads(text))
        return True

    def _shared(self, project: str) -> Names:
        record = self._store.state.read(_key(project), clock.now_ms())
        names: Names = json.loads(record.text) if record else {}
        return names


def _with(name: str, text: str | None) -> Names:
    """The newest names, this one among them."""
    now = clock.now_ms()
    before: Names = json.loads(text or "{}")
    names = {other: until for other, until in before.items() if until > now and other != name}
    newest = sorted(names.items(), key=lambda item: item[1])[1 - MOST_NAMES :]
    return {**dict(newest), name: now + KEEP_MS}


def _key(project: str) -> str:
    return f"undefined-events#{project}"
