"""What a template wants to run, as plain records, every duration already divided by the time scale."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.local.template import FUNCTION, LAYER, QUEUE, TABLE, Resource, Template
from tools.local.triggers import Mapping, Route, Schedule, triggers_of

_FUNCTION_PROPERTIES = ("CodeUri", "Environment", "Events", "Handler", "Layers", "MemorySize", "Timeout")
_QUEUE_DURATIONS = ("DelaySeconds", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout")
_QUEUE_PROPERTIES = (*_QUEUE_DURATIONS, "FifoQueue", "MaximumMessageSize", "QueueName", "RedrivePolicy")
WORK_SECONDS = 5
"""The part of a function's time-out that is not divided: importing, connecting and computing take a machine's time.

Without it a busy machine kills functions whose replacements then make it busier.
"""


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


def read(template: Template, scale: float) -> Stack:
    """The stack of a template, its durations divided by `scale`; raises TemplateError for what cannot run here."""
    functions = list(template.resources(FUNCTION, _FUNCTION_PROPERTIES))
    layers = {layer.logical_id: layer.properties["ContentUri"] for layer in template.resources(LAYER)}
    triggers = [trigger for function in functions for trigger in triggers_of(function, scale)]
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
