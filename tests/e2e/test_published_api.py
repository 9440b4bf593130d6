"""A short form of `python -m tests.fuzz.http`: the hub takes and answers what the published document describes."""

from collections import Counter

from tests.e2e.hub import Hub
from tests.fuzz.fuzz import Told
from tests.fuzz.http.fuzz import OPERATIONS, exceptions, fuzz

TIME_SCALE = 1
REQUESTS = 5


def test_no_request_makes_trouble(hub: Hub) -> None:
    """Voucherify's stand-in may be slow on this machine, which publications and lookups have to say."""
    told: Told = Counter()
    for target in OPERATIONS:
        fuzz(hub, target, REQUESTS, told, may_be_busy="/v1/" in target.path)
    assert told.total() >= REQUESTS * len(OPERATIONS) - len(OPERATIONS)
    assert list(exceptions(hub.folder)) == []
