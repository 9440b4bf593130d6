"""The least that a function in Python starts with: boto3 with clients of SQS and DynamoDB, pydantic, and an answer."""

from typing import Any

import boto3
from pydantic import BaseModel, TypeAdapter


class Body(BaseModel):
    """Something for pydantic to read."""

    source_id: str = ""


BODY = TypeAdapter(Body | list[Body])
SQS = boto3.client("sqs")
DYNAMODB = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Reads the body and answers."""
    BODY.validate_json(event.get("body") or "{}")
    return {"statusCode": 200, "body": "{}"}
