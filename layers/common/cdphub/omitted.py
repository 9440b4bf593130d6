"""Metadata keys that a connection brought and Voucherify would not have taken: what an operator may want to define.

Never a value (G7). The list is short and seldom written: a key is noted when it is new, and then once a day.
"""

from collections.abc import Iterable

from pydantic import BaseModel, TypeAdapter

from cdphub import clock
from cdphub.cache import Cache
from cdphub.clock import DAY
from cdphub.shared import amend
from cdphub.store import Store

MOST_KEYS = 200
KEEP_MS = 30 * DAY
NOTE_MS = DAY
_CACHE_MS = clock.MINUTE
_LONGEST = 200


class OmittedKey(BaseModel):
    """A key of the metadata `of` a customer or an event, why it was omitted, and what kind of value it had.

    `seen_ms` is when that was noted last, in hub milliseconds.
    """

    of: str
    key: str
    reason: str
    observed: str
    seen_ms: int = 0

    @property
    def identity(self) -> tuple[str, str, str]:
        """What is listed once."""
        return self.of, self.key, self.reason


_keys = TypeAdapter(list[OmittedKey])


class OmittedKeys:
    """The lists of all connections, as this worker last saw them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: Cache[list[OmittedKey]] = Cache(lambda connection: list_omitted(store, connection), _CACHE_MS)

    def note(self, connection: str, omitted: Iterable[OmittedKey]) -> None:
        """Puts on the connection's list what is not on it, or not of late, as far as there is room."""
        now = clock.now_ms()
        noted = [one.model_copy(update={"key": one.key[:_LONGEST], "seen_ms": now}) for one in omitted]
        listed = self._cache.get(connection)
        if _amended(listed, noted) == listed:
            return
        amended = amend(self._store, _key(connection), lambda text: _dump(_amended(_load(text), noted)), KEEP_MS)
        self._cache.put(connection, _load(amended))


def list_omitted(store: Store, connection: str) -> list[OmittedKey]:
    """What was omitted of what the connection brought, in the last 30 days."""
    record = store.state.read(_key(connection), clock.now_ms())
    return _load(record.text if record else None)


def _amended(listed: Iterable[OmittedKey], noted: Iterable[OmittedKey]) -> list[OmittedKey]:
    amended = {one.identity: one for one in listed}
    for one in noted:
        known = amended.get(one.identity)
        is_new = len(amended) < MOST_KEYS if known is None else known.seen_ms <= one.seen_ms - NOTE_MS
        if is_new:
            amended[one.identity] = one
    return list(amended.values())


def _load(text: str | None) -> list[OmittedKey]:
    oldest = clock.now_ms() - KEEP_MS
    return [one for one in _keys.validate_json(text or "[]") if one.seen_ms > oldest]


def _dump(listed: list[OmittedKey]) -> str:
    return _keys.dump_json(listed).decode()


def _key(connection: str) -> str:
    return f"omitted#{connection}"
