"""CloudWatch on this machine: what functions print, as log events in the stack's group, and their metrics.

A function has one stream, where AWS gives each of its instances one.

Metrics are lines in the embedded metric format, of which CloudWatch adds up the numbers:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.local.template import REGION, STACK_NAME

GROUP = f"/{STACK_NAME}"
LOOK_EVERY_SECONDS = 1.0
LINES_AT_ONCE = 500
LINES_KEPT = 5_000
"""Of each function and day; then its stream begins anew."""

METRICS_AT_ONCE = 500

Metric = tuple[str, str, tuple[tuple[str, str], ...]]
"""Namespace, name and dimensions."""


class CloudWatch:
    """Reads what is new in the functions' log files now and then, so that no function waits for it."""

    def __init__(self, url: str, logs: Path) -> None:
        session = boto3.Session("local", "local", region_name=REGION)
        config = Config(proxies={})
        self._logs = session.client("logs", endpoint_url=url, config=config)
        self._metrics = session.client("cloudwatch", endpoint_url=url, config=config)
        self._folder = logs
        self._read: dict[Path, int] = {}
        self._kept: Counter[str] = Counter()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Makes the group, and begins."""
        self._logs.create_log_group(logGroupName=GROUP)
        self._thread.start()

    def stop(self) -> None:
        """Ends it."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(LOOK_EVERY_SECONDS):
            try:
                self.look()
            except (BotoCoreError, ClientError, ValueError) as error:
                logging.getLogger(__name__).warning("CloudWatch: %s", error)

    def look(self) -> None:
        """Takes over what is new."""
        sums: Counter[Metric] = Counter()
        for file in sorted(self._folder.glob("[A-Z]*.log")):
            lines = list(self._new_lines(file))
            for first in range(0, len(lines), LINES_AT_ONCE):
                self._keep(f"{STACK_NAME}-{file.stem}", lines[first : first + LINES_AT_ONCE])
            for line in lines:
                sums.update(dict(metrics_of(line)))
        self._count(sums)

    def _new_lines(self, file: Path) -> Iterator[str]:
        with file.open("rb") as log:
            log.seek(self._read.get(file, 0))
            text, end, _ = log.read().rpartition(b"\n")
            self._read[file] = self._read.get(file, 0) + len(text + end)
        yield from filter(None, text.decode(errors="replace").split("\n"))

    def _keep(self, function: str, lines: list[str]) -> None:
        name = f"{datetime.now(UTC):%Y/%m/%d}/{function}[$LATEST]"
        stream = {"logGroupName": GROUP, "logStreamName": name}
        if self._kept[name] + len(lines) > LINES_KEPT:
            self._logs.delete_log_stream(**stream)
            del self._kept[name]
        if not self._kept[name]:
            self._logs.create_log_stream(**stream)
        self._kept[name] += len(lines)
        now = time.time_ns() // 1_000_000
        self._logs.put_log_events(**stream, logEvents=[{"timestamp": now, "message": line} for line in lines])

    def _count(self, sums: Counter[Metric]) -> None:
        by_namespace: dict[str, list[dict[str, Any]]] = {}
        for (namespace, name, dimensions), value in sums.items():
            told = [{"Name": dimension, "Value": of} for dimension, of in dimensions]
            datum = {"MetricName": name, "Dimensions": told, "Value": value, "Timestamp": datetime.now(UTC)}
            by_namespace.setdefault(namespace, []).append(datum)
        for namespace, data in by_namespace.items():
            for first in range(0, len(data), METRICS_AT_ONCE):
                self._metrics.put_metric_data(Namespace=namespace, MetricData=data[first : first + METRICS_AT_ONCE])


def metrics_of(line: str) -> Iterable[tuple[Metric, float]]:
    """What a line in the embedded metric format counts; nothing for any other line."""
    if not line.startswith('{"_aws"'):
        return
    told = json.loads(line)
    for directive in told["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = tuple((name, str(told[name])) for name in sorted(names))
            for metric in directive["Metrics"]:
                given = told[metric["Name"]]
                yield (directive["Namespace"], metric["Name"], dimensions), sum(given)
