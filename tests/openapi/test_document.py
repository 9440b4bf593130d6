"""The document has every route, every form of keys, and no status that harms; it is what the code says."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from schemathesis.core.result import Ok

from cdphub.credentials import HeaderPair
from front.default import PROFILES
from tests.fuzz.targets import DEFAULT, VOUCHERIFY, Target, targets
from tests.openapi.documented import DOCUMENT, operation, path_of
from tools.openapi.document import FILE, written

TARGETS = [target for target in targets() if target.path != DEFAULT]
BUSY = {"429", "503"}


def test_it_is_what_the_code_says() -> None:
    """If not: `python -m tools.openapi`."""
    assert FILE.read_text() == written()


def test_it_has_the_routes_of_the_template_and_no_others() -> None:
    documented = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert documented == {(target.method, path_of(target.path)) for target in TARGETS}


def test_tools_can_read_it() -> None:
    found = [isinstance(result, Ok) for result in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]
    assert found == [True] * len(DOCUMENT["paths"])


@pytest.mark.parametrize("schema", DOCUMENT["components"]["schemas"].values(), ids=DOCUMENT["components"]["schemas"])
def test_its_schemas_are_json_schemas(schema: dict[str, Any]) -> None:
    jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


@pytest.mark.parametrize("target", [target for target in TARGETS if not target.path.startswith("/v1/")], ids=str)
def test_no_operation_answers_what_harms_who_calls_it(target: Target) -> None:
    """What CDPs share is answered to each by its own rules."""
    told = set(operation(target.method, target.path)["responses"]) - BUSY
    harmless = {str(status) for status in target.harmless}
    assert told - {"4XX"} <= harmless
    assert "4XX" not in told or target.cdp in ("braze", "iterable", "publications")


@pytest.mark.parametrize("target", [target for target in TARGETS if target.cdp != VOUCHERIFY], ids=str)
def test_every_form_of_its_callers_key_opens_an_operation(target: Target) -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    asked = [
        {schemes[name].get("name", schemes[name].get("scheme")) for name in needed}
        for needed in operation(target.method, target.path)["security"]
    ]
    for form in PROFILES[target.cdp].credentials:
        named = {form.id_header, form.secret_header} if isinstance(form, HeaderPair) else {"basic"}
        assert named in asked
