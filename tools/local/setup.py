"""Gives a fresh local cloud its project and one connection per CDP, in the way that hubctl does."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.profile import Profile, load_profiles
from tools.hubctl.ask import variables
from tools.hubctl.connect import connect
from tools.hubctl.projects import add_project
from tools.hubctl.target import local_hub
from tools.local import ROOT
from tools.local.sandbox import sinks
from tools.local.vendors import Vendors

PROJECT = "local"


@dataclass(frozen=True)
class Joined:
    """The project, and by CDP what that CDP presents to the hub."""

    project: str
    webhook_secret: str
    connections: dict[str, dict[str, str]]


def join(aws_url: str, vendors: Vendors) -> Joined:
    """Adds the project and connects it to every CDP."""
    hub = local_hub(aws_url)
    webhook_secret = _given_or_random("VOUCHERIFY_WEBHOOK_SECRET")
    add_project(
        hub,
        project_id=PROJECT,
        name="Local",
        api_url=vendors.voucherify,
        application_id=vendors.application_id,
        secret_key=vendors.secret_key,
        webhook_secrets=[webhook_secret],
    )
    connections = {}
    for cdp, profile in load_profiles(ROOT / "functions").items():
        settings = _settings(cdp, vendors)
        _, key = connect(hub, profile, project_id=PROJECT, settings=settings, secrets=_secrets(profile, settings))
        connections[cdp] = {"application_id": key.application_id, "secret_key": key.secret}
    return Joined(PROJECT, webhook_secret, connections)


def _settings(cdp: str, vendors: Vendors) -> dict[str, Any]:
    """Where the CDP is, and what it wants to be told: as the environment says, else as its stand-in does."""
    if cdp not in vendors.sinks:
        return {}
    told = sinks.settings(cdp)
    given = {name: os.environ.get(f"{cdp}_{name}".upper(), value) for name, value in told.items()}
    return {"base_url": vendors.sinks[cdp], **given}


def _secrets(profile: Profile, settings: Mapping[str, Any]) -> dict[str, str]:
    """What the hub presents to a CDP: what the environment says; a stand-in is content with anything."""
    needed = profile.needed_secrets(settings)
    return {
        field: _given_or_random(variable)
        for field, variable in variables(profile).items()
        if field in needed or variable in os.environ
    }


def _given_or_random(variable: str) -> str:
    return os.environ.get(variable) or secrets.token_hex(16)
