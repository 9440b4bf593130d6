"""Cold start: from the start of a fresh process to its first answer, beside a floor that only imports and answers."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench import starting
from tools.bench.measuring import NS_IN_MS, Compared
from tools.bench.row import Row
from tools.bench.stage import Stage, staged
from tools.local.stack import Function

FLOOR = "floor.handler"
FLOOR_NAME = "import boto3 with clients of SQS and DynamoDB, and pydantic; answer"
ROUNDS = 7
BUDGET = 1.25
"""Of the functions whose answer a CDP waits for before anything is stored."""

EVENTS = {
    "front.default.handler": "segment/identify-with-doubled-slash",
    "front.health.handler": "front/health",
    "voucherify.webhook.handler": "voucherify/webhook-customer-redemption-succeeded",
    "publications.publish.handler": "publications/create",
    "segment.ingest.handler": "segment/identify",
    "mparticle.ingest.handler": "mparticle/events",
    "bloomreach.ingest.handler": "bloomreach/customers",
    "braze.ingest.handler": "braze/audience-add",
}
"""What is asked first, where that is not the event with the function's own name."""


@dataclass(frozen=True)
class Start:
    """One process: milliseconds of the clock and of CPU until the answer, and what was imported by then."""

    wall_ms: float
    cpu_ms: float
    modules: int
    libraries: list[str]


def measure(quick: bool) -> list[Row]:
    """Every function of the template; `quick` only one."""
    with staged() as stage:
        functions = sorted(stage.stack.functions.values(), key=lambda function: function.handler)
        chosen = [stage.function("segment.ingest.handler")] if quick else functions
        return [_row(stage, function, rounds=1 if quick else ROUNDS) for function in chosen]


def _row(stage: Stage, function: Function, rounds: int) -> Row:
    event = stage.events[EVENTS.get(function.handler) or "/".join(function.handler.split(".")[:2])]
    environment = stage.environment_of(function)
    paths, floor_paths = [str(path) for path in function.code], [str(Path(__file__).parent)]

    def both() -> tuple[Start, Start]:
        ours = start(function.handler, event, environment, paths)
        return ours, start(FLOOR, event, environment, floor_paths)

    both()
    pairs = [both() for _ in range(rounds)]
    compared = Compared([ours.wall_ms for ours, _ in pairs], [floor.wall_ms for _, floor in pairs])
    cpu = median(ours.cpu_ms / floor.cpu_ms for ours, floor in pairs)
    return Row(
        f"cold start, {function.handler.removesuffix('.handler')}",
        "ms",
        compared.spread(),
        compared.beside(FLOOR_NAME),
        budget=BUDGET if function.handler.endswith(".ingest.handler") else None,
        of_ratio=True,
        note=f"CPU ratio {cpu:.2f}; {_imports(*pairs[0])}",
    )


def _imports(ours: Start, floor: Start) -> str:
    more = sorted(set(ours.libraries) - set(floor.libraries))
    return f"{ours.modules} modules beside {floor.modules}, of libraries more: {', '.join(more) or 'none'}"


def start(handler: str, event: Any, environment: Mapping[str, str], paths: list[str]) -> Start:
    """Starts a process for one event; raises RuntimeError unless its answer is a good one."""
    began = time.monotonic_ns()
    ended = subprocess.run(
        [sys.executable, "-P", starting.__file__, handler],
        env={**environment, "PYTHONPATH": ":".join(paths)},
        input=json.dumps(event),
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise RuntimeError(f"{handler}: {ended.stderr}")
    told = json.loads(ended.stdout.splitlines()[-1])
    if not _is_good(told["reply"]):
        raise RuntimeError(f"{handler} answered {told['reply']}")
    wall_ms = (told["answered_ns"] - began) / NS_IN_MS
    return Start(wall_ms, told["cpu_ms"], told["modules"], told["libraries"])


def _is_good(reply: Any) -> bool:
    """Whether an API's reply is a 2xx, or nothing of a batch must come again."""
    if reply is None:
        return True
    return not reply["batchItemFailures"] if "batchItemFailures" in reply else 200 <= reply["statusCode"] < 300
