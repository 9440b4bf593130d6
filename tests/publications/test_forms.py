"""The forms of a call, for all that may come; tests/golden/publications has what each of them asks for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.api import Request
from cdphub.body import RefusedError
from publications import forms, question, wish
from publications.finishing import Unfinished
from tests.strategies import json_objects

TYPES = ["application/json", "application/x-www-form-urlencoded", ""]


def request(body: Any, content_type: str = "", query: str = "", path: str = "/v1/publications") -> Request:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", path, {"content-type": content_type}, content, query=query)


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("length", [forms.MOST_BYTES + 1, 5_000_000])
def test_a_body_that_is_too_long_is_refused(content_type: str, length: int) -> None:
    with pytest.raises(RefusedError) as refused:
        forms.asked(request(b"{}".ljust(length), content_type))
    assert refused.value.field == "body"
    assert forms.asked(request(b"{}".ljust(forms.MOST_BYTES), content_type)) == {}


@given(json_objects(), st.sampled_from(TYPES), st.text(alphabet="ab[]=&%5B+ .", max_size=40))
def test_anything_is_read_or_refused(body: dict[str, Any], content_type: str, query: str) -> None:
    try:
        asked = wish.read(forms.asked(request(body, content_type, query))).model_dump(exclude_unset=True)
    except RefusedError:
        return
    assert wish.read(asked).model_dump(exclude_unset=True) == asked


@given(json_objects(), st.sampled_from(TYPES), st.text(alphabet="customer[id]=&%5Boptions.limit1", max_size=60))
def test_any_question_is_read_or_refused(body: dict[str, Any], content_type: str, query: str) -> None:
    path = "/v1/qualifications"
    try:
        asked = question.read(request(body, content_type, query, path), path)
    except RefusedError:
        return
    assert asked is not None
    assert question.read(request(asked.model_dump(exclude_unset=True), path=path), path) == asked


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_query_of_two_names_is_read(name: str, value: str) -> None:
    assert isinstance(forms.nested([(name, value), ("customer[source_id]", "u")]), dict)


def test_a_wish_travels_as_it_is() -> None:
    customer = {"source_id": "u", "metadata": {"list": [1, None, "ä"]}}
    asked = wish.read({"customer": customer, "campaign": "c"})
    unfinished = Unfinished(project="p", connection="c", wish=asked, tries=1)
    assert Unfinished.model_validate_json(json.dumps(unfinished.message(1).body)) == unfinished
