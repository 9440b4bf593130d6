"""How every boto3 client of the hub behaves, and where a stack keeps its things."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config

# boto3 makes its default session at the first client, and two threads must not do that at once.
creating_client = threading.Lock()


class AwsError(Exception):
    """AWS did not do what it was asked to, or nobody knows whether it did."""


@contextmanager
def aws_errors(service: str) -> Iterator[None]:
    """Turns boto3's exceptions into AwsError, with the error's code but without its text, which may repeat data."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise AwsError(f"{service}: {error.response['Error'].get('Code', 'unknown')}") from None
    except BotoCoreError as error:
        raise AwsError(f"{service}: {type(error).__name__}") from None


def client_config() -> "Config":
    """Short time-outs and few tries: whoever calls the hub waits for it, and tries again by itself."""
    from botocore.config import Config

    return Config(
        connect_timeout=2,
        read_timeout=5,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": 3},
    )


@dataclass(frozen=True)
class Names:
    """What the names of a stack's queues, tables and parameters begin with."""

    queues: str
    tables: str
    parameters: str

    @classmethod
    def from_environment(cls) -> "Names":
        """Reads QUEUE_PREFIX, TABLE_PREFIX and PARAMETER_PREFIX; raises KeyError naming the one that is missing."""
        return cls(os.environ["QUEUE_PREFIX"], os.environ["TABLE_PREFIX"], os.environ["PARAMETER_PREFIX"])
