"""What a template becomes for CloudFormation, by the translator of SAM."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from tools.local import ROOT

PYTHON = ROOT / ".venv-sam/bin/python"
"""The translator's pydantic is older than the hub's, so it runs in SAM's own environment."""

_TRANSLATE = """
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

class NoPolicies:
    def load(self):
        return {}

print(json.dumps(transform(yaml_parse(sys.stdin.read()), json.loads(sys.argv[1]), NoPolicies())))
"""


def translated(template: str, parameters: Mapping[str, str], region: str) -> dict[str, Any]:
    """The template, whose code is in S3 already, with these parameters in this region."""
    done = subprocess.run(
        [PYTHON, "-c", _TRANSLATE, json.dumps(dict(parameters))],
        input=template,
        env={"AWS_DEFAULT_REGION": region},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
