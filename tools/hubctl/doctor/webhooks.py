"""Webhooks: whether each kind comes, and since when none has."""

from collections.abc import Iterator, Mapping

from cdphub.clock import DAY, HOUR, MINUTE
from cdphub.connections import Project, list_connections
from cdphub.hub import Hub
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.doctor.finding import Finding
from tools.hubctl.doctor.metrics import KNOWN_MS
from tools.hubctl.trial import is_outbound

KNOWN = {
    "webhook": (
        "webhook of the project's settings",
        "in Voucherify, Project Settings > Webhooks: is it active, with the URL that hubctl project add printed?",
    ),
    "distribution": (
        "webhook of a distribution",
        "nothing, unless customer.reward_redemptions.completed is wanted: only a distribution sends it",
    ),
}
"""What each of voucherify.normalise.KINDS is, and what to do if none comes."""


def is_asked_for(hub: Hub, project: Project) -> bool:
    """Whether the project has a connection to which events go; raises AwsError."""
    profiles = load_profiles(FUNCTIONS)
    return any(
        each.state != "off" and each.cdp in profiles and is_outbound(profiles[each.cdp], each.settings)
        for each in list_connections(hub.store, project.id)
    )


def of_webhooks(project: Project, last_ms: Mapping[tuple[str, str], int], now_ms: int) -> Iterator[Finding]:
    """What is known of the webhooks of a project whose events go to CDPs."""
    about = f"project {project.id}"
    for kind, (title, step) in KNOWN.items():
        came = last_ms.get((project.id, kind))
        if came is None:
            yield Finding("warning", about, f"no {title} in {KNOWN_MS // DAY} days", step)
        else:
            yield Finding("ok", about, f"last {title} {_ago(now_ms - came)}")


def _ago(age_ms: int) -> str:
    """To five minutes, which is all that is known."""
    for name, size in (("days", DAY), ("hours", HOUR), ("minutes", MINUTE)):
        if age_ms >= 2 * size and (name != "minutes" or age_ms >= 10 * MINUTE):
            return f"{age_ms // size} {name} ago"
    return "in the last ten minutes"
