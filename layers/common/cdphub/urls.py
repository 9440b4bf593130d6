"""Base URLs that settings name: the hub sends data and keys there, so not every URL will do."""

import ipaddress
import os
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, TypeAdapter, ValidationError

_URL = TypeAdapter(AnyHttpUrl)


def check_base_url(text: str) -> str:
    """The URL in its usual form, without a slash at its end; raises ValueError unless it is https and public.

    ALLOW_LOCAL_URLS=true, which no deployed stack sets, also admits http and this machine.
    """
    try:
        url = _URL.validate_python(text)
    except ValidationError:
        raise ValueError("must be a URL") from None
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must have no user, query or fragment")
    if os.environ.get("ALLOW_LOCAL_URLS") != "true":
        if url.scheme != "https":
            raise ValueError("must begin with https://")
        if not _is_public(url.host or ""):
            raise ValueError("must not name a private, loopback or link-local address")
    return str(url).rstrip("/")


def _is_public(host: str) -> bool:
    """Whether a host is a name, or an address that the internet routes."""
    if f".{host}".rstrip(".").endswith(".localhost"):
        return False
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


BaseUrl = Annotated[str, AfterValidator(check_base_url)]
