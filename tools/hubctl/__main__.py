"""`python -m tools.hubctl`."""

from tools.hubctl.cli import cli

cli(prog_name="hubctl")
