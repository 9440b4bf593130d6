"""Keys: guessing one tells nothing, and a good one opens its own project's routes and no others."""

import json
from collections.abc import Iterator

import pytest

from cdphub import credentials
from cdphub.api import Reply
from cdphub.connections import Connection, IntegrationKey, digest
from front.default import PROFILES
from tests.fakes import PROJECT, SECRET_KEY, World
from tests.fuzz.doors import Sent, hub_of_all, key_headers, send
from tests.fuzz.targets import VOUCHERIFY, Target, targets
from tests.voucherify.test_webhook import BODY, signature

OTHER = "other"
ROUTES = [target for target in targets() if target.cdp != VOUCHERIFY and target.path != "$default"]
DEFAULT = [target for target in targets() if target.path == "$default"]
OWN = [target for target in ROUTES if not target.path.startswith("/v1/")]


@pytest.fixture
def hub() -> Iterator[World]:
    with hub_of_all() as world:
        yield world


def knock(target: Target, application_id: str, secret: str = SECRET_KEY) -> Reply:
    """Sends what is rightly sent there, with this key."""
    headers = key_headers(PROFILES[target.cdp].credentials[0], application_id, secret)
    seed = target.seeds[0]
    return send(target, Sent(seed.encode() if isinstance(seed, str) else json.dumps(seed).encode(), headers))


def work(world: World, target: Target, application_id: str, secret: str, patch: pytest.MonkeyPatch) -> list[str]:
    """What the hub does about a key: reads of the table, and digests of secrets."""
    done: list[str] = []
    read = world.hub.store.connections.read_key

    def reading(cdp: str, key: str) -> str | None:
        done.append("read")
        return read(cdp, key)

    def digesting(text: str) -> str:
        done.append("digest")
        return digest(text)

    patch.setattr(world.hub.store.connections, "read_key", reading)
    patch.setattr(credentials, "digest", digesting)
    assert knock(target, application_id, secret)["statusCode"] == 401
    return done


@pytest.mark.parametrize("target", ROUTES, ids=str)
def test_g7_an_unknown_id_gets_the_answer_of_a_wrong_secret_after_the_same_work(target: Target) -> None:
    told = []
    for application_id in (target.cdp, "unknown"):
        with hub_of_all() as world, pytest.MonkeyPatch.context() as patch:
            done = work(world, target, application_id, "guessed", patch)
            told.append((done, knock(target, application_id, "guessed")["statusCode"]))
            assert not world.queues.sent
    assert told[0] == told[1]
    assert told[0][0].count("digest") >= 1


@pytest.mark.parametrize("target", OWN, ids=str)
def test_the_key_of_another_cdp_opens_nothing(hub: World, target: Target) -> None:
    for cdp in PROFILES:
        if cdp != target.cdp:
            assert knock(target, cdp)["statusCode"] == 401
    assert not hub.queues.sent


@pytest.mark.parametrize("target", ROUTES, ids=str)
def test_what_a_key_brings_is_its_own_projects(hub: World, target: Target) -> None:
    connection = Connection(id=f"{target.cdp}-2", project=OTHER, cdp=target.cdp)
    hub.add_project(OTHER, "another secret")
    hub.hub.store.connections.put_connection(OTHER, connection.id, connection.model_dump_json())
    key = IntegrationKey(
        application_id="theirs", secret_sha256=digest(SECRET_KEY), project=OTHER, connection=connection.id
    )
    hub.hub.store.connections.put_key(target.cdp, "theirs", key.model_dump_json())
    for application_id, project in ((target.cdp, PROJECT), ("theirs", OTHER)):
        hub.queues.sent.clear()
        knock(target, application_id)
        assert {body.get("project", project) for queue in hub.queues.sent for body in hub.queues.bodies(queue)} <= {
            project
        }


def test_a_webhook_signed_for_one_project_is_refused_by_another(hub: World) -> None:
    hub.add_project(OTHER, "another secret")
    (target,) = (target for target in targets() if "{project}" in target.path)
    for project, secret, status in ((OTHER, "another secret", 202), (PROJECT, "another secret", 401)):
        signed = {"x-voucherify-signature": signature(BODY, secret)}
        assert send(target, Sent(BODY, signed, project))["statusCode"] == status
    assert [body["project"] for body in hub.queues.bodies("events")] == [OTHER]


TRICKS = [
    "/voucherify/webhooks/../webhooks/shop",
    "/segmentio/..%2fsegmentio/customer-processing",
    "/segmentio/../bloomreach-engagement/upsert-customer-bulk",
    "/segmentio/%2e%2e/braze/customer-webhook",
    "http://hub.example.com/segmentio/customer-processing",
    "//segmentio//customer-processing",
    "/segmentio;x/customer-processing",
    "/segmentio\\customer-processing",
    "/v1/customers/../publications",
    "/%76%31/publications",
    "/" + "segmentio/" * 2_000 + "customer-processing",
    "/" + "../" * 3_000,
]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick[:60])
def test_no_path_opens_a_door_without_a_key(hub: World, trick: str) -> None:
    for target in DEFAULT:
        headers = key_headers(PROFILES[target.cdp].credentials[0], target.cdp, "guessed")
        reply = send(target, Sent(b'{"source_id":"u","name":"x"}', headers, trick.removeprefix("/")))
        assert reply["statusCode"] in {200, 400, 401, 404}
        assert '"accepted"' not in reply["body"]
    assert not hub.queues.sent
