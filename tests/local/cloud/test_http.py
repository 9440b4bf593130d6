"""Requests through the gateway to functions in processes of their own."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
import requests

from tests.local.cloud.conftest import Toy


def test_a_function_gets_event_context_and_its_own_environment(toy: Toy) -> None:
    response = requests.post(f"{toy.hub}/echo?a=1&a=2", json={"n": 1}, timeout=30)
    seen = response.json()
    assert response.status_code == 201
    assert response.headers["X-Toy"] == "yes"
    assert seen["event"]["queryStringParameters"] == {"a": "1,2"}
    assert json.loads(seen["event"]["body"]) == {"n": 1}
    assert seen["layer"] == "from the layer"
    assert seen["name"] == "local-Echo"
    assert 0 < seen["left_ms"] <= 14_750, "5 of the 200 seconds as they are, a 20th of the rest"

    environment = seen["environment"]
    assert environment["GREETING"] == "hello from local"
    assert environment["AWS_ENDPOINT_URL"] == toy.aws
    assert environment["TIME_SCALE"] == "20"
    assert "HOME" not in environment, "nothing of the machine's own environment"


@pytest.mark.parametrize(
    ("path", "key", "parameters"),
    [("/items/7", "GET /items/{id}", {"id": "7"}), ("/files/a/b%20c", "ANY /files/{path+}", {"path": "a/b c"})],
)
def test_routes_with_parameters(toy: Toy, path: str, key: str, parameters: dict[str, str]) -> None:
    event = toy.get(path).json()["event"]
    assert (event["routeKey"], event["pathParameters"]) == (key, parameters)


@pytest.mark.parametrize("path", ["//echo", "/echo//", "//segmentio//customer-processing", "/"])
def test_doubled_slashes_reach_the_default_route_unmerged(toy: Toy, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(toy.hub).netloc, timeout=30)
    connection.request("POST", path, body="{}")
    seen = json.loads(connection.getresponse().read())
    connection.close()
    assert (seen["route"], seen["path"]) == ("$default", path)


def test_a_function_that_raises_or_cannot_start_is_answered_with_500(toy: Toy) -> None:
    for path in ("/raises", "/broken"):
        response = toy.get(path)
        assert (response.status_code, response.json()) == (500, {"message": "Internal Server Error"})
    assert "on purpose" in (toy.folder / "logs" / "Raises.log").read_text()
    assert "No module named 'missing'" in (toy.folder / "logs" / "Broken.log").read_text()


def test_a_function_that_takes_too_long_is_killed_and_answered_with_503(toy: Toy) -> None:
    first = toy.get("/sleeps/0").json()["pid"]
    response = toy.get("/sleeps/30")
    assert (response.status_code, response.json()) == (503, {"message": "Service Unavailable"})
    assert toy.get("/sleeps/0").json()["pid"] != first


def test_a_result_without_a_status_is_the_body(toy: Toy) -> None:
    response = toy.get("/plain")
    assert (response.status_code, response.json()) == (200, "no statusCode")
