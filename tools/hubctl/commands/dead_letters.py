"""`hubctl dead-letters`: what was refused for good, and how it is sent again."""

import json
from collections import Counter
from itertools import islice
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from cdphub.replay import Verdict
from tools.hubctl.commands.dead_letters_content import purge, show
from tools.hubctl.dead_letters import Found, Wanted, find, told
from tools.hubctl.filters import filtered
from tools.hubctl.replay import OFF, Replay
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.visible import cell

OUTCOMES = {
    Verdict.SEND: "sent",
    Verdict.SUPERSEDED: "superseded, kept",
    Verdict.ERASED: "customer erased, deleted",
    OFF: "connection off, kept",
}
"""What has become of letters, in the words of a summary."""

NONE = "There are no such dead letters."
ONLY_IN_JSON = ("project",)


@click.group("dead-letters")
def dead_letters() -> None:
    """What Voucherify or a CDP has refused for good; it is kept for 90 days."""


@dead_letters.command("list")
@filtered
@click.option("--reasons", is_flag=True, help="Show the vendors' own words, which may quote a customer.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array, with projects.")
@click.pass_obj
def list_them(target: Target, /, limit: int, reasons: bool, as_json: bool, **wanted: Any) -> None:
    """List dead letters, without what is in them.

    Example: hubctl dead-letters list --cdp segment --since 3d
    """
    letters, more = _found(target, wanted, limit)
    shown = [told(found, reasons=reasons) for found in letters]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        columns = [name for name in shown[0] if name not in ONLY_IN_JSON]
        table = new_table(*(name.replace("_", " ").capitalize() for name in columns))
        for one in shown:
            table.add_row(*(cell(one[name]) for name in columns))
        Console().print(table)
    else:
        click.echo(NONE)
    _tell_of_more(more)


@dead_letters.command()
@filtered
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@click.option("--force", is_flag=True, help="Let fields and audiences count as accepted now, older or not.")
@click.option(
    "--per-second",
    type=click.FloatRange(0, 100, min_open=True),
    default=5,
    show_default=True,
    help="How many to send in a second at most.",
)
@click.pass_obj
def replay(target: Target, /, limit: int, dry_run: bool, force: bool, per_second: float, **wanted: Any) -> None:
    """Send dead letters again, with the ids they had, and delete them from the list.

    Fields and audiences change nothing that is newer: such letters are superseded, and stay, unless --force lets them
    count as accepted now. Events come after those that were sent meanwhile. Ctrl-C leaves what is not sent yet.

    Example: hubctl dead-letters replay --cdp segment --failure config --dry-run
    """
    letters, more = _found(target, wanted, limit)
    if not letters:
        click.echo(NONE)
        return
    replaying = Replay(target.hub(), force, per_second)
    done: Counter[tuple[str, str]] = Counter()
    outcomes = replaying.judged(letters) if dry_run else replaying.run(letters)
    label = "Looking ahead" if dry_run else "Replaying"
    progress = track(zip(letters, outcomes, strict=True), label, total=len(letters), console=Console(stderr=True))
    try:
        for found, outcome in progress:
            done[found.connection.id, outcome] += 1
    finally:
        _tell_of(done, dry_run=dry_run)
    _tell_of_more(more)


def _found(target: Target, wanted: dict[str, Any], limit: int) -> tuple[list[Found], bool]:
    """As many letters as wanted, and whether there are more."""
    letters = list(islice(find(target.hub(), Wanted(**wanted)), limit + 1))
    return letters[:limit], len(letters) > limit


def _tell_of(done: Counter[tuple[str, str]], *, dry_run: bool) -> None:
    if not done:
        click.echo("Nothing was sent.")
        return
    table = new_table("Connection", "Would be" if dry_run else "Was", "Letters", title="Dry run" if dry_run else None)
    for (connection, outcome), letters in sorted(done.items()):
        table.add_row(connection, OUTCOMES[outcome], str(letters))
    Console().print(table)


def _tell_of_more(more: bool) -> None:
    if more:
        click.echo("There are more: narrow it down, or raise --limit.", err=True)


dead_letters.add_command(show)
dead_letters.add_command(purge)
