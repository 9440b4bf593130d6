"""Whether requests of the document over HTTP would find anything; they are sent in tests/e2e."""

from pathlib import Path

import pytest
from jsonschema_rs import ValidationError

from cdphub.api import Reply, reply
from tests.fuzz.http.fuzz import OPERATIONS, RAISED, check_reply, exceptions
from tests.fuzz.targets import Target
from tests.openapi.test_document import TARGETS


def test_every_operation_is_fuzzed() -> None:
    assert OPERATIONS == TARGETS


BAD = {
    "raised": reply(500, {"message": "Internal Server Error"}),
    "harms": reply(418, {}),
    "busy": reply(503, {}, {"retry-after": "5"}),
    "undocumented": {**reply(200, {}), "body": "[]"},
}


@pytest.mark.parametrize("target", OPERATIONS, ids=str)
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_trouble_would_be_found(target: Target, bad: Reply) -> None:
    with pytest.raises((AssertionError, ValidationError)):
        check_reply(target, bad, may_be_busy=False)


def test_what_a_function_raised_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/Apply.log").write_text('{"level":"INFO"}\n')
    assert list(exceptions(tmp_path)) == []
    (tmp_path / "logs/Apply.log").write_text(f"{RAISED}:\n  File ...\nKeyError: 'x'\n{RAISED}:\nValueError\n")
    assert [text.partition(":")[0] for text in exceptions(tmp_path)] == ["Apply.log", "Apply.log"]
