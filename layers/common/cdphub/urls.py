"""Base URLs that settings name: the hub sends data and keys there, so not every URL will do."""

import ipaddress
import os
import socket
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def check_base_url(url: str) -> str:
    """`url` without a slash at its end; raises ValueError unless it is https and public.

    ALLOW_LOCAL_URLS=true, which no deployed stack sets, also admits http and this machine.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be a URL of a host, without a user, a query or a fragment")
    if os.environ.get("ALLOW_LOCAL_URLS") != "true":
        if parts.scheme != "https":
            raise ValueError("must begin with https://")
        if not _is_public(parts.hostname):
            raise ValueError("must not name a private, loopback or link-local address")
    elif parts.scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/")


def _is_public(host: str) -> bool:
    """Whether a host is a name, or an address that the internet routes (`127.1` is an address too)."""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        address = ipaddress.ip_address(host if ":" in host else socket.inet_aton(host))
    except (ValueError, OSError):
        return True
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


BaseUrl = Annotated[str, AfterValidator(check_base_url)]
