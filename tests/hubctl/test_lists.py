"""What a connection needs for audiences, and the project's metadata schema may lack."""

import json
from typing import Any

import pytest

from cdphub.http import HttpReply, HttpRequest
from cdphub.metadata import CUSTOMER
from tests.fakes import FakeVendor
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop
from tools.hubctl.lists import DEFINITION

pytestmark = pytest.mark.usefixtures("stack")

BRAZE = ("connect", "braze", "--project", "shop", "--no-send-events")


def defining(properties: dict[str, Any], of: str = CUSTOMER) -> FakeVendor:
    """A project with these definitions."""
    told = {"data_ref": "schemas", "schemas": [{"related_object": of, "properties": properties}], "total": 1}

    def answer(request: HttpRequest) -> HttpReply:
        return HttpReply(200, {}, json.dumps(told if "metadata-schemas" in request.url else {}).encode())

    return FakeVendor(answer)


@pytest.mark.parametrize(
    ("properties", "of", "why"),
    [
        ({}, CUSTOMER, "undefined"),
        ({"brazeAudiences": DEFINITION}, "voucher", "undefined"),
        ({"brazeAudiences": DEFINITION | {"deleted": True}}, CUSTOMER, "undefined"),
        ({"brazeAudiences": {"type": "string"}}, CUSTOMER, "not a string"),
        ({"brazeAudiences": {"type": "number", "array": True}}, CUSTOMER, "not a number"),
    ],
)
def test_what_is_missing_is_told_with_its_definition(
    run: Run, voucherify: FakeVendor, properties: dict[str, Any], of: str, why: str
) -> None:
    add_shop(run)
    voucherify.answer = defining(properties, of).answer
    connected = run(*BRAZE)

    assert connected.exit_code == 0
    assert f"the project's metadata brazeAudiences is not fit for them ({why}" in connected.stdout
    [definition] = [json.loads(line) for line in connected.stdout.splitlines() if line.startswith("  {")]
    voucherify.answer = defining(definition).answer
    assert "metadata" not in run(*BRAZE, "--another").stdout


def test_the_list_is_the_one_that_the_settings_name(run: Run) -> None:
    add_shop(run)
    connected = run("connect", "mparticle", "--project", "shop", "--no-send-events", "--audience-list-key", "groups")
    assert "metadata groups is not fit for them (undefined)" in connected.stdout


def test_a_schema_that_cannot_be_read_keeps_nobody_from_connecting(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    voucherify.answer = lambda request: HttpReply(403 if "metadata-schemas" in request.url else 200, {}, b"{}")
    connected = run(*BRAZE)
    assert connected.exit_code == 0
    assert "Whether the project defines brazeAudiences could not be seen: 403" in connected.stdout


def test_no_check_looks_up_nothing(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    voucherify.requests.clear()
    assert run(*BRAZE, "--no-check", "--no-wait").exit_code == 0
    assert voucherify.requests == []
