"""Integration keys: several at once, rotated without one 401, revoked."""

import json

import pytest

from cdphub.connections import list_keys
from cdphub.credentials import KEEP_MS, Gatekeeper, Pair
from tests.fakes import APPLICATION_ID, World
from tests.hubctl.conftest import Run
from tests.hubctl.shop import CONNECT, WRITE_KEY, admits, connected, connection, key_in, stored
from tools.hubctl import keys
from tools.hubctl.errors import WrongInputError
from tools.hubctl.told import told_key

pytestmark = pytest.mark.usefixtures("stack")


def ids(run: Run, connection_id: str) -> set[str]:
    return {each["application_id"] for each in json.loads(run("keys", "list", connection_id, "--json").stdout)}


def test_several_keys_are_valid_at_once(run: Run) -> None:
    one, first = connected(run)
    added = run("keys", "add", one.id)
    second = key_in(added.stdout)

    assert added.stdout.count(second.secret) == 1
    assert admits(first)
    assert admits(second)
    assert ids(run, one.id) == {first.application_id, second.application_id}
    listed = run("keys", "list", one.id).stdout
    assert first.application_id in listed
    assert second.secret not in listed


def test_keys_of_other_connections_are_not_listed(run: Run) -> None:
    one, first = connected(run)
    run(*CONNECT, "--another", **WRITE_KEY)
    assert ids(run, one.id) == {first.application_id}


def test_a_rotated_key_admits_until_it_is_revoked(run: Run) -> None:
    """What a function remembers or not: neither key is refused while the CDP changes over."""
    one, old = connected(run)
    remembers = Gatekeeper(stored().store, "segment")
    assert remembers.admit(old)
    rotated = run("keys", "rotate", one.id)
    new = key_in(rotated.stdout)

    for gatekeeper in (remembers, Gatekeeper(stored().store, "segment")):
        assert gatekeeper.admit(new)
        assert gatekeeper.admit(old)
    assert f"hubctl keys revoke {one.id} {old.application_id}\n" in rotated.stdout

    assert run("keys", "revoke", one.id, old.application_id).exit_code == 0
    assert admits(new)
    assert not admits(old)


def test_a_revoked_key_is_refused_after_a_minute_wherever_it_is_remembered(world: World) -> None:
    one = world.add_connection()
    old, new = keys.add(world.hub, one), keys.add(world.hub, one)
    remembers = Gatekeeper(world.hub.store, "segment")
    assert remembers.admit(old)
    keys.revoke(world.hub, one, old.application_id)

    world.pass_time(KEEP_MS)
    assert remembers.admit(old) is None
    assert remembers.admit(new)


def test_cdps_that_ask_for_codes_cannot_share_a_pair_that_does_not_tell_them_apart(world: World) -> None:
    """Iterable, answered by Bloomreach's rules, would send messages without a code."""
    iterable, bloomreach = (world.add_connection(cdp, cdp) for cdp in ("iterable", "bloomreach"))
    pair = keys.add(world.hub, iterable)
    with pytest.raises(WrongInputError, match=f"{pair.application_id} belongs to iterable already"):
        keys.add(world.hub, bloomreach, pair)
    assert keys.add(world.hub, world.add_connection("segment", "segment"), pair) == pair


def test_an_existing_pair_is_taken_over_beside_the_hubs_own(run: Run) -> None:
    """G7."""
    one, key = connected(run)
    added = run("keys", "add", one.id, "--take", "their-id", SEGMENT_INTEGRATION_SECRET="their-secret")

    assert "their-secret" not in added.output
    assert admits(Pair("their-id", "their-secret"))
    assert admits(key)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("revoke", "{id}", "unknown"), "key: {id} has none called unknown"),
        (("revoke", "{id}", "{key}"), "key: {id} has no other; hubctl keys rotate makes one, --last revokes it anyway"),
        (("add", "{id}", "--take", "{key}"), "integration key: {key} belongs to {id} already"),
        (("add", "{id}", "--take", "theirs"), "integration key: both the application id and the secret are needed"),
        (("list", "segment-0"), "connection: there is none called segment-0; hubctl connections list shows them all"),
    ],
)
def test_wrong_input_is_one_clear_line(run: Run, command: tuple[str, ...], line: str) -> None:
    one, key = connected(run)
    names = {"id": one.id, "key": key.application_id}
    secret = {"SEGMENT_INTEGRATION_SECRET": "guess"} if "{key}" in command else {}
    result = run("keys", *(part.format(**names) for part in command), **secret)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {line.format(**names)}\n"
    assert admits(key)


def test_the_last_key_is_revoked_when_meant(run: Run) -> None:
    one, key = connected(run)
    assert run("keys", "revoke", one.id, key.application_id, "--last").exit_code == 0
    assert not admits(key)
    assert run("keys", "list", one.id).stdout == "There are no keys: hubctl keys add makes one.\n"
    assert connection() == one


def test_a_key_from_before_times_were_noted_is_listed(world: World) -> None:
    one = world.add_connection()
    world.add_key(one)
    [key] = list_keys(world.hub.store, one)
    assert told_key(key) == {"application_id": APPLICATION_ID, "made": ""}
