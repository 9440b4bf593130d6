"""How a session in the docs is read and compared."""

import os
from pathlib import Path

import pytest

from tests.e2e.transcript import DifferentError, Names, Shell, Step, steps

PAGE = """Text.

```console
$ ./hubctl connect segment \\
    --project shop
segment-1f2e3d4c
$ echo
```

```sh
$ not this one
```

```console
$ true
...
```
"""


def test_commands_are_read_with_what_they_print() -> None:
    assert steps(PAGE) == [
        Step("./hubctl connect segment \\\n    --project shop", ["segment-1f2e3d4c"]),
        Step("echo", []),
        Step("true", ["..."]),
    ]


def test_an_id_of_the_page_becomes_this_runs() -> None:
    names = Names()
    names.compare(["made segment-1f2e3d4c"], ["made segment-aaaabbbb"])
    assert names.translated("keys add segment-1f2e3d4c") == "keys add segment-aaaabbbb"
    assert names.translated("keys add segment-00000000") == "keys add segment-00000000"


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (["state live"], ["state off"]),
        (["one", "two"], ["one"]),
        (["one", "...", "three"], ["one", "two"]),
        (["...", "2026-11-21 delivered"], ["2026-11-22 dead"]),
        ([], ["anything"]),
    ],
)
def test_another_output_is_told_with_both(said: list[str], printed: list[str]) -> None:
    with pytest.raises(DifferentError, match="this was printed"):
        Names().compare(said, printed)


@pytest.mark.parametrize("printed", [["one", "three"], ["one", "two", "two", "three"]])
def test_three_dots_stand_for_any_lines(printed: list[str]) -> None:
    Names().compare(["one", "...", "three"], printed)


def test_what_is_learnt_before_and_after_three_dots_is_known() -> None:
    names = Names()
    names.compare(["a-11111111", "...", "b-22222222"], ["a-33333333", "x", "b-44444444"])
    assert names.translated("a-11111111 b-22222222") == "a-33333333 b-44444444"


def test_a_shell_keeps_what_was_set_and_tells_of_failures(tmp_path: Path) -> None:
    with Shell(tmp_path, os.environ) as shell:
        assert shell.run("export NAME=value") == []
        assert shell.run("echo $NAME; echo trouble >&2; false") == ["value", "trouble", "[exit code 1]"]


def test_a_shell_ends_with_whoever_used_it(tmp_path: Path) -> None:
    with pytest.raises(DifferentError), Shell(tmp_path, os.environ) as shell:
        raise DifferentError
    with pytest.raises(ValueError, match="closed file"):
        shell.run("true")
