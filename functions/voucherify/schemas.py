"""The project's metadata schemas: read once per project and five minutes, shared by all workers."""

from typing import Any

from pydantic import BaseModel

from cdphub import clock
from cdphub.cache import Cache
from cdphub.failures import FailureClass
from cdphub.metadata import CUSTOMER, Properties
from cdphub.metadata import Schemas as Definitions
from cdphub.store import Store
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import read_all
from voucherify.single_flight import SingleFlight

SHARED_MS = 5 * clock.MINUTE
_KEEP_MS = clock.MINUTE

_NEXT_STEP = (
    "the metadata schemas cannot be read, so no metadata is sent: let the project's API key read them, then send again"
)


class _Known(BaseModel):
    """What was read; `refused` says that, and why, Voucherify does not let the project read."""

    schemas: dict[str, dict[str, dict[str, Any]]] = {}
    refused: str | None = None


class Schemas:
    """Definitions by resource or nested object, and by metadata key."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._cache: Cache[_Known | None] = Cache(self._shared, _KEEP_MS)
        self._reading: SingleFlight[Answer] = SingleFlight()

    def of(self, project: str) -> Definitions | Answer | None:
        """The definitions if they were read a short while ago, or the answer to all metadata if that was refused."""
        known = self._cache.get(project)
        if known is None:
            return None
        if known.refused is not None:
            return Answer(FailureClass.CONFIG, reason=known.refused)
        return known.schemas

    def read(self, project: str, voucherify: Voucherify) -> Answer:
        """Reads the definitions from Voucherify; status 404 says that there are none."""
        return self._reading.do(project, lambda: self._read(project, voucherify))

    def _read(self, project: str, voucherify: Voucherify) -> Answer:
        answer = read_all(voucherify.read_metadata_schemas)
        if answer.yes or answer.status == 404:
            self._share(project, _Known(schemas=_definitions(answer)))
        elif answer.failure in (FailureClass.INVALID, FailureClass.CONFIG):
            self._share(project, _Known(refused=f"{answer.reason}: {_NEXT_STEP}"))
        return answer

    def _share(self, project: str, known: _Known) -> None:
        self._state.put(_key(project), known.model_dump_json(), clock.now_ms() + SHARED_MS)
        self._cache.put(project, known)

    def _shared(self, project: str) -> _Known | None:
        record = self._state.read(_key(project), clock.now_ms())
        return _Known.model_validate_json(record.text) if record else None


def _definitions(answer: Answer) -> dict[str, Properties]:
    """The schema of customers, and those that it names for nested objects."""
    listed = answer.body if answer.yes else []
    found = {str(schema.get("related_object")): schema.get("properties") or {} for schema in listed}
    needed: dict[str, Properties] = {}
    names = [CUSTOMER]
    while names:
        name = names.pop()
        if name in found and name not in needed:
            needed[name] = found[name]
            names += [definition["objectType"] for definition in found[name].values() if definition.get("objectType")]
    return needed


def _key(project: str) -> str:
    return f"schemas#{project}"
