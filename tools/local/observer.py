"""What has come of an event: what vendors received, and what the hub refused or left out."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from tools.local.resources import Clients
from tools.local.template import STACK_NAME

SECONDS = 30
SKIPPED = "skipped"


class Observer:
    """Each method tells what is new since it was last asked."""

    def __init__(self, vendors: Mapping[str, str], clients: Clients, logs: Path) -> None:
        self._vendors = vendors
        self._clients = clients
        self._logs = logs
        self._requests = dict.fromkeys(vendors, 0)
        self._letters: set[str] = set()
        self._read: dict[Path, int] = {}

    def received(self) -> dict[str, list[dict[str, Any]]]:
        """The requests that each stand-in has recorded."""
        return {vendor: list(self._received(vendor)) for vendor in self._vendors}

    def dead(self) -> list[str]:
        """Class and reason of each dead letter."""
        return list(self._dead())

    def left_out(self) -> list[str]:
        """The names of fields that were omitted, and the kinds of items skipped, as the functions' logs tell them."""
        return [line for entry in self._logged() for line in _left_out(entry)]

    def _received(self, vendor: str) -> list[dict[str, Any]]:
        reply = requests.get(f"{self._vendors[vendor]}/_sandbox/requests", timeout=SECONDS)
        seen = self._requests[vendor]
        new: list[dict[str, Any]] = reply.json()[seen:]
        self._requests[vendor] += len(new)
        return new

    def _dead(self) -> Iterator[str]:
        pages = self._clients.dynamodb.get_paginator("scan").paginate(
            TableName=f"{STACK_NAME}-backlog",
            FilterExpression="begins_with(sk, :dead)",
            ExpressionAttributeValues={":dead": {"S": "dead#"}},
        )
        for item in (item for page in pages for item in page["Items"]):
            if item["sk"]["S"] not in self._letters:
                self._letters.add(item["sk"]["S"])
                letter = json.loads(item["text"]["S"])
                yield f"dead letter: {letter['failure']}, {letter['reason']}"

    def _logged(self) -> Iterator[dict[str, Any]]:
        for file in sorted(self._logs.glob("*.log")):
            with file.open(encoding="utf-8") as log:
                log.seek(self._read.get(file, 0))
                lines = log.readlines()
                self._read[file] = log.tell()
            yield from (json.loads(line) for line in lines if '"omitted"' in line or '"skipped"' in line)


def _left_out(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"omitted: {name}" for name in entry.get("omitted") or entry.get("metadata") or [])
    yield from (f"{SKIPPED}: {kind}" for kind in entry.get("skipped") or [])
