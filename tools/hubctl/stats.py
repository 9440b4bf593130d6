"""What a stack has counted: its metrics, and the calls of each project's billing cycle."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import boto3

from cdphub import clock
from cdphub.aws import aws_errors, client_config
from cdphub.clock import DAY, HOUR, MINUTE, SECOND
from cdphub.connections import Project, list_projects
from cdphub.hub import Hub
from cdphub.telemetry import NAMESPACE
from cdphub.voucherify.cycles import cycle_began_ms, next_cycle_ms
from cdphub.voucherify.rates import CYCLE_STOP
from cdphub.voucherify.shared_calls import SharedCalls

# What GetMetricData takes at once.
_QUERIES = 500
# CloudWatch keeps 5 minutes for 63 days, and hours for 15 months.
_FINE_SECONDS, _COARSE_SECONDS = 300, 3600

Counts = dict[str, Counter[str]]
"""By CDP, or by project: the sum of each metric."""


@dataclass(frozen=True)
class Cycle:
    """The calls of a project in its present billing cycle; the forecast is for its end, at the pace so far.

    `quota` is the project's setting, of which the hub spends `stop` at most; None if it has none.
    """

    project: str
    began: str
    spent: int
    forecast: int
    quota: int | None
    stop: int | None

    def told(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self)


class Metrics:
    """The metrics of a stack; raises cdphub.aws.AwsError."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def since(self, since_ms: int) -> dict[str, Counts]:
        """`{"cdp": ..., "project": ...}`: what was counted since then, by CDP and by project."""
        found: dict[str, Counts] = {"cdp": {}, "project": {}}
        with aws_errors("CloudWatch"):
            metrics = list(self._listed())
            for first in range(0, len(metrics), _QUERIES):
                self._add(found, metrics[first : first + _QUERIES], since_ms)
        return found

    def _add(self, found: dict[str, Counts], metrics: Sequence[Mapping[str, Any]], since_ms: int) -> None:
        for metric, total in zip(metrics, self._sums(metrics, since_ms), strict=True):
            dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            for by in (name for name in found if name in dimensions and total):
                found[by].setdefault(dimensions[by], Counter())[metric["MetricName"]] += total

    def _listed(self) -> Iterator[Mapping[str, Any]]:
        """Each once: moto, the local cloud's CloudWatch, lists a metric as often as it was put."""
        own = [{"Name": "service", "Value": self._stack}]
        pages = self._client.get_paginator("list_metrics").paginate(Namespace=NAMESPACE, Dimensions=own)
        listed = (metric for page in pages for metric in page["Metrics"])
        yield from {_identity(metric): metric for metric in listed}.values()

    def _sums(self, metrics: Sequence[Mapping[str, Any]], since_ms: int) -> list[int]:
        now = clock.now_ms()
        period = _FINE_SECONDS if now - since_ms <= DAY else _COARSE_SECONDS
        queries: list[dict[str, Any]] = [
            {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": period, "Stat": "Sum"}}
            for number, metric in enumerate(metrics)
        ]
        # Times go out in whole seconds: without the minute, the present second would not count.
        asked = {"MetricDataQueries": queries, "StartTime": _time(since_ms), "EndTime": _time(now + MINUTE)}
        totals: Counter[str] = Counter()
        for page in self._client.get_paginator("get_metric_data").paginate(**asked):
            for result in page["MetricDataResults"]:
                totals[result["Id"]] += int(sum(result["Values"]))
        return [totals[query["Id"]] for query in queries]

    @cached_property
    def _client(self) -> Any:
        return boto3.client("cloudwatch", config=client_config())


def cycles(hub: Hub) -> list[Cycle]:
    """Of all projects; raises cdphub.aws.AwsError."""
    calls = SharedCalls(hub.store)
    return [_cycle(project, calls) for project in list_projects(hub.store)]


def _cycle(project: Project, calls: SharedCalls) -> Cycle:
    now, known = clock.now_ms(), calls.known(project)
    began, ends = cycle_began_ms(now, project.cycle_day), next_cycle_ms(now, project.cycle_day)
    # An hour at least: a cycle's first calls foretell nothing.
    pace = known.cycle_taken / max(now - began, HOUR)
    quota = project.cycle_quota
    return Cycle(
        project=project.id,
        began=known.cycle,
        spent=known.cycle_taken,
        forecast=round(pace * (ends - began)),
        quota=quota,
        stop=None if quota is None else int(CYCLE_STOP * quota),
    )


def _identity(metric: Mapping[str, Any]) -> tuple[str, frozenset[tuple[str, str]]]:
    return metric["MetricName"], frozenset((each["Name"], each["Value"]) for each in metric["Dimensions"])


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / SECOND, UTC)
