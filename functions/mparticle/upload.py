"""mParticle's Events API: each event as a batch of its own, which is about one user, and many batches as a request.

https://docs.mparticle.com/developers/server/http and https://docs.mparticle.com/developers/server/json-reference
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound import outcome
from cdphub.outbound.cut import fit
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event
from cdphub.outbound.flatten import flatten, one_level
from cdphub.outbound.outcome import Outcome
from cdphub.outbound.rounds import Limits
from cdphub.outbound.vendor import NoIdentityError, tell_cut
from cdphub.times import milliseconds
from mparticle.custom_attributes import NAME_LENGTH, admissible
from mparticle.profile import PROFILE, Secrets, Settings

PATH = "/v2/bulkevents"
# mParticle takes 128 kB a batch, and 256 kB or 100 batches a request.
BATCH_BYTES = 128_000
LIMITS = Limits(events=100, bytes=255_000)


def batch(delivery: Delivery, settings: Settings) -> str:
    """The event as a batch, in JSON; raises ValueError if mParticle cannot take it however much of it is cut."""
    attributes, left_out = admissible(one_level(flatten(delivery.event.data)))
    text, too_much = fit(partial(_batch, delivery, settings), attributes, BATCH_BYTES)
    tell_cut(PROFILE, delivery, left_out + too_much)
    return text


def request(settings: Settings, secrets: Secrets, batches: Sequence[str]) -> HttpRequest:
    """The request that brings the batches."""
    key = base64.b64encode(f"{secrets.feed_key}:{secrets.feed_secret}".encode()).decode()
    return HttpRequest(
        method="POST",
        url=_host(settings) + PATH,
        headers={"Authorization": f"Basic {key}", "Content-Type": "application/json"},
        body=f"[{','.join(batches)}]".encode(),
    )


def judge(reply: HttpReply, differing: Mapping[int, FailureClass]) -> Outcome:
    """As of any vendor's reply; mParticle says besides whose rate limit was exceeded."""
    judged = outcome.judge(reply, differing)
    limited = reply.headers.get("x-mp-rate-limit-exceeded")
    return replace(judged, reason=f"rate limit of {limited}: {judged.reason}") if limited else judged


def _host(settings: Settings) -> str:
    """Where requests go; an endpoint URL may be given with its path."""
    if settings.base_url is None:
        return f"https://s2s.{settings.pod}.mparticle.com"
    return settings.base_url.removesuffix(PATH).removesuffix("/v2/events")


def _batch(delivery: Delivery, settings: Settings, attributes: Mapping[str, str]) -> dict[str, Any]:
    """By `source_request_id` mParticle drops repeats, per key; the batch is the same at every attempt."""
    event = delivery.event
    name = PROFILE.name_of(event.type, settings)
    data = {
        "event_name": name[:NAME_LENGTH],
        "custom_event_type": "transaction" if "redemption" in event.type else "other",
        "timestamp_unixtime_ms": milliseconds(event.occurred_at),
        "source_message_id": delivery.id,
        "custom_attributes": attributes,
    }
    return {
        "source_request_id": delivery.id,
        "environment": settings.environment,
        "user_identities": _identities(event, settings),
        "events": [{"event_type": "custom_event", "data": data}],
    }


def _identities(event: Event, settings: Settings) -> dict[str, str]:
    """One identity: with two of them mParticle would decide by its own rules which profile is meant."""
    customer, name = event.customer, settings.outbound_identity
    if name != "email" and customer.source_id:
        return {name: customer.source_id}
    if customer.email:
        return {"email": customer.email}
    raise NoIdentityError("nothing that mParticle could know the customer by")
