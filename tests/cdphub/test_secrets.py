"""The door to Parameter Store: one copy for five minutes, unless a newer one is wanted."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cdphub.aws import AwsError
from cdphub.secrets import KEEP_MS, MalformedSecretError, SecretNotFoundError, SsmSecrets
from tests.fakes import FakeClock


class NotThereError(ClientError):
    """Parameter Store's own exception."""


class FakeSsm:
    """Parameter Store's client as far as it is used; raises `trouble` instead of reading, if there is one."""

    exceptions = SimpleNamespace(ParameterNotFound=NotThereError)

    def __init__(self) -> None:
        self.parameters: dict[str, dict[str, Any]] = {}
        self.reads = 0
        self.trouble: ClientError | None = None

    def get_parameter(self, **named: Any) -> dict[str, Any]:
        self.reads += 1
        if self.trouble:
            raise self.trouble
        if not named["WithDecryption"] or named["Name"] not in self.parameters:
            raise NotThereError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": self.parameters[named["Name"]]}

    def put_parameter(self, **named: Any) -> None:
        self.parameters[named["Name"]] = named

    def delete_parameters(self, **named: Any) -> None:
        for name in named["Names"]:
            self.parameters.pop(name, None)


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch, time: FakeClock) -> FakeSsm:
    client = FakeSsm()
    monkeypatch.setattr(SsmSecrets, "_client", client)
    return client


@pytest.fixture
def secrets(ssm: FakeSsm) -> SsmSecrets:
    door = SsmSecrets("/hub/")
    door.write("project/shop", {"secret_key": "first"})
    return door


def test_g7_a_secret_is_stored_encrypted_under_the_stacks_name(secrets: SsmSecrets, ssm: FakeSsm) -> None:
    stored = ssm.parameters["/hub/project/shop"]
    assert (stored["Type"], stored["Overwrite"]) == ("SecureString", True)
    assert secrets.read("project/shop") == {"secret_key": "first"}


def test_a_copy_serves_for_five_minutes(secrets: SsmSecrets, ssm: FakeSsm, time: FakeClock) -> None:
    secrets.read("project/shop")
    secrets.write("project/shop", {"secret_key": "second"})
    time.now += KEEP_MS
    assert secrets.read("project/shop") == {"secret_key": "first"}
    time.now += 1
    assert secrets.read("project/shop") == {"secret_key": "second"}
    assert ssm.reads == 2


def test_a_newer_copy_is_read_when_it_is_wanted(secrets: SsmSecrets, time: FakeClock) -> None:
    secrets.read("project/shop")
    secrets.write("project/shop", {"secret_key": "second"})
    assert secrets.read("project/shop", not_older_than_ms=time.now) == {"secret_key": "first"}
    time.now += 1
    assert secrets.read("project/shop", not_older_than_ms=time.now) == {"secret_key": "second"}


def test_a_missing_secret_is_told_from_trouble(secrets: SsmSecrets, ssm: FakeSsm) -> None:
    with pytest.raises(SecretNotFoundError, match="/hub/project/absent"):
        secrets.read("project/absent")
    ssm.parameters["/hub/odd"] = {"Value": "not json"}
    with pytest.raises(MalformedSecretError, match="/hub/odd"):
        secrets.read("odd")
    ssm.trouble = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")
    with pytest.raises(AwsError, match="SSM: ThrottlingException"):
        secrets.read("project/shop")


def test_a_deleted_secret_is_gone_at_once_and_may_be_deleted_again(secrets: SsmSecrets, ssm: FakeSsm) -> None:
    """G7."""
    secrets.read("project/shop")
    for _ in range(2):
        secrets.delete("project/shop")
    assert not ssm.parameters
    with pytest.raises(SecretNotFoundError):
        secrets.read("project/shop")
