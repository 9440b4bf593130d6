"""`hubctl tail`: what the hub does, line by line."""

import json
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cdphub import clock
from cdphub.failures import FailureClass
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.completion import CONNECTION, PROJECT
from tools.hubctl.filters import Moment
from tools.hubctl.logs import Line, Logs
from tools.hubctl.target import Target
from tools.hubctl.visible import one_line
from tools.hubctl.wanted_lines import wanted_lines

# Of the trace ids of a request to a CDP, say; --json has all of them.
_SHOWN = 3

_STYLES = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}


@click.command()
@click.option("--cdp", type=click.Choice(list(load_profiles(FUNCTIONS))), help="Of one CDP's connections.")
@click.option("--project", type=PROJECT, help="Of one project and its connections.")
@click.option("--connection", type=CONNECTION, help="Of one connection.")
@click.option("--status", metavar="STATUS", help="Attempts answered with it: 429, 5xx.")
@click.option("--failure", type=click.Choice(list(map(str, FailureClass))), help="What failed in this way.")
@click.option("--customer", metavar="SOURCE_ID", help="Of one customer, on the way to Voucherify; with --project.")
@click.option("--since", "since_ms", type=Moment(), help="Begin with lines of this time: 10m, 2h, 3d, ISO.")
@click.option("--no-follow", is_flag=True, help="End with what is there now.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per line.")
@click.pass_obj
def tail(target: Target, /, since_ms: int | None, no_follow: bool, as_json: bool, **wanted: Any) -> None:
    """Show what the hub's functions log, as it comes, until Ctrl-C.

    There is a line for each request of a CDP that was accepted (`accepted`), for each call to Voucherify or a CDP
    (`attempt`), and for whatever goes wrong; none has a payload.

    Example: hubctl tail --cdp segment --status 5xx --since 1h
    """
    lines = wanted_lines(target.hub(), **wanted)
    logs, begin = Logs(target.stack()), clock.now_ms() if since_ms is None else since_ms
    console = Console(soft_wrap=True, highlight=False)
    found = logs.read(begin, lines.term) if no_follow else logs.follow(begin, lines.term)
    try:
        for line in filter(lines.takes, found):
            if as_json:
                click.echo(json.dumps(line.told()))
            else:
                console.print(line_of(line))
    except KeyboardInterrupt:
        return


def line_of(line: Line) -> Text:
    """A line for people."""
    told = line.told()
    head = [told.pop(name) for name in ("time", "level", "function", "message")]
    text = Text(" ".join((head[0], f"{head[1]:<7}", f"{head[2]:<18}")), style=_STYLES.get(head[1], ""))
    return text.append(f" {one_line(head[3])}", style="bold").append(f"  {one_line('  '.join(_parts(told)))}")


def _parts(told: dict[str, Any]) -> Iterator[str]:
    for name, value in told.items():
        yield f"{name}={_list(value) if isinstance(value, list) else value}"


def _list(values: list[Any]) -> str:
    shown = ",".join(map(str, values[:_SHOWN]))
    return shown if len(values) <= _SHOWN else f"{shown} and {len(values) - _SHOWN} more"
