"""What the functions of a stack have logged: lines of JSON in its log group."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3

from cdphub import clock
from cdphub.aws import aws_errors, client_config
from cdphub.clock import SECOND
from cdphub.times import as_utc, milliseconds, utc

LOOK_EVERY_SECONDS = 2
# CloudWatch shows a line some seconds after it was written, and not in the order of writing.
LATE_MS = 15 * SECOND

# A stream's name is DATE/FUNCTION[VERSION]INSTANCE.
_STREAM = re.compile(r"(?:.*/)?([^/\[]+)\[")
_ABOUT_THE_LINE = ("location", "message", "service", "timestamp", "level")


@dataclass(frozen=True)
class Line:
    """One line: when it was written (milliseconds since 1970), by which function, and what it says."""

    id: str
    at_ms: int
    function: str
    entry: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """As a command shows it: time, function, level and message, then the rest."""
        rest = {name: value for name, value in self.entry.items() if name not in _ABOUT_THE_LINE}
        told = {"time": utc(self.at_ms), "function": self.function, "level": self.entry.get("level", "")}
        return told | {"message": self.entry["message"]} | rest


class Logs:
    """The log group of a stack; raises cdphub.aws.AwsError."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def read(self, since_ms: int, term: str | None = None) -> list[Line]:
        """The lines since then, by their times; with `term` only those in which it occurs."""
        return sorted(self._found(since_ms, term), key=lambda line: line.at_ms)

    def follow(self, since_ms: int, term: str | None = None) -> Iterator[Line]:
        """The same, and then for ever what is new."""
        seen: set[str] = set()
        while True:
            began, lines = clock.now_ms(), self.read(since_ms, term)
            yield from (line for line in lines if line.id not in seen)
            seen = {line.id for line in lines}
            since_ms = max(since_ms, began - LATE_MS)
            clock.sleep(LOOK_EVERY_SECONDS)

    def _found(self, since_ms: int, term: str | None) -> Iterator[Line]:
        asked: dict[str, Any] = {"logGroupName": f"/{self._stack}", "startTime": since_ms}
        if term is not None:
            asked["filterPattern"] = json.dumps(term)
        with aws_errors("CloudWatch Logs"):
            for page in self._client.get_paginator("filter_log_events").paginate(**asked):
                for event in page["events"]:
                    if line := self._line(event):
                        yield line

    def _line(self, event: Mapping[str, Any]) -> Line | None:
        """None for what is no line of the hub's: Lambda's own, and metrics."""
        try:
            entry = json.loads(event["message"])
        except ValueError:
            return None
        if not isinstance(entry, dict) or "message" not in entry:
            return None
        stream = _STREAM.match(event["logStreamName"])
        function = stream[1].removeprefix(f"{self._stack}-") if stream else ""
        return Line(event["eventId"], _written_ms(entry, event["timestamp"]), function, entry)

    @cached_property
    def _client(self) -> Any:
        return boto3.client("logs", config=client_config())


def _written_ms(entry: Mapping[str, Any], taken_ms: int) -> int:
    """By the line itself, which knows better than CloudWatch, who gets lines in heaps."""
    written = as_utc(str(entry.get("timestamp", "")).replace(",", ".").replace(" ", "T"))
    return milliseconds(written) if written else taken_ms
