"""mParticle as tests find it: what it sends, and the keys in it."""

import base64
import json
from typing import Any

from cdphub.api import Reply, Request
from cdphub.credentials import Gatekeeper
from mparticle.ingest import answer
from tests.fakes import APPLICATION_ID, SECRET_KEY, World

ADDRESS = "/mparticle"
SETTINGS = {"applicationId": APPLICATION_ID, "secretKey": SECRET_KEY}
EVENTS = "event_processing_request"
MEMBERS = "audience_membership_change_request"
SUBJECT = "dsr_processing_request"


class MParticle:
    """Sends requests as mParticle does."""

    def __init__(self, world: World, **connection: Any) -> None:
        self.world = world
        world.add_key(world.add_connection("mparticle", "mparticle", **connection))
        self.gatekeeper = Gatekeeper(world.hub.store, "mparticle")

    def send(
        self, body: Any, headers: dict[str, str] | None = None, path: str = ADDRESS, method: str = "POST"
    ) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return answer(Request(method, path, headers or {}, content), self.gatekeeper, self.world.hub.queues)

    def commands(self) -> list[dict[str, Any]]:
        return [command for body in self.world.queues.bodies("apply") for command in body["commands"]]


def message(kind: str, settings: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """A Firehose message with the key in its account's settings."""
    account = {"account_id": 1, "account_settings": SETTINGS if settings is None else settings}
    return {"type": kind, "id": "m-1", "timestamp_ms": 17, "firehose_version": "3.2.0", "account": account, **content}


def identity(value: str, kind: str = "customer") -> dict[str, str]:
    return {"type": kind, "encoding": "raw", "value": value}


def event(name: str, event_id: str = "e-1") -> dict[str, Any]:
    return {"type": "custom_event", "id": event_id, "timestamp_ms": 16, "name": name}


def profile(customer_id: str, audience_id: int = 1, action: str = "add") -> dict[str, Any]:
    audience = {"audience_id": audience_id, "audience_name": f"Audience {audience_id}", "action": action}
    return {"user_identities": [identity(customer_id)], "audiences": [audience]}


def raw_batch(name: str = "Brewed") -> dict[str, Any]:
    """A batch as the webhook output sends it."""
    events = [{"event_type": "custom_event", "data": {"event_id": "e-1", "event_name": name}}]
    return {"events": events, "user_identities": [{"identity_type": "customer_id", "identity": "u1"}]}


def basic(application_id: str = APPLICATION_ID, secret: str = SECRET_KEY) -> dict[str, str]:
    """The webhook's one static header."""
    return {"authorization": f"Basic {base64.b64encode(f'{application_id}:{secret}'.encode()).decode()}"}
