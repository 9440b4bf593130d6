"""Whether Voucherify refused an event because nobody has defined its name (pure).

A custom event must be defined before it is tracked: https://docs.voucherify.io/prepare/custom-events. How the API says
that one is not is undocumented, so several ways of saying it are understood, in any of the error's texts; and one that
is not understood costs a call for each such event, and nothing else.
"""

import re

from cdphub.voucherify.answers import Answer

STATUSES = (400, 404, 422)

KEYS = ("event_not_defined", "undefined_event", "event_not_found", "custom_event_not_found", "unknown_event")
"""Values of the error's `key` that say so by themselves."""

RESOURCES = ("event", "custom event", "event schema", "custom event schema")
"""What was not found, as the error's `resource_type` may say, with blanks, hyphens or underscores."""

PHRASES = (
    r"(?:custom )?event (?:with (?:the )?name )?{name} (?:is |was )?(?:not defined|undefined|unknown|not found)",
    r"(?:custom )?event (?:with (?:the )?name )?{name} (?:does not|doesn't) exist",
    r"(?:undefined|unknown) (?:custom )?event:? {name}",
    r"cannot find (?:custom )?event(?: schema)?(?: with (?:id|name))? {name}",
)
"""Ways to say it in `message` or `details`; the name may be in quotes."""


def is_undefined(answer: Answer, name: str) -> bool:
    """Whether the answer to an event called `name` says that there is no such event."""
    error = answer.body if isinstance(answer.body, dict) else {}
    if answer.yes or answer.status not in STATUSES or error.get("key") == "metadata_validation_failed":
        return False
    if str(error.get("key")).lower() in KEYS:
        return True
    if re.sub(r"[_-]", " ", str(error.get("resource_type")).lower()) in RESOURCES:
        return True
    texts = " ".join(str(error.get(part, "")) for part in ("message", "details"))
    quoted = rf"""["'`]?{re.escape(name)}["'`]?"""
    return any(re.search(phrase.replace("{name}", quoted), texts, re.IGNORECASE) for phrase in PHRASES)
