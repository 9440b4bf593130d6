"""What would go to each cluster is whole, fits Lambda's limits and belongs there."""

import json
import re
import struct
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

import yaml

from tests.rehearsal.conftest import Sent
from tools.local import ROOT

MB = 1024 * 1024
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ZIPPED_BYTES, UNZIPPED_BYTES = 50 * MB, 250 * MB
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
TEMPLATE_BYTES, RESOURCES = 1 * MB, 500
URLS = {
    "eu": "https://api.voucherify.io",
    "us": "https://us1.api.voucherify.io",
    "as": "https://as1.api.voucherify.io",
}
ELF_MACHINES = {"arm64": 183, "x86_64": 62}


def of(sent: Sent, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the packaged resources of a type."""
    found = sent.resources.items()
    return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}


def layer(sent: Sent) -> ZipFile:
    ((properties),) = of(sent, "AWS::Serverless::LayerVersion").values()
    return sent.archive(properties["ContentUri"])


def unzipped(archive: ZipFile) -> int:
    return sum(each.file_size for each in archive.infolist())


def test_g7_it_goes_to_the_region_of_its_cluster(sent: Sent) -> None:
    template = yaml.safe_load(sent.packaged)
    assert sent.change_set.stack == f"voucherify-cdp-hub-{sent.cluster}"
    assert template["Mappings"]["Clusters"][sent.change_set.parameters["Cluster"]]["Url"] == URLS[sent.cluster]


def test_it_asks_for_no_right_but_to_make_roles(sent: Sent) -> None:
    assert sent.change_set.kind == "CREATE"
    assert sent.change_set.capabilities == ["CAPABILITY_IAM"]


def test_its_parameters_are_what_the_template_allows(sent: Sent) -> None:
    declared = yaml.safe_load(sent.packaged)["Parameters"]
    given = sent.change_set.parameters
    assert given.keys() <= declared.keys()
    for name, parameter in declared.items():
        value = given.get(name, parameter.get("Default"))
        assert value is not None, name
        assert value in parameter.get("AllowedValues", [value]), name
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), str(value)), name
        if parameter["Type"] == "Number" and "MinValue" in parameter:
            assert parameter["MinValue"] <= float(value) <= parameter["MaxValue"], name


def test_every_handler_is_in_its_function(sent: Sent) -> None:
    functions = of(sent, "AWS::Serverless::Function")
    assert functions
    for name, properties in functions.items():
        module, _, _ = properties["Handler"].rpartition(".")
        archive = sent.archive(properties["CodeUri"])
        assert f"{module.replace('.', '/')}.py" in archive.namelist(), name
        assert archive.testzip() is None, name


def test_the_layer_has_the_libraries_that_are_locked(sent: Sent) -> None:
    requirements = (ROOT / "layers/common/requirements.txt").read_text()
    locked = re.findall(r"^([\w.-]+)==(\S+)", requirements, re.MULTILINE)
    files = layer(sent).namelist()
    assert locked
    assert "python/cdphub/__init__.py" in files
    assert {f"python/{name.replace('-', '_')}-{version}.dist-info/METADATA" for name, version in locked} <= set(files)


def test_bytecode_is_there_for_the_python_that_lambda_runs(sent: Sent) -> None:
    """Flag 1 of PEP 552: it holds whatever the time of the source is after unpacking."""
    codes = {properties["CodeUri"] for properties in of(sent, "AWS::Serverless::Function").values()}
    for archive in (layer(sent), *map(sent.archive, codes)):
        modules = [PurePosixPath(name) for name in archive.namelist() if name.endswith(".py")]
        assert modules
        for module in modules:
            compiled = archive.read(f"{module.parent}/__pycache__/{module.stem}.cpython-313.pyc")
            assert struct.unpack_from("<I", compiled, 4) == (1,), module


def test_native_libraries_are_for_the_processor_that_lambda_gets(sent: Sent) -> None:
    """A build for `sam local` on this machine may be another."""
    declared = yaml.safe_load(sent.packaged)["Parameters"]["Architecture"]
    architecture = sent.change_set.parameters.get("Architecture", declared["Default"])
    archive = layer(sent)
    libraries = [name for name in archive.namelist() if name.endswith(".so")]
    assert libraries
    for name in libraries:
        (machine,) = struct.unpack_from("<H", archive.read(name), 18)
        assert machine == ELF_MACHINES[architecture], name


def test_code_and_layer_fit_lambda(sent: Sent) -> None:
    common = unzipped(layer(sent))
    for name, properties in of(sent, "AWS::Serverless::Function").items():
        assert unzipped(sent.archive(properties["CodeUri"])) + common <= UNZIPPED_BYTES, name
    assert all(len(content) <= ZIPPED_BYTES for content in sent.objects.values())


def test_what_cloudformation_gets_fits_it_and_is_valid(sent: Sent, tmp_path: Path) -> None:
    text = json.dumps(sent.stack)
    assert max(len(text), len(sent.packaged)) <= TEMPLATE_BYTES
    assert len(sent.stack["Resources"]) <= RESOURCES
    file = tmp_path / "stack.json"
    file.write_text(text)
    command: list[str | Path] = [ROOT / ".venv-sam/bin/cfn-lint", file, "--regions", sent.change_set.region]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
