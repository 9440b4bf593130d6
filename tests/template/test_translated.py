"""What template.yaml becomes for CloudFormation, by the translator of SAM (needs its environment)."""

import json
from typing import Any

import pytest

from tests.template.stack import as_list
from tests.template.test_routes import PROFILES
from tests.template.translation import PYTHON, translated
from tools.local import ROOT

# Each is explained in docs/security.md.
AWS_POLICIES = {"AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole", "AWSCodeDeployRoleForLambda"}

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-sam: make validate makes it, and runs this")


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    """The translated template."""
    return stack_with({"Cluster": "eu"})


def stack_with(parameters: dict[str, str]) -> dict[str, Any]:
    template = (ROOT / "template.yaml").read_text()
    packaged = template.replace("Uri: functions/", "Uri: s3://bucket/functions").replace(
        "Uri: layers/", "Uri: s3://bucket/"
    )
    return translated(packaged, parameters, "eu-west-1")


def resources(stack: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in stack["Resources"].items() if resource["Type"] == kind}


def test_g7_no_role_may_do_anything_or_to_everything(stack: dict[str, Any]) -> None:
    roles = resources(stack, "AWS::IAM::Role").values()
    policies = [policy["PolicyDocument"] for role in roles for policy in role["Properties"].get("Policies", [])]
    statements = [statement for policy in policies for statement in as_list(policy["Statement"])]
    assert statements
    assert not [action for statement in statements for action in as_list(statement["Action"]) if "*" in action]
    assert not [statement for statement in statements if "*" in as_list(statement["Resource"])]


def test_g7_what_sam_attaches_is_what_the_page_explains(stack: dict[str, Any]) -> None:
    roles = resources(stack, "AWS::IAM::Role").values()
    attached = {arn.rpartition("/")[2] for role in roles for arn in role["Properties"]["ManagedPolicyArns"]}
    page = (ROOT / "docs/security.md").read_text()
    assert attached == AWS_POLICIES
    assert all(f"| `{policy}` |" in page for policy in attached)


def test_g7_no_function_shares_its_role(stack: dict[str, Any]) -> None:
    functions = resources(stack, "AWS::Lambda::Function").values()
    roles = [function["Properties"]["Role"]["Fn::GetAtt"][0] for function in functions]
    assert len(set(roles)) == len(roles)


@pytest.mark.parametrize("kind", ["AWS::SQS::Queue", "AWS::DynamoDB::Table"])
def test_g1_what_is_stored_outlives_the_stack(stack: dict[str, Any], kind: str) -> None:
    """But not a first deployment that fails: their names would be taken, and no later one could succeed."""
    found = resources(stack, kind).values()
    assert found
    assert {(one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in found} == {
        ("RetainExceptOnCreate", "Retain")
    }


def test_every_route_is_throttled_and_logged_without_secrets(stack: dict[str, Any]) -> None:
    (stage,) = resources(stack, "AWS::ApiGatewayV2::Stage").values()
    throttle = stage["Properties"]["DefaultRouteSettings"]
    assert throttle == {
        "ThrottlingRateLimit": {"Ref": "ThrottleRate"},
        "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"},
    }
    logged = set(json.loads(stage["Properties"]["AccessLogSettings"]["Format"]).values())
    assert logged == {
        f"$context.{name}"
        for name in (
            "requestId",
            "requestTime",
            "routeKey",
            "status",
            "responseLatency",
            "responseLength",
            "integrationErrorMessage",
        )
    }


def test_no_deployment_fails_for_the_form_of_the_document_that_sam_writes(stack: dict[str, Any]) -> None:
    """It breaks rules of OpenAPI, of which API Gateway may warn: each parameter has to have a schema or a content."""
    (api,) = resources(stack, "AWS::ApiGatewayV2::Api").values()
    methods = [method for path in api["Properties"]["Body"]["paths"].values() for method in path.values()]
    parameters = [parameter for method in methods for parameter in method.get("parameters", [])]
    assert any(not {"schema", "content"} & parameter.keys() for parameter in parameters)
    assert not api["Properties"].get("FailOnWarnings")


def test_every_log_ends_up_where_lines_are_deleted_after_a_while(stack: dict[str, Any]) -> None:
    groups = resources(stack, "AWS::Logs::LogGroup").values()
    assert {json.dumps(group["Properties"]["RetentionInDays"]) for group in groups} == {'{"Ref": "LogRetention"}'}
    functions = resources(stack, "AWS::Lambda::Function").values()
    assert all(function["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"} for function in functions)


def test_the_access_log_needs_no_room_in_the_policy_that_all_apis_of_an_account_share(stack: dict[str, Any]) -> None:
    (stage,) = resources(stack, "AWS::ApiGatewayV2::Stage").values()
    group, _ = stage["Properties"]["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"]
    name = stack["Resources"][group]["Properties"]["LogGroupName"]
    assert name["Fn::Sub"].startswith("/aws/vendedlogs/${AWS::StackName}/")


def test_every_parameter_is_described_and_limited(stack: dict[str, Any]) -> None:
    limits = {"AllowedValues", "AllowedPattern", "MinValue"}
    for name, parameter in stack["Parameters"].items():
        assert parameter["Description"], name
        assert limits & parameter.keys(), name


def test_traffic_moves_only_while_alarms_are_quiet(stack: dict[str, Any]) -> None:
    groups = resources(stack, "AWS::CodeDeploy::DeploymentGroup").values()
    alarms = resources(stack, "AWS::CloudWatch::Alarm")
    assert len(groups) == len(resources(stack, "AWS::Lambda::Alias"))
    for group in groups:
        watched = {alarm["Name"]["Ref"] for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]}
        assert len(watched) == 2
        assert watched <= alarms.keys()


def test_a_ringing_alarm_can_be_overridden_since_what_ends_it_may_be_a_deployment() -> None:
    """CodeDeploy refuses to begin while an alarm of the function rings."""
    stack = stack_with({"Cluster": "eu", "Gradual": "false"})
    assert not resources(stack, "AWS::CodeDeploy::DeploymentGroup")
    aliases = resources(stack, "AWS::Lambda::Alias").values()
    assert aliases
    assert not [alias for alias in aliases if "UpdatePolicy" in alias]


def test_every_url_to_paste_has_both_hosts(stack: dict[str, Any]) -> None:
    urls = {name: output["Value"]["Fn::If"] for name, output in stack["Outputs"].items() if name.endswith("Url")}
    assert {path for name in urls if (path := _pasted(urls[name]))} == {
        "/voucherify/webhooks/PROJECT",
        *(route.path for profile in PROFILES.values() for route in profile.routes if not _is_added(route.path)),
    }


def _pasted(choice: list[Any]) -> str:
    """The path of a URL, which is that of a host name of one's own and of API Gateway's alike."""
    condition, own, given = choice
    assert condition == "HasDomain"
    path: str = own["Fn::Sub"].removeprefix("https://${DomainName}")
    assert given["Fn::Sub"] == "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}" + path
    return path


def _is_added(path: str) -> bool:
    """Whether the CDP adds the path itself: Segment's destination is told the host alone."""
    return path.startswith("/segmentio/") and path != "/segmentio/webhook"
