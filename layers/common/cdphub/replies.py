"""The answers to what was accepted and to what was refused; a CDP that wants others brings a subclass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdphub.api import Reply, refusal, reply
from cdphub.body import RefusedError
from cdphub.parsed import Parsed, Stamp

REASONS = 20


@dataclass(frozen=True)
class Replies:
    """Answers of at most `most_bytes`."""

    most_bytes: int

    def accepted(self, stamp: Stamp, parsed: Parsed) -> Reply:
        """Answers 200, with as many of the first reasons as there is room for."""
        rejected = [{"index": index, "reason": reason} for index, reason in parsed.rejected[:REASONS]]
        while True:
            answer = reply(200, self.body(stamp, parsed, rejected))
            if not rejected or len(answer["body"]) <= self.most_bytes:
                return answer
            rejected.pop()

    def body(self, stamp: Stamp, parsed: Parsed, rejected: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What the answer to an accepted request says."""
        return {"trace_id": stamp.trace_id, "accepted": parsed.accepted, "rejected": rejected}

    def refused(self, stamp: Stamp, refused: RefusedError) -> Reply:
        """Answers 400, naming the field."""
        return refusal(400, stamp.trace_id, refused.field, refused.reason)
