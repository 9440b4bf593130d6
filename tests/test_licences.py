"""Licences of the libraries: what the zips ship may be shipped by anyone, and tools may be used by anyone."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Most ask for their text to be kept, which the libraries' own folders do; Mozilla's to publish changes of its files, of
# which there are none.
FREE = re.compile(
    r"MIT(-0| License)?|BSD(-[23]-Clause| License)|Apache[- ](License )?2\.0|Apache Software License|PSF-2\.0"
    r"|MPL-2\.0|Mozilla Public License 2\.0 \(MPL 2\.0\)"
)


def names(lock: str) -> list[str]:
    """The libraries of a lock file that are for this system."""
    text = re.sub(r"^.*sys_platform == 'win32'.*$", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return re.findall(r"^([\w.-]+)==", text, re.MULTILINE)


def licences(name: str) -> list[str]:
    """What a library says its licence is, any of which may be chosen."""
    told = metadata.metadata(name).json
    marks = [mark.rpartition(" :: ")[2] for mark in told.get("classifier", []) if "OSI Approved" in mark]
    return str(told.get("license_expression") or " OR ".join(marks) or told.get("license", "")).split(" OR ")


@pytest.mark.parametrize("name", names("requirements/dev.txt"))
def test_everybody_may_use_it(name: str) -> None:
    assert [text for text in licences(name) if FREE.fullmatch(text)]


@pytest.mark.parametrize("name", names("layers/common/requirements.txt"))
def test_everybody_may_ship_it_and_it_brings_its_licence_along(name: str) -> None:
    assert [text for text in licences(name) if FREE.fullmatch(text)]
    assert [file for file in metadata.files(name) or [] if re.match(r"LICEN[CS]E|COPYING", file.name)]


@pytest.mark.parametrize("text", ["GPL-3.0-only", "LGPL-2.1", "AGPL-3.0", "SSPL-1.0", "BUSL-1.1", "", "Proprietary"])
def test_others_would_be_found(text: str) -> None:
    assert not FREE.fullmatch(text)
