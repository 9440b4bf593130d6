"""`hubctl connections set` and `credentials`: what a connection was told when it was made, told anew."""

import json
from typing import Any

import click

from cdphub.connections import Connection
from cdphub.profile import Profile
from tools.hubctl import ask, options
from tools.hubctl.completion import CONNECTION
from tools.hubctl.found import found
from tools.hubctl.shown import trial
from tools.hubctl.target import Target
from tools.hubctl.terms import changed_settings, missing_secrets, store, stored_secrets

no_check = click.option("--no-check", is_flag=True, help="Do not try the credentials at the CDP first.")


class _Connections(click.Group):
    """One command per connection, since it is its CDP that decides which options there are."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """None: `hubctl connections list` shows them."""
        return []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Raises WrongInputError, and cdphub.aws.AwsError."""
        return _set_command(*found(ctx.obj.hub(), cmd_name))


@click.command("set", cls=_Connections, subcommand_metavar="ID [OPTIONS]")
def set_settings() -> None:
    """Change settings of a connection; those that are not given stay as they are.

    hubctl connections set ID --help shows its settings. What new settings make necessary is asked for. If the CDP is
    to be called elsewhere or with other credentials than before, that is tried first.

    Example: hubctl connections set segment-1f2e3d4c --region eu --default events
    """


def _set_command(connection: Connection, profile: Profile) -> click.Command:
    @click.command(connection.id, help=f"Change settings of {connection.id}, which goes to {profile.title}.")
    @click.option(
        "--default", "defaults", multiple=True, metavar="NAME", help="Give this setting its default (may be repeated)."
    )
    @no_check
    @click.pass_obj
    def run(target: Target, /, defaults: tuple[str, ...], no_check: bool, **settings: Any) -> None:
        hub = target.hub()
        names = [name.replace("-", "_") for name in defaults]
        changed = changed_settings(profile, connection, options.given(settings), names)
        missing = missing_secrets(profile, changed, stored_secrets(hub, profile, connection))
        store(hub, profile, connection, changed, ask.chosen_secrets(profile, missing), trial(no_check))
        _tell(connection.settings, changed)

    run.params.extend(options.of_settings(profile.settings))
    return run


@click.command()
@click.argument("connection_id", type=CONNECTION)
@no_check
@click.pass_obj
def credentials(target: Target, connection_id: str, no_check: bool) -> None:
    """Give a connection the CDP's own credentials anew; what is left empty stays as it is.

    Asks for what hubctl connect asked for, and tries it as that does. Functions use it five minutes later at the
    latest. A connection that waits since its credentials were refused tries them at the next probe, within a minute,
    and resumes by itself.

    Example: hubctl connections credentials segment-1f2e3d4c
    """
    hub = target.hub()
    connection, profile = found(hub, connection_id)
    given = ask.secrets(profile, connection.settings)
    store(hub, profile, connection, connection.settings, given, trial(no_check))
    click.echo(f"Connection {connection.id}: {', '.join(given) + ' stored' if given else 'nothing changed'}.")


def _tell(before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = [
        name for name in before | after if before.get(name) != after.get(name) or (name in before) != (name in after)
    ]
    for name in changed:
        click.echo(f"{name}: {_shown(before, name)} -> {_shown(after, name)}")
    click.echo("Functions know it a minute later at the latest." if changed else "Nothing changed.")


def _shown(settings: dict[str, Any], name: str) -> str:
    return json.dumps(settings[name]) if name in settings else "default"
