"""The page for whoever sets up the CDP: all that is needed there, and no secret."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.connections import Connection, digest
from cdphub.credentials import HeaderPair
from cdphub.profile import OutboundSettings, load_profiles
from tests.hubctl.conftest import HUB_URL, Run
from tests.hubctl.shop import CONNECT, WRITE_KEY, add_shop, connected, key_in, stored
from tools.hubctl import FUNCTIONS
from tools.hubctl.handout import handout
from tools.hubctl.presented import addresses
from tools.local import ROOT
from tools.local.sandbox import sinks

PROFILES = load_profiles(FUNCTIONS)
SENDING = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]
PUBLICATIONS = (ROOT / "docs" / "publications.md").read_text()
FENCED = re.compile(r"```[a-z]+ [\w ]+\n(.*?)```", re.DOTALL)
TEMPLATES = {
    "braze": "## Braze: Connected Content",
    "bloomreach": "## Bloomreach Engagement: webhook",
    "iterable": "## Iterable: data feed",
}

LOOKUPS = {
    "braze": "### Braze: points, and the best discount",
    "bloomreach": "### Bloomreach Engagement: points, and the best discount",
    "iterable": "### Iterable: points",
}


def page(cdp: str, **settings: object) -> str:
    connection = Connection(id=f"{cdp}-1", project="shop", cdp=cdp, settings=settings)
    return handout(PROFILES[cdp], connection, ["their-id"], HUB_URL)


def sending(cdp: str, **settings: object) -> str:
    """The page of a connection with what its CDP needs."""
    return page(cdp, **{**sinks.settings(cdp), **settings})


@pytest.mark.parametrize("cdp", PROFILES)
def test_every_cdp_has_its_addresses_its_headers_and_its_keys_id(cdp: str) -> None:
    told = sending(cdp) if cdp in SENDING else page(cdp)
    for route in addresses(PROFILES[cdp]):
        assert f"`{HUB_URL}{route.path}`" in told
    first = PROFILES[cdp].credentials[0]
    assert isinstance(first, HeaderPair)
    assert f"`{first.id_header}` with `{first.secret_header}`" in told
    assert "`their-id`" in told
    for left_over in ("://HUB", "](..", "](#", "<!--"):
        assert left_over not in told


@pytest.mark.parametrize("cdp", SENDING)
def test_the_events_have_the_names_that_the_connection_gives_them(cdp: str) -> None:
    profile = PROFILES[cdp]
    told = sending(cdp, event_names={"customer.rewarded": "Prize"}, extra_events=["voucher.created"])
    listed = told.partition("## What Voucherify sends")[2].split("```")[1].splitlines()[1:]
    usual = {profile.event_name(event) for event in profile.default_events if event != "customer.rewarded"}
    assert set(listed) == usual | {"Prize", profile.event_name("voucher.created")}
    assert "## What Voucherify sends" not in page(cdp, send_events=False)


@pytest.mark.parametrize("cdp", TEMPLATES)
def test_the_templates_are_those_of_the_page_about_publications(cdp: str) -> None:
    section = PUBLICATIONS.partition(TEMPLATES[cdp])[2].partition("\n## ")[0]
    lookups = PUBLICATIONS.partition(LOOKUPS[cdp])[2].partition("<!-- end -->")[0]
    templates = [found.replace("APPLICATION ID", "their-id") for found in FENCED.findall(section + lookups)]
    templates = [found.replace("https://hub.example.com", HUB_URL) for found in templates]
    told = sending(cdp)
    assert len(templates) > len(FENCED.findall(section)) > 0
    assert [template for template in templates if template not in told] == []
    others = [PUBLICATIONS.partition(heading)[1] for other, heading in TEMPLATES.items() if other != cdp]
    assert [heading for heading in others if heading in told] == []


@given(url=st.from_regex(r"https://[a-z]{1,10}\.[a-z]{2,5}", fullmatch=True), key=st.text("ab\\1$&-", min_size=1))
def test_the_connections_own_values_are_taken_as_they_are(url: str, key: str) -> None:
    connection = Connection(id="braze-1", project="shop", cdp="braze", settings={"send_events": False})
    told = handout(PROFILES["braze"], connection, [key], url)
    assert f'{{"X-App-Id": "{key}", "X-App-Token": "SECRET KEY"}}' in told
    assert f"connected_content {url}/v1/publications?" in told


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("cdp", PROFILES)
def test_no_secret_is_on_the_page(run: Run, cdp: str) -> None:
    """G7: neither the integration key's, nor its hash, nor those of the CDP, nor those of the project."""
    add_shop(run)
    profile = PROFILES[cdp]
    secrets = {name: f"{name}-of-theirs" for name in profile.secrets.model_fields}
    needed = sinks.settings(cdp) if cdp in SENDING else {}
    options = [f"--{name.replace('_', '-')}={value}" for name, value in needed.items()]
    environment = {f"{cdp}_{name}".upper(): value for name, value in secrets.items()}
    key = key_in(run("connect", cdp, "--project", "shop", *options, "--no-check", **environment).stdout)

    told = run("handout", cdp)
    assert (told.exit_code, told.stderr) == (0, "")
    assert key.application_id in told.stdout
    for secret in (key.secret, digest(key.secret), *secrets.values(), "api-key-secret", "webhook-secret"):
        assert secret not in told.stdout


@pytest.mark.usefixtures("stack")
def test_it_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    connected(run)
    shown = run("handout", "segment").stdout
    assert run("handout", "segment", "--output", str(tmp_path / "segment.md")).exit_code == 0
    assert (tmp_path / "segment.md").read_text() == shown


@pytest.mark.usefixtures("stack")
def test_which_connection_is_meant_is_clear_or_asked_in_one_line(run: Run) -> None:
    add_shop(run)
    assert run("handout", "segment").stderr.endswith("; there is none\n")
    run(*CONNECT, **WRITE_KEY)
    second = key_in(run(*CONNECT, "--another", **WRITE_KEY).stdout)
    refused = run("handout", "segment")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    key = stored().store.connections.read_key("segment", second.application_id)
    meant = re.search("segment-[0-9a-f]{8}", str(key))
    assert meant
    assert second.application_id in run("handout", "segment", "--connection", meant[0]).stdout
    run("keys", "revoke", meant[0], second.application_id, "--last")
    assert "has no key" in run("handout", "segment", "--connection", meant[0]).stderr
