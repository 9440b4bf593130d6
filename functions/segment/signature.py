"""Segment's signature of a webhook: header `X-Signature`, HMAC-SHA1 with the shared secret, in hexadecimal.

What is signed is JSON.stringify(body), and of a list only the first element:
https://segment.com/docs/connections/destinations/catalog/actions-webhook/
"""

import hashlib
import hmac
import json
from collections.abc import Iterator

from cdphub import clock
from cdphub.api import Request
from cdphub.connections import Connection, connection_parameter
from cdphub.secrets import MalformedSecretError, Secrets
from segment.profile import Settings

HEADER = "x-signature"
READ_AGAIN_MS = 5 * clock.SECOND


class Signatures:
    """Checks requests with the shared secrets of their connections."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def is_genuine(self, request: Request, connection: Connection) -> bool:
        """Whether the request is signed, if the connection's settings say that it must be.

        A signature that does not fit reads the secret again, at most once in five seconds, so that a new secret works
        at once. Raises SecretError, and cdphub.aws.AwsError.
        """
        if not Settings.model_validate(connection.settings).signed:
            return True
        given = request.headers.get(HEADER, "")
        oldest = (0, clock.now_ms() - READ_AGAIN_MS)
        return any(is_signed(request.body, given, self._secret(connection, read_at)) for read_at in oldest)

    def _secret(self, connection: Connection, not_older_than_ms: int) -> str:
        name = connection_parameter(connection.id)
        secret = self._secrets.read(name, not_older_than_ms=not_older_than_ms).get("shared_secret")
        if not isinstance(secret, str) or not secret:
            raise MalformedSecretError(f"parameter {name} has no shared secret")
        return secret


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether the secret signed the body."""
    given = signature.lower().encode(errors="replace")
    return any(hmac.compare_digest(_sign(text, secret), given) for text in _signed_texts(body))


def _sign(text: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), text, hashlib.sha1).hexdigest().encode()


def _signed_texts(body: bytes) -> Iterator[bytes]:
    """The body; of a list the first element, as it stands there or as stringify would write it."""
    if not body.lstrip().startswith(b"["):
        yield body
        return
    try:
        text = body.decode()
        rest = text[text.index("[") + 1 :].lstrip()
        first, end = json.JSONDecoder().raw_decode(rest)
    except (ValueError, RecursionError):
        return
    yield rest[:end].encode()
    yield json.dumps(first, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
