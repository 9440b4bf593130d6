"""What a CDP presents, and whether it is right.

A key works only on its own CDP's routes. An unknown id and a wrong secret get the same answer from the same code: the
secret's digest is compared with that of a dummy record when there is none.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cdphub import clock
from cdphub.cache import Cache
from cdphub.connections import Connection, IntegrationKey, digest, read_connection
from cdphub.store import Store

KEEP_MS = clock.MINUTE
READ_AGAIN_MS = 5 * clock.SECOND
LONGEST_ID_BYTES = 255

_NOBODY = IntegrationKey(application_id="", secret_sha256="0" * 64, project="", connection="")


@dataclass(frozen=True)
class Pair:
    """An integration key as presented."""

    application_id: str
    secret: str


@dataclass(frozen=True)
class HeaderPair:
    """Two headers (lower case) that carry the pair; the first begins with `id_scheme`; `encoded` means base64."""

    id_header: str
    secret_header: str
    id_scheme: str = ""
    encoded: bool = False

    def read(self, headers: Mapping[str, str]) -> Pair | None:
        """The pair, or None if a header is missing or not of this form."""
        application_id = headers.get(self.id_header, "")
        secret = headers.get(self.secret_header, "")
        if application_id[: len(self.id_scheme)].lower() != self.id_scheme.lower():
            return None
        application_id = application_id[len(self.id_scheme) :].strip()
        if self.encoded:
            application_id, secret = _decode(application_id), _decode(secret.strip())
        return Pair(application_id, secret) if application_id and secret else None


@dataclass(frozen=True)
class BasicPair:
    """The pair as ordinary Basic authentication has it: `Authorization: Basic base64(id:secret)` (RFC 7617)."""

    def read(self, headers: Mapping[str, str]) -> Pair | None:
        """The pair, or None if the header is missing or not of this form; the secret may have colons in it."""
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        application_id, _, secret = _decode(encoded.strip()).partition(":")
        return Pair(application_id, secret) if application_id and secret else None


CredentialForm = HeaderPair | BasicPair


def _decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


class Gatekeeper:
    """Knows the connections of one CDP; what it read may be a minute old.

    An unknown id or a wrong secret reads the table again, at most once in five seconds per id, so that a new or rotated
    key works at once and a guesser costs little.
    """

    def __init__(self, store: Store, cdp: str) -> None:
        self._store = store
        self._cdp = cdp
        self._keys: Cache[IntegrationKey | None] = Cache(self._read_key, KEEP_MS)
        self._connections: Cache[Connection | None] = Cache(self._read_connection, KEEP_MS)

    def admit(self, pair: Pair | None) -> Connection | None:
        """The connection whose key this is, unless it is off."""
        if pair is None or len(pair.application_id.encode()) > LONGEST_ID_BYTES:
            return None
        key = self._keys.get(pair.application_id)
        if not _fits(key, pair):
            key = self._keys.get(pair.application_id, not_older_than_ms=clock.now_ms() - READ_AGAIN_MS)
            if not _fits(key, pair):
                return None
        connection = self._connections.get(f"{key.project}#{key.connection}") if key else None
        return None if connection is None or connection.state == "off" else connection

    def _read_key(self, application_id: str) -> IntegrationKey | None:
        record = self._store.connections.read_key(self._cdp, application_id)
        return IntegrationKey.model_validate_json(record) if record else None

    def _read_connection(self, ids: str) -> Connection | None:
        project, connection = ids.split("#")
        return read_connection(self._store, project, connection)


def _fits(key: IntegrationKey | None, pair: Pair) -> bool:
    right = hmac.compare_digest((key or _NOBODY).secret_sha256, digest(pair.secret))
    return right and key is not None
