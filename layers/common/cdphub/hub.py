"""The doors a function goes through, in one hand; tests and the simulation bring their own."""

import os
from dataclasses import dataclass
from functools import cache

from cdphub.aws import Names
from cdphub.queues import Queues, SqsQueues
from cdphub.secrets import Secrets, SsmSecrets
from cdphub.store import Store, dynamo, dynamo_store


@dataclass(frozen=True)
class Hub:
    """Tables, queues and secrets of one stack."""

    store: Store
    queues: Queues
    secrets: Secrets


def hub_of(names: Names, *, connected: bool = False) -> Hub:
    """The hub of the stack with these names; DynamoDB's and SQS's clients are made at their first use, or now."""
    queues = SqsQueues(names.queues)
    if connected:
        dynamo.connect()
        queues.connect()
    return Hub(dynamo_store(names.tables), queues, SsmSecrets(names.parameters))


@cache
def hub() -> Hub:
    """This function's hub, made once per instance."""
    return hub_of(Names.from_environment(), connected=True)


# Making clients is half of a cold start. It is done while Lambda starts the instance: no invocation's time-out runs
# yet, and for a provisioned instance nobody waits.
if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    hub()
