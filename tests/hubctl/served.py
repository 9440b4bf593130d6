"""AWS at a URL: moto's services over HTTP, and a CloudFormation that knows one stack."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug import Request

from tests.hubctl.conftest import HUB_URL, REGION, STACK
from tests.rehearsal.aws import answer, error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DESCRIBED = (
    f"<Stacks><member><StackName>{STACK}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>"
    "<Parameters><member><ParameterKey>Cluster</ParameterKey><ParameterValue>eu</ParameterValue></member></Parameters>"
    f"<Outputs><member><OutputKey>HubUrl</OutputKey><OutputValue>{HUB_URL}</OutputValue></member></Outputs>"
    "</member></Stacks>"
)


class Aws:
    """A WSGI application; moto's own CloudFormation needs libraries that nothing else here does."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        region, service = re.findall(r"Credential=[^/]+/[0-9]+/([^/]+)/([^/]+)/", environ["HTTP_AUTHORIZATION"])[0]
        if service != "cloudformation":
            found: Iterable[bytes] = self._moto(environ, start_response)
            return found
        asked = Request(environ).form
        if (asked["Action"], asked["StackName"], region) != ("DescribeStacks", STACK, REGION):
            return error(f"Stack with id {asked['StackName']} does not exist")(environ, start_response)
        return answer("DescribeStacks", DESCRIBED)(environ, start_response)
