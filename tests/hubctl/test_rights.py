"""G7: docs/operations.md gives an operator the rights that hubctl uses, and no others."""

import re
from pathlib import Path

from botocore import xform_name
from botocore.session import Session

from tools.local import ROOT

SECTION = re.search(
    "^## What an operator's role needs\n(.+?)^## ", (ROOT / "docs/operations.md").read_text(), re.MULTILINE | re.DOTALL
)
# A client and its calls stand in one file: the commands', and those of cdphub that they go through.
FILES = (
    *sorted((ROOT / "tools/hubctl").rglob("*.py")),
    *(ROOT / "layers/common/cdphub" / name for name in ("secrets.py", "queues.py", "store/dynamo.py")),
)
# IAM has one action for one and many; what only functions do, hubctl need not.
ALIASES = {"sqs:SendMessageBatch": "sqs:SendMessage"}
OF_FUNCTIONS = {"dynamodb:UpdateItem"}


def actions(file: Path) -> set[str]:
    """The IAM actions of the calls that a file makes."""
    text = file.read_text()
    services = re.findall(r"boto3\.client\(\s*\"([a-z]+)\"", text)
    called = {*re.findall(r"\.(\w+)\(", text), *re.findall(r"get_paginator\(\s*\"(\w+)\"", text)}
    return {
        f"{service}:{operation}"
        for service in services
        for operation in Session().get_service_model(service).operation_names
        if xform_name(operation) in called
    }


def test_g7_an_operator_is_given_what_hubctl_calls() -> None:
    assert SECTION is not None
    granted = set(re.findall(r"`([a-z]+:[A-Z]\w+)`", SECTION[1]))
    called = {ALIASES.get(action, action) for file in FILES for action in actions(file)}
    assert granted == called - OF_FUNCTIONS
