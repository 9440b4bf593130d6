"""Projects that are there, and whether a new one's keys work."""

import json

import pytest

from cdphub.connections import project_parameter, read_project, read_project_secrets
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.secrets import SecretNotFoundError
from tests.fakes import FakeVendor
from tests.hubctl.conftest import Run
from tests.hubctl.shop import PROJECT_SECRETS, add_shop, connected, stored

pytestmark = pytest.mark.usefixtures("stack")

ADD = ("project", "add", "shop", "--cluster", "us")


def test_keys_are_tried_with_one_call_that_changes_nothing(run: Run, voucherify: FakeVendor) -> None:
    assert run(*ADD, **PROJECT_SECRETS).exit_code == 0
    [call] = voucherify.requests
    assert (call.method, call.url) == ("GET", "https://us1.api.voucherify.io/v1/customers?limit=1")
    assert call.headers["x-app-token"] == "api-key-secret"


def test_a_key_that_voucherify_refuses_is_one_clear_line_and_not_stored(run: Run, voucherify: FakeVendor) -> None:
    """G7."""
    voucherify.answer = lambda _: HttpReply(401, {}, b'{"code": 401, "key": "unauthorized"}')
    refused = run(*ADD, **PROJECT_SECRETS)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: secret_key: https://us1.api.voucherify.io refuses the API key: ")
    assert (refused.stderr.count("\n"), "api-key-secret" in refused.stderr) == (1, False)
    assert read_project(stored().store, "shop") is None
    assert run(*ADD, "--no-check", **PROJECT_SECRETS).exit_code == 0


def test_a_url_where_nobody_answers_is_one_clear_line(run: Run, voucherify: FakeVendor) -> None:
    def nobody(_: HttpRequest) -> HttpReply:
        raise NoReplyError("ConnectionError", written=False)

    voucherify.answer = nobody
    refused = run(*ADD, **PROJECT_SECRETS)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Error: api_url: https://us1.api.voucherify.io does not say yes: ConnectionError; --no-check skips this\n"
    )


def test_projects_are_listed_and_shown_without_secrets(run: Run) -> None:
    """G7."""
    assert run("project", "list").stdout == "There are no projects yet.\n"
    add_shop(run)
    shown = [run("project", *words) for words in (("list",), ("list", "--json"), ("show", "shop"))]
    as_json = json.loads(run("project", "show", "shop", "--json").stdout)

    assert as_json["api_budget"] == 0.5
    (listed,) = json.loads(shown[1].stdout)
    assert as_json == listed | {"application_id": "api-key-id", "application_ids_of_cdps": {}}
    for each in shown:
        assert (each.exit_code, each.stderr) == (0, "")
        assert "https://api.voucherify.io" in each.stdout
        assert "secret" not in each.stdout


def test_settings_of_a_project_that_are_not_given_stay(run: Run) -> None:
    add_shop(run)
    before = read_project_secrets(stored().secrets, "shop")
    assert run("project", "set", "shop", "--api-budget", "0.3", "--cycle-quota", "1000").exit_code == 0
    assert run("project", "set", "shop", "--name", "The Shop", "--default", "cycle-quota").exit_code == 0

    project = read_project(stored().store, "shop")
    assert project
    assert (project.name, project.api_budget, project.cycle_quota) == ("The Shop", 0.3, None)
    assert read_project_secrets(stored().secrets, "shop") == before


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("set", "shop", "--api-budget", "50"), "api_budget: "),
        (("set", "shop", "--default", "id"), "id: a project has no such setting"),
        (("set", "mill"), "project: there is none called mill"),
        (("show", "mill"), "project: there is none called mill"),
        (("remove", "mill"), "project: there is none called mill"),
    ],
)
def test_wrong_input_is_one_clear_line(run: Run, command: tuple[str, ...], line: str) -> None:
    add_shop(run)
    result = run("project", *command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1


def test_a_project_is_removed_after_its_connections(run: Run) -> None:
    one, _ = connected(run)
    refused = run("project", "remove", "shop", "--yes")
    assert refused.stderr == f"Error: project: shop has connections, {one.id}: remove them first\n"

    run("connections", "remove", one.id, "--yes")
    assert run("project", "remove", "shop", lines=("n",)).exit_code == 1
    assert run("project", "remove", "shop", lines=("y",)).exit_code == 0
    assert run("project", "list", "--json").stdout == "[]\n"
    with pytest.raises(SecretNotFoundError):
        stored().secrets.read(project_parameter("shop"))
