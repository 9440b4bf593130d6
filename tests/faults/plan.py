"""What goes wrong at the vendors: by a seed, each kind at each of them for sure, and a third of all calls."""

from random import Random
from typing import Any

A_THIRD = 1 / 3

# Durations are the hub's: it waits seven seconds for a part of a reply, ten for the whole.
KINDS: dict[str, dict[str, Any]] = {
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "2"}},
    "429 without Retry-After": {"status": 429, "body": {}},
    "500": {"status": 500},
    "503": {"status": 503},
    "time-out": {"status": 504, "delay": 9},
    "time-out, though taken": {"status": 504, "delay": 9, "effect": "before"},
    "reset": {"reset": True},
    "reset, though taken": {"reset": True, "effect": "before"},
    "reset, taken a minute later": {"reset": True, "effect": "late", "delay": 60},
    "slow body": {"status": 200, "drip": 4},
    "body too slow": {"status": 200, "drip": 30},
    "half a reply": {"status": 200, "cut": True},
}
A_WHILE: dict[str, dict[str, Any]] = {"401 for a while": {"status": 401, "count": 6}}

FAILED_ITEMS = "200 with failed items"
"""By the stand-ins' rules rather than by a fault: customers whose events are refused out of a request that is taken."""

IN_DOUBT = {name for name in KINDS if name.startswith(("time-out", "reset", "body too slow", "half"))}
"""Whoever called cannot know what became of it."""


def plan(seed: int, vendor: str) -> list[dict[str, Any]]:
    """The faults of one vendor: first each kind in turn, with calls between them that go well, then by chance."""
    chance = Random(f"{seed} {vendor}")
    each = [{"count": 1, **fault, "name": name} for name, fault in {**KINDS, **A_WHILE}.items()]
    chance.shuffle(each)
    once = [{**fault, "after": place // 4} for place, fault in enumerate(each)]
    rate = A_THIRD / len(KINDS)
    # Each decides about the calls that those before it have spared: near enough to the same chance for all.
    often = [{**fault, "name": name, "rate": rate, "seed": chance.getrandbits(32)} for name, fault in KINDS.items()]
    match = "/v1/" if vendor == "voucherify" else ""
    return [{**fault, "match": match} for fault in (*once, *often)]
