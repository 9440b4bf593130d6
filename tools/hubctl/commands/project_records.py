"""`hubctl project list`, `show`, `set` and `remove`: projects that are there."""

import json
from typing import Any

import click
from rich.console import Console

from cdphub.connections import Project, list_projects, read_project_secrets
from tools.hubctl import options
from tools.hubctl.completion import PROJECT
from tools.hubctl.projects import IDENTITY, change_project, find_project, remove_project
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.visible import cell


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_obj
def list_them(target: Target, as_json: bool) -> None:
    """List all projects.

    Example: hubctl project list
    """
    shown = [each.model_dump(mode="json") for each in list_projects(target.hub().store)]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        table = new_table("Project", "Name", "Voucherify")
        for one in shown:
            table.add_row(*(cell(one[name]) for name in IDENTITY))
        Console().print(table)
    else:
        click.echo("There are no projects yet.")


@click.command()
@click.argument("project_id", type=PROJECT)
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def show(target: Target, project_id: str, as_json: bool) -> None:
    """Show a project, its settings and the application IDs of its API keys, without secrets.

    Example: hubctl project show shop
    """
    hub = target.hub()
    shown = find_project(hub, project_id).model_dump(mode="json")
    secrets = read_project_secrets(hub.secrets, project_id)
    own = {cdp: key.application_id for cdp, key in secrets.cdp_keys.items()}
    shown |= {"application_id": secrets.application_id, "application_ids_of_cdps": own}
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    table = new_table("Name", "Value")
    for name, value in shown.items():
        table.add_row(name, cell(json.dumps(value)))
    Console().print(table)


@click.command("set")
@click.argument("project_id", type=PROJECT)
@click.option("--name", help="What people call it.")
@click.option(
    "--default", "defaults", multiple=True, metavar="NAME", help="Give this setting its default (may be repeated)."
)
@click.pass_obj
def set_settings(target: Target, /, project_id: str, defaults: tuple[str, ...], **given: Any) -> None:
    """Change a project's name or settings; what is not given stays as it is, and so do its keys.

    Example: hubctl project set shop --api-budget 0.4 --default cycle-quota
    """
    hub = target.hub()
    names = [name.replace("-", "_") for name in defaults]
    changed = change_project(hub, find_project(hub, project_id), options.given(given), names)
    click.echo(f"Project {changed.id} is changed; functions know it a minute later at the latest.")


@click.command()
@click.argument("project_id", type=PROJECT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(target: Target, project_id: str, yes: bool) -> None:
    """Remove a project without connections, with its keys.

    What waits for its customers in the outbox cannot be found again: a project of the same id begins anew.

    Example: hubctl project remove shop
    """
    hub = target.hub()
    project = find_project(hub, project_id)
    if not yes:
        click.confirm(f"Remove project {project.id} with its keys?", abort=True)
    remove_project(hub, project)
    click.echo(f"Project {project.id} is removed.")


set_settings.params.extend(options.of_settings(Project, without=IDENTITY))
COMMANDS = (list_them, show, set_settings, remove)
