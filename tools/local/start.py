"""A whole start: vendors, cloud, project and connections, and the file that tells where they are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.local import ROOT
from tools.local.cloud import running
from tools.local.sandbox.voucherify import CAMPAIGN
from tools.local.settings import Settings
from tools.local.setup import join
from tools.local.stack import read
from tools.local.template import Template, overrides
from tools.local.vendors import vendors

Endpoints = dict[str, Any]
"""`{"hub", "aws", "voucherify", "sinks": {cdp: url}, "project", "webhook_secret", "connections": {cdp: {...}},
"campaign"}`; the campaign is one that never runs out of codes."""


@contextmanager
def started(settings: Settings) -> Iterator[Endpoints]:
    """Runs everything for the length of a `with` block; `endpoints.json` is there as long as all of it is ready.

    Raises SettingError and TemplateError.
    """
    settings.endpoints.unlink(missing_ok=True)
    with settings.in_force(), vendors(settings) as found:
        parameters = overrides(ROOT / "samconfig.toml") | {"Cluster": "dedicated", "DedicatedUrl": found.voucherify}
        stack = read(Template(ROOT / "template.yaml", parameters), settings.scale)
        with running(stack, settings) as cloud:
            joined = join(cloud.aws, found)
            endpoints = {
                "hub": cloud.hub,
                "aws": cloud.aws,
                "voucherify": found.voucherify,
                "sinks": found.sinks,
                "project": joined.project,
                "webhook_secret": joined.webhook_secret,
                "connections": joined.connections,
                "campaign": CAMPAIGN,
            }
            own = settings.for_functions(cloud.aws)
            _publish({name: each.environment | own for name, each in stack.functions.items()}, settings.sam_environment)
            _publish(endpoints, settings.endpoints)
            try:
                yield endpoints
            finally:
                settings.endpoints.unlink(missing_ok=True)


def _publish(told: dict[str, Any], file: Path) -> None:
    """Writes the file in one step: whoever sees it, sees it whole."""
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(told, indent=2) + "\n")
    draft.replace(file)
