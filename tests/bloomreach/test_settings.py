"""Which settings of a connection to Bloomreach make sense together, and which events they want."""

from typing import Any

import pytest

from bloomreach.profile import PROFILE, InboundSettings, Settings
from cdphub.outbound.events import CUSTOMER_EVENTS
from tests.fakes import World
from tools.hubctl.connect import connect
from tools.hubctl.errors import WrongInputError

TOKEN = {"project_token": "token"}
SYNC = {"sync_customer_id": "soft", "customer_id_name": "voucherify_id"}
KEY = {"api_key_id": "id", "api_secret": "secret"}


def connected(world: World, settings: dict[str, Any], secrets: dict[str, str]) -> None:
    world.add_project()
    connect(world.hub, PROFILE, project_id="shop", settings=settings, secrets=secrets)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "project_token: is needed"),
        ({"send_events": False, **SYNC}, "project_token: is needed"),
        ({"project_token": "a/b"}, "project_token: "),
        (TOKEN | {"sync_customer_id": "soft"}, "customer_id_name: is needed"),
        (TOKEN | {"customer_id_name": "voucherify_id"}, "customer_id_name: is needed for sync_customer_id, and of no"),
        (TOKEN | SYNC | {"customer_id_name": "registered"}, "customer_id_name: must not be"),
        (TOKEN | SYNC | {"main_hard_id": "voucherify_id"}, "customer_id_name: must not be"),
        (TOKEN | SYNC | {"sync_customer_id": "firm"}, "sync_customer_id: "),
        (
            TOKEN | SYNC | {"sync_customer_id": "hard", "outbound_identity": "email"},
            "sync_customer_id: must be soft with outbound_identity email",
        ),
    ],
)
def test_settings_that_do_not_fit_are_named(world: World, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongInputError, match=f"^{message}"):
        connected(world, settings, KEY)


@pytest.mark.parametrize(
    "settings",
    [
        TOKEN,
        {"send_events": False},
        TOKEN | SYNC | {"sync_customer_id": "hard"},
        TOKEN | SYNC | {"outbound_identity": "email"},
    ],
)
def test_settings_that_fit(world: World, settings: dict[str, Any]) -> None:
    connected(world, settings, KEY)


@pytest.mark.parametrize("settings", [TOKEN, TOKEN | SYNC | {"send_events": False}])
@pytest.mark.parametrize("missing", KEY)
def test_a_key_is_needed_to_send_anything(world: World, settings: dict[str, Any], missing: str) -> None:
    with pytest.raises(WrongInputError, match=f"^{missing}: is needed if send_events or sync_customer_id is on"):
        connected(world, settings, {name: value for name, value in KEY.items() if name != missing})


def test_a_connection_that_sends_nothing_needs_neither_token_nor_key(world: World) -> None:
    connected(world, {"send_events": False}, {})


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (TOKEN, CUSTOMER_EVENTS),
        ({"send_events": False}, ()),
        (TOKEN | SYNC | {"send_events": False}, CUSTOMER_EVENTS),
        (TOKEN | SYNC | {"send_events": False, "events": ("customer.rewarded",)}, ("customer.rewarded",)),
    ],
)
def test_events_are_wanted_to_be_sent_or_to_bring_the_customers_id(
    settings: dict[str, Any], wanted: tuple[str, ...]
) -> None:
    assert Settings.model_validate(settings).wanted(PROFILE.default_events) == frozenset(wanted)


def test_what_the_way_out_lacks_is_no_trouble_of_the_way_in() -> None:
    assert InboundSettings.of({"main_hard_id": "crm_id", "sync_customer_id": "hard"}).main_hard_id == "crm_id"
