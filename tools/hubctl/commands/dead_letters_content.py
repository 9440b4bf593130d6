"""`hubctl dead-letters show` and `purge`: one letter in full, and letters that nobody will send again."""

import json
from itertools import islice
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from cdphub import order
from cdphub.times import utc
from tools.hubctl.dead_letters import Found, Wanted, find, told
from tools.hubctl.errors import WrongInputError
from tools.hubctl.filters import filtered
from tools.hubctl.target import Target
from tools.hubctl.visible import one_line


@click.command()
@click.argument("trace_id", metavar="TRACE_ID")
@click.option("--content", is_flag=True, help="Also what is in it, which is personal data.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_obj
def show(target: Target, trace_id: str, content: bool, as_json: bool) -> None:
    """Show the dead letters of a trace id, with the vendors' own words, which may quote a customer.

    Example: hubctl dead-letters show 0b5ff9e2-6a5f-4a0b-8f0e-0a6b1e1b5c1d
    """
    letters = [
        _in_full(found, content)
        for found in find(target.hub(), Wanted())
        if order.trace_id(found.letter.key) == trace_id
    ]
    if not letters:
        raise WrongInputError(
            f"trace id: no dead letter has {trace_id}; hubctl dead-letters list shows which there are"
        )
    if as_json:
        click.echo(json.dumps(letters, indent=2))
        return
    for letter in letters:
        for name, value in letter.items():
            text = json.dumps(value, indent=2) if isinstance(value, dict) else one_line(str(value))
            click.echo(f"{name:<11} {text}")
        click.echo()


@click.command()
@filtered
@click.option("--dry-run", is_flag=True, help="Only say how many would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(target: Target, /, limit: int, dry_run: bool, yes: bool, **wanted: Any) -> None:
    """Delete dead letters, which are never sent again then. They go by themselves after 90 days.

    Example: hubctl dead-letters purge --connection segment-1f2e3d4c --until 30d
    """
    hub = target.hub()
    letters = list(islice(find(hub, Wanted(**wanted)), limit))
    if len(letters) == limit:
        click.echo(f"These are the oldest {limit}; --limit takes in more.", err=True)
    if dry_run or not letters:
        click.echo(f"{len(letters)} dead letters would be deleted." if letters else "There are no such dead letters.")
        return
    if not yes:
        click.confirm(f"Delete {len(letters)} dead letters for good?", abort=True)
    deleted = 0
    try:
        for found in track(letters, "Deleting", console=Console(stderr=True)):
            # Not what has died once more meanwhile: that is a newer letter in the same place.
            hub.store.backlog.delete(found.connection.id, found.row.key, found.row.text)
            deleted += 1
    finally:
        click.echo(f"{deleted} dead letters are deleted.")


def _in_full(found: Found, content: bool) -> dict[str, Any]:
    letter = told(found, reasons=True) | {"first_tried": utc(found.letter.first_ms)}
    return letter | {"content": found.letter.payload} if content else letter
