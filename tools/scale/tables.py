"""The tables of docs/scale.md."""

from collections.abc import Iterator

from tools.cost.calls import CALLS_OF_A_THOUSAND
from tools.cost.data import Counted, counted, prices
from tools.cost.formula import BUSY, FANOUT_SECONDS, INGEST_SECONDS
from tools.cost.idle import METRICS_OF_A_CONNECTION
from tools.scale import demand, plans
from tools.scale.met import met_at, nearest, shares
from tools.scale.plans import A_MINUTE, rooms
from tools.scale.quotas import Quota, quotas
from tools.tables import Table

SIZES = [10**power for power in range(6, 11)]
PROJECTS = [10**power for power in range(1, 6)]
PLAN = "Organization"
CALLS = {"custom events": 1_000, "updates, 1,000 in a request": CALLS_OF_A_THOUSAND}
"""The dearest and the cheapest traffic, and how many calls a thousand take."""

NAMES = {10**3: "thousand", 10**6: "million", 10**9: "billion"}


def tables() -> Iterator[Table]:
    """All of them, in the order of the page."""
    work, limits = counted(), quotas()
    yield _plans(work)
    for kind, spent in CALLS.items():
        yield _first_of_all(kind, spent, work, limits)
    yield _first(work, limits)
    yield _met(work, limits)
    yield _of_projects(work, limits)
    yield _quotas(limits)
    yield _measured()


def _plans(work: dict[str, Counted]) -> Table:
    header = ("a project's", *(f"{plan}, by {what}" for plan in A_MINUTE for what in ("the minute", "the cycle")))
    rows = [(kind, *(large(number) for pair in found for number in pair)) for kind, found in rooms(work).items()]
    return Table("Events a month for which a plan has room", header, rows)


def _first_of_all(kind: str, spent: float, work: dict[str, Counted], limits: dict[str, Quota]) -> Table:
    """By events a month and by the projects that share them."""

    def cell(events: int, projects: int) -> str:
        asked = demand.both(demand.traffic(work)[kind](events), demand.projects(projects, work, events))
        name, used = nearest(asked, limits)
        of_plan = plans.share(events, projects, PLAN, spent)
        return f"{PLAN}'s calls, {share(of_plan)}" if of_plan > used else f"{limits[name].what}, {share(used)}"

    rows = [(f"{projects:,}", *(cell(events, projects) for events in SIZES)) for projects in PROJECTS]
    return Table(f"The quota that is nearest: {kind}", ("projects", *map(large, SIZES)), rows)


def _first(work: dict[str, Counted], limits: dict[str, Quota]) -> Table:
    rows = []
    for kind, asks in demand.traffic(work).items():
        found = [nearest(asks(size), limits) for size in SIZES]
        rows.append((kind, *(f"{limits[name].what}, {share(used)}" for name, used in found)))
    return Table("The quota that is nearest, by events a month", ("", *map(large, SIZES)), rows)


def _met(work: dict[str, Counted], limits: dict[str, Quota]) -> Table:
    kinds = demand.traffic(work)
    rows = []
    for quota in limits.values():
        sizes = [met_at(quota, asks) for asks in kinds.values()]
        if any(sizes):
            rows.append((quota.what, *(large(size) if size else "" for size in sizes)))
    return Table("Events a month at which each quota is met", ("", *kinds), rows)


def _of_projects(work: dict[str, Counted], limits: dict[str, Quota]) -> Table:
    asked = [shares(demand.projects(number, work), limits) for number in PROJECTS]
    rows = []
    for name in asked[0]:
        size = met_at(limits[name], lambda number: demand.projects(number, work))
        rows.append((limits[name].what, *(share(used[name]) for used in asked), large(size) if size else ""))
    dollars = [number * METRICS_OF_A_CONNECTION * prices()["metrics"].dollars for number in PROJECTS]
    rows.append(("dollars a month for their metrics", *(f"{spent:,.0f}" for spent in dollars), "no quota"))
    return Table("Of each quota, by projects", ("", *(f"{number:,}" for number in PROJECTS), "met at"), rows)


def _quotas(limits: dict[str, Quota]) -> Table:
    rows = [
        (
            f"[{quota.what}]({quota.source})",
            f"{quota.limit:,.0f}" + (f" a {quota.per}" if quota.per else ""),
            quota.of,
            quota.raised,
            "yes" if quota.verified else "no",
        )
        for quota in limits.values()
    ]
    return Table("Quotas", ("", "at most", "for each", "raised by", "verified"), rows)


def _measured() -> Table:
    rows = [
        ("part of the month in which all traffic comes (assumed)", f"{BUSY:g}"),
        ("taking a request, and fanning an event out, seconds (assumed)", f"{INGEST_SECONDS:g}, {FANOUT_SECONDS:g}"),
        ("CPU of a call to DynamoDB, milliseconds (measured)", f"{demand.AWS_CALL_MS:g}"),
        ("CPU of the workers' own code for an update, milliseconds (measured)", f"{demand.UPDATE_MS:g}"),
        ("calls to DynamoDB for an update (counted)", f"{demand.CALLS_OF_AN_UPDATE}"),
        ("calls to DynamoDB for a custom event (counted)", f"{demand.CALLS_OF_AN_EVENT}"),
        ("calls to DynamoDB of a sweep for an idle project (counted)", f"{demand.CALLS_OF_A_SWEEP}"),
        ("a function's part of a processor, at 512 MB", f"{demand.VCPU:.2f}"),
        ("workers that read each project's secrets, once in five minutes", f"{demand.WORKERS}"),
        ("a project's record, bytes (assumed)", f"{demand.RECORD_BYTES}"),
    ]
    return Table("Measured, counted and assumed", ("", "value"), rows)


def share(used: float) -> str:
    """A share of a quota: per cent up to all of it, then how many times that."""
    if used < 0.01:
        return "under 1 %"
    return f"{used:.0%}".replace("%", " %") if used < 1 else f"**{used:,.1f} times**"


def large(number: float) -> str:
    """A large number in two digits and words."""
    rounded = float(f"{number:.2g}")
    unit = max((size for size in NAMES if size <= rounded), default=1)
    return f"{rounded / unit:g} {NAMES.get(unit, '')}".strip()
