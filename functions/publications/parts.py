"""What the objects in a call have in common, whatever form it came in (pure)."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from cdphub.lenient import Scalar
from cdphub.schema import Id, is_id

NOBODY = "has no id and no source_id"
"""What is wrong with a call about nobody."""


def plain_is(name: str) -> BeforeValidator:
    """A plain text or number stands for an object that has it as `name`."""
    return BeforeValidator(lambda value: value if isinstance(value, dict) else {name: value})


def _is_blank(value: Any) -> bool:
    """Whether a template left this empty, or made it of what it did not know."""
    return value is None or (isinstance(value, str) and not is_id(value))


class Part(BaseModel):
    """An object whose blanks count as not said."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        return {name: value for name, value in fields.items() if not _is_blank(value)}


class Who(Part):
    """A customer by an `id` of Voucherify's or a `source_id`."""

    id: Annotated[Id, Scalar] | None = None
    source_id: Annotated[Id, Scalar] | None = None

    @property
    def is_nobody(self) -> bool:
        """Whether it has neither."""
        return not (self.id or self.source_id)
