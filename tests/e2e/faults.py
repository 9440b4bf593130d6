"""A third of the calls to Voucherify fails, in every way that a call can."""

from typing import Any

_WAYS: list[dict[str, Any]] = [
    {"rate": 0.10, "status": 503},
    {"rate": 0.09, "status": 429, "headers": {"Retry-After": "2"}},
    {"rate": 0.04, "reset": True},
    {"rate": 0.04, "reset": True, "effect": "before"},
    {"rate": 0.03, "reset": True, "effect": "late", "delay": 60},
    {"rate": 0.03, "status": 504, "effect": "late", "delay": 60},
    {"rate": 0.03, "status": 504, "delay": 9},  # seconds: the hub waits for 7
    {"rate": 0.03, "status": 504, "delay": 9, "effect": "before"},
]


A_THIRD = [{"match": "/v1/", "seed": seed, **way} for seed, way in enumerate(_WAYS)]
"""A call without an answer may have had no effect, its effect, or have it a minute later."""


def each_once(operation: str) -> list[dict[str, Any]]:
    """Every way, at the first calls of an operation: chance alone might leave one out."""
    return [{**way, "match": operation, "rate": 1.0, "count": 1} for way in _WAYS]
