"""A running hub as the world sees it: its projects, Voucherify's webhooks, and what arrives at the stand-ins."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cdphub.profile import load_profiles
from tests.e2e.exchange import Reply, post, wait_until
from tests.e2e.project import Call, Project
from tests.e2e.senders.segment import Segment
from tests.e2e.stand_in import StandIn
from tools.hubctl.connect import connect
from tools.hubctl.projects import add_project
from tools.hubctl.target import local_hub
from tools.local import ROOT
from tools.local.resources import Clients
from tools.local.sandbox import sinks
from tools.local.template import STACK_NAME

VOUCHERIFY_KEY = {"X-App-Id": "application", "X-App-Token": "secret"}


@dataclass(frozen=True)
class Hub:
    """A started local cloud; `folder` holds its endpoints and logs."""

    folder: Path
    endpoints: Mapping[str, Any] = field(repr=False)

    @property
    def url(self) -> str:
        return str(self.endpoints["hub"])

    @property
    def project(self) -> Project:
        """The project that the local cloud begins with."""
        return Project(self.url, self.endpoints["voucherify"], VOUCHERIFY_KEY, self.endpoints["connections"])

    def new_project(self, project_id: str, *, outbound: Mapping[str, Any] | None = None, **settings: Any) -> Project:
        """Another project, at Voucherify and here, connected to every CDP, with the webhook secret of the first.

        `outbound` are settings of its connections to CDPs with a sink, `settings` those of the project.
        """
        api_key = {"X-App-Id": project_id, "X-App-Token": f"secret of {project_id}"}
        self.voucherify.set("projects", {project_id: api_key["X-App-Token"]})
        hub = local_hub(self.aws.url)
        add_project(
            hub,
            project_id=project_id,
            name=project_id,
            api_url=self.voucherify.url,
            application_id=api_key["X-App-Id"],
            secret_key=api_key["X-App-Token"],
            webhook_secrets=[self.endpoints["webhook_secret"]],
            settings=settings,
        )
        keys = {}
        for cdp, profile in load_profiles(ROOT / "functions").items():
            sink = self.endpoints["sinks"].get(cdp)
            given = {"base_url": sink, **sinks.settings(cdp), **(outbound or {})} if sink else {}
            secrets = {name: f"{name} of {project_id}" for name in profile.needed_secrets(given)}
            _, pair = connect(hub, profile, project_id=project_id, settings=given, secrets=secrets)
            keys[cdp] = {"application_id": pair.application_id, "secret_key": pair.secret}
        return Project(self.url, self.voucherify.url, api_key, keys)

    @property
    def voucherify(self) -> StandIn:
        return StandIn(self.endpoints["voucherify"])

    @property
    def sink(self) -> StandIn:
        """Segment's Tracking API."""
        return self.sinks["segment"]

    @property
    def sinks(self) -> dict[str, StandIn]:
        """Where events go, by CDP."""
        return {cdp: StandIn(url) for cdp, url in self.endpoints["sinks"].items()}

    @property
    def aws(self) -> StandIn:
        return StandIn(self.endpoints["aws"])

    @property
    def segment(self) -> Segment:
        return self.project.segment

    def webhook(self, body: Any, *, signature: str | None = None, project: str | None = None) -> Reply:
        """A webhook of Voucherify's, signed unless a signature is given; of the first project unless one is named."""
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self.signed(content, signature, project)

    def signed(self, content: bytes, signature: str | None = None, project: str | None = None) -> Reply:
        """A webhook with any body."""
        headers = {"x-voucherify-signature": signature or self.sign(content)}
        return post(self.url, f"/voucherify/webhooks/{project or self.endpoints['project']}", headers, content)

    def sign(self, content: bytes) -> str:
        """Voucherify's signature of a body."""
        return hmac.new(self.endpoints["webhook_secret"].encode(), content, hashlib.sha256).hexdigest()

    def wait_until_quiet(self) -> None:
        """Waits until nothing is in a queue, in the outbox or in the backlog any more, but for dead letters."""
        wait_until(lambda: not any(self.aws.shows("pending").values()))

    def calls(self, source_id: str) -> list[Call]:
        """The calls about a customer that Voucherify got, in their order."""
        return self.project.calls(source_id)

    def customer(self, source_id: str) -> Any:
        """A customer's profile at Voucherify."""
        return self.project.customer(source_id)

    def counted(self, metric: str) -> float:
        """The sum of one of the hub's metrics since the start, over all its dimensions."""
        logs = "".join(log.read_text() for log in self.folder.glob("logs/*.log"))
        return sum(map(float, re.findall(rf'"{metric}":\[([0-9.]+)\]', logs)))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in DynamoDB's own form."""
        pages = Clients.at(self.aws.url).dynamodb.get_paginator("scan").paginate(TableName=f"{STACK_NAME}-{table}")
        return [row for page in pages for row in page["Items"]]

    def dead_letters(self, source_id: str) -> list[dict[str, Any]]:
        """The dead letters about a customer's commands."""
        inbound = [letter for letter in self.all_letters() if letter["direction"] == "inbound"]
        return [letter for letter in inbound if letter["payload"]["customer"]["source_id"] == source_id]

    def probe_now(self, project_id: str) -> None:
        """Lets the next sweep probe a paused project, as if the hour until then were over."""
        state, key = local_hub(self.aws.url).store.state, f"pause#{project_id}"
        record = state.read(key, now_ms=0)
        assert record
        assert state.replace(key, json.dumps({**json.loads(record.text), "probe_at": 0}), None, record.version)

    def reached(self, cdp: str, source_id: str) -> int:
        """How many events about a customer a CDP has taken."""
        return sum(f'"{source_id}"' in json.dumps(item) for item in self.sinks[cdp].shows("delivered"))

    def letters(self, connection: str) -> list[dict[str, Any]]:
        """The dead letters of a connection."""
        return [letter for letter in self.all_letters() if letter["connection"] == connection]

    def all_letters(self) -> list[dict[str, Any]]:
        """All dead letters."""
        return [json.loads(row["text"]["S"]) for row in self.rows("backlog") if row["sk"]["S"].startswith("dead#")]

    def delivered(self, user_id: str) -> list[dict[str, Any]]:
        """What Segment took for a user."""
        return [event for event in self.sink.shows("delivered") if event.get("userId") == user_id]

    def duplicates(self, user_id: str) -> list[dict[str, Any]]:
        """What Segment got for a user once more, and did not take."""
        return [event for event in self.sink.shows("duplicates") if event.get("userId") == user_id]
