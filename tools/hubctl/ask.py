"""Secrets from outside: never from the command line, which other users of the machine and its history see."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from cdphub.profile import Profile


def secret(variable: str, label: str) -> str:
    """From the environment variable, else from the terminal without echo, else the next line of standard input.

    Without the blanks around it that pasting brings along: nobody would see them, and no request or signature has them.
    """
    if given := os.environ.get(variable, "").strip():
        return given
    if sys.stdin.isatty():
        prompted: str = click.prompt(label, default="", hide_input=True, show_default=False)
        return prompted.strip()
    return sys.stdin.readline().strip()


def api_key_secret() -> str:
    """The secret of a project's API key."""
    return secret("VOUCHERIFY_SECRET_KEY", "Secret key of the API key")


def webhook_secret() -> str:
    """The secret that signs a project's webhooks."""
    return secret("VOUCHERIFY_WEBHOOK_SECRET", "Secret key of the webhooks")


def management_keys(project: str) -> dict[str, str]:
    """The keys of the Management API; `project` is the project's id there."""
    return {
        "project": project,
        "id": secret("VOUCHERIFY_MANAGEMENT_ID", "ID of the Management API's key"),
        "token": secret("VOUCHERIFY_MANAGEMENT_TOKEN", "Token of the Management API's key"),
    }


def variables(profile: Profile) -> Mapping[str, str]:
    """The environment variables of a CDP's own secrets, by field: `<CDP>_<FIELD>`."""
    return {field: f"{profile.cdp}_{field}".upper() for field in profile.secrets.model_fields}


def integration_variable(cdp: str) -> str:
    """The environment variable of the secret of an integration key that is taken over."""
    return f"{cdp}_INTEGRATION_SECRET".upper()


def integration_secret(cdp: str) -> str:
    """The secret of an integration key that is taken over."""
    return secret(integration_variable(cdp), "Secret key of the integration key")


def secrets(profile: Profile, settings: Mapping[str, Any]) -> dict[str, str]:
    """A CDP's own secrets, but for those that only other settings would make necessary; empty ones are missing."""
    needed = profile.needed_secrets(settings)
    return chosen_secrets(
        profile, [name for name in variables(profile) if name in needed or name not in profile.secrets_by_setting]
    )


def chosen_secrets(profile: Profile, names: Iterable[str]) -> dict[str, str]:
    """These of a CDP's own secrets, asked for one by one; those left empty are missing."""
    fields, known = profile.secrets.model_fields, variables(profile)
    asked = {name: secret(known[name], f"{profile.title}: {fields[name].description or name}") for name in names}
    return {name: given for name, given in asked.items() if given}
