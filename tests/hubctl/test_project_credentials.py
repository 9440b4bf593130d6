"""A project's keys and webhook secrets, given anew."""

import pytest

from cdphub.connections import ManagementKeys, ProjectSecrets, read_project_secrets
from cdphub.http import HttpReply
from tests.fakes import FakeVendor
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop, stored

pytestmark = pytest.mark.usefixtures("stack")

CREDENTIALS = ("project", "credentials", "shop")


def secrets() -> ProjectSecrets:
    return read_project_secrets(stored().secrets, "shop")


def test_what_is_left_empty_stays(run: Run) -> None:
    """G2: with another salt, what waits for a customer would be forgotten."""
    add_shop(run)
    before = secrets()
    assert run(*CREDENTIALS, lines=("", "")).exit_code == 0
    assert secrets() == before

    changed = run(*CREDENTIALS, "--application-id", "other-id", lines=("other-secret", ""))
    assert (changed.exit_code, changed.stderr) == (0, "")
    assert secrets() == before.model_copy(update={"application_id": "other-id", "secret_key": "other-secret"})
    assert "other-secret" not in changed.output


def test_webhooks_are_believed_under_both_secrets_until_the_old_one_is_dropped(run: Run) -> None:
    add_shop(run)
    told = run(*CREDENTIALS, lines=("", "new-secret")).stdout
    assert secrets().webhook_secrets == ["webhook-secret", "new-secret"]
    assert "2 webhook secrets are valid." in told
    assert "secret" not in told.replace("webhook secrets", "").replace("--last-webhook-secret", "")

    run(*CREDENTIALS, lines=("", "webhook-secret"))
    assert secrets().webhook_secrets == ["new-secret", "webhook-secret"]
    assert "valid" not in run(*CREDENTIALS, "--last-webhook-secret", lines=("", "")).stdout
    assert secrets().webhook_secrets == ["webhook-secret"]


def test_blanks_around_a_pasted_secret_do_not_become_part_of_it(run: Run) -> None:
    """A webhook secret with one would refuse every webhook, and no check would tell."""
    add_shop(run)
    run(*CREDENTIALS, VOUCHERIFY_SECRET_KEY=" new-key", VOUCHERIFY_WEBHOOK_SECRET="new-secret \n")
    assert (secrets().secret_key, secrets().webhook_secrets) == ("new-key", ["webhook-secret", "new-secret"])


def test_a_key_that_voucherify_refuses_is_one_clear_line_and_not_stored(run: Run, voucherify: FakeVendor) -> None:
    """G7."""
    add_shop(run)
    before = secrets()
    voucherify.answer = lambda _: HttpReply(401, {}, b"{}")
    refused = run(*CREDENTIALS, lines=("wrong-key", ""))

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: secret_key: https://api.voucherify.io refuses the API key: ")
    assert (refused.stderr.count("\n"), "wrong-key" in refused.stderr) == (1, False)
    assert secrets() == before
    assert run(*CREDENTIALS, "--no-check", lines=("wrong-key", "")).exit_code == 0
    assert secrets().secret_key == "wrong-key"


def test_another_application_id_needs_its_secret(run: Run) -> None:
    add_shop(run)
    refused = run(*CREDENTIALS, "--application-id", "other-id", lines=("", ""))
    assert refused.stderr == "Error: secret_key: is needed for another application ID\n"
    assert secrets().application_id == "api-key-id"


def test_keys_of_the_management_api_stay_unless_they_are_given(run: Run) -> None:
    add_shop(run)
    run(*CREDENTIALS, "--management-project", "proj_1", lines=("", "", "id-1", "token-1"))
    run(*CREDENTIALS, lines=("", "another"))
    assert secrets().management == ManagementKeys(project="proj_1", id="id-1", token="token-1")
    assert secrets().webhook_secrets == ["webhook-secret", "another"]
    refused = run(*CREDENTIALS, "--management-project", "proj_1", lines=("", "", "id-1", ""))
    assert refused.stderr.startswith("Error: token: ")


def test_a_project_that_is_not_there_is_one_clear_line(run: Run) -> None:
    result = run("project", "credentials", "mill")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: project: there is none called mill; ")
