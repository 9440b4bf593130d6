"""What people ask for by law (pure). Firehose knows erasure alone; OpenDSR, behind it, also access and portability."""

from typing import Any

from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import EraseCustomer
from mparticle.identities import source_ids
from mparticle.models import SubjectRequest
from mparticle.profile import Settings
from mparticle.subject import NOBODY, Subject

_LOOKS = ("access", "portability")

_NOTICE = {
    "notice": "The hub passes data on to Voucherify and has none to hand out. Ask Voucherify for the customer "
    "(GET /v1/customers/{source_id}) and its activity.",
    "kept": [
        {"what": "changes and events on their way to Voucherify", "how_long": "until sent"},
        {"what": "messages in queues", "how_long": "4 days, 14 if they failed"},
        {"what": "what Voucherify refused, with the reason", "how_long": "90 days"},
        {"what": "names of the audiences that the customer is in", "how_long": "while the customer exists"},
        {
            "what": "the customer's id, times of changes and ids of events",
            "how_long": "100 days after the last of them",
        },
    ],
}


def parse(request: SubjectRequest, connection: Connection, stamp: Stamp) -> Parsed:
    """Erases every customer that the person may be: whoever has two identities may have been known by either."""
    if request.subject_request_type in _LOOKS:
        return Parsed([], 1)
    if request.subject_request_type != "erasure":
        return Parsed([], 0, rejected=[(0, "subject_request_type: must be erasure, access or portability")])
    settings = Settings.model_validate(connection.settings)
    found = dict.fromkeys(source_ids(request.subject_identities, settings.identity_priority))
    sender_id = request.subject_request_id or request.id
    erasures = [
        Subject(connection.id, settings, source_id).command(EraseCustomer, stamp.place(number), id=sender_id)
        for number, source_id in enumerate(found)
    ]
    return Parsed(erasures, 1, skipped=[] if erasures else [NOBODY])


def notice(request: SubjectRequest) -> dict[str, Any]:
    """What the answer to a request for access says of what the hub keeps; nothing for an erasure."""
    return _NOTICE if request.subject_request_type in _LOOKS else {}
