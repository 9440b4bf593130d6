"""Projects: their keys at Voucherify, what those may read, and what keeps a project from working."""

from collections.abc import Iterator

from cdphub.connections import Project, ProjectSecrets, read_project_secrets
from cdphub.failures import FailureClass
from cdphub.hub import Hub
from cdphub.pauses import PROJECTS, Pause, Pauses
from cdphub.transport import Urllib3Transport
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import read_all
from tools.hubctl.doctor.finding import Finding
from tools.hubctl.told import waits

STEPS = {
    "auth": "hubctl project credentials {}",
    "outage": "nothing: it resumes by itself once Voucherify answers",
    "cycle": "docs/runbook.md#cycle-mostly-spent",
}
"""What ends a pause, by its reason."""


def of_project(hub: Hub, project: Project) -> Iterator[Finding]:
    """Two calls to Voucherify, and one for each pair of a CDP's own; they change nothing.

    Raises AwsError and cdphub.secrets.SecretError.
    """
    pause = Pauses(hub.store.state, PROJECTS).current(project.id)
    if pause:
        yield of_pause(project, pause)
    secrets = read_project_secrets(hub.secrets, project.id)
    voucherify = Voucherify(project, secrets, Urllib3Transport())
    yield from of_key(project, voucherify.probe(), read_all(voucherify.read_metadata_schemas))
    for cdp in secrets.cdp_keys:
        own = secrets.of_cdp(cdp)
        probe = Voucherify(project, own, Urllib3Transport()).probe()
        yield of_cdp_key(project, cdp, own.application_id, probe)
    yield from of_settings(project, secrets)


def of_pause(project: Project, pause: Pause) -> Finding:
    """Why nothing of the project is applied."""
    step = STEPS.get(pause.reason, "nothing: it ends by itself").format(project.id)
    return Finding(
        "problem" if pause.reason == "auth" else "warning", f"project {project.id}", f"waits: {waits(pause)}", step
    )


def of_key(project: Project, probe: Answer, schemas: Answer) -> Iterator[Finding]:
    """What Voucherify has answered, first to the probe, then to whoever wants to know the metadata schemas."""
    about = f"project {project.id}"
    if probe.failure is FailureClass.AUTH:
        yield Finding("problem", about, "Voucherify refuses its API key", f"hubctl project credentials {project.id}")
    elif not probe.yes:
        yield Finding("warning", about, f"Voucherify does not say yes: {probe.reason}", "try again")
    elif schemas.yes or schemas.status == 404:
        yield Finding("ok", about, "Voucherify admits its API key, and lets it read the metadata schemas")
    else:
        step = "in Voucherify, let the API key read metadata schemas: without, all metadata is left out"
        yield Finding("problem", about, f"its API key cannot read the metadata schemas: {schemas.reason}", step)


def of_cdp_key(project: Project, cdp: str, application_id: str, probe: Answer) -> Finding:
    """What Voucherify has answered to a CDP's own key pair."""
    about, pair = f"project {project.id}", f"the key pair that {cdp} has of its own"
    if probe.yes:
        return Finding("ok", about, f"Voucherify admits {pair}")
    if probe.failure is FailureClass.AUTH:
        step = f"hubctl project cdp-key {project.id} {cdp} --application-id {application_id}"
        return Finding("problem", about, f"Voucherify refuses {pair}", step)
    return Finding("warning", about, f"Voucherify does not say yes to {pair}: {probe.reason}", "try again")


def of_settings(project: Project, secrets: ProjectSecrets) -> Iterator[Finding]:
    """What cannot be known from here, and what was left out."""
    about = f"project {project.id}"
    if not secrets.webhook_secrets:
        step = f"hubctl project credentials {project.id}"
        yield Finding("problem", about, "has no webhook secret: nothing goes out of Voucherify", step)
    elif len(secrets.webhook_secrets) > 1:
        step = f"hubctl project credentials {project.id} --last-webhook-secret, once Voucherify signs with the newest"
        yield Finding("warning", about, f"{len(secrets.webhook_secrets)} webhook secrets are valid", step)
    merged = [name for name in ("address", "metadata") if getattr(project, f"{name}_write") == "merge"]
    if merged:
        step = "if fields are missing there after an update: docs/metadata.md"
        what = f"counts on Voucherify to merge {' and '.join(merged)}, which cannot be tried harmlessly"
        yield Finding("ok", about, what, step)
