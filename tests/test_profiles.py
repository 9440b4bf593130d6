"""Every CDP's profile is found by its folder, and its README keeps up with it."""

import importlib
from pathlib import Path

import pytest

from cdphub.profile import load_handler, load_profiles

FUNCTIONS = Path(__file__).parents[1] / "functions"
PROFILES = load_profiles(FUNCTIONS)
INGESTING = [cdp for cdp, profile in PROFILES.items() if profile.routes]
SETTINGS = [(cdp, setting) for cdp, profile in PROFILES.items() for setting in profile.settings.model_fields]


@pytest.mark.parametrize("cdp", PROFILES)
def test_generic_code_finds_it_by_its_folder(cdp: str) -> None:
    profile = PROFILES[cdp]
    assert profile.cdp == cdp
    assert load_handler(profile.ingest) is importlib.import_module(profile.ingest.rpartition(".")[0]).handler


@pytest.mark.parametrize("cdp", INGESTING)
def test_every_route_has_a_parser(cdp: str) -> None:
    assert set(importlib.import_module(f"{cdp}.ingest").PARSERS) == set(PROFILES[cdp].routes)


@pytest.mark.parametrize(("cdp", "setting"), SETTINGS, ids=str)
def test_the_readme_has_every_setting(cdp: str, setting: str) -> None:
    assert f"| `{setting}` |" in (FUNCTIONS / cdp / "README.md").read_text()
