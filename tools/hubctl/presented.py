"""How a CDP calls the hub: addresses, and the headers that carry its key."""

import base64

from cdphub.credentials import CredentialForm, HeaderPair, Pair
from cdphub.profile import Profile, Route
from cdphub.publishing import PUBLICATIONS


def headers(form: CredentialForm, pair: Pair) -> dict[str, str]:
    """The headers by which the form carries the pair."""
    if isinstance(form, HeaderPair):
        application_id, secret = (
            _base64(text) if form.encoded else text for text in (pair.application_id, pair.secret)
        )
        return {form.id_header: form.id_scheme + application_id, form.secret_header: secret}
    return {"authorization": f"Basic {_base64(f'{pair.application_id}:{pair.secret}')}"}


def addresses(profile: Profile) -> list[Route]:
    """What the CDP may call at the hub, but for lookups."""
    asked = [Route(method, profile.publishing_base + path) for method, path in PUBLICATIONS if profile.publishing]
    return [*profile.routes, *asked]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
