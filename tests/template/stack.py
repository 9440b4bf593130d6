"""What template.yaml says, for one cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.local.template import FUNCTION, QUEUE, TABLE, Template

TEMPLATE = Template(Path(__file__).parents[2] / "template.yaml", {"Cluster": "eu"})

FUNCTIONS = {function.logical_id: function.properties for function in TEMPLATE.resources(FUNCTION)}
QUEUES = {queue.arn: queue.properties for queue in TEMPLATE.resources(QUEUE)}
TABLES = {table.name: table.properties for table in TEMPLATE.resources(TABLE)}


def mappings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each function that a queue invokes, and the properties of that event source mapping."""
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                yield name, event["Properties"]


def statements(function: str) -> Iterator[dict[str, Any]]:
    """The statements of a function's policy."""
    for policy in FUNCTIONS[function].get("Policies", []):
        yield from policy["Statement"]


def as_list(value: Any) -> list[Any]:
    """IAM lets one action or resource stand for a list of one."""
    return value if isinstance(value, list) else [value]
