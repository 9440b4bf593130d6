"""`GET /health` (Lambda): whether the hub answers, and which version does."""

from typing import Any

from cdphub import VERSION
from cdphub.api import Reply, reply


def handler(_event: dict[str, Any], _context: object) -> Reply:
    """Answers 200."""
    return reply(200, {"status": "ok", "version": VERSION})
