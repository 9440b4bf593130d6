"""`hubctl connect`: one command per CDP, made from its profile."""

from typing import Any

import click

from cdphub.connections import Connection, read_project_secrets
from cdphub.credentials import Pair
from cdphub.hub import Hub
from cdphub.profile import Profile, load_profiles
from tools.hubctl import FUNCTIONS, ask, lists, options
from tools.hubctl.active import wait_until_active
from tools.hubctl.completion import PROJECT
from tools.hubctl.connect import connect as make_connection
from tools.hubctl.presented import addresses
from tools.hubctl.projects import find_project
from tools.hubctl.shown import show_key, trial
from tools.hubctl.target import Target
from tools.hubctl.trial import is_outbound
from tools.hubctl.visible import visible


@click.group()
def connect() -> None:
    """Connect a project to a CDP."""


def _command(profile: Profile) -> click.Command:
    @click.command(profile.cdp, help=_help(profile))
    @click.option("--project", required=True, type=PROJECT, help="The project to connect.")
    @click.option("--another", is_flag=True, help="Also if the project is connected to this CDP already.")
    @click.option("--take", metavar="ID", help="Take over the integration key with this application ID.")
    @click.option(
        "--no-check", is_flag=True, help="Try no credentials at the CDP, and look up no metadata definitions."
    )
    @click.option("--no-wait", is_flag=True, help="Do not wait until the hub admits the key.")
    @click.pass_obj
    def run(
        target: Target,
        /,
        project: str,
        another: bool,
        take: str | None,
        no_check: bool,
        no_wait: bool,
        **settings: Any,
    ) -> None:
        hub, url = target.hub(), target.url()
        given = options.given(settings)
        secrets = ask.secrets(profile, given)
        taken = Pair(take, ask.integration_secret(profile.cdp)) if take is not None else None
        connection, key = make_connection(
            hub,
            profile,
            project_id=project,
            settings=given,
            secrets=secrets,
            integration_key=taken,
            another=another,
            trial=trial(no_check),
        )
        click.echo(f"Connection {connection.id} joins project {project} to {profile.title}. What to paste there:")
        click.echo(f"  URL             {url}")
        show_key(key, taken=taken is not None)
        for route in addresses(profile):
            click.echo(f"  {route.method:<15} {url}{route.path}")
        if not no_check:
            _tell_of_lists(hub, profile, connection)
        if not no_wait:
            wait_until_active(profile, url, key)
            click.echo("Active: the hub admits the key.")
        if is_outbound(profile, connection.settings):
            click.echo("Voucherify's events go there a minute from now at the latest.")

    run.params.extend(options.of_settings(profile.settings))
    return run


def _tell_of_lists(hub: Hub, profile: Profile, connection: Connection) -> None:
    project = find_project(hub, connection.project)
    secrets = read_project_secrets(hub.secrets, project.id)
    for line in lists.advice(project, secrets, profile.lists(connection.settings)):
        click.echo(visible(line))


def _help(profile: Profile) -> str:
    asked = ", ".join([*ask.variables(profile).values(), f"after --take {ask.integration_variable(profile.cdp)}"])
    return f"""Connect a project to {profile.title}.

    Asks for {asked}.

    The CDP's own credentials are tried there before anything is stored, if it has a call that changes nothing.

    Example: hubctl connect {profile.cdp} --project shop
    """


for each in load_profiles(FUNCTIONS).values():
    connect.add_command(_command(each))
