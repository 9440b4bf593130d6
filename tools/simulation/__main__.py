"""`python -m tools.simulation`: many seeds, and a last line like `seeds=100 commands=20000 ... violations=0`."""

import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import click
from rich.console import Console
from rich.progress import Progress

from tools.simulation.run import SCENARIOS, Result, run
from tools.simulation.trouble import RATES

TOLD = ("commands", "kills", "stalls", "failures", "late", "repeats", "calls", "shop_calls", "shop_refused", "minutes")
TRACED_LINES = 300

console = Console(stderr=True, soft_wrap=True, highlight=False)


@click.command()
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), default="inbound", show_default=True)
@click.option("--seeds", default=100, show_default=True, help="How many seeds to play.")
@click.option("--first-seed", default=0, show_default=True, help="The seed to begin with.")
@click.option("--customers", default=10, show_default=True)
@click.option("--commands", default=20, show_default=True, help="Commands of each customer.")
@click.option("--faults", type=click.Choice(list(RATES)), default="usual", show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--stop", is_flag=True, help="Stop at the first violation.")
@click.option("--trace", is_flag=True, help="Show what happened to the customers that a violation is about.")
def main(
    scenario: str,
    seeds: int,
    first_seed: int,
    customers: int,
    commands: int,
    faults: str,
    processes: int,
    stop: bool,
    trace: bool,
) -> None:
    """Plays a scenario with many seeds; fails if a guarantee did not hold."""
    play = partial(run, scenario=SCENARIOS[scenario](customers, commands), rates=RATES[faults], traced=trace)
    counts: Counter[str] = Counter()
    for result in _results(play, range(first_seed, first_seed + seeds), processes):
        counts += result.counts + Counter(seeds=1, violations=len(result.violations))
        _show(result)
        if stop and result.violations:
            break
    told = " ".join(f"{name}={counts[name]}" for name in ("seeds", *TOLD, "violations"))
    click.echo(told)
    sys.exit(counts["violations"] > 0)


def _results(play: Callable[[int], Result], seeds: range, processes: int) -> Iterator[Result]:
    """The results in the order of the seeds."""
    with Progress(console=console, transient=True) as progress:
        if processes == 1:
            yield from progress.track(map(play, seeds), total=len(seeds), description="seeds")
            return
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            yield from progress.track(pool.imap(play, seeds), total=len(seeds), description="seeds")


def _show(result: Result) -> None:
    for violation in result.violations:
        console.print(f"seed {result.seed}: {violation}", markup=False)
        for line in result.about(violation)[-TRACED_LINES:]:
            console.print(f"    {line}", markup=False)


if __name__ == "__main__":
    main()
