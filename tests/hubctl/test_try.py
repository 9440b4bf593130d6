"""`hubctl try`: what would go out, by the hub's own code, without a socket (these tests have none)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from cdphub.profile import OutboundSettings
from tests.hubctl.conftest import Run
from tests.hubctl.shop import PROJECT_SECRETS, connected
from tools.hubctl.cli import cli
from tools.hubctl.commands.try_file import PROFILES
from tools.hubctl.dry.ask import ANSWERED
from tools.hubctl.dry.run import FORGOTTEN, UNCHANGED
from tools.local import ROOT

EVENTS = ROOT / "events"
OUTBOUND = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]
GOLDEN = ROOT / "tests/golden"
IDENTIFY = str(EVENTS / "segment/identify.json")
WEBHOOK = "voucherify/webhook-customer-rewarded.json"
ABOUT_NOBODY = {
    *("test-authentication", "registration", "verification", "subject-access"),
    *("audience-subscription-add", "audience-subscription-update"),
}
"""Events of CDPs that change no customer."""


RECORDS_THAT_ARE_NONE = (
    b'{"Records": [{"eventSourceARN": "arn:hub-apply"}]}',
    b'{"Records": [{"eventSourceARN": "arn:hub-apply", "body": "no JSON"}]}',
    b'{"Records": [7]}',
    b'{"Records": 7}',
)


def run_it(*arguments: str, body: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["try", *arguments], input=body)


def tried(*arguments: str, body: bytes = b"") -> dict[str, Any]:
    """What `try --json` tells."""
    result = run_it(*arguments, "--json", body=body)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def calls(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What would be written."""
    requests = [(one["method"], urlsplit(one["url"]).path) for one in told["requests"]]
    return [one for one in requests if one[0] != "GET"]


def of_cdps() -> list[Path]:
    """The events of the CDPs' own routes, those with a path that must be put right among them."""
    files = [file for file in sorted(EVENTS.glob("*/*.json")) if file.parent.name in PROFILES]
    asked = ("/v1/", "/v1")
    return [
        file
        for file in files
        if (path := json.loads(file.read_text()).get("rawPath")) and not any(part in f"{path}/" for part in asked)
    ]


def asked_at_once() -> list[Path]:
    """The events that ask for a code, or look something up."""
    asking = ("/publications", "/v1/customers/", "/v1/qualifications")
    files = [file for file in sorted(EVENTS.glob("*/*.json")) if file.parent.name in PROFILES]
    return [file for file in files if any(part in json.loads(file.read_text()).get("rawPath", "") for part in asking)]


def test_an_upsert_is_shown_as_voucherify_would_get_it() -> None:
    shown = run_it(IDENTIFY).stdout
    assert "POST https://api.voucherify.io/v1/customers\n" in shown
    assert '"source_id": "member-20817"' in shown
    assert "x-app-token: <secret key>" in shown
    assert shown.endswith("Nothing was left out.\n")


