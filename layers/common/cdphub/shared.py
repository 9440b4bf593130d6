"""Small records that all workers of a stack read and change, each without losing what another wrote."""

from collections.abc import Callable

from cdphub import clock
from cdphub.store import Store


def amend(store: Store, key: str, change: Callable[[str | None], str], keep_ms: int) -> str:
    """Replaces the record by what `change` makes of it, again if somebody else was quicker; gives what it is now."""
    state = store.state
    while True:
        now = clock.now_ms()
        record = state.read(key, now)
        text = change(record.text if record else None)
        expires = now + keep_ms
        if record is None:
            done = state.create(key, text, expires, now)
        else:
            done = state.replace(key, text, expires, record.version)
        if done:
            return text
