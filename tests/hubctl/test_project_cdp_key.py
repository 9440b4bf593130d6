"""A Voucherify key pair for what one CDP alone asks."""

import json

import pytest

from cdphub.connections import ApiKey, ProjectSecrets, read_project_secrets
from cdphub.http import HttpReply
from tests.fakes import FakeVendor
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop, stored

pytestmark = pytest.mark.usefixtures("stack")

CDP_KEY = ("project", "cdp-key", "shop")


def secrets() -> ProjectSecrets:
    return read_project_secrets(stored().secrets, "shop")


def test_a_cdp_gets_a_pair_that_is_tried_kept_and_dropped(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    before = secrets()
    given = run(*CDP_KEY, "braze", "--application-id", "braze-id", lines=("braze-key",))
    assert (given.exit_code, "braze-key" in given.output) == (0, False)
    tried = voucherify.requests[-1].headers
    assert (tried["x-app-id"], tried["x-app-token"]) == ("braze-id", "braze-key")
    own = ApiKey(application_id="braze-id", secret_key="braze-key")
    assert secrets() == before.model_copy(update={"cdp_keys": {"braze": own}})

    run("project", "credentials", "shop", lines=("", "another"))
    assert secrets().cdp_keys == {"braze": own}
    shown = json.loads(run("project", "show", "shop", "--json").stdout)
    assert (shown["application_id"], shown["application_ids_of_cdps"]) == ("api-key-id", {"braze": "braze-id"})
    assert run(*CDP_KEY, "braze", "--drop").exit_code == 0
    assert secrets().cdp_keys == {}


def test_doctor_tries_each_pair(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    run(*CDP_KEY, "braze", "--application-id", "braze-id", lines=("braze-key",))
    found = json.loads(run("doctor", "--json").stdout)
    assert [one["level"] for one in found if "braze" in one["what"]] == ["ok"]
    voucherify.answer = lambda request: HttpReply(401 if request.headers["x-app-id"] == "braze-id" else 200, {}, b"{}")
    found = json.loads(run("doctor", "--json").stdout)
    (refused,) = [one for one in found if "braze" in one["what"]]
    assert refused["level"] == "problem"

    voucherify.answer = lambda _: HttpReply(200, {}, b"{}")
    repaired = run(*refused["next_step"].split()[1:], lines=("new-key",))
    assert (repaired.exit_code, repaired.stderr) == (0, "")
    assert read_project_secrets(stored().secrets, "shop").cdp_keys["braze"].secret_key == "new-key"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("braze", "--application-id", "braze-id"), "secret_key: "),
        (("braze",), "application_id: give either"),
        (("braze", "--drop", "--application-id", "braze-id"), "application_id: give either"),
        (("braze", "--drop"), "cdp: braze has no pair of its own"),
    ],
)
def test_wrong_input_is_one_clear_line_and_nothing_is_stored(run: Run, options: tuple[str, ...], line: str) -> None:
    add_shop(run)
    before = secrets()
    result = run(*CDP_KEY, *options, lines=("",))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith(f"Error: {line}")
    assert secrets() == before


def test_a_pair_that_voucherify_refuses_is_not_stored(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    voucherify.answer = lambda _: HttpReply(401, {}, b"{}")
    refused = run(*CDP_KEY, "braze", "--application-id", "braze-id", lines=("wrong",))
    assert refused.stderr.startswith("Error: secret_key: https://api.voucherify.io refuses the API key")
    assert secrets().cdp_keys == {}


def test_a_cdp_that_asks_for_nothing_has_no_pair(run: Run) -> None:
    add_shop(run)
    refused = run(*CDP_KEY, "segment", "--application-id", "id", lines=("key",))
    assert refused.exit_code == 2
    assert "'segment' is not one of 'bloomreach'" in refused.stderr
