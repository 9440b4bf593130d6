"""Which route of an HTTP API takes a request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.local.triggers import Route

_PARAMETER = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Match:
    """A route and the values of its path parameters; `key` is API Gateway's name of the route."""

    route: Route
    parameters: dict[str, str]

    @property
    def key(self) -> str:
        if self.route.path == "$default":
            return "$default"
        return f"{self.route.method} {self.route.path}"


class Router:
    """Chooses the most specific route: fewest and shortest parameters first, then a named method, `$default` last.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route, _pattern(route.path)) for route in sorted(routes, key=_generality)]

    def match(self, method: str, path: str) -> Match | None:
        """The route for a path as it came, no slashes merged; none if no route takes it."""
        for route, pattern in self._routes:
            if route.method in (method, "ANY") and (found := pattern.fullmatch(path)):
                return Match(route, found.groupdict())
        return None


def _pattern(path: str) -> re.Pattern[str]:
    if path == "$default":
        return re.compile(".*", re.DOTALL)
    pattern = ""
    end = 0
    for parameter in _PARAMETER.finditer(path):
        name, greedy = parameter.groups()
        pattern += re.escape(path[end : parameter.start()]) + f"(?P<{name}>{'.+' if greedy else '[^/]+'})"
        end = parameter.end()
    return re.compile(pattern + re.escape(path[end:]))


def _generality(route: Route) -> tuple[bool, bool, int, bool]:
    return (route.path == "$default", "+}" in route.path, route.path.count("{"), route.method == "ANY")
