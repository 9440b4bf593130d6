"""`hubctl handout`: the page for whoever sets up the CDP."""

from pathlib import Path

import click

from cdphub.connections import list_keys
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.completion import CONNECTION
from tools.hubctl.connect import list_connections
from tools.hubctl.errors import WrongInputError
from tools.hubctl.handout import handout as page_of
from tools.hubctl.target import Target


@click.command()
@click.argument("cdp", type=click.Choice(list(load_profiles(FUNCTIONS))))
@click.option("--connection", "wanted", type=CONNECTION, help="Which, if several connections go to this CDP.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Write it there instead of to the terminal.",
)
@click.pass_obj
def handout(target: Target, cdp: str, wanted: str | None, output: Path | None) -> None:
    """Write the page for whoever sets up the CDP: URLs, headers, templates, events. No secret is on it.

    Example: hubctl handout braze --output braze.md
    """
    hub = target.hub()
    found = [each for each in list_connections(hub) if each.cdp == cdp and wanted in (None, each.id)]
    if len(found) != 1:
        there = ", ".join(each.id for each in found) or "none"
        raise WrongInputError(f"connection: name one that goes to {cdp} by --connection ID; there is {there}")
    [connection] = found
    ids = [key.application_id for key in list_keys(hub.store, connection)]
    if not ids:
        raise WrongInputError(f"connection: {connection.id} has no key: hubctl keys add {connection.id} makes one")
    page = page_of(load_profiles(FUNCTIONS)[cdp], connection, ids, target.url())
    if output is None:
        click.echo(page, nl=False)
    else:
        output.write_text(page)
        click.echo(f"{output} is for whoever sets up {connection.id}; hand the secret key over by another way.")
