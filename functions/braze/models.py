"""What Braze's audience sync to Voucherify sends: one user joins or leaves one audience.

Shape: https://docs.voucherify.io/integrations/send-data-from-braze. Keys that are not known here are ignored.
"""

from typing import Annotated, Literal

from pydantic import BaseModel

from cdphub.lenient import Scalar, Text
from cdphub.schema import Id


class Change(BaseModel):
    """A membership that changes, and what Braze's template tells of the user besides."""

    action: Literal["add", "delete"]
    user_id: Annotated[Id, Scalar]
    audience_id: Annotated[Id, Scalar]
    email_address: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    country: Text | None = None
    city: Text | None = None
    phone_number: Text | None = None
