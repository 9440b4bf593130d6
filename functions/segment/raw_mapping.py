"""Messages of Segment's Spec as the hub's commands, by the connection's settings (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cdphub.body import RefusedError
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import Customer, EraseCustomer
from segment import mapping, models
from segment.paths import Rule, apply, at, rules, unclaimed
from segment.profile import HUB, Settings
from segment.raw_models import CustomerBody, Message

_SENT_BY_THE_HUB = (("context", "integration", "name"), ("context", "library", "name"))
# Where Engage names the audience or trait that an event is about; the property of that name has the value.
# https://segment.com/docs/engage/using-engage-data/
_COMPUTED = (("context", "personas", "computation_key"), ("properties", "audience_key"), ("properties", "trait_key"))


class Mapper:
    """Maps the messages of one request."""

    def __init__(self, connection: Connection, stamp: Stamp) -> None:
        self._connection = connection
        self._stamp = stamp
        self._settings = Settings.model_validate(connection.settings)
        self._identify_rules = rules(self._settings.identify_mapping)
        self._track_rules = rules(self._settings.track_mapping)

    def map(self, raw: Any) -> Parsed:
        """What one message asks for; raises RefusedError and pydantic.ValidationError."""
        message = Message.model_validate(raw)
        reason = self._why_skipped(message, raw)
        if reason:
            return Parsed([], 1, skipped=[reason])
        source_id = message.user_id or message.anonymous_id
        if source_id is None:
            raise RefusedError("userId", "is missing, and so is anonymousId")
        parsed = self._map(message, source_id, raw)
        return _with_ids(parsed, message.message_id) if message.message_id else parsed

    def _why_skipped(self, message: Message, raw: Any) -> str | None:
        settings = self._settings
        if any(at(raw, path) == HUB for path in _SENT_BY_THE_HUB):
            return "sent by the hub"
        off = {
            "identify": settings.identify_disabled,
            "track": settings.track_disabled,
            "page": not settings.page_enabled,
            "screen": not settings.screen_enabled,
            # Voucherify cannot merge customers.
            "alias": True,
        }
        return message.type if off.get(message.type) else None

    def _map(self, message: Message, source_id: str, raw: Any) -> Parsed:
        if message.type == "identify":
            return self._identify(message, source_id, raw)
        if message.type == "group":
            return self._group(message, source_id)
        if message.type == "delete":
            return self._erase(source_id)
        return self._track(message, source_id, raw)

    def _identify(self, message: Message, source_id: str, raw: Any) -> Parsed:
        customer = self._mapped(self._identify_rules, raw).get("customer", {})
        traits = unclaimed(self._identify_rules, "traits", message.traits)
        return self._upsert(source_id, self._with_traits(customer, traits))

    def _track(self, message: Message, source_id: str, raw: Any) -> Parsed:
        mapped = self._mapped(self._track_rules, raw)
        event = models.EventBody.model_validate(
            {
                "customer": {"source_id": source_id},
                "event": mapped.get("event") or _event_name(message),
                "type": message.type,
                **{name: mapped.get(name) for name in ("referral", "loyalty", "metadata")},
            }
        )
        tracked = mapping.track(event, self._connection, self._stamp)
        properties = unclaimed(self._track_rules, "properties", message.properties)
        computed = {key: value for key, value in properties.items() if key in _computed(raw)}
        carried = self._upsert(source_id, self._with_traits(mapped.get("customer", {}), computed))
        [command], [upsert] = tracked.commands, carried.commands
        command = command.model_copy(update={"customer": upsert.customer})
        return replace(tracked, commands=[command], omitted=[*tracked.omitted, *carried.omitted])

    def _group(self, message: Message, source_id: str) -> Parsed:
        if message.group_id is None:
            raise RefusedError("groupId", "is missing")
        group = {"customer": {"source_id": source_id}, "group_id": message.group_id, "traits": message.traits}
        return mapping.group(models.GroupBody.model_validate(group), self._connection, self._stamp)

    def _erase(self, source_id: str) -> Parsed:
        customer = Customer(source_id=source_id)
        command = EraseCustomer(connection=self._connection.id, order=self._stamp.place(0), customer=customer)
        return Parsed([command], 1)

    def _mapped(self, rules: Sequence[Rule], raw: Any) -> dict[str, Any]:
        return apply(rules, raw, nulls=self._settings.null_clears)

    def _with_traits(self, customer: dict[str, Any], traits: Mapping[str, Any]) -> dict[str, Any]:
        """The customer with the traits in its metadata, from which only what Voucherify's schema defines is sent."""
        metadata = customer.get("metadata") or {}
        if self._settings.unmapped_traits == "drop" or not isinstance(metadata, dict):
            return customer
        return {**customer, "metadata": {**traits, **metadata}}

    def _upsert(self, source_id: str, customer: Mapping[str, Any]) -> Parsed:
        body = CustomerBody.model_validate({**customer, "source_id": source_id})
        return mapping.upsert(body, self._connection, self._stamp)


def _event_name(message: Message) -> Any:
    """The names of page and screen views are those that Segment's destination for Voucherify gives them."""
    views = {"page": f"Viewed {message.name or ''} Page", "screen": f"Viewed {message.name or ''} Screen"}
    return views.get(message.type, message.event)


def _computed(raw: Any) -> list[Any]:
    return [at(raw, path) for path in _COMPUTED]


def _with_ids(parsed: Parsed, message_id: str) -> Parsed:
    """A repeat of the message is known by its id; of several commands each needs one of its own."""
    ids = [message_id, *(f"{message_id}#{number}" for number in range(1, len(parsed.commands)))]
    commands = [command.model_copy(update={"id": id_}) for command, id_ in zip(parsed.commands, ids, strict=True)]
    return replace(parsed, commands=commands)
