"""How a caller presents its key, as OpenAPI's security schemes."""

from collections.abc import Iterable

from cdphub.credentials import CredentialForm, HeaderPair
from cdphub.profile import Profile
from tools.openapi.plain import Schema

BASIC = "basic"


def schemes(profiles: Iterable[Profile]) -> Schema:
    """The security schemes of all forms of keys, by name."""
    found: Schema = {}
    for form in (form for profile in profiles for form in profile.credentials):
        if not isinstance(form, HeaderPair):
            described = "The application ID is the user, the secret key the password."
            found[BASIC] = {"type": "http", "scheme": "basic", "description": described}
            continue
        how = "in base64" if form.encoded else "as it is"
        start = f"{form.id_scheme!r} and the" if form.id_scheme else "The"
        for header, meant in ((form.id_header, f"{start} application ID"), (form.secret_header, "The secret key")):
            described = f"{meant}, {how}."
            found[_name(form, header)] = {"type": "apiKey", "in": "header", "name": header, "description": described}
    return found


def requirements(forms: Iterable[CredentialForm]) -> list[Schema]:
    """What an operation asks for: one of these, each of which is all of its schemes."""
    found: list[Schema] = [
        {_name(form, form.id_header): [], _name(form, form.secret_header): []}
        if isinstance(form, HeaderPair)
        else {BASIC: []}
        for form in forms
    ]
    return [each for number, each in enumerate(found) if each not in found[:number]]


def _name(form: HeaderPair, header: str) -> str:
    return f"{header}-encoded" if form.encoded else header
