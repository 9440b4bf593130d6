"""Braze's profile, and whether its README keeps up with it."""

from pathlib import Path

import pytest

from braze.ingest import PARSERS, handler
from braze.models import Change
from braze.profile import PROFILE, Settings
from cdphub.profile import load_handler, load_profiles

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "braze" / "README.md").read_text()


def test_generic_code_finds_it_by_its_folder() -> None:
    assert load_profiles(FUNCTIONS)["braze"] is PROFILE
    assert load_handler(PROFILE.ingest) is handler


def test_every_route_has_a_parser() -> None:
    assert set(PARSERS) == set(PROFILE.routes)


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_the_readme_has_every_setting(setting: str) -> None:
    assert f"| `{setting}` |" in README


@pytest.mark.parametrize("key", Change.model_fields)
def test_the_readme_says_what_to_paste_for_every_key(key: str) -> None:
    assert f"   | `{key}` | " in README
