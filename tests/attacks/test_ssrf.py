"""No setting makes the hub call what is not public: addresses of any form, and names that come to mean others."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from urllib3.util import connection

from cdphub.http import HttpRequest, NoReplyError
from cdphub.transport import Urllib3Transport
from cdphub.urls import check_base_url
from front.default import PROFILES
from tests.fakes import World
from tools.hubctl.errors import WrongInputError
from tools.hubctl.projects import add_project
from tools.local.sandbox import sinks

ADDRESSES = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::a00:1"]

HIDDEN = [
    "https://127.0.0.1.",
    "https://0",
    "https://[::]",
    "https://[::127.0.0.1]",
    "https://[::ffff:0:127.0.0.1]",
    "https://[64:ff9b::127.0.0.1]",
    "https://[64:ff9b:1::127.0.0.1]",
    "https://[2002:7f00:1::]",
    "https://[2002:a9fe:a9fe::1]",
    "https://[2001:0:7f00:1::]",
    "https://[fec0::1]",
    "https://[ff02::1]",
    "https://[fe80::1%25eth0]",
    "https://127.0.0.1:8443",
    "https://\uff11\uff12\uff17.0.0.1",
    "https://\u24dbocalhost",
    "https://100.64.0.1",
    "https://198.18.0.1",
    "https://255.255.255.255",
    "https://127.0.0.1\\@api.example.com",
    "https://api.example.com@127.0.0.1",
    "https://127.0.0.1#@api.example.com",
    "gopher://api.example.com",
    "file:///etc/passwd",
]


def url_settings() -> list[tuple[str, str]]:
    """Every setting of every CDP that a URL suits."""
    return [
        (cdp, name)
        for cdp, profile in PROFILES.items()
        for name, field in profile.settings.model_fields.items()
        if "url" in name or check_base_url in _validators(field.annotation)
    ]


def _validators(annotation: Any) -> list[Any]:
    found = [getattr(part, "func", None) for part in getattr(annotation, "__metadata__", ())]
    return found + [each for part in get_args(annotation) for each in _validators(part)]


def test_every_cdp_that_is_called_has_a_url_setting() -> None:
    assert {cdp for cdp, _ in url_settings()} == set(sinks.names())


@pytest.mark.parametrize("url", HIDDEN)
@pytest.mark.parametrize(("cdp", "setting"), url_settings(), ids=str)
def test_no_url_setting_of_a_cdp_takes_a_hidden_address(cdp: str, setting: str, url: str) -> None:
    model: type[BaseModel] = PROFILES[cdp].settings
    usual = sinks.settings(cdp)
    model.model_validate({**usual, setting: "https://api.example.com"})
    with pytest.raises(ValidationError):
        model.model_validate({**usual, setting: url})


@pytest.mark.parametrize("url", HIDDEN)
def test_nor_does_a_projects_api_url(world: World, url: str) -> None:
    with pytest.raises(WrongInputError):
        add_project(
            world.hub,
            project_id="p",
            name="p",
            api_url=url,
            application_id="a",
            secret_key="s",
            webhook_secrets=[],
        )


class Answering:
    """A socket to whoever answered at this address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.closed = False

    def getpeername(self) -> tuple[str, int]:
        return self.address, 443

    def close(self) -> None:
        self.closed = True

    def __getattr__(self, name: str) -> Any:
        raise ConnectionResetError(f"{name}: this one was to be spoken to")


def connect_to(address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Answering, NoReplyError]:
    """Calls a name that was good when it was checked, and now means `address`."""
    answering = Answering(address)
    monkeypatch.setattr(connection, "create_connection", lambda *_, **__: answering)
    with pytest.raises(NoReplyError) as raised:
        Urllib3Transport().send(HttpRequest("POST", "https://api.example.com", {"authorization": "key"}, b"{}"))
    return answering, raised.value


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_comes_to_mean_another_address_is_told_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, error = connect_to(address, monkeypatch)
    assert (answering.closed, error.written) == (True, False)


def test_a_public_address_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    _, error = connect_to("93.184.216.34", monkeypatch)
    assert error.written


def test_on_the_local_cloud_a_name_may_mean_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_LOCAL_URLS", "true")
    _, error = connect_to("127.0.0.1", monkeypatch)
    assert error.written


@pytest.mark.parametrize("value", ["\u20ac", "\ud83d", "a\r\nx-injected: 1"])
def test_a_key_that_no_header_can_hold_is_no_crash_and_no_second_header(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "create_connection", lambda *_, **__: Answering("93.184.216.34"))
    with pytest.raises(NoReplyError) as raised:
        Urllib3Transport().send(HttpRequest("POST", "http://api.example.com", {"authorization": value}))
    assert not raised.value.written
