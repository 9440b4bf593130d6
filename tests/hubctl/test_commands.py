"""The command line on a deployed stack."""

import json
import re
from typing import Any

import boto3
import pytest

from cdphub.clock import MINUTE
from cdphub.connections import Project, connection_parameter, list_connections, read_project, read_project_secrets
from cdphub.credentials import Gatekeeper, Pair
from cdphub.omitted import OmittedKey, OmittedKeys
from cdphub.pauses import CONNECTIONS, Pauses
from cdphub.profile import OutboundSettings, load_profiles
from tests.hubctl.conftest import HUB_URL, REGION, STACK, Run
from tests.hubctl.shop import API_KEY, CONNECT, PROJECT_SECRETS, WRITE_KEY, add_shop, key_in, stored
from tools.hubctl import FUNCTIONS
from tools.hubctl.projects import IDENTITY

pytestmark = pytest.mark.usefixtures("stack")

PROFILES = load_profiles(FUNCTIONS)
SENDING = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]


def test_a_project_is_added_and_its_webhook_url_shown(run: Run) -> None:
    result = run("project", "add", "shop", "--name", "The Shop", "--cluster", "us", **PROJECT_SECRETS)

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{HUB_URL}/voucherify/webhooks/shop\n" in result.stdout
    project = read_project(stored().store, "shop")
    assert project
    assert (project.name, project.api_url) == ("The Shop", "https://us1.api.voucherify.io")
    assert read_project_secrets(stored().secrets, "shop").webhook_secrets == ["webhook-secret"]


def test_a_project_has_its_id_for_a_name_and_may_have_a_cluster_of_its_own(run: Run) -> None:
    run("project", "add", "shop", "--api-url", "https://shop.voucherify.example/", **PROJECT_SECRETS)

    project = read_project(stored().store, "shop")
    assert project
    assert (project.name, project.api_url) == ("shop", "https://shop.voucherify.example")


def test_every_setting_of_a_project_is_an_option(run: Run) -> None:
    shown = run("project", "add", "--help").stdout
    for setting in set(Project.model_fields) - set(IDENTITY):
        assert f"--{setting.replace('_', '-')}" in shown

    settings = ("--api-budget", "0.3", "--cycle-quota", "100000", "--hub-owns-lists")
    assert run("project", "add", "shop", "--cluster", "eu", *settings, **PROJECT_SECRETS).exit_code == 0
    project = read_project(stored().store, "shop")
    assert project
    assert (project.api_budget, project.cycle_quota, project.hub_owns_lists) == (0.3, 100_000, True)


def test_schemas_of_events_are_given_as_json(run: Run) -> None:
    add = ("project", "add", "shop", "--cluster", "eu", "--event-schemas")
    assert run(*add, '{"Bought": {"amount": "number"}}', **PROJECT_SECRETS).exit_code == 0
    project = read_project(stored().store, "shop")
    assert project
    assert project.event_schemas == {"Bought": {"amount": "number"}}

    wrong = run(*add, '{"Bought": {"amount": "integer"}}', **PROJECT_SECRETS)
    assert wrong.exit_code != 0
    assert "event_schemas.Bought.amount: " in wrong.stderr


def test_a_wrong_setting_of_a_project_is_named(run: Run) -> None:
    result = run("project", "add", "shop", "--cluster", "eu", "--api-budget", "50", **PROJECT_SECRETS)

    assert result.exit_code != 0
    assert "api_budget: " in result.stderr


def test_secrets_are_read_from_standard_input_line_by_line(run: Run) -> None:
    run("project", "add", "shop", "--cluster", "eu", "--application-id", "id", lines=("secret-1", "secret-2"))
    run(*CONNECT, "--take", "their-id", lines=("secret-3", "secret-4"))

    hub = stored()
    project = read_project_secrets(hub.secrets, "shop")
    assert (project.application_id, project.secret_key, project.webhook_secrets) == ("id", "secret-1", ["secret-2"])
    connection = list_connections(hub.store, "shop")[0]
    assert hub.secrets.read(connection_parameter(connection.id)) == {"write_key": "secret-3"}
    assert Gatekeeper(hub.store, "segment").admit(Pair("their-id", "secret-4")) == connection


def test_a_project_without_a_webhook_secret_is_told_what_that_means(run: Run) -> None:
    result = run("project", "add", "shop", "--cluster", "eu", lines=("",), **API_KEY)

    assert result.exit_code == 0
    assert "webhooks are refused" in result.stdout
    assert read_project_secrets(stored().secrets, "shop").webhook_secrets == []


