"""CloudFormation's intrinsic functions."""

from typing import Any

import pytest

from tools.local.intrinsics import NO_VALUE, Resolver, TemplateError

TEMPLATE = {
    "Conditions": {
        "IsEu": {"Fn::Equals": [{"Ref": "Cluster"}, "eu"]},
        "IsNotEu": {"Fn::Not": [{"Condition": "IsEu"}]},
        "Both": {"Fn::And": [{"Condition": "IsEu"}, {"Condition": "IsNotEu"}]},
        "Either": {"Fn::Or": [{"Condition": "IsEu"}, {"Condition": "IsNotEu"}]},
    },
    "Mappings": {"Clusters": {"eu": {"Url": "https://eu.example"}}},
}


@pytest.fixture
def resolver() -> Resolver:
    found = Resolver(TEMPLATE, {"Cluster": "eu", "AWS::StackName": "local", "AWS::NoValue": NO_VALUE})
    found.attributes["Jobs.Arn"] = "arn:jobs"
    return found


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Cluster"}, "eu"),
        ({"Fn::Sub": "${AWS::StackName}-${Jobs.Arn}-${!Left}"}, "local-arn:jobs-${Left}"),
        ({"Fn::Sub": ["${Own}/${Cluster}", {"Own": {"Ref": "Cluster"}}]}, "eu/eu"),
        ({"Fn::GetAtt": "Jobs.Arn"}, "arn:jobs"),
        ({"Fn::GetAtt": ["Jobs", "Arn"]}, "arn:jobs"),
        ({"Fn::If": ["IsEu", "yes", {"Ref": "Unknown"}]}, "yes"),
        ({"Fn::If": ["IsNotEu", "yes", "no"]}, "no"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["Clusters", {"Ref": "Cluster"}, "Url"]}, "https://eu.example"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Cluster"}]]}, "a-eu"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"gone": {"Ref": "AWS::NoValue"}, "list": [1, {"Ref": "AWS::NoValue"}]}, {"list": [1]}),
    ],
)
def test_value(resolver: Resolver, node: Any, value: Any) -> None:
    assert resolver.resolve(node) == value


@pytest.mark.parametrize(
    ("node", "named"),
    [
        ({"Ref": "Unknown"}, "Unknown"),
        ({"Fn::GetAtt": "Jobs.Colour"}, r"Jobs\.Colour"),
        ({"Fn::If": ["Unknown", 1, 2]}, "Unknown"),
        ({"Fn::FindInMap": ["Clusters", "us", "Url"]}, "Clusters.us.Url"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue"),
    ],
)
def test_what_cannot_be_resolved_is_named(resolver: Resolver, node: Any, named: str) -> None:
    with pytest.raises(TemplateError, match=named):
        resolver.resolve(node)
