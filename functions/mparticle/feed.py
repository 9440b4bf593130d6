"""Data that came to mParticle from Voucherify in the first place, and must not go round (pure)."""

from cdphub.outbound.events import CUSTOMER_EVENTS, title
from mparticle.models import Batch, Event
from mparticle.values import filled_text, plain

OWN = "comes from Voucherify"

_TITLES = {title(event_type) for event_type in CUSTOMER_EVENTS}

# mParticle's mark on every event that a feed brought: https://docs.mparticle.com/guides/feeds.
_MARK = "mparticlesourcefeed"


def is_own_batch(batch: Batch, feed_name: str) -> bool:
    """Whether a batch came in by the feed of this name: a batch has one source, so one marked event tells of all."""
    sources = [batch.platform_fields.input_name, *map(_source, batch.events)]
    return any(source is not None and plain(source) == plain(feed_name) for source in sources)


def is_own_event(event: Event) -> bool:
    """Whether an event has the name under which Voucherify's events reach CDPs, whatever brought it."""
    return event.type == "custom_event" and event.name in _TITLES


def _source(event: Event) -> str | None:
    return next((filled_text(value) for name, value in event.attributes.items() if plain(name) == _MARK), None)
