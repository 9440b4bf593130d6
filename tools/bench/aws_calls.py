"""How many calls of AWS's API a warm instance makes on each path, Lambda's own calls of SQS left out."""

from collections.abc import Iterator
from importlib import import_module

from tools.bench.paths import Path, deliveries, same, updates, webhooks
from tools.bench.row import Row, counted
from tools.bench.stage import Stage, staged
from tools.bench.starting import Context

INGEST = ("segment/identify", "mparticle/events", "bloomreach/customers", "braze/audience-add")
WEBHOOK = "voucherify/webhook-customer-redemption-succeeded"


def measure(_quick: bool) -> list[Row]:
    """In: a request, and updates on their way to Voucherify. Out: a webhook, its fan-out, and batches for a CDP."""
    with staged() as stage:
        return [_row(stage, path) for path in (*_inbound(stage), *_outbound(stage))]


def _row(stage: Stage, path: Path) -> Row:
    """Of the second time: by then what an instance keeps has been read, and the customers are known."""
    with stage.inside(stage.function(f"{path.function}.handler")):
        handler = import_module(path.function).handler
        handler(path.event(0), Context())
        stage.take_counts()
        handler(path.event(1), Context())
        counts = stage.take_counts()
    note = ", ".join(f"{operation} {number}" for operation, number in sorted(counts.items()))
    return counted(f"AWS calls, {path.name}", "calls", counts.total() / path.number, note=note or "none")


def _inbound(stage: Stage) -> Iterator[Path]:
    for name in INGEST:
        yield Path(f"ingest, {name}, a request", f"{name.partition('/')[0]}.ingest", same(stage.events[name]))
    for number in (1, 10, 100):
        yield Path(f"apply, {number} updates together, a command", "voucherify.apply", updates(stage, number), number)


def _outbound(stage: Stage) -> Iterator[Path]:
    yield Path("webhook, an event", "voucherify.webhook", same(stage.events[WEBHOOK]))
    cdps = sum(f"{cdp}/deliver" in stage.events for cdp in stage.cdps)
    yield Path(f"fan-out, an event to {cdps} CDPs", "voucherify.fanout", webhooks(stage))
    for cdp in stage.cdps:
        for number in (1, 100):
            name = f"deliver to {cdp}, batch of {number}, an event"
            yield Path(name, f"{cdp}.deliver", deliveries(stage, cdp, number), number)
