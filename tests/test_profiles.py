"""Every CDP's profile is found by its folder, and its README keeps up with it."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import CUSTOMER_EVENTS, Event, Person
from cdphub.outbound.vendor import Vendor
from cdphub.profile import OutboundSettings, load_handler, load_profiles
from tests.strategies import json_objects
from tools.local.sandbox import sinks

FUNCTIONS = Path(__file__).parents[1] / "functions"
PERSON = Person(id="cust_1", source_id="u1", email="ada@example.com")
PROFILES = load_profiles(FUNCTIONS)
INGESTING = [cdp for cdp, profile in PROFILES.items() if profile.routes]
SENDING = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]
SETTINGS = [(cdp, setting) for cdp, profile in PROFILES.items() for setting in profile.settings.model_fields]


@pytest.mark.parametrize("cdp", PROFILES)
def test_generic_code_finds_it_by_its_folder(cdp: str) -> None:
    profile = PROFILES[cdp]
    assert profile.cdp == cdp
    assert load_handler(profile.ingest) is importlib.import_module(profile.ingest.rpartition(".")[0]).handler


@pytest.mark.parametrize("cdp", INGESTING)
def test_every_route_has_a_parser(cdp: str) -> None:
    assert set(importlib.import_module(f"{cdp}.ingest").PARSERS) == set(PROFILES[cdp].routes)


@pytest.mark.parametrize("cdp", INGESTING)
def test_a_backfill_finds_the_route_of_a_customer(cdp: str) -> None:
    assert PROFILES[cdp].customers in PROFILES[cdp].routes


@pytest.mark.parametrize(("cdp", "setting"), SETTINGS, ids=str)
def test_the_readme_has_every_setting(cdp: str, setting: str) -> None:
    assert f"| `{setting}` |" in (FUNCTIONS / cdp / "README.md").read_text()


@pytest.mark.parametrize("cdp", SENDING)
def test_the_readme_says_what_every_event_is_called(cdp: str) -> None:
    readme, name = (FUNCTIONS / cdp / "README.md").read_text(), PROFILES[cdp].event_name
    assert [event for event in CUSTOMER_EVENTS if f"| `{event}` | {name(event)} |" not in readme] == []


@pytest.mark.parametrize("cdp", SENDING)
@given(event_type=st.sampled_from(CUSTOMER_EVENTS), data=json_objects())
def test_whatever_an_event_says_the_cdp_gets_json(cdp: str, event_type: str, data: dict[str, Any]) -> None:
    event = Event(key="k", type=event_type, id="ev", occurred_at="2026-01-01T00:00:00.000Z", customer=PERSON, data=data)
    vendor: Vendor[Any, Any] = importlib.import_module(f"{cdp}.deliver").VENDOR
    delivery = Delivery(trace_id="t", project="p", connection="c", accepted_ms=0, event=event)
    text = vendor.encode(delivery, vendor.profile.settings.model_validate(sinks.settings(cdp)))
    assert text.isascii()
    assert len(text) <= vendor.limits.bytes
    assert isinstance(json.loads(text), dict)
