"""How CDPs tell of updates: as many in a request as each of them sends, with the same four fields."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from cdphub.api import Request

Requests = Callable[[Sequence[str], int], list[Request]]
"""Makes the requests by which a CDP brings a numbered update of each of these customers."""


def segment(names: Sequence[str], number: int) -> list[Request]:
    """The Actions destination: one customer in a request."""
    return [
        _post("/segmentio/customer-processing", {"type": "identify", "source_id": name, **_fields(name, number)})
        for name in names
    ]


def mparticle(names: Sequence[str], number: int) -> list[Request]:
    """Messages of the Firehose: one customer in a request."""
    return [_post("/mparticle", _message(name, number)) for name in names]


def bloomreach(names: Sequence[str], number: int) -> list[Request]:
    """A batch webhook: all in one request."""
    return [
        _post(
            "/bloomreach-engagement/upsert-customer-bulk",
            [{"registered": name, **_fields(name, number)} for name in names],
        )
    ]


SENDERS: dict[str, Requests] = {"segment": segment, "mparticle": mparticle, "bloomreach": bloomreach}


def _fields(name: str, number: int) -> dict[str, Any]:
    return {
        "name": f"{name} {number}",
        "email": f"{name}@example.com",
        "address": {"city": "Wien"},
        "metadata": {"plan": f"plan {number}"},
    }


def _message(name: str, number: int) -> dict[str, Any]:
    return {
        "type": "event_processing_request",
        "id": f"{name}-{number}",
        "timestamp_ms": 1_772_442_899_000 + number,
        "user_identities": [
            {"type": "customer", "encoding": "raw", "value": name},
            {"type": "email", "encoding": "raw", "value": f"{name}@example.com"},
        ],
        "user_attributes": {"$FirstName": name, "$LastName": str(number), "$City": "Wien", "plan": f"plan {number}"},
        "events": [],
    }


def _post(path: str, body: Any) -> Request:
    return Request("POST", path, {}, json.dumps(body).encode())
