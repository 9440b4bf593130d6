"""Whether a CDP admits the credentials that the hub is to present, tried before they are stored."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cdphub.http import HttpRequest, NoReplyError
from cdphub.outbound.check import load_check
from cdphub.profile import OutboundSettings, Profile
from cdphub.transport import Urllib3Transport
from tools.hubctl import FUNCTIONS
from tools.hubctl.errors import WrongInputError

Given = Mapping[str, Any]
Trial = Callable[[Profile, Given, Given], None]
"""Gets a CDP's profile, settings and secrets; raises WrongInputError if the CDP does not admit them."""


def untried(_profile: Profile, _settings: Given, _secrets: Given) -> None:
    """Takes credentials as they were given."""


def is_outbound(profile: Profile, settings: Given) -> bool:
    """Whether anything goes to the CDP."""
    meant = profile.settings.model_validate(settings)
    return isinstance(meant, OutboundSettings) and meant.is_outbound


def call(profile: Profile, settings: Given, secrets: Given) -> HttpRequest | None:
    """The harmless call by which the CDP tells whether the credentials are good.

    None if it has none, or nothing is sent there. Settings and secrets are as the profile has them.
    """
    check = load_check(FUNCTIONS, profile.cdp)
    if check is None or not is_outbound(profile, settings):
        return None
    return check.request(profile.settings.model_validate(settings), profile.secrets.model_validate(secrets))


def outcome(profile: Profile, settings: Given, secrets: Given) -> str | None:
    """What trying the credentials has shown, for the operator; None if nothing is sent there.

    Raises WrongInputError if the CDP refuses them, or if its reply says nothing of them.
    """
    if not is_outbound(profile, settings):
        return None
    check, request = load_check(FUNCTIONS, profile.cdp), call(profile, settings, secrets)
    if check is None or request is None:
        return f"{profile.title} has no call that tries credentials: the first event shows whether they work."
    place = f"{profile.title} at {urlsplit(request.url).netloc}"
    try:
        status = Urllib3Transport().send(request).status
    except NoReplyError as error:
        raise WrongInputError(f"{place} does not answer: {error}; --no-check stores the credentials untried") from None
    if status in check.refused:
        names = ", ".join(profile.needed_secrets(settings))
        raise WrongInputError(f"{names}: refused by {place} (HTTP {status}): look at them and at where they belong")
    if status not in check.admitted:
        raise WrongInputError(
            f"{place} does not tell whether the credentials are good (HTTP {status}); --no-check stores them untried"
        )
    return f"{place} admits the credentials."
