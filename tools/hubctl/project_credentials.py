"""A project's keys at Voucherify and the secrets of its webhooks, changed without adding the project again."""

from collections.abc import Mapping

from cdphub.connections import (
    ApiKey,
    ManagementKeys,
    Project,
    ProjectSecrets,
    project_parameter,
    read_project_secrets,
)
from cdphub.hub import Hub
from tools.hubctl.errors import WrongInputError, naming_fields
from tools.hubctl.projects import Check, unchecked


def change_credentials(
    hub: Hub,
    project: Project,
    *,
    application_id: str | None = None,
    secret_key: str = "",
    webhook_secret: str = "",
    last_webhook_secret: bool = False,
    management: Mapping[str, str] | None = None,
    check: Check = unchecked,
) -> ProjectSecrets:
    """Gives a project what is given; what is empty stays, and so do the salt and the CDPs' own pairs.

    A new webhook secret becomes valid beside those that are there; with `last_webhook_secret` it, or else the newest
    one, is the only one from then on. `check` is asked before another API key is stored.
    Raises WrongInputError, cdphub.secrets.SecretError and cdphub.aws.AwsError.
    """
    if application_id and not secret_key:
        raise WrongInputError("secret_key: is needed for another application ID")
    before = read_project_secrets(hub.secrets, project.id)
    secrets = [each for each in before.webhook_secrets if each != webhook_secret]
    secrets += [webhook_secret] if webhook_secret else []
    with naming_fields():
        keys = ManagementKeys.model_validate(management) if management else before.management
    changed = before.model_copy(
        update={
            "application_id": application_id or before.application_id,
            "secret_key": secret_key or before.secret_key,
            "webhook_secrets": secrets[-1:] if last_webhook_secret else secrets,
            "management": keys,
        }
    )
    if secret_key:
        check(project, changed)
    hub.secrets.write(project_parameter(project.id), changed.model_dump())
    return changed


def put_cdp_key(
    hub: Hub, project: Project, cdp: str, application_id: str, secret_key: str, check: Check = unchecked
) -> None:
    """Gives a CDP a Voucherify key pair of its own, or another; `check` is asked before it is stored.

    Raises WrongInputError, cdphub.secrets.SecretError and cdphub.aws.AwsError.
    """
    before = read_project_secrets(hub.secrets, project.id)
    with naming_fields():
        own = ApiKey(application_id=application_id, secret_key=secret_key)
    changed = before.model_copy(update={"cdp_keys": {**before.cdp_keys, cdp: own}})
    check(project, changed.of_cdp(cdp))
    hub.secrets.write(project_parameter(project.id), changed.model_dump())


def drop_cdp_key(hub: Hub, project: Project, cdp: str) -> None:
    """Has a CDP use the project's pair again; raises as put_cdp_key does."""
    before = read_project_secrets(hub.secrets, project.id)
    kept = {other: own for other, own in before.cdp_keys.items() if other != cdp}
    if kept == before.cdp_keys:
        raise WrongInputError(f"cdp: {cdp} has no pair of its own in project {project.id}")
    hub.secrets.write(project_parameter(project.id), before.model_copy(update={"cdp_keys": kept}).model_dump())
