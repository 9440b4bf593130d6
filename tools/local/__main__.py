"""`python -m tools.local start` and `python -m tools.local demo`."""

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from tools.local.demo import demonstrate
from tools.local.intrinsics import TemplateError
from tools.local.processes import exit_on_signals, wait_for_signal
from tools.local.settings import FOLDER, SettingError, Settings
from tools.local.start import started

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    help="Where endpoints.json and the logs go instead of .local, or of what LOCAL_FOLDER says.",
)

DEMO_SCALE = "10"
"""The demo waits for the end of everything, and an erasure's is minutes away."""

LOG_WIDTH = 120
"""The width of the demo's table where no terminal has one."""


@click.group()
def main() -> None:
    """The hub on this machine, as template.yaml describes it."""


@main.command()
@folder_option
def start(folder: Path) -> None:
    """Run until interrupted."""
    exit_on_signals(0)
    settings = Settings(folder)
    with started(settings) as endpoints:
        click.echo(f"hub         {endpoints['hub']}")
        click.echo(f"voucherify  {endpoints['voucherify']}")
        for cdp, url in endpoints["sinks"].items():
            click.echo(f"{cdp:<11} {url}")
        click.echo(f"Keys and everything else: {settings.endpoints}")
        click.echo(f"Logs: {settings.logs}")
        click.echo("Ctrl-C ends it.")
        wait_for_signal()


@main.command()
@folder_option
def demo(folder: Path) -> None:
    """Send every event of events/ and show what came of it."""
    exit_on_signals(1)
    console = Console()
    if not console.is_terminal:
        console.width = LOG_WIDTH
    settings = Settings(folder, {"TIME_SCALE": DEMO_SCALE, **os.environ})
    sys.exit(0 if demonstrate(settings, console) else 1)


if __name__ == "__main__":
    try:
        main()
    except (SettingError, TemplateError) as error:
        sys.exit(str(error))