def test_a_project_that_is_added_again_without_a_webhook_secret_keeps_what_its_webhooks_are_signed_with(
    run: Run,
) -> None:
    """G1: Voucherify gives up a webhook that is refused twelve times, and its events are lost."""
    assert run("project", "add", "shop", "--cluster", "eu", **PROJECT_SECRETS).exit_code == 0
    result = run("project", "add", "shop", "--cluster", "eu", lines=("",), **API_KEY)
    assert (result.exit_code, "webhooks are refused" in result.stdout) == (0, False)
    assert read_project_secrets(stored().secrets, "shop").webhook_secrets == ["webhook-secret"]


def test_keys_of_the_management_api_are_asked_for_when_it_is_to_be_used(run: Run) -> None:
    keys = {"VOUCHERIFY_MANAGEMENT_ID": "management-id", "VOUCHERIFY_MANAGEMENT_TOKEN": "management-token"}
    result = run(
        "project", "add", "shop", "--cluster", "eu", "--management-project", "proj_1", **PROJECT_SECRETS, **keys
    )

    assert result.exit_code == 0
    assert "management-token" not in result.output
    management = read_project_secrets(stored().secrets, "shop").management
    assert management
    assert (management.project, management.id, management.token) == ("proj_1", "management-id", "management-token")


def test_what_was_left_out_is_listed_by_connection(run: Run) -> None:
    add_shop(run)
    assert "Nothing was left out." in run("omitted").stdout

    run(*CONNECT, **WRITE_KEY)
    hub = stored()
    (connection,) = list_connections(hub.store, "shop")
    left_out = OmittedKey(of="event Bought", key="[b]size", reason="not a number", observed="string")
    OmittedKeys(hub.store).note(connection.id, [left_out])
    listed = run("omitted", COLUMNS="200").stdout
    for told in (connection.id, "event Bought", "[b]size", "string", "not a number"):
        assert told in listed
    (one,) = json.loads(run("omitted", "--json").stdout)
    assert (one["connection"], one["key"], one["reason"]) == (connection.id, "[b]size", "not a number")


def test_a_connection_is_made_with_its_settings(run: Run) -> None:
    add_shop(run)
    events = ("--events", "customer.rewarded", "--events", "customer.publication.succeeded")
    result = run(*CONNECT, "--region", "eu", "--null-clears", *events, **WRITE_KEY)

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"URL             {HUB_URL}\n" in result.stdout
    connection = Gatekeeper(stored().store, "segment").admit(key_in(result.stdout))
    assert connection
    assert connection.id in result.stdout
    assert connection.settings == {
        "region": "eu",
        "null_clears": True,
        "events": ["customer.rewarded", "customer.publication.succeeded"],
    }


def test_a_setting_that_is_an_object_is_given_as_json(run: Run) -> None:
    add_shop(run)
    mapping = {"properties": "customer", "properties.name": "metadata.product"}
    result = run(*CONNECT, "--track-mapping", json.dumps(mapping), **WRITE_KEY)

    assert (result.exit_code, result.stderr) == (0, "")
    assert list_connections(stored().store, "shop")[0].settings == {"track_mapping": mapping}


def test_a_secret_that_a_setting_makes_necessary_is_asked_for_with_it_alone(run: Run) -> None:
    add_shop(run)
    run(*CONNECT, lines=("write-key",))
    run(*CONNECT, "--another", "--signed", lines=("write-key", "shared-secret"))

    hub = stored()
    connections = {bool(each.settings): each.id for each in list_connections(hub.store, "shop")}
    secrets = {"write_key": "write-key"}
    assert hub.secrets.read(connection_parameter(connections[False])) == secrets
    assert hub.secrets.read(connection_parameter(connections[True])) == secrets | {"shared_secret": "shared-secret"}


def test_secrets_are_shown_once_and_the_key_is_stored_as_a_hash(run: Run) -> None:
    """G7."""
    add_shop(run)
    connected = run(*CONNECT, **WRITE_KEY)
    listed = run("connections", "list")

    secret = key_in(connected.stdout).secret
    assert connected.stdout.count(secret) == 1
    assert "shop" in listed.stdout
    table = boto3.client("dynamodb", REGION).scan(TableName=f"{STACK}-connections")["Items"]
    for text in (listed.stdout, str(table)):
        assert secret not in text
    for given in ("api-key-secret", "webhook-secret", "the-write-key"):
        assert given not in connected.stdout + listed.stdout + str(table)


