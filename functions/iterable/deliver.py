"""From the queue `deliver-iterable` to Iterable's API (Lambda)."""

from functools import cache
from typing import Any

from cdphub import clock
from cdphub.hub import hub
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.vendor import Vendor
from cdphub.transport import RequestsTransport
from iterable import outcomes, tracking
from iterable.profile import PROFILE

VENDOR = Vendor(PROFILE, tracking.LIMITS, tracking.event, tracking.request, outcomes.judge, outcomes.apart)


@cache
def deliverer() -> Deliverer:
    """Made once per instance."""
    return Deliverer(VENDOR, hub(), RequestsTransport())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    return deliverer().deliver(event["Records"], clock.invocation_end(context.get_remaining_time_in_millis()))
