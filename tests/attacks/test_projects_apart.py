"""Two projects with the same customers and campaigns: each is asked for with its own keys, and answered its own."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from cdphub.api import Reply, Request
from cdphub.connections import (
    Connection,
    IntegrationKey,
    Project,
    ProjectSecrets,
    connection_parameter,
    digest,
    project_parameter,
)
from cdphub.http import HttpReply, HttpRequest
from publications.publish import Desk, answer
from publications.publisher import Publisher
from tests.fakes import FakeVendor, World
from tests.publications.bench import CDPS, PROFILES

CLUSTERS = {"shop": "https://api.voucherify.io", "rival": "https://us1.api.voucherify.io"}
WISH = json.dumps({"customer": {"source_id": "ana"}, "campaign": {"name": "Welcome"}, "occasion": "spring"}).encode()
QUESTION = json.dumps({"customer": {"source_id": "ana"}}).encode()

Ask = Callable[[dict[str, str]], Request]

ASKS: dict[str, Ask] = {
    "a code": lambda key: Request("POST", "/v1/publications", key, WISH),
    "a code, by query": lambda key: Request(
        "GET", "/v1/publications/create", key, query="customer=ana&campaign=Welcome&occasion=spring"
    ),
    "points": lambda key: Request("GET", "/v1/customers/ana", key),
    "the best deal": lambda key: Request("POST", "/v1/qualifications", key, QUESTION),
}


def voucherify(request: HttpRequest) -> HttpReply:
    """Answers what anybody asks, and says whose key it was."""
    whose = request.headers["x-app-token"].replace("token", "code")
    told = {
        "id": "ana",
        "source_id": "ana",
        "customer": {"source_id": "ana"},
        "voucher": {"code": whose, "campaign": "Welcome"},
        "redeemables": {"data": [{"id": whose}]},
        "loyalty": {"points": whose},
    }
    return HttpReply(200, {}, json.dumps(told).encode())


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor(voucherify)


@pytest.fixture
def desk(world: World, vendor: FakeVendor) -> Desk:
    """Both projects, each with a connection to every CDP that asks; the connections' ids are as alike as may be."""
    for project, url in CLUSTERS.items():
        secrets = ProjectSecrets(application_id=f"{project}-id", secret_key=f"{project}-token", salt=project)
        record = Project(id=project, name="Shop", api_url=url)
        world.hub.store.connections.put_project(project, record.model_dump_json())
        world.hub.secrets.write(project_parameter(project), secrets.model_dump())
        for cdp in CDPS:
            _connect(world, project, cdp)
    return Desk(Publisher(world.hub, vendor), PROFILES)


def _connect(world: World, project: str, cdp: str) -> None:
    connection = Connection(id=f"{cdp}-{project}", project=project, cdp=cdp)
    key = IntegrationKey(
        application_id=f"{cdp}-{project}",
        secret_sha256=digest(project),
        project=project,
        connection=connection.id,
    )
    world.hub.store.connections.put_connection(project, connection.id, connection.model_dump_json())
    world.hub.store.connections.put_key(cdp, key.application_id, key.model_dump_json())
    world.hub.secrets.write(connection_parameter(connection.id), {})


def presenting(cdp: str, project: str) -> dict[str, str]:
    """The headers of a CDP that a project is connected to."""
    return {"x-app-id": f"{cdp}-{project}", "x-app-token": project}


@pytest.mark.parametrize("what", ASKS)
@pytest.mark.parametrize("cdp", CDPS)
def test_g4_each_project_is_asked_with_its_own_keys_and_answers_its_own_callers(
    desk: Desk, vendor: FakeVendor, cdp: str, what: str
) -> None:
    for project in (*CLUSTERS, *reversed(CLUSTERS)):
        told: Reply = answer(ASKS[what](presenting(cdp, project)), desk)
        others = [other for other in CLUSTERS if other != project]
        assert told["statusCode"] == 200
        assert f"{project}-code" in told["body"]
        assert not [other for other in others if f"{other}-code" in told["body"]]
    for request in vendor.requests:
        url = urlsplit(request.url)
        (project,) = (name for name, cluster in CLUSTERS.items() if cluster == f"{url.scheme}://{url.netloc}")
        assert (request.headers["x-app-id"], request.headers["x-app-token"]) == (f"{project}-id", f"{project}-token")
    assert len(vendor.requests) == len(CLUSTERS)


@pytest.mark.parametrize("cdp", CDPS)
def test_a_key_with_the_other_projects_secret_opens_neither(desk: Desk, vendor: FakeVendor, cdp: str) -> None:
    mixed = {"x-app-id": f"{cdp}-shop", "x-app-token": "rival"}
    assert {answer(ask(mixed), desk)["statusCode"] for ask in ASKS.values()} == {401}
    assert vendor.requests == []


@pytest.mark.parametrize("cdp", CDPS)
def test_nothing_in_a_request_names_another_project(desk: Desk, vendor: FakeVendor, cdp: str) -> None:
    """Whatever a caller calls project, URL or key, its own key decides."""
    names = {"project": "rival", "connection": f"{cdp}-rival", "api_url": CLUSTERS["rival"], "x-app-id": "rival-id"}
    body = json.dumps(names | json.loads(WISH)).encode()
    headers = {"x-project": "rival", "x-voucherify-api-url": CLUSTERS["rival"], "host": "us1.api.voucherify.io"}
    key = presenting(cdp, "shop")
    assert answer(Request("POST", "/v1/publications", headers | key, body), desk)["statusCode"] == 200
    assert [urlsplit(request.url).netloc for request in vendor.requests] == ["api.voucherify.io"]
