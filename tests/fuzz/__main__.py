"""`make fuzz`: so many bodies, shared out among all routes; the last line is the verdict."""

import logging
import os
import sys
import traceback
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import click

from tests.fuzz.fuzz import Told, fuzz
from tests.fuzz.targets import Target, targets


@click.command()
@click.option("--bodies", "number", default=95_000, show_default=True, help="How many in all.")
def main(number: int) -> None:
    """Send hostile bodies to every route."""
    every = list(targets())
    told: Counter[int] = Counter()
    found = 0
    for target in every:
        statuses, trouble = _under_fire(target, -(-number // len(every)))
        told += statuses
        found += bool(trouble)
        click.echo(f"{target}: {shown(statuses)}{trouble}")
    click.echo(f"{told.total():,} bodies at {len(every)} routes: {shown(told)}; trouble at {found}")
    is_good = not found and told.total() >= number
    click.echo(f"fuzz: {'passed' if is_good else 'FAILED'}")
    sys.exit(not is_good)


def _under_fire(target: Target, number: int) -> tuple[Told, str]:
    """What was answered, and the trouble with its traceback."""
    told: Told = Counter()
    # What functions log and count is not what this is about.
    logging.disable()
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            fuzz(target, number, told)
    except Exception:
        return told, "\n" + traceback.format_exc()
    return told, ""


def shown(told: Told) -> str:
    """How often each status was answered, as text."""
    return ", ".join(f"{number:,} x {status}" for status, number in sorted(told.items()))


if __name__ == "__main__":
    main()
