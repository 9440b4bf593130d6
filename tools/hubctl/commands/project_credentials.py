"""`hubctl project credentials`: keys and webhook secrets anew."""

import click

from tools.hubctl import ask
from tools.hubctl.check import check_keys
from tools.hubctl.completion import PROJECT
from tools.hubctl.project_credentials import change_credentials
from tools.hubctl.projects import find_project, unchecked
from tools.hubctl.target import Target


@click.command()
@click.argument("project_id", type=PROJECT)
@click.option("--application-id", metavar="ID", help="Application ID of another API key. [default: as it is]")
@click.option("--last-webhook-secret", is_flag=True, help="Let no webhook secret be valid but the newest.")
@click.option(
    "--management-project", metavar="ID", help="Also ask for keys of the Management API, for this project there."
)
@click.option("--no-check", is_flag=True, help="Do not try the API key at Voucherify first.")
@click.pass_obj
def credentials(
    target: Target,
    project_id: str,
    application_id: str | None,
    last_webhook_secret: bool,
    management_project: str | None,
    no_check: bool,
) -> None:
    """Give a project its keys and webhook secrets anew; what is left empty stays as it is.

    Asks for VOUCHERIFY_SECRET_KEY and VOUCHERIFY_WEBHOOK_SECRET; with --management-project also for
    VOUCHERIFY_MANAGEMENT_ID and VOUCHERIFY_MANAGEMENT_TOKEN. Another API key is tried first, with one call that changes
    nothing. Another webhook secret becomes valid beside those that are there, so that no webhook is refused while
    Voucherify changes from one to the other.

    Example: hubctl project credentials shop --application-id 0f8e5b0e-6f0c-4c59-9a0e-6a1d0c1c5d7e
    """
    hub = target.hub()
    project = find_project(hub, project_id)
    changed = change_credentials(
        hub,
        project,
        application_id=application_id,
        secret_key=ask.api_key_secret(),
        webhook_secret=ask.webhook_secret(),
        last_webhook_secret=last_webhook_secret,
        management=ask.management_keys(management_project) if management_project else None,
        check=unchecked if no_check else check_keys,
    )
    click.echo(f"Project {project.id}: application ID {changed.application_id}; functions know it in five minutes.")
    if len(changed.webhook_secrets) > 1:
        click.echo(f"{len(changed.webhook_secrets)} webhook secrets are valid. Once Voucherify signs with the newest:")
        click.echo(f"  hubctl project credentials {project.id} --last-webhook-secret")
