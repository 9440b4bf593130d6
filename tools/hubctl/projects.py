"""Voucherify projects."""

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from cdphub.connections import (
    ManagementKeys,
    Project,
    ProjectSecrets,
    list_connections,
    project_parameter,
    read_project,
    read_project_secrets,
)
from cdphub.hub import Hub
from cdphub.secrets import SecretNotFoundError, Secrets
from cdphub.urls import BaseUrl
from tools.hubctl.errors import WrongInputError, naming_fields

CLUSTERS = {
    "eu": "https://api.voucherify.io",
    "us": "https://us1.api.voucherify.io",
    "as": "https://as1.api.voucherify.io",
}
"""API URLs of Voucherify's shared clusters (https://docs.voucherify.io/api-reference/introduction)."""

IDENTITY = ("id", "name", "api_url")
"""What of a project is no setting."""

SALT_BYTES = 32


def _without_path(url: str) -> str:
    if urlsplit(url).path:
        raise ValueError("must have no path")
    return url


def unchecked(_project: Project, _secrets: ProjectSecrets) -> None:
    """Takes a project as it was given."""


Check = Callable[[Project, ProjectSecrets], None]
"""Raises WrongInputError if the keys do not work."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Given(BaseModel):
    """What an operator says about a project; its id becomes part of URLs, keys and names."""

    model_config = ConfigDict(hide_input_in_errors=True)

    project: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    name: Text
    api_url: Annotated[BaseUrl, AfterValidator(_without_path)]
    application_id: Text
    secret_key: Text
    webhook_secrets: list[Text]


def cluster_url(cluster: str) -> str:
    """The API URL of a shared cluster; raises WrongInputError."""
    if cluster not in CLUSTERS:
        raise WrongInputError(f"cluster: there are {', '.join(CLUSTERS)}; a dedicated one is given by its API URL")
    return CLUSTERS[cluster]


def add_project(
    hub: Hub,
    *,
    project_id: str,
    name: str,
    api_url: str,
    application_id: str,
    secret_key: str,
    webhook_secrets: list[str],
    settings: Mapping[str, Any] | None = None,
    management: Mapping[str, str] | None = None,
    check: Check = unchecked,
) -> Project:
    """Adds a project, or replaces all of one but its connections, its salt, and webhook secrets if none are given.

    `management` are the keys of the Management API, as cdphub.connections.ManagementKeys has them; `check` is asked
    before anything is stored. The secrets go first: a project that is there has them.
    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    with naming_fields():
        given = _Given(
            project=project_id,
            name=name,
            api_url=api_url,
            application_id=application_id,
            secret_key=secret_key,
            webhook_secrets=webhook_secrets,
        )
        record = {"id": given.project, "name": given.name, "api_url": given.api_url}
        project = Project.model_validate({**(settings or {}), **record})
        management_keys = ManagementKeys.model_validate(management) if management else None
    hub.store.connections.read_project(project.id)  # fails if there is no such stack, which is to get no secrets
    before = _before(hub.secrets, project.id)
    kept = ProjectSecrets(
        application_id=given.application_id,
        secret_key=given.secret_key,
        webhook_secrets=given.webhook_secrets or (before.webhook_secrets if before else []),
        # With another salt than it has had from the beginning its customers' rows would be lost.
        salt=before.salt if before else secrets.token_hex(SALT_BYTES),
        management=management_keys,
    )
    check(project, kept)
    hub.secrets.write(project_parameter(project.id), kept.model_dump())
    hub.store.connections.put_project(project.id, project.model_dump_json(exclude_unset=True))
    return project


def find_project(hub: Hub, project_id: str) -> Project:
    """The project called `project_id`; raises WrongInputError, and cdphub.aws.AwsError."""
    project = read_project(hub.store, project_id)
    if project is None:
        raise WrongInputError(f"project: there is none called {project_id}; hubctl project list shows them all")
    return project


def change_project(hub: Hub, project: Project, given: Mapping[str, Any], defaults: Collection[str]) -> Project:
    """Gives a project its name and settings anew; those that are not given stay, but for those left to their defaults.

    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    for name in defaults:
        if name in IDENTITY or name not in Project.model_fields:
            raise WrongInputError(f"{name}: a project has no such setting")
    kept = {name: value for name, value in project.model_dump(exclude_unset=True).items() if name not in defaults}
    with naming_fields():
        changed = Project.model_validate({**kept, **given})
    hub.store.connections.put_project(changed.id, changed.model_dump_json(exclude_unset=True))
    return changed


def remove_project(hub: Hub, project: Project) -> None:
    """Deletes a project and its secrets; raises WrongInputError while it has connections, and cdphub.aws.AwsError."""
    if connected := [each.id for each in list_connections(hub.store, project.id)]:
        raise WrongInputError(f"project: {project.id} has connections, {', '.join(connected)}: remove them first")
    hub.secrets.delete(project_parameter(project.id))
    hub.store.connections.delete_project(project.id)


def _before(parameters: Secrets, project: str) -> ProjectSecrets | None:
    """What the project has had so far."""
    try:
        return read_project_secrets(parameters, project)
    except SecretNotFoundError:
        return None
