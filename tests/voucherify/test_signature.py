"""Voucherify's signature; the first vectors are those that Voucherify publishes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucherify.signature import is_signed, without_whitespace

KEY = "secretKey"
SIMPLE = b'{"a":1}'
SIMPLE_SIGNATURE = "a17d2ac229d1ebbb5f10e839c7985c4818e5986eab297f7e5979196d4d7d3ed2"


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (SIMPLE, SIMPLE_SIGNATURE),
        (b'{"a\\"b":1}', "f7cf97814a03146abedb9793f56e1dec34f618f82d10395310d053f749483ffb"),
        (b"  message  ", "53ff92957e1427ce23ad5bda9d0c5f2f4ff384d0806b83eeacb510c842d3a358"),
        (b' {\r\n\t"a" : 1 }\n', SIMPLE_SIGNATURE),
    ],
)
def test_a_signature_over_the_body_or_its_json_without_whitespace(body: bytes, signature: str) -> None:
    assert is_signed(body, signature, [KEY])
    assert not is_signed(body, signature, ["other"])
    assert not is_signed(body + b".", signature, [KEY])


def test_any_of_several_secrets_will_do() -> None:
    assert is_signed(SIMPLE, SIMPLE_SIGNATURE, ["newer", KEY])


@pytest.mark.parametrize("signature", ["", SIMPLE_SIGNATURE[:-1], SIMPLE_SIGNATURE.upper(), "ż", "\ud800"])
def test_other_signatures_are_wrong(signature: str) -> None:
    assert not is_signed(SIMPLE, signature, [KEY])


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_signed(secrets: list[str]) -> None:
    with_an_empty_key = "e0baad27ae5335a93e2979e6693e7630de7d66b4d5bfd687cdbf1f0018f79cb8"
    assert not is_signed(SIMPLE, with_an_empty_key, secrets)


@given(st.dictionaries(st.text(), st.text() | st.lists(st.integers() | st.text())))
def test_only_whitespace_between_tokens_goes(value: object) -> None:
    compact = json.dumps(value, separators=(",", ":")).encode()
    assert without_whitespace(json.dumps(value, indent=2).encode()) == compact
    assert without_whitespace(compact) == compact


def test_a_text_that_is_cut_off_is_read_once() -> None:
    cut_off = b'"\\' * 500_000
    assert without_whitespace(cut_off) == cut_off
