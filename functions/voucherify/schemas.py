"""The project's customer metadata schema: read once per project and five minutes, shared by all workers."""

import json

from cdphub import clock
from cdphub.cache import Cache
from cdphub.metadata import Properties
from cdphub.store import Store
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify

SHARED_MS = 5 * clock.MINUTE
_KEEP_MS = clock.MINUTE


class Schemas:
    """Definitions by metadata key."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._cache: Cache[Properties | None] = Cache(self._shared, _KEEP_MS)

    def customer(self, project: str, voucherify: Voucherify) -> Properties | Answer:
        """The definitions, or the answer that kept them from being read."""
        known = self._cache.get(project)
        if known is not None:
            return known
        answer = voucherify.read_customer_schema()
        if not answer.yes and answer.status != 404:
            return answer
        properties = _properties(answer)
        self._state.put(_key(project), json.dumps(properties), clock.now_ms() + SHARED_MS)
        self._cache.put(project, properties)
        return properties

    def _shared(self, project: str) -> Properties | None:
        record = self._state.read(_key(project), clock.now_ms())
        if record is None:
            return None
        properties: Properties = json.loads(record.text)
        return properties


def _properties(answer: Answer) -> Properties:
    schema = answer.body if answer.yes and isinstance(answer.body, dict) else {}
    properties: Properties = schema.get("properties") or {}
    return properties


def _key(project: str) -> str:
    return f"schema#{project}"
