"""Metadata keys that a connection brought and Voucherify would not have taken: what an operator may want to define.

Never a value (G7). The list is short and seldom written: a key is noted when it is new, and then once a day.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, TypeAdapter

from cdphub import clock
from cdphub.cache import Cache
from cdphub.clock import DAY
from cdphub.shared import amend
from cdphub.store import Store

MOST_KEYS = 200
KEEP_MS = 30 * DAY
NOTE_MS = DAY
LONGEST = 200
_CACHE_MS = clock.MINUTE


Key = Annotated[str, AfterValidator(lambda key: key[:LONGEST])]


class OmittedKey(BaseModel):
    """A key of the metadata `of` a customer or an event, why it was omitted, and what kind of value it had.

    `seen_ms` is when that was noted last, in hub milliseconds.
    """

    of: str
    key: Key
    reason: str
    observed: str
    seen_ms: int = 0

    @property
    def identity(self) -> tuple[str, str, str]:
        """What is listed once."""
        return self.of, self.key, self.reason


Listed = dict[tuple[str, str, str], OmittedKey]

_keys = TypeAdapter(list[OmittedKey])


class OmittedKeys:
    """The lists of all connections, as this worker last saw them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: Cache[Listed] = Cache(lambda connection: _read(store, connection), _CACHE_MS)

    def note(self, connection: str, omitted: Sequence[OmittedKey]) -> None:
        """Puts on the connection's list what is not on it, or not of late, as far as there is room."""
        listed = self._cache.get(connection)
        if any(_is_news(one, listed) for one in omitted):
            amended = amend(self._store, _key(connection), lambda text: _amended(text, omitted), KEEP_MS)
            self._cache.put(connection, _load(amended))


def list_omitted(store: Store, connection: str) -> list[OmittedKey]:
    """What was omitted of what the connection brought, in the last 30 days."""
    return list(_read(store, connection).values())


def _is_news(one: OmittedKey, listed: Listed) -> bool:
    known = listed.get(one.identity)
    return len(listed) < MOST_KEYS if known is None else known.seen_ms <= clock.now_ms() - NOTE_MS


def _amended(text: str | None, omitted: Sequence[OmittedKey]) -> str:
    listed, now = _load(text), clock.now_ms()
    for one in omitted:
        if _is_news(one, listed):
            listed[one.identity] = one.model_copy(update={"seen_ms": now})
    return _keys.dump_json(list(listed.values())).decode()


def _read(store: Store, connection: str) -> Listed:
    record = store.state.read(_key(connection), clock.now_ms())
    return _load(record.text if record else None)


def _load(text: str | None) -> Listed:
    oldest = clock.now_ms() - KEEP_MS
    return {one.identity: one for one in _keys.validate_json(text or "[]") if one.seen_ms > oldest}


def _key(connection: str) -> str:
    return f"omitted#{connection}"
