"""What is a CDP's own in a delivery: one record in each vendor's `deliver.py`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import Outcome, judge
from cdphub.outbound.rounds import Item, Limits
from cdphub.profile import OutboundSettings, Profile, Secrets
from cdphub.telemetry import count, logger

SettingsT = TypeVar("SettingsT", bound=OutboundSettings)
SecretsT = TypeVar("SecretsT", bound=Secrets)


class NoIdentityError(ValueError):
    """The event does not tell whom it is about in any way that the CDP understands."""


def tell_cut(profile: Profile, delivery: Delivery, left_out: Collection[str]) -> None:
    """Counts and names what of an event was left out, since the CDP takes no more."""
    if left_out:
        count("Cut", len(left_out), cdp=profile.cdp)
        logger.info("cut", event_trace_id=delivery.trace_id, connection=delivery.connection, left_out=sorted(left_out))


def none_apart(_reply: HttpReply, _items: Sequence[Item]) -> Mapping[int, Outcome]:
    """Of a CDP that takes or refuses requests as a whole."""
    return {}


@dataclass(frozen=True)
class Vendor(Generic[SettingsT, SecretsT]):
    """How a CDP is spoken to.

    `encode` gives an event's text in a request, in ASCII; it raises ValueError with the reason if there can be none,
    NoIdentityError among others. `request` joins such texts. `judge` says what a reply means for the request, by the
    profile's table of statuses; `apart` what it means for single events of a request that was taken, by their places,
    as far as that is something else. `deduplicates` is whether the CDP drops an event that it has got before.
    """

    profile: Profile
    limits: Limits
    encode: Callable[[Delivery, SettingsT], str]
    request: Callable[[SettingsT, SecretsT, Sequence[str]], HttpRequest]
    judge: Callable[[HttpReply, Mapping[int, FailureClass]], Outcome] = judge
    apart: Callable[[HttpReply, Sequence[Item]], Mapping[int, Outcome]] = none_apart
    deduplicates: bool = True
