"""`hubctl project cdp-key`: a Voucherify key pair for what one CDP alone asks."""

import click

from tools.hubctl import ask
from tools.hubctl.check import check_keys
from tools.hubctl.completion import PROJECT
from tools.hubctl.errors import WrongInputError
from tools.hubctl.keys import ASKING
from tools.hubctl.project_credentials import drop_cdp_key, put_cdp_key
from tools.hubctl.projects import find_project, unchecked
from tools.hubctl.target import Target


@click.command("cdp-key")
@click.argument("project_id", type=PROJECT)
@click.argument("cdp", metavar="CDP", type=click.Choice(ASKING))
@click.option("--application-id", metavar="ID", help="Application ID of the API key that is this CDP's own.")
@click.option("--drop", is_flag=True, help="Use the project's key pair for this CDP again.")
@click.option("--no-check", is_flag=True, help="Do not try the API key at Voucherify first.")
@click.pass_obj
def cdp_key(target: Target, project_id: str, cdp: str, application_id: str | None, drop: bool, no_check: bool) -> None:
    """Give a CDP a Voucherify key pair of its own, for the codes and lookups that it asks for.

    Voucherify's Audit Log then names that key. What is applied to customers is merged from all CDPs, and always goes by
    the project's pair. Asks for VOUCHERIFY_SECRET_KEY, and tries it with one call that changes nothing.

    Example: hubctl project cdp-key shop braze --application-id 0f8e5b0e-6f0c-4c59-9a0e-6a1d0c1c5d7e
    """
    hub = target.hub()
    project = find_project(hub, project_id)
    if drop == (application_id is not None):
        raise WrongInputError("application_id: give either --application-id or --drop")
    if application_id is None:
        drop_cdp_key(hub, project, cdp)
    else:
        put_cdp_key(hub, project, cdp, application_id, ask.api_key_secret(), unchecked if no_check else check_keys)
    owner = f"its own pair {application_id}" if application_id else "the project's pair"
    click.echo(f"Project {project.id}: {cdp} uses {owner}; functions know it in five minutes.")
