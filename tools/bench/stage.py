"""AWS and the vendors on loopback, in a process of their own, so that their work counts for nobody."""

import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from cdphub import clock
from tools.hubctl.connect import list_connections
from tools.hubctl.target import local_hub
from tools.local import ROOT, resources
from tools.local.aws import Moto, operation
from tools.local.events import filled_events
from tools.local.resources import Clients
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.server import serve
from tools.local.settings import Settings
from tools.local.setup import join
from tools.local.stack import Function, Stack, read
from tools.local.start import Endpoints
from tools.local.template import REGION, Template, overrides
from tools.local.vendors import vendors

TAKE_COUNTS = "/_counts"
VENDORS_TIME_SCALE = 1_000
"""So fast that no CDP's limit per second is ever reached: delivering is measured, not being refused."""

_SENT = {"MessageId": "5f0c1f1e-7d3a-4c55-9f0e-000000000001", "MD5OfMessageBody": "0952ab9fe0dd1388eb82232936bb180c"}


class CountingAws:
    """moto, with the number of calls of each operation since somebody last asked.

    What is sent to a queue is only confirmed: nobody receives it here, and moto's queues grow slow. So is what is meant
    for somebody else than AWS.
    """

    def __init__(self) -> None:
        self._moto = Moto()
        self._counts: Counter[str] = Counter()

    def handle(self, request: Request) -> Reply:
        """Answers one call of the AWS API, or the question for the counts."""
        if request.path == TAKE_COUNTS:
            counts, self._counts = self._counts, Counter()
            return Reply.of(200, counts)
        if operation(request) == request.path:
            return Reply.of(200, {})
        asked = operation(request).rpartition(".")[2]
        self._counts[asked] += 1
        if asked == "SendMessage":
            return Reply.of(200, _SENT)
        if asked == "SendMessageBatch":
            return Reply.of(200, {"Successful": [_SENT | {"Id": it["Id"]} for it in request.json()["Entries"]]})
        return self._moto.handle(request)


@dataclass(frozen=True)
class Stage:
    """Where AWS and the CDPs are, the project and its connections by CDP, and what the template and `events/` have."""

    aws: str
    cdps: Mapping[str, str]
    project: str
    connections: Mapping[str, str]
    stack: Stack
    environment: Mapping[str, str]
    events: Mapping[str, dict[str, Any]]

    def function(self, handler: str) -> Function:
        """The function with this handler, such as `segment.ingest.handler`."""
        return next(each for each in self.stack.functions.values() if each.handler == handler)

    def environment_of(self, function: Function) -> dict[str, str]:
        """What the function finds in its environment, as Lambda would set it."""
        return {**self.environment, **function.environment, "AWS_LAMBDA_FUNCTION_NAME": function.name}

    def take_counts(self) -> Counter[str]:
        """How often each operation of AWS was called since the last time."""
        return Counter(requests.get(self.aws + TAKE_COUNTS, timeout=10).json())

    def requests_of(self, cdp: str) -> int:
        """How many requests the stand-in of a CDP has got."""
        return len(requests.get(f"{self.cdps[cdp]}/_sandbox/requests", timeout=10).json())

    @contextmanager
    def inside(self, function: Function) -> Iterator[None]:
        """Makes this process one in which the function may run."""
        before = dict(os.environ)
        os.environ.update(self.environment_of(function))
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def staged() -> Iterator[Stage]:
    """Runs the stage for the length of a `with` block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,))
    process.start()
    theirs.close()
    try:
        told = ours.recv()
        yield Stage(
            aws=told["aws"],
            cdps=told["cdps"],
            project=told["project"],
            connections=told["ids"],
            stack=_stack(told["voucherify"]),
            environment=told["environment"],
            events=_events(told),
        )
    finally:
        ours.close()
        process.join()


def _serve(told: Connection) -> None:
    """Serves until the other end is closed, and says first where everything is."""
    with (
        clock.use(clock.SystemClock(VENDORS_TIME_SCALE)),
        tempfile.TemporaryDirectory() as folder,
        vendors(settings := Settings(Path(folder))) as found,
    ):
        aws = serve(CountingAws())
        resources.create(_stack(found.voucherify), Clients.at(aws.url))
        joined = join(aws.url, found)
        told.send(
            {
                "aws": aws.url,
                "cdps": found.sinks,
                "voucherify": found.voucherify,
                "environment": _environment(settings.for_functions(aws.url)),
                "project": joined.project,
                "webhook_secret": joined.webhook_secret,
                "connections": joined.connections,
                "ids": {each.cdp: each.id for each in list_connections(local_hub(aws.url))},
            }
        )
        with suppress(EOFError):
            told.recv()
        aws.stop()


def _stack(voucherify: str) -> Stack:
    parameters = overrides(ROOT / "samconfig.toml") | {"Cluster": "dedicated", "DedicatedUrl": voucherify}
    return read(Template(ROOT / "template.yaml", parameters), 1)


def _events(told: Endpoints) -> dict[str, dict[str, Any]]:
    """What stands in `events/`, the batches for a CDP with the connection that is here."""
    events = dict(filled_events(told))
    for cdp, connection in told["ids"].items():
        for record in events.get(f"{cdp}/deliver", {}).get("Records", []):
            record["body"] = record["body"].replace(f'"connection":"{cdp}"', f'"connection":"{connection}"')
    return events


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "TZ": "UTC",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        **own,
    }
