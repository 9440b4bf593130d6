"""The HTTP API has the routes that profiles name, and no others for a CDP."""

import pytest

from cdphub import publishing
from cdphub.profile import load_profiles
from front.default import FUNCTIONS as FOLDER
from tests.template.stack import FUNCTIONS

PROFILES = load_profiles(FOLDER)


def routes(handler: str) -> set[tuple[str, str]]:
    """Those of the function with this handler."""
    (function,) = (function for function in FUNCTIONS.values() if function["Handler"] == handler)
    events = [event["Properties"] for event in function["Events"].values() if event["Type"] == "HttpApi"]
    return {(event["Method"], event["Path"]) for event in events}


@pytest.mark.parametrize("cdp", [cdp for cdp, profile in PROFILES.items() if profile.routes])
def test_what_a_cdp_sends_reaches_its_ingest(cdp: str) -> None:
    assert routes(PROFILES[cdp].ingest) == {(route.method, route.path) for route in PROFILES[cdp].routes}


def test_calls_for_publications_and_lookups_have_each_prefix() -> None:
    bases = [profile.publishing_base for profile in PROFILES.values() if profile.publishing]
    assert routes(publishing.HANDLER) == {(method, base + path) for base in bases for method, path in publishing.ROUTES}
