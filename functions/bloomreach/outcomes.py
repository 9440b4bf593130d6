"""What Bloomreach's answers to a batch mean (pure).

A 200 may hide that single commands failed, or all of them, and a 400 that the key was refused. What went wrong stands
under different names.
https://documentation.bloomreach.com/engagement/reference/tracking-api-error-messages
https://documentation.bloomreach.com/engagement/reference/tracking-api-authorization-errors
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound.outcome import DONE, Outcome
from cdphub.outbound.outcome import judge as by_status
from cdphub.outbound.rounds import Item

# Of the key or the project, so until somebody puts that right no command will do better.
_REFUSED_KEY = ("could not authenticate", "invalid project id", "invalid secret")
_NOT_PERMITTED = "not authorized"
_REASONS = ("errors", "error", "message")
_REASON_LENGTH = 300


def judge(reply: HttpReply, differing: Mapping[int, FailureClass]) -> Outcome:
    """What the reply means for the whole request; that the key was refused does, wherever it stands."""
    outcome = by_status(reply, differing)
    if outcome.failure not in (None, FailureClass.INVALID):
        return outcome
    told = reply.json_object()
    results = _results(told)
    if outcome == DONE and told.get("success") is False and not results:
        outcome = Outcome(FailureClass.INVALID, _reason(told))
    failed = (result for result in results if isinstance(result, dict) and result.get("success") is False)
    reasons = [outcome.reason, *map(_reason, failed)]
    refused = next(filter(_is_of_the_key, reasons), None)
    return Outcome(FailureClass.AUTH, refused) if refused else outcome


def apart(reply: HttpReply, items: Sequence[Item]) -> Mapping[int, Outcome]:
    """The outcomes of the commands that Bloomreach did not take, or of which it says nothing."""
    results = _results(reply.json_object())
    named = {str(result["command_id"]): result for result in results if _is_named(result)}
    outcomes = [_outcome(_result(results, named, place, item), item) for place, item in enumerate(items)]
    return {place: outcome for place, outcome in enumerate(outcomes) if outcome != DONE}


def _is_named(result: Any) -> bool:
    return isinstance(result, dict) and "command_id" in result


def _result(results: Sequence[Any], named: Mapping[str, Any], place: int, item: Item) -> Any:
    """A command's result: that at its place, or, since commands go in any order, the one that names it."""
    at_place = results[place] if place < len(results) else None
    return named.get(item.delivery.id) if at_place is None or _is_named(at_place) else at_place


def _outcome(result: Any, item: Item) -> Outcome:
    success = result.get("success") if isinstance(result, dict) else None
    if success is True:
        return DONE
    if success is not False:
        return Outcome(FailureClass.IN_DOUBT, "the answer does not tell what became of the event")
    reason = _reason(result)
    if _NOT_PERMITTED in reason.lower():
        return Outcome(FailureClass.CONFIG, f"{reason}; {_permission(item)}")
    return Outcome(FailureClass.INVALID, reason)


def _permission(item: Item) -> str:
    """What the operator has to permit."""
    event_type = from_json(item.text)["data"].get("event_type")
    what = f"events of type {event_type}" if event_type else "customer properties"
    return f"in Bloomreach let the key's API group set {what} (Project settings > Access management > API)"


def _is_of_the_key(reason: str) -> bool:
    return any(phrase in reason.lower() for phrase in _REFUSED_KEY)


def _reason(told: Mapping[str, Any]) -> str:
    reasons = [told[name] for name in _REASONS if told.get(name)]
    texts = [", ".join(map(str, reason)) if isinstance(reason, list) else str(reason) for reason in reasons]
    return ("; ".join(texts) or "refused without a reason")[:_REASON_LENGTH]


def _results(told: Mapping[str, Any]) -> Sequence[Any]:
    results = told.get("results")
    return results if isinstance(results, list) else []
