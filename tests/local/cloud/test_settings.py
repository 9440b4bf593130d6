"""What environment variables set."""

from pathlib import Path

import pytest

from tools.local.settings import SettingError, Settings


def _settings(**environment: str) -> Settings:
    return Settings(Path(), environment)


def test_defaults() -> None:
    settings = _settings()
    assert settings.scale == 1
    assert settings.port("hub") == 0
    assert settings.vendor_url("segment") is None


def test_everything_set() -> None:
    settings = _settings(TIME_SCALE="20", HUB_PORT="8080", SEGMENT_API_URL="https://api.example")
    assert settings.scale == 20
    assert settings.port("hub") == 8080
    assert settings.vendor_url("segment") == "https://api.example"
    assert settings.for_functions("http://aws")["TIME_SCALE"] == "20"


@pytest.mark.parametrize("given", ["fast", "0", "-1", "31", "nan", ""])
def test_a_scale_that_cannot_be_is_named(given: str) -> None:
    with pytest.raises(SettingError, match="TIME_SCALE"):
        _ = _settings(TIME_SCALE=given).scale


@pytest.mark.parametrize("given", ["http", "-1", "65536", "80.5"])
def test_a_port_that_cannot_be_is_named(given: str) -> None:
    with pytest.raises(SettingError, match="HUB_PORT"):
        _settings(HUB_PORT=given).port("hub")
