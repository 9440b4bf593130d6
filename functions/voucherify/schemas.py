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

    def customer(self, project: str) -> Properties | None:
        """The definitions, if they were read a short while ago."""
        return self._cache.get(project)

    def read_customer(self, project: str, voucherify: Voucherify) -> Answer:
        """Reads the definitions from Voucherify; status 404 says that there are none."""
        answer = voucherify.read_customer_schema()
        if answer.yes or answer.status == 404:
            properties = _properties(answer)
            self._state.put(_key(project), json.dumps(properties), clock.now_ms() + SHARED_MS)
            self._cache.put(project, properties)
        return answer

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
