"""What is slow about a start is done before the first request, where Lambda gives an instance time for it."""

import subprocess
import sys

import pytest

from tests.diet.test_modules import ROOT

ENVIRONMENT = {
    "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT / 'layers/common'}",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "QUEUE_PREFIX": "https://sqs.eu-central-1.amazonaws.com/123456789012/hub-",
    "TABLE_PREFIX": "hub-",
    "PARAMETER_PREFIX": "/hub/",
}
CLIENTS = "import sys, segment.ingest; print('botocore.client' in sys.modules)"


@pytest.mark.parametrize(
    ("lambda_says", "made"),
    [({"AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency"}, "True"), ({}, "False")],
    ids=["in Lambda", "elsewhere"],
)
def test_clients_are_made_while_an_instance_starts(lambda_says: dict[str, str], made: str) -> None:
    command = [sys.executable, "-P", "-c", CLIENTS]
    assert subprocess.check_output(command, env={**ENVIRONMENT, **lambda_says}, text=True).strip() == made
