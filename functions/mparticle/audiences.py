"""Audiences, as lists of names in the customer's metadata (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from cdphub.batch import each
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import ChangeMembership, Command, UpsertCustomer
from mparticle.attributes import NAMES, customer_fields
from mparticle.identities import source_ids
from mparticle.models import AttributeChange, Audience, MembershipChange, Subscription, UserProfile
from mparticle.profile import Settings
from mparticle.subject import NOBODY, Subject

# mParticle calls leaving an audience `delete`, and an audience that is sent no longer `remove`.
_MEMBERSHIP_ACTIONS = ("add", "delete")
_ACTIONS = (*_MEMBERSHIP_ACTIONS, "attribute_update")
_ATTRIBUTE_ACTIONS = ("upsert", "delete")


def parse(change: MembershipChange, connection: Connection, stamp: Stamp) -> Parsed:
    """Per profile its fields, and one change for each audience: the last. A wrong audience costs none of the others."""
    settings = Settings.model_validate(connection.settings)
    places = map(stamp.place, count())

    def profile_parsed(index: int, profile: UserProfile) -> Parsed:
        found = source_ids(profile.identities(), settings.identity_priority)
        if not found:
            return Parsed([], 1, skipped=[NOBODY])
        sender_id = f"{change.id}#{index}" if change.id else None
        right, wrong = _judged(profile.audiences)
        if wrong and not right:
            return Parsed([], 0, [(index, reason) for reason in wrong])
        changes = _changes(Subject(connection.id, settings, found[0]), profile, right, places, sender_id)
        return replace(changes, rejected=[(index, reason) for reason in wrong])

    return each(change.user_profiles, profile_parsed)


def subscription(message: Subscription, _connection: Connection, _stamp: Stamp) -> Parsed:
    """Nothing to do: the hub knows an audience by its members, who leave it when mParticle says so of each."""
    return Parsed([], 1, skipped=["an audience that is sent no longer"] if message.action == "remove" else [])


def _judged(audiences: Sequence[Audience]) -> tuple[list[Audience], list[str]]:
    """Those that can be used, and what is wrong with the others."""
    right: list[Audience] = []
    wrong: list[str] = []
    for audience in audiences:
        if audience.audience_id is None:
            wrong.append("audience_id: is missing")
        elif audience.action not in _ACTIONS:
            wrong.append(f"action: must be one of {', '.join(_ACTIONS)}")
        else:
            right.append(audience)
    return right, wrong


def _changes(
    subject: Subject, profile: UserProfile, audiences: Sequence[Audience], places: Iterator[str], sender_id: str | None
) -> Parsed:
    attributes, halves = _attributes(audiences)
    fields, omitted = customer_fields(profile.user_identities, attributes)
    upsert = subject.command(UpsertCustomer, next(places), fields, id=sender_id)
    commands: list[Command] = [upsert] if upsert.customer.fields() else []
    for audience in _last_changes(audiences):
        commands.append(
            subject.command(
                ChangeMembership,
                next(places),
                id=f"{sender_id}#{audience.audience_id}" if sender_id else None,
                list=subject.settings.audience_list_key,
                audience=audience.audience_id,
                # Whoever leaves does so by the id.
                name=audience.audience_name or audience.audience_id,
                member=audience.action == "add",
            )
        )
    return Parsed(commands, 1, omitted=[*halves, *omitted])


def _last_changes(audiences: Sequence[Audience]) -> list[Audience]:
    """The last change of each audience."""
    return list({one.audience_id: one for one in audiences if one.action in _MEMBERSHIP_ACTIONS}.values())


def _attributes(audiences: Sequence[Audience]) -> tuple[dict[str, Any], list[str]]:
    """The attributes that changed, null where one was removed, and the names of those that cannot be used."""
    changes = [change for audience in audiences for change in audience.user_attributes]
    attributes = {
        change.key: _value(change) for change in changes if change.key and change.action in _ATTRIBUTE_ACTIONS
    }
    halves = [name for name in attributes if name.lower() in NAMES]
    if len(halves) != 1:
        return attributes, []
    # Half a name would replace the whole.
    del attributes[halves[0]]
    return attributes, halves


def _value(change: AttributeChange) -> Any:
    if change.action == "delete":
        return None
    return change.value if change.list_value is None else change.list_value
