"""The forms that credentials come in."""

import base64

import pytest

from cdphub.credentials import BasicPair, HeaderPair, Pair

SEGMENT = HeaderPair("authorization", "secret-key", id_scheme="Basic ", encoded=True)
PLAIN = HeaderPair("application-id", "secret-key")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("application_id", ["app-1", "a:b", "äpp", "1"])
@pytest.mark.parametrize("scheme", ["Basic ", "basic ", "BASIC  "])
def test_an_encoded_id_is_taken_whole(application_id: str, scheme: str) -> None:
    headers = {"authorization": f"{scheme}{encoded(application_id)}", "secret-key": encoded("sécret")}
    assert SEGMENT.read(headers) == Pair(application_id, "sécret")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": f"Basic {encoded('a')}"},
        {"secret-key": encoded("s")},
        {"authorization": f"Bearer {encoded('a')}", "secret-key": encoded("s")},
        {"authorization": "Basic", "secret-key": encoded("s")},
        {"authorization": "Basic a", "secret-key": encoded("s")},
        {"authorization": "Basic é", "secret-key": encoded("s")},
        {"authorization": f"Basic {encoded('a')}", "secret-key": "gA=="},
    ],
)
def test_what_is_not_of_this_form_is_no_pair(headers: dict[str, str]) -> None:
    assert SEGMENT.read(headers) is None


def test_plain_headers_are_taken_as_they_are() -> None:
    assert PLAIN.read({"application-id": "a", "secret-key": "s"}) == Pair("a", "s")
    assert PLAIN.read({"application-id": "a"}) is None


@pytest.mark.parametrize("scheme", ["Basic ", "basic ", "BASIC  "])
@pytest.mark.parametrize("secret", ["s", "s:with:colons", "sécret"])
def test_basic_authentication_has_the_secret_after_the_first_colon(scheme: str, secret: str) -> None:
    assert BasicPair().read({"authorization": f"{scheme}{encoded(f'app-1:{secret}')}"}) == Pair("app-1", secret)


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic ", "Basic ???", "Basic gA==", *(f"Basic {encoded(text)}" for text in ("a", "a:", ":s", ":"))],
)
def test_what_is_no_basic_authentication_is_no_pair(authorization: str) -> None:
    assert BasicPair().read({"authorization": authorization}) is None
    assert BasicPair().read({"authorization": f"Bearer {encoded('a:s')}"}) is None
    assert BasicPair().read({}) is None
