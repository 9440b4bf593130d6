"""A CDP with a Voucherify key pair of its own: what it asks for is asked with that pair, and with no other (G5)."""

import pytest

from cdphub.connections import ApiKey, Connection, project_parameter, read_project_secrets
from cdphub.http import HttpReply
from cdphub.voucherify.client import Voucherify
from publications.accounts import Accounts
from tests.fakes import PROJECT, FakeVendor, World
from tests.publications.bench import ANA, Bench

BRAZE = Connection(id="braze-1", project=PROJECT, cdp="braze")
ITERABLE = Connection(id="iterable-1", project=PROJECT, cdp="iterable")


def give(world: World, cdp: str, application_id: str, secret_key: str) -> None:
    """Gives a CDP a pair of its own."""
    secrets = read_project_secrets(world.hub.secrets, PROJECT)
    own = {cdp: ApiKey(application_id=application_id, secret_key=secret_key)}
    changed = secrets.model_copy(update={"cdp_keys": {**secrets.cdp_keys, **own}})
    world.hub.secrets.write(project_parameter(PROJECT), changed.model_dump())


def test_each_cdp_asks_with_its_own_pair_or_else_with_the_projects(world: World) -> None:
    give(world, "braze", "braze-id", "braze-key")
    vendor = FakeVendor(lambda _: HttpReply(200, {}, b"{}"))
    accounts = Accounts(world.hub, vendor)
    for connection in (BRAZE, ITERABLE):
        assert accounts.call(connection, Voucherify.probe).yes
    pairs = [(one.headers["x-app-id"], one.headers["x-app-token"]) for one in vendor.requests]
    assert pairs == [("braze-id", "braze-key"), ("id", "key")]


def test_a_pair_that_was_changed_is_read_again_when_voucherify_refuses_the_old_one(world: World) -> None:
    give(world, "braze", "braze-id", "old-key")
    vendor = FakeVendor(lambda request: HttpReply(200 if request.headers["x-app-token"] == "new-key" else 401, {}, b""))
    accounts = Accounts(world.hub, vendor)
    assert not accounts.call(BRAZE, Voucherify.probe).yes
    give(world, "braze", "braze-id", "new-key")
    assert accounts.call(BRAZE, Voucherify.probe).yes


@pytest.mark.parametrize("cdp", ["braze", "iterable"])
def test_codes_and_lookups_work_by_the_cdps_pair_whatever_becomes_of_the_projects(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    secrets = read_project_secrets(world.hub.secrets, PROJECT)
    refused = secrets.model_copy(update={"secret_key": "revoked"})
    world.hub.secrets.write(project_parameter(PROJECT), refused.model_dump())
    give(world, "braze", secrets.application_id, secrets.secret_key)
    bench.control("PUT", "loyalty", {"ana": {"Club": 120}})
    for reply in (bench.post(ANA), bench.look_up("ana")):
        assert (reply["statusCode"] == 200) is (cdp == "braze")
