"""Secrets from outside: never from the command line, which other users of the machine and its history see."""

import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from cdphub.profile import Profile


def secret(variable: str, label: str) -> str:
    """From the environment variable, else from the terminal without echo, else the next line of standard input."""
    if given := os.environ.get(variable):
        return given
    if sys.stdin.isatty():
        prompted: str = click.prompt(label, default="", hide_input=True, show_default=False)
        return prompted
    return sys.stdin.readline().strip()


def variables(profile: Profile) -> Mapping[str, str]:
    """The environment variables of a CDP's own secrets, by field: `<CDP>_<FIELD>`."""
    return {field: f"{profile.cdp}_{field}".upper() for field in profile.secrets.model_fields}


def secrets(profile: Profile, settings: Mapping[str, Any]) -> dict[str, str]:
    """A CDP's own secrets, asked for in the order of the profile's model; those left empty are missing.

    A secret that only settings make necessary is asked for only if they do.
    """
    fields, needed = profile.secrets.model_fields, profile.needed_secrets(settings)
    asked = {
        field: secret(variable, f"{profile.title}: {fields[field].description or field}")
        for field, variable in variables(profile).items()
        if field in needed or field not in profile.secrets_by_setting
    }
    return {field: given for field, given in asked.items() if given}
