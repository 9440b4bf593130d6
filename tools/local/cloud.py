"""The local cloud: everything that a template describes, running on this machine."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.local import resources
from tools.local.aws import Aws, Moto
from tools.local.cloudwatch import CloudWatch
from tools.local.functions import Runner
from tools.local.gateway import Gateway
from tools.local.pending import Pending
from tools.local.poller import Poller
from tools.local.processes import process_group
from tools.local.resources import Clients
from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.server import serve
from tools.local.schedule import Timer
from tools.local.serving import serving
from tools.local.settings import Settings
from tools.local.stack import Stack


@dataclass(frozen=True)
class Cloud:
    """Where a running stack is."""

    hub: str
    aws: str


@contextmanager
def running(stack: Stack, settings: Settings) -> Iterator[Cloud]:
    """Runs a stack for the length of a `with` block; no process is left behind, however the block ends."""
    _begin_logs(settings.logs)
    with ExitStack() as parts:
        moto = Moto()
        direct = serve(moto)
        parts.callback(direct.stop)
        clients = Clients.at(direct.url)
        urls = resources.create(stack, clients)
        runners: dict[str, Runner] = {}
        controls = _controls(Pending(stack, clients, urls), runners)
        aws = serve(Sandbox(Aws(moto, controls)), settings.port("aws"), settings.host)
        parts.callback(aws.stop)
        group = parts.enter_context(process_group())
        for function in stack.functions.values():
            log = settings.logs / f"{function.logical_id}.log"
            runners[function.logical_id] = Runner(function, settings.for_functions(aws.url), log, group)
        invoke = {name: runner.invoke for name, runner in runners.items()}
        triggers: list[Poller | Timer] = [
            *(Poller(it, urls[it.queue], clients.sqs, invoke[it.function]) for it in stack.mappings),
            *(Timer(it, invoke[it.function]) for it in stack.schedules),
        ]
        cloudwatch = CloudWatch(direct.url, settings.logs)
        for each in (cloudwatch, *triggers):
            each.start()
            parts.callback(each.stop)
        hub = parts.enter_context(serving(Gateway(stack.routes, invoke), settings.host, settings.port("hub")))
        yield Cloud(hub, aws.url)


def _begin_logs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.log"):
        old.unlink()
    logging.basicConfig(filename=folder / "cloud.log", format="%(asctime)s %(message)s")


def _controls(pending: Pending, runners: Mapping[str, Runner]) -> dict[str, Handler]:
    """What AWS's stand-in offers below `/_sandbox` beside faults."""

    def kill(request: Request) -> Reply:
        try:
            runner = runners[request.json()["function"]]
        except (ValueError, TypeError, KeyError):
            return Reply.of(400, {"error": f"function: one of {', '.join(sorted(runners))}"})
        return Reply.of(200, {"killed": runner.kill()})

    return {
        "GET /_sandbox/pending": lambda request: Reply.of(200, pending.count()),
        "POST /_sandbox/kill": kill,
    }
