"""Voucherify's signature: HMAC-SHA256 of the body with the project's webhook secret, in lower-case hexadecimal.

Voucherify signs JSON without the whitespace between its tokens, whatever it then sends.
https://docs.voucherify.io/api-reference/introduction-to-webhooks
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

HEADER = "x-voucherify-signature"

# A string as a whole (also one that the body's end cuts off, so that no scan starts twice), or what is no whitespace.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.?)*+(?:"|\Z)|[^" \t\r\n]++', re.DOTALL)


def is_signed(body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed the body; every secret is tried, so that the time taken tells nothing."""
    keys = [secret for secret in secrets if secret]
    given = signature.encode(errors="replace")
    return _fits(body, given, keys) or _fits(without_whitespace(body), given, keys)


def without_whitespace(body: bytes) -> bytes:
    """The JSON text without the whitespace between its tokens, and otherwise as it is."""
    return b"".join(_TOKEN.findall(body))


def _fits(text: bytes, given: bytes, keys: Sequence[str]) -> bool:
    # Without keys the work is done all the same: an unknown project takes as long to refuse as a wrong signature.
    results = [hmac.compare_digest(_sign(text, key), given) for key in keys or [""]]
    return any(results) and bool(keys)


def _sign(text: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest().encode()
