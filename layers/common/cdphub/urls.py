"""Base URLs that settings name: the hub sends data and keys there, so not every URL will do."""

import ipaddress
import os
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, TypeAdapter, ValidationError

_URL = TypeAdapter(AnyHttpUrl)
_UNICAST = ipaddress.IPv6Network("2000::/3")


def check_base_url(text: str) -> str:
    """The URL in its usual form, without a slash at its end; raises ValueError unless it is https and public.

    ALLOW_LOCAL_URLS=true, which no deployed stack sets, also admits http and this machine.
    """
    url = _public(text)
    if url.query or url.fragment:
        raise ValueError("must have no user, query or fragment")
    return str(url).rstrip("/")


def is_link(text: str, base_url: str, domain: str) -> bool:
    """Whether the hub may fetch what an answer from `base_url` links to.

    The URL must be public, and of the host that answered or of the vendor's `domain`.
    """
    try:
        host, base = _public(text).host or "", _URL.validate_python(base_url).host
    except ValueError:
        return False
    return host == base or host.endswith(f".{domain}")


def is_public_address(text: str) -> bool:
    """Whether the internet routes an IP address, or the IPv4 address in it; raises ValueError for anything else."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None:
            return address.is_global and address in _UNICAST
        address = inner
    return address.is_global and not address.is_multicast


def are_local_urls_allowed() -> bool:
    """Whether this is the local cloud."""
    return os.environ.get("ALLOW_LOCAL_URLS") == "true"


def _public(text: str) -> AnyHttpUrl:
    try:
        url = _URL.validate_python(text)
    except ValidationError:
        raise ValueError("must be a URL") from None
    if url.username or url.password:
        raise ValueError("must have no user, query or fragment")
    if not are_local_urls_allowed():
        if url.scheme != "https":
            raise ValueError("must begin with https://")
        if not _is_public(url.host or ""):
            raise ValueError("must not name a private, loopback or link-local address")
    return url


def _is_public(host: str) -> bool:
    """Whether a host is a name, or an address that the internet routes."""
    if f".{host}".rstrip(".").endswith(".localhost"):
        return False
    try:
        return is_public_address(host.strip("[]"))
    except ValueError:
        return True


BaseUrl = Annotated[str, AfterValidator(check_base_url)]
