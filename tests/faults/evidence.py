"""What is found: in the records of the vendors' stand-ins, in the hub's tables, and in its metrics."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cdphub.connections import list_connections
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tools.hubctl.target import local_hub
from tools.local.cloudwatch import metrics_of
from tools.local.resources import Clients

Row = Mapping[str, Any]
Metrics = Counter[tuple[str, str]]
"""Sums by name and by the value of one of the dimensions."""


@dataclass(frozen=True)
class Evidence:
    """Of one project; each part is fetched when it is first looked at, and then stays."""

    hub: Hub
    project_id: str
    project: Project
    before: Metrics

    @cached_property
    def requests(self) -> dict[str, list[Row]]:
        """All calls of the hub, by vendor."""
        sinks = {cdp: sink.shows("requests") for cdp, sink in self.hub.sinks.items()}
        return {"voucherify": self.hub.voucherify.shows("requests"), **sinks}

    @cached_property
    def calls(self) -> list[Row]:
        """Those to the project's Voucherify."""
        return list(self.project.requests())

    @cached_property
    def history(self) -> list[Row]:
        """The effects of calls, in their order."""
        return list(self.project.voucherify.shows("history"))

    @cached_property
    def customers(self) -> Mapping[str, Row]:
        """The profiles at Voucherify, by source_id."""
        return self.project.customers()

    @cached_property
    def delivered(self) -> dict[str, list[Row]]:
        """What each CDP has taken."""
        return {cdp: sink.shows("delivered") for cdp, sink in self.hub.sinks.items()}

    @cached_property
    def letters(self) -> list[Row]:
        """The project's dead letters, each with the name of its CDP."""
        cdps = {each.id: each.cdp for each in list_connections(local_hub(self.hub.aws.url).store, self.project_id)}
        found = [letter for letter in self.hub.all_letters() if letter["project"] == self.project_id]
        return [{**letter, "cdp": cdps[letter["connection"]]} for letter in found]

    @cached_property
    def metrics(self) -> Metrics:
        """What the hub has counted in this run."""
        return metrics(self.hub.folder / "logs") - self.before

    @cached_property
    def publications(self) -> int:
        """How many publications Voucherify has made."""
        return self.project.publications()

    @cached_property
    def shop(self) -> Mapping[str, int]:
        """How many calls the shop has made, and how many of them were refused."""
        return dict(self.project.voucherify.shows("shop"))

    @cached_property
    def put_aside(self) -> int:
        """How many messages have come so often that SQS has put them aside."""
        sqs = Clients.at(self.hub.aws.url).sqs
        urls = [url for url in sqs.list_queues()["QueueUrls"] if url.endswith("-dead")]
        found = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_MESSAGES])["Attributes"] for url in urls]
        return sum(int(attributes[_MESSAGES]) for attributes in found)


_MESSAGES: Any = "ApproximateNumberOfMessages"


def metrics(logs: Path) -> Metrics:
    """What the hub has counted since the start."""
    found: Metrics = Counter()
    for log in logs.glob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            for (_, name, dimensions), number in _counted(line):
                found.update({(name, value): int(number) for _, value in dimensions})
    return found


def _counted(line: str) -> Iterable[Any]:
    try:
        return list(metrics_of(line))
    except ValueError:
        return []  # whoever wrote it died meanwhile


def numbers(fields: Mapping[str, Any], group: str = "") -> dict[str, int]:
    """The numbers of the commands whose values are in a customer's fields, by dotted names."""
    found: dict[str, int] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            found |= numbers(value, f"{group}{name}.")
        elif match := re.search(r"~(\d+)$", str(value)):
            found[group + name] = int(match[1])
    return found
