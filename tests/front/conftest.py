"""Handlers of all CDPs, in one world."""

from collections.abc import Callable

import pytest

from cdphub.credentials import Gatekeeper
from cdphub.http import Transport
from cdphub.publishing import HANDLER
from front.default import PROFILES
from publications.publish import Desk
from publications.publisher import Publisher
from tests.fakes import World
from tests.voucherify.vendor import SandboxTransport


def open_doors(world: World, patch: pytest.MonkeyPatch, voucherify: Transport | None = None) -> None:
    """Lets every CDP's handler find this world, and Voucherify's stand-in."""
    for profile in PROFILES.values():
        if profile.routes:
            module = profile.ingest.removesuffix(".handler")
            patch.setattr(f"{module}.hub", _giving(world.hub))
            patch.setattr(f"{module}.gatekeeper", _giving(Gatekeeper(world.hub.store, profile.cdp)))
    desk = Desk(Publisher(world.hub, voucherify or SandboxTransport(world.clock, [])), PROFILES)
    patch.setattr(f"{HANDLER.removesuffix('.handler')}.desk", _giving(desk))


def _giving(value: object) -> Callable[[], object]:
    return lambda: value


@pytest.fixture(autouse=True)
def hub(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world that handlers find, with a connection to Segment."""
    world.add_key(world.add_connection())
    open_doors(world, monkeypatch)
    return world
