"""Events as texts for a CDP's requests, and those of which there can be none."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cdphub import clock, times
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from cdphub.outbound.events import Event
from cdphub.outbound.outcome import Outcome
from cdphub.outbound.rounds import Item
from cdphub.outbound.vendor import NoIdentityError, Vendor
from cdphub.profile import OutboundSettings
from cdphub.telemetry import count, logger


def encode(
    vendor: Vendor[Any, Any], items: Iterable[Item], settings: Any
) -> tuple[list[Item], list[tuple[Item, Outcome]]]:
    """The items with their texts, and what became of others; an event without identity is counted, and that is all."""
    encoded, refused = [], []
    for item in items:
        try:
            _check_age(item.delivery.event, settings)
            encoded.append(replace(item, text=vendor.encode(item.delivery, settings)))
        except NoIdentityError:
            count("Ignored", cdp=vendor.profile.cdp, reason="no_identity")
            logger.info("no identity", connection=item.delivery.connection, event_trace_id=item.delivery.trace_id)
        except ValueError as error:
            refused.append((item, Outcome(FailureClass.INVALID, str(error))))
    return encoded, refused


def _check_age(event: Event, settings: OutboundSettings) -> None:
    most = settings.max_event_age
    if most is not None and clock.now_ms() - times.milliseconds(event.occurred_at) > most * HOUR:
        raise ValueError(f"older than {most} hours, which is the connection's max_event_age")
