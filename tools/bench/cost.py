"""What a million costs at AWS: tools.cost's formula, with Lambda's part from CPU that is measured here.

An invocation takes its CPU by the part of a processor that its memory buys, and waits, which stays assumed.
"""

from collections.abc import Iterator
from importlib import import_module

from tools.bench.measuring import cpu_ms
from tools.bench.paths import Path, deliveries, same, updates, webhooks
from tools.bench.row import Row, Spread
from tools.bench.stage import Stage, staged
from tools.bench.starting import Context
from tools.cost import formula
from tools.cost.data import counted, prices
from tools.cost.formula import Usage
from tools.scale.demand import VCPU

MILLION = 1_000_000
MONTHS = (MILLION, 100 * MILLION)
AWS_SECONDS = 0.01
"""A call of SQS or DynamoDB is waited for this long; so are three in fan-out."""

Seconds = dict[str, float]
"""How long a piece of work keeps a function computing, by part of its way."""

TOGETHER = 10
BATCH = 100


def measure(quick: bool) -> list[Row]:
    """Updates in, one in a request, and events out to one CDP, in small months and in large ones."""
    times = 2 if quick else 10
    with staged() as stage:
        seconds = {path.name: _seconds(stage, path, times) for path in _paths(stage)}
    return [row for month in MONTHS for row in (_updates(month, seconds), _events(month, seconds))]


def _paths(stage: Stage) -> Iterator[Path]:
    yield Path("ingest", "segment.ingest", same(stage.events["segment/identify"]))
    yield Path("apply", "voucherify.apply", updates(stage, TOGETHER), TOGETHER)
    yield Path("apply in bulk", "voucherify.apply", updates(stage, BATCH), BATCH)
    yield Path("webhook", "voucherify.webhook", same(stage.events["voucherify/webhook-customer-rewarded"]))
    yield Path("fan-out", "voucherify.fanout", webhooks(stage))
    yield Path("deliver", "segment.deliver", deliveries(stage, "segment", BATCH), BATCH)


def _seconds(stage: Stage, path: Path, times: int) -> float:
    """How long a function of the hub's size computes for each piece of work, by the CPU that this machine takes."""
    with stage.inside(stage.function(f"{path.function}.handler")):
        handler = import_module(path.function).handler
        handler(path.event(0), Context())
        events = iter([path.event(time) for time in range(1, times + 1)])
        return cpu_ms(lambda: handler(next(events), Context()), times) / 1_000 / path.number / VCPU


def _updates(month: int, seconds: Seconds) -> Row:
    together = formula.batch(month)
    in_bulk = together >= formula.FEWEST_IN_BULK
    parts = {name: seconds[name] for name in ("ingest", "apply in bulk" if in_bulk else "apply")}
    waiting = AWS_SECONDS + formula.CALL_SECONDS / (together if in_bulk else min(together, formula.CALLS_AT_ONCE))
    return _row("updates, one in a request", month, formula.updates(month, 1, counted()), parts, waiting)


def _events(month: int, seconds: Seconds) -> Row:
    parts = {name: seconds[name] for name in ("webhook", "fan-out", "deliver")}
    waiting = 4 * AWS_SECONDS + formula.CALL_SECONDS / formula.batch(month)
    return _row("events to one CDP", month, formula.outbound(month, counted()), parts, waiting)


def _row(name: str, month: int, usage: Usage, parts: Seconds, waiting: float) -> Row:
    lambdas = {"lambda_gb_seconds": formula.MEMORY_GB * month * (sum(parts.values()) + waiting)}
    dollars = sum(formula.dollars(usage | lambdas, prices()).values()) * MILLION / month
    computing = ", ".join(f"{part} {1_000 * taken:.1f} ms" for part, taken in parts.items())
    title = f"a million {name}, of {month // MILLION} million a month"
    return Row(title, "dollars", Spread.of([dollars]), note=f"a function of 512 MB computes: {computing}")