def test_a_taken_key_is_not_shown(run: Run) -> None:
    """G7."""
    add_shop(run)
    result = run(*CONNECT, "--take", "their-id", SEGMENT_INTEGRATION_SECRET="their-secret", **WRITE_KEY)

    assert Gatekeeper(stored().store, "segment").admit(Pair("their-id", "their-secret"))
    assert "their-id" in result.stdout
    assert "their-secret" not in result.stdout


def test_connections_are_listed(run: Run) -> None:
    assert run("connections", "list").stdout == "There are no connections yet.\n"
    add_shop(run)
    run(*CONNECT, "--region", "eu", **WRITE_KEY)
    run(*CONNECT, "--another", **WRITE_KEY)

    listed = run("connections", "list").stdout
    for connection in list_connections(stored().store, "shop"):
        assert re.search(f"shop .* {connection.id} .* segment .* live", listed)
    assert '{"region": "eu"}' in listed


def test_a_connection_that_waits_says_why_and_until_when(run: Run) -> None:
    add_shop(run)
    run(*CONNECT, **WRITE_KEY)
    run(*CONNECT, "--another", **WRITE_KEY)
    first, second = list_connections(stored().store, "shop")
    pauses = Pauses(stored().store.state, CONNECTIONS)
    pauses.until_probed(first.id, "auth")
    pauses.throttle(second.id, MINUTE)

    listed = run("connections", "list", COLUMNS="200").stdout
    assert re.search(rf"{first.id} .* live .* auth, probe \d{{4}}-[-\d]+T[:.\d]+Z ", listed)
    assert re.search(rf"{second.id} .* live .* throttle, until \d{{4}}-[-\d]+T[:.\d]+Z ", listed)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("project", "add", "shop", "--cluster", "mars"), "cluster: "),
        (("project", "add", "shop", "--api-url", "http://10.0.0.1"), "api_url: must begin with https://"),
        (("project", "add", "shop"), "give either --cluster or --api-url"),
        (("project", "add", "a shop", "--cluster", "eu"), "project: "),
        (("connect", "segment", "--project", "mill"), "project: there is none called mill"),
        ((*CONNECT, "--region", "mars"), "region: Input should be 'us' or 'eu'"),
        ((*CONNECT, "--track-mapping", '{"properties": "x"}'), "track_mapping: 'x' is no target; there are customer, "),
        ((*CONNECT, "--signed"), "shared_secret: is needed if signed is on"),
        ((*CONNECT, "--base-url", "https://localhost"), "base_url: must not name a private"),
        ((*CONNECT, "--take", "their-id"), "integration key: "),
    ],
)
def test_wrong_input_is_one_clear_line(run: Run, command: tuple[str, ...], line: str) -> None:
    add_shop(run)
    result = run(*command, **PROJECT_SECRETS, **WRITE_KEY)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1


def test_a_missing_secret_is_named(run: Run) -> None:
    add_shop(run)
    assert run(*CONNECT).stderr == "Error: write_key: is needed if send_events is on\n"


@pytest.mark.parametrize("cdp", SENDING)
def test_a_cdp_that_is_sent_nothing_needs_no_secrets(run: Run, cdp: str) -> None:
    add_shop(run)
    result = run("connect", cdp, "--project", "shop", "--no-send-events")

    assert (result.exit_code, result.stderr) == (0, "")
    [connection] = list_connections(stored().store, "shop")
    assert connection.settings == {"send_events": False}


def test_a_second_connection_is_refused_with_the_first_ones_name(run: Run) -> None:
    add_shop(run)
    run(*CONNECT, **WRITE_KEY)
    first = list_connections(stored().store, "shop")[0]
    result = run(*CONNECT, **WRITE_KEY)

    assert result.exit_code == 1
    assert result.stderr == f"Error: project: shop is connected to Segment already, by {first.id}\n"


def test_no_command_takes_a_secret_as_an_option(run: Run) -> None:
    """G7: what stands on the command line is seen by others."""
    options: Any = run("connect", "segment", "--help").stdout + run("project", "add", "--help").stdout
    for secret in ("--write-key", "--secret", "--webhook"):
        assert secret not in options
