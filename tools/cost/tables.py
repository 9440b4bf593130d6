"""The tables of docs/cost.md."""

from collections.abc import Callable, Iterator
from functools import partial

from tools.cost import calls, formula, idle
from tools.cost.data import Counted, Price, counted, prices
from tools.cost.formula import Usage, dollars
from tools.local import ROOT
from tools.local.template import Template
from tools.tables import Table

MILLION = 1_000_000
MONTHS = (MILLION, 10 * MILLION, 100 * MILLION)

SERVICES = {
    "API Gateway": ("api_requests",),
    "Lambda": ("lambda_requests", "lambda_gb_seconds"),
    "SQS": ("sqs_requests", "sqs_fair"),
    "DynamoDB": ("dynamodb_reads", "dynamodb_writes"),
    "CloudWatch": ("log_bytes", "metrics", "alarm_metrics", "dashboards"),
}


def tables() -> Iterator[Table]:
    """All of them, in the order of the page."""
    work, listed = counted(), prices()
    yield _calls(work)
    yield _months(work, listed)
    yield _services(work, listed)
    yield _work(work)
    yield _assumed()
    yield _prices(listed)


def _calls(work: dict[str, Counted]) -> Table:
    rows = [
        (kind, _number(spent), *(_number(calls.in_a_cycle(plan, spent)) if spent else "any" for plan in calls.PLANS))
        for kind, spent in calls.per_thousand(work).items()
    ]
    return Table("Calls to Voucherify", ("", "calls for 1,000", *(f"in a cycle of {p}" for p in calls.PLANS)), rows)


def _traffic(work: dict[str, Counted]) -> dict[str, Callable[[float], Usage]]:
    return {
        "in: updates of customers, one in a request": lambda n: formula.updates(n, 1, work),
        "in: updates of customers, 1,000 in a request": lambda n: formula.updates(n, 1_000, work),
        "in: custom events, one in a request": partial(formula.custom_events, counted=work),
        "out: events of Voucherify, to one CDP": partial(formula.outbound, counted=work),
        "publications": partial(formula.answered, "publication", counted=work),
        "lookups": partial(formula.answered, "lookup", counted=work),
    }


def _months(work: dict[str, Counted], listed: dict[str, Price]) -> Table:
    rows = [
        (name, *(_dollars(sum(dollars(usage(n), listed).values())) for n in MONTHS))
        for name, usage in _traffic(work).items()
    ]
    return Table("Dollars a month", ("", *(f"{n // MILLION} million" for n in MONTHS)), rows)


def _services(work: dict[str, Counted], listed: dict[str, Price]) -> Table:
    usages = {name: usage(10 * MILLION) for name, usage in _traffic(work).items()}
    usages["nothing at all (idle)"] = idle.idle(Template(ROOT / "template.yaml", {"Cluster": "us"}), work)
    rows = []
    for name, usage in usages.items():
        paid = dollars(usage, listed)
        parts = [sum(paid.get(part, 0) for part in parts) for parts in SERVICES.values()]
        rows.append((name, *map(_dollars, parts), _dollars(sum(parts))))
    return Table("Dollars for 10 million, by service", ("", *SERVICES, "in all"), rows)


def _work(work: dict[str, Counted]) -> Table:
    rows = [(kind, *map(_number, (each.reads, each.writes, each.calls, each.lines))) for kind, each in work.items()]
    return Table("Counted work", ("", "read units", "write units", "calls", "lines"), rows)


def _assumed() -> Table:
    rows = [
        ("part of the month in which all traffic comes", _number(formula.BUSY)),
        ("memory of a function, GB; twice that for publications", _number(formula.MEMORY_GB)),
        ("taking a request, seconds", f"{formula.INGEST_SECONDS}"),
        ("fanning an event out, seconds", f"{formula.FANOUT_SECONDS}"),
        ("a call to Voucherify or a CDP, with the rows around it, seconds", _number(formula.CALL_SECONDS)),
        ("a sweep with nothing to do, seconds", _number(idle.SWEEP_SECONDS)),
        ("pollers of an idle queue", _number(idle.POLLERS)),
        ("metrics of a connection without trouble", _number(idle.METRICS_OF_A_CONNECTION)),
        ("metrics of a project without trouble", _number(idle.METRICS_OF_A_PROJECT)),
        ("a command in a message, bytes", _number(formula.COMMAND_BYTES)),
        ("a line of the access log, bytes", _number(formula.ACCESS_LINE_BYTES)),
        ("a line that a function writes, bytes", _number(formula.FUNCTION_LINE_BYTES)),
        ("what Lambda writes of an invocation, bytes", _number(formula.INVOCATION_BYTES)),
    ]
    return Table("Assumed", ("", "value"), rows)


def _prices(listed: dict[str, Price]) -> Table:
    rows = [
        (
            f"[{price.what}]({price.source})",
            f"{price.dollars:g}",
            _number(price.per),
            price.as_of,
            _yes(price.verified),
        )
        for price in listed.values()
    ]
    return Table("Prices in us-east-1", ("", "dollars", "for", "as of", "verified"), rows)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _dollars(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.1f}".removesuffix(".0")
