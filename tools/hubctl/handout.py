"""The page for whoever sets the CDP up: what is the connection's own, and what this repository's pages say to all.

Those pages mark what belongs there: `<!-- handout -->` in a vendor's README.md, `<!-- handout CDP -->` in
docs/publications.md, each up to `<!-- end -->`.
"""

import re
from collections.abc import Iterator, Sequence

from cdphub.connections import Connection
from cdphub.credentials import HeaderPair
from cdphub.profile import OutboundSettings, Profile
from tools.hubctl import FUNCTIONS
from tools.hubctl.presented import addresses
from tools.local import ROOT

_HEADING = re.compile(r"^#{2,4} ", re.MULTILINE)
_LINK_INTO_REPOSITORY = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]*\)")


def handout(profile: Profile, connection: Connection, application_ids: Sequence[str], url: str) -> str:
    """The page, in Markdown, without any secret; `application_ids` are those of the connection's keys."""
    settings = profile.settings.model_validate(connection.settings)
    parts = [_key(profile, application_ids, url)]
    parts += [_concrete(part, application_ids[0], url) for part in _marked(profile)]
    if isinstance(settings, OutboundSettings) and settings.is_outbound:
        parts.append(_events(profile, settings))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _key(profile: Profile, application_ids: Sequence[str], url: str) -> str:
    called = "\n".join(f"| {route.method} | `{url}{route.path}` |" for route in addresses(profile))
    return f"""# {profile.title} and Voucherify

Wherever this page says *as printed*, these are meant. The secret key is not on this page: whoever made the connection
has seen it, once. It belongs into the CDP's settings, and nowhere else.

| | |
|---|---|
| URL | `{url}` |
| application ID | {" or ".join(f"`{each}`" for each in application_ids)} |
| secret key | as handed over |
| headers | {_headers(profile)} |

The hub's addresses:

| method | address |
|---|---|
{called}

**Test.** A request with this key is answered 200, or 400 with what is wrong about it; 401 means that application ID or
secret key are not as printed.
"""


def _headers(profile: Profile) -> str:
    """The names that any of the forms has; capitals do not matter in them."""
    forms = [form for form in profile.credentials if isinstance(form, HeaderPair) and not form.encoded]
    names = [f"`{form.id_header}` with `{form.secret_header}`" for form in forms]
    return ", or ".join(names) or "Basic authentication, with the application ID as the user"


def _marked(profile: Profile) -> Iterator[str]:
    """What the repository's pages have for this CDP."""
    readme = FUNCTIONS / profile.cdp / "README.md"
    for page, mark in ((readme, "handout"), (ROOT / "docs" / "publications.md", f"handout {profile.cdp}")):
        if page.exists():
            yield from re.findall(rf"^<!-- {mark} -->\n(.+?)^<!-- end -->$", page.read_text(), re.MULTILINE | re.DOTALL)


def _concrete(part: str, application_id: str, url: str) -> str:
    """A part with the connection's own URL and id, and without links that lead nowhere outside of the repository."""
    named = part.replace("APPLICATION ID", application_id).replace("APPLICATION_ID", application_id)
    named = named.replace("https://hub.example.com", url).replace("https://HUB", url)
    return _HEADING.sub("## ", _LINK_INTO_REPOSITORY.sub(r"\1", named))


def _events(profile: Profile, settings: OutboundSettings) -> str:
    names = sorted(profile.name_of(event, settings) for event in settings.wanted(profile.default_events))
    listed = "\n".join(names)
    return f"""## What Voucherify sends

These events, by exactly these names. Where events must be permitted in {profile.title} before it takes them, permit
all of these:

```text
{listed}
```

**Test.** Let one of them happen in Voucherify to a customer of your own, such as a redemption, and look for it in that
customer's profile.
"""
