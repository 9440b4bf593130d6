"""SAM's command line, as users call it, and Docker."""

import json
import os
import platform
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from tools.local import ROOT

SAM = ROOT / ".venv-sam/bin/sam"
ENVIRONMENT = "local" if platform.machine() == "x86_64" else "eu"
"""Of samconfig.toml: containers have this machine's architecture, and Lambda's default is arm64."""

IMAGE = f"public.ecr.aws/lambda/python:3.13-{'x86_64' if ENVIRONMENT == 'local' else 'arm64'}"
SECONDS = 120
"""Only against hanging."""


def docker(*arguments: str) -> str | None:
    """What Docker answers; None if it does not."""
    program = shutil.which("docker")
    if program is None:
        return None
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=SECONDS, check=True)
    except subprocess.SubprocessError:
        return None
    return done.stdout.strip()


def bridge() -> str | None:
    """Where containers find this machine: Docker's end of its bridge, whose address it need not name."""
    told = docker("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}")
    if not told:
        return None
    network = json.loads(told)[0]
    return network.get("Gateway") or str(next(ip_network(network["Subnet"]).hosts()))


def command(name: str, *arguments: str) -> list[str]:
    """`sam local NAME`, which fetches the image unless it is here."""
    fetched = ["--skip-pull-image"] if docker("image", "inspect", IMAGE) else []
    return [str(SAM), "local", name, *arguments, "--config-env", ENVIRONMENT, *fetched]


def environment() -> dict[str, str]:
    """Without telemetry, and with credentials of nobody."""
    nobody = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "eu-west-1"}
    return os.environ | nobody | {"SAM_CLI_TELEMETRY": "0"}


def invoke(function: str, event: dict[str, Any], env_vars: Path) -> Any:
    """What the function returns. SAM exits with 0 even when it fails, so only its JSON tells."""
    done = subprocess.run(
        command("invoke", function, "--event", "-", "--env-vars", str(env_vars)),
        input=json.dumps(event),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr
    result = json.loads(lines[-1])
    assert not (isinstance(result, dict) and "errorType" in result), f"{result}\n{done.stderr}"
    return result
