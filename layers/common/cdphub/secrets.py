"""The only door to SSM Parameter Store: one JSON SecureString per project and per connection.

Values live in this process for five minutes at most and go nowhere else.
"""

import json
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from cdphub import clock
from cdphub.aws import aws_errors, client_config, creating_client

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

KEEP_MS = 5 * clock.MINUTE


class SecretError(Exception):
    """A secret cannot be had; says nothing of what was found."""


class SecretNotFoundError(SecretError):
    """There is no parameter of this name."""


class MalformedSecretError(SecretError):
    """The parameter does not hold what it should."""


class Secrets(Protocol):
    """Reads and writes named JSON objects."""

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        """The object called `name`; read again if the copy at hand is older than hub time `not_older_than_ms`.

        Raises SecretError, and cdphub.aws.AwsError.
        """

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Stores the object under `name`, replacing what was there."""

    def delete(self, name: str) -> None:
        """Forgets the object called `name`, if there is one."""


class SsmSecrets:
    """SecureString parameters whose names begin with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._lock = threading.Lock()
        self._copies: dict[str, tuple[int, dict[str, Any]]] = {}

    @cached_property
    def _client(self) -> "SSMClient":
        import boto3

        with creating_client:
            return boto3.client("ssm", config=client_config())

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        oldest = max(not_older_than_ms, clock.now_ms() - KEEP_MS)
        with self._lock:
            read_at, value = self._copies.get(name, (-1, {}))
            if read_at < oldest:
                read_at, value = clock.now_ms(), self._fetch(name)
                self._copies[name] = (read_at, value)
        return value

    @aws_errors("SSM")
    def _fetch(self, name: str) -> dict[str, Any]:
        try:
            reply = self._client.get_parameter(Name=self._prefix + name, WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            raise SecretNotFoundError(f"no parameter {self._prefix}{name}") from None
        try:
            value: dict[str, Any] = json.loads(reply["Parameter"]["Value"])
        except ValueError:
            raise MalformedSecretError(f"parameter {self._prefix}{name} is not JSON") from None
        return value

    @aws_errors("SSM")
    def write(self, name: str, value: dict[str, Any]) -> None:
        text = json.dumps(value)
        self._client.put_parameter(Name=self._prefix + name, Value=text, Type="SecureString", Overwrite=True)

    @aws_errors("SSM")
    def delete(self, name: str) -> None:
        # Of one name or many this call is the one that does not mind if there is none.
        self._client.delete_parameters(Names=[self._prefix + name])
        with self._lock:
            self._copies.pop(name, None)
