"""The doors a function goes through, in one hand; tests and the simulation bring their own."""

from dataclasses import dataclass
from functools import cache

from cdphub.aws import Names
from cdphub.queues import Queues, SqsQueues
from cdphub.secrets import Secrets, SsmSecrets
from cdphub.store import Store, dynamo_store


@dataclass(frozen=True)
class Hub:
    """Tables, queues and secrets of one stack."""

    store: Store
    queues: Queues
    secrets: Secrets


def hub_of(names: Names) -> Hub:
    """The hub of the stack with these names; clients are made at their first use."""
    return Hub(dynamo_store(names.tables), SqsQueues(names.queues), SsmSecrets(names.parameters))


@cache
def hub() -> Hub:
    """This function's hub, made once per instance."""
    return hub_of(Names.from_environment())
