"""ReDoS: no text makes a regular expression try more than so many ways for each of its characters.

Time is no measure here. What makes a pattern slow is a repeat without end within another, unless it is possessive, and
two such repeats next to each other that fit the same characters; the first is looked for, and who adds a pattern looks
for the second.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

# The stubs have neither, and nothing else parses patterns.
_constants: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")

ROOT = Path(__file__).parents[2]
FILES = [
    path for folder in ("layers/common/cdphub", "functions", "tools/hubctl") for path in (ROOT / folder).rglob("*.py")
]
CALLS = {"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"}
ENDLESS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}

REVIEWED = {
    r"-?(0|[1-9]\d*)(\.\d+)?",
    r"(-?\d{1,2}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)",
    r"https?://\S+\.(jpe?g|png)",
    r"(\d{4}-\d{2}-\d{2})(T00:00(:00(\.0+)?)?(Z|[+-]00:00)?)?",
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?",
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].+)?",
    r"""[_-]""",
    r'"(?:[^"\\]|\\.?)*+(?:"|\Z)|[^" \t\r\n]++',
    r"_deleted\d{4}-\d\d-\d\dT[\d:.]+Z$",
    r"[^\[\]]+(\[[^\[\]]+\]){0,4}",
    r"[^\[\]]+",
    r"^(latest|v\d{4}-\d{2}-\d{2})$",
    r"^[0-9a-f]{64}$",
    r"^[\w-]+$",
}
"""Patterns that what others send is held against: each was looked at for two repeats that fit the same characters."""

WRITTEN_OUT = {"phrase.replace('{name}', quoted)"}
"""Patterns that are put together at run time: of names that are escaped, and of phrases without a repeat."""


def patterns(file: Path) -> Iterator[str | ast.expr]:
    """The patterns of a file: texts, or the expressions that make them."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called.startswith("re.") and called[3:] in CALLS:
            yield _text(node.args[0])
        yield from (_text(keyword.value) for keyword in node.keywords if keyword.arg == "pattern")


def _text(node: ast.expr) -> str | ast.expr:
    if not isinstance(node, ast.Constant):
        return node
    return node.value.decode() if isinstance(node.value, bytes) else str(node.value)


FOUND = [(file, pattern) for file in FILES for pattern in patterns(file)]
RECEIVING = [(file, pattern) for file, pattern in FOUND if "hubctl" not in file.parts]
TEXTS = sorted({pattern for _, pattern in FOUND if isinstance(pattern, str)})


def test_every_pattern_that_others_can_feed_was_reviewed() -> None:
    assert {pattern for _, pattern in RECEIVING if isinstance(pattern, str)} == REVIEWED
    assert {ast.unparse(pattern) for _, pattern in RECEIVING if not isinstance(pattern, str)} == WRITTEN_OUT


@pytest.mark.parametrize("pattern", TEXTS)
def test_no_repeat_without_end_is_within_another(pattern: str) -> None:
    assert height(_parser.parse(pattern)) <= 1


@pytest.mark.parametrize("pattern", [r"(a+)+", r"(?:a|b*)*c", r"((ab)*?x?)+", r"(?=(a+)+)b", r"(a{2,})*"])
def test_one_that_is_would_be_found(pattern: str) -> None:
    assert height(_parser.parse(pattern)) == 2


@pytest.mark.parametrize("pattern", [r"(?:a*)*+b", r"a+b+", r"(a+){0,4}", r"(ab?)+"])
def test_what_cannot_explode_is_left_alone(pattern: str) -> None:
    re.compile(pattern)
    assert height(_parser.parse(pattern)) <= 1


def height(parsed: Any) -> int:
    """How deep repeats without end are nested; a possessive one gives nothing back, so it counts for none."""
    return max((_height(operator, argument) for operator, argument in parsed), default=0)


def _height(operator: Any, argument: Any) -> int:
    inner = max((height(part) for part in _parts(argument)), default=0)
    return inner + (operator in ENDLESS and argument[1] is _constants.MAXREPEAT)


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for each in argument:
            yield from _parts(each)
