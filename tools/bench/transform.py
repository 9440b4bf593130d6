"""Transforming: CPU of an event in each mapping, from the text that comes to the text that goes, beside JSON alone."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from pydantic_core import from_json

from cdphub.api import Request
from cdphub.commands import pack
from cdphub.connections import Connection
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.vendor import Vendor
from cdphub.parsed import Stamp
from cdphub.profile import Route
from cdphub.queues import encode
from tools.bench.measuring import side_by_side
from tools.bench.row import Row
from tools.local import ROOT
from tools.local.sandbox import sinks

FLOOR_NAME = "json.loads and json.dumps of the same"
INBOUND = (
    "segment/identify",
    "segment/track",
    "segment/group",
    "segment/webhook-identify",
    "segment/webhook-track",
    "mparticle/events",
    "mparticle/audience-member-add",
    "mparticle/raw-batch",
    "bloomreach/customers",
    "bloomreach/events",
    "braze/audience-add",
)
OUTBOUND = ("segment/deliver", "mparticle/deliver")
"""Whose events go out, the same to every CDP."""

Transform = Callable[[str], int]
"""Transforms one text, and tells how many events were in it."""


def measure(quick: bool) -> list[Row]:
    """The mappings in, from a request's body to the message for apply, and out, from a message to a vendor's text."""
    rounds, times = (2, 5) if quick else (21, 200)
    inbound = [_row(f"in, {name}", [_event(name)["body"]], _inbound(name), rounds, times) for name in INBOUND]
    going = [record["body"] for name in OUTBOUND for record in _event(name)["Records"]]
    outbound = [_row(f"out, {cdp}", going, _outbound(cdp), rounds, times) for cdp in sinks.names()]
    return [*inbound, *outbound]


def _row(name: str, texts: list[str], transform: Transform, rounds: int, times: int) -> Row:
    events = sum(map(transform, texts))
    compared = side_by_side(
        lambda: list(map(transform, texts)),
        lambda: [json.dumps(json.loads(text)) for text in texts],
        rounds=rounds,
        times=times,
    ).shared_by(events)
    note = f"{sum(map(len, texts)) / events:,.0f} bytes an event"
    return Row(f"transform {name}", "ms of CPU an event", compared.spread(), compared.beside(FLOOR_NAME), note=note)


def _inbound(name: str) -> Transform:
    cdp, event = name.partition("/")[0], _event(name)
    method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    parse = import_module(f"{cdp}.ingest").PARSERS[Route(method, path)]
    connection, stamp = Connection(id="c", project="p", cdp=cdp), Stamp("t", 0)

    def transform(text: str) -> int:
        parsed = parse(Request(method, path, body=text.encode()), connection, stamp)
        for message in pack("p", parsed.commands):
            encode(message)
        return len(parsed.commands)

    return transform


def _outbound(cdp: str) -> Transform:
    vendor: Vendor[Any, Any] = import_module(f"{cdp}.deliver").VENDOR
    settings = vendor.profile.settings.model_validate(sinks.settings(cdp))

    def transform(text: str) -> int:
        vendor.encode(Delivery.model_validate(from_json(text)), settings)
        return 1

    return transform


def _event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event
