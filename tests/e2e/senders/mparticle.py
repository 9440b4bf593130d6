"""mParticle: Firehose messages, with the keys among the account's settings."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import Reply, post

VERSION = "3.2.0"
SENT_MS = 1_772_442_000_000

Audience = Mapping[str, Any]


@dataclass(frozen=True)
class MParticle:
    """`keys` has `application_id` and `secret_key`."""

    url: str
    keys: Mapping[str, str]

    def send(self, kind: str, **content: Any) -> Reply:
        """A message of this type."""
        return self.post({**self.message(kind), **content})

    def post(self, body: Any) -> Reply:
        """Any body."""
        return post(self.url, "/mparticle", {"user-agent": "mParticle Webhook"}, body)

    def message(self, kind: str) -> dict[str, Any]:
        """What all messages have; each has an id of its own."""
        settings = {"applicationId": self.keys["application_id"], "secretKey": self.keys["secret_key"]}
        return {
            "type": kind,
            "id": str(uuid.uuid4()),
            "timestamp_ms": SENT_MS,
            "firehose_version": VERSION,
            "account": {"account_id": 4711, "account_settings": settings},
        }

    def attributes(self, customer_id: str, attributes: Mapping[str, str], events: Sequence[Any] = ()) -> Reply:
        """A customer's attributes, with events or without."""
        return self.send(
            "event_processing_request",
            user_identities=[identity(customer_id)],
            user_attributes=attributes,
            events=list(events),
        )

    def audiences(self, changes: Mapping[str, Sequence[Audience]]) -> Reply:
        """Changes of audiences by customer."""
        profiles = [
            {"user_identities": [identity(customer_id)], "audiences": audiences}
            for customer_id, audiences in changes.items()
        ]
        return self.send("audience_membership_change_request", user_profiles=profiles)

    def erase(self, customer_id: str) -> Reply:
        """A customer asks to be forgotten."""
        return self.send(
            "dsr_processing_request",
            subject_request_type="erasure",
            subject_request_id=str(uuid.uuid4()),
            subject_identities=[identity(customer_id)],
        )


def identity(customer_id: str) -> dict[str, str]:
    """The identity that tells a customer."""
    return {"type": "customer", "encoding": "raw", "value": customer_id}


def audience(audience_id: int, name: str, action: str) -> Audience:
    """One change: `action` is add or delete."""
    return {"audience_id": audience_id, "audience_name": name, "action": action, "audience_subscription_settings": {}}
