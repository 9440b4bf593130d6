"""The local cloud's own project and connections, and hubctl on them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import requests
from click.testing import CliRunner

from cdphub.aws import Names
from cdphub.connections import connection_parameter, read_project, read_project_secrets
from cdphub.credentials import Gatekeeper, Pair
from cdphub.hub import Hub, hub_of
from cdphub.profile import load_profiles
from cdphub.store import dynamo
from tools.hubctl.cli import cli
from tools.local import ROOT, resources
from tools.local.aws import Moto
from tools.local.resources import Clients
from tools.local.sandbox import sinks
from tools.local.sandbox.server import serve
from tools.local.setup import Joined, join
from tools.local.stack import read
from tools.local.template import Template
from tools.local.vendors import Vendors

CDPS = sorted(load_profiles(ROOT / "functions"))
SINKS = dict.fromkeys(sinks.names(), "http://127.0.0.1:82")
VENDORS = Vendors("http://127.0.0.1:81", "api-key-id", "api-key-secret", SINKS)
GIVEN = {"SEGMENT_WRITE_KEY": "the-write-key", "VOUCHERIFY_WEBHOOK_SECRET": "webhook-secret"}


@pytest.fixture
def aws() -> Iterator[str]:
    """The URL of an AWS with the template's tables; what is set in this process's environment is undone."""
    dynamo._client.cache_clear()
    server = serve(Moto())
    resources.create(read(Template(ROOT / "template.yaml", {"Cluster": "eu"}), 1), Clients.at(server.url))
    with mock.patch.dict(os.environ):
        yield server.url
    requests.post(f"{server.url}/moto-api/reset", timeout=30)  # moto's state is that of the process
    server.stop()
    dynamo._client.cache_clear()


def hub_at_work() -> Hub:
    """The local stack's hub, as a function sees it; only after `join` does this process know where AWS is."""
    return hub_of(Names("", "local-", "/local/"))


def presented(joined: Joined, cdp: str) -> Pair:
    key = joined.connections[cdp]
    return Pair(key["application_id"], key["secret_key"])


def test_the_project_points_at_voucherify_and_every_cdp_is_connected(aws: str) -> None:
    joined = join(aws, VENDORS)

    hub = hub_at_work()
    project = read_project(hub.store, joined.project)
    assert project
    assert project.api_url == VENDORS.voucherify
    secrets = read_project_secrets(hub.secrets, joined.project)
    assert (secrets.application_id, secrets.secret_key) == (VENDORS.application_id, VENDORS.secret_key)
    assert secrets.webhook_secrets == [joined.webhook_secret]
    assert sorted(joined.connections) == CDPS
    for cdp in CDPS:
        connection = Gatekeeper(hub.store, cdp).admit(presented(joined, cdp))
        assert connection
        assert connection.settings == ({"base_url": SINKS[cdp], **sinks.settings(cdp)} if cdp in SINKS else {})


@pytest.mark.parametrize("given", [True, False])
def test_secrets_are_random_unless_the_environment_gives_them(aws: str, given: bool) -> None:
    with mock.patch.dict(os.environ, GIVEN if given else {}):
        joined = join(aws, VENDORS)
        hub = hub_at_work()
        connection = Gatekeeper(hub.store, "segment").admit(presented(joined, "segment"))
        assert connection
        write_key = hub.secrets.read(connection_parameter(connection.id))["write_key"]

    assert (joined.webhook_secret == "webhook-secret") is given
    assert (write_key == "the-write-key") is given
    assert len(write_key) > 8


def test_hubctl_works_on_what_runs_here(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = tmp_path / "endpoints.json"
    endpoints.write_text(json.dumps({"hub": "http://127.0.0.1:80", "aws": aws}))
    monkeypatch.setattr("tools.hubctl.target.ENDPOINTS", endpoints)
    join(aws, VENDORS)

    def run(*arguments: str) -> str:
        environment = {"VOUCHERIFY_SECRET_KEY": "api-key-secret", **GIVEN}
        result = CliRunner().invoke(cli, arguments, env=environment)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    added = run("project", "add", "shop", "--api-url", "http://127.0.0.1:81", "--application-id", "id", "--no-check")
    assert "http://127.0.0.1:80/voucherify/webhooks/shop\n" in added
    assert "http://127.0.0.1:80\n" in run("connect", "segment", "--project", "shop", "--no-check", "--no-wait")
    listed = run("--local", "connections", "list")
    assert listed.count(" segment ") == 2
