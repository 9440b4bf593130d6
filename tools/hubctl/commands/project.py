"""`hubctl project`: Voucherify projects."""

from typing import Any

import click

from cdphub.connections import Project, read_project_secrets
from tools.hubctl import ask, options, webhooks
from tools.hubctl.check import check_cluster, check_keys
from tools.hubctl.commands.project_cdp_key import cdp_key
from tools.hubctl.commands.project_credentials import credentials
from tools.hubctl.commands.project_records import COMMANDS
from tools.hubctl.errors import WrongInputError
from tools.hubctl.projects import CLUSTERS, IDENTITY, add_project, cluster_url, unchecked
from tools.hubctl.target import Target


@click.group()
def project() -> None:
    """Voucherify projects."""


@project.command()
@click.argument("project_id", metavar="ID")
@click.option("--name", help="What people call it. [default: the id]")
@click.option("--cluster", metavar="|".join(CLUSTERS), help="The Voucherify cluster it lives in.")
@click.option("--api-url", metavar="URL", help="The API URL of a cluster of its own, instead of --cluster.")
@click.option(
    "--application-id",
    envvar="VOUCHERIFY_APPLICATION_ID",
    show_envvar=True,
    required=True,
    metavar="ID",
    help="Application ID of its API key.",
)
@click.option(
    "--management-project", metavar="ID", help="The project's id in the Management API (Enterprise), such as proj_..."
)
@click.option("--other-cluster", is_flag=True, help="Also if the stack serves another: data leaves the region.")
@click.option("--no-check", is_flag=True, help="Do not try the API key at Voucherify first.")
@click.pass_obj
def add(
    target: Target,
    /,
    project_id: str,
    name: str | None,
    cluster: str | None,
    api_url: str | None,
    application_id: str,
    management_project: str | None,
    other_cluster: bool,
    no_check: bool,
    **settings: Any,
) -> None:
    """Add the project ID, or replace all of it but its connections; settings that are not given get their defaults.

    Asks for the API key's secret, VOUCHERIFY_SECRET_KEY, and for VOUCHERIFY_WEBHOOK_SECRET: empty if there is none yet,
    or if those that are there are to stay. With --management-project it also asks for VOUCHERIFY_MANAGEMENT_ID and
    VOUCHERIFY_MANAGEMENT_TOKEN. The API key is tried with one call that changes nothing. hubctl project set changes
    settings alone, hubctl project credentials the keys.

    Example: hubctl project add shop --cluster eu --application-id ID
    """
    url = _api_url(cluster, api_url)
    hub, hub_url = target.hub(), target.url()
    if not other_cluster:
        check_cluster(target.cluster_url(), url)
    secret_key, webhook_secret = ask.api_key_secret(), ask.webhook_secret()
    management = ask.management_keys(management_project) if management_project else None
    added = add_project(
        hub,
        project_id=project_id,
        name=name or project_id,
        api_url=url,
        application_id=application_id,
        secret_key=secret_key,
        webhook_secrets=[webhook_secret] if webhook_secret else [],
        settings=options.given(settings),
        management=management,
        check=unchecked if no_check else check_keys,
    )
    click.echo(f"Project {added.id} uses {added.api_url}")
    click.echo(f"Webhook URL to paste into Voucherify: {hub_url}/voucherify/webhooks/{added.id}")
    for line in webhooks.advice():
        click.echo(f"  {line}")
    if not webhook_secret and not read_project_secrets(hub.secrets, added.id).webhook_secrets:
        click.echo(f"Without their secret, webhooks are refused: hubctl project credentials {added.id} asks for it.")


add.params.extend(options.of_settings(Project, without=IDENTITY))
for command in (*COMMANDS, credentials, cdp_key):
    project.add_command(command)


def _api_url(cluster: str | None, api_url: str | None) -> str:
    if cluster and not api_url:
        return cluster_url(cluster)
    if api_url and not cluster:
        return api_url
    raise WrongInputError("give either --cluster or --api-url")
