"""What each environment of samconfig.toml would send to AWS."""

import io
import os
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import pytest
import yaml

from tests.rehearsal.aws import Aws, ChangeSet, bucket
from tests.sam_local.sam import SAM, environment
from tests.template.translation import translated
from tools.local import ROOT
from tools.local.serving import LOOPBACK, serving

REGIONS = {"eu": "eu-west-1", "us": "us-east-1", "as": "ap-southeast-1"}
"""Where each cluster's stack belongs."""

SECONDS = 300
"""Only against hanging."""


@dataclass(frozen=True)
class Sent:
    """A change set, and what was uploaded for it by key."""

    cluster: str
    change_set: ChangeSet
    objects: dict[str, bytes]

    @property
    def packaged(self) -> str:
        """The template of the change set."""
        return self.objects[self.change_set.template].decode()

    @cached_property
    def resources(self) -> dict[str, Any]:
        """Those of the packaged template."""
        found: dict[str, Any] = yaml.safe_load(self.packaged)["Resources"]
        return found

    @cached_property
    def stack(self) -> dict[str, Any]:
        """What CloudFormation makes of the packaged template."""
        return translated(self.packaged, self.change_set.parameters, self.change_set.region)

    def archive(self, uri: str) -> zipfile.ZipFile:
        """The zip file that a CodeUri or ContentUri means; KeyError if it was not uploaded."""
        key = uri.removeprefix(f"s3://{bucket(self.change_set.region)}/")
        return zipfile.ZipFile(io.BytesIO(self.objects[key]))


@pytest.fixture(scope="session")
def aws() -> Iterator[tuple[str, Aws]]:
    """The stand-in and its URL; skips without a build."""
    if os.environ.get("REHEARSE") != "true":
        pytest.skip("it needs a build, which takes a while: make rehearse")
    if not SAM.exists() or not (ROOT / ".aws-sam/build/template.yaml").exists():
        pytest.skip("nothing is built: make rehearse")
    application = Aws()
    with serving(application, LOOPBACK, 0) as url:
        yield url, application


@pytest.fixture(scope="session", params=REGIONS)
def sent(request: pytest.FixtureRequest, aws: tuple[str, Aws]) -> Sent:
    """What `sam deploy --config-env CLUSTER` sends for a stack that is not there yet."""
    url, application = aws
    region = REGIONS[request.param]
    client = boto3.Session("local", "local", region_name="us-east-1").client("s3", endpoint_url=url)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=bucket(region), **place)
    _deploy(request.param, url)
    (change_set,) = [each for each in application.change_sets if each.region == region]
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=bucket(region))["Contents"]]
    objects = {key: client.get_object(Bucket=bucket(region), Key=key)["Body"].read() for key in keys}
    return Sent(request.param, change_set, objects)


def _deploy(cluster: str, url: str) -> None:
    """As the README says, but that nothing is carried out."""
    done = subprocess.run(
        [SAM, "deploy", "--config-env", cluster, "--no-execute-changeset"],
        cwd=ROOT,
        env=environment() | {"AWS_ENDPOINT_URL": url, "NO_PROXY": LOOPBACK},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
