"""`python -m tests.e2e.ratios`: how much later events reach Segment because others are dead, 1.25 times at most (G5).

A benchmark of ratios within one run, each the median of several, by a clock as fast as the machine's; no test times.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tests.e2e.clouds import Clouds
from tests.e2e.exchange import wait_until
from tests.e2e.subscribed import Subscribed, subscribed

EVERY_SECONDS = 0.1
POSTERS = 8
WARM_UP = 50
"""So many events come first."""

DEAD = {"status": 503}
THROTTLED = {"status": 429}


@click.command()
@click.option("--runs", default=3, show_default=True)
@click.option("--events", default=300, show_default=True, help="Events of a run, ten a second.")
@click.option("--waiting", default=2_000, show_default=True, help="Events that wait for the dead neighbour already.")
def main(runs: int, events: int, waiting: int) -> None:
    """Prints p95 with and without the trouble, in milliseconds, and the ratio."""
    clouds = Clouds(lambda: Path(tempfile.mkdtemp()))
    before = dict(os.environ)
    try:
        hub = clouds.at(1)
        compare("CDPs", [of_cdps(subscribed(hub, f"cdps-{run}"), events) for run in range(runs)])
        compare("neighbours", [of_neighbours(subscribed(hub, f"pair-{run}"), events, waiting) for run in range(runs)])
    finally:
        clouds.stop()
        os.environ.clear()
        os.environ.update(before)


def compare(name: str, found: Sequence[tuple[float, float]]) -> None:
    """Prints what each run has found, and the median of the ratios."""
    for without, with_trouble in found:
        click.echo(f"{name}: p95 {without:.0f} ms without, {with_trouble:.0f} ms with, {with_trouble / without:.2f}")
    click.echo(f"{name}: median ratio {statistics.median(after / before for before, after in found):.2f}")


def of_cdps(project: Subscribed, events: int) -> tuple[float, float]:
    """Without and with a dead mParticle, and a Bloomreach that answers 429."""
    sinks = project.hub.sinks
    warm_up(project)
    without = p95(project, events, "well")
    project.hub.wait_until_quiet()
    with sinks["mparticle"].failing(DEAD), sinks["bloomreach"].failing(THROTTLED):
        with_trouble = p95(project, events, "ill")
    project.hub.wait_until_quiet()
    return without, with_trouble


def of_neighbours(project: Subscribed, events: int, waiting: int) -> tuple[float, float]:
    """The same of two connections of Segment, one of them dead and with much waiting."""
    with project.neighbour() as (connection, sink):
        warm_up(project)
        without = p95(project, events, "well")
        project.hub.wait_until_quiet()
        with sink.failing(DEAD):
            project.park(connection, [f"waiting-{number}" for number in range(waiting)])
            with_trouble = p95(project, events, "ill")
        project.hub.wait_until_quiet()
    return without, with_trouble


def warm_up(project: Subscribed) -> None:
    """Has every function started, and nothing left of that."""
    p95(project, WARM_UP, "first")
    project.hub.wait_until_quiet()


def p95(project: Subscribed, events: int, name: str) -> float:
    """Of the times from an event's webhook to its arrival at Segment."""
    posted: dict[str, float] = {}
    people = [f"{project.project}-{name}-{number}" for number in range(events)]
    began = time.monotonic()

    def post(number: int) -> None:
        time.sleep(max(0.0, began + number * EVERY_SECONDS - time.monotonic()))
        posted[people[number]] = time.time() * 1000
        project.post([people[number]])

    with ThreadPoolExecutor(POSTERS) as pool:
        list(pool.map(post, range(events)))
    wait_until(lambda: len(project.arrived("segment", people)) == events)
    arrived = {item["userId"]: item["receivedAt"] for item in project.hub.sinks["segment"].shows("delivered")}
    times = [arrived[person] - posted[person] for person in people]
    return float(statistics.quantiles(times, n=20)[-1])


if __name__ == "__main__":
    main()
