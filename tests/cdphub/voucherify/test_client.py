"""The calls to Voucherify as they go out."""

import json
from collections.abc import Callable

import pytest

from cdphub.connections import ManagementKeys, Project, ProjectSecrets
from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify

PROJECT = Project(id="p", name="Shop", api_url="https://api.voucherify.io/")
SECRETS = ProjectSecrets(application_id="app", secret_key="token", salt="salt")


class OneReply:
    """A transport that keeps the requests and gives every one the same reply."""

    def __init__(self, reply: HttpReply | NoReplyError) -> None:
        self.requests: list[HttpRequest] = []
        self._reply = reply

    def send(self, request: HttpRequest) -> HttpReply:
        self.requests.append(request)
        if isinstance(self._reply, NoReplyError):
            raise self._reply
        return self._reply


@pytest.mark.parametrize(
    ("call", "method", "path", "body"),
    [
        (lambda api: api.upsert_customer({"source_id": "a"}), "POST", "/v1/customers", {"source_id": "a"}),
        (lambda api: api.track_event({"event": "é"}), "POST", "/v1/events", {"event": "é"}),
        (lambda api: api.read_customer("a/b c?d@e.f#"), "GET", "/v1/customers/a%2Fb%20c%3Fd%40e.f%23", None),
        (lambda api: api.read_metadata_schemas(), "GET", "/v1/metadata-schemas", None),
        (lambda api: api.read_metadata_schemas(2), "GET", "/v1/metadata-schemas?page=2", None),
        (lambda api: api.probe(), "GET", "/v1/customers?limit=1", None),
        (
            lambda api: api.upsert_customers([{"source_id": "a"}]),
            "POST",
            "/v1/customers/bulk/async",
            [{"source_id": "a"}],
        ),
        (lambda api: api.list_async_actions(), "GET", "/v1/async-actions?limit=100", None),
        (
            lambda api: api.list_async_actions("2026-03-02T09:14:58.600Z"),
            "GET",
            "/v1/async-actions?limit=100&end_date=2026-03-02T09:14:58.600Z",
            None,
        ),
        (lambda api: api.read_async_action("aa_1/2"), "GET", "/v1/async-actions/aa_1%2F2", None),
    ],
    ids=["upsert", "event", "read", "schemas", "schemas 2", "probe", "bulk", "actions", "older actions", "action"],
)
def test_a_call_is_one_request(call: Callable[[Voucherify], Answer], method: str, path: str, body: object) -> None:
    transport = OneReply(HttpReply(200, {}, b'{"object":"something"}'))
    answer = call(Voucherify(PROJECT, SECRETS, transport))
    (request,) = transport.requests
    assert (request.method, request.url) == (method, "https://api.voucherify.io" + path)
    assert (json.loads(request.body) if request.body else None) == body
    assert ("content-type" in request.headers) is (body is not None)
    assert (request.headers["x-app-id"], request.headers["x-app-token"]) == ("app", "token")
    assert answer.body == {"object": "something"}


def test_g7_the_management_api_gets_its_own_keys_and_no_others() -> None:
    transport = OneReply(HttpReply(200, {}, b"{}"))
    keys = ManagementKeys(project="proj/1", id="management", token="management-token")
    api = Voucherify(PROJECT, SECRETS.model_copy(update={"management": keys}), transport)
    assert api.can_manage
    assert api.read_event_schemas().yes
    (request,) = transport.requests
    assert request.url == "https://api.voucherify.io/management/v1/projects/proj%2F1/custom-event-schemas"
    assert request.headers == {"x-management-id": "management", "x-management-token": "management-token"}


def test_without_its_keys_the_management_api_is_not_called() -> None:
    transport = OneReply(HttpReply(200, {}, b"{}"))
    api = Voucherify(PROJECT, SECRETS, transport)
    assert not api.can_manage
    with pytest.raises(ValueError, match="Management API"):
        api.read_event_schemas()
    assert not transport.requests


@pytest.mark.parametrize(("written", "failure"), [(True, FailureClass.IN_DOUBT), (False, FailureClass.TRANSIENT)])
def test_no_reply_is_an_answer_too(written: bool, failure: FailureClass) -> None:
    transport = OneReply(NoReplyError("ReadTimeout", written=written))
    assert Voucherify(PROJECT, SECRETS, transport).upsert_customer({"source_id": "a"}).failure is failure


@pytest.mark.parametrize("reply", [HttpReply(504, {}, b"<html>"), NoReplyError("ReadTimeout", written=True)])
def test_a_call_that_only_reads_is_never_in_doubt(reply: HttpReply | NoReplyError) -> None:
    assert Voucherify(PROJECT, SECRETS, OneReply(reply)).probe().failure is FailureClass.TRANSIENT


def test_g7_neither_keys_nor_bodies_show_in_a_request() -> None:
    transport = OneReply(HttpReply(200, {}, b"{}"))
    Voucherify(PROJECT, SECRETS, transport).upsert_customer({"source_id": "a", "email": "ada@example.com"})
    shown = repr(transport.requests)
    assert "token" not in shown
    assert "ada@example.com" not in shown


@pytest.mark.parametrize(("version", "header"), [("latest", None), ("v2018-08-01", "v2018-08-01")])
def test_the_projects_api_version_is_sent_unless_it_is_left_to_voucherify(version: str, header: str | None) -> None:
    transport = OneReply(HttpReply(200, {}, b"{}"))
    Voucherify(PROJECT.model_copy(update={"api_version": version}), SECRETS, transport).probe()
    assert transport.requests[0].headers.get("x-voucherify-api-version") == header


LINK = "https://download.voucherify.io/report.csv?signature=abc"


def test_g7_a_link_is_fetched_without_the_key() -> None:
    transport = OneReply(HttpReply(200, {}, b"source_id"))
    assert Voucherify(PROJECT, SECRETS, transport).download(LINK) == b"source_id"
    (request,) = transport.requests
    assert (request.method, request.url, request.headers) == ("GET", LINK, {})


@pytest.mark.parametrize("reply", [HttpReply(403, {}, b"no"), NoReplyError("ReadTimeout", written=True)])
def test_a_link_that_leads_nowhere_gives_nothing(reply: HttpReply | NoReplyError) -> None:
    assert Voucherify(PROJECT, SECRETS, OneReply(reply)).download(LINK) is None


def test_g7_a_link_to_somewhere_else_is_not_followed() -> None:
    transport = OneReply(HttpReply(200, {}, b"source_id"))
    assert Voucherify(PROJECT, SECRETS, transport).download("https://169.254.169.254/latest") is None
    assert not transport.requests
