"""Adding projects."""

from typing import Any

import pytest

from cdphub.connections import ManagementKeys, read_project, read_project_secrets
from cdphub.hub import Hub
from tests.fakes import World
from tools.hubctl.errors import WrongInputError
from tools.hubctl.projects import CLUSTERS, add_project, cluster_url
from tools.local import ROOT
from tools.local.template import FUNCTION, Template

GIVEN = {
    "project_id": "roastery",
    "name": "Roastery",
    "api_url": "https://api.voucherify.io",
    "application_id": "api-key-id",
    "secret_key": "api-key-secret",
    "webhook_secrets": ["webhook-secret"],
}


def add(hub: Hub, **changes: Any) -> None:
    add_project(hub, **(GIVEN | changes))


def test_a_project_is_stored_apart_from_its_secrets(world: World) -> None:
    add(world.hub)

    project = read_project(world.hub.store, "roastery")
    assert project
    assert project.model_dump(exclude_unset=True) == {
        "id": "roastery",
        "name": "Roastery",
        "api_url": "https://api.voucherify.io",
    }
    secrets = read_project_secrets(world.hub.secrets, "roastery")
    assert (secrets.application_id, secrets.secret_key) == ("api-key-id", "api-key-secret")
    assert secrets.webhook_secrets == ["webhook-secret"]


def test_a_repeat_replaces_everything_but_the_salt(world: World) -> None:
    """G2: with another salt, what waits for a customer and what is newest would be forgotten."""
    add(world.hub)
    before = read_project_secrets(world.hub.secrets, "roastery")
    add(world.hub, secret_key="new", webhook_secrets=["also new"], name="Roasters")
    after = read_project_secrets(world.hub.secrets, "roastery")

    assert after == before.model_copy(update={"secret_key": "new", "webhook_secrets": ["also new"]})
    project = read_project(world.hub.store, "roastery")
    assert project
    assert project.name == "Roasters"


def test_keys_of_the_management_api_are_secrets(world: World) -> None:
    keys = {"project": "proj_1", "id": "management", "token": "management-token"}
    add(world.hub, management=keys)
    assert read_project_secrets(world.hub.secrets, "roastery").management == ManagementKeys(**keys)
    assert "management-token" not in str(world.hub.store.connections.read_project("roastery"))
    with pytest.raises(WrongInputError, match="token: "):
        add(world.hub, management=keys | {"token": ""})


def test_every_project_has_a_salt_of_its_own(world: World) -> None:
    add(world.hub)
    add(world.hub, project_id="mill")

    salts = {read_project_secrets(world.hub.secrets, each).salt for each in ("roastery", "mill")}
    assert len(salts) == 2
    assert {len(salt) for salt in salts} == {64}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"project_id": "two#parts"}, "project: "),
        ({"project_id": ""}, "project: "),
        ({"name": " "}, "name: "),
        ({"api_url": "api.voucherify.io"}, "api_url: must be a URL"),
        ({"api_url": "http://api.voucherify.io"}, "api_url: must begin with https://"),
        ({"api_url": "https://169.254.169.254"}, "api_url: must not name a private"),
        ({"api_url": "https://api.voucherify.io/v1"}, "api_url: must have no path"),
        ({"application_id": ""}, "application_id: "),
        ({"secret_key": ""}, "secret_key: "),
        ({"webhook_secrets": ["right", ""]}, "webhook_secrets.1: "),
    ],
)
def test_wrong_input_is_named_and_nothing_is_stored(world: World, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongInputError, match=f"^{message}"):
        add(world.hub, **changes)

    assert read_project(world.hub.store, "roastery") is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"api_budget": "0"}, "api_budget: Input should be greater than 0"),
        ({"api_budget": "50"}, "api_budget: Input should be less than or equal to 1"),
        ({"api_budget": "half"}, "api_budget: "),
        ({"api_version": "2018-08-01"}, "api_version: "),
        ({"cycle_quota": "0"}, "cycle_quota: "),
        ({"cycle_day": "32"}, "cycle_day: "),
        ({"metadata_write": "overwrite"}, "metadata_write: "),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_stored(world: World, settings: dict[str, str], message: str) -> None:
    with pytest.raises(WrongInputError, match=f"^{message}"):
        add(world.hub, settings=settings)

    assert read_project(world.hub.store, "roastery") is None


def test_settings_that_are_not_given_get_their_defaults_again(world: World) -> None:
    add(world.hub, settings={"api_budget": "0.3", "cycle_quota": "100000", "cycle_day": "15"})
    project = read_project(world.hub.store, "roastery")
    assert project
    assert (project.api_budget, project.cycle_quota, project.cycle_day) == (0.3, 100_000, 15)

    add(world.hub, settings={"cycle_day": "2"})
    project = read_project(world.hub.store, "roastery")
    assert project
    assert (project.api_budget, project.cycle_quota, project.cycle_day) == (0.5, None, 2)


def test_all_that_is_wrong_is_said_at_once_without_secrets(world: World) -> None:
    """G7."""
    with pytest.raises(WrongInputError) as raised:
        add(world.hub, api_url="nowhere", application_id="", secret_key="api-key-secret")

    assert str(raised.value).count("; ") == 1
    assert "\n" not in str(raised.value)
    assert "api-key-secret" not in str(raised.value)


def test_clusters_are_those_of_the_template() -> None:
    for cluster, url in CLUSTERS.items():
        template = Template(ROOT / "template.yaml", {"Cluster": cluster})
        functions = template.resources(FUNCTION, ("Environment",))
        assert {it.properties["Environment"]["Variables"]["CLUSTER_URL"] for it in functions} == {url}


def test_an_unknown_cluster_is_named() -> None:
    assert cluster_url("us") == "https://us1.api.voucherify.io"
    with pytest.raises(WrongInputError, match=r"^cluster: "):
        cluster_url("mars")
