"""What invokes functions: routes, queues and schedules."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.local.intrinsics import TemplateError
from tools.local.template import Resource

_UNIT_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API; `path` is `$default` or has {parameters}, `method` may be `ANY`."""

    method: str
    path: str
    function: str


@dataclass(frozen=True)
class Mapping:
    """An event source mapping from a queue; `window` is in real seconds."""

    queue: str
    function: str
    batch_size: int
    window: float
    partial: bool
    concurrency: int | None


@dataclass(frozen=True)
class Schedule:
    """A function invoked every `seconds` real seconds, with `input` or else EventBridge's own event."""

    name: str
    function: str
    seconds: float
    input: Any


Trigger = Route | Mapping | Schedule


def triggers_of(function: Resource, scale: float) -> Iterator[Trigger]:
    """What invokes a function, durations divided by `scale`; raises TemplateError for what cannot be done here."""
    readers: dict[str, Callable[[str, str, dict[str, Any], float], Trigger]] = {
        "HttpApi": _route,
        "SQS": _mapping,
        "Schedule": _schedule,
        "ScheduleV2": _schedule,
    }
    for name, event in function.properties.get("Events", {}).items():
        kind, properties = event["Type"], event.get("Properties", {})
        if kind not in readers:
            raise TemplateError(f"{function.logical_id}.{name}: the local cloud has no events of type {kind}")
        if properties.get("Enabled", True) and properties.get("State") != "DISABLED":
            yield readers[kind](function.logical_id, name, properties, scale)


def _route(function: str, name: str, given: dict[str, Any], scale: float) -> Route:
    return Route(given.get("Method", "ANY").upper(), given.get("Path", "$default"), function)


def _mapping(function: str, name: str, given: dict[str, Any], scale: float) -> Mapping:
    return Mapping(
        queue=given["Queue"].rpartition(":")[2],
        function=function,
        batch_size=int(given.get("BatchSize", 10)),
        window=int(given.get("MaximumBatchingWindowInSeconds", 0)) / scale,
        partial="ReportBatchItemFailures" in given.get("FunctionResponseTypes", []),
        concurrency=given.get("ScalingConfig", {}).get("MaximumConcurrency"),
    )


def _schedule(function: str, name: str, given: dict[str, Any], scale: float) -> Schedule:
    expression = given.get("Schedule") or given.get("ScheduleExpression", "")
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not rate:
        raise TemplateError(f"{function}.{name}: the local cloud runs rate(...) schedules, not {expression!r}")
    seconds = int(rate[1]) * _UNIT_SECONDS[rate[2]] / scale
    return Schedule(f"{function}{name}", function, seconds, json.loads(given.get("Input", "null")))
