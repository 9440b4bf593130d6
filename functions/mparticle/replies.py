"""Firehose's answers: each has its request's id, time and version, and hardly room for anything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cdphub.api import Reply, reply
from cdphub.parsed import Parsed, Stamp
from cdphub.replies import Replies
from mparticle import privacy
from mparticle.models import Message, Registration, SubjectRequest
from mparticle.registration import REGISTRATION

FIREHOSE_VERSION = "3.2.0"
"""The version of the shapes that this folder was written for."""

_LONGEST_ECHO = 100


@dataclass(frozen=True)
class FirehoseReplies(Replies):
    """Answers to one Firehose message; `more` is what they say besides."""

    message: Message
    more: Mapping[str, Any] = field(default_factory=dict)

    def accepted(self, stamp: Stamp, parsed: Parsed) -> Reply:
        """Answers 200 in the message's own form; what was rejected is in the logs, under the trace id in a header."""
        kind = (self.message.type or "").removesuffix("_request")[:_LONGEST_ECHO]
        answer = {
            "type": f"{kind}_response",
            "id": (self.message.id or stamp.trace_id)[:_LONGEST_ECHO],
            "timestamp_ms": self.message.timestamp_ms or stamp.accepted_ms,
            "firehose_version": (self.message.firehose_version or FIREHOSE_VERSION)[:_LONGEST_ECHO],
        }
        return reply(200, {**answer, **self.more}, {"x-trace-id": stamp.trace_id})


def of(message: Message, most_bytes: int) -> Replies:
    """The answers that fit a message; the raw webhook takes the hub's own."""
    if message.type is None:
        return Replies(most_bytes)
    if isinstance(message, Registration):
        return FirehoseReplies(most_bytes, message, REGISTRATION)
    if isinstance(message, SubjectRequest):
        return FirehoseReplies(most_bytes, message, privacy.notice(message))
    return FirehoseReplies(most_bytes, message)
