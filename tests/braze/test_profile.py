"""Braze's README has every key of the webhook."""

from pathlib import Path

import pytest

from braze.models import Change

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "braze" / "README.md").read_text()


@pytest.mark.parametrize("key", Change.model_fields)
def test_the_readme_says_what_to_paste_for_every_key(key: str) -> None:
    assert f"   | `{key}` | " in README
