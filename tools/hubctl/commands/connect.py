"""`hubctl connect`: one command per CDP, made from its profile."""

from typing import Any

import click

from cdphub.credentials import Pair
from cdphub.profile import Profile, load_profiles
from tools.hubctl import FUNCTIONS, ask, options
from tools.hubctl.connect import connect as make_connection
from tools.hubctl.shown import show_key
from tools.hubctl.target import Target


@click.group()
def connect() -> None:
    """Connect a project to a CDP."""


def _command(profile: Profile) -> click.Command:
    @click.command(profile.cdp, help=_help(profile))
    @click.option("--project", required=True, metavar="ID", help="The project to connect.")
    @click.option("--another", is_flag=True, help="Also if the project is connected to this CDP already.")
    @click.option("--take", metavar="ID", help="Take over the integration key with this application ID.")
    @click.pass_obj
    def run(target: Target, /, project: str, another: bool, take: str | None, **settings: Any) -> None:
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
        )
        click.echo(f"Connection {connection.id} joins project {project} to {profile.title}. What to paste there:")
        click.echo(f"  URL             {url}")
        show_key(key, taken=taken is not None)

    run.params.extend(options.of_settings(profile.settings))
    return run


def _help(profile: Profile) -> str:
    asked = ", ".join([*ask.variables(profile).values(), f"after --take {ask.integration_variable(profile.cdp)}"])
    return f"""Connect a project to {profile.title}.

    Asks for {asked}.
    """


for each in load_profiles(FUNCTIONS).values():
    connect.add_command(_command(each))