@pytest.mark.parametrize("file", of_cdps(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_event_of_a_cdp_can_be_tried(file: Path) -> None:
    told = tried(str(file))
    assert told["requests"] or told["notes"]
    assert (told["notes"] == [UNCHANGED]) is (file.stem in ABOUT_NOBODY)


@pytest.mark.parametrize("file", asked_at_once(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_a_cdp_asks_for_is_shown_as_voucherify_is_asked(file: Path) -> None:
    told = tried(str(file))
    (request,) = told["requests"]
    assert urlsplit(request["url"]).path.startswith(("/v1/publications", "/v1/customers/", "/v1/qualifications"))
    assert told["notes"] == [ANSWERED]


def test_a_question_about_nobody_is_refused_before_voucherify_is_asked() -> None:
    told = tried("-", "--as", "braze", "--route", "/braze/v1/publications", body=b'{"campaign": "Welcome"}')
    assert told["requests"] == []
    assert told["notes"][0].startswith("refused: HTTP 400 ")


def test_a_webhook_goes_to_every_cdp() -> None:
    told = tried(str(EVENTS / WEBHOOK))
    assert len(calls(told)) == len(OUTBOUND)


@pytest.mark.parametrize("cdp", OUTBOUND)
def test_an_event_has_the_name_and_customer_that_the_cdp_gets_to_see(cdp: str) -> None:
    told = tried("-", "--as", "voucherify", body=(GOLDEN / "webhooks/rewarded.json").read_bytes())
    assert sum(PROFILES[cdp].event_name("customer.rewarded") in one["body"] for one in told["requests"]) >= 1
    assert all("walker-77" in one["body"] for one in told["requests"])


def test_what_is_left_out_is_told_with_the_reason() -> None:
    body = {"type": "identify", "source_id": "ada", "name": "Ada", "metadata": {"plan": "gold"}}
    bad = {"customers": [{**body, "source_id": ""}]}
    result = run_it("-", "--as", "segment", "--route", "/segmentio/customer-processing", body=json.dumps(bad).encode())
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("Error: refused: ")

    told = tried(str(EVENTS / "voucherify/webhook-customer-redemption-succeeded.json"))
    assert any(note.startswith("cut: ") and "order.items" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("voucherify/apply.json", [("POST", "/v1/events")]),
        ("segment/deliver.json", [("POST", "/v1/batch")]),
    ],
)
def test_messages_that_functions_get_can_be_tried(name: str, expected: list[tuple[str, str]]) -> None:
    assert calls(tried(str(EVENTS / name))) == expected


def test_a_connections_settings_count(run: Run, stack: str) -> None:
    connection, _ = connected(run, "--event-names", '{"customer.rewarded": "Given"}')
    result = run("try", str(EVENTS / WEBHOOK), "--connection", connection.id, "--json")
    (request,) = json.loads(result.stdout)["requests"]
    assert '"Given"' in request["body"]
    assert "the-write-key" not in result.output


@pytest.mark.parametrize(
    ("arguments", "body", "line"),
    [
        (("-",), b"{}", "as: say whose body this is"),
        (("-", "--as", "segment", "--route", "/else"), b"{}", "route: Segment has "),
        (("-", "--as", "voucherify"), b"no JSON", "refused: body"),
        ((str(EVENTS / "front/health.json"),), b"", "path: GET /health is no CDP's"),
        ((str(EVENTS / "publications/finish.json"),), b"", "eventSourceARN: "),
        ((IDENTIFY, "--as", "bloomreach"), b"", "as: this file tells by itself"),
        *[(("-",), body, "Records: each needs") for body in RECORDS_THAT_ARE_NONE],
    ],
)
def test_wrong_input_is_one_clear_line(arguments: tuple[str, ...], body: bytes, line: str) -> None:
    result = run_it(*arguments, body=body)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1


def test_a_connections_project_counts(run: Run, stack: str) -> None:
    connection, _ = connected(run)
    run("project", "add", "shop", "--cluster", "us", "--other-cluster", **PROJECT_SECRETS)
    told = json.loads(run("try", IDENTIFY, "--connection", connection.id, "--json").stdout)
    assert {urlsplit(one["url"]).netloc for one in told["requests"]} == {"us1.api.voucherify.io"}
    assert json.dumps(told).count("api-key") == 0


def test_an_event_that_goes_nowhere_tells_why() -> None:
    body = (GOLDEN / "webhooks/rewarded.json").read_bytes().replace(b'"customer.rewarded"', b'"voucher.created"')
    assert tried("-", "--as", "voucherify", body=body) == {"requests": [], "notes": ["ignored: not wanted"]}


def test_a_deletion_by_others_calls_nobody_and_says_why() -> None:
    assert tried(str(EVENTS / "voucherify/customer-deleted.json")) == {"requests": [], "notes": [FORGOTTEN]}


def test_another_cdps_connection_is_one_clear_line(run: Run, stack: str) -> None:
    connection, _ = connected(run)
    result = run("try", str(EVENTS / "bloomreach/customers.json"), "--connection", connection.id)
    assert result.stderr.startswith(f"Error: connection: {connection.id} goes to segment")
