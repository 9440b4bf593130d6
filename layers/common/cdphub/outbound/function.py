"""The Lambda function that delivers to one CDP."""

from collections.abc import Callable
from functools import cache
from typing import Any

from cdphub import clock
from cdphub.hub import hub
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.vendor import Vendor
from cdphub.transport import Urllib3Transport

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def delivering_to(vendor: Vendor[Any, Any]) -> Handler:
    """A handler for an SQS event source mapping with partial batch responses."""

    @cache
    def deliverer() -> Deliverer:
        """Made once per instance."""
        return Deliverer(vendor, hub(), Urllib3Transport())

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return deliverer().deliver(event["Records"], clock.invocation_end(context.get_remaining_time_in_millis()))

    return handler
