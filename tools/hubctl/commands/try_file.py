"""`hubctl try`: what would go out, without sending anything."""

import json
from contextlib import suppress
from typing import Any, BinaryIO

import click

from cdphub.connections import Connection, Project, read_project
from cdphub.http import HttpRequest
from cdphub.profile import OutboundSettings, Profile, load_profiles
from cdphub.publishing import HANDLER
from tools.hubctl import FUNCTIONS
from tools.hubctl.completion import CONNECTION
from tools.hubctl.connect import find_connection
from tools.hubctl.dry.ask import ask
from tools.hubctl.dry.definitions import definitions
from tools.hubctl.dry.run import bring, bring_records, bring_webhook, commands_in, parsed, play
from tools.hubctl.dry.source import VOUCHERIFY, Source, read
from tools.hubctl.dry.stage import PROJECT, Stage, Told
from tools.hubctl.errors import WrongInputError
from tools.hubctl.target import Target
from tools.hubctl.visible import visible
from tools.local.sandbox import sinks

PROFILES = load_profiles(FUNCTIONS)


@click.command("try")
@click.argument("file", type=click.File("rb"))
@click.option("--as", "sender", type=click.Choice([*PROFILES, VOUCHERIFY]), help="Whose body this is, if no event's.")
@click.option("--route", metavar="PATH", help="Which of the CDP's routes it comes by. [default: the customers']")
@click.option(
    "--connection",
    metavar="ID",
    type=CONNECTION,
    help="By the settings of this connection, instead of the default ones.",
)
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def try_file(
    target: Target, file: BinaryIO, sender: str | None, route: str | None, connection: str | None, as_json: bool
) -> None:
    """Show the HTTP requests that would come of a FILE (- is standard input), and what was left out, and why.

    FILE is one of events/, or the body of a CDP's request (--as segment) or of a webhook (--as voucherify). The hub's
    own code maps it, in memory: nothing is sent, and names stand for secrets. Voucherify is taken to know nobody, and
    to define all metadata that comes.

    Example: hubctl try events/segment/identify.json
    """
    source = read(file.read(), PROFILES, sender, route)
    own = find_connection(target.hub(), connection) if connection else None
    told = _tried(source, own, (own and read_project(target.hub().store, own.project)) or PROJECT)
    if as_json:
        click.echo(json.dumps({"requests": list(map(_told, told.requests)), "notes": told.notes}, indent=2))
        return
    for request in told.requests:
        click.echo(visible(_shown(request)))
    if not told.requests:
        click.echo("Nothing would go out.")
    click.echo("\n".join(map(visible, told.notes)) if told.notes else "Nothing was left out.")


def _tried(source: Source, own: Connection | None, project: Project) -> Told:
    if source.sender == VOUCHERIFY:
        connections = [own] if own else [_made_up(profile) for profile in PROFILES.values()]
        stage = Stage(connections, PROFILES, definitions(commands_in(source.records)), project)
        if source.records:
            bring_records(stage, source.records)
        else:
            bring_webhook(stage, source.request.body)
    else:
        profile = PROFILES[source.sender]
        if profile.handler(source.request.path) == HANDLER:
            connection = own or _made_up(profile)
            stage = Stage([connection], PROFILES, definitions([]), project)
            ask(stage, PROFILES, connection, source.request)
            return stage.told
        if own and own.cdp != profile.cdp:
            raise WrongInputError(f"connection: {own.id} goes to {own.cdp}, and this is {profile.title}'s")
        connections = [own or _made_up(profile)]
        found = parsed(profile, connections[0], source.request)
        stage = Stage(connections, PROFILES, definitions(found.commands), project)
        bring(stage, found, connections[0])
    play(stage, PROFILES, connections)
    return stage.told


def _made_up(profile: Profile) -> Connection:
    """What a connection with default settings does; those that have no default are the stand-in's."""
    settings = sinks.settings(profile.cdp) if issubclass(profile.settings, OutboundSettings) else {}
    return Connection(id=profile.cdp, project=PROJECT.id, cdp=profile.cdp, settings=settings)


def _told(request: HttpRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": (request.body or b"").decode(errors="replace"),
    }


def _shown(request: HttpRequest) -> str:
    body = (request.body or b"").decode(errors="replace")
    with suppress(ValueError):
        body = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    headers = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\n".join([f"{request.method} {request.url}", *headers, *filter(None, ["", body]), ""])
