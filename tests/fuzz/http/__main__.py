"""`python -m tests.fuzz.http`: requests of the document to a local cloud of its own; the last line is the verdict."""

import sys
import tempfile
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from tests.e2e.clouds import Clouds
from tests.e2e.hub import Hub
from tests.fuzz.__main__ import shown
from tests.fuzz.fuzz import Told
from tests.fuzz.http.fuzz import OPERATIONS, exceptions, fuzz
from tests.fuzz.targets import Target

TIME_SCALE = 0.1
"""Time passes slowly, or the slowness of this machine would be taken for a vendor's."""

BROKEN = 10
"""After so many requests one more comes while nothing can be stored."""

CALLERS = 6
"""How many call at once."""

PLENTY = {"api_calls": {"calls": 1_000_000, "seconds": 60}}


@click.command()
@click.option("--requests", "number", default=5_000, show_default=True, help="How many in all.")
def main(number: int) -> None:
    """Send good and bad requests to every route."""
    with tempfile.TemporaryDirectory() as folder:
        clouds = Clouds(lambda: Path(folder))
        try:
            is_good = _all_under_fire(clouds.at(TIME_SCALE), number)
        finally:
            clouds.stop()
    click.echo(f"fuzz over HTTP: {'passed' if is_good else 'FAILED'}")
    sys.exit(not is_good)


def _all_under_fire(hub: Hub, number: int) -> bool:
    hub.voucherify.set("limits", PLENTY)
    share = -(-number // len(OPERATIONS))
    found = _round(hub, share, may_be_busy=False)
    with hub.aws.failing({"match": "SendMessageBatch"}):
        found += _round(hub, share // BROKEN or 1, may_be_busy=True)
    raised = list(exceptions(hub.folder))
    for text in raised:
        click.echo(text)
    told = sum((each.told for each in found), Counter())
    in_trouble = sum(bool(each.trouble) for each in found)
    click.echo(
        f"{told.total():,} requests by {len(OPERATIONS)} callers: {shown(told)}; trouble at {in_trouble}; ", nl=False
    )
    click.echo(f"{len(raised)} exceptions that nobody caught")
    return not in_trouble and not raised and told.total() >= number


@dataclass
class Found:
    """What a caller was told, and the trouble with its traceback."""

    told: Told
    trouble: str = ""


def _round(hub: Hub, number: int, *, may_be_busy: bool) -> list[Found]:
    """So many requests by each caller, several of whom call at once."""
    call = partial(_call, hub, number, may_be_busy)
    with ProcessPoolExecutor(CALLERS) as callers:
        return list(callers.map(call, OPERATIONS))


def _call(hub: Hub, number: int, may_be_busy: bool, target: Target) -> Found:
    found = Found(Counter())
    try:
        fuzz(hub, target, number, found.told, may_be_busy=may_be_busy)
    except Exception:
        found.trouble = "\n" + traceback.format_exc()
    click.echo(f"{target}: {shown(found.told)}{found.trouble}")
    return found


if __name__ == "__main__":
    main()
