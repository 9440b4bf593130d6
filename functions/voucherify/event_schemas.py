"""Types of the metadata of custom events: what Voucherify's Management API says, else the project's setting.

The Management API is for Enterprise plans and has keys of its own; without them, or when it refuses, the setting
`event_schemas` counts. Nothing waits for it: while it cannot be read, what was read last counts.
https://docs.voucherify.io/api-reference/management
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from cdphub import clock
from cdphub.cache import Cache
from cdphub.clock import DAY, HOUR, MINUTE
from cdphub.connections import EventSchema, EventType, Project
from cdphub.failures import FailureClass
from cdphub.metadata import Omitted, conform_event
from cdphub.store import Store
from cdphub.telemetry import logger
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import read_all
from voucherify.single_flight import SingleFlight

SHARED_MS = 5 * MINUTE
REFUSED_MS = HOUR
LAST_MS = DAY
_CACHE_MS = MINUTE
_REFUSALS = (FailureClass.INVALID, FailureClass.CONFIG, FailureClass.AUTH)


class _Known(BaseModel):
    """What was read last, None if nothing; when to read again; and why reading was refused."""

    schemas: dict[str, EventSchema] | None = None
    again_ms: int = 0
    refused: str | None = None


class EventSchemas:
    """Types by event name and key, shared by all workers."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._cache: Cache[_Known] = Cache(self._shared, _CACHE_MS)
        self._reading: SingleFlight[None] = SingleFlight()

    def is_outdated(self, project: str, voucherify: Voucherify) -> bool:
        """Whether the Management API is to be asked."""
        now = clock.now_ms()
        if not voucherify.can_manage or self._cache.get(project).again_ms > now:
            return False
        return self._cache.get(project, not_older_than_ms=now).again_ms <= now

    def read(self, project: str, voucherify: Voucherify) -> None:
        """Asks the Management API; says so when it refuses, once for each reason."""
        self._reading.do(project, lambda: self._read(project, voucherify))

    def _read(self, project: str, voucherify: Voucherify) -> None:
        answer = read_all(voucherify.read_event_schemas)
        before = self._cache.get(project)
        now = clock.now_ms()
        if answer.yes:
            known = _Known(schemas=_types(answer.body), again_ms=now + SHARED_MS)
        elif answer.failure in _REFUSALS:
            known = _Known(again_ms=now + REFUSED_MS, refused=answer.reason)
            if known.refused != before.refused:
                logger.warning("event schemas refused", project=project, reason=answer.reason, instead="event_schemas")
        else:
            known = before.model_copy(update={"again_ms": now + SHARED_MS})
        self._state.put(_key(project), known.model_dump_json(), now + LAST_MS)
        self._cache.put(project, known)

    def conform(self, project: Project, event: Mapping[str, Any]) -> tuple[dict[str, Any], list[Omitted]]:
        """The event with its metadata as its schema wants it, and what is left out of that."""
        known = self._cache.get(project.id).schemas
        schemas = project.event_schemas if known is None else known
        schema = schemas.get(event["event"])
        if not schema or "metadata" not in event:
            return dict(event), []
        metadata, omitted = conform_event(event["metadata"], schema)
        return {**event, "metadata": metadata}, omitted

    def _shared(self, project: str) -> _Known:
        record = self._state.read(_key(project), clock.now_ms())
        return _Known.model_validate_json(record.text) if record else _Known()


def _types(listed: Sequence[Mapping[str, Any]]) -> dict[str, EventSchema]:
    """By event and key; a key of a type that the hub does not know counts as undefined.

    The documented examples have `properties` in `schema`, and elsewhere in the definition itself: both are taken.
    """
    schemas = {str(event.get("name")): (event.get("schema") or event).get("properties") or {} for event in listed}
    return {name: dict(_defined(properties)) for name, properties in schemas.items()}


def _defined(properties: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, EventType]]:
    for key, definition in properties.items():
        if definition.get("type") in get_args(EventType) and not definition.get("deleted"):
            yield key, definition["type"]


def _key(project: str) -> str:
    return f"event-schemas#{project}"
