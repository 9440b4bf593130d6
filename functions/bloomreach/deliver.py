"""From the queue `deliver-bloomreach` to Bloomreach's Tracking API (Lambda)."""

from functools import cache
from typing import Any

from bloomreach import outcomes, tracking
from bloomreach.profile import PROFILE
from cdphub import clock
from cdphub.hub import hub
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.vendor import Vendor
from cdphub.transport import RequestsTransport

VENDOR = Vendor(PROFILE, tracking.LIMITS, tracking.command, tracking.request, outcomes.judge, outcomes.apart)


@cache
def deliverer() -> Deliverer:
    """Made once per instance."""
    return Deliverer(VENDOR, hub(), RequestsTransport())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    return deliverer().deliver(event["Records"], clock.invocation_end(context.get_remaining_time_in_millis()))
