"""Why something did not work, and how long to wait before the next attempt."""

from collections.abc import Mapping
from enum import StrEnum

from cdphub import clock

BASE_MS = 2 * clock.SECOND
LONGEST_MS = 15 * clock.MINUTE


class FailureClass(StrEnum):
    """What kind of failure, and so what happens to the delivery.

    INVALID: dead letter, neighbours go on. CONFIG: the same, with the next step for the operator. AUTH: the key's
    owner pauses. THROTTLE: wait as long as the vendor says. TRANSIENT: back off. IN_DOUBT: as transient, but it may
    have worked.
    """

    INVALID = "invalid"
    CONFIG = "config"
    AUTH = "auth"
    THROTTLE = "throttle"
    TRANSIENT = "transient"
    IN_DOUBT = "in_doubt"


_SHARED = {
    401: FailureClass.AUTH,
    402: FailureClass.THROTTLE,
    403: FailureClass.CONFIG,
    408: FailureClass.TRANSIENT,
    423: FailureClass.TRANSIENT,
    429: FailureClass.THROTTLE,
    502: FailureClass.IN_DOUBT,
    504: FailureClass.IN_DOUBT,
}


def classify(status: int, differing: Mapping[int, FailureClass] | None = None) -> FailureClass:
    """The class of an HTTP status that is no success; `differing` is what a vendor does otherwise.

    A redirect is transient: it is a wrong URL or a proxy, which is corrected, and what it stopped must not die.
    """
    if differing and status in differing:
        return differing[status]
    if status in _SHARED:
        return _SHARED[status]
    return FailureClass.INVALID if 400 <= status < 500 else FailureClass.TRANSIENT


def backoff_ms(failures: int, chance: float) -> int:
    """How long to wait after so many failures: exponential up to 15 minutes, with full jitter by `chance` in [0, 1)."""
    ceiling = min(BASE_MS * 2 ** min(failures, 20), LONGEST_MS)
    return int(ceiling * chance)
