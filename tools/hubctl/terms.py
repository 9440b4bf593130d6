"""A connection's settings and the CDP's own credentials, checked as the CDP's profile has them."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from cdphub.connections import Connection, connection_parameter
from cdphub.hub import Hub
from cdphub.profile import Profile
from cdphub.secrets import SecretError
from tools.hubctl.errors import WrongInputError, naming_fields
from tools.hubctl.trial import Trial, call, untried


def checked_settings(profile: Profile, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Fit to be stored; raises WrongInputError."""
    with naming_fields():
        return _as_given(profile.settings.model_validate(dict(settings)))


def checked_secrets(profile: Profile, secrets: Mapping[str, Any]) -> dict[str, Any]:
    """Fit to be stored; raises WrongInputError."""
    with naming_fields():
        return _as_given(profile.secrets.model_validate(dict(secrets)))


def check_secrets(profile: Profile, settings: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    """Raises WrongInputError if the settings need a secret that is not among these."""
    for secret in missing_secrets(profile, settings, secrets):
        why = " or ".join(profile.secrets_by_setting.get(secret, ()))
        raise WrongInputError(f"{secret}: is needed" + (f" if {why} is on" if why else ""))


def missing_secrets(profile: Profile, settings: Mapping[str, Any], secrets: Mapping[str, Any]) -> list[str]:
    """The secrets that the settings need and that are not among these."""
    return [secret for secret in profile.needed_secrets(settings) if not secrets.get(secret)]


def changed_settings(
    profile: Profile, connection: Connection, given: Mapping[str, Any], defaults: Collection[str]
) -> dict[str, Any]:
    """The connection's settings with those that are given, and without those that are to have their defaults again.

    Raises WrongInputError.
    """
    unknown = [
        name for name in defaults if name not in profile.settings.model_fields and name not in connection.settings
    ]
    if unknown:
        raise WrongInputError(f"{unknown[0]}: {profile.title} has no such setting")
    kept = {name: value for name, value in connection.settings.items() if name not in defaults}
    return checked_settings(profile, {**kept, **given})


def stored_secrets(hub: Hub, profile: Profile, connection: Connection) -> dict[str, Any]:
    """The CDP's own credentials, those of them that can be read; raises cdphub.aws.AwsError."""
    try:
        found = hub.secrets.read(connection_parameter(connection.id))
    except SecretError:
        return {}
    return {name: value for name, value in found.items() if name in profile.secrets.model_fields}


def store(
    hub: Hub,
    profile: Profile,
    connection: Connection,
    settings: Mapping[str, Any],
    given: Mapping[str, Any],
    trial: Trial = untried,
) -> Connection:
    """Gives the connection its settings, and those secrets that are given; the other secrets stay.

    `trial` is asked before anything is stored, if secrets are given or the CDP is to be called otherwise than before.
    The secrets go first, so that no worker meets settings that need others. Raises WrongInputError, and
    cdphub.aws.AwsError.
    """
    changed = connection.model_copy(update={"settings": dict(settings)})
    before = stored_secrets(hub, profile, connection)
    secrets = checked_secrets(profile, {**before, **given})
    check_secrets(profile, settings, secrets)
    if given or call(profile, settings, secrets) != call(profile, connection.settings, before):
        trial(profile, settings, secrets)
    if given:
        hub.secrets.write(connection_parameter(connection.id), secrets)
    if changed != connection:
        hub.store.connections.put_connection(connection.project, connection.id, changed.model_dump_json())
    return changed


def _as_given(model: BaseModel) -> dict[str, Any]:
    """Without what was left to the default, so that a better default reaches the connection."""
    return model.model_dump(mode="json", exclude_unset=True)
