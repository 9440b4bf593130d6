"""What mParticle's repeats do: the commands bring what the outbox knows them by (G2, G3)."""

from typing import Any

from pydantic import TypeAdapter

from cdphub.outbox.merge import merge, seen
from cdphub.outbox.row import Row
from cdphub.schema import Command
from tests.mparticle.sender import EVENTS, MEMBERS, MParticle, event, identity, message, profile

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


def outbox_row(mparticle: MParticle, *messages: dict[str, Any]) -> Row:
    """The customer's row after these messages, which come one after the other."""
    row = Row(source_id="u1")
    for given in messages:
        mparticle.world.pass_time(1_000)
        mparticle.world.queues.sent.clear()
        assert mparticle.send(given)["statusCode"] == 200
        for command in map(COMMAND.validate_python, mparticle.commands()):
            if not seen(row, command):
                merge(row, command)
    return row


def membership(message_id: str, action: str, name: str = "Brewers") -> dict[str, Any]:
    member = profile("u1", 7, action)
    member["audiences"][0]["audience_name"] = name
    return message(MEMBERS, user_profiles=[member]) | {"id": message_id}


def members(row: Row) -> dict[str, bool]:
    return {audience.name: audience.member for audience in row.lists["mparticleAudiences"].values()}


def test_g2_add_delete_add_under_repeats_ends_joined(mparticle: MParticle) -> None:
    add, delete, again = membership("m-1", "add"), membership("m-2", "delete"), membership("m-3", "add")
    assert members(outbox_row(mparticle, add, add, delete, add, again, delete, add)) == {"Brewers": True}
    assert members(outbox_row(mparticle, add, delete, add)) == {"Brewers": False}


def test_a_renamed_audience_replaces_its_name(mparticle: MParticle) -> None:
    row = outbox_row(mparticle, membership("m-1", "add"), membership("m-2", "add", "Steepers"))
    assert members(row) == {"Steepers": True}


def test_g2_a_repeated_batch_does_not_bring_old_fields_back(mparticle: MParticle) -> None:
    def tier(message_id: str, value: str) -> dict[str, Any]:
        return message(EVENTS, user_identities=[identity("u1")], user_attributes={"tier": value}) | {"id": message_id}

    row = outbox_row(mparticle, tier("m-1", "silver"), tier("m-2", "gold"), tier("m-1", "silver"))
    assert row.fields["metadata.tier"].value == "gold"


def test_g3_a_repeated_event_is_the_same_event(mparticle: MParticle) -> None:
    batch = message(EVENTS, user_identities=[identity("u1")], events=[event("Brewed"), event("Poured", "e-2")])
    assert len(outbox_row(mparticle, batch, batch).events) == 2


def test_a_batch_that_comes_event_by_event_brings_all_changes(mparticle: MParticle) -> None:
    def change(event_id: str, value: str) -> dict[str, Any]:
        added = {"type": "user_attribute_change", "id": event_id, "added": {"tier": value}}
        return message(EVENTS, user_identities=[identity("u1")], events=[added])

    row = outbox_row(mparticle, change("e-1", "silver"), change("e-2", "gold"))
    assert row.fields["metadata.tier"].value == "gold"
