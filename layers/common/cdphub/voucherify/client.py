"""The calls to Voucherify: one method per call, one Answer each, no retry in here.

https://docs.voucherify.io/api-reference
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from cdphub import clock
from cdphub.connections import Project, ProjectSecrets
from cdphub.failures import FailureClass
from cdphub.http import DEADLINE_MS, HttpRequest, NoReplyError, Transport
from cdphub.urls import is_link
from cdphub.voucherify.answers import Answer, no_reply, read

Body = Mapping[str, Any] | Sequence[Mapping[str, Any]]

CHANNEL = "CDP-Hub"
ACTIONS_PER_PAGE = 100
PUBLICATIONS_PER_PAGE = 100

_TOKENS = ("x-app-token", "x-management-token")

# Where reports are is not documented; the specification's servers include download.voucherify.io.
LINKS = "voucherify.io"


class Voucherify:
    """One project's API; `noted` is told of every reply."""

    def __init__(
        self,
        project: Project,
        secrets: ProjectSecrets,
        transport: Transport,
        noted: Callable[[Project, Answer], None] = lambda _project, _answer: None,
    ) -> None:
        self._project = project
        self._noted = noted
        self._url = project.api_url.rstrip("/")
        self._headers = {
            "x-app-id": secrets.application_id,
            "x-app-token": secrets.secret_key,
            "x-voucherify-channel": CHANNEL,
        }
        if project.api_version != "latest":
            self._headers["x-voucherify-api-version"] = project.api_version
        self._management = secrets.management
        self._transport = transport

    def upsert_customer(self, customer: Mapping[str, Any]) -> Answer:
        """Creates or updates the customer of this `source_id`; what is not given stays."""
        return self._call("POST", "/v1/customers", customer)

    def upsert_customers(self, customers: Sequence[Mapping[str, Any]]) -> Answer:
        """Starts a job that upserts them all, each at most once; the answer only names its `async_action_id`."""
        return self._call("POST", "/v1/customers/bulk/async", customers)

    def list_async_actions(self, before: str | None = None) -> Answer:
        """The newest jobs of any kind, or those created before that time (ISO 8601); without their results."""
        end = f"&end_date={before}" if before else ""
        return self._call("GET", f"/v1/async-actions?limit={ACTIONS_PER_PAGE}{end}")

    def read_async_action(self, action: str) -> Answer:
        """One job with its result."""
        return self._call("GET", f"/v1/async-actions/{quote(action, safe='')}")

    def download(self, url: str) -> bytes | None:
        """What an answer links to, fetched without the key; None if it cannot be had, or should not."""
        if not is_link(url, self._url, LINKS):
            return None
        try:
            reply = self._transport.send(HttpRequest("GET", url))
        except NoReplyError:
            return None
        return reply.body if reply.status == 200 else None

    def read_customer(self, source_id: str, within_ms: int = DEADLINE_MS) -> Answer:
        """The customer's profile; status 404 if there is none."""
        return self._call("GET", f"/v1/customers/{quote(source_id, safe='')}", within_ms=within_ms)

    def erase_customer(self, source_id: str) -> Answer:
        """Deletes the customer for good, with its events and orders; a yes as well if Voucherify says there is none."""
        answer = self._call("POST", f"/v1/customers/{quote(source_id, safe='')}/permanent-deletion")
        is_gone = answer.status == 404 and isinstance(answer.body, dict)
        return replace(answer, failure=None) if is_gone else answer

    def track_event(self, event: Mapping[str, Any]) -> Answer:
        """A custom event, dated at its arrival; its `customer` is upserted with it."""
        return self._call("POST", "/v1/events", event)

    def publish(self, publication: Mapping[str, Any], *, join_once: bool, within_ms: int) -> Answer:
        """Gives a customer codes; without a complete reply within so many hub milliseconds that is in doubt."""
        query = "?join_once=true" if join_once else ""
        return self._call("POST", "/v1/publications" + query, publication, within_ms=within_ms)

    def find_publications(self, within_ms: int, **filters: str) -> Answer:
        """The newest publications that fit `source_id`, or `customer` (Voucherify's id) and `campaign` (its name)."""
        query = urlencode({**filters, "limit": str(PUBLICATIONS_PER_PAGE)}, quote_via=quote)
        return self._call("GET", f"/v1/publications?{query}", within_ms=within_ms)

    def read_campaign(self, campaign: str, within_ms: int) -> Answer:
        """The campaign of this id or name; status 404 if there is none."""
        return self._call("GET", f"/v1/campaigns/{quote(campaign, safe='')}", within_ms=within_ms)

    def qualify(self, question: Mapping[str, Any], within_ms: int) -> Answer:
        """What a customer can redeem; changes nothing."""
        return self._call("POST", "/v1/qualifications", question, within_ms=within_ms)

    def read_metadata_schemas(self, page: int = 1) -> Answer:
        """A page of the metadata schemas of resources and nested objects; the documented list has only one."""
        return self._call("GET", "/v1/metadata-schemas" + (f"?page={page}" if page > 1 else ""))

    @property
    def can_manage(self) -> bool:
        """Whether the project has keys of the Management API."""
        return self._management is not None

    def read_event_schemas(self, page: int = 1) -> Answer:
        """A page of the custom events' schemas, by the Management API; the documented list has only one.

        Raises ValueError for a project that has no keys of that API.
        """
        if self._management is None:
            raise ValueError("no keys of the Management API")
        path = f"/management/v1/projects/{quote(self._management.project, safe='')}/custom-event-schemas"
        keys = {"x-management-id": self._management.id, "x-management-token": self._management.token}
        return self._call("GET", path + (f"?page={page}" if page > 1 else ""), keys=keys)

    def probe(self) -> Answer:
        """The cheapest call that needs a good key."""
        return self._call("GET", "/v1/customers?limit=1")

    def _call(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        keys: Mapping[str, str] | None = None,
        within_ms: int = DEADLINE_MS,
    ) -> Answer:
        answer = self._exchange(method, path, body, keys, within_ms)
        if method == "GET" and answer.failure is FailureClass.IN_DOUBT:
            # What only reads has no effect that might come late.
            return replace(answer, failure=FailureClass.TRANSIENT)
        return answer

    def _exchange(
        self, method: str, path: str, body: Body | None, keys: Mapping[str, str] | None, within_ms: int
    ) -> Answer:
        headers, content = dict(keys or self._headers), None
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body, separators=(",", ":")).encode()
        tokens = (headers.get(name) for name in _TOKENS)
        try:
            reply = self._transport.send(HttpRequest(method, self._url + path, headers, content, within_ms)).without(
                tokens
            )
        except NoReplyError as error:
            return no_reply(str(error), written=error.written)
        answer = read(reply, clock.now_ms())
        self._noted(self._project, answer)
        return answer
