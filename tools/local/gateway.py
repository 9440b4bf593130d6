"""API Gateway's HTTP API on this machine: a request becomes an event of payload format 2.0, a result the reply.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from cdphub import clock
from tools.local.functions import Invoke
from tools.local.instance import FunctionError, FunctionTimeoutError
from tools.local.routes import Match, Router
from tools.local.template import ACCOUNT
from tools.local.triggers import Route

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
"""Bodies of other types reach the function in base64, also without a type."""

_LARGEST_BODY = 10 * 1024 * 1024

log = logging.getLogger(__name__)


class Gateway:
    """The WSGI application in front of the functions."""

    def __init__(self, routes: Iterable[Route], functions: Mapping[str, Invoke]) -> None:
        self._router = Router(routes)
        self._functions = functions

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request_id = uuid.uuid4().hex
        response = self._respond(request, request_id)
        response.headers["Apigw-Requestid"] = request_id
        return response(environ, start_response)

    def _respond(self, request: Request, request_id: str) -> Response:
        path = unquote(_raw_path(request))
        body = request.get_data()
        match = self._router.match(request.method, path)
        if match is None:
            return _message(404, "Not Found")
        if len(body) > _LARGEST_BODY:
            return _message(413, "Request Entity Too Large")
        try:
            return reply(self._functions[match.route.function](event(request, path, body, match, request_id)))
        except FunctionTimeoutError as error:
            log.warning("%s: %s", match.key, error)
            return _message(503, "Service Unavailable")
        except (FunctionError, AttributeError, TypeError, ValueError) as error:
            log.warning("%s: %s", match.key, error)
            return _message(500, "Internal Server Error")


def event(request: Request, path: str, body: bytes, match: Match, request_id: str) -> dict[str, Any]:
    """The event of a request; `path` is decoded, as HTTP APIs hand it on, but has its doubled slashes."""
    now_ms = clock.now_ms()
    cookies = [cookie.strip() for cookie in request.headers.get("Cookie", "").split(";") if cookie.strip()]
    found: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.key,
        "rawPath": path,
        "rawQueryString": request.query_string.decode(),
        "headers": {name.lower(): value for name, value in request.headers if name != "Cookie"},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": request.host,
            "domainPrefix": request.host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.environ["SERVER_PROTOCOL"],
                "sourceIp": request.remote_addr,
                "userAgent": request.user_agent.string,
            },
            "requestId": request_id,
            "routeKey": match.key,
            "stage": "$default",
            "time": datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": now_ms,
        },
        "isBase64Encoded": False,
    }
    if cookies:
        found["cookies"] = cookies
    if request.args:
        found["queryStringParameters"] = {name: ",".join(values) for name, values in request.args.lists()}
    if match.parameters:
        found["pathParameters"] = match.parameters
    if body:
        is_text = request.headers.get("Content-Type", "").startswith(_TEXT)
        found["isBase64Encoded"] = not is_text
        found["body"] = body.decode(errors="replace") if is_text else base64.b64encode(body).decode()
    return found


def reply(result: Any) -> Response:
    """The reply that a function's result stands for; raises AttributeError, TypeError or ValueError if there is none.

    A result without a `statusCode` is the body of a 200.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(json.dumps(result), 200, content_type="application/json")
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
    headers = Headers({name: str(value) for name, value in (result.get("headers") or {}).items()})
    headers.setdefault("Content-Type", "text/plain;charset=UTF-8")
    for cookie in result.get("cookies") or []:
        headers.add("Set-Cookie", cookie)
    return Response(body, int(result["statusCode"]), headers)


def _raw_path(request: Request) -> str:
    """The path as it stands on the wire, which WSGI's own variables no longer have."""
    target: str = request.environ["hub.target"]
    return target.partition("?")[0]


def _message(status: int, text: str) -> Response:
    return Response(json.dumps({"message": text}), status, content_type="application/json")
