"""Options that are made from a model."""

from typing import Any

import click
from click.testing import CliRunner, Result
from pydantic import BaseModel, Field

from tools.hubctl import options


class Model(BaseModel):
    id: str = ""
    share: float = Field(default=0.5, description="A share.")
    shapes: dict[str, dict[str, str]] = {}
    flag: bool = False
    names: tuple[str, ...] = Field(default=("email", "other"), description="Names.")


def given(*arguments: str) -> tuple[Result, dict[str, Any]]:
    seen: dict[str, Any] = {}
    command = click.Command("run", params=options.of_settings(Model, without=("id",)), callback=seen.update)
    return CliRunner().invoke(command, arguments), options.given(seen)


def test_only_what_is_given_is_a_setting() -> None:
    assert given()[1] == {}
    assert given("--no-flag", "--share", "much")[1] == {"flag": False, "share": "much"}


def test_an_object_is_given_as_json() -> None:
    assert given("--shapes", '{"a": {"b": "c"}}')[1] == {"shapes": {"a": {"b": "c"}}}
    refused, _ = given("--shapes", "{a}")
    assert refused.exit_code == 2
    assert "'--shapes': is not JSON" in refused.stderr


def test_help_has_description_and_default() -> None:
    shown = given("--help")[0].stdout
    assert "A share. [default: 0.5]" in shown
    assert "Names. (may be repeated) [default: email, other]" in " ".join(shown.split())
    assert "--id" not in shown
