"""What would be asked of Voucherify for a CDP's call that is answered at once: a code, or a lookup."""

from collections.abc import Mapping
from dataclasses import replace

from cdphub.api import Request
from cdphub.connections import Connection, IntegrationKey, digest
from cdphub.credentials import Pair
from cdphub.profile import Profile
from publications.publish import Desk, answer
from publications.publisher import Publisher
from tools.hubctl.dry.source import KEYS
from tools.hubctl.dry.stage import PROJECT, Stage
from tools.hubctl.presented import headers

ANSWERED = "answered at once: by what Voucherify says, which a dry run cannot know"
_PAIR = Pair(**KEYS)


def ask(stage: Stage, profiles: Mapping[str, Profile], connection: Connection, request: Request) -> None:
    """Has the publications function answer the connection's CDP, which presents a key that is a name."""
    key = IntegrationKey(
        application_id=_PAIR.application_id,
        secret_sha256=digest(_PAIR.secret),
        project=PROJECT.id,
        connection=connection.id,
    )
    stage.hub.store.connections.put_key(connection.cdp, key.application_id, key.model_dump_json())
    presented = headers(profiles[connection.cdp].credentials[0], _PAIR)
    asked, desk = (
        replace(request, headers={**request.headers, **presented}),
        Desk(Publisher(stage.hub, stage), profiles),
    )
    with stage.playing():
        reply = answer(asked, desk)
    refused = f"refused: HTTP {reply['statusCode']} {reply['body']}"
    stage.told.notes = [ANSWERED if stage.told.requests else refused]
