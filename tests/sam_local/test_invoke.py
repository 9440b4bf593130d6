"""Every file of events/ through `sam local invoke`: handler, layer, environment and event fit in a container."""

import json
from typing import Any

import pytest

from tests.sam_local.conftest import Cloud
from tests.sam_local.sam import invoke
from tools.local import ROOT
from tools.local.events import filled_events
from tools.local.routes import Router
from tools.local.stack import read
from tools.local.template import Template, overrides

STACK = read(Template(ROOT / "template.yaml", overrides(ROOT / "samconfig.toml")), scale=1)
ROUTER = Router(STACK.routes)
EVENTS = sorted(str(path.relative_to(ROOT / "events").with_suffix("")) for path in ROOT.glob("events/*/*.json"))

ATTEMPTS = 5


def function_of(event: dict[str, Any]) -> str:
    """Whose event it is: of a route, of a queue, else of the schedule."""
    if "rawPath" in event:
        match = ROUTER.match(event["requestContext"]["http"]["method"], event["rawPath"])
        assert match is not None
        return match.route.function
    if "Records" in event:
        queue = event["Records"][0]["eventSourceARN"].rpartition(":cdp-hub-")[2]
        return next(mapping.function for mapping in STACK.mappings if mapping.queue.endswith(f"-{queue}"))
    return STACK.schedules[0].function


@pytest.mark.parametrize("name", EVENTS)
def test_a_container_answers_every_event(cloud: Cloud, name: str) -> None:
    endpoints, env_vars = cloud
    event = dict(filled_events(endpoints))[name]
    for _ in range(ATTEMPTS):
        result = invoke(function_of(event), event, env_vars)
        # A new container may take longer than the CDP waits for a code; the CDP asks again.
        if "rawPath" not in event or result["statusCode"] != 503:
            break
    if "rawPath" in event:
        assert 200 <= result["statusCode"] < 300, result
        json.loads(result["body"])
    elif "Records" in event:
        assert result == {"batchItemFailures": []}
    else:
        assert result is None
