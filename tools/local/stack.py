"""What a template wants to run: plain records of functions, their triggers, queues and tables.

Every duration of the template is divided by the time scale here, and nowhere else.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.local.intrinsics import TemplateError
from tools.local.template import FUNCTION, LAYER, QUEUE, TABLE, Resource, Template

_FUNCTION_PROPERTIES = ("CodeUri", "Environment", "Events", "Handler", "Layers", "MemorySize", "Timeout")
_QUEUE_DURATIONS = ("DelaySeconds", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout")
_QUEUE_PROPERTIES = (*_QUEUE_DURATIONS, "FifoQueue", "MaximumMessageSize", "QueueName", "RedrivePolicy")
WORK_SECONDS = 5
"""The part of a function's time-out that is not divided: importing, connecting and computing take a machine's time.

Without it a busy machine kills functions whose replacements then make it busier.
"""

_UNIT_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True)
class Function:
    """A Lambda function; `code` lists the folders it imports from, `timeout` is in real seconds."""

    logical_id: str
    name: str
    arn: str
    handler: str
    code: tuple[Path, ...]
    timeout: float
    memory_mb: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Queue:
    """A queue with the attributes that CreateQueue takes."""

    name: str
    arn: str
    attributes: dict[Any, str]


@dataclass(frozen=True)
class Table:
    """A table with the properties that CloudFormation takes."""

    name: str
    properties: dict[str, Any]


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


@dataclass(frozen=True)
class Stack:
    """All that runs; functions are known by their logical ids."""

    functions: dict[str, Function]
    queues: list[Queue]
    tables: list[Table]
    routes: list[Route]
    mappings: list[Mapping]
    schedules: list[Schedule]

    @property
    def dead_letter_arns(self) -> set[str]:
        """The queues that others move their failed messages to."""
        policies = [queue.attributes.get("RedrivePolicy", "{}") for queue in self.queues]
        return {arn for policy in policies if (arn := json.loads(policy).get("deadLetterTargetArn"))}


Trigger = Route | Mapping | Schedule


def read(template: Template, scale: float) -> Stack:
    """The stack of a template, its durations divided by `scale`; raises TemplateError for what cannot run here."""
    functions = list(template.resources(FUNCTION, _FUNCTION_PROPERTIES))
    layers = {layer.logical_id: layer.properties["ContentUri"] for layer in template.resources(LAYER)}
    triggers = [trigger for function in functions for trigger in _triggers(function, scale)]
    return Stack(
        functions={it.logical_id: _function(it, layers, template.folder, scale) for it in functions},
        queues=[_queue(it, scale) for it in template.resources(QUEUE, _QUEUE_PROPERTIES)],
        tables=[Table(it.name, it.properties) for it in template.resources(TABLE)],
        routes=[trigger for trigger in triggers if isinstance(trigger, Route)],
        mappings=[trigger for trigger in triggers if isinstance(trigger, Mapping)],
        schedules=[trigger for trigger in triggers if isinstance(trigger, Schedule)],
    )


def _function(resource: Resource, layers: dict[str, str], folder: Path, scale: float) -> Function:
    given = resource.properties
    code = (given["CodeUri"], *(layers[layer] for layer in given.get("Layers", [])))
    environment = given.get("Environment", {}).get("Variables", {})
    return Function(
        logical_id=resource.logical_id,
        name=resource.name,
        arn=resource.arn,
        handler=given["Handler"],
        code=tuple(folder / path for path in code),
        timeout=_timeout(int(given.get("Timeout", 3)), scale),
        memory_mb=int(given.get("MemorySize", 128)),
        environment={name: str(value) for name, value in environment.items()},
    )


def _timeout(seconds: int, scale: float) -> float:
    undivided = min(seconds, WORK_SECONDS)
    return undivided + (seconds - undivided) / scale


def _queue(resource: Resource, scale: float) -> Queue:
    given = {key: value for key, value in resource.properties.items() if key != "QueueName"}
    for duration in given.keys() & set(_QUEUE_DURATIONS):
        given[duration] = math.ceil(int(given[duration]) / scale)
    attributes = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    return Queue(resource.name, resource.arn, attributes)


def _triggers(resource: Resource, scale: float) -> Iterator[Trigger]:
    readers: dict[str, Callable[[str, str, dict[str, Any], float], Trigger]] = {
        "HttpApi": _route,
        "SQS": _mapping,
        "Schedule": _schedule,
        "ScheduleV2": _schedule,
    }
    for name, event in resource.properties.get("Events", {}).items():
        kind, properties = event["Type"], event.get("Properties", {})
        if kind not in readers:
            raise TemplateError(f"{resource.logical_id}.{name}: the local cloud has no events of type {kind}")
        if properties.get("Enabled", True) and properties.get("State") != "DISABLED":
            yield readers[kind](resource.logical_id, name, properties, scale)


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
