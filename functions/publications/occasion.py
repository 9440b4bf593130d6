"""One occasion, one code (pure, G4).

An occasion is what the caller names one, or a window of time that starts at the first call. What is known of it is one
record, under a key made of connection, campaign or voucher, customer and the occasion's name.
"""

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from cdphub.clock import DAY, MINUTE
from publications.wish import Wish

NAMED_MS = 30 * DAY
"""How long a named occasion is remembered. Afterwards Voucherify still knows the id of its publication."""

UNSETTLED_MS = 10 * MINUTE
"""How long at least an occasion stays open after an attempt that did not end."""

# Whoever repeats a call at the end of a window gets no second code a moment later: it stays open by so much of itself.
_EDGE = 12


class Occasion(BaseModel):
    """Its record: it began and, unless it is unsettled, ends then; somebody works at it until `lease_until`.

    `calls` counts the attempts that may have published. `reply` is Voucherify's, once there is one, and `customer` the
    outbox's partition key of whom it is about. Times are hub milliseconds.
    """

    began: int
    ends: int
    lease_until: int = 0
    calls: int = 0
    reply: dict[str, Any] | None = None
    customer: str | None = None

    @property
    def expires(self) -> int:
        """When the record may go."""
        return self.ends if self.reply is not None else max(self.ends, self.lease_until + UNSETTLED_MS)


def key(connection: str, wish: Wish) -> str:
    """The key of the wish's occasion: 64 hexadecimal digits."""
    what = ["voucher", wish.voucher] if wish.voucher else ["campaign", wish.campaign.name]
    return _hash(connection, what, wish.customer.id, wish.customer.source_id, wish.named_occasion)


def source_id(key: str, wish: Wish, occasion: Occasion) -> str:
    """The id of the publication at Voucherify: always the same for a named occasion, one for each window."""
    return key if wish.named_occasion else _hash(key, occasion.began)


def begin(wish: Wish, window_ms: int, now_ms: int) -> Occasion:
    """The occasion of a first call; a window of 0 is over as soon as its code is given."""
    return Occasion(began=now_ms, ends=now_ms + (NAMED_MS if wish.named_occasion else window_ms))


def at_edge(occasion: Occasion, now_ms: int) -> Occasion | None:
    """The occasion with a later end, if it was asked for again shortly before its end."""
    edge = (occasion.ends - occasion.began) // _EDGE
    if occasion.expires - now_ms >= edge // 2:
        return None
    return occasion.model_copy(update={"ends": now_ms + edge})


def settle(occasion: Occasion, reply: dict[str, Any], customer: str | None, now_ms: int) -> Occasion:
    """The occasion with its reply, which stays a while even if it came after the end."""
    edge = (occasion.ends - occasion.began) // _EDGE
    ends = max(occasion.ends, now_ms + edge)
    return occasion.model_copy(update={"reply": reply, "customer": customer, "lease_until": 0, "ends": ends})


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
