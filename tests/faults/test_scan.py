"""The scan finds a secret in whatever form it was written."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.faults.scan import forms

SECRET = 'se/cret "of" ours+'


@pytest.mark.parametrize("before", ["", "i", "id", "id:", "a longer id:"])
@pytest.mark.parametrize("after", ["", ":", "xy", " and so on"])
def test_it_is_found_in_base64_wherever_it_begins(before: str, after: str) -> None:
    assert any(form in b64encode(f"{before}{SECRET}{after}".encode()).decode() for form in forms(SECRET))


@pytest.mark.parametrize("text", [SECRET, quote(SECRET), quote(SECRET, safe=""), '{"a": "se/cret \\"of\\" ours+"}'])
def test_it_is_found_as_it_is_quoted_and_in_json(text: str) -> None:
    assert any(form in text for form in forms(SECRET))


def test_another_text_is_not_it() -> None:
    assert not any(form in b64encode(b"another secret of ours").decode() for form in forms(SECRET))
