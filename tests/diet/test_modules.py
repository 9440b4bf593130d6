"""Cold starts stay short: what each function imports, counted, since a count is the same on every machine."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.diet import imported

ROOT = Path(__file__).parents[2]
MODULES: dict[str, int] = json.loads((Path(__file__).parent / "modules.json").read_text())
"""The most of the hub's own modules that each function may import; lower it, or have a reason to raise it."""

HANDLERS = sorted(set(re.findall(r"Handler: (.+)\.handler", (ROOT / "template.yaml").read_text())))
INGEST = [module for module in HANDLERS if module.endswith(".ingest") or module == "voucherify.webhook"]

PYDANTIC = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}
POWERTOOLS = {"aws_lambda_powertools", "botocore", "jmespath"}
HTTP = {"certifi", "urllib3"}


@cache
def imports(module: str) -> dict[str, Any]:
    folders = f"{ROOT / 'functions'}:{ROOT / 'layers/common'}"
    command = [sys.executable, "-P", imported.__file__, folders, module]
    told: dict[str, Any] = json.loads(subprocess.check_output(command, text=True))
    return told


@pytest.mark.parametrize("module", MODULES)
def test_a_function_imports_no_more_of_the_hub_than_it_did(module: str) -> None:
    assert imports(module)["own"] <= MODULES[module]


@pytest.mark.parametrize("module", HANDLERS)
def test_a_function_imports_few_packages(module: str) -> None:
    assert set(imports(module)["packages"]) <= PYDANTIC | POWERTOOLS | HTTP


@pytest.mark.parametrize("module", INGEST)
def test_ingest_imports_only_what_it_needs(module: str) -> None:
    """Senders wait for it. Of `botocore` powertools takes only the name; the rest comes with the first client."""
    assert set(imports(module)["packages"]) <= PYDANTIC | POWERTOOLS


def test_health_needs_no_package() -> None:
    assert imports("front.health")["packages"] == []
