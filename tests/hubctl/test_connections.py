"""A connection that is there: shown, changed, paused, removed."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from cdphub.backlog import KEEP_MS, HeldMessage, hold, park
from cdphub.connections import connection_parameter, list_keys
from cdphub.pauses import CONNECTIONS, Pauses
from cdphub.profile import OutboundSettings, load_profiles
from tests.fakes import World
from tests.hubctl.conftest import REGION, STACK, Run
from tests.hubctl.letters import bury_event
from tests.hubctl.shop import WRITE_KEY, add_shop, admits, connected, connection, credentials, stored
from tools.hubctl import FUNCTIONS
from tools.hubctl.connections import MOST, backlog_of

PROFILES = load_profiles(FUNCTIONS)
SENDING = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]

pytestmark = pytest.mark.usefixtures("stack")


def let_wait(connection_id: str) -> None:
    message = HeldMessage(queue="deliver-segment", body={})
    hold(stored().store, connection_id, "place-1", "message-1", message)
    park(stored().store, connection_id, "place-2", "message-2", message)


def test_a_connection_is_shown_without_secrets(run: Run) -> None:
    """G7."""
    one, key = connected(run, "--region", "eu")
    shown = run("connections", "show", one.id, COLUMNS="200")

    assert (shown.exit_code, shown.stderr) == (0, "")
    for told in (one.id, "shop", "live", key.application_id, '"eu"', "identify_mapping", "backlog: nothing"):
        assert told in shown.stdout
    told_as_json = run("connections", "show", one.id, "--json")
    told = json.loads(told_as_json.stdout)
    assert told["settings"] == {"region": "eu"}
    assert told["defaults"]["signed"] is False
    assert told["credentials"] == {"write_key": "set", "shared_secret": "not needed"}
    assert [each["application_id"] for each in told["keys"]] == [key.application_id]
    for secret in (key.secret, "the-write-key", "secret_sha256"):
        assert secret not in shown.output + told_as_json.output


@pytest.mark.parametrize("cdp", SENDING)
def test_a_connection_of_every_cdp_can_be_shown_and_changed(run: Run, cdp: str) -> None:
    add_shop(run)
    run("connect", cdp, "--project", "shop", "--no-send-events")
    assert [each["cdp"] for each in json.loads(run("connections", "list", "--json").stdout)] == [cdp]
    assert run("connections", "show", connection().id).exit_code == 0
    assert run("connections", "set", connection().id, "--null-clears").exit_code == 0
    assert connection().settings == {"send_events": False, "null_clears": True}


def test_settings_that_are_not_given_stay(run: Run) -> None:
    one, _ = connected(run, "--region", "eu", "--null-clears")
    changed = run("connections", "set", one.id, "--no-null-clears", "--events", "customer.rewarded")

    assert (changed.exit_code, changed.stderr) == (0, "")
    assert "null_clears: true -> false\n" in changed.stdout
    assert connection().settings == {"region": "eu", "null_clears": False, "events": ["customer.rewarded"]}
    assert credentials() == {"write_key": "the-write-key"}


def test_a_setting_gets_its_default_again(run: Run) -> None:
    one, _ = connected(run, "--region", "eu", "--null-clears")
    changed = run("connections", "set", one.id, "--default", "null-clears", "--default", "region")

    assert 'region: "eu" -> default\n' in changed.stdout
    assert connection().settings == {}
    assert "Nothing changed." in run("connections", "set", one.id).stdout


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--region", "mars"), "region: Input should be 'us' or 'eu'"),
        (("--default", "colour"), "colour: Segment has no such setting"),
        (("--signed",), "shared_secret: is needed if signed is on"),
    ],
)
def test_wrong_settings_are_named_and_nothing_changes(run: Run, options: tuple[str, ...], line: str) -> None:
    one, _ = connected(run)
    result = run("connections", "set", one.id, *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {line}\n"
    assert connection() == one


def test_what_a_new_setting_makes_necessary_is_asked_for(run: Run) -> None:
    one, _ = connected(run)
    assert run("connections", "set", one.id, "--signed", lines=("shared-secret",)).exit_code == 0
    assert credentials() == {"write_key": "the-write-key", "shared_secret": "shared-secret"}
    assert connection().settings == {"signed": True}


def test_credentials_are_given_anew_and_those_left_empty_stay(run: Run) -> None:
    """G7: a wrong key is put right without connecting again."""
    one, key = connected(run)
    run("connections", "set", one.id, "--signed", lines=("shared-secret",))
    stored_now = run("connections", "credentials", one.id, lines=("right-key", ""))

    untried = "Segment has no call that tries credentials: the first event shows whether they work.\n"
    assert (stored_now.exit_code, stored_now.stdout) == (0, f"{untried}Connection {one.id}: write_key stored.\n")
    assert credentials() == {"write_key": "right-key", "shared_secret": "shared-secret"}
    assert admits(key)
    assert "nothing changed" in run("connections", "credentials", one.id, lines=("", "")).stdout


def test_credentials_that_got_lost_are_told_and_given_again(run: Run) -> None:
    one, _ = connected(run)
    stored().secrets.delete(connection_parameter(one.id))

    assert json.loads(run("connections", "show", one.id, "--json").stdout)["credentials"]["write_key"] == "missing"
    assert run("connections", "credentials", one.id).stderr == "Error: write_key: is needed if send_events is on\n"
    assert run("connections", "credentials", one.id, **WRITE_KEY).exit_code == 0
    assert credentials() == {"write_key": "the-write-key"}


def test_a_connection_is_paused_switched_off_and_live_again(run: Run) -> None:
    one, key = connected(run)
    states = {}
    for command in ("pause", "disable", "enable"):
        assert run("connections", command, one.id).exit_code == 0
        states[command] = (connection().state, admits(key))

    assert states == {"pause": ("paused", True), "disable": ("off", False), "enable": ("live", True)}
    assert connection() == one


def test_nothing_is_left_of_a_removed_connection(run: Run) -> None:
    one, key = connected(run)
    let_wait(one.id)
    Pauses(stored().store.state, CONNECTIONS).until_probed(one.id, "auth")
    assert run("connections", "remove", one.id, "--yes", "--force").exit_code == 0

    assert not admits(key)
    assert list_keys(stored().store, one) == []
    assert Pauses(stored().store.state, CONNECTIONS).current(one.id) is None
    for table in ("connections", "backlog", "state"):
        assert one.id not in str(boto3.client("dynamodb", REGION).scan(TableName=f"{STACK}-{table}")["Items"])
    with pytest.raises(ClientError, match="ParameterNotFound"):
        boto3.client("ssm", REGION).get_parameter(Name=f"/{STACK}/{connection_parameter(one.id)}")


def test_what_waits_keeps_a_connection_from_being_removed(run: Run) -> None:
    """G1."""
    one, key = connected(run)
    let_wait(one.id)
    refused = run("connections", "remove", one.id, "--yes")

    assert refused.exit_code == 1
    assert refused.stderr == f"Error: connection: {one.id} has 1 held, 1 parked; --force deletes them with it\n"
    assert admits(key)
    assert "backlog: 1 held, 1 parked" in run("connections", "show", one.id).stdout


def test_g1_what_waits_counts_behind_any_number_of_rows_that_have_expired(world: World) -> None:
    """DynamoDB deletes those days later."""
    one = world.add_connection()
    for number in range(MOST):
        bury_event(world.hub.store, number, one.id)
    world.pass_time(KEEP_MS)
    bury_event(world.hub.store, MOST, one.id)
    assert str(backlog_of(world.hub, one.id)) == "1 dead letters"


def test_a_removal_is_confirmed(run: Run) -> None:
    one, _ = connected(run)
    assert run("connections", "remove", one.id, lines=("n",)).exit_code == 1
    assert connection() == one
    assert run("connections", "remove", one.id, lines=("y",)).exit_code == 0
    assert run("connections", "list", "--json").stdout == "[]\n"


@pytest.mark.parametrize("command", ["show", "set", "credentials", "pause", "remove"])
def test_a_connection_that_is_not_there_is_one_clear_line(run: Run, command: str) -> None:
    result = run("connections", command, "segment-00000000")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: connection: there is none called segment-00000000; ")
    assert result.stderr.count("\n") == 1
