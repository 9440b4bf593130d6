"""`make faults`, first part: the local cloud under faults; the last line is the verdict."""

import os
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.e2e.clouds import Clouds
from tests.faults.run import Runner
from tests.faults.verdict import SHOWN, report, violations


@click.command()
@click.option("--seed", default=1, show_default=True, help="Of the load, the faults and the kills.")
@click.option("--commands", default=2_000, show_default=True, help="Commands of CDPs, by all their routes.")
@click.option("--events", default=300, show_default=True, help="Events of Voucherify's, each to five CDPs.")
@click.option("--time-scale", default=10, show_default=True, help="How many times as fast the hub's clock runs.")
def main(seed: int, commands: int, events: int, time_scale: int) -> None:
    """Let everything fail at once on the local cloud, and see whether the guarantees hold."""
    began = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - began:6.0f} s  {text}", err=True)

    clouds = Clouds(lambda: Path(tempfile.mkdtemp()))
    before = dict(os.environ)
    try:
        run = Runner(clouds.at(time_scale), seed=seed, commands=commands, events=events, say=say).run()
        lines, found = list(report(run)), list(violations(run))
    finally:
        clouds.stop()
        os.environ.clear()
        os.environ.update(before)
    click.echo("\n".join(lines))
    for name, wrong in found:
        click.echo(f"{'VIOLATED' if wrong else 'ok':8}  {name}")
        for one in wrong[:SHOWN]:
            click.echo(f"          {one}")
    good = not any(wrong for _, wrong in found)
    click.echo(f"faults on the local cloud, seed {seed}: {'passed' if good else 'FAILED'}")
    sys.exit(not good)


if __name__ == "__main__":
    main()
