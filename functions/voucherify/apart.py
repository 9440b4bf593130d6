"""Whatever goes wrong with one project or customer is not the others' trouble (G5)."""

from collections.abc import Iterator
from contextlib import contextmanager

from cdphub.telemetry import logger, reason


@contextmanager
def apart(what: str) -> Iterator[None]:
    """Leaves what failed for the next sweep."""
    try:
        yield
    except Exception as error:
        logger.error("left for the next sweep", what=what, error=reason(error))
