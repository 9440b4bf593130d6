"""`python -m tests.fuzz.http`: requests of the document to a local cloud of its own; the last line is the verdict."""

import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import click

from tests.e2e.clouds import Clouds
from tests.e2e.hub import Hub
from tests.fuzz.__main__ import shown
from tests.fuzz.fuzz import Told
from tests.fuzz.http.fuzz import OPERATIONS, exceptions, fuzz
from tests.fuzz.targets import Target

TIME_SCALE = 0.2
"""Time passes slowly, or the slowness of this machine would be taken for a vendor's."""

BROKEN = 10
"""After so many requests one more comes while nothing can be stored."""

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
    told: Told = Counter()
    found = 0
    share = -(-number // len(OPERATIONS))
    for target in OPERATIONS:
        statuses, trouble = _under_fire(hub, target, share)
        told += statuses
        found += bool(trouble)
        click.echo(f"{target}: {shown(statuses)}{trouble}")
    raised = list(exceptions(hub.folder))
    for text in raised:
        click.echo(text)
    click.echo(f"{told.total():,} requests by {len(OPERATIONS)} callers: {shown(told)}; trouble at {found}; ", nl=False)
    click.echo(f"{len(raised)} exceptions that nobody caught")
    return not found and not raised and told.total() >= number


def _under_fire(hub: Hub, target: Target, number: int) -> tuple[Told, str]:
    """What was answered, and the trouble with its traceback."""
    told: Told = Counter()
    broken = number // BROKEN or 1
    try:
        fuzz(hub, target, number, told, may_be_busy=False)
        with hub.aws.failing({"match": "SendMessageBatch"}):
            fuzz(hub, target, broken, told, may_be_busy=True)
    except Exception:
        return told, "\n" + traceback.format_exc()
    return told, ""


if __name__ == "__main__":
    main()
