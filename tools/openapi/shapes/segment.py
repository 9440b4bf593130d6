"""What Segment sends."""

from pydantic import BaseModel

from segment import models
from segment.raw_models import Message
from segment.signature import HEADER
from tools.openapi.shapes import Shapes


class Batch(BaseModel):
    """Messages as Segment's own libraries send them."""

    batch: list[Message]


SHAPES = Shapes(
    bodies={
        "/segmentio/test-authentication": ("Tells whether the key is right", None),
        "/segmentio/customer-processing": ("The action Upsert Customer", models.CustomerBody),
        "/segmentio/event-processing": ("The action Add Custom Event", models.EventBody),
        "/segmentio/group-processing": ("The action Assign Customer To Group", models.GroupBody),
        "/segmentio/webhook": ("Messages of Segment's Spec as they are", Message | list[Message] | Batch),
    },
    headers={
        "/segmentio/webhook": {
            HEADER: "HMAC-SHA1 of the body, or of a list's first message, with the shared secret, in hexadecimal;"
            " needed if the connection is `signed`"
        }
    },
)
