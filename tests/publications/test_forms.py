"""The forms of a call, and what they wish for."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.api import Request
from cdphub.body import RefusedError
from publications import forms, wish
from publications.finishing import Unfinished
from tests.strategies import json_objects

PRINTED = "customer[source_id]=user-1%40example.com&campaign[name]=Welcome%20Codes"
USER = {"customer": {"source_id": "user-1@example.com"}, "campaign": {"name": "Welcome Codes"}}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def read(body: Any = b"", content_type: str = JSON, query: str = "", method: str = "POST") -> dict[str, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = Request(method, "/", {"content-type": content_type}, content, query=query)
    return wish.read(forms.asked(request)).model_dump(exclude_unset=True)


@pytest.mark.parametrize(
    "query",
    [
        PRINTED,
        "customer%5Bsource_id%5D=user-1%40example.com&campaign%5Bname%5D=Welcome+Codes",
        "customer[source_id]=user-1@example.com&campaign[name]=Welcome Codes",
        "campaign=Welcome+Codes&customer=user-1%40example.com",
    ],
)
def test_a_query_has_its_brackets_and_spaces_raw_or_encoded(query: str) -> None:
    assert read(query=query, method="GET") == USER


def test_a_query_may_say_everything() -> None:
    query = f"{PRINTED}&customer[metadata][plan]=gold&metadata[wave]=1&source_id=a%3A1&occasion=may&join_once=true"
    assert read(query=query, method="GET") == {
        "customer": {"source_id": "user-1@example.com", "metadata": {"plan": "gold"}},
        "campaign": {"name": "Welcome Codes"},
        "metadata": {"wave": "1"},
        "source_id": "a:1",
        "occasion": "may",
        "join_once": True,
    }


@pytest.mark.parametrize("value", ["Zoë", "a,b", "a&b=c", "100%", "[x]", "日本"])
def test_a_query_keeps_what_is_encoded(value: str) -> None:
    assert read(query=f"{PRINTED}&source_id={quote(value)}", method="GET")["source_id"] == value


@pytest.mark.parametrize("content_type", [JSON, "", FORM, "application/json; charset=utf-8"])
def test_a_body_is_json_whatever_its_type_is_called(content_type: str) -> None:
    assert read(USER, content_type) == USER


def test_brazes_texts_are_understood() -> None:
    braze = {"campaign": "camp_Y7h", "customer": "user-1", "channel": "Braze", "source_id": "6c9user-1"}
    assert read(braze, query="cache_id=6c9user-1") == {
        "campaign": {"name": "camp_Y7h"},
        "customer": {"source_id": "user-1"},
        "channel": "Braze",
        "source_id": "6c9user-1",
    }
    assert read({"campaign": "c", "customer": 4711})["customer"] == {"source_id": "4711"}
    assert read({"customer[source_id]": "u", "campaign[name]": "c", "campaign[count]": "2"}) == {
        "customer": {"source_id": "u"},
        "campaign": {"name": "c", "count": 2},
    }


def test_a_form_is_understood() -> None:
    assert read(b"campaign=Welcome+Codes&customer=user-1%40example.com", FORM) == USER
    assert read(PRINTED.encode(), f"{FORM}; charset=UTF-8") == USER


def test_the_query_says_what_the_body_does_not() -> None:
    asked = read(USER, query="join_once=true&occasion=may&campaign[name]=Other")
    assert asked == {**USER, "join_once": True, "occasion": "may"}


@pytest.mark.parametrize("blank", ["", " ", None, "None", "null", "undefined"])
def test_what_a_template_left_empty_is_not_there(blank: Any) -> None:
    with pytest.raises(RefusedError) as refused:
        read({**USER, "customer": {"source_id": blank}})
    assert refused.value.field == "customer"
    assert read({**USER, "source_id": blank, "occasion": blank, "join_once": blank, "voucher": blank}) == USER
    assert read({**USER, "customer": {"source_id": "u", "email": blank}})["customer"] == {"source_id": "u"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customer": None}, "customer"),
        ({"customer": {"email": "a@example.com"}}, "customer"),
        ({"customer": ["u"]}, "customer.source_id"),
        ({"customer": {"source_id": "x" * 513}}, "customer.source_id"),
        ({"campaign": None}, "campaign"),
        ({"campaign": {}}, "campaign"),
        ({"campaign": {"name": "c", "count": 51}}, "campaign.count"),
        ({"campaign": {"name": "c", "count": 0}}, "campaign.count"),
        ({"join_once": "maybe"}, "join_once"),
        ({"metadata": "x"}, "metadata"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read({**USER, **change})
    assert refused.value.field == field


@pytest.mark.parametrize("body", [b"[]", b"3", b"{", b'"x"', b"\xff", b'{"customer":NaN}', b"{}" + b" " * 64_000])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        read(body)
    assert refused.value.field == "body"


@given(st.text(alphabet="ab[]=&%5B+ .", max_size=40), json_objects(), st.sampled_from([JSON, FORM, ""]))
def test_anything_is_read_or_refused(query: str, body: dict[str, Any], content_type: str) -> None:
    try:
        asked = read(body, content_type, query)
    except RefusedError:
        return
    assert wish.read(asked).model_dump(exclude_unset=True) == asked


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_query_of_two_names_is_read(name: str, value: str) -> None:
    assert isinstance(forms.nested([(name, value), ("customer[source_id]", "u")]), dict)


def test_a_wish_travels_as_it_is() -> None:
    asked = wish.read({**USER, "customer": {"source_id": "u", "metadata": {"list": [1, None, "ä"]}}})
    unfinished = Unfinished(project="p", connection="c", wish=asked, tries=1)
    assert Unfinished.model_validate_json(json.dumps(unfinished.message(1).body)) == unfinished
