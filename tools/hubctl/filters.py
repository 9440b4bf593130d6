"""Which dead letters a command is about, by its options."""

import re
from collections.abc import Callable

import click

from cdphub import clock
from cdphub.clock import DAY, HOUR, MINUTE
from cdphub.failures import FailureClass
from cdphub.profile import load_profiles
from cdphub.times import as_utc, milliseconds
from tools.hubctl import FUNCTIONS
from tools.hubctl.completion import CONNECTION, PROJECT

MOST = 1_000

_AGO = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


class Moment(click.ParamType[int]):
    """Hub milliseconds, of a time in ISO 8601 (UTC if it says nothing else) or so long ago: 30m, 2h, 3d."""

    name = "time"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Fails with the option's name."""
        if isinstance(value, int):
            return value
        if ago := _AGO.fullmatch(value):
            return clock.now_ms() - int(ago[1]) * _UNITS[ago[2]]
        text = as_utc(value)
        if text is None:
            self.fail(f"{value} is no time: 2h, 3d, 2026-03-02 and 2026-03-02T09:15:00Z are", param, ctx)
        return milliseconds(text)


_FILTERS = (
    click.option("--direction", type=click.Choice(["inbound", "outbound"]), help="To Voucherify, or to a CDP."),
    click.option("--cdp", type=click.Choice(list(load_profiles(FUNCTIONS))), help="Of all connections to a CDP."),
    click.option("--project", type=PROJECT, help="Of all connections of a project."),
    click.option("--connection", type=CONNECTION, help="Of one connection."),
    click.option("--failure", type=click.Choice(list(map(str, FailureClass))), help="Why they died."),
    click.option("--since", "since_ms", type=Moment(), help="Accepted by the hub at this time or later: 2h, 3d, ISO."),
    click.option("--until", "until_ms", type=Moment(), help="Accepted by the hub before this time."),
    click.option(
        "--limit", type=click.IntRange(1), default=MOST, show_default=True, help="So many at most, oldest first."
    ),
)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options: what tools.hubctl.dead_letters.Wanted has, and `limit`."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command
