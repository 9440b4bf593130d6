"""`hubctl backfill`: customers that a CDP has, from a file to Voucherify."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from cdphub.connections import read_project
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.backfill import Backfill, told_of
from tools.hubctl.backfill_progress import Notes, Progress
from tools.hubctl.completion import CONNECTION
from tools.hubctl.errors import WrongInputError
from tools.hubctl.filters import Moment
from tools.hubctl.found import found
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.visible import cell

CDPS = [cdp for cdp, profile in load_profiles(FUNCTIONS).items() if profile.customers]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "cdp", type=click.Choice(CDPS), required=True, help="Whose items the lines are.")
@click.option(
    "--connection",
    "connection_id",
    metavar="ID",
    type=CONNECTION,
    required=True,
    help="The connection that brings them.",
)
@click.option("--as-of", "as_of_ms", type=Moment(), help="When the data was exported: 2h, 3d, ISO. [default: 90d]")
@click.option("--dry-run", is_flag=True, help="Only read the file, and say what would be sent.")
@click.option("--json", "as_json", is_flag=True, help="The report as a JSON object.")
@click.pass_obj
def backfill(
    target: Target, file: Path, cdp: str, connection_id: str, as_of_ms: int | None, dry_run: bool, as_json: bool
) -> None:
    """Bring the customers of FILE to Voucherify; each line is one item as the CDP sends it.

    Lines become what requests of the CDP become, a thousand customers to a bulk call, and only while nothing live of
    the project waits. A field that came live after --as-of wins over the file's; so does all of the last 90 days
    unless that is given. Events and erasures are left out. What is wrong with lines goes to FILE.rejected.ndjson.

    Ctrl-C leaves FILE.progress, and the same command, without --as-of, goes on from there.

    Example: hubctl backfill customers.ndjson --as segment --connection segment-1f2e3d4c
    """
    work = _backfill(target, file, cdp, connection_id, as_of_ms)
    progress = work.begin()
    if dry_run:
        progress.bulk_calls = work.look_ahead(progress)
        _tell(progress, 0, as_json)
        return
    try:
        _run(work, progress)
    except KeyboardInterrupt:
        again = "the same command" if as_of_ms is None else "the same command without --as-of"
        click.echo(f"Stopped after line {progress.lines}; {again} goes on from there.", err=True)
        raise click.Abort from None
    _tell(progress, work.dead_letters(progress), as_json)
    if progress.reasons:
        click.echo(f"What was left out, and why: {Notes(file).report}", err=True)


def _backfill(target: Target, file: Path, cdp: str, connection_id: str, as_of_ms: int | None) -> Backfill:
    hub = target.hub()
    connection, profile = found(hub, connection_id)
    if connection.cdp != cdp:
        raise WrongInputError(f"--as: {connection.id} is a connection to {connection.cdp}, not to {cdp}")
    project = read_project(hub.store, connection.project)
    if project is None:
        raise WrongInputError(f"connection: {connection.id} is of the project {connection.project}, which is not there")
    return Backfill(hub, file, profile, connection, project, as_of_ms)


def _run(work: Backfill, progress: Progress) -> None:
    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task("Backfilling", total=work.file.stat().st_size, completed=progress.offset)

        def told(so_far: Progress) -> None:
            bar.update(task, completed=so_far.offset, description="Backfilling")

        work.run(progress, told, lambda reason: bar.update(task, description=reason))


def _tell(progress: Progress, dead_letters: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told_of(progress, dead_letters), indent=2))
        return
    table = new_table("What", "Number")
    for name in ("lines", "accepted", "bulk_calls"):
        table.add_row(name.replace("_", " "), str(getattr(progress, name)))
    table.add_row("dead letters", str(dead_letters))
    for reason, number in progress.reasons.most_common():
        table.add_row(cell(f"left out: {reason}"), str(number))
    Console().print(table)
