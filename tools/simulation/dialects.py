"""Two CDPs: Segment, with one item in a request and no ids, and one that sends batches of commands with ids."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from cdphub.api import Reply, Request
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper, HeaderPair
from cdphub.ingest import ingest
from cdphub.parsed import Parsed, Stamp
from cdphub.profile import Profile, Secrets, Settings
from cdphub.queues import Queues
from cdphub.schema import Command
from segment.ingest import answer
from tools.simulation.bulk_jobs import BAD
from tools.simulation.memory_secrets import MemorySecrets
from tools.simulation.sender import Cdp

Item = Mapping[str, Any]
"""A command that lacks its connection and its place."""

_COMMANDS: TypeAdapter[list[Command]] = TypeAdapter(list[Command])

_PROFILE = Profile(
    cdp="batches",
    title="Batches",
    prefix="batches",
    ingest="",
    routes=(),
    credentials=(HeaderPair("x-id", "x-secret"),),
    body_bytes=1_000_000,
    reply_bytes=1_000,
    settings=Settings,
    secrets=Secrets,
)


def _parse(request: Request, connection: Connection, stamp: Stamp) -> Parsed:
    items = json.loads(request.body)
    commands = [item | {"connection": connection.id, "order": stamp.place(i)} for i, item in enumerate(items)]
    return Parsed(_COMMANDS.validate_python(commands), len(commands))


def _answer(request: Request, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    return ingest(request, _PROFILE, _parse, gatekeeper, queues)


def _answer_segment(request: Request, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    return answer(request, gatekeeper, queues, MemorySecrets())


SEGMENT = Cdp("segment", "segment-id", "segment-secret", _answer_segment, {"send_events": False})
BATCHES = Cdp("batches", "batches-id", "batches-secret", _answer)


def as_batch(items: Sequence[Item]) -> Request:
    """Several items in a request."""
    headers = {"x-id": BATCHES.application_id, "x-secret": BATCHES.secret}
    return Request("POST", "/batches", headers, json.dumps(items).encode())


def is_for_segment(item: Item) -> bool:
    """Whether Segment's destination can send it: it knows no erasures, no leaving of groups, only an event's email.

    Nor can it send what the vendor refuses: its repeats are new commands, and two bad values of a field in a row are
    one too many.
    """
    if BAD in json.dumps(item) or item["kind"] == "erase" or not item.get("member", True):
        return False
    return item["kind"] != "track" or set(item["customer"]) <= {"source_id", "email"}


def as_segment(item: Item) -> Request:
    """The request that Segment's destination makes of an item."""
    headers = {
        "authorization": f"Basic {_encoded(SEGMENT.application_id)}",
        "secret-key": _encoded(SEGMENT.secret),
    }
    path, body = _for_segment(item)
    return Request("POST", path, headers, json.dumps(body).encode())


def _for_segment(item: Item) -> tuple[str, dict[str, Any]]:
    customer = item["customer"]
    if item["kind"] == "upsert":
        return "/segmentio/customer-processing", {"type": "identify", **customer}
    if item["kind"] == "track":
        event = {"event": item["event"], "metadata": item["metadata"]}
        return "/segmentio/event-processing", {"type": "track", "customer": customer, **event}
    return "/segmentio/group-processing", {"type": "group", "customer": customer, "group_id": item["audience"]}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
