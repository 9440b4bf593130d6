"""What the page for marketers, and the vendors' own, tell to paste, as the platforms send it."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from cdphub.api import Request
from publications.profile import Settings
from tests.fakes import World
from tests.publications.bench import CDPS, KEY, PROFILES, Bench, told

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/publications.md").read_text()
CAMPAIGN = {"Welcome Codes": {"metadata": {"marketing_text": "10% off"}}, "Welcome": {}}


@pytest.fixture
def bench(request: pytest.FixtureRequest, world: World) -> Bench:
    bench = Bench(world, request.param)
    bench.control("PUT", "campaigns", CAMPAIGN)
    return bench


def block(name: str) -> str:
    """A block of the page."""
    found = re.search(rf"```{name}\n(.*?)\n```", PAGE, re.DOTALL)
    assert found
    return found[1]


def handlebars(url: str) -> str:
    return url.replace("{{#urlEncode}}{{source_id}}{{/urlEncode}}", "user-1%40example.com")


PRINTED = (
    "https://api.voucherify.io/v1/publications/create?customer[source_id]={{#urlEncode}}{{source_id}}{{/urlEncode}}"
    "&campaign[name]=Welcome Codes"
)
"""https://docs.voucherify.io/integrations/iterable"""


@pytest.mark.parametrize("url", [PRINTED, block("handlebars url")])
@pytest.mark.parametrize("bench", ["iterable"], indirect=True)
def test_iterables_url(bench: Bench, url: str) -> None:
    target = urlsplit(handlebars(url))
    first, second = (told(bench.get(target.query, target.path)) for _ in range(2))
    assert first == second == {**bench.publications()[0], "source_id": None}
    assert first["tracking_id"] == "user-1@example.com"


def braze(call: str) -> dict[str, Any]:
    """The pairs of the call's body, of which Braze makes JSON."""
    body = re.search(r":body (\S+)", call)
    assert body
    filled = body[1].replace("{{${user_id}}}", "user-1").replace("{{customer_id}}", "user-1")
    return dict(parse_qsl(filled.replace("{{voucherify_campaign_id}}", "Welcome")))


VENDORS = ":body campaign={{voucherify_campaign_id}}&customer={{customer_id}}&channel=Braze&source_id={{source_id}}"
"""https://docs.voucherify.io/integrations/braze-connected-content-optimization"""


@pytest.mark.parametrize("call", [VENDORS, block("liquid call")])
@pytest.mark.parametrize("bench", ["braze"], indirect=True)
def test_brazes_call(bench: Bench, call: str) -> None:
    replies = [told(bench.post(braze(call), query="cache_id=6c9user-1")) for _ in range(6)]
    assert {reply["voucher"]["code"] for reply in replies} == {bench.publications()[0]["voucher"]["code"]}
    assert (replies[0]["tracking_id"], replies[0]["channel"]) == ("user-1", "Braze")


@pytest.mark.parametrize("bench", ["bloomreach"], indirect=True)
def test_bloomreachs_body(bench: Bench) -> None:
    body = block("jinja body").replace("{{ customer_ids.registered }}", "user-1")
    replies = [told(bench.post(body.encode())) for _ in range(3)]
    assert [reply["voucher"]["code"] for reply in replies] == [bench.publications()[0]["voucher"]["code"]] * 3
    nobody = told(bench.post(json.dumps({**json.loads(body), "customer": {"source_id": "None"}}).encode()))
    assert (nobody["success"], "voucher" in nobody) == (False, False)


@pytest.mark.parametrize(
    ("bench", "url"),
    [
        ("bloomreach", block("jinja points url").replace("{{ customer_ids.registered | urlencode }}", "ada%20b")),
        ("iterable", handlebars(block("handlebars points url")).replace("user-1%40example.com", "ada%20b")),
        ("braze", block("liquid points").replace("{{${user_id} | url_param_escape}}", "ada%20b").split()[2]),
    ],
    indirect=["bench"],
)
def test_the_url_of_points(bench: Bench, url: str) -> None:
    bench.control("PUT", "loyalty", {"ada b": {"Club": 12}})
    reply = bench.send(Request("GET", unquote(urlsplit(url).path), KEY))
    assert told(reply)["loyalty"]["points"] == 12


@pytest.mark.parametrize(
    ("bench", "body"),
    [
        ("bloomreach", block("jinja best body").replace("{{ customer_ids.registered }}", "user-1")),
        ("braze", json.dumps(braze(block("liquid best")))),
    ],
    indirect=["bench"],
)
def test_the_body_of_the_best_discount(bench: Bench, body: str) -> None:
    bench.control("PUT", "promotions", {"Small": 5, "Large": 30})
    (deal,) = told(bench.qualify(body.encode()))["redeemables"]["data"]
    assert (deal["campaign_name"], deal["result"]["discount"]["percent_off"]) == ("Large", 30)
    assert bench.voucherify.bodies()[-1]["order"] == {"amount": 6_000}


@pytest.mark.parametrize("cdp", CDPS)
@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_readme_has_every_setting_of_publications(cdp: str, setting: str) -> None:
    assert f"| `{setting}` |" in (ROOT / "functions" / PROFILES[cdp].cdp / "README.md").read_text()
