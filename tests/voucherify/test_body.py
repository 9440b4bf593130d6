"""The body of a call from the customer row."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.connections import Project
from cdphub.metadata import Omitted
from cdphub.outbox.merge import merge
from cdphub.outbox.row import Membership, PendingField
from cdphub.outbox.work import Send, next_work
from tests.builders import ADA, CONNECTION, at, pending, row, upsert
from voucherify import body

SCHEMAS = {
    "customer": {
        "plan": {"type": "string", "array": False},
        "a.b": {"type": "number", "array": False},
        "groups": {"type": "string", "array": True},
    }
}


def customer(**fields: Any) -> tuple[dict[str, Any], body.Leavings]:
    """The `customer` object of a call that sends these fields, given by their names with `__` for a dot."""
    names = {name.replace("__", "."): value for name, value in fields.items()}
    send = Send(fields=dict.fromkeys(names, at(1)))
    return body.customer(row(fields={name: pending(1, value) for name, value in names.items()}), send, SCHEMAS)


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"source_id": ADA}, {}),
        ({"name": "Ada", "phone": None}, {"name": "Ada", "phone": None}),
        ({"address__city": "Paris", "address__line_1": None}, {"address": {"city": "Paris", "line_1": None}}),
        ({"metadata__plan": "pro", "metadata__a__b": "5"}, {"metadata": {"plan": "pro", "a.b": 5}}),
        ({"metadata__other": "x"}, {}),
    ],
)
def test_fields_are_put_where_voucherify_has_them(fields: dict[str, Any], sent: dict[str, Any]) -> None:
    assert customer(**fields)[0] == {"source_id": ADA} | sent


def test_what_voucherify_would_not_take_is_left_out_and_named() -> None:
    sent, omitted = customer(metadata__plan=5, metadata__other="x", name="Ada")
    assert sent == {"source_id": ADA, "name": "Ada"}
    assert omitted == {CONNECTION: [Omitted("plan", "not a string", "number"), Omitted("other", "undefined", "string")]}


def test_what_is_left_out_is_told_by_the_connection_that_brought_it() -> None:
    fields = {f"metadata.{by}": PendingField(value="x", at=at(1), by=by) for by in ("segment-1", "braze-1")}
    lists = {"audiences": {"1": Membership(member=True, name="a", at=at(1), by="mparticle-1")}}
    send = Send(fields=dict.fromkeys(fields, at(1)), lists={"audiences": 1})
    sent, omitted = body.customer(row(fields=fields, lists=lists), send, SCHEMAS)
    assert sent == {"source_id": ADA}
    assert omitted == {
        "segment-1": [Omitted("segment-1", "undefined", "string")],
        "braze-1": [Omitted("braze-1", "undefined", "string")],
        "mparticle-1": [Omitted("audiences", "undefined", "list")],
    }


def test_metadata_is_merged_into_what_is_there_unless_nothing_is_sent() -> None:
    held = row(fields={"metadata.plan": pending(1, "pro"), "metadata.other": pending(2, "x")})
    there = {"metadata": {"plan": "basic", "seats": 5}}
    sent, _ = body.customer(held, Send(fields={"metadata.plan": at(1)}), SCHEMAS, there)
    assert sent["metadata"] == {"plan": "pro", "seats": 5}
    sent, _ = body.customer(held, Send(fields={"metadata.other": at(2)}), SCHEMAS, there)
    assert "metadata" not in sent


def test_a_list_is_written_whole_by_its_audiences_names() -> None:
    lists = {
        "groups": {
            "1": Membership(member=True, name="b", at=at(1), by="c"),
            "2": Membership(member=False, name="gone", at=at(2), by="c"),
            "name:a": Membership(member=True, name="a", at="", by=""),
        }
    }
    sent, _ = body.customer(row(lists=lists), Send(lists={"groups": 3}), SCHEMAS)
    assert sent["metadata"] == {"groups": ["a", "b"]}


def test_an_event_carries_the_customer() -> None:
    stored = {"event": "Bought", "metadata": {"amount": 5}}
    assert body.event(stored, {"source_id": ADA}) == stored | {"customer": {"source_id": ADA}}


@pytest.mark.parametrize(
    ("send", "needs"),
    [
        (Send(fields={"name": "1", "address.city": "1"}), False),
        (Send(event="e"), False),
        (Send(fields={"metadata.plan": "1"}), True),
        (Send(lists={"groups": 1}), True),
    ],
)
def test_fields_of_metadata_and_lists_are_metadata(send: Send, needs: bool) -> None:
    assert body.has_metadata(send) is needs
    for how, reads in (("merge", False), ("read_modify_write", needs)):
        project = Project.model_validate({"id": "p", "name": "p", "api_url": "u", "metadata_write": how})
        assert body.reads_first(project, send) is reads


@pytest.mark.parametrize(
    ("how", "fields", "reads"),
    [
        ("read_modify_write", {"address.city": "1"}, True),
        ("read_modify_write", {"name": "1", "metadata.plan": "1"}, False),
        ("merge", {"address.city": "1"}, False),
    ],
)
def test_an_address_may_have_to_be_read_too(how: str, fields: dict[str, str], reads: bool) -> None:
    project = Project.model_validate({"id": "p", "name": "p", "api_url": "u", "address_write": how})
    assert body.reads_first(project, Send(fields=fields)) is reads


@pytest.mark.parametrize(
    ("send", "alone"),
    [
        (
            Send("e", {"name": "1", "metadata.a": "2", "metadata.b": "1", "metadata.c": "1"}, {"groups": 1}),
            Send(None, {"metadata.b": "1", "metadata.c": "1"}),
        ),
        (Send("e", {"name": "1"}, {"groups": 1, "more": 2}), Send(lists={"groups": 1})),
    ],
)
def test_one_command_with_metadata_can_be_told_from_the_call(send: Send, alone: Send) -> None:
    assert body.metadata_alone(send) == alone


keys = st.sampled_from(["plan", "a.b", "other", "metadata.plan", "address.city", ""])


@given(st.dictionaries(keys, st.none() | st.sampled_from(["x", "5"]) | st.integers() | st.lists(st.booleans())))
def test_no_undefined_key_is_ever_sent(metadata: dict[str, Any]) -> None:
    held = row()
    merge(held, upsert(1, metadata=metadata))
    send = next_work(held)
    assert isinstance(send, Send)
    sent, omitted = body.customer(held, send, SCHEMAS)
    assert set(sent.get("metadata", {})) <= set(SCHEMAS["customer"])
    assert set(sent) <= {"source_id", "metadata"}
    assert len(sent.get("metadata", {})) + sum(map(len, omitted.values())) == len(metadata)
