"""Which route of an HTTP API takes a request."""

import pytest

from tools.local.routes import Router
from tools.local.triggers import Route

ROUTER = Router(
    Route(method, path, "F")
    for method, path in [
        ("ANY", "$default"),
        ("ANY", "/{all+}"),
        ("POST", "/a/{rest+}"),
        ("GET", "/a/{id}"),
        ("ANY", "/a/b"),
        ("GET", "/a/b"),
        ("GET", "/v1.0/x"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/a/b", "GET /a/b", {}),
        ("PUT", "/a/b", "ANY /a/b", {}),
        ("GET", "/a/c", "GET /a/{id}", {"id": "c"}),
        ("POST", "/a/c", "POST /a/{rest+}", {"rest": "c"}),
        ("POST", "/a/c/d", "POST /a/{rest+}", {"rest": "c/d"}),
        ("GET", "/a/b/", "ANY /{all+}", {"all": "a/b/"}),
        ("GET", "/v1x0/x", "ANY /{all+}", {"all": "v1x0/x"}),
        ("GET", "/", "$default", {}),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    match = ROUTER.match(method, path)
    assert match
    assert (match.key, match.parameters) == (key, parameters)


@pytest.mark.parametrize(("method", "path"), [("POST", "/a"), ("GET", "/a/b"), ("GET", "//a"), ("GET", "/a/")])
def test_nothing_but_an_exact_path_matches(method: str, path: str) -> None:
    assert Router([Route("GET", "/a", "F")]).match(method, path) is None
