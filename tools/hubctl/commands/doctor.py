"""`hubctl doctor`: what is wrong, and the next step."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cdphub import clock, pool
from cdphub.aws import AwsError
from cdphub.connections import Connection, Project, list_projects
from cdphub.hub import Hub
from cdphub.secrets import SecretError
from tools.hubctl.connect import list_connections
from tools.hubctl.connections import backlog_of
from tools.hubctl.dead_letters import NOBODYS
from tools.hubctl.doctor.aws import aws_now_ms, of_alarms, of_clock, of_queues, ringing, waiting
from tools.hubctl.doctor.connections import of_backlog, of_connection
from tools.hubctl.doctor.finding import Finding, looking
from tools.hubctl.doctor.metrics import last_webhooks, oldest
from tools.hubctl.doctor.projects import of_project
from tools.hubctl.doctor.webhooks import is_asked_for, of_webhooks
from tools.hubctl.errors import WrongInputError
from tools.hubctl.found import profile_of
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.visible import cell

Item = TypeVar("Item")

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look at queues, alarms, projects and connections, and say what to do about what is wrong.

    Voucherify is asked twice for each project, and each CDP once that has a call which changes nothing. The exit code
    is 1 if there is a problem; a warning is none.

    Example: hubctl doctor --json
    """
    target: Target = context.obj
    stack, hub = target.stack(), target.hub()
    findings = [*_of_stack(stack), *_of_records(hub), *_of_webhooks(stack, hub)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        Console().print(_table(findings))
    if any(finding.level == "problem" for finding in findings):
        context.exit(1)


def _of_stack(stack: str) -> list[Finding]:
    found: list[Finding] = []
    now, ages = clock.now_ms(), dict[str, int]()
    with looking(found, "queues", AwsError):
        numbers = waiting(stack)
        with looking(found, "ages of messages", AwsError):
            ages = oldest(stack, numbers, now)
        found += of_queues(numbers, ages)
    with looking(found, "alarms", AwsError):
        found += of_alarms(ringing(stack))
    with looking(found, "clock", AwsError):
        found.append(of_clock(clock.now_ms(), aws_now_ms(stack)))
    return found


def _of_records(hub: Hub) -> list[Finding]:
    found: list[Finding] = []
    with looking(found, "projects", AwsError):
        projects = list_projects(hub.store)
        if not projects:
            found.append(Finding("warning", "projects", "there are none", "hubctl project add"))
        found += _of_each("Projects", lambda project: _of_project(hub, project), projects)
        found += _of_each("Connections", lambda one: _of_connection(hub, one), list_connections(hub))
        for connection in NOBODYS:
            found += of_backlog(connection, backlog_of(hub, connection.id))
    return found


def _of_each(what: str, look: Callable[[Item], list[Finding]], items: Sequence[Item]) -> list[Finding]:
    """Looks at several at a time: all connections to a CDP that is down wait until their time is out."""
    console = Console(stderr=True)
    parts = [items[first : first + pool.THREADS] for first in range(0, len(items), pool.THREADS)]
    shown = track(parts, what, console=console, transient=True, disable=not console.is_terminal)
    return [finding for part in shown for findings in pool.run(look, part) for finding in findings]


def _of_project(hub: Hub, project: Project) -> list[Finding]:
    found: list[Finding] = []
    with looking(found, f"project {project.id}", AwsError, SecretError):
        found += of_project(hub, project)
    return found


def _of_connection(hub: Hub, connection: Connection) -> list[Finding]:
    found: list[Finding] = []
    with looking(found, f"connection {connection.id}", AwsError, SecretError, WrongInputError):
        found += of_connection(hub, profile_of(connection), connection)
    return found


def _of_webhooks(stack: str, hub: Hub) -> list[Finding]:
    found: list[Finding] = []
    with looking(found, "webhooks", AwsError):
        last, now = last_webhooks(stack, clock.now_ms()), clock.now_ms()
        for project in list_projects(hub.store):
            if is_asked_for(hub, project):
                found += of_webhooks(project, last, now)
    return found


def _table(findings: list[Finding]) -> Table:
    table = new_table("", "About", "What", "Next step")
    for finding in findings:
        texts = map(cell, (finding.about, finding.what, finding.next_step))
        table.add_row(f"[{COLOURS[finding.level]}]{finding.level}[/]", *texts)
    return table
