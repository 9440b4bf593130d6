"""Connections that have rested for long are not used again.

Lambda stops an instance between invocations and drops connections that nobody uses, and a load balancer at the vendor's
hangs up meanwhile. The instance may not learn of either before it has sent a request on such a connection, which is in
doubt then, although nothing was wrong.
https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html (keep-alive)
"""

from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from cdphub import clock

# Load balancers keep an idle connection for a minute or more, as a rule.
LONGEST_REST_MS = 30 * clock.SECOND


class RestedConnection(HTTPConnection):
    """Counts as lost when its last request began long ago; its pool then connects anew."""

    _used_ms = 0

    def putrequest(self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False) -> None:
        self._used_ms = clock.now_ms()
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    @property
    def is_connected(self) -> bool:
        return super().is_connected and clock.now_ms() - self._used_ms < LONGEST_REST_MS


class PlainPool(HTTPConnectionPool):
    """The connections to one host without TLS, which only a local cloud has."""

    ConnectionCls = RestedConnection
