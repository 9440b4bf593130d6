"""The cache over a reader."""

from cdphub.cache import MOST_ENTRIES, Cache
from tests.fakes import FakeClock

KEEP_MS = 1_000


class Source:
    """Tells how often it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, key: str) -> str | None:
        self.reads += 1
        return None if key == "absent" else f"{key} {self.reads}"


def test_a_value_is_read_once_and_again_when_it_is_too_old(time: FakeClock) -> None:
    cache = Cache(Source().read, KEEP_MS)
    assert [cache.get("a"), cache.get("a"), cache.get("b")] == ["a 1", "a 1", "b 2"]
    time.now += KEEP_MS - 1
    assert cache.get("a") == "a 1"
    time.now += 1
    assert cache.get("a") == "a 3"


def test_absence_is_kept_as_well(time: FakeClock) -> None:
    cache = Cache((source := Source()).read, KEEP_MS)
    assert [cache.get("absent"), cache.get("absent")] == [None, None]
    assert source.reads == 1


def test_a_caller_may_want_a_younger_value(time: FakeClock) -> None:
    cache = Cache(Source().read, KEEP_MS)
    cache.get("a")
    read_at = time.now
    time.now += 10
    assert cache.get("a", not_older_than_ms=read_at - 1) == "a 1"
    assert cache.get("a", not_older_than_ms=time.now) == "a 2"


def test_a_value_that_is_put_replaces_the_one_that_was_read(time: FakeClock) -> None:
    cache = Cache(Source().read, KEEP_MS)
    cache.get("a")
    cache.put("a", "put")
    assert cache.get("a") == "put"


def test_what_a_slow_reader_brings_does_not_replace_what_is_newer(time: FakeClock) -> None:
    def read(key: str) -> str:
        time.now += 10
        cache.put(key, "newer")
        return "older"

    cache = Cache(read, KEEP_MS)
    assert cache.get("a") == "older"
    assert cache.get("a") == "newer"


def test_strangers_cannot_fill_the_memory(time: FakeClock) -> None:
    cache = Cache((source := Source()).read, KEEP_MS)
    for number in range(MOST_ENTRIES + 1):
        cache.get(f"{number}")
    cache.get(f"{MOST_ENTRIES}")
    assert source.reads == MOST_ENTRIES + 1
    cache.get("0")
    assert source.reads == MOST_ENTRIES + 2
