"""Connecting projects to CDPs, whichever they are."""

import json
from dataclasses import replace
from typing import Any, Self

import pytest
from pydantic import Field, model_validator

from cdphub import profile as profiles
from cdphub.aws import AwsError
from cdphub.connections import Connection, connection_parameter
from cdphub.credentials import Gatekeeper, Pair
from cdphub.hub import Hub
from cdphub.profile import Profile
from tests.fakes import PROJECT, World
from tools.hubctl.connect import connect, list_connections
from tools.hubctl.errors import WrongInputError


class Settings(profiles.OutboundSettings):
    """A CDP's settings."""

    workspace: str = Field(pattern="^[a-z]+$")
    batch: int = 10

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.workspace == "small" and self.batch > 1:
            raise ValueError("batch: must be 1 if workspace is small")
        return self


class Secrets(profiles.Secrets):
    """A CDP's own credentials."""

    token: str = Field(min_length=3)


TOY = Profile(
    cdp="toy",
    title="Toy",
    prefix="toy",
    ingest="toy.ingest.handler",
    routes=(),
    credentials=(),
    body_bytes=1,
    reply_bytes=1,
    settings=Settings,
    secrets=Secrets,
)


def connected(hub: Hub, **changes: Any) -> tuple[Connection, Pair]:
    given = {"project_id": PROJECT, "settings": {"workspace": "beans"}, "secrets": {"token": "toy-token"}}
    return connect(hub, TOY, **(given | changes))


def test_a_connection_admits_its_own_key_only(world: World) -> None:
    connection, key = connected(world.hub)

    gatekeeper = Gatekeeper(world.hub.store, "toy")
    assert gatekeeper.admit(key) == connection
    assert gatekeeper.admit(replace(key, secret="guess")) is None
    assert (connection.project, connection.cdp, connection.state) == (PROJECT, "toy", "live")
    assert connection.id.startswith("toy-")
    assert list_connections(world.hub) == [connection]


def test_g7_an_id_begins_with_the_cdp_whose_functions_may_read_its_secrets(world: World) -> None:
    connection, _ = connected(world.hub)
    assert connection.id.startswith("toy-")


def test_keys_are_random_and_their_secrets_kept_nowhere(world: World) -> None:
    """G7: of the key's secret there is a hash, the CDP's own credentials are in Parameter Store alone."""
    connection, key = connected(world.hub)
    _, other = connected(world.hub, another=True)

    assert len(bytes.fromhex(key.secret)) == 32
    assert key.secret != other.secret
    connections = world.hub.store.connections
    record = str(connections.read_key("toy", key.application_id))
    assert "secret_sha256" in record
    stored = record + str(connections.read_connection(PROJECT, connection.id))
    assert key.secret not in stored
    assert "toy-token" not in stored
    assert world.hub.secrets.read(connection_parameter(connection.id)) == {"token": "toy-token"}


def test_defaults_are_not_stored(world: World) -> None:
    connection, _ = connected(world.hub)
    assert connection.settings == {"workspace": "beans"}


def test_settings_are_stored_as_the_profile_understands_them(world: World) -> None:
    connection, _ = connected(
        world.hub, settings={"workspace": "beans", "batch": "3", "events": ("customer.rewarded",)}
    )

    assert connection.settings == {"workspace": "beans", "batch": 3, "events": ["customer.rewarded"]}
    assert Settings.model_validate(json.loads(json.dumps(connection.settings))).batch == 3


def test_an_existing_pair_is_taken_over(world: World) -> None:
    pair = Pair("their-id", "their-secret")
    connection, key = connected(world.hub, integration_key=pair)

    assert key == pair
    assert Gatekeeper(world.hub.store, "toy").admit(pair) == connection


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"project_id": "mill"}, "project: there is none called mill"),
        ({"settings": {}}, "workspace: Field required"),
        ({"settings": {"workspace": "Beans"}}, "workspace: "),
        ({"settings": {"workspace": "beans", "colour": "red"}}, "colour: Extra inputs"),
        ({"settings": {"workspace": "small"}}, "batch: must be 1 if workspace is small$"),
        ({"secrets": {}}, "token: Field required"),
        ({"secrets": {"token": "to"}}, "token: "),
        ({"integration_key": Pair("their-id", "")}, "integration key: "),
    ],
)
def test_wrong_input_is_named_and_nothing_is_stored(world: World, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongInputError, match=f"^{message}"):
        connected(world.hub, **changes)

    assert list_connections(world.hub) == []


def test_a_second_connection_to_a_cdp_is_made_only_when_meant(world: World) -> None:
    first, _ = connected(world.hub)
    with pytest.raises(WrongInputError, match=f"connected to Toy already, by {first.id}"):
        connected(world.hub)
    second, _ = connected(world.hub, another=True)

    assert {each.id for each in list_connections(world.hub)} == {first.id, second.id}


def test_projects_do_not_stand_in_each_others_way(world: World) -> None:
    world.add_project("mill")
    connected(world.hub)
    connected(world.hub, project_id="mill")

    assert [each.project for each in list_connections(world.hub)] == ["mill", PROJECT]


def test_a_pair_in_use_is_not_taken_away(world: World) -> None:
    connection, key = connected(world.hub)
    with pytest.raises(WrongInputError, match=f"belongs to {connection.id} already"):
        connected(world.hub, integration_key=replace(key, secret="other"), another=True)

    assert Gatekeeper(world.hub.store, "toy").admit(key) == connection


@pytest.mark.parametrize("step", ["put_key", "put_connection"])
def test_what_a_failure_leaves_behind_admits_nobody_and_is_no_obstacle(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: str) -> None:
        raise AwsError("DynamoDB: InternalServerError")

    pair = Pair("their-id", "their-secret")
    with monkeypatch.context() as broken:
        broken.setattr(world.hub.store.connections, step, fail)
        with pytest.raises(AwsError):
            connected(world.hub, integration_key=pair)

    assert Gatekeeper(world.hub.store, "toy").admit(pair) is None
    connection, _ = connected(world.hub, integration_key=pair)
    assert Gatekeeper(world.hub.store, "toy").admit(pair) == connection
