"""What goes wrong for reasons that an operator can do something about, each in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cdphub.aws import AwsError

_NOT_ADMITTED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SSOTokenLoadError",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
    "UnrecognizedClientException",
)
_ADVICE = {
    "NoCredentialsError": "no AWS credentials: give --profile, or set AWS_PROFILE",
    **dict.fromkeys(
        _NOT_ADMITTED, "AWS does not admit these credentials: have they expired? Log in again, or look at --profile"
    ),
    "NoRegionError": "no AWS region: give --region, or set AWS_DEFAULT_REGION",
    "ProfileNotFound": "no such AWS profile: look at --profile or AWS_PROFILE",
    "ResourceNotFoundException": "no such stack here: look at --stack, --region and --profile",
    "AWS.SimpleQueueService.NonExistentQueue": "no such queue here: look at --stack, --region and --profile",
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException"),
        "AWS does not allow it: look at --profile; docs/operations.md has the rights that an operator needs",
    ),
    "EndpointConnectionError": "nobody answers there: look at --region, or start the local cloud with make start",
}


class WrongInputError(ValueError):
    """Something that was given cannot be used; the message names it."""


@contextmanager
def naming_fields() -> Iterator[None]:
    """Turns pydantic's errors into WrongInputError with the fields' names, and without what was in them."""
    try:
        yield
    except ValidationError as error:
        raise WrongInputError("; ".join(map(_fault, error.errors(include_input=False)))) from None


def _fault(details: ErrorDetails) -> str:
    """What is wrong with several fields together has no place of its own: its message names them."""
    field = ".".join(map(str, details["loc"]))
    message = details["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def advice(error: AwsError) -> str:
    """What to do about an error of AWS."""
    return _ADVICE.get(_code(error), f"AWS did not do it: {error}")


def is_of_credentials(error: Exception) -> bool:
    """Whether AWS knows nobody by the credentials, and so will do nothing else for them either."""
    return isinstance(error, AwsError) and _code(error) in ("NoCredentialsError", *_NOT_ADMITTED)


def _code(error: AwsError) -> str:
    """AWS's own code for it, with which the error's text ends."""
    return str(error).rpartition(" ")[2]
