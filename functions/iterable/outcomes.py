"""What Iterable's replies mean.

The codes of errors, and the lists of a bulk that was taken in part, are those of Iterable's own client:
https://github.com/Iterable/api-client, src/types/common.ts and events.ts.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound import outcome
from cdphub.outbound.outcome import DONE, Outcome
from cdphub.outbound.rounds import Item
from cdphub.telemetry import logger

_CODES = {
    "BadApiKey": FailureClass.AUTH,
    "BadAuthorizationHeader": FailureClass.AUTH,
    "DatabaseError": FailureClass.TRANSIENT,
    "Forbidden": FailureClass.AUTH,
    "RateLimitExceeded": FailureClass.THROTTLE,
    "Unauthorized": FailureClass.AUTH,
}
_REASON_LENGTH = 300

# Failures are told by what they are about, not by place: the name of each list says by its end which field it names.
_FIELDS = {"EventNames": "eventName", "Emails": "email", "UserIds": "userId"}

_UNCLEAR = Outcome(FailureClass.IN_DOUBT, "Iterable refused events without saying which")

_Refusals = dict[tuple[str, str], Outcome]


def judge(reply: HttpReply, differing: Mapping[int, FailureClass]) -> Outcome:
    """The outcome of a request. The status comes first, since a 401 may have the code `Success`; then the code."""
    whole = outcome.judge(reply, differing)
    if whole.failure not in (None, FailureClass.INVALID):
        return whole
    told = reply.json_object()
    code = told.get("code", "Success")
    if code != "Success":
        reason = f"HTTP {reply.status}: {code}: {told.get('msg', '')}"[:_REASON_LENGTH]
        return Outcome(_CODES.get(code, FailureClass.INVALID), reason, whole.wait_ms)
    if whole == DONE and told.get("failCount") and not _refusals(told):
        return Outcome(FailureClass.INVALID, "Iterable did not take it, and did not say why")
    return whole


def apart(reply: HttpReply, items: Sequence[Item]) -> Mapping[int, Outcome]:
    """The outcomes of the events that Iterable refused out of a request.

    It names customers and event names, once for each event. If they are those of more events than it refused, or of
    fewer, nobody can tell which it took: these come again, sooner or later apart.
    """
    told = reply.json_object()
    if filtered := told.get("filteredOutFields"):
        logger.warning("fields filtered out", fields=len(filtered))
    refusals = _refusals(told)
    if not refusals:
        return {}
    found = ((place, _refusal(item, refusals)) for place, item in enumerate(items))
    refused = {place: refusal for place, refusal in found if refusal}
    failed = told.get("failCount") or len(refused)
    if failed == len(refused):
        return refused
    if len(items) == 1:
        return refused or {0: Outcome(FailureClass.INVALID, _UNCLEAR.reason)}
    if failed < len(refused):
        return dict.fromkeys(refused, _UNCLEAR)
    return {**dict.fromkeys(range(len(items)), _UNCLEAR), **refused}


def _refusals(told: Mapping[str, Any]) -> _Refusals:
    """What was refused, as field and value, from all lists: those at the top, and those in `failedUpdates`."""
    return {
        (field, _comparable(field, value)): _outcome(field, name)
        for name, values in [*told.items(), *(told.get("failedUpdates") or {}).items()]
        for ending, field in _FIELDS.items()
        if name.endswith(ending)
        for value in values or ()
    }


def _refusal(item: Item, refusals: _Refusals) -> Outcome | None:
    event = json.loads(item.text)
    named = ((field, _comparable(field, event[field])) for field in _FIELDS.values() if field in event)
    return next((refusals[one] for one in named if one in refusals), None)


def _comparable(field: str, value: str) -> str:
    """Whether Iterable repeats an e-mail address letter by letter is not documented."""
    return value.lower() if field == "email" else value


def _outcome(field: str, name: str) -> Outcome:
    if field == "eventName":
        return Outcome(
            FailureClass.CONFIG, f"{name}: allow this event name in Iterable, in Settings > Data Schema Management"
        )
    return Outcome(FailureClass.INVALID, f"Iterable lists the customer under {name}")
